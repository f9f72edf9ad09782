/* tally.h - what was counted in a conversation, kept in the dialogue itself.
 *
 *     tally_put(&tally, &meta, &arena);          // pairs of a dialogue's meta
 *     tally_add(&sum, &dialogue);                // read back, added up
 *
 * The journal holds the dialogues, so the counts of a run are read from it and
 * stay right when the run goes on after an interruption.
 */
#ifndef PATIENT_TALLY_H
#define PATIENT_TALLY_H

#include "patient/live.h"
#include "record/record.h"

struct tally {
    uint64_t dialogues, turns;
    struct talk_counts talk;
    struct live_counts doctor;
};

/* Pushes struct pair onto meta; texts in the arena. */
void tally_put(const struct tally *tally, struct vec *meta,
               struct arena *arena);
void tally_add(struct tally *sum, const struct record *dialogue);

/* Every count by its name and meaning, in a fixed order; faults that did not
 * occur are left out. */
void tally_each(const struct tally *tally,
                void (*one)(str name, const char *meaning, uint64_t value,
                            void *ctx),
                void *ctx);

#endif
