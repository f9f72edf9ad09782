/* speaker.h - whom a label names.
 *
 *     const struct named *who = speaker_of(&reading, STR("Meneer Bos
 * (patiënt)")); if (who && who->speaker.kind == SPEAKER_ROLE)
 * use(who->speaker.role);
 *
 * A label is taken apart into its base and what stands in parentheses or behind
 * a comma; the base decides, the rest helps where the base is only a name. In
 * Chinese the end of the base is looked up (主治医生), then its start before a
 * name (护士小刘); in other languages its words and their endings (longarts,
 * cardiologist), where relatives win and the last word counts, up to "of" and
 * the like. Results are kept in the reading: a label is taken apart once.
 */
#ifndef REPLY_SPEAKER_H
#define REPLY_SPEAKER_H

#include "reply/reading.h"

struct named {
    struct speaker speaker;
    str display;    /* base as written, without marks */
    str identity;   /* folded base: equal for one and the same speaker */
    unsigned words; /* WORD_* of the whole label, as a key */
    bool exact;     /* the base is an entry of the lexicon and nothing else */
    bool open;      /* words follow behind a comma or a dash, unbracketed */
};

enum { LABEL_BYTES_MAX = 120 };

static inline bool named_is_person(const struct named *who)
{
    return who && speaker_is_person(who->speaker);
}

/* A person, and nothing else is said: "Doctor", not "Doctor, my knee hurts". */
static inline bool named_is_plain(const struct named *who)
{
    return named_is_person(who) && !who->open;
}

/* NULL when the text cannot be a label at all (empty, too long, a sentence).
 * The label must live as long as the reading: in its arena or in the reply. The
 * result is valid until the reading is released. */
const struct named *speaker_of(struct reading *r, str label);

/* Without emphasis marks, quotes, emoji and white space around it. */
str trim_label(str label);

#endif
