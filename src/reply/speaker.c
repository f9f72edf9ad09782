/* speaker.c - see speaker.h. */
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "reply/fold.h"
#include "reply/speaker.h"

enum {
    HAN_MAX = 24,  /* characters of a Chinese label that are looked at */
    WORDS_MAX = 8, /* words of any other label */
    PHRASE_MAX = 4 /* words of the longest entry of the lexicon */
};

static const struct speaker nobody = {SPEAKER_NONE, ROLE_NONE, false};

static bool is_person(struct speaker s)
{
    return s.kind == SPEAKER_ROLE || s.kind == SPEAKER_OTHER;
}

/* --- Chinese --- */

/* Byte offsets of the characters; count + 1 of them. */
static size_t offsets(str text, size_t at[HAN_MAX + 1])
{
    size_t count = 0;
    str rest = text;
    while (rest.len && count < HAN_MAX) {
        at[count++] = text.len - rest.len;
        utf8_next(&rest);
    }
    at[count] = text.len - rest.len;
    return rest.len ? 0 : count;
}

static bool is_han(str text)
{
    str rest = text;
    while (rest.len)
        if (utf8_is_han(utf8_next(&rest)))
            return true;
    return false;
}

/* 王芳, 小李, 老张头, 陈女士: what may be a person's name. */
static bool is_han_name(const struct reading *r, str text)
{
    size_t at[HAN_MAX + 1];
    size_t count = offsets(text, at);
    if (count == 0 || count > 4)
        return false;
    str first = str_slice(text, 0, at[1]);
    bool nick = str_equal(first, STR("小")) || str_equal(first, STR("老")) ||
                str_equal(first, STR("阿"));
    if (!nick && !rules_surname(r->rules, first))
        return false;
    if (count == 1)
        return true;
    str rest = str_slice(text, at[1], text.len);
    return count <= 3 || rules_word_folded(r->rules, rest) & WORD_TITLE ||
           rules_word_folded(r->rules, str_slice(text, at[2], text.len)) &
               WORD_TITLE;
}

/* Behind a role: a name, a number, or 甲乙丙丁. */
static bool may_name_role(const struct reading *r, str rest)
{
    static const char *const marks[] = {"甲", "乙", "丙", "丁", "一",
                                        "二", "三", "四", NULL};
    if (rules_word_folded(r->rules, rest) & (WORD_TITLE | WORD_VERB))
        return true;
    for (size_t i = 0; marks[i]; i++)
        if (str_equal(rest, str_of(marks[i])))
            return true;
    return is_han_name(r, rest);
}

static bool ends_in_key(const struct reading *r, str text, const size_t *at,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned word =
            rules_word_folded(r->rules, str_slice(text, at[i], text.len));
        if (word & (WORD_NOT_NAME | WORD_KEY))
            return true;
    }
    return false;
}

/* The longest entry that ends the label. */
static struct speaker by_end(const struct reading *r, str text,
                             const size_t *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str end = str_slice(text, at[i], text.len);
        struct speaker s = rules_role(r->rules, end);
        if (is_person(s) && (!s.whole || i == 0))
            return s;
    }
    if (count > 1 && count <= 8)
        return rules_ending(r->rules, text);
    return nobody;
}

/* 医生对患者, 护士→医生: the one before. */
static struct speaker by_address(const struct reading *r, str text,
                                 const size_t *at, size_t count)
{
    for (size_t i = 1; i + 1 < count; i++) {
        str join = str_slice(text, at[i], at[i + 1]);
        struct speaker before = rules_role(r->rules, str_slice(text, 0, at[i]));
        struct speaker after =
            rules_role(r->rules, str_slice(text, at[i + 1], text.len));
        if (rules_word_folded(r->rules, join) & WORD_JOIN &&
            is_person(before) && is_person(after))
            return before;
    }
    return nobody;
}

