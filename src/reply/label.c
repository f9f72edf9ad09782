/* label.c - see label.h. Every scan looks at no more than the first
 * LABEL_SCAN_MAX bytes of a line. */
#include <string.h>

#include "base/utf8.h"
#include "reply/fold.h"
#include "reply/label.h"

enum { LABEL_SCAN_MAX = 160, HEADING_BYTES_MAX = 120, PIECES_MAX = 12 };

static bool starts(str text, const char *what)
{
    return str_starts_with(text, str_of(what));
}

static str drop(str text, size_t bytes)
{
    return str_slice(text, bytes, text.len);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(str text, size_t at)
{
    size_t end = at;
    while (end < text.len && is_digit(text.ptr[end]))
        end++;
    return end - at;
}

size_t colon_at(str text, size_t at)
{
    static const char *const colons[] = {"：", "﹕", "∶", "꞉", "︰"};
    if (at >= text.len)
        return 0;
    if (text.ptr[at] == ':')
        return 1;
    if ((unsigned char)text.ptr[at] < 0xE0)
        return 0;
    str rest = str_slice(text, at, text.len);
    for (size_t i = 0; i < sizeof colons / sizeof *colons; i++)
        if (starts(rest, colons[i]))
            return strlen(colons[i]);
    return 0;
}

/* --- dress --- */

struct dress {
    str mark; /* emphasis opened right before the label */
    str plain; /* the line where emphasis or emoji begin, or where all ends */
    bool numbered, bulleted, opened, plain_ends;
    int level;
};

/* "- ", "* ", "• ", "> ": bytes of the bullet with its space. */
static size_t bullet(str text)
{
    static const char *const wide[] = {"•", "·", "●", "○", "▪", "►", "▶", "◆",
                                       "◇", "■", "□", "–", "—", "‣", "➤", "★",
                                       "※", "☆", "→", "◦", "⁃", "✦", "➜"};
    if (text.len < 2)
        return 0;
    if (strchr("-*+>", text.ptr[0]) && text.ptr[1] == ' ')
        return 2;
    if (text.ptr[0] == '>')
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (starts(text, wide[i]) && strlen(wide[i]) < text.len)
            return strlen(wide[i]);
    return 0;
}

/* "1. ", "(2)", "3、", "①", "[4]", "#5": bytes, or 0. A decimal is no number of
 * a list. */
static size_t list_number(str text)
{
    static const char *const ends[] = {".", ")", "、", "．", "）", "]", "】", "。"};
    size_t at = 0;
    if (starts(text, "(") || starts(text, "[") || starts(text, "#"))
        at = 1;
    else if (starts(text, "（") || starts(text, "【"))
        at = 3;
    else if (text.len > 3 && starts(text, "\xE2\x91"))
        return 3; /* circled numbers U+2460 to U+247F */
    size_t count = digits_at(text, at);
    if (count == 0 || count > 4)
        return 0;
    size_t behind = at + count;
    if (starts(text, "#"))
        return behind < text.len && text.ptr[behind] == ' ' ? behind + 1 : 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (starts(drop(text, behind), ends[i])) {
            size_t end = behind + strlen(ends[i]);
            bool decimal = end < text.len && is_digit(text.ptr[end]);
            return decimal ? 0 : end;
        }
    return 0;
}

/* [00:02], 00:02:15, (9:30), 【10:15】, [2024-05-01 10:15], 00:01 --> 00:04. */
static size_t timestamp(str text)
{
    size_t at = 0;
    bool framed = starts(text, "[") || starts(text, "(");
    bool wide = starts(text, "【") || starts(text, "（");
    at = framed ? 1 : wide ? 3 : 0;
    if (at >= text.len || !is_digit(text.ptr[at]))
        return 0;
    size_t end = at;
    bool clock = false;
    while (end < text.len && end - at < 40 &&
           (is_digit(text.ptr[end]) || strchr(":.-/,> TZAPMapm", text.ptr[end]))) {
        clock |= text.ptr[end] == ':' && end + 1 < text.len &&
                 is_digit(text.ptr[end + 1]) && is_digit(text.ptr[end - 1]);
        end++;
    }
    if (!clock)
        return 0;
    if (framed)
        return end < text.len && strchr("])", text.ptr[end]) ? end + 1 : 0;
    if (wide)
        return starts(drop(text, end), "】") || starts(drop(text, end), "）")
                   ? end + 3
                   : 0;
    while (end > at && !is_digit(text.ptr[end - 1]) && text.ptr[end - 1] != ' ')
        end--;
    return text.ptr[end - 1] == ' ' ? end : 0;
}

static bool is_ordinal_han(uint32_t c)
{
    switch (c) {
    case 0x4E00: /* 一 */
    case 0x4E8C: /* 二 */
    case 0x4E09: /* 三 */
    case 0x56DB: /* 四 */
    case 0x4E94: /* 五 */
    case 0x516D: /* 六 */
    case 0x4E03: /* 七 */
    case 0x516B: /* 八 */
    case 0x4E5D: /* 九 */
    case 0x5341: /* 十 */
        return true;
    default:
        return c >= 0x2460 && c <= 0x2473;
    }
}

/* 第3轮, Turn 2, Beurt 4, T1, with what separates it from the label. */
static size_t turn_counter(const struct reading *r, str text)
{
    size_t frame = starts(text, "[") || starts(text, "(") ? 1
                   : starts(text, "【") || starts(text, "（") ? 3
                                                              : 0;
    str body = drop(text, frame);
    size_t end = 0;
    if (starts(body, "第")) {
        size_t skip = 3;
        size_t count = digits_at(body, skip);
        for (str rest = drop(body, skip); !count && rest.len;) {
            if (!is_ordinal_han(utf8_next(&rest)))
                break;
            skip = body.len - rest.len;
        }
        skip += count;
        str unit = drop(body, skip);
        if (skip == 3 || !(starts(unit, "轮") || starts(unit, "回合") ||
                           starts(unit, "句") || starts(unit, "话轮")))
            return 0;
        end = skip + (starts(unit, "轮") || starts(unit, "句") ? 3 : 6);
    } else {
        size_t word = 0;
        while (word < body.len && word < 24 && fold_is_word((unsigned char)
               body.ptr[word]) && !is_digit(body.ptr[word]))
            word++;
        while (word < body.len && word < 24 && (unsigned char)body.ptr[word] >= 0x80)
            word++;
        size_t gap = word;
        while (gap < body.len && strchr(" #", body.ptr[gap]))
            gap++;
        size_t count = digits_at(body, gap);
        if (!word || !count ||
            !(rules_word(r->rules, str_slice(body, 0, word)) & WORD_TURN))
            return 0;
        end = gap + count;
    }
    static const char *const separators[] = {":", "：", ".", "、", "-", "–", "—",
                                             "|", "]", "】", ")", "）", "/", ",", "，"};
    end += frame;
    for (bool more = true; more;) {
        more = end < text.len && text.ptr[end] == ' ';
        end += more;
        for (size_t i = 0; !more && i < sizeof separators / sizeof *separators; i++)
            if (starts(drop(text, end), separators[i])) {
                end += strlen(separators[i]);
                more = true;
            }
    }
    return end < text.len ? end : STR_NONE;
}

static size_t emoji(str text)
{
    size_t bytes = 0;
    while (text.len) {
        str rest = text;
        if (!fold_is_emoji(utf8_next(&rest)))
            break;
        bytes += text.len - rest.len;
        text = rest;
    }
    return bytes;
}

/* Bytes of an opening emphasis mark. */
static size_t emphasis(str text)
{
    static const char *const marks[] = {"***", "**", "__", "~~", "``", "*", "_", "`"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t len = strlen(marks[i]);
        if (starts(text, marks[i]) && text.len > len && text.ptr[len] != ' ')
            return len;
    }
    return 0;
}

static size_t hashes(str text)
{
    size_t count = 0;
    while (count < text.len && text.ptr[count] == '#')
        count++;
    return count && count <= 6 && count < text.len && text.ptr[count] == ' ' ? count : 0;
}

/* One piece of dress; its bytes, or 0. */
static size_t undress(const struct reading *r, str text, struct dress *d)
{
    size_t len = hashes(text);
    if (len) {
        d->level = (int)len;
        return len;
    }
    if ((len = timestamp(text)))
        return len;
    if ((len = emoji(text))) {
        d->plain_ends = true;
        return len;
    }
    len = list_number(text);
    if (!len)
        len = turn_counter(r, text);
    if (len && len != STR_NONE) {
        d->numbered = true;
        return len;
    }
    if ((len = bullet(text))) {
        d->bulleted = true;
        return len;
    }
    if ((len = emphasis(text))) {
        d->mark = str_slice(text, 0, len);
        d->opened = d->plain_ends = true;
    }
    return len;
}

static str take_dress(const struct reading *r, str text, struct dress *d)
{
    for (int pieces = 0; pieces < PIECES_MAX; pieces++) {
        text = trim_space(text);
        if (!d->plain_ends)
            d->plain = text;
        size_t len = undress(r, text, d);
        if (!len)
            break;
        text = drop(text, len);
    }
    return trim_space(text);
}

/* --- stage directions, rules --- */

bool is_stage(str text)
{
    static const struct {
        const char *open, *close;
    } frames[] = {{"(", ")"}, {"（", "）"}, {"（", ")"}, {"(", "）"},
                  {"[", "]"}, {"【", "】"}, {"〔", "〕"}};
    text = trim_space(text);
    if (text.len > 2 && (text.ptr[0] == '*' || text.ptr[0] == '_')) {
        char mark = text.ptr[0];
        str inner = text;
        while (inner.len && inner.ptr[0] == mark)
            inner = drop(inner, 1);
        while (inner.len && inner.ptr[inner.len - 1] == mark)
            inner.len--;
        size_t removed = text.len - inner.len;
        return (removed == 2 || is_stage(inner)) && removed % 2 == 0 &&
               str_find_char(inner, mark, 0) == STR_NONE;
    }
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        str open = str_of(frames[i].open), close = str_of(frames[i].close);
        if (text.len > open.len + close.len && str_starts_with(text, open) &&
            str_ends_with(text, close) &&
            str_find(text, close, 0) == text.len - close.len)
            return true;
    }
    return false;
}

