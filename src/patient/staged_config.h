/* staged_config.h - how a model makes records, as the configuration has it; see
 * staged.h. */
#ifndef PATIENT_STAGED_CONFIG_H
#define PATIENT_STAGED_CONFIG_H

#include "base/schema.h"

struct review_config {
    bool enabled;
    struct list criteria; /* str: names that the prompt asks for */
    str ungraded;         /* "reject", "keep" */
};

struct staged_config {
    struct list stages; /* str: outline, symptoms, examination */
    int64_t attempts;
    struct review_config review;
};

#endif
