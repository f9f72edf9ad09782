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
static const struct pronoun chinese[] = {{"ta", {"我", "他", "她"}},
                                         {NULL, {NULL}}};
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
    } else if (days < 600) {
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

/* Chinese joins words by "、", clauses by "，". */
static str chinese_mark(const struct vec *texts)
{
    enum { WORD_BYTES = 21 }; /* seven characters */
    for (size_t i = 0; i < texts->count; i++)
        if ((*(const str *)vec_at(texts, i)).len > WORD_BYTES)
            return STR("，");
    return STR("、");
}

/* "a and b", "a, b and c"; "a and b, and c and d" where a part has its own. */
str talk_join(struct talk *t, const struct vec *texts)
{
    struct buf out;
    buf_init(&out, TALK_REPLY_BYTES_MAX);
    bool is_chinese = t->lang == LANG_ZH;
    str and = is_chinese ? chinese_mark(texts)
                         : wording_at(t->room->wording, STR("words.and"), 0);
    bool inner = false;
    for (size_t i = 0; i < texts->count; i++)
        inner = inner || str_contains(*(const str *)vec_at(texts, i), and);
    for (size_t i = 0; i < texts->count; i++) {
        bool last = i + 1 == texts->count;
        if (i && !is_chinese && (!last || inner))
            buf_add(&out, last ? STR(",") : STR(", "));
        if (i && (last || is_chinese))
            buf_add(&out, and);
        buf_add(&out, *(const str *)vec_at(texts, i));
    }
    str joined = arena_copy(&t->arena, buf_str(&out));
    buf_release(&out);
    return joined;
}

/* --- the words of a symptom --- */

/* "itching in my ear", "my days and nights turned round": his or hers. */
static str for_other(struct talk *t, str lay)
{
    static const char *const mine[LANG_COUNT] = {NULL, "my ", "mijn "};
    static const char *const theirs[LANG_COUNT][2] = {
        {NULL}, {"his ", "her "}, {"zijn ", "haar "}};
    if (!t->by_relative || t->lang == LANG_ZH)
        return lay;
    str own = str_of(mine[t->lang]);
    if (!own.len)
        return lay;
    size_t at = str_starts_with(lay, own) ? 0 : str_find(lay, own, 0);
    if (at == STR_NONE || (at > 0 && lay.ptr[at - 1] != ' '))
        return lay;
    str before = str_slice(lay, 0, at),
        after = str_slice(lay, at + own.len, lay.len);
    return arena_printf(&t->arena, STR_FMT "%s" STR_FMT, STR_ARG(before),
                        theirs[t->lang][t->female], STR_ARG(after));
}

/* The professional name, from somebody of high literacy; the lay one where it
 * would give the diagnosis away. */
static str term_of(struct talk *t, const struct symptom *symptom)
{
    str name = t3_in(&symptom->name, t->lang);
    bool told = secret_is_told(t->room->secrets, t->disease, t->secret, name,
                               &t->worker->scratch);
    return told ? talk_lay(t, symptom) : name;
}

/* Dutch: "hoofdpijn", "een zeurende pijn" stand behind "ik heb"; the rest
 * behind "ik heb last van". */
static str with_last_van(struct talk *t, str lay)
{
    static const char *const starts[] = {
        "een ",   "pijn",    "moeite", "koorts", "verhoging", "het ", "geen ",
        "weinig", "minder ", "meer ",  "steeds", "veel ",     "bloed"};
    static const char *const ends[] = {"pijn", "koorts"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (str_starts_with(lay, str_of(starts[i])))
            return lay;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends_with(lay, str_of(ends[i])))
            return lay;
    return arena_printf(&t->arena, "last van " STR_FMT, STR_ARG(lay));
}

/* The wording of the record, else the first of the packs. */
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

/* "高血压病史10年" is written; "高血压，有10年了" is spoken. */
str talk_history(struct talk *t, str text)
{
    static const str mark = {"史", 3}, illness = {"病", 3};
    static const char *const keep[] = {"糖尿", "心脏", "冠心", "肾", "肝",
                                       "胃",   "结核", "风湿", "肺", "血管"};
    size_t at = str_find(text, mark, 0);
    if (t->lang != LANG_ZH || at == STR_NONE || at < 6)
        return text;
    str before = str_slice(text, 0, at),
        after = str_slice(text, at + mark.len, text.len);
    if (after.len && (after.ptr[0] < '0' || after.ptr[0] > '9'))
        return text;
    str stem = str_slice(before, 0, before.len - illness.len);
    bool is_illness = str_ends_with(before, illness);
    for (size_t i = 0; is_illness && i < sizeof keep / sizeof *keep; i++)
        if (str_ends_with(stem, str_of(keep[i])))
            is_illness = false;
    str what = is_illness ? stem : before;
    return after.len ? arena_printf(&t->arena, STR_FMT "，有" STR_FMT "了",
                                    STR_ARG(what), STR_ARG(after))
                     : what;
}

/* --- medicines --- */

static str times_words(struct talk *t, const struct patient_medicine *m)
{
    if (m->every_days == 7)
        return wording_word(t->room->wording, "times", STR("weekly"));
    str number = arena_printf(&t->arena, "%g", m->times);
    str words = wording_word(t->room->wording, "times", number);
    return str_equal(words, number) ? (str){0} : words;
}

/* "metformin 500 mg, twice a day" */
static str dose_words(struct talk *t, const struct patient_medicine *m)
{
    str times = times_words(t, m);
    bool said =
        !isnan(m->dose) && m->unit.len && !str_contains(m->unit, STR("/"));
    str unit = wording_word(t->room->wording, "unit", m->unit);
    str dose = said ? arena_printf(&t->arena, "%g%s" STR_FMT, m->dose,
                                   t->lang == LANG_ZH ? "" : " ", STR_ARG(unit))
                    : (str){0};
    const struct wording_value values[] = {
        {"name", m->name}, {"dose", dose}, {"times", times}};
    const char *key = said && times.len ? "dose_item.both"
                      : said            ? "dose_item.dose"
                      : times.len       ? "dose_item.times"
                                        : "dose_item.name";
    struct buf out;
    buf_init(&out, TALK_REPLY_BYTES_MAX);
    wording_fill(wording_at(t->room->wording, str_of(key), 0), values, 3, &out);
    str text = arena_copy(&t->arena, buf_str(&out));
    buf_release(&out);
    return text;
}

str talk_doses(struct talk *t)
{
    const struct list *all = &t->p->background.medication;
    struct vec texts;
    vec_init(&texts, sizeof(str));
    for (size_t i = 0; i < all->count; i++) {
        str text = dose_words(t, LIST_AT(*all, struct patient_medicine, i));
        vec_push(&texts, &text);
    }
    str joined = talk_join(t, &texts);
    vec_release(&texts);
    return joined;
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

static void add_values(struct talk *t, str template,
                       const struct symptom *symptom, str list,
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
    if (symptom)
        v[(*count)++] = (struct wording_value){"term", term_of(t, symptom)};
    if (t->lang == LANG_NL)
        v[(*count)++] = (struct wording_value){"vanlay", with_last_van(t, lay)};
    v[(*count)++] = (struct wording_value){"list", list};
    v[(*count)++] = (struct wording_value){"List", capital(t, list)};
    v[(*count)++] =
        (struct wording_value){"impact", own ? own->impact : (str){0}};
    if (!isnan(days)) {
        str span = talk_duration(t, days, "for");
        v[(*count)++] = (struct wording_value){"for", span};
        v[(*count)++] = (struct wording_value){"For", capital(t, span)};
        v[(*count)++] = (struct wording_value){"amount", amount(t, days)};
        v[(*count)++] =
            (struct wording_value){"ago", talk_duration(t, days, "ago")};
    }
    if (own && !isnan(own->score))
        v[(*count)++] = (struct wording_value){
            "score", arena_printf(&t->arena, "%d", (int)own->score)};
    if (str_contains(template, STR("{doses}")) ||
        str_contains(template, STR("{Doses}"))) {
        str doses = talk_doses(t);
        v[(*count)++] = (struct wording_value){"doses", doses};
        v[(*count)++] = (struct wording_value){"Doses", capital(t, doses)};
    }
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
    add_values(t, template, symptom, list, values, &count);
    if (start && t->lang != LANG_ZH)
        buf_add_char(&t->draft, ' ');
    size_t from = t->draft.len;
    wording_fill(for_relative(t, template), values, count, &t->draft);
    if (t->lang != LANG_ZH && t->draft.ptr)
        capitalise(&t->draft, from);
}

/* --- which words --- */

/* "KEY.mood-worried" and the like, where the key has such a form. */
static const char *form_of(struct talk *t, const char *key, const char *kind,
                           str value)
{
    const char *form =
        arena_printf(&t->arena, "%s" STR_FMT, kind, STR_ARG(value)).ptr;
    str full = arena_printf(&t->arena, "%s.%s", key, form);
    return value.len && wording_count(t->room->wording, full) ? form : NULL;
}

/* A small child and the confused tell nothing: only what can be seen. */
static bool tells_nothing(const struct talk *t)
{
    return t->p->background.age < 10 ||
           patient_symptom(t->p, STR("confusion")) ||
           patient_symptom(t->p, STR("loss-of-consciousness")) ||
           patient_symptom(t->p, STR("hallucinations"));
}

/* Who speaks for a patient tells what that one says, or what can be seen. */
static const char *relative_form(struct talk *t, const char *key)
{
    if (!t->by_relative)
        return NULL;
    return form_of(t, key, "",
                   tells_nothing(t) ? STR("observer") : STR("relative"));
}

/* The reserved stay short, whatever their mood; a relative first says whom it
 * is about, in the form of the style. */
str talk_wording(struct talk *t, const char *key)
{
    const struct patient_background *b = &t->p->background;
    const char *style = form_of(t, key, "", t->style),
               *mood = form_of(t, key, "mood-", b->mood),
               *literacy = form_of(t, key, "literacy-", b->literacy),
               *relative = relative_form(t, key);
    bool reserved = str_equal(t->style, STR("reserved")),
         first = t->by_relative && t->dynamic.count == 0;
    double drawn = rng_unit(&t->rng), odds = reserved ? 0.15 : 0.3;
    const char *form = style;
    if (first)
        return wording_pick(t->room->wording, key, style, &t->rng);
    if (drawn < odds)
        form = mood ? mood : style;
    else if (drawn < odds + (reserved ? 0.15 : 0.45))
        form = literacy ? literacy : style;
    if (relative && rng_chance(&t->rng, 0.4))
        form = relative;
    return wording_pick(t->room->wording, key, form, &t->rng);
}

void talk_put(struct talk *t, const char *key, const struct symptom *symptom,
              str list)
{
    talk_put_text(t, talk_wording(t, key), symptom, list);
}
