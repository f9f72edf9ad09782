/* label.h - the label, heading or key that a line of a reply begins with.
 *
 *     struct line line;
 *     line_read(&reading, STR("3. **Huisarts:** Goedemorgen."), &line);
 *     // line.form == FORM_LABEL, line.who->speaker.role == ROLE_DOCTOR,
 *     // line.text is "Goedemorgen."
 *
 * Dress comes off first, in any order: quote marks, bullets, numbers, turn
 * counters, timestamps, emoji, emphasis. Then a label is looked for: in
 * brackets, before a colon, alone on its line, or before a weaker separator.
 */
#ifndef REPLY_LABEL_H
#define REPLY_LABEL_H

#include "reply/speaker.h"

enum line_form {
    FORM_PLAIN,
    FORM_LABEL,   /* label and speech */
    FORM_ALONE,   /* a label alone: the speech follows */
    FORM_WEAK,    /* label before a dash or the like: counts when repeated */
    FORM_HEADING, /* text is the heading without marks */
    FORM_RULE,    /* --- */
    FORM_STAGE    /* nothing but a stage direction */
};

struct line {
    enum line_form form;
    const struct named *who; /* of LABEL, ALONE, WEAK */
    str label;               /* as written */
    str text;                /* behind the label, or plain */
    str plain;               /* the line without bullets, numbers, times */
    bool numbered, bulleted;
    bool marked;             /* the label was bold, in brackets or a heading */
    int level;               /* of a markdown heading, or 0 */
    unsigned words;          /* WORD_* of a heading or a key */
    bool ordinal;            /* a heading with a number: Dialogue 2, 场景一 */
};

/* `raw` has no white space at its ends. */
void line_read(struct reading *r, str raw, struct line *line);

/* The next label inside a speech (several speakers on one line), at or after
 * from: offsets of label and speech. Only labels that name a role and stand
 * behind the end of a sentence or a separator. */
bool label_inside(struct reading *r, str text, size_t from, size_t *label,
                  size_t *speech, const struct named **who);

/* Bits of all words of a heading; *ordinal is set when one of them that opens a
 * dialogue has a number. */
unsigned heading_words(const struct reading *r, str text, bool *ordinal);

/* True when the text is one stage direction in brackets or asterisks. */
bool is_stage(str text);

/* Bytes of the colon at `at` (ASCII, full-width and its kin), or 0. */
size_t colon_at(str text, size_t at);

#endif