/* （一）, 2., III: a number and nothing else divides like a rule. */
static bool is_lone_ordinal(str text)
{
    size_t marks = 0, others = 0;
    for (str rest = text; rest.len && others < 6;) {
        uint32_t c = utf8_next(&rest);
        bool roman = c == 'I' || c == 'V' || c == 'X';
        if (is_ordinal_han(c) || is_digit((char)(c < 0x80 ? c : 0)) || roman)
            marks++;
        else if (fold_is_word(c))
            return false;
        else
            others++;
    }
    return marks > 0 && marks <= 4 && others <= 5 && others > 0;
}

static bool is_rule(str text)
{
    size_t marks = 0;
    char mark = text.len ? text.ptr[0] : 0;
    if (!mark || !strchr("-*_=~", mark)) {
        size_t wide = 0;
        while (starts(drop(text, wide), "—") || starts(drop(text, wide), "─") ||
               starts(drop(text, wide), "━"))
            wide += 3;
        return wide >= 9 && wide == text.len;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != mark && text.ptr[i] != ' ')
            return false;
        marks += text.ptr[i] == mark;
    }
    return marks >= 3;
}

/* --- headings --- */

/* Does a number, a letter or a number word stand at the start? */
static bool ordinal_ahead(str text)
{
    static const char *const words[] = {"one", "two", "three", "four", "een",
                                        "twee", "drie", "vier", NULL};
    text = trim_space(text);
    if (starts(text, "第"))
        text = drop(text, 3);
    while (text.len && strchr("#-:.(", text.ptr[0]))
        text = trim_space(drop(text, 1));
    if (!text.len)
        return false;
    str rest = text;
    uint32_t c = utf8_next(&rest);
    uint32_t after = rest.len ? utf8_next(&rest) : ' ';
    if (is_digit((char)(c < 0x80 ? c : 0)) || is_ordinal_han(c))
        return true;
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= 0x7532 && c <= 0x7533);
    if (letter && !fold_is_word(after))
        return true;
    for (size_t i = 0; words[i]; i++)
        if (starts(text, words[i]) &&
            (text.len == strlen(words[i]) ||
             !fold_is_word((unsigned char)text.ptr[strlen(words[i])])))
            return true;
    return false;
}

