/* prompt.c - see prompt.h. */
#include "generate/prompt.h"

static const char *const names[PROMPT_COUNT] = {
    "system",     "dialogue",     "propose",     "references",    "role-doctor",
    "role-nurse", "role-patient", "staged-plan", "staged-polish", "verifier"};

bool prompts_load(struct prompts *prompts, const char *lang,
                  struct arena *arena, struct err *err)
{
    prompts->words = fact_words_load(arena, err);
    if (!prompts->words)
        return false;
    for (size_t i = 0; i < PROMPT_COUNT; i++) {
        const char *name =
            arena_printf(arena, "prompts/%s/%s.txt", lang, names[i]).ptr;
        struct prompt_file file;
        if (!prompt_file_load(&file, name, arena, err))
            return false;
        prompts->version[i] = file.version;
        prompts->text[i] = file.text;
    }
    return true;
}

str prompt_label(const struct outline *outline, enum role role)
{
    switch (role_side(role)) {
    case ROLE_DOCTOR:
        return outline->labels.doctor;
    case ROLE_NURSE:
        return outline->labels.nurse;
    default:
        return role == ROLE_RELATIVE ? outline->labels.relative
                                     : outline->labels.patient;
    }
}

/* --- values shared by all templates --- */

enum { VALUES_MAX = 24 };

struct filler {
    const struct prompt_context *context;
    const struct wish *wish;
    struct arena arena;
    struct prompt_value values[VALUES_MAX];
    size_t count;
};

static void set(struct filler *f, const char *name, str value)
{
    f->values[f->count++] = (struct prompt_value){name, value};
}

static void set_number(struct filler *f, const char *name, int64_t value)
{
    set(f, name, arena_printf(&f->arena, "%lld", (long long)value));
}

static str joined(struct filler *f, const struct list *texts, str between)
{
    struct buf out;
    buf_init(&out, 4 << 20);
    for (size_t i = 0; i < texts->count; i++) {
        if (i)
            buf_add(&out, between);
        buf_add(&out, *LIST_AT(*texts, str, i));
    }
    str result = arena_copy(&f->arena, buf_str(&out));
    buf_release(&out);
    return result;
}

static str labels_of(struct filler *f)
{
    const struct labels *l = &f->context->outline->labels;
    str patient = f->wish->persona.by_relative ? l->relative : l->patient;
    str first = l->doctor, second = patient;
    if (f->wish->relation == RELATION_DOCTOR_NURSE)
        second = l->nurse;
    else if (f->wish->relation == RELATION_DOCTOR_DOCTOR)
        second = l->doctor;
    else if (f->wish->relation == RELATION_PATIENT_NURSE)
        first = l->nurse;
    return arena_printf(&f->arena, STR_FMT ", " STR_FMT, STR_ARG(first),
                        STR_ARG(second));
}

static str relation_words(const struct filler *f)
{
    const struct outline_relation *r = f->context->outline->relations.items;
    for (size_t i = 0; i < f->context->outline->relations.count; i++)
        if (r[i].relation == f->wish->relation)
            return r[i].name;
    return relation_name(f->wish->relation);
}

static str excerpt(struct filler *f, const struct outline_task *task)
{
    const struct level *level =
        outline_level(f->context->outline, f->wish->level);
    return arena_printf(&f->arena, STR_FMT "\n" STR_FMT ": " STR_FMT,
                        STR_ARG(level->name), STR_ARG(task->name),
                        STR_ARG(task->description));
}

static str facts(struct filler *f, enum fact_view view, int turns_left)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    facts_write(f->context->prompts->words, f->wish, view, turns_left, &out);
    str result = arena_copy(&f->arena, buf_str(&out));
    buf_release(&out);
    return result;
}

static void start(struct filler *f, const struct prompt_context *context,
                  const struct wish *wish)
{
    *f = (struct filler){.context = context, .wish = wish};
    arena_init(&f->arena);
    const struct outline_task *task =
        outline_task(context->outline, wish->task);
    set(f, "relation", relation_words(f));
    set(f, "scenario", wish->scenario);
    set(f, "topic", wish->topic);
    set(f, "task", task->name);
    set(f, "instruction", wish->instruction);
    set(f, "outline", excerpt(f, task));
    set(f, "labels", labels_of(f));
    set(f, "terms", joined(f, &wish->terms, STR(", ")));
    set_number(f, "turns_min", wish->turns_min);
    set_number(f, "turns_max", wish->turns_max);
    set_number(f, "length_min", wish->length_min);
    set_number(f, "length_max", wish->length_max);
}

