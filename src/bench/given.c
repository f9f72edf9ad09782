/* given.c - see given.h. */
#include "bench/given.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/lines.h"

enum { CHOICES_MAX = 1000, TURNS_MAX = 1000, LETTERS = 26 };

struct desk {
    given_take *take;
    void *ctx;
    struct given_counts *counts;
    str folder; /* of the file: a model of lm-eval */
    struct arena arena;
};

static void give(struct desk *d, const struct given *answer)
{
    d->counts->answers++;
    d->take(answer, d->ctx);
}

static bool take_ours(struct desk *d, const json *line)
{
    const json *text = json_get(line, "answer"), *id = json_get(line, "id"),
               *model = json_get(line, "model"),
               *order = json_get(line, "order");
    struct given g = {.id = json_str(id, STR("")),
                      .model = json_str(model, STR("")),
                      .repeat = json_int(json_get(line, "repeat"), 0),
                      .turn = json_int(json_get(line, "turn"), 0),
                      .answered = json_is_str(text),
                      .text = json_str(text, STR("")),
                      .order = json_str(order, STR(""))};
    if (!json_is_str(id) || !json_is_str(model) || g.repeat < 0 || g.turn < 0 ||
        !(json_is_str(text) || json_is_null(text)))
        return false;
    give(d, &g);
    return true;
}

/* A text as it is, a number as digits. */
static str name_of(struct desk *d, const json *value)
{
    if (json_is_number(value))
        return arena_printf(&d->arena, "%lld", (long long)json_int(value, 0));
    return json_str(value, STR(""));
}

static bool take_mt_bench(struct desk *d, const json *line)
{
    struct given g = {.id = name_of(d, json_get(line, "question_id")),
                      .model = name_of(d, json_get(line, "model_id")),
                      .answered = true};
    const json *choices = json_get(line, "choices");
    if (!g.id.len || !g.model.len || json_count(choices) == 0 ||
        json_count(choices) > CHOICES_MAX)
        return false;
    JSON_EACH(choice, choices)
    {
        const json *turns = json_get(choice, "turns");
        if (json_count(turns) > TURNS_MAX)
            return false;
        g.turn = 0;
        JSON_EACH(turn, turns)
        {
            g.text = json_str(turn, STR(""));
            g.answered = json_is_str(turn);
            give(d, &g);
            g.turn++;
        }
        g.repeat++;
    }
    return true;
}

/* [log-likelihood, …] of an option, or the text of it. */
static bool likelihood_of(const json *entry, double *value)
{
    const json *first = json_is_array(entry) ? json_at(entry, 0) : entry;
    str text = json_str(first, STR(""));
    if (json_is_number(first)) {
        *value = json_number(first, 0);
        return true;
    }
    return json_is_str(first) && str_to_double(text, value);
}

/* The letter of the most likely option; empty when these are no likelihoods. */
static str most_likely(struct desk *d, const json *responses)
{
    size_t index = 0, best = 0;
    double value, top = 0;
    JSON_EACH(entry, responses)
    {
        const json *inner = json_is_array(entry) && json_is_array(entry->child)
                                ? entry->child
                                : entry;
        if (index >= LETTERS || !likelihood_of(inner, &value))
            return STR("");
        if (index == 0 || value > top) {
            best = index;
            top = value;
        }
        index++;
    }
    return index > 1 ? arena_printf(&d->arena, "%c", (int)('A' + best))
                     : STR("");
}

static bool take_lm_eval(struct desk *d, const json *line)
{
    const json *id = json_get(json_get(line, "doc"), "id"),
               *responses = json_get(line, "resps");
    struct given g = {.id = name_of(d, id ? id : json_get(line, "doc_id")),
                      .model = d->folder};
    if (!g.id.len || !g.model.len || json_count(responses) == 0 ||
        json_count(responses) > CHOICES_MAX)
        return false;
    g.answered = true;
    g.order = json_str(json_get(line, "order"), STR(""));
    g.repeat = json_int(json_get(line, "repeat"), 0);
    if (g.repeat < 0)
        return false;
    g.text = most_likely(d, responses);
    if (g.text.len) {
        give(d, &g);
        return true;
    }
    JSON_EACH(entry, responses)
    {
        const json *one = json_is_array(entry) ? entry->child : entry;
        for (; one; one = json_is_array(entry) ? one->next : NULL) {
            g.text = json_str(one, STR(""));
            give(d, &g);
            g.repeat++;
        }
    }
    return true;
}

static bool take_line(struct desk *d, str line)
{
    json *doc = json_parse(line, NULL);
    bool ok = doc && (json_get(doc, "choices") ? take_mt_bench(d, doc)
                      : json_get(doc, "resps") ? take_lm_eval(d, doc)
                                               : take_ours(d, doc));
    json_free(doc);
    return ok;
}

/* "a/b/model/file" → "model" */
static str folder_of(str path)
{
    str folder = STR(""), part;
    for (str rest = path; str_next(&rest, '/', &part);)
        if (rest.len)
            folder = part;
    return folder;
}

bool given_read(const char *path, given_take *take, void *ctx,
                struct given_counts *counts, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct desk d = {take, ctx, counts, folder_of(str_of(path)), {0}};
    arena_init(&d.arena);
    struct err broken = {0};
    for (str line; lines_next(in, &line, &broken);) {
        bool too_long = lines_too_long(in);
        if (!too_long && str_trim(line).len == 0)
            continue;
        arena_reset(&d.arena);
        counts->content = counts->content * 31 + str_hash(line);
        bool ok = !too_long && take_line(&d, line);
        counts->lines += ok;
        counts->bad += !ok;
    }
    lines_close(in);
    arena_release(&d.arena);
    if (broken.code == ERR_NONE)
        return true;
    *err = broken;
    return err_wrap(err, "%s", path);
}
