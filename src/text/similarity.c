/* similarity.c - see similarity.h.
 *
 * The bit-parallel forms keep 64 rows of the dynamic programming matrix in a
 * word. They go block by block: 64 tokens of `a` against all of `b`, handing
 * what crosses the lower edge of the block to the next one. So a block needs
 * masks for its own 64 tokens only, and memory is linear in the lengths.
 */
#include "text/similarity.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/decode.h"

enum { BLOCK = 64 };

void code_points(str s, struct vec *out)
{
    vec_reserve(out, out->count + s.len);
    uint32_t *points = out->items;
    size_t count = out->count;
    for (size_t i = 0, step; i < s.len; i += step)
        points[count++] = decode_at(s, i, &step);
    out->count = count;
}

/* Two token sequences, renumbered densely: equal tokens, equal numbers. */
struct pair {
    uint32_t *a, *b; /* owned; [a_count], [b_count]; tokens of b that a lacks
                        have the number `kinds` */
    size_t a_count, b_count;
    size_t kinds;    /* different tokens in a */
    uint64_t *masks; /* owned; [kinds + 1], bit i: the block's token i */
};

static int by_value(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static uint32_t number_of(const uint32_t *sorted, size_t kinds, uint32_t token)
{
    size_t low = 0, high = kinds;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < token)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)(low < kinds && sorted[low] == token ? low : kinds);
}

static void pair_init(struct pair *pair, const uint32_t *a, size_t a_count,
                      const uint32_t *b, size_t b_count)
{
    *pair = (struct pair){.a_count = a_count, .b_count = b_count};
    uint32_t *sorted = mem_alloc(a_count * sizeof *sorted);
    memcpy(sorted, a, a_count * sizeof *sorted);
    qsort(sorted, a_count, sizeof *sorted, by_value);
    for (size_t i = 0; i < a_count; i++)
        if (pair->kinds == 0 || sorted[i] != sorted[pair->kinds - 1])
            sorted[pair->kinds++] = sorted[i];
    pair->a = mem_alloc(a_count * sizeof *pair->a);
    pair->b = mem_alloc(b_count * sizeof *pair->b);
    pair->masks = mem_zero(pair->kinds + 1, sizeof *pair->masks);
    for (size_t i = 0; i < a_count; i++)
        pair->a[i] = number_of(sorted, pair->kinds, a[i]);
    for (size_t j = 0; j < b_count; j++)
        pair->b[j] = number_of(sorted, pair->kinds, b[j]);
    free(sorted);
}

static void pair_release(struct pair *pair)
{
    free(pair->a);
    free(pair->b);
    free(pair->masks);
}

/* Sets the masks for the block that starts at token `start`; its length. */
static size_t set_masks(struct pair *pair, size_t start)
{
    size_t left = pair->a_count - start, rows = left < BLOCK ? left : BLOCK;
    for (size_t i = 0; i < rows; i++)
        pair->masks[pair->a[start + i]] |= (uint64_t)1 << i;
    return rows;
}

static void clear_masks(struct pair *pair, size_t start, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        pair->masks[pair->a[start + i]] = 0;
}

/* One block of Myers' algorithm. edge[j] is the difference between columns j
 * and j + 1 on the row above the block, and afterwards on its last row. */
static void step_edits(const struct pair *pair, size_t rows, int8_t *edge)
{
    uint64_t plus = ~(uint64_t)0, minus = 0; /* vertical differences */
    unsigned last = (unsigned)rows - 1;
    for (size_t j = 0; j < pair->b_count; j++) {
        uint64_t equal = pair->masks[pair->b[j]];
        uint64_t in_plus = edge[j] > 0, in_minus = edge[j] < 0;
        uint64_t vertical = equal | minus;
        equal |= in_minus;
        uint64_t horizontal = (((equal & plus) + plus) ^ plus) | equal;
        uint64_t up = minus | ~(horizontal | plus);
        uint64_t down = plus & horizontal;
        edge[j] = (int8_t)((int)(up >> last & 1) - (int)(down >> last & 1));
        up = up << 1 | in_plus;
        down = down << 1 | in_minus;
        plus = down | ~(vertical | up);
        minus = up & vertical;
    }
}

