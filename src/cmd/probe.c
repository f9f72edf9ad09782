/* probe.c - `anamnesis probe`: what an endpoint really supports. */
#include <stdio.h>

#include "base/json.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "llm/probe.h"

enum { BURST_DEFAULT = 16, TIMEOUT_DEFAULT_S = 60 };

static bool read_options(const struct args *args, struct llm_config *config,
                         struct probe_options *options, struct arena *arena,
                         struct err *err)
{
    const char *url = opt_value(args, "base-url", NULL);
    double timeout_s;
    int64_t burst;
    if (!url)
        return err_set(err, ERR_USAGE,
                       "--base-url is missing, such as --base-url "
                       "http://localhost:8000/v1");
    if (!opt_number(args, "timeout", TIMEOUT_DEFAULT_S, 0.001, 3600, &timeout_s,
                    err) ||
        !opt_int(args, "burst", BURST_DEFAULT, 0, PROBE_BURST_MAX, &burst,
                 err) ||
        !llm_config_single(config, str_of(url),
                           str_of(opt_value(args, "model", "")), arena, err))
        return false;
    struct llm_endpoint_config *endpoint = config->endpoints.items;
    endpoint->key_env = str_of(opt_value(args, "key-env", ""));
    endpoint->key_file = str_of(opt_value(args, "key-file", ""));
    endpoint->key_header =
        str_of(opt_value(args, "key-header", "Authorization"));
    endpoint->ca_file = str_of(opt_value(args, "ca-file", ""));
    *options =
        (struct probe_options){.config = config,
                               .burst = (size_t)burst,
                               .timeout_ms = (int64_t)(timeout_s * 1000)};
    return true;
}

static void put_json(const char *url, const struct probe_report *report,
                     struct buf *out)
{
    struct json_out j = json_out(out);
    json_begin(&j, '{');
    json_add_str(&j, "base_url", str_of(url));
    json_add_str(&j, "model", report->model);
    json_key(&j, "models");
    json_begin(&j, '[');
    for (size_t i = 0; i < report->models.count; i++)
        json_put_str(&j, *(str *)vec_at(&report->models, i));
    json_end(&j, ']');
    json_key(&j, "context");
    if (report->context)
        json_put_int(&j, report->context);
    else
        json_put_null(&j);
    json_key(&j, "checks");
    json_begin(&j, '[');
    for (size_t i = 0; i < report->checks.count; i++) {
        const struct probe_check *check = vec_at(&report->checks, i);
        json_begin(&j, '{');
        json_add_str(&j, "name", str_of(check->name));
        json_add_str(&j, "answer", str_of(probe_answer_name(check->answer)));
        json_add_str(&j, "detail", check->detail);
        json_end(&j, '}');
    }
    json_end(&j, ']');
    json_end(&j, '}');
    buf_add_char(out, '\n');
}

static void put_table(const char *url, const struct probe_report *report,
                      struct buf *out)
{
    static const enum table_tint tints[] = {TABLE_GOOD, TABLE_NEUTRAL,
                                            TABLE_WARN, TABLE_NEUTRAL};
    struct table *table = table_new("check", "answer", "detail", NULL);
    for (size_t i = 0; i < report->checks.count; i++) {
        const struct probe_check *check = vec_at(&report->checks, i);
        const str cells[] = {str_of(check->name),
                             str_of(probe_answer_name(check->answer)),
                             check->detail};
        table_add_cells(table, cells, 3);
        table_tint(table, tints[check->answer]);
    }
    buf_printf(out, "%s, model " STR_FMT "\n\n", url, STR_ARG(report->model));
    table_write(table, table_style_for(stdout), out);
    table_free(table);
}

static int run(const struct args *args)
{
    struct arena arena;
    struct err err = {0};
    struct llm_config config;
    struct probe_options options;
    struct probe_report report;
    int status = EXIT_STATUS_DONE;
    arena_init(&arena);
    if (read_options(args, &config, &options, &arena, &err) &&
        probe_run(&options, &arena, &report, &err)) {
        struct buf out;
        buf_init(&out, BUF_MAX);
        const char *url = opt_value(args, "base-url", NULL);
        if (opt_has(args, "json"))
            put_json(url, &report, &out);
        else
            put_table(url, &report, &out);
        fputs(buf_cstr(&out), stdout);
        buf_release(&out);
        probe_report_release(&report);
    } else {
        status = cmd_fail(&err);
    }
    arena_release(&arena);
    return status;
}

static const struct opt options[] = {
    {"base-url", 0, "URL", "address up to and including /v1"},
    {"model", 0, "NAME", "model to ask (the first that is listed)"},
    {"key-env", 0, "NAME", "environment variable that holds the key"},
    {"key-file", 0, "FILE", "file that holds the key"},
    {"key-header", 0, "NAME", "header that carries the key (Authorization)"},
    {"ca-file", 0, "FILE", "certificate authority to trust (PEM)"},
    {"timeout", 0, "SECONDS", "for each request (60)"},
    {"burst", 0, "N", "requests at once to see how it refuses (16; 0: none)"},
    {0}};

const struct command cmd_probe = {
    .name = "probe",
    .operands = "",
    .summary = "find out what an endpoint really supports",
    .options = options,
    .details =
        "Asks an OpenAI-compatible endpoint some ten short questions and\n"
        "tells what it does, not what it says it does: a seed counts when it\n"
        "repeats a text, a JSON schema when the answer has its shape. The key\n"
        "comes from the environment or a file, never from the command line.",
    .examples = "anamnesis probe --base-url http://localhost:8000/v1\n"
                "anamnesis probe --base-url https://example.org/v1 --key-env "
                "API_KEY --model some-model --json",
    .run = run,
};
