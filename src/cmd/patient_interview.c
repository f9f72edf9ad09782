/* patient_interview.c - `anamnesis patient interview`: a doctor agent asks
 * every patient of a run. */
#include <stdio.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/log.h"
#include "base/progress.h"
#include "cmd/cmd.h"
#include "llm/config.h"
#include "llm/open.h"
#include "patient/interview.h"

static const struct opt options[] = {
    {"output", 'o', "RUN", "run directory of the interviews"},
    {"strategy", 0, "NAME",
     "systematic, focused, open, probing, or all (default): one after another"},
    {"config", 'c', "FILE",
     "a file with the key 'engine' (http, replay): a model is the patient"},
    {0}};

struct config {
    struct llm_config engine;
};
static const struct field config_fields[] = {
    {.name = "engine",
     .type = FIELD_STRUCT,
     .offset = offsetof(struct config, engine),
     .sub = &llm_config_schema,
     .doc = "the model that is the patient"},
    {0}};
static const struct schema config_schema = {"patient interview", config_fields,
                                            sizeof(struct config), 0};

static bool open_model(const char *path, struct interview_wish *wish,
                       struct arena *arena, struct err *err)
{
    struct config *config = arena_alloc(arena, sizeof *config);
    struct buf text;
    buf_init(&text, 1 << 20);
    struct yaml *root = NULL;
    if (fs_read(path, &text, err))
        root = yaml_parse(arena_copy(arena, buf_str(&text)), path, arena, err);
    buf_release(&text);
    if (!root || !schema_bind(&config_schema, root, config, arena, err))
        return false;
    wish->sampling = llm_config_sampling(&config->engine, LLM_PATIENT, -1);
    wish->llm = llm_open(&config->engine, wish->seed, err);
    return wish->llm != NULL;
}

static void show_progress(uint64_t done, uint64_t total, uint64_t failed,
                          void *ctx)
{
    (void)total;
    progress_update(ctx,
                    (struct progress_state){.done = done, .failed = failed});
}

static void put(struct json_out *j, const char *key, uint64_t value)
{
    json_key(j, key);
    json_put_int(j, (int64_t)value);
}

static void print_json(const struct interview_result *r)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    put(&j, "planned", r->planned);
    put(&j, "accepted", r->counts[STATE_ACCEPTED]);
    put(&j, "rejected", r->counts[STATE_REJECTED]);
    put(&j, "failed", r->counts[STATE_FAILED]);
    put(&j, "turns", r->turns);
    put(&j, "claims", r->talk.claims);
    put(&j, "contradicting_drafts", r->talk.contradictions);
    put(&j, "contradictions_said", r->talk.said_contradictions);
    put(&j, "redrafts", r->talk.redrafts);
    put(&j, "fallbacks", r->talk.fallbacks);
    put(&j, "diagnosis_named", r->talk.leaks);
    put(&j, "told_asked", r->talk.revealed_asked);
    put(&j, "told_unasked", r->talk.revealed_unasked);
    json_key(&j, "seconds");
    json_put_number(&j, r->seconds);
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

static void print_text(const struct interview_result *r)
{
    log_info("%llu planned, %llu accepted, %llu rejected, %llu failed; %llu "
             "turns in %.1f s",
             (unsigned long long)r->planned,
             (unsigned long long)r->counts[STATE_ACCEPTED],
             (unsigned long long)r->counts[STATE_REJECTED],
             (unsigned long long)r->counts[STATE_FAILED],
             (unsigned long long)r->turns, r->seconds);
    log_info("claims %llu, contradicting drafts %llu, redrafts %llu, fallbacks "
             "%llu, contradictions said %llu, diagnosis named %llu",
             (unsigned long long)r->talk.claims,
             (unsigned long long)r->talk.contradictions,
             (unsigned long long)r->talk.redrafts,
             (unsigned long long)r->talk.fallbacks,
             (unsigned long long)r->talk.said_contradictions,
             (unsigned long long)r->talk.leaks);
}

static int interview(const struct args *args, struct interview_wish *wish)
{
    struct err err = {0};
    struct knowledge *k = knowledge_load(&err);
    if (!k)
        return cmd_fail(&err);
    struct progress *progress = progress_new(
        (struct progress_options){.label = "interviews", .unit = "patients"});
    struct make_hooks hooks = {.interrupted = cmd_interrupted,
                               .progress = show_progress,
                               .ctx = progress};
    struct interview_result result;
    bool ok = interview_run(wish, k, &hooks, &result, &err);
    progress_finish(progress);
    knowledge_free(k);
    if (!ok)
        return cmd_fail(&err);
    if (opt_has(args, "json"))
        print_json(&result);
    print_text(&result);
    if (result.interrupted)
        return EXIT_STATUS_INTERRUPTED;
    if (!result.counts[STATE_ACCEPTED])
        return EXIT_STATUS_FAILED;
    return result.counts[STATE_FAILED] || result.counts[STATE_REJECTED]
               ? EXIT_STATUS_PARTIAL
               : EXIT_STATUS_DONE;
}

static int run(const struct args *args)
{
    static const char *const strategies[] = {"systematic", "focused", "open",
                                             "probing",    "all",     NULL};
    struct err err = {0};
    size_t strategy;
    struct interview_wish wish = {.records = opt_operand(args, 0),
                                  .folder = opt_value(args, "output", NULL)};
    if (!wish.folder) {
        err_set(&err, ERR_USAGE, "patient interview needs -o RUN");
        return cmd_fail(&err);
    }
    if (!cmd_seed(args, &wish.seed, &err) ||
        !opt_choice(args, "strategy", "all", strategies, &strategy, &err))
        return cmd_fail(&err);
    wish.strategy = strategy < DOCTOR_STRATEGY_COUNT ? (int)strategy : -1;
    cmd_catch_signals();
    struct arena arena;
    arena_init(&arena);
    const char *path = opt_value(args, "config", NULL);
    int status = !path || open_model(path, &wish, &arena, &err)
                     ? interview(args, &wish)
                     : cmd_fail(&err);
    if (wish.llm)
        llm_close(wish.llm);
    arena_release(&arena);
    return status;
}

const struct command cmd_patient_interview = {
    .name = "patient interview",
    .operands = "RECORDS|RUN",
    .summary = "let a doctor agent interview every patient of a run, offline",
    .options = options,
    .details =
        "The doctor hears what the patient says and nothing else. Dialogues\n"
        "go to RUN/dataset.jsonl with what was measured in their meta.",
    .examples = "anamnesis patient interview runs/patients -o runs/interviews\n"
                "anamnesis patient interview runs/patients -o runs/probed "
                "--strategy probing",
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
