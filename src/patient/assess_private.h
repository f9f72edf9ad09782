/* assess_private.h - the page of a result; see assess.h. */
#ifndef PATIENT_ASSESS_PRIVATE_H
#define PATIENT_ASSESS_PRIVATE_H

#include "patient/assess.h"

MUST_USE bool assess_page(const struct assess_result *result, size_t rules,
                          const char *path, struct err *err);

#endif
