/* dota.h - a case with questions becomes three linked turns with one reference.
 *
 *     struct dota_result result;
 *     if (dota_make(&record, align, &arena, &out, &result)) write(&out);
 *
 * Turn 1 shows the history and asks for a preliminary diagnosis, turn 2 the
 * physical examination and asks for further tests, turn 3 the results and asks
 * for diagnosis and treatment. The case text is cut at two places only, so
 * every piece of it lands in exactly one turn and in its order; the texts of
 * the three pieces put together are the case again. The original questions and
 * answers become one joint reference. The output is an ordinary consultation
 * record, which a person may edit.
 */
#ifndef FLAN_DOTA_H
#define FLAN_DOTA_H

#include "flan/align.h"

struct dota_cut {
    size_t examination; /* byte where the second piece begins */
    size_t results;     /* byte where the third begins */
    bool examination_found, results_found; /* by a heading or wording */
};

/* Looks for the headings of examination and results (zh, en, nl). Without one,
 * its place is that of the next piece, or the end. */
struct dota_cut dota_find_cut(str case_text);

/* False with ERR_FORMAT when the record is no consultation with a case. The new
 * record is in the arena. */
MUST_USE bool dota_make(const struct record *record, const struct align *align,
                        struct arena *arena, struct record *out,
                        struct dota_cut *cut, struct err *err);

#endif
