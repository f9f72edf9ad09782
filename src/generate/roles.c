/* roles.c - see roles.h. */
#include "generate/roles.h"

/* Signs of exchanged labels: so many when none speaks for the labels; so many,
 * and so many times those that do, otherwise. Chosen on real dialogues, see
 * docs/refinement.md. */
enum { STYLE_LEAST = 4, STYLE_SURE = 6, STYLE_RATIO = 3 };

struct check {
    const struct rulebook *book;
    const struct refine_input *input;
    const struct transcript *t;
    const struct vec *mentions;
    struct regex_context *context;
    struct refine_verdict *verdict;
};

static bool is_clinician(enum role side)
{
    return side == ROLE_DOCTOR || side == ROLE_NURSE;
}

/* --- the patient states the diagnosis first --- */

static bool diagnosis_is_open(const struct check *c)
{
    if (c->input->task.len == 0)
        return true;
    const struct list *tasks = &c->book->words[WORDS_OPEN_TASKS];
    for (size_t i = 0; i < tasks->count; i++)
        if (str_equal(*LIST_AT(*tasks, str, i), c->input->task))
            return true;
    return false;
}

static bool named_by_clinician(const struct check *c,
                               const struct disease *disease, size_t from,
                               size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct mention *m = vec_at(c->mentions, i);
        if (m->kind == MENTION_DISEASE && m->disease == disease &&
            is_clinician(c->t->turns[m->turn].side))
            return true;
    }
    return false;
}

/* Is it asserted, in words that are the patient's own? */
static bool is_claim(const struct check *c, const struct mention *m)
{
    str text = c->t->turns[m->turn].text;
    str sentence = sentence_around(text, m->start);
    str before = str_slice(text, (size_t)(sentence.ptr - text.ptr), m->start);
    if (!pattern_find(c->book, PATTERN_CLAIMS, c->context, before, 0) ||
        pattern_find(c->book, PATTERN_CLAIM_EXCUSES, c->context, sentence, 0))
        return false;
    for (size_t turn = m->turn; turn > 0; turn--)
        if (is_clinician(c->t->turns[turn - 1].side))
            return !pattern_find(c->book, PATTERN_HISTORY_QUESTIONS, c->context,
                                 c->t->turns[turn - 1].text, 0);
    return true;
}

/* The brief's disease; or one that a clinician names later and that does not
 * last for years, so that the patient cannot well have known it. */
static bool is_diagnosis(const struct check *c, const struct mention *m,
                         size_t index)
{
    if (m->disease == c->input->disease)
        return true;
    bool acute = str_equal(m->disease->onset, STR("acute")) ||
                 str_equal(m->disease->onset, STR("sudden"));
    return acute &&
           named_by_clinician(c, m->disease, index, c->mentions->count);
}

static bool check_diagnosis(const struct check *c)
{
    if (!diagnosis_is_open(c))
        return true;
    for (size_t i = 0; i < c->mentions->count; i++) {
        const struct mention *m = vec_at(c->mentions, i);
        if (m->kind != MENTION_DISEASE ||
            c->t->turns[m->turn].side != ROLE_PATIENT ||
            named_by_clinician(c, m->disease, 0, i) || !is_diagnosis(c, m, i) ||
            !is_claim(c, m))
            continue;
        str text = c->t->turns[m->turn].text;
        refine_verdict_set(c->verdict, REFINE_ROLES, m->turn + 1, m->start,
                           m->end, "the patient states the diagnosis: " STR_FMT,
                           STR_ARG(sentence_around(text, m->start)));
        return false;
    }
    return true;
}

/* --- a speaker answers itself --- */

static bool ends_in_question(str text)
{
    text = str_trim(text);
    return str_ends_with(text, STR("?")) || str_ends_with(text, STR("？"));
}

static bool check_self_answer(const struct check *c)
{
    for (size_t i = 1; i < c->t->turn_count; i++) {
        const struct script_turn *turn = &c->t->turns[i];
        if (!is_clinician(turn->side) || turn->role != turn[-1].role ||
            !ends_in_question(turn[-1].text) ||
            !pattern_find(c->book, PATTERN_SELF_ANSWERS, c->context, turn->text,
                          0))
            continue;
        refine_verdict_set(c->verdict, REFINE_ROLES, i + 1, 0, turn->text.len,
                           "a clinician answers the own question: " STR_FMT,
                           STR_ARG(str_slice(turn->text, 0, 160)));
        return false;
    }
    return true;
}

