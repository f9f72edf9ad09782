/* loose.h - JSON as models write it: comments, trailing commas, single and
 * curly quotes, bare keys, Python constants and tuples, quotation marks that
 * should have been escaped, ends that were cut off.
 *
 *     struct loose_found found = {0};
 *     while (loose_find(&reading, text, &found))      // goes on at found.end
 *         use(found.value);
 *
 * There are no errors: reading stops where nothing fits any more and keeps what
 * it has. A value that reaches the end of the text unclosed is marked `cut`.
 * Limits: LOOSE_DEPTH_MAX levels (deeper ones end the value). Time is linear.
 */
#ifndef REPLY_LOOSE_H
#define REPLY_LOOSE_H

#include "reply/reading.h"

enum { LOOSE_DEPTH_MAX = 40 };

enum loose_kind {
    LOOSE_NULL,
    LOOSE_BOOL,
    LOOSE_NUMBER,
    LOOSE_STRING,
    LOOSE_ARRAY,
    LOOSE_OBJECT
};

struct loose {
    enum loose_kind kind;
    str key;       /* when a member of an object */
    str text;      /* STRING: decoded; NUMBER, BOOL: as written */
    double number; /* of NUMBER */
    bool cut;      /* the text ended inside it */
    struct loose *first, *last, *next;
    size_t count; /* of children */
};

struct loose_found {
    struct loose *value; /* in the arena */
    size_t start, end;   /* bytes of the text */
    size_t next[2];      /* of the search: next brackets, plus 1 */
};

/* The first object or list at or after found->end that holds a pair, two
 * strings, or another such value; a bracket in prose is passed over. */
bool loose_find(struct reading *r, str text, struct loose_found *found);
/* The whole text as one value (white space around it); NULL when it is none.
 * For strings that hold JSON. */
struct loose *loose_whole(struct reading *r, str text);

const struct loose *loose_get(const struct loose *object, str key);

#endif
