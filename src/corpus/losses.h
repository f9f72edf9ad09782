/* losses.h - what of a record a target format does not hold, counted by name.
 *
 *     export_losses(&record, "id turns.role turns.text", &notes);
 *     // notes: lost_lang 1, lost_turns.speaker 3, lost_meta:url 1
 *
 * Every member of every kind of record is looked at, so that a member added to
 * a record is reported as lost until a writer says that it carries it. Members
 * that are empty or null are no loss. `carries` holds the names that are kept,
 * separated by spaces, as docs/records.md has them; members of turns are
 * counted once a turn, members of meta as "lost_meta:KEY". Above
 * LOSSES_NAMES_MAX different names the rest is counted as "lost_meta".
 */
#ifndef CORPUS_LOSSES_H
#define CORPUS_LOSSES_H

#include "base/map.h"
#include "record/record.h"

#define LOSSES_NAMES_MAX 500

void export_losses(const struct record *record, const char *carries,
                   struct map *notes);

#endif
