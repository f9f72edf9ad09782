/* talk_words.c - who speaks, lengths of time, lists: the small words of an
 * answer; see talk.h. */
#include "patient/talk.h"

#include <math.h>
#include <string.h>

#include "record/record.h"

/* {name} for self, he, she, per language. */
struct pronoun {
    const char *name;
    const char *forms[3];
};

static const struct pronoun english[] = {
    {"I", {"I", "he", "she"}},        {"he", {"he", "he", "she"}},
    {"have", {"have", "has", "has"}}, {"am", {"am", "is", "is"}},
    {"my", {"my", "his", "her"}},     {"My", {"My", "His", "Her"}},
    {"me", {"me", "him", "her"}},     {"s", {"", "s", "s"}},
    {"es", {"", "es", "es"}},         {NULL, {NULL}}};
static const struct pronoun dutch[] = {
    {"ik", {"ik", "hij", "zij"}},       {"hij", {"hij", "hij", "zij"}},
    {"heb", {"heb", "heeft", "heeft"}}, {"ben", {"ben", "is", "is"}},
    {"doe", {"doe", "doet", "doet"}},   {"geef", {"geef", "geeft", "geeft"}},
    {"mijn", {"mijn", "zijn", "haar"}}, {"t", {"", "t", "t"}},
    {"dt", {"", "dt", "dt"}},           {NULL, {NULL}}};
static const struct pronoun chinese[] = {{NULL, {NULL}}};
static const struct pronoun *const pronouns[LANG_COUNT] = {chinese, english,
                                                           dutch};

static size_t person_of(const struct talk *t)
{
    return !t->by_relative ? 0 : t->female ? 2 : 1;
}

/* --- numbers and time --- */

enum unit { UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR };

static const char *const numbers[LANG_COUNT][13] = {
    {"零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一",
     "十二"},
    {"no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine",
     "ten", "eleven", "twelve"},
    {"nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht",
     "negen", "tien", "elf", "twaalf"}};
static const char *const units[LANG_COUNT][5][2] = {{{"个小时", "个小时"},
                                                     {"天", "天"},
                                                     {"个星期", "个星期"},
                                                     {"个月", "个月"},
                                                     {"年", "年"}},
                                                    {{"hour", "hours"},
                                                     {"day", "days"},
                                                     {"week", "weeks"},
                                                     {"month", "months"},
                                                     {"year", "years"}},
                                                    {{"uur", "uur"},
                                                     {"dag", "dagen"},
                                                     {"week", "weken"},
                                                     {"maand", "maanden"},
                                                     {"jaar", "jaar"}}};

static void count_units(double days, enum unit *unit, int *count)
{
    double value = days;
    if (days < 0.98) {
        *unit = UNIT_HOUR;
        value = days * 24;
    } else if (days < 14) {
        *unit = UNIT_DAY;
    } else if (days < 60) {
        *unit = UNIT_WEEK;
        value = days / 7;
    } else if (days < 730) {
        *unit = UNIT_MONTH;
        value = days / 30;
    } else {
        *unit = UNIT_YEAR;
        value = days / 365;
    }
    *count = (int)fmax(round(value), 1);
}

static str amount(struct talk *t, double days)
{
    enum unit unit;
    int count;
    count_units(days, &unit, &count);
    const char *word = units[t->lang][unit][count != 1];
    const char *space = t->lang == LANG_ZH ? "" : " ";
    if (t->lang == LANG_EN && unit == UNIT_HOUR && count == 1)
        return STR("an hour");
    if (count > 12)
        return arena_printf(&t->arena, "%d%s%s", count, space, word);
    return arena_printf(&t->arena, "%s%s%s", numbers[t->lang][count], space,
                        word);
}

