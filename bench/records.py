#!/usr/bin/env python3
"""Makes record files for benchmarks from the public data in ../shared/data.

    bench/records.py smilechat OUT.jsonl             29,533 dialogues
    bench/records.py pieces OUT.jsonl COUNT          COUNT pieces of these
    bench/records.py questions OUT.jsonl COUNT SEED  COUNT short Chinese texts

`pieces` cuts every SMILECHAT dialogue into parts of three turns. `questions` takes the sentences of the SMILECHAT dialogues and the titles of the
Toyhom and Huatuo questions; beyond those it joins two clauses of different
sentences. One text in five is a planted near-duplicate: an earlier one with one
to three characters changed. Same arguments, same bytes.
"""
import csv
import io
import itertools
import json
import pathlib
import random
import re
import subprocess
import sys

DATA = pathlib.Path(__file__).resolve().parent.parent / ".." / "shared" / "data"


def unpack(name):
    return subprocess.run(["zstd", "-dc", str(DATA / name)], check=True,
                          stdout=subprocess.PIPE).stdout.decode()


def dialogue(number, turns):
    return {"id": f"smile-{number}", "kind": "dialogue", "lang": "zh",
            "relation": "doctor-patient", "turns": turns, "brief": None,
            "case_id": None, "source": "smilechat", "license": "CC0-1.0",
            "split": None, "provenance": None, "meta": []}


def question(name, text, answer="", lang="zh", source="bench"):
    return {"id": name, "kind": "question", "lang": lang, "case": None,
            "question": text, "options": [], "answer": answer,
            "answer_keys": [], "explanation": None, "context": None,
            "subject": None, "task": None, "phase": None, "specialty": None,
            "case_id": None, "source": source, "license": None, "split": None,
            "provenance": None, "meta": []}


def smilechat_rows():
    for line in unpack("smilechat/smilechat_1-30000.jsonl.zst").splitlines():
        yield json.loads(line)


def write(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False,
                                 separators=(",", ":")) + "\n")


def smilechat():
    for row in smilechat_rows():
        yield dialogue(row["id"], [
            {"role": "patient" if turn["role"] == "client" else "doctor",
             "speaker": None, "text": turn["content"]}
            for turn in row["dialog"]])


def pieces(count):
    rows = (dialogue(f"{row['id'][6:]}-{at}", row["turns"][at:at + 3])
            for row in smilechat() for at in range(0, len(row["turns"]), 3))
    return itertools.islice(rows, count)


def sentences():
    seen = set()
    texts = [row["title"] for row in csv.DictReader(
        io.StringIO(unpack("toyhom_zh_qa/内科_first4500.csv.zst")))]
    huatuo = json.loads(unpack("zhongjing/huatuo26M_test_first3000.json.zst"))
    texts += [row["instruction"][0] for row in huatuo]
    for row in smilechat_rows():
        for turn in row["dialog"]:
            texts += re.findall("[^。！？\n]+[。！？]?", turn["content"])
    for text in texts:
        text = text.strip()
        if 10 <= len(text) <= 60 and text not in seen:
            seen.add(text)
            yield text


def edit(text, rng, letters):
    text = list(text)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text))
        kind = rng.random()
        if kind < 0.5:
            text[at] = rng.choice(letters)
        elif kind < 0.75 and len(text) > 8:
            del text[at]
        else:
            text.insert(at, rng.choice(letters))
    return "".join(text)


def questions(count, seed):
    rng = random.Random(seed)
    real = list(sentences())
    rng.shuffle(real)
    clauses = [c for text in real for c in re.split("[，,；]", text)
               if 5 <= len(c) <= 30]
    letters = sorted(set("".join(real[:20000])))
    texts = []
    while len(texts) < count:
        if texts and rng.random() < 0.2:
            texts.append(edit(rng.choice(texts), rng, letters))
        elif real:
            texts.append(real.pop())
        else:
            texts.append(rng.choice(clauses) + "，" + rng.choice(clauses))
        yield question(f"q{len(texts)}", texts[-1])


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "smilechat":
        write(arguments[1], smilechat())
    elif len(arguments) == 3 and arguments[0] == "pieces":
        write(arguments[1], pieces(int(arguments[2])))
    elif len(arguments) == 4 and arguments[0] == "questions":
        write(arguments[1], questions(int(arguments[2]), int(arguments[3])))
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
