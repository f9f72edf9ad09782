#!/usr/bin/env python3
"""The reference of bench/measure.sh: lexical measures of dialogues as people
compute them in Python (NLTK's tokeniser and n-grams, LexicalRichness-style
MTLD, MATTR and HD-D with SciPy). Prints the means and the processor time.

    bench/measure_python.py RECORDS.jsonl
"""
import json
import math
import statistics
import sys
import time

from nltk.tokenize import wordpunct_tokenize
from nltk.util import ngrams
from scipy.stats import hypergeom


def mtld_pass(tokens, threshold):
    factors, seen, length = 0.0, set(), 0
    for token in tokens:
        length += 1
        seen.add(token)
        if len(seen) / length <= threshold:
            factors, seen, length = factors + 1, set(), 0
    if length:
        factors += (1 - len(seen) / length) / (1 - threshold)
    return len(tokens) / factors if factors else None


def mtld(tokens):
    both = mtld_pass(tokens, 0.72), mtld_pass(tokens[::-1], 0.72)
    return None if None in both else sum(both) / 2


def mattr(tokens, window=50):
    if len(tokens) < window:
        return None
    return statistics.fmean(len(set(tokens[i:i + window])) / window
                            for i in range(len(tokens) - window + 1))


def hdd(tokens, draws=42):
    if len(tokens) < draws:
        return None
    counts = {}
    for token in tokens:
        counts[token] = counts.get(token, 0) + 1
    return sum((1 - hypergeom.pmf(0, len(tokens), n, draws)) / draws
               for n in counts.values())


def main():
    start = time.process_time()
    values = {"turns": [], "ttr": [], "mtld": [], "mattr": [], "hdd": []}
    seen, total = [set() for _ in range(3)], [0] * 3
    for line in open(sys.argv[1], encoding="utf-8"):
        record = json.loads(line)
        turns = [[w for w in wordpunct_tokenize(t["text"].lower()) if w[0].isalnum()]
                 for t in record["turns"]]
        tokens = [w for turn in turns for w in turn]
        values["turns"].append(len(turns))
        values["ttr"].append(len(set(tokens)) / len(tokens))
        for name, value in ("mtld", mtld(tokens)), ("mattr", mattr(tokens)), ("hdd", hdd(tokens)):
            if value is not None:
                values[name].append(value)
        for turn in turns:
            for n in range(3):
                grams = list(ngrams(turn, n + 1))
                seen[n].update(grams)
                total[n] += len(grams)
    for name, column in values.items():
        print(name, round(statistics.fmean(column), 4))
    for n in range(3):
        print(f"distinct_{n + 1}", round(len(seen[n]) / total[n], 4))
    print("seconds", round(time.process_time() - start, 2))


main()
