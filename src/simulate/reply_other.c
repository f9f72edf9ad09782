/* reply_other.c - proposals, single turns, plans, polish, verdicts; see
 * reply.h. */
#include <stdio.h>

#include "base/json.h"
#include "simulate/reply.h"

str reply_phrase(struct reply_job *job, struct draft *draft, const char *rule,
                 struct rng *rng)
{
    const struct phrasebook *book = draft->language->phrasebook;
    int index = phrasebook_rule(book, str_of(rule));
    if (index == RULE_NONE)
        return STR("");
    struct rng *before = draft->voice.rng;
    draft->voice.rng = rng;
    struct buf text;
    buf_init(&text, 1 << 20);
    phrasebook_expand(book, index, &draft->voice, &text);
    draft->voice.rng = before;
    str copy = arena_copy(job->arena, buf_str(&text));
    buf_release(&text);
    (void)job;
    return copy;
}

/* A draft that is only spoken from: values and flags of the wish, no turns. */
static void open_draft(struct reply_job *job, struct draft *draft)
{
    simulate_draft(job->simulate, job->wish, job->arena, draft);
}

/* --- proposals --- */

struct proposal {
    str relation, scenario, topic, task, turns, length;
};

#define PICK(rng, list, type)                                                  \
    ((list).count                                                              \
         ? &((const type *)(list).items)[rng_below(rng, (list).count)]         \
         : NULL)

/* A scenario and a task that fit the relation; the first ones failing that. */
static const struct scenario *pick_scenario(const struct outline *o,
                                            enum relation relation,
                                            struct rng *rng)
{
    const struct scenario *s = PICK(rng, o->scenarios, struct scenario);
    for (int i = 0; i < 50 && s && !s->fits_relation[relation]; i++)
        s = PICK(rng, o->scenarios, struct scenario);
    return s;
}

static const struct outline_task *pick_task(const struct outline *o,
                                            enum relation relation,
                                            struct rng *rng)
{
    const struct outline_task *t = PICK(rng, o->tasks, struct outline_task);
    for (int i = 0; i < 50 && t && !t->fits_relation[relation]; i++)
        t = PICK(rng, o->tasks, struct outline_task);
    return t;
}

static str bounds_text(struct reply_job *job, struct rng *rng,
                       struct range range)
{
    int64_t low = (int64_t)range.low, high = (int64_t)range.high;
    int64_t quarter = (high - low) / 4;
    int64_t from = low + (quarter ? rng_between(rng, 0, quarter) : 0);
    int64_t to = high - (quarter ? rng_between(rng, 0, quarter) : 0);
    return arena_printf(job->arena, "%lld-%lld", (long long)from,
                        (long long)to);
}

/* "history taking: the patient forgot …" */
static str task_text(struct reply_job *job, struct draft *draft,
                     const struct outline_task *task, struct rng *rng)
{
    draft->voice.values[VALUE_WORDS] = task->name;
    return reply_phrase(job, draft, "propose.task", rng);
}

static void draw_proposal(struct reply_job *job, struct draft *draft,
                          struct rng *rng, struct proposal *p)
{
    const struct outline *o = job->wish->outline;
    const struct outline_relation *relation =
        PICK(rng, o->relations, struct outline_relation);
    const struct scenario *scenario = pick_scenario(o, relation->relation, rng);
    const struct outline_task *task = pick_task(o, relation->relation, rng);
    const struct topic *topic = PICK(rng, o->topics, struct topic);
    const struct level *level = PICK(rng, o->levels, struct level);
    draft->voice.values[VALUE_TOPIC] = topic->name;
    uint64_t sides = FLAG(FLAG_NURSE);
    draft->voice.flags &= ~sides;
    if (relation->relation == RELATION_PATIENT_NURSE)
        draft->voice.flags |= FLAG(FLAG_NURSE);
    *p = (struct proposal){.relation = relation->id,
                           .scenario = scenario->name,
                           .topic = topic->name,
                           .task = task_text(job, draft, task, rng),
                           .turns = bounds_text(job, rng, level->turns),
                           .length = bounds_text(job, rng, level->length)};
}

/* Ways in which proposals fail: no such relation, nothing new, no content, a
 * field missing, bounds that cannot be. */
static void spoil_proposal(const struct reply_job *job, struct rng *rng,
                           struct proposal *p)
{
    switch (rng_below(rng, 5)) {
    case 0:
        p->relation = STR("pharmacist-patient");
        break;
    case 1:
        p->relation = relation_name(job->wish->relation);
        p->scenario = job->wish->scenario;
        p->topic = job->wish->topic;
        p->task = job->wish->instruction.len ? job->wish->instruction
                                             : job->wish->task;
        break;
    case 2:
        p->task = STR("");
        p->topic = STR("");
        break;
    case 3:
        p->scenario = STR("");
        p->length = STR("");
        break;
    default:
        p->turns = STR("0");
        p->length = STR("99999-3");
    }
}

