/* feature_structure.c - turns and lengths; see feature.h. */
#include <math.h>

#include "measure/feature.h"
#include "stat/describe.h"

enum { SHORT_WORDS = 2, SHORT_CHARS = 4, RUN_LENGTHS = 64 };

static void sides(const struct reading *r, double *values)
{
    double doctor = 0, patient = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        const struct spoken *t = READ_TURN(r, i);
        if (t->side == ROLE_DOCTOR)
            doctor += (double)t->length;
        else if (t->side == ROLE_PATIENT)
            patient += (double)t->length;
    }
    values[FEATURE_LENGTH_DOCTOR] = doctor;
    values[FEATURE_LENGTH_PATIENT] = patient;
    if (r->length)
        values[FEATURE_SHARE_DOCTOR] = doctor / (double)r->length;
    if (doctor > 0 && patient > 0)
        values[FEATURE_DOMINANCE] =
            doctor > patient ? doctor / patient : patient / doctor;
}

/* Runs of one speaker, by length; longer ones share the last cell. */
static void runs(const struct reading *r, double *values)
{
    double counts[RUN_LENGTHS] = {0};
    size_t changes = 0, run = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        run++;
        bool last = i + 1 == r->turns.count;
        if (!last && READ_TURN(r, i)->speaker == READ_TURN(r, i + 1)->speaker)
            continue;
        changes += !last;
        counts[run < RUN_LENGTHS ? run : RUN_LENGTHS - 1]++;
        run = 0;
    }
    if (r->turns.count > 1)
        values[FEATURE_ALTERNATION] =
            (double)changes / (double)(r->turns.count - 1);
    double entropy;
    if (describe_entropy(counts, RUN_LENGTHS, 2, &entropy, NULL))
        values[FEATURE_RUN_ENTROPY] = entropy;
}

/* Two passes over the lengths: moments, then the product with the next one. */
static void spread(const struct reading *r, double *values)
{
    double n = (double)r->turns.count, mean = (double)r->length / n;
    double squares = 0, lagged = 0, before = 0;
    size_t limit = r->lang == LANG_ZH ? SHORT_CHARS : SHORT_WORDS, few = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        double off = (double)READ_TURN(r, i)->length - mean;
        squares += off * off;
        lagged += i ? off * before : 0;
        before = off;
        few += READ_TURN(r, i)->length <= limit;
    }
    values[FEATURE_TURN_LENGTH] = mean;
    values[FEATURE_SHORT_TURNS] = (double)few / n;
    if (mean > 0) {
        double cv = sqrt(squares / n) / mean;
        values[FEATURE_TURN_LENGTH_CV] = cv;
        values[FEATURE_REGULARITY] = 1 - (cv < 1 ? cv : 1);
    }
    if (squares > 0)
        values[FEATURE_AUTOCORRELATION] = lagged / squares;
}

void feature_structure(const struct reading *r, double *values)
{
    values[FEATURE_TURNS] = (double)r->turns.count;
    values[FEATURE_LENGTH] = (double)r->length;
    if (r->turns.count == 0)
        return;
    sides(r, values);
    runs(r, values);
    spread(r, values);
    values[FEATURE_DOCTOR_FIRST] = READ_TURN(r, 0)->side == ROLE_DOCTOR;
    values[FEATURE_DOCTOR_LAST] =
        READ_TURN(r, r->turns.count - 1)->side == ROLE_DOCTOR;
}
