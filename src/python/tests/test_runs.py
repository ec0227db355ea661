"""What the command keeps in folders: fronts that go on, reports, derived divisions, studies."""

from __future__ import annotations

import json

import pytest
from beside import command, document

import regionfront as rf


@pytest.fixture(scope="module")
def tiny_folder(viken_folder):
    return viken_folder.with_name("tiny")


def test_a_front_kept_in_a_folder_is_the_front_and_goes_on(tiny, tiny_folder, tmp_path):
    folder = tmp_path / "run"
    ran = command(
        *("front", tiny_folder, "--no-scenario", "--k", "2,3", "-q"),
        *("--total-time-limit", "0.000001", "-o", folder),
    )
    assert ran.returncode in (4, 5), ran.stderr
    plain = rf.front(tiny, k=[2, 3])
    for _ in range(2):
        kept = rf.front(tiny, k=[2, 3], resume=folder)
        assert kept.is_complete
        assert kept.to_frame().equals(plain.to_frame())
    assert (folder / "journal.ndjson").is_file()
    assert kept.folder == folder


def test_plans_near_points_stand_in_a_table(tiny):
    fronts = rf.front(tiny, k=3, within=0.2, most_near=5)
    near = fronts.near
    best = near.groupby(level="point")["objective"].max()
    assert best.to_dict() == fronts.to_frame()["objective"].to_dict()
    assert list(near.columns[1:]) == tiny.codes
    assert near.groupby(level="point").size().between(1, 5).all()
    assert rf.front(tiny, k=3).near is None
    with pytest.raises(rf.InputError, match="is no share"):
        rf.front(tiny, k=3, within=3)


def test_reports_are_written_of_answers_and_of_folders(tiny, tmp_path):
    model = rf.Regions(tiny, k=2).solve()
    folder = rf.report(model, tmp_path / "solved", lang="nb", only=["html", "md"])
    assert 'lang="nb"' in (folder / "report.html").read_text(encoding="utf-8")
    assert model.folder == folder
    begun = rf.Regions(tiny, k=2, begin_from=model.labels_).solve()
    again = rf.report(begun, tmp_path / "begun", only="md")
    manifest = json.loads((again / "manifest.json").read_text(encoding="utf-8"))
    assert any(word.startswith("--warm-start=") for word in manifest["command_line"])
    fronts = rf.front(tiny, k=[2, 3], resume=tmp_path / "front")
    beside = rf.report(fronts, tmp_path / "beside", only="html")
    assert (beside / "report.html").is_file() and not (tmp_path / "front" / "report.html").exists()
    rf.report(tmp_path / "front", only="md")
    assert (tmp_path / "front" / "report.md").is_file()
    with pytest.raises(rf.InputError, match="without a folder"):
        rf.report(rf.front(tiny, k=2))


def test_what_the_command_refuses_is_raised_with_code_and_help(tiny, tmp_path):
    with pytest.raises(rf.InputError) as caught:
        rf.front(tiny, k=2, keep_together=[["Nowhere"]], resume=tmp_path / "run")
    assert caught.value.code == "E206"
    assert caught.value.help
    with pytest.raises(rf.Fault) as missing:
        rf.report(tmp_path / "nothing")
    assert missing.value.code == "E406"


def test_a_front_between_two_years_is_that_of_the_command(viken, viken_folder):
    front = rf.front(viken, k=9, scenario="default", against="other-year", reference="2022").to_frame()
    assert front["other-year"].to_list() == [116_209, 116_288, 116_380]
    assert front["objective"].to_list() == [105_642, 105_546, 105_401]


def test_a_derivation_is_that_of_the_command_line(viken, viken_folder):
    found = rf.derive(viken, "ba_regions_2020", assign_missing=True, attach_singletons="nearest-centre")
    wanted = document(
        *("derive", viken_folder, "ba_regions_2020", "--assign-missing", "--no-scenario"),
        *("--attach-singletons", "nearest-centre"),
    )
    assert found.document == wanted
    assert found.division.nunique() == len(wanted["divisions"][-1]["regions"])
    assert sorted(found.division.index) == sorted(viken.codes)


def test_a_plan_is_improved_within_few_moves(viken):
    labels = rf.Regions(viken, k=9, scenario="default").solve().labels_
    moved = labels.copy()
    moved["3038"] = labels["3024"]
    found = rf.derive(viken, moved, improve=True, max_moved=1, scenario="default")
    assert rf.evaluate(viken, found.division, scenario="default").totals["internal_commuting"] == 105_642


def test_a_study_is_answered_into_a_folder(viken_folder, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(
        f"""title = "Where do single ones belong?"
question = "What comes of the regions of 2020?"
instance = {str(viken_folder)!r}
scenarios = ["no_rule_on_hallingdal"]

[[derive]]
name = "by_nearest_centre"
from = "ba_regions_2020"
assign_missing = true
attach_singletons = "nearest-centre"
""",
        encoding="utf-8",
    )
    folder = rf.study(file, tmp_path / "study")
    assert any("by_nearest_centre" in path.name for path in folder.rglob("*"))
