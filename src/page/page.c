/* page.c - see page.h. The body grows in one buffer; head, contents and
 * scripts are put around it when the page is rendered. */
#include "page/page.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/asset.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/version.h"
#include "page/html.h"

struct page {
    struct arena arena;
    str title, subtitle; /* in arena */
    struct buf body;
    struct vec sections; /* str, in arena */
    bool in_tiles;
    size_t open_groups; /* rows and folds not ended yet */
    bool needs_charts;
    unsigned last_id;
};

struct page *page_open(str title, str subtitle)
{
    struct page *p = mem_zero(1, sizeof *p);
    arena_init(&p->arena);
    buf_init(&p->body, PAGE_BYTES_MAX);
    vec_init(&p->sections, sizeof(str));
    p->title = arena_copy(&p->arena, title);
    p->subtitle = arena_copy(&p->arena, subtitle);
    return p;
}

void page_close(struct page *p)
{
    if (!p)
        return;
    buf_release(&p->body);
    vec_release(&p->sections);
    arena_release(&p->arena);
    free(p);
}

static void end_tiles(struct page *p)
{
    if (p->in_tiles)
        buf_add(&p->body, STR("</div>\n"));
    p->in_tiles = false;
}

struct buf *page_body(struct page *p)
{
    end_tiles(p);
    return &p->body;
}

void page_need_charts(struct page *p)
{
    p->needs_charts = true;
}

unsigned page_next_id(struct page *p)
{
    return ++p->last_id;
}

/* <tag>escaped text</tag> */
static void put_element(struct buf *out, const char *tag, str text)
{
    buf_printf(out, "<%s>", tag);
    html_escape(out, text);
    buf_printf(out, "</%s>\n", tag);
}

void page_section(struct page *p, str heading)
{
    assert(p->open_groups == 0);
    struct buf *out = page_body(p);
    if (p->sections.count)
        buf_add(out, STR("</section>\n"));
    *(str *)vec_add(&p->sections) = arena_copy(&p->arena, heading);
    buf_printf(out, "<section id=\"s%zu\">\n", p->sections.count);
    put_element(out, "h2", heading);
}

void page_heading(struct page *p, str heading)
{
    put_element(page_body(p), "h3", heading);
}

void page_paragraph(struct page *p, str text)
{
    put_element(page_body(p), "p", text);
}

static const char *tint_name(enum page_tint tint)
{
    static const char *const names[] = {"neutral", "good", "warn", "bad"};
    return names[tint];
}

void page_notice(struct page *p, enum page_tint tint, str text)
{
    struct buf *out = page_body(p);
    buf_printf(out, "<p class=\"notice %s\">", tint_name(tint));
    html_escape(out, text);
    buf_add(out, STR("</p>\n"));
}

void page_listing(struct page *p, str title, str text)
{
    page_fold_begin(p, title);
    put_element(page_body(p), "pre", text);
    page_fold_end(p);
}

void page_tile(struct page *p, enum page_tint tint, str label, str value,
               str hint)
{
    struct buf *out = &p->body;
    if (!p->in_tiles)
        buf_add(out, STR("<div class=\"tiles\">\n"));
    p->in_tiles = true;
    buf_printf(out, "<div class=\"tile %s\"><span class=\"label\">",
               tint_name(tint));
    html_escape(out, label);
    buf_add(out, STR("</span><span class=\"value\">"));
    html_escape(out, value);
    buf_add(out, STR("</span>"));
    if (hint.len) {
        buf_add(out, STR("<span class=\"hint\">"));
        html_escape(out, hint);
        buf_add(out, STR("</span>"));
    }
    buf_add(out, STR("</div>\n"));
}

void page_row_begin(struct page *p)
{
    buf_add(page_body(p), STR("<div class=\"row\">\n"));
    p->open_groups++;
}

void page_row_end(struct page *p)
{
    assert(p->open_groups > 0);
    p->open_groups--;
    buf_add(page_body(p), STR("</div>\n"));
}

void page_fold_begin(struct page *p, str title)
{
    buf_add(page_body(p), STR("<details class=\"fold\">"));
    put_element(&p->body, "summary", title);
    p->open_groups++;
}

void page_fold_end(struct page *p)
{
    assert(p->open_groups > 0);
    p->open_groups--;
    buf_add(page_body(p), STR("</details>\n"));
}

