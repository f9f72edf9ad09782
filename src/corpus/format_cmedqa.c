/* format_cmedqa.c - cMedQA 1 and 2: questions, answers and candidate lists in
 * three kinds of files that name each other's ids. One record a question: its
 * first gold answer is the answer, further ones and the negatives of the
 * candidate lists are labels. */
#include "base/csv.h"
#include "base/fs.h"
#include "corpus/mapping.h"
#include "corpus/peek.h"

enum { NEGATIVES_MAX = 100 };

struct entry {
    str id, text;
    struct vec answers;   /* size_t: into answers */
    struct vec negatives; /* str: ids */
    const char *split;
};

struct table {
    struct vec entries; /* struct entry */
    struct map index;
};

static void table_init(struct table *t)
{
    vec_init(&t->entries, sizeof(struct entry));
    map_init(&t->index);
}

static void table_release(struct table *t)
{
    for (size_t i = 0; i < t->entries.count; i++) {
        struct entry *e = vec_at(&t->entries, i);
        vec_release(&e->answers);
        vec_release(&e->negatives);
    }
    vec_release(&t->entries);
    map_release(&t->index);
}

static struct entry *table_find(struct table *t, str id)
{
    uint64_t at;
    return map_get(&t->index, id, &at) ? vec_at(&t->entries, (size_t)at) : NULL;
}

static struct entry *table_add(struct table *t, str id, str text)
{
    if (!map_put(&t->index, id, t->entries.count))
        return NULL;
    struct entry *e = vec_add(&t->entries);
    e->id = id;
    e->text = text;
    vec_init(&e->answers, sizeof(size_t));
    vec_init(&e->negatives, sizeof(str));
    return e;
}

enum part { PART_NONE, PART_QUESTION, PART_ANSWER, PART_CANDIDATES };

static enum part part_of(str name)
{
    str base = fs_base_name(name);
    size_t colon = str_find_char(base, ':', 0);
    if (colon != STR_NONE)
        base = str_slice(base, colon + 1, base.len);
    bool csv = str_contains(base, STR(".csv")),
         txt = str_contains(base, STR(".txt"));
    if (str_starts_with(base, STR("question")) && csv)
        return PART_QUESTION;
    if (str_starts_with(base, STR("answer")) && csv)
        return PART_ANSWER;
    if (str_contains(base, STR("candidates")) && (csv || txt))
        return PART_CANDIDATES;
    return PART_NONE;
}

static str group_of(str name)
{
    return part_of(name) == PART_NONE ? STR("") : STR("cmedqa");
}

struct join {
    struct mapper *m;
    struct table questions, answers;
    const char *split;
};

static bool is_header(str cell)
{
    int64_t number;
    return !str_to_int(str_trim(cell), &number);
}

static void take_question(struct join *j, const struct csv_row *row)
{
    table_add(
        &j->questions, arena_copy(&j->m->arena, csv_cell(row, 0)),
        arena_copy(&j->m->arena, str_trim(csv_cell(row, row->count - 1))));
}

/* answer.csv: id, question id, text */
static void take_answer(struct join *j, const struct csv_row *row)
{
    struct entry *question = table_find(&j->questions, csv_cell(row, 1));
    size_t index = j->answers.entries.count;
    struct entry *answer =
        table_add(&j->answers, arena_copy(&j->m->arena, csv_cell(row, 0)),
                  arena_copy(&j->m->arena, str_trim(csv_cell(row, 2))));
    if (question && answer)
        vec_push(&question->answers, &index);
    else
        map_note(j->m,
                 question ? "duplicate_answer" : "answer_without_question");
}

/* train: question, positive, negative; dev and test: question, answer, count,
 * label. */
