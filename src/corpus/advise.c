/* advise.c - see advise.h. A rule is a function and its texts. */
#include "corpus/advise.h"

#include <string.h>

#include "record/record.h"

const char *metric_class(str metric)
{
    static const char *const classes[][2] = {
        {"accuracy", "accuracy"},    {"exact-match", "accuracy"},
        {"f1", "accuracy"},          {"macro-f1", "accuracy"},
        {"mrr", "accuracy"},         {"bleu", "overlap"},
        {"rouge", "overlap"},        {"rouge-1", "overlap"},
        {"rouge-2", "overlap"},      {"rouge-l", "overlap"},
        {"meteor", "overlap"},       {"chrf", "overlap"},
        {"bertscore", "overlap"},    {"distinct", "diversity"},
        {"distinct-1", "diversity"}, {"distinct-2", "diversity"},
        {"mtld", "diversity"},       {"ttr", "diversity"},
        {"perplexity", "diversity"}, {"human-rating", "rating"},
        {"llm-judge", "rating"},     {"proactivity", "rating"},
        {"safety-rating", "rating"}, {"empathy-rating", "counselling"},
        {"empathy", "counselling"},  {"strategy-rating", "counselling"},
        {"entity-f1", "entity"},     {"concept-f1", "entity"}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (str_equal_ignore_case(metric, str_of(classes[i][0])))
            return classes[i][1];
    return NULL;
}

static size_t metrics_of(const struct plan *plan, const char *class)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->metrics.count; i++) {
        const char *found = metric_class(*LIST_AT(plan->metrics, str, i));
        count += found && strcmp(found, class) == 0;
    }
    return count;
}

static bool only_metrics_of(const struct plan *plan, const char *class)
{
    return plan->metrics.count &&
           metrics_of(plan, class) == plan->metrics.count;
}

static bool is_exam(const struct data_set *s)
{
    return catalog_has(s->data, "mcq") && !catalog_has(s->data, "dialogue");
}

static bool is_talk(const struct data_set *s)
{
    return str_equal(s->kind, STR("conversation"));
}

static bool is_counselling(const struct data_set *s)
{
    return str_equal(s->property, STR("counselling"));
}

/* The first set that has the property, or NULL. */
static const struct data_set *first(const struct data_set *const *sets,
                                    size_t count,
                                    bool (*has)(const struct data_set *))
{
    for (size_t i = 0; i < count; i++)
        if (has(sets[i]))
            return sets[i];
    return NULL;
}

static bool all(const struct data_set *const *sets, size_t count,
                bool (*has)(const struct data_set *))
{
    for (size_t i = 0; i < count; i++)
        if (!has(sets[i]))
            return false;
    return count > 0;
}

static str named(struct arena *arena, const struct data_set *a,
                 const struct data_set *b, const char *words)
{
    return arena_printf(arena, STR_FMT " %s%s" STR_FMT, STR_ARG(a->name), words,
                        b ? " " : "", STR_ARG(b ? b->name : STR("")));
}

/* --- rules: the finding, or an empty view --- */

static str accuracy_of_dialogue(const struct plan *p, struct arena *arena)
{
    const struct data_set *talk = first(p->train, p->train_count, is_talk);
    bool only = only_metrics_of(p, "accuracy") ||
                (p->metrics.count == 0 &&
                 all(p->benchmarks, p->benchmark_count, is_exam));
    return talk && only
               ? named(arena, talk, NULL,
                       "is conversation, and only accuracy is measured")
               : STR("");
}

static str overlap_of_exam(const struct plan *p, struct arena *arena)
{
    const struct data_set *exam =
        first(p->benchmarks, p->benchmark_count, is_exam);
    return exam && metrics_of(p, "overlap")
               ? named(arena, exam, NULL,
                       "is multiple choice and scored by word overlap")
               : STR("");
}

static str counselling_as_knowledge(const struct plan *p, struct arena *arena)
{
    const struct data_set *exam =
        first(p->benchmarks, p->benchmark_count, is_exam);
    const struct data_set *counsel =
        first(p->train, p->train_count, is_counselling);
    if (exam && metrics_of(p, "counselling"))
        return named(arena, exam, NULL,
                     "tests knowledge, and counselling metrics are planned");
    if (counsel && exam && all(p->train, p->train_count, is_counselling))
        return named(arena, counsel, exam,
                     "is counselling only, and the benchmark is");
    return STR("");
}

