/* dedup_write.c - see dedup_write.h. */
#include "curate/dedup_write.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/sink.h"

enum { LINE_MAX_BYTES = 1 << 20, SHOWN_NEIGHBOURS = 20 };

static void put_pair(struct dedup *d, const struct dedup_row *a,
                     const struct dedup_neighbour *b, struct buf *line)
{
    buf_reset(line);
    struct json_out j = json_out(line);
    json_begin(&j, '{');
    json_add_str(&j, "a", a->row.id);
    json_add_str(&j, "b", dedup_row_id(d, b->row));
    json_add_number(&j, "jaccard", b->jaccard);
    json_add_int(&j, "cluster", (int64_t)a->cluster);
    json_end(&j, '}');
    buf_add_char(line, '\n');
}

bool dedup_write_pairs(struct dedup *d, const char *path, struct err *err)
{
    struct sink *sink = sink_open(path, err);
    if (!sink)
        return false;
    struct vec neighbours;
    vec_init(&neighbours, sizeof(struct dedup_neighbour));
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    for (size_t row = 0; row < dedup_input_count(d); row++) {
        dedup_neighbours(d, row, row + 1, &neighbours);
        if (neighbours.count == 0)
            continue;
        struct dedup_row a = dedup_row(d, row);
        for (size_t i = 0; i < neighbours.count; i++) {
            put_pair(d, &a, vec_at(&neighbours, i), &line);
            sink_write(sink, buf_str(&line));
        }
    }
    buf_release(&line);
    vec_release(&neighbours);
    return sink_close(sink, err);
}

/* --- rows --- */

struct writer {
    struct dedup *dedup;
    struct sink *kept, *rejects, *sidecar; /* owned; NULL = not written */
    struct buf line;
};

static void put_place(struct json_out *j, const struct row *row)
{
    json_add_str(j, "file", str_of(row->file));
    json_add_int(j, "line", (int64_t)row->line);
}

static void put_duplicate(struct dedup *d, const struct dedup_row *row,
                          struct json_out *j)
{
    bool removed = row->state == DEDUP_REMOVED;
    json_key(j, "cluster");
    if (row->cluster)
        json_put_int(j, (int64_t)row->cluster);
    else
        json_put_null(j);
    json_add_str_or_null(j, "duplicate_of",
                         removed ? dedup_row_id(d, row->duplicate_of)
                                 : (str){0});
    json_add_str_or_null(j, "nearest",
                         removed ? dedup_row_id(d, row->nearest) : (str){0});
    json_key(j, "jaccard");
    if (removed)
        json_put_number(j, row->jaccard);
    else
        json_put_null(j);
}

static void write_reject(struct writer *w, const struct dedup_row *row,
                         str line)
{
    buf_reset(&w->line);
    struct json_out j = json_out(&w->line);
    json_begin(&j, '{');
    json_add_str_or_null(&j, "id", row->row.id);
    put_place(&j, &row->row);
    json_add_str(&j, "reason",
                 row->state == DEDUP_REMOVED ? STR("duplicate")
                                             : STR("unreadable"));
    put_duplicate(w->dedup, row, &j);
    json_add_str_or_null(&j, "detail", row->row.unreadable);
    json_key(&j, "record");
    if (row->state == DEDUP_REMOVED)
        json_put_raw(&j, str_trim(line));
    else
        json_put_str(&j, line);
    json_end(&j, '}');
    buf_add_char(&w->line, '\n');
    sink_write(w->rejects, buf_str(&w->line));
}

static void write_sidecar(struct writer *w, const struct dedup_row *row)
{
    static const char *const states[] = {"kept", "removed", "unreadable"};
    buf_reset(&w->line);
    struct json_out j = json_out(&w->line);
    json_begin(&j, '{');
    json_add_str_or_null(&j, "id", row->row.id);
    put_place(&j, &row->row);
    json_add_str(&j, "state", str_of(states[row->state]));
    put_duplicate(w->dedup, row, &j);
    json_end(&j, '}');
    buf_add_char(&w->line, '\n');
    sink_write(w->sidecar, buf_str(&w->line));
}

static bool write_row(const struct row_again *again, void *ctx, struct err *err)
{
    (void)err;
    struct writer *w = ctx;
    struct dedup_row row = dedup_row(w->dedup, again->row);
    if (w->kept && row.state == DEDUP_KEPT) {
        sink_write(w->kept, again->line);
        sink_write(w->kept, STR("\n"));
    }
    if (w->rejects && row.state != DEDUP_KEPT)
        write_reject(w, &row, again->line);
    if (w->sidecar)
        write_sidecar(w, &row);
    return true;
}

static bool open_sink(struct sink **sink, const char *path, struct err *err)
{
    return !path || (*sink = sink_open(path, err)) != NULL;
}

