/* answer.c - see answer.h. A journal row is (model, repeat, item), numbered in
 * that order; its steps are the turns of a consultation. */
#include "bench/answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/asset.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/sink.h"
#include "llm/ask.h"
#include "bench/offline.h"
#include "llm/open.h"

enum { FILE_BYTES_MAX = 4 << 20, TURNS_MAX = ASK_STEPS_MAX };

/* --- configuration --- */

static const char *const presets[] = {"publication", "greedy", "engine", NULL};
static const char *const histories[] = {"self", "gold", NULL};

static const struct field model_fields[] = {
    {"name", FIELD_STR, offsetof(struct answer_model, name),
     .doc = "of the model in all tables"},
    {"engine", FIELD_STRUCT, offsetof(struct answer_model, engine),
     .sub = &llm_config_schema, .doc = "what answers for it"},
    {"quality", FIELD_NUMBER, offsetof(struct answer_model, quality), .min = 0,
     .max = 1, .fallback = "0.7",
     .doc = "simulator: share of right answers and of kept sentences"},
    {0}};
static const struct schema model_schema = {.name = "model",
                                           .fields = model_fields,
                                           .struct_bytes =
                                               sizeof(struct answer_model)};

static const struct field config_fields[] = {
    {"items", FIELD_STRS, offsetof(struct answer_config, items),
     .doc = "files of question and consultation records"},
    {"models", FIELD_STRUCTS, offsetof(struct answer_config, models),
     .sub = &model_schema, .doc = "who answers, in order"},
    {"preset", FIELD_CHOICE, offsetof(struct answer_config, preset),
     .choices = presets, .fallback = "publication",
     .doc = "decoding: as published, greedy, or as the engine's group says"},
    {"history", FIELD_CHOICE, offsetof(struct answer_config, history),
     .choices = histories, .fallback = "self",
     .doc = "earlier answers of a consultation: the model's own or the "
            "reference's"},
    {"system", FIELD_STR, offsetof(struct answer_config, system),
     .optional = true, .doc = "file with a system prompt"},
    {"repeats", FIELD_INT, offsetof(struct answer_config, repeats), .min = 1,
     .max = 1000, .fallback = "1", .doc = "answers to every item"},
    {"seed", FIELD_INT, offsetof(struct answer_config, seed), .min = 0,
     .max = 9e15, .fallback = "42", .doc = "of all random choices"},
    {0}};
const struct schema answer_config_schema = {.name = "bench answer",
                                            .fields = config_fields,
                                            .struct_bytes =
                                                sizeof(struct answer_config)};

static bool check_models(const struct list *models, struct err *err)
{
    for (size_t i = 0; i < models->count; i++) {
        str name = LIST_AT(*models, struct answer_model, i)->name;
        if (!name.len)
            return err_set(err, ERR_CONFIG, "models[%zu]: empty name", i);
        for (size_t k = 0; k < i; k++)
            if (str_equal(name, LIST_AT(*models, struct answer_model, k)->name))
                return err_set(err, ERR_CONFIG,
                               "models: '" STR_FMT "' stands twice",
                               STR_ARG(name));
    }
    return models->count > 0 || err_set(err, ERR_CONFIG, "models: none given");
}

/* --- the run --- */

struct reply {
    str text, model, finish_reason, error;
    int64_t prompt_tokens, completion_tokens;
};

struct cell {
    struct vec replies; /* struct reply, by turn */
};

struct answer_run {
    const struct answer_config *config;
    struct record_set set;
    struct store *store;
    const char *folder;
    str system;         /* prompt, or empty */
    struct cell *cells; /* owned; of all models */
    size_t model;       /* at work */
    struct arena arena;
    struct answer_summary summary;
};

static size_t rows_per_model(const struct answer_run *run)
{
    return (size_t)run->config->repeats * run->set.records.count;
}

static const struct record *item_of(const struct answer_run *run, uint64_t row)
{
    return LIST_AT(run->set.records, struct record,
                   row % run->set.records.count);
}

static size_t turns_of(const struct record *r)
{
    return r->kind == RECORD_QUESTION ? 1 : r->consultation.turns.count;
}

static struct cell *cell_of(const struct answer_run *run, uint64_t row)
{
    return &run->cells[run->model * rows_per_model(run) + row];
}

static bool check_items(struct answer_run *run, struct err *err)
{
    for (size_t i = 0; i < run->set.records.count; i++) {
        const struct record *r = LIST_AT(run->set.records, struct record, i);
        if (r->kind != RECORD_QUESTION && r->kind != RECORD_CONSULTATION)
            return err_set(err, ERR_FORMAT,
                           "item '" STR_FMT "' is neither a question nor a "
                           "consultation",
                           STR_ARG(r->id));
        if (turns_of(r) == 0 || turns_of(r) >= TURNS_MAX)
            return err_set(err, ERR_LIMIT,
                           "item '" STR_FMT "' has %zu turns, allowed: 1 to %d",
                           STR_ARG(r->id), turns_of(r), TURNS_MAX - 1);
    }
    return run->set.records.count > 0 ||
           err_set(err, ERR_FORMAT, "items: no record in these files");
}

