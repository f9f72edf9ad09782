/* tagged.c - see tagged.h. */
#include "corpus/tagged.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

enum { NAME_COLUMNS_MAX = 28, NAME_WORDS_MAX = 3, SPEAKERS_MAX = 8 };

struct spelling {
    const char *name;
    enum role role;
};

static const struct spelling spellings[] = {
    {"doctor", ROLE_DOCTOR},
    {"dr", ROLE_DOCTOR},
    {"dr.", ROLE_DOCTOR},
    {"d", ROLE_DOCTOR},
    {"physician", ROLE_DOCTOR},
    {"clinician", ROLE_DOCTOR},
    {"provider", ROLE_DOCTOR},
    {"gp", ROLE_DOCTOR},
    {"specialist", ROLE_DOCTOR},
    {"guest_clinician", ROLE_DOCTOR},
    {"counselor", ROLE_DOCTOR},
    {"counsellor", ROLE_DOCTOR},
    {"therapist", ROLE_DOCTOR},
    {"psychiatrist", ROLE_DOCTOR},
    {"psychologist", ROLE_DOCTOR},
    {"arts", ROLE_DOCTOR},
    {"huisarts", ROLE_DOCTOR},
    {"dokter", ROLE_DOCTOR},
    {"tandarts", ROLE_DOCTOR},
    {"fysiotherapeut", ROLE_DOCTOR},
    {"apotheker", ROLE_DOCTOR},
    {"psycholoog", ROLE_DOCTOR},
    {"医生", ROLE_DOCTOR},
    {"大夫", ROLE_DOCTOR},
    {"医师", ROLE_DOCTOR},
    {"专家", ROLE_DOCTOR},
    {"心理咨询师", ROLE_DOCTOR},
    {"咨询师", ROLE_DOCTOR},
    {"心理医生", ROLE_DOCTOR},
    {"nurse", ROLE_NURSE},
    {"verpleegkundige", ROLE_NURSE},
    {"verpleger", ROLE_NURSE},
    {"assistente", ROLE_NURSE},
    {"huisartsassistente", ROLE_NURSE},
    {"doktersassistente", ROLE_NURSE},
    {"doktersassistent", ROLE_NURSE},
    {"praktijkassistente", ROLE_NURSE},
    {"apothekersassistente", ROLE_NURSE},
    {"护士", ROLE_NURSE},
    {"patient", ROLE_PATIENT},
    {"patients", ROLE_PATIENT},
    {"p", ROLE_PATIENT},
    {"pt", ROLE_PATIENT},
    {"patiënt", ROLE_PATIENT},
    {"cliënt", ROLE_PATIENT},
    {"client", ROLE_PATIENT},
    {"mevrouw", ROLE_PATIENT},
    {"meneer", ROLE_PATIENT},
    {"患者", ROLE_PATIENT},
    {"病人", ROLE_PATIENT},
    {"来访者", ROLE_PATIENT},
    {"求助者", ROLE_PATIENT},
    {"咨询者", ROLE_PATIENT},
    {"relative", ROLE_RELATIVE},
    {"guest_family", ROLE_RELATIVE},
    {"family", ROLE_RELATIVE},
    {"caregiver", ROLE_RELATIVE},
    {"mother", ROLE_RELATIVE},
    {"father", ROLE_RELATIVE},
    {"parent", ROLE_RELATIVE},
    {"moeder", ROLE_RELATIVE},
    {"vader", ROLE_RELATIVE},
    {"partner", ROLE_RELATIVE},
    {"mantelzorger", ROLE_RELATIVE},
    {"家属", ROLE_RELATIVE},
    {"assistant", ROLE_ASSISTANT},
    {"gpt", ROLE_ASSISTANT},
    {"bot", ROLE_ASSISTANT},
    {"<bot>", ROLE_ASSISTANT},
    {"model", ROLE_ASSISTANT},
    {"ai", ROLE_ASSISTANT},
    {"chatgpt", ROLE_ASSISTANT},
    {"bing", ROLE_ASSISTANT},
    {"bard", ROLE_ASSISTANT},
    {"助手", ROLE_ASSISTANT},
    {"答", ROLE_ASSISTANT},
    {"回答", ROLE_ASSISTANT},
    {"user", ROLE_USER},
    {"<user>", ROLE_USER},
    {"human", ROLE_USER},
    {"prompter", ROLE_USER},
    {"用户", ROLE_USER},
    {"问", ROLE_USER},
    {"system", ROLE_SYSTEM},
    {"系统", ROLE_SYSTEM}};

