/* references.h - real dialogues for a guide, from records or foreign files.
 *
 *     struct record_set set;
 *     if (!references_load("my-consultations.jsonl", &set, &err)) …
 *     record_set_release(&set);
 *
 * Records are read as they are; anything else is imported (corpus/import.h)
 * through a private temporary folder that is gone afterwards. A line or row
 * that cannot be read is an error that names it: a guide must not lose
 * dialogues in silence.
 */
#ifndef GENERATE_REFERENCES_H
#define GENERATE_REFERENCES_H

#include "record/record.h"

/* A file, or a folder of files. Every record is kept, of whatever kind. */
MUST_USE bool references_load(const char *path, struct record_set *set,
                              struct err *err);

#endif
