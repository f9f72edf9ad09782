/* align.c - see align.h. */
#include "flan/align.h"

#include "base/asset.h"

struct task_texts {
    str task;
    struct list instructions; /* str */
};

static const struct field parts_fields[] = {
    {"conclusion", FIELD_STR, offsetof(struct align_parts, conclusion),
     .doc = "heading of the answer"},
    {"basis", FIELD_STR, offsetof(struct align_parts, basis),
     .doc = "heading of its reasons"},
    {"advice", FIELD_STR, offsetof(struct align_parts, advice),
     .doc = "heading of the closing remark"},
    {0}};
static const struct schema parts_schema = {.name = "parts",
                                           .fields = parts_fields,
                                           .struct_bytes =
                                               sizeof(struct align_parts)};

static const struct field dota_fields[] = {
    {"history", FIELD_STR, offsetof(struct align_dota, history),
     .doc = "question behind the history"},
    {"examination", FIELD_STR, offsetof(struct align_dota, examination),
     .doc = "question behind the examination"},
    {"results", FIELD_STR, offsetof(struct align_dota, results),
     .doc = "question behind the results"},
    {0}};
static const struct schema dota_schema = {.name = "dota",
                                          .fields = dota_fields,
                                          .struct_bytes =
                                              sizeof(struct align_dota)};

static const struct field task_fields[] = {
    {"task", FIELD_STR, offsetof(struct task_texts, task),
     .doc = "name or id of the task"},
    {"instructions", FIELD_STRS, offsetof(struct task_texts, instructions),
     .doc = "several wordings"},
    {0}};
static const struct schema task_schema = {.name = "task",
                                          .fields = task_fields,
                                          .struct_bytes =
                                              sizeof(struct task_texts)};

static const struct field align_fields[] = {
    {"language", FIELD_STR, offsetof(struct align, language),
     .doc = "of all texts"},
    {"system", FIELD_STR, offsetof(struct align, system),
     .doc = "system message of the polishing request"},
    {"polish", FIELD_STR, offsetof(struct align, polish),
     .doc = "the request, with {instruction} {item} {reference}"},
    {"case", FIELD_STR, offsetof(struct align, case_caption),
     .doc = "caption of the case"},
    {"options", FIELD_STR, offsetof(struct align, options_caption),
     .doc = "caption of the options"},
    {"parts", FIELD_STRUCT, offsetof(struct align, parts), .sub = &parts_schema,
     .doc = "headings of the simulator's answer"},
    {"advice", FIELD_STR, offsetof(struct align, advice),
     .doc = "closing remark of the simulator's answer"},
    {"dota", FIELD_STRUCT, offsetof(struct align, dota), .sub = &dota_schema,
     .doc = "questions of the three turns"},
    {"tasks", FIELD_STRUCTS, offsetof(struct align, tasks), .sub = &task_schema,
     .doc = "instructions of all 22 tasks"},
    {0}};
static const struct schema align_schema = {.name = "flan texts",
                                           .fields = align_fields,
                                           .struct_bytes =
                                               sizeof(struct align)};

static bool sort_tasks(struct align *align, struct err *err)
{
    for (size_t i = 0; i < align->tasks.count; i++) {
        const struct task_texts *texts =
            LIST_AT(align->tasks, struct task_texts, i);
        int task = task_find(texts->task);
        if (task == TASK_NONE)
            return err_set(err, ERR_CONFIG, "no task is called '" STR_FMT "'",
                           STR_ARG(texts->task));
        align->instructions[task] = texts->instructions;
    }
    for (int t = 0; t < TASK_COUNT; t++)
        if (align->instructions[t].count == 0)
            return err_set(err, ERR_CONFIG, "task '%s' has no instruction",
                           tasks[t].name);
    return true;
}

const struct align *align_open(str language, struct arena *arena,
                               struct err *err)
{
    str name = arena_printf(arena, "flan/" STR_FMT ".yaml", STR_ARG(language));
    struct yaml *root = asset_yaml(name.ptr, arena, err);
    struct align *align = arena_alloc(arena, sizeof *align);
    if (!root || !schema_bind(&align_schema, root, align, arena, err))
        return NULL;
    if (!sort_tasks(align, err)) {
        err_wrap(err, "%s", root->file);
        return NULL;
    }
    return align;
}

str align_instruction(const struct align *align, int task, struct rng *rng,
                      size_t *which)
{
    const struct list *texts = &align->instructions[task];
    *which = (size_t)rng_below(rng, texts->count);
    return *LIST_AT(*texts, str, *which);
}

str align_item(const struct align *align, const struct question *q,
               struct arena *arena)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    if (q->case_text.len)
        buf_printf(&out, STR_FMT "\n" STR_FMT "\n\n",
                   STR_ARG(align->case_caption), STR_ARG(q->case_text));
    buf_add(&out, q->question);
    if (q->options.count)
        buf_printf(&out, "\n" STR_FMT, STR_ARG(align->options_caption));
    for (size_t i = 0; i < q->options.count; i++) {
        const struct option *option = LIST_AT(q->options, struct option, i);
        buf_printf(&out, "\n" STR_FMT ". " STR_FMT, STR_ARG(option->key),
                   STR_ARG(option->text));
    }
    str item = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return item;
}

str align_fill(str text, str instruction, str item, str reference,
               struct arena *arena)
{
    const struct {
        str name, value;
    } places[] = {{STR("{instruction}"), instruction},
                  {STR("{item}"), item},
                  {STR("{reference}"), reference}};
    struct buf out;
    buf_init(&out, BUF_MAX);
    for (size_t i = 0; i < text.len;) {
        size_t taken = 0;
        for (size_t p = 0; p < sizeof places / sizeof *places; p++)
            if (str_starts_with(str_slice(text, i, text.len), places[p].name)) {
                buf_add(&out, places[p].value);
                taken = places[p].name.len;
            }
        if (taken == 0)
            buf_add_char(&out, text.ptr[i]);
        i += taken ? taken : 1;
    }
    str filled = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return filled;
}
