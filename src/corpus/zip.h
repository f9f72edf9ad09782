/* zip.h - members of a ZIP archive (also .xlsx), within limits.
 *
 *     struct zip *zip = zip_open("MedInfo2019.xlsx", &err);
 *     for (size_t i = 0; i < zip_count(zip); i++)
 *         puts(zip_name(zip, i));
 *     struct source *in = zip_source(zip, i, &err);   // then source_read
 *     zip_close(zip);                                 // after its sources
 *
 * Stored and deflated members, ZIP64 too; no encryption. A member that inflates
 * to more than ZIP_RATIO_MAX times its packed size, or past the size its
 * directory entry declares, is refused while it is read, so a zip bomb costs
 * nothing. One thread at a time.
 */
#ifndef CORPUS_ZIP_H
#define CORPUS_ZIP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/lines.h"

#define ZIP_MEMBERS_MAX ((size_t)100000)
#define ZIP_RATIO_MAX 400
#define ZIP_STREAM_BYTES_MAX ((uint64_t)256 << 20)
#define ZIP_DIRECTORY_BYTES_MAX ((size_t)32 << 20)

struct zip;

MUST_USE struct zip *zip_open(const char *path, struct err *err);
/* An archive that is a stream itself, such as a workbook inside an archive: it
 * is copied to a temporary file first. The caller closes the source. */
MUST_USE struct zip *zip_open_stream(struct source *source, const char *name,
                                     struct err *err);
void zip_close(struct zip *zip);
size_t zip_count(const struct zip *zip);
/* Folders end in '/'. */
const char *zip_name(const struct zip *zip, size_t index);
/* ZIP_NONE when absent. */
#define ZIP_NONE ((size_t)-1)
size_t zip_find(const struct zip *zip, const char *name);
MUST_USE struct source *zip_source(struct zip *zip, size_t index,
                                   struct err *err);
/* The whole member; more than out->bytes_max is ERR_LIMIT. */
MUST_USE bool zip_read(struct zip *zip, size_t index, struct buf *out,
                       struct err *err);

#endif