/* A role that begins the label (责任护士), before a name or a verb. */
static struct speaker by_start(const struct reading *r, str text,
                               const size_t *at, size_t count)
{
    for (size_t i = count; i-- > 1;) {
        if (!may_name_role(r, str_slice(text, at[i], text.len)))
            continue;
        struct speaker s = by_end(r, str_slice(text, 0, at[i]), at, i);
        if (is_person(s) && !s.whole)
            return s;
    }
    return nobody;
}

static struct speaker classify_han(const struct reading *r, str text)
{
    size_t at[HAN_MAX + 1];
    size_t count = offsets(text, at);
    if (count == 0)
        return nobody;
    struct speaker exact = rules_role(r->rules, text);
    if (exact.kind != SPEAKER_NONE)
        return exact;
    if (ends_in_key(r, text, at, count))
        return (struct speaker){SPEAKER_FIELD, ROLE_NONE, false};
    struct speaker s = by_address(r, text, at, count);
    /* 张奶奶, 王阿姨: a form of address, not a relative. */
    bool addressed =
        count > 1 && rules_surname(r->rules, str_slice(text, 0, at[1])) &&
        rules_word_folded(r->rules, str_slice(text, at[1], text.len)) &
            WORD_TITLE;
    if (!is_person(s) && !addressed)
        s = by_end(r, text, at, count);
    if (!is_person(s) && !addressed)
        s = by_start(r, text, at, count);
    if (is_person(s))
        return s;
    if (is_han_name(r, text))
        return (struct speaker){SPEAKER_NAME, ROLE_NONE, false};
    return count <= 8 ? (struct speaker){SPEAKER_UNKNOWN, ROLE_NONE, false}
                      : nobody;
}

/* --- other languages --- */

struct words {
    str word[WORDS_MAX];
    bool upper[WORDS_MAX]; /* begins with a capital as written */
    size_t count;
    char joined[FOLD_BYTES];     /* words with one space between */
    size_t start[WORDS_MAX + 1]; /* of each word in joined */
};

static bool splits(char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '/' || c == '&' ||
           c == '+' || c == '\t' || c == '_';
}

/* Cuts a folded label into words; false when there are none, or more than
 * WORDS_MAX (of which those are then there). */
static bool cut_words(str folded, struct words *w)
{
    size_t len = 0;
    bool fits = true;
    w->count = 0;
    for (size_t i = 0; i < folded.len;) {
        while (i < folded.len && splits(folded.ptr[i]))
            i++;
        size_t begin = i;
        while (i < folded.len && !splits(folded.ptr[i]))
            i++;
        size_t bytes = i - begin;
        if (!bytes)
            break;
        if (bytes > 2 && str_ends_with(str_slice(folded, begin, i), STR("'s")))
            bytes -= 2;
        if (w->count == WORDS_MAX || len + bytes + 1 >= FOLD_BYTES) {
            fits = false;
            break;
        }
        if (w->count)
            w->joined[len++] = ' ';
        memcpy(w->joined + len, folded.ptr + begin, bytes);
        w->start[w->count] = len;
        w->word[w->count++] = str_make(w->joined + len, bytes);
        len += bytes;
    }
    w->start[w->count] = len + 1;
    return fits && w->count > 0;
}

/* Which words were written with a capital (or without case). */
static void note_capitals(str label, struct words *w)
{
    size_t index = 0;
    bool inside = false;
    while (label.len && index < w->count) {
        char byte = label.ptr[0];
        uint32_t c = utf8_next(&label);
        if (splits(byte)) {
            inside = false;
        } else if (!inside && (fold_is_word(c) || byte == '\'')) {
            inside = true;
            w->upper[index++] =
                fold_point(c) != c || c >= 0x250 || (c >= '0' && c <= '9');
        }
    }
}

static str span(const struct words *w, size_t from, size_t count)
{
    return str_make(w->joined + w->start[from],
                    w->start[from + count] - 1 - w->start[from]);
}

