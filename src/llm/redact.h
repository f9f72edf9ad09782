/* redact.h - keeps keys out of everything that is shown or written.
 *
 *     struct redact *r = redact_new();
 *     redact_add(r, key);                    // every configured key
 *     redact_put(r, message, &out);          // for errors and logs
 *     redact_put_exact(r, reply, &out);      // for data: known keys only
 *     redact_free(r);
 *
 * Known keys are replaced wherever they occur. In messages also whatever looks
 * like a credential is: the value after Authorization, Bearer, Basic,
 * x-api-key, api-key, api_key, token, password and the like, user:password in
 * a URL, and tokens that begin as keys do (sk-, hf_, …). Each becomes
 * "[redacted]". Messages lose too much rather than too little; data is only
 * touched by a known key. Adding is for one thread; afterwards any number of
 * threads may read.
 */
#ifndef LLM_REDACT_H
#define LLM_REDACT_H

#include "base/buf.h"

/* Shorter ones are no secrets (and would blacken half of a text). */
#define REDACT_KEY_MIN 4

struct redact;

struct redact *redact_new(void);
void redact_free(struct redact *redact); /* wipes the keys */
/* Copies the key. Shorter than REDACT_KEY_MIN: not added. */
void redact_add(struct redact *redact, str key);

/* True when the text holds a known key. */
bool redact_holds_key(const struct redact *redact, str text);
void redact_put_exact(const struct redact *redact, str text, struct buf *out);
/* Control characters become spaces too: a message is one line. */
void redact_put(const struct redact *redact, str text, struct buf *out);

#endif
