/* fs.h - files and folders, in the few ways we use them.
 *
 *     struct buf text;
 *     buf_init(&text, 64 << 20);
 *     if (!fs_read(path, &text, &err)) ...
 *     if (!fs_write_atomic(path, buf_str(&text), &err)) ...
 *
 * Errors name the path. Nothing here is thread-bound.
 */
#ifndef BASE_FS_H
#define BASE_FS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* Reads the whole file into out (appended); larger than out->bytes_max is
 * ERR_LIMIT. "-" is standard input. */
MUST_USE bool fs_read(const char *path, struct buf *out, struct err *err);
/* Writes beside the target, flushes to disk, then renames: a reader sees the
 * old or the new file, never half of one. */
MUST_USE bool fs_write_atomic(const char *path, str content, struct err *err);
/* Makes the folder and its parents; existing is fine. */
MUST_USE bool fs_make_folder(const char *path, struct err *err);
bool fs_exists(const char *path);
bool fs_is_folder(const char *path);
/* -1 when unknown */
int64_t fs_size(const char *path);
/* Every plain file under path (a file itself, or recursively a folder), byte
 * order of names, at most 1,000,000; `out` is a vec of str in the arena.
 * Symbolic links to folders are not followed. */
MUST_USE bool fs_list_files(const char *path, struct arena *arena,
                            struct vec *out, struct err *err);
/* "dir/name" in the arena, as C string */
const char *fs_join(struct arena *arena, const char *folder, const char *name);
/* The part after the last '/'. */
str fs_base_name(str path);
/* The name of the folder that the path lies in, or empty. */
str fs_folder_name(str path);
/* A name that is one part of a path: '/' becomes "__", a dot at its start '_'.
 */
const char *fs_flat_name(struct arena *arena, str name);

#endif
