/* tagged.h - a conversation written as one text with the speakers named in it.
 *
 *     if (!tagged_turns(m, text)) map_reject(m, "no_dialogue", "…");
 *
 * Reads "医生：…\n患者：…", "Doctor: … Patient: …", "[doctor] …", "D: …",
 * "<user>: … <bot>: …", "Arts: …" and names nobody knows ("Violetta: …") when
 * they come back or stand against a known speaker. A line without a speaker
 * goes on with the turn before it. What stands before the first speaker is left
 * to the caller (tagged_lead).
 */
#ifndef CORPUS_TAGGED_H
#define CORPUS_TAGGED_H

#include "corpus/mapping.h"

/* The role that a speaker's name tells, in zh, en or nl; ROLE_NONE when none.
 * Numbers behind it are ignored ("Guest_family_1"). */
enum role tagged_role(str speaker);

/* Adds the turns to the dialogue of the mapper. False when the text names no
 * speaker (nothing was added). */
bool tagged_turns(struct mapper *m, str text);
/* The text before the first speaker. */
str tagged_lead(str text);
/* Whether the start of a file looks like such a conversation. */
bool tagged_is(str head);
/* One utterance that may start with its speaker: takes the speaker off. */
enum role tagged_split(str *utterance, str *speaker);
/* The turns of a list of utterances "患者：…". False when one has no speaker.
 */
bool tagged_list(struct mapper *m, const json *utterances);
/* The same for a list that names nobody: patient and doctor take turns, the
 * patient first. Counts "speakers_by_turn". */
void tagged_alternate(struct mapper *m, const json *utterances);
/* The turns of a list of objects that name role and text under `roles` and
 * `texts` ("role|from|speaker"). False when a role is unknown. */
bool tagged_objects(struct mapper *m, const json *list, const char *roles,
                    const char *texts);
/* Rejects the row as "unknown_role", naming the speaker that nobody knows. */
void tagged_reject(struct mapper *m);

#endif
