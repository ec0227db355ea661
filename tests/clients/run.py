#!/usr/bin/env python3
"""Clients of others at the service: OWSLib as a GIS uses it, and schemathesis with what the description
allows and what it does not.

    python tests/clients/run.py target/release/regionfront [--examples 8] [--store URL]

Schemathesis tries every operation with ids that there are and ids that there are not. Left out is its
check that everything of the right form is accepted: a question of the right form may still be about an
instance, a job or a plan that there is not, and says so with 400. Needs tests/clients/requirements.txt.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request

from owslib.ogcapi.processes import Processes

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROCESSES = ["solve", "front", "evaluate", "compare", "derive", "explain", "report"]


def serve(binary, store):
    """A server that listens wherever there is room, and its address."""
    words = [binary, "serve", "--listen", "127.0.0.1:0", "--store", store, "--job-time", "5",
             "--instances", str(ROOT / "instances")]
    server = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        if found := re.search(r"listening on (http://\S+)", line):
            return server, found.group(1)
    raise SystemExit("the server does not start")


def as_a_gis_does(url):
    """What OWSLib can do: it finds, describes, asks and waits. The id of a job with every kind of file."""
    client = Processes(f"{url}/")
    assert [process["id"] for process in client.processes()] == PROCESSES
    described = client.process("solve")
    assert "instance" in described["inputs"] and described["jobControlOptions"], described
    inputs = {"instance": "tiny", "k": 2, "report": True, "certificate": True}
    job = client.execute("solve", inputs, async_=True)["jobID"]
    ask = lambda path: client._request(path=path)
    until = time.time() + 120
    while (status := ask(f"jobs/{job}"))["status"] in ("accepted", "running"):
        assert time.time() < until, status
        time.sleep(0.1)
    assert status["status"] == "successful", status
    assert ask(f"jobs/{job}/results")["results"][0]["termination"] == "optimal"
    assert job in [known["jobID"] for known in ask("jobs")["jobs"]]
    print(f"OWSLib: {len(PROCESSES)} processes, one asked and answered", flush=True)
    return job, ask("instances")["instances"]


def as_the_description_says(url, job, instances, examples, folder):
    """Schemathesis, with ids that there are for the operations that want one."""
    tiny = next(instance["id"] for instance in instances if instance["name"] == "tiny")
    known = {"jobs": job, "instances": tiny}
    with urllib.request.urlopen(f"{url}/api", timeout=60) as answer:
        description = answer.read()
    lines = []
    for path, operations in json.loads(description)["paths"].items():
        kind = path.split("/")[1]
        # What is asked to end or to go would be gone for the others.
        if "{id}" in path and kind in known and "get" in operations:
            lines.append(f'[[operations]]\ninclude-name = "GET {path}"\n'
                         f'parameters = {{ "path.id" = "{known[kind]}", "path.name" = "solve.json" }}\n')
    config = folder / "schemathesis.toml"
    config.write_text("\n".join(lines), encoding="utf-8")
    program = pathlib.Path(sysconfig.get_path("scripts")) / "schemathesis"
    words = [str(program), "--config-file", str(config), "run", f"{url}/api", "--url", url, "--checks", "all",
             "--exclude-checks", "positive_data_acceptance", "--phases", "examples,coverage,fuzzing",
             "--max-examples", str(examples), "--seed", "1", "--request-timeout", "60", "--no-color",
             "--suppress-health-check", "all", "--warnings", "off"]
    subprocess.run(words, check=True, cwd=folder)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("binary")
    arguments.add_argument("--examples", type=int, default=8, help="for every operation")
    arguments.add_argument("--store", help="an address of a store [default: a fresh SQLite file]")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        server, url = serve(asked.binary, asked.store or f"sqlite://{folder / 's.sqlite'}")
        try:
            job, instances = as_a_gis_does(url)
            as_the_description_says(url, job, instances, asked.examples, folder)
            assert server.poll() is None, "the server ended"
        finally:
            server.kill()
            server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
