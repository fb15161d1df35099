"""Writes incidents as rows that people can filter, and keeps what an incident said before it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import pack
from onrecord.ledger.database.settings import keep_setting, read_setting
from onrecord.ledger.database.statements import Row, batches
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
        "place_id": place.id if place else None,
        "place_kind": str(place.kind) if place else None,
        "admin1": place.admin1 if place else None,
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


def actor_key(actor: Actor) -> str:
    """What names an actor's page: the id of a known one, for others the code, or the name where there is none."""
    return actor.id or actor.code or actor.name


def party_rows(incident: Incident) -> list[Row]:
    """A row per actor and side; of several with one key, the first names it."""
    found: dict[tuple[str, str], Row] = {}
    for side, actors in (("by", incident.actors), ("to", incident.recipients)):
        for actor in actors:
            key = actor_key(actor)
            if key:
                row = {"incident": incident.id, "side": side, "actor": key, "name": actor.name or key, "code": actor.code}
                found.setdefault((side, key), row)
    return list(found.values())


# ── Changes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def next_change(connection: Connection) -> int:
    """The number of the change of the ledger that this transaction makes, one more than the last."""
    number = int(read_setting(connection, "change") or 0) + 1
    keep_setting(connection, "change", str(number))
    return number


def write_incidents(connection: Connection, incidents: Sequence[Incident], *, why: str) -> None:
    """Inserts the incidents, or puts them in place of what stood under their ids; what said the same already stays untouched."""
    rows = {incident.id: incident_row(incident) for incident in incidents}
    before = _standing(connection, sorted(rows))
    different = [incident for incident in incidents if before.get(incident.id) != rows[incident.id]["record"]]
    if not different:
        return
    number = next_change(connection)
    replaced = [incident.id for incident in different if incident.id in before]
    _keep_revisions(connection, replaced, number, why)
    _delete_parties(connection, replaced)
    parties = [row for incident in different for row in party_rows(incident)]
    if parties:
        connection.execute(tables.party.insert(), parties)
    fresh = [{**rows[incident.id], "changed": number} for incident in different if incident.id not in before]
    if fresh:
        connection.execute(tables.incident.insert(), fresh)
    for id in replaced:
        connection.execute(tables.incident.update().where(tables.incident.c.id == id).values({**rows[id], "changed": number}))


def end_incidents(connection: Connection, ended: Mapping[str, str | None]) -> None:
    """Leaves of each incident its id and why it is no longer there; the value is the id that it was merged into, if any."""
    if not ended:
        return
    table, number = tables.incident, next_change(connection)
    for id, into in sorted(ended.items()):
        why = f"merged into {into}" if into else "no claim is left of it"
        _keep_revisions(connection, [id], number, why)
        connection.execute(table.update().where(table.c.id == id).values(merged_into=into, ended=why, record=None, changed=number))
    _delete_parties(connection, sorted(ended))


def _standing(connection: Connection, ids: Sequence[str]) -> dict[str, bytes | None]:
    table = tables.incident
    found: dict[str, bytes | None] = {}
    for some in batches(ids):
        found.update((row.id, row.record) for row in connection.execute(sa.select(table.c.id, table.c.record).where(table.c.id.in_(some))))
    return found


def _keep_revisions(connection: Connection, ids: Sequence[str], number: int, why: str) -> None:
    incident, revision = tables.incident, tables.revision
    for some in batches(ids):
        counted = sa.select(revision.c.incident, sa.func.max(revision.c.number)).where(revision.c.incident.in_(some))
        last = dict(connection.execute(counted.group_by(revision.c.incident)).all())
        standing = sa.select(incident.c.id, incident.c.changed, incident.c.record)
        kept = [
            {
                "incident": row.id,
                "number": last.get(row.id, 0) + 1,
                "changed": row.changed,
                "until": number,
                "why": why,
                "record": row.record,
            }
            for row in connection.execute(standing.where(incident.c.id.in_(some), incident.c.record.is_not(None)))
        ]
        if kept:
            connection.execute(revision.insert(), kept)


def _delete_parties(connection: Connection, ids: Sequence[str]) -> None:
    for some in batches(ids):
        connection.execute(tables.party.delete().where(tables.party.c.incident.in_(some)))
