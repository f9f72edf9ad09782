/* tongue.h - is this said in another language?
 *
 *     if (tongue_is_foreign(LANG_NL, draft)) …
 *
 * Sure cases only: short answers ("Okay.") fit every language. Scripts tell
 * Chinese from the others; English and Dutch are told from some forty letters
 * on. Any thread may call.
 */
#ifndef PATIENT_TONGUE_H
#define PATIENT_TONGUE_H

#include "knowledge/knowledge.h"

bool tongue_is_foreign(enum lang lang, str text);

#endif
