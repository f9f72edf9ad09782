/* verifier.c - see verifier.h.
 *
 * Every { of the reply that begins a JSON value is read, as it is or after the
 * usual slips of models are mended; its members that name a criterion give the
 * grades. An object that names a criterion but cannot be read takes the grade
 * away again: an answer that broke off must not leave a draft's grade standing.
 */
#include "generate/verifier.h"

#include <assert.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

static const char *const ungraded_choices[] = {"reject", "keep", NULL};

static const struct field verifier_fields[] = {
    {"enabled", FIELD_BOOL, offsetof(struct verifier_config, enabled),
     .fallback = "false", .doc = "ask a second model about each dialogue"},
    {"criteria", FIELD_STRS, offsetof(struct verifier_config, criteria),
     .fallback = "[medical_soundness, fluency, role_consistency, "
                 "outline_match]",
     .doc = "what the verifier prompt asks for, by name"},
    {"required", FIELD_STRS, offsetof(struct verifier_config, required),
     .fallback = "[]", .doc = "criteria that must pass; empty: all of them"},
    {"ungraded", FIELD_CHOICE, offsetof(struct verifier_config, ungraded),
     .choices = ungraded_choices, .fallback = "reject",
     .doc = "what becomes of a dialogue without a readable grade"},
    {0}};

const struct schema verifier_config_schema = {
    "verifier rule", verifier_fields, sizeof(struct verifier_config), 0};

enum { DEPTH_MAX = 6, OBJECTS_MAX = 200 };

struct reader {
    struct verifier_answer *answer;
    struct arena *arena;
    bool seen[VERIFIER_CRITERIA_MAX]; /* in the present object */
};

const char *grade_name(enum grade grade)
{
    static const char *const names[] = {"ungraded", "passed", "failed"};
    return names[grade];
}

/* --- words --- */

/* Equal but for case, and for '_', '-' and ' '. */
static bool same_name(str a, str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        char x = a.ptr[i], y = b.ptr[i];
        x = (char)(x == '-' || x == ' ' ? '_' : x);
        y = (char)(y == '-' || y == ' ' ? '_' : y);
        if (!str_equal_ignore_case(str_make(&x, 1), str_make(&y, 1)))
            return false;
    }
    return true;
}

static bool any_name(str name, const char *const *names)
{
    for (; *names; names++)
        if (same_name(name, str_of(*names)))
            return true;
    return false;
}

/* A whole word or nothing: "passable" is no grade. A number is none either, it
 * could be points out of five. */
static enum grade grade_of_word(str word)
{
    static const char *const passes[] = {
        "pass", "passed",    "yes",  "true", "ok",      "通过",
        "合格", "是",        "符合", "ja",   "voldoet", "geslaagd",
        "goed", "voldoende", "waar", NULL};
    static const char *const fails[] = {
        "fail",         "failed",       "no",
        "false",        "不通过",       "未通过",
        "不合格",       "否",           "不符合",
        "nee",          "gezakt",       "onvoldoende",
        "voldoet niet", "niet voldaan", "niet geslaagd",
        "onwaar",       "fout",         NULL};
    word = str_trim(word);
    if (any_name(word, passes))
        return GRADE_PASS;
    return any_name(word, fails) ? GRADE_FAIL : GRADE_UNGRADED;
}

static const char *const grade_keys[] = {
    "pass", "passed", "grade",   "verdict",  "result",  "ok",
    "通过", "结论",   "oordeel", "geslaagd", "voldoet", NULL};
static const char *const why_keys[] = {"why",    "reason", "explanation",
                                       "理由",   "原因",   "reden",
                                       "waarom", "uitleg", NULL};
static const char *const name_keys[] = {"criterion", "name", "id", "标准",
                                        NULL};

static enum grade grade_of_value(const json *value)
{
    if (json_is_str(value))
        return grade_of_word(json_str(value, STR("")));
    if (json_bool(value, true) == json_bool(value, false))
        return json_bool(value, false) ? GRADE_PASS : GRADE_FAIL;
    if (json_is_object(value)) {
        const json *inner = json_get_any(value, grade_keys);
        if (inner && !json_is_object(inner))
            return grade_of_value(inner);
    }
    return GRADE_UNGRADED;
}

