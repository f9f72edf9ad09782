/* dedup finds what comparing every text with every other finds, by a reader
 * that knows no hash: shingles are cut here anew, after the words of
 * docs/commands/dedup.md, and compared as the strings they are.
 * DEDUP_TEST_ROWS=20000 does it on that many rows of every kind. */
#include "check.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "base/vec.h"
#include "curate/dedup.h"
#include "record/record.h"

/* --- the naive reader --- */

/* A text as units: NFKC_Casefold, then letters, marks and numbers one by one,
 * or the words of UAX #29 that hold a letter or a number. */
struct units {
    UChar *text;       /* owned; of units, words followed by a space each */
    struct vec starts; /* size_t */
};

static UChar *fold(str text, int32_t *len)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t room = (int32_t)text.len * 20 + 64, wide_len;
    UChar *wide = mem_zero((size_t)room, sizeof *wide);
    UChar *folded = mem_zero((size_t)room, sizeof *folded);
    u_strFromUTF8(wide, room, &wide_len, text.ptr, (int32_t)text.len, &status);
    *len = unorm2_normalize(unorm2_getNFKCCasefoldInstance(&status), wide,
                            wide_len, folded, room, &status);
    assert_true(U_SUCCESS(status));
    free(wide);
    return folded;
}

static UChar32 code_point(const UChar *text, int32_t *at, int32_t len)
{
    UChar lead = text[(*at)++];
    if (!U16_IS_LEAD(lead) || *at == len || !U16_IS_TRAIL(text[*at]))
        return lead;
    return ((lead - 0xD800) << 10) + (text[(*at)++] - 0xDC00) + 0x10000;
}

static void cut_chars(const UChar *text, int32_t len, struct units *out)
{
    size_t used = 0;
    for (int32_t i = 0; i < len;) {
        int32_t from = i;
        UChar32 c = code_point(text, &i, len);
        if (!(U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)))
            continue;
        vec_push(&out->starts, &used);
        while (from < i)
            out->text[used++] = text[from++];
    }
    vec_push(&out->starts, &used);
}

