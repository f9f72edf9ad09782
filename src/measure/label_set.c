/* label_set.c - see label_set.h. */
#include "measure/label_set.h"

#include <stdlib.h>

#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "text/normalise.h"

struct spelling {
    str text; /* folded, in the arena */
    size_t label;
};

struct label_set {
    struct vec spellings; /* struct spelling */
    struct map labels;    /* label → number from 1 */
    struct vec types_of;  /* size_t, of each label */
    struct map types;     /* type → number from 1 */
    uint64_t name;
    struct arena arena;
    struct buf folded;
};

/* The label's number; its type is that of its first line. */
static bool label_of(struct label_set *set, str label, str type, size_t *number,
                     struct err *err)
{
    uint64_t *cell = map_slot(&set->labels, label);
    if (*cell == 0) {
        *cell = map_size(&set->labels);
        uint64_t *kind = map_slot(&set->types, type);
        if (*kind == 0)
            *kind = map_size(&set->types);
        if (*kind > LABEL_TYPES_MAX)
            return err_set(err, ERR_LIMIT, "more than %d types",
                           LABEL_TYPES_MAX);
        size_t index = *kind - 1;
        vec_push(&set->types_of, &index);
    }
    *number = *cell - 1;
    return true;
}

static bool add_line(struct label_set *set, str line, struct err *err)
{
    str text = {0}, label = {0}, type = {0};
    set->name = set->name * 0x9E3779B97F4A7C15u + str_hash(line);
    if (!str_next(&line, '\t', &text) || str_trim(text).len == 0)
        return err_set(err, ERR_FORMAT, "spelling TAB label TAB type wanted");
    if (!str_next(&line, '\t', &label) || str_trim(label).len == 0)
        label = text;
    if (!str_next(&line, '\t', &type) || str_trim(type).len == 0)
        type = STR("other");
    if (text.len > LABEL_BYTES_MAX || label.len > LABEL_BYTES_MAX ||
        type.len > LABEL_TYPE_BYTES_MAX ||
        set->spellings.count == LABEL_SPELLINGS_MAX)
        return err_set(
            err, ERR_LIMIT, "at most %d spellings of %d bytes, types of %d",
            LABEL_SPELLINGS_MAX, LABEL_BYTES_MAX, LABEL_TYPE_BYTES_MAX);
    struct spelling spelling = {0};
    buf_reset(&set->folded);
    text_fold(str_trim(text), &set->folded);
    spelling.text = arena_copy(&set->arena, buf_str(&set->folded));
    if (!label_of(set, str_trim(label), str_trim(type), &spelling.label, err))
        return false;
    if (spelling.text.len)
        vec_push(&set->spellings, &spelling);
    return true;
}

static bool read_all(struct label_set *set, const char *path, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    bool ok = true;
    for (str line; ok && lines_next(in, &line, &broken);)
        if (str_trim(line).len && !add_line(set, line, err))
            ok = err_wrap(err, "line %llu",
                          (unsigned long long)lines_number(in));
    lines_close(in);
    if (ok && broken.code != ERR_NONE) {
        *err = broken;
        ok = false;
    }
    if (ok && set->spellings.count == 0)
        ok = err_set(err, ERR_FORMAT, "there is no label");
    return ok || err_wrap(err, "%s", path);
}

struct label_set *label_set_open(const char *path, struct err *err)
{
    struct label_set *set = mem_zero(1, sizeof *set);
    vec_init(&set->spellings, sizeof(struct spelling));
    map_init(&set->labels);
    vec_init(&set->types_of, sizeof(size_t));
    map_init(&set->types);
    arena_init(&set->arena);
    buf_init(&set->folded, BUF_MAX);
    if (read_all(set, path, err))
        return set;
    label_set_close(set);
    return NULL;
}

void label_set_close(struct label_set *set)
{
    if (!set)
        return;
    vec_release(&set->spellings);
    map_release(&set->labels);
    vec_release(&set->types_of);
    map_release(&set->types);
    arena_release(&set->arena);
    buf_release(&set->folded);
    free(set);
}

size_t label_set_size(const struct label_set *set)
{
    return map_size(&set->labels);
}

size_t label_set_type_count(const struct label_set *set)
{
    return map_size(&set->types);
}

str label_set_type(const struct label_set *set, size_t index)
{
    return map_entry(&set->types, index)->key;
}

uint64_t label_set_name(const struct label_set *set)
{
    return set->name;
}

static void mark(const struct label_set *set, str text, uint8_t bit,
                 uint8_t *marks)
{
    struct buf folded;
    buf_init(&folded, BUF_MAX);
    text_fold(text, &folded);
    for (size_t i = 0; i < set->spellings.count; i++) {
        const struct spelling *s = vec_at(&set->spellings, i);
        if (!(marks[s->label] & bit) && str_contains(buf_str(&folded), s->text))
            marks[s->label] |= bit;
    }
    buf_release(&folded);
}

void label_set_compare(const struct label_set *set, str hypothesis,
                       str reference, double (*counts)[3])
{
    enum { IN_HYPOTHESIS = 1, IN_REFERENCE = 2 };
    size_t all = label_set_type_count(set);
    uint8_t *marks = mem_zero(label_set_size(set), 1);
    mark(set, hypothesis, IN_HYPOTHESIS, marks);
    mark(set, reference, IN_REFERENCE, marks);
    for (size_t i = 0; i < label_set_size(set); i++) {
        size_t type = *(const size_t *)vec_at(&set->types_of, i);
        bool ours = marks[i] & IN_HYPOTHESIS, theirs = marks[i] & IN_REFERENCE;
        counts[type][0] += ours && theirs;
        counts[type][1] += ours;
        counts[type][2] += theirs;
        counts[all][0] += ours && theirs;
        counts[all][1] += ours;
        counts[all][2] += theirs;
    }
    free(marks);
}
