"""Graphs of libpysal, networkx and GerryChain, in and out."""

from __future__ import annotations

import geopandas
import gerrychain
import libpysal
import networkx
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

import regionfront as rf

CODES = ["0105", "0103", "0104", "0101", "0102", "0106"]


@pytest.fixture(scope="module")
def grid() -> geopandas.GeoDataFrame:
    """Six squares in two rows, their codes out of order."""
    squares = [box(x * 1000, y * 1000, x * 1000 + 1000, y * 1000 + 1000) for y in (0, 1) for x in (0, 1, 2)]
    index = pd.Index(CODES, name="code")
    shifted = geopandas.GeoSeries(squares, index, crs=25833).translate(500_000, 6_600_000)
    people = {"pop": [100, 200, 300, 400, 500, 600]}
    return geopandas.GeoDataFrame(people, index=index, geometry=shifted)


def made(grid: geopandas.GeoDataFrame, graph: object) -> rf.Instance:
    flows = pd.DataFrame(np.arange(36).reshape(6, 6), index=CODES, columns=CODES)
    return rf.Instance.from_geodataframe(
        grid, flows=flows, population="pop", graph=graph, employed="flows", jobs="flows"
    )


def pairs(instance: rf.Instance) -> set[tuple[str, str]]:
    return set(zip(instance.links["a"], instance.links["b"]))


def test_every_kind_of_graph_gives_the_same_links(grid):
    wanted = pairs(made(grid, "borders"))
    assert len(wanted) == 7
    rook = libpysal.graph.Graph.build_contiguity(grid, rook=True)
    assert pairs(made(grid, rook)) == wanted
    weights = libpysal.weights.Rook.from_dataframe(grid, use_index=True)
    assert pairs(made(grid, weights)) == wanted
    by_place = libpysal.weights.Rook.from_dataframe(grid, use_index=False)
    numbered = made(grid, by_place)
    assert pairs(numbered) == wanted
    assert any("taken for the places" in remark for remark in numbered.remarks)
    plain = networkx.Graph(list(wanted))
    assert pairs(made(grid, plain)) == wanted
    assert pairs(made(grid, gerrychain.Graph.from_networkx(plain))) == wanted
    assert pairs(made(grid, sorted(wanted))) == wanted
    assert pairs(made(grid, pd.DataFrame(sorted(wanted), columns=["a", "b"]))) == wanted


def test_edges_of_weight_0_are_no_links_whatever_the_graph(grid):
    wanted = pairs(made(grid, "borders"))
    gone, *kept = sorted(wanted)
    graph = networkx.Graph(list(wanted))
    networkx.set_edge_attributes(graph, {gone: 0.0, kept[0]: 2.5}, "weight")
    by_networkx = made(grid, graph)
    assert pairs(by_networkx) == set(kept)
    assert any("weight 0" in remark for remark in by_networkx.remarks)
    rows = [(a, b, 0 if {a, b} == set(gone) else 1) for one in wanted for a, b in (one, one[::-1])]
    focal, neighbor, weight = map(np.array, zip(*rows))
    by_libpysal = libpysal.graph.Graph.from_arrays(focal, neighbor, weight)
    assert pairs(made(grid, by_libpysal)) == set(kept)


def test_borders_have_lengths(grid):
    lengths = made(grid, "borders").links["border_km"]
    assert lengths.between(0.98, 1.02).all()


def test_a_graph_that_does_not_fit_is_refused(grid):
    with pytest.raises(rf.InputError, match="not the other way round") as caught:
        nearest = libpysal.graph.Graph.build_knn(grid.set_geometry(grid.centroid), k=1)
        made(grid, nearest)
    assert caught.value.code == "E705"
    with pytest.raises(rf.InputError, match="nodes are no areas: 'X'"):
        made(grid, networkx.Graph([("0101", "X")]))
    with pytest.raises(rf.InputError, match="there is no graph `queen`"):
        made(grid, "queen")
    with pytest.raises(rf.InputError, match="no coordinate system") as caught:
        made(grid.set_crs(None, allow_override=True), "borders")
    assert caught.value.code == "E706"


def test_kinds_of_links_come_from_edges(grid):
    graph = networkx.Graph(list(pairs(made(grid, "borders"))))
    graph.edges["0101", "0102"]["kind"] = "ferry"
    kinds = made(grid, graph).links.set_index(["a", "b"])["kind"]
    assert kinds["0101", "0102"] == "ferry"
    assert (kinds == "land").sum() == len(kinds) - 1


def test_a_plan_goes_out_and_comes_back(viken):
    model = rf.Regions(viken, k=9, scenario="default").solve()
    plan = model.plan_
    graph = plan.to_networkx()
    assert graph.nodes["3039"]["region"] == model.labels_["3039"]
    assert graph.number_of_edges() == 106
    partition = plan.to_gerrychain()
    tally = pd.Series(dict(partition["population"])).sort_index()
    assert tally.to_list() == model.regions_["population"].to_list()
    like_spopt = plan.to_spopt()
    assert like_spopt.labels_.tolist() == model.labels_.reindex(like_spopt.gdf.index).to_list()
    assert (like_spopt.n_clusters, like_spopt.w.n, like_spopt.w.n_components) == (9, 51, 1)
    assert np.asarray(like_spopt).shape == (51,)
    for form in (model, plan, partition, plan.to_spopt(), model.labels_, model.labels_.to_dict()):
        judged = rf.evaluate(viken, form, scenario="default")
        assert judged.keeps_rules
        assert judged.totals["internal_commuting"] == model.objective_
