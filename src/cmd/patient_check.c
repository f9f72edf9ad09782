/* patient_check.c - `anamnesis patient check`: rules and measures over records
 * of patients and their interviews. */
#include <math.h>
#include <stdio.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/log.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "patient/assess.h"

static const struct opt options[] = {
    {"report", 0, "FILE", "write the measures as an HTML page"},
    {"output", 'o', "FILE",
     "write each broken rule, contradiction and unreadable line as JSON"},
    {0}};

struct check {
    struct assess *assess;
    struct buf sidecar;
    uint64_t unreadable;
};

/* A line of the sidecar; `turn` from 1, 0 where it is about no turn. */
static void add_finding(struct check *c, const str *id,
                        const struct assess_place *place, str rule, size_t turn,
                        str message)
{
    struct json_out j = json_out(&c->sidecar);
    json_begin(&j, '{');
    json_key(&j, "id");
    if (id)
        json_put_str(&j, *id);
    else
        json_put_null(&j);
    json_add_str(&j, "file", str_of(place->file));
    json_add_int(&j, "line", (int64_t)place->line);
    json_add_str(&j, "rule", rule);
    if (turn) {
        json_add_int(&j, "turn", (int64_t)turn);
    }
    json_add_str(&j, "message", message);
    json_end(&j, '}');
    buf_add_char(&c->sidecar, '\n');
}

/* Names the line, ASSESS_UNREADABLE_SHOWN times at most; the sidecar holds
 * all. */
static void note_unreadable(const struct assess_place *place, str reason,
                            void *ctx)
{
    struct check *c = ctx;
    add_finding(c, NULL, place, STR("unreadable"), 0, reason);
    if (c->unreadable++ < ASSESS_UNREADABLE_SHOWN)
        log_warn("%s:%llu: " STR_FMT, place->file,
                 (unsigned long long)place->line, STR_ARG(reason));
    else if (c->unreadable == ASSESS_UNREADABLE_SHOWN + 1)
        log_warn("more unreadable lines; -o FILE lists them all");
}

static void note_contradiction(str id, const struct assess_place *place,
                               size_t turn, str detail, void *ctx)
{
    add_finding(ctx, &id, place, STR("contradiction"), turn, detail);
}

static void note_broken(str id, const struct assess_place *place,
                        const struct constraint *rule, void *ctx)
{
    add_finding(ctx, &id, place, rule->id, 0, rule->message);
}

static bool read_one(struct check *c, const char *path, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    if (fs_is_folder(path)) {
        struct arena paths;
        arena_init(&paths);
        bool ok = read_one(c, fs_join(&paths, path, "dataset.jsonl"), err);
        arena_release(&paths);
        arena_release(&arena);
        return ok;
    }
    struct records *in = records_open(path, err);
    bool ok = in != NULL;
    while (ok) {
        struct record record;
        struct err why = {0};
        arena_reset(&arena);
        enum records_step step = records_next(in, &arena, &record, &why);
        if (step == RECORDS_END)
            break;
        struct assess_place place = {path, records_line(in)};
        if (step == RECORDS_ONE) {
            assess_add(c->assess, &record, &place);
        } else if (step == RECORDS_BAD) {
            assess_add_bad(c->assess, &place, why.message);
        } else {
            ok = err_set(err, why.code, "%s: %s", path, why.message);
        }
    }
    if (in)
        records_close(in);
    arena_release(&arena);
    return ok;
}

static void print_json(const struct assess_result *r)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    json_add_number(&j, "lines", (double)r->lines);
    json_add_number(&j, "patients", (double)r->patients);
    json_add_number(&j, "sound", (double)r->sound);
    json_add_number(&j, "broken", (double)r->broken);
    json_add_number(&j, "unreadable", (double)r->unreadable);
    json_add_number(&j, "dialogues", (double)r->dialogues);
    json_add_number(&j, "variants", (double)r->variants);
    json_add_number(&j, "unaligned", (double)r->unaligned);
    json_add_number(&j, "unmatched", (double)r->unmatched);
    json_add_number(&j, "diagnosis_named", (double)r->leaks);
    json_add_number(&j, "claims", (double)r->claims);
    json_add_number(&j, "contradictions", (double)r->contradictions);
    json_add_number(&j, "reread", (double)r->reread);
    json_add_number(&j, "repeats", (double)r->stability.probes);
    json_add_number(&j, "repeats_compatible", (double)r->stability.compatible);
    json_add_number(&j, "record_distance", r->diversity.distance);
    json_add_number(&j, "symptom_jaccard", r->diversity.symptom_jaccard);
    json_add_number(&j, "distinct_1", r->diversity.distinct[0]);
    json_add_number(&j, "distinct_2", r->diversity.distinct[1]);
    json_add_number(&j, "distinct_3", r->diversity.distinct[2]);
    json_key(&j, "rules");
    json_begin(&j, '{');
    for (size_t i = 0; i < r->rules.count; i++) {
        const struct assess_rule *rule = vec_at(&r->rules, i);
        json_key_str(&j, rule->rule->id);
        json_put_int(&j, (int64_t)rule->broken);
    }
    json_end(&j, '}');
    json_key(&j, "divergence");
    json_begin(&j, '{');
    for (size_t i = 0; i < r->attributes.count; i++) {
        const struct assess_attribute *a = vec_at(&r->attributes, i);
        json_key_str(&j, a->name);
        json_put_number(&j, a->divergence);
    }
    json_end(&j, '}');
    json_key(&j, "unasked");
    json_begin(&j, '{');
    for (size_t i = 0; i < r->styles.count; i++) {
        const struct assess_style *s = vec_at(&r->styles, i);
        json_key_str(&j, s->style);
        json_put_number(&j,
                        s->facts ? (double)s->unasked / (double)s->facts : NAN);
    }
    json_end(&j, '}');
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
}

