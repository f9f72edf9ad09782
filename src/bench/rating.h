/* rating.h - read a judge's rating, or its choice, out of its text.
 *
 *     struct rating r = rating_read(text, RATING_LENIENT, RATING_LAST, 1, 10);
 *     if (!r.graded) …            // ungraded: counted, never a number
 *     r = rating_read_choice(text, RATING_STRICT, RATING_LAST);
 *
 * The prompt asks for an explanation first and then "Rating: [[7]]".
 *   strict   a whole number in double brackets, within the scale
 *   lenient  also [[7.5]], [[0]], [[8/10]], [[ 8 ]], [[Rating: 8]], that is:
 * one number in double brackets, decimals, blanks, a word before it or a scale
 * behind it; or in single brackets, [7], when these begin their line or stand
 * behind a colon, so that "see [3]" is none; double brackets win over single
 * ones; 0 counts as read though it is below the scale Of several ratings the
 * last counts (RATING_LAST), or the first as in the published evaluator
 * (RATING_FIRST). What is outside of the scale (and not 0 in lenient mode) is
 * no rating.
 *
 * A choice between two answers is [[A]], [[B]] or [[C]] (neither): 1, 0 or 0.5.
 * Lenient are also small letters, blanks, a word before the letter, [[tie]] and
 * single brackets under the same condition. Pure; any thread may call.
 */
#ifndef BENCH_RATING_H
#define BENCH_RATING_H

#include "base/str.h"

enum rating_mode { RATING_STRICT, RATING_LENIENT };
enum rating_pick { RATING_LAST, RATING_FIRST };

struct rating {
    bool graded;
    double value;
    size_t start, end; /* bytes of the brackets in the text */
};

struct rating rating_read(str text, enum rating_mode mode,
                          enum rating_pick pick, double low, double high);
struct rating rating_read_choice(str text, enum rating_mode mode,
                                 enum rating_pick pick);

#endif
