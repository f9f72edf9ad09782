/* overlap.c - `anamnesis overlap`: BLEU, ROUGE and others of aligned texts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/sink.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/scores.h"
#include "llm/http.h"
#include "measure/embed_score.h"
#include "measure/glossary.h"
#include "measure/label_set.h"
#include "measure/ngram.h"
#include "measure/overlap.h"
#include "measure/phrasing.h"
#include "measure/terms.h"
#include "stat/bootstrap.h"
#include "text/language.h"
#include "text/normalise.h"

static const struct opt options[] = {
    {"tokens", 0, "UNIT",
     "char, word, 13a, zh or space (char for Chinese, else word)"},
    {"metrics", 'm', "LIST", "families or names, separated by commas (all)"},
    {"lang", 0, "LANG", "zh, en or nl (guessed from the references)"},
    {"terms", 0, "FILE", "more entities (forms as in measure --terms)"},
    {"labels", 0, "FILE",
     "labels to find: lines of spelling, label, type, parted by tabs"},
    {"base-url", 0, "URL",
     "endpoint of emb_f1, up to and including /v1 (none: no emb_f1)"},
    {"model", 0, "NAME", "embedding model of emb_f1"},
    {"key-env", 0, "NAME", "environment variable that holds the key"},
    {"key-file", 0, "FILE", "file that holds the key"},
    {"per-text", 0, "FILE", "write the scores of every pair (JSONL)"},
    {"csv", 0, "FILE", "write the list as CSV"},
    {"markdown", 0, "FILE", "write the list as Markdown"},
    {0}};

struct text {
    str id, text;
};

struct job {
    const struct args *args;
    struct vec sides[2]; /* struct text */
    struct arena arena;
    enum lang lang;
    enum overlap_tokens tokens;
    struct overlap_sums *sums;
    struct ngrams distinct[2];
    double entities[3]; /* common, of hypotheses, of references */
    double questions[3];
    struct label_set *labels; /* owned; or NULL */
    double label_counts[LABEL_TYPES_MAX + 1][3];
    struct embed_score *embed; /* owned; or NULL */
    uint64_t terms_name;       /* of --terms; 0 = none */
    size_t unmatched;
    struct metrics list;
    uint64_t seed;
};

/* The answer of a question, else all of a record; "text" of other JSON. */
static bool read_json(struct job *job, str line, struct text *out,
                      struct err *err)
{
    struct record record;
    struct arena *arena = &job->arena;
    if (record_parse(line, arena, &record, err)) {
        bool answered =
            record.kind == RECORD_QUESTION && record.question.answer.len;
        out->id = record.id;
        out->text =
            answered ? record.question.answer : record_text(&record, arena);
        return true;
    }
    json *doc = json_parse(line, err);
    const json *text = json_get(doc, "text");
    bool ok = json_is_str(text);
    if (ok) {
        out->text = arena_copy(arena, json_str(text, STR("")));
        out->id = arena_copy(arena, json_str(json_get(doc, "id"), STR("")));
    } else if (doc) {
        err_set(err, ERR_FORMAT, "neither a record nor a \"text\"");
    }
    json_free(doc);
    return ok;
}

static bool read_side(struct job *job, const char *path, struct vec *texts,
                      struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    bool ok = true;
    for (str line; ok && lines_next(in, &line, &broken);) {
        struct text text = {.text = line};
        if (lines_too_long(in)) {
            ok = err_set(err, ERR_LIMIT,
                         "%s: line %llu is longer than %zu bytes", path,
                         (unsigned long long)lines_number(in), LINES_BYTES_MAX);
        } else if (str_starts_with(line, STR("{"))) {
            ok = read_json(job, line, &text, err) ||
                 err_wrap(err, "%s: line %llu", path,
                          (unsigned long long)lines_number(in));
        } else if (!utf8_is_valid(line)) {
            ok = err_set(err, ERR_FORMAT, "%s: line %llu is no UTF-8", path,
                         (unsigned long long)lines_number(in));
        } else {
            text.text = arena_copy(&job->arena, line);
        }
        if (ok)
            vec_push(texts, &text);
    }
    lines_close(in);
    if (ok && broken.code != ERR_NONE) {
        *err = broken;
        return err_wrap(err, "%s", path);
    }
    if (ok && texts->count == 0)
        return err_set(err, ERR_FORMAT, "%s: found no text", path);
    return ok;
}

