/* pool.h - the instructions of a run: seeds, proposals, what became of them.
 *
 *     struct pool pool;
 *     pool_init(&pool);
 *     pool_add_seed(&pool, &seed);
 *     struct instruction *new = pool_add(&pool, &proposal);  // on trial
 *     pool_note_result(new, true, row, 3, 0.2);              // a candidate
 *     pool_release(&pool);
 *
 * An instruction is one reusable wish. Human ones (seeds) are in the pool from
 * the start; machine ones come as proposals, are tried, become candidates with
 * their first accepted dialogue, and enter the pool when evolution picks them.
 * An instruction whose dialogues keep failing is retired. Nothing is ever
 * removed: indices stay valid, the status tells. Saved as one JSON text per
 * instruction.
 */
#ifndef GENERATE_POOL_H
#define GENERATE_POOL_H

#include "base/arena.h"
#include "base/json.h"
#include "base/vec.h"
#include "knowledge/outline.h"

enum origin { ORIGIN_HUMAN, ORIGIN_MACHINE };

enum instruction_status {
    INSTRUCTION_ACTIVE,    /* in the pool */
    INSTRUCTION_TRIAL,     /* proposed, not yet proven */
    INSTRUCTION_CANDIDATE, /* proven, waits for evolution */
    INSTRUCTION_LEFT,      /* made room for newer ones */
    INSTRUCTION_RETIRED    /* its dialogues kept failing */
};

#define NO_ROW UINT64_MAX

struct instruction {
    str id;
    enum relation relation;
    str scenario, topic; /* names, in the language */
    str task;            /* a task id of the outline */
    int64_t level;
    struct range turns, length;
    struct list terms; /* str */
    str text;          /* the wish in prose */
    enum origin origin;
    str parent;      /* id of the instruction whose request proposed it */
    int64_t round;   /* in which it came; 0 for seeds */
    int64_t entered; /* round in which it entered the pool; -1 = not yet */
    uint64_t uses, accepted, rejected;
    enum instruction_status status;
    uint64_t sample_row; /* its first accepted dialogue, or NO_ROW */
    size_t cell;         /* of the quota; STR_NONE = none */
    const struct topic *outline_topic; /* nearest topic of the outline */
    bool changed;                      /* since it was saved last */
};

struct pool {
    struct vec instructions; /* struct instruction * */
    struct arena arena;
};

void pool_init(struct pool *pool);
void pool_release(struct pool *pool);
size_t pool_size(const struct pool *pool);
struct instruction *pool_at(const struct pool *pool, size_t index);
/* NULL when there is none of that id. */
struct instruction *pool_find(const struct pool *pool, str id);

/* Copies everything into the pool's arena. */
struct instruction *pool_add(struct pool *pool,
                             const struct instruction *instruction);
struct instruction *pool_add_seed(struct pool *pool, const struct seed *seed);

/* One settled row of the instruction. Its first acceptance makes a trial a
 * candidate; `retire_after` rows with less than `retire_rate` accepted retire
 * it. */
void pool_note_result(struct instruction *instruction, bool accepted,
                      uint64_t row, uint64_t retire_after, double retire_rate);

void pool_write(const struct instruction *instruction, struct buf *out);
/* Adds the instruction that pool_write wrote. */
MUST_USE bool pool_read(struct pool *pool, str text, struct err *err);

const char *origin_name(enum origin origin);
const char *instruction_status_name(enum instruction_status status);

#endif
