/* overlap.c - see overlap.h. */
#include "measure/overlap.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "text/similarity.h"

enum { METHOD_4_K = 5 };

struct overlap_sums *overlap_new(void)
{
    struct overlap_sums *sums = mem_zero(1, sizeof *sums);
    for (size_t i = 0; i < 5; i++)
        vec_init(&sums->rouge[i], sizeof(struct prf));
    vec_init(&sums->sentence_bleu, sizeof(double[OVERLAP_ORDERS]));
    return sums;
}

void overlap_free(struct overlap_sums *sums)
{
    if (!sums)
        return;
    for (size_t i = 0; i < 5; i++)
        vec_release(&sums->rouge[i]);
    vec_release(&sums->sentence_bleu);
    free(sums);
}

struct shared {
    double matches;                  /* clipped */
    double hypothesis, reference;    /* n-grams */
    double types_h, types_r, common; /* different ones */
};

static void count(struct token_list list, size_t n, struct map *map)
{
    for (size_t i = 0; i + n <= list.count; i++)
        map_count(map, str_make((const char *)(list.names + i), n * 8), 1);
}

static double ngram_count(struct token_list list, size_t n)
{
    return list.count >= n ? (double)(list.count - n + 1) : 0;
}

static struct shared share(struct token_list h, struct token_list r, size_t n)
{
    struct map ours, theirs;
    map_init(&ours);
    map_init(&theirs);
    count(h, n, &ours);
    count(r, n, &theirs);
    struct shared s = {.hypothesis = ngram_count(h, n),
                       .reference = ngram_count(r, n),
                       .types_h = (double)map_size(&ours),
                       .types_r = (double)map_size(&theirs)};
    for (size_t i = 0; i < map_size(&ours); i++) {
        const struct map_entry *e = map_entry(&ours, i);
        uint64_t there;
        if (!map_get(&theirs, e->key, &there))
            continue;
        s.common++;
        s.matches += (double)(e->value < there ? e->value : there);
    }
    map_release(&ours);
    map_release(&theirs);
    return s;
}

static struct prf prf_of(double hits, double ours, double theirs)
{
    struct prf p = {0};
    if (ours > 0)
        p.precision = hits / ours;
    if (theirs > 0)
        p.recall = hits / theirs;
    if (hits > 0)
        p.f1 = 2 * p.precision * p.recall / (p.precision + p.recall);
    return p;
}

struct prf rouge_clipped(struct token_list h, struct token_list r, size_t n)
{
    struct shared s = share(h, r, n);
    return prf_of(s.matches, s.hypothesis, s.reference);
}

struct prf rouge_set(struct token_list h, struct token_list r, size_t n)
{
    struct shared s = share(h, r, n);
    return prf_of(s.common, s.types_h, s.types_r);
}

static uint32_t *number(struct token_list list, struct map *numbers)
{
    uint32_t *ids = mem_zero(list.count + 1, sizeof *ids);
    for (size_t i = 0; i < list.count; i++) {
        str key = str_make((const char *)(list.names + i), 8);
        uint64_t *id = map_slot(numbers, key);
        if (*id == 0)
            *id = map_size(numbers);
        ids[i] = (uint32_t)*id;
    }
    return ids;
}

struct prf rouge_lcs(struct token_list h, struct token_list r)
{
    struct map numbers;
    map_init(&numbers);
    uint32_t *a = number(h, &numbers), *b = number(r, &numbers);
    double shared = (double)lcs_length(a, h.count, b, r.count);
    free(a);
    free(b);
    map_release(&numbers);
    return prf_of(shared, (double)h.count, (double)r.count);
}

static double brevity(double ours, double theirs)
{
    if (ours > theirs)
        return 1;
    return ours > 0 ? exp(1 - theirs / ours) : 0;
}

