"""Carries decisions about claims over to a newer coding of the same text.

Where the words and the value are the same they hold; elsewhere a person looks again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.store.compare import changed_fields, match_claims
from onrecord.records import Claim

PAIRS = ("same_as", "not_same_as")


def carry_over(connection: Connection, document: str, before: int, after: int) -> None:
    """Writes down, for every claim of the coding ``before`` that people decided about, what stands for it in ``after``."""
    old, new = _claims(connection, before), _claims(connection, after)
    decided = decided_claims(connection, {claim.hash for claim in old})
    if not decided:
        return
    pairs, lost, _ = match_claims(old, new)
    found = []
    for one, other in pairs:
        fields = changed_fields(one, other)
        if one.hash in decided and one.hash != other.hash:
            found.append(_row(document, one, other.hash, f"the new coding differs in {', '.join(fields)}" if fields else None))
    found += [_row(document, claim, "", "the new coding has no such claim") for claim in lost if claim.hash in decided]
    if found:
        connection.execute(tables.carried.insert(), found)


def _row(document: str, claim: Claim, after: str, queued: str | None) -> dict[str, str | None]:
    return {"before": claim.hash, "after": after, "document": document, "queued": queued}


def _claims(connection: Connection, coding: int) -> tuple[Claim, ...]:
    query = sa.select(tables.claim.c.record).where(tables.claim.c.coding == coding).order_by(tables.claim.c.position)
    return tuple(unpack(record, Claim) for record in connection.scalars(query))


def decided_claims(connection: Connection, claims: set[str]) -> set[str]:
    """Which of the claims some decision is about, itself or through another that was carried over to it."""
    table = tables.decision
    about: set[str] = set()
    for target, after in connection.execute(sa.select(table.c.target, table.c.after)):
        values = json.loads(after or "{}")
        about |= {target, *(values[key] for key in PAIRS if key in values)}
    known = successors(connection)
    return claims & {*about, *(latest(claim, known) for claim in about)}


def successors(connection: Connection) -> dict[str, str]:
    """Per claim of an older coding, the claim that what was decided about it holds for now."""
    table = tables.carried
    return {row.before: row.after for row in connection.execute(sa.select(table.c.before, table.c.after).where(table.c.queued.is_(None)))}


def latest(claim: str, known: Mapping[str, str]) -> str:
    """The last claim that stands for one, through any number of codings."""
    seen = {claim}
    while (following := known.get(claim)) is not None and following not in seen:
        seen.add(following)
        claim = following
    return claim


def queue(connection: Connection) -> list[tuple[str, str, str, str]]:
    """What people must look at again: document, older claim, newer claim ("" if none), why."""
    table = tables.carried
    query = sa.select(table.c.document, table.c.before, table.c.after, table.c.queued).where(table.c.queued.is_not(None))
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query.order_by(table.c.document, table.c.before))]


def earlier_claims(connection: Connection, claim: str) -> tuple[str, ...]:
    """The claims of older codings that this one stands for, and itself last."""
    table = tables.carried
    found, fresh = [claim], [claim]
    while fresh:
        query = sa.select(table.c.before).where(table.c.after.in_(fresh), table.c.queued.is_(None), table.c.before.not_in(found))
        fresh = sorted(set(connection.scalars(query)))
        found += fresh
    return tuple(reversed(found))
