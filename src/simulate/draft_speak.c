/* draft_speak.c - the exchanges put into words; see compose.h. */
#include <string.h>

#include "simulate/compose.h"

int64_t draft_measure(const struct draft *draft, str text)
{
    int64_t length = 0;
    if (draft->wish->lang == LANG_ZH) {
        for (size_t i = 0; i < text.len; i++) {
            unsigned char c = (unsigned char)text.ptr[i];
            length += (c & 0xC0) != 0x80 && c > ' ';
        }
        return length;
    }
    bool inside = false;
    for (size_t i = 0; i < text.len; i++) {
        bool space = text.ptr[i] == ' ';
        length += !space && !inside;
        inside = !space;
    }
    return length;
}

/* A capital letter at the start and after a closing mark. */
static void capitalise(char *text, size_t len)
{
    bool start = true;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (start && c >= 'a' && c <= 'z')
            text[i] = (char)(c - 'a' + 'A');
        /* é, è, ë … in UTF-8: C3 A0-BE → C3 80-9E */
        if (start && (unsigned char)c == 0xC3 && i + 1 < len &&
            (unsigned char)text[i + 1] >= 0xA0)
            text[i + 1] = (char)((unsigned char)text[i + 1] - 0x20);
        if (c == '.' || c == '?' || c == '!')
            start = i + 1 < len && text[i + 1] == ' ';
        else if (c != ' ')
            start = false;
    }
}

void slot_insert(struct draft *draft, struct slot *slot, str text, size_t at,
                 bool optional)
{
    if (slot->part_count == PARTS_MAX)
        return;
    if (at > slot->part_count)
        at = slot->part_count;
    str copy = arena_copy(draft->arena, text);
    if (draft->wish->lang != LANG_ZH)
        capitalise((char *)copy.ptr, copy.len);
    struct part part = {copy, draft_measure(draft, copy), optional};
    memmove(&slot->parts[at + 1], &slot->parts[at],
            (slot->part_count - at) * sizeof part);
    slot->parts[at] = part;
    slot->part_count++;
    slot->length += part.length;
    draft->length += part.length;
}

void slot_remove(struct draft *draft, struct slot *slot, size_t part)
{
    slot->length -= slot->parts[part].length;
    draft->length -= slot->parts[part].length;
    memmove(&slot->parts[part], &slot->parts[part + 1],
            (slot->part_count - part - 1) * sizeof *slot->parts);
    slot->part_count--;
}

/* One expansion behind what stands in draft->text. Alternatives that were only
 * tried count as not said: `said` are those of before, `tried` grows. */
static bool try_rule(struct draft *draft, int rule, bool only_new,
                     uint64_t *said, uint64_t *tried, uint64_t *taken)
{
    uint64_t *used = &draft->voice.used[rule];
    *used = *said | *tried;
    const struct phrasebook *book = draft->language->phrasebook;
    bool ok =
        only_new
            ? phrasebook_expand_new(book, rule, &draft->voice, &draft->text)
            : phrasebook_expand(book, rule, &draft->voice, &draft->text);
    if ((*used & (*said | *tried)) != (*said | *tried))
        *said = *tried = 0; /* all were said: it begins anew */
    *taken = *used & ~(*said | *tried);
    *tried |= *taken;
    return ok;
}

bool slot_say(struct draft *draft, struct slot *slot, int rule, int tries,
              size_t at, bool optional)
{
    if (rule == RULE_NONE || slot->part_count == PARTS_MAX)
        return false;
    int64_t wanted = slot->target - slot->length, best = INT64_MAX;
    size_t start = 0, end = 0;
    uint64_t said = draft->voice.used[rule], tried = 0, taken, chosen = 0;
    buf_reset(&draft->text);
    for (int i = 0; i < tries && best > 0; i++) {
        size_t from = draft->text.len;
        if (!try_rule(draft, rule, optional, &said, &tried, &taken))
            break;
        str text = {draft->text.ptr + from, draft->text.len - from};
        int64_t length = draft_measure(draft, text);
        int64_t miss = length > wanted ? length - wanted : wanted - length;
        miss = draft->tight ? length : miss;
        if (miss < best) {
            best = miss;
            start = from;
            end = draft->text.len;
            chosen = taken;
        }
    }
    draft->voice.used[rule] = said | chosen;
    if (end == start)
        return false;
    slot_insert(draft, slot, (str){draft->text.ptr + start, end - start}, at,
                optional);
    return true;
}

