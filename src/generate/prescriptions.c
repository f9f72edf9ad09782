/* prescriptions.c - doses and contraindications; see plausible.h.
 *
 * Only sentences in which a clinician names a drug of the packs are judged. The
 * packs hold usual single doses of adults, so a dose is refused when it is far
 * outside: above the maximum times a factor, below a tenth of the minimum (mg
 * and g exchanged), or so often a day that the daily maximum is left behind.
 */
#include "generate/plausible.h"

#include <math.h>
#include <string.h>

enum { CONDITIONS_MAX = 64, DOSE_BYTES = 160 };
static const double daily_slack = 1.25;   /* regimens differ a little */
static const double smallest_share = 0.1; /* of the usual minimum */

/* Something that speaks against drugs, known from a turn on. */
struct condition {
    str id;                  /* of a disease or an allergy; or */
    const struct drug *drug; /* the drug that is not tolerated */
    size_t turn;
};

struct evidence {
    struct condition conditions[CONDITIONS_MAX];
    size_t count;
    bool pregnant;
    size_t pregnant_turn;
};

/* --- amounts --- */

static double milligrams(str unit)
{
    static const struct {
        const char *unit;
        double factor;
    } units[] = {{"mg", 1}, {"g", 1000}, {"µg", 0.001}};
    for (size_t i = 0; i < 3; i++)
        if (str_equal_ignore_case(unit, str_of(units[i].unit)))
            return units[i].factor;
    return 0;
}

/* The factor from one unit to the other; 0 when they measure other things. */
static double unit_factor(str from, str to)
{
    if (str_equal_ignore_case(from, to))
        return 1;
    double a = milligrams(from), b = milligrams(to);
    return a > 0 && b > 0 ? a / b : 0;
}

struct amount {
    double value;  /* in the drug's unit */
    double times;  /* a day; 0 = not said */
    bool of_a_day; /* the value is that of a whole day */
    size_t end;    /* byte of the turn behind the unit */
};

/* Up to the next drug, or the end of the sentence. */
static str words_behind(const struct plausible *p, size_t index)
{
    const struct mention *m = vec_at(p->mentions, index);
    str text = p->transcript->turns[m->turn].text;
    str sentence = sentence_around(text, m->start);
    size_t end = (size_t)(sentence.ptr - text.ptr) + sentence.len;
    for (size_t i = index + 1; i < p->mentions->count; i++) {
        const struct mention *next = vec_at(p->mentions, i);
        if (next->turn != m->turn || next->start >= end)
            break;
        if (next->kind == MENTION_DRUG && next->start >= m->end) {
            end = next->start;
            break;
        }
    }
    return str_slice(text, m->end, end);
}

static double times_a_day(const struct plausible *p, str text)
{
    if (!pattern_find(p->book, PATTERN_FREQUENCIES, p->context, text, 0))
        return 0;
    str word = regex_group(p->context, 1);
    str digits = pair_meaning(&p->book->number_words, word);
    double times;
    return str_to_double(digits.len ? digits : word, &times) ? times : 0;
}

static bool read_amount(const struct plausible *p, size_t index,
                        struct amount *amount)
{
    const struct mention *m = vec_at(p->mentions, index);
    str behind = words_behind(p, index);
    if (!pattern_find(p->book, PATTERN_DOSES, p->context,
                      str_slice(behind, 0, DOSE_BYTES), 0) ||
        regex_group_start(p->context, 0) != 0 ||
        !group_number(p, 1, &amount->value))
        return false;
    str unit = regex_group(p->context, 2);
    str known = pair_meaning(&p->book->dose_words, unit);
    double factor = unit_factor(known.len ? known : unit, m->drug->dose.unit);
    if (factor == 0)
        return false;
    amount->value *= factor;
    amount->end = m->end + regex_group(p->context, 0).len;
    amount->times = times_a_day(p, behind);
    amount->of_a_day =
        amount->times == 0 &&
        pattern_find(p->book, PATTERN_DAILY_MARKS, p->context, behind, 0);
    return true;
}

