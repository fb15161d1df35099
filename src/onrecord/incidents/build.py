"""Turns a cluster of claims into an incident: one time, one place, its parties, ranges of figures, and a grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from onrecord.incidents.cluster import precision
from onrecord.incidents.facts import Facts
from onrecord.incidents.grade import attest, path_of, who_is_involved
from onrecord.incidents.ranges import range_of
from onrecord.records import Actor, Incident, Place, Time, Voice


def build_incident(
    claims: Sequence[Facts],
    denials: Sequence[Facts],
    voices: Mapping[str, Voice],
    *,
    id: str,
    policy: str,
    retracted: Collection[str] = (),
) -> Incident:
    """The incident that the claims assert; ``retracted``: documents whose reports were withdrawn."""
    told = [claim for claim in claims if claim.document not in retracted] or list(claims)
    attested = attest(claims, denials, voices, retracted=retracted)
    involved = who_is_involved(told)
    origins = {claim.hash: path_of(claim, voices, involved).origin for claim in told}
    return Incident(
        id=id,
        type=_commonest(claim.type for claim in told) or "",
        mode=_shared_modes(told),
        time=meet_times(told),
        place=choose_place(told),
        actors=_most_named(claim.actors for claim in told),
        recipients=_most_named(claim.recipients for claim in told),
        killed=range_of(told, "killed", policy=policy, origins=origins),
        injured=range_of(told, "injured", policy=policy, origins=origins),
        casualties=range_of(told, "casualties", policy=policy, origins=origins),
        missing=range_of(told, "missing", policy=policy, origins=origins),
        captured=range_of(told, "captured", policy=policy, origins=origins),
        displaced=range_of(told, "displaced", policy=policy, origins=origins),
        grade=attested.grade,
        grade_reason=attested.reason,
        voices=attested.voices,
        claims=tuple(claim.hash for claim in claims),
        denials=tuple(claim.hash for claim in denials),
    )


def _commonest(values: Iterable[str]) -> str | None:
    counts = Counter(values)
    return max(sorted(counts), key=lambda value: counts[value], default=None)


def _shared_modes(claims: Sequence[Facts]) -> tuple[str, ...]:
    """Every mode that at least a third of the claims with any give, commonest first."""
    stating = [claim for claim in claims if claim.modes]
    counts = Counter(mode for claim in stating for mode in sorted(claim.modes))
    return tuple(mode for mode, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if 3 * count >= len(stating))


# ── When ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def meet_times(claims: Sequence[Facts]) -> Time | None:
    """The stretch that the claims' times share; where they share none, the time that most and the most precise claims give."""
    timed = [claim for claim in claims if claim.start is not None and claim.end is not None and claim.time is not None]
    if not timed:
        return None
    timed.sort(key=lambda claim: ((claim.end or 0) - (claim.start or 0), claim.hash))
    chosen = max(timed, key=lambda claim: sum(_overlap(claim, other) > 0 for other in timed))
    start, end = chosen.start or 0, chosen.end or 0
    for claim in timed:
        meets_from, meets_to = max(start, claim.start or 0), min(end, claim.end or 0)
        if meets_from < meets_to:
            start, end = meets_from, meets_to
    time = chosen.time
    if time is None or (start, end) == (chosen.start, chosen.end):
        return time and msgspec.structs.replace(time, span=None, text=None, anchor=None)
    begins, ends = _moment(start), _moment(end)
    return msgspec.structs.replace(time, span=None, text=None, anchor=None, value=f"{begins}/{ends}", start=begins, end=ends)


def _overlap(one: Facts, other: Facts) -> int:
    return min(one.end or 0, other.end or 0) - max(one.start or 0, other.start or 0)


def _moment(minutes: int) -> str:
    return (datetime(1970, 1, 1) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


# ── Where and who ─────────────────────────────────────────────────────────────────────────────────────────────────────


def choose_place(claims: Sequence[Facts]) -> Place | None:
    """The most exact place that claims state, or else are lent; between equally exact ones, the one that most give."""
    placed = [claim for claim in claims if claim.spot is not None and claim.place is not None]
    if not placed:
        return None
    support = Counter(claim.spot.key for claim in placed if claim.spot)

    def worth(claim: Facts) -> tuple[bool, int, int, float, int, str]:
        spot = claim.spot
        if spot is None:
            return (False, 0, 0, 0.0, 0, claim.hash)
        return (not spot.lent, spot.level, support[spot.key], -spot.radius_km, precision(claim), claim.hash)

    place = max(placed, key=worth).place
    return place and msgspec.structs.replace(place, span=None, text=None, candidates=(), why=())


def _most_named(lists: Iterable[tuple[Actor, ...]]) -> tuple[Actor, ...]:
    """The actors, each once, those in most claims first; a general reading gives way to the named one of the same code."""
    counts: Counter[str] = Counter()
    best: dict[str, Actor] = {}
    for actors in lists:
        for key, actor in {actor.code or actor.name: actor for actor in actors}.items():
            counts[key] += 1
            best[key] = max(best.get(key, actor), actor, key=lambda one: (one.id is not None, one.confidence, one.name))
    # One slip of a coder among many claims is no party to the incident.
    enough = max(counts.values(), default=0) / 6
    ranked = sorted((key for key in counts if counts[key] >= enough), key=lambda key: (-counts[key], key))
    return tuple(msgspec.structs.replace(best[key], candidates=()) for key in ranked)
