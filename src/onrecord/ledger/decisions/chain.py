"""What people decide: appended with who, when and why, chained by hash, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.errors import LedgerError, UsageError
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.engine import take_turn
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.carry import queue
from onrecord.ledger.store.incidents import write_incidents
from onrecord.ledger.store.seals import BEGINNING
from onrecord.ledger.store.violations import write_violations
from onrecord.records import Decision, Incident, IncidentState, content_id


def decide(ledger: Ledger, decision: Decision) -> Decision:
    """Appends a decision and gives it back with its id; it has reached the disk when this returns.

    ``after`` may hold "state" (of an incident), "same_as" or "not_same_as" (the target and that claim are one incident, or are not),
    or any field that is corrected. Raises UsageError where it could mean nothing, LedgerError where the target does not exist.
    """
    with ledger.writing(durable=True) as connection:
        return append_decision(connection, decision)


def append_decision(connection: Connection, decision: Decision) -> Decision:
    """As ``decide``, inside a transaction of the caller's."""
    _check(connection, decision)
    take_turn(connection, "decide")
    table = tables.decision
    last = connection.execute(sa.select(table.c.seq, table.c.digest).order_by(table.c.seq.desc()).limit(1)).first()
    previous = last.digest if last else BEGINNING
    number = last.seq + 1 if last else 1
    content = (decision.by, decision.at, decision.target, decision.before, decision.after, decision.reason, decision.supersedes)
    named = msgspec.structs.replace(decision, id=decision.id or content_id("dec-", number, *content))
    row = {
        "id": named.id,
        "by": named.by,
        "at": named.at,
        "target": named.target,
        "before": _json(named.before),
        "after": _json(named.after),
        "reason": named.reason,
        "supersedes": named.supersedes,
        "previous": previous,
    }
    connection.execute(table.insert(), {"seq": number, **row, "digest": digest_of(row)})
    state = (named.after or {}).get("state")
    if named.target.startswith("inc-") and state:
        _set_state(connection, named.target, IncidentState(state), why=f"decision {named.id}: {named.reason}")
    return named


def _check(connection: Connection, decision: Decision) -> None:
    if not decision.by or not decision.reason:
        raise UsageError("a decision needs to say who takes it and why")
    state = (decision.after or {}).get("state")
    if state is not None and state not in set(IncidentState):
        raise UsageError(f"'{state}' is not a state; states are {', '.join(IncidentState)}")
    table = {"inc-": tables.incident.c.id, "clm-": tables.claim.c.hash, "vio-": tables.violation.c.id, "doc-": tables.document.c.id}
    column = table.get(decision.target[:4])
    if column is not None and connection.scalar(sa.select(column).where(column == decision.target).limit(1)) is None:
        raise LedgerError(f"{decision.target}: nothing has that id here; list what there is with 'onrecord incidents' or 'onrecord claims'")


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else msgspec.json.encode(value, order="sorted").decode()


def digest_of(row: dict[str, Any]) -> str:
    """The hash of a decision over what it says and the hash of the one before: a changed or missing one breaks the chain."""
    said = [row[key] for key in ("id", "by", "at", "target", "before", "after", "reason", "supersedes", "previous")]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def _set_state(connection: Connection, id: str, state: IncidentState, *, why: str) -> None:
    record = connection.scalar(sa.select(tables.incident.c.record).where(tables.incident.c.id == id))
    if record is None:
        return
    incident = msgspec.structs.replace(unpack(record, Incident), state=state)
    write_incidents(connection, [incident], why=why)
    write_violations(connection, [incident], [id])


def list_decisions(ledger: Ledger, target: str | None = None) -> tuple[Decision, ...]:
    """The decisions, or those about one target, in the order in which they were taken."""
    with ledger.reading() as connection:
        return tuple(read_decisions(connection, None if target is None else (target,)))


def read_decisions(
    connection: Connection, targets: Sequence[str] | None = None, *, by: str | None = None, newest_first: bool = False
) -> Iterator[Decision]:
    """The decisions about some targets (all: None), or those of one person, in the order in which they were taken."""
    table = tables.decision
    query = sa.select(table).order_by(table.c.seq.desc() if newest_first else table.c.seq)
    if targets is not None:
        query = query.where(table.c.target.in_(targets))
    if by is not None:
        query = query.where(table.c.by == by)
    for row in connection.execute(query):
        yield Decision(
            id=row.id,
            by=row.by,
            at=row.at,
            target=row.target,
            before=msgspec.json.decode(row.before) if row.before else None,
            after=msgspec.json.decode(row.after) if row.after else None,
            reason=row.reason,
            supersedes=row.supersedes,
        )


def list_queue(ledger: Ledger) -> list[tuple[str, str, str, str]]:
    """Decisions that a newer coding leaves open: document, claim decided about, claim in its place ("" if none), why."""
    with ledger.reading() as connection:
        return queue(connection)


def broken_links(connection: Connection) -> Iterator[str]:
    """Where the chain of decisions does not hold: something was changed or taken out."""
    previous, number = BEGINNING, 0
    for row in connection.execute(sa.select(tables.decision).order_by(tables.decision.c.seq)).mappings():
        number += 1
        if row["seq"] != number:
            yield f"decision {number} is missing"
            number = row["seq"]
        if row["previous"] != previous or digest_of(dict(row)) != row["digest"]:
            yield f"decision {row['id']} was changed after it was taken"
        previous = row["digest"]
