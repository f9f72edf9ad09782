/* endpoint.h - the configured endpoints of a run: addresses, keys, and who is
 * asked next.
 *
 *     struct endpoints *all = endpoints_open(&config, &prices, redact, &err);
 *     size_t i = endpoints_choose(all, LLM_WRITER, avoid, now_ms);
 *     if (i == ENDPOINT_NONE) …                 // none may be asked now
 *     struct endpoint *e = endpoints_at(all, i);
 *     endpoints_sent(all, i);
 *     endpoints_close(all);
 *
 * Among the endpoints of a part that may be asked now, the one that is furthest
 * behind its weight is chosen; so shares follow the weights while all are
 * healthy, and the others take over when one slows down. After REST_AFTER
 * troubles of transport in a row an endpoint rests and is only chosen when no
 * other is left, full ones counted. After LOCKED_AFTER refused keys in a row it
 * is not asked again. Keys are read here, once, and live only here (and in the
 * redactor).
 */
#ifndef LLM_ENDPOINT_H
#define LLM_ENDPOINT_H

#include <curl/curl.h>

#include "llm/chat.h"
#include "llm/config.h"
#include "llm/price.h"
#include "llm/redact.h"
#include "llm/throttle.h"

struct endpoint {
    const struct llm_endpoint_config *config; /* borrowed */
    struct chat_target target;
    struct throttle throttle;
    struct curl_slist *headers; /* owned; with the key */
    const char *url_base;       /* owned; without a slash at the end */
    const char *ca_file;        /* owned or NULL */
    json *extra;                /* owned or NULL */
    const struct price *price;  /* NULL: unknown */
    bool for_part[LLM_PART_COUNT];
    double served; /* requests / weight: who is behind */
    int troubles_in_row, auth_in_row;
    int64_t rest_until_ms;
    bool locked;  /* its key is refused: do not ask again */
    bool reached; /* it accepted a connection; until then few are tried */
};

struct endpoints;

#define ENDPOINT_NONE ((size_t)-1)
#define ENDPOINTS_MAX 64

/* Checks addresses, headers and `extra`, reads the keys and tells them to the
 * redactor. ERR_CONFIG names the endpoint. Everything borrowed must outlive the
 * result. */
MUST_USE struct endpoints *endpoints_open(const struct llm_config *config,
                                          const struct price_table *prices,
                                          struct redact *redact,
                                          struct err *err);
void endpoints_close(struct endpoints *all); /* wipes the keys */
size_t endpoints_count(const struct endpoints *all);
struct endpoint *endpoints_at(struct endpoints *all, size_t index);

/* An endpoint that may be sent to now, not `avoid` (ENDPOINT_NONE: none) when
 * the part has another. */
size_t endpoints_choose(struct endpoints *all, enum llm_part part, size_t avoid,
                        int64_t now_ms);
/* Earliest time at which one of the part's endpoints leaves its pause; now_ms
 * when one is not paused; INT64_MAX when the part has none left. */
int64_t endpoints_open_at(const struct endpoints *all, enum llm_part part,
                          int64_t now_ms);
/* When the next pause of one of the part's endpoints ends; INT64_MAX: none. */
int64_t endpoints_pause_ends_at(const struct endpoints *all, enum llm_part part,
                                int64_t now_ms);
bool endpoints_serve(const struct endpoints *all, enum llm_part part);

/* Counts the choice; the ticket of its throttle. */
uint64_t endpoints_sent(struct endpoints *all, size_t index);
void endpoints_healthy(struct endpoints *all, size_t index);
void endpoints_troubled(struct endpoints *all, size_t index, int64_t now_ms);
void endpoints_key_refused(struct endpoints *all, size_t index);

#endif
