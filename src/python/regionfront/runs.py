"""Runs: what the command writes into folders. Reports, derived divisions, studies.

They are the command's own doing, by a process of its own, and so are journal and files: a folder begun here
goes on there, and the other way round.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional, Union

import pandas as pd

from ._ask import Ks, counts
from ._command import Place, command, place, words
from .divisions import csv_of, text_of
from .errors import RegionfrontError, refused
from .fronts import Fronts
from .instance import Instance
from .regions import Regions

def report(
    answer: Union[Regions, Fronts, Place],
    folder: Optional[Place] = None,
    *,
    lang: str = "en",
    only: Union[str, Sequence[str]] = (),
) -> Path:
    """Writes a report – page, text, tables, maps, spatial files – and gives its folder.

    ``answer`` is a folder of a run, or fronts that were found with ``resume=`` (they know theirs);
    ``folder`` is where the report goes, into the run's own where it is left out. A solved
    :class:`~regionfront.Regions`, or fronts without a folder, are answered once more by the command,
    which gives the same plans, with ``folder`` as the folder of that run.

    ``only`` names pieces, such as ``["html", "xlsx"]``; ``lang`` is ``en`` or ``nb``.
    """
    if lang not in ("en", "nb"):
        raise refused("E713", "lang", f"there is no language `{lang}`", "use en or nb")
    pieces = [only] if isinstance(only, str) else list(only)
    more = [f"--lang={lang}", *([f"--only={','.join(pieces)}"] if pieces else [])]
    run = answer.folder if isinstance(answer, (Regions, Fronts)) else Path(answer)
    if run is None:
        if folder is None:
            what = "it was found without a folder, and none is named for the report"
            raise refused("E713", "folder", what, "name one: rf.report(answer, folder)")
        assert isinstance(answer, (Regions, Fronts))
        run, folder = Path(folder), None
        process = "solve" if isinstance(answer, Regions) else "front"
        starts = answer._starts if isinstance(answer, Regions) else []
        with tempfile.TemporaryDirectory(prefix="regionfront-") as kept:
            line = [process, *place(answer.instance), *answer._words]
            for at, text in enumerate(starts):
                start = Path(kept, f"start-{at}.csv")
                start.write_text(text, encoding="utf-8")
                line.append(f"--warm-start={start}")
            command([*line, f"--output={run}", "--resume", "-q"])
        answer.folder = run
    target = [] if folder is None else [f"--output={Path(folder)}"]
    command(["report", run, *target, *more, "--force", "-q"])
    return Path(run if folder is None else folder)


class Derivation:
    """What :func:`derive` made: a division, or one for each number of parts or moves.

    ``document`` is everything, with what each step did and why, as ``regionfront derive --format
    json`` has it.
    """

    def __init__(self, instance: Instance, text: str) -> None:
        self.instance = instance
        self.document: dict[str, Any] = json.loads(text)

    @property
    def divisions(self) -> dict[str, pd.Series]:
        """The divisions by name: the region of each area, by code."""
        found = {}
        for division in self.document["divisions"]:
            rows = [(code, one["name"]) for one in division["regions"] for code in one["areas"]]
            index = pd.Index([code for code, _ in rows], name="code")
            regions = pd.Series([region for _, region in rows], index, name=division["name"])
            order = [code for code in self.instance.codes if code in set(index)]
            found[str(division["name"])] = regions if index.has_duplicates else regions.loc[order]
        return found

    @property
    def division(self) -> pd.Series:
        """The last of them, which is the only one unless several were asked for."""
        return list(self.divisions.values())[-1]

    @property
    def solved(self) -> pd.DataFrame:
        """A row for everything that was solved on the way: objective, bound, how it ended."""
        return pd.DataFrame(self.document.get("solved", []))

    def __repr__(self) -> str:
        return f"<Derivation: {', '.join(self.divisions)}>"


def derive(
    instance: Instance,
    division: Any,
    *,
    encoding: Optional[str] = None,
    crosswalk: Optional[Place] = None,
    resolve_overlaps: bool = False,
    assign_missing: bool = False,
    attach_singletons: Optional[str] = None,
    split: Optional[str] = None,
    into: Optional[Ks] = None,
    improve: bool = False,
    max_moved: Union[int, str, None] = None,
    scenario: Optional[Place] = None,
    time_limit: Optional[float] = None,
    total_time_limit: Optional[float] = None,
    **rules: Any,
) -> Derivation:
    """Makes a division from a division, by steps that are taken in this order.

    ``crosswalk`` carries it from old areas to those of the instance (a file); ``resolve_overlaps``
    and ``assign_missing`` place areas of several regions and of none; ``attach_singletons``
    (``"nearest-centre"`` or ``"strongest-flow"``) ends regions of one area; ``split`` divides a region
    as well as can be ``into`` so many parts; ``improve`` finds the nearest plan that keeps the rules,
    with ``max_moved`` the best within so many moves (``"0..8"`` for each number). What is solved is
    proven, or says that it is not. ``encoding`` says what the files of the division and of the crosswalk
    are written in, as for :func:`~regionfront.evaluate`.
    """
    steps: dict[str, Any] = {
        "resolve_overlaps": resolve_overlaps,
        "assign_missing": assign_missing,
        "attach_singletons": attach_singletons and attach_singletons.replace("_", "-"),
        "split": split,
        "into": None if into is None else counts(into, "into"),
        "improve": improve,
        "max_moved": max_moved,
        "time_limit": time_limit,
        "total_time_limit": total_time_limit,
    }
    letters = encoding or instance._encoding
    with tempfile.TemporaryDirectory(prefix="regionfront-") as folder:
        # Copies in UTF-8, by the names that they are called by.
        copies: dict[str, str] = {}

        def copied(part: str, named: str, text: str, original: str) -> Path:
            copy = Path(folder, part, f"{named}.csv")
            copy.parent.mkdir()
            copy.write_text(text, encoding="utf-8")
            copies[str(copy)] = original
            return copy

        begun = division
        if not isinstance(division, (str, os.PathLike)):
            named = getattr(division, "name", None) or "division"
            begun = copied("division", named, csv_of(division, instance.codes), "division")
        elif str(division) not in instance.divisions and Path(division).is_file():
            path = Path(division)
            begun = copied("division", path.stem, text_of(path, letters, 3), str(path))
        if crosswalk is not None:
            path = Path(crosswalk)
            carried = copied("crosswalk", path.stem, text_of(path, letters, 3), str(path))
            steps["crosswalk"] = carried
        line = words(rules, scenario=scenario, **steps)
        try:
            _, text = command(["derive", *place(instance), begun, *line, "--format=json", "-q"])
        except RegionfrontError as error:
            raise _placed(error, copies) from None
    return Derivation(instance, text)


def _placed(error: RegionfrontError, copies: Mapping[str, str]) -> RegionfrontError:
    """An error that speaks of the files that were handed in, not of their copies."""

    def told(text: str) -> str:
        for copy, original in copies.items():
            text = text.replace(copy, original)
        return text

    return type(error)([[told(text) for text in defect] for defect in error.defects])


def study(file: Place, folder: Place) -> Path:
    """Answers a study – a file that names instance, scenarios and what to ask – and gives its folder,
    with texts, tables and maps as ``regionfront study`` writes them."""
    command(["study", Path(file), f"--output={Path(folder)}", "--force", "-q"])
    return Path(folder)

