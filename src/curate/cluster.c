/* cluster.c - see cluster.h. The root of a tree is its smallest row; paths are
 * halved on the way up. */
#include "curate/cluster.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

struct clusters {
    uint32_t *parents; /* owned; a root is its own parent */
    uint32_t *numbers; /* owned; of roots, 0 = stands alone; NULL at first */
    size_t count;
    size_t cluster_count;
    size_t largest;
};

struct clusters *clusters_new(size_t count)
{
    assert(count <= UINT32_MAX);
    struct clusters *c = mem_zero(1, sizeof *c);
    c->count = count;
    c->parents = mem_alloc(count * sizeof *c->parents);
    for (size_t i = 0; i < count; i++)
        c->parents[i] = (uint32_t)i;
    return c;
}

void clusters_free(struct clusters *c)
{
    if (!c)
        return;
    free(c->parents);
    free(c->numbers);
    free(c);
}

size_t clusters_first(struct clusters *c, size_t row)
{
    assert(row < c->count);
    while (c->parents[row] != row) {
        c->parents[row] = c->parents[c->parents[row]];
        row = c->parents[row];
    }
    return row;
}

void clusters_join(struct clusters *c, size_t a, size_t b)
{
    assert(!c->numbers);
    size_t x = clusters_first(c, a), y = clusters_first(c, b);
    if (x < y)
        c->parents[y] = (uint32_t)x;
    else
        c->parents[x] = (uint32_t)y;
}

void clusters_number(struct clusters *c)
{
    assert(!c->numbers);
    c->numbers = mem_zero(c->count, sizeof *c->numbers);
    uint32_t *sizes = mem_zero(c->count, sizeof *sizes);
    for (size_t i = 0; i < c->count; i++)
        sizes[clusters_first(c, i)]++;
    for (size_t i = 0; i < c->count; i++) {
        if (sizes[i] < 2)
            continue;
        c->numbers[i] = (uint32_t)++c->cluster_count;
        if (sizes[i] > c->largest)
            c->largest = sizes[i];
    }
    free(sizes);
}

size_t clusters_count(const struct clusters *c)
{
    return c->cluster_count;
}

size_t clusters_of(struct clusters *c, size_t row)
{
    assert(c->numbers);
    return c->numbers[clusters_first(c, row)];
}

size_t clusters_largest(const struct clusters *c)
{
    return c->largest;
}
