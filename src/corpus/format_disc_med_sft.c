/* format_disc_med_sft.c - DISC-Med-SFT and the evaluation files of DISC-MedLLM:
 * conversations, seed questions with intents, and judge scores. */
#include "corpus/tagged.h"

static void map_seed(struct mapper *m, const json *row)
{
    struct question *q = &m->record.question;
    map_question(m, field_str(m, row, "question|first_question"));
    map_id(m, field_str(m, row, "id"));
    q->task = field_str(m, row, "cate");
    q->specialty = field_str(m, row, "department");
    q->case_text = field_str(m, row, "case");
    q->answer = field_str(m, row, "raw_anwser|answer"); /* spelt so */
    map_label(m, "dataset_info", field(m, row, "dataset_info"));
    map_emit(m);
}

/* A judge's scores of a conversation: the prompt is the question. */
static void map_scores(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "prompt"));
    str id = field_str(m, row, "id");
    map_id(m, arena_printf(&m->arena, STR_FMT "-" STR_FMT "-scores",
                           STR_ARG(id), STR_ARG(field_str(m, row, "model"))));
    m->record.case_id = id;
    m->record.question.answer = field_str(m, row, "scores");
    m->record.question.task = STR("judge");
    map_meta(m, "model", field_str(m, row, "model"));
    map_emit(m);
}

static void map(struct mapper *m, const json *row)
{
    if (json_get(row, "scores")) {
        map_scores(m, row);
        return;
    }
    const json *turns = field(m, row, "conversation");
    if (!turns) {
        map_seed(m, row);
        return;
    }
    map_dialogue(m);
    str id = field_str(m, row, "_id|id"), model = field_str(m, row, "model");
    map_meta(m, "model", model);
    map_id(m, model.len && id.len ? arena_printf(&m->arena, STR_FMT "-" STR_FMT,
                                                 STR_ARG(id), STR_ARG(model))
                                  : id);
    if (model.len)
        m->record.case_id = id;
    map_label(m, "dataset_info", field(m, row, "dataset_info"));
    if (!tagged_objects(m, turns, "role", "content")) {
        tagged_reject(m);
        return;
    }
    map_emit(m);
}

const struct format format_disc_med_sft = {
    .name = "disc-med-sft",
    .title = "DISC-Med-SFT",
    .lang = "zh",
    .layout = "JSON lines or array: _id, source, conversation[role, content]; "
              "seeds: id, question, cate or "
              "department, raw_case or case, first_question; scores: id, "
              "model, scores, prompt",
    .labels = "meta: source, model; meta or --labels: dataset_info; "
              "case_id = seed question of a model's conversation",
    .shapes = SHAPE_JSON,
    .keys = "source conversation|id source dataset_info question|"
            "id case first_question|id department raw_case question|"
            "id model scores prompt",
    .map = map,
};
