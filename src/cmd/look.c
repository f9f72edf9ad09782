/* look.c - see look.h. */
#include "cmd/look.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "corpus/view.h"

void look_start(struct look *look, const struct args *args)
{
    *look = (struct look){.args = args, .json = opt_has(args, "json")};
    look->colours = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
    buf_init(&look->out, BUF_MAX);
}

void look_end(struct look *look)
{
    buf_release(&look->out);
}

static bool each_of_file(struct look *look, const char *path,
                         bool (*one)(const struct record *, void *), void *ctx,
                         bool *stopped, struct err *err)
{
    struct records *in = records_open(path, err);
    if (!in)
        return false;
    struct arena arena;
    arena_init(&arena);
    struct record record;
    struct err why = {0};
    enum records_step step = RECORDS_END;
    while (!*stopped && !cmd_interrupted()) {
        arena_reset(&arena);
        step = records_next(in, &arena, &record, &why);
        if (step == RECORDS_BAD) {
            look->bad++;
            log_detail("%s:%" PRIu64 ": %s", path, records_line(in),
                       why.message);
            err_clear(&why);
        } else if (step == RECORDS_ONE) {
            look->records++;
            *stopped = !one(&record, ctx);
        } else {
            break;
        }
    }
    records_close(in);
    arena_release(&arena);
    if (step == RECORDS_BROKEN && err)
        *err = why;
    return step != RECORDS_BROKEN;
}

bool look_each(struct look *look,
               bool (*one)(const struct record *record, void *ctx), void *ctx,
               struct err *err)
{
    bool stopped = false;
    size_t count = opt_operand_count(look->args);
    if (count == 0)
        return each_of_file(look, "-", one, ctx, &stopped, err);
    for (size_t i = 0; i < count && !stopped; i++)
        if (!each_of_file(look, opt_operand(look->args, i), one, ctx, &stopped,
                          err))
            return false;
    return true;
}

void look_print(struct look *look, const struct record *record)
{
    buf_reset(&look->out);
    if (look->json)
        record_write(record, &look->out);
    else
        record_view(record, look->colours, &look->out);
    fwrite(look->out.ptr, 1, look->out.len, stdout);
}

int look_status(const struct look *look)
{
    if (look->bad)
        log_warn("%" PRIu64 " lines are no records (see 'anamnesis validate')",
                 look->bad);
    if (cmd_interrupted())
        return EXIT_STATUS_INTERRUPTED;
    return look->bad ? EXIT_STATUS_PARTIAL : EXIT_STATUS_DONE;
}
