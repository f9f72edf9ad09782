/* lexicon_trie.c - see lexicon_trie.h.
 *
 * Children are kept in one hash table keyed by (parent, byte): no per-node
 * arrays, about 30 bytes a node, one probe a step.
 */
#include "text/lexicon_trie.h"

#include <stdlib.h>

#include "base/mem.h"

struct trie_node {
    uint32_t parent;
    uint32_t term;
    unsigned char byte; /* on the edge from the parent */
};

void trie_init(struct trie *trie)
{
    *trie = (struct trie){.edge_slots = 1024};
    vec_init(&trie->nodes, sizeof(struct trie_node));
    trie->edges = mem_zero(trie->edge_slots, sizeof *trie->edges);
    *(struct trie_node *)vec_add(&trie->nodes) =
        (struct trie_node){.term = TRIE_NO_TERM};
}

void trie_release(struct trie *trie)
{
    vec_release(&trie->nodes);
    free(trie->edges);
    trie->edges = NULL;
}

/* The slot of an edge, or the free slot where it belongs. */
static size_t slot_of(const struct trie *trie, size_t parent,
                      unsigned char byte)
{
    const struct trie_node *nodes = trie->nodes.items;
    uint64_t hash = (((uint64_t)parent << 8) | byte) * 0x9E3779B97F4A7C15u;
    size_t mask = trie->edge_slots - 1, slot = (size_t)(hash >> 32) & mask;
    for (;; slot = (slot + 1) & mask) {
        uint32_t child = trie->edges[slot];
        if (child == 0 || (nodes[child - 1].parent == parent &&
                           nodes[child - 1].byte == byte))
            return slot;
    }
}

static void grow(struct trie *trie)
{
    const struct trie_node *nodes = trie->nodes.items;
    free(trie->edges);
    trie->edge_slots *= 2;
    trie->edges = mem_zero(trie->edge_slots, sizeof *trie->edges);
    for (size_t i = 1; i < trie->nodes.count; i++)
        trie->edges[slot_of(trie, nodes[i].parent, nodes[i].byte)] =
            (uint32_t)i + 1;
}

void trie_add(struct trie *trie, str spelling, uint32_t term)
{
    size_t node = 0;
    for (size_t i = 0; i < spelling.len; i++) {
        unsigned char byte = (unsigned char)spelling.ptr[i];
        if (trie->nodes.count * 2 > trie->edge_slots)
            grow(trie);
        size_t slot = slot_of(trie, node, byte);
        if (trie->edges[slot] == 0) {
            *(struct trie_node *)vec_add(&trie->nodes) = (struct trie_node){
                .parent = (uint32_t)node, .term = TRIE_NO_TERM, .byte = byte};
            trie->edges[slot] = (uint32_t)trie->nodes.count;
        }
        node = trie->edges[slot] - 1;
    }
    struct trie_node *last = vec_at(&trie->nodes, node);
    if (spelling.len && last->term == TRIE_NO_TERM)
        last->term = term;
}

bool trie_step(const struct trie *trie, size_t *node, char byte)
{
    uint32_t child = trie->edges[slot_of(trie, *node, (unsigned char)byte)];
    if (child == 0)
        return false;
    *node = child - 1;
    return true;
}

uint32_t trie_term(const struct trie *trie, size_t node)
{
    return ((const struct trie_node *)trie->nodes.items)[node].term;
}