static void put_table_head(struct buf *out, const struct table *t)
{
    buf_add(out, STR("<thead><tr>"));
    for (size_t i = 0; i < table_column_count(t); i++) {
        buf_printf(out, "<th scope=\"col\"%s>",
                   table_is_right(t, i) ? " class=\"number\"" : "");
        html_escape(out, table_title(t, i));
        buf_add(out, STR("</th>"));
    }
    buf_add(out, STR("</tr></thead>\n<tbody>\n"));
}

static void put_table_row(struct buf *out, const struct table *t, size_t row,
                          const bool *right)
{
    static const char *const classes[] = {"", " class=\"good\"",
                                          " class=\"warn\"", " class=\"bad\"",
                                          " class=\"sum\""};
    buf_printf(out, "<tr%s>", classes[table_tint_of(t, row)]);
    for (size_t i = 0; i < table_column_count(t); i++) {
        buf_add(out, right[i] ? STR("<td class=\"number\">") : STR("<td>"));
        html_escape(out, table_cell(t, row, i));
        buf_add(out, STR("</td>"));
    }
    buf_add(out, STR("</tr>\n"));
}

void page_table(struct page *p, str caption, const struct table *t)
{
    struct buf *out = page_body(p);
    bool right[TABLE_COLUMNS_MAX];
    for (size_t i = 0; i < table_column_count(t); i++)
        right[i] = table_is_right(t, i);
    buf_add(out, STR("<div class=\"scroll\"><table class=\"data\">\n"));
    if (caption.len)
        put_element(out, "caption", caption);
    put_table_head(out, t);
    for (size_t i = 0; i < table_row_count(t); i++)
        put_table_row(out, t, i, right);
    buf_add(out, STR("</tbody></table></div>\n"));
}

static void find_span(const struct page_heat_map *m, double *low, double *high)
{
    *low = m->low;
    *high = m->high;
    if (m->low < m->high)
        return;
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < m->row_count * m->column_count; i++) {
        double value = m->values[i];
        if (!isfinite(value))
            continue;
        *low = value < *low ? value : *low;
        *high = value > *high ? value : *high;
    }
}

static void put_heat_cell(struct buf *out, double value, double low,
                          double high, int decimals)
{
    if (!isfinite(value)) {
        buf_add(out, STR("<td></td>"));
        return;
    }
    double share = high > low ? (value - low) / (high - low) : 1;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    buf_printf(out, "<td%s style=\"--share:%.3f\">%.*f</td>",
               share > 0.72 ? " class=\"hot\"" : "", share, decimals, value);
}

void page_heat_map(struct page *p, const struct page_heat_map *m)
{
    struct buf *out = page_body(p);
    double low, high;
    find_span(m, &low, &high);
    buf_add(out, STR("<div class=\"scroll\"><table class=\"heat\">\n"));
    if (m->title.len)
        put_element(out, "caption", m->title);
    buf_add(out, STR("<thead><tr><td></td>"));
    for (size_t j = 0; j < m->column_count; j++) {
        buf_add(out, STR("<th scope=\"col\"><span>"));
        html_escape(out, m->columns[j]);
        buf_add(out, STR("</span></th>"));
    }
    buf_add(out, STR("</tr></thead>\n<tbody>\n"));
    for (size_t i = 0; i < m->row_count; i++) {
        buf_add(out, STR("<tr><th scope=\"row\">"));
        html_escape(out, m->rows[i]);
        buf_add(out, STR("</th>"));
        for (size_t j = 0; j < m->column_count; j++)
            put_heat_cell(out, m->values[i * m->column_count + j], low, high,
                          m->decimals);
        buf_add(out, STR("</tr>\n"));
    }
    buf_add(out, STR("</tbody></table></div>\n"));
}