static bool keep_same(struct answer_run *run, const char *key, str value,
                      struct err *err)
{
    str before;
    if (!store_get(run->store, key, &run->arena, &before))
        return store_put(run->store, key, value, err);
    return str_equal(before, value) ||
           err_set(err, ERR_CONFLICT,
                   "%s: the run was begun with %s " STR_FMT
                   ", now it is " STR_FMT "; take another folder",
                   run->folder, key, STR_ARG(before), STR_ARG(value));
}

/* What may not change between two calls on the same folder. */
static bool check_identity(struct answer_run *run, struct err *err)
{
    const struct answer_config *c = run->config;
    struct buf items;
    buf_init(&items, BUF_MAX);
    for (size_t i = 0; i < run->set.records.count; i++)
        record_write(LIST_AT(run->set.records, struct record, i), &items);
    str value = arena_printf(
        &run->arena,
        STR_FMT ", " STR_FMT ", %lld repeats, seed %lld, system %016llx, items "
                "%016llx",
        STR_ARG(c->preset), STR_ARG(c->history), (long long)c->repeats,
        (long long)c->seed, (unsigned long long)str_hash(run->system),
        (unsigned long long)str_hash(buf_str(&items)));
    buf_release(&items);
    bool ok = keep_same(run, "settings", value, err);
    for (size_t i = 0; ok && i < c->models.count; i++) {
        char key[40];
        snprintf(key, sizeof key, "model %zu", i);
        ok = keep_same(run, key,
                       LIST_AT(c->models, struct answer_model, i)->name, err);
    }
    return ok;
}

static bool read_system(struct answer_run *run, struct err *err)
{
    if (!run->config->system.len)
        return true;
    struct buf text;
    buf_init(&text, FILE_BYTES_MAX);
    bool ok = fs_read(arena_cstr(&run->arena, run->config->system), &text, err);
    run->system = arena_copy(&run->arena, str_trim(buf_str(&text)));
    buf_release(&text);
    return ok;
}

static bool load_items(struct answer_run *run, struct err *err)
{
    const struct list *items = &run->config->items;
    const char **paths =
        arena_array(&run->arena, items->count + 1, sizeof *paths);
    for (size_t i = 0; i < items->count; i++)
        paths[i] = arena_cstr(&run->arena, *LIST_AT(*items, str, i));
    return record_set_load(&run->set, items->count, paths, NULL, NULL, err);
}

struct answer_run *answer_open(const struct answer_config *config,
                               const char *folder, struct err *err)
{
    struct answer_run *run = mem_zero(1, sizeof *run);
    run->config = config;
    run->folder = folder;
    arena_init(&run->arena);
    if (!check_models(&config->models, err) || !load_items(run, err)) {
        arena_release(&run->arena);
        free(run);
        return NULL;
    }
    run->summary.unreadable = run->set.bad_count;
    if (check_items(run, err) && read_system(run, err) &&
        fs_make_folder(folder, err) &&
        (run->store =
             store_open(fs_join(&run->arena, folder, "run.db"), err)) &&
        check_identity(run, err)) {
        run->summary.items = run->set.records.count;
        size_t cells = config->models.count * rows_per_model(run);
        run->cells = mem_zero(cells + 1, sizeof *run->cells);
        for (size_t i = 0; i < cells; i++)
            vec_init(&run->cells[i].replies, sizeof(struct reply));
        return run;
    }
    answer_close(run);
    return NULL;
}

void answer_close(struct answer_run *run)
{
    if (!run)
        return;
    size_t cells = run->config->models.count * rows_per_model(run);
    for (size_t i = 0; run->cells && i < cells; i++)
        vec_release(&run->cells[i].replies);
    free(run->cells);
    if (run->store)
        store_close(run->store);
    record_set_release(&run->set);
    arena_release(&run->arena);
    free(run);
}

/* --- messages --- */

static str exam_words(str lang, struct arena *arena)
{
    str text;
    str code = str_slice(lang, 0, 2);
    if (!asset_get(
            arena_cstr(arena,
                       arena_printf(arena, "prompts/bench/" STR_FMT "/exam.txt",
                                    STR_ARG(code))),
            &text, arena, NULL) &&
        !asset_get("prompts/bench/en/exam.txt", &text, arena, NULL))
        return STR("");
    str version, rest;
    return str_cut(text, '\n', &version, &rest) ? str_trim(rest) : text;
}