static bool index_ids(const struct vec *texts, struct map *index,
                      struct err *err)
{
    for (size_t i = 0; i < texts->count; i++) {
        str id = ((struct text *)vec_at(texts, i))->id;
        if (map_get(index, id, NULL))
            return err_set(err, ERR_CONFLICT,
                           "two references have the id '" STR_FMT "'",
                           STR_ARG(id));
        map_put(index, id, i);
    }
    return true;
}

/* References in the order of the hypotheses: by id where every text has one. */
static bool align(struct job *job, struct vec *pairs, struct err *err)
{
    struct vec *ours = &job->sides[0], *theirs = &job->sides[1];
    bool by_id = true;
    struct map index;
    map_init(&index);
    for (size_t side = 0; side < 2; side++)
        for (size_t i = 0; i < job->sides[side].count; i++)
            by_id =
                by_id && ((struct text *)vec_at(&job->sides[side], i))->id.len;
    bool ok = !by_id || index_ids(theirs, &index, err);
    for (size_t i = 0; ok && i < ours->count; i++) {
        uint64_t at = i;
        if (by_id ? !map_get(&index, ((struct text *)vec_at(ours, i))->id, &at)
                  : i >= theirs->count) {
            job->unmatched++;
            continue;
        }
        size_t pair[2] = {i, (size_t)at};
        vec_push(pairs, pair);
    }
    map_release(&index);
    if (!ok)
        return false;
    if (!by_id && ours->count != theirs->count)
        return err_set(err, ERR_FORMAT,
                       "%zu hypotheses, %zu references, and no ids to align "
                       "them by",
                       ours->count, theirs->count);
    return true;
}

static bool choose(struct job *job, struct err *err)
{
    const char *lang = opt_value(job->args, "lang", NULL);
    size_t kind;
    if (!lang) {
        struct buf sample;
        buf_init(&sample, LANGUAGE_BYTES);
        for (size_t i = 0; i < job->sides[1].count && !sample.full; i++)
            buf_add(&sample, ((struct text *)vec_at(&job->sides[1], i))->text);
        lang = language_guess(buf_str(&sample), NULL);
        buf_release(&sample);
        if (!lang_from_name(str_of(lang), &job->lang))
            job->lang = LANG_EN;
    } else if (!lang_from_name(str_of(lang), &job->lang)) {
        return err_set(err, ERR_USAGE,
                       "--lang: found '%s', allowed: zh, en, nl", lang);
    }
    if (!opt_choice(job->args, "tokens", job->lang == LANG_ZH ? "char" : "word",
                    overlap_token_names, &kind, err))
        return false;
    job->tokens = (enum overlap_tokens)kind;
    return cmd_seed(job->args, &job->seed, err);
}

static void add_distinct(struct job *job, const struct vec *names)
{
    const uint64_t *n = names->items;
    for (size_t i = 0; i < names->count; i++) {
        ngrams_add(&job->distinct[0], n[i]);
        if (i + 1 < names->count)
            ngrams_add(&job->distinct[1],
                       str_hash(str_make((const char *)(n + i), 16)));
    }
}

static void add_entities(struct job *job, struct lexicon_matcher *matcher,
                         const str texts[2])
{
    struct buf folded;
    struct vec found;
    struct map seen[2];
    buf_init(&folded, BUF_MAX);
    vec_init(&found, sizeof(struct lexicon_match));
    for (size_t side = 0; side < 2; side++) {
        map_init(&seen[side]);
        buf_reset(&folded);
        text_fold(texts[side], &folded);
        lexicon_match(matcher, buf_str(&folded), &found);
        for (size_t i = 0; i < found.count; i++) {
            struct lexicon_match *m = vec_at(&found, i);
            map_put(&seen[side],
                    str_make((const char *)&m->term, sizeof m->term), 1);
        }
        job->entities[1 + side] += (double)map_size(&seen[side]);
    }
    for (size_t i = 0; i < map_size(&seen[0]); i++)
        job->entities[0] +=
            map_get(&seen[1], map_entry(&seen[0], i)->key, NULL);
    map_release(&seen[0]);
    map_release(&seen[1]);
    vec_release(&found);
    buf_release(&folded);
}

