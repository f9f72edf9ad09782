/* http.h - the engine that asks OpenAI-compatible endpoints over HTTP.
 *
 *     struct llm *llm = llm_http_open(&config, seed, &err);
 *     llm_submit(llm, &request); … llm_drain(…) … llm_close(llm);   // llm.h
 *
 * One thread of its own does all the network (net.h) and decides what goes
 * where and when (dispatch.h); the owner's thread writes bodies and gets
 * replies. Memory is bounded: requests by caps.queue and the endpoints'
 * in_flight_max together, bodies by caps.queue_bytes, answers by
 * caps.reply_bytes each. A body is held once, until its answer is there,
 * because a broken answer means asking again.
 *
 * Errors of opening are ERR_CONFIG (address, key, price). Whether an endpoint
 * is there shows only with the first reply.
 */
#ifndef LLM_HTTP_H
#define LLM_HTTP_H

#include "llm/config.h"

/* `seed` only spreads the retries. The configuration must outlive the engine.
 */
MUST_USE struct llm *llm_http_open(const struct llm_config *config,
                                   uint64_t seed, struct err *err);

/* Posts any JSON to `path` (a literal such as "/embeddings") of an endpoint of
 * the part, with the same caps and retries. The reply's text is the answer's
 * whole JSON. prompt_tokens: what it is believed to use. */
void llm_http_post(struct llm *llm, uint64_t request_id, enum llm_part part,
                   const char *path, str body, int64_t prompt_tokens);

#endif
