/* refine.h - the rules that a parsed dialogue must pass, in order.
 *
 *     struct refiner *refiner = refiner_open(&config, outline, k, &err);
 *     if (!refiner_add_references(refiner, dialogues, count, &err)) …
 *     struct refine_worker *worker = refine_worker_new(refiner); // one a
 * thread struct refine_verdict verdict; refine_check(refiner, worker, &input,
 * &verdict); if (verdict.reason == REFINE_OK ||
 * refine_reason_rule(verdict.reason) > 10) { refine_shingles(worker,
 * &shingles);    // rule 10, in order: near.h …
 *     }
 *     counts[verdict.reason]++;
 *
 * The first rule that fails gives the verdict: a reason, the turn and bytes
 * that show it, and a sentence for people. Rules 1 to 9, 11 and 12 stand here.
 * Rule 10 needs the dialogues accepted so far and therefore an order: near.h.
 * Rules 13 and 14 ask another program: grammar.h, verifier.h.
 * docs/refinement.md tells what each rule does, its parameters and how often it
 * is wrong.
 *
 * A refiner is constant once it is made and is shared by threads; a worker
 * holds the scratch memory of one thread. The verdict depends on the input
 * alone. Dialogues above REFINE_BYTES_MAX are refused as too long.
 */
#ifndef GENERATE_REFINE_H
#define GENERATE_REFINE_H

#include "base/schema.h"
#include "base/vec.h"
#include "knowledge/outline.h"
#include "knowledge/wish.h"
#include "record/record.h"

#define REFINE_BYTES_MAX ((size_t)4 << 20)

/* In the order of the rules. */
enum refine_reason {
    REFINE_OK,
    REFINE_TRUNCATED,      /* 1: stops in the middle of a sentence */
    REFINE_REFUSAL,        /* 1: a turn declines the request */
    REFINE_WRONG_LANGUAGE, /* 1 */
    REFINE_AI_DISCLOSURE,  /* 1: a speaker calls itself a program */
    REFINE_NOT_DIALOGUE,   /* 2: fewer than two turns, or a turn without text */
    REFINE_UNKNOWN_ROLE,   /* 2 */
    REFINE_ONE_SPEAKER,    /* 2 */
    REFINE_MULTI_PARTY,    /* 2: more than two sides */
    REFINE_RELATION,       /* 3: not the relation asked for */
    REFINE_TURNS,          /* 4: number of turns outside the range */
    REFINE_LENGTH,         /* 5: length outside the range */
    REFINE_VOCABULARY,     /* 6: too few terms of the outline or of the brief */
    REFINE_REPETITION,     /* 7 */
    REFINE_ROLES,          /* 8: somebody says what another would say */
    REFINE_IDENTIFIER,     /* 9 */
    REFINE_NEAR_DUPLICATE, /* 10 */
    REFINE_COPIED,         /* 11: from a reference dialogue */
    REFINE_IMPLAUSIBLE,    /* 12 */
    REFINE_GRAMMAR,        /* 13 */
    REFINE_VERIFIER,       /* 14: a criterion failed */
    REFINE_UNGRADED,       /* 14: the verifier gave no readable answer */
    REFINE_REASON_COUNT
};

/* "truncated", "one_speaker", … as journals and reports name it; "ok". */
const char *refine_reason_name(enum refine_reason reason);
/* 1 to 14; 0 for REFINE_OK. */
int refine_reason_rule(enum refine_reason reason);
/* REFINE_REASON_COUNT when the name is none of them. */
enum refine_reason refine_reason_from_name(str name);

/* --- configuration: the group `refine`, one sub-group a rule --- */

struct refine_switch {
    bool enabled;
};

struct refine_vocabulary {
    bool enabled;
    int64_t terms_min;  /* -1: what the level of the outline says */
    double asked_share; /* share of the brief's terms that must occur */
};

struct refine_repetition {
    bool enabled;
    int64_t utterances_max; /* times one utterance may be said */
    int64_t loops_max;      /* times one n-gram may occur */
};

