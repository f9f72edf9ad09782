/* Encodings: the first byte chooses one (or the guess), the rest is the text.
 * What comes out is UTF-8 but for 0xFF where bytes followed no encoding, and
 * does not depend on how it is read. */
#include "base/buf.h"
#include "base/utf8.h"
#include "corpus/peek.h"
#include "corpus/recode.h"
#include "fuzz.h"

static void decode(str bytes, const char *encoding, size_t chunk_bytes,
                   struct buf *out)
{
    char chunk[4096];
    struct source *in =
        recode_source(memory_source(bytes, NULL), encoding, NULL);
    assert(in);
    ptrdiff_t got;
    while ((got = source_read(in, chunk, chunk_bytes, NULL)) > 0)
        buf_add(out, str_make(chunk, (size_t)got));
    assert(got == 0);
    source_close(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const names[] = {
        "gb18030", "gbk",   "utf-16le",  "utf-16be",    "utf-16",
        "big5",    "utf-8", "shift_jis", "windows-1252"};
    enum { NAMES = sizeof names / sizeof *names };
    if (len == 0)
        return 0;
    str text = str_make((const char *)bytes + 1, len - 1);
    const char *guess = recode_guess(text);
    const char *encoding =
        bytes[0] % (NAMES + 1) < NAMES ? names[bytes[0] % (NAMES + 1)] : guess;
    if (!encoding)
        return 0;
    struct buf whole, pieces;
    buf_init(&whole, BUF_MAX);
    buf_init(&pieces, BUF_MAX);
    decode(text, encoding, sizeof(char[4096]), &whole);
    decode(text, encoding, 1 + bytes[0] % 7, &pieces);
    assert(str_equal(buf_str(&whole), buf_str(&pieces)));
    assert(whole.len <= 4 * len + 4);
    for (size_t i = 0; i < whole.len; i++)
        if (whole.ptr[i] == '\xFF')
            whole.ptr[i] = '?';
    assert(utf8_is_valid(buf_str(&whole)));
    buf_release(&whole);
    buf_release(&pieces);
    return 0;
}
