/* run.c - see run.h. */
#include "generate/run.h"

#include <assert.h>

#include "base/fs.h"
#include "generate/dispatch.h"
#include "generate/output.h"
#include "generate/report.h"
#include "generate/wave.h"

static enum generate_mode mode_of(const struct generate_config *config)
{
    if (str_equal(config->mode, STR("role_play")))
        return MODE_ROLE_PLAY;
    return str_equal(config->mode, STR("staged")) ? MODE_STAGED : MODE_ONE_CALL;
}

struct relay {
    const struct generate_run *run;
    struct run_state *state;
    uint64_t settled_before;
};

static bool relay_stop(void *ctx)
{
    const struct relay *r = ctx;
    return r->run->stop && r->run->stop(r->run->ctx);
}

static void relay_progress(uint64_t answered, double cost, void *ctx)
{
    const struct relay *r = ctx;
    const struct run_state *s = r->state;
    if (!r->run->progress)
        return;
    struct generate_progress p = {.accepted = s->accepted,
                                  .target = (uint64_t)s->config->target,
                                  .settled = s->next_row,
                                  .failed = s->next_row - s->accepted,
                                  .answered = answered,
                                  .round = s->round + 1,
                                  .rounds = s->config->rounds,
                                  .cost = cost};
    r->run->progress(&p, r->run->ctx);
}

bool generate_summary_adds_up(const struct generate_summary *s)
{
    return s->planned == s->states[STATE_ACCEPTED] + s->states[STATE_REJECTED] +
                             s->states[STATE_FAILED] + s->states[STATE_SKIPPED];
}

void generate_summary_release(struct generate_summary *summary)
{
    arena_release(&summary->arena);
}

static bool run_waves(const struct generate_run *run, struct run_state *state,
                      struct err *err)
{
    struct relay relay = {run, state, 0};
    struct prompt_context prompts = {.prompts = &state->prompts,
                                     .outline = state->outline};
    struct dispatch dispatch = {
        .llm = run->llm,
        .store = state->store,
        .mode = mode_of(run->config),
        .sampling = llm_config_sampling(&run->config->engine, LLM_WRITER, 0),
        .prompts = &prompts,
        .stop = relay_stop,
        .progress = relay_progress,
        .ctx = &relay};
    wave_reopen(state);
    relay_progress(0, 0, &relay);
    while (!state->finished) {
        if (!wave_run(run, state, &dispatch, err))
            return false;
        relay_progress(dispatch.answered, dispatch.cost, &relay);
    }
    return true;
}

bool generate_run(const struct generate_run *run,
                  struct generate_summary *summary, struct err *err)
{
    *summary = (struct generate_summary){0};
    arena_init(&summary->arena);
    struct run_state state;
    if (!fs_make_folder(run->folder, err))
        return false;
    bool ok = state_open(&state, run->config, run->config_text, run->created,
                         run->folder, err) &&
              fs_write_atomic(run->config_file, run->config_file_text, err) &&
              run_waves(run, &state, err);
    if (ok || err->code == ERR_INTERRUPTED)
        ok &= output_summarise(&state, summary, ok ? err : NULL);
    if (ok) {
        assert(generate_summary_adds_up(summary));
        ok = output_write(&state, run->folder, err) &&
             report_write(run, &state, summary, err);
    }
    state_close(&state);
    return ok;
}

/* Mean tokens of a prompt and a reply over a sample of planned rows. */
static bool estimate_rows(struct run_state *s,
                          struct generate_estimate *estimate, struct err *err)
{
    if (!planner_index(s->planner, &s->pool, &s->quota, err))
        return false;
    struct vec cells;
    vec_init(&cells, sizeof(size_t));
    wave_cells(s, &cells);
    struct prompt_context context = {.prompts = &s->prompts,
                                     .outline = s->outline};
    size_t sample = cells.count < 100 ? cells.count : 100;
    int64_t prompt = 0, completion = 0;
    struct buf text;
    buf_init(&text, 32 << 20);
    for (size_t i = 0; i < sample; i++) {
        struct arena arena;
        arena_init(&arena);
        struct row_plan plan;
        struct wish wish;
        planner_next(s->planner, *(size_t *)vec_at(&cells, i), i, 0, 1,
                     (int)s->config->terms, &arena, &plan);
        planner_wish(s->planner, &plan, &wish);
        buf_reset(&text);
        prompt_system(&context, &text);
        prompt_dialogue(&context, &wish, &text);
        prompt += llm_estimate_tokens(buf_str(&text));
        int64_t middle = (plan.length_min + plan.length_max) / 2;
        int64_t per_unit = s->outline->lang == LANG_ZH ? 10 : 14;
        completion += middle * per_unit / 10 + 4 * plan.turns_max;
        /* the examples that later prompts carry */
        prompt += s->config->examples * (middle * per_unit / 10);
        arena_release(&arena);
    }
    buf_release(&text);
    vec_release(&cells);
    if (sample) {
        double rows = (double)estimate->rows / (double)sample;
        estimate->prompt_tokens = (int64_t)((double)prompt * rows);
        estimate->completion_tokens = (int64_t)((double)completion * rows);
    }
    return true;
}

bool generate_estimate(const struct generate_config *config,
                       struct generate_estimate *estimate, struct err *err)
{
    struct run_state state;
    *estimate = (struct generate_estimate){0};
    if (!state_open(&state, config, STR(""), STR(""), NULL, err)) {
        state_close(&state);
        return false;
    }
    estimate->rows = (uint64_t)config->target;
    if (config->limit && (uint64_t)config->limit < estimate->rows)
        estimate->rows = (uint64_t)config->limit;
    if (!estimate_rows(&state, estimate, err)) {
        state_close(&state);
        return false;
    }
    enum generate_mode mode = mode_of(config);
    uint64_t steps = 1;
    if (mode != MODE_ONE_CALL) {
        double turns = 0;
        const struct level *levels = state.outline->levels.items;
        for (size_t i = 0; i < state.outline->levels.count; i++)
            turns += (levels[i].turns.low + levels[i].turns.high) / 2;
        turns /= (double)state.outline->levels.count;
        steps = (uint64_t)turns + (mode == MODE_STAGED ? 2 : 0);
        /* each turn's prompt carries half of the dialogue on average */
        estimate->prompt_tokens = estimate->prompt_tokens * (int64_t)steps / 2;
    }
    estimate->requests =
        estimate->rows * (steps + (config->verifier.enabled ? 1 : 0));
    state_close(&state);
    return true;
}
