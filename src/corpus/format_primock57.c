/* format_primock57.c - PriMock57: mock consultations as two Praat TextGrids
 * (doctor, patient) and the doctor's note, three files a consultation. */
#include "base/fs.h"
#include "base/utf8.h"
#include "corpus/mapping.h"
#include "corpus/textgrid.h"

/* "…/day1_consultation01_doctor.TextGrid" -> "day1_consultation01" */
static str group_of(str name)
{
    str base = fs_base_name(name);
    size_t colon = str_find_char(base, ':', 0);
    if (colon != STR_NONE)
        base = str_slice(base, colon + 1, base.len);
    bool note = str_ends_with(base, STR(".json"));
    if (!str_starts_with(base, STR("day")) ||
        (!note && !str_ends_with(base, STR(".TextGrid"))) ||
        !str_contains(base, STR("_consultation")))
        return STR("");
    size_t end = str_find(base, STR("_consultation"), 0) + 13;
    while (end < base.len && base.ptr[end] >= '0' && base.ptr[end] <= '9')
        end++;
    return str_slice(base, 0, end);
}

static void add_note(struct mapper *m, str text)
{
    struct err why = {0};
    json *note = json_parse(text, &why);
    if (!note) {
        map_note(m, "unreadable_note");
        return;
    }
    static const char *const keys[] = {"presenting_complaint", "note"};
    for (size_t i = 0; i < 2; i++)
        map_label_str(
            m, keys[i],
            arena_copy(&m->arena, scalar_text(m, json_get(note, keys[i]))));
    map_label(m, "highlights", json_get(note, "highlights"));
    json_free(note);
}

/* One file of the consultation; false when it was rejected. */
static bool add_file(struct mapper *m, const struct group_file *file,
                     struct vec *intervals, size_t *grids)
{
    str text;
    if (!group_text(m, file, &text))
        return false;
    if (!utf8_is_valid(text)) {
        map_reject(m, "not_utf8", STR_FMT, STR_ARG(file->name));
        return false;
    }
    if (!str_ends_with(file->name, STR(".TextGrid"))) {
        add_note(m, text);
        return true;
    }
    bool doctor = str_contains(file->name, STR("doctor"));
    textgrid_read(text, doctor ? ROLE_DOCTOR : ROLE_PATIENT, &m->arena,
                  intervals);
    ++*grids;
    return true;
}

static void map_group(struct mapper *m, const struct group_file *files,
                      size_t count)
{
    struct vec intervals;
    vec_init(&intervals, sizeof(struct interval));
    map_dialogue(m);
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    map_id(m, m->origin->stem);
    size_t grids = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_file(m, &files[i], &intervals, &grids);
    textgrid_turns(m, &intervals);
    vec_release(&intervals);
    if (ok && grids == 0)
        map_reject(m, "no_transcript", "a note without its TextGrids");
    else if (ok)
        map_emit(m);
}

const struct format format_primock57 = {
    .name = "primock57",
    .title = "PriMock57",
    .lang = "en",
    .layout = "a folder of DAY_CONSULTATION.json notes and "
              "DAY_CONSULTATION_{doctor,patient}.TextGrid transcripts",
    .labels = "meta or --labels: presenting_complaint, note, highlights",
    .shapes = SHAPE_GROUP,
    .group_of = group_of,
    .map_group = map_group,
};
