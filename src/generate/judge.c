/* judge.c - see judge.h. */
#include "generate/judge.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "reply/reply.h"

struct judging {
    const struct reply_rules *rules;
    const struct refiner *refiner;
    struct refine_worker **workers; /* one per thread */
    struct vec *shingles;           /* scratch, one per thread */
    struct job *jobs;
};

static void reject(struct job *job, str reason, const char *detail)
{
    job->state = STATE_REJECTED;
    job->reason = reason;
    job->detail = arena_copy(&job->arena, str_of(detail));
}

static void keep(struct judging *g, struct job *job, size_t worker,
                 struct list turns)
{
    job->state = STATE_ANSWERED;
    job->reason = STR("");
    job->turns = turns;
    refine_shingles(g->workers[worker], &g->shingles[worker]);
    job->shingles = list_from_vec(&job->arena, &g->shingles[worker]);
}

static void judge_dialogues(struct judging *g, struct job *job, size_t worker,
                            const struct reply *reply)
{
    struct vec extras;
    vec_init(&extras, sizeof(str));
    bool kept = false;
    for (size_t i = 0; i < reply->dialogues.count; i++) {
        const struct reply_dialogue *d =
            LIST_AT(reply->dialogues, struct reply_dialogue, i);
        struct refine_input input = refine_input_of(&job->wish, d->turns);
        input.cut = str_equal(job->finish_reason, STR("length"));
        struct refine_verdict verdict;
        refine_check(g->refiner, g->workers[worker], &input, &verdict);
        const char *name = refine_reason_name(verdict.reason);
        if (verdict.reason == REFINE_OK && !kept) {
            keep(g, job, worker, d->turns);
            kept = true;
        } else if (i > 0) {
            *(str *)vec_add(&extras) = str_of(name);
        } else {
            reject(job, str_of(name), verdict.detail);
        }
    }
    if (reply->dialogues.count == 0) {
        const struct reply_reject *first =
            reply->rejects.count
                ? LIST_AT(reply->rejects, struct reply_reject, 0)
                : NULL;
        reject(job, first ? reply_reason_name(first->reason) : STR("empty"),
               "");
    }
    job->extras = list_from_vec(&job->arena, &extras);
    vec_release(&extras);
}

static str amount(struct job *job, const struct reply_amount *a)
{
    return a->is_number ? arena_printf(&job->arena, "%.0f", a->number)
                        : a->text;
}

static void take_proposals(struct job *job, const struct reply *reply)
{
    size_t count = reply->instructions.count;
    job->proposals = list_make(&job->arena, count, sizeof(struct proposal));
    for (size_t i = 0; i < count; i++) {
        const struct reply_instruction *from =
            LIST_AT(reply->instructions, struct reply_instruction, i);
        *LIST_AT(job->proposals, struct proposal, i) =
            (struct proposal){relation_name(from->relation),
                              from->scenario,
                              from->topic,
                              from->task,
                              amount(job, &from->turns),
                              amount(job, &from->length)};
    }
}

static void judge_one(size_t index, size_t worker, void *ctx)
{
    struct judging *g = ctx;
    struct job *job = &g->jobs[index];
    if (job->error != LLM_OK || job->state != STATE_ANSWERED)
        return;
    struct reply_input input = {
        .lang = lang_name(job->wish.lang),
        .ask = job->plan.propose > 0 ? REPLY_ASK_BOTH : REPLY_ASK_DIALOGUE,
        .finish_reason = job->finish_reason,
        .raw = job->text};
    struct reply reply;
    reply_parse(g->rules, &input, &job->arena, &reply);
    judge_dialogues(g, job, worker, &reply);
    if (job->plan.propose > 0)
        take_proposals(job, &reply);
}

void judge_all(const struct reply_rules *rules, const struct refiner *refiner,
               struct job *jobs, size_t count)
{
    size_t workers = parallel_workers();
    struct judging g = {.rules = rules, .refiner = refiner, .jobs = jobs};
    g.workers = mem_zero(workers, sizeof *g.workers);
    g.shingles = mem_zero(workers, sizeof *g.shingles);
    for (size_t i = 0; i < workers; i++) {
        g.workers[i] = refine_worker_new(refiner);
        vec_init(&g.shingles[i], sizeof(uint64_t));
    }
    parallel_for(count, judge_one, &g);
    for (size_t i = 0; i < workers; i++) {
        refine_worker_free(g.workers[i]);
        vec_release(&g.shingles[i]);
    }
    free(g.workers);
    free(g.shingles);
}