static void take_candidate(struct join *j, const struct csv_row *row)
{
    struct entry *question = table_find(&j->questions, csv_cell(row, 0));
    if (!question)
        return;
    question->split = j->split;
    str negative = csv_cell(row, row->count == 3 ? 2 : 1);
    bool is_negative =
        row->count == 3 || str_equal(str_trim(csv_cell(row, 3)), STR("0"));
    if (is_negative && question->negatives.count < NEGATIVES_MAX)
        *(str *)vec_add(&question->negatives) =
            arena_copy(&j->m->arena, str_trim(negative));
    else if (is_negative)
        map_note(j->m, "negatives_beyond_100");
}

static void read_part(struct join *j, const struct group_file *file,
                      void (*take)(struct join *, const struct csv_row *))
{
    struct csv *in = csv_over(memory_source(file->text, NULL), file->name.ptr,
                              (struct csv_options){0}, NULL);
    struct csv_row row;
    while (in && csv_next(in, &row, NULL)) {
        if (row.fault)
            outcome_reject(j->m->out, file->name.ptr, row.line,
                           STR("bad_csv_row"), str_of(row.fault), row.raw);
        else if (row.count >= 2 && !is_header(row.cells[0]))
            take(j, &row);
    }
    csv_close(in);
}

static void emit_question(struct join *j, const struct entry *question)
{
    struct mapper *m = j->m;
    map_question(m, question->text);
    map_id(m, question->id);
    m->record.split = str_of(question->split);
    struct buf more;
    buf_init(&more, BUF_MAX);
    struct json_out out = json_out(&more);
    json_begin(&out, '[');
    for (size_t i = 0; i < question->answers.count; i++) {
        size_t at = *(size_t *)vec_at(&question->answers, i);
        const struct entry *answer = vec_at(&j->answers.entries, at);
        if (i == 0)
            m->record.question.answer = answer->text;
        else
            json_put_str(&out, answer->text);
    }
    json_end(&out, ']');
    json *list = json_parse(buf_str(&more), NULL);
    map_label(m, "further_answers", list);
    json_free(list);
    buf_reset(&more);
    for (size_t i = 0; i < question->negatives.count; i++) {
        const struct entry *negative =
            table_find(&j->answers, *(str *)vec_at(&question->negatives, i));
        buf_printf(&more, i ? " " STR_FMT : STR_FMT,
                   STR_ARG(*(str *)vec_at(&question->negatives, i)));
        if (i == 0 && negative)
            map_label_str(m, "negative_answer", negative->text);
    }
    map_label_str(m, "negative_ids", arena_copy(&m->arena, buf_str(&more)));
    buf_release(&more);
    map_emit(m);
}

static void map_group(struct mapper *m, const struct group_file *files,
                      size_t count)
{
    struct join j = {.m = m};
    table_init(&j.questions);
    table_init(&j.answers);
    static const enum part order[] = {PART_QUESTION, PART_ANSWER,
                                      PART_CANDIDATES};
    static void (*const takes[])(struct join *, const struct csv_row *) = {
        take_question, take_answer, take_candidate};
    for (size_t pass = 0; pass < 3; pass++) {
        for (size_t i = 0; i < count; i++) {
            str base = fs_base_name(files[i].name);
            j.split = str_contains(base, STR("train")) ? "train"
                      : str_contains(base, STR("dev")) ? "dev"
                                                       : "test";
            if (part_of(files[i].name) == order[pass])
                read_part(&j, &files[i], takes[pass]);
        }
    }
    for (size_t i = 0; i < j.questions.entries.count; i++)
        emit_question(&j, vec_at(&j.questions.entries, i));
    table_release(&j.questions);
    table_release(&j.answers);
}

const struct format format_cmedqa = {
    .name = "cmedqa",
    .title = "cMedQA",
    .lang = "zh",
    .layout = "a folder or archive of question.csv, answer.csv and "
              "*_candidates.txt joined on their ids",
    .labels = "meta or --labels: further_answers, negative_ids, "
              "negative_answer; split from the candidate files",
    .shapes = SHAPE_GROUP,
    .group_of = group_of,
    .map_group = map_group,
};
