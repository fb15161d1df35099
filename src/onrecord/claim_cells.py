"""What a claim tells by itself, as the cells of a table: one definition for exports, archives and what the ledger keeps ready for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from onrecord.records import Claim, LinkRole, Participant, Place, PlaceKind, PlaceRelation, Quantity, Time

Cells = tuple[Any, ...]

FORM = 1  # of OWN and what stands in it: to be raised with every change, so that cells that were kept before are made anew
COSTS = ("killed", "injured", "casualties", "missing", "captured", "displaced")
BOUNDS = ("low", "best", "high")
POINT_LIKE = (PlaceKind.POINT, PlaceKind.POPULATED, PlaceKind.FACILITY)
NOT_AT_THE_POINT = (PlaceRelation.BETWEEN, PlaceRelation.ALONG, PlaceRelation.BORDER)

TIME = ("time_start", "time_end", "time_granularity", "time_precision_acled", "time_precision_ucdp")
PLACE = (
    *("place", "place_id", "place_kind", "place_relation", "country", "admin1"),
    *("latitude", "longitude", "radius_km", "geo_precision_acled", "geo_precision_ucdp"),
)
# The columns of what a claim tells, in the order of our tables; a table of claims has others between them.
OWN = (
    *("id", "kind", "type", "mode", "codable", "actors", "actor_text", "recipients", "recipient_text"),
    *(*TIME, "time_text", *PLACE, "place_text"),
    *(*(f"{cost}_{bound}" for cost in COSTS for bound in BOUNDS), "figures"),
    *("polarity", "certainty", "status", "according_to", "confidence", "rule"),
)


def own_cells(claim: Claim) -> Cells:
    """The cells of a claim under ``OWN``, written out in one piece: a million of them are asked for at once."""
    event, factuality = claim.event, claim.factuality
    chain = [link.text for link in claim.attribution if link.text and link.role is not LinkRole.PUBLISHER]
    return (
        claim.hash,
        str(claim.kind),
        event.type if event else None,
        joined(event.mode, by="/") if event else None,
        event.codable if event else False,
        *_party_cells(claim.actors),
        *_party_cells(claim.recipients),
        *time_cells(claim.time),
        claim.time.text if claim.time else None,
        *place_cells(claim.place),
        claim.place.text if claim.place else None,
        *_figure_cells(claim.quantities),
        str(factuality.polarity),
        str(factuality.certainty),
        str(factuality.status),
        joined(chain, by=" < "),
        claim.confidence,
        claim.origin_rule,
    )


def time_cells(time: Time | None) -> Cells:
    """The cells of ``TIME``."""
    if time is None:
        return _NO_TIME
    return time.start, time.end, str(time.granularity), time.acled_precision, time.ucdp_precision


def place_cells(place: Place | None) -> Cells:
    """The cells of ``PLACE``."""
    if place is None:
        return _NO_PLACE
    exact = at_a_point(place)
    return (
        place.name,
        place.id,
        str(place.kind),
        str(place.relation) if place.relation else None,
        place.country,
        place.admin1,
        degrees(place.lat) if exact else None,
        degrees(place.lon) if exact else None,
        place.radius_km,
        place.acled_precision,
        place.ucdp_precision,
    )


_NO_TIME = (None,) * len(TIME)
_NO_PLACE = (None,) * len(PLACE)


def at_a_point(place: Place | None) -> bool:
    """Whether its coordinates say where it happened: those of a province, a road or a country are only a point on a map."""
    if place is None or place.lat is None or place.lon is None:
        return False
    return place.kind in POINT_LIKE and place.relation not in NOT_AT_THE_POINT


def degrees(value: float | None) -> float | None:
    """A coordinate with six decimals, about 0.1 m."""
    return None if value is None else round(value, 6)


def _party_cells(parts: Sequence[Participant]) -> Cells:
    codes = [part.actor.code or part.actor.name for part in parts if part.actor]
    return joined(codes), said(parts)


def said(parts: Sequence[Participant]) -> str | None:
    """The report's words for participants, in one cell."""
    return joined([part.text for part in parts if part.text])


def joined(values: Sequence[str], *, by: str = "; ") -> str | None:
    """Values in one cell, each once; between "; ", where a semicolon inside one becomes a comma. None for none."""
    if len(values) < 2:
        return (values[0].replace(";", ",") if by == "; " else values[0]) or None if values else None
    return by.join(dict.fromkeys(value.replace(";", ",") if by == "; " else value for value in values)) or None


def own_figures(quantities: Sequence[Quantity]) -> dict[str, Quantity]:
    """Per kind, the first figure that is of the incident and no part of another."""
    return {str(quantity.of): quantity for quantity in reversed(quantities) if quantity.scope == "incident" and quantity.part_of is None}


def _figure_cells(quantities: Sequence[Quantity]) -> Cells:
    """Bounds only of what the incident cost; of several figures for one cost the first, the rest are in ``figures``."""
    if not quantities:
        return _NO_FIGURES
    bounds: list[float | None] = [None] * (len(COSTS) * len(BOUNDS))
    for cost, own in own_figures(quantities).items():
        if cost in _BOUNDS_AT:
            bounds[_BOUNDS_AT[cost]] = own.low, own.best, own.high
    return *bounds, joined([f"{quantity.text} ({quantity.of}, {quantity.scope})" for quantity in quantities])


_BOUNDS_AT = {cost: slice(at * len(BOUNDS), (at + 1) * len(BOUNDS)) for at, cost in enumerate(COSTS)}
_NO_FIGURES = (None,) * (len(COSTS) * len(BOUNDS) + 1)


# ── Columns ───────────────────────────────────────────────────────────────────────────────────────────────────────────

Column = list[Any] | None
"""The cells of one column; None where all are empty."""


class ClaimTable(NamedTuple):
    """Claims of a ledger as columns: ``own`` under ``OWN``, and what their reports and the ledger say of them, a cell for each claim."""

    own: list[Column]
    document: list[str]
    incident: list[str | None]
    denies: list[bool]
    voice: list[str | None]
    outlet: list[str | None]
    published: list[str | None]
    url: list[str | None]
    evidence: list[str | None]


def own_columns(claims: Iterable[Claim]) -> list[Column]:
    """The cells of claims, a column for each name in ``OWN``."""
    columns = zip(*map(own_cells, claims), strict=True)
    return [None if column.count(None) == len(column) else list(column) for column in columns]


def put_together(parts: Sequence[tuple[int, Sequence[Column]]], width: int) -> list[Column]:
    """Columns of several tables of so many rows each, one below the other. width: how many columns each has."""
    return [_below(parts, at) for at in range(width)]


def _below(parts: Sequence[tuple[int, Sequence[Column]]], at: int) -> Column:
    if all(columns[at] is None for _, columns in parts):
        return None
    whole: list[Any] = []
    for rows, columns in parts:
        whole.extend(columns[at] or [None] * rows)
    return whole


def pick(column: Column, rows: Sequence[int]) -> Column:
    """Some cells of a column."""
    return None if column is None else [column[row] for row in rows]
