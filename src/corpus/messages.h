/* messages.h - a record as the messages of a chat, and back.
 *
 *     struct vec messages;                    // struct message
 *     vec_init(&messages, sizeof(struct message));
 *     messages_of(&record, ROLE_NONE, &arena, &messages);
 *     struct alternation done = messages_alternate(&messages, &arena);
 *
 * A dialogue gives one message a turn: the side of the assistant (doctor, nurse
 * or assistant; or the patient's side when asked for) speaks as assistant,
 * everybody else as user. Two of one profession are told apart by speaker, or
 * take turns. A question gives case, context, question and options as the
 * user's message and the answer as the assistant's; a consultation one pair a
 * turn, with the case before the first.
 *
 * What a chat cannot hold travels beside it: messages_shell writes the record
 * without the texts of its turns, messages_restore puts both together again.
 */
#ifndef CORPUS_MESSAGES_H
#define CORPUS_MESSAGES_H

#include "base/vec.h"
#include "record/record.h"

enum message_by { MESSAGE_SYSTEM, MESSAGE_USER, MESSAGE_ASSISTANT };

struct message {
    enum message_by by;
    str text;
};

/* ROLE_NONE: the caring side. ROLE_PATIENT: the patient's side. */
void messages_of(const struct record *record, enum role assistant,
                 struct arena *arena, struct vec *messages);

struct alternation {
    size_t merged;            /* messages joined with the one before */
    size_t leading_assistant; /* dropped from the start */
    size_t trailing_user;     /* dropped from the end */
    size_t empty;             /* dropped */
};

/* What messages_alternate would do; all zero: user and assistant alternate,
 * user first, assistant last. */
struct alternation messages_faults(const struct vec *messages);
/* Makes them alternate, joining neighbours with a line feed. A system message
 * may stand first. */
struct alternation messages_alternate(struct vec *messages,
                                      struct arena *arena);

/* Appends the record as JSON with empty turn texts. */
void messages_shell(const struct record *record, struct buf *out);
/* The record of a shell with the texts of the messages: exact when nothing was
 * changed, merged or dropped. False when they do not fit together. */
MUST_USE bool messages_restore(str shell, const struct vec *messages,
                               struct arena *arena, struct record *record);

#endif
