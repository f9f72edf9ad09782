/* script.c - see script.h. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/rng.h"

enum { SCRIPT_BYTES_MAX = 1 << 20, DEFAULT_STATUS = 500 };

static const char *const deed_names[DEED_COUNT] = {
    "reply", "status", "empty",  "garbage", "type",  "big",     "cut",
    "stall", "drip",   "silent", "reset",   "close", "nonsense"};

struct script {
    json *doc;           /* owned */
    struct map attempts; /* "<key>/<rule>" and "<key>" → how often */
    struct map answered; /* "<key>" → how often */
    uint64_t requests, answers, asked_again;
    uint64_t deeds[DEED_COUNT];
};

struct script *script_load(const char *path, struct err *err)
{
    struct script *s = mem_zero(1, sizeof *s);
    struct buf text;
    buf_init(&text, SCRIPT_BYTES_MAX);
    map_init(&s->attempts);
    map_init(&s->answered);
    bool ok = !path || fs_read(path, &text, err);
    if (ok)
        s->doc = json_parse(path ? buf_str(&text) : STR("{}"), err);
    buf_release(&text);
    if (s->doc)
        return s;
    script_free(s);
    return NULL;
}

void script_free(struct script *s)
{
    if (!s)
        return;
    json_free(s->doc);
    map_release(&s->attempts);
    map_release(&s->answered);
    free(s);
}

const json *script_doc(const struct script *s)
{
    return s->doc;
}

bool script_flag(const struct script *s, const char *name)
{
    return json_bool(json_get(s->doc, name), true);
}

uint64_t script_count(const struct script *s)
{
    return s->requests;
}

bool script_read_ask(str body, struct ask *ask)
{
    *ask = (struct ask){.body = body, .key = str_hash(body)};
    ask->doc = json_parse(body, NULL);
    return ask->doc != NULL;
}

void script_drop_ask(struct ask *ask)
{
    json_free(ask->doc);
    ask->doc = NULL;
}

static enum deed deed_of(const json *rule)
{
    str name = json_str(json_get(rule, "do"), STR("reply"));
    for (enum deed d = 0; d < DEED_COUNT; d++)
        if (str_equal(name, str_of(deed_names[d])))
            return d;
    fprintf(stderr, "testserver: unknown deed '" STR_FMT "'\n", STR_ARG(name));
    return DO_REPLY;
}

/* How often the rule met this body before; counts this time. */
static uint64_t meet(struct script *s, const struct ask *ask, size_t rule)
{
    char key[64];
    int len = snprintf(key, sizeof key, "%llx/%zu",
                       (unsigned long long)ask->key, rule);
    return map_count(&s->attempts, str_make(key, (size_t)len), 1) - 1;
}

static bool applies(struct script *s, const struct ask *ask, const json *rule,
                    size_t number)
{
    str match = json_str(json_get(rule, "match"), STR(""));
    if (match.len && !str_contains(ask->body, match))
        return false;
    double share = json_number(json_get(rule, "share"), 1);
    struct rng rng = rng_at(ask->key, RNG_STREAM("share"), number);
    if (rng_unit(&rng) >= share)
        return false;
    int64_t times = json_int(json_get(rule, "times"), 0);
    return times == 0 || meet(s, ask, number) < (uint64_t)times;
}

static struct act act_of(const struct script *s, const json *rule)
{
    struct act act = {
        .deed = deed_of(rule),
        .status = (int)json_int(json_get(rule, "status"), DEFAULT_STATUS),
        .bytes = json_int(json_get(rule, "bytes"), 0),
        .reply = json_str(json_get(rule, "reply"), STR(""))};
    int64_t every = json_int(json_get(s->doc, "delay_ms"), 0);
    act.delay_ms = json_int(json_get(rule, "delay_ms"), every);
    str wait = json_str(json_get(rule, "retry_after"), STR(""));
    snprintf(act.retry_after, sizeof act.retry_after, STR_FMT, STR_ARG(wait));
    return act;
}

struct act script_choose(struct script *s, const struct ask *ask)
{
    s->requests++;
    char key[32];
    int len = snprintf(key, sizeof key, "%llx", (unsigned long long)ask->key);
    map_count(&s->attempts, str_make(key, (size_t)len), 1);
    if (map_get(&s->answered, str_make(key, (size_t)len), NULL))
        s->asked_again++;
    const json *chosen = NULL;
    const json *own = json_get(ask->doc, "test");
    size_t number = 0;
    if (json_is_object(own) && applies(s, ask, own, number))
        chosen = own;
    JSON_EACH(rule, json_get(s->doc, "rules"))
    {
        number++;
        if (!chosen && applies(s, ask, rule, number))
            chosen = rule;
    }
    struct act act = act_of(s, chosen);
    s->deeds[act.deed]++;
    return act;
}

void script_answered(struct script *s, const struct ask *ask)
{
    char key[32];
    int len = snprintf(key, sizeof key, "%llx", (unsigned long long)ask->key);
    s->answers++;
    map_count(&s->answered, str_make(key, (size_t)len), 1);
}

/* Bodies without the counts per rule, whose keys hold a '/'. */
static uint64_t distinct_bodies(const struct script *s)
{
    uint64_t count = 0;
    for (size_t i = 0; i < map_size(&s->attempts); i++)
        count +=
            str_find_char(map_entry(&s->attempts, i)->key, '/', 0) == STR_NONE;
    return count;
}

void script_put_stats(const struct script *s, struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    json_key(&j, "requests");
    json_put_int(&j, (int64_t)s->requests);
    json_key(&j, "distinct");
    json_put_int(&j, (int64_t)distinct_bodies(s));
    json_key(&j, "answered");
    json_put_int(&j, (int64_t)s->answers);
    json_key(&j, "asked_again");
    json_put_int(&j, (int64_t)s->asked_again);
    json_key(&j, "acts");
    json_begin(&j, '{');
    for (int d = 0; d < DEED_COUNT; d++) {
        if (!s->deeds[d])
            continue;
        json_key(&j, deed_names[d]);
        json_put_int(&j, (int64_t)s->deeds[d]);
    }
    json_end(&j, '}');
    json_end(&j, '}');
}
