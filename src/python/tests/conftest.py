"""What the tests share: instances of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

import regionfront as rf

INSTANCES = Path(__file__).resolve().parents[3] / "instances"


@pytest.fixture(scope="session")
def viken_folder() -> Path:
    return INSTANCES / "viken-2020"


@pytest.fixture(scope="session")
def viken(viken_folder: Path) -> rf.Instance:
    return rf.Instance.read(viken_folder)


@pytest.fixture(scope="session")
def tiny() -> rf.Instance:
    return rf.Instance.read(INSTANCES / "tiny")
