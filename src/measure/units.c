/* units.c - see units.h. */
#include "measure/units.h"

#include <string.h>

#include "text/decode.h"
#include "text/normalise.h"

void units_init(struct units *u)
{
    u->classes = classes_get();
    vec_init(&u->units, sizeof(struct unit));
    vec_init(&u->grams, sizeof(uint64_t));
    buf_init(&u->folded, BUF_MAX);
}

void units_release(struct units *u)
{
    vec_release(&u->units);
    vec_release(&u->grams);
    buf_release(&u->folded);
}

static void add_unit(struct units *u, uint64_t hash, size_t start, size_t end)
{
    struct unit *unit = (struct unit *)u->units.items + u->units.count++;
    unit->name = (uint32_t)(hash ^ hash >> 32) | 1;
    unit->start = (uint32_t)start;
    unit->end = (uint32_t)end;
    unit->plain = 0;
    unit->word = false;
    unit->stock = false;
}

static void add_word(struct units *u, str text, size_t start, size_t end)
{
    add_unit(u, str_hash(str_make(text.ptr + start, end - start)), start, end);
    ((struct unit *)u->units.items)[u->units.count - 1].word = true;
}

void units_cut(struct units *u, str raw, size_t max)
{
    vec_reset(&u->units);
    buf_reset(&u->folded);
    text_fold(raw, &u->folded);
    str text = buf_str(&u->folded);
    size_t run = STR_NONE;
    vec_reserve(&u->units, (text.len < max ? text.len : max) + 1);
    for (size_t at = 0, step; at < text.len && u->units.count < max;
         at += step) {
        uint32_t c = decode_at(text, at, &step);
        unsigned class = class_of(u->classes, c);
        bool spaced = (class & CLASS_SPACED) != 0;
        if (spaced && run == STR_NONE)
            run = at;
        if (spaced)
            continue;
        if (run != STR_NONE)
            add_word(u, text, run, at);
        run = STR_NONE;
        if ((class & CLASS_KEPT) && u->units.count < max)
            add_unit(u, c * 0x9E3779B97F4A7C15u, at, at + step);
    }
    if (run != STR_NONE && u->units.count < max)
        add_word(u, text, run, text.len);
}

/* Stretches of the folded text that are plain already go out in one piece. */
void units_put_plain(struct units *u, struct buf *out)
{
    struct unit *units = u->units.items;
    str text = buf_str(&u->folded);
    size_t from = 0, to = 0, base = out->len;
    bool word_before = false;
    for (size_t i = 0; i < u->units.count; i++) {
        size_t start = units[i].start;
        bool two_words = units[i].word && word_before;
        bool goes_on = two_words ? start == to + 1 && text.ptr[to] == ' '
                                 : start == to && i > 0;
        if (!goes_on) {
            buf_add(out, str_make(text.ptr + from, to - from));
            if (two_words)
                buf_add_char(out, ' ');
            from = start;
            base = out->len;
        }
        units[i].plain = (uint32_t)(base + start - from);
        word_before = units[i].word;
        to = units[i].end;
    }
    buf_add(out, str_make(text.ptr + from, to - from));
}

void units_list_grams(struct units *u, size_t n)
{
    const uint64_t base = 0x9E3779B97F4A7C15u;
    const struct unit *units = u->units.items;
    uint64_t top = 1, name = 0;
    vec_reset(&u->grams);
    if (u->units.count < n)
        return;
    vec_reserve(&u->grams, u->units.count);
    uint64_t *grams = u->grams.items;
    for (size_t i = 1; i < n; i++)
        top *= base;
    for (size_t i = 0; i < u->units.count; i++) {
        if (i >= n)
            name -= top * units[i - n].name;
        name = name * base + units[i].name;
        if (i + 1 < n)
            continue;
        uint64_t mixed = (name ^ name >> 31) * 0xD6E8FEB86659FD93u;
        grams[u->grams.count++] = mixed ^ mixed >> 29;
    }
}

/* The rightmost of equal ones. */
static size_t smallest_of(const uint64_t *grams, size_t from, size_t to)
{
    size_t best = from;
    for (size_t k = from; k < to; k++)
        if (grams[k] <= grams[best])
            best = k;
    return best;
}

void units_winnow(const struct units *u, size_t w, struct vec *chosen)
{
    const uint64_t *grams = u->grams.items;
    size_t count = u->grams.count, last = STR_NONE;
    vec_reset(chosen);
    if (count > 0 && count < w)
        w = count;
    for (size_t i = 0; count > 0 && i + w <= count; i++) {
        size_t end = i + w, best = last;
        if (last == STR_NONE || last < i)
            best = smallest_of(grams, i, end);
        else if (grams[end - 1] <= grams[last])
            best = end - 1;
        if (best != last)
            *(uint32_t *)vec_add(chosen) = (uint32_t)best;
        last = best;
    }
}

size_t units_sketch(const struct units *u, uint64_t smallest[UNITS_SKETCH])
{
    const struct unit *units = u->units.items;
    size_t used = 0;
    for (size_t i = 0; i + 1 < u->units.count; i++) {
        uint64_t name = units_pair(units[i].name, units[i + 1].name);
        size_t at = used;
        if (used == UNITS_SKETCH && name >= smallest[UNITS_SKETCH - 1])
            continue;
        while (at > 0 && smallest[at - 1] > name)
            at--;
        if (at > 0 && smallest[at - 1] == name)
            continue;
        used += used < UNITS_SKETCH;
        memmove(smallest + at + 1, smallest + at,
                (used - at - 1) * sizeof *smallest);
        smallest[at] = name;
    }
    return used;
}