/* The longest entry of the lexicon from word `from` on; how many words. */
static size_t longest(const struct reading *r, const struct words *w,
                      size_t from, struct speaker *found)
{
    size_t most = w->count - from < PHRASE_MAX ? w->count - from : PHRASE_MAX;
    for (size_t n = most; n > 0; n--) {
        str phrase = span(w, from, n);
        struct speaker s = rules_role(r->rules, phrase);
        if (is_person(s) && (!s.whole || n == w->count)) {
            *found = s;
            return n;
        }
    }
    struct speaker s = rules_ending(r->rules, w->word[from]);
    if (!is_person(s))
        return 0;
    *found = s;
    return 1;
}

/* What the words say together. */
struct gist {
    struct speaker speaker; /* the one that counts so far */
    bool relative, key, joined;
    size_t strangers;  /* words that say nothing */
    bool lower_behind; /* such a word in lower case behind a role */
    bool all_upper;
};

static void weigh(struct gist *g, struct speaker s)
{
    if (g->joined && is_person(g->speaker))
        return;
    bool relative = s.role == ROLE_RELATIVE;
    if (g->relative && !relative)
        return;
    g->relative |= relative;
    g->speaker = s;
}

static void weigh_word(const struct reading *r, struct gist *g,
                       const struct words *w, size_t i)
{
    unsigned bits = rules_word_folded(r->rules, w->word[i]);
    if (bits & WORD_JOIN && i > 0 && i + 1 < w->count) {
        g->joined = true;
    } else if (bits & WORD_NOT_NAME && i > 0) {
        g->key = true;
    } else if (!(bits & (WORD_ARTICLE | WORD_TITLE | WORD_VERB))) {
        g->strangers++;
        bool digit = w->word[i].ptr[0] >= '0' && w->word[i].ptr[0] <= '9';
        if (!w->upper[i] && !digit && !g->joined) {
            g->lower_behind |= is_person(g->speaker);
            g->all_upper = false;
        }
    }
}

static struct gist gist_of(const struct reading *r, const struct words *w)
{
    struct gist g = {.speaker = nobody, .all_upper = true};
    for (size_t i = 0; i < w->count;) {
        struct speaker s;
        size_t n = longest(r, w, i, &s);
        if (n) {
            weigh(&g, s);
            i += n;
        } else {
            weigh_word(r, &g, w, i);
            i++;
        }
    }
    return g;
}

static bool has_letter(str folded)
{
    for (str rest = folded; rest.len;) {
        uint32_t c = utf8_next(&rest);
        if (fold_is_word(c) && !(c >= '0' && c <= '9'))
            return true;
    }
    return false;
}

static struct speaker classify_letter(const struct reading *r, str folded)
{
    static const char *const langs[] = {"en", "nl", NULL};
    char letter = folded.ptr[0];
    struct speaker s = rules_letter(r->rules, r->in->lang, letter);
    for (size_t i = 0; langs[i] && !is_person(s); i++)
        s = rules_letter(r->rules, str_of(langs[i]), letter);
    s.kind = s.kind == SPEAKER_ROLE ? SPEAKER_LETTER : SPEAKER_UNKNOWN;
    if (letter == 'q')
        s.kind = SPEAKER_OTHER;
    return s;
}

/* Digits at the end of a label number equals: Doctor 1, Q3. */
static str without_number(str folded)
{
    size_t len = folded.len;
    while (len > 1 &&
           ((folded.ptr[len - 1] >= '0' && folded.ptr[len - 1] <= '9') ||
            folded.ptr[len - 1] == ' ' || folded.ptr[len - 1] == '#'))
        len--;
    return str_slice(folded, 0, len);
}

