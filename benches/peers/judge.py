"""`regionfront` as the judge of all: its rules, its figures of a division, its own best."""

from __future__ import annotations

import json
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Verdict:
    """What a division is worth, and what it breaks."""

    inside: int
    share: float
    regions: int
    scattered: int
    """Regions that are not contiguous."""
    too_small: int
    too_large: int
    others: int
    """Violations of any other rule but the number of regions."""


@dataclass(frozen=True)
class Best:
    inside: int | None
    share: float | None
    status: str
    cpu_seconds: float


class Judge:
    def __init__(self, program: Path, instance: Path, rules: list[str]) -> None:
        self.program, self.instance, self.options = program, instance, rules

    def version(self) -> str:
        return self._run(["--version"]).strip()

    def rules(self, division: Path) -> dict:
        """The rules in force, names resolved; any division will do to ask with."""
        return self._json("evaluate", division)["scenario"]["rules"]

    def verdict(self, division: Path, k: int) -> Verdict:
        totals = self._json("evaluate", division)["totals"]
        found = self._json("check", division, "--k", str(k))["violations"]
        codes = [violation["code"] for violation in found]
        return Verdict(
            inside=totals["internal_commuting"],
            share=totals["share"],
            regions=totals["regions"],
            scattered=codes.count("V08"),
            too_small=codes.count("V13"),
            too_large=codes.count("V14"),
            others=sum(code not in {"V07", "V08", "V13", "V14"} for code in codes),
        )

    def best(self, k: int, seconds: int) -> Best:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        limit = ["--k", str(k), "--time-limit", str(seconds), "--no-explain"]
        result = self._json("solve", *limit)["results"][0]
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        return Best(result.get("objective"), result.get("share"), result["solution"], used)

    def _json(self, command: str, *arguments: str | Path) -> dict:
        words = [command, self.instance, *arguments, *self.options, "--format", "json", "--quiet"]
        return json.loads(self._run([str(word) for word in words]))

    def _run(self, words: list[str]) -> str:
        # The exit code tells of violations and limits, which the document tells, too.
        done = subprocess.run(
            [self.program, *words], capture_output=True, text=True, timeout=600, check=False
        )
        if not done.stdout:
            raise SystemExit(f"regionfront {' '.join(words)}:\n{done.stderr}")
        return done.stdout
