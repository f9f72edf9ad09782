/* speech.c - see speech.h. */
#include "reply/speech.h"

#include "reply/clean.h"
#include "reply/label.h"
#include "reply/verdict.h"

struct speaking {
    struct reading *reading;
    enum role side;
    struct buf text;
    bool others; /* the other side is given words too */
};

static bool is_other_side(const struct speaking *s, const struct named *who)
{
    return who && who->speaker.kind == SPEAKER_ROLE &&
           role_side(who->speaker.role) != s->side;
}

static bool is_own_label(const struct speaking *s, const struct named *who)
{
    return who && who->speaker.kind == SPEAKER_ROLE && !is_other_side(s, who);
}

static void add_words(struct speaking *s, str words)
{
    size_t from = 0, label, start;
    const struct named *who;
    while (label_inside(s->reading, words, from, &label, &start, &who)) {
        s->others = s->others || is_other_side(s, who);
        from = start > from ? start : from + 1;
    }
    if (!words.len)
        return;
    if (s->text.len && !s->reading->han)
        buf_add_char(&s->text, ' ');
    buf_add(&s->text, words);
}

static void add_line(struct speaking *s, str raw)
{
    struct line line;
    line_read(s->reading, raw, &line);
    switch (line.form) {
    case FORM_LABEL:
    case FORM_ALONE:
        s->others = s->others || is_other_side(s, line.who);
        add_words(s, is_own_label(s, line.who) ? line.text : line.plain);
        break;
    case FORM_WEAK:
    case FORM_PLAIN:
        add_words(s, line.plain);
        break;
    case FORM_HEADING:
    case FORM_RULE:
    case FORM_STAGE:
        break;
    }
}

/* The verdict of a dialogue, on a single turn. */
static enum reply_reason judge(struct speaking *s, str text, str cleaned)
{
    struct turn turn = {.role = s->side, .text = text};
    struct candidate one = {
        .turns = {.items = &turn, .count = 1}, .last = true, .identities = 1};
    enum relation relation;
    if (!text.len)
        return REPLY_EMPTY;
    enum reply_reason reason = verdict_of(s->reading, &one, &relation);
    if (reason != REPLY_ONE_SPEAKER && reason != REPLY_WRONG_LANGUAGE)
        return reason;
    if (verdict_of_nothing(s->reading, cleaned) == REPLY_REFUSAL)
        return REPLY_REFUSAL;
    return s->others ? REPLY_MULTI_PARTY : REPLY_ACCEPTED;
}

void speech_read(const struct reply_rules *rules, const struct reply_input *in,
                 enum role side, struct arena *arena, struct speech *out)
{
    struct reading reading;
    *out = (struct speech){.reason = REPLY_TOO_LARGE};
    if (in->raw.len > REPLY_BYTES_MAX)
        return;
    reading_init(&reading, rules, in, arena);
    struct speaking s = {.reading = &reading, .side = side};
    buf_init(&s.text, REPLY_BYTES_MAX * 2);
    str cleaned = clean_reply(&reading, in->raw), rest = cleaned;
    for (str line; str_next(&rest, '\n', &line);)
        if (str_trim(line).len)
            add_line(&s, str_trim(line));
    out->text = arena_copy(arena, str_trim(buf_str(&s.text)));
    out->reason = judge(&s, out->text, cleaned);
    buf_release(&s.text);
    reading_release(&reading);
}
