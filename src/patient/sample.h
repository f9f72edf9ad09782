/* sample.h - one patient at once: drawn, or read from a file or run.
 *
 *     struct patient p;
 *     if (!sample_patient(knowledge, &wish, &arena, &p, &err)) …
 *     if (!sample_read("runs/p", "p-0000002a-000004", &lang, &arena, &p, …)) …
 */
#ifndef PATIENT_SAMPLE_H
#define PATIENT_SAMPLE_H

#include "knowledge/knowledge.h"
#include "patient/patient.h"

struct sample_wish {
    enum lang lang;
    const struct disease *disease; /* NULL: any of the packs */
    uint64_t seed;
};
MUST_USE bool sample_patient(const struct knowledge *knowledge,
                             const struct sample_wish *wish,
                             struct arena *arena, struct patient *patient,
                             struct err *err);

/* The record of that id in a file of records or in a run directory
 * (RUN/dataset.jsonl); the first patient when `id` is empty. */
MUST_USE bool sample_read(const char *path, str id, struct arena *arena,
                          struct patient *patient, enum lang *lang,
                          str *record_id, struct err *err);

#endif
