/* recording.c - see recording.h. */
#include "llm/recording.h"

#include <stdio.h>
#include <xxhash.h>

#include "llm/chat.h"

void recording_key(const struct llm_request *request,
                   char key[RECORDING_KEY_BYTES])
{
    struct buf text;
    buf_init(&text, BUF_MAX);
    buf_printf(&text, "%s\n", llm_part_name(request->part));
    chat_put_messages(&text, request->messages, request->message_count);
    chat_put_rest(&text, &(struct chat_target){.json_schema = true},
                  &request->sampling);
    XXH128_hash_t hash = XXH3_128bits(text.ptr, text.len);
    snprintf(key, RECORDING_KEY_BYTES, "%016llx%016llx",
             (unsigned long long)hash.high64, (unsigned long long)hash.low64);
    buf_release(&text);
}

void recording_put_line(const char *key, enum llm_part part,
                        const struct llm_reply *reply, struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    json_key(&j, "key");
    json_put_str(&j, str_of(key));
    json_key(&j, "id");
    json_put_int(&j, (int64_t)reply->request_id);
    json_key(&j, "part");
    json_put_str(&j, str_of(llm_part_name(part)));
    json_key(&j, "error");
    json_put_str_or_null(&j, reply->error == LLM_OK
                                 ? STR("")
                                 : str_of(llm_error_name(reply->error)));
    json_key(&j, "text");
    json_put_str(&j, reply->text);
    json_key(&j, "finish_reason");
    json_put_str(&j, reply->finish_reason);
    json_key(&j, "model");
    json_put_str(&j, reply->model);
    json_key(&j, "endpoint");
    json_put_str(&j, reply->endpoint);
    json_key(&j, "prompt_tokens");
    json_put_int(&j, reply->usage.prompt_tokens);
    json_key(&j, "completion_tokens");
    json_put_int(&j, reply->usage.completion_tokens);
    json_key(&j, "estimated");
    json_put_bool(&j, reply->usage.estimated);
    json_key(&j, "cost");
    json_put_number(&j, reply->usage.cost);
    json_key(&j, "latency_ms");
    json_put_number(&j, reply->latency_ms);
    json_key(&j, "tries");
    json_put_int(&j, reply->tries);
    json_key(&j, "message");
    json_put_str(&j, reply->message);
    json_end(&j, '}');
    buf_add_char(out, '\n');
}