/* NLTK 3.8: method 7 is method 4, then method 5, which wants an order more. */
void bleu_sentence(struct token_list h, struct token_list r,
                   double bleu[OVERLAP_ORDERS])
{
    double p[OVERLAP_ORDERS + 1], length = (double)h.count, halving = 1;
    double penalty = brevity(length, (double)r.count);
    bool any = false;
    for (size_t n = 1; n <= OVERLAP_ORDERS + 1; n++) {
        struct shared s = share(h, r, n);
        double total = s.hypothesis > 0 ? s.hypothesis : 1;
        any = any || (n == 1 && s.matches > 0);
        p[n - 1] = s.matches / total;
        if (n > OVERLAP_ORDERS || s.matches > 0 || h.count < 2)
            continue;
        halving *= 2;
        p[n - 1] = log(length) / (halving * METHOD_4_K) / total;
    }
    double before = p[0] + 1;
    for (size_t i = 0; i < OVERLAP_ORDERS; i++) {
        before = (before + p[i] + p[i + 1]) / 3;
        bleu[i] = any ? penalty * before : 0;
    }
}

void overlap_add(struct overlap_sums *sums, struct token_list h,
                 struct token_list r, struct token_list h_chars,
                 struct token_list r_chars)
{
    for (size_t n = 1; n <= OVERLAP_ORDERS; n++) {
        struct shared s = share(h, r, n);
        sums->matches[n - 1] += s.matches;
        sums->totals[n - 1] += s.hypothesis;
        if (n > 2)
            continue;
        struct prf clipped = prf_of(s.matches, s.hypothesis, s.reference),
                   set = prf_of(s.common, s.types_h, s.types_r);
        vec_push(&sums->rouge[n - 1], &clipped);
        vec_push(&sums->rouge[n + 1], &set);
    }
    struct prf lcs = rouge_lcs(h, r);
    vec_push(&sums->rouge[4], &lcs);
    bleu_sentence(h, r, vec_add(&sums->sentence_bleu));
    for (size_t n = 1; n <= CHRF_ORDERS; n++) {
        struct shared s = share(h_chars, r_chars, n);
        /* Where the reference is too short for this order, sacreBLEU does
         * not count what the hypothesis has. */
        sums->chrf[n - 1][0] += s.reference > 0 ? s.hypothesis : 0;
        sums->chrf[n - 1][1] += s.reference;
        sums->chrf[n - 1][2] += s.matches;
    }
    sums->hypothesis_length += (double)h.count;
    sums->reference_length += (double)r.count;
    sums->pairs++;
}

double overlap_brevity(const struct overlap_sums *sums)
{
    return brevity(sums->hypothesis_length, sums->reference_length);
}

bool overlap_bleu(const struct overlap_sums *sums, size_t order,
                  enum bleu_smoothing smoothing, double value, double *bleu,
                  struct err *err)
{
    if (sums->hypothesis_length <= 0)
        return err_set(err, ERR_UNDEFINED, "no hypothesis has a token");
    double logs = 0, halving = 1;
    *bleu = 0;
    if (sums->matches[0] <= 0)
        return true;
    for (size_t n = 0; n < order; n++) {
        double hits = sums->matches[n], total = sums->totals[n];
        if (smoothing == BLEU_SMOOTH_ADD_K && n > 0) {
            hits += value;
            total += value;
        }
        if (total > 0 && hits <= 0 && smoothing == BLEU_SMOOTH_EXP) {
            halving *= 2;
            hits = 1 / halving;
        } else if (hits <= 0 && smoothing == BLEU_SMOOTH_FLOOR) {
            hits = value;
        }
        if (total <= 0 || hits <= 0)
            return true;
        logs += log(hits / total);
    }
    *bleu = overlap_brevity(sums) * exp(logs / (double)order);
    return true;
}

bool overlap_chrf(const struct overlap_sums *sums, double *chrf,
                  struct err *err)
{
    double precision = 0, recall = 0, orders = 0;
    for (size_t n = 0; n < CHRF_ORDERS; n++) {
        const double *s = sums->chrf[n];
        if (s[0] <= 0 || s[1] <= 0)
            continue;
        precision += s[2] / s[0];
        recall += s[2] / s[1];
        orders++;
    }
    if (orders <= 0)
        return err_set(err, ERR_UNDEFINED, "no characters to compare");
    precision /= orders;
    recall /= orders;
    *chrf = precision + recall > 0
                ? 5 * precision * recall / (4 * precision + recall)
                : 0;
    return true;
}
