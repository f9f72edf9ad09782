/* open.h - the engine that a configuration names.
 *
 *     struct llm *llm = llm_open(&config, seed, &err);      // http or replay
 *
 * The simulator needs knowledge that this room has not: whoever has it opens it
 * and lets llm_open_record put the recorder around it:
 *
 *     llm = llm_open_record(simulate_open(…), &config, &err);
 */
#ifndef LLM_OPEN_H
#define LLM_OPEN_H

#include "llm/config.h"

/* Kind http or replay, recorded when the configuration says so. */
MUST_USE struct llm *llm_open(const struct llm_config *config, uint64_t seed,
                              struct err *err);
/* The engine itself, or a recorder around it. NULL closes the engine. */
MUST_USE struct llm *llm_open_record(struct llm *engine,
                                     const struct llm_config *config,
                                     struct err *err);

#endif
