/* wish.h - the structured wish behind one request: what the simulator reads
 * where a model reads prose.
 *
 * The pipeline fills it deterministically from a run's seed and a row's number;
 * the same wish and seed give the same reply from the simulator. Pointers are
 * borrowed from the pipeline until the reply has come.
 */
#ifndef KNOWLEDGE_WISH_H
#define KNOWLEDGE_WISH_H

#include "knowledge/outline.h"
#include "record/record.h"

enum wish_kind {
    WISH_DIALOGUE, /* a whole dialogue, with proposals when propose > 0 */
    WISH_TURN,     /* the next turn of `speaker`, given `history` */
    WISH_PLAN,     /* staged: a plan in prose lines */
    WISH_POLISH,   /* staged: `draft` made smoother, same facts */
    WISH_VERIFY    /* a verdict about `draft` as the verifier prompt asks */
};

/* Six communication styles of a patient. */
enum style {
    STYLE_PLAIN,
    STYLE_UPSET,
    STYLE_VERBOSE,
    STYLE_RESERVED,
    STYLE_TANGENTIAL,
    STYLE_PLEASING,
    STYLE_COUNT
};

enum literacy { LITERACY_LOW, LITERACY_MEDIUM, LITERACY_HIGH };
enum severity { SEVERITY_MILD, SEVERITY_MODERATE, SEVERITY_SEVERE };

struct persona {
    int age; /* years */
    bool female;
    bool pregnant;
    bool by_relative; /* a relative speaks for the patient */
    enum style style;
    enum literacy literacy;
    double talkativeness; /* 0 … 1 */
    enum severity severity;
};

/* One turn of a turn plan: who, and how long (0 back-channel … 4 very long). */
struct planned_turn {
    enum role role;
    int length_class;
    bool second; /* the other side's turn: tells two doctors apart */
};

struct wish {
    enum wish_kind kind;
    uint64_t seed; /* of everything random in the reply */
    enum lang lang;
    enum relation relation;
    const struct outline *outline;
    const struct knowledge *knowledge;
    const struct disease *disease;
    str scenario, topic; /* names, in the language */
    str task;            /* a task id of the outline */
    str instruction;     /* the wish in prose */
    int64_t level;
    int64_t turns_min, turns_max, length_min, length_max;
    struct list terms; /* str: must be used */
    struct persona persona;
    struct list plan;    /* struct planned_turn; empty = free */
    int propose;         /* number of new instructions asked for */
    enum role speaker;   /* WISH_TURN */
    struct list history; /* struct turn; WISH_TURN */
    str draft;           /* WISH_POLISH, WISH_VERIFY */
};

/* "plain" …; static text. */
const char *style_name(enum style style);
const char *severity_name(enum severity severity);
const char *literacy_name(enum literacy literacy);

/* How many turns a role-played dialogue has: drawn from the bounds with the
 * seed, or those of the plan. All who play one wish count alike. */
int64_t wish_turn_count(const struct wish *wish);

/* A persona that the disease's constraints allow, drawn with the seed: age
 * from its peak or its range, sex by share, pregnancy only where allowed
 * (15-49 years, women), a relative for small children. */
struct persona persona_draw(const struct disease *disease, uint64_t seed);

#endif
