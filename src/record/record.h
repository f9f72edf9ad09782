/* record.h - the canonical records: one fixed schema per kind.
 *
 *     struct records *in = records_open(path, &err);
 *     struct record record;
 *     struct arena arena; arena_init(&arena);
 *     for (;;) {
 *         arena_reset(&arena);
 *         enum records_step step = records_next(in, &arena, &record, &err);
 *         if (step == RECORDS_END) break;
 *         if (step == RECORDS_BAD) { count_it(records_line(in), &err);
 * continue; } if (step == RECORDS_BROKEN) return false; use(&record);
 *     }
 *     records_close(in);
 *
 * A record is JSON on one line; every key stands in every row, null where
 * unknown, no unions (docs/records.md, docs/schema/). Text fields of the
 * structs are views into the arena; an empty view is null in JSON. A stage
 * writes new records or a sidecar keyed by id; it never edits one in place.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/schema.h"
#include "record/role.h"

#define RECORD_TURNS_MAX 20000
#define RECORD_OPTIONS_MAX 64

enum record_kind {
    RECORD_DIALOGUE,
    RECORD_QUESTION,
    RECORD_CONSULTATION,
    RECORD_PATIENT,
    RECORD_KIND_COUNT
};

struct turn {
    enum role role;
    str speaker; /* display name, may be empty */
    str text;
};

struct pair {
    str key, value;
};

/* The structured wish behind a generated dialogue. */
struct brief {
    bool present; /* false → null */
    str scenario, topic, task;
    int64_t level;                  /* 1…; 0 = none */
    int64_t turns_min, turns_max;   /* 0 = none */
    int64_t length_min, length_max; /* characters (zh) or words */
    struct list terms;              /* str */
};

struct provenance {
    bool present; /* false → null */
    str run, request, engine, model, prompt_sha256, instruction;
    int64_t round;
    uint64_t seed;
    str created; /* ISO 8601 UTC */
};

struct dialogue {
    enum relation relation;
    struct list turns; /* struct turn */
    struct brief brief;
};

struct option {
    str key, text;
};

struct question {
    str case_text; /* JSON key "case" */
    str question;
    struct list options; /* struct option */
    str answer;
    struct list answer_keys; /* str */
    str explanation, context, subject, task, phase, specialty;
};

struct consultation_turn {
    str question, answer, reference;
};

struct consultation {
    str title, case_text;
    struct list turns; /* struct consultation_turn */
    str reference, task, specialty;
};

struct record {
    enum record_kind kind;
    str id, lang;
    str case_id, source, license, split;
    struct provenance provenance;
    struct list meta; /* struct pair */
    union {
        struct dialogue dialogue;
        struct question question;
        struct consultation consultation;
        str patient; /* the "patient" member as JSON text; see patient room */
    };
};

str record_kind_name(enum record_kind kind);

/* One JSON line → record, text in the arena. Unknown keys, missing keys and
 * wrong types are errors that name the key ("turns[3].role: …"). */
MUST_USE bool record_parse(str line, struct arena *arena, struct record *record,
                           struct err *err);
/* Appends the record as one JSON line with its line feed. */
void record_write(const struct record *record, struct buf *out);

/* The first value of a meta key, or the empty view. */
str record_meta(const struct record *record, str key);
/* Every text of the record in order, joined by line feeds: turns of a
 * dialogue; case, question, options, answer; and so on. */
str record_text(const struct record *record, struct arena *arena);
/* Characters without white space for zh, white-space-separated words
 * otherwise: the `length` of a brief. */
int64_t record_text_length(str text, str lang);

/* A new list in the arena with room for `count` items. */
struct list list_make(struct arena *arena, size_t count, size_t item_bytes);
/* Copies a vec's items into a list in the arena. */
struct vec;
struct list list_from_vec(struct arena *arena, const struct vec *vec);

/* Typed access to the items. */
#define LIST_AT(list, type, index) (&((type *)(list).items)[index])

/* --- streams --- */
struct records;
enum records_step { RECORDS_ONE, RECORDS_BAD, RECORDS_BROKEN, RECORDS_END };

/* Reads records.jsonl, .gz, .zst or "-". NULL on failure. */
MUST_USE struct records *records_open(const char *path, struct err *err);
/* BAD: this line is no record (err says why, the stream goes on). BROKEN: the
 * stream itself failed. Blank lines are skipped. */
enum records_step records_next(struct records *records, struct arena *arena,
                               struct record *record, struct err *err);
uint64_t records_line(const struct records *records); /* of the last one */
uint64_t records_bytes(const struct records *records);
void records_close(struct records *records);

/* Loads whole files into one array; memory is the caller's concern. Bad lines
 * are given to `bad` (may be NULL) with file and line, and counted. */
struct record_set {
    struct list records; /* struct record, input order */
    size_t bad_count;
    struct arena arena; /* owns everything */
};
MUST_USE bool record_set_load(struct record_set *set, size_t path_count,
                              const char *const paths[],
                              void (*bad)(const char *path, uint64_t line,
                                          const struct err *why, void *ctx),
                              void *ctx, struct err *err);
void record_set_release(struct record_set *set);

#endif
