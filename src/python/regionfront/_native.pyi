"""The compiled library; the modules of this package are its only callers."""

import os
from collections.abc import Callable, Sequence
from typing import Optional, final

_Progress = Optional[Callable[[str, int, int], None]]
_Division = tuple[str, Optional[str]]

__all__ = [
    "Instance",
    "__version__",
    "borders",
    "certify",
    "command",
    "compare",
    "evaluate",
    "explain",
    "front",
    "regions",
    "solve",
    "text_of",
]

__version__: str

@final
class Instance:
    def __new__(
        cls,
        folder: str | os.PathLike[str],
        year: int | None = None,
        encoding: str | None = None,
    ) -> Instance: ...
    def describe(self) -> str: ...
    def tables(self) -> str: ...

def text_of(
    path: str | os.PathLike[str], encoding: str | None = None
) -> tuple[str, Optional[str]]: ...
def borders(geojson: str) -> tuple[list[tuple[str, str, float]], list[str]]: ...
def solve(instance: Instance, question: str, progress: _Progress) -> tuple[str, list[str]]: ...
def front(instance: Instance, question: str, progress: _Progress) -> str: ...
def regions(instance: Instance, question: str, named: _Division) -> str: ...
def evaluate(
    instance: Instance, question: str, named: _Division, progress: _Progress
) -> str: ...
def compare(instance: Instance, first: _Division, second: _Division) -> str: ...
def explain(instance: Instance, question: str, progress: _Progress) -> str: ...
def certify(
    instance: Instance, question: str, document: str, k: int, time_limit_s: float
) -> list[tuple[str, Optional[str]]]: ...
def command(program: str | os.PathLike[str], arguments: Sequence[str]) -> int: ...
