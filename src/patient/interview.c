/* interview.c - patients in batches, doctors in parallel; see interview.h. */
#include "patient/interview.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/sink.h"
#include "patient/export.h"
#include "patient/live.h"
#include "record/record.h"

enum { BATCH = 512 };

struct one {
    struct record record; /* of the patient */
    struct patient patient;
    uint64_t row;
    struct buf line;
    struct talk_counts counts;
    size_t turns;
};

struct job {
    const struct interview_wish *wish;
    const struct knowledge *knowledge;
    struct talk_room *rooms[LANG_COUNT];
    struct talk_worker **workers; /* worker * LANG_COUNT + lang */
    struct arena *arenas;         /* one a worker */
    size_t worker_count;
    struct one *batch;
    size_t batch_count;
    struct arena arena; /* of the batch */
    struct arena paths;
    struct store *store;
    struct interview_result *result;
    struct err *err;
};

static void close_job(struct job *job)
{
    for (size_t i = 0; job->workers && i < job->worker_count * LANG_COUNT; i++)
        talk_worker_free(job->workers[i]);
    for (size_t i = 0; job->arenas && i < job->worker_count; i++)
        arena_release(&job->arenas[i]);
    for (int l = 0; l < LANG_COUNT; l++)
        talk_room_close(job->rooms[l]);
    for (size_t i = 0; job->batch && i < BATCH; i++)
        buf_release(&job->batch[i].line);
    free(job->workers);
    free(job->arenas);
    free(job->batch);
    arena_release(&job->arena);
    arena_release(&job->paths);
}

static void prepare(struct job *job)
{
    job->worker_count = parallel_workers();
    job->workers =
        mem_zero(job->worker_count * LANG_COUNT, sizeof(struct talk_worker *));
    job->arenas = mem_zero(job->worker_count, sizeof(struct arena));
    job->batch = mem_zero(BATCH, sizeof(struct one));
    for (size_t i = 0; i < job->worker_count; i++)
        arena_init(&job->arenas[i]);
    for (size_t i = 0; i < BATCH; i++)
        buf_init(&job->batch[i].line, 4 << 20);
}

/* The room of a language is opened when the first patient speaks it. */
static bool open_room(struct job *job, enum lang lang)
{
    if (job->rooms[lang])
        return true;
    job->rooms[lang] = talk_room_open(job->knowledge, lang, job->err);
    if (!job->rooms[lang])
        return false;
    for (size_t i = 0; i < job->worker_count; i++)
        job->workers[i * LANG_COUNT + lang] = talk_worker_new(job->rooms[lang]);
    return true;
}

static void put_count(struct arena *arena, struct vec *meta, const char *key,
                      uint64_t value)
{
    struct pair pair = {str_of(key),
                        arena_printf(arena, "%llu", (unsigned long long)value)};
    vec_push(meta, &pair);
}

static void write_dialogue(struct one *one, const struct vec *turns,
                           enum doctor_strategy strategy,
                           const struct interview_wish *wish,
                           struct arena *arena)
{
    struct vec meta;
    vec_init(&meta, sizeof(struct pair));
    const struct talk_counts *c = &one->counts;
    struct pair style = {STR("style"), one->patient.background.style},
                doctor = {STR("doctor"),
                          str_of(doctor_strategy_name(strategy))};
    vec_push(&meta, &style);
    vec_push(&meta, &doctor);
    put_count(arena, &meta, "claims", c->claims);
    put_count(arena, &meta, "contradictions", c->said_contradictions);
    put_count(arena, &meta, "redrafts", c->redrafts);
    put_count(arena, &meta, "fallbacks", c->fallbacks);
    for (int i = TALK_FAULT_NONE + 1; i < TALK_FAULT_COUNT; i++)
        if (c->faults[i])
            put_count(arena, &meta,
                      arena_printf(arena, "fault_%s",
                                   talk_fault_name((enum talk_fault)i))
                          .ptr,
                      c->faults[i]);
    put_count(arena, &meta, "leaks", c->leaks);
    put_count(arena, &meta, "facts", c->facts);
    put_count(arena, &meta, "asked", c->revealed_asked);
    put_count(arena, &meta, "unasked", c->revealed_unasked);
    struct record record = {
        .kind = RECORD_DIALOGUE,
        .id = arena_printf(arena, STR_FMT "-%s", STR_ARG(one->record.id),
                           doctor_strategy_name(strategy)),
        .lang = one->record.lang,
        .case_id = one->record.id,
        .source = STR("patient interview"),
        .meta = list_from_vec(arena, &meta),
        .provenance = {.present = true,
                       .engine = wish->llm ? str_of(llm_engine_name(wish->llm))
                                           : STR("offline"),
                       .round = 1,
                       .seed = wish->seed},
        .dialogue = {.relation = RELATION_DOCTOR_PATIENT,
                     .turns = list_from_vec(arena, turns)}};
    record_write(&record, &one->line);
    vec_release(&meta);
}

