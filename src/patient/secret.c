/* secret.c - see secret.h. */
#include "patient/secret.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "record/record.h"
#include "text/normalise.h"

enum {
    NAME_BYTES_MIN = 2,
    INFLECTED_BYTES_MIN = 6 /* shorter names are no words but letters */
};

struct secrets {
    const struct knowledge *knowledge;
    struct vec *names;  /* per disease: str, folded */
    struct vec *starts; /* per disease: str, any word that begins so tells it */
    struct arena arena;
};

/* "uterine fibroids" is told by "a uterine fibroid" too. */
static void add_singular(struct vec *names, str name)
{
    static const char *const no_plurals[] = {"ss", "is", "us", "as"};
    if (name.len <= INFLECTED_BYTES_MIN || !str_ends_with(name, STR("s")))
        return;
    for (size_t i = 0; i < sizeof no_plurals / sizeof *no_plurals; i++)
        if (str_ends_with(name, str_of(no_plurals[i])))
            return;
    str singular = str_slice(name, 0, name.len - 1);
    vec_push(names, &singular);
}

static void add_name(struct secrets *s, struct vec *names, str name)
{
    struct buf folded;
    buf_init(&folded, 4096);
    if (text_fold(name, &folded) && folded.len >= NAME_BYTES_MIN) {
        str copy = arena_copy(&s->arena, buf_str(&folded));
        vec_push(names, &copy);
        add_singular(names, copy);
    }
    buf_release(&folded);
}

/* Dutch writes compounds as one word: "malariagebied" tells malaria, and
 * "bloedneuzen" a bloedneus. */
static void add_dutch(struct secrets *s, struct vec *starts, str name)
{
    struct buf folded;
    buf_init(&folded, 4096);
    if (text_fold(name, &folded) && folded.len >= INFLECTED_BYTES_MIN) {
        str copy = arena_copy(&s->arena, buf_str(&folded));
        vec_push(starts, &copy);
        str stem = str_slice(copy, 0, copy.len - 1);
        bool soft = str_ends_with(copy, STR("s")) || /* neus, neuzen */
                    str_ends_with(copy, STR("f"));   /* brief, brieven */
        if (soft) {
            str plural =
                arena_printf(&s->arena, STR_FMT "%sen", STR_ARG(stem),
                             str_ends_with(copy, STR("s")) ? "z" : "v");
            vec_push(starts, &plural);
        }
    }
    buf_release(&folded);
}

struct secrets *secrets_new(const struct knowledge *k)
{
    struct secrets *s = mem_zero(1, sizeof *s);
    s->knowledge = k;
    arena_init(&s->arena);
    s->names = mem_zero(k->diseases.count + 1, sizeof(struct vec));
    s->starts = mem_zero(k->diseases.count + 1, sizeof(struct vec));
    for (size_t i = 0; i < k->diseases.count; i++) {
        const struct disease *d = LIST_AT(k->diseases, struct disease, i);
        vec_init(&s->names[i], sizeof(str));
        vec_init(&s->starts[i], sizeof(str));
        const struct list *dutch = &d->aliases.texts[LANG_NL];
        add_dutch(s, &s->starts[i], t3_in(&d->name, LANG_NL));
        for (size_t a = 0; a < dutch->count; a++)
            add_dutch(s, &s->starts[i], *LIST_AT(*dutch, str, a));
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
    for (size_t i = 0; i < s->knowledge->diseases.count; i++)
        vec_release(&s->starts[i]);
    free(s->names);
    free(s->starts);
    arena_release(&s->arena);
    free(s);
}

static bool is_spaced(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c >= 0xC0 && c < 0x250);
}

/* The word ends there, or behind a plural or genitive: "febrile seizures". */
static bool is_shut(str right, str word)
{
    static const char *const endings[] = {"", "s", "es", "en", "'s"};
    str end = word;
    if (!right.len || !is_spaced(utf8_previous(&end)))
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        str ending = str_of(endings[i]);
        if (!str_starts_with(right, ending) ||
            (i > 0 && word.len < INFLECTED_BYTES_MIN))
            continue;
        str rest = str_slice(right, ending.len, right.len);
        if (!rest.len || !is_spaced(utf8_next(&rest)))
            return true;
    }
    return false;
}

/* With `compound`: any word that begins with it. */
static bool holds_word(str text, str word, bool compound)
{
    for (size_t at = 0; (at = str_find(text, word, at)) != STR_NONE; at++) {
        str left = str_slice(text, 0, at),
            right = str_slice(text, at + word.len, text.len), own = word;
        bool open = !left.len || !is_spaced(utf8_previous(&left)) ||
                    !is_spaced(utf8_next(&own));
        if (open && (compound || is_shut(right, word)))
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
    if (extra.len && holds_word(folded, extra, false))
        return true;
    if (!disease)
        return false;
    size_t index =
        (size_t)(disease - LIST_AT(s->knowledge->diseases, struct disease, 0));
    const struct vec *names = &s->names[index];
    for (size_t i = 0; i < names->count; i++)
        if (holds_word(folded, *(const str *)vec_at(names, i), false))
            return true;
    const struct vec *starts = &s->starts[index];
    for (size_t i = 0; i < starts->count; i++)
        if (holds_word(folded, *(const str *)vec_at(starts, i), true))
            return true;
    return false;
}
