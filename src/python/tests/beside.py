"""The command that the wheel brings, beside the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def command(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs the command that the wheel brings."""
    program = Path(sys.executable).with_name("regionfront" + (".exe" if os.name == "nt" else ""))
    words = [str(program), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=300, **options)


def document(*arguments: object) -> dict[str, Any]:
    """What the command prints as JSON."""
    ran = command(*arguments, "--format", "json", "-q")
    assert ran.returncode in (0, 3), ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def without_times(found: dict[str, Any]) -> dict[str, Any]:
    """A document of solve without the seconds that it took."""
    results = [{**result, "wall_s": None} for result in found["results"]]
    return {**found, "results": results}
