"""The ledger when things go wrong: killed programs, full and locked disks, two writers, a dropped connection; on both databases."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest
import sqlalchemy as sa

from evaluation.linking import read_gold
from onrecord.errors import LedgerError
from onrecord.ledger import Ledger, link_ledger, open_ledger, upkeep
from onrecord.ledger.audit import audit, take_checkpoint
from onrecord.ledger.database import tables
from onrecord.ledger.database.engine import open_engine
from onrecord.ledger.decisions.redaction import redact
from onrecord.ledger.query.incidents import list_incidents
from tests.postgres import find_programs, running_server

CODINGS = (*read_gold("dev").codings, *read_gold("held").codings)
# Appends and links over and over until it is killed: what a long import looks like from outside.
WORKER = """
import sys
from pathlib import Path
import msgspec
from onrecord.ledger import link_ledger, open_ledger
from onrecord.records import Coding
codings = msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=list[Coding])
with open_ledger(sys.argv[1]) as ledger:
    print("ready", flush=True)
    for number, coding in enumerate(codings):
        if not ledger.append(coding).new:
            continue
        if number % 5 == 4:
            link_ledger(ledger)
    link_ledger(ledger)
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of the worker, but for the ledger's address, which comes before its last word."""
    path = tmp_path_factory.mktemp("codings") / "codings.json"
    path.write_bytes(msgspec.json.encode(CODINGS))
    return [sys.executable, "-c", WORKER, str(path)]


def start(worker: list[str], address: str) -> subprocess.Popen[bytes]:
    *command, codings = worker
    return subprocess.Popen([*command, address, codings], stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL 15 or newer here: install the system's package")
    with running_server(programs) as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "l.db")
    server: str = request.getfixturevalue("postgres")
    name = f"t{abs(hash((request.node.name, str(tmp_path)))) % 10**12}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server}/{name}"


def expected_incidents(tmp_path: Path) -> set[frozenset[str]]:
    with open_ledger(tmp_path / "whole.db", create=True) as ledger:
        for coding in CODINGS:
            ledger.append(coding)
        link_ledger(ledger)
        return members(ledger)


def members(ledger: Ledger) -> set[frozenset[str]]:
    return {frozenset((*incident.claims, *incident.denials)) for incident in list_incidents(ledger)}


def test_both_databases_hold_and_link_the_same(address: str, tmp_path: Path) -> None:
    with open_ledger(address, create=True) as ledger:
        for coding in CODINGS:
            assert ledger.append(coding).new
            assert not ledger.append(coding).new
        link_ledger(ledger)
        assert members(ledger) == expected_incidents(tmp_path)
        assert ledger.coding(CODINGS[3].document.id) is not None
        assert ledger.search("vegetable market")
        redact(ledger, CODINGS[5].document.id, by="R", at="2021-05-12", reason="asked for")
        assert_sound(ledger)
        kept = take_checkpoint(ledger)
        with ledger.writing() as connection:
            connection.execute(tables.claim.update().where(tables.claim.c.hash == CODINGS[0].claims[0].hash).values(mode="x"))
        (one,) = audit(ledger, kept).breaks
        assert one.place.startswith("coding cod-")
        with pytest.raises(LedgerError, match="only appended"):
            _declare_and_delete(ledger)


