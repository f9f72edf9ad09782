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
    json_add_str(&j, "key", str_of(key));
    json_add_int(&j, "id", (int64_t)reply->request_id);
    json_add_str(&j, "part", str_of(llm_part_name(part)));
    json_add_str_or_null(&j, "error",
                         reply->error == LLM_OK
                             ? STR("")
                             : str_of(llm_error_name(reply->error)));
    json_add_str(&j, "text", reply->text);
    json_add_str(&j, "finish_reason", reply->finish_reason);
    json_add_str(&j, "model", reply->model);
    json_add_str(&j, "endpoint", reply->endpoint);
    json_add_int(&j, "prompt_tokens", reply->usage.prompt_tokens);
    json_add_int(&j, "completion_tokens", reply->usage.completion_tokens);
    json_add_bool(&j, "estimated", reply->usage.estimated);
    json_add_number(&j, "cost", reply->usage.cost);
    json_add_number(&j, "latency_ms", reply->latency_ms);
    json_add_int(&j, "tries", reply->tries);
    json_add_str(&j, "message", reply->message);
    json_end(&j, '}');
    buf_add_char(out, '\n');
}
