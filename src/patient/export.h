/* export.h - interviews as training data: what `patient interview` writes
 * beside its dialogues.
 *
 *     struct patient_export *x = patient_export_open("runs/i", &err);
 *     patient_export_add(x, room, &patient_record, &patient, &dialogue);
 *     patient_export_close(x, &err);            // the files appear here
 *
 * sft-doctor.jsonl and sft-patient.jsonl:
 * {"id","messages":[{"role","content"}]} with the other side as the user; the
 * system message of the patient's side tells symptoms and style, never the
 * diagnosis. pairs.jsonl: {"id","lang", "turns":[[role,text]],"patient":{…}}.
 * items.jsonl: question records with one right option and distractors from the
 * differential, filled up to three from the specialty: diagnosis, test,
 * treatment; `task` tells which. A drug of a class that treats the disease is
 * no distractor. A case whose text would name the diagnosis gives no diagnosis
 * item.
 */
#ifndef PATIENT_EXPORT_H
#define PATIENT_EXPORT_H

#include "patient/talk.h"
#include "record/record.h"

struct patient_export;
MUST_USE struct patient_export *patient_export_open(const char *folder,
                                                    struct err *err);
void patient_export_add(struct patient_export *x, const struct talk_room *room,
                        const struct record *patient_record,
                        const struct patient *patient,
                        const struct record *dialogue);
MUST_USE bool patient_export_close(struct patient_export *x, struct err *err);
void patient_export_abandon(struct patient_export *x);

#endif
