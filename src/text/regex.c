/* regex.c - see regex.h. */
#include "text/regex.h"

#include <assert.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"

struct regex {
    pcre2_code *code; /* owned */
    char *pattern;    /* owned */
    size_t pattern_bytes;
    uint32_t group_count;
};

struct regex_context {
    pcre2_match_context *limits;
    pcre2_match_data *data;
    pcre2_jit_stack *stack;
    uint32_t pair_count; /* room in data */
    str text;            /* borrowed; of the last match */
    size_t found;        /* pairs set by the last match, 0 = none */
};

static PCRE2_SPTR bytes_of(str s)
{
    return (PCRE2_SPTR)(s.ptr ? s.ptr : "");
}

static uint32_t options_of(unsigned flags)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF |
                       PCRE2_NEVER_BACKSLASH_C;
    if (flags & REGEX_LITERAL) /* the options allowed beside it are few */
        options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_LITERAL;
    if (flags & REGEX_CASELESS)
        options |= PCRE2_CASELESS;
    if (flags & REGEX_LITERAL)
        return options;
    if (flags & REGEX_MULTILINE)
        options |= PCRE2_MULTILINE;
    if (flags & REGEX_DOT_ALL)
        options |= PCRE2_DOTALL;
    if (flags & REGEX_EXTENDED)
        options |= PCRE2_EXTENDED;
    return options;
}

static bool set_message(struct err *err, int code, str pattern, size_t offset)
{
    PCRE2_UCHAR message[200] = "";
    pcre2_get_error_message(code, message, sizeof message);
    str shown = str_slice(pattern, 0, utf8_cut(pattern, 80));
    return err_set(err, ERR_CONFIG, "pattern '" STR_FMT "': %s at byte %zu",
                   STR_ARG(shown), (const char *)message, offset);
}

bool regex_compile(struct regex **regex, str pattern, unsigned flags,
                   struct err *err)
{
    if (pattern.len > REGEX_PATTERN_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "pattern of %zu bytes, at most %d",
                       pattern.len, REGEX_PATTERN_BYTES_MAX);
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *made =
        pcre2_compile((PCRE2_SPTR)(pattern.len ? pattern.ptr : ""), pattern.len,
                      options_of(flags), &code, &offset, NULL);
    if (!made)
        return set_message(err, code, pattern, offset);
    /* Without machine code (an unusual platform) matching still works. */
    pcre2_jit_compile(made, PCRE2_JIT_COMPLETE);
    *regex = mem_zero(1, sizeof **regex);
    (*regex)->code = made;
    (*regex)->pattern = mem_copy_string(pattern.ptr, pattern.len);
    (*regex)->pattern_bytes = pattern.len;
    pcre2_pattern_info(made, PCRE2_INFO_CAPTURECOUNT, &(*regex)->group_count);
    return true;
}

void regex_free(struct regex *regex)
{
    if (!regex)
        return;
    pcre2_code_free(regex->code);
    free(regex->pattern);
    free(regex);
}

str regex_pattern(const struct regex *regex)
{
    return str_make(regex->pattern, regex->pattern_bytes);
}

size_t regex_group_count(const struct regex *regex)
{
    return regex->group_count;
}

size_t regex_group_index(const struct regex *regex, str name)
{
    char copy[REGEX_NAME_BYTES_MAX + 1];
    if (name.len == 0 || name.len > REGEX_NAME_BYTES_MAX)
        return 0;
    memcpy(copy, name.ptr, name.len);
    copy[name.len] = '\0';
    int index = pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)copy);
    return index > 0 ? (size_t)index : 0;
}

static void *check(void *made)
{
    if (!made)
        abort(); /* no memory */
    return made;
}

struct regex_context *regex_context_new(void)
{
    struct regex_context *context = mem_zero(1, sizeof *context);
    context->limits = check(pcre2_match_context_create(NULL));
    pcre2_set_match_limit(context->limits, REGEX_MATCH_LIMIT);
    pcre2_set_depth_limit(context->limits, REGEX_DEPTH_LIMIT);
    pcre2_set_heap_limit(context->limits, REGEX_HEAP_KIB_MAX);
    context->stack =
        check(pcre2_jit_stack_create(32 * 1024, 1024 * 1024, NULL));
    pcre2_jit_stack_assign(context->limits, NULL, context->stack);
    return context;
}

void regex_context_free(struct regex_context *context)
{
    if (!context)
        return;
    pcre2_match_data_free(context->data);
    pcre2_jit_stack_free(context->stack);
    pcre2_match_context_free(context->limits);
    free(context);
}

static void make_room(struct regex_context *context, const struct regex *regex)
{
    uint32_t pairs = regex->group_count + 1;
    if (pairs <= context->pair_count)
        return;
    pcre2_match_data_free(context->data);
    context->data = check(pcre2_match_data_create(pairs, NULL));
    context->pair_count = pairs;
}

enum regex_result regex_find(const struct regex *regex,
                             struct regex_context *context, str text,
                             size_t from)
{
    make_room(context, regex);
    context->text = text;
    context->found = 0;
    if (from > text.len)
        return REGEX_ABSENT;
    int found = pcre2_match(regex->code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""),
                            text.len, from, 0, context->data, context->limits);
    if (found > 0) {
        context->found = (size_t)found;
        return REGEX_FOUND;
    }
    /* All that is left besides "no match" are limits and a full stack. */
    return found == PCRE2_ERROR_NOMATCH ? REGEX_ABSENT : REGEX_LIMIT;
}

