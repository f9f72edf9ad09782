/* walk.c - see walk.h.
 *
 * Each file is opened once; its head is read ahead into one buffer and given
 * again by the unit's source. A tar archive is recognised in that head and its
 * members are windows on the one stream, read to their end before the next.
 */
#include "corpus/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/vec.h"
#include "corpus/peek.h"

enum { TAR_BLOCK = 512, TAR_MAGIC_AT = 257, NAME_MAX_BYTES = 1024 };

/* A window of `left` bytes on the archive's stream. */
struct window {
    struct source *archive; /* borrowed from the walk */
    uint64_t *left;         /* in the walk */
};

struct walk {
    struct arena arena;
    struct vec files; /* str: paths */
    size_t next_file;
    char *head, *member_head; /* owned, WALK_HEAD_BYTES each */
    struct source *open;      /* owned: the present unit's source, or NULL */
    struct source *tar;       /* owned: the present archive, or NULL */
    uint64_t tar_left, tar_padding;
    struct zip *zip;   /* owned */
    struct zip *inner; /* owned: a workbook inside an archive, or NULL */
    size_t zip_next;
    const char *archive; /* its path */
    struct buf name;
    char fault[1000];
};

static ptrdiff_t window_read(void *ctx, char *out, size_t capacity,
                             struct err *err)
{
    struct window *w = ctx;
    size_t want = *w->left < capacity ? (size_t)*w->left : capacity;
    if (want == 0)
        return 0;
    ptrdiff_t got = source_read(w->archive, out, want, err);
    if (got == 0) {
        err_set(err, ERR_FORMAT, "the archive ends inside a member");
        return -1;
    }
    if (got > 0)
        *w->left -= (uint64_t)got;
    return got;
}

struct walk *walk_open(const char *const paths[], size_t count, struct err *err)
{
    struct walk *w = mem_zero(1, sizeof *w);
    arena_init(&w->arena);
    vec_init(&w->files, sizeof(str));
    buf_init(&w->name, 1 << 16);
    w->head = mem_alloc(WALK_HEAD_BYTES);
    w->member_head = mem_alloc(WALK_HEAD_BYTES);
    for (size_t i = 0; i < count; i++) {
        bool ok = true;
        if (strcmp(paths[i], "-") == 0)
            *(str *)vec_add(&w->files) = STR("-");
        else
            ok = fs_list_files(paths[i], &w->arena, &w->files, err);
        if (!ok) {
            walk_close(w);
            return NULL;
        }
    }
    return w;
}

static void close_unit(struct walk *w)
{
    source_close(w->open);
    w->open = NULL;
    zip_close(w->inner);
    w->inner = NULL;
}

static void close_archive(struct walk *w)
{
    source_close(w->tar);
    w->tar = NULL;
    zip_close(w->zip);
    w->zip = NULL;
}

void walk_close(struct walk *w)
{
    if (!w)
        return;
    close_unit(w);
    close_archive(w);
    arena_release(&w->arena);
    vec_release(&w->files);
    buf_release(&w->name);
    free(w->head);
    free(w->member_head);
    free(w);
}

struct source *unit_take(struct unit *unit, struct walk *w)
{
    struct source *taken = unit->source;
    unit->source = NULL;
    w->open = NULL;
    return taken;
}

/* Not data: what people put beside it. */
static bool is_beside(str path)
{
    static const char *const names[] = {
        "LICENSE",         "LICENSE.txt",    "LICENSE.md", "README",
        "README.md",       "README.txt",     "readme.txt", "readme.md",
        "MIT-license.txt", ".gitattributes", "ABOUT",      NULL};
    str base = fs_base_name(path);
    if (base.len == 0 || base.ptr[0] == '.' ||
        str_contains(path, STR("__MACOSX/")))
        return true;
    for (size_t i = 0; names[i]; i++)
        if (str_equal(base, str_of(names[i])))
            return true;
    return false;
}

static void set_fault(struct walk *w, struct unit *unit, const char *why)
{
    snprintf(w->fault, sizeof w->fault, "%s", why);
    unit->fault = w->fault;
}

/* --- packed members --- */

/* A member that is packed itself: a workbook is opened, anything else is named,
 * as nothing is unpacked twice. */
