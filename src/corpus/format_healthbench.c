/* format_healthbench.c - HealthBench: conversations with rubrics. */
#include "corpus/chats.h"
#include "corpus/tagged.h"

static void map(struct mapper *m, const json *row)
{
    struct vec messages;
    vec_init(&messages, sizeof(struct message));
    bool known =
        chat_collect(m, field(m, row, "prompt"), "role", "content", &messages);
    map_dialogue(m);
    map_id(m, field_str(m, row, "prompt_id"));
    map_label(m, "rubrics", field(m, row, "rubrics"));
    map_label(m, "tags", field(m, row, "example_tags"));
    map_label(m, "ideal_completions", field(m, row, "ideal_completions_data"));
    static const enum role roles[] = {ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT};
    for (size_t i = 0; i < messages.count; i++) {
        const struct message *message = vec_at(&messages, i);
        map_turn(m, roles[message->by], STR(""), message->text);
    }
    if (known)
        map_emit(m);
    else
        tagged_reject(m);
    vec_release(&messages);
}

const struct format format_healthbench = {
    .name = "healthbench",
    .title = "HealthBench",
    .layout =
        "JSON lines: prompt_id, prompt[role, content], rubrics[criterion, "
        "points, tags], example_tags[], ideal_completions_data",
    .labels = "meta or --labels: rubrics, tags, ideal_completions",
    .shapes = SHAPE_JSON,
    .keys = "prompt_id prompt rubrics",
    .map = map,
};