struct refine_roles {
    bool enabled;
    bool diagnosis;   /* the patient names the diagnosis first */
    bool self_answer; /* a speaker answers itself */
    bool swapped;     /* words that only the other side says */
};

struct refine_near {
    bool enabled;
    double threshold; /* Jaccard, compared exactly (0.8 is 4/5) */
};

struct refine_copied {
    bool enabled;
    int64_t words;         /* n of shared n-grams of words */
    int64_t characters;    /* the same for Chinese */
    double turn_threshold; /* Jaccard of a turn with one of a reference */
};

struct refine_implausible {
    bool enabled;
    bool person, values, doses, contraindications, sides;
    double dose_factor; /* a single dose above max × factor is refused */
};

struct refine_config {
    struct refine_switch damaged;   /* 1 */
    struct refine_switch structure; /* 2 */
    struct refine_switch relation;  /* 3 */
    struct refine_switch turns;     /* 4 */
    struct refine_switch length;    /* 5 */
    struct refine_vocabulary vocabulary;
    struct refine_repetition repetition;
    struct refine_roles roles;
    struct refine_switch identifiers;
    struct refine_near near_duplicate; /* applied by the caller */
    struct refine_copied copied;
    struct refine_implausible implausible;
};

/* Binds a struct refine_config; every key has a default, all rules on. */
extern const struct schema refine_config_schema;

/* --- checking --- */

struct refiner;

/* The packs and the outline are borrowed and must outlive the refiner; config
 * is copied. `outline` may be NULL (no vocabulary rule; any language then).
 * Reads the lists under rules/. Fails when one of them is wrong. NULL on
 * failure. */
MUST_USE struct refiner *refiner_open(const struct refine_config *config,
                                      const struct outline *outline,
                                      const struct knowledge *knowledge,
                                      struct err *err);
void refiner_close(struct refiner *refiner); /* NULL is fine; workers first */

/* The dialogues that nothing may be copied from (rule 11); once, before the
 * first check. Texts are not kept. */
MUST_USE bool refiner_add_references(struct refiner *refiner,
                                     const struct dialogue *dialogues,
                                     size_t count, enum lang lang,
                                     struct err *err);

struct refine_worker;
struct refine_worker *refine_worker_new(const struct refiner *refiner);
void refine_worker_free(struct refine_worker *worker); /* NULL is fine */

/* What was asked for and what came. Bounds that are 0 are not checked. */
struct refine_input {
    enum lang lang;
    enum relation relation; /* RELATION_NONE: not checked */
    str task;               /* task id of the outline; may be empty */
    int64_t level;          /* 0: no terms of the outline needed */
    int64_t turns_min, turns_max;
    int64_t length_min, length_max;
    struct list terms;             /* str: that the brief asked for */
    const struct disease *disease; /* of the brief; NULL: not known */
    const struct persona *persona; /* of the brief; NULL: not known */
    bool cut;                      /* the reply ended for its length */
    struct list turns;             /* struct turn */
};

/* The bounds of a wish, with the turns of its reply. */
struct refine_input refine_input_of(const struct wish *wish, struct list turns);

struct refine_verdict {
    enum refine_reason reason;
    size_t turn;       /* from 1; 0: the dialogue as a whole */
    size_t start, end; /* bytes of that turn's text; 0, 0: all of it */
    char detail[400];  /* for people; "" when ok; valid UTF-8 */
};

/* Fills the verdict; a long detail is cut at a character. */
void refine_verdict_set(struct refine_verdict *verdict,
                        enum refine_reason reason, size_t turn, size_t start,
                        size_t end, const char *format, ...) PRINTF_LIKE(6, 7);

void refine_check(const struct refiner *refiner, struct refine_worker *worker,
                  const struct refine_input *input,
                  struct refine_verdict *verdict);

/* The shingles (sorted, each once; 5-grams of characters for Chinese, 3-grams
 * of words otherwise, over all turns) of the dialogue that this worker checked
 * last, for rule 10. Empties out first. */
void refine_shingles(struct refine_worker *worker,
                     struct vec *out /* uint64_t */);

#endif