static str overlap_only(const struct plan *p, struct arena *arena)
{
    const struct data_set *talk =
        first(p->benchmarks, p->benchmark_count, is_talk);
    return talk && only_metrics_of(p, "overlap")
               ? named(arena, talk, NULL, "is scored by word overlap alone")
               : STR("");
}

static str same_set(const struct plan *p, struct arena *arena)
{
    for (size_t i = 0; i < p->train_count; i++)
        for (size_t k = 0; k < p->benchmark_count; k++)
            if (p->train[i] == p->benchmarks[k])
                return named(arena, p->train[i], NULL,
                             "is trained on and measured on");
    return STR("");
}

static str language_gap(const struct plan *p, struct arena *arena)
{
    for (size_t k = 0; k < p->benchmark_count && p->train_count; k++) {
        const struct list langs = p->benchmarks[k]->languages;
        bool shared = langs.count == 0;
        for (size_t i = 0; i < p->train_count; i++)
            for (size_t l = 0; l < langs.count; l++)
                shared |= catalog_has(p->train[i]->languages,
                                      LIST_AT(langs, str, l)->ptr);
        if (!shared)
            return named(arena, p->benchmarks[k], NULL,
                         "is in no language of the training sets");
    }
    return STR("");
}

static bool is_single(const struct data_set *s)
{
    return str_equal(s->turns, STR("single"));
}

static bool is_multi(const struct data_set *s)
{
    return str_equal(s->turns, STR("multi"));
}

static str single_for_multi(const struct plan *p, struct arena *arena)
{
    const struct data_set *multi =
        first(p->benchmarks, p->benchmark_count, is_multi);
    return multi && all(p->train, p->train_count, is_single)
               ? named(arena, p->train[0], multi,
                       "has one exchange a record, the benchmark has many:")
               : STR("");
}

static str exam_for_dialogue(const struct plan *p, struct arena *arena)
{
    const struct data_set *talk =
        first(p->benchmarks, p->benchmark_count, is_talk);
    return talk && all(p->train, p->train_count, is_exam)
               ? named(arena, p->train[0], talk,
                       "teaches to choose options, the benchmark is talk:")
               : STR("");
}

static bool has_ranking(const struct data_set *s)
{
    return catalog_has(s->methods, "preference") ||
           catalog_has(s->methods, "rlhf") || catalog_has(s->data, "ranked-qa");
}

static str preference_without_pairs(const struct plan *p, struct arena *arena)
{
    bool wanted = str_equal(p->method, STR("preference")) ||
                  str_equal(p->method, STR("rlhf"));
    return wanted && p->train_count &&
                   !first(p->train, p->train_count, has_ranking)
               ? named(arena, p->train[0], NULL,
                       "has no ranked or rejected answers")
               : STR("");
}

static bool has_reasons(const struct data_set *s)
{
    return catalog_has(s->annotations, "explanations") ||
           catalog_has(s->annotations, "long answer") ||
           catalog_has(s->methods, "chain-of-thought");
}

static str reasoning_without_reasons(const struct plan *p, struct arena *arena)
{
    return str_equal(p->method, STR("chain-of-thought")) && p->train_count &&
                   !first(p->train, p->train_count, has_reasons)
               ? named(arena, p->train[0], NULL, "has no explanations")
               : STR("");
}

static str lay_and_professional(const struct plan *p, struct arena *arena)
{
    for (size_t k = 0; k < p->benchmark_count; k++)
        for (size_t i = 0; i < p->train_count; i++) {
            str a = p->train[i]->audience, b = p->benchmarks[k]->audience;
            bool crossed =
                (str_equal(a, STR("professional")) &&
                 str_equal(b, STR("lay"))) ||
                (str_equal(a, STR("lay")) && str_equal(b, STR("professional")));
            if (crossed && p->train_count == 1)
                return named(arena, p->train[i], p->benchmarks[k],
                             "speaks to another audience than");
        }
    return STR("");
}

