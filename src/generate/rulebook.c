/* rulebook.c - see rulebook.h. */
#include "generate/rulebook.h"

#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/mem.h"
#include "base/vec.h"
#include "generate/transcript.h"
#include "record/record.h"

/* rules/phrases/LANG.yaml, of which other rooms use other lists */
struct phrases {
    str lang, source;
    struct list common, backchannel, refusal, ai_disclosure, question_words;
    const struct yaml *function_words;
};

#define PHRASES(member, text)                                                  \
    {                                                                          \
#member, FIELD_STRS, offsetof(struct phrases, member), .doc = text     \
    }
static const struct field phrases_fields[] = {
    {"lang", FIELD_STR, offsetof(struct phrases, lang), .doc = "language"},
    {"source", FIELD_STR, offsetof(struct phrases, source), .doc = "origin"},
    PHRASES(common, "said in every consultation"),
    PHRASES(backchannel, "a turn that only listens"),
    PHRASES(refusal, "openings by which a model declines"),
    PHRASES(ai_disclosure, "a speaker calls itself a program"),
    PHRASES(question_words, "patterns of questions"),
    {"function_words", FIELD_NODE, offsetof(struct phrases, function_words),
     .optional = true, .doc = "categories of style matching"},
    {0}};
static const struct schema phrases_schema = {"phrases", phrases_fields,
                                             sizeof(struct phrases), 0};

/* rules/refine/LANG.yaml */
struct lists {
    str lang, source;
    struct list words[WORDS_COUNT];
    struct list patterns[PATTERN_COUNT];
    const struct yaml *test_names, *allergens;
    const struct yaml *unit_words, *dose_words, *number_words;
};

#define WORDS(name, number, text)                                              \
    {                                                                          \
        name, FIELD_STRS, offsetof(struct lists, words[number]), .doc = text   \
    }
#define PATTERNS(name, number, text)                                           \
    {                                                                          \
        name, FIELD_STRS, offsetof(struct lists, patterns[number]),            \
            .doc = text                                                        \
    }
#define NODE(member, text)                                                     \
    {                                                                          \
#member, FIELD_NODE, offsetof(struct lists, member), .doc = text       \
    }

static const struct field lists_fields[] = {
    {"lang", FIELD_STR, offsetof(struct lists, lang), .doc = "language"},
    {"source", FIELD_STR, offsetof(struct lists, source), .doc = "origin"},
    WORDS("refusal_objects", WORDS_REFUSAL_OBJECTS, "what is declined"),
    WORDS("open_tasks", WORDS_OPEN_TASKS, "tasks with an open diagnosis"),
    WORDS("unitless", WORDS_UNITLESS, "tests read without a unit"),
    WORDS("left", WORDS_LEFT, "words for left"),
    WORDS("right", WORDS_RIGHT, "words for right"),
    WORDS("both", WORDS_BOTH, "words for both sides"),
    WORDS("side_joins", WORDS_SIDE_JOINS, "between a side and a part"),
    WORDS("parts", WORDS_PARTS, "parts of the body in pairs"),
    PATTERNS("claims", PATTERN_CLAIMS, "names the diagnosis"),
    PATTERNS("claim_excuses", PATTERN_CLAIM_EXCUSES, "but not as such"),
    PATTERNS("history_questions", PATTERN_HISTORY_QUESTIONS, "asked for"),
    PATTERNS("clinician_never", PATTERN_CLINICIAN_NEVER, "patients only"),
    PATTERNS("patient_never", PATTERN_PATIENT_NEVER, "clinicians only"),
    PATTERNS("nurse_never", PATTERN_NURSE_NEVER, "doctors only"),
    PATTERNS("swapped_excuses", PATTERN_SWAPPED_EXCUSES, "quoted"),
    PATTERNS("self_answers", PATTERN_SELF_ANSWERS, "the patient's answer"),
    PATTERNS("clinician_style", PATTERN_CLINICIAN_STYLE, "clinicians speak"),
    PATTERNS("patient_style", PATTERN_PATIENT_STYLE, "patients speak"),
    PATTERNS("ages_said", PATTERN_AGES_SAID, "age of the speaker"),
    PATTERNS("ages_told", PATTERN_AGES_TOLD, "age of the other"),
    PATTERNS("male_said", PATTERN_MALE_SAID, "the patient is male"),
    PATTERNS("female_said", PATTERN_FEMALE_SAID, "the patient is female"),
    PATTERNS("female_self", PATTERN_FEMALE_SELF, "only women say"),
    PATTERNS("male_self", PATTERN_MALE_SELF, "only men say"),
    PATTERNS("female_you", PATTERN_FEMALE_YOU, "said to women"),
    PATTERNS("male_you", PATTERN_MALE_YOU, "said to men"),
    PATTERNS("pregnant_self", PATTERN_PREGNANT_SELF, "is pregnant"),
    PATTERNS("person_excuses", PATTERN_PERSON_EXCUSES, "somebody else"),
    PATTERNS("readings", PATTERN_READINGS, "number behind a test"),
    PATTERNS("pressures", PATTERN_PRESSURES, "blood pressures"),
    PATTERNS("doses", PATTERN_DOSES, "amount behind a drug"),
    PATTERNS("daily_marks", PATTERN_DAILY_MARKS, "amount of a day"),
    PATTERNS("dose_excuses", PATTERN_DOSE_EXCUSES, "no person's dose"),
    PATTERNS("frequencies", PATTERN_FREQUENCIES, "times a day"),
    PATTERNS("recommends", PATTERN_RECOMMENDS, "a drug is to be taken"),
    PATTERNS("withholds", PATTERN_WITHHOLDS, "or is not"),
    PATTERNS("has_condition", PATTERN_HAS_CONDITION, "has a disease"),
    PATTERNS("allergies", PATTERN_ALLERGIES, "is allergic to"),
    PATTERNS("allergy_excuses", PATTERN_ALLERGY_EXCUSES, "or is not"),
    NODE(test_names, "other names of tests, by id"),
    NODE(allergens, "words for conditions of the packs, by id"),
    NODE(unit_words, "pairs of a word and the unit of a test"),
    NODE(dose_words, "pairs of a word and its unit"),
    NODE(number_words, "pairs of a word and its digits"),
    {0}};
