/* parallel.c - see parallel.h. */
#include "base/parallel.h"

#include <omp.h>

enum { WORKERS_MAX = 256 };

static size_t worker_count; /* 0 = one per core; set before threads start */

void parallel_set_workers(size_t count)
{
    worker_count = count > WORKERS_MAX ? WORKERS_MAX : count;
}

size_t parallel_workers(void)
{
    size_t cores = (size_t)omp_get_num_procs();
    size_t count = worker_count ? worker_count : cores;
    return count > WORKERS_MAX ? WORKERS_MAX : count;
}

void parallel_for(size_t count, void (*one)(size_t, size_t, void *), void *ctx)
{
    size_t workers = parallel_workers();
    if (workers <= 1 || count <= 1) {
        for (size_t i = 0; i < count; i++)
            one(i, 0, ctx);
        return;
    }
#pragma omp parallel for schedule(dynamic) num_threads((int)workers)
    for (size_t i = 0; i < count; i++)
        one(i, (size_t)omp_get_thread_num(), ctx);
}