bool dedup_write_rows(struct dedup *d, const struct dedup_files *files,
                      struct err *err)
{
    struct writer w = {.dedup = d};
    buf_init(&w.line, BUF_MAX);
    bool ok = open_sink(&w.kept, files->kept, err) &&
              open_sink(&w.rejects, files->rejects, err) &&
              open_sink(&w.sidecar, files->sidecar, err) &&
              dedup_lines(d, write_row, &w, err);
    ok = sink_finish(w.kept, ok, err);
    ok = sink_finish(w.rejects, ok, err);
    ok = sink_finish(w.sidecar, ok, err);
    buf_release(&w.line);
    return ok;
}

/* --- explaining --- */

static bool find_id(struct dedup *d, str id, size_t *index)
{
    for (size_t i = 0; i < dedup_input_count(d); i++)
        if (str_equal(dedup_row_id(d, i), id)) {
            *index = i;
            return true;
        }
    return false;
}

static void put_row(struct dedup *d, size_t index, struct buf *out)
{
    struct dedup_row row = dedup_row(d, index);
    buf_printf(out, STR_FMT " (%s:%llu)", STR_ARG(row.row.id), row.row.file,
               (unsigned long long)row.row.line);
}

static void put_neighbours(struct dedup *d, size_t index, struct buf *out)
{
    struct vec found;
    vec_init(&found, sizeof(struct dedup_neighbour));
    dedup_neighbours(d, index, 0, &found);
    buf_printf(out, "pairs: %zu\n", found.count);
    for (size_t i = 0; i < found.count && i < SHOWN_NEIGHBOURS; i++) {
        const struct dedup_neighbour *n = vec_at(&found, i);
        buf_printf(out, "  %.6f ", n->jaccard);
        put_row(d, n->row, out);
        buf_add_char(out, '\n');
    }
    if (found.count > SHOWN_NEIGHBOURS)
        buf_printf(out, "  and %zu more\n", found.count - SHOWN_NEIGHBOURS);
    vec_release(&found);
}

/* Breadth first from the row; *came holds the step each row was reached from,
 * + 1. */
static void search_chain(struct dedup *d, size_t from, size_t to,
                         uint32_t *came)
{
    struct vec queue, found;
    vec_init(&queue, sizeof(size_t));
    vec_init(&found, sizeof(struct dedup_neighbour));
    vec_push(&queue, &from);
    came[from] = (uint32_t)from + 1;
    for (size_t i = 0; i < queue.count && !came[to]; i++) {
        size_t row = *(size_t *)vec_at(&queue, i);
        dedup_neighbours(d, row, 0, &found);
        for (size_t k = 0; k < found.count; k++) {
            size_t next = ((struct dedup_neighbour *)vec_at(&found, k))->row;
            if (came[next])
                continue;
            came[next] = (uint32_t)row + 1;
            vec_push(&queue, &next);
        }
    }
    vec_release(&queue);
    vec_release(&found);
}

static double similarity_of(struct dedup *d, size_t a, size_t b)
{
    struct vec found;
    vec_init(&found, sizeof(struct dedup_neighbour));
    dedup_neighbours(d, a, b, &found);
    const struct dedup_neighbour *first = vec_at(&found, 0);
    double similarity = first->jaccard;
    vec_release(&found);
    return similarity;
}

static void put_chain(struct dedup *d, size_t from, size_t to, struct buf *out)
{
    uint32_t *came = mem_zero(dedup_row_count(d), sizeof *came);
    /* Searched from the kept row, so that the steps read from this one. */
    search_chain(d, to, from, came);
    buf_add(out, STR("chain:\n  "));
    put_row(d, from, out);
    for (size_t row = from; row != to; row = came[row] - 1) {
        size_t next = came[row] - 1;
        buf_printf(out, "\n  %.6f ", similarity_of(d, row, next));
        put_row(d, next, out);
    }
    buf_add_char(out, '\n');
    free(came);
}

bool dedup_explain(struct dedup *d, str id, struct buf *out, struct err *err)
{
    size_t index;
    if (!find_id(d, id, &index))
        return err_set(err, ERR_NOT_FOUND,
                       "no input row has the id '" STR_FMT "'", STR_ARG(id));
    struct dedup_row row = dedup_row(d, index);
    put_row(d, index, out);
    if (row.state == DEDUP_REMOVED) {
        buf_add(out, STR(": removed, duplicate of "));
        put_row(d, row.duplicate_of, out);
        buf_printf(out, "\ncluster: %zu\n", row.cluster);
        put_neighbours(d, index, out);
        put_chain(d, index, row.duplicate_of, out);
        return true;
    }
    buf_printf(out, ": kept%s\n",
               row.row.empty ? ", it has no text to compare"
               : row.cluster ? ", it stands first in its cluster"
                             : ", no row is similar enough");
    if (row.cluster) {
        buf_printf(out, "cluster: %zu\n", row.cluster);
        put_neighbours(d, index, out);
    }
    return true;
}
