"""How exactly a place is known: ACLED's and UCDP's scales, and a radius.

ACLED geo_precision: 1 the town named; 2 near it, or a part of a region that a town stands for; 3 a larger region.
UCDP GED where_prec: 1 exact; 2 within about 25 km; 3 second-level division; 4 first-level division; 5 line or vague region; 6 country;
7 international waters or airspace. Source: codebooks of ACLED (2023) and UCDP GED (version 23); unverified against later versions.
"""

from __future__ import annotations

from onrecord.gazetteer import Feature, Toponym
from onrecord.records import PlaceKind, PlaceRelation

NEAR_KM = 25.0  # "near" a point, after UCDP's code 2
_POINTS = (PlaceKind.POINT, PlaceKind.POPULATED, PlaceKind.FACILITY)
_INEXACT = (PlaceRelation.NEAR, PlaceRelation.OUTSIDE, PlaceRelation.DISTANCE)


def precision(kind: PlaceKind, relation: PlaceRelation | None, *, feature: Feature, within_division: bool, part: bool) -> tuple[int, int]:
    """ACLED and UCDP precision.  within_division: one first-level division holds it.  part: "northern X", not all of X."""
    if feature is Feature.SEA:
        return 3, 7
    if relation in (PlaceRelation.BORDER, PlaceRelation.BETWEEN, PlaceRelation.ALONG) or kind is PlaceKind.LINE:
        return 3, 5
    if kind in _POINTS:
        return (2, 2) if relation in _INEXACT else (1, 1)
    if kind is PlaceKind.ADMIN2:
        return 2, 3
    if kind is PlaceKind.COUNTRY:
        return 3, 5 if part else 6
    return 3, 4 if within_division or kind is PlaceKind.ADMIN1 else 5


def radius_km(place: Toponym, relation: PlaceRelation | None, *, part: bool, distance_km: float | None = None) -> float:
    """How far from the point the event may be, in km."""
    own = max(place.radius_km, 1.0)
    if relation is PlaceRelation.DISTANCE and distance_km is not None:
        return round(max(2.0, 0.25 * distance_km) + (0.0 if place.kind in _POINTS else own), 1)
    if relation in _INEXACT and place.kind in _POINTS:
        return max(NEAR_KM, own)
    return round(own / 2, 1) if part else own
