"""An instance as the methods see it: units that are not to be cut, flows, neighbours, limits."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

Labels = list[int]
"""The region of every unit; numbers carry no meaning beyond same or not the same."""


@dataclass(frozen=True)
class Network:
    """Units are areas, or groups of areas that a rule keeps together.

    Groups are joined before any method begins, so that each method keeps that rule without knowing
    of it. Neighbours are symmetric, without the unit itself. Limits are inclusive.
    """

    units: list[list[str]]
    population: list[int]
    employed: list[int]
    jobs: list[int]
    flow: list[list[int]]
    """Commuters from unit to unit, own flow included: `flow[residence][workplace]`."""
    neighbours: list[set[int]]
    min_population: int
    max_population: int

    @property
    def size(self) -> int:
        return len(self.units)

    def both_ways(self, a: int, b: int) -> int:
        return self.flow[a][b] + self.flow[b][a]

    def write(self, labels: Labels, path: Path) -> None:
        """A division as `regionfront` reads it."""
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["code", "region"])
            for unit, label in zip(self.units, labels, strict=True):
                rows.writerows([code, f"R{label}"] for code in unit)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def load(folder: Path, rules: dict) -> Network:
    """Reads an instance; `rules` are those of the scenario as `regionfront` prints them."""
    areas = {row["code"]: row for row in _rows(folder / "areas.csv")}
    unit_of: dict[str, int] = {}
    units: list[list[str]] = []
    groups = [group["areas"] for group in rules["keep_together"]]
    for unit in groups + [[code] for code in areas]:
        if unit[0] not in unit_of:
            unit_of.update((code, len(units)) for code in unit)
            units.append(unit)

    def total(column: str) -> list[int]:
        return [sum(int(areas[code][column]) for code in unit) for unit in units]

    flow = [[0] * len(units) for _ in units]
    for row in _rows(folder / "flows.csv"):
        flow[unit_of[row["residence"]]][unit_of[row["workplace"]]] += int(row["commuters"])

    neighbours: list[set[int]] = [set() for _ in units]
    for row in _rows(folder / "adjacency.csv"):
        a, b = unit_of[row["a"]], unit_of[row["b"]]
        if row["kind"] in rules["links"] and a != b:
            neighbours[a].add(b)
            neighbours[b].add(a)

    population = total("population")
    return Network(
        units=units,
        population=population,
        employed=total("employed_residents"),
        jobs=total("jobs"),
        flow=flow,
        neighbours=neighbours,
        min_population=rules["population"]["min"] or 0,
        max_population=rules["population"]["max"] or sum(population),
    )
