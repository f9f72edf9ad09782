/* export_private.h - what the writers in export_*.c share. */
#ifndef CORPUS_EXPORT_PRIVATE_H
#define CORPUS_EXPORT_PRIVATE_H

#include "base/json.h"
#include "corpus/export.h"
#include "corpus/losses.h"

struct export
{
    const struct export_options *options;
    struct export_report *report;
    struct sink *data, *rejects;
    struct sink *extra[3]; /* further files of a format; owned */
    struct arena arena;    /* of the present record */
    struct vec messages;   /* struct message: as the format may have them */
    struct buf line;       /* the row being written */
    uint64_t number;       /* of the row, from 0 */
};

/* Counts something mended or lost. */
void export_note(struct export *x, const char *remark, uint64_t times);
/* "meta":[["record","…"], own pairs…] */
void export_meta(struct json_out *j, const struct record *record);
/* [{"role","content"}, …] of the messages from..to. */
void export_messages(struct export *x, struct json_out *j, size_t from,
                     size_t to);
/* A file of the output folder. */
MUST_USE bool export_write_file(struct export *x, const char *name, str content,
                                struct err *err);
MUST_USE struct sink *export_open(struct export *x, const char *name,
                                  struct err *err);

void export_chat_row(struct export *x, const struct record *record);
void export_sharegpt_row(struct export *x, const struct record *record);
void export_alpaca_row(struct export *x, const struct record *record);
void export_prompt_row(struct export *x, const struct record *record);
void export_batch_row(struct export *x, const struct record *record);
void export_record_row(struct export *x, const struct record *record);
void export_csv_row(struct export *x, const struct record *record);
void export_markdown_row(struct export *x, const struct record *record);
void export_text_row(struct export *x, const struct record *record);
void export_label_row(struct export *x, const struct record *record);
void export_mt_row(struct export *x, const struct record *record);
void export_lm_row(struct export *x, const struct record *record);

bool export_csv_start(struct export *x, struct err *err);
bool export_mt_start(struct export *x, struct err *err);
bool export_llamafactory_finish(struct export *x, struct err *err);
bool export_axolotl_finish(struct export *x, struct err *err);
bool export_trl_finish(struct export *x, struct err *err);
bool export_hf_finish(struct export *x, struct err *err);
bool export_label_finish(struct export *x, struct err *err);
bool export_lm_finish(struct export *x, struct err *err);

#endif
