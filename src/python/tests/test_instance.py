"""Instances from tables: codes stay strings, order and coordinates are kept, nothing is assumed."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest

import regionfront as rf


def tables(instance: rf.Instance) -> dict:
    """What an instance is made from, as tables of somebody else's."""
    return {
        "areas": instance.areas.rename(columns={"population": "pop"}),
        "flows": instance.flows,
        "population": "pop",
        "name": "name",
        "employed": "employed_residents",
        "jobs": "jobs",
        "county": "county",
        "land_area_km2": "land_area_km2",
        "graph": instance.links,
        "external": instance.external,
    }


def test_tables_give_the_instance_they_came_from(viken):
    made = rf.Instance.from_frames(**tables(viken), title="Viken")
    assert made.codes == viken.codes
    pd.testing.assert_frame_equal(made.areas, viken.areas)
    pd.testing.assert_frame_equal(made.flows, viken.flows)
    pd.testing.assert_frame_equal(made.links, viken.links)
    pd.testing.assert_frame_equal(made.external, viken.external)
    assert made.remarks == ()
    rules = {"min_population": 20_000, "max_population": 300_000}
    mine = rf.Regions(made, k=9, **rules).solve()
    theirs = rf.Regions(viken, k=9, **rules).solve()
    pd.testing.assert_series_equal(mine.labels_, theirs.labels_)
    assert "51 areas" in repr(made)


def test_a_geodataframe_keeps_order_codes_and_coordinate_system(viken):
    given = viken.frame.to_crs(25833).iloc[::-1]
    made = rf.Instance.from_geodataframe(
        given, flows=viken.flows, population="population", name="name", employed="flows", jobs="flows"
    )
    assert made.codes == list(given.index)
    assert made.geometry.crs == given.crs
    land = viken.links[viken.links["kind"] == "land"]
    shared = set(zip(made.links["a"], made.links["b"])) & set(zip(land["a"], land["b"]))
    assert len(shared) > 0.95 * len(land), "generalised polygons lose a border or two"
    assert not made.links["border_km"].isna().any()


def test_maps_have_the_coordinates_they_came_with(viken):
    given = viken.frame.to_crs(25833).iloc[::-1]
    made = rf.Instance.from_geodataframe(
        given,
        flows=viken.flows,
        population="population",
        name="name",
        employed="employed_residents",
        jobs="jobs",
        graph=viken.links,
        external=viken.external,
    )
    model = rf.Regions(made, k=9, min_population=20_000, max_population=300_000).solve()
    assert list(model.labels_.index) == list(given.index)
    assert isinstance(model.regions_, geopandas.GeoDataFrame)
    assert model.regions_.crs == given.crs
    assert model.regions_.geometry.area.sum() == pytest.approx(given.geometry.area.sum())
    areas = model.plan_.areas
    assert list(areas.index) == list(given.index)
    assert areas.crs == given.crs
    assert areas["region"].to_list() == model.labels_.to_list()


def test_codes_are_strings():
    areas = pd.DataFrame({"pop": [10, 20]}, index=[301, 1103])
    with pytest.raises(rf.InputError) as caught:
        rf.Instance.from_frames(areas, pd.DataFrame(), population="pop", graph=[])
    assert caught.value.code == "E701"
    assert "0301" in str(caught.value)
    twice = pd.DataFrame({"pop": [10, 20]}, index=["0301", "0301"])
    with pytest.raises(rf.InputError, match="stand twice"):
        rf.Instance.from_frames(twice, pd.DataFrame(), population="pop", graph=[])


def two(**changed) -> rf.Instance:
    """Two areas that touch."""
    given = {
        "areas": pd.DataFrame({"pop": [1000, 2000]}, index=["0301", "1103"]),
        "flows": pd.DataFrame({"0301": [50, 7], "1103": [5, 90]}, index=["0301", "1103"]),
        "population": "pop",
        "graph": [("0301", "1103")],
        "employed": "flows",
        "jobs": "flows",
    }
    return rf.Instance.from_frames(**{**given, **changed})


def test_a_rectangular_table_has_residences_as_rows():
    made = two()
    assert list(made.flows.itertuples(index=False, name=None)) == [
        ("0301", "0301", 50),
        ("0301", "1103", 5),
        ("1103", "0301", 7),
        ("1103", "1103", 90),
    ]
    assert made.areas["employed_residents"].to_list() == [55, 97]
    assert made.areas["jobs"].to_list() == [57, 95]
    series = made.flows.set_index(["residence", "workplace"])["commuters"]
    pd.testing.assert_frame_equal(two(flows=series).flows, made.flows)
    renamed = made.flows.set_axis(["home", "work", "persons"], axis=1)
    again = two(flows=renamed, flow_columns=("home", "work", "persons"))
    pd.testing.assert_frame_equal(again.flows, made.flows)
    with pytest.raises(rf.InputError) as caught:
        two(flows=renamed)
    assert caught.value.code == "E704"


