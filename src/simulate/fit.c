/* fit.c - length within its bounds, and the last check of a draft; see
 * compose.h. */
#include <string.h>

#include "simulate/compose.h"

enum { STOCK_MAX = 6 }; /* stock phrases in a long turn of a plan */

/* The slot that falls short of its target most, or NULL. */
static struct slot *hungriest(struct draft *d, const bool *full, bool any)
{
    struct slot *best = NULL;
    int64_t most = any ? INT64_MIN : 1;
    for (size_t i = 0; i < d->slot_count; i++) {
        int64_t want = d->slots[i].target - d->slots[i].length;
        if (!full[i] && want > most) {
            most = want;
            best = &d->slots[i];
        }
    }
    return best;
}

/* Adds sentences where they are missed most, until `length` is reached; never
 * beyond length_max. */
static void grow(struct draft *d, int64_t length, int stock_max, bool any)
{
    bool full[TURNS_MAX] = {false};
    int64_t most = d->wish->length_max > 0 ? d->wish->length_max : INT64_MAX;
    while (d->length < length) {
        struct slot *slot = hungriest(d, full, any);
        if (!slot)
            return;
        size_t parts = slot->part_count;
        bool added =
            slot_elaborate(d, slot, stock_max) && slot->part_count > parts;
        if (added && d->length > most) {
            slot_remove(d, slot, slot->part_count - 1);
            added = false;
        }
        if (!added)
            full[slot - d->slots] = true;
    }
}

/* Takes optional sentences away, the longest first. */
static void shrink(struct draft *d, int64_t length)
{
    while (d->length > length) {
        struct slot *from = NULL;
        size_t part = 0;
        int64_t longest = 0;
        for (size_t i = 0; i < d->slot_count; i++)
            for (size_t j = 0; j < d->slots[i].part_count; j++) {
                const struct part *p = &d->slots[i].parts[j];
                if (p->optional && p->length > longest &&
                    d->slots[i].part_count > 1) {
                    from = &d->slots[i];
                    part = j;
                    longest = p->length;
                }
            }
        if (!from)
            return;
        slot_remove(d, from, part);
    }
}

/* Takes optional sentences of a turn away while it is above `most`, the
 * shortest that suffices first. */
static void trim_slot(struct draft *d, struct slot *slot, int64_t most)
{
    while (slot->length > most && slot->part_count > 1) {
        size_t best = PARTS_MAX;
        int64_t over = slot->length - most;
        for (size_t i = 0; i < slot->part_count; i++) {
            const struct part *p = &slot->parts[i];
            bool enough = p->length >= over;
            if (!p->optional)
                continue;
            if (best == PARTS_MAX ||
                (enough ? slot->parts[best].length < over ||
                              p->length < slot->parts[best].length
                        : p->length > slot->parts[best].length &&
                              slot->parts[best].length < over))
                best = i;
        }
        if (best == PARTS_MAX)
            return;
        slot_remove(d, slot, best);
    }
}

/* Adds sentences to a turn until it has `least`; one too many goes again. */
static void extend_slot(struct draft *d, struct slot *slot, int64_t least,
                        int64_t most)
{
    int64_t room = d->wish->length_max > 0 ? d->wish->length_max : INT64_MAX;
    while (slot->length < least) {
        size_t parts = slot->part_count;
        if (!slot_elaborate(d, slot, STOCK_MAX) || slot->part_count == parts)
            return;
        if (slot->length > most || d->length > room) {
            slot_remove(d, slot, slot->part_count - 1);
            return;
        }
    }
}

/* Turns of a plan are as long as it says, where sentences allow it. */
static void meet_classes(struct draft *d)
{
    for (size_t i = 0; i < d->slot_count; i++) {
        struct slot *slot = &d->slots[i];
        int64_t low, high;
        if (slot->length_class < 0)
            continue;
        simulate_class_bounds(slot->length_class, d->wish->lang, &low, &high);
        if (slot->length > high)
            trim_slot(d, slot, high);
        else
            extend_slot(d, slot, low, high);
    }
}

static bool same_words(const struct slot *a, const struct slot *b)
{
    if (a->length != b->length || a->part_count != b->part_count)
        return false;
    for (size_t i = 0; i < a->part_count; i++)
        if (!str_equal(a->parts[i].text, b->parts[i].text))
            return false;
    return true;
}

/* A turn that was said before gets a further sentence. */
static bool all_turns_differ(struct draft *d)
{
    for (size_t i = 1; i < d->slot_count; i++)
        for (size_t j = 0; j < i; j++)
            if (same_words(&d->slots[i], &d->slots[j]) &&
                !slot_elaborate(d, &d->slots[i], PARTS_MAX))
                return false;
    return true;
}

static bool all_turns_speak(const struct draft *d)
{
    for (size_t i = 0; i < d->slot_count; i++)
        if (!d->slots[i].length)
            return false;
    return true;
}

/* The patient's side never names the diagnosis before the other has. */
static bool diagnosis_in_order(const struct draft *d)
{
    if (d->scene->colleagues)
        return true;
    for (size_t i = 0; i < d->slot_count; i++)
        for (size_t j = 0; j < d->slots[i].part_count; j++)
            if (facts_name_disease(&d->facts, d->slots[i].parts[j].text))
                return !d->slots[i].side_b;
    return true;
}

static bool words_are_there(const struct draft *d)
{
    size_t size = vocabulary_size(d->vocabulary);
    bool *found = arena_alloc(d->arena, size + 1);
    for (size_t i = 0; i < d->slot_count; i++)
        vocabulary_find(d->reader, slot_text(d, &d->slots[i], d->arena), found);
    size_t count = vocabulary_count(d->vocabulary, found, d->wish->level);
    const struct level *level = outline_level(d->wish->outline, d->wish->level);
    if (level && count < (size_t)level->terms_min)
        return false;
    for (size_t i = 0; i < d->wish->terms.count; i++) {
        str term = ((const str *)d->wish->terms.items)[i];
        size_t index = vocabulary_index(d->vocabulary, term);
        bool there = index != STR_NONE && found[index];
        for (size_t j = 0; j < d->slot_count && index == STR_NONE; j++)
            there |=
                facts_speak_of(slot_text(d, &d->slots[j], d->arena), term, 0);
        if (!there)
            return false;
    }
    return true;
}

bool draft_fit(struct draft *d)
{
    const struct wish *wish = d->wish;
    int64_t most = wish->length_max > 0 ? wish->length_max : INT64_MAX;
    grow(d, d->length_aim, 1, false);
    meet_classes(d);
    for (int stock = 2; stock < PARTS_MAX && d->length < wish->length_min;
         stock++)
        grow(d, wish->length_min, stock, true);
    bool differ = all_turns_differ(d);
    if (d->length > most)
        shrink(d, most);
    return differ && all_turns_speak(d) && diagnosis_in_order(d) &&
           d->length >= wish->length_min && d->length <= most &&
           words_are_there(d);
}
