"""Writes incidents and violations as rows that people can filter."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ceasefire import Declaration, find_violations
from onrecord.ledger import tables
from onrecord.ledger.codec import pack
from onrecord.ledger.reading import batches
from onrecord.ledger.rows import Row
from onrecord.records import Actor, Incident


def incident_row(incident: Incident) -> Row:
    """The incident with the columns that people filter by."""
    place, time = incident.place, incident.time
    row: Row = {
        "id": incident.id,
        "type": incident.type,
        "mode": "/".join(incident.mode) or None,
        "time_start": time.start if time else None,
        "time_end": time.end if time else None,
        "place": place.name if place else None,
        "country": place.country if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "who": _codes(incident.actors),
        "whom": _codes(incident.recipients),
        "grade": str(incident.grade),
        "voices": incident.voices,
        "claims": len(incident.claims),
        "denials": len(incident.denials),
        "state": str(incident.state),
        "merged_into": None,
        "ended": None,
        "record": pack(incident),
    }
    for kind in ("killed", "injured"):
        found = getattr(incident, kind)
        row |= {f"{kind}_{end}": getattr(found, end) if found else None for end in ("low", "best", "high")}
    return row


def _codes(actors: Sequence[Actor]) -> str | None:
    return "; ".join(actor.code or actor.name for actor in actors) or None


def read_declarations(connection: Connection) -> tuple[Declaration, ...]:
    """The agreements in force in the ledger: of several with one id, the last declared."""
    table = tables.agreement
    found = {row.id: row.record for row in connection.execute(sa.select(table.c.id, table.c.record).order_by(table.c.seq))}
    return tuple(msgspec.json.decode(record, type=Declaration) for _, record in sorted(found.items()))


def write_violations(connection: Connection, incidents: Sequence[Incident], replaced: Sequence[str]) -> None:
    """Puts the violations of the incidents in place of those of the ids given."""
    table = tables.violation
    for some in batches(sorted(set(replaced))):
        connection.execute(table.delete().where(table.c.incident.in_(some)))
    found = find_violations(incidents, read_declarations(connection))
    if found:
        connection.execute(
            table.insert(),
            [
                {
                    "id": violation.id,
                    "agreement": violation.agreement,
                    "incident": violation.incident,
                    "status": str(violation.status),
                    "local_time": violation.local_time,
                    "record": pack(violation),
                }
                for violation in found
            ],
        )
