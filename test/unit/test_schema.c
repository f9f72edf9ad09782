/* Schemas: binding, defaults, named errors, writing and documenting. */
#include "check.h"

#include <math.h>

#include "base/schema.h"

struct endpoint {
    str url;
    double weight;
    int64_t line;
};

struct engine {
    str kind;
    int64_t retries;
    double temperature;
    bool stream;
    struct range turns;
    struct list stops;  /* str */
    struct list shares; /* double */
    struct list endpoints;
    const struct yaml *extra;
    str note;
};

struct config {
    str name;
    struct engine engine;
};

static const struct field endpoint_fields[] = {
    {"url", FIELD_STR, offsetof(struct endpoint, url), .doc = "where"},
    {"weight", FIELD_NUMBER, offsetof(struct endpoint, weight), .min = 0,
     .max = INFINITY, .fallback = "1", .doc = "share"},
    {0}};
static const struct schema endpoint_schema = {
    "endpoint", endpoint_fields, sizeof(struct endpoint),
    .line_offset_plus_1 = offsetof(struct endpoint, line) + 1};

static const char *const kinds[] = {"simulator", "http", NULL};
static const struct field engine_fields[] = {
    {"kind", FIELD_CHOICE, offsetof(struct engine, kind), .choices = kinds,
     .fallback = "simulator", .doc = "which engine"},
    {"retries", FIELD_INT, offsetof(struct engine, retries), .min = 0,
     .max = 20, .fallback = "4", .doc = "tries after the first"},
    {"temperature", FIELD_NUMBER, offsetof(struct engine, temperature),
     .min = 0, .max = 2, .fallback = "0.7", .doc = "of sampling"},
    {"stream", FIELD_BOOL, offsetof(struct engine, stream), .fallback = "false",
     .doc = "piece by piece"},
    {"turns", FIELD_RANGE, offsetof(struct engine, turns), .min = 1, .max = 100,
     .fallback = "[4, 8]", .doc = "length"},
    {"stops", FIELD_STRS, offsetof(struct engine, stops), .fallback = "[]",
     .doc = "where to stop"},
    {"shares", FIELD_NUMBERS, offsetof(struct engine, shares), .min = 0,
     .max = 1, .optional = true, .doc = "shares"},
    {"endpoints", FIELD_STRUCTS, offsetof(struct engine, endpoints),
     .sub = &endpoint_schema, .optional = true, .doc = "servers"},
    {"extra", FIELD_NODE, offsetof(struct engine, extra), .optional = true,
     .doc = "passed on"},
    {"note", FIELD_STR, offsetof(struct engine, note), .fallback = "''",
     .doc = "free text"},
    {0}};
static const struct schema engine_schema = {"engine", engine_fields,
                                            sizeof(struct engine), 0};
static const struct field config_fields[] = {
    {"name", FIELD_STR, offsetof(struct config, name), .doc = "of the run"},
    {"engine", FIELD_STRUCT, offsetof(struct config, engine),
     .sub = &engine_schema, .doc = "the model"},
    {0}};
static const struct schema config_schema = {"configuration", config_fields,
                                            sizeof(struct config), 0};

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static bool bind(const char *text, struct config *out, struct err *err)
{
    struct yaml *root = yaml_parse(str_of(text), "c.yaml", &arena, err);
    return root && schema_bind(&config_schema, root, out, &arena, err);
}

static void refused(const char *text, const char *message)
{
    struct config c;
    struct err err = {0};
    bool ok = bind(text, &c, &err);
    if (ok)
        print_error("accepted: [%s]\n", text);
    assert_false(ok);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_string_equal(err.message, message);
}

static void absent_keys_take_their_defaults(void **state)
{
    (void)state;
    struct config c;
    struct err err = {0};
    assert_true(bind("name: x\n", &c, &err));
    assert_str(c.name, "x");
    assert_str(c.engine.kind, "simulator");
    assert_int_equal(c.engine.retries, 4);
    assert_true(c.engine.temperature == 0.7);
    assert_false(c.engine.stream);
    assert_true(c.engine.turns.low == 4 && c.engine.turns.high == 8);
    assert_int_equal(c.engine.stops.count, 0);
    assert_int_equal(c.engine.shares.count, 0);
    assert_int_equal(c.engine.endpoints.count, 0);
    assert_null(c.engine.extra);
    assert_str(c.engine.note, "");
    /* null is as good as absent */
    assert_true(bind("name: x\nengine:\n  retries: ~\n", &c, &err));
    assert_int_equal(c.engine.retries, 4);
    assert_true(bind("name: x\nengine:\n", &c, &err));
    assert_int_equal(c.engine.retries, 4);
}

