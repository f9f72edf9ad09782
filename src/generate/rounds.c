/* rounds.c - see rounds.h. */
#include "generate/rounds.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "text/shingle.h"
#include "text/words.h"

struct sample {
    struct run_state *state;
    struct words *words;
    struct shingler *shingler;
    struct vec units; /* str */
    struct vec *sets; /* uint64_t each; one per dialogue */
    size_t count;
    struct map pairs;
    uint64_t pairs_total;
    struct arena arena;
};

static void count_pairs(struct sample *s, str text)
{
    bool chinese = s->state->outline->lang == LANG_ZH;
    vec_reset(&s->units);
    if (chinese)
        chars_split(text, &s->units);
    else
        words_split(s->words, text, s->state->outline->lang_id.ptr, &s->units);
    for (size_t i = 1; i < s->units.count && s->pairs_total < ROUND_PAIRS_MAX;
         i++) {
        const str *a = vec_at(&s->units, i - 1), *b = vec_at(&s->units, i);
        uint64_t key[2] = {str_hash(*a), str_hash(*b)};
        map_put(&s->pairs, str_make((const char *)key, sizeof key), 1);
        s->pairs_total++;
    }
}

static double mean_similarity(const struct sample *s)
{
    if (s->count < 2)
        return -1;
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        for (size_t j = i + 1; j < s->count; j++)
            sum += jaccard_value(jaccard(s->sets[i].items, s->sets[i].count,
                                         s->sets[j].items, s->sets[j].count));
    return sum / ((double)s->count * (double)(s->count - 1) / 2);
}

static void measure(struct sample *s)
{
    struct run_state *state = s->state;
    for (size_t i = 0; i < state->round_sample.count; i++) {
        uint64_t row = *(uint64_t *)vec_at(&state->round_sample, i);
        struct record record;
        arena_reset(&s->arena);
        if (!state_dialogue(state, row, &s->arena, &record))
            continue;
        str text = record_text(&record, &s->arena);
        count_pairs(s, text);
        vec_init(&s->sets[s->count], sizeof(uint64_t));
        shingle_set(s->shingler, text, &s->sets[s->count++]);
    }
    if (s->pairs_total)
        state->now.distinct2 =
            (double)map_size(&s->pairs) / (double)s->pairs_total;
    state->now.similarity = mean_similarity(s);
}

static void count_pool(struct run_state *s)
{
    for (size_t i = 0; i < pool_size(&s->pool); i++) {
        const struct instruction *one = pool_at(&s->pool, i);
        if (one->status == INSTRUCTION_RETIRED)
            s->now.retired++;
        if (one->status != INSTRUCTION_ACTIVE)
            continue;
        if (one->origin == ORIGIN_HUMAN)
            s->now.human++;
        else
            s->now.machine++;
    }
}

void rounds_close(struct run_state *state)
{
    bool chinese = state->outline->lang == LANG_ZH;
    struct sample s = {.state = state};
    s.sets = mem_zero(state->round_sample.count, sizeof *s.sets);
    vec_init(&s.units, sizeof(str));
    map_init(&s.pairs);
    arena_init(&s.arena);
    if (words_open(&s.words, NULL) &&
        shingler_open(&s.shingler, chinese ? SHINGLE_CHARS : SHINGLE_WORDS,
                      chinese ? 5 : 3, state->outline->lang_id.ptr, NULL))
        measure(&s);
    count_pool(state);
    *(struct round_stats *)vec_add(&state->rounds) = state->now;
    vec_reset(&state->round_sample);
    for (size_t i = 0; i < s.count; i++)
        vec_release(&s.sets[i]);
    free(s.sets);
    shingler_close(s.shingler);
    words_close(s.words);
    vec_release(&s.units);
    map_release(&s.pairs);
    arena_release(&s.arena);
}