/* The role as a class name, or "other" for a word that is no role. */
static const char *role_class(str role)
{
    static const char *const roles[] = {"doctor",   "nurse", "patient",
                                        "relative", "user",  "assistant",
                                        "system"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (str_equal(role, str_of(roles[i])))
            return roles[i];
    return "other";
}

void page_dialogue(struct page *p, const struct page_dialogue *d)
{
    struct buf *out = page_body(p);
    buf_add(out, STR("<article class=\"dialogue\""));
    if (d->lang.len) {
        buf_add(out, STR(" lang=\""));
        html_escape(out, d->lang);
        buf_add_char(out, '"');
    }
    buf_add(out, STR(">\n"));
    if (d->title.len)
        put_element(out, "h4", d->title);
    if (d->badge_count) {
        buf_add(out, STR("<p class=\"badges\">"));
        for (size_t i = 0; i < d->badge_count; i++)
            put_element(out, "span", d->badges[i]);
        buf_add(out, STR("</p>\n"));
    }
    for (size_t i = 0; i < d->turn_count; i++) {
        const struct page_turn *t = &d->turns[i];
        buf_printf(out, "<div class=\"turn %s\"><span class=\"speaker\">",
                   role_class(t->role));
        html_escape(out, t->speaker.len ? t->speaker : t->role);
        buf_add(out, STR("</span><p>"));
        html_escape_marked(out, t->text, d->terms, d->term_count);
        buf_add(out, STR("</p></div>\n"));
    }
    buf_add(out, STR("</article>\n"));
}

static void put_head(struct page *p, str style, struct buf *out)
{
    buf_add(out,
            STR("<!doctype html>\n<html lang=\"en\">\n<head>\n"
                "<meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" "
                "content=\"default-src 'none'; style-src 'unsafe-inline'; "
                "script-src 'unsafe-inline'; img-src data:\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, "
                "initial-scale=1\">\n"
                "<meta name=\"generator\" content=\"anamnesis " //
                ANAMNESIS_VERSION "\">\n"));
    put_element(out, "title", p->title);
    buf_add(out, STR("<style>\n"));
    buf_add(out, style);
    buf_add(out, STR("</style>\n</head>\n<body>\n<header>\n"));
    put_element(out, "h1", p->title);
    if (p->subtitle.len) {
        buf_add(out, STR("<p class=\"subtitle\">"));
        html_escape(out, p->subtitle);
        buf_add(out, STR("</p>\n"));
    }
    buf_add(out, STR("</header>\n"));
}

static void put_contents(struct page *p, struct buf *out)
{
    enum { SECTIONS_WORTH_IT = 3 };
    if (p->sections.count < SECTIONS_WORTH_IT)
        return;
    buf_add(out, STR("<nav aria-label=\"Contents\">\n"));
    for (size_t i = 0; i < p->sections.count; i++) {
        buf_printf(out, "<a href=\"#s%zu\">", i + 1);
        html_escape(out, *(str *)vec_at(&p->sections, i));
        buf_add(out, STR("</a>\n"));
    }
    buf_add(out, STR("</nav>\n"));
}

static bool put_scripts(struct page *p, struct buf *out, struct err *err)
{
    str chart = STR(""), script;
    if ((p->needs_charts &&
         !asset_get("web/chart.js", &chart, &p->arena, err)) ||
        !asset_get("web/page.js", &script, &p->arena, err))
        return false;
    if (chart.len) {
        buf_add(out, STR("<script>\n"));
        buf_add(out, chart);
        buf_add(out, STR("\n</script>\n"));
    }
    buf_add(out, STR("<script>\n"));
    buf_add(out, script);
    buf_add(out, STR("</script>\n"));
    return true;
}

bool page_render(struct page *p, struct buf *out, struct err *err)
{
    assert(p->open_groups == 0);
    str style;
    if (!asset_get("web/page.css", &style, &p->arena, err))
        return false;
    end_tiles(p);
    put_head(p, style, out);
    put_contents(p, out);
    buf_add(out, STR("<main>\n"));
    buf_add(out, buf_str(&p->body));
    if (p->sections.count)
        buf_add(out, STR("</section>\n"));
    buf_add(out, STR("</main>\n"));
    if (!put_scripts(p, out, err))
        return false;
    buf_add(out, STR("</body>\n</html>\n"));
    if (p->body.full || out->full)
        return err_set(err, ERR_LIMIT, "the page is larger than %zu bytes",
                       out->bytes_max);
    return true;
}

bool page_write(struct page *p, const char *path, struct err *err)
{
    struct buf out;
    buf_init(&out, PAGE_BYTES_MAX);
    bool ok = page_render(p, &out, err);
    if (!ok)
        err_wrap(err, "%s", path);
    else
        ok = fs_write_atomic(path, buf_str(&out), err);
    buf_release(&out);
    return ok;
}