static void cut_words(const UChar *text, int32_t len, struct units *out)
{
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *breaks = ubrk_open(UBRK_WORD, "en", text, len, &status);
    assert_true(U_SUCCESS(status));
    size_t used = 0;
    for (int32_t from = 0, to; (to = ubrk_next(breaks)) != UBRK_DONE;
         from = to) {
        if (ubrk_getRuleStatus(breaks) < UBRK_WORD_NUMBER)
            continue;
        vec_push(&out->starts, &used);
        for (int32_t i = from; i < to; i++)
            out->text[used++] = text[i];
        out->text[used++] = ' ';
    }
    vec_push(&out->starts, &used);
    ubrk_close(breaks);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The set of the text: every different shingle that `all` has met has its own
 * number, sorted. */
static struct vec naive_set(str text, enum shingle_unit unit, size_t n,
                            struct map *all)
{
    int32_t len;
    UChar *folded = fold(text, &len);
    struct units units = {mem_zero((size_t)len * 2 + 1, sizeof(UChar)), {0}};
    vec_init(&units.starts, sizeof(size_t));
    (unit == SHINGLE_CHARS ? cut_chars : cut_words)(folded, len, &units);
    size_t count = units.starts.count - 1;
    n = count < n ? count : n;
    struct vec set;
    vec_init(&set, sizeof(uint64_t));
    for (size_t i = 0; count && i + n <= count; i++) {
        size_t from = *(size_t *)vec_at(&units.starts, i);
        size_t to = *(size_t *)vec_at(&units.starts, i + n);
        str shingle = str_make((const char *)(units.text + from),
                               (to - from) * sizeof(UChar));
        uint64_t *number = map_slot(all, shingle);
        if (*number == 0)
            *number = map_size(all);
        vec_push(&set, number);
    }
    if (set.count)
        qsort(set.items, set.count, sizeof(uint64_t), by_value);
    size_t unique = 0;
    uint64_t *numbers = set.items;
    for (size_t i = 0; i < set.count; i++)
        if (i == 0 || numbers[i] != numbers[i - 1])
            numbers[unique++] = numbers[i];
    set.count = unique;
    free(units.text);
    vec_release(&units.starts);
    free(folded);
    return set;
}

static struct overlap naive_overlap(const struct vec *a, const struct vec *b)
{
    const uint64_t *x = a->items, *y = b->items;
    size_t i = 0, k = 0, shared = 0;
    while (i < a->count && k < b->count) {
        shared += x[i] == y[k];
        uint64_t low = x[i] < y[k] ? x[i] : y[k];
        i += x[i] == low;
        k += y[k] == low;
    }
    return (struct overlap){shared, a->count + b->count - shared};
}

/* --- texts --- */

struct texts {
    struct arena arena;
    struct vec list; /* str */
};

static void texts_init(struct texts *texts)
{
    arena_init(&texts->arena);
    vec_init(&texts->list, sizeof(str));
}

static void texts_release(struct texts *texts)
{
    arena_release(&texts->arena);
    vec_release(&texts->list);
}

static void add_text(struct texts *texts, str text)
{
    text = arena_copy(&texts->arena, text);
    vec_push(&texts->list, &text);
}

/* Pieces in which folding, keeping and counting could go wrong. */
static const char *const pieces[] = {"头",
                                     "痛",
                                     "我",
                                     "ＣＴ",
                                     "ct",
                                     "Ⅳ",
                                     "é",
                                     "e\xCC\x81",
                                     "ß",
                                     "ss",
                                     "ﬁ",
                                     "\xE2\x80\x8B",
                                     "\xEF\xBB\xBF",
                                     "\xF0\x9F\x98\x80",
                                     "，",
                                     "。",
                                     " ",
                                     "\xE3\x80\x80",
                                     "\xE2\x80\xA8",
                                     "\xC2\xA0",
                                     "3.5",
                                     "１２",
                                     "don't",
                                     "l'eau",
                                     "pain",
                                     "in",
                                     "the",
                                     "back",
                                     "\xF0\xA0\x80\x80",
                                     "가",
                                     "ไทย",
                                     "\xC2\xAD",
                                     "½",
                                     "İ",
                                     "ſ",
                                     "\xD9\x8E\xD8\xA8"};

static void random_texts(struct texts *texts, size_t count, uint64_t seed)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    struct rng rng = rng_at(seed, RNG_STREAM("dedup texts"), 0);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || rng_chance(&rng, 0.5)) {
            buf_reset(&text);
            for (uint64_t n = rng_below(&rng, 24); n > 0; n--) {
                buf_add(&text, str_of(pieces[rng_below(
                                   &rng, sizeof pieces / sizeof *pieces)]));
                if (rng_chance(&rng, 0.5))
                    buf_add_char(&text, ' ');
            }
        } else {
            for (uint64_t n = rng_below(&rng, 3); n > 0; n--)
                buf_add(&text, str_of(pieces[rng_below(
                                   &rng, sizeof pieces / sizeof *pieces)]));
        }
        add_text(texts, buf_str(&text));
        if (text.len > 200)
            buf_reset(&text);
    }
    buf_release(&text);
}

/* JSON string contents behind each `key`; one a line, or all of a line. */
static bool real_texts(struct texts *texts, const char *path, const char *key,
                       size_t count)
{
    struct err err = {0};
    struct lines *in = lines_open(path, 0, &err);
    if (!in)
        return false;
    str line;
    while (texts->list.count < count && lines_next(in, &line, &err)) {
        size_t at = str_find(line, str_of(key), 0);
        if (at == STR_NONE)
            continue;
        at += strlen(key);
        str text = str_slice(line, at, str_find_char(line, '"', at));
        if (str_find_char(text, '\\', 0) == STR_NONE) /* as it reads */
            add_text(texts, text);
    }
    lines_close(in);
    return true;
}

/* Two turns: the patient's holds the text, the doctor's something else for
 * every row, so that only one side can be compared. */
