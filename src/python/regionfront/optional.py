"""Packages that are used where they are installed."""

from __future__ import annotations

import importlib
from typing import Any

from .errors import MissingPackage

#: What installs a package that is not called as its module is.
_INSTALLED_BY = {"libpysal": "libpysal", "gerrychain": "gerrychain"}


def needed(module: str, purpose: str) -> Any:
    """A module, or an exception that says what it is needed for and how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = _INSTALLED_BY.get(module, module.split(".")[0])
        what = f"{purpose} needs the package {package}, which is not installed"
        raise MissingPackage([("E709", module, what, f"pip install {package}")]) from error


def available(module: str) -> Any | None:
    """A module where it is installed, else ``None``."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None
