"""Plans, fronts, certificates and judgements."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pandas as pd
import pytest

import regionfront as rf


def test_a_model_has_the_habits_of_spopt(viken):
    model = rf.Regions(viken, k=9, min_population=20_000)
    with pytest.raises(rf.NoPlan, match="call solve"):
        _ = model.labels_
    assert model.fit() is model
    assert model.labels_.index.to_list() == viken.codes
    assert sorted(model.labels_.unique()) == list(range(1, 10))
    assert model.regions_["population"].min() >= 20_000
    assert model.regions_["population"].sum() == viken.areas["population"].sum()
    assert model.regions_["internal_commuting"].sum() == model.objective_
    assert model.gap_ == 0
    assert "optimal" in repr(model)


def test_that_there_is_no_plan_is_an_answer(viken):
    model = rf.Regions(viken, k=12, min_population=200_000).solve()
    assert (model.status_, model.solution_) == ("infeasible", "none")
    assert model.objective_ is None
    with pytest.raises(rf.NoPlan) as caught:
        _ = model.labels_
    assert caught.value.code == "E708"
    assert "rf.explain" in caught.value.help


def test_a_limit_leaves_a_plan_and_a_bound(viken_folder):
    paris = rf.Instance.read(viken_folder.parent / "paris")
    model = rf.Regions(paris, k=12, min_population=300_000, time_limit=5).solve()
    assert model.status_ == "time_limit"
    if model.solution_ == "feasible":
        assert model.objective_ <= model.bound_


def test_rules_that_cannot_be_read_are_named(viken):
    with pytest.raises(rf.InputError, match="did you mean `min_population`") as caught:
        rf.Regions(viken, k=9, min_popluation=3).solve()
    assert caught.value.code == "E203"
    with pytest.raises(rf.InputError) as caught:
        rf.Regions(viken, k=9, keep_together={"X": ["Hol", "Nowhere"]}).solve()
    assert "Nowhere" in str(caught.value)
    with pytest.raises(rf.InputError, match="not a list of groups"):
        rf.Regions(viken, k=9, keep_together=["Hol", "Flå"])
    with pytest.raises(rf.InputError):
        rf.Regions(viken, k=0)
    with pytest.raises(rf.InputError):
        rf.Regions(viken, k=9, scenario="nowhere").solve()
    with pytest.raises(rf.InputError, match="no time"):
        rf.Regions(viken, k=9, time_limit=-1)


def test_a_division_to_begin_from_that_breaks_a_rule_is_told(viken):
    with pytest.warns(UserWarning, match="begin from is not used"):
        begun = viken.divisions["buskerud_model"]
        model = rf.Regions(viken, k=9, scenario="default", begin_from=begun).solve()
    assert model.status_ == "optimal"
    again = rf.Regions(viken, k=9, scenario="default", begin_from=model).solve()
    assert again.objective_ == model.objective_


def test_a_front_has_points_to_choose_from(viken):
    fronts = rf.front(viken, k=range(8, 10), against="min-population", max_population=300_000)
    assert list(fronts) == [8, 9]
    assert fronts.is_complete
    frame = fronts.to_frame()
    assert frame["k"].unique().tolist() == [8, 9]
    nine = fronts[9]
    assert nine.at() is nine.plans[0]
    chosen = nine.at(min_population=30_000)
    assert chosen.scores["min-population"] >= 30_000
    better = [plan for plan in nine.plans if plan.objective > chosen.objective]
    assert all(plan.scores["min-population"] < 30_000 for plan in better)
    best = rf.Regions(viken, k=9, min_population=30_000, max_population=300_000).solve()
    assert chosen.objective == best.objective_
    assert chosen.regions["population"].min() == chosen.scores["min-population"]
    with pytest.raises(rf.NoPlan):
        nine.at(min_population=10**9)
    with pytest.raises(rf.InputError, match="no objective"):
        nine.at(max_population=1)
    assert set(fronts.over_k().index) <= set(frame.index)
    assert "complete" in repr(fronts)


def test_several_objectives_make_one_front(tiny):
    fronts = rf.front(tiny, k=2, against=["min-population", "max_population"])
    assert fronts.against == ["min-population", "max-population"]
    assert {"min-population", "max-population"} <= set(fronts.to_frame().columns)


def test_certificates_are_checked_by_another_program(viken, viken_folder, tmp_path):
    fronts = rf.front(viken, k=9, scenario="default")
    certificate = fronts.certificate(9)
    assert certificate.claims
    path = certificate.save(tmp_path / "k09.ndjson")
    checker = viken_folder.parents[1] / "src" / "checker" / "check.py"
    one = rf.Regions(viken, k=9, scenario="default").solve().certificate()
    one.save(tmp_path / "one.ndjson")
    words = [sys.executable, str(checker), str(viken_folder), str(tmp_path / "one.ndjson")]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert path.stat().st_size > 1000
    with pytest.raises(rf.InputError):
        fronts.certificate(8)


def test_any_division_is_judged(viken):
    councils = rf.evaluate(viken, "regional_councils_2019", scenario="default")
    assert not councils.keeps_rules
    assert set(councils.violations["code"]) <= {f"V{number:02}" for number in range(1, 30)}
    assert len(councils.regions) == 12
    beside = rf.evaluate(viken, "regional_councils_2019", scenario="default", against_best=True)
    assert beside.against_best["objective"].item() > councils.totals["internal_commuting"]
    table = viken.divisions["regional_councils_2019"].reset_index()
    table.columns = ["code", "region"]
    again = rf.evaluate(viken, table, scenario="default")
    assert again.totals.to_list() == councils.totals.to_list()
    with pytest.raises(rf.InputError) as caught:
        rf.evaluate(viken, "regional_councils")
    assert caught.value.code == "E503"
    with pytest.raises(rf.InputError, match="3 labels for 51 areas"):
        rf.evaluate(viken, [1, 2, 3])


def test_divisions_are_compared(viken):
    first = rf.Regions(viken, k=9, scenario="default").solve()
    second = rf.Regions(viken, k=9, scenario="default", max_population=10**6).solve()
    found = rf.compare(viken, first, second)
    assert found.difference == second.objective_ - first.objective_
    assert len(found.moved) == found.document["areas_moved"]
    assert found.similarity["v_measure"] <= 1
    same = rf.compare(viken, first, first.labels_)
    assert same.moved.empty


def test_maps_and_charts_are_drawn(viken):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    fronts = rf.front(viken, k=9, scenario="default")
    assert "smallest region" in fronts.plot().get_xlabel()
    plan = fronts[9].at(min_population=20_000)
    assert "9 regions" in plan.plot().get_title()
    assert "<html>" in plan.explore().get_root().render()


def test_progress_is_told(viken, capsys):
    rf.Regions(viken, k=9, scenario="default", progress=True).solve()
    assert "k" in capsys.readouterr().err
    rf.front(viken, k=[8, 9], progress=False, scenario="default")
    assert capsys.readouterr().err == ""


def test_a_notebook_shows_a_bar(viken_folder):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    code = (
        "import regionfront as rf\n"
        f"tiny = rf.Instance.read({str(viken_folder.parent / 'tiny')!r})\n"
        "rf.Regions(tiny, k=2).solve().status_"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [output.get("data", {}) for output in notebook.cells[0].outputs]
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown), shown
    assert shown[-1]["text/plain"] == "'optimal'"


def interrupted(code: str, after: float) -> subprocess.CompletedProcess[str]:
    """A script that is sent Ctrl-C so many seconds after it has said that it begins."""
    # A process begun in the background may have been told to ignore it.
    heed = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    words = [sys.executable, "-c", heed + textwrap.dedent(code)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout.readline().strip() == "begun"
            time.sleep(after)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
        finally:
            running.kill()
        return subprocess.CompletedProcess(words, running.returncode, out, err)


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_hands_over_the_best_plan(viken_folder):
    folder = str(viken_folder.parent / "paris")
    ran = interrupted(
        f"""
        import regionfront as rf
        paris = rf.Instance.read({folder!r})
        print("begun", flush=True)
        model = rf.Regions(paris, k=5, min_population=100_000, max_population=3_000_000).solve()
        print(model.status_, model.objective_ <= model.bound_, model.labels_.nunique())
        """,
        8,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["interrupted", "True", "5"]
    assert "StoppedEarly" in ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_is_an_exception_where_there_is_no_plan(viken_folder):
    ran = interrupted(
        f"""
        import regionfront as rf
        paris = rf.Instance.read({str(viken_folder.parent / "paris")!r})
        print("begun", flush=True)
        rf.explain(paris, k=12, min_population=600_000)
        """,
        4,
    )
    assert ran.returncode != 0
    assert "KeyboardInterrupt" in ran.stderr


def test_the_lock_of_python_is_free_while_solving(viken):
    ticks, done = [], threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(None)
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        rf.front(viken, k=[8, 9, 10], scenario="default", threads=1)
    finally:
        done.set()
        ticker.join()
    assert len(ticks) > 10


def test_errors_have_code_place_and_help():
    with pytest.raises(rf.InputError) as caught:
        rf.Instance.read("no/such/folder")
    error = caught.value
    assert error.code == "E101"
    assert error.place.endswith("folder")
    assert error.what and error.help
    assert str(error) == f"E101 {error.place}: {error.what}\n     help: {error.help}"
    again = pickle.loads(pickle.dumps(error))
    assert again.defects == error.defects


def test_documents_are_plain_json(viken):
    model = rf.Regions(viken, k=6, scenario="default").solve()
    assert json.loads(json.dumps(model.document_)) == model.document_
    assert isinstance(model.regions_, pd.DataFrame)


def test_spopt_is_judged(viken):
    spopt_region = pytest.importorskip("spopt.region")
    libpysal = pytest.importorskip("libpysal")
    frame = viken.frame.copy()
    graph = libpysal.graph.Graph.from_adjacency(
        pd.concat(
            [
                viken.links.rename(columns={"a": "focal", "b": "neighbor"}),
                viken.links.rename(columns={"b": "focal", "a": "neighbor"}),
            ]
        )[["focal", "neighbor"]].assign(weight=1)
    )
    model = spopt_region.WardSpatial(
        frame, graph.to_W(), attrs_name=["population"], n_clusters=9
    )
    model.solve()
    judged = rf.evaluate(viken, model)
    assert len(judged.regions) == 9
    assert judged.totals["internal_commuting"] > 0