str slot_text(const struct draft *draft, const struct slot *slot,
              struct arena *arena)
{
    struct buf buf;
    buf_init(&buf, 1 << 20);
    for (size_t i = 0; i < slot->part_count; i++) {
        if (i && draft->wish->lang != LANG_ZH)
            buf_add_char(&buf, ' ');
        buf_add(&buf, slot->parts[i].text);
    }
    str text = arena_copy(arena, buf_str(&buf));
    buf_release(&buf);
    return text;
}

static enum phase slot_phase(const struct slot *slot)
{
    return slot->beat ? slot->beat->phase
                      : (slot->side_b ? PHASE_OPENING : PHASE_CLOSING);
}

static void remember(struct draft *draft, struct slot *slot,
                     const struct beat *beat, int turn)
{
    slot->beat = beat;
    slot->turn_of_beat = turn;
    slot->flags = draft->voice.flags;
    slot->values =
        arena_array(draft->arena, VALUE_VALUES, sizeof *slot->values);
    memcpy(slot->values, draft->voice.values,
           VALUE_VALUES * sizeof *slot->values);
}

bool slot_elaborate(struct draft *draft, struct slot *slot, int stock_max)
{
    if (slot->values) {
        memcpy(draft->voice.values, slot->values,
               VALUE_VALUES * sizeof *slot->values);
        draft->voice.flags = slot->flags;
    }
    const struct language *l = draft->language;
    int own = slot->beat
                  ? slot->beat->rules[draft->wish->lang][slot->turn_of_beat].add
                  : RULE_NONE;
    int more =
        l->more[draft->scene->colleagues][slot->side_b][slot_phase(slot)];
    if (slot_say(draft, slot, own, 2, PARTS_MAX, true))
        return true;
    if (slot->stock >= stock_max)
        return false;
    slot->stock++;
    return slot_say(draft, slot, more, 2, PARTS_MAX, true);
}

/* The slot of a run that has most room takes the words. */
static struct slot *roomiest(struct draft *draft, const struct run *run)
{
    struct slot *best = &draft->slots[run->first];
    for (size_t i = 1; i < run->count; i++) {
        struct slot *slot = &draft->slots[run->first + i];
        if (slot->target - slot->length > best->target - best->length)
            best = slot;
    }
    return best;
}

/* Turns of the run that have nothing to say yet nod. */
static void fill_run(struct draft *draft, const struct run *run,
                     const struct beat *beat, int turn)
{
    int nod = draft->language->nod[draft->scene->colleagues][run->side_b];
    for (size_t i = 0; i < run->count; i++) {
        struct slot *slot = &draft->slots[run->first + i];
        if (!slot->beat && slot->part_count == 0)
            remember(draft, slot, beat, turn);
        if (slot->part_count == 0)
            slot_say(draft, slot, nod, 2, PARTS_MAX, false);
    }
}

static void bind_instance(struct draft *draft, const struct instance *instance)
{
    const struct beat *beat = instance->step->beat;
    if (beat->bind == FACT_NONE)
        return;
    size_t item = instance->item + (beat->bind == FACT_SYMPTOM ? 1 : 0);
    facts_bind(&draft->facts, beat->bind, item, &draft->voice);
}

/* Do the answers of joined exchanges all have to be heard? */
static bool answers_count(const struct beat *beat)
{
    return beat->phase == PHASE_OPENING || beat->phase == PHASE_HISTORY ||
           beat->phase == PHASE_EXAMINATION;
}

/* A short reaction to something told, not asked. */
static bool only_nods(const struct draft *draft, const struct slot *slot,
                      const struct beat *beat)
{
    bool told = draft->scene->colleagues || !answers_count(beat);
    return told && beat->turns == 2 && beat->phase != PHASE_CLOSING &&
           beat->phase != PHASE_OPENING &&
           slot->target <= draft_back_channel(draft) + 1 &&
           rng_chance(draft->rng, 0.8);
}

/* One turn of the exchanges [from, to): those that were joined speak in one
 * breath. */
