/* Sentences of four words and more are put to the right language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/fs.h"
#include "text/language.h"

static void guesses(const char *lang, const char *const *sentences)
{
    for (; *sentences; sentences++) {
        double confidence = -1;
        const char *got = language_guess(str_of(*sentences), &confidence);
        if (strcmp(got, lang) != 0)
            fail_msg("'%s' is %s, not %s", *sentences, got, lang);
        assert_true(confidence > 0 && confidence <= 1);
    }
}

static void dutch_is_told_from_german(void **state)
{
    (void)state;
    guesses("nl",
            (const char *const[]){
                "Ik heb hoofdpijn sinds gisteren", "Waar doet het pijn?",
                "Dat is goed nieuws", "Mag ik u iets vragen",
                "Dank u wel dokter", "Neem tweemaal daags een tablet",
                "Geen koorts, wel hoesten", "Kunt u de arm optillen",
                "Mijn man snurkt heel hard", "De operatie was een succes",
                "Hij is in het ziekenhuis", "In de familie komt kanker voor",
                "We hadden een afspraak om tien uur",
                "Patiënt ontkent pijn op de borst",
                "Er is sprake van diabetes mellitus", "De wond is rood en warm",
                "Wat kan ik voor u doen?", NULL});
    guesses("de",
            (const char *const[]){
                "Ich habe Kopfschmerzen seit gestern", "Wo tut es weh?",
                "Das ist gute Nachricht", "Darf ich Sie etwas fragen",
                "Vielen Dank Herr Doktor", "Nehmen Sie zwei Tabletten täglich",
                "Kein Fieber, aber Husten", "Können Sie den Arm heben",
                "Mein Mann schnarcht sehr laut", "Die Operation war ein Erfolg",
                "Er liegt im Krankenhaus", "In der Familie gibt es Krebs",
                "Wir hatten einen Termin um zehn", "Die Wunde ist rot und warm",
                "Was kann ich für Sie tun?", NULL});
}

static void english_and_french_are_known(void **state)
{
    (void)state;
    guesses("en",
            (const char *const[]){
                "I have had a cough since Monday", "Where does it hurt?",
                "See you next week then", "Take two tablets daily",
                "Patient denies chest pain", "He is in the hospital",
                "Metoprolol 50 mg twice daily", "we had an appointment at ten",
                "What are the symptoms of anemia?",
                "WHO IS AT RISK FOR STROKE?", NULL});
    guesses("fr", (const char *const[]){"Je tousse depuis une semaine",
                                        "Où avez-vous mal exactement",
                                        "Merci beaucoup, au revoir docteur",
                                        "Il est à l'hôpital",
                                        "La plaie est rouge et chaude",
                                        "Quels sont vos antécédents ?", NULL});
}

static void scripts_tell_chinese_japanese_and_korean(void **state)
{
    (void)state;
    guesses("zh", (const char *const[]){"我头痛三天了", "患者CT示肺部感染",
                                        "服用 metoprolol 50mg，每日两次",
                                        "頭痛檢查", NULL});
    guesses("ja", (const char *const[]){"頭が痛いです", "昨日から熱があります",
                                        "アレルギーはありますか", NULL});
    guesses("ko",
            (const char *const[]){"머리가 아파요", "어제부터 열이 나요", NULL});
}

static void the_rest_is_other(void **state)
{
    (void)state;
    guesses("other",
            (const char *const[]){
                "Tengo mucha tos desde ayer", "Mi duole la schiena da ieri",
                "Estou com dor nas costas", "Jag har ont i magen",
                "boli mnie brzuch od wczoraj",
                "kepala saya sakit sekali hari ini",
                "asdkjh qwlekj zxmcnb tyuiop", "У меня болит голова",
                "لدي صداع منذ ثلاثة أيام", NULL});
    double confidence = -1;
    assert_string_equal(language_guess(STR(""), &confidence), "other");
    assert_true(confidence == 0);
    assert_string_equal(language_guess(STR("120/80 😀 \xFF"), NULL), "other");
}

static void simplified_and_traditional_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(language_chinese_variant(STR("头痛检查医院")),
                     CHINESE_SIMPLIFIED);
    assert_int_equal(language_chinese_variant(STR("頭痛檢查醫院")),
                     CHINESE_TRADITIONAL);
    assert_int_equal(language_chinese_variant(STR("头痛，醫院")),
                     CHINESE_MIXED);
    assert_int_equal(language_chinese_variant(STR("人口, CT")),
                     CHINESE_NEUTRAL);
}

/* Real clinical notes in Dutch: terse, full of abbreviations. */
static void nine_of_ten_dutch_clinical_notes_are_dutch(void **state)
{
    (void)state;
    struct buf text;
    struct err err = {0};
    buf_init(&text, 1 << 24);
    if (!fs_read("../shared/data/clinlp_nl/qualifier_cases.json", &text,
                 &err)) {
        print_message("skipped: %s\n", err.message);
        skip();
    }
    size_t notes = 0, dutch = 0;
    str all = buf_str(&text), key = STR("\"text\": \"");
    for (size_t at = 0; (at = str_find(all, key, at)) != STR_NONE; notes++) {
        at += key.len;
        str note = str_slice(all, at, str_find_char(all, '"', at));
        if (note.len < 25) { /* annotations hold single terms */
            notes--;
            continue;
        }
        dutch += strcmp(language_guess(note, NULL), "nl") == 0;
    }
    print_message("%zu of %zu\n", dutch, notes);
    assert_true(notes > 50);
    assert_true(dutch * 10 >= notes * 9);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dutch_is_told_from_german),
        cmocka_unit_test(english_and_french_are_known),
        cmocka_unit_test(scripts_tell_chinese_japanese_and_korean),
        cmocka_unit_test(the_rest_is_other),
        cmocka_unit_test(simplified_and_traditional_are_told_apart),
        cmocka_unit_test(nine_of_ten_dutch_clinical_notes_are_dutch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