static size_t edits_of(const uint32_t *a, size_t a_count, const uint32_t *b,
                       size_t b_count)
{
    struct pair pair;
    pair_init(&pair, a, a_count, b, b_count);
    int8_t *edge = mem_alloc(b_count);
    memset(edge, 1, b_count); /* the row above all: 0, 1, 2, ... */
    for (size_t start = 0; start < a_count; start += BLOCK) {
        size_t rows = set_masks(&pair, start);
        step_edits(&pair, rows, edge);
        clear_masks(&pair, start, rows);
    }
    size_t edits = a_count;
    for (size_t j = 0; j < b_count; j++)
        edits = (size_t)((ptrdiff_t)edits + edge[j]);
    free(edge);
    pair_release(&pair);
    return edits;
}

struct view {
    const uint32_t *tokens;
    size_t count;
};

/* Drops what both have at the start and at the end; returns how much. */
static size_t strip(struct view *a, struct view *b)
{
    size_t shorter = a->count < b->count ? a->count : b->count;
    size_t head = 0, tail = 0;
    while (head < shorter && a->tokens[head] == b->tokens[head])
        head++;
    shorter -= head;
    while (tail < shorter &&
           a->tokens[a->count - 1 - tail] == b->tokens[b->count - 1 - tail])
        tail++;
    if (head) {
        a->tokens += head;
        b->tokens += head;
    }
    a->count -= head + tail;
    b->count -= head + tail;
    return head + tail;
}

