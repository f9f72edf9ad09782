/* format_cmedqa.c - cMedQA 1 and 2: questions, answers and candidate lists in
 * three kinds of files that name each other's ids. One record a question: its
 * first gold answer is the answer, further ones and the negatives of the
 * candidate lists are labels. The files are joined on disk (shelf.h), so their
 * size does not matter. */
#include <assert.h>
#include <string.h>

#include "base/csv.h"
#include "base/fs.h"
#include "corpus/mapping.h"
#include "corpus/shelf.h"
#include "corpus/spool.h"

enum { NEGATIVES_MAX = 100 };

/* Spaces of the shelf: texts by id; ids of answers by question. */
enum { QUESTION, ANSWER, GOLD, NEGATIVE, SPLIT };

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

/* The folder: versions 1 and 2 side by side are two sets. */
static str group_of(str name)
{
    if (part_of(name) == PART_NONE)
        return STR("");
    str base = fs_base_name(name);
    return base.len < name.len ? str_slice(name, 0, name.len - base.len)
                               : STR("./");
}

struct join {
    struct mapper *m;
    struct shelf *shelf;
    const char *split;
    struct err why;
    str last; /* question of the last candidate row, in `last_text` */
    char last_text[64];
};

static bool put(struct join *j, int space, str key, str text)
{
    return shelf_put(j->shelf, space, str_trim(key), str_trim(text), &j->why);
}

static bool take_question(struct join *j, const struct csv_row *row)
{
    return put(j, QUESTION, csv_cell(row, 0), csv_cell(row, row->count - 1));
}

/* answer.csv: id, question id, text */
static bool take_answer(struct join *j, const struct csv_row *row)
{
    return put(j, ANSWER, csv_cell(row, 0), csv_cell(row, 2)) &&
           put(j, GOLD, csv_cell(row, 1), csv_cell(row, 0));
}

/* train: question, positive, negative; dev and test: question, answer, count,
 * label. */
static bool take_candidate(struct join *j, const struct csv_row *row)
{
    str question = csv_cell(row, 0);
    bool train = row->count == 3;
    if (!str_equal(question, j->last)) {
        if (!put(j, SPLIT, question, str_of(j->split)))
            return false;
        j->last.ptr = j->last_text;
        j->last.len = question.len < sizeof j->last_text ? question.len : 0;
        memcpy(j->last_text, question.ptr, j->last.len);
    }
    if (!train && !str_equal(str_trim(csv_cell(row, 3)), STR("0")))
        return true;
    return put(j, NEGATIVE, question, csv_cell(row, train ? 2 : 1));
}

static bool read_part(struct join *j, const struct group_file *file,
                      bool (*take)(struct join *, const struct csv_row *))
{
    assert(take); /* files of no part are in no group */
    struct csv *in =
        csv_over(spool_source(file->spool, file->span), file->name.ptr,
                 (struct csv_options){.row_bytes_max = ROW_BYTES_MAX}, &j->why);
    struct csv_row row;
    int64_t number;
    bool ok = in != NULL;
    while (ok && csv_next(in, &row, &j->why)) {
        if (row.fault)
            map_reject_line(j->m, file->name.ptr, row.line, "bad_csv_row",
                            row.fault, row.raw);
        else if (row.count >= 2 && str_to_int(str_trim(row.cells[0]), &number))
            ok = take(j, &row); /* else a header */
        map_group_flush(j->m);
    }
    csv_close(in);
    return ok && j->why.code == ERR_NONE;
}

/* --- one question --- */

struct item {
    struct join *j;
    struct buf further, negatives;
    str last_answer;
    size_t gold, negative_count;
};

static bool add_gold(str question, str id, void *ctx)
{
    (void)question;
    struct item *item = ctx;
    struct mapper *m = item->j->m;
    if (item->gold && str_equal(id, item->last_answer)) {
        map_note(m, "duplicate_answer");
        return true;
    }
    item->last_answer = arena_copy(&m->arena, id);
    str text = shelf_get(item->j->shelf, ANSWER, id, &m->arena);
    if (item->gold++ == 0) {
        m->record.question.answer = text;
    } else {
        buf_add(&item->further, item->further.len ? STR(",") : STR("["));
        json_escape(&item->further, text);
    }
    return true;
}

static bool add_negative(str question, str id, void *ctx)
{
    (void)question;
    struct item *item = ctx;
    struct mapper *m = item->j->m;
    if (item->negative_count++ >= NEGATIVES_MAX) {
        map_note(m, "negatives_beyond_100");
        return true;
    }
    if (item->negative_count == 1)
        map_label_str(m, "negative_answer",
                      shelf_get(item->j->shelf, ANSWER, id, &m->arena));
    else
        buf_add_char(&item->negatives, ' ');
    buf_add(&item->negatives, id);
    return true;
}

static void put_further(struct mapper *m, struct buf *list)
{
    if (list->len == 0)
        return;
    buf_add_char(list, ']');
    json *value = json_parse(buf_str(list), NULL);
    map_label(m, "further_answers", value);
    json_free(value);
}

static bool emit_question(str id, str text, void *ctx)
{
    struct join *j = ctx;
    struct mapper *m = j->m;
    if (!map_group_next(m))
        return false;
    struct item item = {.j = j};
    buf_init(&item.further, BUF_MAX);
    buf_init(&item.negatives, BUF_MAX);
    map_question(m, arena_copy(&m->arena, text));
    map_id(m, arena_copy(&m->arena, id));
    m->record.split = shelf_get(j->shelf, SPLIT, id, &m->arena);
    bool ok = shelf_each(j->shelf, GOLD, id, add_gold, &item, &j->why);
    put_further(m, &item.further);
    ok = ok && shelf_each(j->shelf, NEGATIVE, id, add_negative, &item, &j->why);
    map_label_str(m, "negative_ids",
                  arena_copy(&m->arena, buf_str(&item.negatives)));
    if (ok)
        map_emit(m);
    buf_release(&item.further);
    buf_release(&item.negatives);
    return ok;
}

static bool count_orphans(struct join *j, int space, const char *remark)
{
    uint64_t count = 0;
    bool ok = shelf_orphans(j->shelf, space, QUESTION, &count, &j->why);
    if (count)
        map_count(&j->m->out->notes, str_of(remark), count);
    return ok;
}

static bool read_parts(struct join *j, const struct group_file *files,
                       size_t count)
{
    static bool (*const takes[])(struct join *, const struct csv_row *) = {
        [PART_QUESTION] = take_question,
        [PART_ANSWER] = take_answer,
        [PART_CANDIDATES] = take_candidate};
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        str base = fs_base_name(files[i].name);
        j->split = str_contains(base, STR("train")) ? "train"
                   : str_contains(base, STR("dev")) ? "dev"
                                                    : "test";
        j->last = STR("");
        ok = read_part(j, &files[i], takes[part_of(files[i].name)]);
    }
    return ok;
}

static void map_group(struct mapper *m, const struct group_file *files,
                      size_t count)
{
    struct join j = {.m = m};
    j.shelf = shelf_open(&j.why);
    bool ok = j.shelf && read_parts(&j, files, count) &&
              shelf_walk(j.shelf, QUESTION, emit_question, &j, &j.why) &&
              count_orphans(&j, GOLD, "answer_without_question") &&
              count_orphans(&j, NEGATIVE, "candidate_without_question");
    if (!ok || j.why.code != ERR_NONE)
        map_reject(m, "join_failed", "%s", j.why.message);
    shelf_close(j.shelf);
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
