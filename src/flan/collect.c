/* collect.c - see collect.h. */
#include "flan/collect.h"

#include "base/fs.h"
#include "base/map.h"
#include "corpus/import.h"

struct collecting {
    struct collection *into;
    struct map ids;
};

static void add_row(struct collecting *c, const struct record *record,
                    const char *unfit)
{
    struct collected *row = vec_add(&c->into->rows);
    *row = (struct collected){*record, unfit};
    uint64_t times = map_count(&c->ids, record->id, 1);
    if (times > 1)
        row->record.id =
            arena_printf(&c->into->arena, STR_FMT "#%llu", STR_ARG(record->id),
                         (unsigned long long)times);
}

static void add_dialogue(struct collecting *c, const struct record *record)
{
    const struct dialogue *d = &record->dialogue;
    if (d->turns.count != 2 ||
        role_side(LIST_AT(d->turns, struct turn, 0)->role) != ROLE_PATIENT) {
        add_row(c, record, "dialogue-of-many-turns");
        return;
    }
    struct record item = *record;
    item.kind = RECORD_QUESTION;
    item.question =
        (struct question){.question = LIST_AT(d->turns, struct turn, 0)->text,
                          .answer = LIST_AT(d->turns, struct turn, 1)->text};
    add_row(c, &item, NULL);
}

static void add_consultation(struct collecting *c, const struct record *record)
{
    const struct consultation *from = &record->consultation;
    for (size_t i = 0; i < from->turns.count; i++) {
        const struct consultation_turn *turn =
            LIST_AT(from->turns, struct consultation_turn, i);
        struct record item = *record;
        item.kind = RECORD_QUESTION;
        item.id = arena_printf(&c->into->arena, STR_FMT "-%zu",
                               STR_ARG(record->id), i + 1);
        item.case_id = record->case_id.len ? record->case_id : record->id;
        item.question = (struct question){
            .case_text = from->case_text,
            .question = turn->question,
            .answer = turn->reference.len ? turn->reference : turn->answer,
            .specialty = from->specialty};
        add_row(c, &item, NULL);
    }
    if (from->turns.count == 0)
        add_row(c, record, "consultation-without-turns");
}

/* A question that has a title of its own (posts in a forum) is read with it. */
static void add_question(struct collecting *c, const struct record *record)
{
    struct record item = *record;
    str title = record_meta(record, STR("title"));
    str question = record->question.question;
    if (title.len && !str_contains(question, title))
        item.question.question =
            question.len ? arena_printf(&c->into->arena, STR_FMT "\n" STR_FMT,
                                        STR_ARG(title), STR_ARG(question))
                         : title;
    add_row(c, &item, NULL);
}

static void add_record(struct collecting *c, const struct record *record)
{
    switch (record->kind) {
    case RECORD_QUESTION:
        add_question(c, record);
        break;
    case RECORD_DIALOGUE:
        add_dialogue(c, record);
        break;
    case RECORD_CONSULTATION:
        add_consultation(c, record);
        break;
    default:
        add_row(c, record, "patient-record");
    }
}

static bool read_records(struct collecting *c, const char *path,
                         struct err *err)
{
    struct records *in = records_open(path, err);
    if (!in)
        return false;
    enum records_step step;
    struct record record;
    do {
        step = records_next(in, &c->into->arena, &record, err);
        if (step == RECORDS_ONE)
            add_record(c, &record);
        c->into->rejected += step == RECORDS_BAD;
    } while (step == RECORDS_ONE || step == RECORDS_BAD);
    records_close(in);
    return step == RECORDS_END;
}

static bool import_one(struct collecting *c, const struct flan_input *input,
                       size_t number, const char *folder, struct err *err)
{
    struct arena *arena = &c->into->arena;
    const char *paths[1] = {arena_cstr(arena, input->path)};
    str name = arena_printf(arena, "input-%zu.jsonl", number + 1);
    str rejects = arena_printf(arena, "input-%zu.rejects.jsonl", number + 1);
    const char *out = fs_join(arena, folder, arena_cstr(arena, name));
    struct import_options options = {
        .paths = paths,
        .path_count = 1,
        .output = out,
        .rejects = fs_join(arena, folder, arena_cstr(arena, rejects))};
    if (input->format.len) {
        options.format = format_find(arena_cstr(arena, input->format));
        if (!options.format)
            return err_set(err, ERR_CONFIG,
                           "inputs[%zu].format: no format is called '" STR_FMT
                           "' (see import --list)",
                           number, STR_ARG(input->format));
    }
    struct import_report report;
    if (!import_run(&options, &report, err))
        return err_wrap(err, "inputs[%zu]", number);
    c->into->rejected += report.rejected_rows;
    bool read = report.records > 0;
    import_report_release(&report);
    if (!read)
        return err_set(err, ERR_FORMAT,
                       "inputs[%zu]: no record in '" STR_FMT "'", number,
                       STR_ARG(input->path));
    return read_records(c, out, err);
}

bool collect(const struct flan_config *config, const char *folder,
             struct collection *collection, struct err *err)
{
    *collection = (struct collection){0};
    vec_init(&collection->rows, sizeof(struct collected));
    arena_init(&collection->arena);
    struct collecting c = {.into = collection};
    map_init(&c.ids);
    bool ok = fs_make_folder(folder, err);
    for (size_t i = 0; ok && i < config->inputs.count; i++)
        ok = import_one(&c, LIST_AT(config->inputs, struct flan_input, i), i,
                        folder, err);
    map_release(&c.ids);
    if (!ok)
        collection_release(collection);
    return ok;
}

void collection_release(struct collection *collection)
{
    vec_release(&collection->rows);
    arena_release(&collection->arena);
}
