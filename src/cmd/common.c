/* common.c - what all commands share; see cmd.h. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/schema.h"
#include "cmd/cmd.h"

static volatile sig_atomic_t signal_count;
static volatile sig_atomic_t polled; /* the command asks cmd_interrupted */

int cmd_fail(const struct err *err)
{
    log_error("%s", err->message);
    switch (err->code) {
    case ERR_USAGE:
    case ERR_CONFIG:
        return EXIT_STATUS_USAGE;
    case ERR_INTERRUPTED:
        return EXIT_STATUS_INTERRUPTED;
    default:
        return EXIT_STATUS_FAILED;
    }
}

int cmd_explain_config(const struct schema *schema)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    schema_document(schema, &out);
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
    return EXIT_STATUS_DONE;
}

bool cmd_seed(const struct args *args, uint64_t *seed, struct err *err)
{
    int64_t value;
    if (!opt_int(args, "seed", 42, 0, INT64_MAX, &value, err))
        return false;
    *seed = (uint64_t)value;
    return true;
}

const char **cmd_values(const struct args *args, const char *name,
                        struct arena *arena, size_t *count)
{
    *count = opt_value_count(args, name);
    const char **values = arena_array(arena, *count + 1, sizeof *values);
    for (size_t i = 0; i < *count; i++)
        values[i] = opt_value_at(args, name, i);
    return values;
}

static void on_signal(int number)
{
    (void)number;
    if (++signal_count > 1 || !polled)
        _exit(EXIT_STATUS_INTERRUPTED);
}

void cmd_catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool cmd_interrupted(void)
{
    polled = 1;
    return signal_count > 0;
}