static struct speaker classify_words(const struct reading *r, str label,
                                     str folded)
{
    struct words w = {.count = 0};
    str bare = without_number(folded);
    struct speaker numbered = rules_role(r->rules, folded); /* FY2 */
    if (is_person(numbered))
        return numbered;
    if (bare.len == 1)
        return classify_letter(r, bare);
    if (!has_letter(folded) || !cut_words(bare, &w))
        return nobody;
    note_capitals(label, &w);
    struct speaker exact = rules_role(r->rules, span(&w, 0, w.count));
    if (exact.kind != SPEAKER_NONE)
        return exact;
    if (rules_word_folded(r->rules, span(&w, 0, w.count)) & WORD_KEY)
        return (struct speaker){SPEAKER_FIELD, ROLE_NONE, false};
    struct gist g = gist_of(r, &w);
    if (g.key)
        return (struct speaker){SPEAKER_FIELD, ROLE_NONE, false};
    if (is_person(g.speaker) && !g.lower_behind && g.strangers <= 4)
        return g.speaker;
    if (is_person(g.speaker)) { /* a speaker only if the label recurs */
        struct speaker unsure = {SPEAKER_UNKNOWN, g.speaker.role, false};
        return w.count <= 4 ? unsure : nobody;
    }
    if (g.all_upper && w.count <= 4)
        return (struct speaker){SPEAKER_NAME, ROLE_NONE, false};
    return w.count <= 4 ? (struct speaker){SPEAKER_UNKNOWN, ROLE_NONE, false}
                        : nobody;
}

/* --- both --- */

/* Latin letters and digits around the Chinese part: A医生, ICU护士, 医生B. */
static str han_part(str folded, str *rest)
{
    size_t begin = folded.len, end = 0;
    for (str left = folded; left.len;) {
        size_t at = folded.len - left.len;
        if (utf8_next(&left) < 0x2000)
            continue;
        begin = at < begin ? at : begin;
        end = folded.len - left.len;
    }
    *rest = begin > 0 ? str_slice(folded, 0, begin)
                      : str_slice(folded, end, folded.len);
    return begin < end ? str_slice(folded, begin, end) : (str){0};
}

/* 医 生 is 医生; spaces between Latin words of a mixed label go too. */
static str without_spaces(char *key, size_t len)
{
    size_t kept = 0;
    for (size_t i = 0; i < len; i++)
        if (key[i] != ' ')
            key[kept++] = key[i];
    return str_make(key, kept);
}

static struct speaker classify(const struct reading *r, str label)
{
    char key[FOLD_BYTES];
    str folded = fold_label(label, key);
    if (!folded.len)
        return nobody;
    if (!is_han(folded))
        return classify_words(r, label, folded);
    folded = without_spaces(key, folded.len);
    str latin;
    struct speaker s = classify_han(r, han_part(folded, &latin));
    if (!is_person(s) && s.kind != SPEAKER_FIELD && latin.len > 1) {
        struct speaker other = classify_words(r, latin, str_trim(latin));
        if (is_person(other))
            return other;
    }
    return s;
}

/* --- taking labels apart --- */

static bool is_mark(uint32_t c)
{
    if (c < 0x80)
        return memchr("*_`~\"'#>: \t\n\r\f\v", (int)c, 15) != NULL;
    bool quote = c == 0x2018 || c == 0x2019 || c == 0x201C || c == 0x201D;
    return quote || c == 0xFF1A || utf8_is_space(c) || fold_is_emoji(c);
}

str trim_label(str label)
{
    while (label.len) {
        str rest = label;
        if (!is_mark(utf8_next(&rest)))
            break;
        label = rest;
    }
    while (label.len) {
        str rest = label;
        if (!is_mark(utf8_previous(&rest)))
            break;
        label = rest;
    }
    return label;
}

static const struct frame parentheses[] = {
    {"(", ")"},  {"（", "）"}, {"[", "]"},   {"【", "】"},
    {"（", ")"}, {"(", "）"},  {"〔", "〕"}, {"<", ">"},
    {"{", "}"},  {"《", "》"}, {"「", "」"}};

/* Where the parenthesis that opens here closes; the end when it does not. */
static size_t closing_at(str label, size_t at, size_t *open_bytes)
{
    size_t best = STR_NONE;
    str rest = drop(label, at);
    *open_bytes = 0;
    for (size_t i = 0; i < sizeof parentheses / sizeof *parentheses; i++) {
        if (!starts(rest, parentheses[i].open))
            continue;
        *open_bytes = strlen(parentheses[i].open);
        size_t close = str_find(label, str_of(parentheses[i].close), at);
        best = close < best ? close : best;
    }
    return best < label.len ? best : label.len;
}

