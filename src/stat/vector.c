/* vector.c - see vector.h. */
#include "stat/vector.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16 };

/* Halves the sums until one is left: always the same order. */
static float add_up(float sums[LANES])
{
    for (size_t width = LANES / 2; width > 0; width /= 2)
        for (size_t i = 0; i < width; i++)
            sums[i] += sums[i + width];
    return sums[0];
}

float vector_dot_plain(const float *a, const float *b, size_t dimensions)
{
    float sums[LANES] = {0};
    for (size_t i = 0; i < dimensions; i++)
        sums[i % LANES] += a[i] * b[i];
    return add_up(sums);
}

#ifdef __x86_64__
#include <immintrin.h>

/* No fused multiply-add: it rounds once where the plain form rounds twice. */
__attribute__((target("avx2"))) static float dot_avx2(const float *a,
                                                      const float *b,
                                                      size_t dimensions)
{
    __m256 low = _mm256_setzero_ps(), high = _mm256_setzero_ps();
    size_t i = 0;
    for (; i + LANES <= dimensions; i += LANES) {
        low = _mm256_add_ps(
            low, _mm256_mul_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i)));
        high = _mm256_add_ps(high, _mm256_mul_ps(_mm256_loadu_ps(a + i + 8),
                                                 _mm256_loadu_ps(b + i + 8)));
    }
    float sums[LANES];
    _mm256_storeu_ps(sums, low);
    _mm256_storeu_ps(sums + 8, high);
    for (; i < dimensions; i++)
        sums[i % LANES] += a[i] * b[i];
    return add_up(sums);
}
#endif

typedef float dot_form(const float *, const float *, size_t);

static dot_form *chosen = vector_dot_plain; /* constant once chosen */

static void choose(void)
{
    const char *processor = getenv("ANAMNESIS_CPU");
    if (processor && strcmp(processor, "scalar") == 0)
        return;
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2"))
        chosen = dot_avx2;
#endif
}

static dot_form *form(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose);
    return chosen;
}

float vector_dot(const float *a, const float *b, size_t dimensions)
{
    return form()(a, b, dimensions);
}

void vector_dots(const float *a, const float *rows, size_t count,
                 size_t dimensions, float *out)
{
    dot_form *dot = form();
    for (size_t i = 0; i < count; i++)
        out[i] = dot(a, rows + i * dimensions, dimensions);
}

bool vector_normalise(float *vector, size_t dimensions)
{
    double squares = 0;
    for (size_t i = 0; i < dimensions; i++)
        squares += (double)vector[i] * (double)vector[i];
    if (!(squares > 0))
        return false;
    double scale = 1 / sqrt(squares);
    for (size_t i = 0; i < dimensions; i++)
        vector[i] = (float)((double)vector[i] * scale);
    return true;
}