/* --- words of the other side --- */

/* The first match that no excuse in its sentence covers. */
static bool finds_unexcused(const struct check *c, enum pattern pattern,
                            str text, size_t *start, size_t *end)
{
    size_t from = 0;
    while (pattern_find(c->book, pattern, c->context, text, from)) {
        *start = regex_group_start(c->context, 0);
        *end = *start + regex_group(c->context, 0).len;
        from = *end > from ? *end : from + 1;
        /* the match may begin with the end of the sentence before */
        str sentence = sentence_around(text, *end > *start ? *end - 1 : *end);
        if (!pattern_find(c->book, PATTERN_SWAPPED_EXCUSES, c->context,
                          sentence, 0))
            return true;
    }
    return false;
}

static bool check_side(const struct check *c, int side, enum pattern pattern,
                       const char *message)
{
    const struct side_text *words = &c->t->sides[side];
    size_t start, end, offset;
    if (words->count == 0 ||
        !finds_unexcused(c, pattern, words->text, &start, &end))
        return true;
    size_t turn = side_turn_at(words, end > start ? end - 1 : start, &offset);
    str text = c->t->turns[turn].text;
    refine_verdict_set(c->verdict, REFINE_ROLES, turn + 1, 0, text.len,
                       "%s: " STR_FMT, message,
                       STR_ARG(sentence_around(text, offset)));
    return false;
}

static bool check_nurses(const struct check *c)
{
    for (size_t i = 0; i < c->t->turn_count; i++) {
        const struct script_turn *turn = &c->t->turns[i];
        size_t start, end;
        if (turn->role != ROLE_NURSE ||
            !finds_unexcused(c, PATTERN_NURSE_NEVER, turn->text, &start, &end))
            continue;
        refine_verdict_set(c->verdict, REFINE_ROLES, i + 1, start, end,
                           "a nurse does what doctors do: " STR_FMT,
                           STR_ARG(sentence_around(turn->text, start)));
        return false;
    }
    return true;
}

static size_t count_matches(const struct check *c, int side,
                            enum pattern pattern)
{
    str text = c->t->sides[side].text;
    size_t count = 0;
    for (size_t from = 0;
         pattern_find(c->book, pattern, c->context, text, from); count++) {
        size_t end =
            regex_group_start(c->context, 0) + regex_group(c->context, 0).len;
        from = end > from ? end : from + 1;
    }
    return count;
}

/* Both sides speak as the other one does, throughout: the labels are
 * exchanged. */
static bool check_labels(const struct check *c)
{
    if (c->t->sides[SIDE_CLINICIAN].count == 0)
        return true;
    size_t clinician = count_matches(c, SIDE_PATIENT, PATTERN_CLINICIAN_STYLE);
    size_t patient = count_matches(c, SIDE_CLINICIAN, PATTERN_PATIENT_STYLE);
    size_t wrong = clinician + patient;
    if (clinician == 0 || patient == 0 || wrong < STYLE_LEAST)
        return true;
    size_t right = count_matches(c, SIDE_CLINICIAN, PATTERN_CLINICIAN_STYLE) +
                   count_matches(c, SIDE_PATIENT, PATTERN_PATIENT_STYLE);
    if (right > 0 && (wrong < STYLE_SURE || wrong < STYLE_RATIO * right))
        return true;
    refine_verdict_set(c->verdict, REFINE_ROLES, 0, 0, 0,
                       "patient and clinician are exchanged: %zu signs against "
                       "%zu",
                       wrong, right);
    return false;
}

static bool check_swapped(const struct check *c)
{
    return check_side(c, SIDE_CLINICIAN, PATTERN_CLINICIAN_NEVER,
                      "a clinician speaks as a patient") &&
           check_side(c, SIDE_PATIENT, PATTERN_PATIENT_NEVER,
                      "a patient speaks as a clinician") &&
           check_nurses(c) && check_labels(c);
}

bool roles_check(const struct refine_roles *config, const struct rulebook *book,
                 const struct refine_input *input,
                 const struct transcript *transcript,
                 const struct vec *mentions, struct regex_context *context,
                 struct refine_verdict *verdict)
{
    struct check check = {book, input, transcript, mentions, context, verdict};
    if (transcript->sides[SIDE_PATIENT].count == 0)
        return true;
    return (!config->diagnosis || check_diagnosis(&check)) &&
           (!config->self_answer || check_self_answer(&check)) &&
           (!config->swapped || check_swapped(&check));
}
