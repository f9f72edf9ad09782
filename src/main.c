/* main.c - finds the command, sets what must be set before threads, runs it. */
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/version.h"
#include "cmd/cmd.h"

static void print_overview(FILE *to)
{
    fputs("anamnesis " ANAMNESIS_VERSION
          " - medical conversation data that can be trusted\n\n"
          "Usage: anamnesis COMMAND [options] [files]\n\nCommands:\n",
          to);
    for (size_t i = 0; i < cmd_count; i++)
        fprintf(to, "  %-18s %s\n", cmd_table[i]->name, cmd_table[i]->summary);
    fputs("\n'anamnesis COMMAND --help' tells more about one.\n", to);
}

/* The command that the words name, and how many words its name took. */
static const struct command *find_command(int count, char **words, int *used)
{
    char two[128];
    if (count >= 2) {
        snprintf(two, sizeof two, "%s %s", words[0], words[1]);
        for (size_t i = 0; i < cmd_count; i++)
            if (strcmp(cmd_table[i]->name, two) == 0) {
                *used = 2;
                return cmd_table[i];
            }
    }
    *used = 1;
    for (size_t i = 0; i < cmd_count; i++)
        if (strcmp(cmd_table[i]->name, words[0]) == 0)
            return cmd_table[i];
    return NULL;
}

/* A group such as "patient": shows its commands. */
static bool print_group(const char *word, FILE *to)
{
    size_t len = strlen(word);
    bool any = false;
    for (size_t i = 0; i < cmd_count; i++) {
        const char *name = cmd_table[i]->name;
        if (strncmp(name, word, len) != 0 || name[len] != ' ')
            continue;
        fprintf(to, "  anamnesis %-18s %s\n", name, cmd_table[i]->summary);
        any = true;
    }
    return any;
}

static int unknown_command(const char *word)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < cmd_count && count < 64; i++)
        names[count++] = cmd_table[i]->name;
    const char *nearest = opt_nearest(str_of(word), names, count);
    log_error("unknown command '%s'%s%s%s (see 'anamnesis --help')", word,
              nearest ? "; did you mean '" : "", nearest ? nearest : "",
              nearest ? "'?" : "");
    return EXIT_STATUS_USAGE;
}

static int run_command(const struct command *command, int count, char **words)
{
    struct err err = {0};
    struct args *args = opt_parse(command, count, words, &err);
    if (!args)
        return cmd_fail(&err);
    int status;
    int64_t threads;
    if (opt_has(args, "help")) {
        struct buf help;
        buf_init(&help, 1 << 20);
        opt_write_help(command, &help);
        fputs(buf_cstr(&help), stdout);
        buf_release(&help);
        status = EXIT_STATUS_DONE;
    } else if (!opt_int(args, "threads", 0, 0, 256, &threads, &err)) {
        status = cmd_fail(&err);
    } else {
        parallel_set_workers((size_t)threads);
        asset_set_folder(opt_value(args, "data", NULL));
        if (opt_has(args, "quiet"))
            log_set_level(LOG_QUIET);
        else if (opt_has(args, "verbose"))
            log_set_level(LOG_VERBOSE);
        cmd_catch_signals();
        status = command->run(args);
    }
    opt_free(args);
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    if (!written &&
        (status == EXIT_STATUS_DONE || status == EXIT_STATUS_PARTIAL)) {
        log_error("standard output: could not be written");
        status = EXIT_STATUS_FAILED;
    }
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_STATUS_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        strcmp(word, "help") == 0) {
        print_overview(stdout);
        return EXIT_STATUS_DONE;
    }
    if (strcmp(word, "--version") == 0) {
        puts("anamnesis " ANAMNESIS_VERSION);
        return EXIT_STATUS_DONE;
    }
    int used;
    const struct command *command = find_command(argc - 1, argv + 1, &used);
    if (command)
        return run_command(command, argc - 1 - used, argv + 1 + used);
    bool wants_help = argc == 3 && strcmp(argv[2], "--help") == 0;
    if (print_group(word, wants_help ? stdout : stderr))
        return wants_help ? EXIT_STATUS_DONE : EXIT_STATUS_USAGE;
    return unknown_command(word);
}
