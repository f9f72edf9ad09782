/* settle.c - see settle.h. */
#include "bench/settle.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of sorted values: the most frequent one; false when two lead. */
static bool find_mode(const double *sorted, size_t count, double *value)
{
    size_t best = 0, leaders = 0;
    for (size_t i = 0, run = 0; i < count; i++) {
        run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
        if (run > best) {
            best = run;
            leaders = 1;
            *value = sorted[i];
        } else if (run == best) {
            leaders++;
        }
    }
    return leaders == 1;
}

bool settle_jury(str how, const double *values, size_t count, size_t seats,
                 double *value)
{
    assert(count <= SETTLE_SEATS_MAX);
    if (count * 2 <= seats)
        return false;
    double sorted[SETTLE_SEATS_MAX], sum = 0;
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_numbers);
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    *value = sum / (double)count;
    if (str_equal(how, STR("median")))
        *value = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    return !str_equal(how, STR("majority")) || find_mode(sorted, count, value);
}

const char *settle_pair(double first, double swapped, double *value)
{
    *value = first == swapped ? first : 0.5;
    return first != swapped ? "inconsistent"
           : first == 1     ? "win"
           : first == 0     ? "loss"
                            : "tie";
}

/* --- length --- */

struct item_means {
    double rating, length;
    size_t count;
};

static struct item_means *means_of(const double *ratings, const double *lengths,
                                   const size_t *items, size_t count)
{
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        most = items[i] > most ? items[i] : most;
    struct item_means *means = mem_zero(most + 1, sizeof *means);
    for (size_t i = 0; i < count; i++) {
        struct item_means *m = &means[items[i]];
        m->count++;
        m->rating += (ratings[i] - m->rating) / (double)m->count;
        m->length += (log(lengths[i]) - m->length) / (double)m->count;
    }
    return means;
}

void settle_length(const double *ratings, const double *lengths,
                   const size_t *items, size_t count, double *adjusted,
                   double *slope)
{
    struct item_means *means = means_of(ratings, lengths, items, count);
    double above = 0, below = 0;
    for (size_t i = 0; i < count; i++) {
        double dx = log(lengths[i]) - means[items[i]].length;
        above += dx * (ratings[i] - means[items[i]].rating);
        below += dx * dx;
    }
    *slope = below > 1e-12 ? above / below : 0;
    for (size_t i = 0; i < count; i++)
        adjusted[i] =
            ratings[i] - *slope * (log(lengths[i]) - means[items[i]].length);
    free(means);
}
