"""Which areas touch: graphs of libpysal, networkx and GerryChain, pairs, or the polygons themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

import pandas as pd

from . import _native
from .errors import refused, some_of
from .optional import needed

_COLUMNS = ["a", "b", "kind", "border_km"]


def links_of(
    graph: Any, codes: Sequence[str], geometry: Any, remarks: list[str]
) -> pd.DataFrame:
    """The pairs of areas that touch, with the columns a, b, kind, and border_km where it is known.

    ``graph`` is ``"borders"``, a table of pairs, a ``W`` or ``Graph`` of libpysal, a graph of networkx
    or GerryChain, or pairs of codes. Its nodes are the codes, or the places of the areas in their
    order, 0 first. Where an edge has an attribute ``kind``, it says how the two touch.
    """
    if isinstance(graph, str):
        if graph != "borders":
            raise refused("E705", "graph", f"there is no graph `{graph}`", _FORMS)
        return _by_borders(codes, geometry, remarks)
    if isinstance(graph, pd.DataFrame):
        return _of_table(graph, codes)
    pairs, nodes = _edges(graph, remarks)
    named = _named(nodes, codes, remarks)
    kinds: dict[tuple[str, str], str] = {}
    directed: set[tuple[str, str]] = set()
    for one, other, kind, is_both_ways in pairs:
        a, b = named[one], named[other]
        if a == b:
            continue
        directed.add((a, b))
        if is_both_ways:
            directed.add((b, a))
        kinds[min(a, b), max(a, b)] = kind
    lopsided = sorted(pair for pair in directed if (pair[1], pair[0]) not in directed)
    if lopsided:
        shown = some_of(f"{a} touches {b}" for a, b in lopsided)
        help = "touching goes both ways: make the graph symmetric, such as w.symmetrize()"
        raise refused("E705", "graph", f"{shown}, and not the other way round", help)
    rows = [(a, b, kind, None) for (a, b), kind in sorted(kinds.items())]
    return pd.DataFrame(rows, columns=_COLUMNS)


_FORMS = (
    'use "borders" for polygons that share a border, a W or Graph of libpysal, a graph of networkx or '
    "GerryChain, a table with the columns a and b, or pairs of codes"
)


def geojson(geometry: Any, codes: Sequence[str]) -> str:
    """Polygons as GeoJSON in degrees, each with its code."""
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": shape.__geo_interface__}
        for code, shape in zip(codes, geometry)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def in_degrees(geometry: Any, argument: str) -> Any:
    """Polygons in longitude and latitude (WGS 84)."""
    empty = geometry.index[geometry.isna() | geometry.is_empty]
    if len(empty):
        what = f"areas have no polygon: {some_of(empty)}"
        help = 'give every area its polygon, or say graph=… and geometry=False to do without'
        raise refused("E706", argument, what, help)
    if geometry.crs is None:
        what = "the polygons have no coordinate system, so that nobody knows where they lie"
        raise refused("E706", argument, what, "say which it is: gdf = gdf.set_crs(25833)")
    return geometry.to_crs(4326)


def _by_borders(codes: Sequence[str], geometry: Any, remarks: list[str]) -> pd.DataFrame:
    if geometry is None:
        what = "there are no polygons to find borders of"
        raise refused("E706", "graph", what, "hand over a GeoDataFrame, or another graph")
    pairs, said = _native.borders(geojson(in_degrees(geometry, "graph"), codes))
    remarks.extend(f"graph: {odd}" for odd in said)
    rows = [(a, b, "land", km) for a, b, km in pairs]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _of_table(table: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    for name in ("a", "b"):
        if name not in table.columns:
            what = f"the table of pairs has no column `{name}`"
            raise refused("E705", "graph", what, "write the codes of a pair into the columns a and b")
    known = set(codes)
    strangers = sorted({str(code) for name in "ab" for code in table[name] if code not in known})
    if strangers:
        raise refused("E705", "graph", f"{some_of(strangers)} are no areas", "mend the codes")
    rows = table.reindex(columns=_COLUMNS)
    rows["kind"] = rows["kind"].astype(object).where(rows["kind"].notna(), "land")
    return rows.reset_index(drop=True)


#: One edge: its ends, how they touch, and whether it stands for both directions.
_Edge = tuple[Any, Any, str, bool]


def _edges(graph: Any, remarks: list[str]) -> tuple[list[_Edge], list[Any]]:
    """The edges of a graph, and its nodes. Edges of weight 0 are none, whatever the kind of graph."""
    if hasattr(graph, "unique_ids") and hasattr(graph, "adjacency"):
        # libpysal.graph.Graph: a Series by focal and neighbour; isolates neighbour themselves.
        weights = graph.adjacency
        edges = [(a, b, "land", False) for (a, b), weight in weights.items() if weight != 0]
        return edges, list(graph.unique_ids)
    if hasattr(graph, "neighbors") and hasattr(graph, "id_order"):
        # libpysal.weights.W.
        edges = [
            (a, b, "land", False)
            for a, around in graph.neighbors.items()
            for b, weight in zip(around, graph.weights[a])
            if weight != 0
        ]
        return edges, list(graph.id_order)
    if hasattr(graph, "to_networkx_graph"):
        # GerryChain from 1.0 on; its older graphs are graphs of networkx.
        graph = graph.to_networkx_graph()
    if hasattr(graph, "nodes") and hasattr(graph, "edges"):
        is_directed = bool(getattr(graph, "is_directed", lambda: False)())
        linked = [edge for edge in graph.edges if not _is_weightless(graph, edge)]
        if len(linked) < len(graph.edges):
            left = len(graph.edges) - len(linked)
            remarks.append(f"graph: edges of weight 0, which are no links, left out: {left}")
        edges = [(*_ends(edge), _kind(graph, edge), not is_directed) for edge in linked]
        return edges, list(graph.nodes)
    if isinstance(graph, Mapping):
        edges = [(a, b, "land", False) for a, around in graph.items() for b in around]
        return edges, list(graph)
    if isinstance(graph, Iterable):
        try:
            pairs = [(a, b, "land", True) for a, b in graph]
        except (TypeError, ValueError):
            raise refused("E705", "graph", "its items are no pairs of codes", _FORMS) from None
        return pairs, sorted({node for a, b, *_ in pairs for node in (a, b)})
    raise refused("E705", "graph", f"a {type(graph).__name__} is no graph", _FORMS)


def _ends(edge: Any) -> tuple[Any, Any]:
    # An edge of a multigraph has a key as well.
    return edge[0], edge[1]


def _is_weightless(graph: Any, edge: Any) -> bool:
    attributes = graph.edges[edge]
    weight = attributes.get("weight") if hasattr(attributes, "get") else None
    return isinstance(weight, (int, float)) and weight == 0


def _kind(graph: Any, edge: Any) -> str:
    attributes = graph.edges[edge]
    kind: Optional[str] = attributes.get("kind") if hasattr(attributes, "get") else None
    return kind if isinstance(kind, str) else "land"


def _named(nodes: list[Any], codes: Sequence[str], remarks: list[str]) -> dict[Any, str]:
    """The code of every node."""
    known = set(codes)
    if all(node in known for node in nodes):
        return {node: node for node in nodes}
    places = {node for node in nodes if isinstance(node, int) or hasattr(node, "__index__")}
    if len(places) == len(nodes) and {int(node) for node in nodes} <= set(range(len(codes))):
        remarks.append("graph: its nodes are numbers, taken for the places of the areas, 0 first")
        return {node: codes[int(node)] for node in nodes}
    strangers = [node for node in nodes if node not in known]
    what = f"nodes are no areas: {some_of(map(repr, strangers))}"
    help = "build the graph on the codes, such as use_index=True, or relabel its nodes"
    raise refused("E705", "graph", what, help)


def to_networkx(codes: Sequence[str], links: pd.DataFrame, attributes: pd.DataFrame) -> Any:
    """A graph of networkx with a node for every area and an edge for every pair that touches."""
    networkx = needed("networkx", "a graph of networkx")
    graph = networkx.Graph()
    for code in codes:
        graph.add_node(code)
        if code in attributes.index:
            graph.nodes[code].update(attributes.loc[code].to_dict())
    for a, b, kind, border_km in links.loc[:, _COLUMNS].itertuples(index=False):
        known = {} if pd.isna(border_km) else {"border_km": float(border_km)}
        graph.add_edge(a, b, kind=kind, **known)
    return graph
