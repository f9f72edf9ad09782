/* cmd.h - the commands.
 *
 * To add a command:
 *   1. write src/cmd/NAME.c with a `const struct command cmd_NAME` (opt.h);
 *   2. declare it below and add it to the table in src/cmd/table.c;
 *   3. write docs/commands/NAME.md with examples, and test/cli/NAME*.test;
 *   4. add a line to CHANGELOG.md.
 * A command file reads options, calls one job of the rooms below, prints. It
 * holds no algorithm.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/arena.h"
#include "base/opt.h"

extern const struct command *const cmd_table[];
extern const size_t cmd_count;

/* Prints the error and gives the exit status that fits its code: usage and
 * configuration mistakes 2, interruption 130, all else 1. */
int cmd_fail(const struct err *err);
/* --explain-config: all keys as Markdown; gives the exit status. */
struct schema;
int cmd_explain_config(const struct schema *schema);
/* The common --seed (default 42). */
MUST_USE bool cmd_seed(const struct args *args, uint64_t *seed,
                       struct err *err);
/* The values of an option in the order given, in the arena. */
const char **cmd_values(const struct args *args, const char *name,
                        struct arena *arena, size_t *count);
/* Set by the first Ctrl-C or SIGTERM: stop asking for new work, finish what is
 * in flight, save, return EXIT_STATUS_INTERRUPTED. The second one ends the
 * process at once; so does the first one in a command that has not asked yet:
 * its outputs appear whole or not at all. */
bool cmd_interrupted(void);
void cmd_catch_signals(void);

#endif
