/* reply_shape.c - a dialogue as raw text: labels, shapes, troubles; see
 * reply.h. */
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "simulate/reply.h"

enum trouble {
    TROUBLE_NONE,
    TROUBLE_REFUSE,
    TROUBLE_TRUNCATE,
    TROUBLE_WRONG_LANGUAGE,
    TROUBLE_AI,
    TROUBLE_REPETITION,
    TROUBLE_ONE_SPEAKER,
    TROUBLE_EXTRA_SIDE,
    TROUBLE_CARELESS,
    TROUBLE_LEAK,
    TROUBLE_COUNT
};

enum shape {
    SHAPE_PLAIN,
    SHAPE_BOLD,
    SHAPE_NUMBERED,
    SHAPE_BULLETS,
    SHAPE_BLANK_LINES,
    SHAPE_OTHER_COLON,
    SHAPE_PREFACE,
    SHAPE_POSTFACE,
    SHAPE_HEADING,
    SHAPE_THINK,
    SHAPE_QUOTED,
    SHAPE_LABEL_LINE,
    SHAPE_JSON,
    SHAPE_JSON_FENCE,
    SHAPE_TABLE,
    SHAPE_XML,
    SHAPE_COUNT
};

static enum trouble draw_trouble(const struct reply_job *job)
{
    const struct simulator_config *c = job->config;
    const double shares[TROUBLE_COUNT] = {0,
                                          c->refuse,
                                          c->truncate,
                                          c->wrong_language,
                                          c->ai_disclosure,
                                          c->repetition,
                                          c->one_speaker,
                                          c->extra_side,
                                          c->careless,
                                          c->leak};
    struct rng rng = rng_at(job->wish->seed, RNG_STREAM("trouble"), 0);
    double place = rng_unit(&rng);
    for (int i = 1; i < TROUBLE_COUNT; i++) {
        if (place < shares[i])
            return (enum trouble)i;
        place -= shares[i];
    }
    return TROUBLE_NONE;
}

static enum shape draw_shape(const struct reply_job *job)
{
    struct rng rng = rng_at(job->wish->seed, RNG_STREAM("shape"), 0);
    if (!rng_chance(&rng, job->config->misformat))
        return SHAPE_PLAIN;
    return (enum shape)rng_between(&rng, 1, SHAPE_COUNT - 1);
}

/* --- troubles that change the turns --- */

struct speech {
    struct turn *turns; /* in arena */
    size_t count;
    struct draft *draft;
    const struct wish *wish; /* whose labels are used */
    struct rng rng;
};

static void loop_exchange(struct speech *s, struct arena *arena)
{
    enum { TIMES = 8 };
    size_t from = s->count / 2;
    size_t pair = s->count - from < 2 ? s->count - from : 2;
    struct turn *out = arena_array(arena, from + pair * TIMES + 1, sizeof *out);
    memcpy(out, s->turns, from * sizeof *out);
    for (size_t i = 0; i < pair * TIMES; i++)
        out[from + i] = s->turns[from + i % pair];
    s->turns = out;
    s->count = from + pair * TIMES;
}

static void keep_one_side(struct speech *s)
{
    enum role side = role_side(s->turns[0].role);
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++)
        if (role_side(s->turns[i].role) == side &&
            str_equal(s->turns[i].speaker, s->turns[0].speaker))
            s->turns[kept++] = s->turns[i];
    s->count = kept;
}

/* The role that has no part in this relation. */
static enum role outsider(enum relation relation)
{
    switch (relation) {
    case RELATION_DOCTOR_PATIENT:
        return ROLE_NURSE;
    case RELATION_PATIENT_NURSE:
        return ROLE_DOCTOR;
    default:
        return ROLE_PATIENT;
    }
}

static void add_outsider(struct reply_job *job, struct speech *s)
{
    enum role role = outsider(job->wish->relation);
    const char *rule = role == ROLE_PATIENT ? "spoil.patient" : "spoil.extra";
    struct turn *out = arena_array(job->arena, s->count * 2 + 1, sizeof *out);
    size_t count = 0, extras = 0;
    for (size_t i = 0; i < s->count; i++) {
        out[count++] = s->turns[i];
        bool due = i + 1 == s->count && extras == 0;
        if (!due && !(i > 1 && extras < 3 && rng_chance(&s->rng, 0.25)))
            continue;
        out[count++] = (struct turn){
            .role = role, .text = reply_phrase(job, s->draft, rule, &s->rng)};
        extras++;
    }
    s->turns = out;
    s->count = count;
}

static void disclose(struct reply_job *job, struct speech *s)
{
    size_t at = s->count / 2;
    enum role lead = s->draft->scene->lead;
    while (at + 1 < s->count && s->turns[at].role != lead)
        at++;
    str words = reply_phrase(job, s->draft, "spoil.ai", &s->rng);
    s->turns[at].text = arena_printf(
        job->arena, STR_FMT "%s" STR_FMT, STR_ARG(words),
        job->wish->lang == LANG_ZH ? "" : " ", STR_ARG(s->turns[at].text));
}

