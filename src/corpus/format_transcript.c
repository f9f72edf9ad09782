/* format_transcript.c - plain transcripts, one conversation a file, in which
 * every turn opens with its speaker; also as a JSON list of such utterances
 * (the evaluation part of CPsyCoun), whose folder is the topic. */
#include "base/fs.h"
#include "corpus/tagged.h"

/* "…/Self-growth/3.json" -> "Self-growth" */
static str folder_of(str name)
{
    str base = fs_base_name(name);
    size_t cut = name.len - base.len;
    return cut ? fs_base_name(str_slice(name, 0, cut - 1)) : STR("");
}

/* False when the text is no list of utterances. */
static bool map_list(struct mapper *m, str text)
{
    json *list = str_starts_with(str_trim(text), STR("["))
                     ? json_parse(text, NULL)
                     : NULL;
    bool known = json_is_str(json_at(list, 0)) && tagged_list(m, list);
    if (known) {
        str folder = folder_of(str_of(m->origin->name));
        map_label_str(m, "topic", folder);
        if (folder.len)
            map_id(m, arena_printf(&m->arena, STR_FMT "-" STR_FMT,
                                   STR_ARG(folder), STR_ARG(m->origin->stem)));
        map_emit(m);
    }
    json_free(list);
    return known;
}

static void map(struct mapper *m, const json *row)
{
    str text = json_str(json_get(row, "text"), STR(""));
    map_dialogue(m);
    if (map_list(m, text))
        return;
    map_dialogue(m); /* without what a list that broke off left */
    if (!tagged_turns(m, text)) {
        map_reject(m, "no_speakers", "no line names a speaker");
        return;
    }
    map_meta(m, "lead", tagged_lead(text));
    map_emit(m);
}

static bool is_text(str head)
{
    head = str_trim(head);
    if (!str_starts_with(head, STR("[\"")))
        return tagged_is(head);
    str text = str_slice(head, 2, head.len), speaker;
    return tagged_split(&text, &speaker) != ROLE_NONE;
}

const struct format format_transcript = {
    .name = "transcript",
    .title = "transcript",
    .layout =
        "text, one conversation a file, turns open with the speaker "
        "(\"Arts:\", \"Patiënt:\", \"D:\", \"医生：\", \"[doctor]\"; CPsyCoun, "
        "OSCE interviews); or a JSON list of such turns",
    .labels = "meta: lead (text before the first speaker); meta or --labels: "
              "topic (folder of a JSON list)",
    .shapes = SHAPE_TEXT,
    .is_text = is_text,
    .map = map,
};
