"""Rules as keyword arguments, written as the text of a scenario, which the library reads.

So every rule has the meaning, the checks and the messages that it has in a scenario file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Union

from .errors import refused

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

#: Groups of areas, by name or code: ``{"Hallingdal": ["3039", "Hol"]}``, or lists without names.
Groups: TypeAlias = Union[Mapping[str, Iterable[str]], Iterable[Iterable[str]]]

#: Regions of divisions: names of divisions, or ``{"councils": ["Hallingdal"]}`` for some regions.
Wholes: TypeAlias = Union[str, Iterable[str], Mapping[str, Union[Iterable[str], None]]]


class Rules(TypedDict, total=False):
    """Rules of a question; all limits are inclusive, and hold for every region.

    ``min_population``, ``max_population`` (inhabitants), ``min_areas``, ``max_areas`` (areas),
    ``min_jobs``, ``max_jobs`` (persons who work there), ``min_employed``, ``max_employed`` (employed
    persons who live there), ``min_self_containment`` (a share, 0 to 1, of the employed residents);
    ``keep_together`` (groups whose areas share one region), ``keep_apart`` (groups no two areas of
    which do), ``closed`` (groups that are exactly a region), ``fixed`` (regions already decided, free
    of limits), ``keep_whole`` (regions of divisions that are not cut), ``limits_do_not_apply_to``
    (areas whose region is free of limits, whatever else it holds); ``links`` (kinds of links that
    count as contiguous: ``"land"``, ``"fixed_link"``, ``"ferry"``, ``"sea_link"``; the first two
    where nothing is said); ``areas`` (the areas in question), ``external_areas`` (areas to add).
    """

    min_population: int
    max_population: int
    min_areas: int
    max_areas: int
    min_jobs: int
    max_jobs: int
    min_employed: int
    max_employed: int
    min_self_containment: float
    keep_together: Groups
    keep_apart: Groups
    closed: Groups
    fixed: Groups
    keep_whole: Wholes
    limits_do_not_apply_to: Sequence[str]
    links: Sequence[str]
    areas: Sequence[str]
    external_areas: Sequence[str]


_GROUPS = ("keep_together", "keep_apart", "closed", "fixed")
_LISTS = ("links", "areas", "external_areas", "limits_do_not_apply_to")


def scenario_text(rules: Mapping[str, Any]) -> str:
    """The text of a scenario file with these rules, a line for each."""
    lines = []
    for key, value in rules.items():
        if value is None:
            continue
        if key in _GROUPS:
            value = _groups(key, value)
        elif key == "keep_whole":
            value = _wholes(value)
        elif isinstance(value, str) and key in _LISTS:
            value = [value]
        lines.append(f"{key} = {_toml(key, value)}\n")
    return "".join(lines)


def _groups(key: str, groups: Any) -> list[Any]:
    if isinstance(groups, Mapping):
        return [{"name": str(name), "areas": _codes(key, areas)} for name, areas in groups.items()]
    if isinstance(groups, str) or any(isinstance(group, str) for group in groups):
        help = f'write a list of lists, or name the group: {key}={{"Valley": ["3039", "3041"]}}'
        raise refused("E713", key, "it is one list of areas, not a list of groups", help)
    return [
        {"name": str(group["name"]), "areas": _codes(key, group["areas"])}
        if isinstance(group, Mapping)
        else _codes(key, group)
        for group in groups
    ]


def _codes(key: str, areas: Any) -> list[str]:
    if isinstance(areas, str):
        raise refused("E713", key, f"`{areas}` stands for a list of areas", f'write ["{areas}"]')
    return list(areas)


def _wholes(wholes: Any) -> list[dict[str, Any]]:
    if isinstance(wholes, str):
        wholes = [wholes]
    if not isinstance(wholes, Mapping):
        wholes = dict.fromkeys(wholes)
    return [
        {"division": name} if regions is None else {"division": name, "regions": list(regions)}
        for name, regions in wholes.items()
    ]


def _toml(key: str, value: Any) -> str:
    if isinstance(value, str):
        # A basic string of TOML is one of JSON, but for this letter.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(key, of)}" for name, of in value.items()) + " }"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, set, frozenset)) or hasattr(value, "tolist") and value.ndim:
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return "[" + ", ".join(_toml(key, item) for item in items) + "]"
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise refused("E713", key, f"`{value!r}` is no value of a rule", "see help(rf.Rules)") from None
    if number.is_integer() and key != "min_self_containment":
        return str(int(value))
    return repr(number) if number == number and abs(number) != float("inf") else "nan"
