/* rowchat.h - the messages of every row of a file: our records, or rows that
 * training tools read.
 *
 *     static void one(const struct rowchat *row, void *ctx) { … }
 *     bool ok = rowchat_each(path, ROLE_NONE, one, ctx, &err);
 *
 * JSON lines or an array. Rows are read by the field rules that the tools
 * document: messages[role, content]; conversations[from, value] with system;
 * instruction, input, output, system, history; prompt and completion.
 */
#ifndef CORPUS_ROWCHAT_H
#define CORPUS_ROWCHAT_H

#include "base/err.h"
#include "corpus/messages.h"

struct rowchat {
    str id;                     /* "" when the row has none */
    const struct vec *messages; /* struct message */
    const char *fault;          /* why it is no chat row, or NULL */
    uint64_t line;
};

MUST_USE bool rowchat_each(const char *path, enum role assistant,
                           void (*one)(const struct rowchat *row, void *ctx),
                           void *ctx, struct err *err);

#endif
