"""Reads much of the ledger at once, for exports: in parts of reports, so that memory does not grow with it.

A part is a stretch of codings in the order in which they came; parts can be read one after the other or by several processes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.claim_cells import OWN, ClaimTable, Column, own_columns, pick, put_together
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.statements import batches
from onrecord.ledger.query.claims import CitedReport, cited_reports, claims_by_incident, in_context
from onrecord.ledger.query.filters import Filters, claim_conditions, incident_conditions
from onrecord.ledger.query.incidents import READING_ORDER, incidents_named
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.rows import coding_from, columns_from
from onrecord.records import Claim, ClaimInContext, Coding, Incident, Record, words_at

CLAIMS_AT_ONCE = 1000
INCIDENTS_AT_ONCE = 200
CODINGS_AT_ONCE = 50
NO_LINK = (None, False)


class Part(Record, frozen=True):
    """A stretch of codings: their first and last number in the ledger, both included, and how many claims they have."""

    first: int
    last: int
    claims: int


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cycles meanwhile: records are trees, and walking through thousands of fresh ones costs more than reading them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# ── Claims ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def claim_parts(ledger: Ledger, filters: Filters = Filters()) -> list[Part]:  # noqa: B008 - frozen
    """The current codings in parts of about ``CLAIMS_AT_ONCE`` claims; of one report only where the filters name one."""
    coding = tables.coding
    query = sa.select(coding.c.seq, coding.c.claims).where(coding.c.current, coding.c.claims > 0).order_by(coding.c.seq)
    if filters.document:
        query = query.where(coding.c.document == filters.document)
    parts: list[Part] = []
    first, last, claims = 0, 0, 0
    with ledger.reading() as connection:
        for seq, number in connection.execute(query):
            first, last, claims = first or seq, seq, claims + number
            if claims >= CLAIMS_AT_ONCE:
                parts.append(Part(first=first, last=last, claims=claims))
                first, claims = 0, 0
    return [*parts, Part(first=first, last=last, claims=claims)] if claims else parts


def read_part(ledger: Ledger, part: Part, filters: Filters = Filters()) -> list[ClaimInContext]:  # noqa: B008 - frozen
    """The claims of a part that fulfil the filters, by report and position; limit and offset are not looked at."""
    claim, coding = tables.claim, tables.coding
    query = (
        sa.select(claim.c.hash, claim.c.record, claim.c.coding)
        .select_from(claim.join(coding))
        .where(claim.c.coding.between(part.first, part.last), coding.c.current, *claim_conditions(ledger, filters))
        .order_by(claim.c.coding, claim.c.position)
    )
    with ledger.reading() as connection, collector_paused():
        rows = connection.execute(query).all()
        reports = cited_reports(connection, sorted({coding_ for _, _, coding_ in rows}))
        links = _links(connection, sorted({report.document for report in reports.values()}))
        return [in_context(reports[coding_], record, *links.get(hash, NO_LINK)) for hash, record, coding_ in rows]


def read_table(ledger: Ledger, part: Part, filters: Filters = Filters()) -> ClaimTable:  # noqa: B008 - frozen
    """As ``read_part``, column by column: from the cells that the ledger keeps ready, so that no claim is unpacked."""
    coding, cells = tables.coding, tables.cells
    query = sa.select(coding.c.seq, cells.c.form, cells.c.columns).join_from(coding, cells, coding.c.seq == cells.c.coding, isouter=True)
    query = query.where(coding.c.seq.between(part.first, part.last), coding.c.current, coding.c.claims > 0).order_by(coding.c.seq)
    with ledger.reading() as connection, collector_paused():
        wanted = _wanted(connection, part, list(claim_conditions(ledger, filters)))
        found = [
            (row.seq, _kept(columns_from(row.form, row.columns) or _made(connection, row.seq), wanted, row.seq))
            for row in connection.execute(query).all()
        ]
        reports = cited_reports(connection, [seq for seq, _ in found])
        links = _links(connection, sorted({report.document for report in reports.values()}))
    return _claim_table([(reports[seq], columns) for seq, columns in found if columns[0]], links)


def _wanted(connection: Connection, part: Part, conditions: Sequence[sa.ColumnElement[bool]]) -> dict[int, list[int]] | None:
    """Per coding, the positions of the claims that fulfil the conditions; None without any."""
    if not conditions:
        return None
    claim, coding = tables.claim, tables.coding
    query = sa.select(claim.c.coding, claim.c.position).select_from(claim.join(coding))
    query = query.where(claim.c.coding.between(part.first, part.last), coding.c.current, *conditions)
    found: dict[int, list[int]] = {}
    for seq, position in connection.execute(query.order_by(claim.c.coding, claim.c.position)):
        found.setdefault(seq, []).append(position)
    return found


def _kept(columns: list[Column], wanted: Mapping[int, Sequence[int]] | None, seq: int) -> list[Column]:
    return columns if wanted is None else [pick(column, wanted.get(seq, ())) for column in columns]


def _made(connection: Connection, seq: int) -> list[Column]:
    """The columns of a coding that has none kept, from its claims."""
    claim = tables.claim
    query = sa.select(claim.c.record).where(claim.c.coding == seq).order_by(claim.c.position)
    claims = [unpack(record, Claim) for record in connection.scalars(query)]
    return [*own_columns(claims), [claim.evidence for claim in claims]]


def _claim_table(found: Sequence[tuple[CitedReport, list[Column]]], links: Mapping[str, tuple[str | None, bool]]) -> ClaimTable:
    """The table of claims, a report below the other. The last column of each are the spans of the evidence."""
    counted = [(report, len(columns[0] or ()), columns) for report, columns in found]
    *own, _ = put_together([(rows, columns) for _, rows, columns in counted], len(OWN) + 1)
    linked = [links.get(id, NO_LINK) for id in own[0] or ()]
    each = [report for report, rows, _ in counted for _ in range(rows)]
    return ClaimTable(
        own=own,
        document=[report.document for report in each],
        incident=[incident for incident, _ in linked],
        denies=[bool(denies) for _, denies in linked],
        voice=[report.voice.name if report.voice else None for report in each],
        outlet=[report.outlet for report in each],
        published=[report.published for report in each],
        url=[report.url for report in each],
        evidence=[words_at(report.text, spans) or None for report, _, columns in counted for spans in columns[-1] or ()],
    )


def _links(connection: Connection, documents: Sequence[str]) -> dict[str, tuple[str | None, bool]]:
    """Per linked claim of the reports its incident, and whether it denies it; by report, which is one search for many claims."""
    linked = tables.linked
    query = sa.select(linked.c.claim, linked.c.incident, linked.c.denies)
    return {
        claim: (incident, denies)
        for some in batches(documents)
        for claim, incident, denies in connection.execute(query.where(linked.c.document.in_(some)))
    }


def stream_claims(ledger: Ledger, filters: Filters = Filters()) -> Iterator[ClaimInContext]:  # noqa: B008 - frozen
    """The claims of current codings that fulfil the filters, as ``list_claims`` orders them."""
    to_skip, left = filters.offset, filters.limit
    for part in claim_parts(ledger, filters):
        for found in read_part(ledger, part, filters):
            if to_skip:
                to_skip -= 1
                continue
            if left is not None:
                if left <= 0:
                    return
                left -= 1
            yield found


# ── Incidents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def stream_incidents(ledger: Ledger, filters: Filters = Filters()) -> Iterator[tuple[Incident, tuple[ClaimInContext, ...]]]:  # noqa: B008
    """The incidents that fulfil the filters with their claims and denials, in the order of ``list_incidents``."""
    table = tables.incident
    query = sa.select(table.c.id).where(*incident_conditions(ledger, filters)).order_by(*READING_ORDER)
    with ledger.reading() as connection:
        ids = list(connection.scalars(query.limit(filters.limit).offset(filters.offset)))
    for start in range(0, len(ids), INCIDENTS_AT_ONCE):
        some = ids[start : start + INCIDENTS_AT_ONCE]
        with collector_paused():
            incidents, claims = incidents_named(ledger, some), claims_by_incident(ledger, some)
        for id in some:
            if id in incidents:
                yield incidents[id], claims[id]


# ── Reports ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def stream_codings(ledger: Ledger, filters: Filters = Filters()) -> Iterator[Coding]:  # noqa: B008 - frozen
    """The current codings, whole, in the order in which they came: of reports with a claim that fulfils the filters, where any is set."""
    claim, coding = tables.claim, tables.coding
    query = sa.select(coding.c.seq).where(coding.c.current).order_by(coding.c.seq)
    conditions = list(claim_conditions(ledger, filters))
    if conditions:
        query = query.where(coding.c.seq.in_(sa.select(claim.c.coding).join_from(claim, coding).where(coding.c.current, *conditions)))
    with ledger.reading() as connection:
        numbers = list(connection.scalars(query.limit(filters.limit).offset(filters.offset)))
    for start in range(0, len(numbers), CODINGS_AT_ONCE):
        yield from _read_codings(ledger, numbers[start : start + CODINGS_AT_ONCE])


def _read_codings(ledger: Ledger, numbers: Sequence[int]) -> list[Coding]:
    claim, coding, document = tables.claim, tables.coding, tables.document
    claims: dict[int, list[bytes]] = {}
    with ledger.reading() as connection, collector_paused():
        own = sa.select(claim.c.coding, claim.c.record).where(claim.c.coding.in_(numbers)).order_by(claim.c.coding, claim.c.position)
        for number, record in connection.execute(own):
            claims.setdefault(number, []).append(record)
        query = sa.select(coding.c.seq, coding.c.record, document.c.text).join_from(coding, document).where(coding.c.seq.in_(numbers))
        return [coding_from(row.record, row.text, claims.get(row.seq, [])) for row in connection.execute(query.order_by(coding.c.seq))]