static void speak_turn(struct draft *draft, const struct run *run, size_t from,
                       size_t to, int turn)
{
    draft->voice.flags &= ~FLAG(FLAG_JOINED);
    if (to - from > 1)
        draft->voice.flags |= FLAG(FLAG_JOINED);
    for (size_t i = from; i < to; i++) {
        const struct instance *instance = &draft->instances[i];
        const struct beat *beat = instance->step->beat;
        if (turn % 2 && i + 1 < to && !answers_count(beat))
            continue;
        bind_instance(draft, instance);
        struct slot *slot = roomiest(draft, run);
        if (turn % 2 && only_nods(draft, slot, beat))
            break;
        int rule = beat->rules[draft->wish->lang][turn].say;
        bool few = slot->target <= 3 * draft_back_channel(draft);
        int tries = slot->length_class >= 0 ? 8 : draft->tight || few ? 5 : 2;
        if (!slot_say(draft, slot, rule, tries, PARTS_MAX, false))
            continue;
        remember(draft, slot, beat, turn);
        if (beat->diagnosis && turn == 0)
            draft->voice.flags |= FLAG(FLAG_KNOWN);
    }
    fill_run(draft, run, draft->instances[to - 1].step->beat, turn);
}

/* Side A nods, side B goes on with what it was about. */
static void speak_nod(struct draft *draft, const struct run *run)
{
    int listen = phrasebook_rule(draft->language->phrasebook, STR("listen.b"));
    fill_run(draft, run, NULL, 0);
    struct slot *slot = roomiest(draft, run + 1);
    slot_say(draft, slot, listen, 2, PARTS_MAX, true);
    remember(draft, slot, NULL, 1);
    fill_run(draft, run + 1, NULL, 1);
    for (size_t i = 0; i < run[0].count + run[1].count; i++)
        draft->slots[run->first + i].stock = PARTS_MAX; /* no more to it */
}

static size_t group_end(const struct draft *draft, size_t next)
{
    size_t end = next + 1;
    while (end < draft->instance_count && draft->instances[end].joined)
        end++;
    return end;
}

/* Before an exchange of the history; at the latest before the last of them. */
static bool nods_here(const struct draft *draft, size_t run, size_t next)
{
    if (!draft->nods || run == 0 || run + 1 >= draft->run_count)
        return false;
    const struct run *r = &draft->runs[run];
    size_t after = next < draft->instance_count ? group_end(draft, next) : next;
    bool last = after >= draft->instance_count ||
                draft->instances[after].step->beat->phase > PHASE_HISTORY;
    return last || (r->count == 1 &&
                    draft->slots[r->first].target <= draft_back_channel(draft));
}

static void speak_rule(struct draft *draft, const struct run *run, str name)
{
    struct slot *slot = roomiest(draft, run);
    int rule = phrasebook_rule(draft->language->phrasebook, name);
    slot_say(draft, slot, rule, draft->tight ? 4 : 2, PARTS_MAX, false);
    remember(draft, slot, NULL, 0);
    fill_run(draft, run, NULL, 0);
}

void draft_speak(struct draft *draft)
{
    size_t run = 0, next = 0;
    draft->length = 0;
    if (draft->scene->known)
        draft->voice.flags |= FLAG(FLAG_KNOWN);
    if (draft->runs[0].side_b)
        speak_rule(draft, &draft->runs[run++], draft->scene->lead_in);
    while (run + 1 < draft->run_count) {
        if (nods_here(draft, run, next)) {
            speak_nod(draft, &draft->runs[run]);
            draft->nods--;
            run += 2;
            continue;
        }
        if (next >= draft->instance_count)
            break;
        size_t end = group_end(draft, next);
        int turns = draft->instances[next].step->beat->turns;
        for (int turn = 0; turn < turns && run < draft->run_count; turn++)
            speak_turn(draft, &draft->runs[run++], next, end, turn);
        next = end;
    }
    /* Should the scene run out of exchanges, they go on about its last. */
    for (; run < draft->run_count; run++) {
        if (run + 1 == draft->run_count && !draft->runs[run].side_b)
            speak_rule(draft, &draft->runs[run], draft->scene->last);
        else
            fill_run(draft, &draft->runs[run], NULL, 0);
    }
}
