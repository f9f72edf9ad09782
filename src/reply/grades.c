/* grades.c - see grades.h.
 *
 * Every { of the reply that begins a JSON value is read, as it is or after the
 * usual slips of models are mended; its members that name a criterion give the
 * grades. An object that names a criterion but cannot be read takes the grade
 * away again: an answer that broke off must not leave a draft's grade standing.
 */
#include "reply/grades.h"

#include <assert.h>
#include <string.h>

#include "base/json.h"
#include "record/record.h"

enum { DEPTH_MAX = 6, OBJECTS_MAX = 200 };

struct reader {
    struct grades *answer;
    struct arena *arena;
    bool seen[GRADES_MAX]; /* in the present object */
};

const char *grade_name(enum grade grade)
{
    static const char *const names[] = {"ungraded", "passed", "failed"};
    return names[grade];
}

/* --- words --- */

bool grade_same_name(str a, str b)
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
        if (grade_same_name(name, str_of(*names)))
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

static struct grade_given *grade_named(struct reader *reader, str name)
{
    struct grades *answer = reader->answer;
    for (size_t i = 0; i < answer->count; i++)
        if (grade_same_name(str_trim(name), answer->grades[i].criterion))
            return &answer->grades[i];
    return NULL;
}

static void set_grade(struct reader *reader, struct grade_given *grade,
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
    struct grade_given *named = name.len ? grade_named(reader, name) : NULL;
    if (named) {
        set_grade(reader, named, value);
        return;
    }
    JSON_EACH(member, value)
    {
        struct grade_given *grade =
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
    struct grades *answer = reader->answer;
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
        buf_init(&mended, 2 * GRADES_BYTES_MAX);
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

void grades_read(str reply, const struct list *criteria, struct arena *arena,
                 struct grades *answer)
{
    memset(answer, 0, sizeof *answer);
    struct reader reader = {answer, arena, {false}};
    answer->count = criteria->count < GRADES_MAX ? criteria->count : GRADES_MAX;
    for (size_t i = 0; i < answer->count; i++)
        answer->grades[i].criterion = *LIST_AT(*criteria, str, i);
    if (reply.len > GRADES_BYTES_MAX)
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

const struct grade_given *grades_first(const struct grades *grades,
                                       enum grade grade)
{
    for (size_t i = 0; i < grades->count; i++)
        if (grades->grades[i].grade == grade)
            return &grades->grades[i];
    return NULL;
}

void grades_write(const struct grades *answer, struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    for (size_t i = 0; i < answer->count; i++) {
        json_key_str(&j, answer->grades[i].criterion);
        json_put_str(&j, str_of(grade_name(answer->grades[i].grade)));
    }
    json_end(&j, '}');
}
