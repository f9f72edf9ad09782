/* embed_score.h - emb-f1: do two texts say alike things in other words?
 *
 *     struct embed_score *score = embed_score_new(LANG_NL, &err);
 *     embed_score_add(score, hypothesis, reference);        // every pair
 *     if (!embed_score_ask(score, llm, STR("some-model"), &err)) …
 *     struct prf first = embed_score_pair(score, 0);        // F1 NAN: no
 * tokens embed_score_free(score);
 *
 * Greedy matching as BERTScore (Zhang et al. 2020): precision is the mean over
 * the tokens of the hypothesis of the greatest cosine to a token of the
 * reference, recall the other way round; no idf weights, no baseline. The
 * vectors are those of single tokens (characters for Chinese, words otherwise),
 * asked of an endpoint's /embeddings, each different token once: without
 * context, so this is no BERTScore and has a name of its own. At most
 * EMBED_SCORE_TOKENS_MAX different tokens. One thread at a time.
 */
#ifndef MEASURE_EMBED_SCORE_H
#define MEASURE_EMBED_SCORE_H

#include "knowledge/knowledge.h"
#include "llm/llm.h"
#include "measure/overlap.h"

enum { EMBED_SCORE_TOKENS_MAX = 50000, EMBED_SCORE_TEXT_TOKENS_MAX = 4096 };

struct embed_score;

MUST_USE struct embed_score *embed_score_new(enum lang lang, struct err *err);
void embed_score_free(struct embed_score *score); /* NULL is fine */
/* Of longer texts the first EMBED_SCORE_TEXT_TOKENS_MAX tokens count. */
void embed_score_add(struct embed_score *score, str hypothesis, str reference);
/* Waits for the vectors of all tokens. ERR_LIMIT for too many tokens, else the
 * errors of llm_embed. */
MUST_USE bool embed_score_ask(struct embed_score *score, struct llm *llm,
                              str model, struct err *err);
/* After asking. All NAN when a text has no token. */
struct prf embed_score_pair(const struct embed_score *score, size_t pair);

/* The matching alone: vectors of length 1, [n x dimensions] and [m x
 * dimensions]; n, m > 0. */
struct prf embed_score_match(const float *hypothesis, size_t n,
                             const float *reference, size_t m,
                             size_t dimensions);

#endif
