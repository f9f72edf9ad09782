/* repetition.c - see repetition.h. */
#include "generate/repetition.h"

#include <string.h>

enum {
    UTTERANCE_CHARACTERS = 8, /* shorter ones may recur */
    UTTERANCE_WORDS = 8,
    LOOP_CHARACTERS = 10,
    LOOP_WORDS = 8,
    LOOP_SPARE = 1000 /* units of dialogue for one more repeat */
};

struct slot {
    uint64_t hash; /* 0: free */
    uint32_t count;
};

void repetition_memory_init(struct repetition_memory *memory)
{
    vec_init(&memory->slots, sizeof(struct slot));
}

void repetition_memory_release(struct repetition_memory *memory)
{
    vec_release(&memory->slots);
}

/* Empties the table, with room for `count` hashes at half load. */
static void clear_slots(struct repetition_memory *memory, size_t count)
{
    size_t size = 16;
    while (size < 2 * count)
        size *= 2;
    vec_reserve(&memory->slots, size);
    memory->slots.count = size;
    memset(memory->slots.items, 0, size * sizeof(struct slot));
}

static uint32_t count_hash(struct repetition_memory *memory, uint64_t hash)
{
    struct slot *slots = memory->slots.items;
    size_t mask = memory->slots.count - 1;
    hash |= 1; /* never 0 */
    size_t at = (hash >> 20) & mask;
    while (slots[at].hash != 0 && slots[at].hash != hash)
        at = (at + 1) & mask;
    slots[at].hash = hash;
    return ++slots[at].count;
}

static bool check_utterances(const struct refine_repetition *config,
                             const struct rulebook *book,
                             const struct transcript *t,
                             struct repetition_memory *memory,
                             struct refine_verdict *verdict)
{
    size_t least = t->lang == LANG_ZH ? UTTERANCE_CHARACTERS : UTTERANCE_WORDS;
    clear_slots(memory, t->turn_count);
    for (size_t i = 0; i < t->turn_count; i++) {
        const struct script_turn *turn = &t->turns[i];
        if (turn->unit_count < least ||
            map_get(&book->backchannels, turn->kept, NULL))
            continue;
        uint64_t hash = transcript_hash(t, turn->unit_first, turn->unit_count);
        uint32_t count =
            count_hash(memory, hash * 31 + (uint64_t)turn->side * 2);
        if (count <= config->utterances_max)
            continue;
        refine_verdict_set(verdict, REFINE_REPETITION, i + 1, 0, turn->text.len,
                           "said %u times: " STR_FMT, count,
                           STR_ARG(str_slice(turn->text, 0, 120)));
        return false;
    }
    return true;
}

/* Letters of a foreign name are not what loops are made of in Chinese. */
static bool is_latin(const struct transcript *t, str text)
{
    if (t->lang != LANG_ZH)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

static size_t turn_of_unit(const struct transcript *t, size_t unit)
{
    size_t i = 0;
    while (i + 1 < t->turn_count && t->turns[i + 1].unit_first <= unit)
        i++;
    return i;
}

static bool check_loops(const struct refine_repetition *config,
                        const struct transcript *t,
                        struct repetition_memory *memory,
                        struct refine_verdict *verdict)
{
    size_t n = t->lang == LANG_ZH ? LOOP_CHARACTERS : LOOP_WORDS;
    if (t->unit_count < n)
        return true;
    size_t most = (size_t)config->loops_max + t->unit_count / LOOP_SPARE;
    clear_slots(memory, t->unit_count);
    for (size_t i = 0; i + n <= t->unit_count; i++) {
        if (count_hash(memory, transcript_hash(t, i, n)) <= most)
            continue;
        str loop = transcript_units(t, i, n);
        if (is_latin(t, loop))
            continue;
        refine_verdict_set(verdict, REFINE_REPETITION, turn_of_unit(t, i) + 1,
                           0, 0, "occurs more than %zu times: " STR_FMT, most,
                           STR_ARG(loop));
        return false;
    }
    return true;
}

bool repetition_check(const struct refine_repetition *config,
                      const struct rulebook *book,
                      const struct transcript *transcript,
                      struct repetition_memory *memory,
                      struct refine_verdict *verdict)
{
    return check_utterances(config, book, transcript, memory, verdict) &&
           check_loops(config, transcript, memory, verdict);
}
