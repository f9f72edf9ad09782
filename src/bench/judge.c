/* judge.c - see judge.h. A journal row is (answer, repeat of the judge); its
 * steps are the tries. Rows that need no judge are not in the journal. */
#include "bench/judge.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/asset.h"
#include "base/fs.h"
#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/sink.h"
#include "llm/ask.h"
#include "bench/rating.h"
#include "llm/open.h"

static const double scale_low = 1, scale_high = 10;

/* --- configuration --- */

static const char *const modes[] = {"strict", "lenient", NULL};
static const char *const picks[] = {"last", "first", NULL};

static const struct field habit_fields[] = {
    {"bias", FIELD_NUMBER, offsetof(struct judge_habits, bias), .min = -9,
     .max = 9, .fallback = "0", .doc = "points added to every rating"},
    {"noise", FIELD_NUMBER, offsetof(struct judge_habits, noise), .min = 0,
     .max = 9, .fallback = "0.5", .doc = "standard deviation in points"},
    {"garbage", FIELD_NUMBER, offsetof(struct judge_habits, garbage), .min = 0,
     .max = 1, .fallback = "0", .doc = "share of unreadable verdicts"},
    {0}};
static const struct schema habit_schema = {.name = "simulator",
                                           .fields = habit_fields,
                                           .struct_bytes =
                                               sizeof(struct judge_habits)};

static const struct field config_fields[] = {
    {"items", FIELD_STRS, offsetof(struct judge_config, items),
     .doc = "files of records: the questions and references"},
    {"answers", FIELD_STRS, offsetof(struct judge_config, answers),
     .doc = "files as `bench answer` writes them"},
    {"judge", FIELD_STR, offsetof(struct judge_config, judge),
     .fallback = "judge", .doc = "name of the judge in all tables"},
    {"mode", FIELD_CHOICE, offsetof(struct judge_config, mode),
     .choices = modes, .fallback = "lenient", .doc = "how ratings are read"},
    {"pick", FIELD_CHOICE, offsetof(struct judge_config, pick),
     .choices = picks, .fallback = "last", .doc = "which of several ratings"},
    {"repeats", FIELD_INT, offsetof(struct judge_config, repeats), .min = 1,
     .max = 1000, .fallback = "1", .doc = "verdicts on every answer"},
    {"retries", FIELD_INT, offsetof(struct judge_config, retries), .min = 0,
     .max = 20, .fallback = "2", .doc = "after an unreadable verdict"},
    {"floor", FIELD_NUMBER, offsetof(struct judge_config, floor), .min = 0,
     .max = 1, .fallback = "0.9", .doc = "smallest coverage that will do"},
    {"seed", FIELD_INT, offsetof(struct judge_config, seed), .min = 0,
     .max = 9e15, .fallback = "42", .doc = "of all random choices"},
    {"simulator", FIELD_STRUCT, offsetof(struct judge_config, simulator),
     .sub = &habit_schema, .fallback = "{}",
     .doc = "habits of the simulated judge"},
    {"engine", FIELD_STRUCT, offsetof(struct judge_config, engine),
     .sub = &llm_config_schema, .doc = "what judges"},
    {0}};
const struct schema judge_config_schema = {.name = "bench judge",
                                           .fields = config_fields,
                                           .struct_bytes =
                                               sizeof(struct judge_config)};

/* --- answers --- */

struct answer {
    const struct record *record;
    str model, text, reference; /* text NULL view: never came */
    int64_t repeat, turn;
    bool answered;
};

struct verdict {
    size_t answer;
    int64_t repeat, tries;
    struct rating rating;
    str text, model, error, prompt_sha256;
    const char *why; /* of an ungraded one */
};

struct judge_run {
    const struct judge_config *config;
    struct record_set set;
    bool loaded;         /* set holds something */
    struct map ids;      /* item → record */
    struct map turns;    /* model, item, repeat, turn → answer */
    struct vec answers;  /* struct answer */
    struct vec verdicts; /* struct verdict: all */
    struct vec rows;     /* size_t: verdict of a journal row */
    struct store *store;
    const char *folder;
    uint64_t content; /* hash of items and answers */
    struct arena arena;
    struct judge_summary summary;
};

