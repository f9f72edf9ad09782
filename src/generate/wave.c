/* wave.c - see wave.h.
 *
 * The order within a wave is fixed: everything that depends on what was
 * accepted before (near-duplicates, the target, proposals, retirement) happens
 * in one pass over the rows in order of their numbers.
 */
#include "generate/wave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "generate/evolve.h"
#include "generate/grammar.h"
#include "generate/judge.h"
#include "generate/near.h"
#include "generate/propose.h"
#include "generate/rounds.h"
#include "generate/select.h"
#include "generate/verifier.h"

enum { EXAMPLES_MAX = 24 };

struct wave {
    const struct generate_run *run;
    struct run_state *state;
    struct dispatch *dispatch;
    struct err *err;
    struct job *jobs; /* owned */
    size_t count;
    struct arena arena;
    struct list example_texts; /* str */
    size_t example_cells[EXAMPLES_MAX];
    bool out_of_budget;
};

/* --- planning --- */

static uint64_t round_goal(const struct run_state *s)
{
    double share = (double)(s->round + 1) / (double)s->config->rounds;
    double goal = ceil((double)state_target(s) * (share > 1 ? 1 : share));
    return (uint64_t)goal;
}

static uint64_t rows_allowed(const struct run_state *s)
{
    double most = (double)state_target(s) * s->config->attempts_max + 100;
    uint64_t limit = s->config->limit ? (uint64_t)s->config->limit : UINT64_MAX;
    uint64_t allowed = (uint64_t)most < limit ? (uint64_t)most : limit;
    return allowed > s->next_row ? allowed - s->next_row : 0;
}

void wave_reopen(struct run_state *s)
{
    bool short_of_target = s->accepted < (uint64_t)s->config->target;
    if (s->finished && short_of_target && rows_allowed(s) > 0)
        s->finished = false;
}

void wave_cells(const struct run_state *s, struct vec *cells)
{
    size_t rows_max = (size_t)s->config->wave_max;
    uint64_t allowed = rows_allowed(s);
    if (allowed < rows_max)
        rows_max = (size_t)allowed;
    struct rng rng = rng_at((uint64_t)s->config->seed, RNG_STREAM("wave"),
                            (uint64_t)s->wave);
    quota_wave(&s->quota, state_target(s), round_goal(s), rows_max, &rng,
               cells);
}

static double human_share(const struct run_state *s)
{
    struct range r = s->config->pool.human_share;
    int64_t rounds = s->config->rounds;
    double at = rounds > 1 ? (double)s->round / (double)(rounds - 1) : 0;
    return r.high + (r.low - r.high) * (at > 1 ? 1 : at);
}

static void set_size(const struct dialogue_size *size, struct row_plan *plan)
{
    int64_t turns = (int64_t)(size->slack * (double)size->turns),
            length = (int64_t)(size->slack * (double)size->length);
    plan->turns_min = size->turns - turns > 2 ? size->turns - turns : 2;
    plan->turns_max = size->turns + turns;
    plan->length_min = size->length - length;
    plan->length_max = size->length + length;
}

/* Bounds that the configuration gives for all dialogues, or for this one. */
static void set_bounds(const struct generate_config *c, uint64_t row,
                       struct row_plan *plan)
{
    if (c->sizes.count) {
        size_t index = (size_t)(row % c->sizes.count);
        set_size(LIST_AT(c->sizes, struct dialogue_size, index), plan);
        return;
    }
    if (c->turns.high > 0) {
        plan->turns_min = (int64_t)c->turns.low;
        plan->turns_max = (int64_t)c->turns.high;
    }
    if (c->length.high > 0) {
        plan->length_min = (int64_t)c->length.low;
        plan->length_max = (int64_t)c->length.high;
    }
}