/* `form`: "for", "ago", "age". */
str talk_duration(struct talk *t, double days, const char *form)
{
    str text = amount(t, days);
    size_t which = form[0] == 'a';
    switch ((size_t)t->lang * 2 + which) {
    case 0:
        return arena_printf(&t->arena, "有" STR_FMT "了", STR_ARG(text));
    case 1:
        return arena_printf(&t->arena, STR_FMT "前", STR_ARG(text));
    case 2:
        return arena_printf(&t->arena, "for " STR_FMT " now", STR_ARG(text));
    case 3:
        return arena_printf(&t->arena, STR_FMT " ago", STR_ARG(text));
    case 4:
        return arena_printf(&t->arena, "al " STR_FMT, STR_ARG(text));
    default:
        return arena_printf(&t->arena, STR_FMT " geleden", STR_ARG(text));
    }
}

static str age_words(struct talk *t)
{
    double age = t->p->background.age;
    if (isnan(age))
        return (str){0};
    int years = (int)age, months = (int)round(age * 12);
    if (years < 2) {
        const char *unit = t->lang == LANG_ZH   ? "个月"
                           : t->lang == LANG_EN ? " months old"
                                                : " maanden";
        return arena_printf(&t->arena, "%d%s", months, unit);
    }
    return arena_printf(&t->arena, t->lang == LANG_ZH ? "%d岁" : "%d", years);
}

str talk_join(struct talk *t, const struct vec *texts)
{
    struct buf out;
    buf_init(&out, TALK_REPLY_BYTES_MAX);
    str and = wording_at(t->room->wording, STR("words.and"), 0);
    for (size_t i = 0; i < texts->count; i++) {
        if (i && i + 1 == texts->count)
            buf_add(&out, and);
        else if (i)
            buf_add(&out, t->lang == LANG_ZH ? STR("，") : STR(", "));
        buf_add(&out, *(const str *)vec_at(texts, i));
    }
    str joined = arena_copy(&t->arena, buf_str(&out));
    buf_release(&out);
    return joined;
}

/* --- the words of a symptom --- */

static str for_other(struct talk *t, str lay)
{
    static const char *const mine[LANG_COUNT] = {NULL, " my ", " mijn "};
    static const char *const theirs[LANG_COUNT][2] = {
        {NULL}, {" his ", " her "}, {" zijn ", " haar "}};
    if (!t->by_relative || t->lang == LANG_ZH)
        return lay;
    size_t at = str_find(lay, str_of(mine[t->lang]), 0);
    if (at == STR_NONE)
        return lay;
    str before = str_slice(lay, 0, at),
        after = str_slice(lay, at + strlen(mine[t->lang]), lay.len);
    return arena_printf(&t->arena, STR_FMT "%s" STR_FMT, STR_ARG(before),
                        theirs[t->lang][t->female], STR_ARG(after));
}

/* The wording of the record; the professional name now and then from somebody
 * of high literacy; a wording that does not give the diagnosis away. */
str talk_lay(struct talk *t, const struct symptom *symptom)
{
    const struct patient_symptom *own = patient_symptom(t->p, symptom->id);
    const struct patient_denial *denied = patient_denial(t->p, symptom->id);
    str lay = own ? own->lay : denied ? denied->lay : (str){0};
    const struct list *all = &symptom->lay.texts[t->lang];
    if (!lay.len && all->count)
        lay = *LIST_AT(*all, str, 0);
    return lay.len ? for_other(t, lay) : t3_in(&symptom->name, t->lang);
}

/* --- filling --- */

static str capital(struct talk *t, str text)
{
    if (!text.len || text.ptr[0] < 'a' || text.ptr[0] > 'z')
        return text;
    char *copy = arena_alloc(&t->arena, text.len);
    memcpy(copy, text.ptr, text.len);
    copy[0] = (char)(copy[0] - 'a' + 'A');
    return str_make(copy, text.len);
}