/* 第一段, 第2个对话, first dialogue: is the number before the word? */
static bool ordinal_before(str text)
{
    static const char *const words[] = {"first", "second", "third", "fourth",
                                        "eerste", "tweede", "derde", "vierde", NULL};
    text = trim_space(text);
    for (size_t i = 0; words[i]; i++)
        if (str_ends_with(text, str_of(words[i])))
            return true;
    str rest = text;
    for (int i = 0; i < 4 && rest.len; i++) {
        uint32_t c = utf8_previous(&rest);
        if (is_digit((char)(c < 0x80 ? c : 0)) || is_ordinal_han(c))
            return true;
        if (c != 0x4E2A && c != 0x6BB5 && c != ' ' && c != '.' && c != 0x6B21 &&
            c != 0x4E2A && c != 0x7EC4 && c != 0x7BC7)
            return false;
    }
    return false;
}

struct word_search {
    const struct reading *reading;
    str text; /* folded */
    unsigned bits;
    bool ordinal;
};

static bool try_word(struct word_search *s, size_t from, size_t to)
{
    unsigned bits =
        rules_word_folded(s->reading->rules, str_slice(s->text, from, to));
    s->bits |= bits;
    if (bits & WORD_DIALOGUE)
        s->ordinal |= ordinal_ahead(str_slice(s->text, to, s->text.len)) ||
                      ordinal_before(str_slice(s->text, 0, from));
    return bits != 0;
}

