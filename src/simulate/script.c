/* script.c - see script.h. */
#include "simulate/script.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/mem.h"

struct script {
    struct arena arena;
    struct beat *beats; /* in arena */
    size_t beat_count;
    struct scene *scenes; /* in arena */
    size_t scene_count;
};

/* --- the file as it is written --- */

struct written_beat {
    str id, phase, bind;
    int64_t turns;
    struct list unless, when;
    bool diagnosis;
};

struct written_scene {
    str relation, lead, lead_in, last;
    struct list tasks, steps;
    bool known;
};

struct written_script {
    struct list beats, scenes;
};

static const char *const phase_names[] = {
    "opening",    "history", "examination", "tests",
    "assessment", "plan",    "closing",     NULL};

const char *phase_name(enum phase phase)
{
    return phase_names[phase];
}

static const struct field beat_fields[] = {
    {"id", FIELD_STR, offsetof(struct written_beat, id),
     .doc = "name, also of its rules in the grammars"},
    {"phase", FIELD_CHOICE, offsetof(struct written_beat, phase),
     .choices = phase_names, .doc = "where in a consultation it belongs"},
    {"turns", FIELD_INT, offsetof(struct written_beat, turns), .min = 2,
     .max = BEAT_TURNS_MAX, .fallback = "2", .doc = "2 or 4"},
    {"bind", FIELD_STR, offsetof(struct written_beat, bind), .fallback = "\"\"",
     .doc = "the kind of fact it speaks of"},
    {"unless", FIELD_STRS, offsetof(struct written_beat, unless),
     .fallback = "[]", .doc = "symptoms that make it senseless"},
    {"when", FIELD_STRS, offsetof(struct written_beat, when), .fallback = "[]",
     .doc = "flags; one of the texts must hold"},
    {"diagnosis", FIELD_BOOL, offsetof(struct written_beat, diagnosis),
     .fallback = "false", .doc = "side A says the diagnosis here"},
    {0}};
static const struct schema beat_schema = {"beat", beat_fields,
                                          sizeof(struct written_beat), 0};

static const char *const relation_names[] = {
    "doctor-patient", "doctor-nurse", "doctor-doctor", "patient-nurse", NULL};
static const char *const lead_names[] = {"doctor", "nurse", NULL};

static const struct field scene_fields[] = {
    {"relation", FIELD_CHOICE, offsetof(struct written_scene, relation),
     .choices = relation_names, .doc = "who meets"},
    {"tasks", FIELD_STRS, offsetof(struct written_scene, tasks),
     .doc = "tasks of the outlines it plays"},
    {"lead", FIELD_CHOICE, offsetof(struct written_scene, lead),
     .choices = lead_names, .doc = "who leads: side A"},
    {"lead_in", FIELD_STR, offsetof(struct written_scene, lead_in),
     .doc = "rule with which side B may begin"},
    {"last", FIELD_STR, offsetof(struct written_scene, last),
     .doc = "rule with which side A may end"},
    {"known", FIELD_BOOL, offsetof(struct written_scene, known),
     .fallback = "false", .doc = "the diagnosis is known from the start"},
    {"steps", FIELD_STRS, offsetof(struct written_scene, steps),
     .doc = "beats in order: beat, beat!, beat*3, beat:2"},
    {0}};
static const struct schema scene_schema = {"scene", scene_fields,
                                           sizeof(struct written_scene), 0};

static const struct field script_fields[] = {
    {"beats", FIELD_STRUCTS, offsetof(struct written_script, beats),
     .sub = &beat_schema, .doc = "exchanges"},
    {"scenes", FIELD_STRUCTS, offsetof(struct written_script, scenes),
     .sub = &scene_schema, .doc = "one for a relation and its tasks"},
    {0}};
static const struct schema script_schema = {"script", script_fields,
                                            sizeof(struct written_script), 0};

/* --- loading --- */

struct loader {
    struct script *script;
    struct map beat_index;
    struct err *err;
};

static bool wrong(struct loader *l, const char *what, str part)
{
    return err_set(l->err, ERR_CONFIG, "grammar/scenes.yaml: %s '" STR_FMT "'",
                   what, STR_ARG(part));
}

static enum phase phase_of(str name)
{
    for (int i = 0; i < PHASE_COUNT; i++)
        if (str_equal(name, str_of(phase_names[i])))
            return (enum phase)i;
    return PHASE_HISTORY;
}

static bool parse_condition(struct loader *l, str text,
                            struct condition *condition)
{
    for (str word; str_next(&text, ' ', &word);) {
        bool negated = str_starts_with(word, STR("!"));
        if (negated)
            word = str_slice(word, 1, word.len);
        size_t i = 0;
        while (i < facts_names.flag_count &&
               !str_equal(word, str_of(facts_names.flags[i])))
            i++;
        if (i == facts_names.flag_count)
            return wrong(l, "no flag", word);
        *(negated ? &condition->forbid : &condition->require) |= (uint64_t)1
                                                                 << i;
    }
    return true;
}

static bool read_beat(struct loader *l, const struct written_beat *written,
                      struct beat *beat)
{
    *beat = (struct beat){.id = written->id,
                          .phase = phase_of(written->phase),
                          .turns = (int)written->turns,
                          .bind = fact_kind_of(written->bind),
                          .unless = written->unless,
                          .diagnosis = written->diagnosis};
    if (written->turns % 2)
        return wrong(l, "2 or 4 turns, not so in beat", written->id);
    if (written->bind.len && beat->bind == FACT_NONE)
        return wrong(l, "no kind of fact", written->bind);
    beat->when =
        (struct list){arena_array(&l->script->arena, written->when.count,
                                  sizeof(struct condition)),
                      written->when.count};
    for (size_t i = 0; i < written->when.count; i++)
        if (!parse_condition(l, ((const str *)written->when.items)[i],
                             (struct condition *)beat->when.items + i))
            return false;
    return map_put(&l->beat_index, beat->id,
                   (uint64_t)(beat - l->script->beats)) ||
           wrong(l, "a second beat", beat->id);
}

