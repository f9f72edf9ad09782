#!/bin/bash
# The publication's scale on the simulator: 20,000 accepted Chinese dialogues,
# 40 rounds, all filters, evolution on; and half and twice of it, so that the
# growth is seen. The reference is the run of half the size, in the same script.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
before=
for target in 10000 20000 40000; do
    /usr/bin/env python3 - "$ANAMNESIS" "$folder/$target" "$target" <<'P'
import resource
import subprocess
import sys
import time
program, folder, target = sys.argv[1:]
start = time.monotonic()
subprocess.run([program, "generate", "-q", "--target", target, "--rounds", "40", "-o", folder],
               check=True)
seconds = time.monotonic() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{target} accepted: {seconds:.1f} s wall, {usage.ru_utime + usage.ru_stime:.1f} s cpu, "
      f"{usage.ru_maxrss / 1024:.0f} MB")
with open(folder + ".seconds", "w") as f:
    f.write(f"{seconds}")
P
    now=$(cat "$folder/$target.seconds")
    if [ -n "$before" ]; then
        python3 -c "print(f'ratio to half the target: {$now / $before:.2f}')"
    fi
    before=$now
done
