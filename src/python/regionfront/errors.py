"""What can go wrong: every exception carries a stable code, the place, what is wrong and what to do.

Codes below ``E700`` are those of the command line; the book's page *Codes of errors and violations*
lists them all. Several defects of an input are raised together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

#: Codes of what can go wrong in Python alone, with their meaning.
CODES = {
    "E701": "codes of areas are not strings, not unique, or not the index",
    "E702": "a column that is named is not there, or one that is needed is not named",
    "E703": "a figure is missing, negative, or not a whole number",
    "E704": "flows are neither a long nor a rectangular table of the areas",
    "E705": "a graph does not fit the areas",
    "E706": "polygons are missing, or without a coordinate system",
    "E707": "what was handed over is no division of the areas",
    "E708": "there is no plan to show",
    "E709": "a package is needed that is not installed",
    "E710": "the process was forked after something was solved",
    "E711": "questions of a batch were not answered",
    "E712": "there is no certificate",
    "E713": "an argument cannot have that value",
}


class Defect(NamedTuple):
    """One defect: its code, its place, what is wrong, and what to do about it."""

    code: str
    place: str
    what: str
    help: str

    def __str__(self) -> str:
        return f"{self.code} {self.place}: {self.what}\n     help: {self.help}"


class RegionfrontError(Exception):
    """The base of all; ``defects`` holds every defect, the attributes are those of the first."""

    #: Every defect that was found.
    defects: tuple[Defect, ...]

    def __init__(self, defects: Iterable[Sequence[str]]) -> None:
        self.defects = tuple(Defect(*defect) for defect in defects)
        # As plain tuples, so that the exception survives its way between processes.
        super().__init__(tuple(tuple(defect) for defect in self.defects))

    @property
    def code(self) -> str:
        """The stable code of the first defect, such as ``"E204"``."""
        return self.defects[0].code

    @property
    def place(self) -> str:
        """Where it is: a table and a row, an argument, a file."""
        return self.defects[0].place

    @property
    def what(self) -> str:
        """What is wrong."""
        return self.defects[0].what

    @property
    def help(self) -> str:
        """What to do about it."""
        return self.defects[0].help

    def __str__(self) -> str:
        return "\n".join(str(defect) for defect in self.defects)


class InputError(RegionfrontError, ValueError):
    """The data, the rules or an argument cannot be used as they are."""


class NoPlan(RegionfrontError, LookupError):
    """A plan is asked for where there is none: proven so, or because a limit struck first."""


class Fault(RegionfrontError, RuntimeError):
    """A fault of ours, or of the disk: not of the question."""


class MissingPackage(RegionfrontError, ImportError):
    """An optional package is needed and not installed."""


class Assumed(UserWarning):
    """Something was assumed that an argument can say; the instance keeps it in ``remarks``."""


class StoppedEarly(UserWarning):
    """A search was interrupted and handed over the best there was."""


def of_defects(defects: Sequence[tuple[str, str, str, str]]) -> RegionfrontError:
    """The exception for defects that the library found."""
    is_fault = defects[0][0][:2] in {"E3", "E4"}
    return (Fault if is_fault else InputError)(defects)


def refused(code: str, place: str, what: str, help: str) -> InputError:
    """The exception for one defect of an input."""
    return InputError([(code, place, what, help)])


def some_of(items: Iterable[object], most: int = 5) -> str:
    """The first few of many, for a message."""
    listed = [str(item) for item in items]
    more = f", … ({len(listed)} in all)" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
