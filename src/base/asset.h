/* asset.h - the files the program ships, embedded, overridable by a folder.
 *
 *     str text;
 *     if (!asset_get("outlines/mct.yaml", &text, &arena, &err)) …
 *
 * Names are relative to data/ (or "web/…" for page material). When a folder
 * was set with asset_set_folder (--data), a file of that name in it wins.
 */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include "base/arena.h"
#include "base/vec.h"

/* Called by main before threads start; NULL = embedded files only. */
void asset_set_folder(const char *folder);

/* The content: embedded, or read into the arena. Unknown: ERR_NOT_FOUND with
 * the nearest name. */
MUST_USE bool asset_get(const char *name, str *content, struct arena *arena,
                        struct err *err);
/* The same as a YAML tree that knows where it stands; NULL on failure. */
struct yaml;
MUST_USE struct yaml *asset_yaml(const char *name, struct arena *arena,
                                 struct err *err);
bool asset_exists(const char *name);
/* Names (vec of str) that start with prefix and end with suffix, sorted,
 * embedded ones and those of the folder together. */
void asset_list(const char *prefix, const char *suffix, struct arena *arena,
                struct vec *names);
/* "data/outlines/mct.yaml" or the path in the folder, for messages. */
const char *asset_where(const char *name, struct arena *arena);

#endif
