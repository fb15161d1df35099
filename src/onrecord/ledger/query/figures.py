"""Running figures of the reports, compared with the incidents."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.linking.reading import reported
from onrecord.ledger.linking.voices import read_voices
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.store import Ledger
from onrecord.records import Claim, ReportedClaim, Tally
from onrecord.tallies import track_tallies


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
