"""Divisions judged by the independent verifier, measured, and compared with each other."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Optional, Union

import pandas as pd

from . import _native
from ._ask import in_one_process, question
from .divisions import named
from .instance import Instance
from .progress import listening

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .rules import Rules


class Evaluation:
    """A division in figures.

    ``totals`` holds the figures of the whole, by name; ``regions`` a row for each region, by name;
    ``violations`` every rule that is broken, with its code; ``document`` everything, as ``regionfront
    evaluate --format json`` has it. Persons and commuters are counts, shares lie between 0 and 1.
    """

    def __init__(self, text: str) -> None:
        self.document: dict[str, Any] = json.loads(text)

    @property
    def keeps_rules(self) -> bool:
        """Whether the verifier finds nothing."""
        return not self.document["violations"]

    @property
    def totals(self) -> pd.Series:
        """Figures of the whole; every area, and every pair of areas, counts once."""
        return pd.Series(self.document["totals"], dtype=object, name=self.document["division"])

    @property
    def regions(self) -> pd.DataFrame:
        """A row for each region, by name."""
        return pd.json_normalize(self.document["regions"]).set_index("name").rename_axis("region")

    @property
    def violations(self) -> pd.DataFrame:
        """A row for each rule that is broken in a place: code and words."""
        rows = self.document["violations"]
        return pd.DataFrame(rows) if rows else pd.DataFrame(columns=["code", "what"])

    @property
    def against_best(self) -> pd.DataFrame:
        """The best plans beside it, where they were asked for."""
        return pd.DataFrame(self.document["against_best"])

    def __repr__(self) -> str:
        totals = self.document["totals"]
        broken = len(self.document["violations"])
        kept = "keeps the rules" if not broken else f"breaks them in {broken} places"
        inside = totals.get("internal_commuting")
        return f"<Evaluation of {self.document['division']}: {inside:,} inside, {kept}>"


class Comparison:
    """How two divisions differ: ``moved`` areas, ``matching`` regions, ``similarity`` measures, and
    ``document``, a pair of what ``regionfront compare --format json`` has."""

    def __init__(self, text: str) -> None:
        self.document: dict[str, Any] = json.loads(text)["pairs"][0]

    @property
    def moved(self) -> pd.DataFrame:
        """A row for each area that changes its region, by code, after the best matching."""
        columns = ["code", "name", "population", "from", "to"]
        rows = pd.DataFrame(self.document["moved"], columns=columns)
        for column in ("from", "to"):
            rows[column] = [", ".join(regions) for regions in rows[column]]
        return rows.set_index("code")

    @property
    def matching(self) -> pd.Series:
        """The region of the second division that each region of the first is matched with."""
        rows = self.document["matching"]
        index = pd.Index([row["first"] for row in rows], name="first")
        return pd.Series([row["second"] for row in rows], index, name="second", dtype=object)

    @property
    def similarity(self) -> pd.Series:
        """Adjusted Rand index, variation of information, V-measure and its parts."""
        words = (
            "adjusted_rand",
            "variation_of_information",
            "variation_share",
            "homogeneity",
            "completeness",
            "v_measure",
        )
        return pd.Series({word: self.document[word] for word in words}, dtype="float64")

    @property
    def difference(self) -> int:
        """Commuters inside in the second division less those in the first."""
        return int(self.document["difference"])

    def __repr__(self) -> str:
        moved, people = self.document["areas_moved"], self.document["people_moved"]
        return (
            f"<Comparison of {self.document['first']} and {self.document['second']}: {moved} areas "
            f"with {people:,} inhabitants move, {self.difference:+,} commuters inside>"
        )


def evaluate(
    instance: Instance,
    division: Any,
    *,
    encoding: Optional[str] = None,
    scenario: Union[str, os.PathLike[str], None] = None,
    against_best: bool = False,
    time_limit: Optional[float] = None,
    seed: int = 0,
    threads: Optional[int] = None,
    progress: Optional[bool] = None,
    **rules: Unpack[Rules],
) -> Evaluation:
    """Judges and measures any division: ours or anybody's; areas may be left out or stand twice.

    ``division`` is a Series of regions by code, a mapping, a table with the columns code and region,
    labels in the order of the areas, a fitted model with ``labels_`` (spopt), a partition of
    GerryChain, a plan, a path of a CSV file or of a workbook, or the name of a division of the instance.
    ``encoding`` says what a file that is not UTF-8 is written in; without it that is the encoding of the
    instance, or assumed, with a warning.

    With ``against_best`` the best plan with as many regions under the same rules stands beside it.
    """
    written = named(instance, division, encoding=encoding)
    ks: list[int] = []
    if against_best:
        bare = json.loads(_native.evaluate(instance._native, question({}), written, None))
        ks = [len(bare["regions"])]
    asked = question(
        rules, ks=ks, scenario=scenario, time_limit=time_limit, seed=seed, threads=threads
    )
    in_one_process()
    with listening(progress if ks else False, max(1, len(ks))) as listener:
        return Evaluation(_native.evaluate(instance._native, asked, written, listener))


def compare(
    instance: Instance, first: Any, second: Any, *, encoding: Optional[str] = None
) -> Comparison:
    """How two divisions differ: who moves, what it costs in commuters, how alike they are.

    Both are in any form that :func:`evaluate` takes, files in ``encoding`` as there. Measures are over
    the areas that both hold.
    """
    pair = (
        named(instance, first, "first", encoding),
        named(instance, second, "second", encoding),
    )
    return Comparison(_native.compare(instance._native, *pair))
