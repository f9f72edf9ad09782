/* task.h - the 22 tasks of a doctor's work, their phases, and the specialties.
 *
 * After "Enabling Doctor-Centric Medical AI with LLMs through Workflow-Aligned
 * Tasks and Benchmarks" (arXiv 2510.11040), with the names used there. Data
 * hold the English names; the Chinese and Dutch ones are for reading.
 */
#ifndef CURATE_TASK_H
#define CURATE_TASK_H

#include "base/str.h"

enum { TASK_COUNT = 22, TASK_NONE = -1, SPECIALTY_COUNT = 27 };

struct task {
    const char *name;  /* "Differential Diagnosis" */
    const char *phase; /* "Diagnosis" */
    const char *id;    /* "differential-diagnosis" */
    const char *zh, *nl;
};

extern const struct task tasks[TASK_COUNT];
extern const char *const specialties[SPECIALTY_COUNT];

/* Index by name or id, or TASK_NONE. */
int task_find(str name);
/* Index, or -1. */
int specialty_find(str name);

#endif
