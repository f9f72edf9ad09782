/* recorder.h - writes every reply of an engine to a file, for replay.h.
 *
 *     llm = llm_recorder_open(llm, "replies.jsonl", &err);  // owns it
 *     … used as before …
 *     if (!llm_flush(llm, &err)) …        // could not be written
 *     llm_close(llm);                     // closes both
 *
 * Lines are appended as replies are drained, so a killed run keeps what it had
 * and one that goes on adds to it. A file that cannot be written does not stop
 * the replies: llm_flush tells. The engine's name stays that of the inner one.
 * No key and no header is ever in a recording.
 */
#ifndef LLM_RECORDER_H
#define LLM_RECORDER_H

#include "llm/llm.h"

/* NULL leaves the inner engine to the caller. */
MUST_USE struct llm *llm_recorder_open(struct llm *inner, const char *path,
                                       struct err *err);

#endif
