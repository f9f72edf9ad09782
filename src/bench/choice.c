/* choice.c - see choice.h. */
#include "bench/choice.h"

#include "base/utf8.h"

static const str markers[] = {{"答案", 6},
                              {"选择", 6},
                              {"应选", 6},
                              {"故选", 6},
                              {"选项", 6},
                              {"answer is", 9},
                              {"answer:", 7},
                              {"answer", 6},
                              {"correct option", 14},
                              {"correct choice", 14},
                              {"option", 6},
                              {"antwoord is", 11},
                              {"antwoord:", 9},
                              {"antwoord", 8}};
enum { MARKER_COUNT = sizeof markers / sizeof *markers };
enum { LETTERS_BYTES_MAX = 48 }; /* how far behind a marker letters may end */

const char *choice_step_name(enum choice_step step)
{
    static const char *const names[] = {"none", "marker", "alone", "boxed",
                                        "text"};
    return names[step];
}

uint32_t choice_key(const struct list *keys)
{
    uint32_t set = 0;
    for (size_t i = 0; i < keys->count; i++) {
        str key = *LIST_AT(*keys, str, i);
        if (key.len == 1 && key.ptr[0] >= 'A' && key.ptr[0] <= 'Z')
            set |= 1u << (key.ptr[0] - 'A');
    }
    return set;
}

static uint32_t allowed_letters(const struct option *options, size_t count)
{
    uint32_t set = 0;
    for (size_t i = 0; i < count; i++)
        if (options[i].key.len == 1 && options[i].key.ptr[0] >= 'A' &&
            options[i].key.ptr[0] <= 'Z')
            set |= 1u << (options[i].key.ptr[0] - 'A');
    return set;
}

static bool is_word(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0x250);
}

/* What may stand between a marker and letters, or between two letters. */
static bool is_filler(uint32_t c)
{
    static const uint32_t fillers[] = {':',
                                       0xFF1A /* ： */,
                                       '*',
                                       '(',
                                       ')',
                                       0xFF08,
                                       0xFF09,
                                       '[',
                                       ']',
                                       '{',
                                       '}',
                                       '"',
                                       '\'',
                                       ',',
                                       0xFF0C,
                                       0x3001 /* 、 */,
                                       '.',
                                       '/',
                                       '&',
                                       '+',
                                       0x662F /* 是 */,
                                       0x4E3A /* 为 */,
                                       0x548C /* 和 */,
                                       0x9009 /* 选 */,
                                       0x9879 /* 项 */,
                                       0x3010,
                                       0x3011,
                                       0x201C,
                                       0x201D,
                                       '=',
                                       '-'};
    if (utf8_is_space(c))
        return true;
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
        if (fillers[i] == c)
            return true;
    return false;
}

static bool skip_word(str *s, str word)
{
    if (s->len < word.len ||
        !str_equal_ignore_case(str_slice(*s, 0, word.len), word))
        return false;
    str after = str_slice(*s, word.len, s->len);
    str peek = after;
    if (peek.len && is_word(utf8_next(&peek)))
        return false;
    *s = after;
    return true;
}

/* Letters at the start of s, past fillers and small words ("is", "and"): a run
 * such as "B", "ACD", "A、C", "(B) and (D)". A letter that begins a word ends
 * it. Returns the set; *rest is what follows. */
static uint32_t letters_at(str s, uint32_t allowed, str *rest)
{
    static const str words[] = {{"is", 2},    {"are", 3},    {"and", 3},
                                {"en", 2},    {"option", 6}, {"should be", 9},
                                {"optie", 5}, {"the", 3}};
    uint32_t set = 0;
    size_t start = s.len;
    *rest = s;
    while (s.len && start - s.len < LETTERS_BYTES_MAX) {
        bool skipped = false;
        for (size_t i = 0; i < sizeof words / sizeof *words && !skipped; i++)
            skipped = skip_word(&s, words[i]);
        if (skipped)
            continue;
        str run = s;
        uint32_t found = 0;
        while (run.len && run.ptr[0] >= 'A' && run.ptr[0] <= 'Z' &&
               (allowed >> (run.ptr[0] - 'A') & 1)) {
            found |= 1u << (run.ptr[0] - 'A');
            run = str_slice(run, 1, run.len);
        }
        str peek = run;
        bool word_goes_on = run.len && is_word(utf8_next(&peek));
        if (found && !word_goes_on) {
            set |= found;
            s = run;
            *rest = s;
            continue;
        }
        peek = s;
        if (!is_filler(utf8_next(&peek)))
            break;
        s = peek;
    }
    return set;
}

