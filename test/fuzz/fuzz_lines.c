/* Lines: plain, gzip and zstd input of any shape; what is read through lines
 * is what the source gives; a limit skips and tells. */
#include "base/buf.h"
#include "base/lines.h"
#include "fuzz.h"

enum { BYTES_MAX = 64 << 20 };

static bool read_source(const char *path, struct buf *out)
{
    struct err err = {0};
    struct source *in = source_open(path, &err);
    if (!in)
        return false;
    char chunk[1000];
    ptrdiff_t got;
    while ((got = source_read(in, chunk, sizeof chunk, &err)) > 0) {
        assert((size_t)got <= sizeof chunk);
        if (!buf_add(out, str_make(chunk, (size_t)got)))
            break;
    }
    source_close(in);
    assert(got >= 0 || err.code != ERR_NONE);
    return got == 0;
}

static void read_lines(const char *path, size_t bytes_max, bool whole,
                       size_t bytes)
{
    struct err err = {0};
    struct lines *in = lines_open(path, bytes_max, &err);
    if (!in)
        return;
    str line;
    uint64_t number = 0;
    while (lines_next(in, &line, &err)) {
        assert(lines_number(in) == ++number);
        assert(line.len <= bytes_max);
        assert(!memchr(line.ptr, '\n', line.len));
        assert(!lines_too_long(in) || line.len == 0);
    }
    assert((err.code == ERR_NONE) == whole);
    assert(!whole || lines_bytes(in) == bytes);
    lines_close(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct buf content;
    buf_init(&content, BYTES_MAX);
    const char *path = fuzz_file(bytes, len);
    bool whole = read_source(path, &content);
    if (!content.full) {
        read_lines(path, BYTES_MAX, whole, content.len);
        read_lines(path, 8, whole, content.len);
    }
    buf_release(&content);
    return 0;
}
