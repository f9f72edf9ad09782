/* opt.c - see opt.h. */
#include "base/opt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"

const struct opt opt_common[] = {
    {"json", 0, NULL, "print a machine-readable summary on standard output"},
    {"threads", 'j', "N", "worker threads (default: one per core)"},
    {"seed", 0, "N", "seed of all random choices (default: 42)"},
    {"data", 0, "DIR",
     "read packs, outlines, prompts and rules from DIR first"},
    {"quiet", 'q', NULL, "say only what went wrong"},
    {"verbose", 'v', NULL, "say more"},
    {"help", 'h', NULL, "show this help"},
    {0}};

struct given {
    const struct opt *opt;
    const char *value; /* borrowed from argv; NULL for a switch */
};

struct args {
    const struct command *command;
    struct vec given;    /* struct given */
    struct vec operands; /* const char * */
};

static const struct opt *find_in(const struct opt *options, str name,
                                 char letter)
{
    for (const struct opt *o = options; o && o->name; o++)
        if (letter ? o->letter == letter : str_equal(str_of(o->name), name))
            return o;
    return NULL;
}

static const struct opt *find(const struct command *c, str name, char letter)
{
    const struct opt *own = find_in(c->options, name, letter);
    return own ? own : find_in(opt_common, name, letter);
}

const char *opt_nearest(str word, const char *const names[], size_t count)
{
    const char *nearest = NULL;
    size_t best = word.len / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        size_t distance = str_distance(word, str_of(names[i]));
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

static bool unknown(const struct command *c, str name, struct err *err)
{
    enum { NAMES_MAX = 128 };
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (const struct opt *o = c->options; o && o->name; o++)
        if (count < NAMES_MAX)
            names[count++] = o->name;
    for (const struct opt *o = opt_common; o->name && count < NAMES_MAX; o++)
        names[count++] = o->name;
    const char *nearest = opt_nearest(name, names, count);
    return err_set(err, ERR_USAGE,
                   "%s: unknown option '" STR_FMT
                   "'%s%s%s (see 'anamnesis %s --help')",
                   c->name, STR_ARG(name), nearest ? "; did you mean --" : "",
                   nearest ? nearest : "", nearest ? "?" : "", c->name);
}

static void note(struct args *args, const struct opt *opt, const char *value)
{
    *(struct given *)vec_add(&args->given) = (struct given){opt, value};
}

static bool parse_long(struct args *args, int *i, int count, char **words,
                       struct err *err)
{
    str name, value;
    bool has_value = str_cut(str_of(words[*i] + 2), '=', &name, &value);
    const struct opt *opt = find(args->command, name, 0);
    if (!opt)
        return unknown(args->command, name, err);
    if (!opt->value) {
        if (has_value)
            return err_set(err, ERR_USAGE, "%s: --%s takes no value",
                           args->command->name, opt->name);
        note(args, opt, NULL);
        return true;
    }
    if (!has_value && *i + 1 >= count)
        return err_set(err, ERR_USAGE, "%s: --%s needs a value (%s)",
                       args->command->name, opt->name, opt->value);
    note(args, opt, has_value ? value.ptr : words[++*i]);
    return true;
}

static bool parse_letters(struct args *args, int *i, int count, char **words,
                          struct err *err)
{
    for (const char *p = words[*i] + 1; *p; p++) {
        const struct opt *opt = find(args->command, STR(""), *p);
        if (!opt)
            return unknown(args->command, str_make(p, 1), err);
        if (!opt->value) {
            note(args, opt, NULL);
            continue;
        }
        if (p[1] == '\0' && *i + 1 >= count)
            return err_set(err, ERR_USAGE, "%s: -%c needs a value (%s)",
                           args->command->name, *p, opt->value);
        note(args, opt, p[1] ? p + 1 : words[++*i]);
        return true;
    }
    return true;
}

static bool check_operands(const struct args *args, struct err *err)
{
    const struct command *c = args->command;
    size_t count = args->operands.count;
    if (count < c->operands_min)
        return err_set(err, ERR_USAGE,
                       "%s: needs %s (see 'anamnesis %s --help')", c->name,
                       c->operands, c->name);
    if (count > c->operands_max)
        return err_set(err, ERR_USAGE, "%s: too many arguments: '%s'", c->name,
                       opt_operand(args, c->operands_max));
    return true;
}

struct args *opt_parse(const struct command *command, int count, char **words,
                       struct err *err)
{
    struct args *args = mem_zero(1, sizeof *args);
    args->command = command;
    vec_init(&args->given, sizeof(struct given));
    vec_init(&args->operands, sizeof(const char *));
    bool only_operands = false, ok = true;
    for (int i = 0; ok && i < count; i++) {
        const char *word = words[i];
        if (only_operands || word[0] != '-' || word[1] == '\0')
            *(const char **)vec_add(&args->operands) = word;
        else if (strcmp(word, "--") == 0)
            only_operands = true;
        else if (word[1] == '-')
            ok = parse_long(args, &i, count, words, err);
        else
            ok = parse_letters(args, &i, count, words, err);
    }
    if (ok && !opt_has(args, "help"))
        ok = check_operands(args, err);
    if (ok)
        return args;
    opt_free(args);
    return NULL;
}

void opt_free(struct args *args)
{
    if (!args)
        return;
    vec_release(&args->given);
    vec_release(&args->operands);
    free(args);
}

const struct command *opt_command(const struct args *args)
{
    return args->command;
}

size_t opt_value_count(const struct args *args, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < args->given.count; i++) {
        const struct given *g = vec_at(&args->given, i);
        count += strcmp(g->opt->name, name) == 0;
    }
    return count;
}

