/* manual.c - `anamnesis manual` and `anamnesis complete`: the manual page and
 * the shell completion, made from the same tables as --help. */
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "cmd/cmd.h"

static void print(const struct buf *out)
{
    fwrite(out->ptr, 1, out->len, stdout);
}

static int run_manual(const struct args *args)
{
    (void)args;
    struct buf out;
    buf_init(&out, 4 << 20);
    buf_add(&out, STR(".TH ANAMNESIS 1 \"\" \"anamnesis " ANAMNESIS_VERSION
                      "\" \"User commands\"\n.SH NAME\nanamnesis \\- medical "
                      "conversation data that can be trusted\n.SH SYNOPSIS\n"
                      ".B anamnesis\n.I command\n[options] [files]\n"
                      ".SH COMMANDS\n"));
    for (size_t i = 0; i < cmd_count; i++)
        opt_write_man_section(cmd_table[i], &out);
    static const struct command common = {.name = "Common options",
                                          .operands = "",
                                          .summary =
                                              "Every command knows these",
                                          .options = opt_common};
    opt_write_man_section(&common, &out);
    buf_add(&out, STR(".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage or "
                      "configuration, 3 done but some rows failed, 130 "
                      "interrupted.\n"));
    print(&out);
    buf_release(&out);
    return EXIT_STATUS_DONE;
}

static void add_options(struct buf *out, const struct opt *options)
{
    for (const struct opt *o = options; o && o->name; o++)
        buf_printf(out, " --%s", o->name);
}

static int run_complete(const struct args *args)
{
    (void)args;
    struct buf out;
    buf_init(&out, 1 << 20);
    buf_add(&out, STR("# bash completion for anamnesis\n_anamnesis() {\n"
                      "    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
                      "    local first=${COMP_WORDS[1]} "
                      "second=${COMP_WORDS[2]}\n"
                      "    case \"$first $second\" in\n"));
    for (int two_words = 1; two_words >= 0; two_words--) {
        for (size_t i = 0; i < cmd_count; i++) {
            const struct command *c = cmd_table[i];
            if ((strchr(c->name, ' ') != NULL) != (two_words == 1))
                continue;
            buf_printf(&out, "    \"%s\"%s) words=\"", c->name,
                       two_words ? "" : "\\ *");
            add_options(&out, c->options);
            add_options(&out, opt_common);
            buf_add(&out, STR("\" ;;\n"));
        }
    }
    buf_add(&out, STR("    esac\n    if [ \"$COMP_CWORD\" = 1 ]; then "
                      "words=\""));
    for (size_t i = 0; i < cmd_count; i++)
        buf_printf(&out, " %.*s", (int)strcspn(cmd_table[i]->name, " "),
                   cmd_table[i]->name);
    buf_add(&out, STR("\"; fi\n"));
    for (size_t i = 0; i < cmd_count; i++) {
        const char *space = strchr(cmd_table[i]->name, ' ');
        if (space)
            buf_printf(&out,
                       "    [ \"$COMP_CWORD\" = 2 ] && [ \"$first\" = %.*s ] "
                       "&& words=\"$words %s\"\n",
                       (int)(space - cmd_table[i]->name), cmd_table[i]->name,
                       space + 1);
    }
    buf_add(&out, STR("    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                      "    [ \"${word#-}\" = \"$word\" ] && "
                      "COMPREPLY+=($(compgen -f -- \"$word\"))\n}\n"
                      "complete -F _anamnesis anamnesis\n"));
    print(&out);
    buf_release(&out);
    return EXIT_STATUS_DONE;
}

const struct command cmd_manual = {
    .name = "manual",
    .operands = "",
    .summary = "print the manual page (roff)",
    .run = run_manual,
};

const struct command cmd_complete = {
    .name = "complete",
    .operands = "",
    .summary = "print the bash completion script",
    .run = run_complete,
};
