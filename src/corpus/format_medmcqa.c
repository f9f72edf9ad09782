/* format_medmcqa.c - MedMCQA: Indian medical entrance exams. `cop` counts from
 * 1 in the files of the authors and from 0 in copies on hubs, whose rows have
 * no text for it: a 0 anywhere can only mean the first option. */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    static const char *const names[] = {"opa", "opb", "opc", "opd", "ope"};
    static const char letters[] = "ABCDE";
    map_question(m, field_str(m, row, "question"));
    map_id(m, field_str(m, row, "id"));
    for (size_t i = 0; i < 5; i++) {
        str text = field_str(m, row, names[i]);
        if (text.len)
            map_option(m, str_make(letters + i, 1), text);
    }
    struct question *q = &m->record.question;
    q->explanation = field_str(m, row, "exp");
    q->subject = field_str(m, row, "subject_name");
    str answer = field_str(m, row, "cop|answer");
    int64_t index;
    bool known = answer.len == 0 || str_equal(answer, STR("-1"));
    if (!known && str_to_int(answer, &index))
        known = map_answer_index(m, index > 0 ? index - 1 : index);
    else if (!known)
        known = map_answer(m, answer);
    if (!known) {
        map_reject(m, "answer_not_an_option", "cop " STR_FMT, STR_ARG(answer));
        return;
    }
    map_emit(m);
}

const struct format format_medmcqa = {
    .name = "medmcqa",
    .title = "MedMCQA",
    .lang = "en",
    .layout = "JSON lines or CSV: question, opa … opd, cop (1-4), exp, "
              "subject_name, topic_name, choice_type, id",
    .labels = "meta: topic_name, choice_type",
    .shapes = SHAPE_JSON | SHAPE_CELLS,
    .keys =
        "question opa opb opc opd cop subject_name|question opa opb opc opd",
    .map = map,
};
