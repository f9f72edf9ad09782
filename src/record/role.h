/* role.h - who speaks, and which two sides meet. */
#ifndef RECORD_ROLE_H
#define RECORD_ROLE_H

#include "base/str.h"

enum role {
    ROLE_NONE, /* not known */
    ROLE_DOCTOR,
    ROLE_NURSE,
    ROLE_PATIENT,
    ROLE_RELATIVE, /* family, caregiver, interpreter: the patient's side */
    ROLE_ASSISTANT,
    ROLE_USER,
    ROLE_SYSTEM,
    ROLE_COUNT
};

enum relation {
    RELATION_NONE,
    RELATION_DOCTOR_PATIENT,
    RELATION_DOCTOR_NURSE,
    RELATION_DOCTOR_DOCTOR,
    RELATION_PATIENT_NURSE,
    RELATION_USER_ASSISTANT, /* imported data only */
    RELATION_OTHER,          /* imported data only */
    RELATION_COUNT
};

/* "doctor", "doctor-patient", …; "" for NONE. Static text. */
str role_name(enum role role);
str relation_name(enum relation relation);
/* NONE when the name is none of them. */
enum role role_from_name(str name);
enum relation relation_from_name(str name);

/* PATIENT for PATIENT, RELATIVE and USER; DOCTOR for DOCTOR and ASSISTANT;
 * the role itself otherwise. Two roles are on one side when this is equal. */
enum role role_side(enum role role);

/* The relation of the sides that speak; turns of SYSTEM and NONE are left
 * out. One side of doctors only is DOCTOR_DOCTOR; no fitting pair is OTHER,
 * no speaking side is NONE. `roles` has ROLE_COUNT flags. */
enum relation relation_of_roles(const bool roles[ROLE_COUNT]);

#endif