static uint32_t behind_marker(str answer, uint32_t allowed)
{
    uint32_t last = 0;
    for (size_t at = 0; at < answer.len; at++) {
        for (size_t m = 0; m < MARKER_COUNT; m++) {
            str piece = str_slice(answer, at, at + markers[m].len);
            if (!str_equal_ignore_case(piece, markers[m]))
                continue;
            str rest;
            uint32_t set =
                letters_at(str_slice(answer, at + markers[m].len, answer.len),
                           allowed, &rest);
            if (set)
                last = set;
            break;
        }
    }
    return last;
}

/* The whole answer is letters, or begins with one and a dot or bracket. */
static uint32_t alone(str answer, uint32_t allowed)
{
    str rest, s = str_trim(answer);
    uint32_t set = letters_at(s, allowed, &rest);
    if (!set)
        return 0;
    bool whole = true;
    for (str r = rest; r.len && whole;)
        whole = is_filler(utf8_next(&r));
    if (whole)
        return set;
    static const str ends[] = {{".", 1},  {")", 1},  {"、", 3}, {"．", 3},
                               {":", 1},  {"：", 3}, {"）", 3}, {"\n", 1},
                               {" -", 2}, {"。", 3}, {"，", 3}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_starts_with(rest, ends[i]))
            return set;
    return 0;
}

static uint32_t boxed(str answer, uint32_t allowed)
{
    static const str opens[] = {
        {"\\boxed{", 7}, {"[[", 2}, {"**", 2}, {"【", 3}};
    uint32_t last = 0;
    for (size_t at = 0; at < answer.len; at++)
        for (size_t i = 0; i < sizeof opens / sizeof *opens; i++) {
            str s = str_slice(answer, at, answer.len);
            str rest;
            if (!str_starts_with(s, opens[i]))
                continue;
            uint32_t set =
                letters_at(str_slice(s, opens[i].len, s.len), allowed, &rest);
            if (set)
                last = set;
        }
    return last;
}

/* One option's text stands in the answer and no other's does. An option that
 * is part of a longer one that matched does not count. */
static uint32_t by_text(str answer, const struct option *options, size_t count)
{
    uint32_t set = 0;
    size_t matches = 0;
    for (size_t i = 0; i < count; i++) {
        str text = str_trim(options[i].text);
        if (text.len < 2 || !str_contains(answer, text) ||
            options[i].key.len != 1)
            continue;
        bool covered = false;
        for (size_t j = 0; j < count; j++) {
            str other = str_trim(options[j].text);
            covered |= j != i && other.len > text.len &&
                       str_contains(other, text) && str_contains(answer, other);
        }
        if (covered)
            continue;
        matches++;
        set = 1u << (options[i].key.ptr[0] - 'A');
    }
    return matches == 1 ? set : 0;
}

struct choice choice_read(str answer, const struct option *options,
                          size_t option_count)
{
    uint32_t allowed = allowed_letters(options, option_count);
    uint32_t set;
    if ((set = behind_marker(answer, allowed)))
        return (struct choice){true, CHOICE_MARKER, set};
    if ((set = alone(answer, allowed)))
        return (struct choice){true, CHOICE_ALONE, set};
    if ((set = boxed(answer, allowed)))
        return (struct choice){true, CHOICE_BOXED, set};
    if ((set = by_text(answer, options, option_count)))
        return (struct choice){true, CHOICE_TEXT, set};
    return (struct choice){0};
}
