/* overlap.h - how much of a reference text stands in another text?
 *
 *     struct overlap_sums *sums = overlap_new();
 *     for (each pair)
 *         overlap_add(sums, &hypothesis, &reference);     // token lists
 *     double bleu = overlap_bleu(sums, 4, BLEU_SMOOTH_NONE, 0);
 *     overlap_free(sums);
 *
 * A token is the 64-bit name of a word or character; equal names are equal
 * tokens. BLEU (Papineni et al. 2002) as sacreBLEU computes it, sentence BLEU
 * with NLTK's smoothing method 7, ROUGE (Lin 2004) clipped as in rouge_score
 * and over sets as in rouge-chinese, chrF (Popović 2015) as sacreBLEU. All
 * values are shares, 0 to 1. One thread at a time.
 */
#ifndef MEASURE_OVERLAP_H
#define MEASURE_OVERLAP_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

enum { OVERLAP_ORDERS = 4, CHRF_ORDERS = 6 };

struct token_list {
    const uint64_t *names;
    size_t count;
};

enum bleu_smoothing {
    BLEU_SMOOTH_NONE,
    BLEU_SMOOTH_EXP,
    BLEU_SMOOTH_FLOOR, /* value: the matches of an order without one (0.1) */
    BLEU_SMOOTH_ADD_K  /* value: added from the second order on (1) */
};

struct prf {
    double precision, recall, f1;
};

struct overlap_sums {
    double matches[OVERLAP_ORDERS], totals[OVERLAP_ORDERS];
    double hypothesis_length, reference_length;
    size_t pairs;
    struct vec rouge[5];         /* struct prf: 1, 2 clipped; 1, 2 set; L */
    struct vec sentence_bleu;    /* double[OVERLAP_ORDERS] */
    double chrf[CHRF_ORDERS][3]; /* n-grams of both texts, matches */
};

struct overlap_sums *overlap_new(void);
void overlap_free(struct overlap_sums *sums); /* NULL is fine */

/* chars: the characters without white space, for chrF. */
void overlap_add(struct overlap_sums *sums, struct token_list hypothesis,
                 struct token_list reference,
                 struct token_list hypothesis_chars,
                 struct token_list reference_chars);

/* Cumulative up to an order of 1 to OVERLAP_ORDERS. Undefined when no
 * hypothesis has a token. */
MUST_USE bool overlap_bleu(const struct overlap_sums *sums, size_t order,
                           enum bleu_smoothing smoothing, double value,
                           double *bleu, struct err *err);
double overlap_brevity(const struct overlap_sums *sums);
/* beta 2, character orders 1 to 6; undefined when nothing can be compared. */
MUST_USE bool overlap_chrf(const struct overlap_sums *sums, double *chrf,
                           struct err *err);

/* The parts, for one pair. 0 where a side has no n-grams. */
struct prf rouge_clipped(struct token_list hypothesis,
                         struct token_list reference, size_t n);
struct prf rouge_set(struct token_list hypothesis, struct token_list reference,
                     size_t n);
struct prf rouge_lcs(struct token_list hypothesis, struct token_list reference);
/* NLTK's sentence_bleu with method 7 for the weights (1,0,0,0), (0,1,0,0) … */
void bleu_sentence(struct token_list hypothesis, struct token_list reference,
                   double bleu[OVERLAP_ORDERS]);

/* Names of the tokens of a text, as --tokens says. */
enum overlap_tokens {
    OVERLAP_CHAR,  /* every character but white space, case kept */
    OVERLAP_WORD,  /* folded words, no punctuation */
    OVERLAP_13A,   /* mteval-v13a, sacreBLEU's default */
    OVERLAP_ZH,    /* sacreBLEU's zh */
    OVERLAP_SPACE, /* what white space parts */
    OVERLAP_TOKENS_COUNT
};
extern const char *const overlap_token_names[OVERLAP_TOKENS_COUNT + 1];
struct words;
void overlap_tokens(enum overlap_tokens kind, str text, const char *lang,
                    struct words *words, struct vec *names /* uint64_t */);

#endif
