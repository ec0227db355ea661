"""The command ``regionfront``; ``python -m regionfront`` is the same."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import sysconfig
from pathlib import Path
from typing import NoReturn

from . import _native


def main() -> NoReturn:
    """Runs the command line of this process."""
    # The command has its own ways with signals, and keeps what was found.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise SystemExit(_native.command(_program(), sys.argv[1:]))


def _program() -> str:
    """The program that starts the command once more, for runs in processes of their own."""
    called = Path(sys.argv[0])
    if called.stem == "regionfront" and os.access(called, os.X_OK):
        return str(called.absolute())
    scripts = sysconfig.get_path("scripts")
    return shutil.which("regionfront", path=scripts) or shutil.which("regionfront") or "regionfront"


if __name__ == "__main__":
    main()
