/* page.h - build a report as one self-contained HTML file.
 *
 *     struct page *p = page_open(STR("Run mct-1"), STR("20,000 dialogues"));
 *     page_section(p, STR("What happened"));
 *     page_tile(p, PAGE_GOOD, STR("accepted"), STR("19,204"), STR("96 %"));
 *     page_tile(p, PAGE_BAD, STR("rejected"), STR("796"), STR(""));
 *     page_paragraph(p, STR("Every planned row is accounted for."));
 *     page_table(p, STR("Reasons"), table);          // base/table.h
 *     page_row_begin(p);                             // side by side
 *     page_chart(p, &chart);                         // page/chart.h
 *     page_histogram(p, &(struct page_histogram){…});
 *     page_row_end(p);
 *     page_dialogue(p, &dialogue);
 *     bool ok = page_write(p, "run/report.html", &err);
 *     page_close(p);
 *
 * The file holds its style, its script and (when there is a chart) Chart.js;
 * a content security policy in its head forbids any network access. It follows
 * the reader's light or dark preference, prints in light colours, and without
 * scripts still shows the numbers behind every chart. All text is escaped
 * here; callers pass it as it came. A page is at most PAGE_BYTES_MAX. One
 * thread at a time.
 */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/table.h"

#define PAGE_BYTES_MAX ((size_t)256 << 20)

struct page;

enum page_tint { PAGE_NEUTRAL, PAGE_GOOD, PAGE_WARN, PAGE_BAD };

struct page *page_open(str title, str subtitle);
void page_close(struct page *page);

/* The whole page, written beside the target and renamed into place. */
MUST_USE bool page_write(struct page *page, const char *path, struct err *err);
/* The whole page appended to out; ERR_LIMIT when it is too large. */
MUST_USE bool page_render(struct page *page, struct buf *out, struct err *err);

/* Text. A section also appears in the list of contents. */
void page_section(struct page *page, str heading);
void page_heading(struct page *page, str heading); /* below a section */
void page_paragraph(struct page *page, str text);
void page_notice(struct page *page, enum page_tint tint, str text);
/* Text as it is, in a fixed-width box that can be folded: raw replies,
 * configurations. */
void page_listing(struct page *page, str title, str text);

/* A key figure; consecutive tiles stand in one row. `hint` is the small line
 * below the value, "" for none. */
void page_tile(struct page *page, enum page_tint tint, str label, str value,
               str hint);

/* What is added between the two stands side by side where there is room. */
void page_row_begin(struct page *page);
void page_row_end(struct page *page);
/* What is added between the two is folded away under a title. */
void page_fold_begin(struct page *page, str title);
void page_fold_end(struct page *page);

/* A table; a click on a column title sorts. `caption` may be "". */
void page_table(struct page *page, str caption, const struct table *table);

/* Values in cells whose colour grows with the value. Rows × columns values,
 * row after row; NAN is an empty cell. Colours span [low, high]; low = high
 * takes the smallest and largest value. */
struct page_heat_map {
    str title;
    const str *rows;
    size_t row_count;
    const str *columns;
    size_t column_count;
    const double *values;
    double low, high;
    int decimals;
};
void page_heat_map(struct page *page, const struct page_heat_map *map);

/* One dialogue as speech bubbles: `role` is a role word of the records
 * (patient and relative stand left, the others right); `terms` are marked in
 * the texts. */
struct page_turn {
    str role;
    str speaker; /* shown; "" = the role */
    str text;
};
struct page_dialogue {
    str title;
    str lang;          /* "zh", "en", "nl", or "" */
    const str *badges; /* small facts below the title */
    size_t badge_count;
    const struct page_turn *turns;
    size_t turn_count;
    const str *terms;
    size_t term_count;
};
void page_dialogue(struct page *page, const struct page_dialogue *dialogue);

/* For what this header does not offer: the body, to which a caller may append
 * markup that is already safe (html.h). */
struct buf *page_body(struct page *page);
/* The page needs Chart.js. Called by chart.c. */
void page_need_charts(struct page *page);
/* A number that was not used on this page before. */
unsigned page_next_id(struct page *page);

#endif