/* Words of one to three, at any place. */
static void search_latin(struct word_search *s)
{
    size_t starts_at[40], ends_at[40], count = 0;
    for (size_t i = 0; i < s->text.len && count < 40;) {
        while (i < s->text.len && (unsigned char)s->text.ptr[i] < 0x80 &&
               !fold_is_word((unsigned char)s->text.ptr[i]))
            i++;
        size_t begin = i;
        while (i < s->text.len && ((unsigned char)s->text.ptr[i] >= 0x80 ||
                                   fold_is_word((unsigned char)s->text.ptr[i]) ||
                                   s->text.ptr[i] == '\''))
            i++;
        if (i > begin) {
            starts_at[count] = begin;
            ends_at[count++] = i;
        }
    }
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < 3 && i + n < count; n++)
            try_word(s, starts_at[i], ends_at[i + n]);
}

/* Two to six characters, at any place. */
static void search_han(struct word_search *s)
{
    size_t at[64], count = 0;
    for (str rest = s->text; rest.len && count < 62; utf8_next(&rest))
        at[count++] = s->text.len - rest.len;
    at[count] = count < 62 ? s->text.len : at[count - 1];
    for (size_t i = 0; i < count; i++)
        for (size_t n = 1; n <= 6 && i + n <= count; n++)
            if (n > 1 || count == 1)
                try_word(s, at[i], at[i + n]);
}

unsigned heading_words(const struct reading *r, str text, bool *ordinal)
{
    char key[FOLD_BYTES];
    struct word_search s = {.reading = r};
    s.text = fold_label(text, key);
    bool han = false;
    for (str rest = s.text; rest.len && !han;)
        han = utf8_is_han(utf8_next(&rest));
    if (han)
        search_han(&s);
    search_latin(&s);
    *ordinal = s.ordinal;
    return s.bits;
}

/* Without emphasis, brackets, equal signs and numbers around it. */
static str heading_text(str text)
{
    for (;;) {
        str before = text;
        text = trim_label(text);
        static const char *const frames[][2] = {{"【", "】"}, {"[", "]"}, {"《", "》"},
                                                {"「", "」"}, {"=", "="}, {"(", ")"},
                                                {"（", "）"}, {"<", ">"}, {"-", "-"}};
        for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
            str open = str_of(frames[i][0]), close = str_of(frames[i][1]);
            if (text.len > open.len + close.len && str_starts_with(text, open) &&
                str_ends_with(text, close))
                text = str_slice(text, open.len, text.len - close.len);
        }
        if (text.len == before.len)
            return text;
    }
}

/* The whole line stands between marks: **…**, 【…】, == … ==. */
static bool is_framed(str raw)
{
    static const char *const frames[][2] = {{"**", "**"}, {"__", "__"}, {"【", "】"},
                                            {"==", "=="}, {"《", "》"}, {"[", "]"},
                                            {"--", "--"}, {"~~", "~~"}, {"<", ">"}};
    if (colon_at(raw, raw.len - 1))
        raw.len--;
    else if (raw.len > 3 && colon_at(raw, raw.len - 3))
        raw.len -= 3;
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        str open = str_of(frames[i][0]), close = str_of(frames[i][1]);
        if (raw.len > open.len + close.len && str_starts_with(raw, open) &&
            str_ends_with(raw, close) &&
            str_find(raw, close, open.len) == raw.len - close.len)
            return true;
    }
    return false;
}

