#!/usr/bin/env python3
"""Trials of the service: many questions, many readers, many kills.

    python3 benches/reliability/service.py target/release/regionfront [--jobs 1000] [--kills 100]

First part, undisturbed: all questions are queued while two workers solve and 200 listeners hear events;
times of reading, memory of the server. Second part: the same questions to a fresh store, while the server
or the process of a job is killed at random moments, and the server started again. In the end every
question must have one answer, the same bytes in both parts, times apart.

Needs nothing but Python 3 and /proc.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
INSTANCES = os.environ.get("INSTANCES", os.path.join(HERE, "..", "..", "instances"))
ENDS = ("successful", "failed", "dismissed")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def resident_mib_of(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


def children_of(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="utf-8") as children:
            found += [int(word) for word in children.read().split()]
    return found


class Server:
    """A server that can be killed and started again, at the same address."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.port = binary, folder, free_port()
        self.start()

    def command(self):
        return ["--store", "sqlite://" + os.path.join(self.folder, "s.sqlite"), "--workers", "2"]

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "serve", "--listen", f"127.0.0.1:{self.port}", "--instances", INSTANCES,
             "--lease", "3", "-q", *self.command()],
            stderr=subprocess.DEVNULL)
        deadline = time.time() + 60
        while time.time() < deadline:
            try:
                if self.ask("GET", "/health/ready", again=False)[0] == 200:
                    return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("the server does not start")

    def ask(self, method, path, body=None, again=True):
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                connection.request(method, path, body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                found = response.status, response.read()
                connection.close()
                if found[0] not in (429, 503) or not again:
                    return found
            except (OSError, http.client.HTTPException):
                if not again:
                    raise
            time.sleep(0.05)
        raise SystemExit(f"no answer to {method} {path}")

    def submit(self, process, inputs):
        status, body = self.ask("POST", f"/processes/{process}/execution", json.dumps({"inputs": inputs}))
        if status != 201:
            raise SystemExit(f"{status}: {body[:500]}")
        return json.loads(body)["jobID"]

    def counts(self):
        text = self.ask("GET", "/metrics")[1].decode()
        found = re.findall(r'regionfront_jobs\{status="(\w+)"\} (\d+)', text)
        return {status: int(count) for status, count in found}

    def resident_mib(self):
        return resident_mib_of(self.process.pid)

    def children(self):
        return children_of(self.process.pid)

    def kill(self):
        self.process.kill()
        self.process.wait()


def questions(count):
    """Mostly small ones and small lists, and among every hundred a front and a list of fronts of some seconds."""
    for at in range(count):
        if at % 100 == 0:
            yield "front", {"instance": "viken-2020", "k": "8..11", "seed": at}
        elif at % 100 == 50:
            yield "front", {"instance": "viken-2020", "scenario": "single_municipalities_allowed",
                            "k": 6 + at // 100 % 8, "seed": at // 800}
        elif at % 10 == 5:
            yield "front", {"instance": "tiny", "k": "2..3", "seed": at}
        elif at % 10 == 8:
            yield "solve", {"instance": "tiny", "k": "2..5", "seed": at}
        else:
            yield "solve", {"instance": "tiny", "k": 2 + at % 3, "seed": at}


def untimed(text):
    return re.sub(rb'"wall_s":\s*[0-9.e-]+', b'"wall_s": 0', text)


def results(server, jobs):
    found = {}
    for job in jobs:
        status, body = server.ask("GET", f"/jobs/{job}/results")
        if status != 200:
            raise SystemExit(f"job {job}: {status} {body[:300]}")
        found[job] = untimed(body)
        state = json.loads(server.ask("GET", f"/jobs/{job}")[1])
        assert state["status"] == "successful", state
    return found


def ended_once(server, jobs):
    """Every job ended once: no answer was given twice."""
    for job in jobs:
        text = server.ask("GET", f"/jobs/{job}/events")[1].decode()
        ends = [line for line in text.splitlines()
                if line.startswith("data: {\"status\":") and line.split('"')[3] in ENDS]
        assert len(ends) == 1, (job, ends)


def listen(port, job, heard, stop):
    last = 0
    while not stop.is_set():
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", f"/jobs/{job}/events", headers={"Last-Event-ID": str(last)})
            response = connection.getresponse()
            if response.status == 204:
                heard.append(last)
                return
            for line in response:
                if line.startswith(b"id: "):
                    number = int(line[4:])
                    assert number == last + 1, (job, last, number)
                    last = number
            connection.close()
        except OSError:
            time.sleep(0.1)


def wait(server, count, every=0.2):
    while server.counts().get("successful", 0) < count:
        failed = server.counts().get("failed", 0)
        if failed:
            raise SystemExit(f"{failed} jobs failed")
        time.sleep(every)


def undisturbed(binary, count, listeners):
    with tempfile.TemporaryDirectory() as folder:
        server = Server(binary, folder)
        began = time.time()
        jobs = [server.submit(*question) for question in questions(count)]
        queued = time.time() - began
        assert len(set(jobs)) == count
        stop, heard = threading.Event(), []
        threads = [threading.Thread(target=listen, args=(server.port, job, heard, stop), daemon=True)
                   for job in random.sample(jobs, min(listeners, count))]
        for thread in threads:
            thread.start()
        times, most = [], 0.0
        while server.counts().get("successful", 0) < count:
            for path in (f"/jobs/{random.choice(jobs)}", "/jobs?limit=10", "/processes"):
                one = time.perf_counter()
                status, _ = server.ask("GET", path)
                times.append((time.perf_counter() - one) * 1000)
                assert status == 200
            most = max(most, server.resident_mib())
            time.sleep(0.02)
        took = time.time() - began
        for thread in threads:
            thread.join(60)
        stop.set()
        assert len(heard) == len(threads), f"{len(heard)} of {len(threads)} listeners heard the end"
        found = results(server, jobs)
        ended_once(server, jobs)
        times.sort()
        at = lambda share: times[min(len(times) - 1, int(len(times) * share))]
        print(f"undisturbed: {count} queued in {queued:.1f} s, answered in {took:.1f} s; "
              f"{len(times)} reads, p50 {at(.5):.1f} ms, p99 {at(.99):.1f} ms, most {times[-1]:.1f} ms; "
              f"{len(threads)} listeners; server at most {most:.0f} MiB", flush=True)
        server.kill()
        return found


def disturbed(binary, count, kills, pause):
    with tempfile.TemporaryDirectory() as folder:
        server = Server(binary, folder)
        began = time.time()
        jobs, killed = [], {"server": 0, "job": 0}
        asking = threading.Thread(
            target=lambda: jobs.extend(server.submit(*question) for question in questions(count)))
        asking.start()
        while sum(killed.values()) < kills:
            time.sleep(random.uniform(0, 2 * pause))
            children = server.children() if server.process.poll() is None else []
            if random.random() < 0.5 or not children:
                server.kill()
                server.start()
                killed["server"] += 1
            else:
                try:
                    os.kill(random.choice(children), signal.SIGKILL)
                    killed["job"] += 1
                except ProcessLookupError:
                    pass
        asking.join()
        done = server.counts().get("successful", 0)
        wait(server, count)
        found = results(server, jobs)
        ended_once(server, jobs)
        print(f"disturbed: {killed['server']} kills of the server and {killed['job']} of processes of jobs, "
              f"the last when {done} of {count} were answered; all answered in {time.time() - began:.1f} s",
              flush=True)
        server.kill()
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
    one = undisturbed(asked.binary, asked.jobs, asked.listeners)
    other = disturbed(asked.binary, asked.jobs, asked.kills, asked.pause)
    assert one.keys() == other.keys(), "the same questions are the same jobs"
    different = [job for job in one if one[job] != other[job]]
    print(f"{len(one)} answers, {len(different)} of them different", flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