static void put_record(struct buf *out, size_t index, str text, bool dialogue)
{
    static const char provenance[] =
        "\"case_id\":null,\"source\":null,\"license\":null,\"split\":null,"
        "\"provenance\":null,\"meta\":[]}\n";
    buf_printf(out, "{\"id\":\"%zu\",", index);
    if (dialogue)
        buf_printf(out,
                   "\"kind\":\"dialogue\",\"lang\":\"en\","
                   "\"relation\":\"doctor-patient\",\"turns\":["
                   "{\"role\":\"doctor\",\"speaker\":null,\"text\":"
                   "\"the same words of the doctor in every row\"},"
                   "{\"role\":\"patient\",\"speaker\":null,\"text\":"
                   "\"" STR_FMT "\"}],\"brief\":null,%s",
                   STR_ARG(text), provenance);
    else
        buf_printf(out,
                   "\"kind\":\"question\",\"lang\":\"zh\",\"case\":null,"
                   "\"question\":\"" STR_FMT "\",\"options\":[],"
                   "\"answer\":null,\"answer_keys\":[],\"explanation\":null,"
                   "\"context\":null,\"subject\":null,\"task\":null,"
                   "\"phase\":null,\"specialty\":null,%s",
                   STR_ARG(text), provenance);
}

static const char *write_records(const char *name, const struct texts *texts,
                                 size_t from, size_t to, bool dialogue)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    for (size_t i = from; i < to; i++)
        put_record(&out, i, *(str *)vec_at(&texts->list, i), dialogue);
    const char *path = temp_file(name, buf_str(&out));
    buf_release(&out);
    return path;
}

/* --- comparing --- */

static const struct fraction thresholds[] = {{1, 2},   {3, 5},  {7, 10}, {4, 5},
                                             {17, 20}, {9, 10}, {19, 20}};
enum { THRESHOLD_COUNT = sizeof thresholds / sizeof *thresholds };

struct setting {
    enum shingle_unit unit;
    size_t n;
    bool dialogue; /* the patient's side */
    bool against;  /* the second half is the reference */
};

static struct dedup *run_dedup(const struct texts *texts,
                               const struct setting *s, struct fraction t)
{
    struct dedup_options options = {.threshold = t,
                                    .part = s->dialogue ? PART_PATIENT
                                                        : PART_QUESTION,
                                    .unit = s->unit,
                                    .length = s->n};
    struct dedup *d = dedup_new(&options);
    struct err err = {0};
    size_t count = texts->list.count, half = s->against ? count / 2 : count;
    bool ok = dedup_read(
        d, write_records("in.jsonl", texts, 0, half, s->dialogue), &err);
    if (ok && s->against)
        ok = dedup_read_reference(
            d, write_records("other.jsonl", texts, half, count, s->dialogue),
            &err);
    if (!ok || !dedup_find(d, &err))
        fail_msg("%s", err.message);
    return d;
}

/* A pair of rows that reaches the lowest threshold. */
struct known {
    size_t a, b;
    struct overlap overlap;
};

/* Everything with everything, or with the reference, in order of a, then b. */
static struct vec all_pairs(const struct vec *sets, size_t count,
                            const struct setting *s)
{
    struct vec pairs;
    vec_init(&pairs, sizeof(struct known));
    size_t half = s->against ? count / 2 : count;
    for (size_t a = 0; a < half; a++)
        for (size_t b = s->against ? half : a + 1; b < count; b++) {
            struct overlap overlap = naive_overlap(&sets[a], &sets[b]);
            if (overlap.united && 2 * overlap.intersection >= overlap.united)
                *(struct known *)vec_add(&pairs) =
                    (struct known){a, b, overlap};
        }
    return pairs;
}

