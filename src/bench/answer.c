/* answer.c - see answer.h. A journal row is (model, repeat, item), numbered in
 * that order; its steps are the turns of a consultation. */
#include "bench/answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/progress.h"
#include "base/sink.h"
#include "bench/batch.h"
#include "bench/preset.h"
#include "llm/ask.h"
#include "llm/open.h"

static const double NOTHING_LEFT = 1e-12;
enum { FILE_BYTES_MAX = 4 << 20, TURNS_MAX = ASK_STEPS_MAX };

/* --- the run --- */

struct reply {
    str text, model, finish_reason, error;
    int64_t prompt_tokens, completion_tokens;
};

struct cell {
    struct vec replies; /* struct reply, by turn */
};

/* How a model is asked. */
struct voice {
    str system; /* text, or empty */
    str prompt; /* of exam items */
    str preset;
    struct llm_sampling sampling; /* but for the seed */
};

struct answer_run {
    const struct answer_config *config;
    struct record_set set;
    struct store *store;
    const char *folder;
    struct voice *voices;      /* in arena; of all models */
    struct quiz *quiz;         /* owned */
    struct cell *cells;        /* owned; of all models */
    size_t model;              /* at work */
    struct batch *batch;       /* borrowed, or NULL */
    struct progress *progress; /* at work only */
    struct progress_state state;
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
    return r->kind == RECORD_CONSULTATION ? r->consultation.turns.count : 1;
}

static struct cell *cell_of(const struct answer_run *run, uint64_t row)
{
    return &run->cells[run->model * rows_per_model(run) + row];
}

/* A dialogue can be answered when the patient's side spoke last. */
static bool waits_for_answer(const struct record *r)
{
    const struct list *turns = &r->dialogue.turns;
    return r->kind == RECORD_DIALOGUE && turns->count > 0 &&
           role_side(LIST_AT(*turns, struct turn, turns->count - 1)->role) ==
               ROLE_PATIENT;
}

