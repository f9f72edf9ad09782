/* format_mt_bench.c - MT-bench (FastChat): questions with references, answers
 * of a model (joined with question.jsonl beside them), judgments. */
#include "base/fs.h"
#include "corpus/mapping.h"

/* …/model_answer/x.jsonl -> …/question.jsonl */
static const char *companion(str name, struct arena *arena)
{
    size_t at = str_find(name, STR("/model_answer/"), 0);
    if (at == STR_NONE)
        at = str_find(name, STR("/reference_answer/"), 0);
    if (at == STR_NONE)
        return NULL;
    return arena_printf(arena, STR_FMT "/question.jsonl",
                        STR_ARG(str_slice(name, 0, at)))
        .ptr;
}

static void map_judgment(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "user_prompt"));
    m->record.case_id = field_str(m, row, "question_id");
    m->record.question.answer = field_str(m, row, "judgment");
    m->record.question.task = STR("judge");
    map_emit(m);
}

static void add_turns(struct mapper *m, const json *questions,
                      const json *answers, struct list references)
{
    size_t count = json_count(questions);
    if (json_count(answers) > count)
        count = json_count(answers);
    for (size_t i = 0; i < count; i++) {
        str reference =
            i < references.count ? *LIST_AT(references, str, i) : STR("");
        str question = json_str(json_at(questions, i), STR(""));
        str answer = json_str(json_at(answers, i), STR(""));
        map_exchange(m, arena_copy(&m->arena, question),
                     arena_copy(&m->arena, answer), reference);
    }
}

static void map(struct mapper *m, const json *row)
{
    if (json_get(row, "judgment")) {
        map_judgment(m, row);
        return;
    }
    str id = field_str(m, row, "question_id");
    str model = field_str(m, row, "model_id");
    const json *choices = field(m, row, "choices");
    map_consultation(m, STR(""));
    map_id(m, model.len ? arena_printf(&m->arena, STR_FMT "-" STR_FMT,
                                       STR_ARG(id), STR_ARG(model))
                        : id);
    if (model.len)
        m->record.case_id = id;
    map_meta(m, "model", model);
    m->record.consultation.task = field_str(m, row, "category");
    struct list references = field_texts(m, row, "reference");
    json *question = choices ? map_companion(m, id) : NULL;
    const json *asked =
        choices ? json_get(question, "turns") : field(m, row, "turns");
    if (choices && !question)
        map_note(m, "question_unknown");
    add_turns(m, asked, json_get(json_at(choices, 0), "turns"), references);
    json_free(question);
    map_emit(m);
}

const struct format format_mt_bench = {
    .name = "mt-bench",
    .title = "MT-bench",
    .layout =
        "JSON lines: question_id, category, turns[], reference[]; answers: "
        "question_id, model_id, choices[turns[]]; judgments: user_prompt, "
        "judgment, score",
    .labels = "task = category; case_id = question; meta: model, answer_id, "
              "score",
    .shapes = SHAPE_JSON,
    .keys = "question_id turns category|question_id answer_id model_id choices|"
            "question_id judgment user_prompt",
    .companion = companion,
    .join = "question_id",
    .map = map,
};
