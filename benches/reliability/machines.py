#!/usr/bin/env python3
"""Trials of the service on PostgreSQL: two servers and four workers, each with files of its own.

    python3 benches/reliability/machines.py target/release/regionfront [--jobs 1000] [--kills 100]

First part, undisturbed: every question is asked of both servers while four workers solve and listeners hear
events at either; times of reading, memory. Second part: the same questions to a fresh database, while
servers, workers and processes of jobs are killed at random moments, workers stand still and go on, the
database is ended as by a crash and started again, and, where `faketime` is there, one worker believes it is
tomorrow. In the end every question must have one answer, the same bytes in both parts, times apart.

Needs Python 3, /proc and PostgreSQL (`.ci/setup-tests`).
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from service import HERE, Server, children_of, ended_once, listen, questions, resident_mib_of, results


class Database:
    """A PostgreSQL server of its own: see .ci/postgres."""

    def __init__(self):
        script = os.path.join(HERE, "..", "..", ".ci", "postgres")
        self.process = subprocess.Popen(["sh", script], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.url = self.process.stdout.readline().split()[1]
        self.count = 0

    def tell(self, line):
        print(line, file=self.process.stdin, flush=True)
        assert self.process.stdout.readline().strip() == "done", line

    def new(self):
        self.count += 1
        self.tell(f"database trial{self.count}")
        return f"{self.url}trial{self.count}"

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class FarServer(Server):
    """A server that does no jobs itself."""

    def __init__(self, binary, folder, store):
        self.store = store
        super().__init__(binary, folder)

    def command(self):
        return ["--store", self.store, "--folder", self.folder, "--workers", "0"]


class Worker:
    """A worker that can be killed and started again."""

    def __init__(self, binary, folder, store, before=()):
        self.words = [*before, binary, "work", "--store", store, "--folder", folder, "--workers", "1",
                      "--lease", "3", "-q"]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.words, stderr=subprocess.DEVNULL, start_new_session=True)

    def kill(self):
        # What sets the clock is a process before the worker.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Machines:
    def __init__(self, binary, folder, store, is_wrong=False):
        place = lambda name: os.path.join(folder, name)
        self.servers = [FarServer(binary, place(f"server{at}"), store) for at in range(2)]
        tomorrow = ["env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", "+1d"]
        wrong = tomorrow if is_wrong and shutil.which("faketime") else []
        self.has_wrong_clock = bool(wrong)
        self.workers = [Worker(binary, place(f"worker{at}"), store, wrong if at == 0 else [])
                        for at in range(4)]

    def submit(self, question):
        """Asks both servers, which make one job of it."""
        first, second = (server.submit(*question) for server in self.servers)
        assert first == second
        return first

    def wait(self, count):
        while self.servers[0].counts().get("successful", 0) < count:
            if failed := self.servers[1].counts().get("failed", 0):
                raise SystemExit(f"{failed} jobs failed")
            time.sleep(0.2)

    def end(self):
        for one in self.servers + self.workers:
            one.kill()


def undisturbed(binary, database, count, listeners):
    with tempfile.TemporaryDirectory() as folder:
        machines = Machines(binary, folder, database.new())
        began = time.time()
        jobs = [machines.submit(question) for question in questions(count)]
        queued = time.time() - began
        assert len(set(jobs)) == count
        stop, heard = threading.Event(), []
        chosen = random.sample(jobs, min(listeners, count))
        threads = [threading.Thread(target=listen, daemon=True,
                                    args=(machines.servers[at % 2].port, job, heard, stop))
                   for at, job in enumerate(chosen)]
        for thread in threads:
            thread.start()
        times, most = [], 0.0
        while machines.servers[0].counts().get("successful", 0) < count:
            for path in (f"/jobs/{random.choice(jobs)}", "/jobs?limit=10", "/processes"):
                server = random.choice(machines.servers)
                one = time.perf_counter()
                status, _ = server.ask("GET", path)
                times.append((time.perf_counter() - one) * 1000)
                assert status == 200
            most = max([most] + [resident_mib_of(one.process.pid) for one in machines.servers])
            time.sleep(0.02)
        took = time.time() - began
        for thread in threads:
            thread.join(60)
        stop.set()
        assert len(heard) == len(threads), f"{len(heard)} of {len(threads)} listeners heard the end"
        found = results(machines.servers[1], jobs)
        ended_once(machines.servers[0], jobs)
        times.sort()
        at = lambda share: times[min(len(times) - 1, int(len(times) * share))]
        print(f"undisturbed: {count} queued in {queued:.1f} s, answered in {took:.1f} s; "
              f"{len(times)} reads, p50 {at(.5):.1f} ms, p99 {at(.99):.1f} ms, most {times[-1]:.1f} ms; "
              f"{len(threads)} listeners; a server at most {most:.0f} MiB", flush=True)
        machines.end()
        return found


def harm(machines, database, done):
    """Something goes wrong somewhere."""
    what = random.choices(["server", "worker", "job", "stands still", "database"], [20, 30, 40, 5, 5])[0]
    worker = random.choice(machines.workers)
    if what == "server":
        server = random.choice(machines.servers)
        server.kill()
        server.start()
    elif what == "worker":
        worker.kill()
        worker.start()
    elif what == "job":
        children = children_of(worker.process.pid)
        if not children:
            return
        try:
            os.kill(random.choice(children), signal.SIGKILL)
        except ProcessLookupError:
            return
    elif what == "stands still":
        # Longer than its lease, its process with it.
        held = [worker.process.pid, *children_of(worker.process.pid)]
        for pid in held:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(4)
        for pid in held[::-1]:
            os.kill(pid, signal.SIGCONT)
    else:
        database.tell("restart")
    done[what] = done.get(what, 0) + 1


def disturbed(binary, database, count, kills, pause):
    with tempfile.TemporaryDirectory() as folder:
        machines = Machines(binary, folder, database.new(), is_wrong=True)
        began = time.time()
        jobs, done = [], {}
        asking = threading.Thread(
            target=lambda: jobs.extend(machines.submit(question) for question in questions(count)))
        asking.start()
        while sum(done.values()) < kills:
            time.sleep(random.uniform(0, 2 * pause))
            harm(machines, database, done)
        asking.join()
        answered = machines.servers[0].counts().get("successful", 0)
        machines.wait(count)
        found = results(machines.servers[0], jobs)
        ended_once(machines.servers[1], jobs)
        attempts = sum(json.loads(machines.servers[0].ask("GET", f"/jobs/{job}")[1])["attempts"] for job in jobs)
        print(f"disturbed: {done}, one clock {'a day ahead' if machines.has_wrong_clock else 'right, too'}, "
              f"the last when {answered} of {count} were answered; all answered in "
              f"{time.time() - began:.1f} s, begun {attempts} times", flush=True)
        machines.end()
        return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("binary")
    arguments.add_argument("--jobs", type=int, default=1000)
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--pause", type=float, default=1.0, help="seconds between kills, on average")
    arguments.add_argument("--listeners", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    random.seed(asked.seed)
    database = Database()
    try:
        one = undisturbed(asked.binary, database, asked.jobs, asked.listeners)
        other = disturbed(asked.binary, database, asked.jobs, asked.kills, asked.pause)
    finally:
        database.end()
    assert one.keys() == other.keys(), "the same questions are the same jobs"
    different = [job for job in one if one[job] != other[job]]
    print(f"{len(one)} answers, {len(different)} of them different", flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
