/* lexicon_trie.h - a byte trie of terms: the plain engine of lexicon.c.
 *
 *     struct trie trie;
 *     trie_init(&trie);
 *     trie_add(&trie, STR("ct"), 7);
 *     size_t node = 0;                                  // the root
 *     for (size_t i = 0; i < s.len; i++) {
 *         if (!trie_step(&trie, &node, s.ptr[i])) break;
 *         uint32_t term = trie_term(&trie, node);       // TRIE_NO_TERM or 7
 *     }
 *     trie_release(&trie);
 *
 * Inside src/text only. Constant and shared by threads once built.
 */
#ifndef TEXT_LEXICON_TRIE_H
#define TEXT_LEXICON_TRIE_H

#include "base/str.h"
#include "base/vec.h"

#define TRIE_NO_TERM UINT32_MAX

struct trie {
    struct vec nodes;  /* struct trie_node; 0 is the root */
    uint32_t *edges;   /* owned; open addressing, node + 1 of the child */
    size_t edge_slots; /* power of two */
};

void trie_init(struct trie *trie);
void trie_release(struct trie *trie);
/* The first term added for a spelling stays. */
void trie_add(struct trie *trie, str spelling, uint32_t term);
/* Moves to the child by `byte`; false (node untouched) when there is none. */
bool trie_step(const struct trie *trie, size_t *node, char byte);
/* The term that ends at the node, or TRIE_NO_TERM. */
uint32_t trie_term(const struct trie *trie, size_t node);

#endif