static str question_text(const struct record *r, struct arena *arena)
{
    const struct question *q = &r->question;
    struct buf out;
    buf_init(&out, 16 << 20);
    if (q->case_text.len)
        buf_printf(&out, STR_FMT "\n\n", STR_ARG(q->case_text));
    buf_add(&out, q->question);
    for (size_t i = 0; i < q->options.count; i++) {
        const struct option *o = LIST_AT(q->options, struct option, i);
        buf_printf(&out, "\n" STR_FMT ". " STR_FMT, STR_ARG(o->key),
                   STR_ARG(o->text));
    }
    if (q->options.count)
        buf_printf(&out, "\n\n" STR_FMT, STR_ARG(exam_words(r->lang, arena)));
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static str turn_text(const struct record *r, size_t turn, struct arena *arena)
{
    const struct consultation *c = &r->consultation;
    str question = LIST_AT(c->turns, struct consultation_turn, turn)->question;
    if (turn > 0 || !c->case_text.len)
        return question;
    return arena_printf(arena, STR_FMT "\n\n" STR_FMT, STR_ARG(c->case_text),
                        STR_ARG(question));
}

static str earlier_answer(const struct answer_run *run, uint64_t row,
                          const struct record *r, size_t turn)
{
    const struct consultation_turn *t =
        LIST_AT(r->consultation.turns, struct consultation_turn, turn);
    if (str_equal(run->config->history, STR("gold")))
        return t->answer.len ? t->answer : t->reference;
    const struct vec *replies = &cell_of(run, row)->replies;
    return turn < replies->count
               ? ((const struct reply *)vec_at(replies, turn))->text
               : STR("");
}

static void fill_messages(const struct answer_run *run, uint64_t row,
                          int64_t step, struct arena *arena,
                          struct llm_request *request)
{
    const struct record *r = item_of(run, row);
    struct llm_message *m = arena_array(arena, 2 * (size_t)step + 2, sizeof *m);
    size_t n = 0;
    if (run->system.len)
        m[n++] = (struct llm_message){LLM_SYSTEM, run->system};
    for (size_t t = 0; t < (size_t)step; t++) {
        m[n++] = (struct llm_message){LLM_USER, turn_text(r, t, arena)};
        m[n++] =
            (struct llm_message){LLM_ASSISTANT, earlier_answer(run, row, r, t)};
    }
    m[n++] =
        (struct llm_message){LLM_USER, r->kind == RECORD_QUESTION
                                           ? question_text(r, arena)
                                           : turn_text(r, (size_t)step, arena)};
    request->messages = m;
    request->message_count = n;
}

static struct llm_sampling sampling_of(const struct answer_run *run,
                                       int64_t seed)
{
    const struct answer_model *model =
        LIST_AT(run->config->models, struct answer_model, run->model);
    struct llm_sampling s =
        llm_config_sampling(&model->engine, LLM_WRITER, seed);
    if (str_equal(run->config->preset, STR("publication"))) {
        s.temperature = 0.5;
        s.top_p = 0.7;
        s.repetition_penalty = 1.1;
        s.tokens_max = 1024;
    } else if (str_equal(run->config->preset, STR("greedy"))) {
        s.temperature = 0;
        s.top_p = 1;
        s.repetition_penalty = 0;
        s.tokens_max = 1024;
    }
    return s;
}

static void make_request(uint64_t row, int64_t step, struct arena *arena,
                         struct llm_request *request, void *ctx)
{
    struct answer_run *run = ctx;
    int64_t repeat = (int64_t)(row / run->set.records.count);
    fill_messages(run, row, step, arena, request);
    request->part = LLM_WRITER;
    request->sampling = sampling_of(run, run->config->seed + repeat);
    str name =
        LIST_AT(run->config->models, struct answer_model, run->model)->name;
    struct examinee_brief *brief = arena_alloc(arena, sizeof *brief);
    *brief =
        (struct examinee_brief){item_of(run, row), (size_t)step, repeat,
                                (uint64_t)run->config->seed + str_hash(name)};
    request->brief = brief;
}

/* --- replies --- */

static bool take_reply(uint64_t row, int64_t step,
                       const struct store_reply *reply, void *ctx)
{
    struct answer_run *run = ctx;
    *(struct reply *)vec_add(&cell_of(run, row)->replies) = (struct reply){
        .text = arena_copy(&run->arena, reply->text),
        .model = arena_copy(&run->arena, reply->model),
        .finish_reason = arena_copy(&run->arena, reply->finish_reason),
        .prompt_tokens = reply->prompt_tokens,
        .completion_tokens = reply->completion_tokens};
    return (size_t)step + 1 >= turns_of(item_of(run, row));
}

static void fail_rest(uint64_t row, int64_t step, str reason, void *ctx)
{
    struct answer_run *run = ctx;
    for (size_t t = (size_t)step; t < turns_of(item_of(run, row)); t++)
        *(struct reply *)vec_add(&cell_of(run, row)->replies) =
            (struct reply){.error = arena_copy(&run->arena, reason)};
}

static struct llm *open_engine(struct answer_run *run, struct err *err)
{
    struct answer_model *model =
        LIST_AT(run->config->models, struct answer_model, run->model);
    if (!str_equal(model->engine.kind, STR("simulator")))
        return llm_open(&model->engine, (uint64_t)run->config->seed, err);
    return llm_open_record(
        offline_open("simulated-examinee", offline_examinee, &model->quality),
        &model->engine, err);
}

bool answer_work(struct answer_run *run, bool (*stop)(void), struct err *err)
{
    bool ok = true;
    for (size_t m = 0; ok && m < run->config->models.count; m++) {
        run->model = m;
        struct llm *llm = open_engine(run, err);
        if (!llm)
            return false;
        struct ask ask = {.store = run->store,
                          .llm = llm,
                          .first = m * rows_per_model(run),
                          .count = rows_per_model(run),
                          .request = make_request,
                          .take = take_reply,
                          .fail = fail_rest,
                          .stop = stop,
                          .ctx = run};
        ok = ask_run(&ask, err);
        run->summary.asked += ask.asked;
        run->summary.recalled += ask.recalled;
        llm_close(llm);
    }
    return ok;
}

void answer_estimate(struct answer_run *run, uint64_t *requests,
                     int64_t *prompt_tokens)
{
    struct arena arena;
    arena_init(&arena);
    *requests = 0;
    *prompt_tokens = 0;
    for (uint64_t row = 0; row < rows_per_model(run); row++)
        for (size_t t = 0; t < turns_of(item_of(run, row)); t++) {
            struct llm_request request = {0};
            arena_reset(&arena);
            fill_messages(run, row, (int64_t)t, &arena, &request);
            *prompt_tokens +=
                llm_estimate_prompt(request.messages, request.message_count);
            ++*requests;
        }
    arena_release(&arena);
}

/* --- answers.jsonl --- */

static void put_reply(const struct answer_run *run, uint64_t row, size_t turn,
                      const struct reply *reply, struct buf *out)
{
    const struct answer_model *model =
        LIST_AT(run->config->models, struct answer_model, run->model);
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    json_key(&j, "id");
    json_put_str(&j, item_of(run, row)->id);
    json_key(&j, "model");
    json_put_str(&j, model->name);
    json_key(&j, "repeat");
    json_put_int(&j, (int64_t)(row / run->set.records.count));
    json_key(&j, "turn");
    json_put_int(&j, (int64_t)turn);
    json_key(&j, "answer");
    if (reply->error.len)
        json_put_null(&j);
    else
        json_put_str(&j, reply->text);
    json_key(&j, "engine");
    json_put_str(&j, model->engine.kind);
    json_key(&j, "engine_model");
    json_put_str_or_null(&j, reply->model);
    json_key(&j, "finish_reason");
    json_put_str_or_null(&j, reply->finish_reason);
    json_key(&j, "error");
    json_put_str_or_null(&j, reply->error);
    json_key(&j, "prompt_tokens");
    json_put_int(&j, reply->prompt_tokens);
    json_key(&j, "completion_tokens");
    json_put_int(&j, reply->completion_tokens);
    json_end(&j, '}');
    buf_add_char(out, '\n');
}

bool answer_finish(struct answer_run *run, struct answer_summary *summary,
                   struct err *err)
{
    struct sink *sink =
        sink_open(fs_join(&run->arena, run->folder, "answers.jsonl"), err);
    if (!sink)
        return false;
    struct buf line;
    buf_init(&line, BUF_MAX);
    for (run->model = 0; run->model < run->config->models.count; run->model++)
        for (uint64_t row = 0; row < rows_per_model(run); row++) {
            const struct vec *replies = &cell_of(run, row)->replies;
            for (size_t t = 0; t < replies->count; t++) {
                const struct reply *reply = vec_at(replies, t);
                buf_reset(&line);
                put_reply(run, row, t, reply, &line);
                sink_write(sink, buf_str(&line));
                run->summary.answers++;
                run->summary.failed += reply->error.len > 0;
            }
        }
    buf_release(&line);
    struct store_usage usage;
    if (!sink_close(sink, err) || !store_sum_usage(run->store, &usage, err))
        return false;
    run->summary.prompt_tokens = usage.prompt_tokens;
    run->summary.completion_tokens = usage.completion_tokens;
    run->summary.cost = usage.cost;
    *summary = run->summary;
    return true;
}
