/* embed_score.c - see embed_score.h. */
#include "measure/embed_score.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "llm/embed.h"
#include "text/normalise.h"
#include "text/words.h"

struct pair {
    size_t first[2], count[2]; /* in the list of tokens */
};

struct embed_score {
    enum lang lang;
    struct words *splitter;
    struct map types;  /* token → number from 1 */
    struct vec tokens; /* uint32_t, number of the type */
    struct vec pairs;  /* struct pair */
    struct buf folded;
    struct vec scratch;         /* str */
    struct embedding embedding; /* of the types; each of length 1 */
};

struct embed_score *embed_score_new(enum lang lang, struct err *err)
{
    struct embed_score *s = mem_zero(1, sizeof *s);
    s->lang = lang;
    map_init(&s->types);
    vec_init(&s->tokens, sizeof(uint32_t));
    vec_init(&s->pairs, sizeof(struct pair));
    buf_init(&s->folded, BUF_MAX);
    vec_init(&s->scratch, sizeof(str));
    if (words_open(&s->splitter, err))
        return s;
    embed_score_free(s);
    return NULL;
}

void embed_score_free(struct embed_score *s)
{
    if (!s)
        return;
    words_close(s->splitter);
    map_release(&s->types);
    vec_release(&s->tokens);
    vec_release(&s->pairs);
    buf_release(&s->folded);
    vec_release(&s->scratch);
    embedding_free(&s->embedding);
    free(s);
}

static size_t add_tokens(struct embed_score *s, str text)
{
    buf_reset(&s->folded);
    text_fold(text, &s->folded);
    if (s->lang == LANG_ZH)
        chars_split(buf_str(&s->folded), &s->scratch);
    else
        words_split(s->splitter, buf_str(&s->folded), lang_name(s->lang).ptr,
                    &s->scratch);
    size_t count = s->scratch.count < EMBED_SCORE_TEXT_TOKENS_MAX
                       ? s->scratch.count
                       : EMBED_SCORE_TEXT_TOKENS_MAX;
    for (size_t i = 0; i < count; i++) {
        uint64_t *type = map_slot(&s->types, *(str *)vec_at(&s->scratch, i));
        if (*type == 0)
            *type = map_size(&s->types);
        uint32_t number = (uint32_t)(*type - 1);
        vec_push(&s->tokens, &number);
    }
    return count;
}

void embed_score_add(struct embed_score *s, str hypothesis, str reference)
{
    struct pair pair;
    pair.first[0] = s->tokens.count;
    pair.count[0] = add_tokens(s, hypothesis);
    pair.first[1] = s->tokens.count;
    pair.count[1] = add_tokens(s, reference);
    vec_push(&s->pairs, &pair);
}

/* A vector of zeros stays one: its cosines are 0. */
static void normalise(float *vector, size_t dimensions)
{
    double squares = 0;
    for (size_t i = 0; i < dimensions; i++)
        squares += (double)vector[i] * (double)vector[i];
    for (size_t i = 0; i < dimensions && squares > 0; i++)
        vector[i] = (float)((double)vector[i] / sqrt(squares));
}

bool embed_score_ask(struct embed_score *s, struct llm *llm, str model,
                     struct err *err)
{
    size_t count = map_size(&s->types);
    if (count > EMBED_SCORE_TOKENS_MAX)
        return err_set(err, ERR_LIMIT, "%zu different tokens, at most %d",
                       count, EMBED_SCORE_TOKENS_MAX);
    if (count == 0)
        return true;
    str *texts = mem_zero(count, sizeof *texts);
    for (size_t i = 0; i < count; i++)
        texts[i] = map_entry(&s->types, i)->key;
    bool ok =
        llm_embed(llm, LLM_WRITER, model, texts, count, &s->embedding, err);
    free(texts);
    for (size_t i = 0; ok && i < count; i++)
        normalise(s->embedding.values + i * s->embedding.dimensions,
                  s->embedding.dimensions);
    return ok;
}

/* Mean over a's vectors of the greatest cosine to one of b's. */
static double one_way(const float *a, size_t n, const float *b, size_t m,
                      size_t dimensions)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double most = -1;
        for (size_t k = 0; k < m; k++) {
            double cosine = 0;
            for (size_t d = 0; d < dimensions; d++)
                cosine += (double)a[i * dimensions + d] *
                          (double)b[k * dimensions + d];
            most = cosine > most ? cosine : most;
        }
        sum += most;
    }
    return sum / (double)n;
}

struct prf embed_score_match(const float *hypothesis, size_t n,
                             const float *reference, size_t m,
                             size_t dimensions)
{
    struct prf score = {one_way(hypothesis, n, reference, m, dimensions),
                        one_way(reference, m, hypothesis, n, dimensions), 0};
    double sum = score.precision + score.recall;
    if (sum > 0)
        score.f1 = 2 * score.precision * score.recall / sum;
    return score;
}

/* The vectors of a text's tokens one after another; caller frees. */
static float *gather(const struct embed_score *s, const struct pair *pair,
                     size_t side)
{
    size_t dimensions = s->embedding.dimensions;
    float *out = mem_zero(pair->count[side] * dimensions, sizeof *out);
    for (size_t i = 0; i < pair->count[side]; i++) {
        uint32_t type =
            *(const uint32_t *)vec_at(&s->tokens, pair->first[side] + i);
        for (size_t d = 0; d < dimensions; d++)
            out[i * dimensions + d] =
                s->embedding.values[type * dimensions + d];
    }
    return out;
}

struct prf embed_score_pair(const struct embed_score *s, size_t index)
{
    const struct pair *pair = vec_at(&s->pairs, index);
    if (pair->count[0] == 0 || pair->count[1] == 0)
        return (struct prf){NAN, NAN, NAN};
    float *ours = gather(s, pair, 0), *theirs = gather(s, pair, 1);
    struct prf score = embed_score_match(
        ours, pair->count[0], theirs, pair->count[1], s->embedding.dimensions);
    free(ours);
    free(theirs);
    return score;
}
