"""Maps without tiles: outlines from the gazetteer, drawn on the server, and the area that a place's precision allows, never a bare pin."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from onrecord.ledger.query.places import PlaceRow
from onrecord.records import Place, PlaceBasis, PlaceKind, PlaceRelation, Record

if TYPE_CHECKING:
    from onrecord.gazetteer import Gazetteer

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Ring = list[Point]

KM_PER_DEGREE = 111.2
WORLD: Box = (-170.0, -56.0, 180.0, 72.0)
WIDTH, HEIGHT = 720, 420
THIN_PX = 1.4  # points of an outline that lie closer together on the map are one
AT_A_POINT = (PlaceKind.POINT, PlaceKind.POPULATED, PlaceKind.FACILITY)
APART = (PlaceRelation.NEAR, PlaceRelation.OUTSIDE, PlaceRelation.DISTANCE, PlaceRelation.BETWEEN, PlaceRelation.ALONG)
LEAST_KM = {PlaceKind.POINT: 0.5, PlaceKind.FACILITY: 1.0, PlaceKind.POPULATED: 2.0, PlaceKind.ADMIN2: 15.0, PlaceKind.ADMIN1: 60.0}
NEAR_KM = 15.0  # where a report says "near" or "outside" and no distance


class View(Record, frozen=True):
    """A stretch of the earth on a plane, kilometres alike in both directions. scale: pixels per degree of latitude."""

    box: Box
    width: int
    height: int
    scale: float
    squeeze: float

    def point(self, lon: float, lat: float) -> Point:
        """Pixels from the upper left corner."""
        west, _, _, north = self.box
        return (lon - west) * self.scale * self.squeeze, (north - lat) * self.scale

    def radius(self, km: float) -> float:
        """A distance in pixels."""
        return km / KM_PER_DEGREE * self.scale


class Area(Record, frozen=True):
    """Where something may have happened. Either an outline or a circle of ``radius_km`` around the point; ``words`` says how sure.

    exact: the place is a point, a settlement or a facility, and it happened in it.
    """

    lat: float
    lon: float
    radius_km: float
    words: str
    exact: bool
    outline: dict[str, Any] | None = None


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer with the user's packs, opened when the first map is drawn: it needs numpy, which no other page does."""
    from onrecord.gazetteer import load_gazetteer

    return load_gazetteer()


# ── Views ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def view_of(box: Box, *, width: int = WIDTH, height: int = HEIGHT, margin: float = 0.12, least: float = 0.6) -> View:
    """A view that shows a box with a margin and at least ``least`` degrees, in an image of a size."""
    west, south, east, north = box
    middle_lat, middle_lon = (south + north) / 2, (west + east) / 2
    squeeze = max(0.2, math.cos(math.radians(middle_lat)))
    tall = max(north - south, least) * (1 + 2 * margin)
    wide = max((east - west) * squeeze, least) * (1 + 2 * margin)
    scale = min(height / tall, width / wide)
    half_lat, half_lon = height / scale / 2, width / scale / squeeze / 2
    return View(
        box=(middle_lon - half_lon, middle_lat - half_lat, middle_lon + half_lon, middle_lat + half_lat),
        width=width,
        height=height,
        scale=scale,
        squeeze=squeeze,
    )


def box_around(points: Iterable[Point]) -> Box | None:
    """The smallest box around some (longitude, latitude) points, or None for none."""
    found = list(points)
    if not found:
        return None
    return min(p[0] for p in found), min(p[1] for p in found), max(p[0] for p in found), max(p[1] for p in found)


# ── Outlines ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1)
def _countries() -> tuple[tuple[str, Box, tuple[Any, ...]], ...]:
    """Per country with an outline: its name, its box, its polygons."""
    from onrecord.gazetteer.geometry import polygons, vertices

    found = []
    places = gazetteer()
    for division in places.packs[0].countries:
        geometry = places.shape(division.id) if division.id else None
        box = box_around(vertices(geometry)) if geometry else None
        if geometry and box:
            found.append((division.name, box, tuple(polygons(geometry))))
    return tuple(found)


def countries_in(box: Box, thin: float) -> Iterator[tuple[str, list[Ring]]]:
    """The countries that a box shows, each with its rings cut at the box; points closer than ``thin`` degrees are left out."""
    for name, own, parts in _countries():
        if own[0] > box[2] or own[2] < box[0] or own[1] > box[3] or own[3] < box[1]:
            continue
        rings = [cut for rings in parts for ring in rings if len(cut := thinned(clip([(p[0], p[1]) for p in ring], box), thin)) > 2]
        if rings:
            yield name, rings


def clip(ring: Ring, box: Box) -> Ring:
    """The part of a closed ring inside a box (Sutherland and Hodgman 1974)."""
    for axis, bound, keep_greater in ((0, box[0], True), (0, box[2], False), (1, box[1], True), (1, box[3], False)):
        if not ring:
            return []
        kept: Ring = []
        for one, other in pairwise([*ring, ring[0]]):
            inside = one[axis] >= bound if keep_greater else one[axis] <= bound
            follows = other[axis] >= bound if keep_greater else other[axis] <= bound
            if inside:
                kept.append(one)
            if inside != follows:
                kept.append(_crossing(one, other, axis, bound))
        ring = kept
    return ring


