/* budget.h - hard caps on requests and tokens per minute, tokens and money.
 *
 *     struct budget b;
 *     budget_init(&b, &caps, now_ms);
 *     switch (budget_ask(&b, tokens, cost, now_ms, &again_ms)) {
 *     case BUDGET_GO:   budget_reserve(&b, tokens, cost, now_ms); send; break;
 *     case BUDGET_WAIT: come back at again_ms, or after a settlement; break;
 *     case BUDGET_SPENT: never again
 *     }
 *     budget_settle(&b, tokens, cost, real_tokens, real_cost);
 *
 * What is in flight is reserved at its highest likely use, so the totals are
 * never passed when the estimates hold. Rates are token buckets that start with
 * a twentieth of a minute's worth: no 60 seconds hold more requests than the
 * cap. Tokens are known only afterwards, so their bucket may run into debt by
 * what a request was underestimated; the debt is waited for. A cap of 0 is no
 * cap. Pure: time is an argument.
 */
#ifndef LLM_BUDGET_H
#define LLM_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct budget_caps {
    int64_t requests_per_minute;
    int64_t tokens_per_minute;
    int64_t tokens_total;
    double cost_total;
};

struct budget_bucket {
    double level, capacity;
    double per_ms; /* 0 = no cap */
    int64_t filled_at_ms;
};

struct budget {
    struct budget_caps caps;
    struct budget_bucket requests, tokens;
    int64_t tokens_spent, tokens_reserved;
    double cost_spent, cost_reserved;
};

enum budget_answer { BUDGET_GO, BUDGET_WAIT, BUDGET_SPENT };

#define BUDGET_NO_TIME INT64_MAX /* a settlement decides, not the clock */

void budget_init(struct budget *b, const struct budget_caps *caps,
                 int64_t now_ms);
/* May a request go that uses at most so much? With BUDGET_WAIT, *again_ms is
 * when to ask again. BUDGET_SPENT: it would pass a total even when all that is
 * in flight were free. */
enum budget_answer budget_ask(struct budget *b, int64_t tokens, double cost,
                              int64_t now_ms, int64_t *again_ms);
void budget_reserve(struct budget *b, int64_t tokens, double cost,
                    int64_t now_ms);
/* Gives the reservation back and books what was really used. */
void budget_settle(struct budget *b, int64_t tokens_reserved,
                   double cost_reserved, int64_t tokens_used, double cost_used);

#endif
