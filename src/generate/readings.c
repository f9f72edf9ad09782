/* readings.c - vital signs and laboratory values that no one can have; see
 * plausible.h. The limits are `plausible` of the test packs. */
#include "generate/plausible.h"

enum { READING_BYTES = 160, CENTIMETRES_MAX = 30 };

/* The unit of the pack that a word stands for. */
static str unit_of(const struct plausible *p, str word)
{
    str meaning = pair_meaning(&p->book->unit_words, word);
    return meaning.len ? meaning : word;
}

static bool is_unitless(const struct plausible *p, const struct test *test)
{
    const struct list *ids = &p->book->words[WORDS_UNITLESS];
    for (size_t i = 0; i < ids->count; i++)
        if (str_equal(*LIST_AT(*ids, str, i), test->id))
            return true;
    return false;
}

/* In another usual unit that is not named: degrees Fahrenheit, or a pressure in
 * centimetres of mercury. */
static bool is_other_unit(const struct test *test, double value)
{
    if (str_equal(test->id, STR("body-temperature")))
        return value >= test->plausible.low * 1.8 + 32 &&
               value <= test->plausible.high * 1.8 + 32;
    return str_ends_with(test->id, STR("-pressure")) &&
           value >= test->plausible.low / 10 && value <= CENTIMETRES_MAX;
}

static bool check_reading(const struct plausible *p, const struct mention *m)
{
    const struct test *test = m->test;
    str text = p->transcript->turns[m->turn].text;
    str behind = str_slice(text, m->end, m->end + READING_BYTES);
    double value;
    if (!pattern_find(p->book, PATTERN_READINGS, p->context, behind, 0) ||
        regex_group_start(p->context, 0) != 0 || !group_number(p, 1, &value))
        return true;
    str unit = unit_of(p, regex_group(p->context, 2));
    bool counts = unit.len ? str_equal_ignore_case(unit, test->unit)
                           : is_unitless(p, test);
    if (!counts ||
        (value >= test->plausible.low && value <= test->plausible.high) ||
        is_other_unit(test, value))
        return true;
    size_t end = m->end + regex_group(p->context, 0).len;
    refine_verdict_set(p->verdict, REFINE_IMPLAUSIBLE, m->turn + 1, m->start,
                       end, "reading: " STR_FMT " is %g, possible is %g to %g",
                       STR_ARG(test->id), value, test->plausible.low,
                       test->plausible.high);
    return false;
}

/* Why two numbers cannot be a blood pressure, or NULL. Below 30 they are
 * centimetres of mercury or kilopascals. */
static const char *pressure_fault(double systolic, double diastolic)
{
    if (systolic < CENTIMETRES_MAX && diastolic < CENTIMETRES_MAX)
        return NULL;
    if (systolic < 30 || systolic > 300 || diastolic < 10 || diastolic > 200)
        return "no one has this pressure";
    return diastolic >= systolic ? "the lower value comes second" : NULL;
}

static bool check_pressures(const struct plausible *p)
{
    str text = p->transcript->joined;
    size_t from = 0;
    while (pattern_find(p->book, PATTERN_PRESSURES, p->context, text, from)) {
        size_t start = regex_group_start(p->context, 0);
        str whole = regex_group(p->context, 0);
        from = start + whole.len;
        double systolic, diastolic;
        if (!group_number(p, 1, &systolic) || !group_number(p, 2, &diastolic))
            continue;
        const char *fault = pressure_fault(systolic, diastolic);
        if (!fault)
            continue;
        size_t offset;
        size_t turn = transcript_turn_at(p->transcript, start, &offset);
        refine_verdict_set(p->verdict, REFINE_IMPLAUSIBLE, turn + 1, offset,
                           offset + whole.len, "pressure: " STR_FMT ": %s",
                           STR_ARG(whole), fault);
        return false;
    }
    return true;
}

bool plausible_readings(const struct plausible *p)
{
    for (size_t i = 0; i < p->mentions->count; i++) {
        const struct mention *m = vec_at(p->mentions, i);
        if (m->kind == MENTION_TEST && !check_reading(p, m))
            return false;
    }
    return check_pressures(p);
}
