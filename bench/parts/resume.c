/* resume.c - how long until a run with a long journal asks its next request?
 *
 *     build/release/bench/parts/resume RUN        (bench/resume.sh makes RUN)
 *
 * RUN is a run directory made with `generate --target 2000000 --rounds 40`
 * whose journal tools/make-journal has grown. Times state_open (data files,
 * journal, sketches) and the planning of one wave, and, as the named reference,
 * one scan of the journal's rows by SQLite alone in the same process.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/fs.h"
#include "generate/wave.h"

static bool count_one(const struct store_row *row, void *ctx)
{
    *(uint64_t *)ctx += row->state == STATE_ACCEPTED;
    return true;
}

static double since(int64_t start)
{
    return (double)(clock_now_ns() - start) / 1e9;
}

static int fail(const struct err *err)
{
    fprintf(stderr, "resume: %s\n", err->message);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: resume RUN\n", stderr);
        return 2;
    }
    struct arena arena;
    arena_init(&arena);
    struct err err = {0};
    struct store *store = store_open(fs_join(&arena, argv[1], "run.db"), &err);
    str identity;
    if (!store || !store_get(store, "config", &arena, &identity))
        return fail(&err);
    int64_t start = clock_now_ns();
    uint64_t accepted = 0;
    if (!store_each(store, 0, UINT64_MAX, count_one, &accepted, &err))
        return fail(&err);
    double scan = since(start);
    uint64_t rows = store_row_count(store);
    store_close(store);

    struct generate_config config;
    struct yaml *root =
        yaml_parse(STR("{target: 2000000, rounds: 40}"), "bench", &arena, &err);
    if (!root ||
        !schema_bind(&generate_config_schema, root, &config, &arena, &err))
        return fail(&err);
    struct run_state state;
    start = clock_now_ns();
    if (!state_open(&state, &config, identity, STR(""), argv[1], &err))
        return fail(&err);
    double open = since(start);
    struct vec cells;
    vec_init(&cells, sizeof(size_t));
    if (!planner_index(state.planner, &state.pool, &state.quota, &err))
        return fail(&err);
    wave_cells(&state, &cells);
    double planned = since(start);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("rows %llu, accepted %llu\nscan of the rows by SQLite alone %.2f s\n"
           "resume until the next wave is planned %.2f s (state %.2f s), "
           "ratio to the scan %.2f\npeak memory %.0f MB\n",
           (unsigned long long)rows, (unsigned long long)accepted, scan,
           planned, open, planned / scan, (double)usage.ru_maxrss / 1024);
    vec_release(&cells);
    state_close(&state);
    arena_release(&arena);
    return 0;
}
