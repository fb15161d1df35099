"""Claims of events in the 40 columns of POLECAT, for tools that read those. What comes out are not POLECAT data.

Columns after the weekly files of POLECAT (Halterman et al. 2023). A row is what one report says of one event, as there.
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord import __version__
from onrecord.claim_cells import at_a_point, degrees, joined, said
from onrecord.export.account import first_day
from onrecord.export.layout import Column, Layout, LeftOut, Row, by_name, day, empty, integer, number, text
from onrecord.records import ClaimInContext, Participant, Place, PlaceKind

GEONAMES = "gn:"
COW = "numbers of the Correlates of War; not reproduced"
NO_STORY = "not among the values of a claim: see --table mentions"


def _side(name: str, role: str) -> tuple[Column, ...]:
    return (
        text(f"{name} Name", f"name of {role}, or code where reports only describe it; further ones joined by ;"),
        text(f"{name} Country", "ISO 3166-1 alpha-3, joined by ;"),
        empty(f"{name} COW", COW),
        text(f"Primary {name} Sector", "first PLOVER sector of the first"),
        text(f"{name} Sectors", "PLOVER sectors, joined by ;"),
        empty(f"{name} Title", "not told apart from the name"),
        text(f"{name} Name Raw", "the report's words, joined by ;"),
        empty(f"Wikipedia {name} ID", "actors have ids of our own"),
    )


COLUMNS = (
    text("Event ID", "content-hash id of the claim; not a POLECAT id"),
    day("Event Date", "first day of the interval"),
    text("Event Type", "PLOVER type"),
    text("Event Mode", "PLOVER modes, joined by ;"),
    empty("Intensity", "the draft's scores contradict each other"),
    integer("Quad Code", "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict"),
    text("Contexts", "PLOVER contexts, joined by ;"),
    *_side("Actor", "who did it"),
    *_side("Recipient", "to whom it was done"),
    text("Placename", "name of the place"),
    text("City", "name, where the place is a settlement"),
    text("District", "name, where the place is a second-order division"),
    text("Province", "first-order division"),
    text("Country", "ISO 3166-1 alpha-3"),
    number("Latitude", "empty unless the place is a point, a settlement or a facility"),
    number("Longitude", "empty unless the place is a point, a settlement or a facility"),
    integer("GeoNames ID", "where the place has one"),
    text("Raw Placename", "the report's words"),
    text("Feature Type", "point, populated, facility, admin2, admin1, country, region, line or zone"),
    text("Source", "outlet"),
    day("Publication Date", "when it was printed"),
    empty("Story People", NO_STORY),
    empty("Story Organizations", NO_STORY),
    empty("Story Locations", NO_STORY),
    empty("Language", "of a report, not of a claim: see --table reports"),
    text("Version", "version of onrecord"),
)
NOTES = (
    "A row is what one report says of one event; several reports of one incident are several rows.",
    "Claims that tell of no event of their own or of no first day have no row.",
    "Tab-separated without quotes: white space inside a cell is one space.",
)


def polecat_row(found: ClaimInContext) -> Row | LeftOut:
    """The row of a claim, or why it has none."""
    claim, event, began = found.claim, found.claim.event, first_day(found.claim.time)
    if event is None or not event.codable:
        return LeftOut("no event of its own")
    if began is None:
        return LeftOut("no first day")
    return {
        "Event ID": claim.hash,
        "Event Date": began,
        "Event Type": event.type,
        "Event Mode": joined(event.mode),
        "Quad Code": event.quad,
        "Contexts": joined(event.contexts),
        **_side_cells("Actor", claim.actors),
        **_side_cells("Recipient", claim.recipients),
        **_place_cells(claim.place),
        "Source": found.outlet,
        "Publication Date": found.published[:10] if found.published else None,
        "Version": __version__,
    }


def _side_cells(name: str, parts: Sequence[Participant]) -> Row:
    actors = [part.actor for part in parts if part.actor is not None]
    sectors = [sector for actor in actors for sector in actor.sectors]
    return {
        f"{name} Name": joined([actor.name if actor.id is not None else actor.code or actor.name for actor in actors]),
        f"{name} Country": joined([actor.country for actor in actors if actor.country]),
        f"Primary {name} Sector": sectors[0] if sectors else None,
        f"{name} Sectors": joined(sectors),
        f"{name} Name Raw": said(parts),
    }


def _place_cells(place: Place | None) -> Row:
    if place is None:
        return {}
    number_ = (place.id or "").removeprefix(GEONAMES)
    exact = at_a_point(place)
    return {
        "Placename": place.name,
        "City": place.name if place.kind is PlaceKind.POPULATED else None,
        "District": place.name if place.kind is PlaceKind.ADMIN2 else None,
        "Province": place.admin1,
        "Country": place.country,
        "Latitude": degrees(place.lat) if exact else None,
        "Longitude": degrees(place.lon) if exact else None,
        "GeoNames ID": int(number_) if (place.id or "").startswith(GEONAMES) and number_.isdigit() else None,
        "Raw Placename": place.text,
        "Feature Type": str(place.kind),
    }


POLECAT_LIKE: Layout[ClaimInContext] = Layout("polecat_like", COLUMNS, by_name(COLUMNS, polecat_row), NOTES)
