/* reading.h - one record, taken apart: turns, sides, tokens.
 *
 *     struct reader *reader = reader_new(&setup, &err);       // one a thread
 *     const struct reading *r = reader_read(reader, &record);
 *     for (size_t i = 0; i < r->turns.count; i++) …
 *     reader_free(reader);
 *
 * A question is a turn of a user and, when answered, one of an assistant; a
 * consultation likewise, turn by turn (the reference where there is no answer).
 * Tokens are folded words (or characters) numbered within the record. A
 * reading is valid until the next one.
 */
#ifndef MEASURE_READING_H
#define MEASURE_READING_H

#include "base/map.h"
#include "measure/glossary.h"
#include "measure/phrasing.h"
#include "record/record.h"
#include "text/words.h"

enum token_unit { TOKEN_WORD, TOKEN_CHAR };

/* What all threads share; borrowed. */
struct reading_setup {
    enum token_unit unit;
    bool talk;   /* questions and back-channels are looked for */
    bool domain; /* medical words are looked for */
    const struct phrasing *phrasings[LANG_COUNT];
    const struct glossary *glossaries[LANG_COUNT]; /* NULL without domain */
};

struct spoken {
    enum role side;   /* DOCTOR, PATIENT, NURSE, SYSTEM or NONE */
    uint64_t speaker; /* equal: the same person */
    str text, folded;
    size_t first, count; /* tokens */
    size_t length;       /* characters (zh) or words */
    bool asks, open, backchannel;
    size_t first_match, match_count; /* of medical words */
};

struct reading {
    const struct record *record;
    enum lang lang; /* LANG_EN rules for languages we do not know */
    bool known_language;
    struct vec turns;      /* struct spoken; empty ones are left out */
    struct vec tokens;     /* uint32_t, number of the type */
    struct vec words;      /* str, spelling of each token */
    struct map types;      /* spelling → number + 1 */
    struct vec counts;     /* uint32_t, of each type */
    struct vec categories; /* uint8_t enum word_category, of each type */
    struct vec matches;    /* struct lexicon_match, in folded turns */
    size_t length;
    struct words *splitter;
};

struct reader;

struct reader *reader_new(const struct reading_setup *setup, struct err *err);
void reader_free(struct reader *reader); /* NULL is fine */
const struct reading *reader_read(struct reader *reader,
                                  const struct record *record);

#define READ_TURN(reading, i)                                                  \
    ((const struct spoken *)vec_at(&(reading)->turns, i))
#define READ_TOKEN(reading, i)                                                 \
    (*(const uint32_t *)vec_at(&(reading)->tokens, i))

#endif
