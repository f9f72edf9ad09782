/* terms.c - see terms.h. XML is read as a stream: Open Dutch WordNet has some
 * hundred megabytes. */
#include "measure/terms.h"

#include <libxml/xmlreader.h>
#include <string.h>

#include "base/lines.h"
#include "base/vec.h"
#include "record/record.h"
#include "text/lexicon.h"

struct found {
    struct vec terms; /* str */
    struct arena *arena;
};

static bool add(struct found *found, str term, struct err *err)
{
    term = str_trim(term);
    if (term.len == 0 || term.len > LEXICON_TERM_BYTES_MAX)
        return true;
    if (found->terms.count >= LEXICON_TERMS_MAX)
        return err_set(err, ERR_LIMIT, "more than %d terms", LEXICON_TERMS_MAX);
    *(str *)vec_add(&found->terms) = arena_copy(found->arena, term);
    return true;
}

/* --- lines --- */

/* RF2: id effectiveTime active moduleId conceptId languageCode typeId term … */
static str rf2_term(str line)
{
    str field = {0}, active = {0};
    for (size_t i = 0; i < 8; i++) {
        if (!str_next(&line, '\t', &field))
            return (str){0};
        if (i == 2)
            active = field;
    }
    return str_equal(active, STR("1")) ? field : (str){0};
}

static bool read_lines(const char *path, struct found *found, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    bool rf2 = false, ok = true;
    for (str line; ok && lines_next(in, &line, &broken);) {
        if (lines_number(in) == 1 &&
            str_starts_with(line, STR("id\teffective"))) {
            rf2 = true;
            continue;
        }
        str term, rest;
        str_cut(line, '\t', &term, &rest);
        ok = add(found, rf2 ? rf2_term(line) : term, err);
    }
    lines_close(in);
    if (!ok || broken.code == ERR_NONE)
        return ok;
    *err = broken;
    return false;
}

/* --- LMF --- */

struct entry {
    str lemma; /* in the arena of entries */
    bool noun, medical;
};

struct lexicon_reader {
    xmlTextReader *xml;
    struct vec entries; /* struct entry */
    struct arena arena;
    bool any_domain;
};

static int read_bytes(void *ctx, char *out, int capacity)
{
    struct err err = {0};
    return (int)source_read(ctx, out, (size_t)capacity, &err);
}

static bool is_medical(const char *domain)
{
    return strcmp(domain, "medicine") == 0 || strcmp(domain, "anatomy") == 0 ||
           strcmp(domain, "pharmacy") == 0;
}

/* The attribute; "" when absent. In the arena. */
static str attribute(struct lexicon_reader *r, const char *name)
{
    xmlChar *value = xmlTextReaderGetAttribute(r->xml, (const xmlChar *)name);
    str copy = arena_copy(&r->arena, str_of(value ? (char *)value : ""));
    xmlFree(value);
    return copy;
}

static bool read_node(struct lexicon_reader *r, struct err *err)
{
    if (xmlTextReaderNodeType(r->xml) != XML_READER_TYPE_ELEMENT)
        return true;
    const char *name = (const char *)xmlTextReaderConstLocalName(r->xml);
    struct entry *last =
        r->entries.count ? vec_at(&r->entries, r->entries.count - 1) : NULL;
    if (strcmp(name, "LexicalEntry") == 0) {
        if (r->entries.count >= LEXICON_TERMS_MAX)
            return err_set(err, ERR_LIMIT, "more than %d entries",
                           LEXICON_TERMS_MAX);
        struct entry *entry = vec_add(&r->entries);
        entry->noun = str_equal(attribute(r, "partOfSpeech"), STR("noun"));
    } else if (last && last->lemma.len == 0 &&
               (strcmp(name, "Lemma") == 0 ||
                strcmp(name, "MultiwordExpression") == 0)) {
        last->lemma = attribute(r, "writtenForm");
        last->noun =
            last->noun || str_equal(attribute(r, "partOfSpeech"), STR("noun"));
    } else if (last && strcmp(name, "Domains") == 0) {
        str domain = attribute(r, "domain");
        r->any_domain = r->any_domain || domain.len > 0;
        last->medical =
            last->medical || is_medical(arena_cstr(&r->arena, domain));
    }
    return true;
}

static bool read_nodes(struct lexicon_reader *r, struct err *err)
{
    int more;
    while ((more = xmlTextReaderRead(r->xml)) == 1)
        if (!read_node(r, err))
            return false;
    if (more < 0)
        return err_set(err, ERR_FORMAT, "line %d: the XML is broken",
                       xmlTextReaderGetParserLineNumber(r->xml));
    return true;
}

static void silent(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
}

static bool read_lmf(const char *path, struct found *found, struct err *err)
{
    struct source *source = source_open(path, err);
    if (!source)
        return false;
    struct lexicon_reader r = {0};
    vec_init(&r.entries, sizeof(struct entry));
    arena_init(&r.arena);
    r.xml = xmlReaderForIO(read_bytes, NULL, source, path, NULL,
                           XML_PARSE_NONET | XML_PARSE_NOERROR |
                               XML_PARSE_NOWARNING);
    xmlTextReaderSetStructuredErrorHandler(r.xml, silent, NULL);
    bool ok = read_nodes(&r, err);
    for (size_t i = 0; ok && i < r.entries.count; i++) {
        const struct entry *entry = vec_at(&r.entries, i);
        if (r.any_domain ? entry->medical : entry->noun)
            ok = add(found, entry->lemma, err);
    }
    if (ok && found->terms.count == 0)
        ok = err_set(err, ERR_FORMAT,
                     "no LexicalEntry with a Lemma in the domains medicine, "
                     "anatomy or pharmacy, and no noun");
    xmlFreeTextReader(r.xml);
    vec_release(&r.entries);
    arena_release(&r.arena);
    source_close(source);
    return ok;
}

static bool is_xml(const char *path, bool *xml, struct err *err)
{
    char head[64];
    struct source *source = source_open(path, err);
    if (!source)
        return false;
    ptrdiff_t count = source_read(source, head, sizeof head, err);
    source_close(source);
    if (count < 0)
        return false;
    str start = str_trim(str_make(head, (size_t)count));
    *xml = str_starts_with(start, STR("<?xml")) ||
           str_starts_with(start, STR("<LexicalResource")) ||
           str_starts_with(start, STR("\xEF\xBB\xBF<"));
    return true;
}

bool terms_read(const char *path, struct arena *arena, struct list *terms,
                struct err *err)
{
    bool xml;
    if (!is_xml(path, &xml, err))
        return false;
    struct found found = {.arena = arena};
    vec_init(&found.terms, sizeof(str));
    bool ok = xml ? read_lmf(path, &found, err) : read_lines(path, &found, err);
    if (ok)
        *terms = list_from_vec(arena, &found.terms);
    else if (xml)
        err_wrap(err, "%s", path);
    vec_release(&found.terms);
    return ok;
}

uint64_t terms_name(const struct list *terms)
{
    uint64_t name = 0;
    for (size_t i = 0; i < terms->count; i++)
        name = name * 0x9E3779B97F4A7C15u + str_hash(*LIST_AT(*terms, str, i));
    return name;
}
