/* Speed of the refinement rules and of the near-duplicate index on one core.
 *
 * Chinese dialogues of DialMed (short consultations) and SmileChat (long ones);
 * all rules on, one word of the outline `mct` needed, and, in a second line,
 * 300 references. The reference of the first lines is the folding of the same
 * texts alone (text_fold, which every rule stands on); that of the index is a
 * walk over all sketches. Processor time is counted. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/rng.h"
#include "generate/near.h"
#include "generate/refine.h"
#include "text/normalise.h"

enum {
    DIALOGUES = 1100,
    REFERENCES = 300,
    SKETCHES = 1000000,
    LOOKUPS = 20000
};

struct bench {
    struct arena arena;
    struct knowledge *knowledge;
    struct outline *outline;
    struct refine_config config;
    struct vec dialogues; /* struct dialogue */
};

static void need(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "refine: %s\n", err->message);
    exit(77);
}

static void add_turn(struct bench *b, struct vec *turns, bool patient, str text)
{
    struct turn turn = {.role = patient ? ROLE_PATIENT : ROLE_DOCTOR,
                        .text = arena_copy(&b->arena, text)};
    if (turn.text.len)
        vec_push(turns, &turn);
}

/* DialMed: strings with a label. SmileChat: objects with role and content. */
static void read_turns(struct bench *b, const json *doc, struct vec *turns)
{
    static const char *const keys[] = {"original_dialog", "dialog", NULL};
    vec_reset(turns);
    JSON_EACH(item, json_get_any(doc, keys))
    {
        str text = json_str(item, STR(""));
        size_t label = STR("患者：").len;
        if (json_is_str(item))
            add_turn(b, turns, str_starts_with(text, STR("患者")),
                     str_slice(text, label, text.len));
        else
            add_turn(b, turns,
                     str_equal(json_str(json_get(item, "role"), STR("")),
                               STR("client")),
                     json_str(json_get(item, "content"), STR("")));
    }
}

static void load(struct bench *b, const char *path)
{
    struct err err = {0};
    struct lines *lines = lines_open(path, 0, &err);
    need(lines != NULL, &err);
    struct vec turns;
    vec_init(&turns, sizeof(struct turn));
    vec_reset(&b->dialogues);
    str line;
    while (b->dialogues.count < DIALOGUES && lines_next(lines, &line, &err)) {
        json *doc = json_parse(line, &err);
        need(doc != NULL, &err);
        read_turns(b, doc, &turns);
        struct dialogue dialogue = {.turns = list_from_vec(&b->arena, &turns)};
        vec_push(&b->dialogues, &dialogue);
        json_free(doc);
    }
    vec_release(&turns);
    lines_close(lines);
}

static double seconds_since(int64_t start)
{
    return (double)(clock_cpu_ns() - start) * 1e-9;
}

static double fold_all(const struct bench *b, size_t *characters)
{
    struct buf folded;
    buf_init(&folded, BUF_MAX);
    *characters = 0;
    int64_t start = clock_cpu_ns();
    for (size_t i = 0; i < b->dialogues.count; i++) {
        const struct dialogue *dialogue = vec_at(&b->dialogues, i);
        for (size_t k = 0; k < dialogue->turns.count; k++) {
            buf_reset(&folded);
            text_fold(LIST_AT(dialogue->turns, struct turn, k)->text, &folded);
            *characters += folded.len / 3;
        }
    }
    double seconds = seconds_since(start);
    buf_release(&folded);
    return seconds;
}

