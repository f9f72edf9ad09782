/* clean.c - see clean.h. */
#include "curate/clean.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "curate/part.h"
#include "text/language.h"
#include "text/regex.h"

enum { FILES_MAX = 8, FILE_BYTES_MAX = 16 << 20, SHOWN_BYTES = 120 };

enum { NO_QUESTION, NO_ANSWER, ANSWER_NOT_AN_OPTION, OTHER_LANGUAGE, BUILT_IN };

static const char *const built_in[BUILT_IN] = {
    "no-question", "no-answer", "answer-not-an-option", "other-language"};

enum place { PLACE_ANY, PLACE_QUESTION, PLACE_ANSWER };
static const char *const places[] = {"any", "question", "answer", NULL};
static const char *const actions[] = {"drop", "strip", NULL};

struct filter {
    str name, where, action; /* as in the file */
    struct list any_of;      /* str */
    /* made of these: */
    int reason;
    enum place place;
    bool strip;
    struct regex **regexes; /* in arena; any_of.count, each owned */
};

struct rules_file {
    str language;
    struct list case_openers; /* str */
    int64_t question_length_min, answer_length_min;
    struct list filters;  /* struct filter */
    struct regex *opener; /* owned; NULL = none */
};

struct cleaner {
    struct arena arena;
    struct rules_file files[FILES_MAX];
    size_t file_count;
    const char *reasons[CLEAN_REASONS_MAX];
    size_t reason_count;
};

struct cleaner_worker {
    const struct cleaner *cleaner;
    struct regex_context *context; /* owned */
};

static const struct field filter_fields[] = {
    {"name", FIELD_STR, offsetof(struct filter, name),
     .doc = "stands in counts and rejects"},
    {"where", FIELD_CHOICE, offsetof(struct filter, where), .choices = places,
     .fallback = "any", .doc = "which texts are looked at"},
    {"action", FIELD_CHOICE, offsetof(struct filter, action),
     .choices = actions, .fallback = "drop",
     .doc = "drop the record, or strip what matches"},
    {"any_of", FIELD_STRS, offsetof(struct filter, any_of),
     .doc = "expressions"},
    {0}};
static const struct schema filter_schema = {.name = "filter",
                                            .fields = filter_fields,
                                            .struct_bytes =
                                                sizeof(struct filter)};
static const struct field file_fields[] = {
    {"language", FIELD_STR, offsetof(struct rules_file, language),
     .doc = "of the records that the rules are for"},
    {"case_openers", FIELD_STRS, offsetof(struct rules_file, case_openers),
     .optional = true, .doc = "how a case-style question begins"},
    {"question_length_min", FIELD_INT,
     offsetof(struct rules_file, question_length_min), .min = 0, .max = 1000,
     .fallback = "1", .doc = "characters (zh) or words; fewer is no question"},
    {"answer_length_min", FIELD_INT,
     offsetof(struct rules_file, answer_length_min), .min = 0, .max = 1000,
     .fallback = "1", .doc = "characters (zh) or words; fewer is no answer"},
    {"filters", FIELD_STRUCTS, offsetof(struct rules_file, filters),
     .sub = &filter_schema, .doc = "filters, tried in order"},
    {0}};
static const struct schema file_schema = {.name = "clean",
                                          .fields = file_fields,
                                          .struct_bytes =
                                              sizeof(struct rules_file)};

/* --- opening --- */

static int reason_of(struct cleaner *c, str name)
{
    for (size_t i = 0; i < c->reason_count; i++)
        if (str_equal(name, str_of(c->reasons[i])))
            return (int)i;
    if (c->reason_count == CLEAN_REASONS_MAX)
        return -1;
    c->reasons[c->reason_count] = arena_cstr(&c->arena, name);
    return (int)c->reason_count++;
}

