/* cache.h - an engine around another that buys no verdict twice.
 *
 *     struct llm *llm = cache_open(inner, "verdicts.cache", key_of, NULL,
 * &err); … llm_submit, llm_drain as with any engine … cache_hits(llm);
 *     llm_close(llm);                         // closes the inner one too
 *
 * `key` writes what a reply depends on: the request's content, who replies and
 * which repetition this is; it is read when the request comes. A reply that is
 * known under its key costs nothing and comes at once; a request whose key is
 * in flight waits for that reply. Only replies without an error are kept.
 *
 * The file has one line for each reply, {"key","text","finish_reason","model",
 * "prompt_tokens","completion_tokens"}; it is appended to before the reply is
 * handed on, and runs share it. A line that was cut by a kill is skipped. Read
 * into memory when opened. One thread; several processes may append.
 */
#ifndef BENCH_CACHE_H
#define BENCH_CACHE_H

#include "base/buf.h"
#include "llm/llm.h"

typedef void cache_key(const struct llm_request *request, struct buf *out,
                       void *ctx);

/* NULL on failure, and then the inner engine is closed. */
MUST_USE struct llm *cache_open(struct llm *inner, const char *path,
                                cache_key *key, void *ctx, struct err *err);
uint64_t cache_hits(const struct llm *llm);

#endif
