"""Runs other methods on an instance and prints what each reaches beside regionfront's best.

Seconds are those of one core's work (CPU time), so that other load on the machine counts little.
A method with chance in it runs once per seed; its best plan is shown: one that keeps all rules
before one that does not, then the plan with most commuters inside.
"""

from __future__ import annotations

import argparse
import csv
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import agglomeration
import gerry
import leiden
import pysal
import travel_to_work
from judge import Best, Judge, Verdict
from network import Labels, Network, load

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = [
    "k",
    "method",
    "regions",
    "commuters inside",
    "share",
    "against ours",
    "breaks",
    "worst seed",
    "CPU s",
]
LIBRARIES = ["gerrychain", "igraph", "leidenalg", "libpysal", "networkx", "numpy", "spopt"]


@dataclass(frozen=True)
class Method:
    name: str
    run: Callable[[Network, int, int], Labels]
    """From the network, k and a seed to regions."""
    uses_chance: bool = False


@dataclass(frozen=True)
class Outcome:
    """The runs of one method for one k; none in `verdicts` where the method found no plan."""

    method: Method
    verdicts: list[Verdict]
    cpu_seconds: float
    """Of one run, on the average."""
    failure: str = ""


def methods(steps: int) -> list[Method]:
    greedy = agglomeration.agglomerate
    intramax, commuters = agglomeration.intramax, agglomeration.commuters
    return [
        Method("Intramax, neighbours only", lambda n, k, s: greedy(n, k, intramax, ceiling=False)),
        Method("Intramax under the ceiling", lambda n, k, s: greedy(n, k, intramax, ceiling=True)),
        Method(
            "greedy by commuters under the ceiling",
            lambda n, k, s: greedy(n, k, commuters, ceiling=True),
        ),
        Method("travel-to-work areas", lambda n, k, s: travel_to_work.travel_to_work(n, None)),
        Method(
            "travel-to-work areas, stopped at k",
            lambda n, k, s: travel_to_work.travel_to_work(n, k),
        ),
        Method(
            "Leiden",
            lambda n, k, s: leiden.leiden(n, None, s, neighbours_only=False),
            uses_chance=True,
        ),
        Method(
            "Leiden, resolution set for k",
            lambda n, k, s: leiden.leiden(n, k, s, neighbours_only=False),
            uses_chance=True,
        ),
        Method(
            "Leiden on neighbours' flows, set for k",
            lambda n, k, s: leiden.leiden(n, k, s, neighbours_only=True),
            uses_chance=True,
        ),
        Method(
            "GerryChain, short bursts",
            lambda n, k, s: gerry.short_bursts(n, k, s, steps),
            uses_chance=True,
        ),
        Method(
            "GerryChain, annealing",
            lambda n, k, s: gerry.annealing(n, k, s, steps),
            uses_chance=True,
        ),
        Method("spopt Ward", lambda n, k, s: pysal.ward(n, k)),
        Method("spopt SKATER", lambda n, k, s: pysal.skater(n, k)),
        Method("spopt Max-p", lambda n, k, s: pysal.max_p(n, s), uses_chance=True),
    ]


def _out_of_time(_signal: int, _frame: object) -> None:
    raise TimeoutError


def outcome(
    method: Method,
    network: Network,
    k: int,
    options: argparse.Namespace,
    judge: Judge,
    folder: Path,
) -> Outcome:
    """Runs a method for all its seeds; the first run that fails or takes too long ends it."""
    signal.signal(signal.SIGALRM, _out_of_time)
    verdicts = []
    used = 0.0
    runs = range(options.seeds if method.uses_chance else 1)
    for seed in runs:
        begin = time.process_time()
        signal.alarm(options.time_limit)
        try:
            labels = method.run(network, k, seed)
        except Exception as error:  # Whatever a library raises is its answer, and is shown.
            return Outcome(method, [], time.process_time() - begin, type(error).__name__)
        finally:
            signal.alarm(0)
        used += time.process_time() - begin
        division = folder / "division.csv"
        network.write(labels, division)
        verdicts.append(judge.verdict(division, k))
    return Outcome(method, verdicts, used / len(runs))


