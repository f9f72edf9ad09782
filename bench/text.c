/* Speed of the text room on one core: Chinese (SmileChat) and English (MedQuAD)
 * texts, a record at a time. A line with a ratio names its reference, which
 * does the same work on the same data in the same run. Processor time is
 * counted, so that a busy machine disturbs less. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/vec.h"
#include "text/language.h"
#include "text/lexicon.h"
#include "text/normalise.h"
#include "text/regex.h"
#include "text/shingle.h"
#include "text/similarity.h"
#include "text/words.h"

static const char terms_path[] = "../shared/data/thuocl/THUOCL_medical.txt";

enum { BYTES = 12 << 20, TEXT_BYTES_MIN = 4 };

struct bench {
    struct arena arena;
    struct vec texts; /* str */
    size_t bytes;
    const char *lang;
    struct vec out;
    struct vec points; /* uint32_t, of the text before */
    struct buf buf;
    struct words *words;
    struct shingler *chars, *trigrams;
    struct lexicon_matcher *vector, *plain;
    struct regex *regex;
    struct regex_context *context;
    UChar *wide[2]; /* scratch of the ICU reference */
    size_t wide_units;
};

static void need(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "text: %s\n", err->message);
    exit(77);
}

/* Lines of the file, up to BYTES of text. */
static void read_texts(struct bench *bench, const char *path, struct vec *texts)
{
    struct err err = {0};
    struct lines *in = lines_open(path, 0, &err);
    need(in != NULL, &err);
    bench->bytes = 0;
    vec_init(texts, sizeof(str));
    for (str line; bench->bytes < BYTES && lines_next(in, &line, &err);) {
        if (line.len < TEXT_BYTES_MIN)
            continue;
        *(str *)vec_add(texts) = arena_copy(&bench->arena, line);
        bench->bytes += line.len;
    }
    lines_close(in);
}

typedef void task(struct bench *, str);

/* Megabytes (10^6 bytes) a second, the best of three rounds. */
static double speed_of(struct bench *bench, task *one)
{
    double best = 0;
    for (int round = 0; round < 3; round++) {
        int64_t start = clock_cpu_ns();
        for (size_t i = 0; i < bench->texts.count; i++)
            one(bench, *(str *)vec_at(&bench->texts, i));
        double speed =
            (double)bench->bytes * 1e3 / (double)(clock_cpu_ns() - start);
        best = speed > best ? speed : best;
        if (speed < 10)
            break;
    }
    return best;
}

static void show(struct bench *bench, const char *name, task *one,
                 const char *reference_name, double reference)
{
    double speed = speed_of(bench, one);
    printf("%-3s %-28s %9.1f MB/s", bench->lang, name, speed);
    if (reference > 0)
        printf("  %6.1f x %s (%.1f MB/s)", speed / reference, reference_name,
               reference);
    printf("\n");
}

static void fold(struct bench *bench, str text)
{
    buf_reset(&bench->buf);
    text_fold(text, &bench->buf);
}

static void fold_by_icu(struct bench *bench, str text)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t units = 4 * text.len + 64;
    if (units > bench->wide_units) {
        bench->wide_units = 2 * units;
        for (int i = 0; i < 2; i++)
            bench->wide[i] =
                mem_resize(bench->wide[i], 2 * units * sizeof *bench->wide[i]);
    }
    int32_t count = 0, room = (int32_t)bench->wide_units;
    u_strFromUTF8WithSub(bench->wide[0], room, &count, text.ptr,
                         (int32_t)text.len, 0xFFFD, NULL, &status);
    count =
        unorm2_normalize(unorm2_getNFKCCasefoldInstance(&status),
                         bench->wide[0], count, bench->wide[1], room, &status);
    char *bytes = (char *)bench->wide[0];
    u_strToUTF8(bytes, room, &count, bench->wide[1], count, &status);
}

static void visible(struct bench *bench, str text)
{
    buf_reset(&bench->buf);
    text_visible(text, &bench->buf);
}

static void chars(struct bench *bench, str text)
{
    vec_reset(&bench->out);
    chars_split(text, &bench->out);
}

static void count_chars(struct bench *bench, str text)
{
    bench->out.count = chars_count(text);
}

static void words(struct bench *bench, str text)
{
    words_split(bench->words, text, bench->lang, &bench->out);
}

static void sentences(struct bench *bench, str text)
{
    sentences_split(bench->words, text, bench->lang, &bench->out);
}

static void shingle_chars(struct bench *bench, str text)
{
    struct vec set;
    vec_init(&set, sizeof(uint64_t));
    shingle_set(bench->chars, text, &set);
    vec_release(&set);
}

static void shingle_words(struct bench *bench, str text)
{
    struct vec set;
    vec_init(&set, sizeof(uint64_t));
    shingle_set(bench->trigrams, text, &set);
    vec_release(&set);
}

static void match_vector(struct bench *bench, str text)
{
    struct vec found;
    vec_init(&found, sizeof(struct lexicon_match));
    lexicon_match(bench->vector, text, &found);
    vec_release(&found);
}

static void match_plain(struct bench *bench, str text)
{
    struct vec found;
    vec_init(&found, sizeof(struct lexicon_match));
    lexicon_match(bench->plain, text, &found);
    vec_release(&found);
}

