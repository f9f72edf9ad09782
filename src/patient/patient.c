/* patient.c - one table of the schema, and what reads and writes by it; see
 * patient.h. */
#include "patient/patient.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "record/record.h"

#define TEXT(type, member)                                                     \
    {                                                                          \
#member, CELL_STR, offsetof(struct type, member), NULL                 \
    }
#define NUMBER(type, member)                                                   \
    {                                                                          \
#member, CELL_NUMBER, offsetof(struct type, member), NULL              \
    }
#define TEXTS(type, member)                                                    \
    {                                                                          \
#member, CELL_STRS, offsetof(struct type, member), NULL                \
    }
#define ITEMS(type, member, shape)                                             \
    {                                                                          \
#member, CELL_LIST, offsetof(struct type, member), shape               \
    }
#define GROUP(type, member, shape)                                             \
    {                                                                          \
#member, CELL_GROUP, offsetof(struct type, member), shape              \
    }

static const struct cell outline_cells[] = {
    TEXT(patient_outline, disease),
    TEXT(patient_outline, icd10),
    TEXT(patient_outline, name),
    TEXT(patient_outline, summary),
    TEXT(patient_outline, severity),
    TEXT(patient_outline, presentation),
    TEXTS(patient_outline, contraindicated),
    TEXTS(patient_outline, differential),
    TEXTS(patient_outline, special),
    TEXTS(patient_outline, red_flags),
    TEXTS(patient_outline, sources),
    {0}};
static const struct shape outline_shape = {outline_cells,
                                           sizeof(struct patient_outline)};

static const struct cell medicine_cells[] = {
    TEXT(patient_medicine, id),
    TEXT(patient_medicine, name),
    NUMBER(patient_medicine, dose),
    TEXT(patient_medicine, unit),
    NUMBER(patient_medicine, times),
    NUMBER(patient_medicine, every_days),
    {0}};
static const struct shape medicine_shape = {medicine_cells,
                                            sizeof(struct patient_medicine)};

static const struct cell event_cells[] = {
    TEXT(patient_event, text), NUMBER(patient_event, years), {0}};
static const struct shape event_shape = {event_cells,
                                         sizeof(struct patient_event)};

static const struct cell background_cells[] = {
    NUMBER(patient_background, age),
    TEXT(patient_background, sex),
    TEXT(patient_background, status),
    TEXT(patient_background, region),
    TEXT(patient_background, education),
    TEXT(patient_background, occupation),
    TEXT(patient_background, income),
    TEXT(patient_background, smoking),
    TEXT(patient_background, alcohol),
    TEXT(patient_background, diet),
    TEXT(patient_background, activity),
    TEXT(patient_background, style),
    TEXT(patient_background, literacy),
    TEXT(patient_background, language_level),
    TEXT(patient_background, mood),
    TEXT(patient_background, speaker),
    ITEMS(patient_background, past, &event_shape),
    TEXTS(patient_background, family),
    ITEMS(patient_background, medication, &medicine_shape),
    TEXTS(patient_background, allergies),
    TEXTS(patient_background, vaccination),
    {0}};
static const struct shape background_shape = {
    background_cells, sizeof(struct patient_background)};

static const struct cell symptom_cells[] = {TEXT(patient_symptom, id),
                                            TEXT(patient_symptom, name),
                                            TEXT(patient_symptom, lay),
                                            NUMBER(patient_symptom, days),
                                            TEXT(patient_symptom, severity),
                                            NUMBER(patient_symptom, score),
                                            TEXT(patient_symptom, impact),
                                            TEXT(patient_symptom, disclosure),
                                            {0}};
static const struct shape symptom_shape = {symptom_cells,
                                           sizeof(struct patient_symptom)};

static const struct cell denial_cells[] = {TEXT(patient_denial, id),
                                           TEXT(patient_denial, name),
                                           TEXT(patient_denial, lay),
                                           {0}};
static const struct shape denial_shape = {denial_cells,
                                          sizeof(struct patient_denial)};

