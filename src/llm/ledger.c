/* ledger.c - see ledger.h. */
#include "llm/ledger.h"

enum { UNREACHABLE_AFTER = 16 };

static bool give_up(const struct llm_reply *reply, const char *why,
                    struct err *err)
{
    err_set(err, ERR_NETWORK, "endpoint '" STR_FMT "' %s: " STR_FMT,
            STR_ARG(reply->endpoint), why, STR_ARG(reply->message));
    return true;
}

bool ledger_is_hopeless(struct ledger *ledger, const struct llm_reply *reply,
                        struct err *err)
{
    if (reply->error == LLM_AUTH)
        return give_up(reply, "refuses the key", err);
    ledger->ever_answered |= reply->error == LLM_OK;
    ledger->transport_failures =
        reply->error == LLM_TRANSPORT ? ledger->transport_failures + 1 : 0;
    return !ledger->ever_answered &&
           ledger->transport_failures >= UNREACHABLE_AFTER &&
           give_up(reply, "cannot be reached", err);
}

struct store_reply ledger_row(const struct llm_reply *reply, uint64_t id,
                              int64_t step)
{
    return (struct store_reply){
        .id = id,
        .step = step,
        .text = reply->text,
        .finish_reason = reply->finish_reason,
        .model = reply->model,
        .error = reply->error == LLM_OK ? STR("")
                                        : str_of(llm_error_name(reply->error)),
        .prompt_tokens = reply->usage.prompt_tokens,
        .completion_tokens = reply->usage.completion_tokens,
        .cost = reply->usage.cost,
        .latency_ms = reply->latency_ms,
        .tries = reply->tries};
}
