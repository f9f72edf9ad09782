#!/bin/bash
# Import against Python's json and csv doing the same mapping, in one run: rows
# to records with all keys of the schema. Best of three, processor seconds.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$ROOT/bench/import_data.py" make "$work"

best() { # COMMAND…: lowest user+system seconds of three runs
    local lowest=999999 seconds
    for _ in 1 2 3; do
        seconds=$({ /usr/bin/env TIMEFORMAT='%U %S' bash -c 'time "$@" >/dev/null 2>&1' _ "$@"; } 2>&1 |
            awk '{ print $1 + $2 }')
        lowest=$(awk -v a="$lowest" -v b="$seconds" 'BEGIN { print (b < a) ? b : a }')
    done
    echo "$lowest"
}

printf '%-28s %8s %14s %14s %8s\n' input MB "anamnesis MB/s" "Python MB/s" ratio
for row in "long.jsonl medqa" "long.csv mts-dialog" "long.json sharegpt"; do
    set -- $row
    mb=$(awk -v b="$(stat -c %s "$work/$1")" 'BEGIN { printf "%.1f", b / 1e6 }')
    ours=$(best "$ANAMNESIS" import "$2" "$work/$1" -q -j 1 -o "$work/out.jsonl")
    theirs=$(best python3 "$ROOT/bench/import_data.py" map "$work/$1" "$work/python.jsonl")
    awk -v name="$1 ($2)" -v mb="$mb" -v a="$ours" -v b="$theirs" \
        'BEGIN { printf "%-28s %8.1f %14.0f %14.0f %8.1f\n", name, mb, mb / a, mb / b, b / a }'
done
ours=$({ TIMEFORMAT=%R; time "$ANAMNESIS" import medqa "$work/long.jsonl" -q -o "$work/out.jsonl"; } 2>&1)
one=$({ TIMEFORMAT=%R; time "$ANAMNESIS" import medqa "$work/long.jsonl" -q -j 1 -o "$work/out.jsonl"; } 2>&1)
awk -v a="$ours" -v b="$one" 'BEGIN { printf "\nall cores against one (wall): %.2f s, %.2f s: %.1f times\n", a, b, b / a }'
# Memory for 2 GB, repeated from the same rows.
for _ in 1 2 3 4 5 6 7 8 9 10; do cat "$work/long.jsonl"; done |
    "$ANAMNESIS" import medqa - -q -o /dev/null &
pid=$! peak=0
while kill -0 $pid 2>/dev/null; do
    now=$(awk '/VmHWM/ { print int($2 / 1024) }' /proc/$pid/status 2>/dev/null || echo 0)
    [ "${now:-0}" -gt $peak ] && peak=$now
    sleep 0.2
done
wait $pid
echo "peak memory for $(awk -v b="$(stat -c %s "$work/long.jsonl")" 'BEGIN { printf "%.1f", b / 1e8 }') GB of JSON lines: $peak MiB"
