/* table.c - every command, in the order of the help; see cmd.h. */
#include "cmd/cmd.h"

extern const struct command cmd_version, cmd_complete, cmd_manual, cmd_parse;
extern const struct command cmd_dedup, cmd_split, cmd_balance;
extern const struct command cmd_flan, cmd_flan_dota, cmd_flan_survey,
    cmd_flan_review;
extern const struct command cmd_clean;
extern const struct command cmd_classify, cmd_classify_sample,
    cmd_classify_agree;
extern const struct command cmd_generate;
extern const struct command cmd_packs;
extern const struct command cmd_probe;
extern const struct command cmd_import, cmd_export, cmd_mask, cmd_validate;
extern const struct command cmd_catalog_list, cmd_catalog_show,
    cmd_catalog_advise;
extern const struct command cmd_head, cmd_cat, cmd_counts, cmd_sample, cmd_diff;
extern const struct command cmd_measure, cmd_overlap, cmd_leak;
extern const struct command cmd_agree, cmd_agree_sheet;
extern const struct command cmd_bench_answer, cmd_bench_audit, cmd_bench_exam,
    cmd_bench_judge, cmd_bench_report;

extern const struct command cmd_patient_make, cmd_patient_chat,
    cmd_patient_interview, cmd_patient_check;

const struct command *const cmd_table[] = {
    &cmd_generate,
    &cmd_import,
    &cmd_export,
    &cmd_mask,
    &cmd_validate,
    &cmd_head,
    &cmd_cat,
    &cmd_counts,
    &cmd_sample,
    &cmd_diff,
    &cmd_catalog_list,
    &cmd_catalog_show,
    &cmd_catalog_advise,
    &cmd_clean,
    &cmd_dedup,
    &cmd_classify,
    &cmd_classify_sample,
    &cmd_classify_agree,
    &cmd_split,
    &cmd_balance,
    &cmd_flan,
    &cmd_flan_dota,
    &cmd_flan_survey,
    &cmd_flan_review,
    &cmd_measure,
    &cmd_overlap,
    &cmd_leak,
    &cmd_agree,
    &cmd_agree_sheet,
    &cmd_bench_answer,
    &cmd_bench_audit,
    &cmd_bench_exam,
    &cmd_bench_judge,
    &cmd_bench_report,
    &cmd_packs,
    &cmd_parse,
    &cmd_probe,
    &cmd_patient_make,
    &cmd_patient_chat,
    &cmd_patient_interview,
    &cmd_patient_check,
    &cmd_version,
    &cmd_complete,
    &cmd_manual,
};
const size_t cmd_count = sizeof cmd_table / sizeof *cmd_table;