def _crossing(one: Point, other: Point, axis: int, bound: float) -> Point:
    share = (bound - one[axis]) / (other[axis] - one[axis])
    across = one[1 - axis] + share * (other[1 - axis] - one[1 - axis])
    return (bound, across) if axis == 0 else (across, bound)


def thinned(ring: Ring, least: float) -> Ring:
    """The ring without points that lie closer to the one kept before than ``least``."""
    kept: Ring = []
    for point in ring:
        if not kept or abs(point[0] - kept[-1][0]) >= least or abs(point[1] - kept[-1][1]) >= least:
            kept.append(point)
    return kept


def land_paths(view: View) -> list[tuple[str, str]]:
    """Per country in view, its name and the path of its outline for an SVG ``d``."""
    return [(name, path_of(rings, view)) for name, rings in countries_in(view.box, THIN_PX / view.scale)]


def outline_path(geometry: dict[str, Any], view: View) -> str:
    """The path of a polygon geometry for an SVG ``d``."""
    from onrecord.gazetteer.geometry import polygons

    rings = [[(p[0], p[1]) for p in ring] for parts in polygons(geometry) for ring in parts]
    return path_of([thinned(ring, THIN_PX / view.scale) for ring in rings], view)


def path_of(rings: Sequence[Ring], view: View) -> str:
    """Closed rings as an SVG path."""
    return "".join(_closed([view.point(*point) for point in ring]) for ring in rings if len(ring) > 2)


def _closed(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"


# ── Areas ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def area_of(place: Place | None) -> Area | None:
    """Where a place may lie, as coarse as the report left it; None for one that has no coordinates."""
    if place is None or place.lat is None or place.lon is None:
        return None
    if place.kind in AT_A_POINT:
        return _around_a_point(place, place.lat, place.lon)
    outline, sure = _outline(place)
    radius = max(place.radius_km or 0.0, _known_radius(place), LEAST_KM.get(place.kind, 5.0))
    near = f"{place.relation.value} " if place.relation in APART else "somewhere in "
    about = "" if sure or outline is None else "; its outline is rough"
    without = "" if outline else f"; drawn as a circle of {radius:,.0f} km"
    words = f"{near}{place.name} ({place.kind.value}){about}{without}"
    return Area(lat=place.lat, lon=place.lon, radius_km=radius, words=words, exact=False, outline=outline)


def place_of(row: PlaceRow) -> Place:
    """A place of a list as a record, as precise as its kind."""
    return Place(
        span=None,
        text=None,
        name=row.name,
        id=row.id,
        kind=PlaceKind(row.kind),
        lat=row.lat,
        lon=row.lon,
        country=row.country,
        admin1=row.admin1,
        relation=None,
        radius_km=None,
        acled_precision=None,
        ucdp_precision=None,
        basis=PlaceBasis.DOCUMENT,
        confidence=1.0,
    )


def _around_a_point(place: Place, lat: float, lon: float) -> Area:
    least = NEAR_KM if place.relation in APART else LEAST_KM[place.kind]
    radius = max(place.radius_km or 0.0, least)
    where = place.relation.value if place.relation else "in"
    words = f"{where} {place.name}, within about {radius:,.1f} km".replace(".0 km", " km")
    return Area(lat=lat, lon=lon, radius_km=radius, words=words, exact=place.relation not in APART)


def _outline(place: Place) -> tuple[dict[str, Any] | None, bool]:
    """The polygons of a province, country, region or zone, and whether they are sure."""
    from onrecord.gazetteer.geometry import polygons

    if place.id is None:
        return None, False
    places = gazetteer()
    geometry = places.shape(place.id)
    if geometry is None and place.kind is PlaceKind.ADMIN1:
        known = places.place(place.id)
        if known is not None and known.country and known.admin1_code:
            geometry = places.division_outlines(known.country).get(known.admin1_code)
    if geometry is None or not polygons(geometry):
        return None, False
    return geometry, not geometry.get("approximate", False)


def _known_radius(place: Place) -> float:
    known = gazetteer().place(place.id) if place.id else None
    return known.radius_km if known is not None else 0.0


def box_of(area: Area) -> Box:
    """The box that shows an area."""
    if area.outline is not None:
        from onrecord.gazetteer.geometry import vertices

        found = box_around(vertices({"type": area.outline["type"], "coordinates": area.outline["coordinates"]}))
        if found is not None:
            return found
    tall = area.radius_km / KM_PER_DEGREE
    wide = tall / max(0.2, math.cos(math.radians(area.lat)))
    return area.lon - wide, area.lat - tall, area.lon + wide, area.lat + tall


def area_feature(area: Area, id: str, name: str) -> dict[str, Any]:
    """An area as GeoJSON: its outline, or its middle with the radius as a property, which the map draws as a circle."""
    geometry = area.outline or {"type": "Point", "coordinates": [area.lon, area.lat]}
    shape = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
    about = {"name": name, "words": area.words, "exact": area.exact, "radius_km": None if area.outline else area.radius_km}
    return {"type": "Feature", "id": id, "geometry": shape, "properties": about}
