/* staged_prompt.c - see staged_prompt.h. */
#include "patient/staged_prompt.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/mem.h"
#include "llm/prompt_file.h"
#include "record/record.h"

enum { PROMPT_BYTES_MAX = 1 << 20, VALUES_MAX = 24 };

static const char *const names[STAGED_ASK_COUNT + 1] = {
    "outline", "story", "examination", "review", "redraft"};

struct staged_prompts {
    struct prompt_file files[STAGED_ASK_COUNT + 1];
    str digest;
    struct arena arena;
};

struct staged_prompts *staged_prompts_open(enum lang lang, struct err *err)
{
    struct staged_prompts *p = mem_zero(1, sizeof *p);
    struct buf all;
    bool ok = true;
    arena_init(&p->arena);
    buf_init(&all, PROMPT_BYTES_MAX);
    for (size_t i = 0; ok && i <= STAGED_ASK_COUNT; i++) {
        str path = arena_printf(&p->arena, "prompts/patient/" STR_FMT "/%s.txt",
                                STR_ARG(lang_name(lang)), names[i]);
        ok = prompt_file_load(&p->files[i], arena_cstr(&p->arena, path),
                              &p->arena, err);
        buf_add(&all, p->files[i].text);
    }
    p->digest = digest_sha256(buf_str(&all), &p->arena);
    buf_release(&all);
    if (ok)
        return p;
    staged_prompts_close(p);
    return NULL;
}

void staged_prompts_close(struct staged_prompts *p)
{
    if (!p)
        return;
    arena_release(&p->arena);
    free(p);
}

str staged_prompts_digest(const struct staged_prompts *p)
{
    return p->digest;
}

/* --- the values of a template --- */

struct filler {
    const struct staged_case *about;
    const struct disease *d;
    enum lang lang;
    struct arena *arena;
    struct buf out; /* one value in the making */
    struct buf scratch;
    struct prompt_value values[VALUES_MAX];
    size_t count;
};

static void set(struct filler *f, const char *name, str value)
{
    f->values[f->count++] =
        (struct prompt_value){name, value.len ? value : STR("-")};
}

static void set_number(struct filler *f, const char *name, double value)
{
    set(f, name, arena_printf(f->arena, "%g", value));
}

/* Takes what was gathered in f->out. */
static void set_gathered(struct filler *f, const char *name)
{
    set(f, name, arena_copy(f->arena, buf_str(&f->out)));
    buf_reset(&f->out);
}

static void gather(struct filler *f, str text)
{
    buf_printf(&f->out, "%s" STR_FMT, f->out.len ? "; " : "", STR_ARG(text));
}

static void set_texts(struct filler *f, const char *name,
                      const struct list *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        gather(f, *LIST_AT(*texts, str, i));
    set_gathered(f, name);
}

/* Examples that name the disease are none: a record may not. */
static void set_t3(struct filler *f, const char *name, const struct list *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        str text = t3_in(LIST_AT(*texts, struct t3, i), f->lang);
        if (!secret_is_told(f->about->room->secrets, f->d, (str){0}, text,
                            &f->scratch))
            gather(f, text);
    }
    set_gathered(f, name);
}

static void set_person(struct filler *f)
{
    const struct patient_background *b = &f->about->patient->background;
    const struct {
        const char *name;
        str value;
    } parts[] = {{"sex", b->sex},
                 {"status", b->status},
                 {"region", b->region},
                 {"education", b->education},
                 {"occupation", b->occupation},
                 {"income", b->income},
                 {"smoking", b->smoking},
                 {"alcohol", b->alcohol},
                 {"diet", b->diet},
                 {"activity", b->activity},
                 {"speaker", b->speaker}};
    buf_printf(&f->out, "age=%g", b->age);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].value.len)
            buf_printf(&f->out, "; %s=" STR_FMT, parts[i].name,
                       STR_ARG(parts[i].value));
    set_gathered(f, "person");
}

static void set_outline(struct filler *f)
{
    const struct patient_outline *o = &f->about->patient->outline;
    set(f, "disease", o->name);
    set(f, "icd10", o->icd10);
    set(f, "severity", o->severity);
    set(f, "summary", o->summary);
    set(f, "presentation", o->presentation);
    set_texts(f, "red_flags", &o->red_flags);
}

static void set_symptoms(struct filler *f)
{
    for (size_t i = 0; i < f->d->symptoms.count; i++) {
        const struct disease_symptom *s =
            LIST_AT(f->d->symptoms, struct disease_symptom, i);
        buf_printf(&f->out, "%s" STR_FMT " = " STR_FMT " (", i ? "; " : "",
                   STR_ARG(s->id), STR_ARG(t3_in(&s->symptom->name, f->lang)));
        for (size_t k = 0; k < s->severity.count; k++)
            buf_printf(&f->out, "%s" STR_FMT, k ? ", " : "",
                       STR_ARG(*LIST_AT(s->severity, str, k)));
        buf_add_char(&f->out, ')');
    }
    set_gathered(f, "symptoms");
    const struct symptom *const *negatives = f->d->negatives.items;
    for (size_t i = 0; i < f->d->negatives.count; i++)
        gather(f, arena_printf(f->arena, STR_FMT " = " STR_FMT,
                               STR_ARG(negatives[i]->id),
                               STR_ARG(t3_in(&negatives[i]->name, f->lang))));
    set_gathered(f, "negatives");
}

