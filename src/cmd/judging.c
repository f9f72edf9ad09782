/* judging.c - see judging.h. */
#include "cmd/judging.h"

#include "base/log.h"
#include "base/progress.h"
#include "cmd/engine.h"

/* --- before --- */

/* What would be asked of each judge now. */
static struct table *make_plan(struct judge_run *run,
                               const struct judge_config *config,
                               struct err *err)
{
    struct table *t =
        table_new("judge", "requests", "prompt tokens",
                  "completion tokens at most", "cost at most", NULL);
    struct arena arena;
    arena_init(&arena);
    bool ok = true;
    for (size_t i = 0; ok && i < judge_seat_count(config); i++) {
        const struct judge_seat *seat = judge_seat(config, i);
        struct judge_estimate e;
        double cost;
        ok = judge_estimate(run, i, &e, err);
        bool priced = ok && engine_estimate_cost(&seat->engine, e.prompt_tokens,
                                                 e.completion_tokens, &cost);
        const str cells[] = {
            seat->name,
            arena_printf(&arena, "%llu", (unsigned long long)e.requests),
            arena_printf(&arena, "%lld", (long long)e.prompt_tokens),
            arena_printf(&arena, "%lld", (long long)e.completion_tokens),
            priced ? arena_printf(&arena, "%.2f", cost) : STR("no price")};
        table_add_cells(t, cells, sizeof cells / sizeof *cells);
    }
    arena_release(&arena);
    if (ok)
        return t;
    table_free(t);
    return NULL;
}

void judging_print_table(struct table *t, FILE *out)
{
    struct buf text;
    buf_init(&text, BUF_MAX);
    table_write(t, table_style_for(out), &text);
    if (out == stderr)
        log_info("%s", buf_cstr(&text));
    else
        fputs(buf_cstr(&text), out);
    buf_release(&text);
    table_free(t);
}

bool judging_show_plan(struct judge_run *run, const struct judge_config *config,
                       FILE *out, struct err *err)
{
    struct table *plan = make_plan(run, config, err);
    if (!plan)
        return false;
    judging_print_table(plan, out);
    return true;
}

/* --- after --- */

void judging_log_summary(const struct judge_summary *s)
{
    log_info(
        "%llu verdicts: %llu graded, %llu unreadable, %llu without an "
        "answer, %llu without a reference, %llu without a rubric, %llu "
        "without a majority, %llu failed; coverage %.1f %%; cost %.4f",
        (unsigned long long)s->verdicts, (unsigned long long)s->graded,
        (unsigned long long)s->unreadable, (unsigned long long)s->no_answer,
        (unsigned long long)s->no_reference, (unsigned long long)s->no_rubric,
        (unsigned long long)s->no_majority, (unsigned long long)s->failed,
        100 * s->coverage, s->cost);
    if (s->has_rating || s->addresses_judge || s->copies_reference)
        log_warn("%llu answers hold a rating, %llu speak to the judge, %llu "
                 "copy the reference",
                 (unsigned long long)s->has_rating,
                 (unsigned long long)s->addresses_judge,
                 (unsigned long long)s->copies_reference);
    if (s->below_scale)
        log_warn("%llu ratings of 0, below the scale, were read leniently",
                 (unsigned long long)s->below_scale);
    if (s->has_agreement)
        log_info("agreement of the jury: Krippendorff's alpha %.3f",
                 s->agreement);
}

int judging_status(const struct judge_summary *s, double floor)
{
    if (s->coverage < floor) {
        log_error("coverage %.3f is under the floor of %.3f", s->coverage,
                  floor);
        return EXIT_STATUS_FAILED;
    }
    return s->graded < s->verdicts || s->bad_lines || s->unknown || s->unpaired
               ? EXIT_STATUS_PARTIAL
               : EXIT_STATUS_DONE;
}

/* --- the work --- */

static void show_progress(uint64_t done, uint64_t failed, double cost,
                          void *ctx)
{
    progress_update(ctx, (struct progress_state){
                             .done = done, .failed = failed, .cost = cost});
}

bool judging_work(struct judge_run *run, const struct judge_config *config,
                  struct judge_summary *summary, struct err *err)
{
    if (!judging_show_plan(run, config, stderr, err))
        return false;
    struct progress *progress = progress_new((struct progress_options){
        .label = "judge", .unit = "verdicts", .total = judge_row_count(run)});
    const struct judge_watch watch = {cmd_interrupted, show_progress, progress};
    bool ok = judge_work(run, &watch, err);
    progress_finish(progress);
    return ok && judge_finish(run, summary, err);
}
