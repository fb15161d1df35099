"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# Random cases are judged by what they give: how long one takes depends on what else the machine does.
settings.register_profile("onrecord", deadline=None)
settings.load_profile("onrecord")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The development data; the test is skipped when they are not there."""
    folder = Path(os.environ.get("ONRECORD_DATA", ROOT / "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"development data not found at {folder}: set ONRECORD_DATA")
    return folder


@pytest.fixture
def write_report(tmp_path: Path) -> Callable[..., Path]:
    """Writes a text file below the test's folder and returns its path."""

    def write(text: str | bytes, name: str = "report.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write
