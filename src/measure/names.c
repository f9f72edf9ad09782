/* names.c - see names.h. Lists are kept in lower case; whether a word has to
 * be capitalised is a matter of its place, not of the list. */
#include "measure/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/yaml.h"
#include "text/decode.h"

enum {
    WORD_BYTES_MAX = 40,
    SMALL_BYTES_MAX = 16,
    WORD_TITLE = 1 << 0,
    WORD_LONG_TITLE = 1 << 1, /* nothing goes on behind its full stop */
    WORD_INITIAL = 1 << 2,
    WORD_PARTICLE = 1 << 3,
    WORD_GIVEN = 1 << 4,
    WORD_FAMILY = 1 << 5,
    WORD_COMMON_GIVEN = 1 << 6, /* that is another word too */
    WORD_COMMON_FAMILY = 1 << 7,
    WORD_NO_NAME = 1 << 8,
    WORD_BEFORE = 1 << 9, /* Chinese: may stand before a name */
    WORD_NAMED = 1 << 10,
    HAN_FIRST = 0x4E00,
    HAN_LAST = 0x9FFF
};

struct names {
    enum lang lang;
    struct map words; /* lower case → WORD_* */
    /* Of titles and particles, by first byte: bits of their lengths. */
    uint16_t small[256];
    /* Chinese: a title or "我叫" begins with this character. */
    bool starts[HAN_LAST - HAN_FIRST + 1];
};

/* ASCII letters in lower case; empty when it is too long for a name. */
static str lower(str word, char out[WORD_BYTES_MAX])
{
    if (word.len > WORD_BYTES_MAX)
        return (str){0};
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return str_make(out, word.len);
}

/* What a scan asks before it looks a word up. */
static void note_start(struct names *names, str word, unsigned flag)
{
    size_t step;
    if (word.len == 0)
        return;
    uint32_t first = decode_at(word, 0, &step);
    if ((flag & (WORD_TITLE | WORD_NAMED)) && first >= HAN_FIRST &&
        first <= HAN_LAST)
        names->starts[first - HAN_FIRST] = true;
    if ((flag & (WORD_TITLE | WORD_PARTICLE)) && word.len < SMALL_BYTES_MAX)
        names->small[(unsigned char)word.ptr[0]] |= (uint16_t)(1u << word.len);
}

