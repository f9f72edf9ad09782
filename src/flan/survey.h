/* survey.h - a questionnaire on what doctors need: which answers are valid, and
 * the mean rating of every task.
 *
 *     struct survey survey;
 *     if (!survey_read("answers.csv", "seconds", &survey, &err)) …
 *     for (size_t i = 0; i < survey.items.count; i++) …
 *     survey_release(&survey);
 *
 * The file has one row a respondent, a column with the seconds taken, and
 * rating columns: all columns in which at least one cell is a number and none
 * is a text, but for the time and a column called id. The published rules
 * decide: an answer is valid when it took more than a third of the mean time of
 * all, and when its ratings are not all the same (straight-lining). Rows
 * without a time, or with fewer than two ratings, are invalid too.
 */
#ifndef FLAN_SURVEY_H
#define FLAN_SURVEY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/schema.h"

struct survey_item {
    str name;
    uint64_t ratings;
    double mean, sd; /* sd: sample; NAN below two */
};

struct survey {
    uint64_t rows, valid, too_fast, straight, no_time, too_few, faulty;
    double mean_seconds;
    struct list items; /* struct survey_item, in order of the columns */
    struct arena arena;
};

MUST_USE bool survey_read(const char *path, const char *time_column,
                          struct survey *survey, struct err *err);
void survey_release(struct survey *survey);

#endif