static void all_kinds_of_values_are_bound(void **state)
{
    (void)state;
    struct config c;
    struct err err = {0};
    assert_true(bind("name: 'a b'\n"
                     "engine:\n"
                     "  kind: http\n"
                     "  retries: 20\n"
                     "  temperature: 1e-1\n"
                     "  stream: yes\n"
                     "  turns: [2, 2]\n"
                     "  stops: one\n"
                     "  shares: [0, 0.5, 1]\n"
                     "  endpoints:\n"
                     "    - {url: 'http://a', weight: 2.5}\n"
                     "    - url: http://b\n"
                     "  extra: {any: [thing]}\n",
                     &c, &err));
    const struct engine *e = &c.engine;
    assert_str(e->kind, "http");
    assert_int_equal(e->retries, 20);
    assert_true(e->temperature == 0.1);
    assert_true(e->stream);
    assert_int_equal(e->stops.count, 1);
    assert_str(((str *)e->stops.items)[0], "one");
    assert_true(((double *)e->shares.items)[1] == 0.5);
    const struct endpoint *endpoints = e->endpoints.items;
    assert_int_equal(e->endpoints.count, 2);
    assert_str(endpoints[1].url, "http://b");
    assert_true(endpoints[0].weight == 2.5 && endpoints[1].weight == 1);
    assert_int_equal(endpoints[1].line, 12);
    assert_int_equal(e->extra->kind, YAML_MAP);
}

static void each_mistake_is_named_with_place_found_and_allowed(void **state)
{
    (void)state;
    refused("engine: {}\n", "c.yaml:1: configuration: key 'name' is missing");
    refused("name: x\nengine:\n  retries: many\n",
            "c.yaml:3: key 'retries': found 'many', allowed: a whole number "
            "from 0 to 20");
    refused("name: x\nengine:\n  retries: 21\n",
            "c.yaml:3: key 'retries': found '21', allowed: a whole number "
            "from 0 to 20");
    refused("name: x\nengine:\n  retries: 1.5\n",
            "c.yaml:3: key 'retries': found '1.5', allowed: a whole number "
            "from 0 to 20");
    refused("name: x\nengine:\n  kind: htpp\n",
            "c.yaml:3: key 'kind': found 'htpp', allowed: one of simulator, "
            "http");
    refused("name: x\nengine:\n  stream: maybe\n",
            "c.yaml:3: key 'stream': found 'maybe', allowed: true or false");
    refused("name: x\nengine:\n  temperature: [1]\n",
            "c.yaml:3: key 'temperature': found 'a list', allowed: a number "
            "from 0 to 2");
    refused("name: x\nengine:\n  turns: [8, 4]\n",
            "c.yaml:3: key 'turns': found 'a list', allowed: [low, high]: two "
            "numbers in order from 1 to 100");
    refused("name: x\nengine:\n  turns: 5\n",
            "c.yaml:3: key 'turns': found '5', allowed: [low, high]: two "
            "numbers in order from 1 to 100");
    refused("name: x\nengine:\n  shares: [0.5, 2]\n",
            "c.yaml:3: key 'shares': found '2', allowed: a list of numbers, "
            "each from 0 to 1");
    refused("name: x\nengine:\n  stops: {a: 1}\n",
            "c.yaml:3: key 'stops': found 'a group of keys', allowed: a list "
            "of texts");
    refused("name: x\nengine: 3\n",
            "c.yaml:2: key 'engine': found '3', allowed: a group of keys "
            "(engine)");
    refused("name: x\nengine:\n  endpoints: {url: a}\n",
            "c.yaml:3: key 'endpoints': found 'a group of keys', allowed: a "
            "list of endpoint");
    refused("name: x\nengine:\n  endpoints: [a]\n",
            "c.yaml:3: key 'endpoints': found 'a', allowed: a list of "
            "endpoint");
    refused("name: x\nengine:\n  endpoints:\n    - weight: 1\n",
            "c.yaml:4: endpoint: key 'url' is missing");
    refused("name: x\nengine:\n  endpoints:\n    - {url: a, weight: -1}\n",
            "c.yaml:4: key 'weight': found '-1', allowed: a number of at "
            "least 0");
    refused("- a\n", "c.yaml:1: configuration must be a group of keys");
}

static void a_list_where_a_list_of_numbers_nests_is_refused(void **state)
{
    (void)state;
    refused("name: x\nengine:\n  shares: [[1]]\n",
            "c.yaml:3: key 'shares': found 'a list', allowed: a list of "
            "numbers, each from 0 to 1");
    refused("name: x\nengine:\n  turns: [[1], 2]\n",
            "c.yaml:3: key 'turns': found 'a list', allowed: [low, high]: two "
            "numbers in order from 1 to 100");
}