static bool ends_sentence(str text)
{
    static const char *const ends[] = {"。", "！", "？", ".", "!", "?", "；", ";", "，", ","};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends_with(text, str_of(ends[i])))
            return true;
    return false;
}

/* 【对话1】术后第一天, 对话一：门诊, Dialogue 2 - later: a heading by its words
 * even without marks. */
static bool numbered_heading(const struct reading *r, str raw, struct line *line)
{
    bool ordinal = false;
    if (raw.len > HEADING_BYTES_MAX || ends_sentence(raw))
        return false;
    str head = raw;
    size_t close = str_find(raw, STR("】"), 0);
    if (close != STR_NONE && starts(raw, "【"))
        head = str_slice(raw, 3, close);
    for (size_t i = 0; i < head.len && i < 60; i++)
        if (colon_at(head, i)) {
            head = str_slice(head, 0, i);
            break;
        }
    unsigned words = heading_words(r, head, &ordinal);
    if (!(words & WORD_DIALOGUE) || !ordinal || head.len > 60)
        return false;
    line->words = words;
    line->ordinal = true;
    return true;
}

static bool read_heading(struct reading *r, str raw, const struct dress *d, str body,
                         struct line *line)
{
    bool framed = is_framed(raw) || is_framed(body);
    bool colon = body.len && (colon_at(body, body.len - 1) ||
                              (body.len > 3 && colon_at(body, body.len - 3)));
    if (body.len > HEADING_BYTES_MAX)
        return false;
    if (!d->level && numbered_heading(r, framed ? heading_text(raw) : body, line)) {
        line->form = FORM_HEADING;
        line->text = heading_text(raw);
        return true;
    }
    if (!d->level && !framed && !colon)
        return false;
    line->text = heading_text(d->level ? body : raw);
    line->words = heading_words(r, line->text, &line->ordinal);
    unsigned opens = WORD_DIALOGUE | WORD_CAST | WORD_ASIDE | WORD_FINAL;
    if (!d->level && colon && !framed && !(line->words & opens))
        return false;
    if (framed && !d->level && is_stage(raw) && !(line->words & opens) &&
        !starts(raw, "【"))
        return false;
    line->form = FORM_HEADING;
    return line->text.len > 0;
}

/* --- labels --- */

static void accept(struct line *line, enum line_form form, const struct named *who,
                   str label, str text)
{
    line->form = form;
    line->who = who;
    line->label = label;
    line->text = trim_space(text);
}

static bool is_person(const struct named *who)
{
    return who && (who->speaker.kind == SPEAKER_ROLE ||
                   who->speaker.kind == SPEAKER_OTHER);
}

/* The emphasis mark that the dress opened and the label did not close: it is
 * at the start or the end of the speech. */
static str drop_mark(str text, str label, const struct dress *d)
{
    text = trim_space(text);
    if (!d->opened || str_contains(label, d->mark))
        return text;
    if (str_starts_with(text, d->mark))
        return trim_space(drop(text, d->mark.len));
    if (str_ends_with(text, d->mark))
        return trim_space(str_slice(text, 0, text.len - d->mark.len));
    return text;
}

/* [doctor] …, 【医生】…, （护士）…, <Arts> … */
static bool bracket_label(struct reading *r, str body, struct line *line)
{
    static const struct {
        const char *open, *close;
        bool strict; /* brackets that more often hold directions */
    } frames[] = {{"【", "】", false}, {"[", "]", false}, {"「", "」", true},
                  {"『", "』", true}, {"《", "》", true}, {"<", ">", true},
                  {"{", "}", true}, {"(", ")", true}, {"（", "）", true},
                  {"〖", "〗", false}, {"［", "］", false}, {"«", "»", true}};
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        str open = str_of(frames[i].open), close = str_of(frames[i].close);
        if (!str_starts_with(body, open))
            continue;
        size_t end = str_find(str_slice(body, 0, LABEL_SCAN_MAX), close, open.len);
        if (end == STR_NONE)
            return false;
        str label = str_slice(body, open.len, end);
        str text = trim_space(drop(body, end + close.len));
        const struct named *who = speaker_of(r, label);
        enum speaker_kind kind = who ? who->speaker.kind : SPEAKER_NONE;
        bool fits = is_person(who) || (!frames[i].strict && text.len &&
                                       (kind == SPEAKER_NAME || kind == SPEAKER_FIELD));
        if (!fits)
            return false;
        size_t colon = colon_at(text, 0);
        line->marked = true;
        accept(line, text.len > colon ? FORM_LABEL : FORM_ALONE, who, label,
               drop(text, colon));
        return true;
    }
    return false;
}