static str turn_key(const struct answer *a, int64_t turn, struct arena *arena)
{
    return arena_printf(arena, STR_FMT "\t" STR_FMT "\t%lld\t%lld",
                        STR_ARG(a->record->id), STR_ARG(a->model),
                        (long long)a->repeat, (long long)turn);
}

static str joint_reference(const struct record *r, struct arena *arena)
{
    if (r->kind == RECORD_QUESTION)
        return r->question.answer.len ? r->question.answer
                                      : r->question.explanation;
    if (r->consultation.reference.len)
        return r->consultation.reference;
    struct buf out;
    buf_init(&out, 16 << 20);
    for (size_t i = 0; i < r->consultation.turns.count; i++) {
        const struct consultation_turn *t =
            LIST_AT(r->consultation.turns, struct consultation_turn, i);
        str text = t->reference.len ? t->reference : t->answer;
        if (text.len)
            buf_printf(&out, STR_FMT "\n", STR_ARG(text));
    }
    str text = arena_copy(arena, str_trim(buf_str(&out)));
    buf_release(&out);
    return text;
}

static bool is_turn_of(const struct record *r, int64_t turn)
{
    size_t turns =
        r->kind == RECORD_CONSULTATION ? r->consultation.turns.count : 1;
    return turn >= 0 && turn < (int64_t)turns;
}

/* False when the line is no answer. */
static bool take_answer(struct judge_run *run, const json *doc)
{
    const json *text = json_get(doc, "answer"), *id = json_get(doc, "id"),
               *model = json_get(doc, "model");
    if (!json_is_str(id) || !json_is_str(model) ||
        !(json_is_str(text) || json_is_null(text)))
        return false;
    struct answer a = {.repeat = json_int(json_get(doc, "repeat"), 0),
                       .turn = json_int(json_get(doc, "turn"), 0),
                       .answered = json_is_str(text)};
    uint64_t at;
    if (!map_get(&run->ids, json_str(id, STR("")), &at)) {
        run->summary.unknown++;
        return true;
    }
    a.record = LIST_AT(run->set.records, struct record, at);
    if (a.repeat < 0 || !is_turn_of(a.record, a.turn))
        return false;
    a.model = arena_copy(&run->arena, json_str(model, STR("")));
    a.text = arena_copy(&run->arena, json_str(text, STR("")));
    a.reference = joint_reference(a.record, &run->arena);
    if (!map_put(&run->turns, turn_key(&a, a.turn, &run->arena),
                 run->answers.count))
        return false;
    vec_push(&run->answers, &a);
    return true;
}

static bool read_answers(struct judge_run *run, const char *path,
                         struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    for (str line; lines_next(in, &line, &broken);) {
        if (!lines_too_long(in) && str_trim(line).len == 0)
            continue;
        run->content = run->content * 31 + str_hash(line);
        json *doc = json_parse(line, NULL);
        if (!doc || !take_answer(run, doc))
            run->summary.bad_lines++;
        json_free(doc);
    }
    lines_close(in);
    if (broken.code == ERR_NONE)
        return true;
    *err = broken;
    return err_wrap(err, "%s", path);
}

/* --- opening --- */

static bool load(struct judge_run *run, struct err *err)
{
    const struct judge_config *c = run->config;
    const char **paths =
        arena_array(&run->arena, c->items.count + 1, sizeof *paths);
    for (size_t i = 0; i < c->items.count; i++)
        paths[i] = arena_cstr(&run->arena, *LIST_AT(c->items, str, i));
    if (!record_set_load(&run->set, c->items.count, paths, NULL, NULL, err))
        return false;
    run->loaded = true;
    struct buf line;
    buf_init(&line, BUF_MAX);
    for (size_t i = 0; i < run->set.records.count; i++) {
        const struct record *r = LIST_AT(run->set.records, struct record, i);
        if (r->kind != RECORD_QUESTION && r->kind != RECORD_CONSULTATION)
            continue;
        buf_reset(&line);
        record_write(r, &line);
        run->content = run->content * 31 + str_hash(buf_str(&line));
        if (!map_get(&run->ids, r->id, NULL))
            map_put(&run->ids, r->id, i);
    }
    buf_release(&line);
    bool ok = true;
    for (size_t i = 0; ok && i < c->answers.count; i++)
        ok = read_answers(
            run, arena_cstr(&run->arena, *LIST_AT(c->answers, str, i)), err);
    if (ok && !run->answers.count)
        return err_set(err, ERR_FORMAT, "no answer to any of the items");
    return ok;
}