/* The conversation of one patient: opened, held, written down. */
struct session {
    struct talk *talk;
    struct doctor *doctor;
    struct vec turns; /* struct turn */
    enum doctor_strategy strategy;
};

static void session_open(struct job *job, struct one *one, size_t worker,
                         struct session *s)
{
    enum lang lang;
    bool known = lang_from_name(one->record.lang, &lang);
    assert(known);
    (void)known;
    struct talk_worker *w = job->workers[worker * LANG_COUNT + lang];
    const struct patient_background *b = &one->patient.background;
    uint64_t seed = job->wish->seed ^ str_hash(one->record.id);
    struct doctor_view seen = {str_equal(b->sex, STR("female")), b->age};
    s->strategy =
        job->wish->strategy >= 0
            ? (enum doctor_strategy)job->wish->strategy
            : (enum doctor_strategy)(one->row % DOCTOR_STRATEGY_COUNT);
    s->talk = talk_open(w, &one->patient, seed);
    s->doctor = doctor_open(w, s->strategy, seen, seed);
    vec_init(&s->turns, sizeof(struct turn));
}

static void session_close(struct job *job, struct one *one, struct arena *arena,
                          struct session *s)
{
    arena_reset(arena);
    buf_reset(&one->line);
    one->counts = talk_counts(s->talk);
    one->turns = s->turns.count;
    write_dialogue(one, &s->turns, s->strategy, job->wish, arena);
    vec_release(&s->turns);
    doctor_close(s->doctor);
    talk_close(s->talk);
}

static void interview_one(size_t index, size_t worker, void *ctx)
{
    struct job *job = ctx;
    struct one *one = &job->batch[index];
    struct session s;
    session_open(job, one, worker, &s);
    enum role side = talk_has_relative(s.talk) ? ROLE_RELATIVE : ROLE_PATIENT;
    str said = {0};
    for (size_t i = 0; i < TALK_TURNS_MAX; i++) {
        str question = doctor_ask(s.doctor, said);
        if (!question.len)
            break;
        said = talk_say(s.talk, question);
        struct turn pair[2] = {{.role = ROLE_DOCTOR, .text = question},
                               {.role = side, .text = said}};
        vec_push(&s.turns, &pair[0]);
        vec_push(&s.turns, &pair[1]);
    }
    session_close(job, one, &job->arenas[worker], &s);
}

/* A model is the patient: all of the batch at once, on one thread. */
static bool interview_live(struct job *job)
{
    size_t count = job->batch_count;
    struct session *sessions = mem_zero(count + 1, sizeof *sessions);
    struct live_case *cases = mem_zero(count + 1, sizeof *cases);
    for (size_t i = 0; i < count; i++) {
        session_open(job, &job->batch[i], 0, &sessions[i]);
        cases[i] = (struct live_case){.talk = sessions[i].talk,
                                      .doctor = sessions[i].doctor,
                                      .turns = &sessions[i].turns,
                                      .row = job->batch[i].row};
    }
    bool ok = live_converse(job->wish->llm, &job->wish->sampling, cases, count,
                            job->store, job->err);
    for (size_t i = 0; i < count; i++)
        session_close(job, &job->batch[i], &job->arenas[0], &sessions[i]);
    free(cases);
    free(sessions);
    return ok;
}

