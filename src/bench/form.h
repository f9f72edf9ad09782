/* form.h - the prompt forms of a bench, per language, and fences for material.
 *
 *     struct form form;
 *     if (!form_load(&form, "single", STR("nl"), &arena, &err)) …
 *     prompt_fill(form.file.text, values, count, &out);   // prompt_file.h
 *
 * A form is the asset prompts/bench/LANG/NAME.txt. A language without one is
 * served by the English form. What is filled in is not read again, so that text
 * cannot bring places of its own.
 *
 * A fence is a line that material stands between. form_fence makes one that
 * occurs in none of the texts, from a hash of them and a seed, so that an
 * answer cannot close it.
 */
#ifndef BENCH_FORM_H
#define BENCH_FORM_H

#include "llm/prompt_file.h"

struct form {
    const char *name; /* borrowed */
    struct prompt_file file;
};

MUST_USE bool form_load(struct form *form, const char *name, str lang,
                        struct arena *arena, struct err *err);
/* Of its text, in hexadecimal. */
str form_sha256(const struct form *form, struct arena *arena);
str form_fence(uint64_t seed, const str *texts, size_t count,
               struct arena *arena);

#endif
