"""Claims that people found and the program did not."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.errors import UsageError
from onrecord.ledger.database import tables
from onrecord.ledger.database.engine import take_turn
from onrecord.ledger.database.team_tables import submission
from onrecord.ledger.decisions.chain import append_decision, read_decisions
from onrecord.ledger.review.values import Values
from onrecord.ledger.store import Ledger
from onrecord.records import Decision, Record, Span, content_id


class Missed(Record, frozen=True):
    """A claim that a person found and the machine did not: its words, and the values of the form."""

    id: str
    document: str
    span: Span
    text: str
    values: dict[str, Any]
    by: str
    at: str
    reason: str


def add_missed(ledger: Ledger, document: str, span: Span, values: Values, *, form: str, by: str, at: str, reason: str) -> Missed:
    """Appends a missed claim to a report; the same form twice is one. Raises UsageError where the words are not in the report."""
    with ledger.writing(durable=True) as connection:
        take_turn(connection, "decide")
        text = connection.scalar(sa.select(tables.document.c.text).where(tables.document.c.id == document))
        start, end = span
        if text is None or not 0 <= start < end <= len(text) or not text[start:end].strip():
            raise UsageError("choose words of the report: the passage is empty or lies outside the text")
        id = content_id("mis-", document, span, by, form)
        missed = Missed(id=id, document=document, span=span, text=text[start:end], values=values, by=by, at=at, reason=reason)
        before = connection.execute(sa.select(submission.c.decision).where(submission.c.form == form)).first()
        if before is None:
            after = {"missed": {"id": id, "span": list(span), "values": values}}
            decision = append_decision(
                connection, Decision(id="", by=by, at=at, target=document, before=None, after=after, reason=reason or "missed claim")
            )
            connection.execute(submission.insert(), {"form": form, "by": by, "decision": decision.id})
        return missed


def list_missed(ledger: Ledger, document: str | None = None) -> tuple[Missed, ...]:
    """The missed claims of a report, or of all, in the order in which they were found; undone ones are left out."""
    with ledger.reading() as connection:
        decisions = list(read_decisions(connection, None if document is None else (document,)))
        undone = {(decision.after or {}).get("undo") for decision in decisions}
        found = [d for d in decisions if "missed" in (d.after or {}) and d.id not in undone]
        texts = {id: _text(connection, id) for id in dict.fromkeys(decision.target for decision in found)}
    return tuple(_missed(decision, texts[decision.target]) for decision in found)


def _text(connection: Connection, document: str) -> str:
    return connection.scalar(sa.select(tables.document.c.text).where(tables.document.c.id == document)) or ""


def _missed(decision: Decision, text: str) -> Missed:
    said = (decision.after or {})["missed"]
    start, end = said["span"]
    return Missed(
        id=said["id"],
        document=decision.target,
        span=(start, end),
        text=text[start:end],
        values=said["values"],
        by=decision.by,
        at=decision.at,
        reason=decision.reason,
    )
