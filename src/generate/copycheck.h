/* copycheck.h - is anything copied from the reference dialogues? (rule 11)
 *
 *     struct copycheck *copy = copycheck_open(book, 8, {4, 5}, &err);
 *     for (each reference) { transcript_read(t, …); copycheck_add(copy, t, …);
 * } copycheck_seal(copy); if (!copycheck_passes(copy, transcript, memory,
 * &verdict)) … copycheck_close(copy);
 *
 * Two signs, on the kept text of transcript.h, turn by turn: a run of n units
 * (8 words; 13 characters for Chinese) that stands in a reference and is not
 * made of stock phrases alone; and a turn of some length whose shingles (3
 * characters, or pairs of words) reach a Jaccard similarity
 * with a turn of a reference.
 *
 * Texts of references are not kept: the index holds 32-bit names of their
 * n-grams at places given by further bits of their hashes, so that a text of
 * 1,000 units is taken for a copy by chance less than once in a million
 * dialogues at ten million n-grams; and the shingles of their turns, looked up
 * by the rarest ones. Adding belongs to one thread; after copycheck_seal
 * lookups are shared by threads, each with its own memory.
 */
#ifndef GENERATE_COPYCHECK_H
#define GENERATE_COPYCHECK_H

#include "generate/refine.h"
#include "generate/rulebook.h"
#include "generate/transcript.h"
#include "text/shingle.h"

struct copycheck;
struct copycheck_memory; /* of one thread */

/* `run` is n; `threshold` that of near-copied turns. */
struct copycheck *copycheck_open(const struct rulebook *book, size_t run,
                                 struct fraction threshold);
void copycheck_close(struct copycheck *copy); /* NULL is fine */

struct copycheck_memory *copycheck_memory_new(const struct copycheck *copy);
void copycheck_memory_free(struct copycheck_memory *memory);

/* Before sealing; at most UINT32_MAX n-grams in all (asserted). */
void copycheck_add(struct copycheck *copy, const struct transcript *reference,
                   struct copycheck_memory *memory);
void copycheck_seal(struct copycheck *copy);
size_t copycheck_bytes(const struct copycheck *copy); /* memory held */

/* False and the verdict set when something is copied. */
bool copycheck_passes(const struct copycheck *copy,
                      const struct transcript *transcript,
                      struct copycheck_memory *memory,
                      struct refine_verdict *verdict);

#endif
