/* drawing.h - the facts while they are drawn; private to facts.c and
 * facts_clinical.c. */
#ifndef SIMULATE_DRAWING_H
#define SIMULATE_DRAWING_H

#include "base/buf.h"
#include "simulate/facts.h"

/* What drawing needs at hand. */
struct drawing {
    struct facts *facts;
    const struct wish *wish;
    const struct disease *disease;
    enum lang lang;
    const struct phrasebook *phrasebook;
    struct rng *rng;
    struct arena *arena;
    struct voice voice; /* for small rules: numbers, units, durations */
    struct buf text;
};

/* Flags that a fact of the kind sets or clears. */
extern const uint64_t fact_kind_flags[FACT_KINDS];

/* --- facts.c --- */
/* The text in the language of the wish. */
str drawing_t3(const struct drawing *drawing, const struct t3 *texts);
/* One expansion of a rule as text in the arena; empty when it has none. */
str drawing_expand(struct drawing *drawing, const char *rule);
/* Words for small numbers where the phrasebook has them, digits otherwise. */
str drawing_number(struct drawing *drawing, int64_t number);
/* A decimal comma in Dutch. */
str drawing_decimal(struct drawing *drawing, double value, int decimals);
/* "my chest" said by a relative is "her chest". */
str drawing_third_person(struct drawing *drawing, str text);
/* NULL when there are FACT_ITEMS_MAX already. */
struct fact *drawing_add(struct drawing *drawing, enum fact_kind kind);
void fact_say(struct fact *fact, enum value value, str text);

/* --- facts_clinical.c --- */
void draw_symptoms(struct drawing *drawing);
void draw_vitals(struct drawing *drawing);
void draw_tests(struct drawing *drawing);
void draw_drugs(struct drawing *drawing);

#endif