static void plan_verdicts(struct judge_run *run)
{
    for (size_t i = 0; i < run->answers.count; i++)
        for (int64_t k = 0; k < run->config->repeats; k++) {
            const struct answer *a = vec_at(&run->answers, i);
            struct verdict v = {.answer = i, .repeat = k};
            v.why = !a->answered        ? "no_answer"
                    : !a->reference.len ? "no_reference"
                                        : NULL;
            size_t index = run->verdicts.count;
            vec_push(&run->verdicts, &v);
            if (!v.why)
                vec_push(&run->rows, &index);
        }
}

static bool check_identity(struct judge_run *run, struct err *err)
{
    const struct judge_config *c = run->config;
    str before,
        now = arena_printf(
            &run->arena,
            STR_FMT ", " STR_FMT ", " STR_FMT
                    ", %lld repeats, %lld retries, seed %lld, content %016llx",
            STR_ARG(c->judge), STR_ARG(c->mode), STR_ARG(c->pick),
            (long long)c->repeats, (long long)c->retries, (long long)c->seed,
            (unsigned long long)run->content);
    if (!store_get(run->store, "settings", &run->arena, &before))
        return store_put(run->store, "settings", now, err);
    return str_equal(before, now) ||
           err_set(err, ERR_CONFLICT,
                   "%s: the run was begun with " STR_FMT ", now it is " STR_FMT
                   "; take another folder",
                   run->folder, STR_ARG(before), STR_ARG(now));
}

struct judge_run *judge_open(const struct judge_config *config,
                             const char *folder, struct err *err)
{
    struct judge_run *run = mem_zero(1, sizeof *run);
    run->config = config;
    run->folder = folder;
    arena_init(&run->arena);
    map_init(&run->ids);
    map_init(&run->turns);
    vec_init(&run->answers, sizeof(struct answer));
    vec_init(&run->verdicts, sizeof(struct verdict));
    vec_init(&run->rows, sizeof(size_t));

    if (load(run, err) && fs_make_folder(folder, err) &&
        (run->store =
             store_open(fs_join(&run->arena, folder, "run.db"), err)) &&
        check_identity(run, err)) {
        plan_verdicts(run);
        return run;
    }
    judge_close(run);
    return NULL;
}

void judge_close(struct judge_run *run)
{
    if (!run)
        return;
    if (run->store)
        store_close(run->store);
    map_release(&run->ids);
    map_release(&run->turns);
    vec_release(&run->answers);
    vec_release(&run->verdicts);
    vec_release(&run->rows);
    if (run->loaded)
        record_set_release(&run->set);
    arena_release(&run->arena);
    free(run);
}

/* --- prompts --- */

static str template_of(const struct answer *a, struct arena *arena)
{
    const char *name =
        a->record->kind == RECORD_QUESTION ? "single.txt" : "turn.txt";
    str text = {0};
    str lang = str_slice(a->record->lang, 0, 2);
    const char *path =
        arena_cstr(arena, arena_printf(arena, "prompts/bench/" STR_FMT "/%s",
                                       STR_ARG(lang), name));
    const char *english =
        arena_cstr(arena, arena_printf(arena, "prompts/bench/en/%s", name));
    if (!asset_get(path, &text, arena, NULL) &&
        !asset_get(english, &text, arena, NULL))
        return STR("{reference}\n{question}\n{fence}\n{answer}\n{fence}");
    str version, rest;
    return str_cut(text, '\n', &version, &rest) ? rest : text;
}