static const struct schema lists_schema = {"refinement lists", lists_fields,
                                           sizeof(struct lists), 0};

/* --- reading --- */

static bool load(const char *folder, enum lang lang,
                 const struct schema *schema, void *out, struct arena *arena,
                 struct err *err)
{
    const char *name = arena_printf(arena, "rules/%s/" STR_FMT ".yaml", folder,
                                    STR_ARG(lang_name(lang)))
                           .ptr;
    struct yaml *root = asset_yaml(name, arena, err);
    return root && schema_bind(schema, root, out, arena, err);
}

/* Adds a pattern whose apostrophes match curly ones, too. */
static void add_pattern(struct buf *out, str pattern)
{
    bool in_class = false;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i];
        bool escaped = i > 0 && pattern.ptr[i - 1] == '\\';
        if (!escaped && (c == '[' || c == ']'))
            in_class = c == '[';
        if (c == '\'')
            buf_add_cstr(out, in_class ? "'\u2019" : "['\u2019]");
        else
            buf_add_char(out, c);
    }
}

/* The alternatives as one expression; groups of the same number share it. */
static bool compile(const struct list *alternatives, const char *name,
                    struct regex **regex, struct err *err)
{
    *regex = NULL;
    if (alternatives->count == 0)
        return true;
    struct buf all;
    buf_init(&all, REGEX_PATTERN_BYTES_MAX);
    buf_add(&all, STR("(?|"));
    for (size_t i = 0; i < alternatives->count; i++) {
        if (i)
            buf_add_char(&all, '|');
        add_pattern(&all, *LIST_AT(*alternatives, str, i));
    }
    buf_add_char(&all, ')');
    bool ok = regex_compile(regex, buf_str(&all),
                            REGEX_CASELESS | REGEX_MULTILINE, err);
    buf_release(&all);
    return ok ? true : err_wrap(err, "rules/refine: %s", name);
}

static bool compile_all(struct rulebook *book, const struct lists *lists,
                        struct err *err)
{
    for (const struct field *f = lists_fields; f->name; f++) {
        size_t first = offsetof(struct lists, patterns);
        if (f->offset < first || f->offset >= first + sizeof lists->patterns)
            continue;
        size_t number = (f->offset - first) / sizeof(struct list);
        if (!compile(&lists->patterns[number], f->name, &book->patterns[number],
                     err))
            return false;
    }
    return true;
}

