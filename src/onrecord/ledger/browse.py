"""Lists what the ledger holds, filtered, in the order in which people read it: the source of every listing command and page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ceasefire import Area
from onrecord.ledger import tables
from onrecord.ledger.codec import unpack
from onrecord.ledger.reading import batches, reported
from onrecord.ledger.search import claims_with, one_of
from onrecord.ledger.store import Ledger
from onrecord.ledger.voices import read_voices
from onrecord.records import Claim, Incident, Record, ReportedClaim, Tally, Violation, Voice
from onrecord.tallies import track_tallies


class Filters(Record, frozen=True):
    """What to list; every part that is set must hold. ``since`` and ``until`` are days, the second exclusive.

    who: part of a code.  actor, place_id, source: keys of an actor, a place, a voice.  words: all stand in the words of one claim.
    box: west, south, east, north in degrees.  among: only these incidents.
    """

    since: str | None = None
    until: str | None = None
    country: str | None = None
    place: str | None = None
    who: str | None = None
    type: str | None = None
    grade: str | None = None
    state: str | None = None
    document: str | None = None
    incident: str | None = None
    claim: str | None = None
    outlet: str | None = None
    words: str | None = None
    actor: str | None = None
    place_id: str | None = None
    source: str | None = None
    language: str | None = None
    box: tuple[float, float, float, float] | None = None
    among: tuple[str, ...] | None = None
    limit: int | None = None
    offset: int = 0


# ── Incidents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def list_incidents(ledger: Ledger, filters: Filters = Filters()) -> tuple[Incident, ...]:  # noqa: B008 - frozen
    """The incidents that fulfil the filters, by time, place and id; those without a time last."""
    table = tables.incident
    query = sa.select(table.c.record).where(*incident_conditions(ledger, filters))
    order = (table.c.time_start.is_(None), table.c.time_start, table.c.place, table.c.id)
    with ledger.reading() as connection:
        found = connection.scalars(query.order_by(*order).limit(filters.limit).offset(filters.offset))
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


def incident_conditions(ledger: Ledger, filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    """What rows of the incident table must fulfil: that they are current, and the filters."""
    table, linked = tables.incident, tables.linked
    yield table.c.ended.is_(None)
    if filters.since:
        yield table.c.time_end > filters.since
    if filters.until:
        yield table.c.time_start < filters.until
    if filters.country:
        yield table.c.country == filters.country
    if filters.place:
        yield _contains(table.c.place, filters.place)
    if filters.who:
        yield sa.or_(_contains(table.c.who, filters.who), _contains(table.c.whom, filters.who))
    if filters.type:
        yield table.c.type == filters.type
    if filters.grade:
        yield table.c.grade == filters.grade
    if filters.state:
        yield table.c.state == filters.state
    if filters.document:
        yield table.c.id.in_(sa.select(linked.c.incident).where(linked.c.document == filters.document))
    if filters.actor:
        yield table.c.id.in_(sa.select(tables.party.c.incident).where(tables.party.c.actor == filters.actor))
    if filters.place_id:
        yield table.c.place_id == filters.place_id
    if filters.source:
        told = linked.join(tables.voice, tables.voice.c.document == linked.c.document)
        yield table.c.id.in_(sa.select(linked.c.incident).select_from(told).where(tables.voice.c.voice == filters.source))
    if filters.box:
        west, south, east, north = filters.box
        yield sa.and_(table.c.lon.between(west, east), table.c.lat.between(south, north))
    if filters.words:
        saying = claims_with(filters.words, ledger.engine.dialect.name)
        yield table.c.id.in_(sa.select(linked.c.incident).where(linked.c.claim.in_(saying)))
    if filters.among is not None:
        yield one_of(table.c.id, filters.among, ledger.engine.dialect.name)


def settle_words(ledger: Ledger, filters: Filters) -> Filters:
    """The filters with the incidents that the words lead to in place of the words: looked up once, for several questions."""
    if not filters.words:
        return filters
    saying = claims_with(filters.words, ledger.engine.dialect.name)
    query = sa.select(tables.linked.c.incident).distinct().where(tables.linked.c.incident.is_not(None), tables.linked.c.claim.in_(saying))
    with ledger.reading() as connection:
        return msgspec.structs.replace(filters, words=None, among=tuple(sorted(connection.scalars(query))))


def _contains(column: sa.Column[Any], part: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(column).contains(part.lower(), autoescape=True)


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


# ── Claims ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class ClaimInContext(Record, frozen=True):
    """A claim with the words of its evidence, the report that it stands in and the incident that it belongs to."""

    claim: Claim
    document: str
    text: str
    outlet: str | None
    published: str | None
    title: str | None
    url: str | None
    incident: str | None
    denies: bool
    voice: Voice | None


def list_claims(ledger: Ledger, filters: Filters = Filters()) -> tuple[ClaimInContext, ...]:  # noqa: B008 - frozen
    """The claims of current codings that fulfil the filters, by document and position."""
    claim, coding = tables.claim, tables.coding
    query = _CLAIMS.where(*claim_conditions(ledger, filters)).order_by(coding.c.seq, claim.c.position)
    with ledger.reading() as connection:
        return _read_contexts(connection, query.limit(filters.limit).offset(filters.offset))


_CLAIMS = (
    sa.select(
        tables.claim.c.record,
        tables.coding.c.document,
        tables.coding.c.outlet,
        tables.coding.c.published,
        tables.document.c.text,
        tables.linked.c.incident,
        tables.linked.c.denies,
    )
    .select_from(
        tables.claim.join(tables.coding).join(tables.document).outerjoin(tables.linked, tables.linked.c.claim == tables.claim.c.hash)
    )
    .where(tables.coding.c.current)
)


def _read_contexts(connection: Connection, query: sa.Select[Any]) -> tuple[ClaimInContext, ...]:
    found = list(connection.execute(query))
    documents = sorted({row.document for row in found})
    voices = read_voices(connection, documents)
    printed: dict[str, tuple[str | None, str | None]] = {}
    for some in batches(documents):
        table = tables.appearance
        for row in connection.execute(sa.select(table.c.document, table.c.title, table.c.url).where(table.c.document.in_(some))):
            printed.setdefault(row.document, (row.title, row.url))
    return tuple(_in_context(row, voices, printed) for row in found)


def _in_context(row: Any, voices: Mapping[str, Voice], printed: Mapping[str, tuple[str | None, str | None]]) -> ClaimInContext:
    claim = unpack(row.record, Claim)
    title, url = printed.get(row.document, (None, None))
    return ClaimInContext(
        claim=claim,
        document=row.document,
        text=" … ".join((row.text or "")[start:end] for start, end in claim.evidence),
        outlet=row.outlet,
        published=row.published,
        title=title,
        url=url,
        incident=row.incident,
        denies=bool(row.denies),
        voice=voices.get(row.document),
    )


def count_claims(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many claims of current codings fulfil the filters, whatever their limit."""
    claim, coding = tables.claim, tables.coding
    query = sa.select(sa.func.count()).select_from(claim.join(coding)).where(coding.c.current, *claim_conditions(ledger, filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def claim_conditions(ledger: Ledger, filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    """What rows of the claim table, joined with their codings, must fulfil."""
    claim, coding = tables.claim, tables.coding
    if filters.since:
        yield claim.c.time_end > filters.since
    if filters.until:
        yield claim.c.time_start < filters.until
    if filters.country:
        yield claim.c.country == filters.country
    if filters.place:
        yield _contains(claim.c.place, filters.place)
    if filters.who:
        yield sa.or_(_contains(claim.c.who, filters.who), _contains(claim.c.whom, filters.who))
    if filters.type:
        yield claim.c.type == filters.type
    if filters.document:
        yield coding.c.document == filters.document
    if filters.outlet:
        yield _contains(coding.c.outlet, filters.outlet)
    if filters.claim:
        yield claim.c.hash == filters.claim
    if filters.place_id:
        yield claim.c.place_id == filters.place_id
    if filters.source:
        yield coding.c.document.in_(sa.select(tables.voice.c.document).where(tables.voice.c.voice == filters.source))
    if filters.words:
        yield claim.c.hash.in_(claims_with(filters.words, ledger.engine.dialect.name))
    if filters.incident:
        # As a list of ids, SQLite starts from the incident; as a join condition it walks through all claims.
        yield claim.c.hash.in_(sa.select(tables.linked.c.claim).where(tables.linked.c.incident == filters.incident))


# ── Figures, violations, sources ──────────────────────────────────────────────────────────────────────────────────────


def list_tallies(ledger: Ledger, filters: Filters = Filters()) -> tuple[Tally, ...]:  # noqa: B008 - frozen
    """The running figures of current reports, compared with the ledger's incidents."""
    running = list(_running_claims(ledger, filters))
    if not running:
        return ()
    with ledger.reading() as connection:
        voices = read_voices(connection, {claim.document for claim in running})
    periods = [tally.period for tally in track_tallies(running) if tally.period]
    compared = list_incidents(ledger, Filters(since=min(periods).partition("/")[0])) if periods else ()
    found = track_tallies(running, voices, compared)
    return tuple(tally for tally in found if _wanted(tally, filters))


def _wanted(tally: Tally, filters: Filters) -> bool:
    in_place = filters.place is None or filters.place.lower() in (tally.place or "").lower()
    return in_place and (filters.who is None or filters.who.lower() in tally.subject.lower())


def _running_claims(ledger: Ledger, filters: Filters) -> Iterator[ReportedClaim]:
    claim, coding, figure = tables.claim, tables.coding, tables.figure
    counted = sa.select(figure.c.claim).where(figure.c.scope != "incident")
    query = (
        sa.select(claim.c.record, coding.c.document, coding.c.published)
        .join_from(claim, coding)
        .where(coding.c.current, claim.c.hash.in_(counted))
        .order_by(claim.c.hash)
    )
    if filters.document:
        query = query.where(coding.c.document == filters.document)
    with ledger.reading() as connection:
        for row in connection.execute(query):
            yield reported(unpack(row.record, Claim), row.document, row.published, "", ())


def list_violations(ledger: Ledger, filters: Filters = Filters(), *, agreement: str | None = None) -> tuple[Violation, ...]:  # noqa: B008
    """The violations of declared agreements, by agreement and time. ``filters.state`` is the violation's status."""
    table = tables.violation
    query = sa.select(table.c.record).order_by(table.c.agreement, table.c.local_time, table.c.id)
    if agreement:
        query = query.where(table.c.agreement == agreement)
    if filters.state:
        query = query.where(table.c.status == filters.state)
    if filters.since:
        query = query.where(table.c.local_time >= filters.since)
    if filters.until:
        query = query.where(table.c.local_time < filters.until)
    if filters.incident:
        query = query.where(table.c.incident == filters.incident)
    with ledger.reading() as connection:
        found = connection.scalars(query.limit(filters.limit).offset(filters.offset))
        return tuple(unpack(record, Violation) for record in found)


def list_voices(ledger: Ledger) -> tuple[Voice, ...]:
    """Every voice with the documents that go back to it, those with most first."""
    with ledger.reading() as connection:
        voices = read_voices(connection)
    members: dict[str, list[str]] = {}
    for document, voice in sorted(voices.items()):
        members.setdefault(voice.id, []).append(document)
    by_id = {voice.id: voice for _, voice in sorted(voices.items())}
    ranked = sorted(members, key=lambda id: (-len(members[id]), by_id[id].name, id))
    return tuple(msgspec.structs.replace(by_id[id], members=tuple(members[id])) for id in ranked)


def claims_of(ledger: Ledger, incident: Incident) -> tuple[ClaimInContext, ...]:
    """The claims and denials of an incident with their words and reports."""
    return list_claims(ledger, Filters(incident=incident.id))


def linked_incidents(ledger: Ledger, document: str) -> dict[str, tuple[str, bool]]:
    """Per claim of a report that belongs to an incident: that incident's id, and whether the claim denies it."""
    table = tables.linked
    query = sa.select(table.c.claim, table.c.incident, table.c.denies).where(table.c.document == document, table.c.incident.is_not(None))
    with ledger.reading() as connection:
        return {row.claim: (row.incident, bool(row.denies)) for row in connection.execute(query)}


def claims_by_incident(ledger: Ledger, ids: Sequence[str]) -> dict[str, tuple[ClaimInContext, ...]]:
    """Per incident, its claims and denials with their words and reports, by document and position."""
    found: dict[str, list[ClaimInContext]] = {id: [] for id in ids}
    with ledger.reading() as connection:
        for some in batches(ids):
            own = tables.claim.c.hash.in_(sa.select(tables.linked.c.claim).where(tables.linked.c.incident.in_(some)))
            for one in _read_contexts(connection, _CLAIMS.where(own).order_by(tables.coding.c.seq, tables.claim.c.position)):
                found[one.incident or ""].append(one)
    return {id: tuple(claims) for id, claims in found.items()}


def coverage(ledger: Ledger, area: Area) -> dict[str, int]:
    """Per day, how many reports printed that day speak of an area: what tells silence of the sources from peace."""
    claim, coding = tables.claim, tables.coding
    query = (
        sa.select(coding.c.published, sa.func.count(sa.distinct(coding.c.document)))
        .join_from(claim, coding)
        .where(coding.c.current, coding.c.published.is_not(None), sa.or_(sa.false(), *_area_conditions(area)))
        .group_by(coding.c.published)
    )
    found: dict[str, int] = {}
    with ledger.reading() as connection:
        for published, count in connection.execute(query):
            found[published[:10]] = found.get(published[:10], 0) + count
    return found


def _area_conditions(area: Area) -> Iterator[sa.ColumnElement[bool]]:
    claim = tables.claim
    yield claim.c.place_id.in_(area.place_ids)
    yield claim.c.place.in_(area.names)
    yield claim.c.admin1.in_(area.admin1)
    yield claim.c.country.in_(area.countries)
    if area.polygon:
        east, north = zip(*area.polygon, strict=True)
        yield sa.and_(claim.c.lon.between(min(east), max(east)), claim.c.lat.between(min(north), max(north)))
