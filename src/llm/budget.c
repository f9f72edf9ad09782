/* budget.c - see budget.h. */
#include "llm/budget.h"

#include <assert.h>
#include <math.h>

static const double MINUTE_MS = 60000, BURST_SHARE = 0.05;

/* With a start level of b and a refill of r in a minute, a half-open minute
 * lets through at most b - 1 + r whole units: r is chosen so that this is the
 * cap. */
static struct budget_bucket bucket(int64_t cap, int64_t now_ms)
{
    if (cap == 0)
        return (struct budget_bucket){0};
    double burst = floor((double)cap * BURST_SHARE);
    if (burst < 1)
        burst = 1;
    return (struct budget_bucket){.level = burst,
                                  .capacity = burst,
                                  .per_ms =
                                      ((double)cap - burst + 1) / MINUTE_MS,
                                  .filled_at_ms = now_ms};
}

void budget_init(struct budget *b, const struct budget_caps *caps,
                 int64_t now_ms)
{
    *b = (struct budget){.caps = *caps,
                         .requests = bucket(caps->requests_per_minute, now_ms),
                         .tokens = bucket(caps->tokens_per_minute, now_ms)};
}

static void fill(struct budget_bucket *bucket, int64_t now_ms)
{
    if (now_ms <= bucket->filled_at_ms)
        return;
    bucket->level += bucket->per_ms * (double)(now_ms - bucket->filled_at_ms);
    if (bucket->level > bucket->capacity)
        bucket->level = bucket->capacity;
    bucket->filled_at_ms = now_ms;
}

/* When the bucket holds `need`; now when it does already. */
static int64_t ready_at(struct budget_bucket *bucket, double need,
                        int64_t now_ms)
{
    if (bucket->per_ms <= 0)
        return now_ms;
    fill(bucket, now_ms);
    double lack = need - bucket->level;
    /* A shade of rounding must not cost a millisecond of waiting. */
    if (lack <= 1e-9)
        return now_ms;
    return now_ms + (int64_t)ceil(lack / bucket->per_ms);
}

enum budget_answer budget_ask(struct budget *b, int64_t tokens, double cost,
                              int64_t now_ms, int64_t *again_ms)
{
    const struct budget_caps *caps = &b->caps;
    bool over_tokens =
        caps->tokens_total && b->tokens_spent + tokens > caps->tokens_total;
    bool over_cost =
        caps->cost_total > 0 && b->cost_spent + cost > caps->cost_total;
    if (over_tokens || over_cost)
        return BUDGET_SPENT;
    *again_ms = BUDGET_NO_TIME;
    if (caps->tokens_total &&
        b->tokens_spent + b->tokens_reserved + tokens > caps->tokens_total)
        return BUDGET_WAIT;
    if (caps->cost_total > 0 &&
        b->cost_spent + b->cost_reserved + cost > caps->cost_total)
        return BUDGET_WAIT;
    /* A request larger than the bucket goes when the bucket is full, and
     * leaves a debt. */
    double need = fmin((double)tokens, b->tokens.capacity);
    int64_t requests_at = ready_at(&b->requests, 1, now_ms);
    int64_t tokens_at = ready_at(&b->tokens, need, now_ms);
    *again_ms = requests_at > tokens_at ? requests_at : tokens_at;
    return *again_ms > now_ms ? BUDGET_WAIT : BUDGET_GO;
}

void budget_reserve(struct budget *b, int64_t tokens, double cost,
                    int64_t now_ms)
{
    fill(&b->requests, now_ms);
    fill(&b->tokens, now_ms);
    if (b->requests.per_ms > 0)
        b->requests.level -= 1;
    if (b->tokens.per_ms > 0)
        b->tokens.level -= (double)tokens;
    b->tokens_reserved += tokens;
    b->cost_reserved += cost;
}

void budget_settle(struct budget *b, int64_t tokens_reserved,
                   double cost_reserved, int64_t tokens_used, double cost_used)
{
    assert(tokens_reserved <= b->tokens_reserved);
    b->tokens_reserved -= tokens_reserved;
    b->cost_reserved -= cost_reserved;
    if (b->cost_reserved < 0) /* by rounding */
        b->cost_reserved = 0;
    b->tokens_spent += tokens_used;
    b->cost_spent += cost_used;
    if (b->tokens.per_ms > 0)
        b->tokens.level += (double)(tokens_reserved - tokens_used);
}
