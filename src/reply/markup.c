/* markup.c - see markup.h.
 *
 * One pass with a stack of open elements that are not HTML. Text gathers in a
 * line buffer; an element that closes without a child element is a leaf, and
 * its text becomes a pair under the element's name (or under the speaker its
 * attributes name). HTML elements only shape lines. */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "reply/fold.h"
#include "reply/markup.h"
#include "reply/speaker.h"

enum { TAG_BYTES_MAX = 600, STACK_MAX = 32 };

struct tag {
    str name, attributes;
    size_t len;
    bool closing, empty;
};

struct element {
    str name;
    str label; /* by attribute, or empty */
    bool leaf;
};

enum shape {
    SHAPE_NONE, /* not HTML */
    SHAPE_INLINE,
    SHAPE_BOLD,
    SHAPE_BREAK,
    SHAPE_BLOCK,
    SHAPE_PARAGRAPH,
    SHAPE_HEADING,
    SHAPE_RULE,
    SHAPE_ITEM,
    SHAPE_ROW,
    SHAPE_CELL,
    SHAPE_TERM
};

struct markup {
    struct reading *reading;
    struct vec *out;
    struct buf line;
    struct element stack[STACK_MAX];
    size_t depth;
    enum shape last; /* of the tag before */
    size_t bold;     /* marks opened at the start of a line, still open */
    bool unclosed;   /* no closing tags of elements: names are bare labels */
    bool endless;    /* a comment or declaration that never closes was seen */
};

/* --- reading tags --- */

static bool name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
           c == ':' || (unsigned char)c >= 0x80;
}

/* Where the tag's '>' stands; quoted values may hold anything. 0: no tag. */
static size_t tag_end(str rest, size_t from)
{
    char quote = 0;
    for (size_t i = from; i < rest.len; i++) {
        char c = rest.ptr[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if ((c == '"' || c == '\'') && rest.ptr[i - 1] == '=')
            quote = c;
        else if (c == '>')
            return i;
        else if (c == '<' || c == '\n')
            return 0;
    }
    return 0;
}

static bool tag_at(str text, size_t at, struct tag *tag)
{
    str rest = str_slice(text, at, at + TAG_BYTES_MAX);
    if (rest.len < 3 || rest.ptr[0] != '<')
        return false;
    *tag = (struct tag){.closing = rest.ptr[1] == '/'};
    size_t begin = tag->closing ? 2 : 1, i = begin;
    if (memchr("0123456789-.:", rest.ptr[begin], 13))
        return false;
    while (i < rest.len && name_byte(rest.ptr[i]))
        i++;
    size_t end = i > begin ? tag_end(rest, i) : 0;
    if (!end)
        return false;
    tag->name = str_slice(rest, begin, i);
    tag->attributes = str_trim(str_slice(rest, i, end));
    tag->empty = ends(tag->attributes, "/");
    if (ends(tag->name, ":"))
        tag->name.len--;
    tag->len = end + 1;
    return true;
}

bool markup_present(str text)
{
    for (size_t at = str_find_char(text, '<', 0); at != STR_NONE;
         at = str_find_char(text, '<', at + 1)) {
        struct tag tag;
        if (tag_at(text, at, &tag) ||
            str_starts_with(str_slice(text, at, text.len), STR("<!--")))
            return true;
    }
    return false;
}

/* The next name="value" of the attributes; false at their end. */
static bool next_attribute(str *rest, str *name, str *value)
{
    *rest = str_trim(*rest);
    size_t equals = str_find_char(*rest, '=', 0);
    if (equals == STR_NONE)
        return false;
    *name = str_trim(str_slice(*rest, 0, equals));
    size_t space = name->len;
    while (space > 0 && name->ptr[space - 1] != ' ')
        space--;
    *name = str_slice(*name, space, name->len);
    *rest = str_trim(str_slice(*rest, equals + 1, rest->len));
    char quote = rest->len ? rest->ptr[0] : 0;
    bool quoted = quote == '"' || quote == '\'';
    size_t begin = quoted ? 1 : 0;
    size_t end = str_find_char(*rest, quoted ? quote : ' ', begin);
    end = end == STR_NONE ? rest->len : end;
    *value = str_slice(*rest, begin, end);
    *rest = str_slice(*rest, end + 1, rest->len);
    return true;
}

static bool names_speaker(struct markup *m, str name)
{
    return named_is_person(speaker_of(m->reading, name));
}

/* The speaker that attributes name: speaker="…", role="…", class="doctor". A
 * class that says "speaker" or "text" renames the element instead. */
static str speaker_attribute(struct markup *m, str attributes, str *rename)
{
    str name, value, best = {0};
    while (next_attribute(&attributes, &name, &value)) {
        unsigned key = rules_word(m->reading->rules, name);
        unsigned word = rules_word(m->reading->rules, value);
        bool known = names_speaker(m, value);
        if (word & (WORD_SPEAKER_KEY | WORD_TEXT_KEY))
            *rename = value;
        else if (known || (key & WORD_SPEAKER_KEY && !best.len))
            best = known || !best.len ? value : best;
    }
    return best;
}

/* --- what HTML elements do --- */

static enum shape shape_of(str name)
{
    static const struct {
        enum shape shape;
        const char *names;
    } shapes[] = {{SHAPE_INLINE,
                   " i em u span font small big sup sub a code mark tt kbd "
                   "strike del ins abbr label button img input wbr center "},
                  {SHAPE_BOLD, " b strong "},
                  {SHAPE_BREAK, " br "},
                  {SHAPE_BLOCK,
                   " div ul ol table tbody thead tfoot html body dl dd "
                   "section article main header footer nav aside figure "
                   "form pre details summary head meta link "},
                  {SHAPE_PARAGRAPH, " p blockquote "},
                  {SHAPE_HEADING, " h1 h2 h3 h4 h5 h6 caption title legend "},
                  {SHAPE_RULE, " hr "},
                  {SHAPE_ITEM, " li "},
                  {SHAPE_ROW, " tr "},
                  {SHAPE_CELL, " td th "},
                  {SHAPE_TERM, " dt "}};
    char key[16] = " ";
    if (name.len > 12)
        return SHAPE_NONE;
    for (size_t i = 0; i < name.len; i++)
        key[i + 1] = (char)fold_point((unsigned char)name.ptr[i]);
    key[name.len + 1] = ' ';
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strstr(shapes[i].names, key))
            return shapes[i].shape;
    return SHAPE_NONE;
}

