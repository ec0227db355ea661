"""Areas and flows from data frames: whole numbers by code, nothing rounded or filled in silence."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Optional, Union

import numpy as np
import pandas as pd

from .errors import InputError, refused, some_of

#: The names of the columns of a long table of flows.
LONG = ("residence", "workplace", "commuters")

#: Largest count of people that is read.
_LARGEST = 10**15


def codes_of(index: pd.Index, place: str) -> list[str]:
    """The codes of areas, which are the index: strings, each once."""
    others = [code for code in index if not isinstance(code, str)]
    if others:
        what = f"codes are strings, and {some_of(map(repr, others))} are not: `0301` is not 301"
        help = 'make the column of codes the index, as text: areas.set_index("code"), read with dtype=str'
        raise refused("E701", place, what, help)
    odd = [code for code in index if not code.strip() or code != code.strip()]
    if odd:
        what = f"codes are empty or have blanks around them: {some_of(map(repr, odd))}"
        raise refused("E701", place, what, "strip the codes: areas.index.str.strip()")
    twice = index[index.duplicated()].unique()
    if len(twice):
        raise refused(
            "E701", place, f"codes stand twice: {some_of(twice)}", "keep one row for each area"
        )
    return list(index)


def whole(
    values: Any, place: str, round: Optional[str], remarks: list[str], scale: str = "figures"
) -> np.ndarray:
    """Counts of people as integers. Fractions are an error unless ``round="nearest"`` is said."""
    if round not in (None, "nearest"):
        help = 'say round="nearest", or leave it out for whole numbers'
        raise refused("E713", "round", f"there is no rounding `{round}`", help)
    series = pd.Series(values)
    if series.dtype == object or series.dtype.kind not in "iufb":
        series = _numbers(series, place)
    missing = series.isna()
    if missing.any():
        rows = some_of(series.index[missing])
        help = "write the figures, or 0 where there is nobody: .fillna(0)"
        raise refused("E703", place, f"figures are missing: {rows}", help)
    bad = (series < 0) | (series > _LARGEST)
    if bad.any():
        shown = some_of(f"{at}: {series[at]}" for at in series.index[bad])
        help = "counts of people are 0 or more, and less than 10^15"
        raise refused("E703", place, f"figures are no counts of people: {shown}", help)
    if series.dtype.kind == "f":
        nearest = series.round()
        broken = series.index[nearest != series]
        if len(broken) and round is None:
            shown = some_of(f"{at}: {series[at]}" for at in broken)
            help = f'count whole people, or say round="nearest" to have {scale} rounded'
            raise refused("E703", place, f"figures are not whole numbers: {shown}", help)
        if len(broken):
            change = float(nearest.sum() - series.sum())
            remarks.append(
                f"{place}: {len(broken)} of {len(series)} figures rounded to the nearest whole "
                f"number, which changes their sum by {change:+.1f}"
            )
        return nearest.astype("int64").to_numpy()
    return np.asarray(series.to_numpy(), dtype="int64")


def _numbers(series: pd.Series, place: str) -> pd.Series:
    """Figures out of a column of objects, such as Decimal or integers that may be missing."""
    texts = [value for value in series if isinstance(value, str)]
    if texts:
        help = "make numbers of them: pd.to_numeric(…)"
        raise refused("E703", place, f"figures are texts: {some_of(map(repr, texts))}", help)
    # Through float only where a figure is missing: counts stay exact.
    return pd.to_numeric(series, errors="coerce")


def column(frame: pd.DataFrame, name: Hashable, argument: str) -> pd.Series:
    """The column that an argument names."""
    if name not in frame.columns:
        known = [str(known) for known in frame.columns]
        help = f"name a column, such as {argument}={known[0]!r}" if known else "add the column"
        what = f"there is no column `{name}`; there are {some_of(known, 12)}"
        raise refused("E702", argument, what, help)
    return frame[name]


def long_flows(
    flows: Any, columns: Optional[Sequence[Hashable]], known: Iterable[str]
) -> pd.DataFrame:
    """Flows as a long table with the columns residence, workplace and commuters.

    Takes a long table with these columns, or with those that ``columns`` names; a Series with an
    index of residence and workplace; or a rectangular table, residences as rows and workplaces as
    columns.
    """
    known = set(known)
    if isinstance(flows, pd.Series) and flows.index.nlevels == 2:
        frame = pd.DataFrame(
            {
                "residence": flows.index.get_level_values(0),
                "workplace": flows.index.get_level_values(1),
                "commuters": flows.to_numpy(),
            }
        )
        return _of_strings(frame)
    if not isinstance(flows, pd.DataFrame):
        what = f"a {type(flows).__name__} is no table of flows"
        raise refused("E704", "flows", what, _FORMS)
    if columns is not None:
        if len(columns) != 3:
            help = "name three columns: residence, workplace, commuters, in this order"
            raise refused("E702", "flow_columns", f"it names {len(columns)} columns", help)
        parts = [column(flows, name, "flow_columns") for name in columns]
        return _of_strings(pd.DataFrame(dict(zip(LONG, (part.to_numpy() for part in parts)))))
    if all(name in flows.columns for name in LONG):
        return _of_strings(flows.loc[:, list(LONG)].reset_index(drop=True))
    if known & set(flows.index) and known & set(flows.columns):
        return _of_rectangle(flows)
    what = (
        f"the columns are {some_of(flows.columns, 8)}: neither {', '.join(LONG)}, nor the codes of "
        "the areas with codes as the index"
    )
    raise refused("E704", "flows", what, _FORMS)


_FORMS = (
    "hand over a long table with the columns residence, workplace, commuters (or say which three "
    'they are: flow_columns=("home", "work", "persons")), or a rectangular one with codes of '
    "residences as the index and codes of workplaces as columns"
)


def _of_strings(frame: pd.DataFrame) -> pd.DataFrame:
    for name in LONG[:2]:
        others = [code for code in frame[name].unique() if not isinstance(code, str)]
        if others:
            what = f"codes are strings, and {some_of(map(repr, others))} are not"
            help = "read the table with these columns as text: dtype=str"
            raise refused("E701", f"flows, column {name}", what, help)
    return frame


def _of_rectangle(flows: pd.DataFrame) -> pd.DataFrame:
    for name, codes in (("index", flows.index), ("columns", flows.columns)):
        codes_of(codes, f"flows, {name}")
    if flows.isna().to_numpy().any():
        what = "cells of the rectangular table are empty"
        help = "write 0 where nobody commutes: flows.fillna(0)"
        raise refused("E703", "flows", what, help)
    values = flows.to_numpy()
    rows, places = np.nonzero(values)
    return pd.DataFrame(
        {
            "residence": flows.index.to_numpy()[rows],
            "workplace": flows.columns.to_numpy()[places],
            "commuters": values[rows, places],
        }
    )


def split_flows(
    flows: pd.DataFrame, codes: Sequence[str], outside: str
) -> tuple[pd.DataFrame, Optional[pd.DataFrame]]:
    """Flows between the areas, and those to and from elsewhere by area, where they are to be kept.

    ``outside`` says what becomes of places that are no areas: ``"refuse"`` or ``"keep"``.
    """
    if outside not in ("refuse", "keep"):
        help = 'say outside="keep" to count such places as elsewhere, or "refuse"'
        raise refused("E713", "outside", f"`{outside}` is nothing it can be", help)
    own = set(codes)
    lives, works = flows["residence"].isin(own), flows["workplace"].isin(own)
    strangers = pd.concat([flows["residence"][~lives], flows["workplace"][~works]]).unique()
    if len(strangers) and outside == "refuse":
        what = f"flows lead to or from places that are no areas: {some_of(sorted(strangers))}"
        help = 'say outside="keep" to count them as commuters to and from elsewhere, or drop the rows'
        raise InputError([("E704", "flows", what, help)])
    inside = flows[lives & works]
    twice = inside.duplicated(["residence", "workplace"])
    if twice.any():
        pairs = inside.loc[twice, ["residence", "workplace"]].itertuples(index=False)
        what = f"pairs stand twice: {some_of(f'{home} to {work}' for home, work in pairs)}"
        help = 'add them up if that is meant: flows.groupby(["residence", "workplace"]).sum()'
        raise refused("E704", "flows", what, help)
    if not len(strangers):
        return inside, None
    to = flows[lives & ~works].groupby("residence")["commuters"].sum()
    from_ = flows[~lives & works].groupby("workplace")["commuters"].sum()
    elsewhere = pd.DataFrame({"to_elsewhere": to, "from_elsewhere": from_})
    return inside, elsewhere.reindex(pd.Index(codes)).fillna(0).astype("int64")


def external_flows(external: Any, codes: Sequence[str]) -> pd.DataFrame:
    """A table of commuters to and from places outside, a row for every area, in their order."""
    if not isinstance(external, pd.DataFrame):
        what = f"a {type(external).__name__} is no table"
        help = "hand over a DataFrame with codes as the index, and to_PLACE and from_PLACE as columns"
        raise refused("E704", "external", what, help)
    codes_of(external.index, "external, index")
    lacking = [code for code in codes if code not in external.index]
    unknown = [code for code in external.index if code not in set(codes)]
    if lacking or unknown:
        what = (
            f"there is no row for {some_of(lacking)}"
            if lacking
            else f"there are rows for what is no area: {some_of(unknown)}"
        )
        raise refused("E704", "external", what, "write one row for every area, with 0 for nobody")
    return external.loc[list(codes)]


def texts(values: Union[pd.Series, Iterable[Any]]) -> list[str]:
    """A column as texts, empty where it is missing."""
    return ["" if value is None or value != value else str(value).strip() for value in values]
