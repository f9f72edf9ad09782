/* dota.c - see dota.h. */
#include "flan/dota.h"

#include <assert.h>
#include <string.h>

/* Headings first, then wordings inside a line; tried in this order. */
static const char *const examination_marks[] = {"\n体格检查",
                                                "\n查体",
                                                "\n体检",
                                                "\n专科检查",
                                                "\n专科查体",
                                                "\n一般检查",
                                                "\n一般情况",
                                                "体格检查：",
                                                "体格检查:",
                                                "查体：",
                                                "查体:",
                                                "体检：",
                                                "体格检查",
                                                "查体",
                                                "体检",
                                                "\nPhysical examination",
                                                "\nOn examination",
                                                "Physical examination",
                                                "On examination",
                                                "\nLichamelijk onderzoek",
                                                "Lichamelijk onderzoek",
                                                "Bij onderzoek",
                                                NULL};
static const char *const results_marks[] = {"\n辅助检查",
                                            "\n实验室检查",
                                            "\n影像学检查",
                                            "\n实验室及辅助检查",
                                            "\n化验检查",
                                            "\n检查结果",
                                            "辅助检查：",
                                            "辅助检查:",
                                            "辅助检查",
                                            "实验室检查",
                                            "影像学检查",
                                            "\n检查",
                                            "血常规",
                                            "X线",
                                            "B超",
                                            "CT",
                                            "\nLaboratory",
                                            "\nTest results",
                                            "\nInvestigations",
                                            "Laboratory",
                                            "Test results",
                                            "\nAanvullend onderzoek",
                                            "Aanvullend onderzoek",
                                            "Laboratoriumonderzoek",
                                            NULL};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The mark from `from` on, but not as a part of a longer word ("CT" in "ACT"),
 * or STR_NONE. Never at the very beginning: something must stand before it. */
static size_t find_word(str text, str mark, size_t from)
{
    for (size_t at = from; (at = str_find(text, mark, at)) != STR_NONE; at++) {
        size_t end = at + mark.len;
        bool inside =
            (at > 0 && is_letter(mark.ptr[0]) && is_letter(text.ptr[at - 1])) ||
            (end < text.len && is_letter(mark.ptr[mark.len - 1]) &&
             is_letter(text.ptr[end]));
        if (at > 0 && !inside)
            return at;
    }
    return STR_NONE;
}

/* Where the sentence of byte `at` begins, if that is behind `from`; else at. */
static size_t sentence_start(str text, size_t from, size_t at)
{
    static const char *const ends[] = {"\n", "。", "；", "！",
                                       "？", ". ", "; "};
    for (size_t start = at; start > from; start--) {
        str before = str_slice(text, from, start);
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            if (str_ends_with(before, str_of(ends[i])))
                return start;
    }
    return at;
}

/* The place of the first mark that occurs from `from` on, or the text's end. A
 * heading is cut before, a wording before its sentence. */
static size_t find_mark(str text, const char *const marks[], size_t from,
                        bool *found)
{
    for (size_t i = 0; marks[i]; i++) {
        size_t at = find_word(text, str_of(marks[i]), from);
        if (at == STR_NONE)
            continue;
        *found = true;
        return marks[i][0] == '\n' ? at + 1 : sentence_start(text, from, at);
    }
    *found = false;
    return text.len;
}

struct dota_cut dota_find_cut(str text)
{
    struct dota_cut cut;
    cut.examination =
        find_mark(text, examination_marks, 0, &cut.examination_found);
    size_t from = cut.examination_found ? cut.examination + 1 : 0;
    cut.results = find_mark(text, results_marks, from, &cut.results_found);
    if (!cut.examination_found)
        cut.examination = cut.results;
    return cut;
}

static str join(str piece, str question, struct arena *arena)
{
    return piece.len ? arena_printf(arena, STR_FMT "\n\n" STR_FMT,
                                    STR_ARG(piece), STR_ARG(question))
                     : question;
}

/* "question\nanswer" of every turn, one after the other. */
static str joint_reference(const struct consultation *c, struct arena *arena)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    for (size_t i = 0; i < c->turns.count; i++) {
        const struct consultation_turn *turn =
            LIST_AT(c->turns, struct consultation_turn, i);
        str answer = turn->reference.len ? turn->reference : turn->answer;
        buf_printf(&out, "%s" STR_FMT "\n" STR_FMT, i ? "\n\n" : "",
                   STR_ARG(turn->question), STR_ARG(answer));
    }
    if (c->reference.len)
        buf_printf(&out, "%s" STR_FMT, out.len ? "\n\n" : "",
                   STR_ARG(c->reference));
    str text = arena_copy(arena, buf_str(&out));
    buf_release(&out);
    return text;
}

bool dota_make(const struct record *record, const struct align *align,
               struct arena *arena, struct record *out, struct dota_cut *cut,
               struct err *err)
{
    if (record->kind != RECORD_CONSULTATION ||
        record->consultation.case_text.len == 0)
        return err_set(err, ERR_FORMAT, "not a consultation with a case");
    const struct consultation *in = &record->consultation;
    str text = in->case_text;
    *cut = dota_find_cut(text);
    str pieces[3] = {str_slice(text, 0, cut->examination),
                     str_slice(text, cut->examination, cut->results),
                     str_slice(text, cut->results, text.len)};
    assert(pieces[0].len + pieces[1].len + pieces[2].len == text.len);
    const str questions[3] = {align->dota.history, align->dota.examination,
                              align->dota.results};
    *out = *record;
    out->id = arena_printf(arena, "dota-" STR_FMT, STR_ARG(record->id));
    struct consultation *c = &out->consultation;
    c->reference = joint_reference(in, arena);
    c->turns = list_make(arena, 3, sizeof(struct consultation_turn));
    c->turns.count = 3;
    for (size_t i = 0; i < 3; i++)
        LIST_AT(c->turns, struct consultation_turn, i)->question =
            join(pieces[i], questions[i], arena);
    return true;
}
