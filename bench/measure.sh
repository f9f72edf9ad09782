#!/bin/bash
# Speed of `measure`: against the same values in Python (NLTK, SciPy,
# LexicalRichness-style) on the same dialogues in one run; then the default
# families on 100,000 dialogues of about 100 MB, cut from SMILECHAT, on a quarter
# and a half of them (growth), and on all whole dialogues. Processor time is
# compared, ours on one thread, so that a busy machine disturbs less.
# Needs ../shared/data, python3-nltk, python3-scipy.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=../shared/data
spent() { # COMMAND…: user and system seconds, wall time, peak memory
    /usr/bin/time -f '%U %S %M %e' -o "$work/time" "$@" >"$work/out" 2>"$work/err" || {
        cat "$work/err"
        exit 1
    }
    tail -n 1 "$work/time" |
        awk '{ printf "%6.2f s processor, %5.1f s wall, %4.0f MB\n", $1 + $2, $4, $3 / 1024 }'
}
about() { # FILE
    echo "$(wc -l <"$1") dialogues, $(($(stat -c %s "$1") / 1000000)) MB"
}

./anamnesis import transcript $data/osce_simulated/utf8 -o "$work/osce.jsonl" 2>/dev/null
./anamnesis import aci-bench $data/aci_bench -o "$work/aci.jsonl" 2>/dev/null
./anamnesis import mts-dialog $data/mts_dialog/Main-Dataset -o "$work/mts.jsonl" 2>/dev/null
cat "$work"/{osce,aci,mts}.jsonl >"$work/en.jsonl"
echo "load of the machine before: $(cut -d " " -f 1 /proc/loadavg)"
echo "English: $(about "$work/en.jsonl")"
ours=$(spent ./anamnesis measure "$work/en.jsonl" -j 1 --metrics structure,vocabulary)
echo "  measure structure,vocabulary, -j 1  $ours"
theirs=$(spent /usr/bin/python3 bench/measure_python.py "$work/en.jsonl")
echo "  Python, $(tail -n 1 "$work/out") of these          $theirs"
echo "$ours $theirs" |
    awk '{ print "  ratio of processor time             " sprintf("%.0f", $9 / $1) "x" }'
python3 bench/records.py pieces "$work/pieces.jsonl" 100000
head -n 25000 "$work/pieces.jsonl" >"$work/quarter.jsonl"
head -n 50000 "$work/pieces.jsonl" >"$work/half.jsonl"
echo "Chinese: $(about "$work/pieces.jsonl")"
echo "  measure, all families, a quarter    $(spent ./anamnesis measure "$work/quarter.jsonl")"
echo "  measure, all families, a half       $(spent ./anamnesis measure "$work/half.jsonl")"
echo "  measure, all families               $(spent ./anamnesis measure "$work/pieces.jsonl")"
python3 bench/records.py smilechat "$work/whole.jsonl"
echo "Chinese, whole dialogues: $(about "$work/whole.jsonl")"
echo "  measure, all families               $(spent ./anamnesis measure "$work/whole.jsonl")"
