/* measured.c - see measured.h. */
#include "measure/measured.h"

#include <math.h>

#include "base/rng.h"

static struct vec *vecs(struct measured *m, size_t i)
{
    struct vec *all[] = {
        &m->turn_lengths, &m->run_lengths,     &m->types,
        &m->ngrams[0],    &m->ngrams[1],       &m->ngrams[2],
        &m->names,        &m->diseases,        &m->symptoms,
        &m->terms,        &m->side_lengths[0], &m->side_lengths[1]};
    return i < sizeof all / sizeof *all ? all[i] : NULL;
}

void measured_init(struct measured *m)
{
    static const size_t sizes[] = {
        4, 4, sizeof(struct type_count), 8, 8, 8, 8, 4, 4, 4, 4, 4};
    *m = (struct measured){0};
    for (size_t i = 0; vecs(m, i); i++)
        vec_init(vecs(m, i), sizes[i]);
    arena_init(&m->arena);
}

void measured_release(struct measured *m)
{
    for (size_t i = 0; vecs(m, i); i++)
        vec_release(vecs(m, i));
    arena_release(&m->arena);
}

size_t measured_place(uint64_t seed, uint64_t stream, uint64_t index,
                      size_t size)
{
    if (index < size)
        return (size_t)index;
    struct rng rng = rng_at(seed, stream, index);
    uint64_t place = rng_below(&rng, index + 1);
    return place < size ? (size_t)place : size;
}

static void push32(struct vec *vec, size_t value)
{
    *(uint32_t *)vec_add(vec) = (uint32_t)value;
}

static void count_turns(struct measured *m, const struct reading *r)
{
    size_t run = 0, all = r->tokens.count;
    for (size_t i = 0; i < r->turns.count; i++) {
        const struct spoken *t = READ_TURN(r, i);
        push32(&m->turn_lengths, t->length);
        run++;
        if (i + 1 == r->turns.count ||
            READ_TURN(r, i + 1)->speaker != t->speaker) {
            push32(&m->run_lengths, run);
            run = 0;
        }
        if (t->side != ROLE_DOCTOR && t->side != ROLE_PATIENT)
            continue;
        push32(&m->side_lengths[t->side == ROLE_PATIENT], t->length);
        for (size_t k = 0; k < t->count; k++)
            m->course[(t->first + k) * CORPUS_COURSE / all]
                     [t->side == ROLE_PATIENT]++;
    }
}

static void count_types(struct measured *m, const struct reading *r)
{
    for (size_t i = 0; i < r->counts.count; i++) {
        struct type_count *type = vec_add(&m->types);
        type->word = arena_copy(&m->arena, map_entry(&r->types, i)->key);
        type->count = *(uint32_t *)vec_at(&r->counts, i);
        type->content = *(uint8_t *)vec_at(&r->categories, i) == WORD_CONTENT;
    }
    for (size_t i = 0; i < r->turns.count; i++) {
        const struct spoken *t = READ_TURN(r, i);
        for (size_t k = 0; k < t->count; k++) {
            struct type_count *type =
                vec_at(&m->types, READ_TOKEN(r, t->first + k));
            type->doctor += t->side == ROLE_DOCTOR;
            type->patient += t->side == ROLE_PATIENT;
        }
    }
}

static void count_terms(struct measured *m, const struct reading *r,
                        const struct glossary *glossary)
{
    for (size_t i = 0; i < r->matches.count; i++) {
        const struct lexicon_match *match = vec_at(&r->matches, i);
        const struct glossary_term *t = glossary_term(glossary, match->term);
        push32(&m->terms, match->term);
        if (t->disease >= 0)
            push32(&m->diseases, (size_t)t->disease);
        if (t->symptom >= 0)
            push32(&m->symptoms, (size_t)t->symptom);
    }
}

static void describe(struct measured *m, const struct record *record)
{
    str task = {0}, department = {0};
    if (record->kind == RECORD_DIALOGUE) {
        task = record->dialogue.brief.task;
        department = record->dialogue.brief.scenario;
    } else if (record->kind == RECORD_QUESTION) {
        task = record->question.task;
        department = record->question.specialty;
    } else if (record->kind == RECORD_CONSULTATION) {
        task = record->consultation.task;
        department = record->consultation.specialty;
    }
    if (department.len == 0)
        department = record_meta(record, STR("department"));
    m->id = record->id;
    m->task = task;
    m->department = department;
}

static void reset(struct measured *m)
{
    for (size_t i = 0; vecs(m, i); i++)
        vec_reset(vecs(m, i));
    arena_reset(&m->arena);
    m->ok = false;
    m->why = (struct err){0};
    for (size_t i = 0; i < FEATURE_COUNT; i++)
        m->values[i] = NAN;
    for (size_t i = 0; i < CORPUS_COURSE; i++)
        m->course[i][0] = m->course[i][1] = 0;
}

void measured_make(struct measured *m, const struct measure_setup *setup,
                   struct reader *reader)
{
    struct record record;
    const struct measure_options *o = &setup->options;
    reset(m);
    if (!record_parse(m->line, &m->arena, &record, &m->why))
        return;
    const struct reading *r = reader_read(reader, &record);
    m->ok = true;
    m->lang = r->known_language ? (int)r->lang : LANG_COUNT;
    m->turns = (uint32_t)r->turns.count;
    m->tokens = (uint32_t)r->tokens.count;
    describe(m, &record);
    count_turns(m, r);
    if (o->families[FAMILY_STRUCTURE])
        feature_structure(r, m->values);
    if (o->families[FAMILY_VOCABULARY]) {
        ngram_lists(r, m->ngrams);
        feature_vocabulary(r, &o->feature, m->ngrams, m->values);
        if (measured_place(o->seed, RNG_STREAM("self-bleu"), m->index,
                           CORPUS_TEXTS_MAX) < CORPUS_TEXTS_MAX)
            ngram_tokens(r, &m->names);
    }
    count_types(m, r);
    if (o->families[FAMILY_DOMAIN]) {
        feature_domain(r, setup->glossaries[r->lang], m->values);
        if (r->known_language)
            count_terms(m, r, setup->glossaries[r->lang]);
    }
    if (o->families[FAMILY_CONVERSATION])
        feature_talk(r, m->values);
    if (o->families[FAMILY_CONVERSATION] && setup->vectors)
        feature_distance(r, setup->vectors, m->values);
}
