"""Many questions, on a cluster whose worker is killed."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

import regionfront as rf


def questions(instance: rf.Instance) -> list[rf.Question]:
    return [
        rf.Question(instance, k=k, min_population=limit, max_population=300_000, threads=1)
        for limit in (10_000, 20_000, 30_000)
        for k in range(8, 12)
    ]


def test_questions_are_answered_here(viken):
    asked = [rf.Question(viken, k=9, scenario="default"), rf.Question(viken, k=9, against="min-population", scenario="default")]
    model, fronts = rf.batch(asked)
    assert isinstance(model, rf.Regions)
    assert model.objective_ == 105_642
    assert fronts[9].is_complete
    assert rf.answer(pickle.loads(pickle.dumps(asked[0])))


def test_a_question_that_fails_stops_no_other(viken):
    asked = [rf.Question(viken, k=9, keep_together=[["Nowhere"]]), rf.Question(viken, k=9, scenario="default")]
    kept = rf.batch(asked, errors="keep")
    assert isinstance(kept[0], rf.InputError)
    assert kept[1].status_ == "optimal"
    with pytest.raises(rf.Fault) as caught:
        rf.batch(asked)
    assert caught.value.code == "E711"
    assert caught.value.results[1].status_ == "optimal"
    with pytest.raises(rf.InputError):
        rf.Question(viken, k="many")
    with pytest.raises(rf.InputError, match="takes no questions"):
        rf.batch(asked, client=object())


def test_executors_of_python_carry_questions(viken):
    asked = questions(viken)[:4]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = rf.batch(asked, client=pool)
    here = rf.batch(asked)
    assert [one.objective_ for one in found] == [one.objective_ for one in here]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks of Unix")
def test_a_forked_process_says_so_and_does_not_hang(viken):
    rf.Regions(viken, k=9, scenario="default").solve()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        [found] = rf.batch([rf.Question(viken, k=9, scenario="default")], client=pool, errors="keep")
    assert found.code == "E710"
    assert "spawn" in found.help


def test_a_cluster_loses_no_question_with_a_worker(viken):
    distributed = pytest.importorskip("dask.distributed")
    asked = questions(viken)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        killed: list[int] = []
        done = threading.Event()

        def kill_one() -> None:
            # In the middle: some are done, others under way.
            while not done.is_set():
                tasks = list(cluster.scheduler.tasks.values())
                if sum(task.state == "memory" for task in tasks) >= 3:
                    killed.append(cluster.workers[0].pid)
                    os.kill(killed[0], signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
                    return
                time.sleep(0.02)

        killer = threading.Thread(target=kill_one)
        killer.start()
        found = rf.batch(asked, client=client)
        done.set()
        killer.join()
    assert len(killed) == 1
    here = rf.batch(asked)
    assert [one.objective_ for one in found] == [one.objective_ for one in here]
    assert [one.labels_.to_list() for one in found] == [one.labels_.to_list() for one in here]
