/* secret.c - see secret.h. */
#include "patient/secret.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "record/record.h"
#include "text/normalise.h"

enum { NAME_BYTES_MIN = 2 };

struct secrets {
    const struct knowledge *knowledge;
    struct vec *names; /* per disease: str, folded */
    struct arena arena;
};

static void add_name(struct secrets *s, struct vec *names, str name)
{
    struct buf folded;
    buf_init(&folded, 4096);
    if (text_fold(name, &folded) && folded.len >= NAME_BYTES_MIN) {
        str copy = arena_copy(&s->arena, buf_str(&folded));
        vec_push(names, &copy);
    }
    buf_release(&folded);
}

struct secrets *secrets_new(const struct knowledge *k)
{
    struct secrets *s = mem_zero(1, sizeof *s);
    s->knowledge = k;
    arena_init(&s->arena);
    s->names = mem_zero(k->diseases.count + 1, sizeof(struct vec));
    for (size_t i = 0; i < k->diseases.count; i++) {
        const struct disease *d = LIST_AT(k->diseases, struct disease, i);
        vec_init(&s->names[i], sizeof(str));
        add_name(s, &s->names[i], d->icd10);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            add_name(s, &s->names[i], t3_in(&d->name, (enum lang)lang));
            const struct list *aliases = &d->aliases.texts[lang];
            for (size_t a = 0; a < aliases->count; a++)
                add_name(s, &s->names[i], *LIST_AT(*aliases, str, a));
        }
    }
    return s;
}

void secrets_free(struct secrets *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->knowledge->diseases.count; i++)
        vec_release(&s->names[i]);
    free(s->names);
    arena_release(&s->arena);
    free(s);
}

static bool is_spaced(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c >= 0xC0 && c < 0x250);
}

static bool holds_word(str text, str word)
{
    for (size_t at = 0; (at = str_find(text, word, at)) != STR_NONE; at++) {
        str left = str_slice(text, 0, at),
            right = str_slice(text, at + word.len, text.len), own = word,
            own_end = word;
        bool open = !left.len || !is_spaced(utf8_previous(&left)) ||
                    !is_spaced(utf8_next(&own));
        bool shut = !right.len || !is_spaced(utf8_next(&right)) ||
                    !is_spaced(utf8_previous(&own_end));
        if (open && shut)
            return true;
    }
    return false;
}

bool secret_is_told(const struct secrets *s, const struct disease *disease,
                    str extra, str text, struct buf *scratch)
{
    buf_reset(scratch);
    if (!text_fold(text, scratch))
        return true; /* too long to look at: not said */
    str folded = buf_str(scratch);
    if (extra.len && holds_word(folded, extra))
        return true;
    if (!disease)
        return false;
    size_t index =
        (size_t)(disease - LIST_AT(s->knowledge->diseases, struct disease, 0));
    const struct vec *names = &s->names[index];
    for (size_t i = 0; i < names->count; i++)
        if (holds_word(folded, *(const str *)vec_at(names, i)))
            return true;
    return false;
}
