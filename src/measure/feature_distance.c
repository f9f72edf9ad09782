/* feature_distance.c - how far are the turns of one side from the next ones of
 * the other? nCLiD (Nasir et al. 2019) on relaxed word mover's distances
 * (Kusner et al. 2015); see feature.h.
 *
 * The relaxed distance of two turns is the greater of two means: over the words
 * of one turn, of the distance to the nearest word of the other. A turn is held
 * against the next NEXT_TURNS turns of the other side and the least distance
 * counts; the mean over the turns is divided by the mean distance of all pairs
 * of turns of the two sides (at most PAIR_TURNS a side, evenly chosen), so that
 * 1 means: no closer than any two turns. Distances of words are Euclidean.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "measure/feature.h"

enum { NEXT_TURNS = 3, PAIR_TURNS = 64, WORDS_MOST = 4096 };

struct space {
    const struct reading *r;
    float *distances; /* owned; [known x known] */
    uint32_t *places; /* owned; of each type, from 1; 0 = no vector */
    size_t known;
};

static float distance_of(const float *a, const float *b, size_t dimensions)
{
    float sum = 0;
    for (size_t i = 0; i < dimensions; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrtf(sum);
}

/* False when no word, or too many words, have a vector. */
static bool make_space(struct space *s, const struct word_vectors *vectors)
{
    size_t types = map_size(&s->r->types), known = 0;
    const float **found = mem_zero(types + 1, sizeof(const float *));
    s->places = mem_zero(types + 1, sizeof *s->places);
    for (size_t i = 0; i < types; i++) {
        found[known] =
            word_vectors_get(vectors, map_entry(&s->r->types, i)->key);
        if (found[known])
            s->places[i] = (uint32_t)++known;
    }
    s->known = known;
    bool ok = known > 0 && known <= WORDS_MOST;
    if (ok)
        s->distances = mem_zero(known * known, sizeof(float));
    for (size_t i = 0; ok && i < known; i++)
        for (size_t k = 0; k < i; k++)
            s->distances[i * known + k] = s->distances[k * known + i] =
                distance_of(found[i], found[k],
                            word_vectors_dimensions(vectors));
    free(found);
    return ok;
}

/* Mean over the words of a of the distance to the nearest word of b; NAN when
 * one has no word with a vector. */
static double one_way(const struct space *s, const struct spoken *a,
                      const struct spoken *b)
{
    double sum = 0, words = 0;
    for (size_t i = 0; i < a->count; i++) {
        uint32_t at = s->places[READ_TOKEN(s->r, a->first + i)];
        float least = INFINITY;
        for (size_t k = 0; at && k < b->count; k++) {
            uint32_t to = s->places[READ_TOKEN(s->r, b->first + k)];
            if (to)
                least =
                    fminf(least, s->distances[(at - 1) * s->known + to - 1]);
        }
        if (least < INFINITY) {
            sum += (double)least;
            words++;
        }
    }
    return words > 0 ? sum / words : NAN;
}

static double relaxed(const struct space *s, const struct spoken *a,
                      const struct spoken *b)
{
    double there = one_way(s, a, b), back = one_way(s, b, a);
    return there > back ? there : back;
}

/* The turns of a side that have a word with a vector. */
static void list_side(const struct space *s, enum role side, struct vec *turns)
{
    for (size_t i = 0; i < s->r->turns.count; i++) {
        const struct spoken *t = READ_TURN(s->r, i);
        bool any = false;
        for (size_t k = 0; k < t->count; k++)
            any = any || s->places[READ_TOKEN(s->r, t->first + k)];
        if (any && t->side == side)
            vec_push(turns, &i);
    }
}

/* Mean distance of the pairs of turns of both sides. */
static double usual(const struct space *s, const struct vec *a,
                    const struct vec *b)
{
    size_t step_a = a->count / PAIR_TURNS + 1,
           step_b = b->count / PAIR_TURNS + 1;
    double sum = 0, pairs = 0;
    for (size_t i = 0; i < a->count; i += step_a)
        for (size_t k = 0; k < b->count; k += step_b) {
            sum += relaxed(s, READ_TURN(s->r, *(size_t *)vec_at(a, i)),
                           READ_TURN(s->r, *(size_t *)vec_at(b, k)));
            pairs++;
        }
    return pairs > 0 ? sum / pairs : NAN;
}

/* Mean over the turns of a of the least distance to the next ones of b. */
static double following(const struct space *s, const struct vec *a,
                        const struct vec *b)
{
    double sum = 0, turns = 0;
    for (size_t i = 0, next = 0; i < a->count; i++) {
        size_t anchor = *(size_t *)vec_at(a, i);
        while (next < b->count && *(size_t *)vec_at(b, next) < anchor)
            next++;
        double least = INFINITY;
        for (size_t k = next; k < b->count && k < next + NEXT_TURNS; k++)
            least =
                fmin(least, relaxed(s, READ_TURN(s->r, anchor),
                                    READ_TURN(s->r, *(size_t *)vec_at(b, k))));
        if (least < INFINITY) {
            sum += least;
            turns++;
        }
    }
    return turns > 0 ? sum / turns : NAN;
}

void feature_distance(const struct reading *r,
                      const struct word_vectors *vectors, double *values)
{
    struct space s = {.r = r};
    struct vec sides[2];
    vec_init(&sides[0], sizeof(size_t));
    vec_init(&sides[1], sizeof(size_t));
    if (make_space(&s, vectors)) {
        list_side(&s, ROLE_DOCTOR, &sides[0]);
        list_side(&s, ROLE_PATIENT, &sides[1]);
        double mean = usual(&s, &sides[0], &sides[1]);
        if (mean > 0) {
            values[FEATURE_NCLID_DOCTOR] =
                following(&s, &sides[0], &sides[1]) / mean;
            values[FEATURE_NCLID_PATIENT] =
                following(&s, &sides[1], &sides[0]) / mean;
        }
    }
    vec_release(&sides[0]);
    vec_release(&sides[1]);
    free(s.distances);
    free(s.places);
}