/* Rows have the partners that are known, with that similarity, no others. */
static size_t check_pairs(struct dedup *d, const struct vec *known,
                          const struct setting *s, struct fraction t)
{
    struct vec found;
    vec_init(&found, sizeof(struct dedup_neighbour));
    size_t at = 0, count = 0;
    for (size_t a = 0; a < dedup_input_count(d); a++) {
        dedup_neighbours(d, a, s->against ? 0 : a + 1, &found);
        size_t met = 0;
        for (; at < known->count; at++) {
            const struct known *pair = vec_at(known, at);
            if (pair->a != a)
                break;
            if (pair->overlap.intersection * t.denominator <
                pair->overlap.united * t.numerator)
                continue;
            if (met >= found.count)
                fail_msg("pair of rows %zu and %zu, %zu/%zu, is missing",
                         pair->a, pair->b, pair->overlap.intersection,
                         pair->overlap.united);
            const struct dedup_neighbour *next = vec_at(&found, met++);
            assert_int_equal(next->row, pair->b);
            assert_true(next->jaccard == (double)pair->overlap.intersection /
                                             (double)pair->overlap.united);
        }
        assert_int_equal(met, found.count);
        count += met;
    }
    assert_int_equal(at, known->count);
    assert_int_equal(dedup_count(d).pairs, count);
    vec_release(&found);
    return count;
}

static void check(const struct texts *texts, struct setting setting)
{
    size_t count = texts->list.count, found = 0;
    struct vec *sets = mem_zero(count, sizeof *sets);
    struct map all;
    map_init(&all);
    for (size_t i = 0; i < count; i++)
        sets[i] = naive_set(*(str *)vec_at(&texts->list, i), setting.unit,
                            setting.n, &all);
    map_release(&all);
    struct vec known = all_pairs(sets, count, &setting);
    for (size_t k = 0; k < THRESHOLD_COUNT; k++) {
        struct dedup *d = run_dedup(texts, &setting, thresholds[k]);
        found += check_pairs(d, &known, &setting, thresholds[k]);
        dedup_free(d);
    }
    print_message("%zu texts, n = %zu: %zu pairs at %d thresholds\n", count,
                  setting.n, found, THRESHOLD_COUNT);
    vec_release(&known);
    for (size_t i = 0; i < count; i++)
        vec_release(&sets[i]);
    free(sets);
}

static size_t test_rows(size_t usual)
{
    const char *rows = getenv("DEDUP_TEST_ROWS");
    return rows ? (size_t)strtoul(rows, NULL, 10) : usual;
}

static void random_texts_give_the_pairs_of_brute_force(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        struct texts texts;
        texts_init(&texts);
        random_texts(&texts, test_rows(400), seed);
        check(&texts, (struct setting){SHINGLE_CHARS, 5, false, false});
        check(&texts, (struct setting){SHINGLE_CHARS, 1, false, false});
        check(&texts, (struct setting){SHINGLE_WORDS, 3, false, false});
        check(&texts, (struct setting){SHINGLE_WORDS, 2, true, false});
        check(&texts, (struct setting){SHINGLE_CHARS, 3, false, true});
        check(&texts, (struct setting){SHINGLE_WORDS, 2, true, true});
        texts_release(&texts);
    }
}

static void real_texts_give_the_pairs_of_brute_force(void **state)
{
    (void)state;
    static const char path[] = "../shared/data/smilechat/"
                               "smilechat_1-30000.jsonl.zst";
    struct texts texts;
    texts_init(&texts);
    if (!real_texts(&texts, path, "\"content\":\"", test_rows(600))) {
        texts_release(&texts);
        print_message("%s is not here: skipped\n", path);
        skip();
    }
    check(&texts, (struct setting){SHINGLE_CHARS, 5, false, false});
    check(&texts, (struct setting){SHINGLE_WORDS, 3, false, false});
    check(&texts, (struct setting){SHINGLE_CHARS, 5, true, true});
    texts_release(&texts);
}

/* Pairs of five-character texts that XXH3 gives one 64-bit hash (found by
 * search): a hash alone would take them for equal. */
static const char *const confused[] = {"尡嵻備傫偶", "婪姬嘾奵囄", "名櫚嶨淘呂",
                                       "憱歃帵暓垸"};

