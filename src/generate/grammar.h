/* grammar.h - a LanguageTool-compatible grammar check (rule 13, optional).
 *
 *     struct grammar *grammar = grammar_open(&config, LANG_NL, &err);
 *     struct grammar_outcome outcome;
 *     if (!grammar_check(grammar, turns, &arena, &outcome, &err))
 *         …                       // the service failed: not the dialogue's
 * fault if (outcome.verdict.reason == REFINE_OK) use(outcome.turns);
 *     grammar_close(grammar);
 *
 * All turns go in one POST to URL/v2/check as annotated text, so that turn
 * borders are not judged. A match counts unless its category is to be skipped;
 * spelling is skipped as a rule, because dictionaries know few drugs. In mode
 * correct the first replacement of every counted match is put in, except where
 * it would cross a turn's border or an earlier correction, or leave a turn
 * without text. In both modes a dialogue with more than `matches_max` counted
 * matches per 1,000 characters is rejected: what needs so much mending is not
 * worth it. An object belongs to one thread.
 */
#ifndef GENERATE_GRAMMAR_H
#define GENERATE_GRAMMAR_H

#include "generate/refine.h"

struct grammar_config {
    bool enabled;
    str url;                     /* "http://127.0.0.1:8081" */
    str mode;                    /* correct, reject */
    double matches_max;          /* per 1,000 characters */
    struct list skip_categories; /* str: LanguageTool category ids */
    int64_t timeout_ms;
    int64_t reply_bytes_max;
};
extern const struct schema grammar_config_schema;

struct grammar;

MUST_USE struct grammar *grammar_open(const struct grammar_config *config,
                                      enum lang lang, struct err *err);
void grammar_close(struct grammar *grammar); /* NULL is fine */

struct grammar_outcome {
    struct refine_verdict verdict; /* OK or REFINE_GRAMMAR */
    struct list turns;             /* struct turn in the arena; corrected */
    size_t match_count;            /* counted ones */
    size_t corrected_count;
};

/* False when the service could not be asked or answered nonsense (ERR_NETWORK,
 * ERR_FORMAT, ERR_LIMIT). */
MUST_USE bool grammar_check(struct grammar *grammar, struct list turns,
                            struct arena *arena,
                            struct grammar_outcome *outcome, struct err *err);

/* The parts, for those who keep the answer, and for other transports. The body
 * is a form (application/x-www-form-urlencoded). */
MUST_USE bool grammar_ask(struct grammar *grammar, struct list turns,
                          struct buf *reply, struct err *err);
void grammar_request(struct list turns, enum lang lang, struct buf *body);
MUST_USE bool grammar_read(str reply, const struct grammar_config *config,
                           struct list turns, struct arena *arena,
                           struct grammar_outcome *outcome, struct err *err);

#endif