static void add_counts(struct talk_counts *sum, const struct talk_counts *c)
{
    sum->claims += c->claims;
    sum->contradictions += c->contradictions;
    sum->said_contradictions += c->said_contradictions;
    sum->redrafts += c->redrafts;
    sum->fallbacks += c->fallbacks;
    sum->facts += c->facts;
    sum->revealed_asked += c->revealed_asked;
    sum->revealed_unasked += c->revealed_unasked;
    sum->leaks += c->leaks;
    for (int i = 0; i < TALK_FAULT_COUNT; i++)
        sum->faults[i] += c->faults[i];
}

static bool run_batch(struct job *job)
{
    if (!job->wish->llm)
        parallel_for(job->batch_count, interview_one, job);
    else if (!interview_live(job))
        return false;
    for (size_t i = 0; i < job->batch_count; i++) {
        const struct one *one = &job->batch[i];
        bool bad = one->counts.leaks || one->counts.said_contradictions;
        str reason = one->counts.leaks ? STR("names_diagnosis")
                     : bad             ? STR("contradiction")
                                       : (str){0};
        if (!store_settle(job->store, one->row,
                          bad ? STATE_REJECTED : STATE_ACCEPTED, reason,
                          buf_str(&one->line), job->err))
            return false;
        add_counts(&job->result->talk, &one->counts);
        job->result->turns += one->turns;
    }
    job->batch_count = 0;
    arena_reset(&job->arena);
    return store_commit(job->store, job->err);
}

/* Plans a row for every line of the file that is a patient we can talk to. */
static bool take(struct job *job, uint64_t row, bool fresh,
                 const struct record *record, struct err *why)
{
    struct one *one = &job->batch[job->batch_count];
    enum lang lang;
    struct store_row planned = {
        .id = row, .state = STATE_PLANNED, .plan = STR("{}")};
    if (fresh && !store_plan(job->store, &planned, job->err))
        return false;
    one->record = *record;
    one->row = row;
    if (record->kind != RECORD_PATIENT ||
        !lang_from_name(record->lang, &lang) ||
        !patient_parse(record->patient, &job->arena, &one->patient, why))
        return store_settle(job->store, row, STATE_FAILED,
                            STR("no_patient_record"), (str){0}, job->err);
    if (!open_room(job, lang))
        return false;
    job->batch_count++;
    return job->batch_count < BATCH || run_batch(job);
}

static bool is_settled(struct job *job, uint64_t row)
{
    struct arena arena;
    str result;
    arena_init(&arena);
    bool done = store_result(job->store, row, &arena, &result) && result.len;
    arena_release(&arena);
    return done;
}

static const char *records_path(struct job *job)
{
    const char *path = job->wish->records;
    return fs_is_folder(path) ? fs_join(&job->paths, path, "dataset.jsonl")
                              : path;
}

static bool read_all(struct job *job, const struct make_hooks *hooks)
{
    const char *path = records_path(job);
    struct records *in = records_open(path, job->err);
    if (!in)
        return false;
    bool ok = true;
    uint64_t row = 0, before = store_row_count(job->store);
    for (; ok; row++) {
        struct record record = {0};
        struct err why = {0};
        enum records_step step = records_next(in, &job->arena, &record, &why);
        if (step == RECORDS_END)
            break;
        if (step == RECORDS_BROKEN)
            ok = err_set(job->err, why.code, "%s: %s", path, why.message);
        if (!ok || (row < before && is_settled(job, row)))
            continue;
        if (step == RECORDS_BAD)
            record.kind = RECORD_KIND_COUNT;
        ok = take(job, row, row >= before, &record, &why);
        if (hooks->progress && row % 256 == 0)
            hooks->progress(row, 0, 0, hooks->ctx);
        if (hooks->interrupted && hooks->interrupted()) {
            job->result->interrupted = true;
            break;
        }
    }
    records_close(in);
    return ok && run_batch(job);
}

