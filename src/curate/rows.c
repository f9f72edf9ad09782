/* rows.c - see rows.h. Lines are read in batches of fixed size; each batch is
 * worked on by all cores, then appended in order. */
#include "curate/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/fs.h"
#include "base/lines.h"
#include "base/mem.h"
#include "base/parallel.h"

enum { BATCH_ROWS = 2048, BATCH_BYTES = 64 << 20, LANGUAGES_MAX = 16 };

struct row_entry {
    uint64_t line;
    uint64_t id_at; /* in ids */
    uint32_t id_len;
    uint32_t file;
    uint32_t fault; /* index + 1 in faults, 0 = none */
    bool empty;
};

struct file {
    const char *name; /* in arena */
    const char *path; /* in arena; differs for standard input */
    FILE *spool;      /* owned; of standard input */
    size_t first_row;
};

struct cutter {
    char lang[16];
    struct shingler *shingler; /* owned */
    enum shingle_unit unit;
    size_t length;
};

/* One core's tools: a shingler per language met. */
struct rows_worker {
    struct arena arena;
    struct cutter cutters[LANGUAGES_MAX];
    size_t cutter_count;
};

struct slot {
    str line; /* in batch text */
    uint64_t number;
    size_t row;
    bool wanted;
    struct buf id;
    struct vec hashes;
    bool collides;             /* hashes are fewer than shingles */
    struct buf kept;           /* with whole_sets: what they were cut from */
    const struct cutter *with; /* likewise; borrowed from a worker */
    bool readable;
    char why[sizeof((struct err){0}).message];
    uint32_t keys[MINHASH_BANDS_MAX];
};

struct batch {
    const struct rows_options *options;
    uint64_t seed;      /* of the names of shingles */
    struct slot *slots; /* owned; BATCH_ROWS */
    size_t count;
    struct arena text;
    struct rows_worker *workers; /* owned */
    bool whole_sets;             /* no digests */
};

struct rows {
    struct rows_options options;
    struct arena arena; /* names, faults */
    struct vec files;   /* struct file */
    struct vec entries; /* struct row_entry */
    struct vec faults;  /* str */
    struct buf ids;
    uint64_t bytes;
    uint64_t seed;
    bool collide;
    struct sets *sets; /* owned */
};

struct rows *rows_new(const struct rows_options *options)
{
    struct rows *rows = mem_zero(1, sizeof *rows);
    rows->options = *options;
    arena_init(&rows->arena);
    vec_init(&rows->files, sizeof(struct file));
    vec_init(&rows->entries, sizeof(struct row_entry));
    vec_init(&rows->faults, sizeof(str));
    buf_init(&rows->ids, BUF_MAX);
    rows->sets = sets_new();
    return rows;
}

void rows_free(struct rows *rows)
{
    if (!rows)
        return;
    for (size_t i = 0; i < rows->files.count; i++) {
        struct file *file = vec_at(&rows->files, i);
        if (file->spool)
            fclose(file->spool);
    }
    vec_release(&rows->files);
    vec_release(&rows->entries);
    vec_release(&rows->faults);
    buf_release(&rows->ids);
    arena_release(&rows->arena);
    sets_free(rows->sets);
    free(rows);
}

/* --- one batch --- */

static void batch_open(struct batch *batch, const struct rows_options *options,
                       uint64_t seed)
{
    *batch = (struct batch){.options = options, .seed = seed};
    batch->slots = mem_zero(BATCH_ROWS, sizeof *batch->slots);
    for (size_t i = 0; i < BATCH_ROWS; i++) {
        vec_init(&batch->slots[i].hashes, sizeof(uint64_t));
        buf_init(&batch->slots[i].id, BUF_MAX);
        buf_init(&batch->slots[i].kept, BUF_MAX);
    }
    arena_init(&batch->text);
    batch->workers = mem_zero(parallel_workers(), sizeof *batch->workers);
    for (size_t w = 0; w < parallel_workers(); w++)
        arena_init(&batch->workers[w].arena);
}

static void batch_close(struct batch *batch)
{
    for (size_t i = 0; i < BATCH_ROWS; i++) {
        vec_release(&batch->slots[i].hashes);
        buf_release(&batch->slots[i].id);
        buf_release(&batch->slots[i].kept);
    }
    free(batch->slots);
    arena_release(&batch->text);
    for (size_t w = 0; w < parallel_workers(); w++) {
        struct rows_worker *worker = &batch->workers[w];
        arena_release(&worker->arena);
        for (size_t i = 0; i < worker->cutter_count; i++)
            shingler_close(worker->cutters[i].shingler);
    }
    free(batch->workers);
}

