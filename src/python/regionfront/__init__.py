"""Proven best divisions of areas into k contiguous regions that maximise internal commuting.

>>> import regionfront as rf
>>> inst = rf.Instance.read("instances/viken-2020")            # doctest: +SKIP
>>> model = rf.Regions(inst, k=9, min_population=20_000).solve()  # doctest: +SKIP
>>> model.status_, model.objective_, model.bound_              # doctest: +SKIP

:class:`Instance` holds the data, :class:`Regions` finds the best plan, :func:`front` what balance costs,
:func:`evaluate` and :func:`compare` judge divisions of anybody's, :func:`explain` says why there is no
plan, :func:`batch` does many questions here or on a cluster, :func:`derive` makes a division from a division,
:func:`report` and :func:`study` write what is to be read.
"""

from ._native import __version__
from .batches import Question, answer, batch
from .certificates import Certificate
from .errors import (
    Assumed,
    Defect,
    Fault,
    InputError,
    MissingPackage,
    NoPlan,
    RegionfrontError,
    StoppedEarly,
)
from .explanations import Explanation, explain
from .fronts import Front, Fronts, front
from .instance import Instance
from .judged import Comparison, Evaluation, compare, evaluate
from .plan import Plan
from .regions import Regions
from .rules import Rules
from .runs import Derivation, derive, report, study

__all__ = [
    "Assumed",
    "Certificate",
    "Comparison",
    "Defect",
    "Derivation",
    "Evaluation",
    "Explanation",
    "Fault",
    "Front",
    "Fronts",
    "InputError",
    "Instance",
    "MissingPackage",
    "NoPlan",
    "Plan",
    "Question",
    "Regions",
    "RegionfrontError",
    "Rules",
    "StoppedEarly",
    "__version__",
    "answer",
    "batch",
    "compare",
    "derive",
    "evaluate",
    "explain",
    "front",
    "report",
    "study",
]
