/* mcnemar.c - see mcnemar.h. */
#include "stat/mcnemar.h"

#include <math.h>

/* ln of the binomial probability of k in n at share 1/2 */
static double log_binomial(double n, double k)
{
    int sign; /* lgamma itself writes a global */
    return lgamma_r(n + 1, &sign) - lgamma_r(k + 1, &sign) -
           lgamma_r(n - k + 1, &sign) - n * log(2);
}

double mcnemar_exact(uint64_t b, uint64_t c)
{
    uint64_t rarer = b < c ? b : c;
    double n = (double)b + (double)c, tail = 0;
    if (b == c)
        return 1;
    /* From the largest term down, until nothing is added any more. */
    for (uint64_t k = rarer;; k--) {
        double term = exp(log_binomial(n, (double)k));
        tail += term;
        if (k == 0 || term <= tail * 1e-18)
            break;
    }
    return fmin(1, 2 * tail);
}

bool mcnemar_chi_square(uint64_t b, uint64_t c, bool corrected,
                        double *statistic, double *p, struct err *err)
{
    double n = (double)b + (double)c;
    if (n == 0)
        return err_set(err, ERR_UNDEFINED, "there is no discordant pair");
    double difference = fabs((double)b - (double)c);
    difference = fmax(0, difference - (corrected ? 1 : 0));
    *statistic = difference * difference / n;
    *p = erfc(sqrt(*statistic / 2));
    return true;
}

struct mcnemar_counts mcnemar_count(const bool *first, const bool *second,
                                    size_t count)
{
    struct mcnemar_counts counts = {0, 0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        counts.both += first[i] && second[i];
        counts.only_first += first[i] && !second[i];
        counts.only_second += !first[i] && second[i];
        counts.neither += !first[i] && !second[i];
    }
    return counts;
}
