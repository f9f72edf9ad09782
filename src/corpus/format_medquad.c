/* format_medquad.c - MedQuAD: consumer health questions from twelve NIH sites,
 * one XML document a topic. Answers of three sites are removed by their
 * owners: those questions come without an answer. */
#include "corpus/mapping.h"

static str text_of(struct mapper *m, const json *element)
{
    return scalar_text(m, json_get(element, "#text"));
}

static str terms_of(struct mapper *m, const json *focus, const char *list,
                    const char *item)
{
    struct vec texts;
    vec_init(&texts, sizeof(str));
    const json *holder =
        json_get(json_get(json_get(focus, "UMLS"), list), item);
    for (; holder; holder = member_next(holder, item))
        *(str *)vec_add(&texts) = text_of(m, holder);
    struct list all = list_from_vec(&m->arena, &texts);
    vec_release(&texts);
    return all.count ? join_texts(m, all, STR("; ")) : STR("");
}

static void add_pair(struct mapper *m, const json *document, const json *pair)
{
    const json *question = json_get(pair, "Question");
    const json *focus = json_get(document, "FocusAnnotations");
    map_question(m, text_of(m, question));
    str qid = scalar_text(m, json_get(question, "@qid"));
    str site = scalar_text(m, json_get(document, "@source"));
    map_id(m, qid.len ? arena_printf(&m->arena, STR_FMT "-" STR_FMT,
                                     STR_ARG(site), STR_ARG(qid))
                      : STR(""));
    m->record.question.answer = text_of(m, json_get(pair, "Answer"));
    str document_id = scalar_text(m, json_get(document, "@id"));
    m->record.case_id = document_id;
    m->record.question.subject = text_of(m, json_get(document, "Focus"));
    map_label_str(m, "type", scalar_text(m, json_get(question, "@qtype")));
    map_label_str(m, "focus", m->record.question.subject);
    map_label_str(m, "source", site);
    map_label_str(m, "url", scalar_text(m, json_get(document, "@url")));
    map_label_str(m, "cui", terms_of(m, focus, "CUIs", "CUI"));
    map_label_str(m, "semantic_type",
                  terms_of(m, focus, "SemanticTypes", "SemanticType"));
    map_label_str(m, "category", text_of(m, json_get(focus, "Category")));
    map_emit(m);
}

/* A row of the tables that the set is passed on in. */
static void map_cells(struct mapper *m, const json *row)
{
    map_question(m, field_str(m, row, "question|Question"));
    struct question *q = &m->record.question;
    q->answer = field_str(m, row, "answer|Answer");
    q->subject = field_str(m, row, "question_focus|focus_area|focus|Focus");
    m->record.case_id = field_str(m, row, "document_id");
    map_id(m, field_str(m, row, "question_id"));
    map_label_str(m, "type", field_str(m, row, "question_type|qtype"));
    map_label_str(m, "focus", q->subject);
    map_label_str(m, "source", field_str(m, row, "document_source|source"));
    map_label_str(m, "url", field_str(m, row, "document_url"));
    map_label_str(m, "cui", field_str(m, row, "umls_cui"));
    map_label_str(m, "semantic_type", field_str(m, row, "umls_semantic_types"));
    map_label_str(m, "category", field_str(m, row, "category"));
    map_emit(m);
}

static void map(struct mapper *m, const json *row)
{
    if (m->row.kind != ROW_XML) {
        map_cells(m, row);
        return;
    }
    const json *document = json_get(row, "Document");
    const json *pairs = json_get(document, "QAPairs");
    if (!document) {
        map_reject(m, "no_document", "the root element is no Document");
        return;
    }
    if (!member_first(pairs, "QAPair"))
        map_reject(m, "no_question", "the document has no question");
    for (const json *pair = member_first(pairs, "QAPair"); pair;
         pair = member_next(pair, "QAPair"))
        add_pair(m, document, pair);
}

const struct format format_medquad = {
    .name = "medquad",
    .title = "MedQuAD",
    .lang = "en",
    .layout = "XML documents: Document@id@source@url, Focus, FocusAnnotations, "
              "QAPairs/QAPair[Question@qid@qtype, Answer]; CSV or JSON rows: "
              "question, answer, source, focus_area or qtype",
    .labels = "meta or --labels: type, focus (also subject), source, url, cui, "
              "semantic_type, category; case_id = document",
    .shapes = SHAPE_XML | SHAPE_CELLS | SHAPE_JSON,
    .keys =
        "Document.QAPairs Document.Focus|question answer source focus_area|"
        "qtype Question Answer|question answer question_focus question_type",
    .map = map,
};
