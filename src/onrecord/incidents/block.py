"""Finds the pairs of claims that are worth comparing: same type, times that meet, and something that could tell them to be one incident.

Every rule looks at the two claims alone, so that a pair is found whatever else is in the ledger.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from math import cos, floor, radians

from onrecord.incidents.facts import MINUTES_PER_DAY, Facts, Spot, stem

MOST_DAYS = 8  # a claim over more days is looked up by its first ones
CELL_DEGREES = 1.0
REACH_KM = 25.0
KM_PER_DEGREE = 111.0
WORDS = 6
FEWEST_TELLING = 3  # people: a toll of one or two tells nothing


# In every other report of a war: sharing them brings no two claims together (though it counts once they are).
COMMON = frozenset(
    stem(word)
    for word in (
        "kill killed killing wound wounding injure injuring civilian civilians people person soldier soldiers troop troops fighter fighters"
        " militant militants rebel rebels government police child children woman women resident residents house houses home homes bomb"
        " bombed bombing shell shelled shelling rocket rockets missile missiles drone drones airstrike raid raids blast explosion"
        " gunmen armed group groups security hospital least dozens several hundreds country capital neighbourhood battle fighting clash"
    ).split()
)


def find_pairs(claims: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    """Positions (lower first) of claims to compare; a pair may come twice."""
    documents: dict[str, list[int]] = defaultdict(list)
    dated: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at, claim in enumerate(claims):
        documents[claim.document].append(at)
        for day in days_of(claim):
            dated[(claim.type, day)].append(at)
    for members in documents.values():
        yield from combinations(members, 2)
    for (_, day), members in dated.items():
        for one, other in _meetings(claims, members):
            # Two claims of several days meet on each of them: the first is enough.
            if day == max(days_of(claims[one]).start, days_of(claims[other]).start):
                yield one, other


def _meetings(claims: Sequence[Facts], members: Sequence[int]) -> set[tuple[int, int]]:
    """Pairs of one day's claims that share a key of which one of them asks."""
    if len(members) < 2:
        return set()
    buckets: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for at in members:
        for key, asks in keys_of(claims[at]):
            buckets[key][asks].append(at)
    found: set[tuple[int, int]] = set()
    for answering, asking in buckets.values():
        for at, one in enumerate(asking):
            found.update((one, other) if one < other else (other, one) for other in asking[at + 1 :] if one != other)
            found.update((one, other) if one < other else (other, one) for other in answering if one != other)
    return found


def keys_of(claim: Facts) -> Iterator[tuple[str, bool]]:
    """The keys of a claim within a day and type, and whether it asks there: two claims meet if they share a key and one of them asks.

    Towns ask where they lie and by their names. What has no precise place asks by what could tell it from the day's other incidents:
    an exact toll, telling words. There the towns only answer: two towns' claims need not meet because both tell of a market.
    A denial often has neither, and asks by who is said to have done it.
    """
    spot = claim.spot
    precise = spot is not None and spot.level >= 3
    if spot is not None:
        for area in _areas(spot):
            yield area, True
    else:
        for word in sorted(claim.words):
            yield f"place {word}", False
    for figure in claim.figures:
        if figure.best is not None and figure.best >= FEWEST_TELLING and not figure.part:
            yield f"toll {figure.of} {figure.best:g}", not precise
    for word in sorted(claim.words - COMMON, key=_rank)[:WORDS]:
        yield f"word {word}", not precise
    for code in _doers(claim):
        yield f"doer {code}", claim.denies


@lru_cache(maxsize=16384)
def _rank(word: str) -> int:
    """An order of words that has nothing to do with their meaning: passages that share many share some of their first ones."""
    return zlib.crc32(word.encode())


def days_of(claim: Facts) -> range:
    """The days (since 1970) on which a claim may meet others; none when nothing dates it."""
    if claim.window is None:
        return range(0)
    first, last = claim.window[0] // MINUTES_PER_DAY, claim.window[1] // MINUTES_PER_DAY
    return range(first, min(last, first + MOST_DAYS) + 1)


def _areas(spot: Spot) -> Iterator[str]:
    if spot.lat is not None and spot.lon is not None and spot.level >= 3:
        yield from _cells(spot.lat, spot.lon, min(spot.radius_km, 60.0) + REACH_KM)
    if spot.level >= 2:
        for word in sorted(spot.stems):
            yield f"place {word}"


@lru_cache(maxsize=16384)
def _cells(lat: float, lon: float, reach_km: float) -> tuple[str, ...]:
    """The cells of a grid that a box around the point touches: two points within reach of one another share one."""
    high = reach_km / 2 / KM_PER_DEGREE
    wide = high / max(0.2, cos(radians(lat)))
    rows = range(floor((lat - high) / CELL_DEGREES), floor((lat + high) / CELL_DEGREES) + 1)
    columns = range(floor((lon - wide) / CELL_DEGREES), floor((lon + wide) / CELL_DEGREES) + 1)
    return tuple(f"cell {row} {column}" for row in rows for column in columns)


def _doers(claim: Facts) -> Iterator[str]:
    sides = (side for readings in claim.actor_sides for side in readings)
    codes = (f"{side.country}/{side.group}" if side.country else side.id for side in sides)
    yield from dict.fromkeys(code for code in codes if code)
