"""The data of one study area: areas, commuters, and which areas touch."""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import warnings
import zipfile
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

import numpy as np
import pandas as pd

from . import _native, links, tables
from .errors import Assumed, InputError, refused
from .optional import available, needed

if TYPE_CHECKING:
    import geopandas

#: A graph: ``"borders"``, or what :meth:`Instance.from_geodataframe` lists.
Graph = Any

#: The code of a file whose encoding was assumed.
_ASSUMED_ENCODING = "W111"

#: The name of a column, or ``"flows"`` for figures added up from the flows.
Figure = Optional[Hashable]


class Instance:
    """Areas, the commuters between them, and which of them touch.

    Made by :meth:`read`, :meth:`from_frames` or :meth:`from_geodataframe`; never changed. It can be
    pickled, and then holds its data itself.

    ``remarks`` lists what was assumed or rounded on the way, ``oddities`` what is odd about the data.
    Counts are whole persons: population on 1 January, commuters as the sources count them.
    """

    def __init__(
        self,
        folder: Union[str, os.PathLike[str]],
        year: Optional[int] = None,
        *,
        encoding: Optional[str] = None,
        _kept: Any = None,
        _frame: Optional[pd.DataFrame] = None,
        _remarks: Sequence[str] = (),
    ) -> None:
        self.folder = Path(folder).absolute()
        self._kept = _kept
        self._frame = _frame
        self.remarks: tuple[str, ...] = tuple(_remarks)
        self._year = year
        self._encoding = encoding
        self._native = _native.Instance(self.folder, year, encoding)
        self._description: dict[str, Any] = json.loads(self._native.describe())
        for odd in self._description["oddities"]:
            if odd["code"] == _ASSUMED_ENCODING:
                warnings.warn(f"{odd['at']}: {odd['what']}: {odd['help']}", Assumed, stacklevel=3)
        self._tables: dict[str, Any] = json.loads(self._native.tables())

    @classmethod
    def read(
        cls,
        folder: Union[str, os.PathLike[str]],
        year: Optional[int] = None,
        *,
        encoding: Optional[str] = None,
    ) -> Instance:
        """Reads the folder of an instance, as the command line does.

        ``year`` chooses the figures of a year where the folder holds several; without it those of the
        year that the instance names. ``encoding`` says what files that are not UTF-8 are written in;
        without it that is assumed, with a warning. Raises :class:`~regionfront.InputError` with every defect (E1xx).
        """
        return cls(folder, year, encoding=encoding)

    @classmethod
    def from_geodataframe(
        cls,
        gdf: geopandas.GeoDataFrame,
        flows: Union[pd.DataFrame, pd.Series],
        *,
        population: Hashable,
        graph: Graph = "borders",
        **more: Any,
    ) -> Instance:
        """An instance from a GeoDataFrame whose index holds the codes of the areas, as strings.

        Its order and its coordinate system are kept. ``graph`` says which areas touch: ``"borders"``
        for polygons that share a border of positive length, a ``W`` or ``Graph`` of libpysal, a graph
        of networkx or GerryChain, a table with the columns ``a`` and ``b`` (and ``kind``,
        ``border_km``), or pairs of codes. The other arguments are those of :meth:`from_frames`.
        """
        if not hasattr(gdf, "geometry") or not hasattr(gdf, "crs"):
            what = f"a {type(gdf).__name__} has no polygons"
            raise refused("E706", "gdf", what, "use Instance.from_frames with a graph")
        return cls.from_frames(gdf, flows, population=population, graph=graph, **more)

    @classmethod
    def from_frames(
        cls,
        areas: pd.DataFrame,
        flows: Union[pd.DataFrame, pd.Series],
        *,
        population: Hashable,
        graph: Graph,
        name: Hashable = None,
        employed: Figure = None,
        jobs: Figure = None,
        county: Hashable = None,
        land_area_km2: Hashable = None,
        flow_columns: Optional[Sequence[Hashable]] = None,
        external: Optional[pd.DataFrame] = None,
        outside: str = "refuse",
        divisions: Optional[Mapping[str, Any]] = None,
        round: Optional[str] = None,
        geometry: bool = True,
        title: str = "",
    ) -> Instance:
        """An instance from tables; ``areas`` has a row for each area, its code as the index.

        ``population``, ``name``, ``employed`` (employed persons who live there), ``jobs`` (employed
        persons who work there), ``county`` and ``land_area_km2`` name columns of ``areas``. Where
        ``employed`` or ``jobs`` are left out they are added up from the flows, which is told as a
        warning (:class:`~regionfront.Assumed`) and in ``remarks``; ``"flows"`` says that this is meant.

        ``flows`` is long (columns residence, workplace, commuters, or the three that ``flow_columns``
        names), a Series by residence and workplace, or rectangular (residences as rows). Those who
        live and work in one area belong in it. ``outside="keep"`` counts places that are no areas as
        elsewhere; ``external`` has columns ``to_PLACE`` and ``from_PLACE`` for each area.

        Figures that are not whole are an error, unless ``round="nearest"``. ``divisions`` are
        divisions by name, for reference. ``geometry=False`` leaves polygons out.

        Raises :class:`~regionfront.InputError`: E701 to E706, and E1xx for data that does not agree.
        """
        remarks: list[str] = []
        codes = tables.codes_of(areas.index, "areas, index")
        shapes = _shapes(areas, graph) if geometry else None
        pairs = links.links_of(graph, codes, _polygons(areas), remarks)
        long = tables.long_flows(flows, flow_columns, codes)
        counts = tables.whole(_labelled(long), "flows", round, remarks, "flows")
        long = long.assign(commuters=counts)
        inside, elsewhere = tables.split_flows(long, codes, outside)
        outer = _outer(external, elsewhere, codes, round, remarks)

        def figure(column: Hashable, argument: str) -> np.ndarray:
            values = tables.column(areas, column, argument)
            return tables.whole(values, f"areas, column {column}", round, remarks)

        written = pd.DataFrame(index=pd.Index(codes, name="code"))
        if name is None:
            remarks.append("areas: called by their codes, as name= names no column")
            written["name"] = codes
        else:
            written["name"] = tables.texts(tables.column(areas, name, "name"))
        written["county"] = (
            "" if county is None else tables.texts(tables.column(areas, county, "county"))
        )
        written["population"] = figure(population, "population")
        for argument, target, end, towards in (
            ("employed", "employed_residents", "residence", "to_"),
            ("jobs", "jobs", "workplace", "from_"),
        ):
            column = employed if argument == "employed" else jobs
            if column is not None and (column != "flows" or "flows" in areas.columns):
                written[target] = figure(column, argument)
                continue
            written[target] = _added_up(inside, outer, codes, end, towards)
            said = f"areas: {target} added up from the flows of each area"
            remarks.append(said)
            if column is None:
                text = f'{said}; say {argument}="flows" if that is meant, or name the column'
                warnings.warn(text, Assumed, stacklevel=2)
        if land_area_km2 is not None:
            written["land_area_km2"] = tables.column(areas, land_area_km2, "land_area_km2").to_numpy()
        if not (inside["residence"] == inside["workplace"]).any():
            remarks.append("flows: nobody lives and works in the same area")

        kept = tempfile.TemporaryDirectory(prefix="regionfront-")
        folder = Path(kept.name)
        written.to_csv(folder / "areas.csv", lineterminator="\n")
        inside.to_csv(folder / "flows.csv", index=False, lineterminator="\n")
        pairs.to_csv(folder / "adjacency.csv", index=False, lineterminator="\n")
        if outer is not None:
            outer.rename_axis("code").to_csv(folder / "external_flows.csv", lineterminator="\n")
        if shapes is not None:
            (folder / "areas.geojson").write_text(links.geojson(shapes, codes), encoding="utf-8")
        _write_divisions(folder, divisions, codes)
        about = {"name": re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "instance"}
        descriptor = {**about, "title": title or "Instance", "resources": []}
        (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
        try:
            return cls(folder, _kept=kept, _frame=areas, _remarks=remarks)
        except InputError as error:
            raise InputError(_placed(error.defects, codes)) from None

    @property
    def name(self) -> str:
        """Short name."""
        return str(self._description["name"])

    @property
    def title(self) -> str:
        """Title for people."""
        return str(self._description["title"])

    @property
    def year(self) -> Optional[int]:
        """The year that the figures are of, where the instance says so."""
        return self._description["year"]

    @property
    def years(self) -> list[int]:
        """Every year that the folder holds figures of."""
        return list(self._description["years"])

    @property
    def sha256(self) -> str:
        """SHA-256 over the files that were read; stands in every document."""
        return str(self._description["sha256"])

    @property
    def description(self) -> dict[str, Any]:
        """What it holds, as ``regionfront inspect --format json`` has it."""
        return self._description

    @property
    def oddities(self) -> list[str]:
        """What is odd about it, though nothing keeps it from being used."""
        return [f"{odd['code']} {odd['at']}: {odd['what']}" for odd in self._description["oddities"]]

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios that ``scenario=`` takes."""
        return list(self._tables["scenarios"])

    @cached_property
    def codes(self) -> list[str]:
        """Codes of the areas, in the order of the table they came from."""
        if self._frame is not None:
            return list(self._frame.index)
        return [area["code"] for area in self._tables["areas"]]

    @cached_property
    def areas(self) -> pd.DataFrame:
        """A row for each area, by code: name, county, persons, land area in km²."""
        frame = pd.DataFrame(self._tables["areas"]).set_index("code")
        return frame.loc[self.codes]

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Commuters (persons) by residence and workplace, none zero; own-area flows included."""
        return pd.DataFrame(self._tables["flows"], columns=list(tables.LONG))

    @cached_property
    def links(self) -> pd.DataFrame:
        """Pairs of areas that touch: a, b, kind, and the length of the border in km where known."""
        return pd.DataFrame(self._tables["links"], columns=["a", "b", "kind", "border_km"])

    @cached_property
    def external(self) -> pd.DataFrame:
        """Commuters to and from places outside, by code: columns ``to_PLACE`` and ``from_PLACE``."""
        columns = {}
        for place in self._tables["external"]:
            columns[f"to_{place['name']}"] = place["to"]
            columns[f"from_{place['name']}"] = place["from"]
        index = pd.Index([area["code"] for area in self._tables["areas"]], name="code")
        return pd.DataFrame(columns, index=index).loc[self.codes]

    @cached_property
    def divisions(self) -> dict[str, pd.Series]:
        """Divisions of the instance, by name: the region of each area by code, in which a code may
        stand twice or be missing."""
        rows = pd.DataFrame(self._tables["divisions"], columns=["division", "region", "code"])
        return {
            str(name): pd.Series(
                part["region"].to_list(), pd.Index(part["code"], name="code"), name=str(name)
            )
            for name, part in rows.groupby("division", sort=False)
        }

    @cached_property
    def geometry(self) -> Optional[geopandas.GeoSeries]:
        """Polygons by code, in the coordinate system and order they came in; ``None`` without them or
        without geopandas."""
        if self._frame is not None:
            return _polygons(self._frame)
        file = self.folder / "areas.geojson"
        geopandas = available("geopandas")
        if geopandas is None or not file.is_file():
            return None
        # Its letters were told, or said to be assumed, when the instance was read.
        text, _ = _native.text_of(file, self._encoding_of(file.name))
        features = json.loads(text)["features"]
        frame = geopandas.GeoDataFrame.from_features(features, crs=4326)
        codes = [
            str(feature.get("properties", {}).get("code") or feature.get("id")) for feature in features
        ]
        shapes = frame.geometry.set_axis(pd.Index(codes, name="code"))
        return shapes.reindex(self.codes)

    def _encoding_of(self, name: str) -> Optional[str]:
        """What a file of the folder is written in, where its descriptor or whoever read it says so."""
        descriptor = self.folder / "datapackage.json"
        if descriptor.is_file():
            about = json.loads(_native.text_of(descriptor, self._encoding)[0])
            for resource in about.get("resources", []):
                if resource.get("path") == name and resource.get("encoding"):
                    return str(resource["encoding"])
        return self._encoding

    @property
    def frame(self) -> pd.DataFrame:
        """The table it was made from, columns of others included; else :attr:`areas`, with polygons
        where there are some."""
        if self._frame is not None:
            return self._frame
        if self.geometry is None:
            return self.areas
        return needed("geopandas", "a GeoDataFrame").GeoDataFrame(self.areas, geometry=self.geometry)

    def to_networkx(self, kinds: Sequence[str] = ("land", "fixed_link")) -> Any:
        """The graph of areas that touch by links of these kinds, with the figures of each area."""
        touching = self.links[self.links["kind"].isin(list(kinds))]
        return links.to_networkx(self.codes, touching, self.areas)

    def save(self, folder: Union[str, os.PathLike[str]]) -> Path:
        """Writes it as a folder, which the command line reads. The folder must not hold anything."""
        target = Path(folder)
        if target.exists() and any(target.iterdir()):
            what = "the folder holds something already"
            raise refused("E713", str(target), what, "name another folder")
        target.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(self._packed())) as archive:
            archive.extractall(target)
        return target

    def _packed(self) -> bytes:
        """Everything that was read, as one archive."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(self.folder.rglob("*")):
                inside = path.relative_to(self.folder)
                if path.is_file() and _is_data(inside):
                    archive.write(path, inside.as_posix())
        return packed.getvalue()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "files": self._packed(),
            "year": self._year,
            "encoding": self._encoding,
            "frame": self._frame,
            "remarks": self.remarks,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        kept = tempfile.TemporaryDirectory(prefix="regionfront-")
        with zipfile.ZipFile(io.BytesIO(state["files"])) as archive:
            archive.extractall(kept.name)
        self.__init__(  # type: ignore[misc]
            kept.name,
            state["year"],
            encoding=state["encoding"],
            _kept=kept,
            _frame=state["frame"],
            _remarks=state["remarks"],
        )

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        about = self._description
        year = f", {about['year']}" if about["year"] else ""
        return (
            f"<Instance {about['title'] or about['name']}{year}: {about['areas']} areas, "
            f"{about['population']:,} inhabitants, {about['flows']['between']:,} commuters between "
            "areas>"
        )


def _is_data(path: Path) -> bool:
    """Whether a file is one that instances are read from."""
    folder = path.parts[0] if len(path.parts) > 1 else ""
    if folder in ("divisions", "scenarios", "years"):
        return len(path.parts) == 2
    return not folder and path.suffix in (".csv", ".json", ".geojson")


def _polygons(areas: pd.DataFrame) -> Any:
    """The polygons of a table, if it has them."""
    geopandas = available("geopandas")
    if geopandas is None or not isinstance(areas, geopandas.GeoDataFrame):
        return None
    return areas.geometry if areas.active_geometry_name is not None else None


def _shapes(areas: pd.DataFrame, graph: Graph) -> Any:
    """The polygons of a table in degrees, if it has them."""
    polygons = _polygons(areas)
    if polygons is None or (polygons.crs is None and not isinstance(graph, str)):
        # Without a coordinate system they can be drawn as they are; where they lie nobody knows.
        return None
    return links.in_degrees(polygons, "gdf")


def _labelled(flows: pd.DataFrame) -> pd.Series:
    names = flows["residence"].astype(str) + " to " + flows["workplace"].astype(str)
    return pd.Series(flows["commuters"].to_numpy(), index=names)


def _outer(
    external: Optional[pd.DataFrame],
    elsewhere: Optional[pd.DataFrame],
    codes: Sequence[str],
    round: Optional[str],
    remarks: list[str],
) -> Optional[pd.DataFrame]:
    """Flows to and from places outside: those handed over, and those of places that are no areas."""
    if external is None:
        return elsewhere
    named = tables.external_flows(external, codes)
    counted = {
        str(column): tables.whole(values, f"external, column {column}", round, remarks)
        for column, values in named.items()
    }
    outer = pd.DataFrame(counted, index=pd.Index(codes))
    if elsewhere is None:
        return outer
    if "to_elsewhere" in outer.columns:
        what = "`elsewhere` stands in external=, and places outside are to be counted as elsewhere, too"
        raise refused("E704", "external", what, "leave one of them out")
    return outer.join(elsewhere)


def _added_up(
    flows: pd.DataFrame,
    outer: Optional[pd.DataFrame],
    codes: Sequence[str],
    end: str,
    towards: str,
) -> np.ndarray:
    sums = flows.groupby(end)["commuters"].sum().reindex(pd.Index(codes)).fillna(0).astype("int64")
    if outer is not None:
        sums = sums + outer.loc[:, outer.columns.str.startswith(towards)].sum(axis=1)
    return sums.to_numpy()


def _write_divisions(
    folder: Path, divisions: Optional[Mapping[str, Any]], codes: Sequence[str]
) -> None:
    from .divisions import csv_of

    for name, division in (divisions or {}).items():
        (folder / "divisions").mkdir(exist_ok=True)
        if not re.fullmatch(r"[\w -]+", name):
            what = f"`{name}` cannot be the name of a division"
            raise refused("E713", "divisions", what, "use letters, digits, blanks, - and _")
        text = csv_of(division, codes)
        (folder / "divisions" / f"{name}.csv").write_bytes(text.encode())


def _placed(defects: Sequence[Any], codes: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """Defects of files that were written from tables, told of the tables."""
    found = []
    for code, place, what, help in defects:
        row = re.match(r"(areas|external_flows)\.csv, row (\d+)", place)
        if row and 2 <= int(row[2]) < len(codes) + 2:
            rest = place[row.end() :]
            table = "areas" if row[1] == "areas" else "external"
            place = f'{table}.loc["{codes[int(row[2]) - 2]}"]{rest}'
        else:
            place = re.sub(r"^adjacency\.csv", "graph", re.sub(r"^flows\.csv", "flows", place))
        found.append((code, place, what, help))
    return found
