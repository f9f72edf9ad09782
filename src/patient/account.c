/* account.c - see account.h. */
#include "patient/account.h"

#include <assert.h>

#include "base/fs.h"
#include "base/version.h"
#include "page/page.h"

/* --- journal --- */

struct gathering {
    struct vec *reasons;
    struct arena *arena;
};

static void add_reason(enum state state, str reason, uint64_t count, void *ctx)
{
    struct gathering *g = ctx;
    if (state < STATE_REJECTED)
        return;
    *(struct named_count *)vec_add(g->reasons) = (struct named_count){
        .state = state, .name = arena_copy(g->arena, reason), .count = count};
}

bool account_reasons(struct store *store, struct vec *reasons,
                     struct arena *arena, struct err *err)
{
    struct gathering g = {reasons, arena};
    return store_each_reason(store, add_reason, &g, err);
}

bool account_reject(const struct store_row *row, struct buf *line,
                    struct sink *rejected)
{
    if (row->state != STATE_FAILED && row->state != STATE_REJECTED)
        return true;
    buf_reset(line);
    struct json_out j = json_out(line);
    json_begin(&j, '{');
    json_add_int(&j, "row", (int64_t)row->id);
    json_add_str(&j, "state", str_of(state_name(row->state)));
    json_add_str(&j, "reason", row->reason);
    json_key(&j, "plan");
    json_put_raw(&j, row->plan);
    json_key(&j, "result");
    if (row->result.len)
        json_put_raw(&j, str_trim(row->result));
    else
        json_put_null(&j);
    json_end(&j, '}');
    buf_add_char(line, '\n');
    return sink_write(rejected, buf_str(line));
}

/* --- JSON --- */

static void put_count(struct json_out *j, str name, uint64_t count)
{
    json_key_str(j, name);
    json_put_int(j, (int64_t)count);
}

static void put_reasons(struct json_out *j, const struct account *c,
                        enum state state)
{
    json_key(j, state_name(state));
    json_begin(j, '{');
    for (size_t i = 0; i < c->reasons->count; i++) {
        const struct named_count *r = vec_at(c->reasons, i);
        if (r->state == state)
            put_count(j, r->name, r->count);
    }
    json_end(j, '}');
}

static uint64_t open_rows(const struct account *c)
{
    return c->counts[STATE_PLANNED] + c->counts[STATE_SENT] +
           c->counts[STATE_ANSWERED];
}

static void put_usage(struct json_out *j, const struct store_usage *u)
{
    put_count(j, STR("replies"), u->replies);
    json_key(j, "tokens");
    json_begin(j, '{');
    put_count(j, STR("prompt"), (uint64_t)u->prompt_tokens);
    put_count(j, STR("completion"), (uint64_t)u->completion_tokens);
    json_end(j, '}');
    json_add_number(j, "cost", u->cost);
}

void account_json(const struct account *c, struct json_out *j)
{
    put_count(j, STR("planned"), c->planned);
    put_count(j, STR("accepted"), c->counts[STATE_ACCEPTED]);
    put_reasons(j, c, STATE_REJECTED);
    put_reasons(j, c, STATE_FAILED);
    put_reasons(j, c, STATE_SKIPPED);
    put_count(j, STR("open"), open_rows(c));
    if (c->exclusions) {
        json_key(j, "exclusions");
        json_begin(j, '{');
        for (size_t i = 0; i < c->exclusions->count; i++) {
            const struct named_count *e = vec_at(c->exclusions, i);
            put_count(j, e->name, e->count);
        }
        json_end(j, '}');
    }
    for (size_t i = 0; i < c->numbers->count; i++) {
        const struct named_count *n = vec_at(c->numbers, i);
        put_count(j, n->name, n->count);
    }
    put_usage(j, c->usage);
}

static bool write_json(const struct account *c, struct arena *arena,
                       struct err *err)
{
    struct buf out;
    buf_init(&out, 4 << 20);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    json_add_str(&j, "title", str_of(c->title));
    json_add_str(&j, "engine", str_of(c->engine));
    put_count(&j, STR("seed"), c->seed);
    account_json(c, &j);
    json_end(&j, '}');
    buf_add_char(&out, '\n');
    bool ok = fs_write_atomic(fs_join(arena, c->folder, "report.json"),
                              buf_str(&out), err);
    buf_release(&out);
    return ok;
}

/* --- tables, in both forms --- */

static struct table *states_table(const struct account *c)
{
    struct table *t = table_new("state", "reason", "rows", NULL);
    table_addf(t, "accepted||%llu",
               (unsigned long long)c->counts[STATE_ACCEPTED]);
    for (size_t i = 0; i < c->reasons->count; i++) {
        const struct named_count *r = vec_at(c->reasons, i);
        table_addf(t, "%s|" STR_FMT "|%llu", state_name(r->state),
                   STR_ARG(r->name), (unsigned long long)r->count);
    }
    if (open_rows(c))
        table_addf(t, "not done yet||%llu", (unsigned long long)open_rows(c));
    table_addf(t, "planned||%llu", (unsigned long long)c->planned);
    return t;
}

static struct table *numbers_table(const struct vec *numbers, const char *what)
{
    struct table *t = table_new(what, "count", "meaning", NULL);
    for (size_t i = 0; i < numbers->count; i++) {
        const struct named_count *n = vec_at(numbers, i);
        table_addf(t, STR_FMT "|%llu|" STR_FMT, STR_ARG(n->name),
                   (unsigned long long)n->count, STR_ARG(n->message));
    }
    return t;
}

