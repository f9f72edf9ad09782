/* clean.h - a raw reply without what no reader should see.
 *
 *     str text = clean_reply(&reading, raw);
 *
 * Takes away invisible characters, line ends of other systems, chat template
 * tokens of many model families, prompts they enclose, reasoning blocks with
 * any draft inside, and undoes a reply that came with its line feeds escaped.
 * Where one message ends and the next begins stands a line "\f". */
#ifndef REPLY_CLEAN_H
#define REPLY_CLEAN_H

#include "reply/reading.h"

/* In the arena. */
str clean_reply(struct reading *r, str raw);

#endif
