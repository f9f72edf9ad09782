/* What an endpoint sends: a stream gives the same text however it is cut, no
 * answer passes its limit, and no known key survives a message. */
#include "fuzz.h"
#include "llm/chat.h"
#include "llm/redact.h"
#include "llm/sse.h"

enum { TEXT_MAX = 2000, EVENT_MAX = 1000 };
static const char KEY[] = "k3y-of-test";

static bool on_event(str data, void *ctx)
{
    return chat_read_event(ctx, data, NULL);
}

/* Reads the stream in pieces of `step` bytes; false as sse_feed. */
static bool read_stream(str text, size_t step, struct chat_reply *reply)
{
    struct sse sse;
    bool ok = true;
    sse_init(&sse, EVENT_MAX);
    chat_reply_init(reply, TEXT_MAX);
    for (size_t at = 0; ok && at < text.len; at += step)
        ok = sse_feed(&sse, str_slice(text, at, at + step), on_event, reply);
    sse_release(&sse);
    return ok;
}

static void check_stream(str text)
{
    struct chat_reply whole, bytes;
    bool ok = read_stream(text, text.len + 1, &whole);
    bool ok_bytes = read_stream(text, 1, &bytes);
    assert(ok == ok_bytes);
    assert(str_equal(buf_str(&whole.text), buf_str(&bytes.text)));
    assert(whole.text.len <= TEXT_MAX);
    assert(whole.done == bytes.done);
    chat_reply_release(&whole);
    chat_reply_release(&bytes);
}

static void check_whole(str text)
{
    struct chat_reply reply;
    struct err err = {0};
    chat_reply_init(&reply, TEXT_MAX);
    if (!chat_read_whole(&reply, text, &err))
        assert(err.code != ERR_NONE);
    assert(reply.text.len <= TEXT_MAX);
    assert(reply.prompt_tokens >= 0 && reply.completion_tokens >= 0);
    chat_reply_release(&reply);
}

static void check_message(str text)
{
    struct buf message, clean;
    struct redact *redact = redact_new();
    buf_init(&message, BUF_MAX);
    buf_init(&clean, BUF_MAX);
    redact_add(redact, STR("k3y-of-test"));
    chat_error_message(text, &message);
    buf_add_cstr(&message, KEY);
    redact_put(redact, buf_str(&message), &clean);
    assert(!redact_holds_key(redact, buf_str(&clean)));
    assert(str_find_char(buf_str(&clean), '\n', 0) == STR_NONE);
    buf_release(&message);
    buf_release(&clean);
    redact_free(redact);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    str text = str_make((const char *)bytes, len);
    if (len == 0)
        return 0;
    check_stream(text);
    check_whole(text);
    check_message(text);
    return 0;
}
