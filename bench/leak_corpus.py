#!/usr/bin/env python3
"""Makes a reference of many turns and a corpus with copies planted in it.

    leak_corpus.py FOLDER TURNS [SEED]

FOLDER/reference.jsonl: TURNS turns, half Chinese, half English, ten to a
dialogue. Words and characters follow a Zipf law, and one turn in ten is one of
500 sentences that many dialogues share. FOLDER/checked.jsonl: a fifth as many
turns of the same kind with other words, a stock phrase in every dialogue; in
every tenth dialogue one run of the reference, exactly 30 characters or 10
words, stands inside a turn. FOLDER/planted.txt: their ids.
"""
import bisect
import itertools
import json
import random
import sys

HAN = [chr(c) for c in range(0x4E00, 0x4E00 + 3000)]
CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"
STOCK = {"zh": "您好，请问有什么可以帮您？", "en": "How can I help you today?"}


class Words:
    """Draws words of one language by a Zipf law."""

    def __init__(self, rng, lang, first):
        self.rng, self.lang = rng, lang
        if lang == "zh":
            self.words = HAN[first:first + 1500]
        else:
            syllables = [c + v for c in CONSONANTS for v in VOWELS]
            names = ["".join(p) for p in itertools.product(syllables, repeat=3)]
            self.words = names[first * 10:first * 10 + 15000]
            random.Random(1).shuffle(self.words)
        self.sums = list(itertools.accumulate(
            1 / (i + 3) for i in range(len(self.words))))

    def draw(self, count):
        return [self.words[bisect.bisect(self.sums, self.rng.random() * self.sums[-1])]
                for _ in range(count)]

    def join(self, words):
        return ("" if self.lang == "zh" else " ").join(words)


def turn_length(rng, lang):
    return rng.randint(12, 60) if lang == "zh" else rng.randint(6, 26)


def record(number, lang, texts):
    turns = [{"role": "patient" if i % 2 else "doctor", "speaker": None, "text": t}
             for i, t in enumerate(texts)]
    return {"id": number, "kind": "dialogue", "lang": lang,
            "relation": "doctor-patient", "turns": turns, "brief": None,
            "case_id": None, "source": "made for bench/leak.sh", "license": None,
            "split": None, "provenance": None, "meta": []}


def main():
    folder, turns = sys.argv[1], int(sys.argv[2])
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    theirs = {lang: Words(rng, lang, 0) for lang in STOCK}
    ours = {lang: Words(rng, lang, 1500) for lang in STOCK}
    shared = {lang: [theirs[lang].draw(turn_length(rng, lang)) for _ in range(500)]
              for lang in STOCK}
    kept = {"zh": [], "en": []}
    with open(f"{folder}/reference.jsonl", "w") as out:
        for n in range(turns // 10):
            lang = "en" if n % 2 else "zh"
            lists = [rng.choice(shared[lang]) if rng.random() < 0.1 else
                     theirs[lang].draw(turn_length(rng, lang)) for _ in range(10)]
            least = 30 if lang == "zh" else 10
            fit = [words for words in lists if len(words) >= least]
            if n % 9 == 0 and fit:
                words = rng.choice(fit)
                start = rng.randint(0, len(words) - least)
                kept[lang].append(words[start:start + least])
            texts = [theirs[lang].join(words) for words in lists]
            out.write(json.dumps(record(f"r{n}", lang, texts), ensure_ascii=False) + "\n")
    with open(f"{folder}/checked.jsonl", "w") as out, \
            open(f"{folder}/planted.txt", "w") as planted:
        for n in range(turns // 50):
            lang = "en" if n % 2 else "zh"
            lists = [ours[lang].draw(turn_length(rng, lang)) for _ in range(9)]
            if n // 2 % 5 == 0 and kept[lang]:
                at = rng.randrange(9)
                cut = rng.randint(0, len(lists[at]))
                lists[at][cut:cut] = kept[lang].pop()
                planted.write(f"c{n}\n")
            texts = [STOCK[lang]] + [ours[lang].join(words) for words in lists]
            out.write(json.dumps(record(f"c{n}", lang, texts), ensure_ascii=False) + "\n")


main()