static void set_drugs(struct filler *f)
{
    const struct drug *const *drugs = f->d->drugs.items;
    for (size_t i = 0; i < f->d->drugs.count; i++)
        gather(f, arena_printf(f->arena,
                               STR_FMT " = " STR_FMT ", %g " STR_FMT ", %lld",
                               STR_ARG(drugs[i]->id),
                               STR_ARG(t3_in(&drugs[i]->name, f->lang)),
                               drugs[i]->dose.min, STR_ARG(drugs[i]->dose.unit),
                               (long long)drugs[i]->times));
    set_gathered(f, "drugs");
}

static void gather_test(struct filler *f, const struct test *test, str usual)
{
    struct patient_result r = construct_result(
        f->about->room, test, f->about->row, f->about->patient);
    buf_printf(&f->out, "%s" STR_FMT " = " STR_FMT, f->out.len ? "; " : "",
               STR_ARG(r.id), STR_ARG(r.name));
    if (r.unit.len)
        buf_printf(&f->out, ", " STR_FMT ", %g-%g", STR_ARG(r.unit), r.low,
                   r.high);
    if (usual.len)
        buf_printf(&f->out, ", " STR_FMT, STR_ARG(usual));
}

static void set_tests(struct filler *f)
{
    for (int i = 0; i < VITAL_COUNT; i++) {
        const struct test *test = knowledge_test(
            f->about->room->knowledge, str_of(vital_test((enum vital)i)));
        if (test)
            gather_test(f, test, (str){0});
    }
    set_gathered(f, "vitals");
    for (size_t i = 0; i < f->d->tests.count; i++) {
        const struct disease_test *t =
            LIST_AT(f->d->tests, struct disease_test, i);
        str usual = t->numeric ? arena_printf(f->arena, "%g-%g", t->range.low,
                                              t->range.high)
                               : t3_in(&t->result, f->lang);
        gather_test(f, t->test, usual);
    }
    set_gathered(f, "tests");
    set_t3(f, "findings", &f->d->findings);
}

static void set_story(struct filler *f)
{
    const struct patient_complaint *s = &f->about->patient->symptoms;
    for (size_t i = 0; i < s->items.count; i++) {
        const struct patient_symptom *y =
            LIST_AT(s->items, struct patient_symptom, i);
        gather(f,
               arena_printf(f->arena, STR_FMT " (" STR_FMT ", %g d)",
                            STR_ARG(y->name), STR_ARG(y->severity), y->days));
    }
    set_gathered(f, "complaints");
    for (size_t i = 0; i < s->negatives.count; i++)
        gather(f, LIST_AT(s->negatives, struct patient_denial, i)->name);
    set_gathered(f, "denies");
}

/* The whole record but its outline. */
static void set_record(struct filler *f)
{
    struct patient shown = *f->about->patient;
    shown.outline = (struct patient_outline){0};
    patient_write(&shown, &f->out);
    set_gathered(f, "record");
}

static void set_all(struct filler *f, enum staged_ask ask)
{
    set_outline(f);
    set_person(f);
    if (ask == STAGED_STORY) {
        set_symptoms(f);
        set_drugs(f);
        set_t3(f, "history", &f->d->history);
        set_number(f, "days_low", f->d->duration.low);
        set_number(f, "days_high", f->d->duration.high);
    } else if (ask == STAGED_EXAMINATION) {
        set_story(f);
        set_tests(f);
    } else if (ask == STAGED_REVIEW) {
        set_record(f);
    }
}

void staged_prompt(const struct staged_prompts *p, enum staged_ask ask,
                   const struct staged_case *about, struct arena *arena,
                   struct llm_request *request)
{
    struct filler f = {.about = about,
                       .d = about->row->disease,
                       .lang = about->room->lang,
                       .arena = arena};
    struct buf text;
    buf_init(&f.out, PROMPT_BYTES_MAX);
    buf_init(&f.scratch, PROMPT_BYTES_MAX);
    buf_init(&text, 2 * PROMPT_BYTES_MAX);
    set_all(&f, ask);
    prompt_fill(p->files[ask].text, f.values, f.count, &text);
    if (about->fault.len) {
        const struct prompt_value fault = {"fault", about->fault};
        buf_add(&text, STR("\n\n"));
        prompt_fill(p->files[STAGED_ASK_COUNT].text, &fault, 1, &text);
    }
    struct llm_message *message = arena_array(arena, 1, sizeof *message);
    *message =
        (struct llm_message){LLM_USER, arena_copy(arena, buf_str(&text))};
    request->part = ask == STAGED_REVIEW ? LLM_VERIFIER : LLM_WRITER;
    request->messages = message;
    request->message_count = 1;
    buf_release(&text);
    buf_release(&f.out);
    buf_release(&f.scratch);
}
