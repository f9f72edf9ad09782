/* leak_page.c - see leak_page.h. Runs are known by their units, which are cut
 * from the folded text; folding the text once more, character by character,
 * tells which bytes of the original they are. */
#include "measure/leak_page.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "measure/units.h"
#include "page/html.h"
#include "page/page.h"
#include "text/normalise.h"

struct side {
    str id;     /* in the page's arena */
    str markup; /* in the page's arena */
    uint32_t turn;
};

struct shown_pair {
    struct leak_match match;
    bool near, chinese;
    size_t units;
    struct side ours, theirs;
};

struct leak_page {
    const struct leak *leak;
    str title;
    struct vec pairs; /* struct shown_pair */
    uint32_t next_source;
    struct arena arena;
};

struct leak_page *leak_page_open(const struct leak *leak, str title)
{
    struct leak_page *page = mem_zero(1, sizeof *page);
    page->leak = leak;
    page->title = title;
    vec_init(&page->pairs, sizeof(struct shown_pair));
    arena_init(&page->arena);
    return page;
}

void leak_page_close(struct leak_page *page)
{
    if (!page)
        return;
    vec_release(&page->pairs);
    arena_release(&page->arena);
    free(page);
}

/* --- marking --- */

struct stretch {
    size_t start, end;
};

/* Bytes of the text whose folded characters are bytes [start, end) of the
 * folded text. False when characters do not fold one by one. */
static bool unfold(str text, str folded, struct stretch wanted,
                   struct stretch *found)
{
    struct buf one;
    size_t at = 0;
    bool same = true;
    buf_init(&one, BUF_MAX);
    *found = (struct stretch){text.len, text.len};
    for (str rest = text; same && rest.len;) {
        str before = rest;
        utf8_next(&rest);
        size_t raw = text.len - before.len, step = before.len - rest.len;
        buf_reset(&one);
        text_fold(str_slice(before, 0, step), &one);
        same =
            str_starts_with(str_slice(folded, at, folded.len), buf_str(&one));
        if (at <= wanted.start && at + one.len > wanted.start)
            found->start = raw;
        if (at < wanted.end && at + one.len >= wanted.end)
            found->end = raw + step;
        at += one.len;
    }
    buf_release(&one);
    return same && at == folded.len;
}

static struct stretch range_of_units(str text, size_t from, size_t count)
{
    struct units u;
    struct stretch range = {0, 0};
    units_init(&u);
    units_cut(&u, text, from + count);
    const struct unit *units = u.units.items;
    bool fits = count > 0 && from + count <= u.units.count;
    if (fits) {
        struct stretch folded = {units[from].start,
                                 units[from + count - 1].end};
        if (!unfold(text, buf_str(&u.folded), folded, &range))
            range = (struct stretch){0, 0};
    }
    units_release(&u);
    return range;
}

/* Hides the canaries too: adds their places to the spans. */
static void find_hidden(const struct leak *leak, str text, enum lang lang,
                        struct personal_scan *scan)
{
    const struct leak_options *o = leak_options(leak);
    personal_find(leak_personal(leak), text, lang, scan);
    for (size_t i = 0; i < o->canary_count; i++) {
        str canary = str_of(o->canaries[i]);
        for (size_t at = 0;
             canary.len && (at = str_find(text, canary, at)) != STR_NONE;
             at += canary.len)
            personal_add_span(scan, at, at + canary.len);
    }
}

/* [start, end) of the text, what is hidden left out, inside <mark> where it
 * lies in the run. */
static void put_piece(str text, struct stretch piece, struct stretch run,
                      struct buf *out)
{
    size_t cuts[4] = {piece.start, run.start, run.end, piece.end};
    for (int i = 1; i < 3; i++) {
        cuts[i] = cuts[i] < piece.start ? piece.start : cuts[i];
        cuts[i] = cuts[i] > piece.end ? piece.end : cuts[i];
    }
    for (int i = 0; i < 3; i++) {
        if (cuts[i] >= cuts[i + 1])
            continue;
        if (i == 1)
            buf_add(out, STR("<mark>"));
        html_escape(out, str_slice(text, cuts[i], cuts[i + 1]));
        if (i == 1)
            buf_add(out, STR("</mark>"));
    }
}

/* What is shown of a long text: LEAK_PAGE_BYTES, and the run in them. */
static struct stretch window_of(str text, struct stretch run)
{
    if (text.len <= LEAK_PAGE_BYTES)
        return (struct stretch){0, text.len};
    size_t length = run.end - run.start, start = run.start;
    size_t around =
        length < LEAK_PAGE_BYTES ? (LEAK_PAGE_BYTES - length) / 2 : 0;
    start = start > around ? start - around : 0;
    start = utf8_cut(text, start);
    size_t end = start + LEAK_PAGE_BYTES;
    end = end < text.len ? utf8_cut(text, end) : text.len;
    return (struct stretch){start, end};
}

