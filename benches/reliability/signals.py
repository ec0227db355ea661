#!/usr/bin/env python3
"""Signals at random moments: is a plan lost, does anything take over a second?

Starts `solve` on an instance, sends Ctrl-C, SIGTERM or SIGHUP in turn at a random moment, and looks
at what is on disk afterwards. For every number of regions of which some plan was told before the
signal (`--progress json`), solve.json, or the journal where solve.json is not there, must hold a
plan that is no worse, with a bound that is no lower; `regionfront check` judges the plans anew.

    python3 benches/reliability/signals.py target/release/regionfront INSTANCE --trials 300

Needs Python 3.9 and nothing else. Prints a line per trial and a summary; exits with 1 when a trial
failed.
"""

import argparse
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def answer_signals():
    """Signals count as at a terminal, also where this script runs in the background."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_DFL)


def hear(stream, told, begun):
    """Keeps the best plan and bound told of every k."""
    for line in stream:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if event.get("event") == "started":
            begun.set()
        elif event.get("event") == "incumbent":
            told[event["k"]] = event["objective"]


def on_disk(folder):
    """The last result of every k, and where it was found."""
    final = folder / "solve.json"
    if final.exists():
        results = json.loads(final.read_text())["results"]
        return {result["k"]: result for result in results}, "solve.json"
    journal = folder / "journal.ndjson"
    found = {}
    if journal.exists():
        for line in journal.read_text().splitlines(keepends=True):
            if line.endswith("\n") and "result" in (piece := json.loads(line)):
                found[piece["result"]["k"]] = piece["result"]
    return found, "journal.ndjson" if found else "nothing"


def judge(program, question, folder, result):
    """What the verifier says about a plan."""
    division = folder / f"judged-{result['k']}.csv"
    rows = [f"{code},{region}" for code, region in result["assignment"].items()]
    division.write_text("\n".join(["code,region", *rows]) + "\n")
    judged = subprocess.run([program, "check", *question, str(division)], capture_output=True)
    return judged.returncode == 0


def trial(program, question, ks, threads, number, moment, parent):
    folder = parent / f"trial-{number}"
    command = [program, "solve", *question, "--k", ks, "--threads", str(threads), "-o", str(folder)]
    command += ["--progress", "json", "--format", "json"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=answer_signals,
    )
    told, begun = {}, threading.Event()
    ear = threading.Thread(target=hear, args=(process.stderr, told, begun), daemon=True)
    ear.start()
    begun.wait(timeout=60)
    time.sleep(moment)
    kind = SIGNALS[number % len(SIGNALS)]
    before = dict(told)
    if process.poll() is not None:
        return {"number": number, "ended_before": True, "failures": []}
    sent = time.monotonic()
    process.send_signal(kind)
    try:
        code = process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        code = None
    took = time.monotonic() - sent
    found, where = on_disk(folder)
    failures = []
    if took > 1.0:
        failures.append("slow")
    # Before the command has begun to solve, the system ends it.
    if code not in (128 + kind, -kind):
        failures.append(f"exit code {code}")
    for k, objective in before.items():
        result = found.get(k)
        if result is None or result["objective"] is None or result["objective"] < objective:
            failures.append(f"k = {k}: plan lost")
        elif result["bound"] is None or result["bound"] < result["objective"]:
            failures.append(f"k = {k}: no bound")
        elif not judge(program, question, folder, result):
            failures.append(f"k = {k}: does not pass the verifier")
    return {
        "number": number,
        "signal": signal.Signals(kind).name,
        "threads": threads,
        "moment": round(moment, 3),
        "took": round(took, 3),
        "code": code,
        "plans": len(before),
        "where": where,
        "failures": failures,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("instance")
    parser.add_argument("--k", default="50,100,159")
    parser.add_argument("--rules", default="--scenario min_population_3000", help="options of the question")
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--longest", type=float, default=20.0, help="latest moment, in seconds after solving began")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    question = [args.instance, *args.rules.split()]
    trials = []
    with tempfile.TemporaryDirectory(prefix="signals-") as parent:
        for number in range(args.trials):
            # Half of the moments in the first tenth: that is where most plans are found.
            longest = args.longest / (10 if number % 2 else 1)
            moment = chance.uniform(0.0, longest)
            threads = 1 + number // 2 % 2
            ended = trial(args.program, question, args.k, threads, number, moment, pathlib.Path(parent))
            trials.append(ended)
            print(json.dumps(ended), flush=True)
    sent = [ended for ended in trials if "took" in ended]
    took = sorted(ended["took"] for ended in sent)
    lost = sum(any("lost" in what or "no bound" in what for what in ended["failures"]) for ended in sent)
    print(
        f"{len(sent)} signals, {sum(1 for ended in sent if ended['plans'])} with plans told before; "
        f"lost {lost}, over a second {sum(one > 1.0 for one in took)}, "
        f"failed in any way {sum(bool(ended['failures']) for ended in sent)}; "
        f"median {took[len(took) // 2]:.3f} s, longest {took[-1]:.3f} s; files written to the end in "
        f"{sum(ended['where'] == 'solve.json' for ended in sent)}"
    )
    return int(any(ended["failures"] for ended in sent))


if __name__ == "__main__":
    sys.exit(main())