static bool compile_filter(struct cleaner *c, struct filter *filter,
                           struct err *err)
{
    filter->reason = reason_of(c, filter->name);
    if (filter->reason < 0)
        return err_set(err, ERR_LIMIT, "more than %d filters",
                       CLEAN_REASONS_MAX);
    filter->strip = str_equal(filter->action, STR("strip"));
    for (int p = 0; places[p]; p++)
        if (str_equal(filter->where, str_of(places[p])))
            filter->place = (enum place)p;
    filter->regexes =
        arena_array(&c->arena, filter->any_of.count, sizeof(struct regex *));
    for (size_t i = 0; i < filter->any_of.count; i++)
        if (!regex_compile(&filter->regexes[i],
                           *LIST_AT(filter->any_of, str, i), 0, err))
            return err_wrap(err, "filter '" STR_FMT "'", STR_ARG(filter->name));
    return true;
}

static bool compile_opener(struct cleaner *c, struct rules_file *file,
                           struct err *err)
{
    if (file->case_openers.count == 0)
        return true;
    struct buf pattern;
    buf_init(&pattern, REGEX_PATTERN_BYTES_MAX);
    buf_add(&pattern, STR("\\A\\s*(?:\\d+[.．、]\\s*)?(?:"));
    for (size_t i = 0; i < file->case_openers.count; i++)
        buf_printf(&pattern, "%s" STR_FMT, i ? "|" : "",
                   STR_ARG(*LIST_AT(file->case_openers, str, i)));
    buf_add_char(&pattern, ')');
    bool ok = regex_compile(&file->opener, buf_str(&pattern), 0, err);
    buf_release(&pattern);
    (void)c;
    return ok;
}

static bool add_file(struct cleaner *c, str text, const char *name,
                     struct err *err)
{
    struct rules_file *file = &c->files[c->file_count];
    struct yaml *root = yaml_parse(text, name, &c->arena, err);
    if (!root || !schema_bind(&file_schema, root, file, &c->arena, err))
        return false;
    c->file_count++;
    for (size_t i = 0; i < file->filters.count; i++)
        if (!compile_filter(c, LIST_AT(file->filters, struct filter, i), err))
            return err_wrap(err, "%s", name);
    return compile_opener(c, file, err) || err_wrap(err, "%s", name);
}

static bool add_shipped(struct cleaner *c, struct err *err)
{
    static const char *const names[] = {
        "rules/clean/zh.yaml", "rules/clean/en.yaml", "rules/clean/nl.yaml"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str text;
        if (!asset_get(names[i], &text, &c->arena, err) ||
            !add_file(c, text, asset_where(names[i], &c->arena), err))
            return false;
    }
    return true;
}

static bool add_path(struct cleaner *c, const char *path, struct err *err)
{
    struct buf text;
    buf_init(&text, FILE_BYTES_MAX);
    bool ok =
        fs_read(path, &text, err) && add_file(c, buf_str(&text), path, err);
    buf_release(&text);
    return ok;
}

struct cleaner *cleaner_open(const char *path, struct err *err)
{
    struct cleaner *c = mem_zero(1, sizeof *c);
    arena_init(&c->arena);
    for (size_t i = 0; i < BUILT_IN; i++)
        c->reasons[c->reason_count++] = built_in[i];
    if (path ? add_path(c, path, err) : add_shipped(c, err))
        return c;
    cleaner_close(c);
    return NULL;
}

void cleaner_close(struct cleaner *c)
{
    if (!c)
        return;
    for (size_t f = 0; f < c->file_count; f++) {
        struct rules_file *file = &c->files[f];
        for (size_t i = 0; i < file->filters.count; i++) {
            struct filter *filter = LIST_AT(file->filters, struct filter, i);
            for (size_t k = 0; filter->regexes && k < filter->any_of.count; k++)
                regex_free(filter->regexes[k]);
        }
        regex_free(file->opener);
    }
    arena_release(&c->arena);
    free(c);
}

size_t cleaner_reason_count(const struct cleaner *c)
{
    return c->reason_count;
}

