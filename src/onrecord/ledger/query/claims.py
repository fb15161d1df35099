"""Claims with their words and the report that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.statements import batches
from onrecord.ledger.linking.voices import read_voices
from onrecord.ledger.query.filters import Filters, claim_conditions
from onrecord.ledger.store import Ledger
from onrecord.records import Claim, ClaimInContext, Incident, Record, Voice, words_at


class CitedReport(Record, frozen=True):
    """What is cited of a report: by whom and when it was printed, title and address of its first appearance, whose voice it is."""

    document: str
    text: str
    outlet: str | None
    published: str | None
    title: str | None
    url: str | None
    voice: Voice | None


def list_claims(ledger: Ledger, filters: Filters = Filters()) -> tuple[ClaimInContext, ...]:  # noqa: B008 - frozen
    """The claims of current codings that fulfil the filters, by document and position."""
    claim, coding = tables.claim, tables.coding
    query = _CLAIMS.where(*claim_conditions(ledger, filters)).order_by(coding.c.seq, claim.c.position)
    with ledger.reading() as connection:
        return _read_contexts(connection, query.limit(filters.limit).offset(filters.offset))


_CLAIMS = (
    sa.select(tables.claim.c.record, tables.claim.c.coding, tables.linked.c.incident, tables.linked.c.denies)
    .select_from(tables.claim.join(tables.coding).outerjoin(tables.linked, tables.linked.c.claim == tables.claim.c.hash))
    .where(tables.coding.c.current)
)


def _read_contexts(connection: Connection, query: sa.Select[Any]) -> tuple[ClaimInContext, ...]:
    found = list(connection.execute(query))
    reports = cited_reports(connection, sorted({row.coding for row in found}))
    return tuple(in_context(reports[row.coding], row.record, row.incident, row.denies) for row in found)


def cited_reports(connection: Connection, codings: Sequence[int]) -> dict[int, CitedReport]:
    """Per coding, its report as claims cite it."""
    coding, document, appearance = tables.coding, tables.document, tables.appearance
    query = sa.select(coding.c.seq, coding.c.document, coding.c.outlet, coding.c.published, document.c.text).join_from(coding, document)
    found: dict[int, CitedReport] = {}
    for some in batches(codings):
        rows = connection.execute(query.where(coding.c.seq.in_(some))).all()
        documents = sorted({row.document for row in rows})
        voices = read_voices(connection, documents)
        printed: dict[str, tuple[str | None, str | None]] = {}
        seen = sa.select(appearance.c.document, appearance.c.title, appearance.c.url).where(appearance.c.document.in_(documents))
        for row in connection.execute(seen.order_by(appearance.c.seq)):
            printed.setdefault(row.document, (row.title, row.url))
        found.update((row.seq, _cited(row, voices, printed)) for row in rows)
    return found


def _cited(row: Any, voices: Mapping[str, Voice], printed: Mapping[str, tuple[str | None, str | None]]) -> CitedReport:
    title, url = printed.get(row.document, (None, None))
    return CitedReport(
        document=row.document,
        text=row.text or "",
        outlet=row.outlet,
        published=row.published,
        title=title,
        url=url,
        voice=voices.get(row.document),
    )


def in_context(report: CitedReport, record: bytes, incident: str | None, denies: bool | None) -> ClaimInContext:
    """A stored claim with its report; ``incident``, ``denies``: what it is linked to."""
    claim = unpack(record, Claim)
    return ClaimInContext(
        claim=claim,
        document=report.document,
        text=words_at(report.text, claim.evidence),
        outlet=report.outlet,
        published=report.published,
        title=report.title,
        url=report.url,
        incident=incident,
        denies=bool(denies),
        voice=report.voice,
    )


def count_claims(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many claims of current codings fulfil the filters, whatever their limit."""
    claim, coding = tables.claim, tables.coding
    query = sa.select(sa.func.count()).select_from(claim.join(coding)).where(coding.c.current, *claim_conditions(ledger, filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


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