/* The patient knows it already, in the first of his turns. */
static void leak_diagnosis(struct reply_job *job, struct speech *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->turns[i].role != s->draft->scene->lead) {
            str words = reply_phrase(job, s->draft, "spoil.leak", &s->rng);
            s->turns[i].text = arena_printf(
                job->arena, STR_FMT "%s" STR_FMT, STR_ARG(s->turns[i].text),
                job->wish->lang == LANG_ZH ? "" : " ", STR_ARG(words));
            return;
        }
}

/* --- shapes --- */

static str label_of(const struct speech *s, size_t i)
{
    return simulate_label(s->wish, &s->turns[i]);
}

static const char *colon(const struct wish *wish)
{
    return wish->lang == LANG_ZH ? "：" : ": ";
}

static void write_lines(struct reply_job *job, const struct speech *s,
                        enum shape shape)
{
    const char *mark = colon(s->wish);
    if (shape == SHAPE_OTHER_COLON)
        mark = s->wish->lang == LANG_ZH ? ": " : " : ";
    for (size_t i = 0; i < s->count; i++) {
        str label = label_of(s, i), text = s->turns[i].text;
        if (i)
            buf_add_cstr(job->out, shape == SHAPE_BLANK_LINES ? "\n\n" : "\n");
        switch (shape) {
        case SHAPE_BOLD:
            buf_printf(job->out, "**" STR_FMT "**%s" STR_FMT, STR_ARG(label),
                       mark, STR_ARG(text));
            break;
        case SHAPE_NUMBERED:
            buf_printf(job->out, "%zu. " STR_FMT "%s" STR_FMT, i + 1,
                       STR_ARG(label), mark, STR_ARG(text));
            break;
        case SHAPE_BULLETS:
            buf_printf(job->out, "- " STR_FMT "%s" STR_FMT, STR_ARG(label),
                       mark, STR_ARG(text));
            break;
        case SHAPE_QUOTED:
            buf_printf(job->out, STR_FMT "%s“" STR_FMT "”", STR_ARG(label),
                       mark, STR_ARG(text));
            break;
        case SHAPE_LABEL_LINE:
            buf_printf(job->out, STR_FMT "%.*s\n" STR_FMT, STR_ARG(label),
                       (int)strcspn(mark, " "), mark, STR_ARG(text));
            break;
        default:
            buf_printf(job->out, STR_FMT "%s" STR_FMT, STR_ARG(label), mark,
                       STR_ARG(text));
        }
    }
}

static void write_json(struct reply_job *job, const struct speech *s)
{
    struct json_out j = json_out(job->out);
    json_begin(&j, '[');
    for (size_t i = 0; i < s->count; i++) {
        json_begin(&j, '{');
        json_add_str(&j, "role", label_of(s, i));
        json_add_str(&j, "content", s->turns[i].text);
        json_end(&j, '}');
    }
    json_end(&j, ']');
}

static void write_table(struct reply_job *job, const struct speech *s)
{
    static const char *const heads[LANG_COUNT] = {
        "| 角色 | 内容 |", "| Speaker | Text |", "| Spreker | Tekst |"};
    buf_add_cstr(job->out, heads[s->wish->lang]);
    buf_add_cstr(job->out, "\n| --- | --- |");
    for (size_t i = 0; i < s->count; i++)
        buf_printf(job->out, "\n| " STR_FMT " | " STR_FMT " |",
                   STR_ARG(label_of(s, i)), STR_ARG(s->turns[i].text));
}

static void write_xml(struct reply_job *job, const struct speech *s)
{
    buf_add_cstr(job->out, "<dialogue>\n");
    for (size_t i = 0; i < s->count; i++)
        buf_printf(job->out, "<turn role=\"" STR_FMT "\">" STR_FMT "</turn>\n",
                   STR_ARG(label_of(s, i)), STR_ARG(s->turns[i].text));
    buf_add_cstr(job->out, "</dialogue>");
}

static void write_around(struct reply_job *job, struct speech *s,
                         enum shape shape)
{
    str before = {0}, after = {0};
    if (shape == SHAPE_PREFACE)
        before = reply_phrase(job, s->draft, "spoil.preface", &s->rng);
    if (shape == SHAPE_HEADING)
        before = reply_phrase(job, s->draft, "spoil.heading", &s->rng);
    if (shape == SHAPE_THINK)
        before = arena_printf(
            job->arena, "<think>" STR_FMT "</think>",
            STR_ARG(reply_phrase(job, s->draft, "spoil.think", &s->rng)));
    if (shape == SHAPE_POSTFACE)
        after = reply_phrase(job, s->draft, "spoil.postface", &s->rng);
    if (before.len)
        buf_printf(job->out, STR_FMT "\n\n", STR_ARG(before));
    write_lines(job, s, SHAPE_PLAIN);
    if (after.len)
        buf_printf(job->out, "\n\n" STR_FMT, STR_ARG(after));
}

