"""What incidents said before, and what changed since: so that copies elsewhere can follow, deletions included."""

from __future__ import annotations

import sqlalchemy as sa

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.settings import read_setting
from onrecord.ledger.store import Ledger
from onrecord.records import Incident, Record

CHANGES_AT_ONCE = 1000


class Revision(Record, frozen=True):
    """One state of an incident. ``replaced``: why another state followed, None for the last. ``incident``: None where it was ended."""

    number: int
    change: int
    incident: Incident | None
    replaced: str | None


class Change(Record, frozen=True):
    """An incident that is new or different since a change of the ledger, or a tombstone: no record, but why, and where it went."""

    change: int
    id: str
    incident: Incident | None
    ended: str | None = None
    merged_into: str | None = None


def list_revisions(ledger: Ledger, id: str) -> tuple[Revision, ...]:
    """All states of an incident, the first first, the one that stands now last; () if there never was one."""
    revision, incident = tables.revision, tables.incident
    with ledger.reading() as connection:
        standing = connection.execute(sa.select(incident.c.changed, incident.c.record).where(incident.c.id == id)).first()
        if standing is None:
            return ()
        earlier = list(connection.execute(sa.select(revision).where(revision.c.incident == id).order_by(revision.c.number)))
    found = [Revision(number=row.number, change=row.changed, incident=unpack(row.record, Incident), replaced=row.why) for row in earlier]
    last = unpack(standing.record, Incident) if standing.record else None
    return (*found, Revision(number=len(found) + 1, change=standing.changed, incident=last, replaced=None))


def last_change(ledger: Ledger) -> int:
    """The number of the last change of the ledger's incidents; 0 before the first."""
    with ledger.reading() as connection:
        return connection.scalar(sa.select(sa.func.max(tables.incident.c.changed))) or 0


def state_of(ledger: Ledger) -> tuple[int, int]:
    """Two numbers of which one grows whenever incidents, their sources or the reports change: while they stand, what was counted holds."""
    with ledger.reading() as connection:
        change = int(read_setting(connection, "change") or 0)
        return change, connection.scalar(sa.select(sa.func.max(tables.coding.c.seq))) or 0


def list_changes(ledger: Ledger, since: int, *, limit: int = CHANGES_AT_ONCE) -> tuple[Change, ...]:
    """Incidents that a change after ``since`` made what they are, in order of the changes; those of one change are never parted.

    More than ``limit`` may come, where one change made more.
    """
    table = tables.incident
    order = table.c.changed
    wanted = order > since
    with ledger.reading() as connection:
        end = connection.scalar(sa.select(order).where(wanted).order_by(order).offset(limit - 1).limit(1))
        query = sa.select(order, table.c.id, table.c.record, table.c.ended, table.c.merged_into).where(wanted)
        if end is not None:
            query = query.where(order <= end)
        rows = connection.execute(query.order_by(order, table.c.id))
        return tuple(
            Change(
                change=row.changed,
                id=row.id,
                incident=unpack(row.record, Incident) if row.record else None,
                ended=row.ended,
                merged_into=row.merged_into,
            )
            for row in rows
        )
