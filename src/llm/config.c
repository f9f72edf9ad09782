/* config.c - see config.h. */
#include "llm/config.h"

#include "llm/price.h"

static const char *const kinds[] = {"simulator", "http", "replay", NULL};
static const char *const matches[] = {"request", "id", "order", NULL};
static const char *const token_fields[] = {"max_tokens",
                                           "max_completion_tokens", NULL};
static const char *const parts[] = {"writer",   "doctor", "patient",
                                    "verifier", "judge",  NULL};

#define AT(type, member) offsetof(struct type, member)

static const struct field endpoint_fields[] = {
    {"name", FIELD_STR, AT(llm_endpoint_config, name), .fallback = "main",
     .doc = "what records and reports call it"},
    {"base_url", FIELD_STR, AT(llm_endpoint_config, base_url),
     .doc = "address up to and including `/v1`"},
    {"model", FIELD_STR, AT(llm_endpoint_config, model), .fallback = "\"\"",
     .doc = "model to ask for; empty: not sent"},
    {"key_env", FIELD_STR, AT(llm_endpoint_config, key_env), .fallback = "\"\"",
     .doc = "environment variable that holds the key"},
    {"key_file", FIELD_STR, AT(llm_endpoint_config, key_file),
     .fallback = "\"\"", .doc = "file that holds the key and nothing else"},
    {"key_header", FIELD_STR, AT(llm_endpoint_config, key_header),
     .fallback = "Authorization",
     .doc = "header that carries the key; `Authorization` puts `Bearer` "
            "before it"},
    {"ca_file", FIELD_STR, AT(llm_endpoint_config, ca_file), .fallback = "\"\"",
     .doc = "certificate authority to trust instead of the system's (PEM)"},
    {"weight", FIELD_NUMBER, AT(llm_endpoint_config, weight), .min = 0.001,
     .max = 1000, .fallback = "1",
     .doc = "share of the requests among endpoints of one part"},
    {"parts", FIELD_STRS, AT(llm_endpoint_config, parts), .choices = parts,
     .fallback = "[]", .doc = "whom it answers for; empty: all"},
    {"stream", FIELD_BOOL, AT(llm_endpoint_config, stream), .fallback = "false",
     .doc = "ask for server-sent events"},
    {"json_schema", FIELD_BOOL, AT(llm_endpoint_config, json_schema),
     .fallback = "true",
     .doc = "send `response_format` where a schema is wanted"},
    {"tokens_field", FIELD_CHOICE, AT(llm_endpoint_config, tokens_field),
     .choices = token_fields, .fallback = "max_tokens",
     .doc = "what the limit on tokens is called"},
    {"headers", FIELD_STRS, AT(llm_endpoint_config, headers), .fallback = "[]",
     .doc = "further headers, `Name: value`; never a key"},
    {"extra", FIELD_STR, AT(llm_endpoint_config, extra), .fallback = "\"\"",
     .doc = "JSON object merged into every request body"},
    {"in_flight_start", FIELD_INT, AT(llm_endpoint_config, in_flight_start),
     .min = 1, .max = 100000, .fallback = "16",
     .doc = "requests in flight to begin with"},
    {"in_flight_max", FIELD_INT, AT(llm_endpoint_config, in_flight_max),
     .min = 1, .max = 100000, .fallback = "256",
     .doc = "requests in flight at most"},
    {0}};
const struct schema llm_endpoint_schema = {
    "an endpoint", endpoint_fields, sizeof(struct llm_endpoint_config), 0};

static const struct field caps_fields[] = {
    {"requests_per_minute", FIELD_INT, AT(llm_caps_config, requests_per_minute),
     .min = 0, .max = 1e9, .fallback = "0", .doc = "0: no cap"},
    {"tokens_per_minute", FIELD_INT, AT(llm_caps_config, tokens_per_minute),
     .min = 0, .max = 1e12, .fallback = "0",
     .doc = "prompt and completion; 0: no cap"},
    {"tokens_total", FIELD_INT, AT(llm_caps_config, tokens_total), .min = 0,
     .max = 1e15, .fallback = "0", .doc = "of the whole run; 0: no cap"},
    {"max_cost", FIELD_NUMBER, AT(llm_caps_config, max_cost), .min = 0,
     .max = 1e9, .fallback = "0",
     .doc = "money for the whole run, in the currency of the prices; 0: no "
            "cap"},
    {"retries", FIELD_INT, AT(llm_caps_config, retries), .min = 0, .max = 50,
     .fallback = "5", .doc = "further tries after trouble of transport"},
    {"retry_base_s", FIELD_NUMBER, AT(llm_caps_config, retry_base_s),
     .min = 0.001, .max = 3600, .fallback = "1",
     .doc = "longest wait before the second try, doubled for each further one"},
    {"retry_max_s", FIELD_NUMBER, AT(llm_caps_config, retry_max_s),
     .min = 0.001, .max = 3600, .fallback = "60",
     .doc = "longest wait before any try"},
    {"patience_s", FIELD_NUMBER, AT(llm_caps_config, patience_s), .min = 0,
     .max = 86400, .fallback = "900",
     .doc = "how long a request may be put off by 429"},
    {"connect_s", FIELD_NUMBER, AT(llm_caps_config, connect_s), .min = 0.001,
     .max = 3600, .fallback = "20", .doc = "time to connect"},
    {"stall_s", FIELD_NUMBER, AT(llm_caps_config, stall_s), .min = 0.001,
     .max = 86400, .fallback = "60",
     .doc = "time without a byte once an answer has begun"},
    {"request_s", FIELD_NUMBER, AT(llm_caps_config, request_s), .min = 0.001,
     .max = 86400, .fallback = "600", .doc = "time for one whole try"},
    {"reply_bytes", FIELD_INT, AT(llm_caps_config, reply_bytes), .min = 1024,
     .max = 1 << 30, .fallback = "4194304", .doc = "largest answer"},
    {"queue", FIELD_INT, AT(llm_caps_config, queue), .min = 1, .max = 1e6,
     .fallback = "256", .doc = "requests waiting beside those in flight"},
    {"queue_bytes", FIELD_INT, AT(llm_caps_config, queue_bytes), .min = 1 << 20,
     .max = 1e12, .fallback = "268435456",
     .doc = "bytes of all request bodies held"},
    {0}};
