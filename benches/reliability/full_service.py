#!/usr/bin/env python3
"""A disk that fills up under a service: is an answer lost, is it said, does it go on once there is room?

    sudo python3 benches/reliability/full_service.py target/release/regionfront [--rounds 20] [--postgres]

A server keeps its store on a disk in memory of a few MiB. Each round, questions are asked while a file
takes what room is left; whatever the server answers must be the job or a problem that says so, never
nothing. Then the file goes, and every job that was taken on must end, with the bytes that a server
with room gives. In some rounds the server is killed while the disk is full. With `--postgres` it is the
disk of a PostgreSQL database; one that ended itself for want of room is started again by hand, as its
keeper would.

Needs Python 3, Linux and the right to mount.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

from machines import Database, FarServer
from service import Server, untimed

# MiB of the disk: enough for the answers of many rounds, and for what PostgreSQL keeps in advance.
ROOM, ROOM_FOR_POSTGRES = 96, 512


class Busy(FarServer):
    """A server on PostgreSQL that does jobs itself, with its files on another disk."""

    def command(self):
        return ["--store", self.store, "--workers", "2", "--folder", os.path.join(self.folder, "files")]


def fill(path):
    """Takes all room but a random rest of at most 64 KiB."""
    rest = os.statvfs(os.path.dirname(path))
    room = rest.f_bavail * rest.f_frsize - random.randrange(0, 65_536)
    with open(path, "wb") as file:
        try:
            file.write(b"\0" * max(0, room))
        except OSError:
            pass


def answer(server, job, seconds=120):
    """The answer to a job, once it has ended."""
    deadline = time.time() + seconds
    while time.time() < deadline:
        state = json.loads(server.ask("GET", f"/jobs/{job}")[1])
        if state["status"] in ("successful", "failed", "dismissed"):
            return state["status"], untimed(server.ask("GET", f"/jobs/{job}/results")[1])
        time.sleep(0.05)
    return "lost", b""


def asked_of(server, asked):
    """A job, or what the server says instead."""
    body = json.dumps({"inputs": asked})
    status, found = server.ask("POST", "/processes/solve/execution", body, again=False)
    found = json.loads(found)
    if status == 201:
        return found["jobID"], None
    assert found.get("title") and found.get("code"), (status, found)
    return None, (status, found["code"])


def question(number):
    """One of many: of one k, or of a list, whose parts workers share."""
    ks = (2, 3, 4, "2..4")[number % 4]
    return {"instance": "tiny", "k": ks, "seed": number}


def answers(server):
    """Whether the store answers, or does within some seconds."""
    deadline = time.time() + 10
    while time.time() < deadline:
        if server.ask("GET", "/health/ready", again=False)[0] == 200:
            return True
        time.sleep(0.2)
    return False


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("binary")
    arguments.add_argument("--rounds", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--postgres", action="store_true")
    given = arguments.parse_args()
    random.seed(given.seed)
    taken, refused, faults, number, ended = {}, {}, [], 0, 0
    room = ROOM_FOR_POSTGRES if given.postgres else ROOM
    database = None
    with tempfile.TemporaryDirectory(prefix="full-service-") as place, tempfile.TemporaryDirectory() as files:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}m", "none", place], check=True)
        try:
            if given.postgres:
                os.environ["TMPDIR"] = place
                database = Database()
                server = Busy(given.binary, files, database.new())
            else:
                server = Server(given.binary, place)
            for at in range(given.rounds):
                jobs = {}
                for _ in range(3):
                    number += 1
                    asked = question(number)
                    jobs[asked_of(server, asked)[0]] = asked
                fill(os.path.join(place, "filler"))
                for _ in range(5):
                    number += 1
                    asked = question(number)
                    job, why = asked_of(server, asked)
                    if job is None:
                        refused[why] = refused.get(why, 0) + 1
                    else:
                        jobs[job] = asked
                    if server.ask("GET", "/processes", again=False)[0] != 200:
                        faults.append(f"round {at}: nothing can be read")
                time.sleep(random.uniform(0, 1))
                if at % 4 == 3:
                    server.process.kill()
                    server.process.wait()
                os.remove(os.path.join(place, "filler"))
                if at % 4 == 3:
                    server.start()
                if database and not answers(server):
                    database.tell("restart")
                    ended += 1
                for job in jobs:
                    status, found = answer(server, job)
                    if status != "successful":
                        faults.append(f"round {at}: {job} is {status}: {found[:300]}")
                    taken[job] = (jobs[job], found)
            server.kill()
        finally:
            if database:
                database.end()
            subprocess.run(["umount", "-l", place], check=False)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(given.binary, folder)
        for job, (asked, found) in taken.items():
            again = asked_of(server, asked)[0]
            if again != job or answer(server, again)[1] != found:
                faults.append(f"{job} differs with room")
        server.kill()
    print(f"{given.rounds} rounds: {len(taken)} jobs taken on and answered, refused {refused}, "
          f"the database started again {ended} times, {len(faults)} faults")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
