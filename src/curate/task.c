/* task.c - see task.h. */
#include "curate/task.h"

#define PRE "Pre-diagnosis"
#define DIA "Diagnosis"
#define TRE "Treatment"
#define POST "Post-treatment"

const struct task tasks[TASK_COUNT] = {
    {"Triage", PRE, "triage", "分诊", "triage"},
    {"Inquiry Prompts", DIA, "inquiry-prompts", "问诊提示",
     "suggesties voor de anamnese"},
    {"Symptom Inquiry", DIA, "symptom-inquiry", "症状询问",
     "vraag over symptomen"},
    {"Disease Inquiry", DIA, "disease-inquiry", "疾病询问",
     "vraag over een ziekte"},
    {"Initial Diagnosis", DIA, "initial-diagnosis", "初步诊断", "werkdiagnose"},
    {"Case Summary", DIA, "case-summary", "病历总结", "samenvatting"},
    {"Differential Diagnosis", DIA, "differential-diagnosis", "鉴别诊断",
     "differentiaaldiagnose"},
    {"Next Examinations", DIA, "next-examinations", "进一步检查",
     "verder onderzoek"},
    {"Test Results Interpretation", DIA, "test-results-interpretation",
     "检查结果解读", "uitleg van uitslagen"},
    {"Definitive Diagnosis", DIA, "definitive-diagnosis", "明确诊断",
     "definitieve diagnose"},
    {"Disease Grading", DIA, "disease-grading", "疾病分级", "ernst en stadium"},
    {"Emergency Advice", TRE, "emergency-advice", "急救建议", "spoedadvies"},
    {"Treatment Plan", TRE, "treatment-plan", "治疗方案", "behandelplan"},
    {"Medication Inquiry", TRE, "medication-inquiry", "药物询问",
     "vraag over een geneesmiddel"},
    {"Medication Advice", TRE, "medication-advice", "用药建议",
     "geneesmiddelenadvies"},
    {"Complications Analysis", TRE, "complications-analysis", "并发症分析",
     "complicaties"},
    {"Treatment Adjustment", TRE, "treatment-adjustment", "治疗调整",
     "behandeling aanpassen"},
    {"Surgery Necessity", TRE, "surgery-necessity", "手术必要性",
     "noodzaak van een operatie"},
    {"Surgical Plan", TRE, "surgical-plan", "手术方案", "operatieplan"},
    {"Preoperative Education", TRE, "preoperative-education", "术前教育",
     "voorlichting voor een operatie"},
    {"Health Guidance", POST, "health-guidance", "健康指导", "leefstijladvies"},
    {"Follow-up Plan", POST, "follow-up-plan", "随访计划", "nazorg"},
};

const char *const specialties[SPECIALTY_COUNT] = {
    "Gastroenterology",
    "Pediatrics",
    "Obstetrics & Gynecology",
    "Respiratory Medicine",
    "Cardiology",
    "Neurology",
    "General Surgery",
    "Stomatology",
    "Nephrology",
    "Hepatology",
    "Orthopedics",
    "Urology",
    "Spine Surgery",
    "Cardiothoracic Surgery",
    "Ophthalmology",
    "Hematology",
    "Endocrinology",
    "Oncology",
    "Emergency Medicine",
    "Infectious Disease",
    "Traditional Chinese Medicine",
    "Rheumatology & Immunology",
    "Neurosurgery",
    "Dermatology",
    "Otorhinolaryngology",
    "Vascular Surgery",
    "Multidisciplinary",
};

int task_find(str name)
{
    for (int i = 0; i < TASK_COUNT; i++)
        if (str_equal_ignore_case(name, str_of(tasks[i].name)) ||
            str_equal(name, str_of(tasks[i].id)))
            return i;
    return TASK_NONE;
}

int specialty_find(str name)
{
    for (int i = 0; i < SPECIALTY_COUNT; i++)
        if (str_equal_ignore_case(name, str_of(specialties[i])))
            return i;
    return -1;
}
