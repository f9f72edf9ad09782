/* diversity.c - see diversity.h. */
#include "measure/diversity.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static bool too_short(size_t tokens, size_t needed, struct err *err)
{
    return err_set(err, ERR_UNDEFINED, "%zu tokens, needs %zu", tokens, needed);
}

bool diversity_ttr(size_t types, size_t tokens, double *value, struct err *err)
{
    if (tokens == 0)
        return err_set(err, ERR_UNDEFINED, "no tokens");
    *value = (double)types / (double)tokens;
    return true;
}

bool diversity_root_ttr(size_t types, size_t tokens, double *value,
                        struct err *err)
{
    if (tokens == 0)
        return err_set(err, ERR_UNDEFINED, "no tokens");
    *value = (double)types / sqrt((double)tokens);
    return true;
}

bool diversity_cttr(size_t types, size_t tokens, double *value, struct err *err)
{
    if (tokens == 0)
        return err_set(err, ERR_UNDEFINED, "no tokens");
    *value = (double)types / sqrt(2 * (double)tokens);
    return true;
}

bool diversity_maas(size_t types, size_t tokens, double *value, struct err *err)
{
    if (tokens < 2)
        return too_short(tokens, 2, err);
    double log_tokens = log((double)tokens);
    *value = (log_tokens - log((double)types)) / (log_tokens * log_tokens);
    return true;
}

static size_t id_limit(const uint32_t *tokens, size_t count)
{
    size_t limit = 0;
    for (size_t i = 0; i < count; i++)
        if (tokens[i] >= limit)
            limit = (size_t)tokens[i] + 1;
    return limit;
}

bool diversity_msttr(const uint32_t *tokens, size_t count, size_t window,
                     double *value, struct err *err)
{
    if (window == 0 || count < window)
        return too_short(count, window, err);
    /* The last segment, from 1, in which a type was seen. */
    size_t *seen = mem_zero(id_limit(tokens, count), sizeof *seen);
    size_t segments = count / window, types = 0;
    for (size_t i = 0; i < segments * window; i++) {
        size_t segment = i / window + 1;
        types += seen[tokens[i]] != segment;
        seen[tokens[i]] = segment;
    }
    free(seen);
    *value = (double)types / (double)(segments * window);
    return true;
}

bool diversity_mattr(const uint32_t *tokens, size_t count, size_t window,
                     double *value, struct err *err)
{
    if (window == 0 || count < window)
        return too_short(count, window, err);
    uint32_t *inside = mem_zero(id_limit(tokens, count), sizeof *inside);
    uint64_t types = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        types += inside[tokens[i]]++ == 0;
        if (i >= window)
            types -= --inside[tokens[i - window]] == 0;
        if (i + 1 >= window)
            sum += types;
    }
    free(inside);
    *value = (double)sum / (double)(count - window + 1) / (double)window;
    return true;
}

/* Factors of one pass; seen holds, per type, the run (from 1) it was last seen
 * in, continuing from *run. */
static double mtld_factors(const uint32_t *tokens, size_t count, bool backward,
                           double threshold, size_t *seen, size_t *run)
{
    double factors = 0;
    size_t types = 0, length = 0;
    ++*run;
    for (size_t i = 0; i < count; i++) {
        uint32_t token = tokens[backward ? count - 1 - i : i];
        types += seen[token] != *run;
        seen[token] = *run;
        length++;
        if ((double)types / (double)length <= threshold) {
            factors += 1;
            types = length = 0;
            ++*run;
        }
    }
    if (length)
        factors += (1 - (double)types / (double)length) / (1 - threshold);
    return factors;
}

bool diversity_mtld(const uint32_t *tokens, size_t count, double threshold,
                    double *value, struct err *err)
{
    if (count == 0)
        return err_set(err, ERR_UNDEFINED, "no tokens");
    size_t *seen = mem_zero(id_limit(tokens, count), sizeof *seen);
    size_t run = 0;
    double forward = mtld_factors(tokens, count, false, threshold, seen, &run);
    double backward = mtld_factors(tokens, count, true, threshold, seen, &run);
    free(seen);
    if (forward <= 0 || backward <= 0)
        return err_set(err, ERR_UNDEFINED,
                       "all %zu tokens differ: no factor arises", count);
    *value = ((double)count / forward + (double)count / backward) / 2;
    return true;
}

static double total(const uint32_t *counts, size_t types)
{
    double sum = 0;
    for (size_t i = 0; i < types; i++)
        sum += counts[i];
    return sum;
}

/* Chance that none of `count` among `all` tokens is drawn: the product over the
 * draws, or over the tokens when these are fewer (both are the same number). */
static double chance_of_none(double count, double all, double draws)
{
    double chance = 1;
    if (count > all - draws)
        return 0;
    double steps = count < draws ? count : draws,
           other = count < draws ? draws : count;
    for (double i = 0; i < steps; i++)
        chance *= (all - other - i) / (all - i);
    return chance;
}

bool diversity_hdd(const uint32_t *counts, size_t types, size_t draws,
                   double *value, struct err *err)
{
    double all = total(counts, types), sum = 0;
    if (draws == 0 || all < (double)draws)
        return too_short((size_t)all, draws, err);
    for (size_t i = 0; i < types; i++)
        sum += 1 - chance_of_none(counts[i], all, (double)draws);
    *value = sum / (double)draws;
    return true;
}

bool diversity_yule_k(const uint32_t *counts, size_t types, double *value,
                      struct err *err)
{
    double all = total(counts, types), squares = 0;
    if (types == 0)
        return err_set(err, ERR_UNDEFINED, "no tokens");
    for (size_t i = 0; i < types; i++)
        squares += (double)counts[i] * counts[i];
    *value = 1e4 * (squares - all) / (all * all);
    return true;
}

bool diversity_hapax(const uint32_t *counts, size_t types, double *value,
                     struct err *err)
{
    if (types == 0)
        return err_set(err, ERR_UNDEFINED, "no tokens");
    size_t once = 0;
    for (size_t i = 0; i < types; i++)
        once += counts[i] == 1;
    *value = (double)once / (double)types;
    return true;
}

static int falling(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x < y) - (x > y);
}

bool diversity_zipf(uint32_t *counts, size_t types, double *slope,
                    struct err *err)
{
    if (types < 2)
        return err_set(err, ERR_UNDEFINED, "%zu types, needs 2", types);
    qsort(counts, types, sizeof *counts, falling);
    double mean_x = 0, mean_y = 0, n = (double)types, xy = 0, xx = 0;
    for (size_t i = 0; i < types; i++) {
        mean_x += log((double)(i + 1)) / n;
        mean_y += log((double)counts[i]) / n;
    }
    for (size_t i = 0; i < types; i++) {
        double x = log((double)(i + 1)) - mean_x;
        xy += x * (log((double)counts[i]) - mean_y);
        xx += x * x;
    }
    *slope = xy / xx;
    return true;
}
