/* format_multimedqa.c - MultiMedQA is a composition of seven sets. A row goes
 * to the reader of the member it belongs to, told by its keys; `source` names
 * the member. */
#include "corpus/mapping.h"

extern const struct format format_medqa, format_medmcqa, format_pubmedqa,
    format_mmlu, format_liveqa, format_medication_qa, format_healthsearchqa;

static const struct {
    const char *key;
    const struct format *format;
} members[] = {
    {"opa", &format_medmcqa},         {"answer_idx", &format_medqa},
    {"QUESTION", &format_pubmedqa},   {"pubid", &format_pubmedqa},
    {"choices", &format_mmlu},        {"D", &format_mmlu},
    {"options", &format_medqa},       {"Section Title", &format_medication_qa},
    {"Answer", &format_medication_qa}};

static void map(struct mapper *m, const json *row)
{
    const struct format *whole = m->format;
    const struct format *member = &format_healthsearchqa;
    if (m->row.kind == ROW_XML)
        member = &format_liveqa;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (m->row.kind != ROW_XML && json_get(row, members[i].key)) {
            member = members[i].format;
            break;
        }
    m->format = member;
    member->map(m, row);
    m->format = whole;
}

const struct format format_multimedqa = {
    .name = "multimedqa",
    .title = "MultiMedQA",
    .lang = "en",
    .layout = "the files of its members: MedQA, MedMCQA, PubMedQA, MMLU, "
              "LiveQA, MedicationQA, HealthSearchQA",
    .labels = "as its members",
    .shapes = SHAPE_JSON | SHAPE_CELLS | SHAPE_XML,
    .json_path = "{}",
    .columns = "question A B C D answer",
    .map = map,
};
