/* units.c - see units.h. */
#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <string.h>

#include "base/buf.h"
#include "reply/markup.h"
#include "reply/units.h"

enum { ENTITY_BYTES_MAX = 32 };

/* --- entities --- */

static uint32_t named_entity(str name)
{
    char buffer[ENTITY_BYTES_MAX + 1];
    memcpy(buffer, name.ptr, name.len);
    buffer[name.len] = 0;
    if (str_equal(name, STR("apos"))) /* XML has it, HTML 4 not */
        return '\'';
    const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)buffer);
    return entity ? entity->value : 0;
}

/* The value of a digit in the base, or the base when it is none. */
static uint32_t digit_value(char c, uint32_t base)
{
    uint32_t value = base;
    if (is_digit(c))
        value = (uint32_t)(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        value = (uint32_t)((c | 0x20) - 'a') + 10;
    return value < base ? value : base;
}

/* The code point of "amp", "#65292", "#x3C"; 0 when it is none. */
static uint32_t entity_value(str name)
{
    if (name.len < 2 || name.len > ENTITY_BYTES_MAX)
        return 0;
    if (name.ptr[0] != '#')
        return named_entity(name);
    bool hex = name.ptr[1] == 'x' || name.ptr[1] == 'X';
    uint32_t base = hex ? 16 : 10, value = 0;
    for (size_t i = hex ? 2 : 1; i < name.len; i++) {
        uint32_t digit = digit_value(name.ptr[i], base);
        if (digit == base || value > 0x10FFFF)
            return 0;
        value = value * base + digit;
    }
    return value > 0x10FFFF ? 0 : value;
}

static bool is_invisible(uint32_t c)
{
    return (c >= 0x200B && c <= 0x200F) || c == 0xFEFF || c == 0xAD;
}

str decode_entities(struct reading *r, str text)
{
    size_t mark = str_find_char(text, '&', 0);
    if (mark == STR_NONE)
        return text;
    struct buf out;
    buf_init(&out, text.len + 16);
    size_t from = 0;
    for (; mark != STR_NONE; mark = str_find_char(text, '&', mark + 1)) {
        str head = str_slice(text, mark + 1, mark + 2 + ENTITY_BYTES_MAX);
        size_t end = str_find_char(head, ';', 0);
        uint32_t c =
            end == STR_NONE ? 0 : entity_value(str_slice(head, 0, end));
        if (!c)
            continue;
        buf_add(&out, str_slice(text, from, mark));
        if (!is_invisible(c))
            buf_add_utf8(&out, c < ' ' ? ' ' : c);
        from = mark + end + 2;
    }
    buf_add(&out, str_slice(text, from, text.len));
    str decoded = out.full ? text : arena_copy(r->arena, buf_str(&out));
    buf_release(&out);
    return decoded;
}

/* --- lines --- */

static void add(struct vec *out, enum unit_kind kind, str text)
{
    struct unit *unit = vec_add(out);
    unit->kind = kind;
    unit->text = text;
}

/* TOML: speaker = "doctor" is speaker: "doctor". */
static str plain_of_toml(struct reading *r, str line)
{
    size_t name = 0;
    while (name < line.len && isalpha((unsigned char)line.ptr[name]))
        name++;
    str value = trim_space(drop(line, name));
    if (!name || !starts(value, "="))
        return line;
    value = trim_space(drop(value, 1));
    if (value.len < 2 || !starts(value, "\"") || !ends(value, "\""))
        return line;
    return arena_printf(r->arena, STR_FMT ": " STR_FMT,
                        STR_ARG(str_slice(line, 0, name)), STR_ARG(value));
}

/* "=== Doctor ===" is a heading. */
static str plain_of_banner(struct reading *r, str line)
{
    if (!starts(line, "==") || !ends(line, "=="))
        return line;
    while (line.len && line.ptr[0] == '=')
        line = drop(line, 1);
    while (line.len && line.ptr[line.len - 1] == '=')
        line.len--;
    line = trim_space(line);
    return line.len ? arena_printf(r->arena, "## " STR_FMT, STR_ARG(line))
                    : STR("---");
}

/* Lines of layout alone: fences, quote marks, the heads of TOML tables. */
static bool only_layout(str line)
{
    size_t quotes = 0;
    while (quotes < line.len &&
           (line.ptr[quotes] == '>' || line.ptr[quotes] == ' '))
        quotes++;
    return str_starts_with(line, STR("```")) ||
           str_starts_with(line, STR("~~~")) ||
           (quotes && quotes == line.len) ||
           (str_starts_with(line, STR("[[")) &&
            str_ends_with(line, STR("]]")) && line.len < 40);
}

/* What is left on a line when JSON was taken out of it. */
static bool only_brackets(str line)
{
    for (size_t i = 0; i < line.len; i++)
        if (!strchr("[]{}(),;\"' \t", line.ptr[i]))
            return false;
    return true;
}

void units_add_line(struct reading *r, str line, struct vec *out)
{
    if (str_equal(line, STR("\f"))) {
        add(out, UNIT_BREAK, line);
        return;
    }
    line = trim_space(decode_entities(r, line));
    while (line.len && line.ptr[line.len - 1] == '\\')
        line = trim_space(str_slice(line, 0, line.len - 1));
    if (only_layout(line) || only_brackets(line))
        add(out, UNIT_BLANK, line);
    else
        add(out, UNIT_LINE, plain_of_banner(r, plain_of_toml(r, line)));
}

void units_add_lines(struct reading *r, str text, struct vec *out)
{
    while (text.len) {
        size_t end = str_find_char(text, '\n', 0);
        end = end == STR_NONE ? text.len : end;
        units_add_line(r, str_slice(text, 0, end), out);
        text = str_slice(text, end + 1, text.len);
    }
}

/* --- JSON --- */

static bool only_separators(str between)
{
    for (size_t i = 0; i < between.len; i++)
        if (!strchr(" \t\n,;", between.ptr[i]))
            return false;
    return true;
}

/* A value of a stream: one object or one short list a line. */
static bool is_record(const struct loose *value)
{
    return value->kind == LOOSE_OBJECT || (value->count <= 3 && value->first &&
                                           value->first->kind == LOOSE_STRING);
}

static void add_gap(struct reading *r, str gap, struct vec *out)
{
    if (markup_present(gap))
        markup_split(r, gap, out);
    else
        units_add_lines(r, gap, out);
}

/* Adds a value; one that follows another of its kind at once joins its list. */
static void add_value(struct reading *r, struct loose *value, bool joins,
                      struct vec *out)
{
    struct unit *last = out->count ? vec_at(out, out->count - 1) : NULL;
    if (joins && last && last->kind == UNIT_JSON) {
        struct loose *list = arena_alloc(r->arena, sizeof *list);
        *list = *last->json;
        list->last->next = value;
        list->last = value;
        list->count++;
        list->cut |= value->cut;
        last->json = list;
        last->cut = list->cut;
        return;
    }
    if (is_record(value)) {
        struct loose *list = arena_alloc(r->arena, sizeof *list);
        *list = (struct loose){.kind = LOOSE_ARRAY,
                               .first = value,
                               .last = value,
                               .count = 1,
                               .cut = value->cut};
        value = list;
    }
    struct unit *unit = vec_add(out);
    unit->kind = UNIT_JSON;
    unit->json = value;
    unit->cut = value->cut;
}

void units_split(struct reading *r, str text, struct vec *out)
{
    struct loose_found found = {0};
    size_t from = 0;
    bool record = false;
    while (loose_find(r, text, &found)) {
        str gap = str_slice(text, from, found.start);
        bool adjacent = from > 0 && only_separators(gap);
        if (!adjacent)
            add_gap(r, gap, out);
        bool is_one = is_record(found.value);
        add_value(r, found.value, adjacent && record && is_one, out);
        record = is_one;
        from = found.end;
    }
    add_gap(r, str_slice(text, from, text.len), out);
}