static bool plan_row(struct wave *w, size_t index, size_t cell)
{
    struct run_state *s = w->state;
    struct job *job = &w->jobs[index];
    job_init(job);
    uint64_t row = s->next_row + index;
    planner_next(s->planner, cell, row, s->round, human_share(s),
                 (int)s->config->terms, &job->arena, &job->plan);
    int64_t every = s->config->pool.propose_every;
    if (every > 0 && row % (uint64_t)every == 0)
        job->plan.propose = (int)s->config->pool.propose_count;
    s->now.human_uses += job->plan.instruction->origin == ORIGIN_HUMAN;
    set_bounds(s->config, row, &job->plan);
    if (s->guide)
        guide_plan(s->guide,
                   LIST_AT(s->quota.cells, struct cell, cell)->relation,
                   persona_draw(job->plan.disease, job->plan.seed).by_relative,
                   &job->arena, &job->plan);
    struct buf text;
    buf_init(&text, 1 << 20);
    plan_write(&job->plan, &s->quota, &text);
    struct store_row planned = {
        .id = row, .group = s->wave, .plan = buf_str(&text)};
    bool ok = store_plan(s->store, &planned, w->err);
    buf_release(&text);
    return ok;
}

struct recall {
    struct wave *wave;
    bool ok;
};

static bool recall_row(const struct store_row *row, void *ctx)
{
    struct recall *r = ctx;
    struct wave *w = r->wave;
    struct run_state *s = w->state;
    struct job *job = &w->jobs[row->id - s->next_row];
    job_init(job);
    w->count++;
    r->ok = plan_read(s->knowledge, &s->pool, &s->quota, row->plan, &job->arena,
                      &job->plan, w->err);
    job->plan.id = row->id;
    if (!r->ok)
        return false;
    s->now.human_uses += job->plan.instruction->origin == ORIGIN_HUMAN;
    job->plan.instruction->changed = true;
    return true;
}

/* The rows of the wave: those that the journal planned before an interruption,
 * or new ones. A wave's plans are committed together, so it is all or none. */
static bool plan_wave(struct wave *w)
{
    struct run_state *s = w->state;
    if (!planner_index(s->planner, &s->pool, &s->quota, w->err))
        return false;
    uint64_t known = store_row_count(s->store);
    struct vec cells;
    vec_init(&cells, sizeof(size_t));
    wave_cells(s, &cells);
    bool ok = true;
    w->jobs = mem_zero(cells.count, sizeof *w->jobs);
    for (size_t i = 0; ok && i < cells.count; i++) {
        if (known > s->next_row)
            break;
        w->count = i + 1;
        ok = plan_row(w, i, *(size_t *)vec_at(&cells, i));
    }
    if (ok && known > s->next_row) {
        /* drawn again for its counts, and checked against the journal */
        ok = known - s->next_row == cells.count ||
             err_set(w->err, ERR_CONFLICT,
                     "the journal holds %llu planned rows where %zu are "
                     "expected: was it made by another version?",
                     (unsigned long long)(known - s->next_row), cells.count);
        struct arena scratch;
        arena_init(&scratch);
        for (size_t i = 0; ok && i < cells.count; i++) {
            struct row_plan again;
            planner_next(s->planner, *(size_t *)vec_at(&cells, i),
                         s->next_row + i, s->round, human_share(s),
                         (int)s->config->terms, &scratch, &again);
        }
        arena_release(&scratch);
        struct recall recall = {w, true};
        ok = ok &&
             store_each(s->store, s->next_row, UINT64_MAX, recall_row, &recall,
                        w->err) &&
             recall.ok;
    }
    vec_release(&cells);
    return ok && store_commit(s->store, w->err);
}

/* --- prompts --- */

