"""The reports: in lists, by their words, as they were captured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.search import CLOSE, OPEN, count_hits, documents_with, ranked_hits
from onrecord.ledger.database.statements import batches, contains
from onrecord.ledger.query.filters import Filters
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
        yield contains(coding.c.outlet, filters.outlet)
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
