/* tally.c - see tally.h. */
#include "patient/tally.h"

/* Where a count stands. */
struct place {
    const char *name, *meaning;
    size_t offset;
};
#define PLACE(name, member, meaning)                                           \
    {                                                                          \
        name, meaning, offsetof(struct tally, member)                          \
    }
static const struct place places[] = {
    PLACE("claims", talk.claims, "claims of the patient that were checked"),
    PLACE("contradictions", talk.said_contradictions,
          "claims that were said against the record or earlier words"),
    PLACE("contradicting_drafts", talk.contradictions,
          "drafts of the patient that would have been"),
    PLACE("redrafts", talk.redrafts, "drafts of the patient asked for again"),
    PLACE("fallbacks", talk.fallbacks,
          "answers where the barest or the offline one stood in"),
    PLACE("leaks", talk.leaks, "answers that name the diagnosis"),
    PLACE("facts", talk.facts, "symptoms of the records"),
    PLACE("asked", talk.revealed_asked, "symptoms told when asked"),
    PLACE("unasked", talk.revealed_unasked, "symptoms told unasked"),
    PLACE("doctor_redrafts", doctor.redrafts,
          "drafts of a doctor model asked for again"),
    PLACE("doctor_fallbacks", doctor.fallbacks,
          "questions where the simulated doctor stood in")};
enum { PLACES = sizeof places / sizeof *places };

static uint64_t *count_at(struct tally *t, size_t index)
{
    return (uint64_t *)(void *)((char *)t + places[index].offset);
}

static str fault_name(struct arena *arena, int fault)
{
    return arena_printf(arena, "fault_%s",
                        talk_fault_name((enum talk_fault)fault));
}

static str doctor_fault_name(struct arena *arena, int reason)
{
    return arena_printf(arena, "doctor_fault_" STR_FMT,
                        STR_ARG(reply_reason_name((enum reply_reason)reason)));
}

void tally_each(const struct tally *tally,
                void (*one)(str name, const char *meaning, uint64_t value,
                            void *ctx),
                void *ctx)
{
    struct tally t = *tally;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < PLACES; i++)
        one(str_of(places[i].name), places[i].meaning, *count_at(&t, i), ctx);
    for (int i = TALK_FAULT_NONE + 1; i < TALK_FAULT_COUNT; i++)
        if (t.talk.faults[i])
            one(fault_name(&arena, i), "drafts of the patient with that fault",
                t.talk.faults[i], ctx);
    for (int i = REPLY_ACCEPTED + 1; i < REPLY_REASON_COUNT; i++)
        if (t.doctor.faults[i])
            one(doctor_fault_name(&arena, i),
                "drafts of the doctor with that fault", t.doctor.faults[i],
                ctx);
    arena_release(&arena);
}

struct putting {
    struct vec *meta;
    struct arena *arena;
};

static void put(str name, const char *meaning, uint64_t value, void *ctx)
{
    (void)meaning;
    struct putting *p = ctx;
    struct pair pair = {
        arena_copy(p->arena, name),
        arena_printf(p->arena, "%llu", (unsigned long long)value)};
    vec_push(p->meta, &pair);
}

void tally_put(const struct tally *tally, struct vec *meta, struct arena *arena)
{
    struct putting p = {meta, arena};
    tally_each(tally, put, &p);
}

static uint64_t number(const struct record *dialogue, str name)
{
    double value;
    str text = record_meta(dialogue, name);
    bool known = text.len && str_to_double(text, &value) && value > 0;
    return known ? (uint64_t)value : 0;
}

void tally_add(struct tally *sum, const struct record *dialogue)
{
    struct arena arena;
    arena_init(&arena);
    sum->dialogues++;
    sum->turns += dialogue->dialogue.turns.count;
    for (size_t i = 0; i < PLACES; i++)
        *count_at(sum, i) += number(dialogue, str_of(places[i].name));
    for (int i = TALK_FAULT_NONE + 1; i < TALK_FAULT_COUNT; i++)
        sum->talk.faults[i] += number(dialogue, fault_name(&arena, i));
    for (int i = REPLY_ACCEPTED + 1; i < REPLY_REASON_COUNT; i++)
        sum->doctor.faults[i] += number(dialogue, doctor_fault_name(&arena, i));
    arena_release(&arena);
}