static void add_choice(struct buf *out, const struct list *words,
                       const char *open)
{
    buf_add_cstr(out, open);
    for (size_t i = 0; i < words->count; i++)
        buf_printf(out, "%s\\Q" STR_FMT "\\E", i ? "|" : "",
                   STR_ARG(*LIST_AT(*words, str, i)));
    buf_add_char(out, ')');
}

/* A word for the side, a joining word, a part of the body; whole words where
 * writing has spaces. */
static bool compile_side(struct rulebook *book, enum word_list side,
                         enum pattern pattern, struct err *err)
{
    struct buf all;
    buf_init(&all, REGEX_PATTERN_BYTES_MAX);
    buf_add(&all, STR("(?<!\\p{Latin})"));
    add_choice(&all, &book->words[side], "(?:");
    add_choice(&all, &book->words[WORDS_SIDE_JOINS], "(?:");
    buf_add_char(&all, '?');
    add_choice(&all, &book->words[WORDS_PARTS], "(");
    buf_add(&all, STR("(?!\\p{Latin})"));
    bool ok = regex_compile(&book->patterns[pattern], buf_str(&all),
                            REGEX_CASELESS, err);
    buf_release(&all);
    return ok ? true : err_wrap(err, "rules/refine: sides");
}

/* {id: [word, …]}: pairs of word and id. */
static struct list pairs_of_map(const struct yaml *map, struct arena *arena)
{
    struct vec pairs;
    vec_init(&pairs, sizeof(struct word_pair));
    YAML_EACH(member, map)
    YAML_EACH(word, member)
    vec_push(&pairs, &(struct word_pair){word->text, member->key});
    struct list list = list_from_vec(arena, &pairs);
    vec_release(&pairs);
    return list;
}

/* [[word, meaning], …] */
static struct list pairs_of_list(const struct yaml *items, struct arena *arena)
{
    struct vec pairs;
    vec_init(&pairs, sizeof(struct word_pair));
    YAML_EACH(item, items)
    if (item->count == 2)
        vec_push(&pairs,
                 &(struct word_pair){item->first->text, item->last->text});
    struct list list = list_from_vec(arena, &pairs);
    vec_release(&pairs);
    return list;
}

static void keep_one(struct transcript *t, str phrase, struct vec *kept,
                     struct arena *arena)
{
    struct buf one;
    buf_init(&one, BUF_MAX);
    transcript_keep(t, phrase, &one);
    str text = arena_copy(arena, buf_str(&one));
    if (text.len)
        vec_push(kept, &text);
    buf_release(&one);
}

/* The kept forms of the phrases, those without any letter left out. */
static struct list keep_all(struct transcript *t, const struct list *phrases,
                            struct arena *arena)
{
    struct vec kept;
    vec_init(&kept, sizeof(str));
    for (size_t i = 0; i < phrases->count; i++) {
        str phrase = *LIST_AT(*phrases, str, i);
        keep_one(t, phrase, &kept, arena);
        keep_one(t, curly_spelling(phrase, arena), &kept, arena);
    }
    struct list list = list_from_vec(arena, &kept);
    vec_release(&kept);
    return list;
}

static struct list join(const struct list *a, const struct list *b,
                        struct arena *arena)
{
    struct list both = list_make(arena, a->count + b->count, sizeof(str));
    if (a->count)
        memcpy(both.items, a->items, a->count * sizeof(str));
    if (b->count)
        memcpy((str *)both.items + a->count, b->items, b->count * sizeof(str));
    return both;
}

static bool keep_phrases(struct rulebook *book, const struct phrases *phrases,
                         struct err *err)
{
    struct transcript *t = transcript_new(book->lang, err);
    if (!t)
        return false;
    struct arena *arena = &book->arena;
    book->refusals = keep_all(t, &phrases->refusal, arena);
    book->refusal_objects =
        keep_all(t, &book->words[WORDS_REFUSAL_OBJECTS], arena);
    struct list disclosures = keep_all(t, &phrases->ai_disclosure, arena);
    struct list common = keep_all(t, &phrases->common, arena);
    struct list back = keep_all(t, &phrases->backchannel, arena);
    transcript_free(t);
    for (size_t i = 0; i < back.count; i++)
        map_put(&book->backchannels, *LIST_AT(back, str, i), 1);
    common = join(&common, &back, arena);
    return lexicon_open(&book->disclosures, disclosures.items,
                        disclosures.count, err) &&
           lexicon_open(&book->common, common.items, common.count, err);
}

