"""Claims of events as CAMEO rows in the 26 columns of the Phoenix pipeline, for tools that read those. They are not Phoenix data.

Columns and quad classes after the Phoenix pipeline of the Open Event Data Alliance.
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.claim_cells import at_a_point, degrees
from onrecord.export.account import first_day
from onrecord.export.countries import country_name
from onrecord.export.layout import Column, Layout, LeftOut, Row, by_name, day, empty, integer, number, text
from onrecord.records import ClaimInContext, Participant

SIDES = (("Source", "who did it"), ("Target", "to whom it was done"))
QUAD_CLASSES = {0: ("01", "02"), 1: ("03", "04", "05"), 2: ("06", "07", "08"), 3: ("09", "10", "11", "12", "13", "16")}
MATERIAL_CONFLICT = 4


def _side(name: str, role: str) -> tuple[Column, ...]:
    return (
        text(f"{name}ActorFull", f"code of {role}: country and sectors without spaces"),
        text(f"{name}ActorEntity", "country, ISO 3166-1 alpha-3"),
        text(f"{name}ActorRole", "first PLOVER sector"),
        text(f"{name}ActorAttribute", "further PLOVER sectors, joined by ;"),
    )


COLUMNS = (
    text("EventID", "content-hash id of the claim; not a Phoenix id"),
    day("Date", "first day of the interval, YYYYMMDD"),
    integer("Year", "of Date"),
    integer("Month", "of Date"),
    integer("Day", "of Date"),
    *_side(*SIDES[0]),
    *_side(*SIDES[1]),
    text("EventCode", "CAMEO code, the first where the event has several"),
    text("EventRootCode", "its first two digits"),
    integer("QuadClass", "0 neutral, 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict"),
    empty("GoldsteinScore", "the scale's numbers are not reproduced"),
    empty("Issues", "Phoenix' own word lists; PLOVER contexts stand in polecat_like"),
    number("Lat", "empty unless the place is a point, a settlement or a facility"),
    number("Lon", "empty unless the place is a point, a settlement or a facility"),
    text("LocationName", "name of the place"),
    text("StateName", "first-order division"),
    text("CountryName", "country of the place"),
    text("SentenceID", "id of the report and number of the sentence"),
    text("URLs", "address of the report"),
    text("NewsSources", "outlet"),
)
NOTES = (
    "A row is what one report says of one event: the one-a-day filter of the pipeline is not applied.",
    "Claims without a CAMEO code, a first day or a known side have no row.",
    "Tab-separated without quotes and with a header; codes of actors are PLOVER's, not CAMEO's.",
)


def phoenix_row(found: ClaimInContext) -> Row | LeftOut:
    """The row of a claim, or why it has none."""
    claim, event, began = found.claim, found.claim.event, first_day(found.claim.time)
    if event is None or not event.codable or not event.cameo:
        return LeftOut("no CAMEO code")
    if began is None:
        return LeftOut("no first day")
    sides = _side_cells("Source", claim.actors) | _side_cells("Target", claim.recipients)
    if not any(sides.values()):
        return LeftOut("neither side is known")
    code, place = event.cameo[0], claim.place
    exact = place if place is not None and at_a_point(place) else None
    return {
        "EventID": claim.hash,
        "Date": began.replace("-", ""),
        "Year": int(began[:4]),
        "Month": int(began[5:7]),
        "Day": int(began[8:10]),
        **sides,
        "EventCode": code,
        "EventRootCode": code[:2],
        "QuadClass": quad_class(code),
        "Lat": degrees(exact.lat) if exact else None,
        "Lon": degrees(exact.lon) if exact else None,
        "LocationName": place.name if place else None,
        "StateName": place.admin1 if place else None,
        "CountryName": country_name(place.country) if place else None,
        "SentenceID": f"{found.document}_{claim.sentence}",
        "URLs": found.url,
        "NewsSources": found.outlet,
    }


def quad_class(code: str) -> int:
    """The pipeline's class of a CAMEO code.

    >>> quad_class("012"), quad_class("163"), quad_class("190")
    (0, 3, 4)
    """
    return next((quad for quad, roots in QUAD_CLASSES.items() if code[:2] in roots), MATERIAL_CONFLICT)


def _side_cells(name: str, parts: Sequence[Participant]) -> Row:
    actor = next((part.actor for part in parts if part.actor is not None), None)
    if actor is None:
        return {}
    return {
        f"{name}ActorFull": "".join([actor.country or "", *actor.sectors]) or actor.code or None,
        f"{name}ActorEntity": actor.country,
        f"{name}ActorRole": actor.sectors[0] if actor.sectors else None,
        f"{name}ActorAttribute": ";".join(actor.sectors[1:]) or None,
    }


PHOENIX_LIKE: Layout[ClaimInContext] = Layout("phoenix_like", COLUMNS, by_name(COLUMNS, phoenix_row), NOTES)