static bool is_written_without_spaces(str lang)
{
    return str_starts_with(lang, STR("zh")) ||
           str_starts_with(lang, STR("ja")) || str_starts_with(lang, STR("ko"));
}

/* The worker's shingler for the language; the last place is shared by all
 * languages that come when the table is full. */
static const struct cutter *cutter_for(struct rows_worker *worker,
                                       const struct batch *batch, str lang,
                                       struct err *err)
{
    const struct rows_options *options = batch->options;
    lang = str_slice(lang, 0, sizeof worker->cutters[0].lang - 1);
    for (size_t i = 0; i < worker->cutter_count; i++)
        if (str_equal(lang, str_of(worker->cutters[i].lang)) ||
            i + 1 == LANGUAGES_MAX)
            return &worker->cutters[i];
    enum shingle_unit unit = options->unit;
    if (options->unit_by_language)
        unit = is_written_without_spaces(lang) ? SHINGLE_CHARS : SHINGLE_WORDS;
    size_t length = options->length;
    if (length == 0)
        length = unit == SHINGLE_CHARS ? 5 : 3;
    struct cutter *cutter = &worker->cutters[worker->cutter_count];
    *cutter = (struct cutter){.unit = unit, .length = length};
    snprintf(cutter->lang, sizeof cutter->lang, STR_FMT, STR_ARG(lang));
    if (!shingler_open(&cutter->shingler, unit, length, cutter->lang, err))
        return NULL;
    shingler_use_seed(cutter->shingler, batch->seed);
    worker->cutter_count++;
    return cutter;
}

static bool cut_slot(const struct batch *batch, struct rows_worker *worker,
                     struct slot *slot, struct err *err)
{
    struct record record;
    arena_reset(&worker->arena);
    if (!record_parse(slot->line, &worker->arena, &record, err))
        return false;
    buf_add(&slot->id, record.id);
    if (batch->options->without_text)
        return true;
    str text = part_text(&record, batch->options->part, &worker->arena);
    slot->with = cutter_for(worker, batch, part_language(&record, text), err);
    if (!slot->with)
        return false;
    shingle_set(slot->with->shingler, text, &slot->hashes);
    if (batch->whole_sets) {
        buf_add(&slot->kept, shingle_last_text(slot->with->shingler));
        return true;
    }
    slot->collides = shingle_set_collides(slot->with->shingler);
    if (batch->options->minhash && slot->hashes.count) {
        minhash_keys(batch->options->minhash, slot->hashes.items,
                     slot->hashes.count, slot->keys);
        uint64_t digest = XXH3_64bits(slot->hashes.items,
                                      slot->hashes.count * sizeof(uint64_t));
        vec_reset(&slot->hashes);
        vec_push(&slot->hashes, &digest);
    }
    return true;
}

static void work_slot(size_t index, size_t worker, void *ctx)
{
    struct batch *batch = ctx;
    struct slot *slot = &batch->slots[index];
    buf_reset(&slot->id);
    buf_reset(&slot->kept);
    vec_reset(&slot->hashes);
    slot->collides = false;
    if (!slot->wanted)
        return;
    struct err err = {0};
    slot->readable = cut_slot(batch, &batch->workers[worker], slot, &err);
    if (!slot->readable)
        memcpy(slot->why, err.message, sizeof slot->why);
}

/* Takes lines until the batch is full or the file ends; blank ones are not
 * rows. */
static bool fill_batch(struct batch *batch, struct lines *in, struct err *err)
{
    batch->count = 0;
    arena_reset(&batch->text);
    size_t bytes = 0;
    str line;
    while (batch->count < BATCH_ROWS && bytes < BATCH_BYTES &&
           lines_next(in, &line, err)) {
        if (str_trim(line).len == 0 && !lines_too_long(in))
            continue;
        struct slot *slot = &batch->slots[batch->count++];
        slot->line = arena_copy(&batch->text, line);
        slot->number = lines_number(in);
        slot->wanted = true;
        bytes += line.len;
    }
    return batch->count > 0;
}

/* --- reading --- */

static bool spool_standard_input(struct file *file, struct arena *arena,
                                 struct err *err)
{
    file->spool = tmpfile();
    if (!file->spool)
        return err_sys(err, "standard input: no temporary file");
    char piece[1 << 16];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, stdin)) > 0)
        if (fwrite(piece, 1, got, file->spool) != got)
            return err_sys(err, "standard input: temporary file");
    if (ferror(stdin) || fflush(file->spool) != 0)
        return err_sys(err, "standard input");
    str path = arena_printf(arena, "/proc/self/fd/%d", fileno(file->spool));
    file->path = arena_cstr(arena, path);
    return true;
}

