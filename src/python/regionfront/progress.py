"""Progress through ``tqdm``, where it is installed: bars on terminals and in notebooks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Optional

from .optional import available, needed

#: Called with a word, a number of regions, and a figure.
Listener = Callable[[str, int, int], None]


class _Bar:
    """A step for every number of regions that is done, and the latest news behind it."""

    def __init__(self, tqdm: Any, total: int, unit: str) -> None:
        self._bar = tqdm.tqdm(total=total, unit=unit, leave=False)
        self._points = 0

    def __enter__(self) -> Listener:
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def _tell(self, word: str, k: int, figure: int) -> None:
        if word == "finished":
            self._bar.update(1)
            return
        if word == "point":
            self._points += 1
            self._bar.set_postfix_str(f"{self._points} points, k = {k}: {figure:,} inside", False)
        elif word == "incumbent":
            self._bar.set_postfix_str(f"k = {k}: {figure:,} inside", False)
        elif word == "bound":
            self._bar.set_postfix_str(f"k = {k}: at most {figure:,}", False)
        self._bar.refresh()


def listening(
    progress: Optional[bool], total: int, unit: str = "k"
) -> AbstractContextManager[Optional[Listener]]:
    """A bar for so many steps; without one where nobody looks.

    ``True`` shows it, ``False`` does not; ``None`` shows it on a terminal or in a notebook, if
    ``tqdm`` is installed.
    """
    if progress is None:
        is_seen = _in_notebook() or (sys.stderr is not None and sys.stderr.isatty())
        tqdm = available("tqdm.auto") if is_seen else None
    else:
        tqdm = needed("tqdm.auto", "a bar of progress") if progress else None
    return nullcontext() if tqdm is None else _Bar(tqdm, total, unit)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return running is not None and "IPKernelApp" in running.config
