"""What people declare of agreements, and what parties say of violations."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from onrecord.ceasefire import Declaration, Statement, StatementKind
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.decisions.chain import decide, list_decisions
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.violations import read_declarations, write_violations
from onrecord.records import Decision, Incident


def declare(ledger: Ledger, declarations: Sequence[Declaration], *, by: str, at: str) -> tuple[str, ...]:
    """Appends agreements, and holds all incidents against them; returns the ids that are new or changed."""
    with ledger.writing(durable=True) as connection:
        known = {declaration.id: declaration for declaration in read_declarations(connection)}
        fresh = [declaration for declaration in declarations if known.get(declaration.id) != declaration]
        for declaration in fresh:
            record = msgspec.json.encode(declaration).decode()
            connection.execute(tables.agreement.insert(), {"id": declaration.id, "by": by, "at": at, "record": record})
        if fresh:
            table = tables.incident
            records = connection.scalars(sa.select(table.c.record).where(table.c.ended.is_(None)))
            incidents = [unpack(record, Incident) for record in records if record is not None]
            write_violations(connection, incidents, [incident.id for incident in incidents])
        return tuple(declaration.id for declaration in fresh)


def log_statement(ledger: Ledger, statement: Statement, *, by: str, at: str) -> Decision:
    """Appends a party's complaint about a violation, or its reply; it changes no status: that is a reviewer's decision."""
    said = {"party": statement.party, "text": statement.text, "claim": statement.claim}
    reason = f"{statement.kind} of {statement.party}"
    decision = Decision(id="", by=by, at=at, target=statement.violation, before=None, after={str(statement.kind): said}, reason=reason)
    return decide(ledger, decision)


def list_statements(ledger: Ledger, violation: str) -> tuple[Statement, ...]:
    """The complaints and replies about one violation, in the order in which they were logged."""
    return tuple(
        Statement(violation=violation, kind=kind, **said)
        for decision in list_decisions(ledger, violation)
        for kind in StatementKind
        if (said := (decision.after or {}).get(str(kind)))
    )


def list_declarations(ledger: Ledger) -> tuple[Declaration, ...]:
    """The agreements that incidents are held against."""
    with ledger.reading() as connection:
        return read_declarations(connection)
