/* config.h - the configuration file of a bench command.
 *
 *     const struct pair overrides[] = {{STR("seed"), STR("7")}};
 *     str effective;
 *     if (!bench_config_load(&judge_config_schema, "judge.yaml", overrides, 1,
 *                            &config, &effective, &arena, &err)) …
 *
 * An override sets a dotted key as the command line wants it, over what the
 * file says. `effective` is the whole configuration as YAML with the origin of
 * each value. All text lives in the arena.
 */
#ifndef BENCH_CONFIG_H
#define BENCH_CONFIG_H

#include "record/record.h"

MUST_USE bool bench_config_load(const struct schema *schema, const char *path,
                                const struct pair *overrides, size_t count,
                                void *config, str *effective,
                                struct arena *arena, struct err *err);

#endif
