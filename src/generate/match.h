/* match.h - how close are generated dialogues to the references, and which
 * subset is closest?
 *
 *     struct shape mine, theirs;
 *     shape_of(dialogues, count, LANG_NL, &mine);
 *     struct shape_distance d = shape_distance(&mine, &theirs);
 *     match_select(shapes, n, &theirs, keep, kept);    // kept: n flags
 *
 * A shape is three histograms of a corpus: turns per dialogue, length per turn
 * (by the five classes of turnplan.h, each side apart) and run length (turns in
 * a row of one speaker, 1 … 8 and more); and the alternation rate, the share of
 * neighbouring turns with different speakers. The distance is the Jensen-
 * Shannon divergence (base 2) of each. Selection is greedy: starting from all,
 * repeatedly drop the dialogue without which the sum of divergences of turn
 * length and run length is smallest. O(dropped × n × bins); above
 * MATCH_EXACT_MAX dialogues it drops several a round.
 */
#ifndef GENERATE_MATCH_H
#define GENERATE_MATCH_H

#include "generate/turnplan.h"

enum { SHAPE_RUNS = 8, SHAPE_TURN_BINS = 20, MATCH_EXACT_MAX = 2000 };

/* Sums, so that shapes can be added and taken away. */
struct shape {
    double lengths[TURNPLAN_STATES]; /* side × class */
    double runs[SHAPE_RUNS];
    double turns[SHAPE_TURN_BINS]; /* bins of five turns */
    double changes, neighbours;    /* alternation rate = changes / … */
    double turn_sum, dialogues;
};

struct shape_distance {
    bool defined;                /* both corpora have turns */
    double lengths, runs, turns; /* Jensen-Shannon, base 2 */
    double alternation, reference_alternation;
};

void shape_add(struct shape *shape, const struct dialogue *dialogue,
               enum lang lang);
struct shape_distance shape_distance(const struct shape *mine,
                                     const struct shape *reference);

/* Marks the `keep` shapes that together are closest; the others false. */
void match_select(const struct shape *shapes, size_t count,
                  const struct shape *reference, size_t keep, bool *kept);

#endif
