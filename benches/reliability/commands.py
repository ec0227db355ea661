#!/usr/bin/env python3
"""Signals at random moments, to every command that takes long.

Starts the command, sends Ctrl-C, SIGTERM or SIGHUP in turn at a random moment, and looks at how it
ends: within a second, with the code of the signal or, where it was done already, its own, without a
panic; and at what is on disk: no file that is not whole. A front or a batch is then continued with
--resume, which must be accepted.

    python3 benches/reliability/commands.py target/release/regionfront instances --trials 20

Needs Python 3.9 and nothing else. Prints a line per command; exits with 1 when a trial failed.
"""

import argparse
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

BATCH = """
[[run]]
name = "a"
instance = "{norway}"
scenario = "min_population_3000"
k = "50,100"
[[run]]
name = "b"
instance = "{viken}"
k = "6..13"
"""

# Command, latest moment in seconds, and whether it can be continued.
COMMANDS = {
    "front": ("front {norway} --scenario min_population_3000 --k 120 -o {out}", 6.0, True),
    "front, in parallel": ("front {viken} --k 6..13 --audit -o {out}", 4.0, True),
    "solve --report": ("solve {viken} --k 6..13 --report -o {out}", 3.0, False),
    "derive --improve": ("derive {norway} ba_regions_2020 --assign-missing --improve --min-population 20000 -o {out}", 3.0, False),
    "study": ("study {viken}/studies/three_models.toml -o {out}", 3.0, False),
    "batch": ("batch {batch} -o {out}", 5.0, True),
    "explain": ("explain {norway} --k 150 --min-population 20000", 5.0, False),
    "import": ("import polygons {norway}/areas.geojson --code code --into {out}", 2.0, False),
    "inspect": ("inspect {norway}", 0.5, False),
}


def answer_signals():
    """Signals count as at a terminal, also where this script runs in the background."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_DFL)


def not_whole(folder):
    wrong = []
    for path in folder.rglob("*") if folder.exists() else []:
        if path.suffix in (".json", ".geojson"):
            try:
                json.loads(path.read_bytes())
            except ValueError:
                wrong.append(f"{path.name} is not whole")
        elif path.suffix == ".ndjson":
            for line in path.read_bytes().split(b"\n")[:-1]:
                json.loads(line)
    return wrong


def trial(command, kind, moment, out, can_resume):
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=answer_signals
    )
    time.sleep(moment)
    if process.poll() is not None:
        process.communicate()
        return None, []
    sent = time.monotonic()
    process.send_signal(kind)
    _, said = process.communicate(timeout=60)
    took = time.monotonic() - sent
    wrong = not_whole(out)
    if took > 1.0:
        wrong.append(f"{took:.2f} s")
    if process.returncode not in (128 + kind, -kind, 0, 3):
        wrong.append(f"exit code {process.returncode}: {said[-200:]}")
    if "panicked" in said or "E301" in said:
        wrong.append(said[-200:])
    if can_resume and out.exists() and any(out.iterdir()):
        again = subprocess.Popen(
            command + ["--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=answer_signals
        )
        time.sleep(0.5)
        again.send_signal(signal.SIGINT)
        _, said = again.communicate(timeout=60)
        if again.returncode in (1, 2):
            wrong.append(f"--resume: {said[-200:]}")
    return took, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("instances", type=pathlib.Path)
    parser.add_argument("--trials", type=int, default=20, help="of each command")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="commands-") as parent:
        parent = pathlib.Path(parent)
        places = {name: str((args.instances / f"{name}-2020").resolve()) for name in ("norway", "viken")}
        places["batch"] = str(parent / "batch.toml")
        (parent / "batch.toml").write_text(BATCH.format(**places))
        for place, (name, (words, longest, can_resume)) in enumerate(COMMANDS.items()):
            took, faults = [], []
            for number in range(args.trials):
                out = parent / f"{place}-{number}"
                command = [args.program] + [word.format(out=out, **places) for word in words.split()]
                moment, kind = chance.uniform(0.05, longest), SIGNALS[number % len(SIGNALS)]
                time_taken, wrong = trial(command, kind, moment, out, can_resume)
                if time_taken is not None:
                    took.append(time_taken)
                faults += [f"{signal.Signals(kind).name} after {moment:.2f} s: {what}" for what in wrong]
            took.sort()
            middle = f"{took[len(took) // 2]:.2f} and {took[-1]:.2f} s" if took else "-"
            print(f"{name}: {len(took)} signals, {len(faults)} faults, median and longest {middle}", flush=True)
            for fault in faults:
                print(f"  {fault}", flush=True)
            failed += len(faults)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
