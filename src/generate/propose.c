/* propose.c - see propose.h. */
#include "generate/propose.h"

#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "generate/judge.h"
#include "text/similarity.h"

enum { PROPOSAL_BYTES_MAX = 2000 };

bool propose_numbers(str text, struct range *range)
{
    double found[2];
    size_t count = 0;
    for (size_t i = 0; i < text.len && count < 2;) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            i++;
            continue;
        }
        double value = 0;
        while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9')
            value = value * 10 + (text.ptr[i++] - '0');
        found[count++] = value;
    }
    if (count == 0 || found[0] > 1e6 || (count == 2 && found[1] > 1e6))
        return false;
    if (count == 1)
        found[1] = found[0];
    *range = (struct range){fmin(found[0], found[1]), fmax(found[0], found[1])};
    return true;
}

/* Dice over the longest common subsequence of characters. */
static double likeness(str a, str b)
{
    size_t shared = lcs_length_text(a, b);
    size_t total = utf8_count(a) + utf8_count(b);
    return total ? 2.0 * (double)shared / (double)total : 0;
}

static bool fits_level(const struct outline_task *task, int64_t level)
{
    const double *levels = task->levels.items;
    for (size_t i = 0; i < task->levels.count; i++)
        if ((int64_t)levels[i] == level)
            return true;
    return false;
}

/* The task of the outline that a free text means; among those that fit the
 * relation and level. NULL when the outline has none there. */
static const struct outline_task *match_task(const struct outline *o,
                                             enum relation relation,
                                             int64_t level, str text)
{
    const struct outline_task *tasks = o->tasks.items, *best = NULL;
    double best_score = -1;
    for (size_t i = 0; i < o->tasks.count; i++) {
        if (!tasks[i].fits_relation[relation] || !fits_level(&tasks[i], level))
            continue;
        double score = likeness(text, tasks[i].name);
        if (str_equal(text, tasks[i].id) || str_equal(text, tasks[i].name))
            score = 3;
        else if (str_contains(text, tasks[i].name))
            score += 1;
        else
            score += likeness(text, tasks[i].description) / 2;
        if (score > best_score) {
            best_score = score;
            best = &tasks[i];
        }
    }
    return best;
}

/* The level whose middle length is nearest (on a log scale). */
static const struct level *match_level(const struct outline *o,
                                       struct range length)
{
    const struct level *levels = o->levels.items, *best = levels;
    double middle = (length.low + length.high) / 2, best_gap = INFINITY;
    for (size_t i = 0; i < o->levels.count; i++) {
        double own = (levels[i].length.low + levels[i].length.high) / 2;
        double gap = fabs(log((middle + 1) / (own + 1)));
        if (gap < best_gap) {
            best_gap = gap;
            best = &levels[i];
        }
    }
    return best;
}

static struct range within(struct range wanted, struct range allowed)
{
    struct range r = {fmax(wanted.low, allowed.low),
                      fmin(wanted.high, allowed.high)};
    /* a narrow wish is widened to a usable one, a foreign one replaced */
    if (r.high < r.low || r.high < allowed.low || r.low > allowed.high)
        return allowed;
    double slack = (allowed.high - allowed.low) / 4;
    if (r.high - r.low < slack) {
        r.low = fmax(allowed.low, r.low - slack / 2);
        r.high = fmin(allowed.high, r.high + slack / 2);
    }
    return (struct range){floor(r.low), ceil(r.high)};
}

static bool known(const struct pool *pool, const struct instruction *one,
                  double near)
{
    for (size_t i = 0; i < pool_size(pool); i++) {
        const struct instruction *other = pool_at(pool, i);
        if (other->relation != one->relation ||
            other->outline_topic != one->outline_topic)
            continue;
        if (str_equal(other->scenario, one->scenario) &&
            likeness(other->text, one->text) >= near)
            return true;
    }
    return false;
}

static size_t trial_count(const struct pool *pool)
{
    size_t count = 0;
    for (size_t i = 0; i < pool_size(pool); i++) {
        enum instruction_status status = pool_at(pool, i)->status;
        count += status == INSTRUCTION_TRIAL || status == INSTRUCTION_CANDIDATE;
    }
    return count;
}

/* Everything about a proposal that can be told without the pool. */
static bool interpret(struct run_state *s, const struct job *job,
                      const struct proposal *p, struct instruction *out)
{
    size_t bytes = p->scenario.len + p->topic.len + p->task.len;
    enum relation relation = relation_from_name(p->relation);
    if (relation == RELATION_NONE || relation > RELATION_PATIENT_NURSE ||
        p->topic.len == 0 || p->task.len == 0 || bytes > PROPOSAL_BYTES_MAX)
        return false;
    struct range turns = {0, 0}, length = {0, 0};
    const struct level *level = outline_level(s->outline, job->wish.level);
    if (propose_numbers(p->length, &length))
        level = match_level(s->outline, length);
    else
        length = level->length;
    if (!propose_numbers(p->turns, &turns))
        turns = level->turns;
    const struct outline_task *task =
        match_task(s->outline, relation, level->level, p->task);
    const struct topic *topic = planner_topic(s->planner, p->topic);
    if (!task || !topic)
        return false;
    *out = (struct instruction){
        .relation = relation,
        .scenario = p->scenario.len ? p->scenario : job->wish.scenario,
        .topic = p->topic,
        .task = task->id,
        .level = level->level,
        .turns = within(turns, level->turns),
        .length = within(length, level->length),
        .text = p->task,
        .origin = ORIGIN_MACHINE,
        .parent = job->plan.instruction->id,
        .round = s->round,
        .entered = -1,
        .status = INSTRUCTION_TRIAL,
        .sample_row = NO_ROW,
        .cell = quota_cell(&s->quota, relation, level->level, task->id),
        .outline_topic = topic};
    return true;
}

void propose_take(struct run_state *s, const struct job *job)
{
    for (size_t i = 0; i < job->proposals.count; i++) {
        const struct proposal *p = LIST_AT(job->proposals, struct proposal, i);
        s->proposals++;
        s->now.proposals++;
        struct instruction one;
        if (!interpret(s, job, p, &one) || one.cell == STR_NONE ||
            trial_count(&s->pool) >= (size_t)s->config->pool.trial_max ||
            known(&s->pool, &one, s->config->pool.near))
            continue;
        char id[64];
        snprintf(id, sizeof id, "m-%llu-%zu", (unsigned long long)job->plan.id,
                 i + 1);
        one.id = str_of(id);
        pool_add(&s->pool, &one);
        s->proposals_kept++;
        s->now.proposals_kept++;
    }
}
