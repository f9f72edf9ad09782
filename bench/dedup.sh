#!/bin/bash
# The near-duplicate join: speed, memory and growth on copies with planted
# near-duplicates, side by side in one run with datasketch; real corpora;
# labelled near-duplicates; exactness against brute force. The whole page of
# bench/results/dedup.txt comes from
#
#     DATASKETCH=FOLDER PYTHON=/usr/bin/python3 tools/run-benches dedup
#
# FOLDER holds the package as published (github.com/ekzhu/datasketch) and PYTHON
# has numpy and scipy; without DATASKETCH that part is left out, and said so.
# DEDUP_ROWS sets the sizes, DEDUP_PEER_ROWS those of the comparison,
# DEDUP_TEST_ROWS the rows of brute force. Everything takes about 25 minutes.
set -eu
cd "$(dirname "$0")/.."
program=${ANAMNESIS:-build/release/anamnesis}
build=${BUILD:-build/release}
python=${PYTHON:-python3}
data=../shared/data
work=$(mktemp -d "${TMPDIR:-/tmp}/anamnesis-dedup-XXXXXX")
trap 'rm -rf "$work"' EXIT

heads() {
    printf '%-34s %10s %9s %10s %8s %7s %9s %10s\n' "$1" rows seconds rows/s MB B/row pairs candidates
}

value() { # KEY: of the last run's summary
    grep -o "\"$1\":[0-9.]*" "$work/json" | head -n 1 | cut -d: -f2
}

measure() { # NAME ARGUMENTS…; leaves `seconds` and `megabytes`
    local name=$1 memory
    shift
    /usr/bin/time -f '%e %M' -o "$work/time" "$program" dedup "$@" -q --json \
        >"$work/json" 2>"$work/warnings" || [ $? = 3 ] || { cat "$work/warnings"; exit 1; }
    read -r seconds memory < <(tail -n 1 "$work/time")
    megabytes=$((memory / 1024))
    awk -v name="$name" -v rows="$(value rows)" -v s="$seconds" -v kb="$memory" \
        -v pairs="$(value pairs)" -v candidates="$(value candidates)" 'BEGIN {
            printf "%-34s %10d %9.2f %10.0f %8.0f %7.0f %9d %10d\n", name, rows, s, rows / s,
                kb / 1024, kb * 1024 / rows, pairs, candidates }'
}

take() { # FORMAT PATH OUT
    "$program" import "$1" "$2" -q -o "$3" 2>"$work/warnings" || [ $? = 3 ] ||
        { cat "$work/warnings"; exit 1; }
}

same_pairs() { # A B: how many lines of A stand in B, whatever their cluster
    comm -12 <(sed 's/,"cluster.*//' "$1" | sort) <(sed 's/,"cluster.*//' "$2" | sort) | wc -l
}

verdict() { # SENTENCE AWK-CONDITION
    awk -v text="$1" "BEGIN { printf \"    target: %s: %s\\n\", text, ($2) ? \"met\" : \"MISSED\" }"
}

echo "1. Short Chinese texts, one in five a planted near-duplicate; 5 characters, 0.8"
echo "   (wall time of reading, cutting, joining, proving and writing pairs and rows)"
echo
growth=
for rows in ${DEDUP_ROWS:-20000 100000 1000000 5000000}; do
    "$python" bench/records.py questions "$work/in.jsonl" "$rows" 1
    heads "$rows rows"
    measure "exact, 2 threads" "$work/in.jsonl" -j 2 --pairs "$work/exact" -o "$work/out"
    two=$seconds
    growth="$growth $rows $seconds $megabytes"
    [ "$rows" != 1000000 ] ||
        verdict "a million in under 20 s and 1.5 GB" "$seconds < 20 && $megabytes < 1500"
    measure "exact, 1 thread" "$work/in.jsonl" -j 1 --pairs "$work/one" -o "$work/out"
    cmp "$work/exact" "$work/one"
    measure "minhash, 2 threads" "$work/in.jsonl" -j 2 --method minhash --pairs "$work/minhash" \
        -o "$work/out"
    found=$(same_pairs "$work/minhash" "$work/exact") all=$(wc -l <"$work/exact")
    echo "    minhash finds $found of $all pairs"
    verdict "recall of 0.98 at 0.8" "$found >= 0.98 * $all"
    case " ${DEDUP_PEER_ROWS:-20000 100000} " in
    *" $rows "*)
        if [ -z "${DATASKETCH:-}" ]; then
            echo "    datasketch was not measured: DATASKETCH names no folder"
        else
            "$python" bench/dedup_datasketch.py "$work/in.jsonl" "$work/exact" | tee "$work/peer"
            ratio=$(awk -v s="$two" '{ printf "%.1f", $4 / s }' "$work/peer")
            echo "    exact, 2 threads, is $ratio times as fast as datasketch in 2 processes"
            verdict "30 times the rows/s while finding every pair" "$ratio >= 30"
        fi
        ;;
    esac
    echo