enum role tagged_role(str speaker)
{
    speaker = str_trim(speaker);
    while (speaker.len &&
           (isdigit((unsigned char)speaker.ptr[speaker.len - 1]) ||
            speaker.ptr[speaker.len - 1] == '_'))
        speaker.len--;
    speaker = str_trim(speaker);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (str_equal_ignore_case(speaker, str_of(spellings[i].name)))
            return spellings[i].role;
    return ROLE_NONE;
}

/* A speaker and its mark at the start of a text. */
struct tag {
    str name;
    enum role role;
    size_t bytes; /* up to what is said */
};

/* Words that look like a person's or function's name. */
static bool is_name(str s)
{
    size_t words = 1;
    if (s.len == 0 || utf8_columns(s) > NAME_COLUMNS_MAX)
        return false;
    unsigned char initial = (unsigned char)s.ptr[0];
    if (initial < 0x80 && !isupper(initial))
        return false;
    for (str rest = s; rest.len;) {
        uint32_t c = utf8_next(&rest);
        words += c == ' ';
        if (c < 0x80 && !isalnum((int)c) && !strchr(" -.'_", (int)c))
            return false;
    }
    return words <= NAME_WORDS_MAX;
}

static bool read_bracket(str s, struct tag *tag)
{
    size_t close = str_find_char(s, ']', 0);
    if (close == STR_NONE || close > 40)
        return false;
    tag->name = str_slice(s, 1, close);
    tag->role = tagged_role(tag->name);
    tag->bytes = close + 1;
    if (tag->bytes < s.len && s.ptr[tag->bytes] == ':')
        tag->bytes++;
    return tag->role != ROLE_NONE;
}

/* "Doctor: …", "医生：…" or "[doctor] …" at the start of s. Unknown names are
 * taken when allowed. */
static bool read_tag(str s, bool allow_names, struct tag *tag)
{
    *tag = (struct tag){0};
    if (s.len && s.ptr[0] == '[')
        return read_bracket(s, tag);
    str near = str_slice(s, 0, 100);
    size_t colon = str_find_char(near, ':', 0),
           wide = str_find(near, STR("："), 0);
    size_t at = colon < wide ? colon : wide;
    if (at == STR_NONE || at == 0)
        return false;
    tag->name = str_trim(str_slice(s, 0, at));
    tag->role = tagged_role(tag->name);
    tag->bytes = at + (at == wide ? 3 : 1);
    return tag->role != ROLE_NONE || (allow_names && is_name(tag->name));
}

/* --- where tags stand --- */

enum layout { LINES, INLINE };

static size_t skip_blank(str text, size_t i)
{
    while (i < text.len && isspace((unsigned char)text.ptr[i]))
        i++;
    return i;
}

/* Whether a speaker can start at i: a line start or, inline, after white
 * space. */
static bool is_place(str text, size_t i, enum layout layout)
{
    if (i == 0 || text.ptr[i - 1] == '\n')
        return true;
    if (text.ptr[i - 1] == ' ' || text.ptr[i - 1] == '\t') {
        size_t back = i;
        while (back > 0 &&
               (text.ptr[back - 1] == ' ' || text.ptr[back - 1] == '\t'))
            back--;
        return layout == INLINE || back == 0 || text.ptr[back - 1] == '\n';
    }
    return false;
}

/* In the middle of a line an unknown name needs a sentence end before it. */
static bool ends_sentence(str text, size_t i)
{
    while (i > 0 && text.ptr[i - 1] == ' ')
        i--;
    return i == 0 || strchr(".?!\n", text.ptr[i - 1]) != NULL;
}