void leak_put_marked(const struct leak *leak, str text, enum lang lang,
                     size_t from, size_t count, struct buf *out)
{
    struct personal_scan scan;
    struct stretch run = range_of_units(text, from, count);
    struct stretch shown = window_of(text, run);
    personal_scan_init(&scan);
    find_hidden(leak, text, lang, &scan);
    size_t at = shown.start;
    if (at > 0)
        buf_add(out, STR("… "));
    for (size_t i = 0; i <= scan.spans.count; i++) {
        const struct personal_span *s =
            i < scan.spans.count ? vec_at(&scan.spans, i) : NULL;
        size_t to = s && s->start < shown.end ? s->start : shown.end;
        put_piece(text, (struct stretch){at, to > at ? to : at}, run, out);
        at = to > at ? to : at;
        if (!s || s->start >= shown.end)
            break;
        if (s->end <= shown.start)
            continue;
        buf_add(out, STR("[…]"));
        at = s->end > at ? s->end : at;
    }
    if (shown.end < text.len)
        buf_add(out, STR(" …"));
    personal_scan_release(&scan);
}

/* --- pairs --- */

bool leak_page_wants(const struct leak_page *page,
                     const struct leak_finding *found)
{
    return (found->copy.any || found->near.any) &&
           page->pairs.count < LEAK_PAGE_PAIRS;
}

static struct side side_of(struct leak_page *page, const struct record *record,
                           uint32_t turn, uint32_t from, uint32_t count)
{
    struct buf out;
    struct arena scratch;
    buf_init(&out, BUF_MAX);
    arena_init(&scratch);
    leak_put_marked(page->leak, leak_turn_text(record, turn, &scratch),
                    leak_lang(record), from, count, &out);
    struct side side = {arena_copy(&page->arena, record->id),
                        arena_copy(&page->arena, buf_str(&out)), turn};
    arena_release(&scratch);
    buf_release(&out);
    return side;
}

static void add_pair(struct leak_page *page, const struct record *record,
                     const struct leak_match *m, bool near, size_t units)
{
    if (!m->any)
        return;
    *(struct shown_pair *)vec_add(&page->pairs) = (struct shown_pair){
        .match = *m,
        .near = near,
        .chinese = leak_lang(record) == LANG_ZH,
        .units = units,
        .ours = side_of(page, record, m->turn, m->from, near ? 0 : m->count)};
}

void leak_page_add(struct leak_page *page, const struct record *record,
                   const struct leak_finding *found)
{
    bool same = found->near.any && found->copy.any &&
                found->near.turn == found->copy.turn &&
                found->near.source == found->copy.source &&
                found->near.source_turn == found->copy.source_turn;
    add_pair(page, record, &found->copy, false, found->span);
    if (!same)
        add_pair(page, record, &found->near, true, 0);
}

void leak_page_source(struct leak_page *page, const struct record *record)
{
    uint32_t source = page->next_source++;
    for (size_t i = 0; i < page->pairs.count; i++) {
        struct shown_pair *p = vec_at(&page->pairs, i);
        const struct leak_match *m = &p->match;
        if (m->source == source)
            p->theirs = side_of(page, record, m->source_turn, m->source_from,
                                p->near ? 0 : m->count);
    }
}

/* --- the page --- */

static void put_side(struct page *page, const char *title,
                     const struct side *side)
{
    struct buf *out = page_body(page);
    buf_printf(out, "<div class=\"dialogue\"><p class=\"small\">%s ", title);
    html_escape(out, side->id);
    buf_printf(out, ", turn %u</p>\n<p>", side->turn + 1);
    buf_add(out, side->markup);
    buf_add(out, STR("</p></div>\n"));
}

static void put_pair(struct page *page, const struct shown_pair *p)
{
    char heading[80];
    if (p->near)
        snprintf(heading, sizeof heading, "A near-copied turn");
    else
        snprintf(heading, sizeof heading, "%zu %s copied", p->units,
                 p->chinese ? "characters" : "words");
    page_heading(page, str_of(heading));
    page_row_begin(page);
    put_side(page, "checked:", &p->ours);
    put_side(page, "reference:", &p->theirs);
    page_row_end(page);
}

bool leak_page_write(struct leak_page *page, str verdict, bool passed,
                     const struct table *table, const char *path,
                     struct err *err)
{
    struct page *html = page_open(STR("Leaks"), page->title);
    page_notice(html, passed ? PAGE_GOOD : PAGE_BAD, verdict);
    page_table(html, STR("Findings"), table);
    page_section(html, STR("Copied text"));
    if (page->pairs.count == 0)
        page_paragraph(html, STR("No run is shared with the reference."));
    else
        page_paragraph(
            html, STR("The longest run that a record shares with the "
                      "reference is marked in both texts; [\u2026] stands for "
                      "an identifier or a canary. Stock phrases are marked "
                      "but not counted. Of a long corpus the first 200 "
                      "findings are shown."));
    for (size_t i = 0; i < page->pairs.count; i++)
        put_pair(html, vec_at(&page->pairs, i));
    bool ok = page_write(html, path, err);
    page_close(html);
    return ok;
}