static bool refuse_dose(const struct plausible *p, const struct mention *m,
                        const struct amount *amount, const char *rule,
                        double limit)
{
    refine_verdict_set(
        p->verdict, REFINE_IMPLAUSIBLE, m->turn + 1, m->start, amount->end,
        "%s: " STR_FMT " %g " STR_FMT
        ", the limit is %g (usual %g to %g, %g a day)",
        rule, STR_ARG(m->drug->id), amount->value, STR_ARG(m->drug->dose.unit),
        limit, m->drug->dose.min, m->drug->dose.max, m->drug->daily_max);
    return false;
}

static bool check_dose(const struct plausible *p, const struct mention *m,
                       const struct amount *amount)
{
    const struct drug *drug = m->drug;
    double most = drug->dose.max * p->config->dose_factor;
    double of_a_day = drug->daily_max * daily_slack;
    if (amount->of_a_day)
        most = fmax(most, of_a_day);
    if (amount->value > most)
        return refuse_dose(p, m, amount, "dose", most);
    double least = drug->dose.min * smallest_share;
    if (amount->value < least)
        return refuse_dose(p, m, amount, "dose", least);
    if (amount->value * amount->times > of_a_day && amount->times > 1)
        return refuse_dose(p, m, amount, "daily-dose",
                           of_a_day / amount->times);
    return true;
}

/* --- what speaks against a drug --- */

static void add_condition(struct evidence *e, str id, const struct drug *drug,
                          size_t turn)
{
    if (e->count < CONDITIONS_MAX)
        e->conditions[e->count++] = (struct condition){id, drug, turn};
}

/* Diseases that patients say they have. */
static void collect_conditions(const struct plausible *p, struct evidence *e)
{
    for (size_t i = 0; i < p->mentions->count; i++) {
        const struct mention *m = vec_at(p->mentions, i);
        if (m->kind != MENTION_DISEASE ||
            !is_patient_turn(p->transcript, m->turn))
            continue;
        str text = p->transcript->turns[m->turn].text;
        str sentence = sentence_around(text, m->start);
        str before =
            str_slice(text, (size_t)(sentence.ptr - text.ptr), m->start);
        if (pattern_find(p->book, PATTERN_HAS_CONDITION, p->context, before,
                         0) &&
            !pattern_find(p->book, PATTERN_PERSON_EXCUSES, p->context, sentence,
                          0))
            add_condition(e, m->disease->id, NULL, m->turn);
    }
}

static void collect_allergies(const struct plausible *p, struct evidence *e)
{
    size_t turn, offset;
    str what;
    for (size_t from = 0; plausible_find(p, SIDE_PATIENT, PATTERN_ALLERGIES,
                                         PATTERN_ALLERGY_EXCUSES, &from, &turn,
                                         &offset, &what);) {
        for (size_t i = 0; i < p->book->allergens.count; i++) {
            const struct word_pair *pair =
                LIST_AT(p->book->allergens, struct word_pair, i);
            if (str_contains(what, pair->word))
                add_condition(e, pair->meaning, NULL, turn);
        }
        for (size_t i = 0; i < p->mentions->count; i++) {
            const struct mention *m = vec_at(p->mentions, i);
            str text = p->transcript->turns[m->turn].text;
            if (m->kind == MENTION_DRUG && m->turn == turn &&
                str_contains(what, str_slice(text, m->start, m->end)))
                add_condition(e, STR("the patient's allergy"), m->drug, turn);
        }
    }
}

static void collect_evidence(const struct plausible *p, struct evidence *e)
{
    size_t from = 0, turn, offset;
    const struct persona *persona = p->input->persona;
    memset(e, 0, sizeof *e);
    collect_conditions(p, e);
    collect_allergies(p, e);
    e->pregnant = persona && persona->pregnant;
    if (!persona &&
        plausible_find(p, SIDE_PATIENT, PATTERN_PREGNANT_SELF,
                       PATTERN_PERSON_EXCUSES, &from, &turn, &offset, NULL)) {
        e->pregnant = is_patient_turn(p->transcript, turn);
        e->pregnant_turn = turn;
    }
}

static bool avoids(const struct drug *drug, str condition)
{
    for (size_t i = 0; i < drug->avoid_with.count; i++)
        if (str_equal(*LIST_AT(drug->avoid_with, str, i), condition))
            return true;
    return false;
}

