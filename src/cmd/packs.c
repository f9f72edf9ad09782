/* packs.c - `anamnesis packs`: check the knowledge packs and show what they
 * hold. */
#include <stdio.h>

#include "base/asset.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "knowledge/outline.h"
#include "record/record.h"

static const struct opt options[] = {
    {"lang", 0, "LANG", "language of the names: en (default), zh, nl"},
    {"outline", 0, "NAME", "also check an outline and its seeds"},
    {"gaps", 0, "LANG", "texts and files that a language still lacks"},
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
    printf("%zu symptoms, %zu tests, %zu drugs, %zu courses, %zu severity "
           "profiles, %zu contraindications: everything fits together\n",
           k->symptoms.count, k->tests.count, k->drugs.count, k->courses.count,
           k->severity_profiles.count, k->contraindications.count);
}

/* --- as JSON --- */

static void write_overview(const struct knowledge *k, enum lang lang,
                           struct json_out *j)
{
    json_key(j, "specialties");
    json_begin(j, '[');
    for (size_t i = 0; i < k->specialties.count; i++) {
        const struct specialty *s =
            LIST_AT(k->specialties, struct specialty, i);
        json_begin(j, '{');
        json_add_str(j, "id", s->id);
        json_add_str(j, "name", t3_in(&s->name, lang));
        json_add_int(j, "diseases", (int64_t)diseases_of(k, s->id));
        json_end(j, '}');
    }
    json_end(j, ']');
    json_add_int(j, "diseases", (int64_t)k->diseases.count);
    json_add_int(j, "symptoms", (int64_t)k->symptoms.count);
    json_add_int(j, "tests", (int64_t)k->tests.count);
    json_add_int(j, "drugs", (int64_t)k->drugs.count);
}

static void write_texts(struct json_out *j, const char *key,
                        const struct list *texts, enum lang lang)
{
    json_key(j, key);
    json_begin(j, '[');
    for (size_t i = 0; i < texts->count; i++)
        json_put_str(j, t3_in(LIST_AT(*texts, struct t3, i), lang));
    json_end(j, ']');
}

static void write_symptoms(struct json_out *j, const struct disease *d,
                           enum lang lang)
{
    json_key(j, "symptoms");
    json_begin(j, '[');
    for (size_t i = 0; i < d->symptoms.count; i++) {
        const struct disease_symptom *s =
            LIST_AT(d->symptoms, struct disease_symptom, i);
        json_begin(j, '{');
        json_add_str(j, "id", s->id);
        json_add_str(j, "name", t3_in(&s->symptom->name, lang));
        json_add_number(j, "frequency", s->frequency);
        json_add_str(j, "disclosure", s->disclosure);
        json_end(j, '}');
    }
    json_end(j, ']');
}

static void write_disease(const struct disease *d, enum lang lang,
                          struct json_out *j)
{
    json_add_str(j, "id", d->id);
    json_add_str(j, "name", t3_in(&d->name, lang));
    json_add_str(j, "icd10", d->icd10);
    json_add_str(j, "specialty", d->specialty);
    json_add_str(j, "explanation", t3_in(&d->explanation, lang));
    write_symptoms(j, d, lang);
    write_texts(j, "findings", &d->findings, lang);
    write_texts(j, "treatments", &d->treatments, lang);
    json_key(j, "drugs");
    json_begin(j, '[');
    const struct drug *const *drugs = d->drugs.items;
    for (size_t i = 0; i < d->drugs.count; i++)
        json_put_str(j, t3_in(&drugs[i]->name, lang));
    json_end(j, ']');
    write_texts(j, "red_flags", &d->red_flags, lang);
    write_texts(j, "advice", &d->advice, lang);
}

/* --- as text --- */

static void print_texts(const char *name, const struct list *texts,
                        enum lang lang)
{
    for (size_t i = 0; i < texts->count; i++)
        printf("%-14s " STR_FMT "\n", i ? "" : name,
               STR_ARG(t3_in(LIST_AT(*texts, struct t3, i), lang)));
}

static void print_disease(const struct disease *d, enum lang lang)
{
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
}