static void add_values(struct talk *t, const struct symptom *symptom, str list,
                       struct wording_value *v, size_t *count)
{
    const struct patient_symptom *own =
        symptom ? patient_symptom(t->p, symptom->id) : NULL;
    double days = own && !isnan(own->days) ? own->days : t->p->symptoms.days;
    str lay = symptom ? talk_lay(t, symptom) : (str){0};
    str bare = lay_bare(lay, t->lang);
    v[(*count)++] = (struct wording_value){"lay", lay};
    v[(*count)++] = (struct wording_value){"Lay", capital(t, lay)};
    v[(*count)++] = (struct wording_value){"bare", bare};
    v[(*count)++] = (struct wording_value){"Bare", capital(t, bare)};
    v[(*count)++] = (struct wording_value){"list", list};
    v[(*count)++] = (struct wording_value){"List", capital(t, list)};
    v[(*count)++] =
        (struct wording_value){"impact", own ? own->impact : (str){0}};
    if (!isnan(days)) {
        str span = talk_duration(t, days, "for");
        v[(*count)++] = (struct wording_value){"for", span};
        v[(*count)++] = (struct wording_value){"For", capital(t, span)};
        v[(*count)++] =
            (struct wording_value){"ago", talk_duration(t, days, "ago")};
    }
    if (own && !isnan(own->score))
        v[(*count)++] = (struct wording_value){
            "score", arena_printf(&t->arena, "%d", (int)own->score)};
    str age = age_words(t);
    v[(*count)++] = (struct wording_value){"age", age};
    v[(*count)++] = (struct wording_value){"Age", age};
}

/* Sentences begin with a capital letter. */
static void capitalise(struct buf *out, size_t from)
{
    bool start = true;
    for (size_t i = from; i < out->len; i++) {
        char c = out->ptr[i];
        if (start && c >= 'a' && c <= 'z')
            out->ptr[i] = (char)(c - 'a' + 'A');
        if (c == '.' || c == '!' || c == '?')
            start = true;
        else if (c != ' ')
            start = false;
    }
}

/* A relative says first whom it is about. */
static str first_mention(struct talk *t)
{
    str speaker = t->p->background.speaker;
    const char *kin = t->female ? "daughter" : "son";
    if (str_equal(speaker, STR("daughter")) || str_equal(speaker, STR("son")))
        kin = t->female ? "mother" : "father";
    if (str_equal(speaker, STR("partner")))
        kin = t->female ? "wife" : "husband";
    return wording_word(t->room->wording, "kin", str_of(kin));
}

/* Chinese has no forms of the verb: only 我 before the complaint changes. */
static str for_relative(struct talk *t, str template)
{
    size_t own = str_find(template, STR("我{"), 0);
    if (t->lang != LANG_ZH || !t->by_relative || own == STR_NONE)
        return template;
    str kin = first_mention(t), before = str_slice(template, 0, own),
        after = str_slice(template, own + strlen("我"), template.len);
    return arena_printf(&t->arena, STR_FMT STR_FMT STR_FMT, STR_ARG(before),
                        STR_ARG(kin), STR_ARG(after));
}

void talk_put_text(struct talk *t, str template, const struct symptom *symptom,
                   str list)
{
    struct wording_value values[40];
    size_t count = 0, start = t->draft.len;
    if (!template.len)
        return;
    bool first = t->by_relative && t->dynamic.count == 0 &&
                 t->pending.count <= 1 && t->draft.len == 0;
    for (const struct pronoun *p = pronouns[t->lang]; p->name; p++) {
        str text = str_of(p->forms[person_of(t)]);
        bool subject = !strcmp(p->name, "I") || !strcmp(p->name, "ik");
        values[count++] = (struct wording_value){
            p->name, first && subject ? first_mention(t) : text};
    }
    add_values(t, symptom, list, values, &count);
    if (start && t->lang != LANG_ZH)
        buf_add_char(&t->draft, ' ');
    size_t from = t->draft.len;
    wording_fill(for_relative(t, template), values, count, &t->draft);
    if (t->lang != LANG_ZH && t->draft.ptr)
        capitalise(&t->draft, from);
}

void talk_put(struct talk *t, const char *key, const struct symptom *symptom,
              str list)
{
    const char *style = arena_cstr(&t->arena, t->style);
    talk_put_text(t, wording_pick(t->room->wording, key, style, &t->rng),
                  symptom, list);
}