static bool check_items(struct answer_run *run, struct err *err)
{
    for (size_t i = 0; i < run->set.records.count; i++) {
        const struct record *r = LIST_AT(run->set.records, struct record, i);
        if (r->kind != RECORD_QUESTION && r->kind != RECORD_CONSULTATION &&
            !waits_for_answer(r))
            return err_set(err, ERR_FORMAT,
                           "item '" STR_FMT "' is no question, no consultation "
                           "and no dialogue that waits for an answer",
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

static str voice_text(struct answer_run *run, size_t model)
{
    const struct voice *v = &run->voices[model];
    return arena_printf(
        &run->arena, STR_FMT " (" STR_FMT ", " STR_FMT ", system %016llx)",
        STR_ARG(LIST_AT(run->config->models, struct answer_model, model)->name),
        STR_ARG(v->preset), STR_ARG(v->prompt),
        (unsigned long long)str_hash(v->system));
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
        STR_FMT ", %lld repeats, seed %lld, exam %016llx, items %016llx",
        STR_ARG(c->history), (long long)c->repeats, (long long)c->seed,
        (unsigned long long)quiz_hash(run->quiz),
        (unsigned long long)str_hash(buf_str(&items)));
    buf_release(&items);
    bool ok = keep_same(run, "settings", value, err);
    for (size_t i = 0; ok && i < c->models.count; i++) {
        char key[40];
        snprintf(key, sizeof key, "model %zu", i);
        ok = keep_same(run, key, voice_text(run, i), err);
    }
    return ok;
}

static bool read_system(struct answer_run *run, str path, str *system,
                        struct err *err)
{
    if (!path.len)
        return true;
    struct buf text;
    buf_init(&text, FILE_BYTES_MAX);
    bool ok = fs_read(arena_cstr(&run->arena, path), &text, err);
    *system = arena_copy(&run->arena, str_trim(buf_str(&text)));
    buf_release(&text);
    return ok;
}

static str first_given(str own, str common)
{
    return own.len ? own : common;
}

static bool make_voices(struct answer_run *run, struct err *err)
{
    const struct answer_config *c = run->config;
    run->voices =
        arena_array(&run->arena, c->models.count, sizeof *run->voices);
    for (size_t i = 0; i < c->models.count; i++) {
        const struct answer_model *m =
            LIST_AT(c->models, struct answer_model, i);
        struct voice *v = &run->voices[i];
        v->prompt = first_given(m->prompt, c->exam.prompt);
        v->preset = first_given(m->preset, c->preset);
        v->sampling = llm_config_sampling(&m->engine, LLM_WRITER, c->seed);
        if (!read_system(run, first_given(m->system, c->system), &v->system,
                         err) ||
            !quiz_check_prompt(v->prompt, &run->arena, err) ||
            !preset_apply(v->preset, &v->sampling, &run->arena, err))
            return false;
    }
    return true;
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

static bool open_journal(struct answer_run *run, struct err *err)
{
    if (!run->folder)
        return true;
    if (!fs_make_folder(run->folder, err))
        return false;
    const char *path = fs_join(&run->arena, run->folder, "run.db");
    run->store = store_open(path, err);
    return run->store && check_identity(run, err);
}

struct answer_run *answer_open(const struct answer_config *config,
                               const char *folder, struct err *err)
{
    struct answer_run *run = mem_zero(1, sizeof *run);
    run->config = config;
    run->folder = folder;
    arena_init(&run->arena);
    if (!answer_config_check(config, err) || !load_items(run, err)) {
        arena_release(&run->arena);
        free(run);
        return NULL;
    }
    run->summary.unreadable = run->set.bad_count;
    if (check_items(run, err) && make_voices(run, err) &&
        (run->quiz = quiz_open(&config->exam, &run->set, (uint64_t)config->seed,
                               err)) &&
        open_journal(run, err)) {
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
    quiz_close(run->quiz);
    record_set_release(&run->set);
    arena_release(&run->arena);
    free(run);
}

/* --- messages --- */

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

static str order_of(const struct answer_run *run, uint64_t row,
                    struct arena *arena)
{
    return quiz_order(run->quiz, item_of(run, row),
                      (int64_t)(row / run->set.records.count), arena);
}

static void add_message(struct vec *messages, enum llm_role role, str content)
{
    *(struct llm_message *)vec_add(messages) =
        (struct llm_message){role, content};
}

/* The turns of a dialogue as a talk of user and assistant. */
static void add_talk(struct vec *messages, const struct dialogue *d)
{
    for (size_t i = 0; i < d->turns.count; i++) {
        const struct turn *t = LIST_AT(d->turns, struct turn, i);
        enum role side = role_side(t->role);
        add_message(messages,
                    side == ROLE_SYSTEM    ? LLM_SYSTEM
                    : side == ROLE_PATIENT ? LLM_USER
                                           : LLM_ASSISTANT,
                    t->text);
    }
}

/* The record as it is shown. */
static const struct record *fill_messages(const struct answer_run *run,
                                          uint64_t row, int64_t step,
                                          struct arena *arena,
                                          struct llm_request *request)
{
    const struct record *r = item_of(run, row);
    const struct voice *v = &run->voices[run->model];
    struct vec messages;
    vec_init(&messages, sizeof(struct llm_message));
    if (v->system.len)
        add_message(&messages, LLM_SYSTEM, v->system);
    if (r->kind == RECORD_QUESTION) {
        r = quiz_shown(r, order_of(run, row, arena), arena);
        quiz_ask(run->quiz, v->prompt, r, arena, &messages);
    } else if (r->kind == RECORD_DIALOGUE) {
        add_talk(&messages, &r->dialogue);
    } else {
        for (size_t t = 0; t < (size_t)step; t++) {
            add_message(&messages, LLM_USER, turn_text(r, t, arena));
            add_message(&messages, LLM_ASSISTANT,
                        earlier_answer(run, row, r, t));
        }
        add_message(&messages, LLM_USER, turn_text(r, (size_t)step, arena));
    }
    struct list list = list_from_vec(arena, &messages);
    vec_release(&messages);
    request->messages = list.items;
    request->message_count = list.count;
    return r;
}

static void make_request(uint64_t row, int64_t step, struct arena *arena,
                         struct llm_request *request, void *ctx)
{
    struct answer_run *run = ctx;
    int64_t repeat = (int64_t)(row / run->set.records.count);
    struct llm_sampling *sampling = &request->sampling;
    const struct record *shown = fill_messages(run, row, step, arena, request);
    request->part = LLM_WRITER;
    *sampling = run->voices[run->model].sampling;
    if (sampling->seed >= 0)
        sampling->seed = run->config->seed + repeat;
    str name =
        LIST_AT(run->config->models, struct answer_model, run->model)->name;
    struct examinee_brief *brief = arena_alloc(arena, sizeof *brief);
    *brief =
        (struct examinee_brief){shown, (size_t)step, repeat,
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
    run->state.done++;
    run->state.cost += reply->cost;
    progress_update(run->progress, run->state);
    return (size_t)step + 1 >= turns_of(item_of(run, row));
}

static void fail_rest(uint64_t row, int64_t step, str reason, void *ctx)
{
    struct answer_run *run = ctx;
    for (size_t t = (size_t)step; t < turns_of(item_of(run, row)); t++) {
        *(struct reply *)vec_add(&cell_of(run, row)->replies) =
            (struct reply){.error = arena_copy(&run->arena, reason)};
        run->state.done++;
        run->state.failed++;
    }
    progress_update(run->progress, run->state);
}

/* The cap on money is for the whole run: what was spent on it before counts.
 * With nothing left, every request ends as one that the budget forbids. */
static bool cap_engine(struct answer_run *run, struct llm_config *engine,
                       struct err *err)
{
    double most = run->config->max_cost, *cap = &engine->caps.max_cost;
    struct store_usage usage;
    if (most <= 0)
        return true;
    if (!store_sum_usage(run->store, &usage, err))
        return false;
    double left = most > usage.cost ? most - usage.cost : NOTHING_LEFT;
    if (*cap <= 0 || left < *cap)
        *cap = left;
    return true;
}

/* Tells the requests of this run and model from all others. */
static uint64_t batch_key(struct answer_run *run)
{
    str settings = STR("");
    (void)store_get(run->store, "settings", &run->arena, &settings);
    return str_hash(settings) * 31 + str_hash(voice_text(run, run->model));
}

static struct llm *open_engine(struct answer_run *run,
                               struct llm_config *engine, struct err *err)
{
    struct answer_model *model =
        LIST_AT(run->config->models, struct answer_model, run->model);
    *engine = model->engine;
    if (run->batch)
        return batch_engine(run->batch, engine, model->name, batch_key(run),
                            err);
    if (!cap_engine(run, engine, err))
        return NULL;
    if (!str_equal(engine->kind, STR("simulator")))
        return llm_open(engine, (uint64_t)run->config->seed, err);
    return llm_open_record(
        offline_open("simulated-examinee", offline_examinee, &model->habits),
        engine, err);
}

static bool work_model(struct answer_run *run, bool (*stop)(void),
                       struct err *err)
{
    struct llm_config engine;
    struct llm *llm = open_engine(run, &engine, err);
    if (!llm)
        return false;
    struct ask ask = {.store = run->store,
                      .llm = llm,
                      .first = run->model * rows_per_model(run),
                      .count = rows_per_model(run),
                      .request = make_request,
                      .take = take_reply,
                      .fail = fail_rest,
                      .stop = stop,
                      .ctx = run};
    bool ok = ask_run(&ask, err);
    run->summary.asked += ask.asked;
    run->summary.recalled += ask.recalled;
    llm_close(llm);
    return ok;
}

bool answer_work(struct answer_run *run, struct batch *batch,
                 bool (*stop)(void), struct err *err)
{
    run->batch = batch;
    uint64_t turns = 0;
    for (uint64_t row = 0; row < rows_per_model(run); row++)
        turns += turns_of(item_of(run, row));
    run->progress = progress_new(
        (struct progress_options){.label = "answer",
                                  .unit = "answers",
                                  .total = turns * run->config->models.count,
                                  .currency = "cost"});
    bool ok = true;
    for (size_t m = 0; ok && m < run->config->models.count; m++) {
        run->model = m;
        ok = work_model(run, stop, err);
    }
    progress_finish(run->progress);
    run->progress = NULL;
    return ok;
}

struct answer_estimate answer_estimate(struct answer_run *run, size_t model)
{
    struct answer_estimate e = {0};
    struct arena arena;
    arena_init(&arena);
    run->model = model;
    for (uint64_t row = 0; row < rows_per_model(run); row++)
        for (size_t t = 0; t < turns_of(item_of(run, row)); t++) {
            struct llm_request request = {0};
            arena_reset(&arena);
            (void)fill_messages(run, row, (int64_t)t, &arena, &request);
            e.prompt_tokens +=
                llm_estimate_prompt(request.messages, request.message_count);
            e.requests++;
        }
    e.completion_tokens =
        (int64_t)e.requests * run->voices[model].sampling.tokens_max;
    arena_release(&arena);
    return e;
}

/* --- answers.jsonl --- */

static void put_reply(struct answer_run *run, uint64_t row, size_t turn,
                      const struct reply *reply, struct buf *out)
{
    const struct answer_model *model =
        LIST_AT(run->config->models, struct answer_model, run->model);
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    json_add_str(&j, "id", item_of(run, row)->id);
    json_add_str(&j, "model", model->name);
    json_add_int(&j, "repeat", (int64_t)(row / run->set.records.count));
    json_add_int(&j, "turn", (int64_t)turn);
    json_key(&j, "answer");
    if (reply->error.len)
        json_put_null(&j);
    else
        json_put_str(&j, reply->text);
    json_add_str(&j, "engine", model->engine.kind);
    json_add_str_or_null(&j, "engine_model", reply->model);
    json_add_str_or_null(&j, "finish_reason", reply->finish_reason);
    json_add_str_or_null(&j, "error", reply->error);
    json_add_str_or_null(&j, "order", order_of(run, row, &run->arena));
    json_add_int(&j, "prompt_tokens", reply->prompt_tokens);
    json_add_int(&j, "completion_tokens", reply->completion_tokens);
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