/* Where a label before a colon ends; STR_NONE when there is none. Parentheses
 * may hold anything; a sentence may not. */
static size_t label_end(str body)
{
    size_t depth = 0;
    bool quote = false;
    for (size_t i = 0; i < body.len && i < LABEL_SCAN_MAX;) {
        size_t colon = colon_at(body, i);
        bool clock = colon == 1 && i > 0 && is_digit(body.ptr[i - 1]) &&
                     i + 1 < body.len && is_digit(body.ptr[i + 1]);
        if (colon && !depth && !clock)
            return starts(drop(body, i), "://") ? STR_NONE : i;
        str rest = drop(body, i);
        uint32_t c = utf8_next(&rest);
        if (c == '(' || c == 0xFF08 || c == '[' || c == 0x3010)
            depth++;
        else if ((c == ')' || c == 0xFF09 || c == ']' || c == 0x3011) && depth)
            depth--;
        else if (c == '"')
            quote = !quote;
        bool sentence = c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF1B ||
                        c == '!' || c == '?' || c == ';' || c == 0x201C;
        if (sentence && !depth && i > 0)
            return STR_NONE;
        i = body.len - rest.len;
    }
    return STR_NONE;
}

/* A dot may stand behind an abbreviation only: "Dr. De Vries". */
static bool has_sentence_dot(str label)
{
    for (size_t dot = str_find_char(label, '.', 0); dot != STR_NONE;
         dot = str_find_char(label, '.', dot + 1)) {
        size_t word = dot;
        while (word > 0 && label.ptr[word - 1] != ' ' && label.ptr[word - 1] != '.')
            word--;
        if (dot - word > 5 || word == dot)
            return true;
    }
    return false;
}

static bool colon_label(struct reading *r, str body, const struct dress *d,
                        struct line *line)
{
    size_t end = label_end(body);
    if (end == STR_NONE || end == 0)
        return false;
    str label = str_slice(body, 0, end);
    const struct named *who = speaker_of(r, label);
    if (!who || (has_sentence_dot(label) && !is_person(who)))
        return false;
    str text = drop_mark(drop(body, end + colon_at(body, end)), label, d);
    line->marked = d->opened || d->level;
    accept(line, text.len ? FORM_LABEL : FORM_ALONE, who, label, text);
    return true;
}

/* Is there a colon before the end? */
static bool has_inner_colon(str body)
{
    for (size_t i = 0; i < body.len; i++) {
        size_t colon = colon_at(body, i);
        if (colon && trim_label(drop(body, i + colon)).len)
            return true;
    }
    return false;
}

/* Signs between a name and what is told of it, as cast lists have them. */
static bool has_relation_sign(str body)
{
    static const char *const signs[] = {"=", "|", "→", "->", " - ", " – ", "—"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_contains(body, str_of(signs[i])))
            return true;
    return false;
}

/* A role alone on its line: **Huisarts**, ### 医生, or bare. */
static bool lone_label(struct reading *r, str body, const struct dress *d,
                       struct line *line)
{
    if (body.len > LABEL_BYTES_MAX || ends_sentence(body) ||
        has_inner_colon(body) || has_relation_sign(body))
        return false;
    const struct named *who = speaker_of(r, body);
    if (!is_person(who) || who->identity.len > 48)
        return false;
    line->marked = d->opened || d->level;
    accept(line, FORM_ALONE, who, body, (str){0});
    return true;
}

/* Doctor - …, 医生 —— …, Arts | …, Doctor\t…: the first of these signs. */
static bool weak_label(struct reading *r, str body, struct line *line)
{
    static const char *const signs[] = {
        "\t", " - ", " – ", " — ", "——", "—", " | ", "|", "｜", " > ", ">>",
        "→",  " -> ", "->",  "=>",  "=",  "»", " ~ "};
    str head = str_slice(body, 0, 64);
    size_t first = STR_NONE, len = 0;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t at = str_find(head, str_of(signs[i]), 1);
        if (at < first) {
            first = at;
            len = strlen(signs[i]);
        }
    }
    if (first == STR_NONE)
        return false;
    const struct named *who = speaker_of(r, str_slice(body, 0, first));
    str text = trim_space(drop(body, first + len));
    if (!is_person(who) || !text.len)
        return false;
    accept(line, FORM_WEAK, who, str_slice(body, 0, first), text);
    return true;
}

