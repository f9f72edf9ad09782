#!/bin/bash
# Speed of `measure` (structure and vocabulary) against the Python computation
# of the same lexical measures on the same dialogues; then all families on the
# 29,533 SMILECHAT dialogues (101 MB), and `leak` with these as reference.
# Processor time is compared, on one thread, so that a busy machine disturbs
# less. Needs ../shared/data, python3-nltk, python3-scipy.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=../shared/data
spent() { # COMMAND…: user and system seconds, and peak memory in MB
    /usr/bin/time -f '%U %S %M %e' -o "$work/time" "$@" >"$work/out" 2>/dev/null || :
    tail -n 1 "$work/time" | awk '{ printf "%.2f s processor, %.1f s wall, %.0f MB\n", $1 + $2, $4, $3 / 1024 }'
}

echo "date: $(date -u +%F)"
echo "commit: $(git describe --always --dirty)"
echo "cpu: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), cores: $(nproc)"
./anamnesis import transcript $data/osce_simulated/utf8 -o "$work/osce.jsonl" 2>/dev/null
./anamnesis import aci-bench $data/aci_bench -o "$work/aci.jsonl" 2>/dev/null
cat "$work/osce.jsonl" "$work/aci.jsonl" >"$work/en.jsonl"
echo "English: $(wc -l <"$work/en.jsonl") dialogues, $(($(stat -c %s "$work/en.jsonl") / 1000000)) MB"
ours=$(spent ./anamnesis measure "$work/en.jsonl" -j 1 --metrics structure,vocabulary)
echo "  measure structure,vocabulary   $ours"
theirs=$(spent /usr/bin/python3 bench/measure_python.py "$work/en.jsonl")
echo "  Python, seven of these values  $theirs"
echo "$ours $theirs" | awk '{ print "  ratio of processor time        " sprintf("%.0f", $9 / $1) "x" }'
./anamnesis import smilechat $data/smilechat/smilechat_1-30000.jsonl.zst -o "$work/zh.jsonl" 2>/dev/null
echo "Chinese: $(wc -l <"$work/zh.jsonl") dialogues, $(($(stat -c %s "$work/zh.jsonl") / 1000000)) MB"
head -n 7383 "$work/zh.jsonl" >"$work/quarter.jsonl"
echo "  measure, all, a quarter        $(spent ./anamnesis measure "$work/quarter.jsonl")"
echo "  measure, all                   $(spent ./anamnesis measure "$work/zh.jsonl")"
echo "  leak, itself as reference      $(spent ./anamnesis leak "$work/quarter.jsonl" -r "$work/zh.jsonl")"
