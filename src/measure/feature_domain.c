/* feature_domain.c - medical words in one record; see feature.h. */
#include <math.h>

#include "base/mem.h"
#include "measure/feature.h"
#include "text/normalise.h"
#include "text/sparse.h"

static const struct glossary_term *term_at(const struct reading *r,
                                           const struct glossary *glossary,
                                           size_t match)
{
    const struct lexicon_match *m = vec_at(&r->matches, match);
    return glossary_term(glossary, m->term);
}

/* Different values of a kind among the terms found. */
static void count_kinds(const struct reading *r,
                        const struct glossary *glossary, double *values)
{
    struct map terms, diseases, symptoms;
    map_init(&terms);
    map_init(&diseases);
    map_init(&symptoms);
    for (size_t i = 0; i < r->matches.count; i++) {
        const struct lexicon_match *m = vec_at(&r->matches, i);
        const struct glossary_term *t = term_at(r, glossary, i);
        map_count(&terms, str_make((const char *)&m->term, sizeof m->term), 1);
        if (t->disease >= 0)
            map_count(&diseases,
                      str_make((const char *)&t->disease, sizeof t->disease),
                      1);
        if (t->symptom >= 0)
            map_count(&symptoms,
                      str_make((const char *)&t->symptom, sizeof t->symptom),
                      1);
    }
    values[FEATURE_TERM_TYPES] = (double)map_size(&terms);
    values[FEATURE_DISEASES] = (double)map_size(&diseases);
    values[FEATURE_SYMPTOMS] = (double)map_size(&symptoms);
    map_release(&terms);
    map_release(&diseases);
    map_release(&symptoms);
}

/* Lay and professional wording of symptoms by side; jargon: what is a term but
 * no lay wording. */
static void registers(const struct reading *r, const struct glossary *glossary,
                      double *values)
{
    double lay[2] = {0}, all[2] = {0}, jargon = 0, said = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        const struct spoken *turn = READ_TURN(r, i);
        bool doctor = turn->side == ROLE_DOCTOR;
        if (!doctor && turn->side != ROLE_PATIENT)
            continue;
        said += doctor ? (double)turn->count : 0;
        for (size_t m = 0; m < turn->match_count; m++) {
            const struct glossary_term *t =
                term_at(r, glossary, turn->first_match + m);
            bool only_lay = t->lay && !t->professional;
            jargon += doctor && !only_lay;
            if (t->symptom < 0)
                continue;
            all[doctor]++;
            lay[doctor] += only_lay;
        }
    }
    if (all[0] > 0)
        values[FEATURE_LAY_PATIENT] = lay[0] / all[0];
    if (all[1] > 0)
        values[FEATURE_LAY_DOCTOR] = lay[1] / all[1];
    if (said > 0)
        values[FEATURE_JARGON_DOCTOR] = 100 * jargon / said;
}

static size_t content_vector(const struct reading *r, const struct spoken *turn,
                             struct vec *out)
{
    vec_reset(out);
    for (size_t i = 0; i < turn->count; i++) {
        uint32_t type = READ_TOKEN(r, turn->first + i);
        if (*(uint8_t *)vec_at(&r->categories, type) != WORD_CONTENT)
            continue;
        struct sparse item = {type, 1};
        vec_push(out, &item);
    }
    return sparse_normalise(out->items, out->count);
}

static void coherence(const struct reading *r, double *values)
{
    struct vec vectors[2];
    vec_init(&vectors[0], sizeof(struct sparse));
    vec_init(&vectors[1], sizeof(struct sparse));
    size_t counts[2] = {0}, pairs = 0;
    double sum = 0, cosine;
    for (size_t i = 0; i < r->turns.count; i++) {
        unsigned now = i % 2;
        counts[now] = content_vector(r, READ_TURN(r, i), &vectors[now]);
        if (i == 0 || !cosine_sparse(vectors[0].items, counts[0],
                                     vectors[1].items, counts[1], &cosine))
            continue;
        sum += cosine;
        pairs++;
    }
    if (pairs)
        values[FEATURE_COHERENCE] = sum / (double)pairs;
    vec_release(&vectors[0]);
    vec_release(&vectors[1]);
}

/* The note that a dialogue was written from, or that was written from it. */
static str note_of(const struct record *record)
{
    static const char *const keys[] = {"note", "summary", "reference_summary",
                                       "section_text"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        str note = record_meta(record, str_of(keys[i]));
        if (note.len)
            return note;
    }
    return (str){0};
}

static void note_recall(const struct reading *r,
                        const struct glossary *glossary, double *values)
{
    str note = note_of(r->record);
    if (note.len == 0)
        return;
    struct buf folded;
    struct vec found;
    struct map said, wanted;
    buf_init(&folded, BUF_MAX);
    vec_init(&found, sizeof(struct lexicon_match));
    map_init(&said);
    map_init(&wanted);
    text_fold(note, &folded);
    struct lexicon_matcher *matcher =
        lexicon_matcher_new(glossary_lexicon(glossary));
    lexicon_match(matcher, buf_str(&folded), &found);
    for (size_t i = 0; i < r->matches.count; i++) {
        const struct lexicon_match *m = vec_at(&r->matches, i);
        map_put(&said, str_make((const char *)&m->term, sizeof m->term), 1);
    }
    size_t hits = 0;
    for (size_t i = 0; i < found.count; i++) {
        const struct lexicon_match *m = vec_at(&found, i);
        str key = str_make((const char *)&m->term, sizeof m->term);
        if (map_put(&wanted, key, 1))
            hits += map_get(&said, key, NULL);
    }
    if (map_size(&wanted))
        values[FEATURE_NOTE_RECALL] = (double)hits / (double)map_size(&wanted);
    lexicon_matcher_free(matcher);
    buf_release(&folded);
    vec_release(&found);
    map_release(&said);
    map_release(&wanted);
}

void feature_domain(const struct reading *r, const struct glossary *glossary,
                    double *values)
{
    coherence(r, values);
    if (!glossary || !r->known_language)
        return;
    if (r->tokens.count)
        values[FEATURE_TERM_RATE] =
            100 * (double)r->matches.count / (double)r->tokens.count;
    count_kinds(r, glossary, values);
    registers(r, glossary, values);
    note_recall(r, glossary, values);
}
