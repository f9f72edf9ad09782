/* format_aci_bench.c - ACI-Bench: visit conversations with the full note; CSV
 * with a metadata file beside it, and the JSON form {src, tgt, file}. */
#include "base/fs.h"
#include "corpus/tagged.h"

/* train.csv -> train_metadata.csv */
static const char *companion(str name, struct arena *arena)
{
    if (!str_ends_with(name, STR(".csv")) ||
        str_ends_with(name, STR("_metadata.csv")))
        return NULL;
    return arena_printf(arena, STR_FMT "_metadata.csv",
                        STR_ARG(str_slice(name, 0, name.len - 4)))
        .ptr;
}

static bool is_companion(str name)
{
    return str_ends_with(name, STR("_metadata.csv"));
}

static void add_metadata(struct mapper *m, str encounter)
{
    json *row = map_companion(m, encounter);
    JSON_EACH(member, row)
    {
        str key = json_key_of(member);
        if (!str_equal(key, STR("dataset")) &&
            !str_equal(key, STR("encounter_id")))
            map_meta(m, arena_cstr(&m->arena, key),
                     arena_copy(&m->arena, json_str(member, STR(""))));
    }
    json_free(row);
}

static void map(struct mapper *m, const json *row)
{
    str dialogue = field_str(m, row, "dialogue|src");
    str id = field_str(m, row, "encounter_id|file|id");
    map_dialogue(m);
    m->record.dialogue.relation = RELATION_DOCTOR_PATIENT;
    map_id(m, arena_printf(&m->arena, STR_FMT "-" STR_FMT,
                           STR_ARG(m->origin->stem), STR_ARG(id)));
    m->record.case_id = id;
    map_label_str(m, "note", field_str(m, row, "note|tgt"));
    add_metadata(m, id);
    if (!tagged_turns(m, dialogue)) {
        map_reject(m, "no_dialogue", "no [doctor] or [patient] in the text");
        return;
    }
    map_emit(m);
}

const struct format format_aci_bench = {
    .name = "aci-bench",
    .title = "ACI-Bench",
    .lang = "en",
    .layout = "CSV: dataset, encounter_id, dialogue (\"[doctor] … [patient] "
              "…\"), note, with FILE_metadata.csv beside it; JSON: data[src, "
              "tgt, file]",
    .labels = "meta or --labels: note; meta: columns of the metadata file; "
              "case_id = encounter",
    .shapes = SHAPE_CELLS | SHAPE_JSON,
    .json_path = "data[]",
    .keys = "dataset encounter_id dialogue note|src tgt file|"
            "dataset id dialogue note|"
            "dataset encounter_id patient_gender",
    .companion = companion,
    .join = "encounter_id",
    .is_companion = is_companion,
    .map = map,
};