static str dialogue_text(const struct run_state *s,
                         const struct dialogue *dialogue, struct arena *arena)
{
    struct buf out;
    buf_init(&out, 16 << 20);
    for (size_t i = 0; i < dialogue->turns.count; i++) {
        const struct turn *t = LIST_AT(dialogue->turns, struct turn, i);
        buf_printf(&out, STR_FMT ": " STR_FMT "\n",
                   STR_ARG(prompt_label(s->outline, t->role)),
                   STR_ARG(t->text));
    }
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

static void load_examples(struct wave *w)
{
    struct run_state *s = w->state;
    size_t have = s->recent_count < RECENT_MAX ? s->recent_count : RECENT_MAX;
    size_t wanted = have < EXAMPLES_MAX ? have : EXAMPLES_MAX;
    if (s->config->examples == 0)
        wanted = 0;
    struct rng rng = rng_at((uint64_t)s->config->seed, RNG_STREAM("examples"),
                            (uint64_t)s->wave);
    size_t order[RECENT_MAX];
    for (size_t i = 0; i < have; i++)
        order[i] = i;
    rng_shuffle(&rng, order, have, sizeof *order);
    w->example_texts = list_make(&w->arena, wanted, sizeof(str));
    w->example_texts.count = 0;
    for (size_t i = 0; i < wanted; i++) {
        const struct recent *recent = &s->recent[order[i]];
        struct record record;
        if (!state_dialogue(s, recent->row, &w->arena, &record))
            continue;
        size_t at = w->example_texts.count++;
        *LIST_AT(w->example_texts, str, at) =
            dialogue_text(s, &record.dialogue, &w->arena);
        w->example_cells[at] = recent->cell;
    }
}

/* k examples of other cells, drawn by the row's number. */
static struct list pick_examples(struct wave *w, struct job *job)
{
    size_t k = (size_t)w->state->config->examples;
    struct list picked = list_make(&job->arena, k, sizeof(str));
    picked.count = 0;
    size_t have = w->example_texts.count;
    struct rng rng = rng_at(job->plan.seed, RNG_STREAM("example"), 0);
    size_t from = have ? (size_t)rng_below(&rng, have) : 0;
    for (size_t i = 0; i < have && picked.count < k; i++) {
        size_t at = (from + i) % have;
        if (w->example_cells[at] != job->plan.cell)
            *LIST_AT(picked, str, picked.count++) =
                *LIST_AT(w->example_texts, str, at);
    }
    return picked;
}

static void prepare_job(size_t index, size_t worker, void *ctx)
{
    (void)worker;
    struct wave *w = ctx;
    struct run_state *s = w->state;
    struct job *job = &w->jobs[index];
    planner_wish(s->planner, &job->plan, &job->wish);
    job->turns_wanted = (int)wish_turn_count(&job->wish);
    struct list examples = pick_examples(w, job);
    struct list references = {0};
    if (s->guide)
        references =
            guide_pick(s->guide, &job->wish, job->plan.id, &job->arena);
    struct prompt_context context = *w->dispatch->prompts;
    context.examples = &examples;
    context.references = &references;
    struct buf text;
    buf_init(&text, 32 << 20);
    prompt_system(&context, &text);
    size_t system_len = text.len;
    prompt_dialogue(&context, &job->wish, &text);
    job->prompt_sha256 = digest_sha256(buf_str(&text), &job->arena);
    job->prompt = arena_copy(&job->arena,
                             str_slice(buf_str(&text), system_len, text.len));
    buf_release(&text);
}

/* --- verdicts --- */

static bool is_near_duplicate(struct wave *w, const struct job *job,
                              const struct near_sketch *sketch)
{
    struct run_state *s = w->state;
    struct fraction threshold =
        fraction_of(s->config->refine.near_duplicate.threshold);
    struct vec found, theirs;
    vec_init(&found, sizeof(struct near_candidate));
    vec_init(&theirs, sizeof(uint64_t));
    near_candidates(s->near, sketch, threshold, &found);
    struct shingler *shingler = NULL;
    bool chinese = s->outline->lang == LANG_ZH;
    bool near = false;
    if (found.count &&
        shingler_open(&shingler, chinese ? SHINGLE_CHARS : SHINGLE_WORDS,
                      chinese ? 5 : 3, s->outline->lang_id.ptr, NULL)) {
        struct arena arena;
        arena_init(&arena);
        for (size_t i = 0; i < found.count && !near; i++) {
            const struct near_candidate *c = vec_at(&found, i);
            struct record record;
            if (!state_dialogue(s, c->id, &arena, &record))
                continue;
            shingle_set(shingler, record_text(&record, &arena), &theirs);
            near = near_is(job->shingles.items, job->shingles.count,
                           theirs.items, theirs.count, threshold);
        }
        arena_release(&arena);
    }
    shingler_close(shingler);
    vec_release(&found);
    vec_release(&theirs);
    return near;
}

static void reject(struct job *job, const char *reason, str detail)
{
    job->state = STATE_REJECTED;
    job->reason = str_of(reason);
    job->detail = arena_copy(&job->arena, detail);
}

/* Rule 13 of every row that passed so far, in row order. */
static bool check_grammar(struct wave *w)
{
    const struct run_state *s = w->state;
    if (!s->config->grammar.enabled)
        return true;
    struct grammar *grammar =
        grammar_open(&s->config->grammar, s->outline->lang, w->err);
    bool ok = grammar != NULL;
    for (size_t i = 0; ok && i < w->count; i++) {
        struct job *job = &w->jobs[i];
        if (job->state != STATE_ANSWERED || job->error != LLM_OK)
            continue;
        struct grammar_outcome outcome;
        ok = grammar_check(grammar, job->turns, &job->arena, &outcome, w->err);
        if (ok && outcome.verdict.reason != REFINE_OK)
            reject(job, refine_reason_name(outcome.verdict.reason),
                   str_of(outcome.verdict.detail));
        else if (ok)
            job->turns = outcome.turns;
    }
    grammar_close(grammar);
    return ok;
}

/* Rule 14 of every row that passed so far. */
static bool check_verifier(struct wave *w)
{
    const struct generate_config *c = w->state->config;
    if (!c->verifier.enabled)
        return true;
    bool *want = mem_zero(w->count, sizeof *want);
    for (size_t i = 0; i < w->count; i++)
        want[i] =
            w->jobs[i].error == LLM_OK && w->jobs[i].state == STATE_ANSWERED;
    bool ok = dispatch_verify(w->dispatch, w->jobs, want, w->count, w->err);
    for (size_t i = 0; ok && i < w->count; i++) {
        if (!want[i])
            continue;
        struct job *job = &w->jobs[i];
        struct grades answer;
        struct refine_verdict verdict = {.reason = REFINE_OK};
        grades_read(job->verifier_reply, &c->verifier.criteria, &job->arena,
                    &answer);
        verifier_judge(&answer, &c->verifier, &verdict);
        if (verdict.reason != REFINE_OK)
            reject(job, refine_reason_name(verdict.reason),
                   str_of(verdict.detail));
    }
    free(want);
    return ok;
}

static void write_record(const struct wave *w, struct job *job, struct buf *out)
{
    const struct run_state *s = w->state;
    const struct cell *cell =
        LIST_AT(s->quota.cells, struct cell, job->plan.cell);
    struct record r = {.kind = RECORD_DIALOGUE, .lang = s->outline->lang_id};
    r.id = arena_printf(&job->arena, STR_FMT "-%06llu", STR_ARG(s->outline->id),
                        (unsigned long long)job->plan.id);
    r.source = STR("anamnesis generate");
    r.dialogue.relation = cell->relation;
    r.dialogue.turns = job->turns;
    r.dialogue.brief = (struct brief){.present = true,
                                      .scenario = job->plan.scenario,
                                      .topic = job->plan.topic,
                                      .task = cell->task->id,
                                      .level = cell->level,
                                      .turns_min = job->plan.turns_min,
                                      .turns_max = job->plan.turns_max,
                                      .length_min = job->plan.length_min,
                                      .length_max = job->plan.length_max,
                                      .terms = job->plan.terms};
    struct pair meta[] = {{STR("disease"), job->plan.disease->id},
                          {STR("specialty"), job->plan.disease->specialty}};
    r.meta = (struct list){meta, 2};
    r.provenance = (struct provenance){
        .present = true,
        .run = str_slice(w->run->config_sha256, 0, 12),
        .request =
            arena_printf(&job->arena, "%llu", (unsigned long long)job->plan.id),
        .engine = str_of(llm_engine_name(w->run->llm)),
        .model = job->model,
        .prompt_sha256 = job->prompt_sha256,
        .instruction = job->plan.instruction->id,
        .round = job->plan.round,
        .seed = job->plan.seed,
        .created = s->created};
    record_write(&r, out);
    buf_truncate(out, out->len - 1); /* without its line feed */
}

static bool accept(struct wave *w, struct job *job,
                   const struct near_sketch *sketch)
{
    struct run_state *s = w->state;
    struct buf text;
    buf_init(&text, 64 << 20);
    write_record(w, job, &text);
    str key = str_make((const char *)sketch, sizeof *sketch);
    bool ok = store_settle(s->store, job->plan.id, STATE_ACCEPTED, STR(""),
                           buf_str(&text), w->err) &&
              store_sketch(s->store, job->plan.id, key, w->err);
    buf_release(&text);
    near_add(s->near, job->plan.id, sketch);
    state_note_accepted(s, job->plan.id, job->plan.cell);
    return ok;
}

/* The state that an engine error ends in. */
static void settle_error(struct wave *w, struct job *job)
{
    bool budget = job->error == LLM_BUDGET;
    job->state = budget ? STATE_SKIPPED : STATE_FAILED;
    job->reason = str_of(llm_error_name(job->error));
    job->detail = job->error_message;
    w->out_of_budget |= budget;
}

static bool settle(struct wave *w, struct job *job)
{
    struct run_state *s = w->state;
    struct near_sketch sketch;
    if (job->error != LLM_OK) {
        settle_error(w, job);
    } else if (job->state == STATE_ANSWERED) {
        near_sketch_make(job->shingles.items, job->shingles.count, &sketch);
        if (s->accepted >= state_target(s)) {
            job->state = STATE_SKIPPED;
            job->reason = STR("target_reached");
        } else if (s->config->refine.near_duplicate.enabled &&
                   is_near_duplicate(w, job, &sketch)) {
            reject(job, "near_duplicate", STR(""));
        } else {
            job->state = STATE_ACCEPTED;
        }
    }
    bool judged = job->state == STATE_ACCEPTED || job->state == STATE_REJECTED;
    s->extras += job->extras.count;
    s->quota.tried[job->plan.cell] += judged;
    bool ok = job->state == STATE_ACCEPTED
                  ? accept(w, job, &sketch)
                  : store_settle(s->store, job->plan.id, job->state,
                                 job->reason, job->detail, w->err);
    if (judged)
        pool_note_result(job->plan.instruction, job->state == STATE_ACCEPTED,
                         job->plan.id, (uint64_t)s->config->pool.retire_after,
                         s->config->pool.retire_rate);
    propose_take(s, job);
    return ok;
}

static bool settle_all(struct wave *w)
{
    struct run_state *s = w->state;
    for (size_t i = 0; i < w->count; i++)
        if (!settle(w, &w->jobs[i]))
            return false;
    s->next_row += w->count;
    s->now.planned += w->count;
    s->wave++;
    return true;
}

/* --- the whole --- */

static bool all_lost(const struct wave *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->jobs[i].error == LLM_OK)
            return false;
    return w->count > 0 && !w->out_of_budget;
}

