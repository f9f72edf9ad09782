/* report_view.h - the page of report.h while it is made: the corpora on it, in
 * order of their columns. Inside src/measure only. */
#ifndef MEASURE_REPORT_VIEW_H
#define MEASURE_REPORT_VIEW_H

#include "measure/report.h"
#include "page/page.h"

enum { REPORT_CORPORA_MAX = 8, REPORT_TOP = 20 };

struct view {
    const struct measure_report *report;
    struct corpus *corpora[REPORT_CORPORA_MAX]; /* borrowed; reference last */
    const struct metrics *lists[REPORT_CORPORA_MAX]; /* borrowed */
    str names[REPORT_CORPORA_MAX];
    size_t count;
    struct page *page;
    struct arena arena;
};

/* What the corpora speak about, as heat maps: levels of the vocabularies,
 * specialties, departments, tasks, diseases, symptoms, keywords. */
void report_domain(struct view *view);
/* A drawn record of each corpus, its medical words marked. */
void report_samples(struct view *view);

#endif