static const struct cell complaint_cells[] = {
    TEXT(patient_complaint, chief),
    TEXT(patient_complaint, onset),
    NUMBER(patient_complaint, days),
    TEXT(patient_complaint, progression),
    ITEMS(patient_complaint, items, &symptom_shape),
    ITEMS(patient_complaint, negatives, &denial_shape),
    TEXTS(patient_complaint, triggers),
    TEXTS(patient_complaint, relief),
    {0}};
static const struct shape complaint_shape = {complaint_cells,
                                             sizeof(struct patient_complaint)};

static const struct cell result_cells[] = {
    TEXT(patient_result, id),      TEXT(patient_result, name),
    NUMBER(patient_result, value), TEXT(patient_result, unit),
    NUMBER(patient_result, low),   NUMBER(patient_result, high),
    TEXT(patient_result, text),    {0}};
static const struct shape result_shape = {result_cells,
                                          sizeof(struct patient_result)};

static const struct cell examination_cells[] = {
    ITEMS(patient_examination, vitals, &result_shape),
    TEXTS(patient_examination, findings),
    ITEMS(patient_examination, tests, &result_shape),
    {0}};
static const struct shape examination_shape = {
    examination_cells, sizeof(struct patient_examination)};

static const struct cell meta_cells[] = {
    NUMBER(patient_meta, seed),
    NUMBER(patient_meta, attribute_tries),
    NUMBER(patient_meta, symptom_tries),
    NUMBER(patient_meta, examination_tries),
    TEXTS(patient_meta, verdicts),
    TEXT(patient_meta, pair),
    TEXT(patient_meta, variant),
    {0}};
static const struct shape meta_shape = {meta_cells,
                                        sizeof(struct patient_meta)};

static const struct cell patient_cells[] = {
    GROUP(patient, outline, &outline_shape),
    GROUP(patient, background, &background_shape),
    GROUP(patient, symptoms, &complaint_shape),
    GROUP(patient, examination, &examination_shape),
    GROUP(patient, meta, &meta_shape),
    {0}};
const struct shape patient_shape = {patient_cells, sizeof(struct patient)};

const struct cell *shape_cell(const struct shape *shape, str name)
{
    for (const struct cell *cell = shape->cells; cell->name; cell++)
        if (str_equal(name, str_of(cell->name)))
            return cell;
    return NULL;
}

/* --- reading --- */

struct reader {
    struct arena *arena;
    struct err *err;
};

static bool read_shape(struct reader *r, const struct shape *shape,
                       const json *object, void *out);

static bool wrong(struct reader *r, const char *allowed)
{
    return err_set(r->err, ERR_FORMAT, "expected %s", allowed);
}

static bool read_text(struct reader *r, const json *value, str *out)
{
    *out = (str){0};
    if (json_is_null(value))
        return true;
    if (!json_is_str(value))
        return wrong(r, "text or null");
    *out = arena_copy(r->arena, json_str(value, STR("")));
    return true;
}

static bool read_list(struct reader *r, const struct cell *cell,
                      const json *array, struct list *list)
{
    if (!json_is_array(array))
        return wrong(r, "a list");
    size_t count = json_count(array), index = 0;
    if (count > PATIENT_LIST_MAX)
        return err_set(r->err, ERR_LIMIT, "more than %d items",
                       PATIENT_LIST_MAX);
    size_t bytes = cell->type == CELL_STRS ? sizeof(str) : cell->sub->bytes;
    *list = list_make(r->arena, count, bytes);
    JSON_EACH(item, array)
    {
        char *place = (char *)list->items + index * bytes;
        bool ok = cell->type == CELL_STRS
                      ? read_text(r, item, (str *)(void *)place)
                      : read_shape(r, cell->sub, item, place);
        if (!ok)
            return err_wrap(r->err, "[%zu]", index);
        index++;
    }
    return true;
}

