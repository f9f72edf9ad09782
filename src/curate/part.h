/* part.h - the part of a record that is compared with other records.
 *
 *     enum part part = PART_QUESTION;
 *     str text = part_text(&record, part, &arena);
 *
 * part       question item        dialogue               consultation
 * auto       case and question    all turns              case and questions
 * question   question             first turn             questions
 * answer     answer               all of the doctor      references, answers
 * text       record_text, everything
 * patient    –                    turns of that side     questions
 * doctor     –                    turns of that side     references, answers
 * nurse      –                    turns of that side     –
 *
 * A side is that of role_side: relatives and users are on the patient's,
 * assistants on the doctor's. Pieces are joined by line feeds. A patient record
 * has only its whole text. Any thread.
 */
#ifndef CURATE_PART_H
#define CURATE_PART_H

#include "record/record.h"

enum part {
    PART_AUTO,
    PART_QUESTION,
    PART_ANSWER,
    PART_TEXT,
    PART_PATIENT,
    PART_DOCTOR,
    PART_NURSE,
    PART_COUNT
};

/* Their names in this order, ending in NULL. */
extern const char *const part_names[];

/* In the arena, or a view into the record; empty when there is none. */
str part_text(const struct record *record, enum part part, struct arena *arena);
/* The record's language, or a guess from the text ("zh", "en", …). */
str part_language(const struct record *record, str text);

#endif
