/* similarity.h - how alike are two texts?
 *
 *     size_t edits = levenshtein(STR("kitten"), STR("sitting"));     // 3
 *     size_t shared = lcs_length(a_ids, a_count, b_ids, b_count);
 *
 * All functions are pure and may be called from any thread; memory they need is
 * taken and given back within the call. Texts are compared by code point, and
 * sequences are below 2^32 - 1 tokens long.
 */
#ifndef TEXT_SIMILARITY_H
#define TEXT_SIMILARITY_H

#include "base/str.h"
#include "base/vec.h"

/* Appends the code points of s. */
void code_points(str s, struct vec *out /* uint32_t */);

/* Insertions, deletions and substitutions from a to b (Levenshtein 1966); bit
 * parallel (Myers 1999, in blocks by Hyyrö 2003): O(|a||b|/64). */
size_t levenshtein(str a, str b);
size_t levenshtein_ids(const uint32_t *a, size_t a_count, const uint32_t *b,
                       size_t b_count);
/* As levenshtein, but gives edits_max + 1 as soon as there are more; time grows
 * with edits_max, not with the product of the lengths. */
size_t levenshtein_at_most(str a, str b, size_t edits_max);
/* 1 - edits / longer length; 1 when both are empty. */
double levenshtein_ratio(str a, str b);

/* Longest common subsequence, bit parallel (Hyyrö 2004). The ids form serves
 * tokens of any kind: equal ids are equal tokens. */
size_t lcs_length(const uint32_t *a, size_t a_count, const uint32_t *b,
                  size_t b_count);
size_t lcs_length_text(str a, str b);

/* Longest run of code points that a and b share: of several the leftmost in a,
 * at its leftmost place in b. Expected time is linear in the lengths, times the
 * logarithm of the result. */
struct common_span {
    size_t a_start, b_start; /* byte offsets */
    size_t bytes;            /* in a; the same in b unless bytes are invalid */
    size_t characters;       /* 0: nothing is shared */
};
struct common_span common_substring(str a, str b);

#endif
