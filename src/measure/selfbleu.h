/* selfbleu.h - how alike are the texts of a corpus? (Zhu et al. 2018)
 *
 * Mean over the texts of BLEU-4 of each against all others as references
 * (uniform weights, counts clipped by the greatest of any reference, closest
 * reference length; an order without a match counts 0.1 of a match). Linear in
 * the texts: for every n-gram the two greatest counts are kept.
 */
#ifndef MEASURE_SELFBLEU_H
#define MEASURE_SELFBLEU_H

#include "base/vec.h"
#include "base/err.h"

/* texts: vec of vec of uint64_t token names. Undefined for fewer than two. */
MUST_USE bool self_bleu(const struct vec *texts, double *value,
                        struct err *err);

#endif
