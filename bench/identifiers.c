/* Precision and recall of what personal.h finds in Dutch, on the gold spans of
 * deduce's regression cases (../shared/data/deduce_nl): exact spans, and spans
 * that overlap. Names alone count as names here. */
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/json.h"
#include "measure/personal.h"

struct score {
    size_t gold, found, exact, gold_touched, found_touching;
};

static const struct {
    const char *file, *what;
} sets[] = {{"names", "name"},
            {"dates", "date"},
            {"ages", "age"},
            {"phone_numbers", "phone number"}};

static void need(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "identifiers: %s\n", err->message);
    exit(77);
}

static bool counts(size_t set, unsigned kind)
{
    switch (set) {
    case 0:
        return kind == PERSONAL_NAME || kind == PERSONAL_SINGLE_NAME;
    case 1:
        return kind == PERSONAL_DATE || kind == IDENTIFIER_BIRTH_DATE;
    case 2:
        return kind == PERSONAL_AGE;
    default:
        return kind == IDENTIFIER_PHONE;
    }
}

/* The byte of a character's index. */
static size_t byte_of(str text, size_t character)
{
    size_t at = 0;
    for (; at < text.len && character > 0; character--)
        for (at++;
             at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80;)
            at++;
    return at;
}

/* Gold spans may stand twice, with and without an apostrophe: either one is
 * right, and both are one. */
static bool is_double(const json *spans, size_t i)
{
    double start = json_number(json_get(json_at(spans, i), "start_char"), 0);
    double end = json_number(json_get(json_at(spans, i), "end_char"), 0);
    for (size_t k = 0; k < i; k++) {
        const json *other = json_at(spans, k);
        if (json_number(json_get(other, "start_char"), 0) < end &&
            json_number(json_get(other, "end_char"), 0) > start)
            return true;
    }
    return false;
}

static void compare(const json *gold, str text, const struct vec *spans,
                    size_t set, struct score *s, bool *touched)
{
    for (size_t i = 0; i < spans->count; i++) {
        const struct personal_span *span = vec_at(spans, i);
        bool touches = false, exact = false;
        if (!counts(set, span->kind))
            continue;
        for (size_t k = 0; k < json_count(gold); k++) {
            const json *g = json_at(gold, k);
            size_t start = byte_of(
                text, (size_t)json_number(json_get(g, "start_char"), 0));
            size_t end =
                byte_of(text, (size_t)json_number(json_get(g, "end_char"), 0));
            bool meets = start < span->end && span->start < end;
            touches = touches || meets;
            touched[k] = touched[k] || meets;
            exact = exact || (start == span->start && end == span->end);
        }
        s->found++;
        s->exact += exact;
        s->found_touching += touches;
    }
}

static struct score score_set(const struct personal *personal, size_t set,
                              bool verbose)
{
    struct err err = {0};
    struct score s = {0};
    struct buf file;
    struct personal_scan scan;
    char path[200];
    snprintf(path, sizeof path,
             "../shared/data/deduce_nl/regression_cases/%s.json",
             sets[set].file);
    buf_init(&file, 1 << 20);
    need(fs_read(path, &file, &err), &err);
    json *doc = json_parse(buf_str(&file), &err);
    need(doc != NULL, &err);
    personal_scan_init(&scan);
    JSON_EACH(example, json_get(doc, "examples"))
    {
        str text = json_str(json_get(example, "text"), STR(""));
        const json *gold = json_get(example, "annotations");
        bool touched[16] = {0};
        struct score before = s;
        personal_find(personal, text, LANG_NL, &scan);
        compare(gold, text, &scan.spans, set, &s, touched);
        for (size_t k = 0; k < json_count(gold) && k < 16; k++)
            if (!is_double(gold, k)) {
                s.gold++;
                s.gold_touched += touched[k];
            }
        if (verbose && (s.gold - before.gold != s.exact - before.exact ||
                        s.found - before.found != s.exact - before.exact))
            printf("  not the same: " STR_FMT "\n", STR_ARG(text));
    }
    personal_scan_release(&scan);
    json_free(doc);
    buf_release(&file);
    return s;
}

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

int main(int argc, char **argv)
{
    (void)argv;
    struct err err = {0};
    struct personal *personal = personal_open(&err);
    need(personal != NULL, &err);
    printf("%-14s %5s %6s  %9s %7s  %9s %7s\n", "kind", "gold", "found",
           "exact: p", "r", "touch: p", "r");
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct score s = score_set(personal, i, argc > 1);
        printf("%-14s %5zu %6zu  %9.3f %7.3f  %9.3f %7.3f\n", sets[i].what,
               s.gold, s.found, share(s.exact, s.found), share(s.exact, s.gold),
               share(s.found_touching, s.found), share(s.gold_touched, s.gold));
    }
    personal_close(personal);
    return 0;
}
