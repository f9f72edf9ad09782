/* open.c - see open.h. */
#include "llm/open.h"

#include <stdlib.h>

#include "base/mem.h"
#include "llm/http.h"
#include "llm/recorder.h"
#include "llm/replay.h"

struct llm *llm_open_record(struct llm *engine, const struct llm_config *config,
                            struct err *err)
{
    if (!engine || !config->record.len)
        return engine;
    char *path = mem_copy_string(config->record.ptr, config->record.len);
    struct llm *recorder = llm_recorder_open(engine, path, err);
    free(path);
    if (!recorder)
        llm_close(engine);
    return recorder;
}

static struct llm *open_replay(const struct llm_config *config, struct err *err)
{
    if (!config->replay.file.len) {
        err_set(err, ERR_CONFIG, "engine kind replay needs replay.file");
        return NULL;
    }
    char *path =
        mem_copy_string(config->replay.file.ptr, config->replay.file.len);
    struct llm *llm = llm_replay_open(path, config->replay.match, err);
    free(path);
    return llm;
}

struct llm *llm_open(const struct llm_config *config, uint64_t seed,
                     struct err *err)
{
    struct llm *llm = NULL;
    if (str_equal(config->kind, STR("http")))
        llm = llm_http_open(config, seed, err);
    else if (str_equal(config->kind, STR("replay")))
        llm = open_replay(config, err);
    else
        err_set(err, ERR_CONFIG,
                "engine kind " STR_FMT
                " cannot be used here; use http or replay",
                STR_ARG(config->kind));
    return llm_open_record(llm, config, err);
}
