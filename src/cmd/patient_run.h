/* patient_run.h - what `patient make` and `patient interview` share: options
 * over a configuration, and how a run ends. */
#ifndef CMD_PATIENT_RUN_H
#define CMD_PATIENT_RUN_H

#include "patient/account.h"

enum { OVERRIDES_MAX = 8 };

/* "key=value" of the options given; texts in the arena. */
struct overrides {
    const char *list[OVERRIDES_MAX];
    size_t count;
    struct arena *arena;
};
/* `value` NULL: the option was not given. */
void override(struct overrides *overrides, const char *key, const char *value);

/* --json: the account of a run. */
void patient_run_print_json(const struct account *account, double seconds);
int patient_run_status(const struct account *account, bool interrupted);

#endif
