/* walk.h - every file behind the paths a user named.
 *
 *     struct walk *walk = walk_open(paths, count, &err);
 *     struct unit unit;
 *     while (walk_next(walk, &unit)) {
 *         if (unit.fault) report(unit.name, unit.fault);
 *         else use(unit.name, unit.head, unit_take(&unit));
 *     }
 *     walk_close(walk);
 *
 * Folders are walked in byte order of names; members of .tar (also .gz, .zst)
 * and .zip archives are units of their own, named "archive:member"; a .xlsx
 * workbook is one unit, also inside an archive; other packed members are units
 * with a fault. Hidden files are left out, and so are licences and
 * readme files inside folders and archives. A file that cannot be opened is a
 * unit with a fault, and the walk goes on. One thread at a time; unit and its
 * source are valid until the next call.
 */
#ifndef CORPUS_WALK_H
#define CORPUS_WALK_H

#include "base/err.h"
#include "base/lines.h"
#include "corpus/zip.h"

#define WALK_HEAD_BYTES ((size_t)256 << 10)

struct walk;

struct unit {
    const char *name;
    str head;              /* the first bytes, at most WALK_HEAD_BYTES */
    struct source *source; /* from the first byte on; owned by the walk */
    struct zip *workbook;  /* of a .xlsx file, else NULL; owned by the walk */
    const char *fault;     /* why it could not be opened, or NULL */
};

/* "-" is standard input. A path that does not exist is an error. */
MUST_USE struct walk *walk_open(const char *const paths[], size_t count,
                                struct err *err);
/* False at the end. A damaged archive is a unit with a fault, too. */
bool walk_next(struct walk *walk, struct unit *unit);
/* Hands the source of the unit over. */
struct source *unit_take(struct unit *unit, struct walk *walk);
void walk_close(struct walk *walk);

#endif
