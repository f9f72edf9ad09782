/* grammar.c - see grammar.h.
 *
 * The protocol counts offsets in UTF-16 code units over texts and markup alike;
 * they are turned into bytes of turns by one walk over the turns, for all
 * matches in order of their offsets.
 */
#include "generate/grammar.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "generate/post.h"

enum { MATCHES_MAX = 10000, REPLACEMENT_BYTES_MAX = 400 };
#define URL_BYTES_MAX 2000

static const char *const modes[] = {"correct", "reject", NULL};

static const struct field grammar_fields[] = {
    {"enabled", FIELD_BOOL, offsetof(struct grammar_config, enabled),
     .fallback = "false", .doc = "ask a grammar service about each dialogue"},
    {"url", FIELD_STR, offsetof(struct grammar_config, url),
     .fallback = "\"http://127.0.0.1:8081\"",
     .doc = "address of the service, without /v2/check"},
    {"mode", FIELD_CHOICE, offsetof(struct grammar_config, mode),
     .choices = modes, .fallback = "correct",
     .doc = "correct what it finds, or only reject"},
    {"matches_max", FIELD_NUMBER, offsetof(struct grammar_config, matches_max),
     .min = 0, .max = 1000, .fallback = "10",
     .doc = "matches per 1,000 characters above which a dialogue is rejected"},
    {"skip_categories", FIELD_STRS,
     offsetof(struct grammar_config, skip_categories),
     .fallback = "[TYPOS, STYLE, TYPOGRAPHY, CASING, REDUNDANCY, "
                 "COLLOQUIALISMS, PLAIN_ENGLISH]",
     .doc = "categories of matches that are passed over"},
    {"timeout_ms", FIELD_INT, offsetof(struct grammar_config, timeout_ms),
     .min = 1, .max = 600000, .fallback = "20000", .doc = "for one dialogue"},
    {"reply_bytes_max", FIELD_INT,
     offsetof(struct grammar_config, reply_bytes_max), .min = 1000,
     .max = 100000000, .fallback = "4000000", .doc = "of one answer"},
    {0}};
const struct schema grammar_config_schema = {"grammar rule", grammar_fields,
                                             sizeof(struct grammar_config), 0};

struct grammar {
    struct grammar_config config; /* lists borrowed */
    enum lang lang;
    struct post *post; /* owned */
    struct buf body, reply;
};

struct grammar *grammar_open(const struct grammar_config *config,
                             enum lang lang, struct err *err)
{
    struct buf url;
    buf_init(&url, URL_BYTES_MAX);
    str base = config->url;
    while (str_ends_with(base, STR("/")))
        base.len--;
    buf_add(&url, base);
    buf_add(&url, STR("/v2/check"));
    if (url.full) {
        buf_release(&url);
        err_set(err, ERR_LIMIT, "grammar: the address is too long");
        return NULL;
    }
    struct post *post = post_open(buf_str(&url), config->timeout_ms,
                                  (size_t)config->reply_bytes_max, err);
    buf_release(&url);
    if (!post) {
        err_wrap(err, "grammar");
        return NULL;
    }
    struct grammar *grammar = mem_zero(1, sizeof *grammar);
    grammar->config = *config;
    grammar->lang = lang;
    grammar->post = post;
    buf_init(&grammar->body, BUF_MAX);
    buf_init(&grammar->reply, (size_t)config->reply_bytes_max);
    return grammar;
}

void grammar_close(struct grammar *grammar)
{
    if (!grammar)
        return;
    post_close(grammar->post);
    buf_release(&grammar->body);
    buf_release(&grammar->reply);
    free(grammar);
}

/* --- request --- */

static void add_form_value(struct buf *body, str value)
{
    static const char *const digits = "0123456789ABCDEF";
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || (c && strchr("-._~", c));
        if (plain) {
            buf_add_char(body, (char)c);
            continue;
        }
        buf_add_char(body, '%');
        buf_add_char(body, digits[c >> 4]);
        buf_add_char(body, digits[c & 15]);
    }
}