static void put_field(struct json_out *j, const char *key, str value)
{
    if (value.len)
        json_add_str(j, key, value);
}

static void write_proposal(struct json_out *j, const struct proposal *p)
{
    json_begin(j, '{');
    put_field(j, "relation", p->relation);
    put_field(j, "scenario", p->scenario);
    put_field(j, "topic", p->topic);
    put_field(j, "task", p->task);
    put_field(j, "turns", p->turns);
    put_field(j, "length", p->length);
    json_end(j, '}');
}

void reply_proposals(struct reply_job *job)
{
    enum { PROPOSALS_MAX = 100 };
    const struct outline *o = job->wish->outline;
    if (!o->relations.count || !o->scenarios.count || !o->tasks.count ||
        !o->topics.count || !o->levels.count)
        return;
    int count = job->wish->propose;
    count = count > PROPOSALS_MAX ? PROPOSALS_MAX : count;
    struct draft draft;
    open_draft(job, &draft);
    buf_add_cstr(job->out, job->out->len ? "\n\n```json\n" : "```json\n");
    struct json_out j = json_out(job->out);
    json_begin(&j, '[');
    for (int i = 0; i < count; i++) {
        struct rng rng =
            rng_at(job->wish->seed, RNG_STREAM("propose"), (uint64_t)i);
        struct proposal p;
        draw_proposal(job, &draft, &rng, &p);
        if (rng_chance(&rng, job->config->propose_bad))
            spoil_proposal(job, &rng, &p);
        write_proposal(&j, &p);
    }
    json_end(&j, ']');
    buf_add_cstr(job->out, "\n```");
    draft_release(&draft);
}

/* --- one turn of a role-play --- */

/* The whole dialogue is made anew for every turn, with the roles of the history
 * and as many turns as the wish plays; so all turns of one wish are of one
 * piece, whoever asks for them and in which order. */
void reply_turn(struct reply_job *job)
{
    const struct wish *wish = job->wish;
    const struct turn *history = wish->history.items;
    size_t at = wish->history.count;
    size_t count = (size_t)wish_turn_count(wish);
    count = count > at ? count : at + 1;
    struct planned_turn *plan = arena_array(job->arena, count, sizeof *plan);
    enum role first = at ? history[0].role : wish->speaker;
    enum role second = at > 1    ? history[1].role
                       : at == 1 ? wish->speaker
                                 : ROLE_NONE;
    for (size_t i = 0; i < count; i++) {
        plan[i] = (struct planned_turn){i % 2 ? second : first, -1, i % 2 == 1};
        if (i < at)
            plan[i].role = history[i].role;
        if (i == at)
            plan[i].role = wish->speaker;
        if (i < wish->plan.count)
            plan[i] = ((const struct planned_turn *)wish->plan.items)[i];
    }
    struct wish whole = *wish;
    whole.kind = WISH_DIALOGUE;
    whole.plan = (struct list){plan, count};
    whole.turns_min = whole.turns_max = (int64_t)count;
    struct list turns;
    simulate_dialogue(job->simulate, &whole, job->arena, &turns);
    if (at < turns.count)
        buf_add(job->out, ((const struct turn *)turns.items)[at].text);
}

/* --- a plan in lines --- */

void reply_plan(struct reply_job *job)
{
    struct draft d;
    open_draft(job, &d);
    struct rng rng = rng_at(job->wish->seed, RNG_STREAM("plan"), 0);
    str mood = reply_phrase(job, &d, "plan.mood", &rng);
    for (size_t i = 0; i < d.slot_count;) {
        size_t end = i + 1;
        const struct beat *beat = d.slots[i].beat;
        while (end < d.slot_count && d.slots[end].beat == beat)
            end++;
        struct turn turn = {.role = d.slots[i].role};
        char rule[64];
        snprintf(rule, sizeof rule, "plan.%s",
                 phase_name(beat ? beat->phase : PHASE_OPENING));
        buf_printf(job->out, "%s%zu-%zu | " STR_FMT " | " STR_FMT " | " STR_FMT,
                   i ? "\n" : "", i + 1, end,
                   STR_ARG(simulate_label(job->wish, &turn)),
                   STR_ARG(reply_phrase(job, &d, rule, &rng)), STR_ARG(mood));
        i = end;
    }
    draft_release(&d);
}

/* --- lines of a labelled draft --- */

struct draft_line {
    str label, text;
};

static bool next_line(str *rest, struct draft_line *line)
{
    for (str whole; str_next(rest, '\n', &whole);) {
        whole = str_trim(whole);
        if (!whole.len)
            continue;
        size_t wide = str_find(whole, STR("："), 0);
        size_t narrow = str_find_char(whole, ':', 0);
        size_t at = wide < narrow ? wide : narrow;
        size_t width = wide < narrow ? 3 : 1;
        if (at == STR_NONE) {
            *line = (struct draft_line){.text = whole};
            return true;
        }
        line->label = str_trim(str_slice(whole, 0, at));
        line->text = str_trim(str_slice(whole, at + width, whole.len));
        return true;
    }
    return false;
}

