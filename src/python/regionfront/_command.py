"""The command, called by the package: for what is kept in folders."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

from .errors import Fault, of_defects, refused

if TYPE_CHECKING:
    from .instance import Instance

#: A folder or a file.
Place = Union[str, os.PathLike[str]]

#: Exit codes with which an answer is printed: done, infeasible, stopped at a limit, interrupted.
_ANSWERED = (0, 3, 4, 5, 130)

_DEFECT = re.compile(r"^([EV]\d{3}) (.*?): (.*)$")


def command(words: Sequence[Any]) -> tuple[int, str]:
    """Runs the command; its exit code, and what it printed.

    Raises what it says is wrong. Ctrl-C is passed on, and the command hands over what it has.
    """
    line = [sys.executable, "-m", "regionfront", *map(str, words)]
    # Read as it comes: a pipe that is full would hold the command up.
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as said,
        subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, encoding="utf-8"
        ) as process,
    ):
        try:
            printed = process.communicate()[0]
        except KeyboardInterrupt:
            if os.name != "nt":
                process.send_signal(signal.SIGINT)
            printed = process.communicate()[0]
        said.seek(0)
        told = said.read()
    if process.returncode not in _ANSWERED or (process.returncode == 130 and not printed):
        raise _error(process.returncode, told)
    return process.returncode, printed


def _error(code: int, told: str) -> Exception:
    if code == 130:
        # Nothing was found until then.
        return KeyboardInterrupt()  # type: ignore[return-value]
    defects: list[tuple[str, str, str, str]] = []
    for line in told.splitlines():
        found = _DEFECT.match(line)
        if found:
            defects.append((found[1], found[2], found[3], ""))
        elif line.strip().startswith("help: ") and defects:
            last = defects.pop()
            defects.append((*last[:3], line.strip().removeprefix("help: ")))
    if not defects:
        last_words = told.strip().splitlines()[-1:] or [f"the command ended with {code}"]
        return Fault([("E301", "command", last_words[0], "please report it")])
    return of_defects(defects)


def words(
    rules: Mapping[str, Any],
    *,
    ks: Iterable[int] = (),
    scenario: Optional[Place] = None,
    **options: Any,
) -> list[str]:
    """A question as words of the command line; what is not said is left to the command."""
    line = ["--no-scenario"] if scenario is None else [f"--scenario={os.fspath(scenario)}"]
    listed = ",".join(map(str, ks))
    if listed:
        line.append(f"--k={listed}")
    for key, value in [*options.items(), *rules.items()]:
        if value is None or value is False:
            continue
        option = "--" + key.replace("_", "-")
        if value is True:
            line.append(option)
        elif key in ("keep_together", "keep_apart", "closed", "fixed"):
            line.extend(f"{option}={group}" for group in _groups(key, value))
        elif key == "keep_whole":
            line.extend(f"{option}={whole}" for whole in _wholes(value))
        elif isinstance(value, (str, os.PathLike)) or not isinstance(value, Iterable):
            line.append(f"{option}={value}")
        else:
            line.append(f"{option}={','.join(map(str, value))}")
    return line


def _groups(key: str, groups: Any) -> list[str]:
    named = groups.items() if isinstance(groups, Mapping) else (("", group) for group in groups)
    found = []
    for name, group in named:
        if isinstance(group, str):
            what = "it is one list of areas, not a list of groups"
            raise refused("E713", key, what, f'write {key}={{"Valley": ["3039", "3041"]}}')
        if isinstance(group, Mapping):
            name, group = group["name"], group["areas"]
        areas = [str(area) for area in group]
        if any("," in area or "=" in area for area in areas):
            raise refused("E713", key, "names with a comma mean two areas here", "use codes")
        found.append(f"{name}={','.join(areas)}" if name else ",".join(areas))
    return found


def _wholes(wholes: Any) -> list[str]:
    if isinstance(wholes, str):
        wholes = [wholes]
    if not isinstance(wholes, Mapping):
        wholes = dict.fromkeys(wholes)
    return [
        str(name) if regions is None else f"{name}={','.join(regions)}"
        for name, regions in wholes.items()
    ]


def place(instance: Instance) -> list[str]:
    """The instance as the command is told of it."""
    year = [] if instance._year is None else [f"--year={instance._year}"]
    encoding = [] if instance._encoding is None else [f"--encoding={instance._encoding}"]
    return [str(instance.folder), *year, *encoding]