def test_fractions_are_refused_unless_rounding_is_asked_for():
    flows = pd.DataFrame({"0301": [50.5, 7.2], "1103": [5.0, 90.0]}, index=["0301", "1103"])
    with pytest.raises(rf.InputError) as caught:
        two(flows=flows)
    assert caught.value.code == "E703"
    assert "round=" in caught.value.help
    assert "0301 to 0301: 50.5" in caught.value.what
    made = two(flows=flows, round="nearest")
    assert made.flows["commuters"].to_list() == [50, 5, 7, 90]
    assert any("2 of 4 figures rounded" in remark for remark in made.remarks)
    whole = two(flows=flows.round().astype(float))
    assert whole.flows["commuters"].dtype == np.int64


def test_figures_that_are_missing_are_named():
    areas = pd.DataFrame({"pop": [1000, None]}, index=["0301", "1103"])
    with pytest.raises(rf.InputError, match="figures are missing: 1103") as caught:
        two(areas=areas)
    assert caught.value.place == "areas, column pop"
    with pytest.raises(rf.InputError, match="no column `people`") as caught:
        two(population="people")
    assert caught.value.code == "E702"
    with pytest.raises(rf.InputError, match="cells"):
        flows = pd.DataFrame({"0301": [50, None], "1103": [5, 9]}, index=["0301", "1103"])
        two(flows=flows)


def test_what_is_assumed_is_said():
    with pytest.warns(rf.Assumed, match='say employed="flows"'):
        made = two(employed=None)
    assert any("employed_residents added up" in remark for remark in made.remarks)
    assert any("called by their codes" in remark for remark in made.remarks)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        two()


def test_places_outside_are_refused_or_kept():
    flows = pd.DataFrame(
        {
            "residence": ["0301", "0301", "9999"],
            "workplace": ["1103", "9999", "1103"],
            "commuters": [5, 3, 4],
        }
    )
    with pytest.raises(rf.InputError, match="no areas: 9999"):
        two(flows=flows)
    made = two(flows=flows, outside="keep")
    assert made.external.loc["0301", "to_elsewhere"] == 3
    assert made.external.loc["1103", "from_elsewhere"] == 4
    assert made.areas.loc["0301", "employed_residents"] == 8


def test_defects_of_the_data_name_the_table(tiny):
    areas = pd.DataFrame({"pop": [1000, 2000], "work": [3, 500]}, index=["0301", "1103"])
    with pytest.raises(rf.InputError) as caught:
        two(areas=areas, employed="work")
    assert caught.value.code.startswith("E1")
    assert caught.value.place.startswith('areas.loc["0301"]')


def test_an_instance_survives_pickling_and_saving(viken, tmp_path):
    again = pickle.loads(pickle.dumps(viken))
    assert again.sha256 == viken.sha256
    assert again.scenarios == viken.scenarios
    saved = rf.Instance.read(viken.save(tmp_path / "saved"))
    assert saved.sha256 == viken.sha256
    with pytest.raises(rf.InputError):
        viken.save(tmp_path / "saved")
    made = pickle.loads(pickle.dumps(two()))
    assert made.codes == ["0301", "1103"]


def test_a_year_is_chosen(viken_folder):
    later = rf.Instance.read(viken_folder, year=2022)
    assert later.year == 2022
    assert 2017 in later.years
    with pytest.raises(rf.InputError) as caught:
        rf.Instance.read(viken_folder, year=1999)
    assert caught.value.code == "E172"


def in_latin2(folder: Path, viken_folder: Path) -> Path:
    """A copy of the smallest instance, whose first area is called Łódź in Latin-2."""
    folder.mkdir()
    for name in ("areas.csv", "flows.csv", "adjacency.csv"):
        data = (viken_folder.parent / "tiny" / name).read_bytes()
        (folder / name).write_bytes(data.replace(b"Alder Bay", b"\xa3\xf3d\xbc"))
    return folder


def test_an_encoding_is_named_or_said_to_be_assumed(viken_folder, tmp_path):
    folder = in_latin2(tmp_path / "mine", viken_folder)
    with pytest.warns(rf.Assumed, match="was read as"):
        assert rf.Instance.read(folder).areas.loc["0101", "name"] == "£ód¼"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        named = rf.Instance.read(folder, encoding="iso-8859-2")
        assert named.areas.loc["0101", "name"] == "Łódź"
        # It stays with the instance on its way to other processes, and to the command.
        again = pickle.loads(pickle.dumps(named))
        assert again.areas.loc["0101", "name"] == "Łódź"
        assert again.sha256 == named.sha256
        model = rf.Regions(again, k=2).solve()
        assert "Łódź" in model.plan_.areas["name"].to_list()
        # The command reads the folder by itself, and is told.
        assert set(rf.derive(named, model.labels_, assign_missing=True).division.index) == set(named.codes)
        # Its polygons are found by codes, in whatever letters they stand.
        polygons = (viken_folder.parent / "tiny" / "areas.geojson").read_text(encoding="utf-8")
        (folder / "areas.geojson").write_bytes(polygons.replace("Alder Bay", "Łódź").encode("iso-8859-2"))
        named = rf.Instance.read(folder, encoding="iso-8859-2")
        assert named.geometry is None or named.geometry.notna().all()
    with pytest.raises(rf.InputError, match="no encoding known here") as caught:
        rf.Instance.read(folder, encoding="latin-17")
    assert (caught.value.code, caught.value.place) == ("E104", "encoding")
    assert caught.value.help
