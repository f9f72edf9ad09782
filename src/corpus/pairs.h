/* pairs.h - question-answer pairs with a relevance label, rows of one question
 * together: the first relevant answer is the answer, further ones and the
 * irrelevant ones become labels. For formats with merge_first. */
#ifndef CORPUS_PAIRS_H
#define CORPUS_PAIRS_H

#include "corpus/mapping.h"

void map_pairs(struct mapper *m, const json *row);

#endif