static bool compare(struct job *job, const struct vec *pairs,
                    struct lexicon_matcher *matcher, struct err *err)
{
    struct words *words;
    struct phrasing *phrasing = phrasing_load(job->lang, err);
    if (!phrasing || !words_open(&words, err)) {
        phrasing_free(phrasing);
        return false;
    }
    struct regex_context *regex = regex_context_new();
    struct vec names[2], chars[2];
    for (size_t s = 0; s < 2; s++) {
        vec_init(&names[s], sizeof(uint64_t));
        vec_init(&chars[s], sizeof(uint64_t));
    }
    for (size_t i = 0; i < pairs->count; i++) {
        const size_t *pair = vec_at(pairs, i);
        str texts[2];
        bool asks[2];
        for (size_t s = 0; s < 2; s++) {
            texts[s] = ((struct text *)vec_at(&job->sides[s], pair[s]))->text;
            overlap_tokens(job->tokens, texts[s], lang_name(job->lang).ptr,
                           words, &names[s]);
            overlap_tokens(OVERLAP_CHAR, texts[s], NULL, words, &chars[s]);
            asks[s] = phrasing_asks(phrasing, regex, texts[s]);
            job->questions[1 + s] += asks[s];
        }
        job->questions[0] += asks[0] && asks[1];
        overlap_add(job->sums,
                    (struct token_list){names[0].items, names[0].count},
                    (struct token_list){names[1].items, names[1].count},
                    (struct token_list){chars[0].items, chars[0].count},
                    (struct token_list){chars[1].items, chars[1].count});
        add_distinct(job, &names[0]);
        add_entities(job, matcher, texts);
        if (job->labels)
            label_set_compare(job->labels, texts[0], texts[1],
                              job->label_counts);
        if (job->embed)
            embed_score_add(job->embed, texts[0], texts[1]);
    }
    for (size_t s = 0; s < 2; s++) {
        vec_release(&names[s]);
        vec_release(&chars[s]);
    }
    regex_context_free(regex);
    words_close(words);
    phrasing_free(phrasing);
    return true;
}

/* The endpoint's vectors of all tokens. */
static bool ask_embeddings(struct job *job, struct err *err)
{
    struct llm_config config;
    str model = str_of(opt_value(job->args, "model", ""));
    if (!job->embed)
        return true;
    if (model.len == 0)
        return err_set(err, ERR_USAGE, "--base-url needs --model");
    if (!llm_config_single(&config,
                           str_of(opt_value(job->args, "base-url", "")), model,
                           &job->arena, err))
        return false;
    struct llm_endpoint_config *endpoint = config.endpoints.items;
    endpoint->key_env = str_of(opt_value(job->args, "key-env", ""));
    endpoint->key_file = str_of(opt_value(job->args, "key-file", ""));
    struct llm *llm = llm_http_open(&config, job->seed, err);
    bool ok = llm && embed_score_ask(job->embed, llm, model, err);
    llm_close(llm);
    return ok || err_wrap(err, "emb_f1");
}

/* --- the list --- */

static void put(struct job *job, const char *family, const char *name,
                double value, const char *why, const char *tag)
{
    char signature[160];
    snprintf(signature, sizeof signature, "%s|nrefs:1|tok:%s|version:1", tag,
             overlap_token_names[job->tokens]);
    if (why)
        metrics_undefined(&job->list, family, name, why, signature);
    else
        metrics_add(&job->list, family, name, value, signature);
}

static void put_bleu(struct job *job)
{
    static const struct {
        enum bleu_smoothing smoothing;
        double value;
        const char *suffix, *tag;
    } kinds[] = {{BLEU_SMOOTH_NONE, 0, "", "none"},
                 {BLEU_SMOOTH_EXP, 0, "_exp", "exp"},
                 {BLEU_SMOOTH_FLOOR, 0.1, "_floor", "floor[0.1]"},
                 {BLEU_SMOOTH_ADD_K, 1, "_add_k", "add-k[1]"}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t n = 1; n <= OVERLAP_ORDERS; n++) {
            char name[32], tag[80];
            double value = 0;
            struct err err = {0};
            snprintf(name, sizeof name, "bleu_%zu%s", n, kinds[k].suffix);
            snprintf(tag, sizeof tag, "BLEU|n:%zu|cumulative|eff:no|smooth:%s",
                     n, kinds[k].tag);
            bool ok = overlap_bleu(job->sums, n, kinds[k].smoothing,
                                   kinds[k].value, &value, &err);
            put(job, "bleu", name, value, ok ? NULL : err.message, tag);
        }
    put(job, "bleu", "brevity_penalty", overlap_brevity(job->sums), NULL, "BP");
}

