/* Identifiers are found with their span; what only looks like one is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/json.h"
#include "measure/digits.h"
#include "measure/identifiers.h"

struct example {
    enum lang lang;
    enum identifier_kind kind;
    const char *text;
    const char *span; /* what is found */
};

static const struct example found_examples[] = {
    {LANG_ZH, IDENTIFIER_PHONE, "你记一下，我的手机是13812345678。",
     "13812345678"},
    {LANG_ZH, IDENTIFIER_PHONE, "打138-1234-5678找我", "138-1234-5678"},
    {LANG_ZH, IDENTIFIER_PHONE, "号码１３８１２３４５６７８",
     "１３８１２３４５６７８"},
    {LANG_ZH, IDENTIFIER_PHONE, "+86 138 1234 5678", "+86 138 1234 5678"},
    {LANG_ZH, IDENTIFIER_PHONE, "家里是010-62345678", "010-62345678"},
    {LANG_ZH, IDENTIFIER_PHONE, "打120没打通，后来打13912345678",
     "13912345678"},
    {LANG_ZH, IDENTIFIER_PHONE, "请留一下电话。\n62345678。", "62345678"},
    {LANG_EN, IDENTIFIER_PHONE, "Call me on (555) 234-5678 then.",
     "(555) 234-5678"},
    {LANG_EN, IDENTIFIER_PHONE, "It's 07700 900123.", "07700 900123"},
    {LANG_EN, IDENTIFIER_PHONE, "020 7946 0958", "020 7946 0958"},
    {LANG_EN, IDENTIFIER_PHONE, "+44 20 7946 0958", "+44 20 7946 0958"},
    {LANG_EN, IDENTIFIER_PHONE, "my number is 555 0134", "555 0134"},
    {LANG_NL, IDENTIFIER_PHONE, "U kunt me bellen op 06-12345678.",
     "06-12345678"},
    {LANG_NL, IDENTIFIER_PHONE, "06 12 34 56 78", "06 12 34 56 78"},
    {LANG_NL, IDENTIFIER_PHONE, "+31 (0)6 12345678", "+31 (0)6 12345678"},
    {LANG_NL, IDENTIFIER_PHONE, "thuis 030-2345678", "030-2345678"},
    {LANG_ZH, IDENTIFIER_EMAIL, "发到zhang.wei@example.com吧",
     "zhang.wei@example.com"},
    {LANG_EN, IDENTIFIER_EMAIL, "It's j.smith@mail.example.org.",
     "j.smith@mail.example.org"},
    {LANG_NL, IDENTIFIER_EMAIL, "mail naar jan@voorbeeld.nl",
     "jan@voorbeeld.nl"},
    {LANG_ZH, IDENTIFIER_NATIONAL_NUMBER, "身份证11010519491231002X对吧",
     "11010519491231002X"},
    {LANG_ZH, IDENTIFIER_NATIONAL_NUMBER, "440524188001010014是我的",
     NULL}, /* born 1880 */
    {LANG_NL, IDENTIFIER_NATIONAL_NUMBER, "111222333", "111222333"},
    {LANG_EN, IDENTIFIER_NATIONAL_NUMBER, "SSN? 219-09-9999.", "219-09-9999"},
    {LANG_EN, IDENTIFIER_NATIONAL_NUMBER, "It is 943 476 5919.",
     "943 476 5919"},
    {LANG_ZH, IDENTIFIER_RECORD_NUMBER, "住院号是：20231588", "20231588"},
    {LANG_ZH, IDENTIFIER_RECORD_NUMBER, "请问您的病历号？\n是A1023588。",
     "A1023588"},
    {LANG_EN, IDENTIFIER_RECORD_NUMBER,
     "your medical record number is MR-448812", "MR-448812"},
    {LANG_NL, IDENTIFIER_RECORD_NUMBER, "uw patiëntnummer is 4482197",
     "4482197"},
    {LANG_ZH, IDENTIFIER_BIRTH_DATE, "我是1980年5月3日出生的", "1980年5月3日"},
    {LANG_ZH, IDENTIFIER_BIRTH_DATE, "出生日期1980-05-03", "1980-05-03"},
    {LANG_EN, IDENTIFIER_BIRTH_DATE, "I was born on May 3, 1980.",
     "May 3, 1980"},
    {LANG_EN, IDENTIFIER_BIRTH_DATE,
     "What's your date of birth?\nIt's the 3rd of May 1980.",
     "3rd of May 1980"},
    {LANG_NL, IDENTIFIER_BIRTH_DATE, "Ik ben geboren op 3 mei 1980.",
     "3 mei 1980"},
    {LANG_NL, IDENTIFIER_BIRTH_DATE, "Wat is uw geboortedatum?\n3-5-1980",
     "3-5-1980"},
    {LANG_ZH, IDENTIFIER_ADDRESS, "我住在人民路88号", "88"},
    {LANG_ZH, IDENTIFIER_ADDRESS, "阳光花园3栋2单元501室", "2"},
    {LANG_EN, IDENTIFIER_ADDRESS, "I live at 15 Oak Street.", "15 Oak Street"},
    {LANG_EN, IDENTIFIER_ADDRESS, "221b Baker Street", NULL},
    {LANG_NL, IDENTIFIER_ADDRESS, "Ik woon op de Kerkstraat 12.",
     "Kerkstraat 12"},
    {LANG_ZH, IDENTIFIER_ACCOUNT, "加我微信：zhang_1988", "zhang_1988"},
    {LANG_ZH, IDENTIFIER_ACCOUNT, "QQ是123456789", "123456789"},
};

