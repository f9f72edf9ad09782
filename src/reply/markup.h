/* markup.h - replies in XML or HTML: who speaks is told by tags.
 *
 *     if (markup_present(text)) markup_split(&reading, text, &units);
 *
 * An element that names a speaker, a speaker's attribute, or a pair of elements
 * such as speaker and text become pairs; HTML becomes the lines, headings and
 * table rows it would show as. Tags need not match; whatever is no tag stays.
 */
#ifndef REPLY_MARKUP_H
#define REPLY_MARKUP_H

#include "reply/units.h"

bool markup_present(str text);
/* Appends units; the text is read once. */
void markup_split(struct reading *r, str text, struct vec *out);

#endif