const char *cleaner_reason(const struct cleaner *c, size_t index)
{
    assert(index < c->reason_count);
    return c->reasons[index];
}

struct cleaner_worker *cleaner_worker_new(const struct cleaner *c)
{
    struct cleaner_worker *w = mem_zero(1, sizeof *w);
    w->cleaner = c;
    w->context = regex_context_new();
    return w;
}

void cleaner_worker_free(struct cleaner_worker *w)
{
    if (!w)
        return;
    regex_context_free(w->context);
    free(w);
}

/* --- built-in reasons --- */

static bool names_an_option(const struct question *q, str key)
{
    for (size_t i = 0; i < q->options.count; i++)
        if (str_equal(LIST_AT(q->options, struct option, i)->key, key))
            return true;
    return false;
}

static bool answer_is_an_option(const struct question *q)
{
    if (q->options.count == 0)
        return true;
    for (size_t i = 0; i < q->answer_keys.count; i++)
        if (!names_an_option(q, *LIST_AT(q->answer_keys, str, i)))
            return false;
    return q->answer_keys.count > 0;
}

static bool is_cjk(str lang)
{
    return str_starts_with(lang, STR("zh")) || str_equal(lang, STR("ja")) ||
           str_equal(lang, STR("ko"));
}

/* Sure enough to drop a record for it: long texts, and scripts that differ or a
 * very high confidence. */
static bool is_other_language(str lang, str text)
{
    double confidence;
    const char *guess = language_guess(text, &confidence);
    if (lang.len == 0 || strcmp(guess, "other") == 0 ||
        str_equal(str_slice(lang, 0, 2), str_of(guess)))
        return false;
    bool scripts_differ = is_cjk(lang) != is_cjk(str_of(guess));
    return confidence > (scripts_differ ? 0.9 : 0.99) &&
           record_text_length(text, str_of(guess)) >= 12;
}

static int built_in_reason(const struct rules_file *file,
                           const struct record *record, struct arena *arena)
{
    str question = part_text(record, PART_AUTO, arena);
    if (record_text_length(question, record->lang) <
        (file ? file->question_length_min : 1))
        return NO_QUESTION;
    str answer = question;
    if (record->kind == RECORD_QUESTION) {
        answer = record->question.answer;
        bool keyed = record->question.answer_keys.count > 0;
        if (!keyed && record_text_length(answer, record->lang) <
                          (file ? file->answer_length_min : 1))
            return NO_ANSWER;
        if (!answer_is_an_option(&record->question))
            return ANSWER_NOT_AN_OPTION;
    }
    if (is_other_language(record->lang, question) ||
        is_other_language(record->lang, answer))
        return OTHER_LANGUAGE;
    return -1;
}

/* --- filters --- */

/* The record's texts, one after the other: NULL behind the last. Case,
 * question, options, answer, explanation, context of an item; turns of a
 * dialogue; title, case, turns and reference of a consultation. */
static str *text_of_item(struct question *q, size_t index)
{
    str *const texts[] = {&q->case_text, &q->question, &q->answer,
                          &q->explanation, &q->context};
    size_t count = sizeof texts / sizeof *texts;
    if (index < count)
        return texts[index];
    index -= count;
    return index < q->options.count
               ? &LIST_AT(q->options, struct option, index)->text
               : NULL;
}

static str *text_of_consultation(struct consultation *c, size_t index)
{
    str *const texts[] = {&c->title, &c->case_text, &c->reference};
    size_t count = sizeof texts / sizeof *texts;
    if (index < count)
        return texts[index];
    index -= count;
    if (index / 3 >= c->turns.count)
        return NULL;
    struct consultation_turn *turn =
        LIST_AT(c->turns, struct consultation_turn, index / 3);
    return index % 3 == 0   ? &turn->question
           : index % 3 == 1 ? &turn->answer
                            : &turn->reference;
}