static const struct example clean_examples[] = {
    {LANG_ZH, 0, "血压150/95，心率88次，体温38.5度，血氧98%。", ""},
    {LANG_ZH, 0, "阿莫西林0.5g，一天三次，每次2粒，连吃7天。", ""},
    {LANG_ZH, 0, "白细胞12.5×10^9/L，血小板150000，肌酐88.5。", ""},
    {LANG_ZH, 0, "2023年5月6日做过CT，编号不记得了。", ""},
    {LANG_ZH, 0, "快打120！住8床，3号楼5楼，203室。", ""},
    {LANG_ZH, 0, "我不知道1号还是2号来的，坐5路车到中山路。", ""},
    {LANG_ZH, 0, "门诊在人民路88号的医院里。医院在解放路5号。", ""},
    {LANG_ZH, 0, "孩子3岁，出生的时候6斤2两，2岁半上的幼儿园。", ""},
    {LANG_ZH, 0, "110105194912310021", ""}, /* wrong check digit */
    {LANG_ZH, 0, "咨询热线400-820-8820", ""},
    {LANG_ZH, 0, "国药准字H20023456", ""},
    {LANG_ZH, 0, "HPV16、18型阳性，CA199 35.2，B12 300。", ""},
    {LANG_EN, 0, "BP was 120/80, pulse 72, sats 98 on air, temp 37.2.", ""},
    {LANG_EN, 0, "Take 500 mg 3 times a day for 7 days, 2 tablets each.", ""},
    {LANG_EN, 0, "White cells 11,500, platelets 250000, TSH 2.45.", ""},
    {LANG_EN, 0, "I was born in 1980 and had the scan on 12/05/2021.", ""},
    {LANG_EN, 0, "From 1 2 3 4 5 6 7 8 9 10, how bad is it? Call 911 or 111.",
     ""},
    {LANG_EN, 0, "I'm 45, about 5 foot 10 and 180 pounds since 2015.", ""},
    {LANG_EN, 0, "000-12-3456 and 666-12-3456", ""},
    {LANG_EN, 0, "I walk 2 Miles each Day on the Road.", ""},
    {LANG_NL, 0, "Bloeddruk 150/95, pols 88, temperatuur 38,5 graden.", ""},
    {LANG_NL, 0, "Paracetamol 500 mg, 4 keer per dag 2 tabletten.", ""},
    {LANG_NL, 0, "Op 12-05-2021 om 10.30 uur is er een foto gemaakt.", ""},
    {LANG_NL, 0, "Om 07.00 12.00 18.00 22.00 30 druppels", ""},
    {LANG_NL, 0, "In 2019 CT gemaakt, in 2020 MRI. Onderweg 3 keer gestopt.",
     ""},
    {LANG_NL, 0, "111222334", ""}, /* fails the eleven test */
    {LANG_NL, 0, "Bel 112 of de huisartsenpost, 0800 5555.", ""},
    {LANG_NL, 0, "Trombocyten 250000, leukocyten 11.5, kreatinine 88.", ""},
};

static void show(const struct example *e)
{
    print_error("in: %s\n", e->text);
}

static void each_kind_is_found_with_its_span(void **state)
{
    (void)state;
    size_t count = sizeof found_examples / sizeof *found_examples;
    for (size_t i = 0; i < count; i++) {
        const struct example *e = &found_examples[i];
        struct identifier found;
        size_t from = 0;
        str text = str_of(e->text);
        bool any = identifier_next(text, e->lang, &from, &found);
        if (any != (e->span != NULL)) {
            show(e);
            fail();
        }
        if (!any)
            continue;
        str span = str_slice(text, found.start, found.end);
        if (!str_equal(span, str_of(e->span)) || found.kind != e->kind) {
            show(e);
            print_error("found %s '" STR_FMT "'\n",
                        identifier_kind_name(found.kind), STR_ARG(span));
            fail();
        }
    }
}

static void doses_readings_dates_and_places_are_left_alone(void **state)
{
    (void)state;
    size_t count = sizeof clean_examples / sizeof *clean_examples;
    for (size_t i = 0; i < count; i++) {
        const struct example *e = &clean_examples[i];
        struct identifier found;
        size_t from = 0;
        if (identifier_next(str_of(e->text), e->lang, &from, &found)) {
            show(e);
            print_error("found %s at %zu-%zu\n",
                        identifier_kind_name(found.kind), found.start,
                        found.end);
            fail();
        }
    }
}

