/* preset.h - named ways to decode, for comparisons.
 *
 *     struct llm_sampling sampling = llm_config_sampling(&engine, part, seed);
 *     if (!preset_apply(STR("publication"), &sampling, &arena, &err)) …
 *
 * The names stand in data/bench/presets.yaml; "engine" changes nothing. An
 * unknown name is ERR_CONFIG and names those that there are. The seed is kept.
 */
#ifndef BENCH_PRESET_H
#define BENCH_PRESET_H

#include "llm/llm.h"

MUST_USE bool preset_apply(str name, struct llm_sampling *sampling,
                           struct arena *arena, struct err *err);

#endif