/* Base and what stands in parentheses, behind a comma, a dash or an arrow. */
static void take_apart(str label, str *base, str *aside)
{
    static const char *const cuts[] = {",",  "，", "、", " - ", "–", "→",
                                       "->", "=>", "|",  ";",   "·", NULL};
    *base = label;
    *aside = (str){0};
    for (size_t at = 1; at < label.len; at++) {
        unsigned char c = (unsigned char)label.ptr[at];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 0xE4 && c <= 0xE9) ||
                      (c >= 0x80 && c < 0xC0);
        if (letter)
            continue;
        size_t bytes;
        size_t close = closing_at(label, at, &bytes);
        if (!bytes) {
            bytes = starts_any(drop(label, at), cuts);
            close = label.len;
        }
        if (!bytes)
            continue;
        *base = str_slice(label, 0, at);
        *aside = str_slice(label, at + bytes, close);
        return;
    }
}

/* 医生/Doctor, Arts / Doctor: one person in two languages. */
static struct speaker classify_either(const struct reading *r, str base)
{
    struct speaker s = classify(r, base);
    str before, after;
    if (is_person(s) || !str_cut(base, '/', &before, &after))
        return s;
    struct speaker first = classify(r, before);
    return is_person(first) ? first : classify(r, after);
}

static struct named take_named(struct reading *r, str label)
{
    str base, aside;
    take_apart(label, &base, &aside);
    base = trim_label(base);
    struct named n = {.speaker = classify_either(r, base),
                      .display = base,
                      .words = rules_word(r->rules, label)};
    if (!is_person(n.speaker) && aside.len) {
        struct speaker s = classify(r, trim_label(aside));
        if (!is_person(s) || s.kind == SPEAKER_OTHER)
            s = is_person(s) ? s : speaker_in_prose(r, aside);
        if (is_person(s))
            n.speaker = s;
    }
    char key[FOLD_BYTES];
    n.identity = arena_copy(r->arena, fold_label(base, key));
    return n;
}

const struct named *speaker_of(struct reading *r, str label)
{
    label = trim_label(label);
    if (!label.len || label.len > LABEL_BYTES_MAX)
        return NULL;
    uint64_t index;
    if (!map_get(&r->speakers, label, &index)) {
        struct named n = take_named(r, label);
        index = r->named.count;
        struct named **slot = vec_add(&r->named);
        *slot = arena_alloc(r->arena, sizeof **slot);
        **slot = n;
        map_put(&r->speakers, label, index);
    }
    struct named *found = *(struct named **)vec_at(&r->named, index);
    return found->speaker.kind == SPEAKER_NONE ? NULL : found;
}

/* --- prose --- */

/* The longest entry at character i of the text; how many characters. */
static size_t longest_han(const struct reading *r, str text, const size_t *at,
                          size_t count, size_t i, struct speaker *found)
{
    for (size_t j = count; j > i; j--) {
        struct speaker s = rules_role(r->rules, str_slice(text, at[i], at[j]));
        if (is_person(s) && (!s.whole || j - i > 1)) {
            *found = s;
            return j - i;
        }
    }
    return 0;
}

/* The first entry; of a patient, the relative that is named right behind
 * (患者家属, 患者的妻子). */
static struct speaker prose_han(const struct reading *r, str text)
{
    size_t at[HAN_MAX + 1];
    struct speaker first = nobody, next = nobody;
    text = str_slice(text, 0, utf8_cut(text, (size_t)3 * HAN_MAX));
    size_t count = offsets(text, at);
    for (size_t i = 0; i < count; i++) {
        size_t n = longest_han(r, text, at, count, i, &first);
        if (!n)
            continue;
        i += n;
        if (i < count && starts(drop(text, at[i]), "的"))
            i++;
        bool relative = first.role == ROLE_PATIENT && i < count &&
                        longest_han(r, text, at, count, i, &next) &&
                        next.role == ROLE_RELATIVE;
        return relative ? next : first;
    }
    return nobody;
}

