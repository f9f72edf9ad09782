/* packs.c - `anamnesis packs`: check the knowledge packs and show what they
 * hold. */
#include <stdio.h>

#include "base/table.h"
#include "cmd/cmd.h"
#include "knowledge/outline.h"
#include "record/record.h"

static const struct opt options[] = {
    {"lang", 0, "LANG", "language of the names: en (default), zh, nl"},
    {"outline", 0, "NAME", "also check an outline and its seeds"},
    {0}};

static void print(const struct table *table)
{
    struct buf out;
    buf_init(&out, 4 << 20);
    table_write(table, table_style_for(stdout), &out);
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
}

static size_t diseases_of(const struct knowledge *k, str specialty)
{
    size_t count = 0;
    for (size_t i = 0; i < k->diseases.count; i++)
        count += str_equal(LIST_AT(k->diseases, struct disease, i)->specialty,
                           specialty);
    return count;
}

static void print_overview(const struct knowledge *k, enum lang lang)
{
    struct table *table = table_new("specialty", "name", "diseases", NULL);
    for (size_t i = 0; i < k->specialties.count; i++) {
        const struct specialty *s =
            LIST_AT(k->specialties, struct specialty, i);
        table_addf(table, STR_FMT "|" STR_FMT "|%zu", STR_ARG(s->id),
                   STR_ARG(t3_in(&s->name, lang)), diseases_of(k, s->id));
    }
    table_addf(table, "all||%zu", k->diseases.count);
    table_tint(table, TABLE_SUM);
    print(table);
    table_free(table);
    printf("%zu symptoms, %zu tests, %zu drugs: everything fits together\n",
           k->symptoms.count, k->tests.count, k->drugs.count);
}

static void print_texts(const char *name, const struct list *texts,
                        enum lang lang)
{
    for (size_t i = 0; i < texts->count; i++)
        printf("%-14s " STR_FMT "\n", i ? "" : name,
               STR_ARG(t3_in(LIST_AT(*texts, struct t3, i), lang)));
}

static int print_disease(const struct knowledge *k, const char *id,
                         enum lang lang)
{
    const struct disease *d = knowledge_disease(k, str_of(id));
    struct err err = {0};
    if (!d) {
        err_set(&err, ERR_NOT_FOUND, "no disease '%s' in the packs", id);
        return cmd_fail(&err);
    }
    printf(STR_FMT " (ICD-10 " STR_FMT ", " STR_FMT ")\n" STR_FMT "\n\n",
           STR_ARG(t3_in(&d->name, lang)), STR_ARG(d->icd10),
           STR_ARG(d->specialty), STR_ARG(t3_in(&d->explanation, lang)));
    for (size_t i = 0; i < d->symptoms.count; i++) {
        const struct disease_symptom *s =
            LIST_AT(d->symptoms, struct disease_symptom, i);
        printf("%-14s %3.0f %% " STR_FMT " (" STR_FMT ")\n",
               i ? "" : "symptoms", 100 * s->frequency,
               STR_ARG(t3_in(&s->symptom->name, lang)), STR_ARG(s->disclosure));
    }
    print_texts("findings", &d->findings, lang);
    print_texts("treatments", &d->treatments, lang);
    const struct drug *const *drugs = d->drugs.items;
    for (size_t i = 0; i < d->drugs.count; i++)
        printf("%-14s " STR_FMT "\n", i ? "" : "drugs",
               STR_ARG(t3_in(&drugs[i]->name, lang)));
    print_texts("red flags", &d->red_flags, lang);
    print_texts("advice", &d->advice, lang);
    puts("\nGeneral medical knowledge, not for clinical use.");
    return EXIT_STATUS_DONE;
}

static bool check_outline(const struct args *args, const struct knowledge *k,
                          struct err *err)
{
    const char *name = opt_value(args, "outline", NULL);
    if (!name)
        return true;
    struct outline *o = outline_load(name, k, err);
    if (!o)
        return false;
    struct arena arena;
    arena_init(&arena);
    struct list seeds;
    bool ok =
        seeds_load(arena_cstr(&arena, o->lang_id), o, &arena, &seeds, err);
    if (ok)
        printf("outline " STR_FMT ": %zu scenarios, %zu topics, %zu tasks, %zu "
               "levels, %zu seeds\n",
               STR_ARG(o->id), o->scenarios.count, o->topics.count,
               o->tasks.count, o->levels.count, seeds.count);
    arena_release(&arena);
    outline_free(o);
    return ok;
}

static int run(const struct args *args)
{
    static const char *const languages[] = {"zh", "en", "nl", NULL};
    struct err err = {0};
    size_t lang;
    if (!opt_choice(args, "lang", "en", languages, &lang, &err))
        return cmd_fail(&err);
    struct knowledge *k = knowledge_load(&err);
    if (!k)
        return cmd_fail(&err);
    int status = EXIT_STATUS_DONE;
    if (opt_operand_count(args))
        status = print_disease(k, opt_operand(args, 0), (enum lang)lang);
    else
        print_overview(k, (enum lang)lang);
    if (!check_outline(args, k, &err))
        status = cmd_fail(&err);
    knowledge_free(k);
    return status;
}

const struct command cmd_packs = {
    .name = "packs",
    .operands = "[DISEASE]",
    .summary = "check the knowledge packs and show what they hold",
    .options = options,
    .details =
        "With the id of a disease, shows that disease. With --data DIR\n"
        "your own packs are read; a mistake is named with file and line.",
    .examples = "anamnesis packs\nanamnesis packs stable-angina --lang nl\n"
                "anamnesis packs --data my-data",
    .operands_max = 1,
    .run = run,
};