const char *opt_value_at(const struct args *args, const char *name,
                         size_t index)
{
    for (size_t i = 0; i < args->given.count; i++) {
        const struct given *g = vec_at(&args->given, i);
        if (strcmp(g->opt->name, name) == 0 && index-- == 0)
            return g->value;
    }
    return NULL;
}

bool opt_has(const struct args *args, const char *name)
{
    return opt_value_count(args, name) > 0;
}

const char *opt_value(const struct args *args, const char *name,
                      const char *otherwise)
{
    size_t count = opt_value_count(args, name);
    return count ? opt_value_at(args, name, count - 1) : otherwise;
}

size_t opt_operand_count(const struct args *args)
{
    return args->operands.count;
}

const char *opt_operand(const struct args *args, size_t index)
{
    return *(const char *const *)vec_at(&args->operands, index);
}

bool opt_int(const struct args *args, const char *name, int64_t otherwise,
             int64_t min, int64_t max, int64_t *value, struct err *err)
{
    const char *text = opt_value(args, name, NULL);
    *value = otherwise;
    if (!text)
        return true;
    if (str_to_int(str_of(text), value) && *value >= min && *value <= max)
        return true;
    return err_set(err, ERR_USAGE,
                   "--%s: found '%s', allowed: a whole number from %lld to "
                   "%lld",
                   name, text, (long long)min, (long long)max);
}

bool opt_number(const struct args *args, const char *name, double otherwise,
                double min, double max, double *value, struct err *err)
{
    const char *text = opt_value(args, name, NULL);
    *value = otherwise;
    if (!text)
        return true;
    if (str_to_double(str_of(text), value) && *value >= min && *value <= max)
        return true;
    return err_set(err, ERR_USAGE,
                   "--%s: found '%s', allowed: a number from %g to %g", name,
                   text, min, max);
}

bool opt_choice(const struct args *args, const char *name,
                const char *otherwise, const char *const choices[],
                size_t *index, struct err *err)
{
    const char *text = opt_value(args, name, otherwise);
    struct buf allowed;
    buf_init(&allowed, 2000);
    for (size_t i = 0; choices[i]; i++) {
        if (strcmp(choices[i], text) == 0) {
            *index = i;
            buf_release(&allowed);
            return true;
        }
        buf_printf(&allowed, "%s%s", i ? ", " : "", choices[i]);
    }
    err_set(err, ERR_USAGE, "--%s: found '%s', allowed: %s", name, text,
            buf_cstr(&allowed));
    buf_release(&allowed);
    return false;
}

enum { OPTION_COLUMN = 28 };

static void write_option(const struct opt *o, struct buf *out)
{
    size_t start = out->len;
    if (o->letter)
        buf_printf(out, "  -%c, --%s", o->letter, o->name);
    else
        buf_printf(out, "      --%s", o->name);
    if (o->value)
        buf_printf(out, " %s", o->value);
    size_t columns = utf8_columns(str_slice(buf_str(out), start, out->len));
    if (columns + 2 > OPTION_COLUMN) {
        buf_add_char(out, '\n');
        columns = 0;
    }
    buf_add_many(out, ' ', OPTION_COLUMN - columns);
    buf_printf(out, "%s\n", o->doc);
}

void opt_write_help(const struct command *c, struct buf *out)
{
    buf_printf(out, "anamnesis %s - %s\n\nUsage: anamnesis %s [options]%s%s\n",
               c->name, c->summary, c->name, c->operands[0] ? " " : "",
               c->operands);
    if (c->options && c->options->name) {
        buf_add(out, STR("\nOptions:\n"));
        for (const struct opt *o = c->options; o->name; o++)
            write_option(o, out);
    }
    buf_add(out, STR("\nCommon options:\n"));
    for (const struct opt *o = opt_common; o->name; o++)
        write_option(o, out);
    if (c->details)
        buf_printf(out, "\n%s\n", c->details);
    if (c->examples) {
        buf_add(out, STR("\nExamples:\n"));
        for (str line, rest = str_of(c->examples);
             str_next(&rest, '\n', &line);)
            buf_printf(out, "  " STR_FMT "\n", STR_ARG(line));
    }
}

/* roff treats a leading '.' or '\'' and every '\' and '-' specially. */
static void put_roff(struct buf *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool line_start = i == 0 || text.ptr[i - 1] == '\n';
        if (c == '\\')
            buf_add(out, STR("\\e"));
        else if (c == '-')
            buf_add(out, STR("\\-"));
        else if (line_start && (c == '.' || c == '\''))
            buf_printf(out, "\\&%c", c);
        else
            buf_add_char(out, c);
    }
}

void opt_write_man_section(const struct command *c, struct buf *out)
{
    buf_printf(out, ".SS %s %s\n", c->name, c->operands);
    put_roff(out, str_of(c->summary));
    buf_add(out, STR(".\n"));
    for (const struct opt *o = c->options; o && o->name; o++) {
        buf_add(out, STR(".TP\n.B "));
        if (o->letter)
            buf_printf(out, "\\-%c, ", o->letter);
        buf_add(out, STR("\\-\\-"));
        put_roff(out, str_of(o->name));
        if (o->value)
            buf_printf(out, " \\fI%s\\fR", o->value);
        buf_add_char(out, '\n');
        put_roff(out, str_of(o->doc));
        buf_add_char(out, '\n');
    }
    if (c->details) {
        buf_add(out, STR(".PP\n"));
        put_roff(out, str_of(c->details));
        buf_add_char(out, '\n');
    }
}
