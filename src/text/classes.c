/* classes.c - see classes.h.
 *
 * ICU hands out properties as sets of ranges, which is far quicker than asking
 * for 1.1 million code points one by one. The flat table is then folded into
 * distinct rows of 256: about 200 rows, most of Unicode shares a few.
 */
#include "text/classes.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uset.h>

#include "base/mem.h"

enum { CODE_POINTS = 0x110000, ROW = 256, ROWS_MAX = 256 };

static UBool U_CALLCONV add_category(const void *context, UChar32 start,
                                     UChar32 limit, UCharCategory category)
{
    uint32_t mask = U_MASK(category);
    unsigned bits = CLASS_CONTROL;
    if (mask & U_GC_L_MASK)
        bits = CLASS_LETTER;
    else if (mask & U_GC_M_MASK)
        bits = CLASS_MARK;
    else if (mask & U_GC_N_MASK)
        bits = CLASS_NUMBER;
    else if (mask & U_GC_P_MASK)
        bits = CLASS_PUNCTUATION;
    else if (mask & U_GC_S_MASK)
        bits = CLASS_SYMBOL;
    else if (mask & U_GC_Z_MASK)
        bits = CLASS_SPACE;
    uint16_t *flat = *(uint16_t *const *)context;
    for (UChar32 c = start; c < limit; c++)
        flat[c] = (uint16_t)bits;
    return true;
}

static void add_property(uint16_t *flat, UProperty property, int32_t value,
                         unsigned bits)
{
    UErrorCode status = U_ZERO_ERROR;
    USet *set = uset_openEmpty();
    uset_applyIntPropertyValue(set, property, value, &status);
    assert(U_SUCCESS(status));
    int32_t ranges = uset_getItemCount(set);
    for (int32_t i = 0; i < ranges; i++) {
        UChar32 start = 0, end = -1;
        /* 0 marks a range; strings come after all ranges. */
        if (uset_getItem(set, i, &start, &end, NULL, 0, &status) != 0)
            break;
        for (UChar32 c = start; c <= end; c++)
            flat[c] = (uint16_t)(flat[c] | bits);
    }
    uset_close(set);
}

/* Writings without spaces between words, beside Han, kana and Hangul. */
static const UScriptCode unspaced[] = {USCRIPT_THAI, USCRIPT_LAO, USCRIPT_KHMER,
                                       USCRIPT_MYANMAR};

static void fill(uint16_t *flat)
{
    enum { UNSPACED = 1 << 15 }; /* used here only */
    u_enumCharTypes(add_category, &flat);
    add_property(flat, UCHAR_WHITE_SPACE, 1, CLASS_SPACE);
    add_property(flat, UCHAR_UPPERCASE, 1, CLASS_UPPER);
    add_property(flat, UCHAR_EXTENDED_PICTOGRAPHIC, 1, CLASS_EMOJI);
    add_property(flat, UCHAR_REGIONAL_INDICATOR, 1, CLASS_EMOJI);
    add_property(flat, UCHAR_SCRIPT, USCRIPT_LATIN, CLASS_LATIN);
    add_property(flat, UCHAR_SCRIPT, USCRIPT_HAN, CLASS_HAN | UNSPACED);
    add_property(flat, UCHAR_SCRIPT, USCRIPT_HIRAGANA, CLASS_KANA | UNSPACED);
    add_property(flat, UCHAR_SCRIPT, USCRIPT_KATAKANA, CLASS_KANA | UNSPACED);
    add_property(flat, UCHAR_SCRIPT, USCRIPT_HANGUL, CLASS_HANGUL | UNSPACED);
    for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced; i++)
        add_property(flat, UCHAR_SCRIPT, (int32_t)unspaced[i], UNSPACED);
    for (size_t c = 0; c < CODE_POINTS; c++) {
        unsigned bits = flat[c];
        if ((bits & CLASS_KEPT) && !(bits & UNSPACED))
            bits |= CLASS_SPACED;
        flat[c] = (uint16_t)(bits & ~(unsigned)UNSPACED);
    }
}

static struct classes table; /* constant once made */

static void make(void)
{
    static uint16_t rows[ROWS_MAX][ROW];
    uint16_t *flat = mem_zero(CODE_POINTS, sizeof *flat);
    fill(flat);
    size_t count = 0;
    for (size_t b = 0; b < CODE_POINTS / ROW; b++) {
        size_t row = 0;
        while (row < count &&
               memcmp(rows[row], flat + b * ROW, sizeof *rows) != 0)
            row++;
        if (row == count) {
            assert(count < ROWS_MAX);
            memcpy(rows[count++], flat + b * ROW, sizeof *rows);
        }
        table.block[b] = (uint8_t)row;
    }
    table.rows = (const uint16_t(*)[ROW])rows;
    free(flat);
}

const struct classes *classes_get(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make);
    return &table;
}
