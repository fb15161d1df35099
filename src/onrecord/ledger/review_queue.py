"""What waits for a person, the most uncertain and most important first, and who has what open."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger import tables
from onrecord.ledger.carry import successors
from onrecord.ledger.codec import unpack
from onrecord.ledger.review_team import Team, find_graphic
from onrecord.ledger.store import Ledger, insert_missing
from onrecord.ledger.team_tables import exposure, presence, queued, review
from onrecord.records import Certainty, Claim, IncidentState, LinkRole, ParticipantRole, Polarity, QuantityOf, Record, Scope, TimeBasis

AWAY_MINUTES = 10  # after which an item that somebody opened is given to others
AROUND_CHARACTERS = 200  # before and after a claim, in which graphic words are looked for
DOUBT = 0.8  # what one reason for doubt leaves of the confidence

OPEN_STATES = (IncidentState.PROPOSED, IncidentState.REOPENED)
JUDGED = (IncidentState.ACCEPTED, IncidentState.CORRECTED, IncidentState.REJECTED)


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


# ── Priority ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def doubts(claim: Claim) -> tuple[str, ...]:
    """What about a claim is uncertain, in words."""
    found = []
    if claim.place is None:
        found.append("no place")
    elif claim.place.candidates:
        number = len(claim.place.candidates)
        found.append(f"{number} other {'place' if number == 1 else 'places'} of that name")
    if claim.time is None or claim.time.basis is TimeBasis.SYMBOLIC:
        found.append("no date")
    if claim.event is not None and not claim.actors:
        found.append("nobody is said to have done it")
    if any(part.actor is not None and part.actor.candidates for part in (*claim.actors, *claim.recipients)):
        found.append("a party that could be several")
    if claim.factuality.polarity is Polarity.UNCLEAR or claim.factuality.certainty is not Certainty.CERTAIN:
        found.append("hedged")
    if any(link.role is LinkRole.SPEAKER and link.anonymous for link in claim.attribution):
        found.append("a nameless source")
    return tuple(found)


def importance(claim: Claim) -> float:
    """1, and more for people killed (log2), injured (half of that), and civilians among those it was done to."""
    killed, injured = _counted(claim, QuantityOf.KILLED), _counted(claim, QuantityOf.INJURED)
    civilian = any(
        part.role is ParticipantRole.VICTIM or (part.actor is not None and "CVL" in part.actor.sectors)
        for part in (*claim.recipients, *claim.others)
    )
    return 1 + math.log2(1 + killed) + math.log2(1 + injured) / 2 + (0.5 if civilian else 0)


def _counted(claim: Claim, of: QuantityOf) -> float:
    found = (q.best or q.low or q.high or 0 for q in claim.quantities if q.of is of and q.scope is Scope.INCIDENT)
    return max(found, default=0)


def priority(claim: Claim) -> float:
    """Uncertainty (one minus the confidence, lowered by every doubt) times importance."""
    sure = claim.confidence * DOUBT ** len(doubts(claim))
    return round((1 - sure) * importance(claim), 4)


def is_sampled(claim: str, salt: str, share: float) -> bool:
    """Whether a claim is coded twice: decided by its id and the ledger alone, so that nobody can choose."""
    drawn = int.from_bytes(hashlib.sha256(f"{salt} second {claim}".encode()).digest()[:8], "big")
    return drawn < share * 2**64


def _why(claim: Claim) -> str:
    killed = _counted(claim, QuantityOf.KILLED)
    reasons = [f"confidence {claim.confidence:.2f}", *doubts(claim)]
    return "\n".join([*reasons, *([f"{killed:.10g} killed"] if killed else [])])


# ── Filling the queue ─────────────────────────────────────────────────────────────────────────────────────────────────


def refresh_queue(ledger: Ledger, team: Team, *, most: int = 50) -> int:
    """Puts the claims of up to ``most`` new codings into the queue; returns how many codings it took."""
    with ledger.reading() as connection:
        waiting = _waiting(connection, most)
    if not waiting:
        return 0
    with ledger.writing() as connection:
        salt = connection.scalar(sa.select(tables.setting.c.value).where(tables.setting.c.key == "salt")) or ""
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
            "why": _why(claim),
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


def earlier_claims(connection: Connection, claim: str) -> tuple[str, ...]:
    """The claims of older codings that this one stands for, and itself last."""
    table = tables.carried
    found, fresh = [claim], [claim]
    while fresh:
        query = sa.select(table.c.before).where(table.c.after.in_(fresh), table.c.queued.is_(None), table.c.before.not_in(found))
        fresh = sorted(set(connection.scalars(query)))
        found += fresh
    return tuple(reversed(found))


# ── Taking from it ────────────────────────────────────────────────────────────────────────────────────────────────────


def _conditions(queue: Queue, by: str) -> sa.ColumnElement[bool]:
    first = review.c.state.in_(OPEN_STATES)
    second = sa.and_(review.c.sampled, review.c.state.in_(JUDGED), review.c.second.is_(None), review.c.first != by)
    return {
        Queue.TODO: sa.or_(first, second),
        Queue.FIRST: first,
        Queue.SECOND: second,
        Queue.SKIPPED: review.c.state == IncidentState.SKIPPED,
        Queue.FLAGGED: review.c.flagged,
        Queue.CONFLICT: review.c.state == IncidentState.CONFLICT,
        Queue.DONE: review.c.state.in_((*JUDGED, IncidentState.AGREED, IncidentState.ADJUDICATED)),
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
        busy = sa.exists().where(presence.c.target == review.c.claim, presence.c.by != by, presence.c.at > minutes_before(at, AWAY_MINUTES))
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


# ── Who has what open ─────────────────────────────────────────────────────────────────────────────────────────────────


def mark_open(connection: Connection, claim: str, by: str, at: str) -> None:
    """Writes down that a person has an item open; they have no other open then."""
    connection.execute(presence.delete().where(presence.c.by == by))
    connection.execute(presence.insert(), {"target": claim, "by": by, "at": at})


def open_item(ledger: Ledger, claim: str, by: str, at: str) -> None:
    """As ``mark_open``, unless this person has the item open already."""
    fresh = presence.c.at > minutes_before(at, AWAY_MINUTES / 2)
    query = sa.select(sa.true()).where(presence.c.target == claim, presence.c.by == by, fresh)
    with ledger.reading() as connection:
        if connection.scalar(query) is not None:
            return
    with ledger.writing() as connection:
        mark_open(connection, claim, by, at)


def list_present(ledger: Ledger, claim: str, by: str, at: str) -> tuple[tuple[str, str], ...]:
    """Who else has an item open, and since when."""
    since = presence.c.at > minutes_before(at, AWAY_MINUTES)
    query = sa.select(presence.c.by, presence.c.at).where(presence.c.target == claim, presence.c.by != by, since)
    with ledger.reading() as connection:
        return tuple((row.by, row.at) for row in connection.execute(query.order_by(presence.c.at, presence.c.by)))


def minutes_before(at: str, minutes: float) -> str:
    """The time so many minutes before another, in the same form."""
    return (datetime.fromisoformat(at) - timedelta(minutes=minutes)).isoformat(timespec="seconds")


# ── Graphic passages ──────────────────────────────────────────────────────────────────────────────────────────────────


class Exposure(Record, frozen=True):
    """How many graphic passages a person asked for in the last hour and on this day (UTC)."""

    hour: int
    day: int


def count_exposure(ledger: Ledger, by: str, at: str) -> Exposure:
    """What a person has chosen to see of late."""
    counts = [
        sa.select(sa.func.count()).select_from(exposure).where(exposure.c.by == by, exposure.c.at > since).scalar_subquery()
        for since in (minutes_before(at, 60), at[:10])
    ]
    with ledger.reading() as connection:
        row = connection.execute(sa.select(*counts)).one()
        return Exposure(hour=row[0], day=row[1])


def note_exposure(ledger: Ledger, by: str, claim: str, at: str) -> None:
    """Writes down that a person asked to see a graphic passage; asking again counts once."""
    with ledger.writing() as connection:
        insert_missing(connection, exposure, {"by": by, "target": claim, "at": at})


def has_seen(ledger: Ledger, by: str, claim: str) -> bool:
    """Whether a person has asked to see this passage before."""
    with ledger.reading() as connection:
        return connection.scalar(sa.select(sa.true()).where(exposure.c.by == by, exposure.c.target == claim)) is not None