static void read_lists(struct names *names, const struct yaml *root)
{
    static const struct {
        const char *key;
        unsigned flag;
    } lists[] = {{"titles", WORD_TITLE},
                 {"whole_word_titles", WORD_LONG_TITLE},
                 {"initials", WORD_INITIAL},
                 {"particles", WORD_PARTICLE},
                 {"given_names", WORD_GIVEN},
                 {"given_names_also_words", WORD_GIVEN | WORD_COMMON_GIVEN},
                 {"family_names", WORD_FAMILY},
                 {"family_names_also_words", WORD_FAMILY | WORD_COMMON_FAMILY},
                 {"no_names", WORD_NO_NAME},
                 {"before_names", WORD_BEFORE},
                 {"named", WORD_NAMED}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        YAML_EACH(word, yaml_get(root, lists[i].key))
        {
            char buffer[WORD_BYTES_MAX];
            *map_slot(&names->words, lower(word->text, buffer)) |=
                lists[i].flag;
            note_start(names, word->text, lists[i].flag);
        }
}

struct names *names_load(enum lang lang, struct err *err)
{
    struct names *names = mem_zero(1, sizeof *names);
    struct arena scratch;
    arena_init(&scratch);
    map_init(&names->words);
    names->lang = lang;
    const char *asset = arena_cstr(
        &scratch, arena_printf(&scratch, "rules/names/" STR_FMT ".yaml",
                               STR_ARG(lang_name(lang))));
    bool listed = asset_exists(asset);
    const struct yaml *root = listed ? asset_yaml(asset, &scratch, err) : NULL;
    if (root)
        read_lists(names, root);
    arena_release(&scratch);
    if (root || !listed)
        return names;
    names_free(names);
    return NULL;
}

void names_free(struct names *names)
{
    if (!names)
        return;
    map_release(&names->words);
    free(names);
}

static unsigned known(const struct names *names, str word)
{
    char buffer[WORD_BYTES_MAX];
    uint64_t flags = 0;
    map_get(&names->words, lower(word, buffer), &flags);
    return (unsigned)flags;
}

/* --- words of Latin script --- */

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Letters and digits; of UTF-8 those up to U+024F, by their bytes. */
static inline bool is_letter(char c)
{
    unsigned char byte = (unsigned char)c;
    if (byte < 0x80)
        return (unsigned)(byte | 32) - 'a' < 26 || (unsigned)byte - '0' < 10;
    return byte < 0xC0 || (byte >= 0xC3 && byte <= 0xC9);
}

/* Bytes of an apostrophe at `at`, straight or curled; 0: there is none. */
static size_t apostrophe(str text, size_t at)
{
    if (text.ptr[at] == '\'')
        return 1;
    bool curled = text.len - at >= 3 && memcmp(text.ptr + at, "\u2019", 3) == 0;
    return curled ? 3 : 0;
}

/* "v/d" and "v.d." are one word. */
static size_t short_particle_end(str text, size_t at)
{
    if (text.ptr[at] != 'v' && text.ptr[at] != 'V')
        return 0;
    if (str_equal_ignore_case(str_slice(text, at, at + 4), STR("v.d.")))
        return at + 4;
    bool slash = str_equal_ignore_case(str_slice(text, at, at + 3), STR("v/d"));
    return slash ? at + 3 : 0;
}

static size_t word_end(str text, size_t at)
{
    size_t end = short_particle_end(text, at);
    if (end && (end == text.len || !is_letter(text.ptr[end])))
        return end;
    for (end = at; end < text.len;) {
        size_t step = is_letter(text.ptr[end]) ? 1 : apostrophe(text, end);
        bool inside = step == 1 || (end + step < text.len &&
                                    is_letter(text.ptr[end + step]));
        if (step == 0 || !inside)
            break;
        end += step;
    }
    while (end > at && apostrophe(text, end - 1) == 1)
        end--;
    return end;
}

static char join_at(str text, size_t end)
{
    if (end < text.len && text.ptr[end] == '-')
        return '-';
    bool dot = end < text.len && text.ptr[end] == '.';
    end += dot;
    bool space = end < text.len && text.ptr[end] == ' ';
    end += space;
    bool letter =
        end < text.len && (is_letter(text.ptr[end]) || text.ptr[end] == '\'');
    if (!letter || (!dot && !space))
        return 0;
    return dot ? '.' : ' ';
}

/* "d'Sluis", "O'Brien": what the list says of the part behind the mark. */
static unsigned behind_apostrophe(const struct names *names, str word,
                                  bool *capital)
{
    size_t mark = str_find_char(word, '\'', 0);
    if (mark == STR_NONE || mark > 1 || mark + 1 >= word.len)
        return 0;
    str rest = str_slice(word, mark + 1, word.len);
    *capital = is_upper(rest.ptr[0]);
    return *capital ? known(names, rest) : 0;
}

/* Titles and particles need no capital: is one listed with this first letter
 * and this length? Spares a look-up of nearly every word. */
static bool may_be_small(const struct names *names, str word)
{
    return word.len > 0 && word.len < SMALL_BYTES_MAX &&
           (names->small[(unsigned char)word.ptr[0]] >> word.len & 1);
}

static struct name_token describe(const struct names *names, str text,
                                  size_t start, size_t end)
{
    str word = str_slice(text, start, end);
    struct name_token t = {.start = start, .end = end};
    t.join = join_at(text, end);
    t.owner =
        str_ends_with(word, STR("'s")) || str_ends_with(word, STR("\u2019s"));
    t.capital = word.len && is_upper(word.ptr[0]);
    t.shouted = t.capital && word.len > 1;
    for (size_t i = 0; i < word.len; i++)
        t.shouted = t.shouted && is_upper(word.ptr[i]);
    if (t.owner)
        word = str_slice(word, 0,
                         word.len - (str_ends_with(word, STR("'s")) ? 2 : 4));
    if (t.capital || may_be_small(names, word))
        t.word = known(names, word);
    if (t.word == 0 && !t.owner)
        t.word = behind_apostrophe(names, word, &t.capital);
    return t;
}

static void cut(const struct names *names, str text, struct vec *tokens)
{
    for (size_t at = 0; at < text.len;) {
        if (!is_letter(text.ptr[at]) && apostrophe(text, at) == 0) {
            at++;
            continue;
        }
        size_t from = at + (is_letter(text.ptr[at]) ? 0 : 1);
        bool tiny = str_starts_with(str_slice(text, at, at + 2), STR("'t"));
        size_t end = tiny ? at + 2 : word_end(text, from);
        from = tiny ? at : from;
        if (end > from) {
            struct name_token t = describe(names, text, from, end);
            vec_push(tokens, &t);
        }
        at = end > at ? end : at + 1;
    }
}

/* --- names of Latin script --- */

struct walk {
    const struct name_token *tokens;
    size_t count;
    bool dutch;
};

static bool joins(const struct walk *w, size_t i, const char *allowed)
{
    if (i + 1 >= w->count || w->tokens[i].join == 0)
        return false;
    for (; *allowed; allowed++)
        if (w->tokens[i].join == *allowed)
            return true;
    return false;
}

static bool is_title(const struct name_token *t)
{
    return (t->word & WORD_TITLE) && !t->shouted;
}

/* One to four capitals, or one of the listed ones ("Th."). */
static bool is_initial(const struct walk *w, size_t i)
{
    const struct name_token *t = &w->tokens[i];
    size_t len = t->end - t->start;
    if (t->word & (WORD_TITLE | WORD_NO_NAME))
        return false;
    if ((t->word & WORD_INITIAL) && t->capital && t->join == '.')
        return true;
    return t->capital && (len == 1 || (t->shouted && len <= 4));
}

static bool is_given(const struct name_token *t)
{
    return (t->word & WORD_GIVEN) && t->capital && !t->shouted;
}

static bool is_family(const struct name_token *t)
{
    return (t->word & WORD_FAMILY) && t->capital && !t->shouted;
}

static bool may_be_family(const struct name_token *t, size_t least)
{
    return t->capital && !t->shouted && t->end - t->start >= least &&
           !(t->word & (WORD_NO_NAME | WORD_TITLE));
}

/* What stands before the family name, and whether it was there. */
struct parts {
    size_t next; /* the first token behind them */
    bool title, initials, given, particles;
    bool open; /* the last one may be followed by another part */
};

static size_t pass_title(const struct walk *w, size_t i, struct parts *p)
{
    while (i < w->count && is_title(&w->tokens[i])) {
        bool long_one = (w->tokens[i].word & WORD_LONG_TITLE) != 0;
        p->title = true;
        p->open = joins(w, i, long_one ? " " : " .");
        i++;
        if (!p->open)
            break;
    }
    return i;
}

static size_t pass_initials(const struct walk *w, size_t i, struct parts *p)
{
    for (int k = 0; k < 6 && p->open && i < w->count && is_initial(w, i); k++) {
        p->initials = true;
        p->open = joins(w, i, " .");
        i++;
    }
    return i;
}

static size_t pass_given(const struct walk *w, size_t i, struct parts *p)
{
    for (int k = 0; k < 3 && p->open && i < w->count; k++) {
        bool hyphen = p->given && w->tokens[i - 1].join == '-';
        if (!is_given(&w->tokens[i]) &&
            !(hyphen && may_be_family(&w->tokens[i], 3)))
            break;
        if (k > 0 && is_family(&w->tokens[i]) && !hyphen)
            break;
        p->given = true;
        p->open = joins(w, i, " -");
        i++;
    }
    return i;
}

static size_t pass_particles(const struct walk *w, size_t i, struct parts *p)
{
    for (int k = 0; k < 3 && p->open && i < w->count; k++) {
        if (!(w->tokens[i].word & WORD_PARTICLE) || is_initial(w, i) ||
            !joins(w, i, " "))
            break;
        p->particles = true;
        i++;
    }
    return i;
}

/* "Visser-de Jong": behind a family name that a hyphen follows. */
static size_t pass_double(const struct walk *w, size_t i)
{
    if (!joins(w, i, "-"))
        return i + 1;
    struct parts p = {.open = true};
    size_t next = pass_particles(w, i + 1, &p);
    return next < w->count && may_be_family(&w->tokens[next], 3) ? next + 1
                                                                 : i + 1;
}

static bool family_fits(const struct walk *w, const struct parts *p, size_t i)
{
    const struct name_token *t = &w->tokens[i];
    if (p->title || p->given)
        return is_family(t) || may_be_family(t, 3);
    if (p->initials)
        return is_family(t) || ((p->particles || (joins(w, i, "-") &&
                                                  w->tokens[i + 1].capital)) &&
                                may_be_family(t, 4));
    return p->particles && w->dutch && is_family(t);
}

/* A name of one word, or of given names only. */
static size_t single_length(const struct walk *w, size_t i,
                            const struct parts *p, size_t behind)
{
    const struct name_token *t = &w->tokens[i];
    bool one = behind == i + 1;
    if (p->given && one && (t->owner || (t->word & WORD_COMMON_GIVEN)))
        return 0;
    if (p->given)
        return behind - i;
    bool alone = w->dutch && !t->owner && !(t->word & WORD_COMMON_FAMILY);
    if (is_family(t) && (alone || joins(w, i, "-")))
        return pass_double(w, i) - i;
    return 0;
}

/* Tokens of the name that begins at i; 0: none does. */
static size_t name_length(const struct walk *w, size_t i, bool *single)
{
    struct parts p = {.open = true};
    size_t next = pass_title(w, i, &p);
    next = pass_initials(w, next, &p);
    if (!p.initials)
        next = pass_given(w, next, &p);
    size_t behind = next;
    next = pass_particles(w, next, &p);
    bool family = p.open && next < w->count && next > i;
    *single = false;
    if (family && family_fits(w, &p, next))
        return pass_double(w, next) - i;
    if (p.title && (p.initials || p.given))
        return behind - i;
    *single = true;
    return p.initials ? 0 : single_length(w, i, &p, behind);
}

static void find_latin(const struct names *names, str text, struct vec *tokens,
                       struct vec *found)
{
    cut(names, text, tokens);
    struct walk w = {tokens->items, tokens->count, names->lang == LANG_NL};
    for (size_t i = 0; i < w.count;) {
        const struct name_token *t = &w.tokens[i];
        bool single = false;
        bool starts = t->capital || (t->word & (WORD_TITLE | WORD_PARTICLE));
        size_t length = starts ? name_length(&w, i, &single) : 0;
        if (length == 0) {
            i++;
            continue;
        }
        *(struct name_span *)vec_add(found) =
            (struct name_span){t->start, w.tokens[i + length - 1].end, single};
        i += length;
    }
}

/* --- Chinese --- */

enum { HAN_BYTES = 3 }; /* of all characters in the lists */

static bool is_han(str text, size_t at)
{
    unsigned char c = at < text.len ? (unsigned char)text.ptr[at] : 0;
    return c >= 0xE4 && c <= 0xE9;
}

/* The longest word of the lists with the flag that begins at `at`. */
static size_t listed_end(const struct names *names, str text, size_t at,
                         unsigned flag, size_t characters)
{
    for (size_t n = characters; n > 0; n--) {
        size_t end = at + n * HAN_BYTES;
        if (end <= text.len && (known(names, str_slice(text, at, end)) & flag))
            return end;
    }
    return 0;
}

/* The family name that ends at `end`, where it can be one; STR_NONE: none. */
static size_t family_before(const struct names *names, str text, size_t end)
{
    for (size_t n = 2; n > 0; n--) {
        if (end < n * HAN_BYTES)
            continue;
        size_t start = end - n * HAN_BYTES;
        unsigned word = known(names, str_slice(text, start, end));
        if (!(word & WORD_FAMILY))
            continue;
        if (!(word & WORD_COMMON_FAMILY) || start < HAN_BYTES ||
            !is_han(text, start - HAN_BYTES))
            return start;
        str before = str_slice(text, start - HAN_BYTES, start);
        bool doubled = str_equal(before, str_slice(text, start, end));
        if (!doubled && (known(names, before) & WORD_BEFORE))
            return start;
    }
    return STR_NONE;
}

/* Two or three characters behind "我叫", the first a family name: where they
 * end, or 0. */
static size_t full_name(const struct names *names, str text, size_t at,
                        size_t *start)
{
    static const char *const marks[] = {"：", ":", "是", "叫"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        str mark = str_of(marks[i]);
        if (str_starts_with(str_slice(text, at, text.len), mark))
            at += mark.len;
    }
    *start = at;
    size_t end = listed_end(names, text, at, WORD_FAMILY, 2), given = 0;
    for (; end && given < 2 && is_han(text, end); given++)
        end += HAN_BYTES;
    return given ? end : 0;
}

/* May a title or "我叫" begin with this character? */
static bool may_start(const struct names *names, str text, size_t at)
{
    size_t step;
    uint32_t c = decode_at(text, at, &step);
    return c >= HAN_FIRST && c <= HAN_LAST && names->starts[c - HAN_FIRST];
}

static void find_chinese(const struct names *names, str text, struct vec *found)
{
    for (size_t at = 0, done = 0; at < text.len;) {
        if (!is_han(text, at)) {
            at++;
            continue;
        }
        size_t start = STR_NONE, to = 0;
        if (may_start(names, text, at)) {
            size_t behind = listed_end(names, text, at, WORD_NAMED, 3);
            to = behind ? full_name(names, text, behind, &start)
                        : listed_end(names, text, at, WORD_TITLE, 4);
            if (to && !behind)
                start = family_before(names, text, at);
        }
        if (to && start != STR_NONE && start >= done) {
            *(struct name_span *)vec_add(found) =
                (struct name_span){start, to, false};
            done = at = to;
        } else {
            at += HAN_BYTES;
        }
    }
}

void names_find(const struct names *names, str text, struct vec *tokens,
                struct vec *found)
{
    vec_reset(tokens);
    vec_reset(found);
    if (names->lang == LANG_ZH)
        find_chinese(names, text, found);
    else
        find_latin(names, text, tokens, found);
}
