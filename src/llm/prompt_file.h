/* prompt_file.h - prompts as files: one text with a version and places to fill.
 *
 *     struct prompt_file prompt;
 *     if (!prompt_file_load(&prompt, "prompts/en/dialogue.txt", &arena, &err))
 * … struct prompt_value values[] = {{"topic", topic}, …};
 *     prompt_fill(prompt.text, values, count, &out);
 *
 * Prompts are assets; the first line is "# version: N". Only {name} of a known
 * value is replaced; other braces stay as they are, so that a prompt may show
 * JSON. Pure but for the loading.
 */
#ifndef LLM_PROMPT_FILE_H
#define LLM_PROMPT_FILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct prompt_file {
    str text; /* without the version line, trimmed */
    str version;
};

struct prompt_value {
    const char *name;
    str value;
};

/* ERR_CONFIG names the file when the version line is missing. */
MUST_USE bool prompt_file_load(struct prompt_file *prompt, const char *asset,
                               struct arena *arena, struct err *err);
void prompt_fill(str template, const struct prompt_value *values, size_t count,
                 struct buf *out);

#endif
