"""The people whom reports say were killed, injured or taken, as each report says it: nobody is merged with anybody."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.statements import batches
from onrecord.ledger.store import Ledger
from onrecord.records import ClaimInContext, Coding, Record, Victim


class VictimInReport(Record, frozen=True):
    """A victim with the report that tells of them. ``text``: the report's words."""

    victim: Victim
    document: str
    outlet: str | None
    claim: str
    text: str


def list_victims(ledger: Ledger, claims: Iterable[ClaimInContext]) -> tuple[VictimInReport, ...]:
    """The victims of the claims, report by report."""
    known = {(found.document, found.claim.id): found for found in claims if not found.denies}
    coding, document = tables.coding, tables.document
    query = sa.select(coding.c.document, coding.c.record, document.c.text).join_from(coding, document).where(coding.c.current)
    victims = []
    with ledger.reading() as connection:
        for some in batches(sorted({document for document, _ in known})):
            for row in connection.execute(query.where(coding.c.document.in_(some)).order_by(coding.c.seq)):
                for victim in unpack(row.record, Coding).victims:
                    found = known.get((row.document, victim.claim))
                    if found is not None:
                        words = (row.text or "")[victim.span[0] : victim.span[1]]
                        victims.append(
                            VictimInReport(
                                victim=victim,
                                document=row.document,
                                outlet=found.outlet,
                                claim=found.claim.hash,
                                text=" ".join(words.split()),
                            )
                        )
    return tuple(victims)
