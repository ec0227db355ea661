"""The whole package in a dozen lines, on a place of one's own: the way from polygons to a proof."""

from __future__ import annotations

import geopandas
import gerrychain
import libpysal
import matplotlib
import networkx
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

import regionfront as rf

matplotlib.use("Agg")

ROWS, COLUMNS = 4, 5
CODES = [f"{row * COLUMNS + column + 1:04d}" for row in range(ROWS) for column in range(COLUMNS)]


def place() -> tuple[geopandas.GeoDataFrame, pd.DataFrame]:
    """Twenty squares near Oslo, ten kilometres wide, and commuters who thin out with distance."""
    chance = np.random.default_rng(23)
    shapes, rows = [], []
    for row in range(ROWS):
        for column in range(COLUMNS):
            west, south = 560_000 + 10_000 * column, 6_640_000 + 10_000 * row
            shapes.append(box(west, south, west + 10_000, south + 10_000))
    people = chance.integers(12_000, 40_000, len(CODES))
    gdf = geopandas.GeoDataFrame({"pop": people}, index=CODES, geometry=shapes, crs=25832)
    centres = gdf.geometry.centroid
    for home, start in centres.items():
        for work, end in centres.items():
            most = 6000 if home == work else 400 / (start.distance(end) / 10_000) ** 2
            rows.append((home, work, int(most * chance.uniform(0.5, 1))))
    return gdf, pd.DataFrame(rows, columns=["residence", "workplace", "commuters"])


def graphs(gdf: geopandas.GeoDataFrame) -> list[object]:
    """Which of them touch, in every form that analysts have it in."""
    w = libpysal.weights.Rook.from_dataframe(gdf, use_index=True)
    by_networkx = networkx.Graph(
        [(one, other) for one, beside in w.neighbors.items() for other in beside]
    )
    return [
        "borders",
        w,
        libpysal.graph.Graph.build_contiguity(gdf, rook=True),
        by_networkx,
        gerrychain.Graph.from_networkx(by_networkx),
    ]


@pytest.mark.filterwarnings("ignore::regionfront.Assumed")
def test_the_way_from_polygons_to_a_proof():
    gdf, df = place()
    links = []
    for w in graphs(gdf):
        inst = rf.Instance.from_geodataframe(gdf, flows=df, population="pop", graph=w)
        links.append({frozenset(pair) for pair in zip(inst.links["a"], inst.links["b"])})
    assert all(one == links[0] for one in links) and len(links[0]) == 31

    valley = {"Hallingdal": ["0001", "0002", "0006"]}
    model = rf.Regions(inst, k=9, min_population=20_000, keep_together=valley).solve()
    assert model.labels_.index.to_list() == CODES
    assert model.labels_[valley["Hallingdal"]].nunique() == 1
    assert (model.status_, model.bound_) == ("optimal", model.objective_)
    assert model.regions_.crs == gdf.crs and model.regions_["population"].min() >= 20_000

    front = rf.front(inst, k=range(6, 14), against="min-population")
    frame = front.to_frame()
    assert front.is_complete and sorted(frame["k"].unique()) == list(range(6, 14))
    assert "smallest region" in front.plot().get_xlabel()
    best = front[9].at(min_population=30_000)
    assert best.regions["population"].min() >= 30_000
    assert "<html>" in best.explore().get_root().render()
    assert front.certificate(9).claims

    judged = rf.evaluate(inst, best)
    assert judged.keeps_rules and judged.totals["internal_commuting"] == best.objective
    assert rf.compare(inst, model, best).difference == best.objective - model.objective_
    explained = rf.explain(inst, k=12, min_population=100_000)
    assert explained.verdict == "infeasible"
    assert "min_population" in explained.rules["key"].to_list()
