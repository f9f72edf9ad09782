/* format_webmedqa.c - webMedQA: real consultations with adopted and other
 * answers. */
#include "corpus/pairs.h"

const struct format format_webmedqa = {
    .name = "webmedqa",
    .title = "webMedQA",
    .lang = "zh",
    .layout = "TSV without header: question id, label (1 = adopted), "
              "department, question, answer; rows of one question together",
    .labels = "specialty = department; meta or --labels: further_answers, "
              "negative_answers",
    .shapes = SHAPE_CELLS,
    .columns = "question_id label department question answer",
    .merge_first = true,
    .map = map_pairs,
};