/* The next tag at or after `from`; its offset, or STR_NONE. */
static size_t next_tag(str text, size_t from, enum layout layout,
                       bool allow_names, struct tag *tag)
{
    for (size_t i = from; i < text.len; i++) {
        if (isspace((unsigned char)text.ptr[i]) || !is_place(text, i, layout))
            continue;
        bool names = allow_names && (layout == LINES || ends_sentence(text, i));
        if (read_tag(str_slice(text, i, text.len), names, tag))
            return i;
        if (layout == LINES) {
            i = str_find_char(text, '\n', i);
            if (i == STR_NONE)
                return STR_NONE;
        }
    }
    return STR_NONE;
}

struct count {
    size_t known, names;
};

static struct count count_tags(str text, enum layout layout, bool allow_names)
{
    struct count count = {0};
    struct tag tag;
    size_t at = next_tag(text, 0, layout, allow_names, &tag);
    while (at != STR_NONE && count.known + count.names < 200) {
        *(tag.role ? &count.known : &count.names) += 1;
        at = next_tag(text, at + tag.bytes, layout, allow_names, &tag);
    }
    return count;
}

/* How the speakers of this text stand. */
static bool choose_layout(str text, enum layout *layout, bool *names)
{
    *layout = LINES;
    *names = false;
    struct count lines = count_tags(text, LINES, false);
    if (lines.known >= 2)
        return true;
    struct count inside = count_tags(text, INLINE, false);
    if (inside.known >= 2) {
        struct count with_names = count_tags(text, INLINE, true);
        *layout = INLINE;
        *names = with_names.names > 0 && with_names.names <= inside.known + 1;
        return true;
    }
    struct count named = count_tags(text, LINES, true);
    if (named.names >= 2 || lines.known == 1) {
        *names = named.names >= 2;
        return true;
    }
    return false;
}

static enum role role_of(const struct tag *tag, bool care_seen)
{
    if (tag->role)
        return tag->role;
    return care_seen ? ROLE_PATIENT : ROLE_USER;
}

bool tagged_turns(struct mapper *m, str text)
{
    enum layout layout;
    bool names;
    if (!choose_layout(text, &layout, &names))
        return false;
    struct count all = count_tags(text, layout, names);
    struct tag tag, next;
    size_t at = next_tag(text, 0, layout, names, &tag);
    while (at != STR_NONE) {
        size_t from = at + tag.bytes;
        size_t to = next_tag(text, from, layout, names, &next);
        str said = str_slice(text, from, to);
        map_turn(m, role_of(&tag, all.known > 0), tag.role ? STR("") : tag.name,
                 said);
        at = to;
        tag = next;
    }
    return true;
}

str tagged_lead(str text)
{
    enum layout layout;
    bool names;
    struct tag tag;
    if (!choose_layout(text, &layout, &names))
        return str_trim(text);
    size_t at = next_tag(text, 0, layout, names, &tag);
    return str_trim(str_slice(text, 0, at == STR_NONE ? 0 : at));
}

bool tagged_is(str head)
{
    head = str_slice(head, 0, 16 << 10);
    struct tag tag;
    size_t start = skip_blank(head, 0);
    return read_tag(str_slice(head, start, head.len), false, &tag) &&
           (count_tags(head, LINES, false).known >= 2 ||
            count_tags(head, INLINE, true).known >= 2);
}

enum role tagged_split(str *utterance, str *speaker)
{
    struct tag tag;
    *utterance = str_trim(*utterance);
    *speaker = STR("");
    if (!read_tag(*utterance, false, &tag))
        return ROLE_NONE;
    *speaker = tag.name;
    *utterance = str_trim(str_slice(*utterance, tag.bytes, utterance->len));
    return tag.role;
}

bool tagged_list(struct mapper *m, const json *utterances)
{
    JSON_EACH(item, utterances)
    {
        str text = scalar_text(m, item), speaker;
        enum role role = tagged_split(&text, &speaker);
        if (role == ROLE_NONE)
            return false;
        map_turn(m, role, STR(""), text);
    }
    return true;
}

bool tagged_objects(struct mapper *m, const json *list, const char *roles,
                    const char *texts)
{
    JSON_EACH(item, list)
    {
        str speaker = field_str(m, item, roles);
        enum role role = tagged_role(speaker);
        if (role == ROLE_NONE)
            return false;
        map_turn(m, role, STR(""), field_str(m, item, texts));
    }
    return true;
}