def _declare_and_delete(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(tables.agreement.insert(), {"id": "a", "by": "b", "at": "c", "record": "{}"})
        connection.execute(tables.agreement.delete())


# ── Killed ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def kill_until_done(worker: list[str], address: str, times: int, seed: int) -> int:
    """Runs the worker and kills it at random moments so many times; after each the ledger must be whole; then lets it finish.

    Returns how many kills met it at work: the rest came when it was done already.
    """
    rng = random.Random(seed)
    with open_ledger(address, create=True):
        pass
    kept = met = 0
    for number in range(times):
        if number % 10 == 9:
            _empty(address)
            kept = 0
        met += _run_worker(worker, address, seconds=rng.uniform(0.0, 0.6)) == -signal.SIGKILL
        with open_ledger(address) as ledger:
            assert_sound(ledger)
            now = len(ledger.document_ids())
            assert kept <= now
            kept = now
    assert _run_worker(worker, address, seconds=None) == 0
    return met


def assert_sound(ledger: Ledger) -> None:
    """Nothing is half there, and every row is what was sealed."""
    assert upkeep.check(ledger) == ()
    assert audit(ledger).breaks == ()


def _empty(address: str) -> None:
    """Starts over, so that every tenth kill meets an import's beginning again."""
    engine = open_engine(address)
    with engine.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            if table.name not in ("setting", "migration", *tables.APPEND_ONLY):
                connection.execute(table.delete())
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS seal_delete")
        connection.exec_driver_sql("DELETE FROM seal" if connection.dialect.name == "sqlite" else "TRUNCATE seal")
    engine.dispose()


def _run_worker(command: list[str], address: str, *, seconds: float | None) -> int:
    worker = start(command, address)
    assert worker.stdout is not None
    worker.stdout.readline()
    if seconds is None:
        return worker.wait(timeout=120)
    try:
        worker.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    return worker.returncode


@pytest.mark.slow
def test_kill_twenty_times_loses_and_doubles_nothing(worker: list[str], address: str, tmp_path: Path) -> None:
    assert kill_until_done(worker, address, 20, seed=1) > 0
    _assert_whole(address, tmp_path)


@pytest.mark.soak
def test_kill_two_hundred_times_loses_and_doubles_nothing(worker: list[str], address: str, tmp_path: Path) -> None:
    met = kill_until_done(worker, address, 200, seed=2)
    _assert_whole(address, tmp_path)
    print(f"{met} of 200 kills met the program at work: nothing lost, nothing doubled, every check and audit clean")
    assert met >= 100


def _assert_whole(address: str, tmp_path: Path) -> None:
    with open_ledger(address) as ledger:
        assert len(ledger.document_ids()) == len(CODINGS)
        assert sum(len(coding.claims) for coding in CODINGS) == _count(ledger, tables.claim)
        assert members(ledger) == expected_incidents(tmp_path)
        assert_sound(ledger)


def _count(ledger: Ledger, table: sa.Table) -> int:
    with ledger.reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


# ── No room, no right, no turn ────────────────────────────────────────────────────────────────────────────────────────


def test_full_disk_keeps_what_was_whole_and_says_so(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        kept = ledger.append(CODINGS[0])
        with ledger.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0

        @sa.event.listens_for(ledger.engine, "connect")
        def no_room(connection: sa.pool.base.DBAPIConnection, _record: object) -> None:
            connection.cursor().execute(f"PRAGMA max_page_count = {pages + 2}")

        ledger.engine.dispose()
        with pytest.raises(LedgerError, match="the disk is full; the last report was not kept"):
            _append_all(ledger)
    with open_ledger(tmp_path / "l.db") as ledger:
        assert kept.document in ledger.document_ids()
        assert upkeep.check(ledger) == ()
        _append_all(ledger)
        assert len(ledger.document_ids()) == len(CODINGS)


def _append_all(ledger: Ledger) -> None:
    for coding in CODINGS:
        ledger.append(coding)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_read_only_file_says_so(tmp_path: Path) -> None:
    open_ledger(tmp_path / "l.db", create=True).close()
    (tmp_path / "l.db").chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with open_ledger(tmp_path / "l.db") as ledger, pytest.raises(LedgerError, match="read-only"):
            ledger.append(CODINGS[0])
    finally:
        tmp_path.chmod(0o755)


def test_locked_file_is_waited_for_then_explained(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        hasty = Ledger(str(tmp_path / "l.db"), open_engine(str(tmp_path / "l.db"), busy_ms=50))
        with ledger.writing() as connection:
            connection.execute(tables.setting.insert(), {"key": "held", "value": "1"})
            with pytest.raises(LedgerError, match="another program is writing; nothing was lost"):
                hasty.append(CODINGS[0])
        assert hasty.append(CODINGS[0]).new
        hasty.close()


def test_two_writers_at_once_both_get_through(worker: list[str], address: str, tmp_path: Path) -> None:
    with open_ledger(address, create=True):
        pass
    workers = [start(worker, address) for _ in range(2)]
    assert [running.wait(timeout=120) for running in workers] == [0, 0]
    _assert_whole(address, tmp_path)


@pytest.mark.slow
def test_dropped_connection_is_explained_and_the_next_one_works(postgres: str) -> None:
    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE dropped")
        with open_ledger(f"{postgres}/dropped", create=True) as ledger:
            ledger.append(CODINGS[0])
            with pytest.raises(LedgerError, match="does not answer; nothing half was kept"):
                _write_while_dropped(ledger, admin)
            assert ledger.append(CODINGS[1]).new
            assert _count(ledger, tables.document) == 2
            assert upkeep.check(ledger) == ()


def _write_while_dropped(ledger: Ledger, admin: psycopg.Connection[tuple[object, ...]]) -> None:
    with ledger.writing() as connection:
        connection.execute(tables.setting.insert(), {"key": "half", "value": "1"})
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'dropped'")
        time.sleep(0.1)
        connection.execute(tables.setting.insert(), {"key": "other", "value": "1"})


def test_older_sqlite_uses_one_connection_and_warns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from onrecord.ledger.database import engine

    monkeypatch.setattr(engine, "SAFE_SQLITE", (99, 0, 0))
    with pytest.warns(UserWarning, match="can corrupt a ledger under two connections"):
        opened = open_engine(str(tmp_path / "l.db"))
    assert type(opened.pool).__name__ == "StaticPool"
    opened.dispose()
