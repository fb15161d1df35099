"""The incidents, in the order in which people read them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.statements import batches, letters
from onrecord.ledger.query.filters import Filters, incident_conditions
from onrecord.ledger.store import Ledger
from onrecord.records import Incident

READING_ORDER = (
    tables.incident.c.time_start.is_(None),
    tables.incident.c.time_start,
    letters(tables.incident.c.place),
    tables.incident.c.id,
)


def list_incidents(ledger: Ledger, filters: Filters = Filters()) -> tuple[Incident, ...]:  # noqa: B008 - frozen
    """The incidents that fulfil the filters, by time, place and id; those without a time last."""
    table = tables.incident
    query = sa.select(table.c.record).where(*incident_conditions(ledger, filters))
    with ledger.reading() as connection:
        found = connection.scalars(query.order_by(*READING_ORDER).limit(filters.limit).offset(filters.offset))
        return _with_violations(connection, [unpack(record, Incident) for record in found])


def _with_violations(connection: Connection, incidents: Sequence[Incident]) -> tuple[Incident, ...]:
    """The incidents with the ids of the violations that they are: those change with the agreements, not with the claims."""
    table = tables.violation
    found: dict[str, list[str]] = {}
    for some in batches([incident.id for incident in incidents]):
        for id, incident in connection.execute(sa.select(table.c.id, table.c.incident).where(table.c.incident.in_(some))):
            found.setdefault(incident, []).append(id)
    if not found:
        return tuple(incidents)
    return tuple(msgspec.structs.replace(one, violations=tuple(sorted(found.get(one.id, ())))) for one in incidents)


def incidents_named(ledger: Ledger, ids: Sequence[str]) -> dict[str, Incident]:
    """The current incidents with those ids."""
    table = tables.incident
    with ledger.reading() as connection:
        found = [
            unpack(record, Incident)
            for some in batches(ids)
            for record in connection.scalars(sa.select(table.c.record).where(table.c.id.in_(some), table.c.ended.is_(None)))
        ]
        return {incident.id: incident for incident in _with_violations(connection, found)}


def count_incidents(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many incidents fulfil the filters, whatever their limit."""
    table = tables.incident
    query = sa.select(sa.func.count()).select_from(table).where(*incident_conditions(ledger, filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def find_incident(ledger: Ledger, id: str) -> Incident | None:
    """The incident with that id, or the one that it was merged into; None if there never was one or nothing is left of it."""
    table = tables.incident
    with ledger.reading() as connection:
        seen: set[str] = set()
        while id not in seen:
            seen.add(id)
            row = connection.execute(sa.select(table.c.record, table.c.merged_into).where(table.c.id == id)).first()
            if row is None or (row.record is None and row.merged_into is None):
                return None
            if row.record is not None:
                return _with_violations(connection, [unpack(row.record, Incident)])[0]
            id = row.merged_into
    return None


def incident_fate(ledger: Ledger, id: str) -> str | None:
    """Why an incident is no longer current; None while it is, or if there never was one."""
    with ledger.reading() as connection:
        return connection.scalar(sa.select(tables.incident.c.ended).where(tables.incident.c.id == id))


def latest_incidents(ledger: Ledger, limit: int) -> tuple[Incident, ...]:
    """The incidents that changed last, the last first."""
    table = tables.incident
    query = sa.select(table.c.record).where(table.c.ended.is_(None)).order_by(table.c.changed.desc(), table.c.seq.desc()).limit(limit)
    with ledger.reading() as connection:
        return tuple(unpack(record, Incident) for record in connection.scalars(query))