static str *text_at(struct record *record, size_t index)
{
    switch (record->kind) {
    case RECORD_QUESTION:
        return text_of_item(&record->question, index);
    case RECORD_CONSULTATION:
        return text_of_consultation(&record->consultation, index);
    case RECORD_DIALOGUE:
        return index < record->dialogue.turns.count
                   ? &LIST_AT(record->dialogue.turns, struct turn, index)->text
                   : NULL;
    default:
        return NULL;
    }
}

/* Up to SHOWN_BYTES of the text around a place. */
static str around(str text, size_t start, struct arena *arena)
{
    size_t from = start > SHOWN_BYTES / 3 ? start - SHOWN_BYTES / 3 : 0;
    while (from > 0 && ((unsigned char)text.ptr[from] & 0xC0) == 0x80)
        from--;
    str shown = str_slice(text, from, text.len);
    return arena_copy(arena, str_slice(shown, 0, utf8_cut(shown, SHOWN_BYTES)));
}

static void strip_text(struct cleaner_worker *w, const struct filter *filter,
                       str *text, struct arena *arena,
                       struct clean_result *result)
{
    bool first = !result->changed;
    size_t place = 0; /* of the first change */
    for (size_t i = 0; i < filter->any_of.count; i++) {
        if (regex_find(filter->regexes[i], w->context, *text, 0) != REGEX_FOUND)
            continue;
        size_t start = regex_group_start(w->context, 0);
        struct buf out;
        buf_init(&out, BUF_MAX);
        if (regex_replace(filter->regexes[i], w->context, *text, STR(" "), &out,
                          NULL, NULL)) {
            if (!result->changed) {
                result->before = around(*text, start, arena);
                place = start;
            }
            *text = arena_copy(arena, str_trim(buf_str(&out)));
            result->changed = true;
            result->stripped[filter->reason] = true;
        }
        buf_release(&out);
    }
    if (first && result->changed)
        result->after =
            around(*text, place < text->len ? place : text->len, arena);
}

static bool drops(struct cleaner_worker *w, const struct filter *filter,
                  str text, struct arena *arena, struct clean_result *result)
{
    for (size_t i = 0; i < filter->any_of.count; i++)
        if (regex_find(filter->regexes[i], w->context, text, 0) ==
            REGEX_FOUND) {
            result->reason = filter->reason;
            result->evidence =
                around(text, regex_group_start(w->context, 0), arena);
            return true;
        }
    return false;
}

static void run_filter(struct cleaner_worker *w, const struct filter *filter,
                       struct record *record, struct arena *arena,
                       struct clean_result *result)
{
    if (filter->strip) {
        str *text;
        for (size_t i = 0; (text = text_at(record, i)) != NULL; i++)
            strip_text(w, filter, text, arena, result);
        return;
    }
    static const enum part parts[] = {PART_TEXT, PART_AUTO, PART_ANSWER};
    drops(w, filter, part_text(record, parts[filter->place], arena), arena,
          result);
}

static const struct rules_file *file_for(const struct cleaner *c, str lang)
{
    for (size_t i = 0; i < c->file_count; i++)
        if (str_starts_with(lang, c->files[i].language))
            return &c->files[i];
    return NULL;
}

void clean(struct cleaner_worker *w, struct record *record, struct arena *arena,
           struct clean_result *result)
{
    *result = (struct clean_result){.reason = -1};
    str all = part_text(record, PART_AUTO, arena);
    const struct rules_file *file =
        file_for(w->cleaner, part_language(record, all));
    if (file && file->opener)
        result->case_style =
            regex_find(file->opener, w->context, all, 0) == REGEX_FOUND;
    for (size_t i = 0; file && i < file->filters.count && result->reason < 0;
         i++)
        run_filter(w, LIST_AT(file->filters, struct filter, i), record, arena,
                   result);
    if (result->reason < 0)
        result->reason = built_in_reason(file, record, arena);
}
