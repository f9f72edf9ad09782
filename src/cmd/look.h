/* look.h - what head, cat, count, sample and diff share: going through record
 * files, bad lines counted, and printing a record for people or machines. */
#ifndef CMD_LOOK_H
#define CMD_LOOK_H

#include "base/opt.h"
#include "record/record.h"

struct look {
    const struct args *args;
    bool json, colours;
    uint64_t records, bad;
    struct buf out;
};

void look_start(struct look *look, const struct args *args);
void look_end(struct look *look);
/* Calls `one` for every record of the operands (none: standard input); it
 * returns false to stop. */
MUST_USE bool look_each(struct look *look,
                        bool (*one)(const struct record *record, void *ctx),
                        void *ctx, struct err *err);
/* Prints a view, or with --json the record. */
void look_print(struct look *look, const struct record *record);
/* Tells bad lines; the exit status. */
int look_status(const struct look *look);

#endif
