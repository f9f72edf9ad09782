/* person.c - the patient stays the same: age, sex, side; see plausible.h. */
#include "generate/plausible.h"

#include <stdlib.h>
#include <string.h>

enum { AGE_MAX = 120, PARTS_MAX = 64 };

/* --- age --- */

/* "62", or Chinese numerals up to 199: 六十二, 百零五. -1 when it is none. */
static int age_of(str text)
{
    static const char *const numerals[] = {"零", "一", "二", "三", "四",
                                           "五", "六", "七", "八", "九"};
    int64_t plain;
    if (str_to_int(text, &plain))
        return plain >= 0 && plain < 1000 ? (int)plain : -1;
    int total = 0, digit = -1;
    for (size_t at = 0; at + 3 <= text.len; at += 3) {
        str one = str_slice(text, at, at + 3);
        int tens = str_equal(one, STR("十")) ? 10 : 0;
        tens = str_equal(one, STR("百")) ? 100 : tens;
        if (tens) {
            total += (digit < 0 ? 1 : digit) * tens;
            digit = 0;
            continue;
        }
        digit = -1;
        for (int value = 0; value < 10; value++)
            if (str_equal(one, str_of(numerals[value])))
                digit = value;
        if (digit < 0)
            return -1;
    }
    return total + (digit < 0 ? 0 : digit);
}

struct age_check {
    int known; /* -1: not yet */
    bool of_brief;
};

static bool check_age(const struct plausible *p, struct age_check *ages,
                      int age, size_t turn, size_t offset)
{
    if (age < 0)
        return true;
    if (age > AGE_MAX) {
        refine_verdict_set(p->verdict, REFINE_IMPLAUSIBLE, turn + 1, offset, 0,
                           "age: nobody is %d years old", age);
        return false;
    }
    if (ages->known >= 0 && abs(age - ages->known) > 1) {
        refine_verdict_set(p->verdict, REFINE_IMPLAUSIBLE, turn + 1, offset, 0,
                           "age: %d, but %d %s", age, ages->known,
                           ages->of_brief ? "in the brief" : "before");
        return false;
    }
    if (ages->known < 0)
        ages->known = age;
    return true;
}

/* Ages that patients say of themselves, and that they are told. */
static bool check_ages(const struct plausible *p)
{
    const struct persona *persona = p->input->persona;
    bool relative = persona && persona->by_relative;
    struct age_check ages = {persona && !relative ? persona->age : -1,
                             persona && !relative};
    size_t turn, offset;
    str group;
    for (size_t from = 0;
         plausible_find(p, SIDE_PATIENT, PATTERN_AGES_SAID,
                        PATTERN_PERSON_EXCUSES, &from, &turn, &offset, &group);)
        if (is_patient_turn(p->transcript, turn) && !relative &&
            !check_age(p, &ages, age_of(group), turn, offset))
            return false;
    for (size_t from = 0;
         plausible_find(p, SIDE_CLINICIAN, PATTERN_AGES_TOLD,
                        PATTERN_PERSON_EXCUSES, &from, &turn, &offset, &group);)
        if (!relative && !check_age(p, &ages, age_of(group), turn, offset))
            return false;
    return true;
}

/* --- sex --- */

enum sex { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE };

static bool says(const struct plausible *p, int side, enum pattern pattern,
                 enum pattern excuse, bool patient_only, size_t *turn,
                 size_t *offset)
{
    for (size_t from = 0;
         plausible_find(p, side, pattern, excuse, &from, turn, offset, NULL);)
        if (!patient_only || is_patient_turn(p->transcript, *turn))
            return true;
    return false;
}

static enum sex sex_of_patient(const struct plausible *p)
{
    size_t turn, offset;
    if (p->input->persona)
        return p->input->persona->female ? SEX_FEMALE : SEX_MALE;
    bool male = says(p, SIDE_PATIENT, PATTERN_MALE_SAID, PATTERN_COUNT, true,
                     &turn, &offset);
    bool female = says(p, SIDE_PATIENT, PATTERN_FEMALE_SAID, PATTERN_COUNT,
                       true, &turn, &offset);
    if (male == female)
        return SEX_UNKNOWN;
    return male ? SEX_MALE : SEX_FEMALE;
}

static bool has_relative(const struct plausible *p)
{
    for (size_t i = 0; i < p->transcript->turn_count; i++)
        if (p->transcript->turns[i].role == ROLE_RELATIVE)
            return true;
    return p->input->persona && p->input->persona->by_relative;
}