/* The mean of values that lie `step` doubles apart, with its interval. */
static void put_mean(struct job *job, const char *family, const char *name,
                     const double *values, size_t step, size_t count,
                     const char *tag)
{
    double *own = mem_zero(count + 1, sizeof *own), sum = 0;
    struct interval interval;
    struct bootstrap_plan plan = {1000, 0.95, job->seed};
    for (size_t i = 0; i < count; i++)
        sum += own[i] = values[i * step];
    put(job, family, name, count ? sum / (double)count : 0,
        count ? NULL : "no pairs", tag);
    struct metric *m = vec_at(&job->list.items, job->list.items.count - 1);
    if (count > 1 && count <= 20000 &&
        bootstrap_mean(own, count, &plan, &interval, NULL)) {
        m->has_interval = true;
        m->low = interval.low;
        m->high = interval.high;
    }
    free(own);
}

static void put_rouge(struct job *job)
{
    static const char *const names[] = {"rouge_1", "rouge_2", "rouge_1_set",
                                        "rouge_2_set", "rouge_l"};
    static const char *const tags[] = {
        "ROUGE-1|counts:clipped", "ROUGE-2|counts:clipped",
        "ROUGE-1|counts:set", "ROUGE-2|counts:set", "ROUGE-L|whole-text"};
    static const char *const parts[] = {"p", "r", "f1"};
    for (size_t i = 0; i < 5; i++)
        for (size_t part = 0; part < 3; part++) {
            char name[32], tag[80];
            const struct vec *values = &job->sums->rouge[i];
            snprintf(name, sizeof name, "%s_%s", names[i], parts[part]);
            snprintf(tag, sizeof tag, "%s|%s|mean", tags[i], parts[part]);
            put_mean(job, "rouge", name, (const double *)values->items + part,
                     3, values->count, tag);
        }
}

static void put_prf(struct job *job, const char *family, const char *what,
                    const double counts[3], const char *tag)
{
    double p = counts[1] > 0 ? counts[0] / counts[1] : 0,
           r = counts[2] > 0 ? counts[0] / counts[2] : 0;
    char name[LABEL_TYPE_BYTES_MAX + 16];
    snprintf(name, sizeof name, "%s_p", what);
    put(job, family, name, p, counts[1] > 0 ? NULL : "none in hypotheses", tag);
    snprintf(name, sizeof name, "%s_r", what);
    put(job, family, name, r, counts[2] > 0 ? NULL : "none in references", tag);
    snprintf(name, sizeof name, "%s_f1", what);
    put(job, family, name, p + r > 0 ? 2 * p * r / (p + r) : 0,
        counts[1] + counts[2] > 0 ? NULL : "none in either", tag);
}

/* The labels of the list, all and by type. */
static void put_labels(struct job *job)
{
    size_t types = job->labels ? label_set_type_count(job->labels) : 0;
    for (size_t i = 0; job->labels && i <= types; i++) {
        char what[LABEL_TYPE_BYTES_MAX + 8] = "label",
                                         tag[LABEL_TYPE_BYTES_MAX + 80];
        str type = i < types ? label_set_type(job->labels, i) : STR("all");
        if (i < types)
            snprintf(what, sizeof what, "label_" STR_FMT, STR_ARG(type));
        snprintf(tag, sizeof tag,
                 "LABELS|list:%016llx|type:" STR_FMT "|micro|anywhere",
                 (unsigned long long)label_set_name(job->labels),
                 STR_ARG(type));
        put_prf(job, "labels", what, job->label_counts[i], tag);
    }
}

/* Means over the pairs where both texts have tokens. */
static void put_embedded(struct job *job)
{
    static const char *const names[] = {"emb_p", "emb_r", "emb_f1"};
    struct vec values; /* struct prf */
    vec_init(&values, sizeof(struct prf));
    for (size_t i = 0; job->embed && i < job->sums->pairs; i++) {
        struct prf score = embed_score_pair(job->embed, i);
        if (isfinite(score.f1))
            vec_push(&values, &score);
    }
    for (size_t part = 0; part < 3 && job->embed; part++) {
        char tag[160];
        snprintf(tag, sizeof tag,
                 "%s|model:%.60s|unit:%s|greedy-cosine|no-context|mean",
                 part == 2 ? "EMB-F1" : names[part],
                 opt_value(job->args, "model", ""),
                 job->lang == LANG_ZH ? "char" : "word");
        put_mean(job, "embedding", names[part],
                 (const double *)values.items + part, 3, values.count, tag);
    }
    vec_release(&values);
    if (!job->embed)
        put(job, "embedding", "emb_f1", 0, "no endpoint (--base-url, --model)",
            "EMB-F1|model:none");
}