static bool disease_avoids(const struct disease *disease,
                           const struct drug *drug)
{
    if (avoids(drug, disease->id))
        return true;
    for (size_t i = 0; i < disease->avoid.count; i++)
        if (str_equal(LIST_AT(disease->avoid, struct avoided_drug, i)->id,
                      drug->id))
            return true;
    return false;
}

/* Is the drug one of the disease's own, in its list or its treatments? */
static bool treats(const struct plausible *p, const struct disease *disease,
                   const struct drug *drug)
{
    if (!disease)
        return false;
    for (size_t i = 0; i < disease->drugs.count; i++)
        if (*LIST_AT(disease->drugs, const struct drug *, i) == drug)
            return true;
    str name = t3_in(&drug->name, p->book->lang);
    for (size_t i = 0; i < disease->treatments.count; i++)
        if (str_contains(t3_in(LIST_AT(disease->treatments, struct t3, i),
                               p->book->lang),
                         name))
            return true;
    return false;
}

/* Why the patient must not have the drug, as far as it is known in that turn;
 * empty when nothing speaks against it. */
static str objection(const struct plausible *p, const struct evidence *e,
                     const struct mention *m)
{
    const struct disease *disease = p->input->disease;
    const struct drug *drug = m->drug;
    if (treats(p, disease, drug))
        return STR("");
    if (e->pregnant && e->pregnant_turn <= m->turn &&
        str_equal(drug->pregnancy, STR("avoid")))
        return STR("the pregnancy");
    if (disease && disease_avoids(disease, drug))
        return disease->id;
    for (size_t i = 0; i < e->count; i++) {
        const struct condition *condition = &e->conditions[i];
        if (condition->turn < m->turn &&
            (condition->drug ? condition->drug == drug
                             : avoids(drug, condition->id)))
            return condition->id;
    }
    return STR("");
}

static bool is_recommended(const struct plausible *p, const struct mention *m)
{
    str text = p->transcript->turns[m->turn].text;
    str sentence = sentence_around(text, m->start);
    return pattern_find(p->book, PATTERN_RECOMMENDS, p->context, sentence, 0) &&
           !pattern_find(p->book, PATTERN_WITHHOLDS, p->context, sentence, 0);
}

/* An adult's dose for somebody of less than half the age it is meant from. */
static bool is_childs(const struct plausible *p, const struct drug *drug,
                      const struct amount *amount)
{
    const struct persona *persona = p->input->persona;
    return persona && amount && amount->value >= drug->dose.min &&
           persona->age < drug->age.low / 2;
}

static bool check_objection(const struct plausible *p, const struct evidence *e,
                            const struct mention *m,
                            const struct amount *amount)
{
    str why = objection(p, e, m);
    if (why.len == 0 && is_childs(p, m->drug, amount))
        why = STR("the age");
    if (why.len == 0 || !is_recommended(p, m))
        return true;
    refine_verdict_set(p->verdict, REFINE_IMPLAUSIBLE, m->turn + 1, m->start,
                       m->end, "contraindicated: " STR_FMT " against " STR_FMT,
                       STR_ARG(m->drug->id), STR_ARG(why));
    return false;
}

bool plausible_prescriptions(const struct plausible *p)
{
    struct evidence evidence;
    bool collected = false;
    for (size_t i = 0; i < p->mentions->count; i++) {
        const struct mention *m = vec_at(p->mentions, i);
        if (m->kind != MENTION_DRUG ||
            !is_clinician_turn(p->transcript, m->turn))
            continue;
        struct amount amount;
        bool told = read_amount(p, i, &amount);
        str text = p->transcript->turns[m->turn].text;
        if (told && p->config->doses &&
            !pattern_find(p->book, PATTERN_DOSE_EXCUSES, p->context,
                          sentence_around(text, m->start), 0) &&
            !check_dose(p, m, &amount))
            return false;
        if (!p->config->contraindications)
            continue;
        if (!collected)
            collect_evidence(p, &evidence);
        collected = true;
        if (!check_objection(p, &evidence, m, told ? &amount : NULL))
            return false;
    }
    return true;
}