done
echo "growth from one size to the next (1.0 = as the rows):"
# shellcheck disable=SC2086
printf '%s %s %s\n' $growth | awk 'NR > 1 {
    printf "    %d to %d rows: time %.2f, memory %.2f\n", r, $1, $2 / s / ($1 / r), $3 / m / ($1 / r) }
    { r = $1; s = $2; m = $3 }'
echo "    text-dedup was not measured: it needs Python 3.12, datasets and polars, which Debian 12 lacks"

echo
echo "2. Real corpora, 2 threads"
echo
"$python" bench/records.py smilechat "$work/smile.jsonl"
take medquad $data/medquad/medquad_shared.tar.zst "$work/medquad.jsonl"
take huatuo26m $data/zhongjing/huatuo26M_test_first3000.json.zst "$work/huatuo.jsonl"
heads "exact, 0.8"
measure "SMILECHAT, whole dialogues" "$work/smile.jsonl" -j 2
measure "SMILECHAT, whole, 0.5" "$work/smile.jsonl" -j 2 --threshold 0.5
measure "SMILECHAT, opening turns" "$work/smile.jsonl" -j 2 --field question --pairs "$work/exact"
measure "SMILECHAT, openings, minhash" "$work/smile.jsonl" -j 2 --field question --method minhash \
    --pairs "$work/minhash"
echo "    minhash finds $(same_pairs "$work/minhash" "$work/exact") of $(wc -l <"$work/exact") pairs"
measure "SMILECHAT, the doctor's side" "$work/smile.jsonl" -j 2 --field doctor
measure "MedQuAD, questions" "$work/medquad.jsonl" -j 2 --field question
measure "MedQuAD, answers" "$work/medquad.jsonl" -j 2 --field answer
measure "Huatuo-26M, questions" "$work/huatuo.jsonl" -j 2 --field question
measure "Huatuo-26M, answers, 0.5" "$work/huatuo.jsonl" -j 2 --field answer --threshold 0.5

echo
echo "3. Labelled near-duplicates: MTS-Dialog and its back-translations (English, French,"
echo "   English), 2,402 dialogues, 1,201 pairs. How many reach a threshold is a property of"
echo "   the texts, not of the join, which finds all that do; the table helps to choose a unit."
echo
take mts-dialog "$(echo $data/mts_dialog/Augmented-Data/*2402-Pairs.csv.zst)" "$work/mts.jsonl"
printf '%-6s %2s %9s %7s %9s %7s %10s\n' unit n threshold pairs labelled recall precision
while read -r unit n threshold; do
    "$program" dedup "$work/mts.jsonl" -q --unit "$unit" -n "$n" -t "$threshold" --pairs "$work/pairs"
    # the id of a back-translation ends in that of its original
    sed 's/.*-\([0-9]*\)","b":".*EN \([0-9]*\)","jacc.*/\1 \2/' "$work/pairs" |
        awk -v unit="$unit" -v n="$n" -v t="$threshold" '{ right += NF == 2 && $1 == $2 }
            END { printf "%-6s %2d %9s %7d %9d %7.2f %10.2f\n", unit, n, t, NR, right,
                  right / 1201, NR ? right / NR : 0 }'
done <<'EOF'
word 3 0.8
word 3 0.5
word 3 0.3
word 1 0.5
char 5 0.4
char 3 0.6
char 3 0.4
EOF

echo
echo "4. Against brute force over the shingles as strings, thresholds 0.5 to 0.95"
echo "   (test/unit/test_dedup.c; every line is all pairs, equal to the last bit)"
echo
DEDUP_TEST_ROWS=${DEDUP_TEST_ROWS:-20000} "$build/test/unit/test_dedup" 2>&1 |
    grep -E 'seed|texts,|OK|FAILED|PASSED'