static void put_rest(struct job *job)
{
    double value = 0;
    struct err err = {0};
    for (size_t n = 1; n <= OVERLAP_ORDERS; n++) {
        char name[32], tag[64];
        const struct vec *values = &job->sums->sentence_bleu;
        snprintf(name, sizeof name, "sentence_bleu_%zu", n);
        snprintf(tag, sizeof tag, "BLEU|sentence-nltk7|weights:only-%zu|mean",
                 n);
        put_mean(job, "bleu", name, (const double *)values->items + n - 1,
                 OVERLAP_ORDERS, values->count, tag);
    }
    put_rouge(job);
    bool ok = overlap_chrf(job->sums, &value, &err);
    put(job, "chrf", "chrf", value, ok ? NULL : err.message,
        "chrF2|nc:6|nw:0|space:no|eff:yes");
    for (size_t n = 0; n < 2; n++) {
        const struct ngrams *t = &job->distinct[n];
        char name[32], tag[64];
        snprintf(name, sizeof name, "distinct_%zu", n + 1);
        snprintf(tag, sizeof tag, "DISTINCT|n:%zu|over:hypotheses", n + 1);
        put(job, "distinct", name,
            t->total ? ngrams_different(t) / (double)t->total : 0,
            t->total ? NULL : "no n-grams", tag);
    }
    char tag[96], more[24] = "";
    if (job->terms_name)
        snprintf(more, sizeof more, "+%016llx",
                 (unsigned long long)job->terms_name);
    snprintf(tag, sizeof tag, "ENTITY|terms:packs%s|micro|distinct-per-text",
             more);
    put_prf(job, "entity", "entity", job->entities, tag);
    put_labels(job);
    put_embedded(job);
    put_prf(job, "pqa", "pqa", job->questions, "PQA|texts-that-ask|micro");
}

static bool is_wanted(const struct args *args, const struct metric *m)
{
    str rest = str_of(opt_value(args, "metrics", "")), word;
    bool all = rest.len == 0;
    while (!all && str_next(&rest, ',', &word))
        all = str_equal(str_trim(word), str_of(m->family)) ||
              str_equal(str_trim(word), str_of(m->name));
    return all;
}

static bool print(struct job *job, struct err *err)
{
    put_bleu(job);
    put_rest(job);
    size_t kept = 0;
    for (size_t i = 0; i < job->list.items.count; i++) {
        struct metric *m = vec_at(&job->list.items, i);
        if (is_wanted(job->args, m))
            *(struct metric *)vec_at(&job->list.items, kept++) = *m;
    }
    job->list.items.count = kept;
    if (kept == 0)
        return err_set(err, ERR_USAGE, "--metrics: no metric of that name");
    const char *name = opt_operand(job->args, 0);
    struct scores scores = {&name, &job->list, 1};
    const char *path = opt_value(job->args, "csv", NULL);
    if (path && !scores_write_csv(&scores, path, err))
        return false;
    path = opt_value(job->args, "markdown", NULL);
    if (path && !scores_write_markdown(&scores, STR(""), path, err))
        return false;
    if (!opt_has(job->args, "json")) {
        scores_print(&scores);
        return true;
    }
    struct buf out;
    buf_init(&out, BUF_MAX);
    struct json_out j = json_out(&out);
    json_begin(&j, '{');
    json_add_int(&j, "pairs", (int64_t)job->sums->pairs);
    json_add_int(&j, "unmatched", (int64_t)job->unmatched);
    json_key(&j, "metrics");
    metrics_write_json(&job->list, &j);
    json_end(&j, '}');
    puts(buf_cstr(&out));
    buf_release(&out);
    return true;
}

/* {"id":…,"rouge_1_f1":…}; the id is the line of the hypothesis where it has
 * none. */
