"""Why there is no plan: which rules conflict, and the nearest changes that help."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional, Union

import pandas as pd

from . import _native
from ._ask import counts, in_one_process, question
from .errors import refused
from .instance import Instance
from .progress import listening

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .rules import Rules


class Explanation:
    """Why there is no plan with k regions.

    ``verdict`` is ``feasible``, ``infeasible`` (proven) or ``undecided``; ``summary`` says the conflict
    in a sentence; ``rules`` are rules that no plan keeps together; ``is_irreducible`` says whether
    without any one of them there is a plan; ``relaxations`` are changes that leave a plan, each with
    the best plan that it leaves.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = dict(document)
        self.k: int = document["k"]
        self.verdict: str = document["verdict"]
        self.summary: str = document["summary"]
        self.is_irreducible: bool = document["irreducible"]
        self.is_complete: bool = document["complete"]

    @property
    def rules(self) -> pd.DataFrame:
        """A row for each rule of the conflict: its key, its entry, and its words."""
        return pd.DataFrame(self.document["rules"], columns=["key", "entry", "text"])

    @property
    def relaxations(self) -> pd.DataFrame:
        """A row for each change: what changes, to which figure, and what the best plan then holds."""
        columns = ["keys", "value", "text", "nearest", "k", "objective", "share", "proven_optimal"]
        return pd.DataFrame(self.document["relaxations"]).reindex(columns=columns)

    def __str__(self) -> str:
        if self.verdict != "infeasible":
            return f"k = {self.k}: {self.verdict}"
        changes = [f"  {change['text']}" for change in self.document["relaxations"]]
        return "\n".join([self.summary, *changes])

    def __repr__(self) -> str:
        return f"<Explanation k = {self.k}: {self.verdict}>"


def explain(
    instance: Instance,
    k: int,
    *,
    scenario: Union[str, os.PathLike[str], None] = None,
    time_limit: Optional[float] = None,
    seed: int = 0,
    threads: Optional[int] = None,
    progress: Optional[bool] = None,
    **rules: Unpack[Rules],
) -> Explanation:
    """Why there is no plan with k regions under these rules, and what would help.

    ``time_limit`` (seconds) holds for everything; without it an amount of work does, so that the
    answer is the same everywhere. Ctrl-C raises ``KeyboardInterrupt``.
    """
    ks = counts(k)
    if len(ks) != 1:
        raise refused("E713", "k", "it names several numbers of regions", "ask for one at a time")
    asked = question(
        rules, ks=ks, scenario=scenario, time_limit=time_limit, seed=seed, threads=threads
    )
    in_one_process()
    with listening(progress, 1) as listener:
        document = json.loads(_native.explain(instance._native, asked, listener))
    return Explanation(document["explanations"][0])
