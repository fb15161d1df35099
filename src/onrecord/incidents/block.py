"""Finds the pairs of claims that are worth comparing: same type, times that meet, places that could be one.

Every rule looks at the two claims alone, so that a pair is found whatever else is in the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import cos, floor, radians

from onrecord.incidents.facts import MINUTES_PER_DAY, Facts, Spot

MOST_DAYS = 8  # a claim over more days is looked up by its first ones
CELL_DEGREES = 1.0
REACH_KM = 25.0
KM_PER_DEGREE = 111.0
Key = tuple[object, ...]


def find_pairs(claims: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    """Positions (lower first) of claims to compare, each pair once, in order."""
    buckets: dict[Key, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for at, claim in enumerate(claims):
        for key, asks in keys_of(claim):
            buckets[key][asks].append(at)
    partners: dict[int, set[int]] = defaultdict(set)
    for answering, asking in buckets.values():
        for at, one in enumerate(asking):
            for other in (*asking[at + 1 :], *answering):
                partners[min(one, other)].add(max(one, other))
    for one in sorted(partners):
        for other in sorted(partners[one]):
            if one != other:
                yield one, other


def keys_of(claim: Facts) -> Iterator[tuple[Key, bool]]:
    """The buckets of a claim, and whether it asks there: two claims that share a bucket are compared if one of them asks.

    Towns ask where they lie and by their names. What has no precise place asks by province and by who took part,
    and there the towns only answer: two towns' claims need not meet because the same army was in both.
    """
    yield ("document", claim.document), True
    spot = claim.spot
    precise = spot is not None and spot.level >= 3
    for day in days_of(claim):
        for area in _areas(spot):
            yield (claim.type, day, *area), True
        if spot is not None and spot.admin1:
            yield (claim.type, day, "admin1", spot.country, spot.admin1), not precise
        for code in _involved(claim):
            yield (claim.type, day, "who", code), not precise


def days_of(claim: Facts) -> range:
    """The days (since 1970) on which a claim may meet others; none when nothing dates it."""
    if claim.window is None:
        return range(0)
    first, last = claim.window[0] // MINUTES_PER_DAY, claim.window[1] // MINUTES_PER_DAY
    return range(first, min(last, first + MOST_DAYS) + 1)


def _areas(spot: Spot | None) -> Iterator[Key]:
    if spot is None:
        return
    if spot.lat is not None and spot.lon is not None and spot.level >= 3:
        yield from _cells(spot.lat, spot.lon, min(spot.radius_km, 60.0) + REACH_KM)
    if spot.level >= 2:
        for word in sorted(spot.words):
            yield ("word", word)


def _cells(lat: float, lon: float, reach_km: float) -> Iterator[Key]:
    """The cells of a grid that a box around the point touches: two points within reach of one another share one."""
    high = reach_km / 2 / KM_PER_DEGREE
    wide = high / max(0.2, cos(radians(lat)))
    for row in range(floor((lat - high) / CELL_DEGREES), floor((lat + high) / CELL_DEGREES) + 1):
        for column in range(floor((lon - wide) / CELL_DEGREES), floor((lon + wide) / CELL_DEGREES) + 1):
            yield ("cell", row, column)


def _involved(claim: Facts) -> Iterator[str]:
    sides = (side for readings in (*claim.actor_sides, *claim.recipient_sides) for side in readings)
    codes = (f"{side.country}/{side.group}" if side.country else side.id for side in sides)
    yield from dict.fromkeys(code for code in codes if code)
