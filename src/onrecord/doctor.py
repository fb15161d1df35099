"""Checks of an installation, each with what to do about it: what ``onrecord doctor`` prints."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from enum import StrEnum
from importlib import resources
from pathlib import Path

import msgspec

from onrecord.errors import OnrecordError
from onrecord.gazetteer import load_gazetteer
from onrecord.ledger.database.engine import SAFE_SQLITE, is_postgres, open_engine, refuse_network_file_system, shown, sqlite_module
from onrecord.records import Record

LEAST_FREE = 1 << 30  # bytes beside the ledger; a hundred thousand claims take a quarter of that
EXTRAS = {
    "parquet": "pyarrow", "postgres": "psycopg", "archives": "fastwarc", "spacy": "spacy", "ray": "ray", "spark": "pyspark",
}  # fmt: skip


class State(StrEnum):
    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


class Finding(Record, frozen=True):
    """What one check came to. said: the fact, and the remedy where it is not fine."""

    check: str
    state: State
    said: str


def examine(ledger: str) -> Iterator[Finding]:
    """The findings on this machine; ledger: path or address that it will be used with. Nothing is written."""
    yield _python()
    yield _sqlite()
    yield _packaged_data()
    yield _gazetteer()
    yield from _postgres(ledger) if is_postgres(ledger) else _folder(Path(ledger))
    yield _extras()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return _finding("Python", sys.version_info >= (3, 11), version, f"{version}: 3.11 or newer is needed")


def _sqlite() -> Finding:
    module = sqlite_module()
    said = f"{module.sqlite_version} ({module.__name__.partition('.')[0]})"
    remedy = f"{said}: can corrupt a ledger under two connections; pip install 'pysqlite3>=0.6.1' (until then one is used)"
    return _finding("SQLite", module.sqlite_version_info >= SAFE_SQLITE, said, remedy)


def _packaged_data() -> Finding:
    """Every packaged file against its hash in MANIFEST.json."""
    folder = resources.files("onrecord.data")
    files = msgspec.json.decode(folder.joinpath("MANIFEST.json").read_bytes())["files"]
    broken = [name for name, facts in files.items() if _digest(folder, name) != facts["sha256"]]
    remedy = f"{', '.join(broken[:5])}: not as they were built; install the package again"
    return _finding("model, lexicon and gazetteer", not broken, f"{len(files)} files as they were built", remedy)


def _digest(folder: resources.abc.Traversable, name: str) -> str | None:
    path = folder.joinpath(*name.split("/"))
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _gazetteer() -> Finding:
    try:
        gazetteer = load_gazetteer()
    except OnrecordError as error:
        return Finding(check="places", state=State.WRONG, said=str(error))
    return Finding(check="places", state=State.FINE, said=f"open packs: {len(gazetteer.attributions)}")


def _folder(path: Path) -> Iterator[Finding]:
    folder = path.absolute().parent
    try:
        refuse_network_file_system(path)
    except OnrecordError as error:
        yield Finding(check="file system", state=State.WRONG, said=str(error))
    else:
        yield Finding(check="file system", state=State.FINE, said=f"{folder}: no network file system")
    target = path if path.exists() else folder
    yield _finding("permissions", os.access(target, os.W_OK), f"{target} can be written", f"{target} cannot be written; choose another")
    free = shutil.disk_usage(folder if folder.is_dir() else Path.cwd()).free
    yield _finding("free space", free >= LEAST_FREE, f"{free / 2**30:.1f} GiB", f"{free / 2**30:.2f} GiB: free some before adding reports")
    if path.exists() and path.stat().st_mode & 0o077:
        said = f"{path} can be read by others of this machine; chmod 600 {path} if they should not"
        yield Finding(check="who may read the ledger", state=State.NOTE, said=said)


def _postgres(address: str) -> Iterator[Finding]:
    try:
        with open_engine(address).connect() as connection:
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    except Exception as error:  # noqa: BLE001 - whatever the driver raises is the finding
        yield Finding(check="PostgreSQL", state=State.WRONG, said=f"{shown(address)}: {str(error).splitlines()[0]}")
        return
    yield _finding("PostgreSQL", int(version.split(".")[0]) >= 15, version, f"{version}: 15 or newer is needed")


def _extras() -> Finding:
    there = [name for name, module in EXTRAS.items() if importlib.util.find_spec(module) is not None]
    absent = [name for name in EXTRAS if name not in there]
    said = f"installed: {', '.join(there) or 'none'}" + (
        f"; not installed: {', '.join(absent)} (pip install 'onrecord[NAME]')" * bool(absent)
    )
    return Finding(check="extras", state=State.FINE, said=said)


def _finding(check: str, fine: bool, fact: str, remedy: str) -> Finding:
    return Finding(check=check, state=State.FINE if fine else State.WRONG, said=fact if fine else remedy)