static void write_shape(struct reply_job *job, struct speech *s,
                        enum shape shape)
{
    switch (shape) {
    case SHAPE_JSON:
        write_json(job, s);
        break;
    case SHAPE_JSON_FENCE:
        buf_add_cstr(job->out, "```json\n");
        write_json(job, s);
        buf_add_cstr(job->out, "\n```");
        break;
    case SHAPE_TABLE:
        write_table(job, s);
        break;
    case SHAPE_XML:
        write_xml(job, s);
        break;
    case SHAPE_PREFACE:
    case SHAPE_POSTFACE:
    case SHAPE_HEADING:
    case SHAPE_THINK:
        write_around(job, s, shape);
        break;
    default:
        write_lines(job, s, shape);
    }
}

/* Somewhere behind the first third, never at the end of a sentence. */
static void cut(struct reply_job *job, struct rng *rng)
{
    size_t len = job->out->len;
    size_t at = len * (size_t)rng_between(rng, 35, 90) / 100;
    at = utf8_cut(buf_str(job->out), at);
    static const str ends[] = {{"。", 3}, {"？", 3}, {"！", 3}, {".", 1},
                               {"?", 1},  {"\n", 1}, {" ", 1}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends && at > 8; i++)
        if (str_ends_with((str){job->out->ptr, at}, ends[i])) {
            at = utf8_cut((str){job->out->ptr, at}, at - ends[i].len);
            i = (size_t)-1;
        }
    buf_truncate(job->out, at);
    job->finish_reason = STR("length");
}

/* --- the wish, bent --- */

/* Other bounds than asked for, and no terms. */
static struct wish careless_wish(const struct wish *wish, struct rng *rng)
{
    struct wish w = *wish;
    bool shorter = wish->turns_min > 6 && rng_chance(rng, 0.6);
    w.turns_min = shorter ? wish->turns_min / 2 : wish->turns_max + 4;
    w.turns_max = shorter ? wish->turns_min - 2 : wish->turns_max + 12;
    w.length_min = shorter ? 0 : wish->length_max + 1;
    w.length_max = shorter ? wish->length_min : wish->length_max * 2;
    w.terms = (struct list){0};
    w.plan = (struct list){0};
    return w;
}

/* The same case in another language, without bounds and vocabulary. */
static struct wish foreign_wish(const struct reply_job *job, struct rng *rng)
{
    struct wish w = *job->wish;
    for (int i = 0; i < LANG_COUNT; i++) {
        w.lang = (enum lang)(
            ((uint64_t)job->wish->lang + 1 + rng_below(rng, LANG_COUNT - 1)) %
            LANG_COUNT);
        if (simulate_speaks(job->simulate, w.lang))
            break;
    }
    if (!simulate_speaks(job->simulate, w.lang))
        w.lang = job->wish->lang;
    w.level = 0;
    w.length_min = 0;
    w.length_max = 0;
    w.terms = (struct list){0};
    w.plan = (struct list){0};
    return w;
}

static void refuse(struct reply_job *job, struct draft *draft, struct rng *rng)
{
    if (rng_chance(rng, 0.15)) {
        job->finish_reason = STR("content_filter");
        return;
    }
    buf_add(job->out, reply_phrase(job, draft, "spoil.refusal", rng));
}

static void spoil_turns(struct reply_job *job, struct speech *s,
                        enum trouble trouble)
{
    switch (trouble) {
    case TROUBLE_AI:
        disclose(job, s);
        break;
    case TROUBLE_REPETITION:
        loop_exchange(s, job->arena);
        break;
    case TROUBLE_ONE_SPEAKER:
        keep_one_side(s);
        break;
    case TROUBLE_EXTRA_SIDE:
        add_outsider(job, s);
        break;
    case TROUBLE_LEAK:
        leak_diagnosis(job, s);
        break;
    default:
        break;
    }
}

void reply_dialogue(struct reply_job *job)
{
    enum trouble trouble = draw_trouble(job);
    struct rng rng = rng_at(job->wish->seed, RNG_STREAM("spoil"), 0);
    struct wish wish = *job->wish;
    if (trouble == TROUBLE_CARELESS)
        wish = careless_wish(job->wish, &rng);
    if (trouble == TROUBLE_WRONG_LANGUAGE)
        wish = foreign_wish(job, &rng);
    struct draft draft;
    simulate_draft(job->simulate, &wish, job->arena, &draft);
    struct list turns = draft_turns(&draft);
    struct speech s = {.turns = turns.items,
                       .count = turns.count,
                       .draft = &draft,
                       .wish = job->wish,
                       .rng = rng};
    if (trouble == TROUBLE_REFUSE) {
        refuse(job, &draft, &s.rng);
    } else {
        spoil_turns(job, &s, trouble);
        write_shape(job, &s, draw_shape(job));
        if (job->wish->propose > 0 && trouble != TROUBLE_TRUNCATE)
            reply_proposals(job);
        if (trouble == TROUBLE_TRUNCATE)
            cut(job, &s.rng);
    }
    draft_release(&draft);
}
