/* recheck.c - records held by id, dialogues judged against them; see
 * recheck.h. */
#include "patient/recheck.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct recheck {
    struct map cases; /* record id → index in texts */
    struct vec texts; /* str: the patient as JSON */
    size_t bytes;
    struct arena arena;
};

struct recheck *recheck_new(void)
{
    struct recheck *r = mem_zero(1, sizeof *r);
    map_init(&r->cases);
    vec_init(&r->texts, sizeof(str));
    arena_init(&r->arena);
    return r;
}

void recheck_free(struct recheck *r)
{
    if (!r)
        return;
    map_release(&r->cases);
    vec_release(&r->texts);
    arena_release(&r->arena);
    free(r);
}

void recheck_hold(struct recheck *r, const struct record *record)
{
    if (r->bytes + record->patient.len > RECHECK_BYTES_MAX)
        return;
    str text = arena_copy(&r->arena, record->patient);
    r->bytes += text.len;
    map_put(&r->cases, record->id, r->texts.count);
    vec_push(&r->texts, &text);
}

static void judge_turns(struct talk *talk, const struct record *dialogue,
                        struct recheck_result *result,
                        void (*contradicting)(size_t turn, str detail,
                                              void *ctx),
                        void *ctx)
{
    str question = {0};
    for (size_t i = 0; i < dialogue->dialogue.turns.count; i++) {
        const struct turn *turn =
            LIST_AT(dialogue->dialogue.turns, struct turn, i);
        if (role_side(turn->role) != ROLE_PATIENT) {
            question = turn->text;
            continue;
        }
        str detail = {0};
        if (talk_judge(talk, question, turn->text, true, &detail) !=
            TALK_FAULT_CONTRADICTION)
            continue;
        result->contradictions++;
        if (contradicting)
            contradicting(i + 1, detail, ctx);
    }
    result->claims = talk_counts(talk).claims;
}

bool recheck_dialogue(struct recheck *r,
                      struct talk_worker *const workers[LANG_COUNT],
                      const struct record *dialogue,
                      struct recheck_result *result,
                      void (*contradicting)(size_t turn, str detail, void *ctx),
                      void *ctx)
{
    uint64_t at;
    enum lang lang;
    struct patient patient;
    struct arena arena;
    struct err why = {0};
    *result = (struct recheck_result){0};
    if (!map_get(&r->cases, dialogue->case_id, &at) ||
        !lang_from_name(dialogue->lang, &lang) || !workers[lang])
        return false;
    arena_init(&arena);
    bool read = patient_parse(*(str *)vec_at(&r->texts, (size_t)at), &arena,
                              &patient, &why);
    if (read) {
        struct talk *talk = talk_open(workers[lang], &patient, 0);
        judge_turns(talk, dialogue, result, contradicting, ctx);
        talk_close(talk);
    }
    arena_release(&arena);
    return read;
}