static void check_digits_follow_their_standards(void **state)
{
    (void)state;
    assert_true(identifier_is_resident_id(STR("11010519491231002X")));
    assert_true(identifier_is_resident_id(STR("440524198001010013")));
    assert_false(identifier_is_resident_id(STR("440524198001010014")));
    assert_false(identifier_is_resident_id(STR("440524198013010013")));
    assert_true(identifier_is_bsn(STR("111222333")));
    assert_true(identifier_is_bsn(STR("123456782")));
    assert_false(identifier_is_bsn(STR("123456789")));
    assert_false(identifier_is_bsn(STR("000000000")));
    assert_true(identifier_is_nhs(STR("9434765919")));
    assert_false(identifier_is_nhs(STR("9434765918")));
    assert_true(identifier_is_ssn(STR("219099999")));
    assert_false(identifier_is_ssn(STR("219009999")));
    assert_false(identifier_is_ssn(STR("900123456")));
    assert_false(identifier_is_bsn(STR("12345678a")));
}

static void full_dates_are_read_in_the_usual_orders(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int year; /* 0: no date */
    } dates[] = {
        {"1980-05-03", 1980},
        {"3-5-1980", 1980},
        {"3.5.80", 1980},
        {"1980年5月3日", 1980},
        {"3 mei 1980", 1980},
        {"May 3rd, 1980", 1980},
        {"3rd of May 1980", 1980},
        {"17-mei-2011", 2011},
        {"32-01-2018", 0},
        {"01-13-2018", 2018},
        {"13-13-2018", 0},
        {"5-6", 0},
        {"1980", 0},
        {"120/80", 0},
        {"8/12/20000", 0},
        {"38 mei 2018", 0},
        {"ma", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        int year = 0;
        size_t end = digits_date(str_of(dates[i].text), 0, &year);
        if ((end > 0) != (dates[i].year > 0))
            print_error("%s\n", dates[i].text);
        assert_int_equal(end > 0, dates[i].year > 0);
        if (end)
            assert_int_equal(year, dates[i].year);
    }
}

static void every_identifier_of_a_text_is_listed_once(void **state)
{
    (void)state;
    str text = STR("电话13812345678，邮箱a.b@c.com，住院号1234567。");
    struct identifier found;
    size_t from = 0, count = 0, before = 0;
    while (identifier_next(text, LANG_ZH, &from, &found)) {
        assert_true(found.start >= before && found.end <= text.len);
        before = found.end;
        count++;
    }
    assert_int_equal(count, 3);
}

/* Any bytes: the scan ends and spans lie inside. */
static void hostile_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char pieces[] = "0159 -.()+@xX\xEF\xBC\x91\xE8\xB7\xAF:\n";
    char text[64];
    uint64_t number = 88172645463325252u;
    for (int round = 0; round < 20000; round++) {
        size_t length = 0;
        while (length < sizeof text) {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
            text[length++] = pieces[number % (sizeof pieces - 1)];
        }
        struct identifier found;
        size_t from = 0;
        while (identifier_next(str_make(text, length),
                               (enum lang)(round % LANG_COUNT), &from, &found))
            assert_true(found.start < found.end && found.end <= length);
    }
}

static void dutch_numbers_of_the_test_set_are_found(void **state)
{
    (void)state;
    const char *path =
        "../shared/data/deduce_nl/regression_cases/phone_numbers.json";
    if (!fs_exists(path)) {
        print_message("skipped: %s is not here\n", path);
        return;
    }
    struct err err = {0};
    struct buf file;
    buf_init(&file, 1 << 20);
    assert_true(fs_read(path, &file, &err));
    json *doc = json_parse(buf_str(&file), &err);
    size_t wanted = 0, right = 0, wrong = 0;
    JSON_EACH(example, json_get(doc, "examples"))
    {
        str text = json_str(json_get(example, "text"), STR(""));
        bool expected = json_count(json_get(example, "annotations")) > 0;
        struct identifier found;
        size_t from = 0;
        bool any = identifier_next(text, LANG_NL, &from, &found);
        wanted += expected;
        right += any && expected;
        if (any != expected)
            print_message("not found: " STR_FMT "\n", STR_ARG(text));
        wrong += any && !expected;
    }
    print_message("Dutch numbers: %zu of %zu found, %zu wrong\n", right, wanted,
                  wrong);
    assert_int_equal(wrong, 0);
    assert_true(right + 4 >= wanted); /* a service number, three misspelt */
    json_free(doc);
    buf_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_found_with_its_span),
        cmocka_unit_test(doses_readings_dates_and_places_are_left_alone),
        cmocka_unit_test(check_digits_follow_their_standards),
        cmocka_unit_test(full_dates_are_read_in_the_usual_orders),
        cmocka_unit_test(every_identifier_of_a_text_is_listed_once),
        cmocka_unit_test(hostile_bytes_do_no_harm),
        cmocka_unit_test(dutch_numbers_of_the_test_set_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
