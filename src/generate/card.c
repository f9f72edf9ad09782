/* card.c - see card.h. */
#include "generate/card.h"

#include "base/fs.h"
#include "base/version.h"

static const char *size_category(uint64_t rows)
{
    return rows < 1000      ? "n<1K"
           : rows < 10000   ? "1K<n<10K"
           : rows < 100000  ? "10K<n<100K"
           : rows < 1000000 ? "100K<n<1M"
                            : "1M<n<10M";
}

static void add_front_matter(const struct run_state *s, uint64_t rows,
                             struct buf *out)
{
    buf_printf(out,
               "---\nlanguage:\n- " STR_FMT
               "\npretty_name: \"Anamnesis " STR_FMT
               "\"\ntask_categories:\n- text-generation\ntags:\n- medical\n"
               "- dialogue\n- synthetic\nsize_categories:\n- %s\n"
               "configs:\n- config_name: default\n  data_files:\n"
               "  - split: train\n    path: dataset.jsonl\n---\n\n",
               STR_ARG(s->outline->lang_id), STR_ARG(s->outline->id),
               size_category(rows));
}

static void add_counts(const struct generate_summary *m, struct buf *out)
{
    buf_add(out, STR("## Every planned row\n\n| state | reason | rows |\n"
                     "| --- | --- | ---: |\n"));
    buf_printf(out, "| accepted | | %llu |\n",
               (unsigned long long)m->states[STATE_ACCEPTED]);
    for (size_t i = 0; i < m->reasons.count; i++) {
        const struct reason_count *r =
            LIST_AT(m->reasons, struct reason_count, i);
        buf_printf(out, "| %s | `" STR_FMT "` | %llu |\n", state_name(r->state),
                   STR_ARG(r->reason), (unsigned long long)r->count);
    }
    buf_printf(out, "| **planned** | | **%llu** |\n\n",
               (unsigned long long)m->planned);
}

static void add_coverage(const struct run_state *s, struct buf *out)
{
    buf_add(out, STR("## Coverage\n\n| relation | level | task | accepted |\n"
                     "| --- | ---: | --- | ---: |\n"));
    for (size_t i = 0; i < s->quota.cells.count; i++) {
        const struct cell *cell = LIST_AT(s->quota.cells, struct cell, i);
        buf_printf(out, "| " STR_FMT " | %lld | " STR_FMT " | %llu |\n",
                   STR_ARG(relation_name(cell->relation)),
                   (long long)cell->level, STR_ARG(cell->task->id),
                   (unsigned long long)s->quota.accepted[i]);
    }
    buf_add_char(out, '\n');
}

static void add_origin(const struct generate_run *run,
                       const struct run_state *s, struct buf *out)
{
    bool simulated =
        str_equal(str_of(llm_engine_name(run->llm)), STR("simulator"));
    buf_printf(out,
               "# Medical dialogues, outline " STR_FMT "\n\n" STR_FMT ". Made "
               "with anamnesis %s, engine `%s`, mode `" STR_FMT
               "`, %lld rounds, seed %lld.\n\n",
               STR_ARG(s->outline->id), STR_ARG(s->outline->title),
               ANAMNESIS_VERSION, llm_engine_name(run->llm),
               STR_ARG(s->config->mode), (long long)s->config->rounds,
               (long long)s->config->seed);
    buf_add_cstr(
        out,
        simulated
            ? "**The dialogues were written by the built-in simulator**, a "
              "grammar over knowledge packs. It is a baseline and a test "
              "double, not a language model.\n\n"
            : "The dialogues were written by a language model and passed the "
              "refinement rules named below. No clinician has reviewed them "
              "unless you add that here.\n\n");
    buf_add(out, STR("Everyone in it is invented; no real patient's data went "
                     "in. **Not for clinical use, not medical advice.**\n\n"));
}

bool card_write(const struct generate_run *run, const struct run_state *state,
                const struct generate_summary *summary, const char *path,
                struct err *err)
{
    struct buf out;
    buf_init(&out, 16 << 20);
    add_front_matter(state, summary->states[STATE_ACCEPTED], &out);
    add_origin(run, state, &out);
    add_counts(summary, &out);
    add_coverage(state, &out);
    buf_add(&out,
            STR("## Files\n\n- `dataset.jsonl`: one dialogue a line (schema: "
                "dialogue)\n- `rejected.jsonl`: every other row with its "
                "reason and the raw reply\n- `instructions.jsonl`: every "
                "instruction and what became of it\n- `report.html`, "
                "`report.json`: what happened\n- `config.yaml`: the effective "
                "configuration, with the origin of each value\n- `run.db`: "
                "the journal, the truth the others are derived from\n"));
    bool ok = fs_write_atomic(path, buf_str(&out), err);
    buf_release(&out);
    return ok;
}
