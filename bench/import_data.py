"""The data of bench/import.sh, and its mapping with the standard library."""
import csv
import json
import random
import sys

TEXT = "医生您好，我最近总是觉得胸口有点闷，晚上睡不好，白天没有力气，饭也吃得少，不知道是怎么回事。"
ENGLISH = "I have had this cough for about two weeks now and it gets worse at night. "


def make(folder, megabytes=200):
    draw = random.Random(42)
    with open(f"{folder}/long.jsonl", "w", encoding="utf-8") as out:
        number = 0
        while out.tell() < megabytes * 1_000_000:
            answer = TEXT * draw.randint(10, 40)
            out.write(json.dumps({"question": TEXT * draw.randint(10, 30), "answer": answer,
                                  "options": {"A": answer, "B": TEXT}, "answer_idx": "A",
                                  "meta_info": "x", "id": str(number)}, ensure_ascii=False) + "\n")
            number += 1
    with open(f"{folder}/long.csv", "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["ID", "section_header", "section_text", "dialogue"])
        number = 0
        while out.tell() < 50_000_000:
            talk = "\n".join(f"{'Doctor' if i % 2 else 'Patient'}: {ENGLISH * draw.randint(1, 3)}"
                             for i in range(12))
            rows.writerow([number, "GENHX", ENGLISH * 5, talk])
            number += 1
    rows = []
    size = 0
    while size < 50_000_000:
        talk = [{"from": "gpt" if i % 2 else "human", "value": TEXT * draw.randint(1, 4)}
                for i in range(10)]
        size += sum(3 * len(t["value"]) for t in talk)
        rows.append({"id": str(len(rows)), "conversations": talk})
    with open(f"{folder}/long.json", "w", encoding="utf-8") as out:
        json.dump(rows, out, ensure_ascii=False)


TAIL = {"case_id": None, "source": "x", "license": None, "split": None, "provenance": None,
        "meta": []}


def question(row):
    return {"id": "medqa-" + row["id"], "kind": "question", "lang": "zh", "case": None,
            "question": row["question"].strip(),
            "options": [{"key": k, "text": v.strip()} for k, v in row["options"].items()],
            "answer": row["options"][row["answer_idx"]], "answer_keys": [row["answer_idx"]],
            "explanation": None, "context": None, "subject": row["meta_info"], "task": None,
            "phase": None, "specialty": None, **TAIL}


def dialogue(number, turns):
    return {"id": number, "kind": "dialogue", "lang": None, "relation": "doctor-patient",
            "turns": [{"role": r, "speaker": None, "text": t} for r, t in turns], "brief": None,
            **TAIL}


def tagged(text):
    for line in text.split("\n"):
        name, _, said = line.partition(": ")
        yield ("doctor" if name == "Doctor" else "patient"), said.strip()


def records(path):
    if path.endswith(".jsonl"):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                yield question(json.loads(line))
    elif path.endswith(".csv"):
        csv.field_size_limit(1 << 30)
        with open(path, encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                yield dialogue(row["ID"], tagged(row["dialogue"]))
    else:
        with open(path, encoding="utf-8") as whole:
            for row in json.load(whole):
                yield dialogue(row["id"], (("assistant" if t["from"] == "gpt" else "user",
                                            t["value"].strip()) for t in row["conversations"]))


def main():
    if sys.argv[1] == "make":
        make(sys.argv[2])
        return
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        for record in records(sys.argv[2]):
            out.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


main()
