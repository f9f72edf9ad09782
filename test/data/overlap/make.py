#!/usr/bin/env python3
"""Reference values of overlap-nltk.test, by NLTK 3.8 (Debian: python3-nltk).

    /usr/bin/python3 test/data/overlap/make.py > test/data/overlap/nltk.txt

Tokens are what spaces part, as in `overlap --tokens space`. Every hypothesis
has four tokens or more: NLTK counts one n-gram where a text has none, which
sacreBLEU, whose convention `overlap` follows, does not.
"""
import pathlib
import warnings

from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu, sentence_bleu

warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent
hyp, ref = ([line.split() for line in (here / name).read_text().splitlines()]
            for name in ("hypotheses.txt", "references.txt"))
for n in range(1, 5):
    weights = tuple(1 / n for _ in range(n))
    print(f"bleu_{n} {corpus_bleu([[r] for r in ref], hyp, weights=weights):.6f}")
smooth = SmoothingFunction().method7
for n in range(1, 5):
    weights = tuple(1.0 if i == n - 1 else 0.0 for i in range(4))
    values = [sentence_bleu([r], h, weights=weights, smoothing_function=smooth)
              for h, r in zip(hyp, ref)]
    print(f"sentence_bleu_{n} {sum(values) / len(values):.6f}")
