"""What waits for a person, the most uncertain and most important first."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.settings import read_setting
from onrecord.ledger.database.statements import insert_missing, later
from onrecord.ledger.database.team_tables import presence, queued, review
from onrecord.ledger.review.presence import AWAY_MINUTES, mark_open
from onrecord.ledger.review.priority import is_sampled, priority, reasons
from onrecord.ledger.review.team import Team, find_graphic
from onrecord.ledger.review.verdicts import VERDICTS
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.carry import successors
from onrecord.records import Claim, IncidentState, Record

AROUND_CHARACTERS = 200  # before and after a claim, in which graphic words are looked for
OPEN_STATES = (IncidentState.PROPOSED, IncidentState.REOPENED)


class Queue(StrEnum):
    """Which items: those to decide (first and second coding), only one of the two, those set aside, those in conflict."""

    TODO = "todo"
    FIRST = "first"
    SECOND = "second"
    SKIPPED = "skipped"
    FLAGGED = "flagged"
    CONFLICT = "conflict"
    DONE = "done"


class Item(Record, frozen=True):
    """An item of the queue. ``why``: the reasons for its place; ``graphic``: the word for which its passage is folded."""

    claim: str
    document: str
    state: IncidentState
    priority: float
    why: tuple[str, ...]
    graphic: str | None


# ── Filling the queue ─────────────────────────────────────────────────────────────────────────────────────────────────


def refresh_queue(ledger: Ledger, team: Team, *, most: int = 50) -> int:
    """Puts the claims of up to ``most`` new codings into the queue; returns how many codings it took."""
    with ledger.reading() as connection:
        waiting = _waiting(connection, most)
    if not waiting:
        return 0
    with ledger.writing() as connection:
        salt = read_setting(connection, "salt") or ""
        known = successors(connection)
        for coding, document in waiting:
            if insert_missing(connection, queued, {"coding": coding}):
                _queue_coding(connection, coding, document, team, salt, {after: before for before, after in known.items()})
    return len(waiting)


def fill_queue(ledger: Ledger, team: Team) -> None:
    """Puts the claims of all new codings into the queue, some at a time, so that others can write in between."""
    while refresh_queue(ledger, team):
        pass


def _waiting(connection: Connection, most: int) -> list[tuple[int, str]]:
    table = tables.coding
    query = sa.select(table.c.seq, table.c.document).where(table.c.current, ~sa.exists().where(queued.c.coding == table.c.seq))
    return [(row.seq, row.document) for row in connection.execute(query.order_by(table.c.seq).limit(most))]


def _queue_coding(connection: Connection, coding: int, document: str, team: Team, salt: str, earlier: dict[str, str]) -> None:
    text = connection.scalar(sa.select(tables.document.c.text).where(tables.document.c.id == document)) or ""
    table = tables.claim
    for record in connection.scalars(sa.select(table.c.record).where(table.c.coding == coding).order_by(table.c.position)):
        claim = unpack(record, Claim)
        if not _worth_deciding(claim):
            continue
        row = {
            "claim": claim.hash,
            "document": document,
            "state": str(IncidentState.PROPOSED),
            "number": 0,
            "flagged": False,
            "sampled": is_sampled(claim.hash, salt, team.second_coding),
            "priority": priority(claim),
            "why": reasons(claim),
            "graphic": find_graphic(team, _around(text, claim)),
        }
        if claim.hash in earlier:
            row |= _inherited(connection, earlier[claim.hash])
        insert_missing(connection, review, row)


def _worth_deciding(claim: Claim) -> bool:
    return bool(claim.quantities) or (claim.event is not None and claim.event.codable)


def _around(text: str, claim: Claim) -> str:
    start, end = min(span[0] for span in claim.evidence), max(span[1] for span in claim.evidence)
    return text[max(0, start - AROUND_CHARACTERS) : end + AROUND_CHARACTERS]


def _inherited(connection: Connection, before: str) -> dict[str, object]:
    """What was decided about the claim of an older coding whose words and value are the same."""
    row = connection.execute(sa.select(review).where(review.c.claim == before)).first()
    if row is None:
        return {}
    return {name: getattr(row, name) for name in ("state", "number", "first", "second", "settled", "flagged", "sampled")}


# ── Taking from it ────────────────────────────────────────────────────────────────────────────────────────────────────


def _conditions(queue: Queue, by: str) -> sa.ColumnElement[bool]:
    first = review.c.state.in_(OPEN_STATES)
    second = sa.and_(review.c.sampled, review.c.state.in_(VERDICTS), review.c.second.is_(None), review.c.first != by)
    return {
        Queue.TODO: sa.or_(first, second),
        Queue.FIRST: first,
        Queue.SECOND: second,
        Queue.SKIPPED: review.c.state == IncidentState.SKIPPED,
        Queue.FLAGGED: review.c.flagged,
        Queue.CONFLICT: review.c.state == IncidentState.CONFLICT,
        Queue.DONE: review.c.state.in_((*VERDICTS, IncidentState.AGREED, IncidentState.ADJUDICATED)),
    }[queue]


def _items(queue: Queue, by: str, *, graphic: bool = True) -> sa.Select[tuple[object, ...]]:
    """The items of a queue whose report still has them, in order."""
    table, coding = tables.claim, tables.coding
    stands = sa.exists().where(table.c.hash == review.c.claim, table.c.coding == coding.c.seq, coding.c.current)
    query = sa.select(review).where(_conditions(queue, by), stands)
    return (query if graphic else query.where(review.c.graphic.is_(None))).order_by(review.c.priority.desc(), review.c.claim)


def list_items(ledger: Ledger, queue: Queue, by: str, *, limit: int = 50) -> tuple[Item, ...]:
    """The first items of a queue."""
    with ledger.reading() as connection:
        return tuple(_item(row) for row in connection.execute(_items(queue, by).limit(limit)))


def count_items(ledger: Ledger, by: str) -> dict[Queue, int]:
    """How many items each queue has for a person."""
    with ledger.reading() as connection:
        return {
            queue: connection.scalar(sa.select(sa.func.count()).select_from(review).where(_conditions(queue, by))) or 0 for queue in Queue
        }


def find_item(ledger: Ledger, claim: str) -> Item | None:
    """The item about a claim; None if the queue has none."""
    with ledger.reading() as connection:
        row = connection.execute(sa.select(review).where(review.c.claim == claim)).first()
        return None if row is None else _item(row)


def _item(row: sa.Row[tuple[object, ...]]) -> Item:
    return Item(
        claim=row.claim,
        document=row.document,
        state=IncidentState(row.state),
        priority=row.priority,
        why=tuple(row.why.split("\n")),
        graphic=row.graphic,
    )


def take_next(ledger: Ledger, queue: Queue, by: str, at: str, *, graphic: bool = True, after: str | None = None) -> str | None:
    """The next claim of a queue that nobody else has open, marked as open by this person; None when there is none.

    graphic: whether it may have a graphic passage.  after: go on behind this claim; from its end the queue begins anew.
    """
    with ledger.writing() as connection:
        busy = sa.exists().where(presence.c.target == review.c.claim, presence.c.by != by, presence.c.at > later(at, minutes=-AWAY_MINUTES))
        query = _items(queue, by, graphic=graphic).where(~busy).limit(1)
        row = connection.execute(query.where(_behind(connection, after))).first() if after else None
        row = row or connection.execute(query.where(review.c.claim != after) if after else query).first()
        if row is None:
            return None
        mark_open(connection, row.claim, by, at)
        return str(row.claim)


def _behind(connection: Connection, claim: str) -> sa.ColumnElement[bool]:
    at = connection.scalar(sa.select(review.c.priority).where(review.c.claim == claim))
    if at is None:
        return sa.true()
    return sa.or_(review.c.priority < at, sa.and_(review.c.priority == at, review.c.claim > claim))


def find_previous(ledger: Ledger, queue: Queue, by: str, claim: str) -> str | None:
    """The claim before one in a queue; None at its beginning."""
    with ledger.reading() as connection:
        at = connection.scalar(sa.select(review.c.priority).where(review.c.claim == claim))
        if at is None:
            return None
        before = sa.or_(review.c.priority > at, sa.and_(review.c.priority == at, review.c.claim < claim))
        query = _items(queue, by).where(before).order_by(None).order_by(review.c.priority, review.c.claim.desc()).limit(1)
        row = connection.execute(query).first()
        return None if row is None else str(row.claim)
