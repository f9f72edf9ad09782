/* verdict.h - how a rule says no.
 *
 *     if (turns < least)
 *         return refuse(verdict, REFINE_TURNS, 0, "%zu turns", turns);
 *
 * Shared by the sources of the rules; see refine_verdict_set in refine.h.
 */
#ifndef GENERATE_VERDICT_H
#define GENERATE_VERDICT_H

#include "generate/refine.h"

/* Sets the verdict about a whole turn (from 1), or about the dialogue (0). Is
 * false, so that `return refuse(…)` reads as one step. */
#define refuse(verdict, reason, turn, ...)                                     \
    (refine_verdict_set(verdict, reason, turn, 0, 0, __VA_ARGS__), false)

#endif
