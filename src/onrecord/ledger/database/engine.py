"""Opens a database for the ledger: an SQLite file or a PostgreSQL address.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when a checkpoint and a commit of two connections meet
(https://sqlite.org/wal.html, "The WAL-Reset Bug"), so a bundled newer one is preferred; with an older one all writing
of this process goes through one connection, and a warning says so.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool, StaticPool

from onrecord.errors import LedgerError, UsageError

SAFE_SQLITE = (3, 51, 3)
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "glusterfs", "lustre", "ceph"}
BUSY_MS = 10_000
CACHE_MB = 64  # of each connection
POSTGRES_PREFIXES = ("postgresql://", "postgres://", "postgresql+psycopg://")


def is_postgres(address: str) -> bool:
    """Whether a ``--ledger`` value names a PostgreSQL database."""
    return address.startswith(POSTGRES_PREFIXES)


def open_engine(address: str, *, durable: bool = False, busy_ms: int = BUSY_MS, cache_mb: int = CACHE_MB) -> Engine:
    """An engine on a file path or a ``postgresql://`` address; nothing is created or read yet.

    durable: every commit reaches the disk before it returns (for decisions of people; claims can be coded again).
    cache_mb: memory that SQLite may take for each connection; a server with many needs less of it than one that links.
    Raises UsageError for another kind of address, LedgerError where the file cannot hold a ledger safely.
    """
    if is_postgres(address):
        return _open_postgres(address)
    if "://" in address:
        raise UsageError(f"{address.split(':')[0]}: a ledger is a file path or a postgresql:// address")
    return _open_sqlite(Path(address), durable=durable, busy_ms=busy_ms, cache_mb=cache_mb)


def _open_postgres(address: str) -> Engine:
    url = "postgresql+psycopg://" + address.split("://", 1)[1]
    try:
        return sa.create_engine(url, pool_pre_ping=True)
    except ImportError as error:
        raise UsageError("a PostgreSQL ledger needs the driver: pip install 'onrecord[postgres]'") from error


def _open_sqlite(path: Path, *, durable: bool, busy_ms: int, cache_mb: int) -> Engine:
    refuse_network_file_system(path)
    module = sqlite_module()
    safe = module.sqlite_version_info >= SAFE_SQLITE
    if not safe:
        warnings.warn(
            f"SQLite {module.sqlite_version} can corrupt a ledger under two connections: using one only "
            "(pip install 'pysqlite3>=0.6.1' brings a repaired one)",
            stacklevel=3,
        )
    pool = QueuePool if safe else StaticPool
    engine = sa.create_engine(
        f"sqlite+pysqlite:///{path}",
        module=module,
        poolclass=pool,
        connect_args={"check_same_thread": False, "timeout": busy_ms / 1000},
    )
    _set_up_connections(engine, durable=durable, cache_mb=cache_mb)
    return engine


def sqlite_module() -> Any:
    """The driver of SQLite: the bundled newer one where it is installed, else Python's own."""
    try:
        from pysqlite3 import dbapi2  # type: ignore[import-untyped]
    except ImportError:
        import sqlite3 as dbapi2
    return dbapi2


def _set_up_connections(engine: Engine, *, durable: bool, cache_mb: int) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: the driver's own would start too late to lock
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{1024 * cache_mb}")
        cursor.execute("PRAGMA wal_autocheckpoint = 16000")
        cursor.close()
        connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows the letters of English only

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that reads first and writes later could not be retried: take the write lock at once.
        connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("onrecord_read") else "BEGIN IMMEDIATE")


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()


def refuse_network_file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """Raises LedgerError when the file would lie on a network file system, where SQLite's WAL cannot work."""
    if not mounts.exists():
        return
    kind = file_system_of(path.absolute(), mounts.read_text(encoding="utf-8", errors="replace"))
    if kind in NETWORK_FILE_SYSTEMS:
        raise LedgerError(f"{path}: lies on a network file system ({kind}), where SQLite loses data; use a local disk or PostgreSQL")


def file_system_of(path: Path, mounts: str) -> str | None:
    """The type of the file system that holds a path, by the longest mount point above it; None if none matches."""
    found: tuple[int, str] | None = None
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        above = point == "/" or str(path) == point or str(path).startswith(point.rstrip("/") + "/")
        if above and (found is None or len(point) >= found[0]):
            found = (len(point), fields[2])
    return found[1] if found else None


def take_turn(connection: sa.Connection, work: str) -> None:
    """Waits until no other transaction does the same work, and holds the others off until this one ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7236115, hashtext(:work))"), {"work": work})


@contextmanager
def clear_errors(address: str) -> Iterator[None]:
    """Turns the database's errors into one LedgerError line that says what, where, and what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        raise LedgerError(explain(error, shown(address))) from error


def shown(address: str) -> str:
    """The address without a password."""
    if not is_postgres(address):
        return address
    before, _, after = address.rpartition("@")
    return f"{before.split('://')[0]}://…@{after}" if before else address


def explain(error: SQLAlchemyError, where: str) -> str:
    """What a database error means for a user, in one line."""
    said = str(getattr(error, "orig", None) or error).splitlines()[0] if str(error) else type(error).__name__
    for sign, meaning in MEANINGS.items():
        if sign in said.lower():
            return f"{where}: {meaning} ({said})"
    if isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return f"{where}: the database does not answer; nothing half was kept, run the command again ({said})"
    return f"{where}: the database refused ({said})"


MEANINGS = {
    "database is locked": "another program is writing; nothing was lost, try again in a moment",
    "database or disk is full": "the disk is full; the last report was not kept, free some space and run again",
    "no space left": "the disk is full; the last report was not kept, free some space and run again",
    "readonly database": "the file or its folder is read-only; change its permissions or choose another with --ledger",
    "read-only": "the file or its folder is read-only; change its permissions or choose another with --ledger",
    "unable to open": "cannot be opened: does the folder exist, and may you write there?",
    "not a database": "is not a ledger (nor any SQLite database); choose another file with --ledger",
    "malformed": "is damaged; run 'onrecord ledger check' and restore a backup",
    "disk i/o error": "the disk could not be read or written; nothing half was kept, check the disk and run again",
    "password authentication failed": "the user name or password is wrong",
    "does not exist": "there is no such database or table; create it, or run 'onrecord ledger init'",
}
