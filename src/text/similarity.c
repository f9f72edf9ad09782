/* similarity.c - see similarity.h. */
#include "text/similarity.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/decode.h"

void code_points(str s, struct vec *out)
{
    vec_reserve(out, out->count + s.len);
    for (size_t i = 0, step; i < s.len; i += step) {
        uint32_t c = decode_at(s, i, &step);
        vec_push(out, &c);
    }
}

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t levenshtein_ids(const uint32_t *a, size_t a_count, const uint32_t *b,
                       size_t b_count)
{
    size_t *row = mem_alloc((b_count + 1) * sizeof *row);
    for (size_t j = 0; j <= b_count; j++)
        row[j] = j;
    for (size_t i = 0; i < a_count; i++) {
        size_t diagonal = row[0]++;
        for (size_t j = 0; j < b_count; j++) {
            size_t change = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = minimum(change, minimum(row[j], row[j + 1]) + 1);
        }
    }
    size_t edits = row[b_count];
    free(row);
    return edits;
}

typedef size_t pair_function(const uint32_t *, size_t, const uint32_t *,
                             size_t);

static size_t on_code_points(str a, str b, pair_function *function)
{
    struct vec x, y;
    vec_init(&x, sizeof(uint32_t));
    vec_init(&y, sizeof(uint32_t));
    code_points(a, &x);
    code_points(b, &y);
    size_t result = function(x.items, x.count, y.items, y.count);
    vec_release(&x);
    vec_release(&y);
    return result;
}

size_t levenshtein(str a, str b)
{
    return on_code_points(a, b, levenshtein_ids);
}

size_t levenshtein_at_most(str a, str b, size_t edits_max)
{
    size_t edits = levenshtein(a, b);
    return edits > edits_max ? edits_max + 1 : edits;
}

double levenshtein_ratio(str a, str b)
{
    size_t x = utf8_count(a), y = utf8_count(b), longer = x > y ? x : y;
    return longer ? 1 - (double)levenshtein(a, b) / (double)longer : 1;
}

size_t lcs_length(const uint32_t *a, size_t a_count, const uint32_t *b,
                  size_t b_count)
{
    size_t *row = mem_zero(b_count + 1, sizeof *row);
    for (size_t i = 0; i < a_count; i++) {
        size_t diagonal = 0;
        for (size_t j = 0; j < b_count; j++) {
            size_t above = row[j + 1];
            if (a[i] == b[j])
                row[j + 1] = diagonal + 1;
            else if (row[j] > row[j + 1])
                row[j + 1] = row[j];
            diagonal = above;
        }
    }
    size_t length = row[b_count];
    free(row);
    return length;
}

size_t lcs_length_text(str a, str b)
{
    return on_code_points(a, b, lcs_length);
}

struct common_span common_substring(str a, str b)
{
    struct vec x, y;
    vec_init(&x, sizeof(uint32_t));
    vec_init(&y, sizeof(uint32_t));
    code_points(a, &x);
    code_points(b, &y);
    const uint32_t *p = x.items, *q = y.items;
    size_t *row = mem_zero(y.count + 1, sizeof *row);
    size_t best = 0, a_end = 0, b_end = 0;
    for (size_t i = 0; i < x.count; i++)
        for (size_t j = y.count; j-- > 0;) {
            row[j + 1] = p[i] == q[j] ? row[j] + 1 : 0;
            if (row[j + 1] > best)
                best = row[j + 1], a_end = i + 1, b_end = j + 1;
        }
    struct common_span span = {.characters = best};
    size_t steps[3] = {a_end - best, best, b_end - best}, step;
    for (size_t i = 0; i < steps[0]; i++, span.a_start += step)
        decode_at(a, span.a_start, &step);
    for (size_t i = 0; i < steps[1]; i++, span.bytes += step)
        decode_at(a, span.a_start + span.bytes, &step);
    for (size_t i = 0; i < steps[2]; i++, span.b_start += step)
        decode_at(b, span.b_start, &step);
    free(row);
    vec_release(&x);
    vec_release(&y);
    return span;
}
