/* peek.h - sources with a known start: read ahead, or held in memory. */
#ifndef CORPUS_PEEK_H
#define CORPUS_PEEK_H

#include "base/lines.h"

/* Reads up to `capacity` bytes of the stream into `bytes` (borrowed, must
 * outlive the result) and gives a source that starts with them again. A stream
 * that fails so early fails again when it is read on. Takes inner over. */
struct source *peek_source(struct source *inner, char *bytes, size_t capacity,
                           str *head);
/* The bytes of a view; `owned` (may be NULL) is freed with it. */
struct source *memory_source(str bytes, char *owned);

#endif