size_t levenshtein_ids(const uint32_t *a, size_t a_count, const uint32_t *b,
                       size_t b_count)
{
    struct view x = {a, a_count}, y = {b, b_count};
    strip(&x, &y);
    if (x.count == 0 || y.count == 0)
        return x.count + y.count;
    /* The shorter one in blocks: fewer passes. */
    return x.count <= y.count ? edits_of(x.tokens, x.count, y.tokens, y.count)
                              : edits_of(y.tokens, y.count, x.tokens, x.count);
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

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Only cells at most `max` off the diagonal can hold max or less (Ukkonen
 * 1985). cells[k] is column i + k - max of row i. */
static size_t edits_in_band(struct view a, struct view b, size_t max)
{
    size_t width = 2 * max + 1, best = 0;
    size_t *cells = mem_alloc((width + 1) * sizeof *cells);
    for (size_t k = 0; k <= width; k++)
        cells[k] = k >= max && k < width ? k - max : max + 1;
    for (size_t i = 1; i <= a.count && best <= max; i++) {
        size_t left = max + 1;
        best = max + 1;
        for (size_t k = 0; k < width; k++) {
            size_t cell = max + 1;
            if (i + k == max)
                cell = i; /* column 0 */
            else if (i + k > max && i + k - max <= b.count)
                cell = minimum(
                    cells[k] + (a.tokens[i - 1] != b.tokens[i + k - max - 1]),
                    minimum(left, cells[k + 1]) + 1);
            cells[k] = left = minimum(cell, max + 1);
            best = minimum(best, left);
        }
    }
    size_t edits = best > max ? best : cells[b.count + max - a.count];
    free(cells);
    return edits;
}

static size_t edits_at_most(struct view a, struct view b, size_t max)
{
    strip(&a, &b);
    size_t longer = a.count > b.count ? a.count : b.count;
    size_t shorter = a.count + b.count - longer;
    max = minimum(max, longer); /* never more edits than that */
    if (longer - shorter > max)
        return max + 1;
    if (shorter == 0)
        return longer;
    /* A band cell costs about as much as a step of 64 rows. */
    if (2 * max + 1 < shorter / BLOCK + 1)
        return edits_in_band(a, b, max);
    return minimum(levenshtein_ids(a.tokens, a.count, b.tokens, b.count),
                   max + 1);
}

size_t levenshtein_at_most(str a, str b, size_t edits_max)
{
    struct vec x, y;
    vec_init(&x, sizeof(uint32_t));
    vec_init(&y, sizeof(uint32_t));
    code_points(a, &x);
    code_points(b, &y);
    size_t edits = edits_at_most((struct view){x.items, x.count},
                                 (struct view){y.items, y.count}, edits_max);
    vec_release(&x);
    vec_release(&y);
    return edits;
}

double levenshtein_ratio(str a, str b)
{
    size_t x = utf8_count(a), y = utf8_count(b), longer = x > y ? x : y;
    return longer ? 1 - (double)levenshtein(a, b) / (double)longer : 1;
}

/* One block of Hyyrö's algorithm: a zero bit of `ones` is a row at which the
 * subsequence grows. carry[j] is what the addition at column j hands to the
 * rows below. Returns the number of such rows. */
static size_t step_lcs(const struct pair *pair, size_t rows, uint8_t *carry)
{
    uint64_t ones = ~(uint64_t)0;
    for (size_t j = 0; j < pair->b_count; j++) {
        uint64_t shared = ones & pair->masks[pair->b[j]];
        uint64_t sum = ones + shared, overflow = sum < ones;
        sum += carry[j];
        overflow |= sum < carry[j];
        carry[j] = (uint8_t)overflow;
        ones = sum | (ones - shared);
    }
    uint64_t valid = rows == BLOCK ? ~(uint64_t)0 : ((uint64_t)1 << rows) - 1;
    return (size_t)__builtin_popcountll(~ones & valid);
}

size_t lcs_length(const uint32_t *a, size_t a_count, const uint32_t *b,
                  size_t b_count)
{
    struct view x = {a, a_count}, y = {b, b_count};
    size_t length = strip(&x, &y);
    if (x.count == 0 || y.count == 0)
        return length;
    if (x.count > y.count) {
        struct view swap = x;
        x = y;
        y = swap;
    }
    struct pair pair;
    pair_init(&pair, x.tokens, x.count, y.tokens, y.count);
    uint8_t *carry = mem_zero(y.count, 1);
    for (size_t start = 0; start < x.count; start += BLOCK) {
        size_t rows = set_masks(&pair, start);
        length += step_lcs(&pair, rows, carry);
        clear_masks(&pair, start, rows);
    }
    free(carry);
    pair_release(&pair);
    return length;
}

size_t lcs_length_text(str a, str b)
{
    return on_code_points(a, b, lcs_length);
}

/* Windows of one length in a hash table, found by their rolling hash and
 * compared token by token, so that a collision costs time but no truth. */
struct windows {
    const uint32_t *tokens; /* borrowed */
    uint32_t *slots;        /* owned; window start + 1, 0 = free */
    uint64_t *hashes;       /* owned; of the window in the slot */
    size_t mask;
};

/* Polynomials modulo the prime 2^61 - 1: modulo 2^64 there are well-known texts
 * (Thue-Morse) whose windows all collide. */
#define PRIME (((uint64_t)1 << 61) - 1)
#define RADIX 0x0E3779B97F4A7C15u /* below the prime, no pattern */

__extension__ typedef unsigned __int128 wide;

static uint64_t times(uint64_t x, uint64_t y)
{
    wide product = (wide)x * y;
    uint64_t sum = (uint64_t)(product & PRIME) + (uint64_t)(product >> 61);
    return sum >= PRIME ? sum - PRIME : sum;
}

static uint64_t hash_first(const uint32_t *tokens, size_t length,
                           uint64_t *highest)
{
    uint64_t hash = 0;
    *highest = 1;
    for (size_t i = 0; i < length; i++) {
        hash = (times(hash, RADIX) + tokens[i] + 1) % PRIME;
        *highest = i ? times(*highest, RADIX) : 1;
    }
    return hash;
}

static uint64_t hash_next(uint64_t hash, uint64_t highest, uint32_t gone,
                          uint32_t come)
{
    uint64_t rest = hash + PRIME - times(highest, (uint64_t)gone + 1);
    return (times(rest % PRIME, RADIX) + come + 1) % PRIME;
}

/* The slot of an equal window, or the free one where it would go. */
static size_t window_slot(const struct windows *windows, uint64_t hash,
                          const uint32_t *window, size_t length)
{
    size_t slot = (size_t)(hash ^ hash >> 31) & windows->mask;
    for (;; slot = (slot + 1) & windows->mask) {
        uint32_t start = windows->slots[slot];
        if (start == 0 || (windows->hashes[slot] == hash &&
                           memcmp(windows->tokens + start - 1, window,
                                  length * sizeof *window) == 0))
            return slot;
    }
}

/* Start of the first window of `a` that b has too, in a and in b. */
static bool share_window(struct view a, struct windows *b, size_t b_count,
                         size_t length, size_t *a_start, size_t *b_start)
{
    uint64_t highest, hash = hash_first(b->tokens, length, &highest);
    memset(b->slots, 0, (b->mask + 1) * sizeof *b->slots);
    for (size_t j = 0; j + length <= b_count; j++) {
        size_t slot = window_slot(b, hash, b->tokens + j, length);
        if (b->slots[slot] == 0) {
            b->slots[slot] = (uint32_t)j + 1;
            b->hashes[slot] = hash;
        }
        if (j + length < b_count)
            hash =
                hash_next(hash, highest, b->tokens[j], b->tokens[j + length]);
    }
    hash = hash_first(a.tokens, length, &highest);
    for (size_t i = 0; i + length <= a.count; i++) {
        uint32_t found = b->slots[window_slot(b, hash, a.tokens + i, length)];
        if (found) {
            *a_start = i;
            *b_start = found - 1;
            return true;
        }
        if (i + length < a.count)
            hash = hash_next(hash, highest, a.tokens[i], a.tokens[i + length]);
    }
    return false;
}

/* A shared run of some length has shared runs of every smaller length, so the
 * greatest is found by halving. */
static size_t longest_shared(struct view a, struct view b, size_t *a_start,
                             size_t *b_start)
{
    struct windows windows = {.tokens = b.tokens, .mask = 15};
    while (windows.mask < 2 * b.count)
        windows.mask = 2 * windows.mask + 1;
    windows.slots = mem_alloc((windows.mask + 1) * sizeof *windows.slots);
    windows.hashes = mem_alloc((windows.mask + 1) * sizeof *windows.hashes);
    size_t good = 0, bad = (a.count < b.count ? a.count : b.count) + 1;
    while (bad - good > 1) {
        /* Doubling first: most pairs share little. */
        size_t middle = good ? good + (bad - good) / 2 : 1;
        if (good && 2 * good < middle)
            middle = 2 * good;
        if (share_window(a, &windows, b.count, middle, a_start, b_start))
            good = middle;
        else
            bad = middle;
    }
    free(windows.slots);
    free(windows.hashes);
    return good;
}

/* Byte offset of the character number `index` at or after byte `from`. */
static size_t byte_of(str s, size_t from, size_t index)
{
    for (size_t i = 0, step; i < index; i++, from += step)
        decode_at(s, from, &step);
    return from;
}

struct common_span common_substring(str a, str b)
{
    struct vec x, y;
    vec_init(&x, sizeof(uint32_t));
    vec_init(&y, sizeof(uint32_t));
    code_points(a, &x);
    code_points(b, &y);
    size_t a_start = 0, b_start = 0;
    struct common_span span = {0};
    span.characters =
        longest_shared((struct view){x.items, x.count},
                       (struct view){y.items, y.count}, &a_start, &b_start);
    span.a_start = byte_of(a, 0, a_start);
    span.b_start = byte_of(b, 0, b_start);
    span.bytes = byte_of(a, span.a_start, span.characters) - span.a_start;
    vec_release(&x);
    vec_release(&y);
    return span;
}
