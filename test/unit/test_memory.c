/* Holders of memory: buf, arena, vec, map. */
#include "check.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/rng.h"
#include "base/vec.h"

static void a_full_buf_drops_the_addition_whole_and_stays_full(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 5);
    assert_true(buf_add(&b, STR("abc")));
    assert_false(buf_add(&b, STR("def")));
    assert_true(b.full);
    assert_false(buf_add_char(&b, 'x'));
    assert_false(buf_printf(&b, "%d", 1));
    assert_str(buf_str(&b), "abc");
    buf_reset(&b);
    assert_false(b.full);
    assert_true(buf_add(&b, STR("12345")));
    assert_false(buf_add_char(&b, '6'));
    assert_string_equal(buf_cstr(&b), "12345");
    buf_release(&b);
}

static void an_untouched_buf_is_an_empty_string(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, BUF_MAX);
    assert_string_equal(buf_cstr(&b), "");
    assert_int_equal(buf_str(&b).len, 0);
    buf_truncate(&b, 0);
    assert_true(buf_add(&b, (str){NULL, 0}));
    buf_reset(&b);
    char *taken = buf_take(&b);
    assert_string_equal(taken, "");
    free(taken);
    buf_release(&b);
}

static void taking_gives_the_bytes_away_and_leaves_it_empty(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    buf_printf(&b, "%s-%d", "x", 12);
    buf_add_many(&b, '.', 3);
    char *taken = buf_take(&b);
    assert_string_equal(taken, "x-12...");
    assert_int_equal(b.len, 0);
    assert_int_equal(b.bytes_max, 100);
    free(taken);
    buf_add(&b, STR("again"));
    buf_truncate(&b, 2);
    assert_string_equal(buf_cstr(&b), "ag");
    buf_release(&b);
}

static void code_points_become_utf8_and_bad_ones_the_replacement(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    buf_add_utf8(&b, 'A');
    buf_add_utf8(&b, 0xE9);
    buf_add_utf8(&b, 0x4E2D);
    buf_add_utf8(&b, 0x1F600);
    buf_add_utf8(&b, 0xD800);
    buf_add_utf8(&b, 0x110000);
    assert_str(buf_str(&b), "Aé中😀\xEF\xBF\xBD\xEF\xBF\xBD");
    buf_release(&b);
}

static void a_buf_may_hold_nul_bytes(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    buf_add(&b, str_make("a\0b", 3));
    assert_int_equal(buf_str(&b).len, 3);
    buf_release(&b);
}

static void arena_memory_is_zeroed_and_aligned_also_after_reset(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    for (int round = 0; round < 3; round++) {
        for (size_t n = 1; n < 5000; n += 37) {
            unsigned char *p = arena_alloc(&a, n);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xAB, n);
        }
        arena_reset(&a);
    }
    arena_release(&a);
}

static void an_arena_takes_allocations_larger_than_a_chunk(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    char *large = arena_alloc(&a, (size_t)3 << 20);
    large[((size_t)3 << 20) - 1] = 'x';
    char *small = arena_alloc(&a, 10);
    small[9] = 'y';
    arena_reset(&a);
    assert_non_null(arena_alloc(&a, 0));
    arena_reset(&a);
    arena_release(&a);
    arena_reset(&a);
    arena_release(&a);
}

static void copies_in_an_arena_end_in_nul(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    str copy = arena_copy(&a, str_make("abcdef", 3));
    assert_string_equal(copy.ptr, "abc");
    assert_str(arena_copy(&a, (str){NULL, 0}), "");
    assert_string_equal(arena_cstr(&a, STR("x")), "x");
    assert_str(arena_printf(&a, "%05d|%s", 42, "é"), "00042|é");
    arena_release(&a);
}

