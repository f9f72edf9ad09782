/* patient.h - a virtual patient: the "patient" member of a record.
 *
 *     struct patient p;
 *     if (!patient_parse(record.patient, &arena, &p, &err)) …
 *     patient_write(&p, &out);             // the same JSON, every key
 *
 * P = {B, S, E} with a hidden outline O: background, symptoms, examination.
 * One schema, every key in every row, null where unknown (docs/records.md).
 * Texts are in the language of the record and live in the arena. Numbers that
 * are not known are NAN here and null in JSON.
 *
 * The doctor of a conversation never sees the outline; the patient never says
 * it.
 */
#ifndef PATIENT_PATIENT_H
#define PATIENT_PATIENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/schema.h"

#define PATIENT_LIST_MAX 64 /* items of one list */

/* O: what the case is. Never spoken. */
struct patient_outline {
    str disease; /* id of the packs, or any name */
    str icd10, name, summary, severity, presentation;
    struct list contraindicated; /* str, drug ids */
    struct list differential;    /* str, disease ids */
    struct list special;         /* str, special populations */
    struct list red_flags;       /* str */
    struct list sources;         /* str */
};

struct patient_medicine {
    str id, name;
    double dose; /* one dose */
    str unit;
    double times;      /* a day; 0 as needed */
    double every_days; /* 1 daily, 7 weekly */
};

struct patient_event {
    str text;
    double years; /* how long ago or for how long; NAN unknown */
};

/* B: who the patient is. Words of data/priors. */
struct patient_background {
    double age; /* years; below 2 with decimals */
    str sex, status, region, education, occupation, income, smoking, alcohol;
    str diet, activity, style, literacy, language_level, mood;
    str speaker;             /* self, mother, daughter, … */
    struct list past;        /* struct patient_event */
    struct list family;      /* str */
    struct list medication;  /* struct patient_medicine */
    struct list allergies;   /* str, drug ids */
    struct list vaccination; /* str */
};

struct patient_symptom {
    str id, name, lay;
    double days;  /* since when */
    str severity; /* mild moderate severe, or empty */
    double score; /* 0-10, NAN where it has no degrees */
    str impact;
    str disclosure; /* volunteer asked reluctant unknown */
};

struct patient_denial {
    str id, name, lay;
};

/* S: what the patient feels. */
struct patient_complaint {
    str chief;                    /* id of the first complaint */
    str onset;                    /* sudden acute gradual episodic chronic */
    double days;                  /* duration */
    str progression;              /* worse, same, better, comes-and-goes */
    struct list items;            /* struct patient_symptom */
    struct list negatives;        /* struct patient_denial */
    struct list triggers, relief; /* str */
};

struct patient_result {
    str id, name;
    double value; /* NAN for a result in words */
    str unit;
    double low, high; /* reference */
    str text;
};

/* E: what an examination would find. */
struct patient_examination {
    struct list vitals;   /* struct patient_result */
    struct list findings; /* str */
    struct list tests;    /* struct patient_result */
};

struct patient_meta {
    double seed;
    double attribute_tries, symptom_tries, examination_tries;
    struct list verdicts; /* str */
    str pair, variant;    /* of a counterfactual; empty otherwise */
};

struct patient {
    struct patient_outline outline;
    struct patient_background background;
    struct patient_complaint symptoms;
    struct patient_examination examination;
    struct patient_meta meta;
};

/* Unknown keys, missing keys and wrong types are errors that name the key
 * ("background.age: …"). */
MUST_USE bool patient_parse(str json_text, struct arena *arena,
                            struct patient *patient, struct err *err);
void patient_write(const struct patient *patient, struct buf *out);

/* The symptom of that id, or NULL. */
const struct patient_symptom *patient_symptom(const struct patient *p, str id);
const struct patient_denial *patient_denial(const struct patient *p, str id);
/* True when somebody else speaks for the patient. */
bool patient_has_speaker(const struct patient *p);

/* The shape of a patient, read by the parser, the writer and the constraint
 * engine alike. */
enum cell_type {
    CELL_STR,
    CELL_NUMBER,
    CELL_STRS,  /* struct list of str */
    CELL_LIST,  /* struct list of .sub */
    CELL_GROUP, /* a nested struct of .sub */
};
struct shape;
struct cell {
    const char *name;
    enum cell_type type;
    size_t offset;
    const struct shape *sub;
};
struct shape {
    const struct cell *cells; /* ends in {0} */
    size_t bytes;
};
extern const struct shape patient_shape;
/* The cell of that name, or NULL. */
const struct cell *shape_cell(const struct shape *shape, str name);

#endif