/* The patients are read again, line by line beside the rows made of them. */
struct writer {
    struct job *job;
    struct sink *dialogues;
    struct patient_export *export;
    struct records *in;
    uint64_t at; /* lines read */
    struct arena arena;
};

static bool write_row(const struct store_row *row, void *ctx)
{
    struct writer *w = ctx;
    struct record patient_record, dialogue;
    struct patient patient;
    struct err why = {0};
    enum lang lang;
    arena_reset(&w->arena);
    for (; w->at <= row->id; w->at++) {
        enum records_step step =
            records_next(w->in, &w->arena, &patient_record, &why);
        if (step == RECORDS_END || step == RECORDS_BROKEN)
            return false;
    }
    if (row->state != STATE_ACCEPTED)
        return true;
    if (!sink_write(w->dialogues, row->result))
        return false;
    if (lang_from_name(patient_record.lang, &lang) && open_room(w->job, lang) &&
        patient_parse(patient_record.patient, &w->arena, &patient, &why) &&
        record_parse(str_trim(row->result), &w->arena, &dialogue, &why))
        patient_export_add(w->export, w->job->rooms[lang], &patient_record,
                           &patient, &dialogue);
    return true;
}

static bool write_files(struct job *job)
{
    struct writer w = {.job = job};
    arena_init(&w.arena);
    w.in = records_open(records_path(job), job->err);
    w.dialogues = w.in ? sink_open(fs_join(&job->paths, job->wish->folder,
                                           "dataset.jsonl"),
                                   job->err)
                       : NULL;
    w.export =
        w.dialogues ? patient_export_open(job->wish->folder, job->err) : NULL;
    bool ok = w.export &&
              store_each(job->store, 0, UINT64_MAX, write_row, &w, job->err);
    if (ok) {
        ok = sink_close(w.dialogues, job->err);
        ok = patient_export_close(w.export, ok ? job->err : NULL) && ok;
    } else {
        if (w.dialogues)
            sink_abandon(w.dialogues);
        if (w.export)
            patient_export_abandon(w.export);
    }
    if (w.in)
        records_close(w.in);
    arena_release(&w.arena);
    return ok;
}

static bool open_journal(struct job *job)
{
    const struct interview_wish *w = job->wish;
    str wish = arena_printf(
            &job->paths, "records=%s seed=%llu strategy=%d patient=%s",
            w->records, (unsigned long long)w->seed, w->strategy,
            w->llm ? llm_engine_name(w->llm) : "offline"),
        before;
    if (!fs_make_folder(w->folder, job->err))
        return false;
    job->store =
        store_open(fs_join(&job->paths, w->folder, "run.db"), job->err);
    if (!job->store)
        return false;
    if (store_get(job->store, "config", &job->paths, &before) &&
        !str_equal(before, wish))
        return err_set(job->err, ERR_CONFLICT,
                       "%s: holds other interviews; take another directory",
                       w->folder);
    return store_put(job->store, "config", wish, job->err);
}

bool interview_run(const struct interview_wish *wish,
                   const struct knowledge *knowledge,
                   const struct make_hooks *hooks,
                   struct interview_result *result, struct err *err)
{
    *result = (struct interview_result){0};
    struct job job = {
        .wish = wish, .knowledge = knowledge, .result = result, .err = err};
    int64_t start = clock_now_ms();
    arena_init(&job.arena);
    arena_init(&job.paths);
    prepare(&job);
    bool ok = open_journal(&job) && read_all(&job, hooks) &&
              write_files(&job) &&
              store_count_states(job.store, result->counts, err);
    if (ok) {
        uint64_t sum = 0;
        result->planned = store_row_count(job.store);
        for (int i = 0; i < STATE_COUNT; i++)
            sum += result->counts[i];
        assert(sum == result->planned);
    }
    if (job.store)
        store_close(job.store);
    close_job(&job);
    result->seconds = (double)(clock_now_ms() - start) / 1000;
    return ok;
}
