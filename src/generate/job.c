/* job.c - see job.h. */
#include "generate/job.h"

void job_init(struct job *job)
{
    *job = (struct job){.state = STATE_PLANNED};
    arena_init(&job->arena);
    vec_init(&job->history, sizeof(struct turn));
}

void job_release(struct job *job)
{
    vec_release(&job->history);
    arena_release(&job->arena);
}
