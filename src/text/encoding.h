/* encoding.h - bytes of any usual encoding to UTF-8.
 *
 *     const char *found;
 *     if (!text_decode(bytes, NULL, &out, &found, &err)) return false;
 *     // found is "utf-8", "gb18030", "utf-16le", ...
 *
 * Any thread may call. Decoding is strict: a wrong byte is an error that names
 * its offset, never a silent replacement.
 */
#ifndef TEXT_ENCODING_H
#define TEXT_ENCODING_H

#include "base/buf.h"
#include "base/str.h"

#define TEXT_ENCODING_BYTES_MAX ((size_t)1 << 30)

/* The encoding in lower case: "utf-8", "utf-16le", "utf-16be", "utf-32le",
 * "utf-32be", "gb18030" (and so GBK and GB2312) or "windows-1252". A byte order
 * mark decides; then valid UTF-8; then the place of NUL bytes (UTF-16); then
 * pairs of bytes that look like Chinese; the rest is windows-1252. A static
 * string. */
const char *text_encoding_guess(str bytes);

/* Appends the text as UTF-8 without byte order mark. encoding NULL guesses; any
 * name known to ICU is accepted ("gbk", "big5", "latin1", ...). *found (may be
 * NULL) is the name used, a static or the caller's string. Fails with ERR_USAGE
 * for an unknown name, ERR_FORMAT for bytes that do not follow the encoding,
 * ERR_LIMIT for more bytes than TEXT_ENCODING_BYTES_MAX or than fit in out. */
MUST_USE bool text_decode(str bytes, const char *encoding, struct buf *out,
                          const char **found, struct err *err);

#endif