/* What the judge sees as the question: for a turn, the talk so far. */
static str asked_text(const struct judge_run *run, const struct answer *a,
                      struct arena *arena)
{
    struct buf out;
    buf_init(&out, 16 << 20);
    const struct record *r = a->record;
    bool single = r->kind == RECORD_QUESTION;
    str case_text = single ? r->question.case_text : r->consultation.case_text;
    if (case_text.len)
        buf_printf(&out, STR_FMT "\n\n", STR_ARG(case_text));
    if (single)
        buf_add(&out, r->question.question);
    for (int64_t t = 0; !single && t <= a->turn; t++) {
        uint64_t at;
        buf_printf(
            &out, "Q%lld: " STR_FMT "\n", (long long)t + 1,
            STR_ARG(LIST_AT(r->consultation.turns, struct consultation_turn, t)
                        ->question));
        if (t < a->turn && map_get(&run->turns, turn_key(a, t, arena), &at))
            buf_printf(&out, "A%lld: " STR_FMT "\n", (long long)t + 1,
                       STR_ARG(((const struct answer *)vec_at(&run->answers,
                                                              (size_t)at))
                                   ->text));
    }
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

/* One pass: what is put in is not read again. */
static str fill(str form, const struct pair *values, size_t count,
                struct arena *arena)
{
    struct buf out;
    buf_init(&out, 64 << 20);
    for (size_t at = 0; at < form.len;) {
        size_t i = 0, open = str_find_char(form, '{', at);
        buf_add(&out, str_slice(form, at, open));
        at = open == STR_NONE ? form.len : open;
        str rest = str_slice(form, at, form.len);
        while (i < count && !str_starts_with(rest, values[i].key))
            i++;
        if (i < count)
            buf_add(&out, values[i].value);
        else
            buf_add(&out, str_slice(rest, 0, 1));
        at += i < count ? values[i].key.len : 1;
    }
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static void make_request(uint64_t row, int64_t step, struct arena *arena,
                         struct llm_request *request, void *ctx)
{
    struct judge_run *run = ctx;
    size_t index = *(size_t *)vec_at(&run->rows, (size_t)row);
    const struct verdict *v = vec_at(&run->verdicts, index);
    const struct answer *a = vec_at(&run->answers, v->answer);
    str salt = arena_printf(arena, "%lld\n" STR_FMT,
                            (long long)run->config->seed, STR_ARG(a->text));
    str fence =
        arena_printf(arena, "=====" STR_FMT "=====",
                     STR_ARG(str_slice(digest_sha256(salt, arena), 0, 16)));
    const struct pair values[] = {
        {STR("{fence}"), fence},
        {STR("{question}"), asked_text(run, a, arena)},
        {STR("{reference}"), a->reference},
        {STR("{answer}"), a->text}};
    struct llm_message *m = arena_alloc(arena, sizeof *m);
    *m = (struct llm_message){LLM_USER,
                              fill(template_of(a, arena), values,
                                   sizeof values / sizeof *values, arena)};
    struct judge_brief *brief = arena_alloc(arena, sizeof *brief);
    *brief = (struct judge_brief){a->record->lang, a->reference, a->text,
                                  (uint64_t)run->config->seed * 1000003 + index,
                                  step};
    if (a->record->kind == RECORD_CONSULTATION) {
        str own = LIST_AT(a->record->consultation.turns,
                          struct consultation_turn, a->turn)
                      ->reference;
        brief->reference = own.len ? own : a->reference;
    }
    request->messages = m;
    request->message_count = 1;
    request->part = LLM_JUDGE;
    request->brief = brief;
    request->sampling = llm_config_sampling(&run->config->engine, LLM_JUDGE,
                                            run->config->seed + step);
    if (request->sampling.temperature < 0)
        request->sampling.temperature = 0;
}

/* --- verdicts --- */

static struct verdict *verdict_of(struct judge_run *run, uint64_t row)
{
    return vec_at(&run->verdicts, *(size_t *)vec_at(&run->rows, (size_t)row));
}

static bool take_reply(uint64_t row, int64_t step,
                       const struct store_reply *reply, void *ctx)
{
    struct judge_run *run = ctx;
    const struct judge_config *c = run->config;
    struct verdict *v = verdict_of(run, row);
    v->tries = step + 1;
    v->text = arena_copy(&run->arena, reply->text);
    v->model = arena_copy(&run->arena, reply->model);
    v->rating = rating_read(
        v->text,
        str_equal(c->mode, STR("strict")) ? RATING_STRICT : RATING_LENIENT,
        str_equal(c->pick, STR("first")) ? RATING_FIRST : RATING_LAST,
        scale_low, scale_high);
    v->why = v->rating.graded ? NULL : "unreadable";
    return v->rating.graded || step >= c->retries;
}

static void fail_reply(uint64_t row, int64_t step, str reason, void *ctx)
{
    struct judge_run *run = ctx;
    struct verdict *v = verdict_of(run, row);
    v->tries = step + 1;
    v->error = arena_copy(&run->arena, reason);
    v->why = "failed";
}

bool judge_work(struct judge_run *run, bool (*stop)(void), struct err *err)
{
    const struct judge_config *c = run->config;
    struct judge_habits habits = c->simulator;
    struct llm *llm =
        str_equal(c->engine.kind, STR("simulator"))
            ? llm_open_record(
                  offline_open("simulated-judge", offline_judge, &habits),
                  &c->engine, err)
            : llm_open(&c->engine, (uint64_t)c->seed, err);
    if (!llm)
        return false;
    struct ask ask = {.store = run->store,
                      .llm = llm,
                      .count = run->rows.count,
                      .request = make_request,
                      .take = take_reply,
                      .fail = fail_reply,
                      .stop = stop,
                      .ctx = run};
    bool ok = ask_run(&ask, err);
    run->summary.asked = ask.asked;
    run->summary.recalled = ask.recalled;
    llm_close(llm);
    return ok;
}

static void put_verdict(struct judge_run *run, const struct verdict *v,
                        struct buf *out)
{
    const struct answer *a = vec_at(&run->answers, v->answer);
    bool has_rating =
        rating_read(a->text, RATING_LENIENT, RATING_LAST, scale_low, scale_high)
            .graded;
    run->summary.has_rating += has_rating && v->repeat == 0;
    struct json_out j = json_out(out);
    const struct {
        const char *key;
        str value;
    } texts[] = {{"id", a->record->id},
                 {"model", a->model},
                 {"judge", run->config->judge},
                 {"engine", run->config->engine.kind},
                 {"engine_model", v->model},
                 {"prompt", a->record->kind == RECORD_QUESTION ? STR("single")
                                                               : STR("turn")},
                 {"prompt_sha256",
                  digest_sha256(template_of(a, &run->arena), &run->arena)},
                 {"why", str_of(v->why)},
                 {"error", v->error},
                 {"text", v->text}};
    const struct {
        const char *key;
        int64_t value;
    } numbers[] = {{"repeat", a->repeat},
                   {"turn", a->turn},
                   {"judge_repeat", v->repeat},
                   {"tries", v->tries}};
    json_begin(&j, '{');
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_key(&j, texts[i].key);
        json_put_str_or_null(&j, texts[i].value);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        json_key(&j, numbers[i].key);
        json_put_int(&j, numbers[i].value);
    }
    json_key(&j, "rating");
    if (v->rating.graded)
        json_put_number(&j, v->rating.value);
    else
        json_put_null(&j);
    json_key(&j, "answer_has_rating");
    json_put_bool(&j, has_rating);
    json_end(&j, '}');
    buf_add_char(out, '\n');
}

static void count_verdict(struct judge_summary *s, const struct verdict *v)
{
    str why = str_of(v->why);
    s->verdicts++;
    s->graded += v->rating.graded;
    s->unreadable += str_equal(why, STR("unreadable"));
    s->no_answer += str_equal(why, STR("no_answer"));
    s->no_reference += str_equal(why, STR("no_reference"));
    s->failed += str_equal(why, STR("failed"));
}

bool judge_finish(struct judge_run *run, struct judge_summary *summary,
                  struct err *err)
{
    struct sink *sink =
        sink_open(fs_join(&run->arena, run->folder, "verdicts.jsonl"), err);
    if (!sink)
        return false;
    struct buf line;
    buf_init(&line, BUF_MAX);
    for (size_t i = 0; i < run->verdicts.count; i++) {
        const struct verdict *v = vec_at(&run->verdicts, i);
        buf_reset(&line);
        put_verdict(run, v, &line);
        sink_write(sink, buf_str(&line));
        count_verdict(&run->summary, v);
    }
    buf_release(&line);
    struct store_usage usage;
    if (!sink_close(sink, err) || !store_sum_usage(run->store, &usage, err))
        return false;
    run->summary.cost = usage.cost;
    run->summary.coverage =
        (double)run->summary.graded / (double)run->summary.verdicts;
    *summary = run->summary;
    return true;
}
