/* plausible.c - see plausible.h: the order of the groups, and what they share.
 */
#include "generate/plausible.h"

#include <string.h>

bool is_patient_turn(const struct transcript *transcript, size_t turn)
{
    return transcript->turns[turn].role == ROLE_PATIENT;
}

bool is_clinician_turn(const struct transcript *transcript, size_t turn)
{
    enum role side = transcript->turns[turn].side;
    return side == ROLE_DOCTOR || side == ROLE_NURSE;
}

bool group_number(const struct plausible *p, size_t group, double *value)
{
    char text[32];
    str digits = regex_group(p->context, group);
    if (digits.len == 0 || digits.len >= sizeof text)
        return false;
    for (size_t i = 0; i < digits.len; i++)
        text[i] = digits.ptr[i] == ',' ? '.' : digits.ptr[i];
    return str_to_double(str_make(text, digits.len), value);
}

bool plausible_find(const struct plausible *p, int side, enum pattern pattern,
                    enum pattern excuse, size_t *from, size_t *turn,
                    size_t *offset, str *group)
{
    const struct side_text *words = &p->transcript->sides[side];
    while (words->count > 0 &&
           pattern_find(p->book, pattern, p->context, words->text, *from)) {
        size_t start = regex_group_start(p->context, 0);
        size_t end = start + regex_group(p->context, 0).len;
        if (group)
            *group = regex_group(p->context, 1);
        *from = end > *from ? end : *from + 1;
        size_t last = end > start ? end - 1 : start;
        str sentence = sentence_around(words->text, last);
        if (excuse != PATTERN_COUNT &&
            pattern_find(p->book, excuse, p->context, sentence, 0))
            continue;
        *turn = side_turn_at(words, last, offset);
        size_t first;
        if (side_turn_at(words, start, &first) == *turn)
            *offset = first;
        return true;
    }
    return false;
}

bool plausible_check(const struct plausible *p)
{
    return (!p->config->person || plausible_person(p)) &&
           (!p->config->values || plausible_readings(p)) &&
           ((!p->config->doses && !p->config->contraindications) ||
            plausible_prescriptions(p)) &&
           (!p->config->sides || plausible_sides(p));
}