/* The number behind a mark: "symptom*3:2", '*' → 3. */
static double number_after(str text, char mark, double otherwise)
{
    size_t at = str_find_char(text, mark, 0);
    if (at == STR_NONE)
        return otherwise;
    size_t end = at + 1;
    while (end < text.len && (text.ptr[end] == '.' ||
                              (text.ptr[end] >= '0' && text.ptr[end] <= '9')))
        end++;
    double value;
    return str_to_double(str_slice(text, at + 1, end), &value) ? value
                                                               : otherwise;
}

static bool read_step(struct loader *l, str text, struct scene *scene)
{
    size_t end = 0;
    while (end < text.len && !(text.ptr[end] == '!' || text.ptr[end] == '*' ||
                               text.ptr[end] == ':'))
        end++;
    uint64_t index;
    if (!map_get(&l->beat_index, str_slice(text, 0, end), &index))
        return wrong(l, "no beat for step", text);
    if (scene->step_count == SCENE_STEPS_MAX)
        return wrong(l, "more than 64 steps, at", text);
    scene->steps[scene->step_count++] =
        (struct step){.beat = &l->script->beats[index],
                      .must = str_find_char(text, '!', 0) != STR_NONE,
                      .times = (int)number_after(text, '*', 1),
                      .weight = number_after(text, ':', 1)};
    return true;
}

static bool read_scene(struct loader *l, const struct written_scene *written,
                       struct scene *scene)
{
    *scene = (struct scene){.relation = relation_from_name(written->relation),
                            .tasks = written->tasks,
                            .lead = role_from_name(written->lead),
                            .known = written->known,
                            .lead_in = written->lead_in,
                            .last = written->last};
    scene->colleagues = scene->relation == RELATION_DOCTOR_DOCTOR ||
                        scene->relation == RELATION_DOCTOR_NURSE;
    for (size_t i = 0; i < written->steps.count; i++)
        if (!read_step(l, ((const str *)written->steps.items)[i], scene))
            return false;
    return scene->step_count > 0 ||
           wrong(l, "no steps in a scene of", written->relation);
}

static bool read_script(struct loader *l)
{
    struct script *s = l->script;
    struct yaml *root = asset_yaml("grammar/scenes.yaml", &s->arena, l->err);
    struct written_script written;
    if (!root ||
        !schema_bind(&script_schema, root, &written, &s->arena, l->err))
        return false;
    s->beat_count = written.beats.count;
    s->beats = arena_array(&s->arena, s->beat_count, sizeof *s->beats);
    for (size_t i = 0; i < s->beat_count; i++)
        if (!read_beat(l, (const struct written_beat *)written.beats.items + i,
                       &s->beats[i]))
            return false;
    s->scene_count = written.scenes.count;
    s->scenes = arena_array(&s->arena, s->scene_count, sizeof *s->scenes);
    for (size_t i = 0; i < s->scene_count; i++)
        if (!read_scene(l,
                        (const struct written_scene *)written.scenes.items + i,
                        &s->scenes[i]))
            return false;
    return true;
}

struct script *script_open(struct err *err)
{
    struct script *script = mem_zero(1, sizeof *script);
    arena_init(&script->arena);
    struct loader l = {.script = script, .err = err};
    map_init(&l.beat_index);
    bool ok = read_script(&l);
    map_release(&l.beat_index);
    if (!ok) {
        script_close(script);
        return NULL;
    }
    return script;
}

void script_close(struct script *script)
{
    if (!script)
        return;
    arena_release(&script->arena);
    free(script);
}

bool script_bind(struct script *script, enum lang lang,
                 const struct phrasebook *phrasebook, struct err *err)
{
    for (size_t i = 0; i < script->beat_count; i++) {
        struct beat *beat = &script->beats[i];
        for (int turn = 0; turn < beat->turns; turn++) {
            char name[96];
            snprintf(name, sizeof name, STR_FMT ".%c", STR_ARG(beat->id),
                     'a' + turn);
            struct beat_rules *rules = &beat->rules[lang][turn];
            rules->say = phrasebook_rule(phrasebook, str_of(name));
            if (rules->say == RULE_NONE) {
                str id = lang_name(lang);
                return err_set(err, ERR_CONFIG,
                               "grammar/" STR_FMT ": no rule '%s' for a beat "
                               "of scenes.yaml",
                               STR_ARG(id), name);
            }
            snprintf(name, sizeof name, STR_FMT ".%c+", STR_ARG(beat->id),
                     'a' + turn);
            rules->add = phrasebook_rule(phrasebook, str_of(name));
        }
    }
    return true;
}

const struct scene *script_scene(const struct script *script,
                                 enum relation relation, str task)
{
    const struct scene *first = NULL;
    for (size_t i = 0; i < script->scene_count; i++) {
        const struct scene *scene = &script->scenes[i];
        if (scene->relation != relation)
            continue;
        first = first ? first : scene;
        for (size_t j = 0; j < scene->tasks.count; j++)
            if (str_equal(((const str *)scene->tasks.items)[j], task))
                return scene;
    }
    return first;
}

const struct scene *script_scenes(const struct script *script, size_t *count)
{
    *count = script->scene_count;
    return script->scenes;
}
