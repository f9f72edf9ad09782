#!/bin/bash
# `leak` on corpora of growing size with planted copies (bench/leak_corpus.py):
# copies found, findings beyond them, megabytes a second of processor time on
# one core, and the same bytes from one and two threads. LEAK_TURNS sets the
# sizes (default "250000 1000000"). With ../shared/data also SMILECHAT against
# itself, which makes every turn a copy.
set -eu
cd "$(dirname "$0")/.."
program=${ANAMNESIS:-build/release/anamnesis}
work=$(mktemp -d "${TMPDIR:-/tmp}/anamnesis-leak-XXXXXX")
trap 'rm -rf "$work"' EXIT

megabytes() { echo $(($(stat -c %s "$1") / 1000000)); }

# Processor seconds and MB of a run with those arguments.
spent() {
    /usr/bin/time -f '%U %S %M' -o "$work/time" "$program" leak "$@" >"$work/out" 2>/dev/null || :
    tail -n 1 "$work/time" | awk '{ printf "%.2f %.0f\n", $1 + $2, $3 / 1024 }'
}

# Reading the reference alone: a corpus of one record is checked.
measure() { # NAME CHECKED REFERENCE
    local base whole memory
    head -n 1 "$2" >"$work/one.jsonl"
    read -r start memory < <(spent "$work/one.jsonl" -r "$work/one.jsonl" -j 1)
    read -r base memory < <(spent "$work/one.jsonl" -r "$3" -j 1)
    read -r whole memory < <(spent "$2" -r "$3" -j 1)
    awk -v n="$1" -v s="$start" -v b="$base" -v w="$whole" -v m="$memory" \
        -v r="$(megabytes "$3")" -v c="$(megabytes "$2")" 'BEGIN {
        printf "%s: start %.2f s; reference %d MB in %.2f s, %.0f MB/s; checked %d MB in %.2f s, %.0f MB/s; memory %d MB\n",
            n, s, r, b - s, r / (b - s), c, w - b, c / (w - b), m }'
}

for turns in ${LEAK_TURNS:-250000 1000000}; do
    python3 bench/leak_corpus.py "$work" "$turns"
    measure "$turns turns" "$work/checked.jsonl" "$work/reference.jsonl"
    for threads in 1 2; do
        "$program" leak "$work/checked.jsonl" -r "$work/reference.jsonl" -j $threads \
            --per-record "$work/found$threads.jsonl" >/dev/null || :
    done
    cmp "$work/found1.jsonl" "$work/found2.jsonl" && echo "    one and two threads write the same bytes"
    grep '"leak":true' "$work/found1.jsonl" | sed 's/^{"id":"\([^"]*\).*/\1/' | sort >"$work/leaks"
    sort "$work/planted.txt" >"$work/planted"
    echo "    planted copies found: $(comm -12 "$work/leaks" "$work/planted" | wc -l) of $(wc -l <"$work/planted"); others found: $(comm -23 "$work/leaks" "$work/planted" | wc -l) in $(wc -l <"$work/checked.jsonl") dialogues"
done
smile=../shared/data/smilechat/smilechat_1-30000.jsonl.zst
if [ -e "$smile" ]; then
    "$program" import smilechat "$smile" -q -o "$work/smile.jsonl"
    head -n 7383 "$work/smile.jsonl" >"$work/quarter.jsonl"
    measure "SMILECHAT, a quarter of it checked" "$work/quarter.jsonl" "$work/smile.jsonl"
else
    echo "skipped: $smile is not here"
fi
for set in mct-zh consult-en consult-nl; do
    "$program" generate -q -c "examples/$set.yaml" -o "$work/$set" --target 1000
    "$program" leak "$work/$set/dataset.jsonl" -r "$work/reference.jsonl" | tail -n 1 |
        sed "s/^\([A-Z]*: [0-9]* of [0-9]*\).*/honest simulator corpus $set: \1 records break the rule/"
done
