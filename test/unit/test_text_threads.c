/* What is said to be shared by threads may be, from the first call on: made to
 * be run under ThreadSanitizer too. */
#include "check.h"

#include <pthread.h>

#include "base/mem.h"
#include "text/classes.h"
#include "text/language.h"
#include "text/lexicon.h"
#include "text/normalise.h"
#include "text/regex.h"
#include "text/shingle.h"
#include "text/tfidf.h"

enum { THREADS = 4, ROUNDS = 20 };

struct shared {
    const struct lexicon *lexicon;
    const struct regex *regex;
    const struct tfidf *tfidf;
};

/* Everything a worker does, into one number. */
static uint64_t work(const struct shared *shared, str text)
{
    uint64_t sum = language_chinese_variant(text);
    struct buf out;
    struct vec found, hashes;
    struct shingler *shingler;
    float vector[64];
    buf_init(&out, BUF_MAX);
    vec_init(&found, sizeof(struct lexicon_match));
    vec_init(&hashes, sizeof(uint64_t));
    text_fold(text, &out);
    text_compose(text, &out);
    sum += out.len + (uint64_t)language_guess(text, NULL)[0];
    if (!shingler_open(&shingler, SHINGLE_WORDS, 2, "zh", NULL))
        abort();
    shingle_set(shingler, text, &hashes);
    for (size_t i = 0; i < hashes.count; i++)
        sum += *(uint64_t *)vec_at(&hashes, i);
    shingler_close(shingler);
    struct lexicon_matcher *matcher = lexicon_matcher_new(shared->lexicon);
    lexicon_match(matcher, text, &found);
    sum += found.count << 32;
    lexicon_matcher_free(matcher);
    struct regex_context *context = regex_context_new();
    sum += (uint64_t)regex_find(shared->regex, context, text, 0) << 40;
    regex_context_free(context);
    tfidf_vector(shared->tfidf, text, vector);
    sum += vector[0] > 0;
    buf_release(&out);
    vec_release(&found);
    vec_release(&hashes);
    return sum;
}

static void *thread(void *ctx)
{
    uint64_t *sum = mem_zero(1, sizeof *sum);
    for (int i = 0; i < ROUNDS; i++)
        *sum =
            *sum * 31 +
            work(ctx, STR("患者头痛三天，做ＣＴ检查。Patiënt heeft hoofdpijn"));
    return sum;
}

static void threads_share_tables_lexicons_and_patterns(void **state)
{
    (void)state;
    const str terms[] = {STR("头痛"), STR("hoofdpijn")};
    struct lexicon *lexicon;
    struct regex *regex;
    struct err err = {0};
    assert_true(lexicon_open(&lexicon, terms, 2, &err));
    assert_true(regex_compile(&regex, STR("检查"), 0, &err));
    struct tfidf *tfidf = tfidf_new(64);
    struct shared shared = {lexicon, regex, tfidf};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, thread, &shared), 0);
    uint64_t *sums[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], (void **)&sums[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_true(*sums[i] == *sums[0] && *sums[i] != 0);
        if (i)
            free(sums[i]);
    }
    free(sums[0]);
    lexicon_close(lexicon);
    regex_free(regex);
    tfidf_free(tfidf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_tables_lexicons_and_patterns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