static bool read_cell(struct reader *r, const struct cell *cell,
                      const json *value, void *out)
{
    switch (cell->type) {
    case CELL_STR:
        return read_text(r, value, out);
    case CELL_NUMBER:
        if (!json_is_null(value) && !json_is_number(value))
            return wrong(r, "a number or null");
        *(double *)out = json_number(value, NAN);
        return true;
    case CELL_GROUP:
        return read_shape(r, cell->sub, value, out);
    case CELL_STRS:
    case CELL_LIST:
        return read_list(r, cell, value, out);
    }
    return false;
}

static bool read_shape(struct reader *r, const struct shape *shape,
                       const json *object, void *out)
{
    if (!json_is_object(object))
        return wrong(r, "an object");
    JSON_EACH(member, object)
    if (!shape_cell(shape, json_key_of(member)))
        return err_set(r->err, ERR_FORMAT, "unknown key '" STR_FMT "'",
                       STR_ARG(json_key_of(member)));
    for (const struct cell *cell = shape->cells; cell->name; cell++) {
        const json *value = json_get(object, cell->name);
        if (!value)
            return err_set(r->err, ERR_FORMAT, "%s: key is missing",
                           cell->name);
        if (!read_cell(r, cell, value, (char *)out + cell->offset))
            return err_wrap(r->err, "%s", cell->name);
    }
    return true;
}

bool patient_parse(str json_text, struct arena *arena, struct patient *patient,
                   struct err *err)
{
    struct reader r = {.arena = arena, .err = err};
    *patient = (struct patient){0};
    json *document = json_parse(json_text, err);
    if (!document)
        return err_wrap(err, "patient");
    bool ok = read_shape(&r, &patient_shape, document, patient);
    json_free(document);
    return ok || err_wrap(err, "patient");
}

/* --- writing --- */

static void write_shape(struct json_out *j, const struct shape *shape,
                        const void *data);

static void write_list(struct json_out *j, const struct cell *cell,
                       const struct list *list)
{
    json_begin(j, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (cell->type == CELL_STRS)
            json_put_str(j, ((const str *)list->items)[i]);
        else
            write_shape(j, cell->sub,
                        (const char *)list->items + i * cell->sub->bytes);
    }
    json_end(j, ']');
}

static void write_shape(struct json_out *j, const struct shape *shape,
                        const void *data)
{
    json_begin(j, '{');
    for (const struct cell *cell = shape->cells; cell->name; cell++) {
        const void *place = (const char *)data + cell->offset;
        json_key(j, cell->name);
        switch (cell->type) {
        case CELL_STR:
            json_put_str_or_null(j, *(const str *)place);
            break;
        case CELL_NUMBER:
            json_put_number(j, *(const double *)place);
            break;
        case CELL_GROUP:
            write_shape(j, cell->sub, place);
            break;
        case CELL_STRS:
        case CELL_LIST:
            write_list(j, cell, place);
            break;
        }
    }
    json_end(j, '}');
}

void patient_write(const struct patient *patient, struct buf *out)
{
    struct json_out j = json_out(out);
    write_shape(&j, &patient_shape, patient);
}

/* --- questions --- */

const struct patient_symptom *patient_symptom(const struct patient *p, str id)
{
    for (size_t i = 0; i < p->symptoms.items.count; i++) {
        const struct patient_symptom *s =
            LIST_AT(p->symptoms.items, struct patient_symptom, i);
        if (str_equal(s->id, id))
            return s;
    }
    return NULL;
}

const struct patient_denial *patient_denial(const struct patient *p, str id)
{
    for (size_t i = 0; i < p->symptoms.negatives.count; i++) {
        const struct patient_denial *d =
            LIST_AT(p->symptoms.negatives, struct patient_denial, i);
        if (str_equal(d->id, id))
            return d;
    }
    return NULL;
}

bool patient_has_speaker(const struct patient *p)
{
    str speaker = p->background.speaker;
    return speaker.len && !str_equal(speaker, STR("self"));
}
