/* engine.h - opens the engine that a configuration names, for every command
 * that asks models. The simulator is handed to llm here, so that llm knows no
 * medicine. */
#ifndef CMD_ENGINE_H
#define CMD_ENGINE_H

#include "llm/config.h"

/* `simulator` is the group of that name in the configuration, or NULL. Text
 * lives in the arena, which must outlive the engine. NULL on failure. */
MUST_USE struct llm *engine_open(const struct llm_config *config,
                                 const struct yaml *simulator, uint64_t seed,
                                 struct arena *arena, struct err *err);
/* Appends the simulator's group as YAML, with all its defaults. */
void engine_write_simulator(const struct yaml *simulator, struct buf *out);
/* False when an endpoint's model has no price. */
bool engine_estimate_cost(const struct llm_config *config,
                          int64_t prompt_tokens, int64_t completion_tokens,
                          double *cost);

#endif