static bool end_of_round(struct wave *w)
{
    struct run_state *s = w->state;
    bool target_met = s->accepted >= state_target(s);
    bool spent = rows_allowed(s) == 0 || w->out_of_budget;
    if (!target_met && !spent && s->accepted < round_goal(s))
        return true; /* the round goes on */
    if (!target_met && !spent)
        evolve_pool(s);
    rounds_close(s);
    s->round++;
    s->now = (struct round_stats){
        .round = s->round, .distinct2 = -1, .similarity = -1};
    s->finished = target_met || spent;
    return !s->finished || !state_selects(s) || select_matching(s, w->err);
}

static bool run_jobs(struct wave *w)
{
    struct run_state *s = w->state;
    load_examples(w);
    parallel_for(w->count, prepare_job, w);
    if (!dispatch_recall(w->dispatch, w->jobs, w->count, w->err) ||
        !dispatch_run(w->dispatch, w->jobs, w->count, w->err))
        return false;
    judge_all(s->rules, s->refiner, w->jobs, w->count);
    if (!check_grammar(w) || !check_verifier(w))
        return false;
    if (all_lost(w))
        return err_set(w->err, ERR_NETWORK,
                       "no request of this wave was answered: " STR_FMT,
                       STR_ARG(w->jobs[0].error_message));
    return settle_all(w) && end_of_round(w) && state_save(s, w->err) &&
           store_commit(s->store, w->err);
}

bool wave_run(const struct generate_run *run, struct run_state *state,
              struct dispatch *dispatch, struct err *err)
{
    struct wave w = {
        .run = run, .state = state, .dispatch = dispatch, .err = err};
    arena_init(&w.arena);
    bool ok = plan_wave(&w);
    if (ok && w.count == 0) { /* every cell of the round is full, or no rows */
        ok = end_of_round(&w) && state_save(state, err) &&
             store_commit(state->store, err);
    } else if (ok) {
        ok = run_jobs(&w);
    }
    for (size_t i = 0; i < w.count; i++)
        job_release(&w.jobs[i]);
    free(w.jobs);
    arena_release(&w.arena);
    return ok;
}
