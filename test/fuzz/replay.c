/* replay.c - runs a fuzz target over the files of its corpus, once each, with
 * every input also cut at some places. Without arguments the corpus is
 * test/fuzz/corpus/NAME for a program called fuzz_NAME; arguments name files
 * or folders. The last line is "N passed, 0 failed, 0 skipped". */
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "fuzz.h"

static size_t replay(const char *path)
{
    enum { CUTS = 16 };
    struct err err = {0};
    struct buf text;
    buf_init(&text, 64 << 20);
    if (!fs_read(path, &text, &err)) {
        printf("%s\n", err.message);
        buf_release(&text);
        return 0;
    }
    const uint8_t *bytes = (const uint8_t *)buf_cstr(&text);
    LLVMFuzzerTestOneInput(bytes, text.len);
    for (size_t i = 1; i < CUTS; i++)
        LLVMFuzzerTestOneInput(bytes, text.len * i / CUTS);
    buf_release(&text);
    return 1;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct arena arena;
    struct vec files;
    arena_init(&arena);
    vec_init(&files, sizeof(str));
    const char *name = strstr(argv[0], "fuzz_");
    const char *own = arena_printf(&arena, "test/fuzz/corpus/%s",
                                   name ? name + strlen("fuzz_") : "")
                          .ptr;
    bool ok = argc > 1 || fs_list_files(own, &arena, &files, &err);
    for (int i = 1; ok && i < argc; i++)
        ok = fs_list_files(argv[i], &arena, &files, &err);
    size_t passed = 0;
    for (size_t i = 0; ok && i < files.count; i++)
        passed += replay(((str *)vec_at(&files, i))->ptr);
    size_t failed = files.count - passed;
    if (!ok) {
        printf("%s\n", err.message);
        failed++;
    }
    printf("%zu passed, %zu failed, 0 skipped\n", passed, failed);
    vec_release(&files);
    arena_release(&arena);
    unlink(fuzz_file((const uint8_t *)"", 0));
    return failed ? 1 : 0;
}
