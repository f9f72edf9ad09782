/* damaged.c - see damaged.h. */
#include "generate/damaged.h"

#include "base/utf8.h"
#include "generate/verdict.h"
#include "text/language.h"

enum { FOREIGN_LETTERS = 25 }; /* of a turn in another writing */
static const double language_certainty = 0.9;

struct checking {
    const struct rulebook *book;
    const struct refine_input *input;
    const struct transcript *t;
    struct refine_verdict *verdict;
};

static bool ends_closed(str text)
{
    static const char *const closed[] = {"。", "！", "？", ".",  "!",  "?",
                                         "…",  "”",  "\"", "」", "』", ")",
                                         "）", "~",  "～", "'",  NULL};
    return str_ends_with_any(str_trim(text), closed);
}

static bool ends_in_letter(str text)
{
    text = str_trim(text);
    if (text.len == 0)
        return false;
    uint32_t last = utf8_previous(&text);
    return utf8_is_han(last) || (last >= 'a' && last <= 'z');
}

/* A comma ends nothing. A last turn that ends in a letter is cut when the reply
 * ended for its length, or when all turns before it end in a mark. */
static bool check_truncated(const struct checking *c)
{
    static const char *const open[] = {"，", "、", "：", "；", ",",
                                       ":",  "（", "(",  "“",  NULL};
    size_t last = c->t->turn_count;
    str text = str_trim(c->t->turns[last - 1].text);
    bool others_closed = last > 3;
    for (size_t i = 0; i + 1 < last && others_closed; i++)
        others_closed = ends_closed(c->t->turns[i].text);
    if (str_ends_with_any(text, open) ||
        (c->input->cut && !ends_closed(text)) ||
        (others_closed && ends_in_letter(text)))
        return refuse(c->verdict, REFINE_TRUNCATED, last,
                      "the last turn stops in the middle of a sentence");
    return true;
}

static bool has_any(str kept, const struct list *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (str_contains(kept, *LIST_AT(*words, str, i)))
            return true;
    return false;
}

static bool begins_with_any(str kept, const struct list *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (str_starts_with(kept, *LIST_AT(*words, str, i)))
            return true;
    return false;
}

/* A clinician may well say "I'm sorry, I can't", so a refusal also speaks of
 * the request. */
static bool check_refusal(const struct checking *c)
{
    const struct rulebook *book = c->book;
    for (size_t i = 0; i < c->t->turn_count; i++) {
        str kept = c->t->turns[i].kept;
        if (begins_with_any(kept, &book->refusals) &&
            has_any(kept, &book->refusal_objects))
            return refuse(c->verdict, REFINE_REFUSAL, i + 1,
                          "declines: " STR_FMT,
                          STR_ARG(str_slice(c->t->turns[i].text, 0, 160)));
    }
    return true;
}

struct letters {
    size_t han, other;
};

static struct letters count_letters(str text)
{
    struct letters letters = {0, 0};
    for (str rest = text; rest.len;) {
        uint32_t c = utf8_next(&rest);
        letters.han += utf8_is_han(c);
        letters.other += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7);
    }
    return letters;
}

/* A whole turn in another writing. */
static bool is_foreign(enum lang lang, str text)
{
    struct letters letters = count_letters(text);
    if (lang == LANG_ZH)
        return letters.han == 0 && letters.other >= FOREIGN_LETTERS;
    return letters.han * 4 >= FOREIGN_LETTERS && letters.han > letters.other;
}

static bool check_language(const struct checking *c)
{
    double certainty;
    const char *guess = language_guess(c->t->joined, &certainty);
    str wanted = lang_name(c->input->lang);
    if (!str_equal(str_of(guess), wanted) &&
        !str_equal(str_of(guess), STR("other")) &&
        certainty >= language_certainty)
        return refuse(c->verdict, REFINE_WRONG_LANGUAGE, 0,
                      "looks like '%s', not '" STR_FMT "'", guess,
                      STR_ARG(wanted));
    for (size_t i = 0; i < c->t->turn_count; i++)
        if (is_foreign(c->input->lang, c->t->turns[i].text))
            return refuse(c->verdict, REFINE_WRONG_LANGUAGE, i + 1,
                          "a turn in another writing: " STR_FMT,
                          STR_ARG(str_slice(c->t->turns[i].text, 0, 120)));
    return true;
}

static bool check_disclosure(const struct checking *c,
                             struct lexicon_matcher *disclosures,
                             struct vec *matches)
{
    for (size_t i = 0; i < c->t->turn_count; i++) {
        const struct script_turn *turn = &c->t->turns[i];
        lexicon_match(disclosures, turn->kept, matches);
        if (matches->count == 0)
            continue;
        const struct lexicon_match *match = vec_at(matches, 0);
        return refuse(c->verdict, REFINE_AI_DISCLOSURE, i + 1,
                      "says '" STR_FMT "'",
                      STR_ARG(str_slice(turn->kept, match->start, match->end)));
    }
    return true;
}

bool damaged_check(const struct rulebook *book,
                   const struct refine_input *input,
                   const struct transcript *transcript,
                   struct lexicon_matcher *disclosures, struct vec *matches,
                   struct refine_verdict *verdict)
{
    struct checking checking = {book, input, transcript, verdict};
    return check_truncated(&checking) && check_refusal(&checking) &&
           check_language(&checking) &&
           check_disclosure(&checking, disclosures, matches);
}