def rows(k: int, best: Best, outcomes: list[Outcome]) -> list[dict[str, str]]:
    """One row per method; the first is regionfront's own."""
    own = {
        "k": str(k),
        "method": f"**regionfront** ({best.status.replace('_', ' ')})",
        "regions": str(k) if best.inside is not None else "–",
        "commuters inside": f"{best.inside:,}" if best.inside is not None else "no plan",
        "share": f"{best.share:.1%}" if best.share is not None else "–",
        "against ours": "100.0%" if best.inside is not None else "–",
        "breaks": "–",
        "worst seed": "",
        "CPU s": f"{best.cpu_seconds:.1f}",
    }
    return [own] + [_row(k, best, found) for found in outcomes]


def _row(k: int, best: Best, found: Outcome) -> dict[str, str]:
    row = {"k": str(k), "method": found.method.name, "CPU s": f"{found.cpu_seconds:.1f}"}
    if not found.verdicts:
        return row | {"commuters inside": "no plan", "breaks": found.failure}
    order = sorted(found.verdicts, key=lambda one: (_breaks(one, k) == "nothing", one.inside))
    worst, top = order[0], order[-1]
    return row | {
        "regions": str(top.regions),
        "commuters inside": f"{top.inside:,}",
        "share": f"{top.share:.1%}",
        "against ours": f"{top.inside / best.inside:.1%}" if best.inside else "–",
        "breaks": _breaks(top, k),
        "worst seed": f"{worst.inside:,}" if found.method.uses_chance else "",
    }


def _breaks(verdict: Verdict, k: int) -> str:
    words = [
        (verdict.regions != k, "k"),
        (verdict.scattered, f"contiguity ({verdict.scattered})"),
        (verdict.too_small, f"minimum ({verdict.too_small})"),
        (verdict.too_large, f"maximum ({verdict.too_large})"),
        (verdict.others, f"other rules ({verdict.others})"),
    ]
    return ", ".join(word for broken, word in words if broken) or "nothing"


def markdown(table: list[dict[str, str]]) -> str:
    lines = ["| " + " | ".join(COLUMNS) + " |"]
    rules = ["---" if column in {"method", "breaks"} else "---:" for column in COLUMNS]
    lines.append("|" + "|".join(rules) + "|")
    lines += ["| " + " | ".join(row.get(c, "") for c in COLUMNS) + " |" for row in table]
    return "\n".join(lines)


def _one_region(instance: Path, folder: Path) -> Path:
    """All areas in one region: a division to ask for the rules with."""
    with (instance / "areas.csv").open(newline="", encoding="utf-8-sig") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    division = folder / "one_region.csv"
    division.write_text("".join(["code,region\n"] + [f"{code},R\n" for code in codes]))
    return division


def arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="benches/peers/run",
        description="Other methods beside regionfront, judged by its verifier.",
        epilog="Further options, such as --scenario or --min-population, are regionfront's rules.",
        allow_abbrev=False,
    )
    parser.add_argument("--instance", type=Path, default=ROOT / "instances/viken-2020")
    parser.add_argument("--k", default="6,9,12", help="numbers of regions, as 6,9,12")
    parser.add_argument("--seeds", type=int, default=3, help="runs of a method with chance in it")
    parser.add_argument("--steps", type=int, default=20_000, help="steps of a chain of GerryChain")
    parser.add_argument("--only", default="", help="only methods whose name holds this word")
    parser.add_argument("--time-limit", type=int, default=60, help="seconds for a run")
    parser.add_argument("--csv", type=Path, help="write the table into this file, too")
    program = os.environ.get("REGIONFRONT", str(ROOT / "target/release/regionfront"))
    parser.add_argument("--regionfront", type=Path, default=program)
    return parser.parse_known_args()


def main() -> None:
    options, rules = arguments()
    judge = Judge(options.regionfront, options.instance, rules)
    table = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network = load(options.instance, judge.rules(_one_region(options.instance, folder)))
        for k in map(int, options.k.split(",")):
            best = judge.best(k, options.time_limit)
            outcomes = []
            for method in methods(options.steps):
                if options.only.lower() in method.name.lower():
                    print(f"k = {k}: {method.name}", file=sys.stderr)
                    outcomes.append(outcome(method, network, k, options, judge, folder))
            table += rows(k, best, outcomes)
    print(markdown(table))
    libraries = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    python = sys.version.split()[0]
    print(f"\n{judge.version()}; Python {python}; {libraries}. {options.seeds} seeds, ", end="")
    print(f"{options.steps} steps of a chain.")
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(table)


if __name__ == "__main__":
    main()
