"""The incidents: a map, a timeline and a table under the same filters, and the same in the formats that other programs read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from fastapi import APIRouter, HTTPException, Request, Response
from msgspec.structs import replace

from onrecord.display import describe_range
from onrecord.export.account import Account
from onrecord.export.geo import collection_lines
from onrecord.export.tables import INCIDENTS
from onrecord.export.writing import cells_of, csv_lines
from onrecord.ledger import Ledger
from onrecord.ledger.query.claims import claims_by_incident
from onrecord.ledger.query.counts import Basis, Bin, Day, Extent, basis_of, bin_places, count_days, count_published, extent_of
from onrecord.ledger.query.filters import Filters, narrowed, settle_words
from onrecord.ledger.query.history import state_of
from onrecord.ledger.query.incidents import count_incidents, list_incidents
from onrecord.ledger.query.parties import names_of
from onrecord.records import Grade, Incident, IncidentState, Record
from onrecord.web.answers import CSV, Entry, Open, atom_answer, json_answer, page_answer, stream
from onrecord.web.charts import Histogram, add_sums, fullest, histogram, periods_between
from onrecord.web.incident_view import ranges_of
from onrecord.web.lists import all_pages
from onrecord.web.maps import Box, View, countries_in, view_of
from onrecord.web.pictures import draw_bins
from onrecord.web.queries import Asked, IncidentsAsked, bad_filter, event_types
from onrecord.web.readings import incident_heading
from onrecord.web.rendering import has_leaflet, page

router = APIRouter(tags=["incidents"])

BINS_ACROSS = 18
SMALLEST_BIN = 0.02  # degrees, some 2 km
MULTIPLES = 6
ACCOUNTS_AT_ONCE = 200
KEPT = 4  # lists whose counts are kept


class Part(Record, frozen=True):
    """One of the small multiples. ``link``: the filter that shows it alone."""

    name: str
    incidents: int
    chart: Histogram
    link: str


@router.get("/incidents.json", summary="Incidents")
def incidents_json(ledger: Open, asked: IncidentsAsked) -> Response:
    """A page of the incidents that fulfil the filters, by time, place and id."""
    return page_answer(list_incidents(ledger, asked.filters), count_incidents(ledger, asked.filters), asked, "/incidents.json")


@router.get("/incidents.csv", summary="Incidents as a table")
def incidents_csv(ledger: Open, asked: IncidentsAsked) -> Response:
    """All incidents that fulfil the filters, in the columns of `onrecord export csv`."""
    rows = cells_of(INCIDENTS, _accounts(ledger, asked.filters), Counter())
    return stream(csv_lines(INCIDENTS.columns, rows), CSV)


@router.get("/incidents.geojson", summary="Incidents for a map")
def incidents_geojson(ledger: Open, asked: IncidentsAsked) -> Response:
    """All incidents that fulfil the filters; only those at a point have a geometry."""
    return stream(collection_lines(_accounts(ledger, asked.filters)), "application/geo+json")


@router.get("/incidents.atom", summary="Incidents as a feed")
def incidents_atom(request: Request, ledger: Open, asked: IncidentsAsked) -> Response:
    """A page of incidents as Atom; an entry is as new as the last report behind it."""
    found = list_incidents(ledger, asked.filters)
    claims = claims_by_incident(ledger, [incident.id for incident in found])
    entries = [
        Entry(
            id=incident.id,
            title=incident_heading(incident),
            path=f"/incidents/{incident.id}",
            updated=max((claim.published or "" for claim in claims[incident.id]), default="") or None,
            summary=_summary(incident),
        )
        for incident in found
    ]
    return atom_answer(request, "onrecord: incidents", "/incidents", entries)


@router.get("/incidents/bins.geojson", summary="Incidents counted in squares")
def bins_geojson(ledger: Open, asked: IncidentsAsked) -> Response:
    """The incidents that fulfil the filters, counted in squares that suit the box; for maps of many."""
    box = asked.filters.box or extent_of(ledger, asked.filters).box
    size = bin_size(box)
    features = [_bin_feature(one) for one in bin_places(ledger, asked.filters, size)] if box else []
    return json_answer({"type": "FeatureCollection", "size": size, "features": features}, media_type="application/geo+json")


@router.get("/outlines.geojson", summary="Outlines of countries in a box")
def outlines_geojson(asked: IncidentsAsked) -> Response:
    """Outlines of the countries that ``box`` shows, as fine as it needs; from Natural Earth, without any claim about borders."""
    box = asked.filters.box
    if box is None:
        raise bad_filter("box", "", "It is needed here: west,south,east,north in degrees.")
    thin = (box[2] - box[0]) / 900
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "MultiPolygon", "coordinates": [[[(round(x, 3), round(y, 3)) for x, y in ring]] for ring in rings]},
        }
        for name, rings in countries_in(box, thin)
    ]
    return json_answer({"type": "FeatureCollection", "features": features}, media_type="application/geo+json")


@router.get("/incidents", include_in_schema=False)
def incidents(request: Request, ledger: Open, asked: IncidentsAsked) -> Response:
    """A map, a timeline and a table of the incidents that fulfil the filters."""
    counts = _counted(ledger, replace(asked.filters, limit=None, offset=0), state_of(ledger))
    extent, bins = counts.extent, counts.bins
    if asked.page > 1 and extent.incidents <= (asked.page - 1) * asked.size:
        raise HTTPException(404, f"There is no page {asked.page}: the filters leave {extent.incidents} incidents.")
    shown = asked.filters.box or extent.box
    return page(
        request,
        "incidents.html",
        asked=asked,
        extent=extent,
        basis=counts.basis,
        filtered=narrowed(asked.filters),
        found=list_incidents(ledger, replace(counts.filters, limit=asked.size, offset=asked.filters.offset)),
        ranges_of=ranges_of,
        sums=add_sums(day.sums for day in counts.types),
        time=_time_chart(counts),
        multiples=_multiples(ledger, asked, counts),
        bins=bins[:40],
        picture=draw_bins(bins, counts.size, shown, [_bin_link(one, asked, counts.size) for one in bins]) if bins else None,
        map_box=asked.filters.box or (_padded(extent.box) if extent.box else None),
        leaflet=has_leaflet(),
        types=event_types(),
        grades=tuple(Grade),
        states=tuple(IncidentState),
    )


class Counts(Record, frozen=True):
    """What the charts of a list show, whatever its page. ``filters``: with the incidents that words lead to in place of the words."""

    filters: Filters
    extent: Extent
    basis: Basis
    types: tuple[Day, ...]
    actors: tuple[Day, ...]
    bins: tuple[Bin, ...]
    size: float
    printed: dict[str, int]


@lru_cache(maxsize=KEPT)
def _counted(ledger: Ledger, filters: Filters, state: tuple[int, int]) -> Counts:
    """The counts under some filters, kept while the ledger's ``state`` stands: the next page of a list needs no new ones."""
    settled = settle_words(ledger, filters)
    extent = extent_of(ledger, settled)
    size = bin_size(filters.box or extent.box)
    return Counts(
        filters=settled,
        extent=extent,
        basis=basis_of(ledger, settled),
        types=count_days(ledger, settled, "type"),
        actors=count_days(ledger, settled, "actor"),
        bins=bin_places(ledger, settled, size) if extent.box else (),
        size=size,
        printed=count_published(ledger, country=filters.country),
    )


