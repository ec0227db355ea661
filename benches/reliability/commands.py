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
    "solve --over-years": ("solve {viken} --k 6..13 --over-years regret -o {out}", 10.0, False),
    "derive --improve": ("derive {viken} regional_councils_2019 --no-scenario --resolve-overlaps --assign-missing --improve --max-moved 0.. --min-population 20000 -o {out}", 10.0, False),
    "study": ("study {viken}/studies/hallingdal_by_threshold.toml -o {out}", 2.0, False),
    "batch": ("batch {batch} -o {out}", 5.0, True),
    "explain": ("explain {norway} --k 150 --min-population 20000", 5.0, False),
    "import": ("import polygons {grid} --code code --into {out}", 1.0, False),
    "instance subset": ("instance subset {invented} --areas {many} -o {out}", 0.5, False),
    "inspect": ("inspect {invented}", 0.4, False),
}


def grid(side):
    """Squares that touch, as GeoJSON: enough of them for an import to take a second."""
    features = []
    for row in range(side):
        for column in range(side):
            corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
            ring = [[5 + (column + x) / 100, 58 + (row + y) / 100] for x, y in corners]
            geometry = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "properties": {"code": f"{row * side + column:05d}"}, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features})


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
    wrong = not_whole(out) + [f"{path.name} was left" for path in out.parent.glob(".regionfront-*")]
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
    parser.add_argument("--only", help="this command alone, by its name in COMMANDS")
    args = parser.parse_args()
    chance = random.Random(args.seed)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="commands-") as parent:
        parent = pathlib.Path(parent)
        places = {name: str((args.instances / f"{name}-2020").resolve()) for name in ("norway", "viken")}
        places["batch"] = str(parent / "batch.toml")
        (parent / "batch.toml").write_text(BATCH.format(**places))
        places["grid"] = str(parent / "grid.geojson")
        (parent / "grid.geojson").write_text(grid(150))
        places["invented"] = str(parent / "invented")
        subprocess.run([args.program, "instance", "generate", "--areas", "5000", "-o", places["invented"], "-q"], check=True)
        codes = [line.split(",")[0] for line in (parent / "invented/areas.csv").read_text().splitlines()[1:]]
        places["many"] = ",".join(codes[:4000])
        for place, (name, (words, longest, can_resume)) in enumerate(COMMANDS.items()):
            if args.only not in (None, name):
                continue
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
