/* format_cmexam.c - CMExam: the Chinese National Medical Licensing Exam with
 * five further annotations a question: disease group (ICD-11), department,
 * discipline, competency, difficulty. */
#include "corpus/mapping.h"

/* Spellings of the five annotation columns. */
static const struct {
    const char *names, *key;
} dimensions[] = {
    {"Disease Group|Disease_Group|disease_group|ICD-11|疾病组|疾病系统分类",
     "disease_group"},
    {"Clinical Department|Department|department|Medical Department|临床科室",
     "department"},
    {"Medical Discipline|Discipline|discipline|医学学科|学科", "discipline"},
    {"Medical Competency|Competency|Area of "
     "Competency|competency|能力领域|医疗能力",
     "competency"},
    {"Difficulty Level|Difficulty level|Difficulty|difficulty|难度",
     "difficulty"}};

static void map(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "Question|question|题目"));
    map_id(m, field_str(m, row, "id|ID"));
    map_options(m, field(m, row, "Options|options|选项"));
    struct question *q = &m->record.question;
    q->explanation = field_str(m, row, "Explanation|explanation|解析");
    if (str_equal(q->explanation, STR("nan")))
        q->explanation = STR(""); /* how pandas writes an empty cell */
    for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++) {
        str value = field_str(m, row, dimensions[i].names);
        map_label_str(m, dimensions[i].key, value);
        if (i == 1)
            q->specialty = value;
        else if (i == 2)
            q->subject = value;
    }
    str answer = field_str(m, row, "Answer|answer|答案");
    if (!map_answer(m, answer))
        map_reject(m, "answer_not_an_option", STR_FMT, STR_ARG(answer));
    else
        map_emit(m);
}

const struct format format_cmexam = {
    .name = "cmexam",
    .title = "CMExam",
    .lang = "zh",
    .layout = "CSV or JSON lines: Question, Options (\"A …\\nB …\" or "
              "[{key, value}]), Answer (one or more letters), Explanation, "
              "annotation columns",
    .labels = "meta or --labels: disease_group, department (also specialty), "
              "discipline (also subject), competency, difficulty",
    .shapes = SHAPE_CELLS | SHAPE_JSON,
    .keys = "Question Options Answer Explanation|Question Options Answer",
    .map = map,
};