static void flush(struct markup *m)
{
    if (m->line.len) {
        str text = arena_copy(m->reading->arena, buf_str(&m->line));
        units_add_lines(m->reading, text, m->out);
    }
    buf_reset(&m->line);
    m->bold = 0;
}

static bool line_is_empty(const struct markup *m)
{
    str line = buf_str(&m->line);
    size_t feed = line.len;
    while (feed > 0 && line.ptr[feed - 1] != '\n')
        feed--;
    str tail = str_trim(str_slice(line, feed, line.len));
    return tail.len == 0 || str_equal(tail, STR("-")) ||
           str_ends_with(tail, STR("|"));
}

static void shape_tag(struct markup *m, enum shape shape, bool closing)
{
    static const char *const opens[] = {"",     "",     "",       "\n",
                                        "\n",   "\n\n", "\n\n# ", "\n\n---\n\n",
                                        "\n- ", "\n| ", "",       "\n"};
    static const char *const closes[] = {"",     "", "", "", "\n",  "\n\n",
                                         "\n\n", "", "", "", " | ", ":\n"};
    if (shape == SHAPE_BOLD) {
        if (!closing && line_is_empty(m)) {
            buf_add(&m->line, STR("**"));
            m->bold++;
        } else if (closing && m->bold) {
            buf_add(&m->line, STR("**"));
            m->bold--;
        }
        return;
    }
    buf_add_cstr(&m->line, closing ? closes[shape] : opens[shape]);
}

/* --- elements that are not HTML --- */

static str take_text(struct markup *m)
{
    str text = arena_copy(m->reading->arena, buf_str(&m->line));
    buf_reset(&m->line);
    m->bold = 0;
    return trim_space(decode_entities(m->reading, text));
}

static void add_pair(struct markup *m, str label, str text, bool cut)
{
    struct unit *unit = vec_add(m->out);
    *unit = (struct unit){
        .kind = UNIT_PAIR, .label = label, .text = text, .cut = cut};
}

