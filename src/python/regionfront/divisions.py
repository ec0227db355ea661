"""Divisions in whatever form they come: ours, spopt's, GerryChain's, tables, files."""

from __future__ import annotations

import csv
import io
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import pandas as pd

from . import _native
from .errors import Assumed, RegionfrontError, refused, some_of

if TYPE_CHECKING:
    from .instance import Instance

_FORMS = (
    "hand over a Series of regions by code, a mapping of codes to regions, a table with the columns "
    "code and region, labels in the order of the areas, a fitted model with labels_, a partition of "
    "GerryChain, a plan, the path of a CSV file, or the name of a division of the instance"
)


def named(
    instance: Instance,
    division: Any,
    name: str = "division",
    encoding: Optional[str] = None,
    stacklevel: int = 3,
) -> tuple[str, Optional[str]]:
    """What the library calls a division: its name, and its text unless the instance has it."""
    if isinstance(division, (str, os.PathLike)):
        path = Path(division)
        if str(division) in instance.divisions or not path.is_file():
            return str(division), None
        return path.stem, text_of(path, encoding or instance._encoding, stacklevel + 1)
    own = _attribute(division, "name")
    if isinstance(own, str) and own:
        name = own
    return name, csv_of(division, instance.codes)


def text_of(path: Path, encoding: Optional[str], stacklevel: int = 3) -> str:
    """The text of a file, read as the command reads it: in ``encoding`` where it is not UTF-8, and
    without one with a warning that says what was assumed."""
    text, assumed = _native.text_of(path, encoding)
    if assumed is not None:
        warnings.warn(assumed, Assumed, stacklevel=stacklevel)
    return text


def begun_from(instance: Instance, division: Any, encoding: Optional[str], stacklevel: int) -> str:
    """A division in any form as CSV: what stands in a file, or in the instance, as it stands there."""
    name, text = named(instance, division, encoding=encoding, stacklevel=stacklevel + 1)
    if text is not None:
        return text
    return csv_of(instance.divisions.get(name, name), instance.codes)


def csv_of(division: Any, codes: Sequence[str]) -> str:
    """A division as CSV with the columns code and region; a code may stand twice or be missing."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("code", "region"))
    rows.writerows(members(division, codes))
    return text.getvalue()


def members(division: Any, codes: Sequence[str]) -> list[tuple[str, str]]:
    """The members of a division: pairs of a code and the name of a region."""
    pairs = list(_pairs(division, codes))
    strangers = sorted({repr(code) for code, _ in pairs if not isinstance(code, str)})
    if strangers:
        what = f"areas are named by codes, which are strings, and {some_of(strangers)} are not"
        raise refused("E707", "division", what, _FORMS)
    return [(code, _region(region)) for code, region in pairs if not _is_missing(region)]


def _pairs(division: Any, codes: Sequence[str]) -> Iterable[tuple[Any, Any]]:
    of_model = _attribute(division, "plan_")
    named_areas = _attribute(of_model if of_model is not None else division, "named_areas")
    if named_areas is not None:
        # One of our plans: its regions have names.
        return list(named_areas)
    for attribute in ("labels_", "labels", "assignment"):
        inner = _attribute(division, attribute)
        if inner is not None and not callable(inner):
            # Ours and spopt's models have labels, GerryChain's partitions an assignment.
            node = _attribute(_attribute(division, "graph"), "original_nx_node_id_for_internal_node_id")
            if node is not None:
                # From 1.0 on its nodes have numbers of their own.
                return [(node(number), region) for number, region in inner.items()]
            return _pairs(inner, codes)
    if isinstance(division, (str, bytes, os.PathLike)):
        what = f"{division!r} is neither the path of a file nor the name of a division of the instance"
        raise refused("E707", "division", what, _FORMS)
    if isinstance(division, pd.DataFrame):
        if not {"code", "region"} <= set(division.columns):
            what = f"the table has the columns {some_of(division.columns, 8)}"
            raise refused("E707", "division", what, _FORMS)
        return zip(division["code"], division["region"])
    if isinstance(division, pd.Series):
        if not division.index.equals(pd.RangeIndex(len(division))):
            return division.items()
        division = division.to_list()
    if isinstance(division, Mapping) or _attribute(division, "items") is not None:
        return list(division.items())
    try:
        labels = list(division)
    except TypeError:
        what = f"a {type(division).__name__} is no division"
        raise refused("E707", "division", what, _FORMS) from None
    if len(labels) != len(codes):
        what = f"there are {len(labels)} labels for {len(codes)} areas"
        raise refused("E707", "division", what, _FORMS)
    return zip(codes, labels)


def _attribute(division: Any, name: str) -> Any:
    try:
        return getattr(division, name, None)
    except RegionfrontError:
        raise
    except Exception:
        # A partition of GerryChain raises one of its own kind for what it does not have.
        return None


def _is_missing(region: Any) -> bool:
    return region is None or region != region or region is pd.NA


def _region(region: Any) -> str:
    # A column of labels that has a gap holds them as floats.
    if isinstance(region, float) and region.is_integer():
        return str(int(region))
    return str(region)
