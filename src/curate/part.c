/* part.c - see part.h. */
#include "curate/part.h"

#include <string.h>

#include "text/language.h"

const char *const part_names[] = {"auto",    "question", "answer", "text",
                                  "patient", "doctor",   "nurse",  NULL};

/* Two texts joined by a line feed; an empty one leaves the other alone. */
static str join_two(str a, str b, struct arena *arena)
{
    if (a.len == 0 || b.len == 0)
        return a.len ? a : b;
    char *out = arena_alloc(arena, a.len + b.len + 2);
    memcpy(out, a.ptr, a.len);
    out[a.len] = '\n';
    memcpy(out + a.len + 1, b.ptr, b.len);
    return str_make(out, a.len + b.len + 1);
}

static str join_all(const str *pieces, size_t count, struct arena *arena)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += pieces[i].len + 1;
    char *out = arena_alloc(arena, len + 1);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].len == 0)
            continue;
        if (at)
            out[at++] = '\n';
        memcpy(out + at, pieces[i].ptr, pieces[i].len);
        at += pieces[i].len;
    }
    return str_make(out, at);
}

static str side_text(const struct dialogue *dialogue, enum role side,
                     struct arena *arena)
{
    size_t count = dialogue->turns.count;
    str *pieces = arena_array(arena, count, sizeof *pieces);
    for (size_t i = 0; i < count; i++) {
        const struct turn *turn = LIST_AT(dialogue->turns, struct turn, i);
        if (role_side(turn->role) == side)
            pieces[i] = turn->text;
    }
    return join_all(pieces, count, arena);
}

static str questions_text(const struct consultation *c, struct arena *arena)
{
    str *pieces = arena_array(arena, c->turns.count, sizeof *pieces);
    for (size_t i = 0; i < c->turns.count; i++)
        pieces[i] = LIST_AT(c->turns, struct consultation_turn, i)->question;
    return join_all(pieces, c->turns.count, arena);
}

static str answers_text(const struct consultation *c, struct arena *arena)
{
    size_t count = 2 * c->turns.count + 1;
    str *pieces = arena_array(arena, count, sizeof *pieces);
    for (size_t i = 0; i < c->turns.count; i++) {
        const struct consultation_turn *turn =
            LIST_AT(c->turns, struct consultation_turn, i);
        pieces[2 * i] = turn->answer;
        pieces[2 * i + 1] = turn->reference;
    }
    pieces[count - 1] = c->reference;
    return join_all(pieces, count, arena);
}

static str dialogue_part(const struct record *record, enum part part,
                         struct arena *arena)
{
    const struct dialogue *d = &record->dialogue;
    switch (part) {
    case PART_QUESTION:
        return d->turns.count ? LIST_AT(d->turns, struct turn, 0)->text
                              : (str){0};
    case PART_ANSWER:
    case PART_DOCTOR:
        return side_text(d, ROLE_DOCTOR, arena);
    case PART_PATIENT:
        return side_text(d, ROLE_PATIENT, arena);
    case PART_NURSE:
        return side_text(d, ROLE_NURSE, arena);
    default:
        return record_text(record, arena);
    }
}

static str question_part(const struct record *record, enum part part,
                         struct arena *arena)
{
    const struct question *q = &record->question;
    switch (part) {
    case PART_AUTO:
        return join_two(q->case_text, q->question, arena);
    case PART_QUESTION:
        return q->question;
    case PART_ANSWER:
        return q->answer;
    case PART_TEXT:
        return record_text(record, arena);
    default:
        return (str){0};
    }
}

static str consultation_part(const struct record *record, enum part part,
                             struct arena *arena)
{
    const struct consultation *c = &record->consultation;
    switch (part) {
    case PART_AUTO:
        return join_two(c->case_text, questions_text(c, arena), arena);
    case PART_QUESTION:
    case PART_PATIENT:
        return questions_text(c, arena);
    case PART_ANSWER:
    case PART_DOCTOR:
        return answers_text(c, arena);
    case PART_TEXT:
        return record_text(record, arena);
    default:
        return (str){0};
    }
}

str part_text(const struct record *record, enum part part, struct arena *arena)
{
    switch (record->kind) {
    case RECORD_DIALOGUE:
        return dialogue_part(record, part, arena);
    case RECORD_QUESTION:
        return question_part(record, part, arena);
    case RECORD_CONSULTATION:
        return consultation_part(record, part, arena);
    default:
        return part == PART_AUTO || part == PART_TEXT
                   ? record_text(record, arena)
                   : (str){0};
    }
}

str part_language(const struct record *record, str text)
{
    return record->lang.len ? record->lang : str_of(language_guess(text, NULL));
}
