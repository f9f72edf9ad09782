/* mask.c - `anamnesis mask`: what a chat template makes of rows, and which
 * characters would be trained on. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/map.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "corpus/rowchat.h"
#include "corpus/template.h"

static const struct opt options[] = {
    {"template", 't', "NAME", "chat template (chatml); see --list"},
    {"assistant", 0, "ROLE", "who speaks as assistant: care or patient (care)"},
    {"limit", 0, "N", "show at most N rows (10; 0 = all)"},
    {"check", 0, NULL, "count only, show no text"},
    {"list", 0, NULL, "list the templates"},
    {0}};

struct job {
    const struct chat_template *template;
    enum role assistant;
    uint64_t limit, rows, good;
    uint64_t characters, trained;
    struct map refused;
    struct masked masked;
    struct buf out;
    bool json, show, colours;
};

static size_t trained_characters(const struct masked *m)
{
    size_t count = 0;
    str text = buf_str(&m->text);
    for (size_t i = 0; i < m->spans.count; i++) {
        const struct span *s = vec_at(&m->spans, i);
        count += utf8_count(str_slice(text, s->from, s->to));
    }
    return count;
}

static void show_json(struct job *job, str id, const char *reason)
{
    str text = buf_str(&job->masked.text);
    struct json_out j = json_out(&job->out);
    json_begin(&j, '{');
    json_add_str_or_null(&j, "id", id);
    json_add_str(&j, "template", str_of(job->template->name));
    json_add_str(&j, "text", text);
    json_add_int(&j, "characters", (int64_t)utf8_count(text));
    json_key(&j, "trained");
    json_begin(&j, '[');
    for (size_t i = 0; i < job->masked.spans.count; i++) {
        const struct span *s = vec_at(&job->masked.spans, i);
        json_begin(&j, '[');
        json_put_int(&j, (int64_t)utf8_count(str_slice(text, 0, s->from)));
        json_put_int(&j, (int64_t)utf8_count(str_slice(text, 0, s->to)));
        json_end(&j, ']');
    }
    json_end(&j, ']');
    json_add_str_or_null(&j, "refused", str_of(reason));
    json_end(&j, '}');
    buf_add_char(&job->out, '\n');
}

/* Trained text in green on a terminal, between ⟦ and ⟧ elsewhere. */
static void show_text(struct job *job, str id, const char *reason)
{
    str text = buf_str(&job->masked.text);
    size_t at = 0;
    buf_printf(&job->out, "--- " STR_FMT "%s%s\n", STR_ARG(id),
               reason ? "  refused: " : "", reason ? reason : "");
    for (size_t i = 0; i < job->masked.spans.count; i++) {
        const struct span *s = vec_at(&job->masked.spans, i);
        if (job->colours)
            buf_add(&job->out, STR("\x1b[2m"));
        buf_add(&job->out, str_slice(text, at, s->from));
        buf_add(&job->out, job->colours ? STR("\x1b[0;32m") : STR("⟦"));
        buf_add(&job->out, str_slice(text, s->from, s->to));
        buf_add(&job->out, job->colours ? STR("\x1b[0m") : STR("⟧"));
        at = s->to;
    }
    buf_add(&job->out, str_slice(text, at, text.len));
    buf_add_char(&job->out, '\n');
}

static void one_row(const struct rowchat *row, void *ctx)
{
    struct job *job = ctx;
    const char *reason = row->fault;
    job->rows++;
    buf_reset(&job->masked.text);
    vec_reset(&job->masked.spans);
    if (!reason)
        template_render(job->template, row->messages, &job->masked, &reason);
    if (reason)
        map_count(&job->refused, str_of(reason), 1);
    else
        job->good++;
    job->characters += utf8_count(buf_str(&job->masked.text));
    job->trained += trained_characters(&job->masked);
    if (!job->show || (job->limit && job->rows > job->limit))
        return;
    buf_reset(&job->out);
    if (job->json)
        show_json(job, row->id, reason);
    else
        show_text(job, row->id, reason);
    fwrite(job->out.ptr, 1, job->out.len, stdout);
}

static bool read_options(const struct args *args, struct job *job,
                         struct err *err)
{
    static const char *const sides[] = {"care", "doctor", "patient", NULL};
    const char *names[32];
    size_t side, which;
    int64_t limit;
    for (size_t i = 0; i < template_count; i++)
        names[i] = template_table[i].name;
    names[template_count] = NULL;
    if (!opt_choice(args, "template", "chatml", names, &which, err) ||
        !opt_choice(args, "assistant", "care", sides, &side, err) ||
        !opt_int(args, "limit", 10, 0, INT64_MAX, &limit, err))
        return false;
    job->template = &template_table[which];
    job->assistant = side == 2 ? ROLE_PATIENT : ROLE_NONE;
    job->limit = (uint64_t)limit;
    job->json = opt_has(args, "json");
    job->show = !opt_has(args, "check");
    job->colours = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
    return opt_operand_count(args) > 0 ||
           err_set(err, ERR_USAGE, "at least one file is needed");
}

static void tell(const struct job *job)
{
    log_info("%" PRIu64 " rows: %" PRIu64 " fit, %" PRIu64
             " refused; %.1f %% of %" PRIu64 " characters are trained on",
             job->rows, job->good, job->rows - job->good,
             job->characters
                 ? 100.0 * (double)job->trained / (double)job->characters
                 : 0.0,
             job->characters);
    for (size_t i = 0; i < map_size(&job->refused); i++)
        log_info("  refused " STR_FMT ": %" PRIu64,
                 STR_ARG(map_entry(&job->refused, i)->key),
                 map_entry(&job->refused, i)->value);
}

static int list_templates(void)
{
    for (size_t i = 0; i < template_count; i++)
        printf("%-10s %s\n", template_table[i].name,
               template_table[i].families);
    return EXIT_STATUS_DONE;
}

static int run(const struct args *args)
{
    if (opt_has(args, "list"))
        return list_templates();
    struct err err = {0};
    struct job job = {0};
    if (!read_options(args, &job, &err))
        return cmd_fail(&err);
    map_init(&job.refused);
    masked_init(&job.masked);
    buf_init(&job.out, BUF_MAX);
    bool ok = true;
    for (size_t i = 0; ok && i < opt_operand_count(args); i++)
        ok = rowchat_each(opt_operand(args, i), job.assistant, one_row, &job,
                          &err);
    int status = EXIT_STATUS_DONE;
    if (!ok)
        status = cmd_fail(&err);
    else if (job.good == 0) {
        log_error("no row fits");
        status = EXIT_STATUS_FAILED;
    } else if (job.good < job.rows)
        status = EXIT_STATUS_PARTIAL;
    if (ok)
        tell(&job);
    map_release(&job.refused);
    masked_release(&job.masked);
    buf_release(&job.out);
    return status;
}

const struct command cmd_mask = {
    .name = "mask",
    .operands = "FILE…",
    .summary = "show which characters of rows a model would be trained on",
    .options = options,
    .details =
        "Reads records, or rows with messages, conversations, or instruction "
        "and output.\nTrained text is green on a terminal and stands between "
        "⟦ and ⟧ elsewhere; --json gives\nthe rendered text and the trained "
        "spans in characters. Rows without trained text, with\nbroken "
        "alternation, empty turns, or a mask over all or nothing are refused "
        "by name.",
    .examples = "anamnesis mask train.jsonl -t llama3 --limit 3\n"
                "anamnesis mask train.json -t qwen --check",
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .run = run,
};