static void a_vec_grows_and_keeps_its_items(void **state)
{
    (void)state;
    struct vec v;
    vec_init(&v, sizeof(int));
    for (int i = 0; i < 1000; i++)
        vec_push(&v, &i);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(*(int *)vec_at(&v, (size_t)i), i);
    vec_reset(&v);
    assert_int_equal(v.count, 0);
    assert_int_equal(*(int *)vec_add(&v), 0);
    vec_reserve(&v, 5000);
    assert_true(v.capacity >= 5000);
    assert_int_equal(v.count, 1);
    vec_release(&v);
    assert_int_equal(v.item_bytes, sizeof(int));
    vec_release(&v);
}

static void a_map_finds_what_was_put_in_insertion_order(void **state)
{
    (void)state;
    struct map m;
    map_init(&m);
    char key[32];
    for (int i = 0; i < 20000; i++) {
        int len = snprintf(key, sizeof key, "key-%d", i * 7919 % 20011);
        assert_true(map_put(&m, str_make(key, (size_t)len), (uint64_t)i));
    }
    assert_int_equal(map_size(&m), 20000);
    for (int i = 0; i < 20000; i++) {
        uint64_t value;
        int len = snprintf(key, sizeof key, "key-%d", i * 7919 % 20011);
        assert_true(map_get(&m, str_make(key, (size_t)len), &value));
        assert_int_equal(value, i);
        assert_int_equal(map_entry(&m, (size_t)i)->value, i);
    }
    assert_false(map_get(&m, STR("absent"), NULL));
    map_release(&m);
}

static void a_map_counts_and_overwrites(void **state)
{
    (void)state;
    struct map m;
    map_init(&m);
    uint64_t value = 99;
    assert_false(map_get(&m, STR("a"), &value));
    assert_int_equal(value, 99);
    assert_int_equal(map_count(&m, STR("a"), 2), 2);
    assert_int_equal(map_count(&m, STR("a"), 3), 5);
    assert_false(map_put(&m, STR("a"), 1));
    assert_true(map_put(&m, STR(""), 8));
    assert_true(map_put(&m, str_make("a\0", 2), 9));
    *map_slot(&m, STR("b")) += 4;
    assert_true(map_get(&m, STR("b"), &value));
    assert_int_equal(value, 4);
    assert_int_equal(map_size(&m), 4);
    map_reset(&m);
    assert_int_equal(map_size(&m), 0);
    assert_false(map_get(&m, STR("a"), NULL));
    assert_true(map_put(&m, STR("a"), 1));
    map_release(&m);
}

static void a_map_agrees_with_a_plain_array(void **state)
{
    (void)state;
    enum { KEYS = 300, STEPS = 20000 };
    uint64_t wanted[KEYS] = {0};
    struct map m;
    map_init(&m);
    struct rng rng = rng_at(20260101, RNG_STREAM("map"), 0);
    for (int i = 0; i < STEPS; i++) {
        uint16_t key = (uint16_t)rng_below(&rng, KEYS);
        wanted[key]++;
        map_count(&m, str_make((const char *)&key, sizeof key), 1);
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < map_size(&m); i++) {
        uint16_t key;
        memcpy(&key, map_entry(&m, i)->key.ptr, sizeof key);
        assert_int_equal(map_entry(&m, i)->value, wanted[key]);
        sum += map_entry(&m, i)->value;
    }
    assert_int_equal(sum, STEPS);
    map_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_buf_drops_the_addition_whole_and_stays_full),
        cmocka_unit_test(an_untouched_buf_is_an_empty_string),
        cmocka_unit_test(taking_gives_the_bytes_away_and_leaves_it_empty),
        cmocka_unit_test(code_points_become_utf8_and_bad_ones_the_replacement),
        cmocka_unit_test(a_buf_may_hold_nul_bytes),
        cmocka_unit_test(arena_memory_is_zeroed_and_aligned_also_after_reset),
        cmocka_unit_test(an_arena_takes_allocations_larger_than_a_chunk),
        cmocka_unit_test(copies_in_an_arena_end_in_nul),
        cmocka_unit_test(a_vec_grows_and_keeps_its_items),
        cmocka_unit_test(a_map_finds_what_was_put_in_insertion_order),
        cmocka_unit_test(a_map_counts_and_overwrites),
        cmocka_unit_test(a_map_agrees_with_a_plain_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