/* Does the last pair name a speaker whose text is still to come? */
static bool speaker_waits(const struct markup *m)
{
    if (!m->out->count)
        return false;
    const struct unit *last = vec_at(m->out, m->out->count - 1);
    return last->kind == UNIT_PAIR &&
           rules_word(m->reading->rules, last->label) & WORD_SPEAKER_KEY;
}

/* A leaf closes: a pair, or lines when it holds more than one speech. */
static void close_leaf(struct markup *m, const struct element *e, bool cut)
{
    unsigned word = rules_word(m->reading->rules, e->name);
    bool speaks = names_speaker(m, e->label.len ? e->label : e->name);
    bool wrapper = !e->label.len && word & (WORD_FINAL | WORD_DIALOGUE);
    bool pair = e->label.len || (speaks && !wrapper) ||
                word & (WORD_SPEAKER_KEY | WORD_INSTRUCTION | WORD_NAME_KEY) ||
                (word & WORD_TEXT_KEY && speaker_waits(m));
    bool lines = memchr(buf_cstr(&m->line), '\n', m->line.len) != NULL;
    if (!pair &&
        (lines || word || memchr(buf_cstr(&m->line), ':', m->line.len) ||
         str_contains(buf_str(&m->line), STR("：")))) {
        flush(m);
        return;
    }
    add_pair(m, e->label.len ? e->label : e->name, take_text(m), cut);
}

static void add_break(struct markup *m)
{
    struct unit *unit = vec_add(m->out);
    unit->kind = UNIT_BREAK;
}

/* <dialogue> holds one dialogue; <scenario> may be a field of its own. */
static bool is_container(struct markup *m, str name)
{
    unsigned word = rules_word(m->reading->rules, name);
    return word & WORD_DIALOGUE && !(word & WORD_INSTRUCTION);
}

static void open_element(struct markup *m, const struct tag *tag)
{
    str rename = {0};
    str label = speaker_attribute(m, tag->attributes, &rename);
    str name = rename.len ? rename : tag->name;
    bool forgotten = m->depth > 0 && m->stack[m->depth - 1].leaf &&
                     names_speaker(m, m->stack[m->depth - 1].name) &&
                     trim_space(buf_str(&m->line)).len;
    if (forgotten)
        close_leaf(m, &m->stack[--m->depth], false);
    flush(m);
    if (m->depth > 0)
        m->stack[m->depth - 1].leaf = false;
    if (is_container(m, name) && !label.len)
        add_break(m);
    if (m->depth < STACK_MAX && !tag->empty)
        m->stack[m->depth++] = (struct element){name, label, true};
}

static void close_element(struct markup *m, const struct tag *tag)
{
    size_t found = m->depth;
    while (found > 0 &&
           !str_equal_ignore_case(m->stack[found - 1].name, tag->name))
        found--;
    if (!found && m->depth && m->stack[m->depth - 1].leaf)
        found = m->depth; /* renamed by its class, or a wrong name */
    if (!found)
        return;
    struct element *e = &m->stack[found - 1];
    if (e->leaf && found == m->depth)
        close_leaf(m, e, false);
    else
        flush(m);
    m->depth = found - 1;
    if (is_container(m, tag->name))
        add_break(m);
}

static void add_label(struct markup *m, str name)
{
    buf_add(&m->line, STR("\n【"));
    buf_add(&m->line, name);
    buf_add(&m->line, STR("】"));
}

/* <医生> 您好 without any closing tag: the name is a label in brackets. */
static void bare_label(struct markup *m, const struct tag *tag, str written)
{
    if (names_speaker(m, tag->name))
        add_label(m, tag->name);
    else
        buf_add(&m->line, written);
}

/* <v Doctor>Hello</v>, the voices of subtitles. */
static bool take_voice(struct markup *m, const struct tag *tag)
{
    if (!str_equal(tag->name, STR("v")))
        return false;
    if (!tag->closing)
        add_label(m, tag->attributes);
    return true;
}

/* An HTML element that its attributes make a speaker's: class="doctor". */
static bool speaks_by_attribute(struct markup *m, const struct tag *tag,
                                enum shape shape)
{
    str rename = {0};
    if (!tag->attributes.len || shape == SHAPE_CELL || shape == SHAPE_ROW)
        return false;
    str label = speaker_attribute(m, tag->attributes, &rename);
    return label.len || rename.len;
}

