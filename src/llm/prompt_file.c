/* prompt_file.c - see prompt_file.h. */
#include "llm/prompt_file.h"

#include "base/asset.h"

bool prompt_file_load(struct prompt_file *prompt, const char *asset,
                      struct arena *arena, struct err *err)
{
    str text, first, rest;
    if (!asset_get(asset, &text, arena, err))
        return false;
    str_cut(text, '\n', &first, &rest);
    if (!str_starts_with(first, STR("# version:")))
        return err_set(err, ERR_CONFIG,
                       "%s:1: found '" STR_FMT "', allowed: '# version: N'",
                       asset_where(asset, arena), STR_ARG(first));
    prompt->version = str_trim(str_slice(first, 10, first.len));
    prompt->text = str_trim(rest);
    return true;
}

void prompt_fill(str template, const struct prompt_value *values, size_t count,
                 struct buf *out)
{
    for (size_t from = 0; from < template.len;) {
        size_t open = str_find_char(template, '{', from);
        if (open == STR_NONE)
            open = template.len;
        buf_add(out, str_slice(template, from, open));
        size_t close = str_find_char(template, '}', open);
        if (close == STR_NONE) {
            buf_add(out, str_slice(template, open, template.len));
            return;
        }
        str name = str_slice(template, open + 1, close);
        size_t i = 0;
        while (i < count && !str_equal(name, str_of(values[i].name)))
            i++;
        if (i < count) {
            buf_add(out, values[i].value);
            from = close + 1;
        } else {
            buf_add_char(out, '{');
            from = open + 1;
        }
    }
}
