"""Claims of events as PLOVER JSON, with the fields of the manual's draft 2.0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from onrecord.claim_cells import degrees, own_figures
from onrecord.export.account import first_day, last_day
from onrecord.export.layout import LeftOut
from onrecord.export.writing import encode_json
from onrecord.records import ClaimInContext, Participant, Place, Quantity

SIZES = {"killed": "dead", "injured": "injured", "captured": "arrested"}
NOTES = (
    "One array, an event a line, fields after the draft 2.0 of the PLOVER manual; the auxiliary modes of the draft are in auxiliary.",
    "size has the best reported number; size_range low, best and high. Claims that tell of no event of their own are left out.",
)


def plover_event(found: ClaimInContext) -> dict[str, Any] | LeftOut:
    """The event of a claim, or why it has none. Offsets count code points of the report's text."""
    claim, event = found.claim, found.claim.event
    if event is None or not event.codable:
        return LeftOut("no event of its own")
    factuality = claim.factuality
    return {
        "id": claim.hash,
        "date": first_day(claim.time),
        "enddate": last_day(claim.time),
        "actor": _parties(claim.actors),
        "recipient": _parties(claim.recipients),
        "event": [event.type],
        "event_loc": _location(claim.place),
        "event_text": found.text,
        "quad_code": event.quad,
        "mode": list(event.mode),
        "context": list(event.contexts),
        "auxiliary": {"polarity": factuality.polarity, "certainty": factuality.certainty, "status": factuality.status},
        **_sizes(claim.quantities),
        "text": found.text,
        "text_info": {"document": found.document, "sequence": claim.sentence, "spans": claim.evidence},
        "cite_info": {"outlet": found.outlet, "title": found.title, "published": found.published, "url": found.url},
    }


def _parties(parts: Sequence[Participant]) -> list[dict[str, Any]]:
    return [
        {
            "name": part.actor.name if part.actor else part.text,
            "code": part.actor.code if part.actor else None,
            "country": part.actor.country if part.actor else None,
            "sector": list(part.actor.sectors) if part.actor else [],
            "text": part.text,
        }
        for part in parts
    ]


def _location(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    known = {"name": place.name, "kind": place.kind, "relation": place.relation, "country": place.country, "admin1": place.admin1}
    return {**known, "lat": degrees(place.lat), "lon": degrees(place.lon), "radius_km": place.radius_km, "text": place.text}


def _sizes(quantities: Sequence[Quantity]) -> dict[str, Any]:
    own = {SIZES[cost]: quantity for cost, quantity in own_figures(quantities).items() if cost in SIZES}
    return {
        "size": {name: quantity.best for name, quantity in own.items() if quantity.best is not None},
        "size_range": {name: [quantity.low, quantity.best, quantity.high] for name, quantity in own.items()},
    }


def plover_lines(events: Iterable[dict[str, Any]]) -> Iterator[str]:
    """An array of events, one a line."""
    yield "["
    for number, event in enumerate(events):
        yield f"{',' if number else ''}\n{encode_json(event)}"
    yield "\n]\n"
