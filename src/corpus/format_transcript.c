/* format_transcript.c - plain transcripts, one conversation a file: "Arts: …",
 * "D: …", "来访者：…", "[doctor] …", with names of people too. */
#include "corpus/tagged.h"

static void map(struct mapper *m, const json *row)
{
    str text = json_str(json_get(row, "text"), STR(""));
    map_dialogue(m);
    if (!tagged_turns(m, text)) {
        map_reject(m, "no_speakers", "no line names a speaker");
        return;
    }
    map_meta(m, "lead", tagged_lead(text));
    map_emit(m);
}

const struct format format_transcript = {
    .name = "transcript",
    .title = "transcript",
    .layout =
        "text, one conversation a file, turns open with the speaker "
        "(\"Arts:\", \"Patiënt:\", \"D:\", \"医生：\", \"[doctor]\"; CPsyCoun, "
        "OSCE interviews)",
    .labels = "meta: lead (text before the first speaker)",
    .shapes = SHAPE_TEXT,
    .is_text = tagged_is,
    .map = map,
};
