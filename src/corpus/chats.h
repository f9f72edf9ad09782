/* chats.h - rows that hold a chat: shared by the formats that are one. */
#ifndef CORPUS_CHATS_H
#define CORPUS_CHATS_H

#include "corpus/mapping.h"
#include "corpus/messages.h"

/* Collects {role, text} objects as messages; false when a role is unknown. */
MUST_USE bool chat_collect(struct mapper *m, const json *list,
                           const char *roles, const char *texts,
                           struct vec *messages);
/* The record without its texts that an export put into the row's meta, or "".
 */
str chat_shell(const json *row);
/* Starts a dialogue with the row's id and meta pairs. True when the shell and
 * the messages make the record that was exported: it is in *record. */
MUST_USE bool chat_begin(struct mapper *m, const json *row,
                         const struct vec *messages, struct record *record);
/* Emits the record of the messages: the one that the row's meta tells exactly,
 * or a dialogue of user and assistant turns. */
void chat_emit(struct mapper *m, const json *row, const struct vec *messages);

#endif
