/* format_lm_eval.c - samples of the LM Evaluation Harness: the document, what
 * was wanted and what the model said. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    const json *doc = field(m, row, "doc");
    map_question(m, field_str(m, doc, "question|query|input"));
    str id = field_str(m, doc, "id");
    map_id(m, id.len ? id : field_str(m, row, "doc_id"));
    map_options(m, field(m, doc, "options|choices"));
    str target = field_str(m, row, "target");
    int64_t index;
    bool known = m->options_.count && str_to_int(target, &index)
                     ? map_answer_index(m, index)
                     : map_answer(m, target);
    map_label(m, "responses", field(m, row, "resps"));
    map_label(m, "filtered_responses", field(m, row, "filtered_resps"));
    field_ignore(m, row, "arguments");
    if (!known)
        map_reject(m, "answer_not_an_option", STR_FMT, STR_ARG(target));
    else
        map_emit(m);
}

const struct format format_lm_eval = {
    .name = "lm-eval",
    .title = "LM Evaluation Harness",
    .layout = "JSON lines of samples: doc_id, doc, target, arguments, resps, "
              "filtered_resps",
    .labels = "meta or --labels: responses, filtered_responses",
    .shapes = SHAPE_JSON,
    .keys = "doc_id doc target resps",
    .map = map,
};
