"""Reads what linking needs: claims with their relations, and the decisions that it obeys."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.incidents import Ruling
from onrecord.incidents.facts import APART, PARTS, TIES
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.settings import read_setting
from onrecord.ledger.database.statements import SEVERAL
from onrecord.ledger.database.team_tables import review
from onrecord.ledger.review.correction import apply_values
from onrecord.ledger.store.carry import latest, successors
from onrecord.records import Claim, IncidentRelation, IncidentState, RelationType, ReportedClaim

Relations = Mapping[int, Sequence[tuple[str, str, str]]]


def read_claims(
    connection: Connection, where: sa.ColumnElement[bool], relations: Mapping[int, list[tuple[str, str, str]]]
) -> Iterator[ReportedClaim]:
    """The linkable claims of current codings that fulfil a condition, as linking takes them."""
    claim, coding, document = tables.claim, tables.coding, tables.document
    query = (
        sa.select(claim.c.hash, claim.c.record, claim.c.coding, coding.c.document, coding.c.published, document.c.text)
        .join_from(claim, coding)
        .join(document)
        .where(coding.c.current, claim.c.linkable, where)
    )
    reviewed = _settled(connection)
    for row in connection.execute(query.execution_options(yield_per=2000)):
        claim_ = _as_reviewed(unpack(row.record, Claim), reviewed.get(row.hash, {}))
        if claim_ is not None:
            yield reported(claim_, row.document, row.published, row.text or "", relations.get(row.coding, ()))


def _settled(connection: Connection) -> dict[str, dict[str, Any] | None]:
    """What people put in place of the machine's values, per claim; None where they reject it."""
    query = sa.select(review.c.claim, review.c.settled).where(review.c.settled.is_not(None))
    return {row.claim: json.loads(row.settled) for row in connection.execute(query)}


def _as_reviewed(claim: Claim, values: dict[str, Any] | None) -> Claim | None:
    return None if values is None else apply_values(claim, values)


def reported(claim: Claim, document: str, published: str | None, text: str, relations: Iterable[tuple[str, str, str]]) -> ReportedClaim:
    """A claim with what its report's relations say of it; ``relations``: source hash, target hash, type."""
    same, different, parts = set(), set(), []
    for source, target, kind in relations:
        if claim.hash not in (source, target):
            continue
        other = target if source == claim.hash else source
        type = RelationType(kind)
        if type in TIES:
            same.add(other)
        if type in APART:
            different.add(other)
        if type in PARTS and source == claim.hash:
            parts.append(IncidentRelation(type=type, to=target))
    return ReportedClaim(
        document=document,
        published=published,
        claim=claim,
        same_event=tuple(sorted(same)),
        different=tuple(sorted(different - same)),
        text=" ".join(text[start:end] for start, end in claim.evidence),
        relations=tuple(parts),
    )


def read_relations(connection: Connection, codings: Sequence[int] | None = None) -> dict[int, list[tuple[str, str, str]]]:
    """Per coding, its relations between claims; of all current ones when none are named."""
    table = tables.relation
    query = sa.select(table.c.coding, table.c.source, table.c.target, table.c.type)
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    parts = [None] if codings is None else [codings[at : at + SEVERAL] for at in range(0, len(codings), SEVERAL)]
    for part in parts:
        for row in connection.execute(query if part is None else query.where(table.c.coding.in_(part))):
            found[row.coding].append((row.source, row.target, row.type))
    return found


def read_by_hash(connection: Connection, hashes: Sequence[str]) -> Iterator[ReportedClaim]:
    """The linkable claims of current codings with those hashes."""
    codings = connection.scalars(
        sa.select(tables.claim.c.coding)
        .join_from(tables.claim, tables.coding)
        .where(tables.coding.c.current, tables.claim.c.hash.in_(hashes))
    )
    yield from read_claims(connection, tables.claim.c.hash.in_(hashes), read_relations(connection, sorted(set(codings))))


# ── Decisions that linking obeys ──────────────────────────────────────────────────────────────────────────────────────


def read_ruling(connection: Connection) -> Ruling:
    """What people decided about pairs of claims; a later decision about the same pair wins."""
    pairs: dict[tuple[str, str], bool] = {}
    known = successors(connection)
    for row in connection.execute(sa.select(tables.decision.c.target, tables.decision.c.after).order_by(tables.decision.c.seq)):
        for key, together in (("same_as", True), ("not_same_as", False)):
            other = json.loads(row.after or "{}").get(key)
            if other:
                one, two = sorted((latest(row.target, known), latest(other, known)))
                pairs[(one, two)] = together
    return Ruling(
        together=frozenset(pair for pair, together in pairs.items() if together),
        apart=frozenset(pair for pair, together in pairs.items() if not together),
    )


def pending_rulings(connection: Connection) -> set[str]:
    """The claims of decisions about pairs, and of verdicts, that were made since the last linking."""
    done = int(read_setting(connection, "linked_decision") or 0)
    table = tables.decision
    found = set()
    for row in connection.execute(sa.select(table.c.target, table.c.after).where(table.c.seq > done)):
        after = json.loads(row.after or "{}")
        if row.target.startswith("clm-") and ("state" in after or "undo" in after):
            found.add(row.target)
        for key in ("same_as", "not_same_as"):
            if key in after:
                found |= {row.target, after[key]}
    return found


def states_of(connection: Connection) -> dict[str, IncidentState]:
    """Per incident, the state that the last decision about it gave."""
    found = {}
    for row in connection.execute(sa.select(tables.decision.c.target, tables.decision.c.after).order_by(tables.decision.c.seq)):
        state = json.loads(row.after or "{}").get("state")
        if row.target.startswith("inc-") and state in set(IncidentState):
            found[row.target] = IncidentState(state)
    return found