/* What an own heading or key is before it can be a label: 对话一：…, 【场景】…. */
static bool opens_dialogue(struct reading *r, str raw, const struct dress *d, str body,
                           struct line *line)
{
    struct line heading = {.text = body};
    if (!d->level && !numbered_heading(r, body, &heading) )
        return false;
    heading = (struct line){.text = body};
    if (!read_heading(r, raw, d, body, &heading) || heading.form != FORM_HEADING)
        return false;
    heading.numbered = d->numbered;
    heading.level = d->level;
    heading.plain = d->plain;
    *line = heading;
    return true;
}

void line_read(struct reading *r, str raw, struct line *line)
{
    struct dress d = {.level = 0};
    *line = (struct line){.form = FORM_PLAIN, .text = raw};
    if (is_rule(raw) || is_lone_ordinal(raw)) {
        line->form = FORM_RULE;
        return;
    }
    str body = take_dress(r, raw, &d);
    if (!d.numbered && turn_counter(r, raw) == STR_NONE) {
        line->form = FORM_STAGE;
        return;
    }
    line->numbered = d.numbered;
    line->bulleted = d.bulleted;
    line->level = d.level;
    line->text = line->plain = d.plain;
    if (!body.len)
        return;
    bool short_line = body.len <= HEADING_BYTES_MAX;
    if (short_line && lone_label(r, body, &d, line))
        return;
    if (short_line && opens_dialogue(r, raw, &d, body, line))
        return;
    if (bracket_label(r, body, line) || colon_label(r, body, &d, line)) {
        bool empty_key = line->form == FORM_ALONE && !is_person(line->who);
        struct line heading = *line;
        if (empty_key && read_heading(r, raw, &d, body, &heading)) {
            heading.level = d.level;
            *line = heading;
        }
        return;
    }
    if (short_line && read_heading(r, raw, &d, body, line)) {
        line->level = d.level;
        return;
    }
    if (is_stage(raw) || is_stage(body)) {
        line->form = FORM_STAGE;
        return;
    }
    weak_label(r, body, line);
}

/* --- labels inside a speech --- */

static bool ends_before(str text, size_t at)
{
    static const char *const ends[] = {
        "。", "！", "？", ".", "!",  "?",  "”", "\"", "…", "|", "/",  "；", ";",
        "  ", "\t", "』", "」", "~", "）", ")", "’", "›", "»", "→", "：", ":"};
    str before = str_slice(text, 0, at);
    while (before.len && before.ptr[before.len - 1] == ' ')
        before.len--;
    if (at - before.len >= 2)
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends_with(before, str_of(ends[i])))
            return true;
    return before.len == 0;
}

/* The label that ends at the colon: from the end of the sentence before it. */
static const struct named *label_before(struct reading *r, str text, size_t from,
                                        size_t colon, size_t *begin)
{
    size_t limit = colon > from + 60 ? colon - 60 : from;
    str head = str_slice(text, 0, colon);
    int tries = 4;
    for (str rest = head; rest.len > limit && tries;) {
        uint32_t c = utf8_previous(&rest);
        size_t at = rest.len;
        if (c == ' ' || c == '\t' || !ends_before(text, at))
            continue;
        tries--;
        const struct named *who = speaker_of(r, str_slice(text, at, colon));
        if (is_person(who) && who->speaker.kind == SPEAKER_ROLE) {
            *begin = at;
            return who;
        }
    }
    return NULL;
}

bool label_inside(struct reading *r, str text, size_t from, size_t *label,
                  size_t *speech, const struct named **who)
{
    for (size_t at = from; at < text.len; at++) {
        size_t colon = colon_at(text, at);
        if (!colon)
            continue;
        *who = label_before(r, text, from, at, label);
        if (*who && (*label > from || from == 0)) {
            bool capital = (unsigned char)text.ptr[*label] >= 0x80 ||
                           fold_point((unsigned char)text.ptr[*label]) !=
                               (unsigned char)text.ptr[*label] ||
                           text.ptr[*label] == '*' || text.ptr[*label] == '[';
            *speech = at + colon;
            if (capital)
                return true;
        }
    }
    return false;
}
