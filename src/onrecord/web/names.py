"""Sources, actors and places: the lists, and each with the incidents that it has part in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from onrecord.ledger import Ledger
from onrecord.ledger.query.counts import basis_of, count_days, count_published, extent_of
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.query.parties import PartyRow, count_parties, list_parties
from onrecord.ledger.query.places import PlaceRow, count_places, list_places
from onrecord.ledger.query.reports import count_reports, list_reports
from onrecord.ledger.query.sources import SourceRow, count_sources, list_sources
from onrecord.web.answers import Open, json_answer, page_answer, table_answer
from onrecord.web.charts import Histogram, histogram, periods_between
from onrecord.web.incident_view import ranges_of
from onrecord.web.lists import all_pages
from onrecord.web.maps import AT_A_POINT, area_feature, area_of, place_of
from onrecord.web.pictures import draw_area
from onrecord.web.queries import Asked, NamesAsked
from onrecord.web.rendering import has_leaflet, page

router = APIRouter()

SHOWN = 25


# ── Sources ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/sources.json", tags=["sources"], summary="Sources")
def sources_json(ledger: Open, asked: NamesAsked) -> Response:
    """Voices: independent origins of reports, with what they have said; those with most reports first."""
    return page_answer(list_sources(ledger, asked.filters), count_sources(ledger, asked.filters), asked, "/sources.json")


@router.get("/sources.csv", tags=["sources"], summary="Sources as a table")
def sources_csv(ledger: Open, asked: NamesAsked) -> Response:
    """All voices."""
    return table_answer(all_pages(lambda filters: list_sources(ledger, filters), asked.filters), SourceRow)


@router.get("/sources", include_in_schema=False)
def sources(request: Request, ledger: Open, asked: NamesAsked) -> Response:
    """The voices."""
    return _listed(request, ledger, asked, "sources", list_sources, count_sources)


@router.get("/sources/{id}.json", tags=["sources"], summary="One source")
def source_json(id: str, ledger: Open) -> Response:
    """A voice with what it has said."""
    return json_answer(_one(list_sources(ledger, Filters(source=id)), "source", id))


@router.get("/sources/{id}", include_in_schema=False)
def source(request: Request, id: str, ledger: Open) -> Response:
    """A voice with its reports and the incidents that they tell of."""
    row = _one(list_sources(ledger, Filters(source=id)), "source", id)
    filters = Filters(source=id)
    reports = list_reports(ledger, Filters(source=id, limit=SHOWN))
    return _detail(request, ledger, "source.html", filters, row=row, reports=reports, total_reports=count_reports(ledger, filters))


# ── Actors ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/actors.json", tags=["actors"], summary="Actors")
def actors_json(ledger: Open, asked: NamesAsked) -> Response:
    """Actors of current incidents, with how many they are said to have done and suffered."""
    return page_answer(list_parties(ledger, asked.filters), count_parties(ledger, asked.filters), asked, "/actors.json")


@router.get("/actors.csv", tags=["actors"], summary="Actors as a table")
def actors_csv(ledger: Open, asked: NamesAsked) -> Response:
    """All actors of current incidents."""
    return table_answer(all_pages(lambda filters: list_parties(ledger, filters), asked.filters), PartyRow)


@router.get("/actors", include_in_schema=False)
def actors(request: Request, ledger: Open, asked: NamesAsked) -> Response:
    """The actors."""
    return _listed(request, ledger, asked, "actors", list_parties, count_parties)


@router.get("/actors/{id:path}.json", tags=["actors"], summary="One actor")
def actor_json(id: str, ledger: Open) -> Response:
    """An actor, by its id or, where it has none, its code."""
    return json_answer(_one(list_parties(ledger, Filters(actor=id)), "actor", id))


@router.get("/actors/{id:path}", include_in_schema=False)
def actor(request: Request, id: str, ledger: Open) -> Response:
    """An actor with the incidents that it is said to have done or suffered."""
    return _detail(request, ledger, "actor.html", Filters(actor=id), row=_one(list_parties(ledger, Filters(actor=id)), "actor", id))


# ── Places ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/places.json", tags=["places"], summary="Places")
def places_json(ledger: Open, asked: NamesAsked) -> Response:
    """Places of current incidents that the gazetteer knows, those of most incidents first."""
    return page_answer(list_places(ledger, asked.filters), count_places(ledger, asked.filters), asked, "/places.json")


@router.get("/places.csv", tags=["places"], summary="Places as a table")
def places_csv(ledger: Open, asked: NamesAsked) -> Response:
    """All places of current incidents."""
    return table_answer(all_pages(lambda filters: list_places(ledger, filters), asked.filters), PlaceRow)


@router.get("/places.geojson", tags=["places"], summary="Places for a map")
def places_geojson(ledger: Open, asked: NamesAsked) -> Response:
    """All places of current incidents; only settlements, facilities and points have a geometry."""
    rows = all_pages(lambda filters: list_places(ledger, filters), asked.filters)
    return json_answer({"type": "FeatureCollection", "features": [_feature(row) for row in rows]}, media_type="application/geo+json")


@router.get("/places", include_in_schema=False)
def places(request: Request, ledger: Open, asked: NamesAsked) -> Response:
    """The places."""
    return _listed(request, ledger, asked, "places", list_places, count_places)


@router.get("/places/{id:path}.json", tags=["places"], summary="One place")
def place_json(id: str, ledger: Open) -> Response:
    """A place, by its id in the gazetteer."""
    return json_answer(_one(list_places(ledger, Filters(place_id=id)), "place", id))


@router.get("/places/{id:path}.geojson", tags=["places"], summary="The area of one place")
def place_geojson(id: str, ledger: Open) -> Response:
    """The outline of a place, or a point with ``radius_km``."""
    row = _one(list_places(ledger, Filters(place_id=id)), "place", id)
    area = area_of(place_of(row))
    features = [area_feature(area, id, row.name)] if area else []
    return json_answer({"type": "FeatureCollection", "features": features}, media_type="application/geo+json")


@router.get("/places/{id:path}", include_in_schema=False)
def place(request: Request, id: str, ledger: Open) -> Response:
    """A place on the map with the incidents that are said to have happened there."""
    row = _one(list_places(ledger, Filters(place_id=id)), "place", id)
    area = area_of(place_of(row))
    picture = draw_area(area, row.name) if area else None
    return _detail(request, ledger, "place.html", Filters(place_id=id), row=row, area=area, picture=picture, leaflet=has_leaflet())


def _feature(row: PlaceRow) -> dict[str, Any]:
    exact = row.kind in AT_A_POINT and row.lat is not None and row.lon is not None
    geometry = {"type": "Point", "coordinates": [row.lon, row.lat]} if exact else None
    about = {name: getattr(row, name) for name in ("name", "kind", "admin1", "country", "incidents", "first", "last")}
    return {"type": "Feature", "id": row.id, "geometry": geometry, "properties": about}


# ── What they share ───────────────────────────────────────────────────────────────────────────────────────────────────


def _listed(
    request: Request,
    ledger: Ledger,
    asked: Asked,
    kind: str,
    read: Callable[[Ledger, Filters], Sequence[Any]],
    count: Callable[[Ledger, Filters], int],
) -> Response:
    return page(request, f"{kind}.html", asked=asked, total=count(ledger, asked.filters), rows=read(ledger, asked.filters))


def _detail(request: Request, ledger: Ledger, template: str, filters: Filters, **values: Any) -> Response:
    """A page about what the filters name, with its incidents over time and the first of them."""
    extent = extent_of(ledger, filters)
    return page(
        request,
        template,
        asked=Asked(filters=filters, given=_given(filters)),
        extent=extent,
        basis=basis_of(ledger, filters),
        time=_time_chart(ledger, filters),
        found=list_incidents(ledger, Filters(**{**_set(filters), "limit": SHOWN})),
        ranges_of=ranges_of,
        **values,
    )


def _set(filters: Filters) -> dict[str, Any]:
    return {name: value for name in ("actor", "place_id", "source") if (value := getattr(filters, name)) is not None}


def _given(filters: Filters) -> tuple[tuple[str, str], ...]:
    return tuple(_set(filters).items())


def _time_chart(ledger: Ledger, filters: Filters) -> Histogram | None:
    extent = extent_of(ledger, filters)
    if extent.first is None or extent.last is None:
        return None
    unit, periods = periods_between(extent.first, extent.last)
    return histogram(count_days(ledger, filters), periods, unit, count_published(ledger), width=860)


def _one(found: Sequence[Any], kind: str, id: str) -> Any:
    if not found:
        raise HTTPException(404, f"There is no {kind} {id[:80]} in the incidents of this ledger. The list of {kind}s has those there are.")
    return found[0]
