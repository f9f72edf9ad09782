/* facts.h - what a request tells about the case: the fact sheets of prompts.
 *
 * A sheet holds what its reader may know: everything for a writer of whole
 * dialogues; complaints and history for a patient; findings, tests and
 * treatment, but neither diagnosis nor undisclosed complaints, for a doctor who
 * has to ask. Words come from prompts/words.yaml.
 */
#ifndef GENERATE_FACTS_H
#define GENERATE_FACTS_H

#include "base/buf.h"
#include "knowledge/wish.h"

struct fact_words; /* read-only after loading */

MUST_USE const struct fact_words *fact_words_load(struct arena *arena,
                                                  struct err *err);

enum fact_view { FACTS_WRITER, FACTS_PATIENT, FACTS_CLINICIAN };

/* One fact a line, "name: value". turns_left < 0: not told. */
void facts_write(const struct fact_words *words, const struct wish *wish,
                 enum fact_view view, int turns_left, struct buf *out);
/* A turn plan in words: "1 doctor (short)", one a line; nothing if empty. */
void facts_write_plan(const struct fact_words *words, const struct wish *wish,
                      struct buf *out);

#endif