static void hashes_that_collide_change_no_pair(void **state)
{
    (void)state;
    assert_true(shingle_name(str_of(confused[0]), 0) ==
                shingle_name(str_of(confused[1]), 0));
    assert_true(shingle_name(str_of(confused[2]), 0) ==
                shingle_name(str_of(confused[3]), 0));
    static const char *const before[] = {"", "", "我", "痛"};
    static const char *const after[] = {"", "病", "", "痛"};
    struct texts texts;
    texts_init(&texts);
    for (size_t i = 0; i < 8; i++)
        for (size_t k = 0; k < 4; k++) {
            char text[64];
            snprintf(text, sizeof text, "%s%s%s%s", before[i % 4], confused[k],
                     i < 4 ? "" : confused[k ^ (i % 2)], after[i % 4]);
            add_text(&texts, str_of(text));
        }
    check(&texts, (struct setting){SHINGLE_CHARS, 5, false, false});
    check(&texts, (struct setting){SHINGLE_CHARS, 5, true, true});
    struct setting plain = {SHINGLE_CHARS, 5, false, false};
    struct dedup *d = run_dedup(&texts, &plain, thresholds[0]);
    assert_int_equal(dedup_count(d).hashed_anew, 1);
    dedup_free(d);
    texts_release(&texts);
}

/* Alike only through one hash: across rows, and within one. */
static void one_confused_shingle_is_enough(void **state)
{
    (void)state;
    for (int within = 0; within < 2; within++)
        for (int method = 0; method < 2; method++) {
            struct texts texts;
            texts_init(&texts);
            add_text(&texts, str_of(confused[0]));
            add_text(&texts, within ? STR("尡嵻備傫偶婪姬嘾奵囄")
                                    : str_of(confused[1]));
            struct dedup_options options = {.threshold = {1, 2},
                                            .part = PART_QUESTION,
                                            .unit = SHINGLE_CHARS,
                                            .length = 5,
                                            .method = method ? DEDUP_MINHASH
                                                             : DEDUP_EXACT,
                                            .recall = 0.99};
            struct dedup *d = dedup_new(&options);
            struct err err = {0};
            assert_true(dedup_read(
                d, write_records("in.jsonl", &texts, 0, 2, false), &err));
            assert_true(dedup_find(d, &err));
            assert_int_equal(dedup_count(d).pairs, 0);
            assert_int_equal(dedup_count(d).kept, 2);
            assert_int_equal(dedup_count(d).hashed_anew, 1);
            dedup_free(d);
            texts_release(&texts);
        }
}

/* So much text in one cluster that its table takes it in shares. */
static void a_collision_is_found_in_a_large_cluster_too(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, BUF_MAX);
    struct texts texts;
    texts_init(&texts);
    struct rng rng = rng_at(3, RNG_STREAM("large cluster"), 0);
    for (size_t i = 0; i < 300000; i++)
        buf_add_utf8(&text, 0x4E00 + (uint32_t)rng_below(&rng, 8000));
    size_t common = text.len;
    for (size_t i = 0; i < 8; i++) {
        buf_truncate(&text, common);
        buf_add(&text, str_of(confused[i % 2]));
        add_text(&texts, buf_str(&text));
    }
    struct setting plain = {SHINGLE_CHARS, 5, false, false};
    struct dedup *d = run_dedup(&texts, &plain, thresholds[0]);
    assert_int_equal(dedup_count(d).hashed_anew, 1);
    assert_int_equal(dedup_count(d).pairs, 28);
    assert_int_equal(dedup_count(d).identical, 7);
    dedup_free(d);
    texts_release(&texts);
    buf_release(&text);
}

int main(void)
{
    parallel_set_workers(1); /* many small runs */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts_give_the_pairs_of_brute_force),
        cmocka_unit_test(real_texts_give_the_pairs_of_brute_force),
        cmocka_unit_test(hashes_that_collide_change_no_pair),
        cmocka_unit_test(one_confused_shingle_is_enough),
        cmocka_unit_test(a_collision_is_found_in_a_large_cluster_too),
    };
    return cmocka_run_group_tests(tests, temp_make, temp_remove);
}
