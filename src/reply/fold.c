/* fold.c - see fold.h.
 *
 * Latin-1 and Latin Extended-A are folded by a table of base letters, and the
 * traditional characters by a short list: labels and stock phrases need no
 * more, and a look-up costs a few comparisons. */
#include <string.h>

#include "base/utf8.h"
#include "reply/fold.h"

/* Base letters of U+00C0 to U+017F; '.' keeps the character. */
static const char latin[] =
    "aaaaaaaceeeeiiiidnooooo.ouuuuy.saaaaaaaceeeeiiiidnooooo.ouuuuy.y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllll.."
    "llnnnnnn.nnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* Traditional and simplified by turns, in order of the traditional one. */
static const char variants[] =
    "係系個个們们兒儿內内兩两別别協协參参員员問问單单嚴严國国團团執执報报場场壻婿夠够姪侄婦妇"
    "媽妈孫孙實实寫写將将專专對对導导層层屬属師师幫帮彙汇從从復复態态慮虑應应戶户換换擔担據据"
    "擬拟敘叙數数斷断於于時时會会條条業业標标樣样機机檢检權权歲岁氣气沒没準准滿满為为無无營营"
    "爺爷牽牵獲获現现環环產产異异當当療疗發发盡尽監监範范簽签籤签紀纪結结絕绝給给統统經经維维"
    "緒绪緣缘編编練练縣县總总繼继續续罰罚義义習习聯联聲声職职聽听脫脱臨临與与舉举舊旧藥药處处"
    "虛虚號号術术補补裝装裡里製制規规視视親亲觀观訂订計计訊讯記记訪访設设許许訴诉診诊評评詞词"
    "詢询試试話话該该詳详認认語语誤误說说談谈請请論论諮咨諾诺講讲謝谢識识譯译議议護护讀读變变"
    "讓让負负責责費费貼贴資资質质輪轮輸输辦办辭辞這这進进過过達达違违遠远適适選选還还鄰邻醫医"
    "釋释錄录錯错鍵键鐘钟長长開开間间關关雙双離离難难電电靜静順顺預预領领頭头題题願愿類类顧顾"
    "顯显風风飛飞飾饰養养餘余驗验驚惊驟骤體体麼么點点齡龄";

enum { PAIR_BYTES = 6, HALF = 3 };

/* UTF-8 keeps the order of code points, so bytes can be compared. */
static uint32_t simplified(uint32_t c)
{
    const char bytes[HALF] = {(char)(0xE0 | (c >> 12)),
                              (char)(0x80 | ((c >> 6) & 63)),
                              (char)(0x80 | (c & 63))};
    size_t low = 0, high = (sizeof variants - 1) / PAIR_BYTES;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *pair = variants + middle * PAIR_BYTES;
        int order = memcmp(bytes, pair, HALF);
        if (order == 0) {
            str simple = str_make(pair + HALF, HALF);
            return utf8_next(&simple);
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return c;
}

bool fold_is_emoji(uint32_t c)
{
    if (c < 0x2190)
        return c == 0x200D || c == 0x20E3;
    return c == 0x2139 || (c >= 0x231A && c <= 0x23FF) ||
           (c >= 0x25AA && c <= 0x27BF && c != 0x2605 && c != 0x2606) ||
           (c >= 0x2B05 && c <= 0x2B55) || (c >= 0xFE00 && c <= 0xFE0F) ||
           (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0xE0020 && c <= 0xE007F);
}

uint32_t fold_point(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c >= 0xC0 && c < 0xC0 + sizeof latin - 1) {
        char base = latin[c - 0xC0];
        return base == '.' ? c : (unsigned char)base;
    }
    if (c >= 0x4FC2 && c <= 0x9F61)
        return simplified(c);
    if (c >= 0xFF01 && c <= 0xFF5E)
        return fold_point(c - 0xFEE0);
    if (c == 0x2018 || c == 0x2019 || c == 0x02BC)
        return '\'';
    if (c == 0x3000 || c == 0x00A0 || c == 0x202F)
        return ' ';
    return fold_is_emoji(c) ? 0 : c;
}

bool fold_is_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
               (c >= 'a' && c <= 'z');
    if (c < 0xC0)
        return c == 0xAA || c == 0xB5 || c == 0xBA;
    if (c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x2BFF))
        return false;
    if ((c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) ||
        c == 0x30FB || (c >= 0xFE10 && c <= 0xFE6F))
        return false;
    if (c >= 0xFF00 && c <= 0xFFEF)
        return (c >= 0xFF10 && c <= 0xFF19) || (c >= 0xFF21 && c <= 0xFF3A) ||
               (c >= 0xFF41 && c <= 0xFF5A) || (c >= 0xFF66 && c <= 0xFFDC);
    return !fold_is_emoji(c) && c != 0xFFFD;
}

static size_t put(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    size_t bytes = c < 0x10000 ? 3 : 4;
    out[0] = (char)(bytes == 3 ? 0xE0 | (c >> 12) : 0xF0 | (c >> 18));
    for (size_t i = 1; i < bytes; i++)
        out[i] = (char)(0x80 | ((c >> (6 * (bytes - 1 - i))) & 63));
    return bytes;
}

/* Marks that decorate a label and say nothing. */
static bool is_dress(uint32_t c)
{
    return c == '*' || c == '`' || c == '~' || c == '"' || c == '#' ||
           c == 0x201C || c == 0x201D || (c >= 0x300C && c <= 0x300F) ||
           c == 0xAB || c == 0xBB || c == 0x201E;
}

str fold_label(str label, char out[FOLD_BYTES])
{
    size_t len = 0;
    bool gap = false;
    while (label.len && len < FOLD_BYTES - 5) {
        uint32_t c = utf8_next(&label);
        c = is_dress(c) ? 0 : fold_point(c);
        if (c == ' ' || c == '\t' || c == '\n' || c == '_') {
            gap = len > 0;
        } else if (c) {
            if (gap)
                out[len++] = ' ';
            gap = false;
            len += put(c, out + len);
        }
    }
    return str_make(out, len);
}

str fold_text(str text, struct arena *arena)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    while (text.len) {
        unsigned char byte = (unsigned char)text.ptr[0];
        if (byte < 0x80) {
            out[len++] = (char)fold_point(byte);
            text.ptr++;
            text.len--;
            continue;
        }
        uint32_t c = fold_point(utf8_next(&text));
        if (c)
            len += put(c, out + len);
    }
    return str_make(out, len);
}