static const char warning[] =
    "Everyone in it is invented; no real patient's data went in. Not for "
    "clinical use, not medical advice.";

static bool write_page(const struct account *c, struct arena *arena,
                       struct err *err)
{
    struct page *page = page_open(
        str_of(c->title), arena_printf(arena, "engine %s, seed %llu", c->engine,
                                       (unsigned long long)c->seed));
    struct table *states = states_table(c),
                 *numbers = numbers_table(c->numbers, "counted");
    page_paragraph(page, str_of(c->intro));
    page_notice(page, PAGE_WARN, str_of(warning));
    page_section(page, STR("Every planned row"));
    page_table(page, STR(""), states);
    if (c->numbers->count) {
        page_section(page, STR("Counted"));
        page_table(page, STR(""), numbers);
    }
    if (c->exclusions && c->exclusions->count) {
        struct table *t = numbers_table(c->exclusions, "rule");
        page_section(page, STR("Combinations that rules turned away"));
        page_table(page, STR(""), t);
        table_free(t);
    }
    bool ok = page_write(page, fs_join(arena, c->folder, "report.html"), err);
    table_free(states);
    table_free(numbers);
    page_close(page);
    return ok;
}

/* --- README.md --- */

static const char *size_category(uint64_t rows)
{
    return rows < 1000      ? "n<1K"
           : rows < 10000   ? "1K<n<10K"
           : rows < 100000  ? "10K<n<100K"
           : rows < 1000000 ? "100K<n<1M"
                            : "1M<n<10M";
}

static void add_front(const struct account *c, struct buf *out)
{
    buf_add(out, STR("---\n"));
    if (c->lang.len)
        buf_printf(out, "language:\n- " STR_FMT "\n", STR_ARG(c->lang));
    buf_printf(out,
               "pretty_name: \"%s\"\ntags:\n- medical\n- synthetic\n- %s\n"
               "size_categories:\n- %s\nconfigs:\n- config_name: default\n"
               "  data_files:\n  - split: train\n    path: dataset.jsonl\n"
               "---\n\n",
               c->title, c->kind, size_category(c->counts[STATE_ACCEPTED]));
    buf_printf(out,
               "# %s\n\n%s Made with anamnesis %s, engine `%s`, seed %llu.\n\n"
               "%s\n\n",
               c->title, c->intro, ANAMNESIS_VERSION, c->engine,
               (unsigned long long)c->seed, warning);
}

static void add_states(const struct account *c, struct buf *out)
{
    buf_add(out, STR("## Every planned row\n\n| state | reason | rows |\n"
                     "| --- | --- | ---: |\n"));
    buf_printf(out, "| accepted | | %llu |\n",
               (unsigned long long)c->counts[STATE_ACCEPTED]);
    for (size_t i = 0; i < c->reasons->count; i++) {
        const struct named_count *r = vec_at(c->reasons, i);
        buf_printf(out, "| %s | `" STR_FMT "` | %llu |\n", state_name(r->state),
                   STR_ARG(r->name), (unsigned long long)r->count);
    }
    if (open_rows(c))
        buf_printf(out, "| not done yet | | %llu |\n",
                   (unsigned long long)open_rows(c));
    buf_printf(out, "| **planned** | | **%llu** |\n\n",
               (unsigned long long)c->planned);
}

static void add_numbers(const char *heading, const struct vec *numbers,
                        struct buf *out)
{
    buf_printf(out,
               "## %s\n\n| what | count | meaning |\n"
               "| --- | ---: | --- |\n",
               heading);
    for (size_t i = 0; i < numbers->count; i++) {
        const struct named_count *n = vec_at(numbers, i);
        buf_printf(out, "| " STR_FMT " | %llu | " STR_FMT " |\n",
                   STR_ARG(n->name), (unsigned long long)n->count,
                   STR_ARG(n->message));
    }
    buf_add_char(out, '\n');
}

static bool write_readme(const struct account *c, struct arena *arena,
                         struct err *err)
{
    struct buf out;
    buf_init(&out, 4 << 20);
    add_front(c, &out);
    add_states(c, &out);
    if (c->numbers->count)
        add_numbers("Counted", c->numbers, &out);
    if (c->exclusions && c->exclusions->count)
        add_numbers("Combinations that rules turned away", c->exclusions, &out);
    buf_printf(&out,
               "## Files\n\n%s- `rejected.jsonl`: every other row with its "
               "reason\n- `report.html`, `report.json`: these counts\n"
               "- `config.yaml`: the effective configuration\n- `run.db`: the "
               "journal, the truth the others are derived from\n",
               c->files);
    bool ok = fs_write_atomic(fs_join(arena, c->folder, "README.md"),
                              buf_str(&out), err);
    buf_release(&out);
    return ok;
}

bool account_write(const struct account *c, struct err *err)
{
    struct arena arena;
    uint64_t sum = open_rows(c) + c->counts[STATE_ACCEPTED];
    for (size_t i = 0; i < c->reasons->count; i++)
        sum += ((const struct named_count *)vec_at(c->reasons, i))->count;
    assert(sum == c->planned);
    arena_init(&arena);
    bool ok = write_readme(c, &arena, err) && write_json(c, &arena, err) &&
              write_page(c, &arena, err);
    arena_release(&arena);
    return ok;
}
