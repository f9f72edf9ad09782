/* format_webmedqa.c - webMedQA: real consultations with adopted and other
 * answers. */
#include "corpus/pairs.h"

/* id, 0 or 1, department, question, answer */
static bool is_text(str head)
{
    str line = str_slice(head, 0, str_find_char(head, '\n', 0)), cell;
    size_t cells = 0;
    bool labelled = false;
    while (str_next(&line, '\t', &cell)) {
        cells++;
        if (cells == 2)
            labelled = str_equal(cell, STR("0")) || str_equal(cell, STR("1"));
    }
    return cells == 5 && labelled;
}

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
    .is_text = is_text,
    .merge_first = true,
    .map = map_pairs,
};