static void print_table(const struct assess_result *r)
{
    struct table *t = table_new("rule", "records", "message", NULL);
    for (size_t i = 0; i < r->rules.count; i++) {
        const struct assess_rule *rule = vec_at(&r->rules, i);
        table_addf(t, STR_FMT "|%llu|" STR_FMT, STR_ARG(rule->rule->id),
                   (unsigned long long)rule->broken,
                   STR_ARG(rule->rule->message));
        table_tint(t, TABLE_WARN);
    }
    struct buf out;
    buf_init(&out, 1 << 20);
    if (r->rules.count)
        table_write(t, table_style_for(stderr), &out);
    log_info("%s%llu lines; %llu patients: %llu without a broken rule, %llu "
             "with one, %llu "
             "unreadable; %llu dialogues, %llu name the diagnosis",
             buf_cstr(&out), (unsigned long long)r->lines,
             (unsigned long long)r->patients, (unsigned long long)r->sound,
             (unsigned long long)r->broken, (unsigned long long)r->unreadable,
             (unsigned long long)r->dialogues, (unsigned long long)r->leaks);
    table_free(t);
    buf_reset(&out);
    t = table_new("attribute", "entropy", "Jensen-Shannon", NULL);
    for (size_t i = 0; r->patients && i < r->attributes.count; i++) {
        const struct assess_attribute *a = vec_at(&r->attributes, i);
        table_addf(t, STR_FMT "|%.3f|%.5f", STR_ARG(a->name), a->entropy,
                   a->divergence);
    }
    if (r->patients) {
        table_write(t, table_style_for(stderr), &out);
        log_info("%s", buf_cstr(&out));
    }
    table_free(t);
    buf_release(&out);
}

static bool check_all(const struct args *args, struct check *c, struct err *err)
{
    for (size_t i = 0; i < opt_operand_count(args); i++)
        if (!read_one(c, opt_operand(args, i), err))
            return false;
    const char *report = opt_value(args, "report", NULL);
    const char *sidecar = opt_value(args, "output", NULL);
    return (!report || assess_write_page(c->assess, report, err)) &&
           (!sidecar || fs_write_atomic(sidecar, buf_str(&c->sidecar), err));
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct knowledge *k = knowledge_load(&err);
    if (!k)
        return cmd_fail(&err);
    struct check check = {0};
    const struct assess_hooks hooks = {.broken = note_broken,
                                       .contradicting = note_contradiction,
                                       .unreadable = note_unreadable,
                                       .ctx = &check};
    check.assess = assess_open(k, &hooks, &err);
    buf_init(&check.sidecar, BUF_MAX);
    bool ok = check.assess && check_all(args, &check, &err);
    int status = EXIT_STATUS_FAILED;
    if (ok) {
        const struct assess_result *r = assess_finish(check.assess);
        if (opt_has(args, "json"))
            print_json(r);
        print_table(r);
        status = r->broken || r->unreadable || r->leaks || r->contradictions
                     ? EXIT_STATUS_PARTIAL
                     : EXIT_STATUS_DONE;
    } else {
        status = cmd_fail(&err);
    }
    assess_close(check.assess);
    buf_release(&check.sidecar);
    knowledge_free(k);
    return status;
}

const struct command cmd_patient_check = {
    .name = "patient check",
    .operands = "RECORDS|RUN…",
    .summary = "check records of patients by rules, and measure them",
    .options = options,
    .details =
        "Give the records first, then the interviews made from them: the\n"
        "measures of both go into one report. Exit 3 when a rule is broken.",
    .examples =
        "anamnesis patient check runs/patients\n"
        "anamnesis patient check runs/patients runs/interviews --report "
        "check.html",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
