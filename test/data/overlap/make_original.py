#!/usr/bin/env python3
"""Reference values of overlap-original.test, by the original tools.

    PYTHONPATH=FOLDER /usr/bin/python3 test/data/overlap/make_original.py \\
        > test/data/overlap/original.txt

FOLDER holds, as packages: sacrebleu (github.com/mjpost/sacrebleu, commit
f615c72), rouge (rouge_score of github.com/google-research/google-research as
copied in github.com/ZhangShiyue/EmailSum, commit d381137, its download of
sentence models left out) and rouge_chinese
(github.com/Isaac-JL-Chen/rouge_chinese, commit dd03f01). Their packages
portalocker, tabulate and absl are not needed for what is called here; empty
modules do. None of it is part of this program.

rouge_score keeps nothing but ASCII letters and digits, so it and rouge_chinese
are given a name for each token ("t1", "t2", …): characters of Chinese, else
what spaces part. Lines: LANGUAGE TOKENS NAME VALUE.
"""
import pathlib

from rouge import rouge_scorer
from rouge_chinese import Rouge
from sacrebleu.metrics import BLEU, CHRF

HERE = pathlib.Path(__file__).parent
SMOOTH = {"": ("none", None), "_exp": ("exp", None), "_floor": ("floor", 0.1),
          "_add_k": ("add-k", 1)}


def show(lang, tokens, name, value):
    print(f"{lang} {tokens} {name} {value:.8f}")


def bleu(lang, tokens, hyp, ref):
    for suffix, (method, value) in SMOOTH.items():
        for order in range(1, 5):
            metric = BLEU(tokenize=tokens, smooth_method=method, smooth_value=value,
                          max_ngram_order=order, effective_order=False, force=True)
            score = metric.corpus_score(hyp, [ref])
            show(lang, tokens, f"bleu_{order}{suffix}", score.score / 100)
    show(lang, tokens, "brevity_penalty", score.bp)


def named(texts, by_character, names):
    out = []
    for text in texts:
        tokens = [c for c in text if not c.isspace()] if by_character else text.split()
        out.append(" ".join(names.setdefault(t, f"t{len(names)}") for t in tokens))
    return out


def rouge(lang, tokens, hyp, ref):
    names = {}
    hyp, ref = (named(t, tokens == "char", names) for t in (hyp, ref))
    sums = {}
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"])
    for h, r in zip(hyp, ref):
        ours = {}
        for key, s in scorer.score(r, h).items():
            name = {"rouge1": "rouge_1", "rouge2": "rouge_2", "rougeL": "rouge_l"}[key]
            ours |= {f"{name}_p": s.precision, f"{name}_r": s.recall, f"{name}_f1": s.fmeasure}
        for key, s in Rouge(metrics=["rouge-1", "rouge-2"]).get_scores(h, r)[0].items():
            name = key.replace("-", "_") + "_set"
            ours |= {f"{name}_p": s["p"], f"{name}_r": s["r"], f"{name}_f1": s["f"]}
        for name, value in ours.items():
            sums[name] = sums.get(name, 0) + value
    for name, value in sums.items():
        show(lang, tokens, name, value / len(hyp))


for lang in ("zh", "en", "nl"):
    hyp, ref = ((HERE / f"{lang}-{side}.txt").read_text().splitlines()
                for side in ("hyp", "ref"))
    for tokens in ("zh", "char") if lang == "zh" else ("13a", "char"):
        bleu(lang, tokens, hyp, ref)
    show(lang, "char", "chrf", CHRF().corpus_score(hyp, [ref]).score / 100)
    rouge(lang, "char" if lang == "zh" else "space", hyp, ref)
