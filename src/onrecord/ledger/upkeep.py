"""Looks after a ledger: checks that it holds together, copies it, packs it, and compares two codings of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.errors import LedgerError, UsageError
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack, unpack_bytes
from onrecord.ledger.database.engine import clear_errors, is_postgres
from onrecord.ledger.decisions.chain import broken_links
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.compare import changed_fields, match_claims
from onrecord.records import Claim, Incident, Record, text_sha256, words_at

MOST_PROBLEMS = 50


def check(ledger: Ledger, *, thorough: bool = True) -> tuple[str, ...]:
    """What is wrong with the ledger, a line each; () when all is well. ``thorough`` reads every record, text and stored byte, too."""
    with ledger.reading() as connection:
        problems = _problems(connection, thorough=thorough)
        return tuple(problem for _, problem in zip(range(MOST_PROBLEMS), problems, strict=False))


def _problems(connection: Connection, *, thorough: bool) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        yield from (f"file: {row[0]}" for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok")
        yield from (f"file: row {row[1]} of {row[0]} points nowhere" for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))
    yield from broken_links(connection)
    yield from _half_documents(connection)
    yield from _loose_links(connection)
    if thorough:
        yield from _damaged(connection)


def _half_documents(connection: Connection) -> Iterator[str]:
    """Documents and codings that are not whole: every one came in one transaction."""
    coding, claim = tables.coding, tables.claim
    bare = sa.select(tables.document.c.id).where(~sa.exists().where(coding.c.document == tables.document.c.id))
    yield from (f"document {id} has no coding" for id in connection.scalars(bare))
    uncounted = sa.select(tables.document.c.id).where(~sa.exists().where(tables.appearance.c.document == tables.document.c.id))
    yield from (f"document {id} appears nowhere" for id in connection.scalars(uncounted))
    kept = sa.select(sa.func.count()).where(claim.c.coding == coding.c.seq).scalar_subquery()
    for row in connection.execute(sa.select(coding.c.id, coding.c.claims, kept.label("kept")).where(coding.c.claims != kept)):
        yield f"coding {row.id} has {row.kept} of its {row.claims} claims"
    current = sa.select(coding.c.document, sa.func.sum(sa.cast(coding.c.current, sa.Integer)).label("number")).group_by(coding.c.document)
    yield from (f"document {row.document} has {row.number} current codings" for row in connection.execute(current) if row.number != 1)


def _loose_links(connection: Connection) -> Iterator[str]:
    linked, incident = tables.linked, tables.incident
    gone = sa.select(linked.c.claim, linked.c.incident).where(
        linked.c.incident.is_not(None),
        ~sa.exists().where(incident.c.id == linked.c.incident, incident.c.ended.is_(None)),
    )
    yield from (f"claim {row.claim} belongs to {row.incident}, which is no longer there" for row in connection.execute(gone))
    empty = sa.select(incident.c.id).where(incident.c.ended.is_(None), ~sa.exists().where(linked.c.incident == incident.c.id))
    yield from (f"incident {id} has no claims" for id in connection.scalars(empty))


def _damaged(connection: Connection) -> Iterator[str]:
    for row in connection.execute(sa.select(tables.document.c.id, tables.document.c.sha256, tables.document.c.text)):
        if row.text is not None and text_sha256(row.text) != row.sha256:
            yield f"document {row.id}: its text is not the one that was coded"
    for row in connection.execute(sa.select(tables.blob).where(tables.blob.c.content.is_not(None))):
        yield from _unreadable(f"capture {row.sha256[:12]}", lambda content=row.content, wanted=row.sha256: _same_bytes(content, wanted))
    for hashed, claim in connection.execute(sa.select(tables.claim.c.hash, tables.claim.c.record)):
        yield from _unreadable(f"claim {hashed}", lambda record=claim: unpack(record, Claim))
    living = sa.select(tables.incident.c.id, tables.incident.c.record).where(tables.incident.c.record.is_not(None))
    for id, incident in connection.execute(living):
        yield from _unreadable(f"incident {id}", lambda record=incident: unpack(record, Incident))


def _same_bytes(content: bytes, wanted: str) -> None:
    if hashlib.sha256(unpack_bytes(content)).hexdigest() != wanted:
        raise LedgerError("its bytes are not the ones that were read")


def _unreadable(name: str, read: Any) -> Iterator[str]:
    try:
        read()
    except LedgerError as error:
        yield f"{name}: {error}"


def backup(ledger: Ledger, target: Path) -> Path:
    """Copies an SQLite ledger to a file as of one moment, while others go on writing; raises UsageError for PostgreSQL."""
    if is_postgres(ledger.address):
        raise UsageError("a PostgreSQL ledger is backed up with pg_dump --format=custom")
    if target.exists():
        raise UsageError(f"{target}: exists; a backup never overwrites, choose another name")
    with clear_errors(ledger.address):
        _alone(ledger, "VACUUM INTO ?", str(target))
    return target


def vacuum(ledger: Ledger) -> None:
    """Gives the space of what was deleted back to the file system and refreshes the planner's statistics."""
    with clear_errors(ledger.address):
        _alone(ledger, "VACUUM")
        _alone(ledger, "ANALYZE")


def _alone(ledger: Ledger, statement: str, *values: str) -> None:
    """Runs a statement that no transaction may hold."""
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT", onrecord_read=True) as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(statement, values) if values else driver.execute(statement)


# ── Two codings of the same documents ─────────────────────────────────────────────────────────────────────────────────


class Change(Record, frozen=True):
    """How one program version's coding of a document differs from another's. kind: "gained", "lost" or "changed".

    fields: which fields of a changed claim differ.  text: the words of the evidence.
    """

    document: str
    kind: str
    type: str | None
    text: str
    fields: tuple[str, ...] = ()


def diff(ledger: Ledger, before: str, after: str) -> Iterator[Change]:
    """What the coding by version ``after`` gained, lost and changed against that by ``before``, document by document."""
    versions = sa.select(tables.coding.c.document, tables.coding.c.version).order_by(tables.coding.c.document)
    with ledger.reading() as connection:
        coded: dict[str, set[str]] = {}
        for document, version in connection.execute(versions):
            coded.setdefault(document, set()).add(version)
    for version in (before, after):
        if not any(version in versions for versions in coded.values()):
            known = sorted({version for versions in coded.values() for version in versions})
            raise UsageError(f"no coding by version '{version}'; there are {', '.join(known) or 'none'}")
    for document, have in coded.items():
        if {before, after} <= have:
            yield from _diff_document(ledger, document, before, after)


def _diff_document(ledger: Ledger, document: str, before: str, after: str) -> Iterator[Change]:
    old, new = ledger.coding(document, before), ledger.coding(document, after)
    if old is None or new is None:
        return
    pairs, lost, gained = match_claims(old.claims, new.claims)
    text = new.document.text or old.document.text
    for one, other in pairs:
        fields = changed_fields(one, other)
        if fields:
            yield _change(document, "changed", other, text, fields)
    for claim in lost:
        yield _change(document, "lost", claim, text)
    for claim in gained:
        yield _change(document, "gained", claim, text)


def _change(document: str, kind: str, claim: Claim, text: str, fields: tuple[str, ...] = ()) -> Change:
    words = words_at(text, claim.evidence)
    return Change(document=document, kind=kind, type=claim.event.type if claim.event else None, text=words, fields=fields)
