/* reading.c - see reading.h. */
#include "measure/reading.h"

#include <stdlib.h>

#include "base/mem.h"
#include "text/normalise.h"

struct reader {
    const struct reading_setup *setup; /* borrowed */
    struct reading reading;
    struct regex_context *regex;
    struct lexicon_matcher *matchers[LANG_COUNT];
    struct arena folded; /* texts of turns */
    struct buf fold;
    struct vec scratch, found;
};

struct reader *reader_new(const struct reading_setup *setup, struct err *err)
{
    struct reader *reader = mem_zero(1, sizeof *reader);
    struct reading *r = &reader->reading;
    reader->setup = setup;
    vec_init(&r->turns, sizeof(struct spoken));
    vec_init(&r->tokens, sizeof(uint32_t));
    vec_init(&r->words, sizeof(str));
    vec_init(&r->counts, sizeof(uint32_t));
    vec_init(&r->categories, sizeof(uint8_t));
    vec_init(&r->matches, sizeof(struct lexicon_match));
    map_init(&r->types);
    arena_init(&reader->folded);
    buf_init(&reader->fold, BUF_MAX);
    vec_init(&reader->scratch, sizeof(str));
    vec_init(&reader->found, sizeof(struct lexicon_match));
    reader->regex = regex_context_new();
    for (size_t i = 0; i < LANG_COUNT; i++)
        if (setup->glossaries[i])
            reader->matchers[i] =
                lexicon_matcher_new(glossary_lexicon(setup->glossaries[i]));
    if (words_open(&r->splitter, err))
        return reader;
    reader_free(reader);
    return NULL;
}

void reader_free(struct reader *reader)
{
    if (!reader)
        return;
    struct reading *r = &reader->reading;
    vec_release(&r->turns);
    vec_release(&r->tokens);
    vec_release(&r->words);
    vec_release(&r->counts);
    vec_release(&r->categories);
    vec_release(&r->matches);
    map_release(&r->types);
    arena_release(&reader->folded);
    buf_release(&reader->fold);
    vec_release(&reader->scratch);
    vec_release(&reader->found);
    regex_context_free(reader->regex);
    for (size_t i = 0; i < LANG_COUNT; i++)
        lexicon_matcher_free(reader->matchers[i]);
    words_close(r->splitter);
    free(reader);
}

static void add_token(struct reader *reader, str word)
{
    struct reading *r = &reader->reading;
    uint64_t *number = map_slot(&r->types, word);
    if (*number == 0) {
        *number = map_size(&r->types);
        *(uint32_t *)vec_add(&r->counts) = 0;
        *(uint8_t *)vec_add(&r->categories) =
            (uint8_t)phrasing_category(reader->setup->phrasings[r->lang], word);
    }
    uint32_t type = (uint32_t)(*number - 1);
    ++*(uint32_t *)vec_at(&r->counts, type);
    vec_push(&r->tokens, &type);
    vec_push(&r->words, &word);
}

static void find_matches(struct reader *reader, struct spoken *turn)
{
    struct reading *r = &reader->reading;
    turn->first_match = r->matches.count;
    if (!reader->matchers[r->lang] || !r->known_language)
        return;
    lexicon_match(reader->matchers[r->lang], turn->folded, &reader->found);
    for (size_t i = 0; i < reader->found.count; i++)
        vec_push(&r->matches, vec_at(&reader->found, i));
    turn->match_count = reader->found.count;
}

static void add_turn(struct reader *reader, enum role role, str speaker,
                     str text)
{
    struct reading *r = &reader->reading;
    const struct phrasing *phrasing = reader->setup->phrasings[r->lang];
    const char *lang = lang_name(r->lang).ptr;
    if (str_trim(text).len == 0)
        return;
    buf_reset(&reader->fold);
    text_fold(text, &reader->fold);
    struct spoken turn = {.side = role_side(role), .text = text};
    turn.folded = arena_copy(&reader->folded, buf_str(&reader->fold));
    turn.speaker = str_hash(speaker) + role * 0x9E3779B97F4A7C15u;
    turn.first = r->tokens.count;
    if (reader->setup->unit == TOKEN_WORD)
        words_split(r->splitter, turn.folded, lang, &reader->scratch);
    else
        chars_split(turn.folded, &reader->scratch);
    turn.count = reader->scratch.count;
    for (size_t i = 0; i < turn.count; i++)
        add_token(reader, *(str *)vec_at(&reader->scratch, i));
    if (r->lang == LANG_ZH)
        turn.length = chars_count(turn.folded);
    else
        turn.length = reader->setup->unit == TOKEN_WORD
                          ? turn.count
                          : words_count(r->splitter, turn.folded, lang);
    if (reader->setup->talk) {
        turn.asks = phrasing_asks(phrasing, reader->regex, text);
        turn.open =
            turn.asks && phrasing_is_open(phrasing, turn.folded,
                                          reader->scratch.items, turn.count);
        turn.backchannel = phrasing_is_backchannel(phrasing, turn.folded);
    }
    find_matches(reader, &turn);
    r->length += turn.length;
    vec_push(&r->turns, &turn);
}

static void read_turns(struct reader *reader, const struct record *record)
{
    static const str nobody = {0};
    switch (record->kind) {
    case RECORD_DIALOGUE:
        for (size_t i = 0; i < record->dialogue.turns.count; i++) {
            const struct turn *t =
                LIST_AT(record->dialogue.turns, struct turn, i);
            add_turn(reader, t->role, t->speaker, t->text);
        }
        break;
    case RECORD_QUESTION:
        add_turn(reader, ROLE_USER, nobody, record->question.question);
        add_turn(reader, ROLE_ASSISTANT, nobody, record->question.answer);
        break;
    case RECORD_CONSULTATION:
        for (size_t i = 0; i < record->consultation.turns.count; i++) {
            const struct consultation_turn *t = LIST_AT(
                record->consultation.turns, struct consultation_turn, i);
            add_turn(reader, ROLE_USER, nobody, t->question);
            add_turn(reader, ROLE_ASSISTANT, nobody,
                     t->answer.len ? t->answer : t->reference);
        }
        break;
    default:
        add_turn(reader, ROLE_NONE, nobody, record->patient);
    }
}

const struct reading *reader_read(struct reader *reader,
                                  const struct record *record)
{
    struct reading *r = &reader->reading;
    r->record = record;
    r->known_language = lang_from_name(record->lang, &r->lang);
    if (!r->known_language)
        r->lang = LANG_EN;
    r->length = 0;
    vec_reset(&r->turns);
    vec_reset(&r->tokens);
    vec_reset(&r->words);
    vec_reset(&r->counts);
    vec_reset(&r->categories);
    vec_reset(&r->matches);
    map_reset(&r->types);
    arena_reset(&reader->folded);
    read_turns(reader, record);
    return r;
}
