/* replay.h - the engine that answers from a recording: no network, no cost, the
 * same replies every time.
 *
 *     struct llm *llm = llm_replay_open("run.replies.jsonl", "request", &err);
 *
 * How a request finds its reply:
 *   request   the line with its key (recording.h); among several the one with
 *             its id, else the first. Fits runs that ask the same things.
 *   id        the line whose `id` is the request's id as a number
 *   order     line number `id` of the file, from 0. Fits any list of replies,
 *             also one without keys; the text is then the first of the fields
 *             `text`, `raw` and `reply`.
 * All three are without memory, so an interrupted run that goes on finds the
 * same. A request without a line gets LLM_NO_REPLY. Replies come in the order
 * of submission. The file is held in memory, at most REPLAY_BYTES_MAX of text;
 * .gz and .zst are read.
 */
#ifndef LLM_REPLAY_H
#define LLM_REPLAY_H

#include "llm/llm.h"

#define REPLAY_BYTES_MAX ((size_t)2 << 30)

/* ERR_FORMAT names the line. */
MUST_USE struct llm *llm_replay_open(const char *path, str match,
                                     struct err *err);

#endif