static void show_json(const struct knowledge *k, const struct disease *d,
                      enum lang lang)
{
    struct buf out;
    buf_init(&out, 4 << 20);
    struct json_out writer = json_out(&out);
    json_begin(&writer, '{');
    if (d)
        write_disease(d, lang, &writer);
    else
        write_overview(k, lang, &writer);
    json_end(&writer, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

/* --- what a language lacks --- */

/* Files come in languages as FOLDER/en/FILE or FOLDER/en.yaml; this is the name
 * in another one, or an empty view. Outlines are named by their users. */
static str in_language(str name, str lang, struct arena *arena)
{
    static const char *const marks[] = {"/en/", "/en.", "-en.", NULL};
    for (size_t i = 0; marks[i]; i++) {
        size_t at = str_find(name, str_of(marks[i]), 0);
        if (at == STR_NONE || str_starts_with(name, STR("outlines/")))
            continue;
        return arena_printf(arena, STR_FMT STR_FMT STR_FMT,
                            STR_ARG(str_slice(name, 0, at + 1)), STR_ARG(lang),
                            STR_ARG(str_slice(name, at + 3, name.len)));
    }
    return (str){0};
}

static void find_missing_files(str lang, struct arena *arena,
                               struct vec *missing)
{
    struct vec names;
    vec_init(&names, sizeof(str));
    asset_list("", "", arena, &names);
    for (size_t i = 0; i < names.count; i++) {
        str own = in_language(*(str *)vec_at(&names, i), lang, arena);
        if (own.len && !asset_exists(own.ptr))
            vec_push(missing, &own);
    }
    vec_release(&names);
}

static size_t diseases_in(const struct knowledge *k, enum lang lang)
{
    size_t count = 0;
    for (size_t i = 0; i < k->diseases.count; i++)
        count += disease_speaks(LIST_AT(k->diseases, struct disease, i), lang);
    return count;
}

static void print_gaps(const struct knowledge *k, enum lang lang,
                       const struct vec *files)
{
    size_t count = 0;
    for (size_t i = 0; i < files->count; i++)
        printf("no file data/" STR_FMT "\n",
               STR_ARG(*(const str *)vec_at(files, i)));
    for (size_t i = 0; i < k->gaps.count; i++) {
        const struct pack_gap *g = LIST_AT(k->gaps, struct pack_gap, i);
        if (g->lang != lang)
            continue;
        printf("%s:%lld: " STR_FMT ": " STR_FMT ": \"" STR_FMT "\"\n", g->file,
               (long long)g->line, STR_ARG(g->id), STR_ARG(g->key),
               STR_ARG(g->english));
        count++;
    }
    printf("%zu texts and %zu files are missing in '" STR_FMT
           "'; %zu of %zu diseases are complete\n",
           count, files->count, STR_ARG(lang_name(lang)), diseases_in(k, lang),
           k->diseases.count);
}

static void write_gap(struct json_out *j, const struct pack_gap *g)
{
    json_begin(j, '{');
    json_add_str(j, "file", str_of(g->file));
    json_add_int(j, "line", g->line);
    json_add_str(j, "id", g->id);
    json_add_str(j, "key", g->key);
    json_add_str(j, "english", g->english);
    json_end(j, '}');
}

static void write_gaps(const struct knowledge *k, enum lang lang,
                       const struct vec *files, struct json_out *j)
{
    json_begin(j, '{');
    json_add_str(j, "lang", lang_name(lang));
    json_add_int(j, "diseases", (int64_t)k->diseases.count);
    json_add_int(j, "complete", (int64_t)diseases_in(k, lang));
    json_key(j, "files");
    json_begin(j, '[');
    for (size_t i = 0; i < files->count; i++)
        json_put_str(j, *(const str *)vec_at(files, i));
    json_end(j, ']');
    json_key(j, "texts");
    json_begin(j, '[');
    for (size_t i = 0; i < k->gaps.count; i++)
        if (LIST_AT(k->gaps, struct pack_gap, i)->lang == lang)
            write_gap(j, LIST_AT(k->gaps, struct pack_gap, i));
    json_end(j, ']');
    json_end(j, '}');
}

static void show_gaps(const struct args *args, const struct knowledge *k,
                      enum lang lang)
{
    struct arena arena;
    struct vec files;
    arena_init(&arena);
    vec_init(&files, sizeof(str));
    find_missing_files(lang_name(lang), &arena, &files);
    if (opt_has(args, "json")) {
        struct buf out;
        buf_init(&out, 64 << 20);
        struct json_out writer = json_out(&out);
        write_gaps(k, lang, &files, &writer);
        puts(buf_cstr(&out));
        buf_release(&out);
    } else {
        print_gaps(k, lang, &files);
    }
    vec_release(&files);
    arena_release(&arena);
}

/* The overview, or the disease that the operand names. */
static bool show(const struct args *args, const struct knowledge *k,
                 enum lang lang, struct err *err)
{
    const char *id = opt_operand_count(args) ? opt_operand(args, 0) : NULL;
    const struct disease *d = id ? knowledge_disease(k, str_of(id)) : NULL;
    if (id && !d)
        return err_set(err, ERR_NOT_FOUND, "no disease '%s' in the packs", id);
    if (opt_has(args, "json"))
        show_json(k, d, lang);
    else if (d)
        print_disease(d, lang);
    else
        print_overview(k, lang);
    return true;
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
    if (ok && !opt_has(args, "json"))
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
    static const char *const languages[] = {LANG_CODES NULL};
    struct err err = {0};
    size_t lang, gaps;
    if (!opt_choice(args, "lang", "en", languages, &lang, &err) ||
        !opt_choice(args, "gaps", "en", languages, &gaps, &err))
        return cmd_fail(&err);
    struct knowledge *k = knowledge_load(&err);
    if (!k)
        return cmd_fail(&err);
    bool ok = true;
    if (opt_has(args, "gaps"))
        show_gaps(args, k, (enum lang)gaps);
    else
        ok = show(args, k, (enum lang)lang, &err) &&
             check_outline(args, k, &err);
    int status = ok ? EXIT_STATUS_DONE : cmd_fail(&err);
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
        "your own packs are read; a mistake is named with file and line. A\n"
        "language that is only begun has the diseases whose texts are all\n"
        "there; --gaps lists what it lacks, with the English text.",
    .examples = "anamnesis packs\nanamnesis packs stable-angina --lang nl\n"
                "anamnesis packs --gaps nl\n"
                "anamnesis packs --data my-data",
    .operands_max = 1,
    .run = run,
};
