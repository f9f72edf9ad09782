/* textgrid.h - Praat TextGrids (long text form) of one speaker each.
 *
 *     textgrid_read(text, ROLE_DOCTOR, &arena, &intervals);
 *     textgrid_read(other, ROLE_PATIENT, &arena, &intervals);
 *     textgrid_turns(mapper, &intervals);
 *
 * Intervals of all speakers are ordered by their start; neighbours of one
 * speaker become one turn. Doubled quotes are one quote; the transcribers' tags
 * <UNSURE>…</UNSURE>, <UNIN/> and the like stay in the text.
 */
#ifndef CORPUS_TEXTGRID_H
#define CORPUS_TEXTGRID_H

#include "corpus/mapping.h"

struct interval {
    double from; /* seconds */
    size_t order;
    enum role role;
    str text; /* in the arena; never blank */
};

void textgrid_read(str text, enum role role, struct arena *arena,
                   struct vec *intervals);
void textgrid_turns(struct mapper *m, struct vec *intervals);

#endif