static bool add_file(struct rows *rows, const char *path, struct err *err)
{
    struct file *file = vec_add(&rows->files);
    file->name = arena_cstr(&rows->arena, str_of(path));
    file->path = file->name;
    return strcmp(path, "-") != 0 ||
           spool_standard_input(file, &rows->arena, err);
}

static void append_slot(struct rows *rows, size_t file, const struct slot *slot)
{
    struct row_entry *entry = vec_add(&rows->entries);
    entry->line = slot->number;
    entry->file = (uint32_t)file;
    if (!slot->readable) {
        str why = arena_copy(&rows->arena, str_of(slot->why));
        vec_push(&rows->faults, &why);
        entry->fault = (uint32_t)rows->faults.count;
        sets_add(rows->sets, NULL, 0);
    } else {
        entry->id_at = rows->ids.len;
        entry->id_len = (uint32_t)slot->id.len;
        buf_add(&rows->ids, buf_str(&slot->id));
        entry->empty = slot->hashes.count == 0;
        rows->collide |= slot->collides;
        sets_add(rows->sets, slot->hashes.items, slot->hashes.count);
    }
    if (rows->options.minhash)
        minhash_add_keys(rows->options.minhash,
                         slot->hashes.count ? slot->keys : NULL);
    rows->bytes += slot->line.len + 1;
}

static bool read_file(struct rows *rows, size_t index, struct err *err)
{
    struct file *file = vec_at(&rows->files, index);
    file->first_row = rows->entries.count;
    struct lines *in = lines_open(file->path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    struct batch batch;
    batch_open(&batch, &rows->options, rows->seed);
    bool room = true;
    while (room && fill_batch(&batch, in, &broken)) {
        room = rows->entries.count + batch.count <= SETS_MAX;
        if (!room)
            break;
        parallel_for(batch.count, work_slot, &batch);
        for (size_t i = 0; i < batch.count; i++)
            append_slot(rows, index, &batch.slots[i]);
    }
    batch_close(&batch);
    lines_close(in);
    if (!room)
        return err_set(err, ERR_LIMIT, "%s: more than %zu rows in all",
                       file->name, SETS_MAX);
    if (broken.code != ERR_NONE) {
        if (err)
            *err = broken;
        return err_wrap(err, "%s", file->name);
    }
    return true;
}

bool rows_read(struct rows *rows, const char *path, struct err *err)
{
    return add_file(rows, path, err) &&
           read_file(rows, rows->files.count - 1, err);
}

bool rows_read_anew(struct rows *rows, uint64_t seed, struct err *err)
{
    size_t before = rows->entries.count;
    rows->seed = seed;
    rows->collide = false;
    rows->bytes = 0;
    vec_reset(&rows->entries);
    vec_reset(&rows->faults);
    buf_reset(&rows->ids);
    rows_replace_sets(rows, sets_new());
    if (rows->options.minhash)
        minhash_reset(rows->options.minhash);
    for (size_t i = 0; i < rows->files.count; i++)
        if (!read_file(rows, i, err))
            return false;
    if (rows->entries.count != before)
        return err_set(err, ERR_CONFLICT, "a file changed while it was in use");
    return true;
}

bool rows_collide(const struct rows *rows)
{
    return rows->collide;
}

size_t rows_count(const struct rows *rows)
{
    return rows->entries.count;
}

struct row rows_at(const struct rows *rows, size_t index)
{
    const struct row_entry *entry = vec_at(&rows->entries, index);
    const struct file *file = vec_at(&rows->files, entry->file);
    struct row row = {
        .file = file->name, .line = entry->line, .empty = entry->empty};
    if (entry->fault)
        row.unreadable = *(str *)vec_at(&rows->faults, entry->fault - 1);
    else
        row.id = str_slice(buf_str(&rows->ids), entry->id_at,
                           entry->id_at + entry->id_len);
    return row;
}

size_t rows_unreadable(const struct rows *rows)
{
    return rows->faults.count;
}

uint64_t rows_bytes(const struct rows *rows)
{
    return rows->bytes;
}

struct sets *rows_sets(struct rows *rows)
{
    return rows->sets;
}

void rows_replace_sets(struct rows *rows, struct sets *sets)
{
    sets_free(rows->sets);
    rows->sets = sets;
}

/* --- estimate --- */

static bool estimate_file(struct batch *batch, const char *path,
                          uint64_t *row_count, uint64_t *hash_count,
                          struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0}; /* told by rows_read */
    bool any = fill_batch(batch, in, &broken);
    uint64_t bytes = lines_bytes(in);
    str line;
    bool whole = !any || !lines_next(in, &line, &broken);
    lines_close(in);
    parallel_for(batch->count, work_slot, batch);
    uint64_t hashes = 0;
    for (size_t i = 0; i < batch->count; i++)
        hashes += batch->slots[i].hashes.count;
    int64_t size = fs_size(path);
    bool packed = str_ends_with(str_of(path), STR(".gz")) ||
                  str_ends_with(str_of(path), STR(".zst"));
    double total = (double)(size < 0 ? 0 : size) * (packed ? 4 : 1);
    double times = whole || bytes == 0 ? 1 : total / (double)bytes;
    times = times < 1 ? 1 : times;
    *row_count += (uint64_t)((double)batch->count * times);
    *hash_count += (uint64_t)((double)hashes * times);
    return true;
}