static bool has_entities(const struct data_set *s)
{
    return catalog_has(s->metrics, "entity-f1") ||
           catalog_has(s->metrics, "concept-f1");
}

static str entities_without_labels(const struct plan *p, struct arena *arena)
{
    return metrics_of(p, "entity") && p->benchmark_count &&
                   !first(p->benchmarks, p->benchmark_count, has_entities)
               ? named(arena, p->benchmarks[0], NULL,
                       "has no entities to score against")
               : STR("");
}

static str unknown_metric(const struct plan *p, struct arena *arena)
{
    for (size_t i = 0; i < p->metrics.count; i++) {
        str metric = *LIST_AT(p->metrics, str, i);
        if (!metric_class(metric))
            return arena_printf(arena, "metric '" STR_FMT "' is not known here",
                                STR_ARG(metric));
    }
    return STR("");
}

static const struct {
    enum advice_level level;
    const char *name;
    str (*find)(const struct plan *plan, struct arena *arena);
    const char *reason, *instead;
} rules[] = {
    {ADVICE_PROBLEM, "accuracy-of-dialogue", accuracy_of_dialogue,
     "Picking options shows knowledge. Asking back, order of questions, tone "
     "and "
     "safety of a conversation leave no trace in it.",
     "rate dialogues by people or a judge (proactivity, accuracy, helpfulness) "
     "beside the exam"},
    {ADVICE_PROBLEM, "overlap-of-exam", overlap_of_exam,
     "The answer of an exam item is a letter. Shared words with the option "
     "text "
     "reward length and wording, not the choice.",
     "accuracy; overlap only for written explanations"},
    {ADVICE_PROBLEM, "counselling-as-knowledge", counselling_as_knowledge,
     "Empathy and counselling strategies are skills of talking. A high rating "
     "says nothing about medical facts, and a low exam score nothing about "
     "skill.",
     "keep two reports: exams for knowledge, ratings for counselling"},
    {ADVICE_PROBLEM, "overlap-only", overlap_only,
     "Many different answers are good in a conversation; overlap with one "
     "reference correlates weakly with what people find good.",
     "add ratings, and entity or fact checks where labels exist"},
    {ADVICE_PROBLEM, "trained-on-test", same_set,
     "Questions seen in training measure memory.",
     "use the published split and check with 'anamnesis leak'"},
    {ADVICE_PROBLEM, "language-gap", language_gap,
     "What is measured then is translation as much as medicine.",
     "a benchmark in a language of the training sets"},
    {ADVICE_PROBLEM, "single-for-multi", single_for_multi,
     "A model that always answers at once has no example of asking back or of "
     "using what was said before.",
     "add multi-turn consultations"},
    {ADVICE_PROBLEM, "exam-for-dialogue", exam_for_dialogue,
     "Exam items hold facts in the language of textbooks; patients do not "
     "speak in options.",
     "mix in consultations, or measure knowledge"},
    {ADVICE_PROBLEM, "preference-without-pairs", preference_without_pairs,
     "Preference training needs a better and a worse answer to one question.",
     "sets with negatives or several answers (cMedQA, iCliniq), or rate "
     "answers first"},
    {ADVICE_PROBLEM, "reasoning-without-reasons", reasoning_without_reasons,
     "Without written reasons a model learns to state results.",
     "sets with explanations (MedMCQA, CMExam, PubMedQA)"},
    {ADVICE_PROBLEM, "entities-without-labels", entities_without_labels,
     "Entity scores need labelled entities in the benchmark.",
     "MedDG or IMCS-21, or a metric that needs no labels"},
    {ADVICE_REMARK, "audience", lay_and_professional,
     "Words, depth and what may be left unsaid differ between colleagues and "
     "patients.",
     "a set for the same audience, or both named in the report"},
    {ADVICE_REMARK, "unknown-metric", unknown_metric,
     "Nothing can be said about it.", "names: 'anamnesis catalog show SET'"},
};

void advise(const struct plan *plan, struct arena *arena, struct vec *advice)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        str finding = rules[i].find(plan, arena);
        if (finding.len)
            *(struct advice *)vec_add(advice) =
                (struct advice){rules[i].level, rules[i].name, finding,
                                rules[i].reason, rules[i].instead};
    }
}
