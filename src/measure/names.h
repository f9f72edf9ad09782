/* names.h - where a text names a person.
 *
 *     struct names *names = names_load(LANG_NL, &err);
 *     struct vec tokens, found;           // struct name_token, name_span
 *     names_find(names, STR("Mw. A.B. de Vries belde Kees."), &tokens, &found);
 *     // "Mw. A.B. de Vries", and "Kees" as a single name
 *     names_free(names);
 *
 * By the lists of the assets rules/names/LANG.yaml and by form. Latin script: a
 * title before a capitalised word or initials; initials before a known family
 * name, or before particles and a capitalised word; a known given name with the
 * capitalised word behind it; particles before a known family name. A given
 * name, or in Dutch a family name, that stands alone is `single`: it tells who
 * somebody is much less. Chinese: a family name before a title, or two or three
 * characters that begin with one behind "我叫" and the like. Linear in the
 * text. Constant after loading; shared by threads, each with its own vectors.
 */
#ifndef MEASURE_NAMES_H
#define MEASURE_NAMES_H

#include "base/vec.h"
#include "knowledge/knowledge.h"

struct names;

struct name_span {
    size_t start, end; /* bytes [start, end) */
    bool single;
};

/* A word of a text; scratch of names_find. */
struct name_token {
    size_t start, end;
    unsigned word;                /* what the lists say of it */
    bool capital, shouted, owner; /* "Jan", "JAN", "Jan's" */
    char join; /* to the next word: ' ', '.', '-', or 0 for anything else */
};

/* NULL on failure. A language without a list has no names. */
MUST_USE struct names *names_load(enum lang lang, struct err *err);
void names_free(struct names *names); /* NULL is fine */

/* Empties both vectors, then lists the names in order of the text. */
void names_find(const struct names *names, str text,
                struct vec *tokens /* struct name_token */,
                struct vec *found /* struct name_span */);

#endif
