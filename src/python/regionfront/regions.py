"""The best plan with k regions, in the manner of spopt and scikit-learn."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

import pandas as pd

from . import _native
from ._ask import counts, in_one_process, question, warn_if_interrupted
from ._command import words
from .certificates import LIMIT, Certificate, certified
from .divisions import begun_from
from .errors import NoPlan, RegionfrontError, refused
from .instance import Instance
from .plan import Plan
from .progress import listening

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from .rules import Rules


class Regions:
    """A question for the plan with most internal commuting, under rules; :meth:`solve` answers it.

    Parameters
    ----------
    instance : Instance
    k : int
        Number of regions.
    scenario : str or path, optional
        A scenario of the instance, or a file: rules to begin with. None is taken unless it is named,
        not even ``"default"``, which the command line takes.
    time_limit, node_limit, gap, abs_gap : optional
        When to stop before the proof is complete: seconds, nodes of branch and bound, (bound −
        objective) ÷ max(1, objective), and commuters. The best plan until then is kept.
    seed, threads, memory, engine : optional
        The seed of everything random; how many threads work (all cores; the answer does not depend on
        it); MiB for tables; ``"exact"`` or ``"compact"``.
    begin_from : optional
        A division to begin from, in any form that :func:`~regionfront.evaluate` takes.
    encoding : str, optional
        What the file of that division is written in, where it is one and not UTF-8; else that of the
        instance, or assumed with a warning.
    progress : bool, optional
        A bar of ``tqdm``; by itself on a terminal or in a notebook, where it is installed.
    **rules : Rules
        Every key of :class:`~regionfront.Rules`, such as ``min_population=20_000``.

    Attributes
    ----------
    labels_ : Series
        The region of each area, numbers by code, in the order of the instance.
    regions_ : GeoDataFrame or DataFrame
        Figures of each region; see :attr:`Plan.regions`.
    status_ : str
        Why solving ended: ``optimal``, ``infeasible``, ``gap_limit``, ``time_limit``, ``node_limit``,
        ``memory_limit``, ``interrupted``, ``precision``.
    solution_ : str
        What there is: ``proven_optimal``, ``feasible``, ``none``.
    objective_, bound_ : int or None
        Commuters inside the regions, and what no plan exceeds.
    plan_ : Plan
    document_ : dict
        Everything, as ``regionfront solve --format json`` has it.

    Notes
    -----
    Ctrl-C stops with the best plan there is, and a :class:`~regionfront.StoppedEarly` warning; where
    there is none, ``KeyboardInterrupt`` is raised. A second Ctrl-C always raises it.

    The method is set partitioning over connected regions by branch and price; the book's chapters *How
    it works* and *Sources* say more. The problem is the p-functional regions problem (Kim, Chun, Kim,
    *International Regional Science Review*, 2013).
    """

    document_: dict[str, Any]

    def __init__(
        self,
        instance: Instance,
        k: int,
        *,
        scenario: Union[str, os.PathLike[str], None] = None,
        time_limit: Optional[float] = None,
        node_limit: Optional[int] = None,
        gap: float = 0.0,
        abs_gap: int = 0,
        seed: int = 0,
        threads: Optional[int] = None,
        memory: Optional[int] = None,
        engine: str = "exact",
        begin_from: Any = None,
        encoding: Optional[str] = None,
        progress: Optional[bool] = None,
        **rules: Unpack[Rules],
    ) -> None:
        ks = counts(k)
        if len(ks) != 1:
            what = "it names several numbers of regions, and a model has one"
            raise refused("E713", "k", what, "use rf.front, rf.batch, or a model for each")
        self.instance = instance
        self.k = ks[0]
        self.progress = progress
        starts = [] if begin_from is None else [begun_from(instance, begin_from, encoding, 3)]
        #: Plans to begin from, as CSV.
        self._starts: list[str] = starts
        #: The folder that holds its run, where :func:`~regionfront.report` made one.
        self.folder: Optional[Path] = None
        self._options: dict[str, Any] = {
            "scenario": scenario,
            "time_limit": time_limit,
            "node_limit": node_limit,
            "gap": gap or None,
            "abs_gap": abs_gap or None,
            "seed": seed or None,
            "threads": threads,
            "memory": memory,
            "engine": None if engine == "exact" else engine,
        }
        self._rules = dict(rules)
        self._question = question(
            rules,
            ks=ks,
            scenario=scenario,
            time_limit=time_limit,
            node_limit=node_limit,
            gap=gap,
            abs_gap=abs_gap,
            seed=seed,
            threads=threads,
            memory=memory,
            engine=engine,
            begin_from=starts,
        )

    def solve(self) -> Self:
        """Finds the plan and proves it best, as far as the limits allow; gives the model itself.

        That the rules leave no plan is an answer (``status_ == "infeasible"``) and no exception;
        :func:`~regionfront.explain` says why. Raises :class:`~regionfront.InputError` for rules that
        cannot be read or contradict each other (E2xx), :class:`~regionfront.Fault` for a fault (E3xx).
        """
        in_one_process()
        with listening(self.progress, 1) as listener:
            text, remarks = _native.solve(self.instance._native, self._question, listener)
        for remark in remarks:
            warnings.warn(remark, UserWarning, stacklevel=2)
        self._answered(text)
        warn_if_interrupted([self.status_])
        return self

    def fit(self, X: Any = None, y: Any = None) -> Self:
        """The same as :meth:`solve`; ``X`` and ``y`` are there for the habit and not looked at."""
        return self.solve()

    @property
    def _words(self) -> list[str]:
        return words(self._rules, ks=[self.k], **self._options)

    def _answered(self, text: str) -> None:
        self._text = text
        self.document_ = json.loads(text)
        if self.status_ == "error":
            raise RegionfrontError(
                [("E301", f"k = {self.k}", self.reason_ or "", "please report it")]
            )

    @property
    def _result(self) -> dict[str, Any]:
        if not hasattr(self, "document_"):
            raise NoPlan([("E708", "Regions", "the model is not solved", "call solve() first")])
        result: dict[str, Any] = self.document_["results"][0]
        return result

    @property
    def status_(self) -> str:
        """Why solving ended."""
        return str(self._result["termination"])

    @property
    def solution_(self) -> str:
        """What there is: ``proven_optimal``, ``feasible`` or ``none``."""
        return str(self._result["solution"])

    @property
    def objective_(self) -> Optional[int]:
        """Commuters between different areas of one region, in persons; ``None`` without a plan."""
        return self._result["objective"]

    @property
    def bound_(self) -> Optional[int]:
        """No plan under these rules holds more commuters; ``None`` where there can be no plan."""
        return self._result["bound"]

    @property
    def gap_(self) -> Optional[float]:
        """(bound − objective) ÷ max(1, objective)."""
        return self._result["gap_rel"]

    @property
    def reason_(self) -> Optional[str]:
        """Why there is no plan, where the rules alone tell."""
        return self._result["reason"]

    @property
    def plan_(self) -> Plan:
        """The plan; raises :class:`~regionfront.NoPlan` (E708) where there is none."""
        result = self._result
        if result["objective"] is None:
            what = f"there is no plan with {self.k} regions: {self.status_}"
            why = "rf.explain(…) says which rules conflict and what would help"
            help = why if self.status_ == "infeasible" else "give it more time"
            raise NoPlan([("E708", "plan_", what, help)])
        if not hasattr(self, "_plan"):
            name = f"k{self.k:02}"
            self._plan = Plan(self.instance, name, self._question, result, result["regions"])
        return self._plan

    @property
    def labels_(self) -> pd.Series:
        """The region of each area, numbers by code."""
        return self.plan_.labels

    @property
    def regions_(self) -> pd.DataFrame:
        """Figures of each region, with polygons where the instance has them."""
        return self.plan_.regions

    def plot(self, **style: Any) -> Any:
        """A map of the plan with matplotlib."""
        return self.plan_.plot(**style)

    def explore(self, **style: Any) -> Any:
        """A map of the plan to click on, with folium."""
        return self.plan_.explore(**style)

    def certificate(self, time_limit: float = LIMIT) -> Certificate:
        """The proof that no plan is better, found and checked within so many seconds."""
        _ = self._result
        in_one_process()
        return certified(self.instance, self._question, self._text, self.k, time_limit)

    def __repr__(self) -> str:
        state = f"{self.status_}, {self.solution_}" if hasattr(self, "document_") else "not solved"
        return f"<Regions k = {self.k}: {state}>"
