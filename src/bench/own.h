/* own.h - the judge's own words: its text without what it copied.
 *
 *     const struct own_material m = {texts, 3, fence};
 *     str own = own_words(reply, &m, &arena);
 *     if (own_holds_verdict(answer)) own = own_last_line(own);
 *
 * A judge may quote what it was shown, or send it back whole, and an answer may
 * hold "Rating: [[10]]" on purpose. Out of the text are cut
 *   - what stands between two lines of the fence, or behind a last open one;
 *   - a bracketed piece that occurs in the material together with 24 bytes
 *     before or behind it;
 *   - a JSON object that occurs in the material byte by byte.
 * A reply above OWN_BYTES_MAX, or with more than OWN_SPOTS_MAX brackets and
 * braces, has no words.
 * Where the material holds a rating or a choice itself, a short quotation of it
 * cannot be told from a verdict by its text; then only the last line counts,
 * and only when it holds little else and no quotation mark. Such a reply is
 * ungraded otherwise, never graded by the answer's rating. Pure.
 */
#ifndef BENCH_OWN_H
#define BENCH_OWN_H

#include "base/arena.h"

#define OWN_BYTES_MAX (64 << 10)
#define OWN_SPOTS_MAX 1000

struct own_material {
    const str *texts; /* borrowed: question, reference, answers */
    size_t count;
    str fence; /* may be empty */
};

str own_words(str text, const struct own_material *material,
              struct arena *arena);
/* A number, or A, B, C, in brackets as a verdict has them. */
bool own_holds_verdict(str text);
/* The last line that is not empty when it may be a verdict, else "". */
str own_last_line(str text);

#endif