static bool write_texts(struct job *job, const struct vec *pairs,
                        struct err *err)
{
    static const char *const names[] = {"rouge_1_f1", "rouge_2_f1",
                                        "rouge_1_set_f1", "rouge_2_set_f1",
                                        "rouge_l_f1"};
    const char *path = opt_value(job->args, "per-text", NULL);
    struct sink *out = path ? sink_open(path, err) : NULL;
    if (!out)
        return path == NULL;
    struct buf line;
    buf_init(&line, BUF_MAX);
    for (size_t i = 0; i < pairs->count; i++) {
        size_t at = *(const size_t *)vec_at(pairs, i);
        str id = ((struct text *)vec_at(&job->sides[0], at))->id;
        buf_reset(&line);
        struct json_out j = json_out(&line);
        json_begin(&j, '{');
        json_key(&j, "id");
        json_put_str(&j,
                     id.len ? id : arena_printf(&job->arena, "%zu", at + 1));
        for (size_t k = 0; k < 5; k++) {
            const struct prf *p = vec_at(&job->sums->rouge[k], i);
            json_key(&j, names[k]);
            json_put_number(&j, p->f1);
        }
        json_key(&j, "sentence_bleu_4");
        json_put_number(
            &j, ((const double *)vec_at(&job->sums->sentence_bleu, i))[3]);
        json_end(&j, '}');
        buf_add_char(&line, '\n');
        sink_write(out, buf_str(&line));
    }
    buf_release(&line);
    return sink_close(out, err);
}

/* What the options bring: terms, labels, room for embeddings. */
static bool open_extras(struct job *job, struct list *terms, struct err *err)
{
    const char *path = opt_value(job->args, "terms", NULL),
               *labels = opt_value(job->args, "labels", NULL);
    if (path && !terms_read(path, &job->arena, terms, err))
        return false;
    job->terms_name = terms_name(terms);
    if (labels && !(job->labels = label_set_open(labels, err)))
        return false;
    return !opt_has(job->args, "base-url") ||
           (job->embed = embed_score_new(job->lang, err));
}

static bool work(struct job *job, struct err *err)
{
    struct vec pairs;
    struct list extra = {0};
    vec_init(&pairs, sizeof(size_t[2]));
    bool ok = read_side(job, opt_operand(job->args, 0), &job->sides[0], err) &&
              read_side(job, opt_operand(job->args, 1), &job->sides[1], err) &&
              choose(job, err) && align(job, &pairs, err) &&
              open_extras(job, &extra, err);
    struct knowledge *knowledge = ok ? knowledge_load(err) : NULL;
    struct glossary *glossary =
        knowledge ? glossary_open(knowledge, job->lang, &extra, err) : NULL;
    ok = glossary != NULL;
    if (ok) {
        struct lexicon_matcher *matcher =
            lexicon_matcher_new(glossary_lexicon(glossary));
        ok = compare(job, &pairs, matcher, err) && ask_embeddings(job, err) &&
             write_texts(job, &pairs, err) && print(job, err);
        lexicon_matcher_free(matcher);
    }
    glossary_close(glossary);
    if (knowledge)
        knowledge_free(knowledge);
    vec_release(&pairs);
    return ok;
}

static int run(const struct args *args)
{
    struct err err = {0};
    struct job job = {.args = args, .sums = overlap_new()};
    for (size_t s = 0; s < 2; s++) {
        vec_init(&job.sides[s], sizeof(struct text));
        ngrams_init(&job.distinct[s], 1 << 22);
    }
    arena_init(&job.arena);
    metrics_init(&job.list);
    int status = work(&job, &err) ? EXIT_STATUS_DONE : cmd_fail(&err);
    if (status == EXIT_STATUS_DONE && job.unmatched) {
        log_warn("%zu hypotheses have no reference and were left out",
                 job.unmatched);
        status = EXIT_STATUS_PARTIAL;
    }
    for (size_t s = 0; s < 2; s++) {
        vec_release(&job.sides[s]);
        ngrams_release(&job.distinct[s]);
    }
    label_set_close(job.labels);
    embed_score_free(job.embed);
    overlap_free(job.sums);
    metrics_release(&job.list);
    arena_release(&job.arena);
    return status;
}

const struct command cmd_overlap = {
    .name = "overlap",
    .operands = "HYP REF",
    .summary = "BLEU, ROUGE, chrF, distinct and entity scores of aligned texts",
    .options = options,
    .details =
        "Files hold one text a line: plain, {\"id\",\"text\"}, or records "
        "(the\n"
        "answer of a question, all turns of a dialogue). Texts are aligned by\n"
        "id where all have one, by line otherwise. Values are shares (0 to 1).",
    .examples = "anamnesis overlap answers.txt references.txt --tokens char\n"
                "anamnesis overlap hyp.txt ref.txt --tokens 13a -m bleu --json",
    .operands_min = 2,
    .operands_max = 2,
    .run = run,
};
