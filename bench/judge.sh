#!/bin/bash
# The publication's evaluation at its size: 550 questions x 15 models x 1 judge
# over HTTP, 64 in flight, against the scripted endpoint with a delay of DELAY_MS
# (50) before every reply. The reference is what the endpoint alone needs:
# verdicts x delay / 64. Then the same with no delay: the client's own processor
# time for a verdict, and that of a second run that finds all in the cache.
set -eu
exec /usr/bin/env python3 "$ROOT/bench/judge_scale.py"
