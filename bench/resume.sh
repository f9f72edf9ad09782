#!/bin/bash
# Resume of a journal of ROWS (1,000,000) rows: time until the next wave is
# planned, beside a plain SQLite scan of the same rows. Needs some 6 GB of disk
# for a million rows (TMPDIR).
set -eu
rows=${ROWS:-1000000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$ANAMNESIS" generate -q --target 2000000 --rounds 40 --limit 4000 -o "$folder/run"
"$ROOT/tools/make-journal" "$folder/run/run.db" "$rows"
"$BUILD/bench/parts/resume" "$folder/run"