static bool check_sex(const struct plausible *p)
{
    if (has_relative(p))
        return true;
    enum sex sex = sex_of_patient(p);
    if (sex == SEX_UNKNOWN)
        return true;
    bool male = sex == SEX_MALE;
    size_t turn, offset;
    bool wrong =
        says(p, SIDE_PATIENT, male ? PATTERN_FEMALE_SELF : PATTERN_MALE_SELF,
             PATTERN_PERSON_EXCUSES, true, &turn, &offset) ||
        says(p, SIDE_CLINICIAN, male ? PATTERN_FEMALE_YOU : PATTERN_MALE_YOU,
             PATTERN_PERSON_EXCUSES, false, &turn, &offset);
    if (!wrong)
        return true;
    str text = p->transcript->turns[turn].text;
    refine_verdict_set(p->verdict, REFINE_IMPLAUSIBLE, turn + 1, offset, 0,
                       "sex: the patient is %s: " STR_FMT,
                       male ? "male" : "female",
                       STR_ARG(sentence_around(text, offset)));
    return false;
}

bool plausible_person(const struct plausible *p)
{
    return check_ages(p) && check_sex(p);
}

/* --- sides --- */

struct side_count {
    uint32_t left, right;
    size_t turn, offset; /* of the first mention */
    bool both;
};

static bool names_both(const struct plausible *p, str sentence)
{
    const struct list *words = &p->book->words[WORDS_BOTH];
    for (size_t i = 0; i < words->count; i++)
        if (str_contains(sentence, *LIST_AT(*words, str, i)))
            return true;
    return false;
}

static size_t part_index(const struct plausible *p, str part)
{
    const struct list *parts = &p->book->words[WORDS_PARTS];
    size_t i = 0;
    while (i < parts->count && i < PARTS_MAX &&
           !str_equal_ignore_case(*LIST_AT(*parts, str, i), part))
        i++;
    return i < parts->count ? i : PARTS_MAX;
}

/* Who speaks: 0 for the patient's side, or for the first of two clinicians; 1
 * for the other. */
static size_t party_of(const struct plausible *p, size_t turn)
{
    const struct script_turn *turns = p->transcript->turns;
    if (p->transcript->sides[SIDE_PATIENT].count > 0)
        return turns[turn].side != ROLE_PATIENT;
    const struct turn *given = p->input->turns.items;
    return turns[turn].role != turns[0].role ||
           !str_equal(given[turn].speaker, given[0].speaker);
}

static void count_match(const struct plausible *p, size_t turn, size_t offset,
                        bool left, struct side_count *count)
{
    str text = p->transcript->turns[turn].text;
    str sentence = sentence_around(text, offset);
    bool question =
        str_contains(sentence, STR("?")) || str_contains(sentence, STR("？"));
    bool excused = question && is_clinician_turn(p->transcript, turn);
    count->both |= names_both(p, sentence) || excused;
    if (count->left + count->right == 0) {
        count->turn = turn;
        count->offset = offset;
    }
    count->left += left;
    count->right += !left;
}

static void count_sides(const struct plausible *p, size_t turn,
                        enum pattern pattern, struct side_count *counts)
{
    str text = p->transcript->turns[turn].text;
    for (size_t from = 0;
         pattern_find(p->book, pattern, p->context, text, from);) {
        size_t start = regex_group_start(p->context, 0);
        from = start + regex_group(p->context, 0).len;
        size_t part = part_index(p, regex_group(p->context, 1));
        if (part < PARTS_MAX)
            count_match(p, turn, start, pattern == PATTERN_LEFT_PARTS,
                        &counts[part]);
    }
}

/* -1 left only, 1 right only, 0 neither or both. */
static int only_side(const struct side_count *count)
{
    if (count->both || (count->left > 0) == (count->right > 0))
        return 0;
    return count->left ? -1 : 1;
}

/* One party speaks of one side of a part only, the other of the other only. */
bool plausible_sides(const struct plausible *p)
{
    static const char *const names[] = {"left", "", "right"};
    struct side_count counts[2][PARTS_MAX];
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < p->transcript->turn_count; i++) {
        struct side_count *of_party = counts[party_of(p, i)];
        count_sides(p, i, PATTERN_LEFT_PARTS, of_party);
        count_sides(p, i, PATTERN_RIGHT_PARTS, of_party);
    }
    for (size_t i = 0; i < PARTS_MAX; i++) {
        const struct side_count *one = &counts[0][i], *other = &counts[1][i];
        if (only_side(one) * only_side(other) != -1)
            continue;
        bool later = other->turn > one->turn;
        const struct side_count *last = later ? other : one;
        const struct side_count *first = later ? one : other;
        refine_verdict_set(
            p->verdict, REFINE_IMPLAUSIBLE, last->turn + 1, last->offset, 0,
            "side: first %s, then %s: " STR_FMT, names[only_side(first) + 1],
            names[only_side(last) + 1],
            STR_ARG(*LIST_AT(p->book->words[WORDS_PARTS], str, i)));
        return false;
    }
    return true;
}
