/* Terms and patterns of any bytes: both engines of a lexicon agree, and a
 * pattern ends in a result with its groups inside the text. The first line is
 * the pattern, the next ones up to an empty line are terms, the rest is text.
 */
#include "base/vec.h"
#include "fuzz.h"
#include "text/lexicon.h"
#include "text/regex.h"

enum { TERMS_MAX = 50 };

static void match(str pattern, str text)
{
    struct regex *regex;
    struct err err = {0};
    if (!regex_compile(&regex, pattern, 0, &err)) {
        assert(err.code == ERR_CONFIG || err.code == ERR_LIMIT);
        return;
    }
    struct regex_context *context = regex_context_new();
    size_t from = 0, before = 0, found = 0;
    while (found++ < 50 &&
           regex_next(regex, context, text, &from) == REGEX_FOUND) {
        assert(from > before || found == 1);
        before = from;
        for (size_t i = 0; i <= regex_group_count(regex); i++) {
            str group = regex_group(context, i);
            if (group.ptr && text.len)
                assert(group.ptr >= text.ptr &&
                       group.ptr + group.len <= text.ptr + text.len);
        }
    }
    regex_context_free(context);
    regex_free(regex);
}

static void list(const str *terms, size_t count, enum lexicon_engine engine,
                 str text, struct vec *found)
{
    struct lexicon *lexicon;
    struct err err = {0};
    vec_init(found, sizeof(struct lexicon_match));
    if (!lexicon_open_with(&lexicon, terms, count, engine, &err)) {
        assert(err.code == ERR_FORMAT || err.code == ERR_LIMIT);
        return;
    }
    struct lexicon_matcher *matcher = lexicon_matcher_new(lexicon);
    lexicon_match(matcher, text, found);
    lexicon_matcher_free(matcher);
    lexicon_close(lexicon);
}

static void look_up(const str *terms, size_t count, str text)
{
    struct vec fast, plain;
    list(terms, count, LEXICON_AUTOMATIC, text, &fast);
    list(terms, count, LEXICON_PLAIN, text, &plain);
    assert(fast.count == plain.count);
    size_t end = 0;
    for (size_t i = 0; i < fast.count; i++) {
        const struct lexicon_match *a = vec_at(&fast, i),
                                   *b = vec_at(&plain, i);
        assert(a->term == b->term && a->start == b->start && a->end == b->end);
        assert(a->start >= end && a->end > a->start && a->end <= text.len);
        end = a->end;
    }
    vec_release(&fast);
    vec_release(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    str rest = str_make((const char *)bytes, len), pattern = {0}, line;
    str terms[TERMS_MAX];
    size_t count = 0;
    str_next(&rest, '\n', &pattern);
    while (count < TERMS_MAX && str_next(&rest, '\n', &line) && line.len)
        terms[count++] = line;
    match(pattern, rest);
    look_up(terms, count, rest);
    return 0;
}
