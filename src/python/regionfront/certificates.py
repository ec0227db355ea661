"""Certificates: proofs that another program checks, without trusting the solver."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Union

from . import _native
from .errors import RegionfrontError
from .instance import Instance

#: Longest time for one certificate, in seconds, as on the command line.
LIMIT = 300.0


@dataclass(frozen=True)
class Certificate:
    """The proof of one number of regions, which the independent checker has accepted.

    ``claims`` says in words what is proved; ``text`` is what ``regionfront-check`` and ``check.py``
    read, with the folder of the instance beside it.
    """

    k: int
    claims: tuple[str, ...]
    text: str

    def save(self, path: Union[str, os.PathLike[str]]) -> Path:
        """Writes it as a file of lines of JSON."""
        target = Path(path)
        target.write_bytes(self.text.encode())
        return target

    def __str__(self) -> str:
        return "\n".join(self.claims)


def certified(
    instance: Instance, question: str, document: str, k: int, time_limit: float
) -> Certificate:
    """The certificate of one k out of a document; raises E712 where there is none."""
    made = _native.certify(instance._native, question, document, k, time_limit)
    for listed, text in made:
        entry = json.loads(listed)
        if text is not None:
            return Certificate(k, tuple(entry["claims"]), text)
        what = f"it is not certified: {entry['reason']}"
        help = "prove it to the end first, or give more time with time_limit="
        raise RegionfrontError([("E712", f"k = {k}", what, help)])
    what = "nothing was found for so many regions"
    raise RegionfrontError([("E712", f"k = {k}", what, "name a k that was asked for")])
