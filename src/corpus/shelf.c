/* shelf.c - see shelf.h. One table; its rowid is the order. */
#include "corpus/shelf.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { PUT, GET, EACH, WALK, STATEMENT_COUNT };

static const char *const texts[STATEMENT_COUNT] = {
    "INSERT INTO shelf VALUES (?1, ?2, ?3)",
    ("SELECT key, text FROM shelf WHERE space = ?1 AND key = ?2 "
     "ORDER BY rowid LIMIT 1"),
    "SELECT key, text FROM shelf WHERE space = ?1 AND key = ?2 ORDER BY rowid",
    "SELECT key, text FROM shelf NOT INDEXED WHERE space = ?1 ORDER BY rowid"};

struct shelf {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT]; /* prepared when first used */
    pthread_mutex_t lock;                      /* around statements */
    bool indexed;
};

static bool failed(struct shelf *s, struct err *err)
{
    return err_set(err, ERR_IO, "the temporary table (see TMPDIR): %s",
                   sqlite3_errmsg(s->db));
}

static bool run(struct shelf *s, const char *sql, struct err *err)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           failed(s, err);
}

struct shelf *shelf_open(struct err *err)
{
    struct shelf *s = mem_zero(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    int code = sqlite3_open_v2(
        "", &s->db,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    char cache[64];
    snprintf(cache, sizeof cache, "PRAGMA cache_size = -%zu",
             SHELF_CACHE_BYTES >> 10);
    bool ok = code == SQLITE_OK || failed(s, err);
    if (ok && run(s, "PRAGMA journal_mode = OFF", err) &&
        run(s, "PRAGMA synchronous = OFF", err) && run(s, cache, err) &&
        run(s,
            "CREATE TABLE shelf (space INTEGER, key BLOB, text BLOB);"
            "BEGIN",
            err))
        return s;
    shelf_close(s);
    return NULL;
}

void shelf_close(struct shelf *s)
{
    if (!s)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(s->statements[i]);
    sqlite3_close(s->db);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static void bind(sqlite3_stmt *statement, int at, str value)
{
    sqlite3_bind_blob64(statement, at, value.len ? value.ptr : "", value.len,
                        SQLITE_STATIC);
}

/* The statement, bound and ready to step; NULL on an error. */
static sqlite3_stmt *ready(struct shelf *s, int which, int space, str key,
                           struct err *err)
{
    if (which != PUT && !s->indexed) {
        if (!run(s, "CREATE INDEX keys ON shelf (space, key)", err))
            return NULL;
        s->indexed = true;
    }
    if (!s->statements[which] &&
        sqlite3_prepare_v2(s->db, texts[which], -1, &s->statements[which],
                           NULL) != SQLITE_OK) {
        failed(s, err);
        return NULL;
    }
    sqlite3_stmt *statement = s->statements[which];
    sqlite3_reset(statement);
    sqlite3_bind_int(statement, 1, space);
    if (which != WALK)
        bind(statement, 2, key);
    return statement;
}

bool shelf_put(struct shelf *s, int space, str key, str text, struct err *err)
{
    sqlite3_stmt *statement = ready(s, PUT, space, key, err);
    if (!statement)
        return false;
    bind(statement, 3, text);
    return sqlite3_step(statement) == SQLITE_DONE || failed(s, err);
}

static str column(sqlite3_stmt *statement, int at)
{
    const char *bytes = sqlite3_column_blob(statement, at);
    return bytes ? str_make(bytes, (size_t)sqlite3_column_bytes(statement, at))
                 : STR("");
}

str shelf_get(struct shelf *s, int space, str key, struct arena *arena)
{
    str found = STR("");
    pthread_mutex_lock(&s->lock);
    sqlite3_stmt *statement = ready(s, GET, space, key, NULL);
    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        found = arena_copy(arena, column(statement, 1));
    if (statement)
        sqlite3_reset(statement);
    pthread_mutex_unlock(&s->lock);
    return found;
}

static bool step_all(struct shelf *s, sqlite3_stmt *statement, shelf_one *one,
                     void *ctx, struct err *err)
{
    int code = SQLITE_ERROR;
    while (statement && (code = sqlite3_step(statement)) == SQLITE_ROW)
        if (!one(column(statement, 0), column(statement, 1), ctx)) {
            code = SQLITE_DONE;
            break;
        }
    bool ok = code == SQLITE_DONE || (statement && failed(s, err));
    if (statement)
        sqlite3_reset(statement);
    return ok;
}

bool shelf_each(struct shelf *s, int space, str key, shelf_one *one, void *ctx,
                struct err *err)
{
    return step_all(s, ready(s, EACH, space, key, err), one, ctx, err);
}

bool shelf_walk(struct shelf *s, int space, shelf_one *one, void *ctx,
                struct err *err)
{
    return step_all(s, ready(s, WALK, space, STR(""), err), one, ctx, err);
}

bool shelf_orphans(struct shelf *s, int space, int other, uint64_t *count,
                   struct err *err)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM shelf a WHERE a.space = %d AND NOT EXISTS "
             "(SELECT 1 FROM shelf b WHERE b.space = %d AND b.key = a.key)",
             space, other);
    sqlite3_stmt *statement = NULL;
    if (!ready(s, EACH, space, STR(""), err) ||
        sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return failed(s, err);
    bool ok = sqlite3_step(statement) == SQLITE_ROW || failed(s, err);
    if (ok)
        *count = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return ok;
}