/* The first entry; of a patient, a relative named in the same breath. */
static struct speaker prose_words(const struct reading *r, char *key,
                                  size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (memchr("(),;:/|=", key[i], 8))
            key[i] = ' ';
    struct words w = {.count = 0};
    cut_words(str_make(key, len), &w);
    struct speaker first = nobody;
    for (size_t i = 0; i < w.count;) {
        struct speaker s;
        size_t n = longest(r, &w, i, &s);
        if (n && first.kind == SPEAKER_NONE)
            first = s;
        else if (n && first.role == ROLE_PATIENT && s.role == ROLE_RELATIVE)
            return s;
        i += n ? n : 1;
    }
    return first;
}

struct speaker speaker_in_prose(const struct reading *r, str text)
{
    char key[FOLD_BYTES];
    text = trim_label(text);
    str folded = fold_label(str_slice(text, 0, utf8_cut(text, 100)), key);
    return is_han(folded) ? prose_han(r, folded)
                          : prose_words(r, key, folded.len);
}

static enum relation relation_of_two(enum role a, enum role b)
{
    if (a == ROLE_NONE || b == ROLE_NONE)
        return RELATION_NONE;
    bool roles[ROLE_COUNT] = {false};
    roles[a] = roles[b] = true;
    enum relation relation = relation_of_roles(roles);
    return relation == RELATION_OTHER ? RELATION_NONE : relation;
}

/* Roles in order of their naming, at most two. */
static size_t roles_in_words(const struct reading *r, str folded,
                             enum role roles[2])
{
    size_t count = 0;
    struct words w = {.count = 0};
    cut_words(folded, &w);
    for (size_t i = 0; i < w.count && count < 2;) {
        struct speaker s;
        size_t n = longest(r, &w, i, &s);
        if (n && s.kind == SPEAKER_ROLE)
            roles[count++] = s.role;
        i += n ? n : 1;
    }
    return count;
}

static size_t roles_in_han(const struct reading *r, str folded,
                           enum role roles[2])
{
    size_t at[HAN_MAX + 1], count = 0;
    size_t chars = offsets(folded, at);
    for (size_t i = 0; i < chars && count < 2;) {
        struct speaker s;
        size_t n = longest_han(r, folded, at, chars, i, &s);
        if (n && s.kind == SPEAKER_ROLE)
            roles[count++] = s.role;
        i += n ? n : 1;
    }
    return count;
}

/* Signs between the two roles, as spaces. */
static void blank_signs(char *key, size_t len)
{
    static const char *const wide[] = {"–", "—", "↔", "→", "↔", "⇄", NULL};
    for (size_t i = 0; i < len; i++) {
        size_t bytes = starts_any(str_make(key + i, len - i), wide);
        if (!bytes && memchr("(),;|<>=", key[i], 8))
            bytes = 1;
        memset(key + i, ' ', bytes);
    }
}

/* 医患 and its like: both roles in one word. */
static enum relation relation_word(const struct reading *r, str folded)
{
    for (size_t i = 0; i < map_size(r->rules->relations); i++) {
        const struct map_entry *e = map_entry(r->rules->relations, i);
        if (str_contains(folded, e->key))
            return (enum relation)e->value;
    }
    return RELATION_NONE;
}

enum relation relation_in_words(const struct reading *r, str text)
{
    char key[FOLD_BYTES];
    enum relation known = relation_from_name(text);
    if (known != RELATION_NONE && known != RELATION_USER_ASSISTANT &&
        known != RELATION_OTHER)
        return known;
    str folded = fold_label(text, key);
    blank_signs(key, folded.len);
    enum role roles[2] = {ROLE_NONE, ROLE_NONE};
    size_t count = is_han(folded) ? roles_in_han(r, folded, roles)
                                  : roles_in_words(r, folded, roles);
    return count == 2 ? relation_of_two(roles[0], roles[1])
                      : relation_word(r, folded);
}
