/* reply.h - what a language model's reply holds: dialogues, instructions, or a
 * reason why not.
 *
 *     struct reply_rules *rules = reply_rules_open(&err);
 *     struct arena arena;
 *     arena_init(&arena);
 *     struct reply_input in = {.lang = STR("nl"), .finish_reason = STR("stop"),
 *                              .ask = REPLY_ASK_DIALOGUE, .raw = raw};
 *     struct reply reply;
 *     reply_parse(rules, &in, &arena, &reply);
 *     for (size_t i = 0; i < reply.dialogues.count; i++)
 *         use(LIST_AT(reply.dialogues, struct reply_dialogue, i));
 *     arena_reset(&arena);                        // reply is gone
 *     reply_rules_close(rules);
 *
 * The reply is cleaned (reasoning, template tokens), cut into units (JSON,
 * tables, tags, lines), labels are resolved to roles, and units are aligned to
 * turns; docs/replies.md tells the rules. Reading never fails: what cannot be
 * placed becomes a reject with a reason, and a reply that holds nothing usable
 * has at least one. Time is linear in the length of the reply; memory is some
 * twenty times its length, in the arena. Rules are constant and shared by
 * threads; one call uses nothing else.
 */
#ifndef REPLY_REPLY_H
#define REPLY_REPLY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "record/record.h"

#define REPLY_BYTES_MAX ((size_t)4 << 20)
enum { REPLY_DIALOGUES_MAX = 1000, REPLY_INSTRUCTIONS_MAX = 1000 };

enum reply_ask {
    REPLY_ASK_DIALOGUE,
    REPLY_ASK_PROPOSE, /* new instructions were asked for */
    REPLY_ASK_BOTH     /* a dialogue and instructions behind it */
};

/* Why a dialogue or a whole reply is refused. */
enum reply_reason {
    REPLY_ACCEPTED,
    REPLY_NOT_DIALOGUE,
    REPLY_REFUSAL,
    REPLY_ONE_SPEAKER,
    REPLY_UNKNOWN_ROLE,
    REPLY_MULTI_PARTY,
    REPLY_WRONG_LANGUAGE,
    REPLY_TRUNCATED,
    REPLY_EMPTY,
    REPLY_REPETITION,
    REPLY_AI_DISCLOSURE,
    REPLY_TOO_LARGE, /* above REPLY_BYTES_MAX or RECORD_TURNS_MAX */
    REPLY_REASON_COUNT
};

struct reply_input {
    str lang; /* "zh", "nl", "en": the language asked for */
    enum reply_ask ask;
    str finish_reason; /* "stop", "length", "content_filter", … or empty */
    str raw;           /* the reply as it came; any bytes */
};

struct reply_dialogue {
    enum relation relation;
    struct list turns; /* struct turn; speaker is the label as written */
};

struct reply_reject {
    enum reply_reason reason;
    struct list turns; /* struct turn: what was read of it; may be empty */
};

/* The two numeric fields of an instruction: a number where the reply has a JSON
 * number, else text as written, else absent. */
struct reply_amount {
    bool is_number;
    double number;
    str text; /* empty = absent, unless is_number */
};

struct reply_instruction {
    enum relation relation;    /* NONE when absent or not understood */
    str scenario, topic, task; /* empty = absent */
    struct reply_amount turns, length;
};

struct reply {
    struct list dialogues;    /* struct reply_dialogue, in order of the reply */
    struct list rejects;      /* struct reply_reject */
    struct list instructions; /* struct reply_instruction */
};

struct reply_rules;

/* Loads data/rules; NULL with file and line of the first mistake. */
MUST_USE struct reply_rules *reply_rules_open(struct err *err);
void reply_rules_close(struct reply_rules *rules); /* NULL is fine */

/* Reads one reply. *out and all it refers to live in the arena or are views
 * into in->raw. */
void reply_parse(const struct reply_rules *rules, const struct reply_input *in,
                 struct arena *arena, struct reply *out);

/* "refusal", …; "" for REPLY_ACCEPTED. Static text. */
str reply_reason_name(enum reply_reason reason);
/* REPLY_ACCEPTED when the name is none. */
enum reply_reason reply_reason_from_name(str name);
/* False when the name is none of "dialogue", "propose", "both". */
bool reply_ask_from_name(str name, enum reply_ask *ask);

/* Appends the three members "dialogues", "rejects" and "instructions" of the
 * documented JSON shape to an object that is open in `out`. */
struct json_out;
void reply_write_json(const struct reply *reply, struct json_out *out);

#endif
