/* recording.h - replies on file: the key of a request, and one line per reply.
 *
 *     char key[RECORDING_KEY_BYTES];
 *     recording_key(&request, key);
 *     recording_put_line(key, request_part, &reply, &out);
 *
 * The key is the XXH3 128-bit hash of part, messages and sampling, in
 * hexadecimal: what a model's reply depends on, and not the id of the request
 * nor the endpoint. A line is one JSON object:
 *
 *     {"key":"…","id":7,"part":"writer","error":null,"text":"…",
 *      "finish_reason":"stop","model":"…","endpoint":"…","prompt_tokens":12,
 *      "completion_tokens":34,"estimated":false,"cost":0,"latency_ms":812,
 *      "tries":1,"message":""}
 *
 * `error` is null or the name of an llm_error.
 */
#ifndef LLM_RECORDING_H
#define LLM_RECORDING_H

#include "base/buf.h"
#include "llm/llm.h"

#define RECORDING_KEY_BYTES 33 /* 32 digits and a NUL */

void recording_key(const struct llm_request *request,
                   char key[RECORDING_KEY_BYTES]);
void recording_put_line(const char *key, enum llm_part part,
                        const struct llm_reply *reply, struct buf *out);

#endif