static void finish(struct filler *f, enum prompt_name name, struct buf *out)
{
    prompt_fill(f->context->prompts->text[name], f->values, f->count, out);
    arena_release(&f->arena);
}

static str references(struct filler *f)
{
    const struct list *texts = f->context->references;
    if (!texts || texts->count == 0)
        return STR("");
    struct prompt_value value = {"references", joined(f, texts, STR("\n\n"))};
    struct buf out;
    buf_init(&out, 4 << 20);
    prompt_fill(f->context->prompts->text[PROMPT_REFERENCES], &value, 1, &out);
    str result = arena_copy(&f->arena, buf_str(&out));
    buf_release(&out);
    return result;
}

static str turn_plan(struct filler *f)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    facts_write_plan(f->context->prompts->words, f->wish, &out);
    str result = arena_copy(&f->arena, buf_str(&out));
    buf_release(&out);
    return result;
}

/* --- the requests --- */

void prompt_system(const struct prompt_context *context, struct buf *out)
{
    buf_add(out, context->prompts->text[PROMPT_SYSTEM]);
}

void prompt_dialogue(const struct prompt_context *context,
                     const struct wish *wish, struct buf *out)
{
    struct filler f;
    start(&f, context, wish);
    set(&f, "brief", facts(&f, FACTS_WRITER, -1));
    set(&f, "plan", turn_plan(&f));
    set(&f, "examples",
        context->examples ? joined(&f, context->examples, STR("\n\n"))
                          : STR(""));
    set(&f, "references", references(&f));
    finish(&f, PROMPT_DIALOGUE, out);
    if (wish->propose > 0) {
        buf_add(out, STR("\n\n"));
        buf_add(out, context->prompts->text[PROMPT_PROPOSE]);
    }
}

void prompt_turn(const struct prompt_context *context, const struct wish *wish,
                 struct buf *out)
{
    struct filler f;
    start(&f, context, wish);
    struct buf history;
    buf_init(&history, 4 << 20);
    for (size_t i = 0; i < wish->history.count; i++) {
        const struct turn *t = LIST_AT(wish->history, struct turn, i);
        buf_printf(&history, STR_FMT ": " STR_FMT "\n",
                   STR_ARG(prompt_label(context->outline, t->role)),
                   STR_ARG(t->text));
    }
    bool patient = role_side(wish->speaker) == ROLE_PATIENT;
    int left = (int)(wish->turns_max - (int64_t)wish->history.count);
    set(&f, "facts",
        facts(&f, patient ? FACTS_PATIENT : FACTS_CLINICIAN, left));
    set(&f, "history", arena_copy(&f.arena, buf_str(&history)));
    buf_release(&history);
    finish(&f,
           patient                       ? PROMPT_ROLE_PATIENT
           : wish->speaker == ROLE_NURSE ? PROMPT_ROLE_NURSE
                                         : PROMPT_ROLE_DOCTOR,
           out);
}

void prompt_staged_plan(const struct prompt_context *context,
                        const struct wish *wish, struct buf *out)
{
    struct filler f;
    start(&f, context, wish);
    set(&f, "brief", facts(&f, FACTS_WRITER, -1));
    finish(&f, PROMPT_STAGED_PLAN, out);
}

void prompt_polish(const struct prompt_context *context,
                   const struct wish *wish, str draft, str plan,
                   struct buf *out)
{
    struct filler f;
    start(&f, context, wish);
    set(&f, "brief", facts(&f, FACTS_WRITER, -1));
    set(&f, "dialogue", draft);
    set(&f, "plan", plan);
    finish(&f, PROMPT_STAGED_POLISH, out);
}

void prompt_verifier(const struct prompt_context *context,
                     const struct wish *wish, str dialogue, struct buf *out)
{
    struct filler f;
    start(&f, context, wish);
    str case_facts = facts(&f, FACTS_WRITER, -1);
    set(&f, "brief",
        arena_printf(&f.arena, STR_FMT "\n" STR_FMT, STR_ARG(wish->instruction),
                     STR_ARG(case_facts)));
    set(&f, "dialogue", dialogue);
    finish(&f, PROMPT_VERIFIER, out);
}
