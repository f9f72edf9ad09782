/* vectors.c - see vectors.h. */
#include "measure/vectors.h"

#include <math.h>
#include <stdlib.h>

#include "base/lines.h"
#include "base/map.h"
#include "base/mem.h"
#include "text/normalise.h"

struct word_vectors {
    struct map words;   /* folded word → place */
    struct vec numbers; /* float, dimensions for each word */
    size_t dimensions;  /* 0: no line yet */
    uint64_t name;
    struct buf folded;
};

/* "400000 300" before the first word. */
static bool is_head(str line)
{
    str first, second;
    int64_t count;
    return str_cut(line, ' ', &first, &second) && str_to_int(first, &count) &&
           str_to_int(str_trim(second), &count);
}

static size_t count_numbers(str line)
{
    str word;
    size_t count = 0;
    while (str_next(&line, ' ', &word))
        count += word.len > 0;
    return count ? count - 1 : 0;
}

/* The numbers of a line into out; how many, or SIZE_MAX when one is none. */
static size_t read_numbers(str rest, float *out, size_t most)
{
    str number;
    size_t count = 0;
    while (str_next(&rest, ' ', &number)) {
        double value;
        if (number.len == 0)
            continue;
        if (count == most || !str_to_double(number, &value) ||
            !isfinite((float)value))
            return SIZE_MAX;
        out[count++] = (float)value;
    }
    return count;
}

static bool add_line(struct word_vectors *v, str line, struct err *err)
{
    str word, rest;
    if (!str_cut(line, ' ', &word, &rest) || word.len == 0)
        return err_set(err, ERR_FORMAT, "a word and its numbers are wanted");
    if (v->dimensions == 0)
        v->dimensions = count_numbers(line);
    if (v->dimensions == 0 || v->dimensions > VECTORS_DIMENSIONS_MAX)
        return err_set(err, ERR_FORMAT, "%zu numbers; 1 to %d are wanted",
                       v->dimensions, VECTORS_DIMENSIONS_MAX);
    float numbers[VECTORS_DIMENSIONS_MAX];
    if (read_numbers(rest, numbers, v->dimensions) != v->dimensions)
        return err_set(err, ERR_FORMAT, "%zu finite numbers are wanted",
                       v->dimensions);
    v->name = v->name * 0x9E3779B97F4A7C15u + str_hash(line);
    buf_reset(&v->folded);
    text_fold(word, &v->folded);
    if (map_get(&v->words, buf_str(&v->folded), NULL))
        return true;
    map_put(&v->words, buf_str(&v->folded), map_size(&v->words));
    for (size_t i = 0; i < v->dimensions; i++)
        vec_push(&v->numbers, &numbers[i]);
    return true;
}

static bool is_full(const struct word_vectors *v)
{
    return (v->numbers.count + v->dimensions) * sizeof(float) >
           VECTORS_BYTES_MAX;
}

static bool read_all(struct word_vectors *v, struct lines *in, struct err *err)
{
    struct err broken = {0};
    for (str line; !is_full(v) && lines_next(in, &line, &broken);) {
        line = str_trim(line);
        if (line.len == 0 || (lines_number(in) == 1 && is_head(line)))
            continue;
        if (!add_line(v, line, err))
            return err_wrap(err, "line %llu",
                            (unsigned long long)lines_number(in));
    }
    if (broken.code != ERR_NONE) {
        *err = broken;
        return false;
    }
    return v->dimensions > 0 ||
           err_set(err, ERR_FORMAT, "there is no word vector");
}

struct word_vectors *word_vectors_open(const char *path, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return NULL;
    struct word_vectors *v = mem_zero(1, sizeof *v);
    map_init(&v->words);
    vec_init(&v->numbers, sizeof(float));
    buf_init(&v->folded, BUF_MAX);
    bool ok = read_all(v, in, err);
    lines_close(in);
    if (ok)
        return v;
    err_wrap(err, "%s", path);
    word_vectors_close(v);
    return NULL;
}

void word_vectors_close(struct word_vectors *v)
{
    if (!v)
        return;
    map_release(&v->words);
    vec_release(&v->numbers);
    buf_release(&v->folded);
    free(v);
}

const float *word_vectors_get(const struct word_vectors *v, str word)
{
    uint64_t place;
    return map_get(&v->words, word, &place)
               ? (const float *)v->numbers.items + place * v->dimensions
               : NULL;
}

size_t word_vectors_dimensions(const struct word_vectors *v)
{
    return v->dimensions;
}

size_t word_vectors_count(const struct word_vectors *v)
{
    return map_size(&v->words);
}

uint64_t word_vectors_name(const struct word_vectors *v)
{
    return v->name;
}
