"""``onrecord doctor``: what is sound, and what to do where it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord import doctor
from onrecord.cli import app
from onrecord.doctor import State, examine
from onrecord.ledger.database import engine


def findings(path: Path) -> dict[str, doctor.Finding]:
    return {finding.check: finding for finding in examine(str(path))}


def test_a_sound_installation_has_nothing_wrong(tmp_path: Path) -> None:
    found = findings(tmp_path / "l.db")
    assert [one.said for one in found.values() if one.state is State.WRONG] == []
    assert {"Python", "SQLite", "model, lexicon and gazetteer", "places", "file system", "permissions", "free space"} <= found.keys()


def test_old_sqlite_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        __name__ = "sqlite3"
        sqlite_version_info = (3, 40, 1)
        sqlite_version = "3.40.1"

    monkeypatch.setattr(doctor, "sqlite_module", Old)
    found = findings(tmp_path / "l.db")["SQLite"]
    assert found.state is State.WRONG
    assert "pip install 'pysqlite3" in found.said


def test_a_damaged_file_of_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_digest", lambda folder, name: "0" if name == "ontology.json" else _true_digest(folder, name))
    found = findings(tmp_path / "l.db")["model, lexicon and gazetteer"]
    assert (found.state, found.said.partition(":")[0]) == (State.WRONG, "ontology.json")


_true_digest = doctor._digest


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "file_system_of", lambda path, mounts: "nfs4")
    assert findings(tmp_path / "l.db")["file system"].state is State.WRONG


def test_a_ledger_that_others_can_read_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    path.touch(mode=0o644)
    assert findings(path)["who may read the ledger"].state is State.NOTE
    path.chmod(0o600)
    assert "who may read the ledger" not in findings(path)


def test_an_unreachable_postgres_is_wrong_and_hides_the_password() -> None:
    found = {one.check: one for one in examine("postgresql://me:secret@127.0.0.1:1/none")}["PostgreSQL"]
    assert found.state is State.WRONG
    assert "secret" not in found.said


def test_the_command_prints_and_its_exit_code_says_whether_something_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(app, ["doctor", "--ledger", str(tmp_path / "l.db"), "--json"])
    assert (result.exit_code, json.loads(result.stdout.splitlines()[0])["check"]) == (0, "Python")
    monkeypatch.setattr(doctor, "LEAST_FREE", 1 << 60)
    assert CliRunner().invoke(app, ["doctor", "--ledger", str(tmp_path / "l.db")]).exit_code == 1