static void look_inside(struct walk *w, struct unit *unit)
{
    struct err why = {0};
    str head = unit->head;
    bool zip = str_starts_with(head, STR("PK\3\4"));
    if (!zip && !str_starts_with(head, STR("\x1F\x8B")) &&
        !str_starts_with(head, STR("\x28\xB5\x2F\xFD")))
        return;
    w->inner = zip ? zip_open_stream(w->open, unit->name, &why) : NULL;
    unit->source = NULL;
    if (w->inner && zip_find(w->inner, "xl/workbook.xml") != ZIP_NONE)
        unit->workbook = w->inner;
    else
        set_fault(w, unit,
                  why.code != ERR_NONE
                      ? why.message
                      : "packed inside an archive: unpack it first");
}

/* --- tar --- */

static bool is_tar(str head)
{
    return head.len >= TAR_BLOCK &&
           memcmp(head.ptr + TAR_MAGIC_AT, "ustar", 5) == 0;
}

static bool read_whole(struct source *in, char *out, size_t bytes, bool *at_end,
                       struct err *err)
{
    size_t have = 0;
    while (have < bytes) {
        ptrdiff_t got = source_read(in, out + have, bytes - have, err);
        if (got < 0)
            return false;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    *at_end = have == 0;
    return have == bytes || have == 0 ||
           err_set(err, ERR_FORMAT, "the archive ends too early");
}

static bool skip(struct source *in, uint64_t bytes, struct err *err)
{
    char chunk[1 << 14];
    while (bytes) {
        size_t want = bytes < sizeof chunk ? (size_t)bytes : sizeof chunk;
        ptrdiff_t got = source_read(in, chunk, want, err);
        if (got < 0)
            return false;
        if (got == 0)
            return err_set(err, ERR_FORMAT, "the archive ends too early");
        bytes -= (uint64_t)got;
    }
    return true;
}

/* The size field: octal digits (POSIX) or base 256 (GNU). */
static uint64_t tar_size(const char *field)
{
    uint64_t value = 0;
    if ((unsigned char)field[0] & 0x80) {
        for (int i = 4; i < 12; i++)
            value = value << 8 | (unsigned char)field[i];
        return value;
    }
    for (int i = 0; i < 12 && field[i] >= '0' && field[i] <= '7'; i++)
        value = value << 3 | (uint64_t)(field[i] - '0');
    return value;
}

static void add_field(struct buf *out, const char *field, size_t bytes)
{
    buf_add(out, str_make(field, strnlen(field, bytes)));
}

/* The name that a GNU 'L' or pax 'x' member gives to the next one. */
static bool long_name(struct walk *w, char type, uint64_t bytes,
                      struct err *err)
{
    if (bytes > 1 << 16)
        return err_set(err, ERR_LIMIT, "a name of %llu bytes",
                       (unsigned long long)bytes);
    char *text = mem_zero(bytes + 1, 1);
    bool at_end;
    bool ok = read_whole(w->tar, text, (size_t)bytes, &at_end, err);
    buf_reset(&w->name);
    if (ok && type == 'L')
        buf_add_cstr(&w->name, text);
    str line, rest = str_make(text, (size_t)bytes);
    while (ok && type == 'x' && rest.len && str_next(&rest, '\n', &line)) {
        size_t at = str_find(line, STR(" path="), 0);
        if (at != STR_NONE)
            buf_add(&w->name, str_slice(line, at + 6, line.len));
    }
    free(text);
    return ok && skip(w->tar, (TAR_BLOCK - bytes % TAR_BLOCK) % TAR_BLOCK, err);
}

/* The name in the header, unless a longer one came before it. */
static void short_name(struct walk *w, const char *block)
{
    if (w->name.len)
        return;
    add_field(&w->name, block + 345, block[345] ? 155 : 0);
    if (w->name.len)
        buf_add_char(&w->name, '/');
    add_field(&w->name, block, 100);
}

/* Moves to the next plain member. False at the end or on an error. */
static bool next_tar_member(struct walk *w, struct err *err)
{
    if (!skip(w->tar, w->tar_left + w->tar_padding, err))
        return false;
    w->tar_left = w->tar_padding = 0;
    buf_reset(&w->name);
    for (;;) {
        char block[TAR_BLOCK];
        bool at_end = false;
        if (!read_whole(w->tar, block, TAR_BLOCK, &at_end, err) || at_end ||
            block[0] == '\0')
            return false;
        if (memcmp(block + TAR_MAGIC_AT, "ustar", 5) != 0)
            return err_set(err, ERR_FORMAT, "damaged member header");
        uint64_t bytes = tar_size(block + 124);
        uint64_t padding = (TAR_BLOCK - bytes % TAR_BLOCK) % TAR_BLOCK;
        char type = block[156];
        if (type == 'L' || type == 'x') {
            if (!long_name(w, type, bytes, err))
                return false;
            continue;
        }
        short_name(w, block);
        if ((type == '0' || type == '\0') && !is_beside(buf_str(&w->name))) {
            w->tar_left = bytes;
            w->tar_padding = padding;
            return true;
        }
        if (!skip(w->tar, bytes + padding, err))
            return false;
        buf_reset(&w->name);
    }
}

static bool tar_unit(struct walk *w, struct unit *unit, struct err *err)
{
    if (!next_tar_member(w, err))
        return false;
    char member[NAME_MAX_BYTES];
    snprintf(member, sizeof member, "%s", buf_cstr(&w->name));
    buf_reset(&w->name);
    buf_printf(&w->name, "%s:%s", w->archive, member);
    struct window *window = mem_zero(1, sizeof *window);
    *window = (struct window){w->tar, &w->tar_left};
    w->open = peek_source(source_of(window_read, free, window), w->member_head,
                          WALK_HEAD_BYTES, &unit->head);
    unit->source = w->open;
    unit->name = buf_cstr(&w->name);
    look_inside(w, unit);
    return true;
}

/* --- zip --- */

static bool zip_unit(struct walk *w, struct unit *unit)
{
    while (w->zip_next < zip_count(w->zip)) {
        size_t index = w->zip_next++;
        str member = str_of(zip_name(w->zip, index));
        if (str_ends_with(member, STR("/")) || is_beside(member))
            continue;
        buf_reset(&w->name);
        buf_printf(&w->name, "%s:" STR_FMT, w->archive, STR_ARG(member));
        unit->name = buf_cstr(&w->name);
        struct err why = {0};
        struct source *source = zip_source(w->zip, index, &why);
        if (source) {
            w->open = peek_source(source, w->member_head, WALK_HEAD_BYTES,
                                  &unit->head);
            unit->source = w->open;
            look_inside(w, unit);
        } else {
            set_fault(w, unit, why.message);
        }
        return true;
    }
    return false;
}

/* --- files --- */

/* Opens the archive that the head shows, or gives the file as a unit. True
 * when the unit is ready. */
static bool open_file(struct walk *w, const char *path, struct unit *unit)
{
    struct err why = {0};
    *unit = (struct unit){.name = path};
    struct source *source = source_open(path, &why);
    if (source)
        w->open = peek_source(source, w->head, WALK_HEAD_BYTES, &unit->head);
    if (source && is_tar(unit->head)) {
        w->tar = w->open;
        w->open = NULL;
        w->archive = path;
        return false;
    }
    if (source && str_starts_with(unit->head, STR("PK\3\4"))) {
        close_unit(w);
        w->zip = zip_open(path, &why);
        w->zip_next = 0;
        w->archive = path;
        if (w->zip && zip_find(w->zip, "xl/workbook.xml") == ZIP_NONE)
            return false;
        unit->workbook = w->zip;
    }
    unit->source = w->open;
    if (why.code != ERR_NONE)
        set_fault(w, unit, why.message);
    return true;
}

/* The next member of the open archive. */
static bool next_member(struct walk *w, struct unit *unit, struct err *err)
{
    *unit = (struct unit){0};
    struct err why = {0};
    bool found = w->tar ? tar_unit(w, unit, &why) : zip_unit(w, unit);
    if (found)
        return true;
    bool failed = why.code != ERR_NONE;
    close_archive(w);
    return failed && err_set(err, why.code, "%s: %s", w->archive, why.message);
}

bool walk_next(struct walk *w, struct unit *unit)
{
    struct err local = {0};
    close_unit(w);
    if (w->zip && zip_find(w->zip, "xl/workbook.xml") != ZIP_NONE)
        close_archive(w);
    for (;;) {
        if (w->tar || w->zip) {
            if (next_member(w, unit, &local))
                return true;
            if (local.code != ERR_NONE) {
                /* A damaged archive is one faulty unit; the walk goes on. */
                *unit = (struct unit){.name = w->archive};
                set_fault(w, unit, local.message);
                return true;
            }
            continue;
        }
        if (w->next_file == w->files.count)
            return false;
        str path = *(str *)vec_at(&w->files, w->next_file++);
        if (w->files.count > 1 && is_beside(path))
            continue;
        if (open_file(w, path.ptr, unit))
            return true;
    }
}
