/* feature_talk.c - how the two sides talk with each other; see feature.h. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "measure/feature.h"
#include "text/words.h"

enum {
    STYLE_TOKENS_MIN = 50,
    STYLE_WINDOW = 8, /* turns of a side, */
    STYLE_REACH = 64, /* found among this many turns */
    LIX_LETTERS = 6
};

double feature_style_match(double a, double b)
{
    return 1 - fabs(a - b) / (a + b + 0.0001);
}

static void questions(const struct reading *r, double *values)
{
    double turns[2] = {0}, asked[2] = {0}, open = 0, signals = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        const struct spoken *t = READ_TURN(r, i);
        signals += t->backchannel;
        if (t->side != ROLE_DOCTOR && t->side != ROLE_PATIENT)
            continue;
        bool doctor = t->side == ROLE_DOCTOR;
        turns[doctor]++;
        asked[doctor] += t->asks;
        open += doctor && t->open;
    }
    if (turns[1] > 0)
        values[FEATURE_QUESTIONS_DOCTOR] = asked[1] / turns[1];
    if (turns[0] > 0)
        values[FEATURE_QUESTIONS_PATIENT] = asked[0] / turns[0];
    if (asked[1] > 0)
        values[FEATURE_OPEN_QUESTIONS] = open / asked[1];
    if (r->turns.count)
        values[FEATURE_BACKCHANNELS] = signals / (double)r->turns.count;
}

/* last: for each type the turn, from 1, that said it last before this one. */
static bool takes_up(const struct reading *r, size_t turn, uint32_t *last)
{
    const struct spoken *t = READ_TURN(r, turn);
    bool taken = false;
    for (size_t i = 0; i < t->count; i++) {
        uint32_t type = READ_TOKEN(r, t->first + i);
        taken =
            taken || (turn > 0 && last[type] == turn &&
                      *(uint8_t *)vec_at(&r->categories, type) == WORD_CONTENT);
    }
    for (size_t i = 0; i < t->count; i++)
        last[READ_TOKEN(r, t->first + i)] = (uint32_t)turn + 1;
    return taken;
}

static void uptake(const struct reading *r, double *values)
{
    uint32_t *last = mem_zero(r->counts.count + 1, sizeof *last);
    size_t changes = 0, taken = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        bool takes = takes_up(r, i, last);
        if (i == 0 || READ_TURN(r, i - 1)->speaker == READ_TURN(r, i)->speaker)
            continue;
        changes++;
        taken += takes;
    }
    free(last);
    if (changes)
        values[FEATURE_UPTAKE] = (double)taken / (double)changes;
}

struct style {
    double counts[WORD_CATEGORIES + 1], tokens;
};

static void add_style(const struct reading *r, const struct spoken *turn,
                      struct style *style)
{
    for (size_t i = 0; i < turn->count; i++) {
        uint32_t type = READ_TOKEN(r, turn->first + i);
        style->counts[*(uint8_t *)vec_at(&r->categories, type)]++;
    }
    style->tokens += (double)turn->count;
}

/* NAN when no category occurs. */
static double match_styles(const struct style *a, const struct style *b)
{
    double sum = 0, used = 0;
    for (size_t c = 0; c < WORD_CATEGORIES; c++) {
        if (a->counts[c] + b->counts[c] <= 0)
            continue;
        sum += feature_style_match(100 * a->counts[c] / a->tokens,
                                   100 * b->counts[c] / b->tokens);
        used++;
    }
    return used > 0 ? sum / used : NAN;
}

/* The style of the last STYLE_WINDOW turns of a side up to turn `last`; false
 * when there are fewer. */
static bool window_style(const struct reading *r, size_t last, enum role side,
                         struct style *style)
{
    size_t turns = 0;
    *style = (struct style){0};
    size_t first = last + 1 > STYLE_REACH ? last + 1 - STYLE_REACH : 0;
    for (size_t i = last + 1; i-- > first && turns < STYLE_WINDOW;) {
        if (READ_TURN(r, i)->side != side)
            continue;
        add_style(r, READ_TURN(r, i), style);
        turns++;
    }
    return turns == STYLE_WINDOW && style->tokens > 0;
}

/* Least squares slope of the rolling match over its position. */
static void style_slope(const struct reading *r, double *values)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        struct style doctor, patient;
        if (!window_style(r, i, ROLE_DOCTOR, &doctor) ||
            !window_style(r, i, ROLE_PATIENT, &patient))
            continue;
        double match = match_styles(&doctor, &patient);
        if (isnan(match))
            continue;
        x += n;
        xx += n * n;
        y += match;
        xy += n * match;
        n++;
    }
    if (n > 1)
        values[FEATURE_LSM_SLOPE] = (n * xy - x * y) / (n * xx - x * x);
}

static void style(const struct reading *r, double *values)
{
    struct style doctor = {0}, patient = {0};
    for (size_t i = 0; i < r->turns.count; i++) {
        const struct spoken *t = READ_TURN(r, i);
        if (t->side == ROLE_DOCTOR)
            add_style(r, t, &doctor);
        else if (t->side == ROLE_PATIENT)
            add_style(r, t, &patient);
    }
    if (doctor.tokens >= STYLE_TOKENS_MIN && patient.tokens >= STYLE_TOKENS_MIN)
        values[FEATURE_LSM] = match_styles(&doctor, &patient);
    style_slope(r, values);
}

/* LIX (Björnsson 1968) = words per sentence + 100 x share of words above six
 * letters; for Chinese characters per sentence. NAN when nothing was said. */
static double difficulty(const struct reading *r, enum role side,
                         struct vec *sentences)
{
    double words = 0, lengthy = 0, count = 0, length = 0;
    for (size_t i = 0; i < r->turns.count; i++) {
        const struct spoken *t = READ_TURN(r, i);
        if (t->side != side || t->count == 0)
            continue;
        sentences_split(r->splitter, t->text, lang_name(r->lang).ptr,
                        sentences);
        count += (double)sentences->count;
        length += (double)t->length;
        words += (double)t->count;
        for (size_t k = 0; k < t->count; k++)
            lengthy += utf8_count(*(str *)vec_at(&r->words, t->first + k)) >
                       LIX_LETTERS;
    }
    if (count <= 0)
        return NAN;
    return r->lang == LANG_ZH ? length / count
                              : words / count + 100 * lengthy / words;
}

static void reading_level(const struct reading *r, double *values)
{
    struct vec sentences;
    vec_init(&sentences, sizeof(str));
    double doctor = difficulty(r, ROLE_DOCTOR, &sentences),
           patient = difficulty(r, ROLE_PATIENT, &sentences);
    values[FEATURE_READING_DOCTOR] = doctor;
    values[FEATURE_READING_PATIENT] = patient;
    values[FEATURE_READING_GAP] = doctor - patient;
    vec_release(&sentences);
}

void feature_talk(const struct reading *r, double *values)
{
    questions(r, values);
    uptake(r, values);
    style(r, values);
    reading_level(r, values);
}
