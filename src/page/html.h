/* html.h - text made safe to stand in an HTML page.
 *
 *     buf_add(&out, STR("<p>"));
 *     html_escape(&out, reply);              // any bytes from outside
 *     buf_add(&out, STR("</p>"));
 *
 * Bytes that are not UTF-8 and control characters other than tab and newline
 * become U+FFFD. Nothing here fails; the buffer's own limit holds.
 */
#ifndef PAGE_HTML_H
#define PAGE_HTML_H

#include "base/buf.h"

/* Fit for element content and for attribute values in double quotes. */
void html_escape(struct buf *out, str text);

/* As html_escape, with each occurrence of a term inside <mark>. The longest
 * term that fits wins; ASCII letters match in either case; a term that begins
 * or ends with an ASCII letter or digit matches whole words only. Empty terms
 * are ignored. */
void html_escape_marked(struct buf *out, str text, const str *terms,
                        size_t term_count);

/* JSON text fit to stand between <script type="application/json"> and its end
 * tag: '<', '>', '&', U+2028 and U+2029 become \u escapes, which JSON allows
 * inside strings, the only place where they can stand. */
void html_put_json(struct buf *out, str json);

#endif
