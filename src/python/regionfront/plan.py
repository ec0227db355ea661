"""A plan: every area in exactly one of k contiguous regions, verified independently."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Optional

import numpy as np
import pandas as pd

from . import _native
from .divisions import csv_of
from .instance import Instance
from .optional import needed


class Plan:
    """A plan that the independent verifier has passed.

    ``objective`` is its internal commuting: persons who live in one area and work in another of the
    same region. No plan under the same rules holds more than ``bound``; where the two are equal it is
    proven optimal. ``scores`` are its values of the second objectives of a front, by their words.
    """

    def __init__(
        self,
        instance: Instance,
        name: str,
        question: str,
        document: Mapping[str, Any],
        regions: Optional[list[dict[str, Any]]] = None,
    ) -> None:
        self.instance = instance
        self.name = name
        self.objective: int = document["objective"]
        self.bound: int = document["bound"]
        self.share: Optional[float] = document["share"]
        self.is_proven: bool = document["solution"] == "proven_optimal"
        self.scores: dict[str, float] = dict(document.get("against", {}))
        self._assignment: dict[str, int] = dict(document["assignment"])
        self._question = question
        self._regions = regions

    @cached_property
    def labels(self) -> pd.Series:
        """The region of every area: numbers by code, in the order of the instance.

        Regions are numbered from 1 by the smallest code inside. Areas that a scenario leaves out are
        missing, external ones that it adds come last.
        """
        own = [code for code in self.instance.codes if code in self._assignment]
        added = sorted(set(self._assignment) - set(own))
        index = pd.Index(own + added, name="code")
        return pd.Series([self._assignment[code] for code in index], index, name="region")

    @property
    def k(self) -> int:
        """Number of regions."""
        return len(set(self._assignment.values()))

    @cached_property
    def regions(self) -> pd.DataFrame:
        """A row for each region, by number: name, areas, persons, commuters (all in persons),
        self-containment (shares), land area (km²); with polygons where the instance has them.

        A GeoDataFrame in the coordinate system of the instance, else a DataFrame.
        """
        rows = []
        for region in self._documents():
            row = dict(region)
            destination = row.pop("largest_destination") or {}
            row["areas"] = tuple(row["areas"])
            row["largest_destination"] = destination.get("name")
            row["commuters_there"] = destination.get("commuters")
            rows.append(row)
        frame = pd.DataFrame(rows).set_index("id").rename_axis("region")
        frame["commuters_there"] = frame["commuters_there"].astype("Int64")
        shapes = self.instance.geometry
        if shapes is None:
            return frame
        labels = self.labels[self.labels.index.isin(shapes.index)]
        shapes = shapes.loc[labels.index]
        # Generalised polygons may cross themselves, and such cannot be joined.
        shapes = shapes.where(shapes.is_valid, shapes.make_valid())
        joined = shapes.to_frame("geometry").dissolve(labels.to_numpy())
        geopandas = needed("geopandas", "polygons of regions")
        return geopandas.GeoDataFrame(frame, geometry=joined.geometry.reindex(frame.index))

    @property
    def named_areas(self) -> list[tuple[str, str]]:
        """Every area, by code, with the name of its region."""
        return [
            (code, region["name"]) for region in self._documents() for code in region["areas"]
        ]

    def _documents(self) -> list[dict[str, Any]]:
        if self._regions is None:
            text = csv_of(self._assignment, self.instance.codes)
            written = _native.regions(self.instance._native, self._question, (self.name, text))
            self._regions = json.loads(written)
        return self._regions

    @cached_property
    def areas(self) -> pd.DataFrame:
        """The table that the instance was made from, with the number of each area's region and its
        name in the columns ``region`` and ``region_name``; order and coordinate system are kept."""
        frame = self.instance.frame
        frame = frame.loc[[code for code in frame.index if code in self._assignment]].copy()
        frame["region"] = self.labels.reindex(frame.index)
        names = {region["id"]: region["name"] for region in self._documents()}
        frame["region_name"] = frame["region"].map(names)
        return frame

    def plot(self, ax: Any = None, **style: Any) -> Any:
        """A map of the regions with matplotlib; gives its axes."""
        needed("matplotlib", "a map")
        frame = _with_polygons(self)
        style = {"cmap": "tab20", "edgecolor": "white", "linewidth": 0.3, **style}
        ax = frame.plot(column="region", categorical=True, ax=ax, **style)
        self.regions.boundary.plot(ax=ax, color="black", linewidth=0.8)
        ax.set_axis_off()
        ax.set_title(f"{self.k} regions, {self.objective:,} commuters inside")
        return ax

    def explore(self, **style: Any) -> Any:
        """A map to click on with folium, in a notebook or a page."""
        needed("folium", "a map to explore")
        needed("mapclassify", "a map to explore")
        frame = _with_polygons(self)
        columns = ["region", "region_name", frame.geometry.name]
        style = {"column": "region", "categorical": True, "cmap": "tab20", "legend": False, **style}
        return frame[columns].reset_index().explore(**style)

    def to_networkx(self) -> Any:
        """The graph of areas of networkx, the region of each as an attribute ``region``."""
        graph = self.instance.to_networkx(_links_of(self._question))
        graph.remove_nodes_from([code for code in list(graph) if code not in self._assignment])
        for code, region in self.labels.items():
            if code in graph:
                graph.nodes[code]["region"] = int(region)
        return graph

    def to_gerrychain(self, updaters: Optional[Mapping[str, Any]] = None) -> Any:
        """A partition of GerryChain on the graph of areas, with a tally of the population."""
        gerrychain = needed("gerrychain", "a partition of GerryChain")
        tally = needed("gerrychain.updaters", "a partition of GerryChain").Tally
        graph = gerrychain.Graph.from_networkx(self.to_networkx())
        counted = {"population": tally("population", alias="population"), **(updaters or {})}
        return gerrychain.Partition(graph, assignment=self.labels.to_dict(), updaters=counted)

    def to_spopt(self) -> SpoptModel:
        """What a model of spopt has once it is solved: ``gdf``, ``w``, ``labels_``, ``n_clusters``.

        Labels are an array of numbers in the order of the areas, as spopt has them, so that what takes
        such a model takes this one. It is no instance of spopt's classes, whose parameters – attributes
        to be alike in, a threshold – say nothing about a plan by commuting.
        """
        return SpoptModel(self)

    def __repr__(self) -> str:
        proof = "proven optimal" if self.is_proven else f"at most {self.bound:,} are possible"
        return f"<Plan {self.name}: {self.k} regions, {self.objective:,} inside, {proof}>"


class SpoptModel:
    """A plan as a solved model of spopt: see :meth:`Plan.to_spopt`."""

    def __init__(self, plan: Plan) -> None:
        #: The table of areas, with polygons where there are some.
        self.gdf: Any = plan.areas
        #: The region of each area: numbers from 1 in the order of ``gdf``.
        self.labels_: np.ndarray = plan.labels.reindex(self.gdf.index).to_numpy(copy=True)
        #: Number of regions, by the names that spopt's models have for it.
        self.n_clusters: int = plan.k
        self.p: int = plan.k
        self._graph = plan.to_networkx()

    @property
    def w(self) -> Any:
        """Which areas touch, as weights of libpysal in the order of ``gdf``."""
        weights = needed("libpysal.weights", "weights of spopt")
        order = list(self.gdf.index)
        beside = {code: sorted(self._graph.neighbors(code)) for code in order}
        return weights.W(beside, id_order=order, silence_warnings=True)

    def solve(self) -> None:
        """Nothing is left to solve."""

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> np.ndarray:
        return np.array(self.labels_, dtype=dtype)

    def __len__(self) -> int:
        return len(self.labels_)


def _with_polygons(plan: Plan) -> Any:
    if plan.instance.geometry is None:
        from .errors import refused

        what = "the instance has no polygons, or geopandas is not installed"
        help = "make it from a GeoDataFrame; pip install geopandas"
        raise refused("E706", "geometry", what, help)
    return plan.areas


def _links_of(question: str) -> tuple[str, ...]:
    """Kinds of links that count as contiguous in a question, as far as its own rules say."""
    rules = json.loads(question)["rules"]
    for line in rules.splitlines():
        if line.startswith("links = "):
            return tuple(json.loads(line.removeprefix("links = ")))
    return ("land", "fixed_link")
