/* format_agentclinic.c - AgentClinic: OSCE scenarios for patient and doctor
 * agents. What the patient knows is the case; the diagnosis is the reference.
 */
#include "corpus/mapping.h"

static void map(struct mapper *m, const json *row)
{
    const json *osce = field(m, row, "OSCE_Examination");
    map_consultation(m, value_text(m, field(m, osce, "Patient_Actor")));
    struct consultation *c = &m->record.consultation;
    str objective = field_str(m, osce, "Objective_for_Doctor");
    c->reference = field_str(m, osce, "Correct_Diagnosis");
    map_exchange(m, objective, STR(""), c->reference);
    map_label(m, "physical_examination",
              field(m, osce, "Physical_Examination_Findings"));
    map_label(m, "test_results", field(m, osce, "Test_Results"));
    map_emit(m);
}

const struct format format_agentclinic = {
    .name = "agentclinic",
    .title = "AgentClinic",
    .lang = "en",
    .layout = "JSON lines: OSCE_Examination{Objective_for_Doctor, "
              "Patient_Actor, Physical_Examination_Findings, Test_Results, "
              "Correct_Diagnosis}",
    .labels = "case = Patient_Actor as JSON; reference = diagnosis; meta or "
              "--labels: physical_examination, test_results",
    .shapes = SHAPE_JSON,
    .keys = "OSCE_Examination.Patient_Actor OSCE_Examination.Correct_Diagnosis",
    .map = map,
};
