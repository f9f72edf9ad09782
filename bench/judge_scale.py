"""Called by judge.sh: see there."""
import json
import os
import random
import shutil
import subprocess
import tempfile
import time

ITEMS, MODELS, IN_FLIGHT = 550, 15, 64
DELAY_MS = int(os.environ.get("DELAY_MS", "50"))
PROGRAM, BUILD = os.environ["ANAMNESIS"], os.environ["BUILD"]
CONFIG = """
items: items.jsonl
answers: answers.jsonl
floor: 1
{cache}
engine:
  kind: http
  endpoints:
    - {{name: scripted, base_url: "http://127.0.0.1:{port}/v1", model: judge,
       in_flight_start: {flight}, in_flight_max: {flight}}}
"""
random.seed(1)
SIGNS = "头痛发热咳嗽胸闷乏力恶心呕吐腹泻血压心率检查治疗建议休息饮水复查药物剂量每日疗程症状"


def text(length):
    return "".join(random.choice(SIGNS) for _ in range(length))


def write_input():
    empty = dict(case=None, options=[], answer_keys=[], explanation=None, context=None,
                 subject=None, task=None, phase=None, specialty=None, case_id=None,
                 source="bench", license=None, split=None, provenance=None, meta=[])
    with open("items.jsonl", "w") as f:
        for i in range(ITEMS):
            f.write(json.dumps({"id": f"q{i}", "kind": "question", "lang": "zh", **empty,
                                "question": text(80), "answer": text(300)},
                               ensure_ascii=False) + "\n")
    with open("answers.jsonl", "w") as f:
        for m in range(MODELS):
            for i in range(ITEMS):
                f.write(json.dumps({"id": f"q{i}", "model": f"m{m}", "answer": text(400)},
                                   ensure_ascii=False) + "\n")
    with open("replies.jsonl", "w") as f:
        for rating in range(1, 11):
            f.write(json.dumps({"id": str(rating), "raw":
                                text(200) + f"\nRating: [[{rating}]]"}) + "\n")


def run(name, delay, cache=""):
    with open("script.json", "w") as f:
        json.dump({"delay_ms": delay}, f)
    server = subprocess.Popen([os.path.join(BUILD, "test/server/testserver"), "--replies",
                               "replies.jsonl", "--script", "script.json", "--seconds", "600"],
                              stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().split()[1]
    with open(f"{name}.yaml", "w") as f:
        f.write(CONFIG.format(port=port, flight=IN_FLIGHT, cache=cache))
    start = time.monotonic()
    with open("summary.json", "w") as out:
        client = subprocess.Popen([PROGRAM, "bench", "judge", "-c", f"{name}.yaml", "-o", name,
                                   "-q", "--json"], stdout=out)
        _, status, usage = os.wait4(client.pid, 0)
    wall = time.monotonic() - start
    server.kill()
    server.wait()
    with open("summary.json") as f:
        summary = json.load(f)
    verdicts = ITEMS * MODELS
    assert status == 0 and summary["graded"] == verdicts, summary
    cpu = usage.ru_utime + usage.ru_stime
    print(f"{name}: {verdicts} verdicts in {wall:.2f} s, client {cpu:.2f} s of processor, "
          f"{1e6 * cpu / verdicts:.0f} us a verdict, peak {usage.ru_maxrss / 1024:.0f} MB")
    return wall, summary


folder = tempfile.mkdtemp()
try:
    os.chdir(folder)
    write_input()
    ideal = ITEMS * MODELS * DELAY_MS / 1000 / IN_FLIGHT
    wall, _ = run(f"delay-{DELAY_MS}-ms", DELAY_MS)
    print(f"ratio to the endpoint alone ({ideal:.2f} s): {wall / ideal:.2f}")
    run("no-delay", 0, "cache: verdicts.cache")
    _, summary = run("from-the-cache", 0, "cache: verdicts.cache")
    print(f"of them from the cache: {summary['cached']}")
finally:
    os.chdir("/")
    shutil.rmtree(folder)
