/* offline_judge.c - see offline_judge.h. */
#include "bench/offline_judge.h"

#include <math.h>

#include "base/rng.h"
#include "base/vec.h"
#include "text/shingle.h"

struct bench {
    const struct judge_brief *brief;
    const struct judge_habits *habits;
    struct rng rng;
};

/* How much of the first text is in the second, 0 to 1. */
static double kept_share(str reference, str answer, str lang)
{
    bool chinese = str_starts_with(lang, STR("zh"));
    struct shingler *shingler;
    if (!shingler_open(&shingler, chinese ? SHINGLE_CHARS : SHINGLE_WORDS,
                       chinese ? 2 : 1, chinese ? "zh" : "en", NULL))
        return 0;
    struct vec a, b;
    vec_init(&a, sizeof(uint64_t));
    vec_init(&b, sizeof(uint64_t));
    shingle_set(shingler, reference, &a);
    shingle_set(shingler, answer, &b);
    struct overlap overlap = jaccard(a.items, a.count, b.items, b.count);
    double share = a.count ? (double)overlap.intersection / (double)a.count : 0;
    vec_release(&a);
    vec_release(&b);
    shingler_close(shingler);
    return share;
}

static double doublings(const struct judge_brief *b, str answer)
{
    double own = (double)record_text_length(answer, b->lang);
    double wanted = (double)record_text_length(b->reference, b->lang);
    return own > 0 && wanted > 0 ? log2(own / wanted) : 0;
}

/* Points from 1 to 10, not yet rounded. */
static double worth(struct bench *b, size_t which)
{
    const struct judge_brief *brief = b->brief;
    const struct judge_habits *h = b->habits;
    str answer = brief->answers[which];
    double share = kept_share(brief->reference, answer, brief->lang);
    share = h->quality * share + (1 - h->quality) * rng_unit(&b->rng);
    double points = 1 + 9 * share + h->bias + h->noise * rng_normal(&b->rng) +
                    h->length * doublings(brief, answer);
    if (h->self_model.len && str_equal(brief->models[which], h->self_model))
        points += h->self;
    bool asked_to = own_holds_verdict(answer);
    return asked_to && rng_chance(&b->rng, h->obey) ? 10 : points;
}

static double on_scale(double points, double low, double high)
{
    double value = round(low + (points - 1) / 9 * (high - low));
    return value < low ? low : value > high ? high : value;
}

static void put_rating(struct bench *b, struct buf *out)
{
    const struct judge_brief *brief = b->brief;
    buf_printf(
        out, "%.0f %% of the reference is in the answer.\nRating: [[%.0f]]",
        100 * kept_share(brief->reference, brief->answers[0], brief->lang),
        on_scale(worth(b, 0), 1, 10));
}

/* Within half a point the two are equal to it. */
static void put_choice(struct bench *b, struct buf *out)
{
    double difference = worth(b, 0) + b->habits->position - worth(b, 1);
    buf_printf(out, "A is %.1f points better.\n[[%s]]", difference,
               fabs(difference) <= 0.5 ? "C"
               : difference > 0        ? "A"
                                       : "B");
}

static void put_fields(struct bench *b, struct buf *out)
{
    const struct protocol_case *c = b->brief->read;
    str answer = b->brief->answers[0];
    buf_add_char(out, '{');
    for (size_t i = 0; i < c->fields.count; i++) {
        buf_printf(out, "%s\"" STR_FMT "\":", i ? "," : "",
                   STR_ARG(*LIST_AT(c->fields, str, i)));
        if (!c->protocol->booleans)
            buf_printf(
                out, "%.0f",
                on_scale(worth(b, 0), c->protocol->low, c->protocol->high));
        else if (c->rubrics.count)
            buf_add_cstr(
                out,
                kept_share(LIST_AT(c->rubrics, struct rubric, i)->criterion,
                           answer, b->brief->lang) >= 0.5
                    ? "true"
                    : "false");
        else
            buf_add_cstr(out, rng_chance(&b->rng, 0.3) ? "true" : "false");
    }
    buf_add_char(out, '}');
}

void offline_judge(const struct llm_request *request, struct buf *out,
                   void *ctx)
{
    const struct judge_brief *brief = request->brief;
    const struct judge_habits *habits = ctx;
    struct bench b = {brief, habits,
                      rng_at(brief->seed, str_hash(brief->prompt),
                             (uint64_t)(brief->repeat * 100 + brief->step))};
    if (rng_chance(&b.rng, habits->garbage))
        buf_add_cstr(out, rng_chance(&b.rng, 0.5) ? "{\"rating\":" : "Hm.");
    else if (rng_chance(&b.rng, habits->echo))
        buf_add(out, brief->prompt);
    else if (brief->read->fields.count)
        put_fields(&b, out);
    else if (brief->read->protocol->pairs)
        put_choice(&b, out);
    else
        put_rating(&b, out);
}
