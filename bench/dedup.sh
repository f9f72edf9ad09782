#!/bin/bash
# Near-duplicate join: rows a second and memory over sizes, and side by side
# with datasketch where DATASKETCH names its folder and PYTHON has numpy and
# scipy. DEDUP_ROWS sets the sizes (default "20000 100000 1000000"),
# DEDUP_PEER_ROWS those of the comparison (default "20000 100000").
set -eu
cd "$(dirname "$0")/.."
program=${ANAMNESIS:-build/release/anamnesis}
python=${PYTHON:-python3}
work=$(mktemp -d "${TMPDIR:-/tmp}/anamnesis-dedup-XXXXXX")
trap 'rm -rf "$work"' EXIT

measure() { # NAME ARGUMENTS…
    local name=$1 seconds memory
    shift
    /usr/bin/time -f '%e %M' -o "$work/time" "$program" dedup "$@" -q --json >"$work/json"
    read -r seconds memory <"$work/time"
    awk -v n="$name" -v s="$seconds" -v m="$memory" -F'[:,}]' '{
        for (i = 1; i < NF; i++) { gsub(/["{]/, "", $i); v[$i] = $(i + 1) }
        printf "%-34s %8d rows %7.2f s %8.0f rows/s %6.0f MB %5.0f B/row  %d pairs, %d candidates\n",
            n, v["rows"], s, v["rows"] / s, m / 1024, m * 1024 / v["rows"], v["pairs"], v["candidates"]
    }' "$work/json"
}

echo "short Chinese texts, one in five a planted near-duplicate; 5 characters, 0.8"
for rows in ${DEDUP_ROWS:-20000 100000 1000000}; do
    "$python" bench/records.py questions "$work/in.jsonl" "$rows" 1
    measure "exact, 2 threads" "$work/in.jsonl" -j 2 --pairs "$work/exact" -o "$work/out.jsonl"
    measure "exact, 1 thread" "$work/in.jsonl" -j 1 --pairs "$work/one" -o "$work/out.jsonl"
    cmp "$work/exact" "$work/one"
    measure "minhash, 2 threads" "$work/in.jsonl" -j 2 --method minhash --pairs "$work/minhash"
    echo "    recall of minhash: $(sed 's/,"cluster.*//' "$work/minhash" | sort | comm -12 - \
        <(sed 's/,"cluster.*//' "$work/exact" | sort) | wc -l) of $(wc -l <"$work/exact") pairs"
    case " ${DEDUP_PEER_ROWS:-20000 100000} " in
    *" $rows "*)
        [ -z "${DATASKETCH:-}" ] ||
            "$python" bench/dedup_datasketch.py "$work/in.jsonl" "$work/exact"
        ;;
    esac
done
"$python" bench/records.py smilechat "$work/smile.jsonl"
echo "SMILECHAT dialogues"
measure "whole dialogues, exact" "$work/smile.jsonl" -j 2
measure "opening turns, exact" "$work/smile.jsonl" -j 2 --field question
measure "doctor's side, exact" "$work/smile.jsonl" -j 2 --field doctor
measure "whole dialogues, exact, 0.5" "$work/smile.jsonl" -j 2 --threshold 0.5
