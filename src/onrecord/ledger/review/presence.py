"""Who has what open, and who has chosen to see which graphic passage."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database.statements import insert_missing, later, letters
from onrecord.ledger.database.team_tables import exposure, presence
from onrecord.ledger.store import Ledger
from onrecord.records import Record

AWAY_MINUTES = 10  # after which an item that somebody opened is given to others


# ── Who has what open ─────────────────────────────────────────────────────────────────────────────────────────────────


def mark_open(connection: Connection, claim: str, by: str, at: str) -> None:
    """Writes down that a person has an item open; they have no other open then."""
    connection.execute(presence.delete().where(presence.c.by == by))
    connection.execute(presence.insert(), {"target": claim, "by": by, "at": at})


def open_item(ledger: Ledger, claim: str, by: str, at: str) -> None:
    """As ``mark_open``, unless this person has the item open already."""
    fresh = presence.c.at > later(at, minutes=-AWAY_MINUTES / 2)
    query = sa.select(sa.true()).where(presence.c.target == claim, presence.c.by == by, fresh)
    with ledger.reading() as connection:
        if connection.scalar(query) is not None:
            return
    with ledger.writing() as connection:
        mark_open(connection, claim, by, at)


def list_present(ledger: Ledger, claim: str, by: str, at: str) -> tuple[tuple[str, str], ...]:
    """Who else has an item open, and since when."""
    since = presence.c.at > later(at, minutes=-AWAY_MINUTES)
    query = sa.select(presence.c.by, presence.c.at).where(presence.c.target == claim, presence.c.by != by, since)
    with ledger.reading() as connection:
        return tuple((row.by, row.at) for row in connection.execute(query.order_by(presence.c.at, letters(presence.c.by))))


# ── Graphic passages ──────────────────────────────────────────────────────────────────────────────────────────────────


class Exposure(Record, frozen=True):
    """How many graphic passages a person asked for in the last hour and on this day (UTC)."""

    hour: int
    day: int


def count_exposure(ledger: Ledger, by: str, at: str) -> Exposure:
    """What a person has chosen to see of late."""
    counts = [
        sa.select(sa.func.count()).select_from(exposure).where(exposure.c.by == by, exposure.c.at > since).scalar_subquery()
        for since in (later(at, minutes=-60), at[:10])
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
