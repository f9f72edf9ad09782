/* distances.h - how far is a corpus from a reference?
 *
 * Jensen-Shannon divergence (base 2), Kolmogorov-Smirnov and Wasserstein-1 of
 * turn counts, turn lengths and run lengths; the difference of alternation
 * rates; the TF-IDF cosine of the vocabularies. For the divergence, turn counts
 * and turn lengths are put into bins of half an octave (floor(2 log2(1 + x))),
 * so that small corpora can be compared at all; run lengths are taken as they
 * are. Inside src/measure only.
 */
#ifndef MEASURE_DISTANCES_H
#define MEASURE_DISTANCES_H

#include "measure/corpus.h"

void distances_add(struct corpus *ours, struct corpus *theirs,
                   struct metrics *list);

#endif
