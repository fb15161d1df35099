"""Lists of what incidents rest on and are about: reports, sources, actors and places, with their counts, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger import tables
from onrecord.ledger.browse import Filters
from onrecord.ledger.codec import unpack
from onrecord.ledger.reading import batches
from onrecord.ledger.search import CLOSE, OPEN, count_hits, documents_with, ranked_hits
from onrecord.ledger.store import Ledger
from onrecord.records import BlockKind, Coding, Record

TITLE_CHARACTERS = 160


class ReportRow(Record, frozen=True):
    """A report in a list. ``claims``: those that tell an event or a figure.  notice: "correction" or "retraction".  redacted: why."""

    document: str
    title: str
    outlet: str | None
    published: str | None
    language: str
    url: str | None
    voice: str | None
    voice_name: str | None
    affiliation: str | None
    claims: int
    notice: str | None = None
    redacted: str | None = None


class Hit(Record, frozen=True):
    """A report that has the words. ``extract``: its words around them, as (text, whether it is one of the words)."""

    report: ReportRow
    extract: tuple[tuple[str, bool], ...]


class CaptureRow(Record, frozen=True):
    """One appearance of a document. raw_sha256: of the bytes as found; text_sha256: of the text that the spans count in."""

    document: str
    text_sha256: str
    language: str
    raw_sha256: str | None
    url: str | None
    path: str | None
    outlet: str | None
    title: str | None
    credit: str | None
    published: str | None
    published_basis: str
    encoding: str | None
    extractor: str | None
    notice: str | None


class SourceRow(Record, frozen=True):
    """A voice with what it has said. ``outlets``: who printed it.  first, last: days of publication."""

    id: str
    name: str
    affiliation: str | None
    reports: int
    claims: int
    incidents: int
    languages: tuple[str, ...]
    outlets: tuple[str, ...]
    first: str | None
    last: str | None


class PartyRow(Record, frozen=True):
    """An actor with how many incidents it is said to have done and suffered. first, last: their days."""

    id: str
    name: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    did: int
    suffered: int
    first: str | None
    last: str | None


class PlaceRow(Record, frozen=True):
    """A place where incidents happened."""

    id: str
    name: str
    kind: str
    admin1: str | None
    country: str | None
    lat: float | None
    lon: float | None
    incidents: int
    first: str | None
    last: str | None


# ── Reports ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def list_reports(ledger: Ledger, filters: Filters = Filters()) -> tuple[ReportRow, ...]:  # noqa: B008 - frozen
    """The reports that fulfil the filters, those printed last first; ``since`` and ``until`` are days of publication."""
    coding = tables.coding
    query = sa.select(coding.c.document).where(*_report_conditions(ledger, filters))
    order = (coding.c.published.is_(None), coding.c.published.desc(), coding.c.seq.desc())
    with ledger.reading() as connection:
        chosen = list(connection.scalars(query.order_by(*order).limit(filters.limit).offset(filters.offset)))
        return _report_rows(connection, chosen)


def latest_reports(ledger: Ledger, limit: int) -> tuple[ReportRow, ...]:
    """The reports that came last, the last first."""
    coding = tables.coding
    with ledger.reading() as connection:
        newest = sa.select(coding.c.document).where(coding.c.current).order_by(coding.c.seq.desc()).limit(limit)
        return _report_rows(connection, list(connection.scalars(newest)))


def find_report(ledger: Ledger, document: str) -> ReportRow | None:
    """A report as lists show it, or None."""
    with ledger.reading() as connection:
        found = _report_rows(connection, [document])
    return found[0] if found else None


def reports_named(ledger: Ledger, documents: Sequence[str]) -> dict[str, ReportRow]:
    """The reports with those ids, as lists show them."""
    with ledger.reading() as connection:
        return {row.document: row for row in _report_rows(connection, sorted(set(documents)))}


def captures_of(ledger: Ledger, documents: Sequence[str]) -> tuple[CaptureRow, ...]:
    """Where and as what the documents were seen, by document and order of arrival."""
    table, document = tables.appearance, tables.document
    query = (
        sa.select(table, document.c.sha256.label("text_sha256"), document.c.language)
        .join_from(table, document)
        .order_by(table.c.document, table.c.seq)
    )
    with ledger.reading() as connection:
        return tuple(
            CaptureRow(**{name: getattr(row, name) for name in CaptureRow.__struct_fields__})
            for some in batches(sorted(set(documents)))
            for row in connection.execute(query.where(table.c.document.in_(some)))
        )


def count_reports(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many reports fulfil the filters, whatever their limit."""
    query = sa.select(sa.func.count()).select_from(tables.coding).where(*_report_conditions(ledger, filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def search_reports(ledger: Ledger, words: str, *, limit: int, offset: int = 0) -> tuple[tuple[Hit, ...], int]:
    """Reports that have all the words, the best first, and how many there are in all."""
    dialect = ledger.engine.dialect.name
    with ledger.reading() as connection:
        total = connection.scalar(count_hits(words, dialect)) or 0
        found = {row.document: row.extract for row in connection.execute(ranked_hits(words, dialect, limit=limit, offset=offset))}
        rows = _report_rows(connection, list(found))
    return tuple(Hit(report=row, extract=tuple(_parts(found[row.document]))) for row in rows), total


def _parts(extract: str) -> Iterator[tuple[str, bool]]:
    for number, part in enumerate(extract.split(OPEN)):
        word, _, rest = part.partition(CLOSE) if number else ("", "", part)
        if word:
            yield word, True
        if rest:
            yield rest, False


def _report_conditions(ledger: Ledger, filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    coding = tables.coding
    yield coding.c.current
    if filters.since:
        yield coding.c.published >= filters.since
    if filters.until:
        yield coding.c.published < filters.until
    if filters.outlet:
        yield sa.func.lower(coding.c.outlet).contains(filters.outlet.lower(), autoescape=True)
    if filters.source:
        yield coding.c.document.in_(sa.select(tables.voice.c.document).where(tables.voice.c.voice == filters.source))
    if filters.language:
        yield coding.c.document.in_(sa.select(tables.document.c.id).where(tables.document.c.language == filters.language))
    if filters.words:
        yield coding.c.document.in_(documents_with(filters.words, ledger.engine.dialect.name))


def _report_rows(connection: Connection, documents: Sequence[str]) -> tuple[ReportRow, ...]:
    """The rows of the documents, in their order; one without a coding has none."""
    found: dict[str, ReportRow] = {}
    for some in batches(documents):
        printed = _appearances(connection, some)
        counted = _counted_claims(connection, some)
        for row in connection.execute(_REPORTS.where(tables.coding.c.document.in_(some))):
            title, url, notice = printed.get(row.document, (None, None, None))
            found[row.document] = ReportRow(
                document=row.document,
                title=title or _headline(row.record, row.text) or row.document,
                outlet=row.outlet,
                published=row.published,
                language=row.language,
                url=url,
                voice=row.voice,
                voice_name=row.name,
                affiliation=row.affiliation,
                claims=counted.get(row.seq, 0),
                notice=notice,
                redacted=row.redacted,
            )
    return tuple(found[document] for document in documents if document in found)


_REPORTS = (
    sa.select(
        tables.coding.c.seq,
        tables.coding.c.document,
        tables.coding.c.outlet,
        tables.coding.c.published,
        tables.coding.c.record,
        tables.document.c.language,
        tables.document.c.text,
        tables.document.c.redacted,
        tables.voice.c.voice,
        tables.voice.c.name,
        tables.voice.c.affiliation,
    )
    .select_from(tables.coding.join(tables.document).outerjoin(tables.voice, tables.voice.c.document == tables.coding.c.document))
    .where(tables.coding.c.current)
)


def _appearances(connection: Connection, documents: Sequence[str]) -> dict[str, tuple[str | None, str | None, str | None]]:
    """Per document, title, address and notice of its first appearance; a notice of any."""
    table = tables.appearance
    found: dict[str, tuple[str | None, str | None, str | None]] = {}
    query = sa.select(table.c.document, table.c.title, table.c.url, table.c.notice).where(table.c.document.in_(documents))
    for row in connection.execute(query.order_by(table.c.seq)):
        title, url, notice = found.get(row.document, (row.title, row.url, None))
        found[row.document] = title, url, notice or row.notice
    return found


def _counted_claims(connection: Connection, documents: Sequence[str]) -> dict[int, int]:
    claim, coding = tables.claim, tables.coding
    counts = sa.or_(claim.c.codable, sa.exists().where(tables.figure.c.claim == claim.c.hash))
    query = sa.select(claim.c.coding, sa.func.count()).join_from(claim, coding)
    chosen = query.where(coding.c.current, coding.c.document.in_(documents), counts).group_by(claim.c.coding)
    return {row[0]: row[1] for row in connection.execute(chosen)}


def _headline(record: bytes, text: str | None) -> str | None:
    coding = unpack(record, Coding)
    spans = (sentence.span for sentence in coding.sentences if sentence.kind is BlockKind.HEADLINE)
    headline = next(((text or "")[start:end] for start, end in spans), None)
    title = coding.document.title or headline or coding.document.path
    return title[:TITLE_CHARACTERS] if title else None


# ── Sources ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def list_sources(ledger: Ledger, filters: Filters = Filters()) -> tuple[SourceRow, ...]:  # noqa: B008 - frozen
    """Every voice with what it has said, those with most reports first. ``filters.source``: only that one; ``words``: in its name."""
    voice, coding = tables.voice, tables.coding
    printed = voice.join(coding, sa.and_(coding.c.document == voice.c.document, coding.c.current))
    query = (
        sa.select(
            voice.c.voice,
            sa.func.min(voice.c.name).label("name"),
            sa.func.min(voice.c.affiliation).label("affiliation"),
            sa.func.count().label("reports"),
            sa.func.sum(coding.c.claims).label("claims"),
            sa.func.min(coding.c.published).label("first"),
            sa.func.max(coding.c.published).label("last"),
        )
        .select_from(printed)
        .where(*_source_conditions(filters))
        .group_by(voice.c.voice)
        .order_by(sa.func.count().desc(), sa.func.min(voice.c.name), voice.c.voice)
    )
    with ledger.reading() as connection:
        rows = list(connection.execute(query.limit(filters.limit).offset(filters.offset)))
        voices = [row.voice for row in rows]
        told = _told_by(connection, voices)
        languages = _texts_by(connection, voices, tables.document.c.language)
        outlets = _texts_by(connection, voices, coding.c.outlet)
    return tuple(
        SourceRow(
            id=row.voice,
            name=row.name,
            affiliation=row.affiliation,
            reports=row.reports,
            claims=row.claims or 0,
            incidents=told.get(row.voice, 0),
            languages=languages.get(row.voice, ()),
            outlets=outlets.get(row.voice, ()),
            first=row.first,
            last=row.last,
        )
        for row in rows
    )


def _told_by(connection: Connection, voices: Sequence[str]) -> dict[str, int]:
    """Per voice, of how many incidents its reports tell."""
    voice, linked = tables.voice, tables.linked
    query = sa.select(voice.c.voice, sa.func.count(sa.distinct(linked.c.incident))).join_from(
        voice, linked, linked.c.document == voice.c.document
    )
    return {
        row[0]: row[1]
        for some in batches(voices)
        for row in connection.execute(query.where(voice.c.voice.in_(some)).group_by(voice.c.voice))
    }


def _texts_by(connection: Connection, voices: Sequence[str], column: sa.Column[Any]) -> dict[str, tuple[str, ...]]:
    """Per voice, the values that a column of its codings or documents has, in order."""
    voice, coding, document = tables.voice, tables.coding, tables.document
    joined = voice.join(coding, coding.c.document == voice.c.document).join(document, document.c.id == voice.c.document)
    query = sa.select(voice.c.voice, column).distinct().select_from(joined).where(coding.c.current, column.is_not(None))
    found: dict[str, list[str]] = {}
    for some in batches(voices):
        for id, value in connection.execute(query.where(voice.c.voice.in_(some)).order_by(voice.c.voice, column)):
            found.setdefault(id, []).append(value)
    return {id: tuple(values) for id, values in found.items()}


def voice_names(ledger: Ledger) -> dict[str, str]:
    """What each voice is called."""
    query = sa.select(tables.voice.c.voice, sa.func.min(tables.voice.c.name)).group_by(tables.voice.c.voice)
    with ledger.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def count_sources(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many voices there are."""
    query = sa.select(sa.func.count(sa.distinct(tables.voice.c.voice))).where(*_source_conditions(filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def _source_conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.source:
        yield tables.voice.c.voice == filters.source
    if filters.words:
        yield sa.func.lower(tables.voice.c.name).contains(filters.words.lower(), autoescape=True)


# ── Actors and places ─────────────────────────────────────────────────────────────────────────────────────────────────


def list_parties(ledger: Ledger, filters: Filters = Filters()) -> tuple[PartyRow, ...]:  # noqa: B008 - frozen
    """The actors of current incidents, those of most first. ``filters.actor``: only that one; ``words``: in its name or code."""
    party, incident = tables.party, tables.incident
    count = sa.func.count()
    query = (
        sa.select(
            party.c.actor,
            sa.func.min(party.c.name).label("name"),
            sa.func.sum(sa.case((party.c.side == "by", 1), else_=0)).label("did"),
            sa.func.sum(sa.case((party.c.side == "to", 1), else_=0)).label("suffered"),
            sa.func.min(incident.c.time_start).label("first"),
            sa.func.max(incident.c.time_start).label("last"),
        )
        .select_from(party.join(incident, incident.c.id == party.c.incident))
        .where(*_party_conditions(filters))
        .group_by(party.c.actor)
        .order_by(count.desc(), party.c.actor)
    )
    with ledger.reading() as connection:
        rows = list(connection.execute(query.limit(filters.limit).offset(filters.offset)))
        called = _names(connection, [row.actor for row in rows])
    return tuple(
        PartyRow(
            id=row.actor,
            name=row.name if row.actor.startswith("act-") else row.actor,
            codes=called[row.actor][0],
            names=called[row.actor][1],
            did=row.did,
            suffered=row.suffered,
            first=_day(row.first),
            last=_day(row.last),
        )
        for row in rows
    )


def count_parties(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many actors take part in current incidents."""
    query = sa.select(sa.func.count(sa.distinct(tables.party.c.actor))).where(*_party_conditions(filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def _party_conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    party = tables.party
    if filters.actor:
        yield party.c.actor == filters.actor
    if filters.words:
        words = filters.words.lower()
        yield sa.or_(*(sa.func.lower(column).contains(words, autoescape=True) for column in (party.c.name, party.c.code)))


def names_of(ledger: Ledger, actors: Sequence[str]) -> dict[str, str]:
    """What to call each actor: the commonest name of a known one, the code of any other."""
    with ledger.reading() as connection:
        return {
            actor: names[0] if actor.startswith("act-") and names else actor for actor, (_, names) in _names(connection, actors).items()
        }


def _names(connection: Connection, actors: Sequence[str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Per actor its codes and its names, the commonest name first."""
    party = tables.party
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {actor: ({}, {}) for actor in actors}
    query = sa.select(party.c.actor, party.c.name, party.c.code, sa.func.count().label("number"))
    for some in batches(actors):
        grouped = query.where(party.c.actor.in_(some)).group_by(party.c.actor, party.c.name, party.c.code)
        for row in connection.execute(grouped.order_by(sa.func.count().desc(), party.c.name)):
            codes, names = found[row.actor]
            codes[row.code] = names[row.name] = None
    return {actor: (tuple(codes), tuple(names)) for actor, (codes, names) in found.items()}


def list_places(ledger: Ledger, filters: Filters = Filters()) -> tuple[PlaceRow, ...]:  # noqa: B008 - frozen
    """The places of current incidents that the gazetteer knows, those of most incidents first. ``words``: in the name."""
    table = tables.incident
    count = sa.func.count()
    query = (
        sa.select(
            table.c.place_id,
            sa.func.min(table.c.place).label("name"),
            sa.func.min(table.c.place_kind).label("kind"),
            sa.func.min(table.c.admin1).label("admin1"),
            sa.func.min(table.c.country).label("country"),
            sa.func.min(table.c.lat).label("lat"),
            sa.func.min(table.c.lon).label("lon"),
            count.label("incidents"),
            sa.func.min(table.c.time_start).label("first"),
            sa.func.max(table.c.time_start).label("last"),
        )
        .where(*_place_conditions(filters))
        .group_by(table.c.place_id)
        .order_by(count.desc(), table.c.place_id)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query.limit(filters.limit).offset(filters.offset))
        return tuple(
            PlaceRow(
                id=row.place_id,
                name=row.name,
                kind=row.kind,
                admin1=row.admin1,
                country=row.country,
                lat=row.lat,
                lon=row.lon,
                incidents=row.incidents,
                first=_day(row.first),
                last=_day(row.last),
            )
            for row in rows
        )


def count_places(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many places of current incidents the gazetteer knows."""
    query = sa.select(sa.func.count(sa.distinct(tables.incident.c.place_id))).where(*_place_conditions(filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def _place_conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    table = tables.incident
    yield table.c.ended.is_(None)
    yield table.c.place_id.is_not(None)
    if filters.place_id:
        yield table.c.place_id == filters.place_id
    if filters.country:
        yield table.c.country == filters.country
    if filters.words:
        yield sa.func.lower(table.c.place).contains(filters.words.lower(), autoescape=True)


def _day(moment: str | None) -> str | None:
    return moment[:10] if moment else None
