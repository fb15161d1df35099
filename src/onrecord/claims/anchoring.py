"""Times taken from another claim: a re-mention's from its event, a violation's from its agreement, a relative clause's."""

from __future__ import annotations

import msgspec

from onrecord.claims.circumstances import inferred_time
from onrecord.records import Agreement, Claim, Granularity, Relation, RelationType, Time, TimeBasis


def anchor_times(
    claims: tuple[Claim, ...],
    relations: tuple[Relation, ...],
    agreements: tuple[Agreement, ...],
    published: str | None,
    relative: frozenset[str] = frozenset(),
) -> tuple[Claim, ...]:
    """The claims, those without a time of their own anchored where grammar or the agreement's date allows it.

    relative: ids of claims that stand in relative clauses.
    """
    by_id = {claim.id: claim for claim in claims}
    anchored: dict[str, Time] = {}
    for relation in relations:
        source, target = by_id[relation.source], by_id[relation.target]
        if (
            relation.type is RelationType.SAME_EVENT
            and _untimed(source)
            and not source.actors
            and target.time is not None
            and target.time.span
        ):
            anchored[source.id] = msgspec.structs.replace(
                target.time, span=None, text=None, basis=TimeBasis.ANCHORED, anchor=target.time.anchor
            )
    for agreement in agreements:
        for identity in agreement.claims:
            claim = by_id[identity]
            if agreement.time is not None and agreement.time.start is not None and _untimed(claim):
                anchored[identity] = _since(agreement.time, published, ends=identity in agreement.violations)
    for claim in claims:
        period = _period(claim, claims) if claim.id in relative and _untimed(claim) and claim.id not in anchored else None
        if period is not None:
            anchored[claim.id] = msgspec.structs.replace(period, span=None, text=None, basis=TimeBasis.ANCHORED)
    return tuple(msgspec.structs.replace(c, time=anchored[c.id]) if c.id in anchored else c for c in claims)


def _period(claim: Claim, claims: tuple[Claim, ...]) -> Time | None:
    """The period that the main clause is told of ("Since 2011, it has taken in people who fled"), or None."""
    times = [c.time for c in claims if c.sentence == claim.sentence and c.time is not None and c.time.span is not None]
    return next((time for time in times if "/" in time.value and time.start is not None), None)


def _untimed(claim: Claim) -> bool:
    return claim.time is None or claim.time.basis is TimeBasis.INFERRED


def _since(start: Time, published: str | None, *, ends: bool) -> Time:
    """From the beginning of an agreement on; what has happened since then ends with the publication day."""
    until = inferred_time(published) if ends else None
    return msgspec.structs.replace(
        start,
        span=None,
        text=None,
        value=f"{start.value}/..",
        end=until.end if until is not None else None,
        granularity=Granularity.OPEN,
        basis=TimeBasis.ANCHORED,
        anchor=None,
    )
