/* format_qa_pairs.c - question-answer pairs with a relevance label, one pair a
 * row, as cMedQA is often passed on: the pairs of one question come together,
 * the first relevant answer is the answer, the others are labels. */
#include "corpus/pairs.h"

const struct format format_qa_pairs = {
    .name = "qa-pairs",
    .title = "question-answer pairs",
    .layout = "CSV or TSV, rows of one question together: question (or id "
              "first), answer, label (1 = fits)",
    .labels = "meta or --labels: further_answers, negative_answers",
    .shapes = SHAPE_CELLS,
    .keys = "question answer label",
    .merge_first = true,
    .map = map_pairs,
};
