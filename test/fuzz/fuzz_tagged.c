/* Conversations in one text, and TextGrids of two speakers: any text ends, no
 * turn is blank, and turns hold no more than the text did. The first byte
 * chooses. */
#include "base/utf8.h"
#include "corpus/tagged.h"
#include "corpus/textgrid.h"
#include "fuzz.h"

static void check_turns(struct mapper *m, size_t bytes)
{
    size_t total = 0;
    for (size_t i = 0; i < m->turns.count; i++) {
        const struct turn *turn = vec_at(&m->turns, i);
        assert(str_trim(turn->text).len > 0);
        assert(turn->role > ROLE_NONE && turn->role < ROLE_COUNT);
        total += turn->text.len;
    }
    assert(total <= bytes);
}

static void map_text(struct mapper *m, const json *row)
{
    str text = json_str(json_get(row, "text"), STR(""));
    map_dialogue(m);
    bool found = tagged_turns(m, text);
    assert(found || m->turns.count == 0);
    check_turns(m, text.len);
    assert(tagged_lead(text).len <= text.len);
    str said = text, speaker;
    tagged_split(&said, &speaker);
    assert(said.len <= text.len);
    map_emit(m);
}

static void map_grid(struct mapper *m, const json *row)
{
    str text = json_str(json_get(row, "text"), STR(""));
    struct vec intervals;
    vec_init(&intervals, sizeof(struct interval));
    map_dialogue(m);
    size_t half = utf8_cut(text, text.len / 2);
    textgrid_read(str_slice(text, 0, half), ROLE_DOCTOR, &m->arena, &intervals);
    textgrid_read(str_slice(text, half, text.len), ROLE_PATIENT, &m->arena,
                  &intervals);
    size_t count = intervals.count;
    textgrid_turns(m, &intervals);
    check_turns(m, text.len + count);
    vec_release(&intervals);
    map_emit(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct format formats[] = {
        {.name = "tagged", .title = "", .shapes = SHAPE_TEXT, .map = map_text},
        {.name = "textgrid",
         .title = "",
         .shapes = SHAPE_TEXT,
         .map = map_grid}};
    static const struct mapping_options options = {0};
    static const struct origin origin = {.name = "fuzz", .stem = {"fuzz", 4}};
    if (len == 0)
        return 0;
    struct mapper mapper;
    struct outcome out;
    mapper_init(&mapper);
    outcome_init(&out);
    mapper.options = &options;
    str text = str_make((const char *)bytes + 1, len - 1);
    tagged_is(text);
    mapper_run(&mapper, &formats[bytes[0] & 1], &origin,
               &(struct row){.kind = ROW_TEXT, .text = text, .line = 1}, &out);
    assert(out.marks.count <= 1 && out.rows == 1);
    assert(out.marks.count + out.rejected_rows == 1);
    outcome_release(&out);
    mapper_release(&mapper);
    return 0;
}
