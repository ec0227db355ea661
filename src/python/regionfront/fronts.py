"""Trade-offs: for each number of regions every plan that nothing betters in both respects."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

import pandas as pd

from . import _native
from ._ask import Ks, counts, in_one_process, question, warn_if_interrupted
from ._command import command, place, words
from .certificates import LIMIT, Certificate, certified
from .errors import NoPlan, RegionfrontError, refused
from .instance import Instance
from .optional import needed
from .plan import Plan
from .progress import listening

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .rules import Rules


class Front(Mapping[str, Plan]):
    """The front of one number of regions: plans by their names, by falling internal commuting."""

    def __init__(
        self, instance: Instance, asked: str, document: Mapping[str, Any], senses: Mapping[str, str]
    ) -> None:
        self.instance = instance
        self.k: int = document["k"]
        self.against: list[str] = list(document["against"])
        self.is_complete: bool = document["complete"]
        self.status: str = document["termination"]
        self.reason: Optional[str] = document["reason"]
        self._senses = dict(senses)
        self._plans = {
            point["id"]: Plan(instance, point["id"], asked, point) for point in document["points"]
        }

    def __getitem__(self, name: str) -> Plan:
        return self._plans[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plans)

    def __len__(self) -> int:
        return len(self._plans)

    @property
    def plans(self) -> list[Plan]:
        """The plans, by falling internal commuting."""
        return list(self._plans.values())

    def at(self, **demands: float) -> Plan:
        """The plan with most commuters inside that meets demands on the second objectives.

        ``at(min_population=30_000)`` asks for a smallest region of at least 30,000; an objective that
        is better the smaller, such as ``max_population``, for at most so much. Without demands it is
        the plan with most commuters inside. Raises :class:`~regionfront.NoPlan` (E708) where no point
        meets them.
        """
        wanted = {word.replace("_", "-"): figure for word, figure in demands.items()}
        unknown = sorted(set(wanted) - set(self.against))
        if unknown:
            help = f"this front is against {', '.join(self.against)}"
            raise refused("E713", "at", f"{', '.join(unknown)} is no objective of this front", help)
        for plan in self.plans:
            if all(self._meets(plan, word, figure) for word, figure in wanted.items()):
                return plan
        asked = ", ".join(f"{word} = {figure:,}" for word, figure in wanted.items())
        missing = "" if self.is_complete else "; points may be missing, as the front was cut short"
        what = f"no point of the front with {self.k} regions has {asked}{missing}"
        raise NoPlan([("E708", "at", what, "ask for less: to_frame() shows what there is")])

    def _meets(self, plan: Plan, word: str, figure: float) -> bool:
        score = plan.scores[word]
        return score >= figure if self._senses[word] == "max" else score <= figure

    def to_frame(self) -> pd.DataFrame:
        """A row for each point, by its name: k, objective, share, bound, and the second objectives."""
        rows = [
            {
                "point": name,
                "k": self.k,
                "objective": plan.objective,
                "share": plan.share,
                "bound": plan.bound,
                "proven": plan.is_proven,
                **plan.scores,
            }
            for name, plan in self._plans.items()
        ]
        columns = ["point", "k", "objective", "share", "bound", "proven", *self.against]
        return pd.DataFrame(rows, columns=columns).set_index("point")

    def __repr__(self) -> str:
        state = "complete and proven" if self.is_complete else f"cut short: {self.status}"
        return f"<Front k = {self.k}: {len(self)} points, {state}>"


class Fronts(Mapping[int, Front]):
    """Fronts by number of regions; ``fronts[9]`` is that of nine regions."""

    def __init__(self, instance: Instance, asked: str, text: str) -> None:
        self.instance = instance
        self._asked = asked
        self._text = text
        self._words: list[str] = []
        #: The folder that holds the run, where there is one.
        self.folder: Optional[Path] = None
        #: The plans near each point, where ``within`` asked for them: a row for each by the name of
        #: its point and its number, with its objective and the region of every area by code.
        self.near: Optional[pd.DataFrame] = None
        self.document: dict[str, Any] = json.loads(text)
        #: The second objectives.
        self.against = [objective["word"] for objective in self.document["objectives"]]
        senses = {
            objective["word"]: "max" if objective["sense"].startswith("max") else "min"
            for objective in self.document["objectives"]
        }
        self._fronts = {
            front["k"]: Front(instance, asked, front, senses) for front in self.document["fronts"]
        }

    def __getitem__(self, k: int) -> Front:
        return self._fronts[k]

    def __iter__(self) -> Iterator[int]:
        return iter(self._fronts)

    def __len__(self) -> int:
        return len(self._fronts)

    @property
    def is_complete(self) -> bool:
        """Whether every point of every front is there, proven."""
        return all(front.is_complete for front in self.values())

    def over_k(self) -> pd.DataFrame:
        """The points that no point of any number of regions equals or betters in both respects."""
        names = [point["id"] for point in self.document["over_k"][0]["points"]]
        return self.to_frame().loc[names]

    def to_frame(self) -> pd.DataFrame:
        """A row for each point of each front; see :meth:`Front.to_frame`."""
        frames = [front.to_frame() for front in self.values()]
        filled = [frame for frame in frames if len(frame)]
        return pd.concat(filled) if filled else frames[0]

    def plot(self, ax: Any = None, **style: Any) -> Any:
        """Internal commuting against the first second objective, a line for each k; gives the axes."""
        if ax is None:
            ax = needed("matplotlib.pyplot", "a chart").subplots()[1]
        word = self.against[0]
        for k, front in self.items():
            frame = front.to_frame().sort_values(word)
            how = {"where": "pre", "marker": "." if len(frame) < 40 else None, **style}
            ax.step(frame[word], frame["objective"], label=f"{k} regions", **how)
        ax.set_xlabel(self.document["objectives"][0]["description"])
        ax.set_ylabel("commuters inside their region")
        ax.legend()
        return ax

    def certificate(self, k: int, time_limit: float = LIMIT) -> Certificate:
        """The proof of the whole front with k regions, found and checked within so many seconds."""
        if k not in self._fronts:
            what = f"there is no front with {k} regions"
            raise refused("E713", "k", what, f"there are {sorted(self._fronts)}")
        in_one_process()
        return certified(self.instance, self._asked, self._text, k, time_limit)

    def __repr__(self) -> str:
        lines = [repr(front) for front in self.values()]
        return "\n".join([f"<Fronts against {', '.join(self.against)}>", *lines])


def front(
    instance: Instance,
    k: Ks,
    against: Union[str, list[str]] = "min-population",
    *,
    scenario: Union[str, os.PathLike[str], None] = None,
    reference: Optional[str] = None,
    alternatives: int = 0,
    within: Optional[float] = None,
    most_near: int = 100,
    resume: Union[str, os.PathLike[str], None] = None,
    time_limit: Optional[float] = None,
    total_time_limit: Optional[float] = None,
    node_limit: Optional[int] = None,
    seed: int = 0,
    threads: Optional[int] = None,
    memory: Optional[int] = None,
    progress: Optional[bool] = None,
    **rules: Unpack[Rules],
) -> Fronts:
    """For each k the whole Pareto front: internal commuting against second objectives, proven.

    ``against`` is one of ``min-population``, ``min-jobs``, ``min-employed``, ``min-areas`` (of the
    smallest region), ``max-population`` (of the largest), ``min-self-containment``,
    ``kept-together`` (pairs of areas that share a region in the division ``reference``),
    ``distance`` (of everybody to their centre), ``other-year`` (the commuters inside by the figures
    of the year ``reference``, a front between two years); several make one front together. A limit on an
    objective does not hold along its front, which is told as a warning.

    ``time_limit`` (seconds) holds for one point, ``total_time_limit`` for everything; scenario, seed,
    threads, memory, progress and rules are those of :class:`~regionfront.Regions`. Ctrl-C hands over
    the points there are.

    ``within`` (a share, such as 0.005) also finds the plans within it of the internal commuting of
    each point, at most ``most_near`` of them: ``near`` of the fronts, a table. ``resume`` names a folder that keeps
    the run: points are written there as they are found, and the same question goes on from them,
    whether Python or the command had begun it; :func:`~regionfront.report` makes a report of it. Both
    are done by the command, in a process of its own.

    The method is that of ε-constraints (Haimes, Lasdon, Wismer, *IEEE Transactions on Systems, Man,
    and Cybernetics*, 1971), each step exact.
    """
    asked, steps = question_of(
        k,
        against,
        scenario=scenario,
        reference=reference,
        alternatives=alternatives,
        time_limit=time_limit,
        total_time_limit=total_time_limit,
        node_limit=node_limit,
        seed=seed,
        threads=threads,
        memory=memory,
        **rules,
    )
    said = {
        "scenario": scenario,
        "reference": reference,
        "alternatives": alternatives or None,
        "time_limit": time_limit,
        "total_time_limit": total_time_limit,
        "node_limit": node_limit,
        "seed": seed or None,
        "threads": threads,
        "memory": memory,
    }
    line = _line(k, against, within, most_near, {**said, **rules})
    if within is None and resume is None:
        in_one_process()
        with listening(progress, steps) as listener:
            text = _native.front(instance._native, asked, listener)
        near = None
    else:
        with tempfile.TemporaryDirectory(prefix="regionfront-") as scratch:
            folder = Path(scratch) / "run" if resume is None else Path(resume)
            kept = [f"--output={folder}", "--resume", "--format=json", "--no-explain", "-q"]
            with listening(progress, 1) as listener:
                _, text = command(["front", *place(instance), *line, *kept])
                if listener is not None:
                    listener("finished", 0, 0)
            near = None if within is None else _near(folder / "near.csv")
    fronts = answered(instance, asked, text)
    fronts.near = near
    fronts._words = line
    fronts.folder = None if resume is None else Path(resume)
    return fronts


def _near(file: Path) -> Optional[pd.DataFrame]:
    """The plans near points, as the command writes them; ``None`` where it came to none."""
    if not file.is_file():
        return None
    table = pd.read_csv(file, encoding="utf-8-sig")
    return table.set_index(["point", "plan"]).drop(columns="k")


def _line(
    k: Ks,
    against: Union[str, list[str]],
    within: Optional[float],
    most_near: int,
    said: Mapping[str, Any],
) -> list[str]:
    """The question as the command is asked it."""
    if within is not None and not 0 <= within <= 1:
        raise refused("E713", "within", f"{within} is no share", "give a share such as 0.005")
    objectives = [against] if isinstance(against, str) else list(against)
    near: dict[str, Any] = {} if within is None else {"within": within, "most_near": most_near}
    rules = {key: value for key, value in said.items() if key not in _OPTIONS}
    options = {key: value for key, value in said.items() if key in _OPTIONS}
    objectives = [word.replace("_", "-") for word in objectives]
    joint = len(objectives) > 1
    return words(rules, ks=counts(k), against=objectives, joint=joint, **near, **options)


def question_of(
    k: Ks, against: Union[str, list[str]] = "min-population", **options: Any
) -> tuple[str, int]:
    """The question of :func:`front` with these options, and how many fronts it asks for."""
    words = [against] if isinstance(against, str) else list(against)
    words = [word.replace("_", "-") for word in words]
    ks = counts(k)
    options.pop("progress", None)
    known = {name: options.pop(name) for name in _OPTIONS if name in options}
    asked = question(options, ks=ks, against=words, joint=len(words) > 1, **known)
    return asked, len(ks)


#: What is no rule.
_OPTIONS = (
    "scenario",
    "reference",
    "alternatives",
    "time_limit",
    "total_time_limit",
    "node_limit",
    "seed",
    "threads",
    "memory",
)


def answered(instance: Instance, asked: str, text: str) -> Fronts:
    """The fronts of a document."""
    fronts = Fronts(instance, asked, text)
    failed = [front for front in fronts.values() if front.status == "error"]
    if failed:
        told = [("E301", f"k = {it.k}", it.reason or "", "please report it") for it in failed]
        raise RegionfrontError(told)
    for objective in fronts.document["objectives"]:
        if objective["dropped"]:
            limits = "; ".join(objective["dropped"])
            text = f"along the front against {objective['word']}, this does not hold: {limits}"
            warnings.warn(text, UserWarning, stacklevel=3)
    warn_if_interrupted(front.status for front in fronts.values())
    return fronts
