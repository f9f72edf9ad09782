#!/usr/bin/env python3
"""Near-duplicates with datasketch, for comparison with `anamnesis dedup`.

    DATASKETCH=FOLDER bench/dedup_datasketch.py IN.jsonl EXACT_PAIRS.jsonl

FOLDER holds the package as published (github.com/ekzhu/datasketch); it needs
numpy and scipy. The texts are cut as `anamnesis dedup` cuts them (folded,
letters, marks and numbers, 5 characters). Signatures of 128 permutations are
made in two processes with update_batch, then MinHashLSH at 0.8 gives the
candidates. Prints seconds, rows/s, memory and the share of the exact pairs that
are among the candidates.
"""
import json
import multiprocessing
import os
import resource
import sys
import time
import unicodedata

sys.path.insert(0, os.environ["DATASKETCH"])
from datasketch import MinHash, MinHashLSH  # noqa: E402


def shingles(text):
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in text if unicodedata.category(c)[0] in "LMN")
    if len(text) <= 5:
        return {text} if text else set()
    return {text[i:i + 5] for i in range(len(text) - 4)}


def sign(line):
    row = json.loads(line)
    pieces = shingles(row["question"])
    if not pieces:
        return row["id"], None
    signature = MinHash(num_perm=128)
    signature.update_batch([piece.encode() for piece in pieces])
    return row["id"], signature


def main():
    start = time.time()
    index = MinHashLSH(threshold=0.8, num_perm=128)
    found, rows = set(), 0
    with multiprocessing.Pool(2) as pool, open(sys.argv[1], encoding="utf-8") as lines:
        for name, signature in pool.imap(sign, lines, chunksize=500):
            rows += 1
            if signature is None:
                continue
            found.update((other, name) for other in index.query(signature))
            index.insert(name, signature, check_duplication=False)
    seconds = time.time() - start
    exact = set()
    with open(sys.argv[2], encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            exact.add((pair["a"], pair["b"]))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"datasketch {rows} rows {seconds:.2f} s {rows / seconds:.0f} rows/s "
          f"{memory} MB, {len(found & exact)} of {len(exact)} pairs, "
          f"{len(found)} candidates")


main()
