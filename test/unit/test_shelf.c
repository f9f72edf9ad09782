/* Texts under keys on disk, and bytes set aside: what readers of several files
 * join by. */
#include "check.h"

#include "base/buf.h"
#include "corpus/peek.h"
#include "corpus/shelf.h"
#include "corpus/spool.h"

enum { ONE, OTHER };

static void put(struct shelf *s, int space, const char *key, const char *text)
{
    struct err err = {0};
    assert_true(shelf_put(s, space, str_of(key), str_of(text), &err));
}

static bool collect(str key, str text, void *ctx)
{
    struct buf *out = ctx;
    buf_add(out, key);
    buf_add_char(out, '=');
    buf_add(out, text);
    buf_add_char(out, ';');
    return out->len < 20;
}

static void keys_of_different_spaces_do_not_meet(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena arena;
    arena_init(&arena);
    struct shelf *s = shelf_open(&err);
    put(s, ONE, "a", "first");
    put(s, ONE, "a", "second");
    put(s, OTHER, "a", "third");
    assert_str(shelf_get(s, ONE, STR("a"), &arena), "first");
    assert_str(shelf_get(s, OTHER, STR("a"), &arena), "third");
    assert_str(shelf_get(s, ONE, STR("b"), &arena), "");
    put(s, ONE, "b", ""); /* after the first look-up, too */
    put(s, ONE, "", "no key");
    assert_str(shelf_get(s, ONE, STR(""), &arena), "no key");
    shelf_close(s);
    arena_release(&arena);
}

static void walks_keep_the_order_and_can_be_stopped(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf out;
    buf_init(&out, 1000);
    struct shelf *s = shelf_open(&err);
    put(s, ONE, "b", "1");
    put(s, ONE, "a", "2");
    put(s, OTHER, "x", "3");
    put(s, ONE, "b", "4");
    assert_true(shelf_walk(s, ONE, collect, &out, &err));
    assert_str(buf_str(&out), "b=1;a=2;b=4;");
    buf_reset(&out);
    assert_true(shelf_each(s, ONE, STR("b"), collect, &out, &err));
    assert_str(buf_str(&out), "b=1;b=4;");
    for (int i = 0; i < 100; i++)
        put(s, OTHER, "y", "many");
    buf_reset(&out);
    assert_true(shelf_walk(s, OTHER, collect, &out, &err));
    assert_true(out.len < 40);
    uint64_t orphans = 0;
    assert_true(shelf_orphans(s, ONE, OTHER, &orphans, &err));
    assert_int_equal(orphans, 3);
    assert_true(shelf_orphans(s, OTHER, OTHER, &orphans, &err));
    assert_int_equal(orphans, 0);
    shelf_close(s);
    buf_release(&out);
}

static void more_than_the_cache_is_found_again(void **state)
{
    (void)state;
    struct err err = {0};
    struct arena arena;
    arena_init(&arena);
    struct shelf *s = shelf_open(&err);
    static char text[4001];
    memset(text, 'x', sizeof text - 1);
    char key[32];
    for (int i = 0; i < 6000; i++) { /* 24 MB */
        snprintf(key, sizeof key, "%d", i * 7919 % 6000);
        memcpy(text, key, strlen(key));
        put(s, ONE, key, text);
    }
    for (int i = 0; i < 6000; i += 17) {
        snprintf(key, sizeof key, "%d", i);
        str found = shelf_get(s, ONE, str_of(key), &arena);
        assert_int_equal(found.len, sizeof text - 1);
        assert_true(str_starts_with(found, str_of(key)));
        arena_reset(&arena);
    }
    shelf_close(s);
    arena_release(&arena);
}

static void a_spool_gives_each_stream_again(void **state)
{
    (void)state;
    struct err err = {0};
    struct spool *spool = spool_open(&err);
    struct span spans[3];
    const char *const texts[] = {"one", "", "three"};
    for (int i = 0; i < 3; i++) {
        struct source *in = memory_source(str_of(texts[i]), NULL);
        assert_true(spool_add(spool, in, 100, &spans[i], &err));
        source_close(in);
    }
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3; i++) {
            char bytes[10];
            struct source *in = spool_source(spool, spans[i]);
            ptrdiff_t got = source_read(in, bytes, sizeof bytes, &err);
            assert_true(got >= 0);
            assert_str(str_make(bytes, (size_t)got), texts[i]);
            source_close(in);
        }
    spool_close(spool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_different_spaces_do_not_meet),
        cmocka_unit_test(walks_keep_the_order_and_can_be_stopped),
        cmocka_unit_test(more_than_the_cache_is_found_again),
        cmocka_unit_test(a_spool_gives_each_stream_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