static void handle(struct markup *m, const struct tag *tag, str written)
{
    enum shape shape = shape_of(tag->name);
    const struct element *top = m->depth ? &m->stack[m->depth - 1] : NULL;
    bool element = shape == SHAPE_NONE;
    if (take_voice(m, tag))
        return;
    if (element && m->unclosed)
        bare_label(m, tag, written);
    else if (tag->closing &&
             (element || (top && str_equal_ignore_case(top->name, tag->name))))
        close_element(m, tag);
    else if (!tag->closing && (element || speaks_by_attribute(m, tag, shape)))
        open_element(m, tag);
    else
        shape_tag(m, shape, tag->closing);
}

/* --- the pass --- */

/* <![CDATA[…]]>: the text as it is; its bytes, or 0. */
static size_t take_cdata(struct markup *m, str rest)
{
    const str open = STR("<![CDATA[");
    if (!str_starts_with(rest, open))
        return 0;
    size_t end = str_find(rest, STR("]]>"), open.len);
    size_t stop = end == STR_NONE ? rest.len : end;
    buf_add(&m->line, str_slice(rest, open.len, stop));
    return end == STR_NONE ? rest.len : end + 3;
}

/* Comments and declarations: bytes to pass over at '<'. */
static size_t ignorable(struct markup *m, str rest)
{
    bool comment = str_starts_with(rest, STR("<!--"));
    bool declaration =
        str_starts_with(rest, STR("<!")) || str_starts_with(rest, STR("<?"));
    if ((!comment && !declaration) || m->endless)
        return 0;
    str close = comment ? STR("-->") : STR(">");
    size_t end = str_find(rest, close, 0);
    m->endless = end == STR_NONE;
    return end == STR_NONE ? 0 : end + close.len;
}

/* Are there tags of no HTML element, and none that closes? */
static bool never_closed(str text)
{
    bool open = false;
    for (size_t at = str_find_char(text, '<', 0); at != STR_NONE;
         at = str_find_char(text, '<', at + 1)) {
        struct tag tag;
        if (!tag_at(text, at, &tag) || shape_of(tag.name) != SHAPE_NONE)
            continue;
        if (tag.closing)
            return false;
        open = true;
    }
    return open;
}

/* The text between two tags; what only lays out blocks is left away. */
static void add_between(struct markup *m, str text)
{
    if (m->last < SHAPE_BLOCK || trim_space(text).len)
        buf_add(&m->line, text);
}

/* What stands at '<': a tag, character data, or something to pass over. It is
 * handled; returns its bytes, 0 when '<' is only a character. */
static size_t take_markup(struct markup *m, str text, size_t from, size_t at)
{
    struct tag tag;
    str rest = drop(text, at), before = str_slice(text, from, at);
    bool data = starts(rest, "<![CDATA[");
    size_t skip = data ? 0 : ignorable(m, rest);
    if (!data && !skip && !tag_at(text, at, &tag))
        return 0;
    add_between(m, before);
    m->last = SHAPE_NONE;
    if (data)
        return take_cdata(m, rest);
    if (skip)
        return skip;
    handle(m, &tag, str_slice(rest, 0, tag.len));
    m->last = shape_of(tag.name);
    return tag.len;
}

void markup_split(struct reading *r, str text, struct vec *out)
{
    struct markup m = {.reading = r, .out = out};
    m.unclosed = never_closed(text);
    buf_init(&m.line, text.len * 2 + 64);
    size_t from = 0;
    for (size_t at = str_find_char(text, '<', 0); at != STR_NONE;
         at = str_find_char(text, '<', at)) {
        size_t bytes = take_markup(&m, text, from, at);
        at += bytes ? bytes : 1;
        from = bytes ? at : from;
    }
    buf_add(&m.line, str_slice(text, from, text.len));
    struct element *top = m.depth ? &m.stack[m.depth - 1] : NULL;
    if (top && top->leaf && trim_space(buf_str(&m.line)).len)
        close_leaf(&m, top, true);
    flush(&m);
    buf_release(&m.line);
}