def bin_size(box: Box | None) -> float:
    """The side of squares, in degrees, that parts the wider side of a box into some twenty; from 1, 2, 5 times a power of ten."""
    if box is None:
        return 1.0
    wanted = max(box[2] - box[0], box[3] - box[1], SMALLEST_BIN) / BINS_ACROSS
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(SMALLEST_BIN, next(round(step * power, 6) for step in (1, 2, 5, 10) if step * power >= wanted))


def _padded(box: Box) -> Box:
    view: View = view_of(box, margin=0.06, least=0.4)
    west, south, east, north = view.box
    return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)


def _bin_link(one: Bin, asked: Asked, size: float) -> str:
    """To the incident where the square has one, else to the square alone."""
    if one.id is not None:
        return f"/incidents/{one.id}"
    corner = (one.west, one.south, one.west + size, one.south + size)
    return asked.link("/incidents", box=",".join(f"{value:.6g}" for value in corner))


def _bin_feature(one: Bin) -> dict[str, object]:
    sums = one.sums
    about = {
        "incidents": sums.incidents,
        "exact": one.exact,
        "killed_low": sums.low,
        "killed_high": sums.high,
        "open": sums.open,
        "id": one.id,
        "name": one.name,
    }
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [round(one.lon, 5), round(one.lat, 5)]}, "properties": about}


def _time_chart(counts: Counts) -> Histogram | None:
    first, last = counts.extent.first, counts.extent.last
    if first is None or last is None:
        return None
    unit, periods = periods_between(first, last)
    return histogram(counts.types, periods, unit, counts.printed, width=560)


def _multiples(ledger: Ledger, asked: Asked, counts: Counts) -> Iterator[tuple[str, tuple[Part, ...]]]:
    first, last = counts.extent.first, counts.extent.last
    if first is None or last is None:
        return
    unit, periods = periods_between(first, last, most=40)
    for by, some in (("type", counts.types), ("actor", counts.actors)):
        parts: dict[str, list[Day]] = {}
        for one in some:
            parts.setdefault(one.key or "", []).append(one)
        counted = {key: sum(one.sums.incidents for one in own) for key, own in parts.items()}
        ranked = sorted(parts, key=lambda key: (-counted[key], key))[:MULTIPLES]
        most = max((fullest(parts[key], periods) for key in ranked), default=1)
        called = names_of(ledger, ranked) if by == "actor" else {}
        yield (
            by,
            tuple(
                Part(
                    name=called.get(key, key),
                    incidents=counted[key],
                    chart=histogram(parts[key], periods, unit, width=240, upper=46, lower=0, most=most),
                    link=asked.link("/incidents", **{by: key}),
                )
                for key in ranked
            ),
        )


def _accounts(ledger: Ledger, filters: Filters) -> Iterator[Account]:
    """All incidents that the filters admit, with their claims."""
    batch: list[Incident] = []
    for incident in all_pages(lambda some: list_incidents(ledger, some), replace(filters, limit=None, offset=0), at_once=5000):
        batch.append(incident)
        if len(batch) == ACCOUNTS_AT_ONCE:
            yield from _with_claims(ledger, batch)
            batch = []
    yield from _with_claims(ledger, batch)


def _with_claims(ledger: Ledger, batch: Sequence[Incident]) -> Iterator[Account]:
    claims = claims_by_incident(ledger, [incident.id for incident in batch])
    for incident in batch:
        yield Account(incident, claims[incident.id])


def _summary(incident: Incident) -> str:
    figures = ", ".join(f"{describe_range(found)} {cost}" for cost, found in ranges_of(incident)) or "no figures"
    grade = incident.grade.value.replace("_", " ")
    return f"{grade}: {incident.grade_reason}. {figures}. {incident.voices} voices, {len(incident.claims)} claims."