static void numbers(struct bench *bench, str text)
{
    for (size_t from = 0;
         regex_next(bench->regex, bench->context, text, &from) == REGEX_FOUND;)
        bench->out.count++;
}

/* The matrix, a row at a time: the reference of lcs_length. */
static size_t plain_lcs(const uint32_t *a, size_t n, const uint32_t *b,
                        size_t m)
{
    size_t *row = mem_zero(m + 1, sizeof *row);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0, diagonal = 0; j < m; j++) {
            size_t above = row[j + 1];
            if (a[i] == b[j])
                row[j + 1] = diagonal + 1;
            else if (row[j] > above)
                row[j + 1] = row[j];
            diagonal = above;
        }
    size_t length = row[m];
    free(row);
    return length;
}

/* Each text against the one before it, both cut: the matrix is slow. */
enum { LCS_BYTES = 3000 };

static void compare(struct bench *bench, str text, bool plain)
{
    str head = str_slice(text, 0, LCS_BYTES);
    struct vec points;
    vec_init(&points, sizeof(uint32_t));
    code_points(head, &points);
    const uint32_t *before = bench->points.items, *now = points.items;
    bench->out.count +=
        plain ? plain_lcs(before, bench->points.count, now, points.count)
              : lcs_length(before, bench->points.count, now, points.count);
    vec_release(&bench->points);
    bench->points = points;
}

static void lcs(struct bench *bench, str text)
{
    compare(bench, text, false);
}

static void lcs_by_matrix(struct bench *bench, str text)
{
    compare(bench, text, true);
}

static void guess(struct bench *bench, str text)
{
    bench->out.count += language_guess(text, NULL)[0] == 'z';
}

static void run(struct bench *bench, const char *lang, const char *path)
{
    struct err err = {0};
    bench->lang = lang;
    read_texts(bench, path, &bench->texts);
    need(shingler_open(&bench->chars, SHINGLE_CHARS, 5, lang, &err), &err);
    need(shingler_open(&bench->trigrams, SHINGLE_WORDS, 3, lang, &err), &err);
    fold(bench, STR("first use makes tables"));
    show(bench, "text_fold", fold, "ICU alone", speed_of(bench, fold_by_icu));
    show(bench, "text_visible", visible, "", 0);
    show(bench, "chars_split", chars, "", 0);
    show(bench, "chars_count", count_chars, "", 0);
    show(bench, "words_split", words, "", 0);
    show(bench, "sentences_split", sentences, "", 0);
    show(bench, "shingle_set, 5 characters", shingle_chars, "", 0);
    show(bench, "shingle_set, 3 words", shingle_words, "", 0);
    show(bench, "lexicon_match, 18,749 terms", match_vector, "plain trie",
         speed_of(bench, match_plain));
    show(bench, "regex \\d+\\s*(mg|天)", numbers, "", 0);
    show(bench, "language_guess", guess, "", 0);
    /* A tenth of the texts: quadratic. */
    bench->texts.count /= 10;
    bench->bytes /= 10;
    show(bench, "lcs_length of neighbours", lcs, "matrix",
         speed_of(bench, lcs_by_matrix));
    shingler_close(bench->chars);
    shingler_close(bench->trigrams);
    vec_release(&bench->texts);
}

/* The words of the list are before the tab. */
static void open_lexicons(struct bench *bench, struct lexicon *lexicons[2])
{
    struct err err = {0};
    struct vec terms;
    read_texts(bench, terms_path, &terms);
    str *items = terms.items, rest;
    for (size_t i = 0; i < terms.count; i++)
        str_cut(items[i], '\t', &items[i], &rest);
    int64_t start = clock_cpu_ns();
    need(lexicon_open(&lexicons[0], items, terms.count, &err), &err);
    printf("    lexicon_open, %zu terms: %.2f s\n", terms.count,
           (double)(clock_cpu_ns() - start) / 1e9);
    need(lexicon_open_with(&lexicons[1], items, terms.count, LEXICON_PLAIN,
                           &err),
         &err);
    bench->vector = lexicon_matcher_new(lexicons[0]);
    bench->plain = lexicon_matcher_new(lexicons[1]);
    vec_release(&terms);
}

int main(void)
{
    struct bench bench = {0};
    struct lexicon *lexicons[2];
    struct err err = {0};
    arena_init(&bench.arena);
    vec_init(&bench.out, sizeof(str));
    vec_init(&bench.points, sizeof(uint32_t));
    buf_init(&bench.buf, BUF_MAX);
    need(words_open(&bench.words, &err), &err);
    need(regex_compile(&bench.regex, STR("\\d+\\s*(mg|天)"), 0, &err), &err);
    bench.context = regex_context_new();
    open_lexicons(&bench, lexicons);
    run(&bench, "zh", "../shared/data/smilechat/smilechat_1-30000.jsonl.zst");
    run(&bench, "en", "../shared/data/medquad/medquad_shared.tar.zst");
    lexicon_matcher_free(bench.vector);
    lexicon_matcher_free(bench.plain);
    lexicon_close(lexicons[0]);
    lexicon_close(lexicons[1]);
    regex_context_free(bench.context);
    regex_free(bench.regex);
    words_close(bench.words);
    free(bench.wide[0]);
    free(bench.wide[1]);
    buf_release(&bench.buf);
    vec_release(&bench.out);
    vec_release(&bench.points);
    arena_release(&bench.arena);
    return 0;
}
