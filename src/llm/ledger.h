/* ledger.h - an engine's reply on its way to the run journal.
 *
 *     struct ledger ledger = {0};                       // one per run
 *     if (ledger_is_hopeless(&ledger, reply, err)) …    // stop the run
 *     struct store_reply row = ledger_row(reply, id, step);
 *     store_answer(store, &row, final, err);
 *
 * Every job that asks a model does these two things with each reply.
 */
#ifndef LLM_LEDGER_H
#define LLM_LEDGER_H

#include "llm/llm.h"
#include "store/store.h"

/* What is known of the endpoints so far; zero to begin with. */
struct ledger {
    uint64_t transport_failures; /* in a row */
    bool ever_answered;
};

/* True with ERR_NETWORK when going on would only fail row after row: the key
 * is refused, or nothing was ever reached in 16 requests. */
bool ledger_is_hopeless(struct ledger *ledger, const struct llm_reply *reply,
                        struct err *err);

/* The reply as the journal keeps it; views of the reply's text. */
struct store_reply ledger_row(const struct llm_reply *reply, uint64_t id,
                              int64_t step);

#endif