/* --- grades out of objects --- */

static struct verifier_grade *grade_named(struct reader *reader, str name)
{
    struct verifier_answer *answer = reader->answer;
    for (size_t i = 0; i < answer->count; i++)
        if (same_name(str_trim(name), answer->grades[i].criterion))
            return &answer->grades[i];
    return NULL;
}

static void set_grade(struct reader *reader, struct verifier_grade *grade,
                      const json *value)
{
    size_t index = (size_t)(grade - reader->answer->grades);
    enum grade found = grade_of_value(value);
    if (reader->seen[index] && found != grade->grade)
        found = GRADE_UNGRADED;
    reader->seen[index] = true;
    grade->grade = found;
    str why = json_str(json_get_any(value, why_keys), STR(""));
    grade->why = arena_copy(reader->arena, why);
}

static void read_value(struct reader *reader, const json *value, int depth)
{
    if (depth > DEPTH_MAX || (!json_is_object(value) && !json_is_array(value)))
        return;
    str name = json_str(json_get_any(value, name_keys), STR(""));
    struct verifier_grade *named = name.len ? grade_named(reader, name) : NULL;
    if (named) {
        set_grade(reader, named, value);
        return;
    }
    JSON_EACH(member, value)
    {
        struct verifier_grade *grade =
            json_is_object(value) ? grade_named(reader, json_key_of(member))
                                  : NULL;
        if (grade)
            set_grade(reader, grade, member);
        else
            read_value(reader, member, depth + 1);
    }
}

/* What cannot be read, but names criteria, takes their grades away. */
static void forget_named(struct reader *reader, str text)
{
    struct verifier_answer *answer = reader->answer;
    for (size_t i = 0; i < answer->count; i++)
        if (str_contains(text, answer->grades[i].criterion)) {
            answer->grades[i].grade = GRADE_UNGRADED;
            answer->grades[i].why = STR("");
        }
}

/* --- finding and mending objects --- */

/* Byte of the quote that closes the string that begins at `at`; the length of
 * the text when none does. A quote in the middle of a sentence, which models
 * forget to escape, is one that no , : } or ] follows. */
static size_t string_end(str text, size_t at)
{
    char quote = text.ptr[at];
    for (size_t i = at + 1; i < text.len; i++) {
        if (text.ptr[i] == '\\') {
            i++;
            continue;
        }
        if (text.ptr[i] != quote)
            continue;
        size_t next = i + 1;
        while (next < text.len && strchr(" \t\r\n", text.ptr[next]))
            next++;
        if (next >= text.len || strchr(",:}]", text.ptr[next]))
            return i;
    }
    return text.len;
}

/* Byte behind the } that closes the { at the start, or 0. Both kinds of quotes
 * are read as strings. */