static void measure(struct bench *b, const char *name, bool references)
{
    struct err err = {0};
    struct refiner *refiner =
        refiner_open(&b->config, b->outline, b->knowledge, &err);
    need(refiner != NULL, &err);
    if (references)
        need(refiner_add_references(refiner, b->dialogues.items, REFERENCES,
                                    LANG_ZH, &err),
             &err);
    struct refine_worker *worker = refine_worker_new(refiner);
    struct vec shingles;
    vec_init(&shingles, sizeof(uint64_t));
    size_t passed = 0, characters;
    size_t first = references ? REFERENCES : 0;
    fold_all(b, &characters);
    double reference = fold_all(b, &characters);
    double seconds = 0;
    for (int round = 0; round < 2; round++) { /* the first warms up */
        int64_t start = clock_cpu_ns();
        passed = 0;
        for (size_t i = first; i < b->dialogues.count; i++) {
            const struct dialogue *dialogue = vec_at(&b->dialogues, i);
            struct refine_input input = {
                .lang = LANG_ZH, .level = 2, .turns = dialogue->turns};
            struct refine_verdict verdict;
            refine_check(refiner, worker, &input, &verdict);
            passed += verdict.reason == REFINE_OK;
            if (verdict.reason == REFINE_OK)
                refine_shingles(worker, &shingles);
        }
        seconds = seconds_since(start);
    }
    double count = (double)(b->dialogues.count - first);
    double all = (double)b->dialogues.count;
    printf("%-30s %7.0f dialogues/s of %4.0f characters, %3.0f %% passed, "
           "%.1f x the time of folding\n",
           name, count / seconds, (double)characters / all,
           100 * (double)passed / count, seconds / count / (reference / all));
    vec_release(&shingles);
    refine_worker_free(worker);
    refiner_close(refiner);
}

static bool shares_band(const struct near_sketch *a,
                        const struct near_sketch *b)
{
    for (size_t band = 0; band < NEAR_BANDS; band++)
        if (a->bands[band] == b->bands[band])
            return true;
    return false;
}

static void measure_near(void)
{
    struct near_sketch *sketches = mem_zero(SKETCHES, sizeof *sketches);
    for (size_t i = 0; i < SKETCHES; i++) {
        struct rng rng = rng_at(1, RNG_STREAM("sketch"), i);
        sketches[i].shingle_count = 300;
        for (size_t band = 0; band < NEAR_BANDS; band++)
            sketches[i].bands[band] = (uint32_t)rng_next(&rng);
    }
    struct near *near = near_open();
    int64_t start = clock_cpu_ns();
    for (size_t i = 0; i < SKETCHES; i++)
        near_add(near, i, &sketches[i]);
    printf("near: %d sketches added in %.2f s, %.1f bytes each\n", SKETCHES,
           seconds_since(start), (double)near_bytes(near) / SKETCHES);
    struct vec found;
    vec_init(&found, sizeof(struct near_candidate));
    size_t hits = 0, walked = 0;
    start = clock_cpu_ns();
    for (size_t i = 0; i < LOOKUPS; i++) {
        near_candidates(near, &sketches[i * 41], (struct fraction){4, 5},
                        &found);
        hits += found.count;
    }
    double lookup = seconds_since(start) / LOOKUPS;
    start = clock_cpu_ns();
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < SKETCHES; k++)
            walked += shares_band(&sketches[i * 41], &sketches[k]);
    double walk = seconds_since(start) / 5;
    printf("near: a lookup takes %.1f us (%zu candidates in %d), %.0f times as "
           "fast as a walk over all sketches (%zu)\n",
           lookup * 1e6, hits, LOOKUPS, walk / lookup, walked);
    vec_release(&found);
    near_close(near);
    free(sketches);
}

int main(void)
{
    struct bench b = {0};
    struct err err = {0};
    arena_init(&b.arena);
    vec_init(&b.dialogues, sizeof(struct dialogue));
    b.knowledge = knowledge_load(&err);
    need(b.knowledge != NULL, &err);
    b.outline = outline_load("mct", b.knowledge, &err);
    need(b.outline != NULL, &err);
    struct yaml *root =
        yaml_parse(STR("vocabulary: {terms_min: 1}"), "bench", &b.arena, &err);
    need(root && schema_bind(&refine_config_schema, root, &b.config, &b.arena,
                             &err),
         &err);
    load(&b, "../shared/data/dialmed/dev.txt.zst");
    measure(&b, "DialMed, all rules", false);
    measure(&b, "DialMed, with references", true);
    load(&b, "../shared/data/smilechat/smilechat_1-30000.jsonl.zst");
    measure(&b, "SmileChat, all rules", false);
    measure(&b, "SmileChat, with references", true);
    measure_near();
    outline_free(b.outline);
    knowledge_free(b.knowledge);
    vec_release(&b.dialogues);
    arena_release(&b.arena);
    return 0;
}
