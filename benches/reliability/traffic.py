#!/usr/bin/env python3
"""Memory of a server over a time of traffic: questions, most of them new, reads, pages and drawings,
uploads, refusals and listeners that break off.

    python3 benches/reliability/traffic.py target/release/regionfront [--minutes 60] [--clients 4]

Prints the resident memory of the server a minute at a time; it should rise no more once all kinds of
requests have been met. Needs nothing but Python 3 and /proc.
"""

import argparse
import http.client
import itertools
import json
import random
import sys
import tempfile
import threading
import time

from service import Server


def client(server, ends, numbers, done):
    """A client that does one thing after the other."""
    jobs = []
    while time.time() < ends:
        what = random.random()
        if what < 0.15:
            asked = {"instance": "tiny", "k": 2 + random.randrange(3), "seed": next(numbers)}
            status, body = server.ask("POST", "/processes/solve/execution", json.dumps({"inputs": asked}))
            assert status == 201, body
            jobs = [*jobs[-50:], json.loads(body)["jobID"]]
        elif what < 0.2:
            tables = {"areas.csv": f"code,name,population\n1,A{next(numbers)},5\n2,B,6\n",
                      "flows.csv": "origin,destination,commuters\n1,2,3\n",
                      "adjacency.csv": "area_a,area_b,kind\n1,2,land\n"}
            server.ask("POST", "/instances", json.dumps({"name": "own", "files": tables}))
        elif what < 0.25:
            server.ask("POST", "/processes/solve/execution", "{" * 1000)
        elif what < 0.3 and jobs:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            connection.request("GET", f"/jobs/{random.choice(jobs)}/events")
            connection.getresponse().read(10)
            connection.close()
        elif what < 0.35:
            server.ask("GET", random.choice(["/instances/tiny/atlas", "/instances/viken-2020/atlas", "/api"]))
        elif jobs:
            job = random.choice(jobs)
            server.ask("GET", random.choice([f"/jobs/{job}", f"/jobs/{job}/results", f"/jobs/{job}/files",
                                             "/jobs?limit=50", "/metrics", "/processes", "/instances"]))
        done.append(1)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("binary")
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--clients", type=int, default=4)
    asked = arguments.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(asked.binary, folder)
        ends, numbers, done = time.time() + 60 * asked.minutes, itertools.count(), []
        print(f"at rest: {server.resident_mib():.0f} MiB", flush=True)
        threads = [threading.Thread(target=client, args=(server, ends, numbers, done), daemon=True)
                   for _ in range(asked.clients)]
        for thread in threads:
            thread.start()
        began = time.time()
        while any(thread.is_alive() for thread in threads):
            time.sleep(min(60, max(1, ends - time.time())))
            print(f"after {(time.time() - began) / 60:.0f} min: {len(done)} requests, "
                  f"{server.resident_mib():.0f} MiB", flush=True)
        counts = server.counts()
        assert not counts.get("failed"), counts
        print(f"jobs: {counts}", flush=True)
        server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
