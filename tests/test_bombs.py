"""Files built to exhaust whoever reads them cost seconds, not minutes, stay within memory, and always leave a row that says something."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bombs import BOMBS

CPU_SECONDS = 5.0
MEMORY_MB = 1024


@pytest.mark.slow
def test_no_bomb_goes_off() -> None:
    assert len(BOMBS) >= 30
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-m", "tests.bombs"], cwd=root, capture_output=True, text=True, timeout=900, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["name"] for one in found] == list(BOMBS)
    assert [one for one in found if one["seconds"] > CPU_SECONDS or one["rows"] == 0] == []
    assert json.loads(done.stderr.splitlines()[-1])["peak_mb"] < MEMORY_MB
