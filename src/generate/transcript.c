/* transcript.c - see transcript.h. */
#include "generate/transcript.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

#include "base/mem.h"
#include "text/shingle.h"

struct transcript_memory {
    struct shingler *shingler; /* owned; for kept text */
    struct buf joined, kept;
    struct vec turns, units;
    struct buf sides[SIDE_COUNT];
    struct vec side_turns[SIDE_COUNT], side_starts[SIDE_COUNT];
};

struct transcript *transcript_new(enum lang lang, struct err *err)
{
    struct shingler *shingler;
    enum shingle_unit unit = lang == LANG_ZH ? SHINGLE_CHARS : SHINGLE_WORDS;
    if (!shingler_open(&shingler, unit, 1, lang_name(lang).ptr, err))
        return NULL;
    struct transcript *made = mem_zero(1, sizeof *made);
    struct transcript_memory *m = mem_zero(1, sizeof *m);
    made->lang = lang;
    made->memory = m;
    m->shingler = shingler;
    buf_init(&m->joined, BUF_MAX);
    buf_init(&m->kept, BUF_MAX);
    vec_init(&m->turns, sizeof(struct script_turn));
    vec_init(&m->units, sizeof(uint32_t));
    for (int side = 0; side < SIDE_COUNT; side++) {
        buf_init(&m->sides[side], BUF_MAX);
        vec_init(&m->side_turns[side], sizeof(uint32_t));
        vec_init(&m->side_starts[side], sizeof(uint32_t));
    }
    return made;
}

void transcript_free(struct transcript *transcript)
{
    if (!transcript)
        return;
    struct transcript_memory *m = transcript->memory;
    shingler_close(m->shingler);
    buf_release(&m->joined);
    buf_release(&m->kept);
    vec_release(&m->turns);
    vec_release(&m->units);
    for (int side = 0; side < SIDE_COUNT; side++) {
        buf_release(&m->sides[side]);
        vec_release(&m->side_turns[side]);
        vec_release(&m->side_starts[side]);
    }
    free(m);
    free(transcript);
}

void transcript_keep(struct transcript *transcript, str text, struct buf *out)
{
    shingle_text(transcript->memory->shingler, text, out);
}

/* Notes where the units of kept text from byte `from` begin. */
static void find_units(struct transcript *t, size_t from)
{
    struct transcript_memory *m = t->memory;
    const char *kept = m->kept.ptr;
    for (size_t i = from; i < m->kept.len; i++) {
        bool starts = t->lang == LANG_ZH
                          ? ((unsigned char)kept[i] & 0xC0) != 0x80
                          : i == from || kept[i - 1] == ' ';
        uint32_t at = (uint32_t)i;
        if (starts)
            vec_push(&m->units, &at);
    }
}

static void add_to_side(struct transcript_memory *m, int side, str text,
                        size_t turn)
{
    if (m->side_turns[side].count)
        buf_add_char(&m->sides[side], '\n');
    uint32_t number = (uint32_t)turn, start = (uint32_t)m->sides[side].len;
    vec_push(&m->side_turns[side], &number);
    vec_push(&m->side_starts[side], &start);
    buf_add(&m->sides[side], text);
}

static void read_turn(struct transcript *t, const struct turn *from,
                      size_t number)
{
    struct transcript_memory *m = t->memory;
    struct script_turn turn = {
        .role = from->role, .side = role_side(from->role), .text = from->text};
    if (number)
        buf_add_char(&m->joined, '\n');
    turn.start = m->joined.len;
    buf_add(&m->joined, from->text);
    size_t before = m->kept.len;
    bool space = t->lang != LANG_ZH && before > 0;
    if (space)
        buf_add_char(&m->kept, ' ');
    size_t kept_from = m->kept.len;
    transcript_keep(t, from->text, &m->kept);
    if (m->kept.len == kept_from)
        buf_truncate(&m->kept, before);
    turn.unit_first = m->units.count;
    if (m->kept.len > kept_from)
        find_units(t, kept_from);
    turn.unit_count = m->units.count - turn.unit_first;
    vec_push(&m->turns, &turn);
    if (turn.side == ROLE_PATIENT)
        add_to_side(m, SIDE_PATIENT, from->text, number);
    if (turn.side == ROLE_DOCTOR || turn.side == ROLE_NURSE)
        add_to_side(m, SIDE_CLINICIAN, from->text, number);
}

static void empty(struct transcript_memory *m)
{
    buf_reset(&m->joined);
    buf_reset(&m->kept);
    vec_reset(&m->turns);
    vec_reset(&m->units);
    for (int side = 0; side < SIDE_COUNT; side++) {
        buf_reset(&m->sides[side]);
        vec_reset(&m->side_turns[side]);
        vec_reset(&m->side_starts[side]);
    }
}

void transcript_read(struct transcript *transcript, const struct turn *turns,
                     size_t turn_count)
{
    struct transcript_memory *m = transcript->memory;
    empty(m);
    for (size_t i = 0; i < turn_count; i++)
        read_turn(transcript, &turns[i], i);
    transcript->turns = m->turns.items;
    transcript->turn_count = turn_count;
    transcript->joined = buf_str(&m->joined);
    transcript->kept = buf_str(&m->kept);
    transcript->units = m->units.items;
    transcript->unit_count = m->units.count;
    for (int side = 0; side < SIDE_COUNT; side++)
        transcript->sides[side] = (struct side_text){
            buf_str(&m->sides[side]), m->side_turns[side].items,
            m->side_starts[side].items, m->side_turns[side].count};
    for (size_t i = 0; i < turn_count; i++) {
        struct script_turn *turn = &transcript->turns[i];
        turn->kept =
            transcript_units(transcript, turn->unit_first, turn->unit_count);
    }
}

str transcript_units(const struct transcript *t, size_t first, size_t count)
{
    assert(first + count <= t->unit_count);
    if (count == 0)
        return STR("");
    size_t end = t->kept.len;
    if (first + count < t->unit_count)
        end = t->units[first + count] - (t->lang != LANG_ZH);
    return str_slice(t->kept, t->units[first], end);
}

uint64_t transcript_hash(const struct transcript *t, size_t first, size_t count)
{
    str text = transcript_units(t, first, count);
    return XXH3_64bits(text.ptr, text.len);
}

/* The last of the ascending starts that is not above the byte. */
static size_t part_at(const uint32_t *starts, size_t count, size_t byte)
{
    size_t low = 0, high = count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (starts[middle] <= byte)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t side_turn_at(const struct side_text *side, size_t byte, size_t *offset)
{
    assert(side->count > 0);
    size_t part = part_at(side->starts, side->count, byte);
    *offset = byte - side->starts[part];
    return side->turns[part];
}

size_t transcript_turn_at(const struct transcript *t, size_t byte,
                          size_t *offset)
{
    assert(t->turn_count > 0);
    size_t low = 0, high = t->turn_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (t->turns[middle].start <= byte)
            low = middle;
        else
            high = middle;
    }
    *offset = byte - t->turns[low].start;
    return low;
}