static size_t object_end(str text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"' || c == '\'')
            i = string_end(text, i);
        else if (c == '{')
            depth++;
        else if (c == '}' && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* Copies a string, whatever its quotes, as a JSON string; returns the byte
 * behind it. */
static size_t mend_string(str text, size_t at, struct buf *out)
{
    size_t end = string_end(text, at);
    buf_add_char(out, '"');
    for (size_t i = at + 1; i < end; i++) {
        char c = text.ptr[i];
        if (c == '\\' && i + 1 < end) {
            char next = text.ptr[++i];
            if (next != '\'')
                buf_add_char(out, '\\');
            buf_add_char(out, next);
        } else if (c == '"') {
            buf_add(out, STR("\\\""));
        } else if (c == '\n') {
            buf_add(out, STR("\\n"));
        } else {
            buf_add_char(out, c);
        }
    }
    buf_add_char(out, '"');
    return end + 1;
}

/* Single quotes, Python's words, trailing commas, line feeds in strings. */
static void mend_object(str text, struct buf *out)
{
    static const char *const words[][2] = {
        {"True", "true"}, {"False", "false"}, {"None", "null"}};
    for (size_t i = 0; i < text.len;) {
        char c = text.ptr[i];
        if (c == '"' || c == '\'') {
            i = mend_string(text, i, out);
            continue;
        }
        str rest = str_slice(text, i, text.len);
        bool replaced = false;
        for (size_t k = 0; k < 3 && !replaced; k++)
            if (str_starts_with(rest, str_of(words[k][0]))) {
                buf_add_cstr(out, words[k][1]);
                i += strlen(words[k][0]);
                replaced = true;
            }
        if (replaced)
            continue;
        size_t next = i + 1;
        while (c == ',' && next < text.len && strchr(" \t\r\n", text.ptr[next]))
            next++;
        if (c != ',' || next >= text.len || !strchr("}]", text.ptr[next]))
            buf_add_char(out, c);
        i++;
    }
}

/* Reads the object at the start of the text; returns its length, 0 when there
 * is none. */
static size_t read_object(struct reader *reader, str text)
{
    size_t used = 0;
    struct err err;
    json *doc = json_parse_prefix(text, &used, &err);
    if (!doc) {
        used = object_end(text);
        if (used == 0)
            return 0;
        struct buf mended;
        buf_init(&mended, 2 * VERIFIER_BYTES_MAX);
        mend_object(str_slice(text, 0, used), &mended);
        doc = json_parse(buf_str(&mended), &err);
        buf_release(&mended);
    }
    if (!doc)
        return 0;
    memset(reader->seen, 0, sizeof reader->seen);
    read_value(reader, doc, 0);
    json_free(doc);
    return used;
}

void verifier_read(str reply, const struct verifier_config *config,
                   struct arena *arena, struct verifier_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    struct reader reader = {answer, arena, {false}};
    answer->count = config->criteria.count < VERIFIER_CRITERIA_MAX
                        ? config->criteria.count
                        : VERIFIER_CRITERIA_MAX;
    for (size_t i = 0; i < answer->count; i++)
        answer->grades[i].criterion = *LIST_AT(config->criteria, str, i);
    if (reply.len > VERIFIER_BYTES_MAX)
        return;
    int objects = 0;
    for (size_t at = 0; (at = str_find_char(reply, '{', at)) != STR_NONE;) {
        str rest = str_slice(reply, at, reply.len);
        size_t length =
            ++objects <= OBJECTS_MAX ? read_object(&reader, rest) : 0;
        if (length == 0)
            forget_named(&reader, rest);
        if (objects > OBJECTS_MAX)
            break;
        at += length ? length : 1;
    }
    for (size_t i = 0; i < answer->count; i++)
        answer->readable |= answer->grades[i].grade != GRADE_UNGRADED;
}

/* --- judging --- */

static bool is_required(const struct verifier_config *config, str criterion)
{
    for (size_t i = 0; i < config->required.count; i++)
        if (same_name(*LIST_AT(config->required, str, i), criterion))
            return true;
    return config->required.count == 0;
}

static const struct verifier_grade *first_required(
    const struct verifier_answer *answer, const struct verifier_config *config,
    enum grade grade)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->grades[i].grade == grade &&
            is_required(config, answer->grades[i].criterion))
            return &answer->grades[i];
    return NULL;
}

void verifier_judge(const struct verifier_answer *answer,
                    const struct verifier_config *config,
                    struct refine_verdict *verdict)
{
    const struct verifier_grade *found =
        first_required(answer, config, GRADE_FAIL);
    if (found) {
        refine_verdict_set(verdict, REFINE_VERIFIER, 0, 0, 0,
                           STR_FMT " failed%s" STR_FMT,
                           STR_ARG(found->criterion),
                           found->why.len ? ": " : "", STR_ARG(found->why));
        return;
    }
    found = first_required(answer, config, GRADE_UNGRADED);
    bool none = answer->count == 0;
    if ((found || none) && str_equal(config->ungraded, STR("reject"))) {
        str name = found ? found->criterion : STR("no criterion");
        refine_verdict_set(verdict, REFINE_UNGRADED, 0, 0, 0,
                           STR_FMT ": the verifier gave no readable grade",
                           STR_ARG(name));
        return;
    }
    *verdict = (struct refine_verdict){.reason = REFINE_OK};
}

void verifier_write(const struct verifier_answer *answer, struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    for (size_t i = 0; i < answer->count; i++) {
        json_key_str(&j, answer->grades[i].criterion);
        json_put_str(&j, str_of(grade_name(answer->grades[i].grade)));
    }
    json_end(&j, '}');
}
