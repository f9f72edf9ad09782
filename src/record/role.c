/* role.c - see role.h. */
#include "record/role.h"

static const char *const role_names[ROLE_COUNT] = {
    "",         "doctor",    "nurse", "patient",
    "relative", "assistant", "user",  "system"};

static const char *const relation_names[RELATION_COUNT] = {"",
                                                           "doctor-patient",
                                                           "doctor-nurse",
                                                           "doctor-doctor",
                                                           "patient-nurse",
                                                           "user-assistant",
                                                           "other"};

str role_name(enum role role)
{
    return str_of(role_names[role]);
}

str relation_name(enum relation relation)
{
    return str_of(relation_names[relation]);
}

enum role role_from_name(str name)
{
    for (int i = 1; i < ROLE_COUNT; i++)
        if (str_equal(name, str_of(role_names[i])))
            return (enum role)i;
    return ROLE_NONE;
}

enum relation relation_from_name(str name)
{
    for (int i = 1; i < RELATION_COUNT; i++)
        if (str_equal(name, str_of(relation_names[i])))
            return (enum relation)i;
    return RELATION_NONE;
}

enum role role_side(enum role role)
{
    switch (role) {
    case ROLE_RELATIVE:
    case ROLE_USER:
        return ROLE_PATIENT;
    case ROLE_ASSISTANT:
        return ROLE_DOCTOR;
    default:
        return role;
    }
}

enum relation relation_of_roles(const bool roles[ROLE_COUNT])
{
    bool patient = roles[ROLE_PATIENT] || roles[ROLE_RELATIVE];
    bool chat = roles[ROLE_USER] || roles[ROLE_ASSISTANT];
    bool doctor = roles[ROLE_DOCTOR], nurse = roles[ROLE_NURSE];
    int sides = patient + doctor + nurse;
    if (chat)
        return sides == 0 ? RELATION_USER_ASSISTANT : RELATION_OTHER;
    if (sides == 0)
        return RELATION_NONE;
    if (sides == 1)
        return doctor ? RELATION_DOCTOR_DOCTOR : RELATION_OTHER;
    if (sides == 3)
        return RELATION_OTHER;
    if (!nurse)
        return RELATION_DOCTOR_PATIENT;
    return doctor ? RELATION_DOCTOR_NURSE : RELATION_PATIENT_NURSE;
}