void grammar_request(struct list turns, enum lang lang, struct buf *body)
{
    struct buf data;
    buf_init(&data, BUF_MAX);
    struct json_out j = json_out(&data);
    json_begin(&j, '{');
    json_key(&j, "annotation");
    json_begin(&j, '[');
    for (size_t i = 0; i < turns.count; i++) {
        if (i) {
            json_begin(&j, '{');
            json_add_str(&j, "markup", STR("\n"));
            json_add_str(&j, "interpretAs", STR("\n\n"));
            json_end(&j, '}');
        }
        json_begin(&j, '{');
        json_add_str(&j, "text", LIST_AT(turns, struct turn, i)->text);
        json_end(&j, '}');
    }
    json_end(&j, ']');
    json_end(&j, '}');
    buf_printf(body, "language=%s&data=", lang_tag(lang));
    add_form_value(body, buf_str(&data));
    buf_release(&data);
}

/* --- answer --- */

struct match {
    uint64_t start, end; /* UTF-16 units of the whole */
    size_t order;        /* in the answer */
    str replacement;     /* ptr NULL: none */
    size_t turn;         /* SIZE_MAX: on a border */
    size_t from, to;     /* bytes of that turn */
};

static bool is_skipped(const struct grammar_config *config, str category)
{
    for (size_t i = 0; i < config->skip_categories.count; i++)
        if (str_equal(*LIST_AT(config->skip_categories, str, i), category))
            return true;
    return false;
}

static bool read_match(const json *item, struct match *match, struct err *err)
{
    int64_t offset = json_int(json_get(item, "offset"), -1);
    int64_t length = json_int(json_get(item, "length"), -1);
    if (offset < 0 || length <= 0 || offset > INT32_MAX || length > INT32_MAX)
        return err_set(err, ERR_FORMAT,
                       "grammar: a match without offset and length");
    *match = (struct match){.start = (uint64_t)offset,
                            .end = (uint64_t)(offset + length),
                            .turn = SIZE_MAX};
    const json *first = json_at(json_get(item, "replacements"), 0);
    const json *value = json_get(first, "value");
    if (json_is_str(value))
        match->replacement = json_str(value, STR(""));
    if (match->replacement.len > REPLACEMENT_BYTES_MAX)
        match->replacement = (str){0};
    return true;
}

static bool read_matches(const json *doc, const struct grammar_config *config,
                         struct vec *matches, struct err *err)
{
    const json *list = json_get(doc, "matches");
    if (!json_is_array(list))
        return err_set(err, ERR_FORMAT, "grammar: an answer without matches");
    JSON_EACH(item, list)
    {
        const json *rule = json_get(item, "rule");
        str category =
            json_str(json_get(json_get(rule, "category"), "id"), STR(""));
        struct match match;
        if (!read_match(item, &match, err))
            return false;
        if (is_skipped(config, category))
            continue;
        if (matches->count == MATCHES_MAX)
            return err_set(err, ERR_LIMIT, "grammar: more than %d matches",
                           MATCHES_MAX);
        match.order = matches->count;
        vec_push(matches, &match);
    }
    return true;
}

