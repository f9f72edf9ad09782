#!/bin/bash
# Speed of `classify` with all shipped rules on one core, Chinese and English,
# with and without writing records; and the same answers from PCRE2 alone
# (ANAMNESIS_CPU=scalar), expression by expression, as the reference. Processor
# time is taken, less that of a run over one row: compiling the rules costs half
# a second once. Target: 60 MB/s a core. Needs ../shared/data.
set -eu
cd "$(dirname "$0")/.."
program=${ANAMNESIS:-build/release/anamnesis}
data=../shared/data
work=$(mktemp -d "${TMPDIR:-/tmp}/anamnesis-classify-XXXXXX")
trap 'rm -rf "$work"' EXIT

take() { # FORMAT PATH; exit status 3 tells of rows without an answer
    "$program" import "$1" "$2" -q -o "$work/part.jsonl" || [ $? = 3 ]
    cat "$work/part.jsonl"
}
spent() { # ARGUMENTS…: the least processor seconds of three runs
    for _ in 1 2 3; do
        /usr/bin/time -f '%U %S' -o "$work/time" "$program" classify -j 1 -q "$@" >/dev/null 2>&1
        tail -n 1 "$work/time" | awk '{ print $1 + $2 }'
    done | sort -n | head -n 1
}

{ take xmedbench $data/apollo_mcq/dev_zh.json
  take huatuo26m $data/zhongjing/huatuo26M_test_first3000.json.zst
  take toyhom $data/toyhom_zh_qa/内科_first4500.csv.zst; } >"$work/one-zh"
{ take medquad $data/medquad/medquad_shared.tar.zst
  take medmcqa $data/medmcqa/dev_first500.json
  take medqa $data/medqa_usmle/phrases_no_exclude_test_first300.jsonl; } >"$work/one-en"
for lang in zh en; do
    for _ in 1 2 3 4 5 6; do cat "$work/one-$lang"; done >"$work/$lang"
    head -n 1 "$work/$lang" >"$work/row"
    bytes=$(stat -c %s "$work/$lang")
    echo "$lang: $(wc -l <"$work/$lang") rows, $((bytes / 1000000)) MB"
    start=$(spent "$work/row" --json)
    for how in "verdicts only" "records written"; do
        case $how in v*) options=(--json) ;; *) options=(-o /dev/null) ;; esac
        ours=$(spent "$work/$lang" "${options[@]}")
        theirs=$(ANAMNESIS_CPU=scalar spent "$work/$lang" "${options[@]}")
        awk -v how="$how" -v bytes="$bytes" -v a="$ours" -v b="$theirs" -v s="$start" 'BEGIN {
            printf "  %-16s %6.1f MB/s a core, %5.1f x PCRE2 alone (%.1f MB/s)\n",
                how, bytes / 1e6 / (a - s), (b - s) / (a - s), bytes / 1e6 / (b - s) }'
    done
    "$program" classify "$work/$lang" -q -o "$work/fast"
    ANAMNESIS_CPU=scalar "$program" classify "$work/$lang" -q -o "$work/plain"
    cmp "$work/fast" "$work/plain" && echo "  same records from both"
done
