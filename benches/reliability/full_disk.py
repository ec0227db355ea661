#!/usr/bin/env python3
"""Disks that fill up at every moment: is an answer lost, is half a file left, is it said?

Runs commands into a disk in memory, with a little more room every time until everything fits. A
command that does not find room ends with 1 or 2 and says so; what it prints on stdout is whole all
the same where it solves; no file is left that is not whole, and none that is half-written; where a
folder is put in its place whole, there is nothing or all of it.

    sudo python3 benches/reliability/full_disk.py target/release/regionfront INSTANCE

Needs Python 3.9, Linux and the right to mount. Prints a line per command; exits with 1 when a trial
failed.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

# KiB that are enough for everything.
MOST = 20_000

# Command, whether stdout is a JSON document that stands however full the disk is, and whether the
# folder is all or nothing.
COMMANDS = [
    (["solve", "{instance}", "--k", "2..6", "--format", "json", "-o", "{out}"], True, False),
    (["solve", "{instance}", "--k", "4", "--report", "--format", "json", "-o", "{out}"], True, False),
    (["front", "{instance}", "--k", "3", "--format", "json", "-o", "{out}"], True, False),
    (["instance", "subset", "{instance}", "--areas", "{areas}", "-o", "{out}"], False, True),
    (["export", "{instance}", "--to", "graphml", "-o", "{out}.graphml"], False, True),
    (["instance", "generate", "--areas", "200", "-o", "{out}"], False, True),
]


def trial(program, arguments, room, is_solved, is_whole):
    """What is wrong with one run into a disk of so many kibibytes, and whether everything fitted."""
    with tempfile.TemporaryDirectory(prefix="full-disk-") as place:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}k", "none", place], check=True)
        try:
            out = pathlib.Path(place) / "out"
            command = [program] + [part.replace("{out}", str(out)) for part in arguments]
            ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
            return judged(ran, out.parent, is_solved, is_whole), ran.returncode == 0
        finally:
            subprocess.run(["umount", place], check=True)


def judged(ran, place, is_solved, is_whole):
    wrong = []
    if ran.returncode not in (0, 1, 2):
        wrong.append(f"exit code {ran.returncode}")
    if "panicked" in ran.stderr or "E301" in ran.stderr:
        wrong.append("it panicked")
    if ran.returncode != 0 and "help:" not in ran.stderr:
        wrong.append("it does not say why")
    # Where the directory could be used at all, the answer stands.
    if is_solved and ran.returncode != 2:
        try:
            json.loads(ran.stdout)
        except ValueError:
            wrong.append("no whole document on stdout")
    files = [path for path in place.rglob("*") if path.is_file()]
    if is_whole and ran.returncode != 0 and files:
        wrong.append(f"left behind: {[path.name for path in files][:3]}")
    for path in files:
        text = path.read_bytes()
        if path.name.startswith(".regionfront-"):
            wrong.append(f"{path.name} is left")
        elif path.suffix == ".ndjson":
            # A torn last line is cut off by the next run.
            for line in text.split(b"\n")[:-1]:
                json.loads(line)
        elif path.suffix in (".json", ".geojson"):
            try:
                json.loads(text)
            except ValueError:
                wrong.append(f"{path.name} is not whole")
        elif path.suffix in (".csv", ".md", ".html", ".svg") and not text.rstrip(b" ").endswith((b"\n", b">")):
            wrong.append(f"{path.name} is not whole")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("instance")
    parser.add_argument("--areas", help="areas of a subset [default: the first ten]")
    parser.add_argument("--step", type=int, default=12, help="KiB more from trial to trial, at first")
    args = parser.parse_args()
    lines = (pathlib.Path(args.instance) / "areas.csv").read_text().splitlines()
    areas = args.areas or ",".join(line.split(",")[0] for line in lines[1:11])
    failed = 0
    for arguments, is_solved, is_whole in COMMANDS:
        arguments = [part.replace("{instance}", args.instance).replace("{areas}", areas) for part in arguments]
        trials, faults, full, room = 0, [], 0, args.step
        while True:
            wrong, fitted = trial(args.program, arguments, room, is_solved, is_whole)
            trials += 1
            full += not fitted
            faults += [f"{room} KiB: {what}" for what in wrong]
            if fitted or room > MOST:
                faults += [] if fitted else ["it never fits"]
                break
            room += max(args.step, room // 20)
        print(f"{' '.join(arguments[:1] + arguments[2:-2])[:60]}: {trials} disks up to {room} KiB, {full} too small, {len(faults)} faults")
        for fault in faults:
            print(f"  {fault}")
        failed += len(faults)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
