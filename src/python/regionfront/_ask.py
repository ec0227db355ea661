"""Questions to the library: JSON in, one of the published documents out."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Optional, Union

from .errors import Fault, StoppedEarly, refused
from .rules import scenario_text

#: One number of regions, or several.
Ks = Union[int, Iterable[int]]

#: The process in which threads were started first.
_started_in: Optional[int] = None


def question(
    rules: Mapping[str, Any],
    *,
    ks: Iterable[int] = (),
    scenario: Union[str, os.PathLike[str], None] = None,
    time_limit: Optional[float] = None,
    total_time_limit: Optional[float] = None,
    node_limit: Optional[int] = None,
    gap: float = 0.0,
    abs_gap: int = 0,
    seed: int = 0,
    threads: Optional[int] = None,
    memory: Optional[int] = None,
    engine: str = "exact",
    **more: Any,
) -> str:
    """A question as the extension reads it. Times are in seconds, memory in MiB."""
    if engine not in ("exact", "compact"):
        raise refused("E713", "engine", f"there is no engine `{engine}`", "use exact or compact")
    for name, value in (("time_limit", time_limit), ("total_time_limit", total_time_limit)):
        if value is not None and not 0 <= value < float("inf"):
            raise refused("E713", name, f"{value} is no time", "give seconds, 0 or more")
    if not 0 <= gap < float("inf"):
        raise refused("E713", "gap", f"{gap} is no share", "give a share such as 0.01")
    for name, count, least in (
        ("node_limit", node_limit, 0),
        ("abs_gap", abs_gap, 0),
        ("seed", seed, 0),
        ("threads", threads, 1),
        ("memory", memory, 1),
    ):
        if count is not None and (count != int(count) or not least <= count < 2**53):
            help = f"give a whole number, {least} or more"
            raise refused("E713", name, f"{count!r} is none it can have", help)
    asked = {
        "scenario": None if scenario is None else os.fspath(scenario),
        "rules": scenario_text(rules),
        "ks": list(ks),
        "is_compact": engine == "compact",
        "time_limit_s": time_limit,
        "total_time_limit_s": total_time_limit,
        "node_limit": node_limit,
        "gap": float(gap),
        "abs_gap": abs_gap,
        "seed": seed,
        "threads": threads,
        "memory_mib": memory,
        **more,
    }
    return json.dumps(asked, default=int)


def counts(k: Ks, place: str = "k") -> list[int]:
    """Numbers of regions, ascending, each once."""
    try:
        listed = list(k) if isinstance(k, Iterable) else [k]
        found = sorted({int(one) for one in listed if int(one) == one and one >= 1})
    except (TypeError, ValueError):
        listed, found = [], []
    if isinstance(k, str) or not found or len(found) != len(set(listed)):
        help = "give a number such as 9, or several such as range(6, 14)"
        raise refused("E713", place, f"`{k!r}` are no numbers of regions", help)
    return found


def in_one_process() -> None:
    """Refuses to go on in a process that was forked from one with solving threads.

    Threads do not survive a fork, and waiting for them would have no end.
    """
    global _started_in
    if _started_in is None:
        _started_in = os.getpid()
    elif _started_in != os.getpid():
        what = "this process was forked from one that had solved something, and its threads are gone"
        help = 'start processes afresh: multiprocessing.get_context("spawn"), or mp_context=…'
        raise Fault([("E710", "fork", what, help)])


def warn_if_interrupted(terminations: Iterable[str]) -> None:
    """Says that what is handed over is the best so far, and not all there is."""
    if "interrupted" in terminations:
        text = "interrupted: this is the best there was until then, with the bound that was proven"
        warnings.warn(text, StoppedEarly, stacklevel=3)
