/* json_lines.c - see json_lines.h. */
#include "base/json_lines.h"

#include "base/lines.h"

bool json_lines_each(const char *path, json_lines_take *take, void *ctx,
                     struct json_lines_counts *counts, struct err *err)
{
    struct lines *in = lines_open(path, 0, err);
    if (!in)
        return false;
    struct err broken = {0};
    for (str line; lines_next(in, &line, &broken);) {
        bool too_long = lines_too_long(in);
        if (!too_long && str_trim(line).len == 0)
            continue;
        counts->content = counts->content * 31 + str_hash(line);
        json *doc = too_long ? NULL : json_parse(line, NULL);
        bool good = doc && take(doc, ctx);
        counts->good += good;
        counts->bad += !good;
        json_free(doc);
    }
    lines_close(in);
    if (broken.code == ERR_NONE)
        return true;
    *err = broken;
    return err_wrap(err, "%s", path);
}