/* The draft line by line, without white space around and without a line that
 * only says again what the one before it said. */
void reply_polish(struct reply_job *job)
{
    struct draft_line line, before = {0};
    bool first = true;
    for (str rest = job->wish->draft; next_line(&rest, &line);) {
        if (!first && str_equal(line.text, before.text))
            continue;
        if (!first)
            buf_add_char(job->out, '\n');
        if (line.label.len)
            buf_printf(job->out, STR_FMT "%s", STR_ARG(line.label),
                       job->wish->lang == LANG_ZH ? "：" : ": ");
        buf_add(job->out, line.text);
        before = line;
        first = false;
    }
}

/* --- a verdict --- */

struct review {
    int64_t turns, repeats;
    bool cut, braces;   /* stops in mid-sentence; has an unfilled place */
    bool patient_first; /* the patient's side names the diagnosis first */
    bool named;
    bool terms;
};

static bool is_patient(const struct wish *wish, str label)
{
    const struct labels *l = &wish->outline->labels;
    return str_starts_with(label, l->patient) ||
           str_starts_with(label, l->relative);
}

static bool ends_sentence(str text)
{
    static const str ends[] = {{"。", 3}, {"？", 3}, {"！", 3}, {"…", 3},
                               {"”", 3},  {".", 1},  {"?", 1},  {"!", 1},
                               {")", 1},  {"）", 3}, {"—", 3}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends_with(text, ends[i]))
            return true;
    return false;
}

static void review_draft(struct reply_job *job, const struct draft *draft,
                         struct review *r)
{
    const struct wish *wish = job->wish;
    str last = {0};
    struct draft_line line;
    for (str rest = wish->draft; next_line(&rest, &line);) {
        r->turns++;
        r->repeats += str_equal(line.text, last) && line.text.len > 12;
        r->braces |= str_find_char(line.text, '{', 0) != STR_NONE;
        if (!r->named && facts_name_disease(&draft->facts, line.text)) {
            r->named = true;
            r->patient_first = is_patient(wish, line.label);
        }
        last = line.text;
    }
    r->cut = !ends_sentence(last);
    r->terms = true;
    for (size_t i = 0; i < wish->terms.count; i++)
        r->terms &=
            str_contains(wish->draft, ((const str *)wish->terms.items)[i]);
}

/* A drug of the disease that this person must not take. */
static bool names_forbidden_drug(const struct wish *wish)
{
    const struct list *drugs = &wish->disease->drugs;
    for (size_t i = 0; i < drugs->count; i++) {
        const struct drug *drug = ((const struct drug *const *)drugs->items)[i];
        const struct persona *p = &wish->persona;
        bool wrong = p->age < drug->age.low || p->age > drug->age.high ||
                     (p->pregnant && str_equal(drug->pregnancy, STR("avoid")));
        if (wrong && str_contains(wish->draft, t3_in(&drug->name, wish->lang)))
            return true;
    }
    return false;
}

static void put_criterion(struct reply_job *job, struct draft *draft,
                          struct json_out *j, const char *name, bool pass,
                          struct rng *rng)
{
    char rule[64];
    snprintf(rule, sizeof rule, "verify.%s.%s", name, pass ? "pass" : "fail");
    json_key(j, name);
    json_begin(j, '{');
    json_add_bool(j, "pass", pass);
    json_add_str(j, "why", reply_phrase(job, draft, rule, rng));
    json_end(j, '}');
}

void reply_verdict(struct reply_job *job)
{
    const struct wish *wish = job->wish;
    struct draft d;
    open_draft(job, &d);
    struct review r = {0};
    review_draft(job, &d, &r);
    bool in_bounds = r.turns >= wish->turns_min &&
                     (wish->turns_max <= 0 || r.turns <= wish->turns_max);
    struct rng rng = rng_at(wish->seed, RNG_STREAM("verify"), 0);
    struct json_out j = json_out(job->out);
    json_begin(&j, '{');
    put_criterion(job, &d, &j, "medical_soundness", !names_forbidden_drug(wish),
                  &rng);
    put_criterion(job, &d, &j, "fluency", !r.cut && !r.braces && r.repeats == 0,
                  &rng);
    put_criterion(job, &d, &j, "role_consistency",
                  r.turns > 1 && !r.patient_first, &rng);
    put_criterion(job, &d, &j, "outline_match", in_bounds && r.terms, &rng);
    json_end(&j, '}');
    draft_release(&d);
}

/* --- all kinds --- */

void reply_write(struct reply_job *job)
{
    job->finish_reason = STR("stop");
    switch (job->wish->kind) {
    case WISH_DIALOGUE:
        reply_dialogue(job);
        break;
    case WISH_TURN:
        reply_turn(job);
        break;
    case WISH_PLAN:
        reply_plan(job);
        break;
    case WISH_POLISH:
        reply_polish(job);
        break;
    case WISH_VERIFY:
        reply_verdict(job);
        break;
    }
}