const struct schema llm_caps_schema = {"the caps", caps_fields,
                                       sizeof(struct llm_caps_config), 0};

static const struct field sampling_fields[] = {
    {"temperature", FIELD_NUMBER, AT(llm_sampling_config, temperature),
     .min = -1, .max = 5, .fallback = "-1", .doc = "-1: not sent"},
    {"top_p", FIELD_NUMBER, AT(llm_sampling_config, top_p), .min = -1, .max = 1,
     .fallback = "-1", .doc = "-1: not sent"},
    {"repetition_penalty", FIELD_NUMBER,
     AT(llm_sampling_config, repetition_penalty), .min = 0, .max = 5,
     .fallback = "0", .doc = "0: not sent; not every endpoint knows it"},
    {"tokens_max", FIELD_INT, AT(llm_sampling_config, tokens_max), .min = 0,
     .max = 10000000, .fallback = "0",
     .doc = "longest answer in tokens; 0: not sent"},
    {"seed", FIELD_BOOL, AT(llm_sampling_config, seed), .fallback = "true",
     .doc = "send a seed, derived from the run's and the request's"},
    {0}};
static const struct schema sampling_schema = {
    "sampling of one part", sampling_fields, sizeof(struct llm_sampling_config),
    0};

#define PART(part, number, text)                                               \
    {                                                                          \
        part, FIELD_STRUCT, number * sizeof(struct llm_sampling_config),       \
            .sub = &sampling_schema, .doc = text                               \
    }

static const struct field parts_fields[] = {
    PART("writer", LLM_WRITER, "whole dialogues and proposals"),
    PART("doctor", LLM_DOCTOR, "the doctor of a role play"),
    PART("patient", LLM_PATIENT, "the patient of a role play"),
    PART("verifier", LLM_VERIFIER, "the check of a record"),
    PART("judge", LLM_JUDGE, "the rating of an answer"),
    {0}};
static const struct schema parts_schema = {
    "sampling per part", parts_fields,
    LLM_PART_COUNT * sizeof(struct llm_sampling_config), 0};

static const struct field replay_fields[] = {
    {"file", FIELD_STR, AT(llm_replay_config, file), .fallback = "\"\"",
     .doc = "recording to answer from"},
    {"match", FIELD_CHOICE, AT(llm_replay_config, match), .choices = matches,
     .fallback = "request",
     .doc = "by content of the request, by its id, or line by line"},
    {0}};
static const struct schema replay_schema = {
    "the replay", replay_fields, sizeof(struct llm_replay_config), 0};

static const struct field config_fields[] = {
    {"kind", FIELD_CHOICE, AT(llm_config, kind), .choices = kinds,
     .fallback = "simulator", .doc = "what answers the requests"},
    {"endpoints", FIELD_STRUCTS, AT(llm_config, endpoints),
     .sub = &llm_endpoint_schema, .fallback = "[]",
     .doc = "for `http`: where to ask"},
    {"caps", FIELD_STRUCT, AT(llm_config, caps), .sub = &llm_caps_schema,
     .doc = "hard limits"},
    {"sampling", FIELD_STRUCT, AT(llm_config, sampling), .sub = &parts_schema,
     .doc = "parameters per part"},
    {"prices", FIELD_STRUCTS, AT(llm_config, prices), .sub = &price_schema,
     .fallback = "[]", .doc = "prices that come before those we ship"},
    {"replay", FIELD_STRUCT, AT(llm_config, replay), .sub = &replay_schema,
     .doc = "for `replay`"},
    {"record", FIELD_STR, AT(llm_config, record), .fallback = "\"\"",
     .doc = "file that every reply is appended to, for `replay`"},
    {0}};
const struct schema llm_config_schema = {"the engine", config_fields,
                                         sizeof(struct llm_config), 0};

struct llm_sampling llm_config_sampling(const struct llm_config *config,
                                        enum llm_part part, int64_t seed)
{
    const struct llm_sampling_config *s = &config->sampling[part];
    return (struct llm_sampling){
        .temperature = s->temperature,
        .top_p = s->top_p,
        .repetition_penalty = s->repetition_penalty,
        .tokens_max = s->tokens_max,
        .seed = s->seed ? seed : -1,
    };
}

bool llm_config_single(struct llm_config *config, str base_url, str model,
                       struct arena *arena, struct err *err)
{
    struct yaml *root = yaml_parse(STR("kind: http\nendpoints:\n"
                                       "  - base_url: \"\"\n"),
                                   "defaults", arena, err);
    if (!root || !schema_bind(&llm_config_schema, root, config, arena, err))
        return false;
    struct llm_endpoint_config *endpoint = config->endpoints.items;
    endpoint->base_url = arena_copy(arena, base_url);
    endpoint->model = arena_copy(arena, model);
    return true;
}
