"""Files of divisions: in any encoding, named or said to be assumed, wherever one is taken."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import regionfront as rf


@pytest.fixture()
def file(tiny: rf.Instance, tmp_path: Path) -> Path:
    """A division of the smallest instance whose second region is called Łódź in Latin-2."""
    regions = {code: "Łódź" if at % 7 > 2 else "West" for at, code in enumerate(tiny.codes)}
    rows = ["code,region", *(f"{code},{region}" for code, region in regions.items())]
    path = tmp_path / "mine.csv"
    path.write_bytes(("\n".join(rows) + "\n").encode("iso-8859-2"))
    return path


def by_evaluate(tiny: rf.Instance, path: Any, **more: Any) -> list[str]:
    return list(rf.evaluate(tiny, path, **more).regions.index)


def by_compare(tiny: rf.Instance, path: Any, **more: Any) -> list[str]:
    return list(rf.compare(tiny, path, path, **more).matching)


def by_derive(tiny: rf.Instance, path: Any, **more: Any) -> list[str]:
    return list(rf.derive(tiny, path, assign_missing=True, **more).division.unique())


WAYS = (by_evaluate, by_compare, by_derive)


@pytest.mark.parametrize("way", WAYS)
def test_an_encoding_is_named_or_said_to_be_assumed(
    tiny: rf.Instance, file: Path, way: Callable[..., list[str]]
) -> None:
    with pytest.warns(rf.Assumed, match="was read as Windows-1252.*encoding=") as told:
        assert set(way(tiny, file)) == {"£ód¼", "West"}
    assert all(one.filename == __file__ for one in told if one.category is rf.Assumed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(way(tiny, file, encoding="iso-8859-2")) == {"Łódź", "West"}
        assert set(way(tiny, str(file), encoding="iso-8859-2")) == {"Łódź", "West"}
    file.write_bytes(file.read_bytes() + b"\xff\xff")
    with pytest.raises(rf.InputError, match="holds bytes that Shift_JIS does not have") as caught:
        way(tiny, file, encoding="shift_jis")
    assert (caught.value.code, caught.value.place) == ("E104", str(file))
    assert caught.value.help
    with pytest.raises(rf.InputError, match="no encoding known here"):
        way(tiny, file, encoding="latin-17")


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_is_wrong_is_called_by_its_own_name(
    tiny: rf.Instance, file: Path, way: Callable[..., list[str]]
) -> None:
    file.write_text("code,region\n9999,Nowhere\n")
    with pytest.raises(rf.InputError, match="9999") as caught:
        way(tiny, file)
    assert caught.value.place.startswith((str(file), file.stem)), caught.value.place


def test_the_encoding_of_the_instance_is_that_of_its_divisions(
    viken_folder: Path, file: Path
) -> None:
    named = rf.Instance.read(viken_folder.parent / "tiny", encoding="iso-8859-2")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "Łódź" in by_evaluate(named, file)
        assert "Łódź" in by_derive(named, file)


def test_a_plan_begins_from_a_file_or_from_a_name(tiny: rf.Instance, file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", rf.Assumed)
        warnings.simplefilter("ignore", UserWarning)
        model = rf.Regions(tiny, k=2, begin_from=file, encoding="iso-8859-2")
        assert model.solve().status_ == "optimal"
        own = next(iter(tiny.divisions))
        assert rf.Regions(tiny, k=2, begin_from=own).solve().objective_ == model.objective_
    with pytest.warns(rf.Assumed, match="was read as"):
        rf.Regions(tiny, k=2, begin_from=file)
    with pytest.raises(rf.InputError, match="neither the path of a file nor the name"):
        rf.Regions(tiny, k=2, begin_from="nowhere.csv")


def test_a_file_that_a_rule_names_is_said_to_be_assumed(tiny: rf.Instance, file: Path) -> None:
    with pytest.warns(rf.Assumed, match="was read as") as told:
        rf.evaluate(tiny, [1] * len(tiny), keep_whole=str(file))
    assert all(one.filename == __file__ for one in told if one.category is rf.Assumed)


def test_a_workbook_is_a_division(tiny: rf.Instance, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["code", "region"])
    for at, code in enumerate(tiny.codes):
        book.active.append([code, "East" if at % 2 else "West"])
    book.save(tmp_path / "mine.xlsx")
    assert set(by_evaluate(tiny, tmp_path / "mine.xlsx")) == {"East", "West"}
    assert set(by_derive(tiny, tmp_path / "mine.xlsx")) == {"East", "West"}