bool rows_estimate(const struct rows_options *options,
                   const char *const paths[], size_t path_count,
                   uint64_t *bytes, uint64_t *row_count, struct err *err)
{
    struct batch batch;
    batch_open(&batch, options, 0);
    uint64_t hash_count = 0;
    bool ok = true;
    *row_count = 0;
    for (size_t i = 0; ok && i < path_count; i++)
        ok = strcmp(paths[i], "-") == 0 ||
             estimate_file(&batch, paths[i], row_count, &hash_count, err);
    batch_close(&batch);
    *bytes = sets_estimate_bytes(*row_count, hash_count) +
             *row_count * (sizeof(struct row_entry) + 24);
    if (options->minhash)
        *bytes += *row_count * minhash_bytes_per_set(options->minhash);
    return ok;
}

/* --- reading again --- */

struct again {
    struct rows *rows;
    const uint8_t *wanted;
    size_t next; /* row of the next line */
    rows_visit *one;
    void *ctx;
};

static bool visit_batch(struct again *again, struct batch *batch,
                        struct err *err)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct slot *slot = &batch->slots[i];
        slot->row = again->next++;
        if (slot->row >= again->rows->entries.count ||
            rows_at(again->rows, slot->row).line != slot->number)
            return err_set(err, ERR_CONFLICT, "changed while it was in use");
        slot->wanted = again->wanted && again->wanted[slot->row];
    }
    if (again->wanted)
        parallel_for(batch->count, work_slot, batch);
    for (size_t i = 0; i < batch->count; i++) {
        struct slot *slot = &batch->slots[i];
        if (again->wanted && !slot->wanted)
            continue;
        struct row_again row = {.row = slot->row, .line = slot->line};
        if (again->wanted && !slot->readable)
            return err_set(err, ERR_CONFLICT, "changed while it was in use");
        if (again->wanted) {
            row.hashes = slot->hashes.items;
            row.hash_count = slot->hashes.count;
            row.kept = buf_str(&slot->kept);
            row.unit = slot->with->unit;
            row.length = slot->with->length;
        }
        if (!again->one(&row, again->ctx, err))
            return false;
    }
    return true;
}

static bool visit_file(struct again *again, const struct file *file,
                       size_t end_row, struct batch *batch, struct err *err)
{
    struct lines *in = lines_open(file->path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    bool ok = true;
    while (ok && fill_batch(batch, in, &broken))
        ok = visit_batch(again, batch, err);
    lines_close(in);
    if (ok && broken.code != ERR_NONE) {
        *err = broken;
        ok = false;
    }
    if (ok && again->next != end_row)
        ok = err_set(err, ERR_CONFLICT, "changed while it was in use");
    return ok || err_wrap(err, "%s", file->name);
}

bool rows_again(struct rows *rows, size_t limit, const uint8_t *wanted,
                rows_visit *one, void *ctx, struct err *err)
{
    struct again again = {rows, wanted, 0, one, ctx};
    struct batch batch;
    batch_open(&batch, &rows->options, rows->seed);
    batch.whole_sets = true;
    bool ok = true;
    for (size_t i = 0; ok && i < rows->files.count; i++) {
        const struct file *file = vec_at(&rows->files, i);
        size_t end =
            i + 1 < rows->files.count
                ? ((struct file *)vec_at(&rows->files, i + 1))->first_row
                : rows->entries.count;
        if (file->first_row >= limit)
            break;
        again.next = file->first_row;
        ok = visit_file(&again, file, end, &batch, err);
    }
    batch_close(&batch);
    return ok;
}
