#!/usr/bin/env python3
"""The reference of bench/measure.sh: structure and vocabulary of dialogues as
people compute them in Python: NLTK's word tokeniser, FreqDist and n-grams;
richness written as LexicalRichness writes it (sets over windows, SciPy's
hypergeometric distribution for HD-D); NumPy and SciPy for the rest.

    bench/measure_python.py RECORDS.jsonl

Prints the values and how many there are. Left out of what `measure` computes in
the same families: Self-BLEU (NLTK's takes minutes), intervals, medians,
function words.
"""
import json
import math
import sys

import numpy
from nltk.probability import FreqDist
from nltk.tokenize import NLTKWordTokenizer
from nltk.util import ngrams
from scipy import stats


def mtld_pass(words, threshold):
    factors, terms, count = 0, set(), 0
    for word in words:
        count += 1
        terms.add(word)
        ttr = len(terms) / count
        if ttr <= threshold:
            factors, terms, count = factors + 1, set(), 0
    if count:
        factors += (1 - ttr) / (1 - threshold)
    return len(words) / factors if factors else math.nan


def mtld(words, threshold=0.72):
    return (mtld_pass(words, threshold) + mtld_pass(words[::-1], threshold)) / 2


def mattr(words, window=50):
    scores = [len(set(words[i:i + window])) / window
              for i in range(len(words) - window + 1)]
    return sum(scores) / len(scores) if scores else math.nan


def msttr(words, window=50):
    scores = [len(set(words[i:i + window])) / window
              for i in range(0, len(words) - window + 1, window)]
    return sum(scores) / len(scores) if scores else math.nan


def hdd(words, draws=42):
    if len(words) < draws:
        return math.nan
    return sum((1 - stats.hypergeom.pmf(0, len(words), count, draws)) / draws
               for count in FreqDist(words).values())


def structure(record, turns):
    lengths = numpy.array([len(turn) for turn in turns], float)
    roles = [turn["role"] for turn in record["turns"]]
    runs = [1]
    for before, role in zip(roles, roles[1:]):
        if role == before:
            runs[-1] += 1
        else:
            runs.append(1)
    doctor = sum(n for n, role in zip(lengths, roles) if role == "doctor")
    off = lengths - lengths.mean()
    return {"turns": len(turns), "length": lengths.sum(), "turn_length": lengths.mean(),
            "share_doctor": doctor / lengths.sum(),
            "alternation_rate": (len(runs) - 1) / max(1, len(turns) - 1),
            "run_length_entropy": stats.entropy(numpy.bincount(runs), base=2),
            "turn_length_cv": stats.variation(lengths),
            "turn_length_autocorrelation":
                float(off[1:] @ off[:-1] / (off @ off)) if (off @ off) > 0 else math.nan,
            "short_turn_share": float((lengths <= 2).mean())}


def vocabulary(turns, words):
    freq = FreqDist(words)
    n, v = freq.N(), freq.B()
    values = {"ttr": v / n, "root_ttr": v / math.sqrt(n), "cttr": v / math.sqrt(2 * n),
              "msttr": msttr(words), "mattr": mattr(words), "mtld": mtld(words),
              "hdd": hdd(words),
              "yule_k": 1e4 * (sum(c * c for c in freq.values()) - n) / n ** 2,
              "maas": (math.log(n) - math.log(v)) / math.log(n) ** 2,
              "hapax_share": len(freq.hapaxes()) / v}
    for size in (1, 2, 3):
        grams = [g for turn in turns for g in ngrams(turn, size)]
        if grams:
            values[f"distinct_{size}_sent"] = len(set(grams)) / len(grams)
    return values


def main():
    tokenizer = NLTKWordTokenizer()
    columns, grams = {}, {n: FreqDist() for n in (1, 2, 3, 4)}
    for line in open(sys.argv[1], encoding="utf-8"):
        record = json.loads(line)
        turns = [[w for w in tokenizer.tokenize(turn["text"].lower())
                  if any(c.isalnum() for c in w)] for turn in record["turns"]]
        words = [w for turn in turns for w in turn]
        for name, value in {**structure(record, turns), **vocabulary(turns, words)}.items():
            columns.setdefault(name, []).append(value)
        for size, seen in grams.items():
            for turn in turns:
                seen.update(ngrams(turn, size))
    values = {name: float(numpy.nanmean(column)) for name, column in columns.items()}
    for size, seen in grams.items():
        values[f"distinct_{size}"] = seen.B() / seen.N()
        values[f"ngram_entropy_{size}"] = stats.entropy(list(seen.values()), base=2)
    counts = numpy.array(sorted(grams[1].values(), reverse=True), float)
    values["zipf_slope"] = stats.linregress(
        numpy.log(numpy.arange(1, len(counts) + 1)), numpy.log(counts)).slope
    for name, value in values.items():
        print(f"{name} {value:.4f}")
    print(f"{len(values)} values")


main()
