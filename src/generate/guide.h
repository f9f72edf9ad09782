/* guide.h - real dialogues as a guide: what is shown, what is learnt.
 *
 *     struct guide *guide = guide_open(&config, outline, &err);
 *     guide_plan(guide, &plan, relation, &arena);      // a turn plan, bounds
 *     struct list shown = guide_pick(guide, &wish, row, &arena);   // str
 *     guide_close(guide);
 *
 * The references stay where they are: texts go into requests as examples of
 * style only, never into a record. Per request one to three are picked by topic
 * (cosine of hashed TF-IDF with scenario, topic and disease) and by closeness
 * of the number of turns, cut at a turn's end to the token budget, and never
 * one that the request before showed (unless there is only one). Deterministic
 * by row. Constant after opening; shared by threads.
 */
#ifndef GENERATE_GUIDE_H
#define GENERATE_GUIDE_H

#include "generate/config.h"
#include "generate/plan.h"

struct guide;

/* NULL with err->code ERR_NONE when the configuration names no file. */
MUST_USE struct guide *guide_open(const struct references_config *config,
                                  const struct outline *outline,
                                  struct err *err);
void guide_close(struct guide *guide); /* NULL is fine */

size_t guide_count(const struct guide *guide);
const struct dialogue *guide_dialogues(const struct guide *guide);

/* Gives the plan a drawn turn plan, and bounds that fit it: turns ± 2, length
 * between half and one and a half times what the references' turns of those
 * classes have. Nothing when turn plans are switched off. */
void guide_plan(const struct guide *guide, enum relation relation,
                bool by_relative, struct arena *arena, struct row_plan *plan);

/* The texts to show, labelled in the outline's language. */
struct list guide_pick(const struct guide *guide, const struct wish *wish,
                       uint64_t row, struct arena *arena);

#endif