struct rulebook *rulebook_open(enum lang lang, struct err *err)
{
    struct rulebook *book = mem_zero(1, sizeof *book);
    book->lang = lang;
    arena_init(&book->arena);
    map_init(&book->backchannels);
    struct lists lists;
    struct phrases phrases;
    bool ok =
        load("phrases", lang, &phrases_schema, &phrases, &book->arena, err) &&
        load("refine", lang, &lists_schema, &lists, &book->arena, err) &&
        compile_all(book, &lists, err);
    if (ok) {
        memcpy(book->words, lists.words, sizeof book->words);
        book->test_names = pairs_of_map(lists.test_names, &book->arena);
        book->allergens = pairs_of_map(lists.allergens, &book->arena);
        book->unit_words = pairs_of_list(lists.unit_words, &book->arena);
        book->dose_words = pairs_of_list(lists.dose_words, &book->arena);
        book->number_words = pairs_of_list(lists.number_words, &book->arena);
        ok = keep_phrases(book, &phrases, err) &&
             compile_side(book, WORDS_LEFT, PATTERN_LEFT_PARTS, err) &&
             compile_side(book, WORDS_RIGHT, PATTERN_RIGHT_PARTS, err);
    }
    if (ok)
        return book;
    rulebook_close(book);
    return NULL;
}

void rulebook_close(struct rulebook *book)
{
    if (!book)
        return;
    for (int i = 0; i < PATTERN_COUNT; i++)
        regex_free(book->patterns[i]);
    lexicon_close(book->disclosures);
    lexicon_close(book->common);
    map_release(&book->backchannels);
    arena_release(&book->arena);
    free(book);
}

/* --- using --- */

str curly_spelling(str word, struct arena *arena)
{
    if (str_find_char(word, '\'', 0) == STR_NONE)
        return STR("");
    struct buf curly;
    buf_init(&curly, BUF_MAX);
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] == '\'')
            buf_add_cstr(&curly, "\u2019");
        else
            buf_add_char(&curly, word.ptr[i]);
    str copy = arena_copy(arena, buf_str(&curly));
    buf_release(&curly);
    return copy;
}

bool pattern_find(const struct rulebook *book, enum pattern pattern,
                  struct regex_context *context, str text, size_t from)
{
    const struct regex *regex = book->patterns[pattern];
    return regex && from <= text.len &&
           regex_find(regex, context, text, from) == REGEX_FOUND;
}

str pair_meaning(const struct list *pairs, str word)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const struct word_pair *pair = LIST_AT(*pairs, struct word_pair, i);
        if (str_equal_ignore_case(pair->word, word))
            return pair->meaning;
    }
    return STR("");
}

/* Length of the mark that ends a sentence at byte `at`, or 0. */
static size_t end_mark(str text, size_t at)
{
    static const char *const marks[] = {"。", "！", "？", "；"};
    char c = text.ptr[at];
    if (c == '\n' || c == '!' || c == '?' || c == ';')
        return 1;
    if (c == '.')
        return at + 1 == text.len || text.ptr[at + 1] == ' ' ||
               text.ptr[at + 1] == '\n';
    if ((unsigned char)c != 0xE3 && (unsigned char)c != 0xEF)
        return 0;
    str rest = str_slice(text, at, at + 3);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_equal(rest, str_of(marks[i])))
            return rest.len;
    return 0;
}

str sentence_around(str text, size_t at)
{
    size_t from = at < text.len ? at : text.len;
    while (from > 0 && !end_mark(text, from - 1) &&
           !(from >= 3 && end_mark(text, from - 3) == 3))
        from--;
    size_t to = at;
    while (to < text.len) {
        size_t length = end_mark(text, to);
        to += length ? length : 1;
        if (length)
            break;
    }
    return str_slice(text, from, to);
}
