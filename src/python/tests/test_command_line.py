"""Python says what the command line says, and the wheel brings the command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from beside import command, document, without_times

import regionfront as rf

RULES = {
    "min_population": 20_000,
    "max_population": 300_000,
    "keep_together": {"Numedal": ["Flesberg", "Rollag", "3052"]},
    "keep_apart": [["Asker", "Lier"]],
}
OPTIONS = [
    "--no-scenario",
    *("--min-population", 20_000, "--max-population", 300_000),
    *("--keep-together", "Numedal=Flesberg,Rollag,3052", "--keep-apart", "Asker,Lier"),
]


@pytest.mark.parametrize("k", [6, 9])
def test_a_solve_is_that_of_the_command_line(viken, viken_folder, k):
    model = rf.Regions(viken, k=k, **RULES).solve()
    wanted = document("solve", viken_folder, "--k", k, *OPTIONS)
    assert without_times(model.document_) == without_times(wanted)
    assert model.status_ == "optimal"
    assert model.objective_ == model.bound_


def test_the_default_scenario_gives_the_proven_values(viken):
    model = rf.Regions(viken, k=9, scenario="default").solve()
    assert (model.objective_, model.solution_) == (105_642, "proven_optimal")
    with_more = rf.Regions(viken, k=9, scenario="default", max_population=10**6).solve()
    assert with_more.objective_ > model.objective_


def test_a_front_is_that_of_the_command_line(viken, viken_folder):
    fronts = rf.front(viken, k=[9, 12], **RULES)
    wanted = document("front", viken_folder, "--k", "9,12", *OPTIONS, "--no-explain")
    assert fronts.document == wanted


def test_judgements_are_those_of_the_command_line(viken, viken_folder):
    councils = "regional_councils_2019"
    found = rf.evaluate(viken, councils, scenario="default")
    assert found.document == document("evaluate", viken_folder, councils)
    other = "ba_regions_2020"
    wanted = document("compare", viken_folder, councils, other)
    assert rf.compare(viken, councils, other).document == wanted["pairs"][0]


def test_an_explanation_is_that_of_the_command_line(viken, viken_folder):
    found = rf.explain(viken, k=12, min_population=100_000)
    wanted = document(
        "explain", viken_folder, "--no-scenario", "--k", 12, "--min-population", 100_000
    )
    assert found.document == wanted["explanations"][0]
    assert found.verdict == "infeasible"
    assert "100,000" in str(found)
    assert not found.relaxations.empty


def test_the_wheel_brings_the_command(tmp_path, viken_folder):
    assert command("--version").stdout.split()[:2] == ["regionfront", rf.__version__]
    module = [sys.executable, "-m", "regionfront", "--version"]
    assert subprocess.run(module, capture_output=True, text=True).stdout.strip()
    assert command("solve").returncode == 2
    ran = command("solve", viken_folder, "--k", 13, "--min-population", 95_000, "-q")
    assert ran.returncode == 3, "proven infeasible"
    run = tmp_path / "run"
    command("solve", viken_folder, "--k", 9, "-o", run, "-q")
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command_line"][:2] == ["regionfront", "solve"]


def test_runs_of_a_batch_start_the_command_once_more(tmp_path, viken_folder):
    batch = tmp_path / "batch.toml"
    text = f'[defaults]\ninstance = "{viken_folder.as_posix()}"\n[[run]]\nname = "one"\nk = "9"\n'
    batch.write_text(text, encoding="utf-8")
    ran = command("batch", batch, "-o", tmp_path / "out", "-q")
    assert ran.returncode == 0, ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_stops_the_command_with_its_own_code(viken_folder):
    words = [sys.executable, "-m", "regionfront", "solve", str(viken_folder.parent / "paris")]
    words += ["--k", "12", "--min-population", "300000", "-q"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130


def test_no_file_of_rust_is_needed():
    package = Path(rf.__file__).parent
    assert {path.suffix for path in package.iterdir() if path.is_file()} <= {
        *(".py", ".pyi", ".so", ".pyd", ".typed"),
    }