static int by_start(const void *left, const void *right)
{
    const struct match *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* Byte of the turn at `units` UTF-16 units; STR_NONE inside a pair or behind
 * the end. */
static size_t byte_at(str text, uint64_t units)
{
    str rest = text;
    while (units > 0 && rest.len) {
        uint32_t c = utf8_next(&rest);
        uint64_t width = c > 0xFFFF ? 2 : 1;
        if (width > units)
            return STR_NONE;
        units -= width;
    }
    return units ? STR_NONE : text.len - rest.len;
}

static uint64_t units_of(str text)
{
    uint64_t units = 0;
    while (text.len)
        units += utf8_next(&text) > 0xFFFF ? 2 : 1;
    return units;
}

/* Gives every match its turn and bytes; false when one lies outside the text.
 */
static bool place_matches(struct list turns, struct vec *matches,
                          struct err *err)
{
    uint64_t start = 0, end = 0;
    size_t next = 0;
    struct match *items = matches->items;
    for (size_t i = 0; i < turns.count; i++) {
        str text = LIST_AT(turns, struct turn, i)->text;
        end = start + units_of(text);
        for (; next < matches->count && items[next].start <= end; next++) {
            struct match *m = &items[next];
            if (m->start < start || m->end > end)
                continue;
            m->from = byte_at(text, m->start - start);
            m->to = byte_at(text, m->end - start);
            if (m->from != STR_NONE && m->to != STR_NONE)
                m->turn = i;
        }
        start = end + 1; /* the markup between two turns */
    }
    for (size_t i = 0; i < matches->count; i++)
        if (items[i].end > end)
            return err_set(err, ERR_FORMAT,
                           "grammar: a match ends at %llu, the text at %llu",
                           (unsigned long long)items[i].end,
                           (unsigned long long)end);
    return true;
}

/* The turn with the corrections of the matches that lie in it. */
static str corrected(str text, size_t turn, const struct vec *matches,
                     struct arena *arena, size_t *count)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    size_t done = 0, made = 0;
    for (size_t i = 0; i < matches->count; i++) {
        const struct match *m = vec_at(matches, i);
        if (m->turn != turn || !m->replacement.ptr || m->from < done)
            continue;
        buf_add(&out, str_slice(text, done, m->from));
        buf_add(&out, m->replacement);
        done = m->to;
        made++;
    }
    buf_add(&out, str_slice(text, done, text.len));
    str result = text;
    if (made && str_trim(buf_str(&out)).len) {
        result = arena_copy(arena, buf_str(&out));
        *count += made;
    }
    buf_release(&out);
    return result;
}

static bool too_many(const struct grammar_config *config, struct list turns,
                     size_t count)
{
    size_t characters = 0;
    for (size_t i = 0; i < turns.count; i++)
        characters += utf8_count(LIST_AT(turns, struct turn, i)->text);
    return (double)count * 1000 > config->matches_max * (double)characters;
}

bool grammar_read(str reply, const struct grammar_config *config,
                  struct list turns, struct arena *arena,
                  struct grammar_outcome *outcome, struct err *err)
{
    memset(outcome, 0, sizeof *outcome);
    outcome->turns = turns;
    json *doc = json_parse(reply, err);
    if (!doc)
        return err_wrap(err, "grammar");
    struct vec matches;
    vec_init(&matches, sizeof(struct match));
    bool ok = read_matches(doc, config, &matches, err);
    if (ok) {
        if (matches.count)
            qsort(matches.items, matches.count, matches.item_bytes, by_start);
        ok = place_matches(turns, &matches, err);
    }
    outcome->match_count = matches.count;
    if (ok && too_many(config, turns, matches.count))
        refine_verdict_set(&outcome->verdict, REFINE_GRAMMAR, 0, 0, 0,
                           "%zu matches are more than %g per 1,000 characters",
                           matches.count, config->matches_max);
    else if (ok && str_equal(config->mode, STR("correct"))) {
        outcome->turns = list_make(arena, turns.count, sizeof(struct turn));
        for (size_t i = 0; i < turns.count; i++) {
            struct turn *turn = LIST_AT(outcome->turns, struct turn, i);
            *turn = *LIST_AT(turns, struct turn, i);
            turn->text = corrected(turn->text, i, &matches, arena,
                                   &outcome->corrected_count);
        }
    }
    vec_release(&matches);
    json_free(doc);
    return ok;
}

/* --- both --- */

bool grammar_ask(struct grammar *grammar, struct list turns, struct buf *reply,
                 struct err *err)
{
    buf_reset(&grammar->body);
    grammar_request(turns, grammar->lang, &grammar->body);
    return post_send(grammar->post, "application/x-www-form-urlencoded",
                     buf_str(&grammar->body), reply, err)
               ? true
               : err_wrap(err, "grammar");
}

bool grammar_check(struct grammar *grammar, struct list turns,
                   struct arena *arena, struct grammar_outcome *outcome,
                   struct err *err)
{
    return grammar_ask(grammar, turns, &grammar->reply, err) &&
           grammar_read(buf_str(&grammar->reply), &grammar->config, turns,
                        arena, outcome, err);
}
