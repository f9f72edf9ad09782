/* script.h - what the test endpoint does to which request.
 *
 *     struct script *script = script_load(path, &err);     // NULL: no troubles
 *     struct ask ask;
 *     if (script_read_ask(body, &ask)) …
 *     struct act act = script_choose(script, &ask);
 *     …
 *     script_answered(script, &ask);       // a good answer went out whole
 *     script_put_stats(script, &out);
 *
 * A script is a JSON object:
 *
 *     {"usage": true,        report tokens
 *      "schema": true,       honour response_format; false: ignore it silently
 *      "seed": true,         the text depends on the request alone; false: it
 *                            differs from answer to answer
 *      "logprobs": true,     give them when asked
 *      "stream": true,       stream when asked; false: answer whole
 *      "embeddings": 8,      dimensions; 0: not found
 *      "models": [{"id": "test", "max_model_len": 8192}],
 *      "delay_ms": 0,        before every answer
 *      "rules": [{"do": "status", "status": 500, "share": 0.1, "times": 1,
 *                 "match": "text in the body", "retry_after": "1",
 *                 "delay_ms": 5, "bytes": 100, "reply": "start of an id"}]}
 *
 * The first rule that applies decides. With `reply` the text is one of the
 * lines whose id begins with it (answer.h). `share` picks requests by a hash of
 * their body, so the same ones every time; `times` is how often the rule meets
 * one body (0: always). A request may carry its own rule as `"test": {…}`.
 *
 * Things to do: reply, status (with `status`, `retry_after`), empty (200
 * without body), garbage (200, JSON type, no JSON), type (200, text/html), big
 * (`bytes` of text), cut (close after `bytes` of the answer), stall (silence
 * after `bytes`), drip (`bytes` at a time every `delay_ms`), silent (no answer
 * at all), reset (connection reset), close (closed without a word), nonsense
 * (bytes that are not HTTP).
 */
#ifndef SERVER_SCRIPT_H
#define SERVER_SCRIPT_H

#include "base/json.h"
#include "base/map.h"

enum deed {
    DO_REPLY,
    DO_STATUS,
    DO_EMPTY,
    DO_GARBAGE,
    DO_TYPE,
    DO_BIG,
    DO_CUT,
    DO_STALL,
    DO_DRIP,
    DO_SILENT,
    DO_RESET,
    DO_CLOSE,
    DO_NONSENSE,
    DEED_COUNT
};

struct act {
    enum deed deed;
    int status;
    int64_t delay_ms, bytes;
    char retry_after[64];
    str reply; /* start of the ids of lines; borrowed from the script */
};

/* One request, read. */
struct ask {
    json *doc;    /* owned */
    str body;     /* borrowed */
    uint64_t key; /* hash of the body */
    str reply;    /* of the act that was chosen */
};

struct script;

struct script *script_load(const char *path, struct err *err);
void script_free(struct script *script);
/* The document; never NULL. */
const json *script_doc(const struct script *script);
bool script_flag(const struct script *script, const char *name);

bool script_read_ask(str body, struct ask *ask);
void script_drop_ask(struct ask *ask);
struct act script_choose(struct script *script, const struct ask *ask);
void script_answered(struct script *script, const struct ask *ask);
/* {"requests":…,"distinct":…,"answered":…,"asked_again":…,"acts":{…}}:
 * asked_again counts requests whose body had been answered whole before. */
void script_put_stats(const struct script *script, struct buf *out);
/* Counter of answers, for texts that differ. */
uint64_t script_count(const struct script *script);

#endif