enum regex_result regex_next(const struct regex *regex,
                             struct regex_context *context, str text,
                             size_t *from)
{
    enum regex_result result = regex_find(regex, context, text, *from);
    if (result != REGEX_FOUND)
        return result;
    const PCRE2_SIZE *pairs = pcre2_get_ovector_pointer(context->data);
    size_t end = pairs[1] > *from ? pairs[1] : *from;
    if (pairs[0] == pairs[1]) { /* an empty match: step over a character */
        str rest = str_slice(text, end, text.len);
        if (rest.len)
            utf8_next(&rest);
        end = rest.len ? (size_t)(rest.ptr - text.ptr) : text.len;
        end += pairs[1] >= text.len; /* beyond the end: stop next time */
    }
    *from = end;
    return result;
}

str regex_group(const struct regex_context *context, size_t index)
{
    if (index >= context->found)
        return (str){NULL, 0};
    const PCRE2_SIZE *pairs = pcre2_get_ovector_pointer(context->data);
    PCRE2_SIZE start = pairs[2 * index], end = pairs[2 * index + 1];
    if (start == PCRE2_UNSET || start > end) /* \K may put it behind */
        return (str){NULL, 0};
    return str_make(context->text.ptr ? context->text.ptr + start : "",
                    end - start);
}

size_t regex_group_start(const struct regex_context *context, size_t index)
{
    str group = regex_group(context, index);
    return group.ptr && context->text.ptr
               ? (size_t)(group.ptr - context->text.ptr)
               : 0;
}

/* Replaces into *result, which grows as needed up to bytes_max; its length in
 * *len. Returns what PCRE2 returns. */
static int substitute(const struct regex *regex, struct regex_context *context,
                      str text, str replacement, size_t bytes_max,
                      char **result, size_t *len)
{
    const uint32_t options = PCRE2_SUBSTITUTE_GLOBAL |
                             PCRE2_SUBSTITUTE_OVERFLOW_LENGTH |
                             PCRE2_SUBSTITUTE_UNSET_EMPTY;
    size_t room = text.len + text.len / 2 + 256;
    for (;;) {
        *result = mem_resize(*result, room);
        *len = room;
        int done = pcre2_substitute(regex->code, bytes_of(text), text.len, 0,
                                    options, context->data, context->limits,
                                    bytes_of(replacement), replacement.len,
                                    (PCRE2_UCHAR *)*result, len);
        /* With too little room, *len is the room needed. */
        if (done != PCRE2_ERROR_NOMEMORY || *len <= room || *len > bytes_max)
            return done;
        room = *len;
    }
}

static bool replace_error(const struct regex *regex, int code, str replacement,
                          struct err *err)
{
    if (code == PCRE2_ERROR_BADREPLACEMENT || code == PCRE2_ERROR_NOSUBSTRING ||
        code == PCRE2_ERROR_BADREPESCAPE || code == PCRE2_ERROR_BADSUBSTITUTION)
        return set_message(err, code, replacement, 0);
    str pattern = regex_pattern(regex);
    return err_set(err, ERR_LIMIT, "pattern '" STR_FMT "' passed its limits",
                   STR_ARG(str_slice(pattern, 0, utf8_cut(pattern, 80))));
}

bool regex_replace(const struct regex *regex, struct regex_context *context,
                   str text, str replacement, struct buf *out, size_t *count,
                   struct err *err)
{
    make_room(context, regex);
    context->found = 0;
    char *result = NULL;
    size_t len;
    int done = substitute(regex, context, text, replacement, out->bytes_max + 1,
                          &result, &len);
    bool ok = done >= 0;
    if (!ok)
        replace_error(regex, done, replacement, err);
    else if (!buf_add(out, str_make(result, len)))
        ok = err_set(err, ERR_LIMIT, "replaced text is too long");
    if (ok && count)
        *count = (size_t)done;
    free(result);
    return ok;
}

struct regex_set {
    struct map names; /* name -> index */
    struct vec items; /* struct regex *, owned */
};

struct regex_set *regex_set_new(void)
{
    struct regex_set *set = mem_zero(1, sizeof *set);
    map_init(&set->names);
    vec_init(&set->items, sizeof(struct regex *));
    return set;
}

void regex_set_free(struct regex_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->items.count; i++)
        regex_free(*(struct regex **)vec_at(&set->items, i));
    vec_release(&set->items);
    map_release(&set->names);
    free(set);
}

bool regex_set_add(struct regex_set *set, str name, str pattern, unsigned flags,
                   struct err *err)
{
    if (map_get(&set->names, name, NULL))
        return err_set(err, ERR_CONFLICT,
                       "pattern '" STR_FMT "' exists already", STR_ARG(name));
    struct regex *regex;
    if (!regex_compile(&regex, pattern, flags, err))
        return err_wrap(err, STR_FMT, STR_ARG(name));
    map_put(&set->names, name, set->items.count);
    vec_push(&set->items, &regex);
    return true;
}

size_t regex_set_size(const struct regex_set *set)
{
    return set->items.count;
}

str regex_set_name(const struct regex_set *set, size_t index)
{
    return map_entry(&set->names, index)->key;
}

const struct regex *regex_set_at(const struct regex_set *set, size_t index)
{
    return *(struct regex **)vec_at(&set->items, index);
}

const struct regex *regex_set_get(const struct regex_set *set, str name)
{
    uint64_t index;
    return map_get(&set->names, name, &index) ? regex_set_at(set, (size_t)index)
                                              : NULL;
}

size_t regex_set_first(const struct regex_set *set,
                       struct regex_context *context, str text, bool *limited)
{
    if (limited)
        *limited = false;
    for (size_t i = 0; i < set->items.count; i++) {
        enum regex_result result =
            regex_find(regex_set_at(set, i), context, text, 0);
        if (result == REGEX_FOUND)
            return i;
        if (result == REGEX_LIMIT && limited)
            *limited = true;
    }
    return STR_NONE;
}