static void unknown_keys_suggest_the_nearest(void **state)
{
    (void)state;
    refused("name: x\nengine:\n  retires: 3\n",
            "c.yaml:3: unknown key 'retires' in engine; did you mean "
            "'retries'?");
    refused("name: x\nxylophone: 3\n",
            "c.yaml:2: unknown key 'xylophone' in configuration");
}

static void an_override_is_named_by_its_origin(void **state)
{
    (void)state;
    struct err err = {0};
    struct config c;
    struct yaml *root = yaml_parse(STR("name: x\n"), "c.yaml", &arena, &err);
    assert_true(yaml_set(root, STR("engine.retries"), STR("99"), "command line",
                         &arena, &err));
    assert_false(schema_bind(&config_schema, root, &c, &arena, &err));
    assert_string_equal(err.message,
                        "command line: key 'retries': found '99', allowed: a "
                        "whole number from 0 to 20");
}

static void what_is_written_binds_to_the_same_values(void **state)
{
    (void)state;
    struct err err = {0};
    struct config c, again;
    const char *text = "name: 'a: b'\n"
                       "engine:\n"
                       "  temperature: 0.1\n"
                       "  turns: [2, 6]\n"
                       "  stops: ['x, y', \"new\\nline\"]\n"
                       "  shares: [0.25, 1]\n"
                       "  endpoints:\n"
                       "    - {url: 'http://a', weight: 2.5}\n"
                       "    - {url: 'http://b'}\n";
    struct yaml *root = yaml_parse(str_of(text), "c.yaml", &arena, &err);
    assert_true(schema_bind(&config_schema, root, &c, &arena, &err));
    struct buf out, twice;
    buf_init(&out, 1 << 16);
    buf_init(&twice, 1 << 16);
    schema_write(&config_schema, &c, root, &out);
    assert_non_null(strstr(buf_cstr(&out), "name: \"a: b\"  # c.yaml:1\n"));
    assert_non_null(strstr(buf_cstr(&out), "retries: 4  # default\n"));
    root = yaml_parse(buf_str(&out), "again.yaml", &arena, &err);
    bool ok = root && schema_bind(&config_schema, root, &again, &arena, &err);
    if (!ok)
        print_error("%s\n%s\n", err.message, buf_cstr(&out));
    assert_true(ok);
    assert_str(again.name, "a: b");
    assert_str(((str *)again.engine.stops.items)[1], "new\nline");
    assert_int_equal(again.engine.endpoints.count, 2);
    assert_str(((struct endpoint *)again.engine.endpoints.items)[1].url,
               "http://b");
    assert_true(((double *)again.engine.shares.items)[0] == 0.25);
    /* Without the places, writing again changes nothing. */
    schema_write(&config_schema, &again, root, &twice);
    for (str a, b, ra = buf_str(&out), rb = buf_str(&twice);
         str_next(&ra, '\n', &a) && str_next(&rb, '\n', &b);) {
        size_t ca = str_find(a, STR("  # "), 0);
        size_t cb = str_find(b, STR("  # "), 0);
        assert_true(str_equal(str_slice(a, 0, ca), str_slice(b, 0, cb)));
    }
    buf_release(&out);
    buf_release(&twice);
}

static void the_reference_page_names_every_key(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 16);
    schema_document(&config_schema, &out);
    const char *page = buf_cstr(&out);
    assert_non_null(strstr(page, "| `name` | text | required | of the run |"));
    assert_non_null(strstr(page, "| `engine.retries` | a whole number from 0 "
                                 "to 20 | `4` | tries after the first |"));
    assert_non_null(strstr(page, "| `engine.endpoints[].url` | text | "
                                 "required | where |"));
    assert_non_null(strstr(page, "`engine.kind` | one of simulator, http"));
    for (str line, rest = buf_str(&out); str_next(&rest, '\n', &line);) {
        size_t bars = 0;
        for (size_t i = 0; i < line.len; i++)
            bars += line.ptr[i] == '|';
        assert_true(line.len == 0 || bars == 5);
    }
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_keys_take_their_defaults),
        cmocka_unit_test(all_kinds_of_values_are_bound),
        cmocka_unit_test(each_mistake_is_named_with_place_found_and_allowed),
        cmocka_unit_test(a_list_where_a_list_of_numbers_nests_is_refused),
        cmocka_unit_test(unknown_keys_suggest_the_nearest),
        cmocka_unit_test(an_override_is_named_by_its_origin),
        cmocka_unit_test(what_is_written_binds_to_the_same_values),
        cmocka_unit_test(the_reference_page_names_every_key),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
