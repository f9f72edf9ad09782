#!/usr/bin/env python3
"""Makes texts.txt (words of nonsense, a text a line) and reference.txt: their
richness by LexicalRichness 0.5.1 and lexical_diversity (commit 746738d), the original
tools, which Debian does not have.

    PYTHONPATH=LEXICALRICHNESS:LEXICAL_DIVERSITY make.py

Both repositories (LSYS/LexicalRichness, kristopherkyle/lexical_diversity) must
be importable, with SciPy and pandas; Matplotlib is only needed for their plots
and stood in for here. A line of reference.txt: text, metric, value, tool.
"""
import pathlib
import random
import sys
import types

for name in "matplotlib", "matplotlib.pyplot":
    sys.modules[name] = types.ModuleType(name)
sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"]

from lexical_diversity import lex_div  # noqa: E402
from lexicalrichness import LexicalRichness  # noqa: E402

here = pathlib.Path(__file__).parent


def texts():
    rng = random.Random(20260101)
    words = ["".join(rng.choice("bdfklmnprstvz") + rng.choice("aeiou")
                     for _ in range(rng.randint(1, 3))) for _ in range(400)]
    for size, types_ in (121, 60), (163, 40), (257, 200), (389, 90), (707, 400), (1013, 30):
        weights = [1 / (rank + 1) for rank in range(types_)]
        yield rng.choices(words[:types_], weights, k=size)


def main():
    lines, values = [], []
    for number, words in enumerate(texts()):
        lines.append(" ".join(words))
        rich = LexicalRichness(words, preprocessor=None, tokenizer=None)
        for name, value in (
                ("ttr", rich.ttr), ("root_ttr", rich.rttr), ("cttr", rich.cttr),
                ("msttr", rich.msttr(50)), ("mattr", rich.mattr(50)),
                ("mtld", rich.mtld(0.72)), ("hdd", rich.hdd(42)),
                ("yule_k", rich.yulek), ("maas", rich.Maas)):
            values.append(f"{number} {name} {value:.12f} LexicalRichness")
        for name, value in (
                ("ttr", lex_div.ttr(words)), ("root_ttr", lex_div.root_ttr(words)),
                ("msttr", lex_div.msttr(words, 50)), ("mattr", lex_div.mattr(words, 50)),
                ("hdd", lex_div.hdd(words))):
            values.append(f"{number} {name} {value:.12f} lexical_diversity")
    (here / "texts.txt").write_text("\n".join(lines) + "\n")
    (here / "reference.txt").write_text("\n".join(values) + "\n")


main()
