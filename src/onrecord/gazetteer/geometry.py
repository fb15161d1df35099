"""Plane and sphere: distances, the middle of an outline, and whether a point lies in it. Geometries are GeoJSON: longitude, latitude."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

EARTH_KM = 6371.0


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great-circle distance of two points, in km."""
    one, two = math.radians(lat), math.radians(other_lat)
    chord = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def vertices(geometry: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """All (longitude, latitude) points of a geometry; raises ValueError on what is none."""
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from vertices(part)
        return
    depth = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}.get(str(kind))
    if depth is None:
        raise ValueError(f"geometry type {kind!r} is not known")
    yield from _points(geometry["coordinates"], depth)


def _points(coordinates: Any, depth: int) -> Iterator[tuple[float, float]]:
    if depth == 0:
        lon, lat = float(coordinates[0]), float(coordinates[1])
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(f"not a point of longitude and latitude: {coordinates[:2]}")
        yield lon, lat
        return
    for part in coordinates:
        yield from _points(part, depth - 1)


def polygons(geometry: Mapping[str, Any]) -> list[Sequence[Any]]:
    """The polygons of a geometry, each a list of rings, outer one first; [] if it has none."""
    if geometry.get("type") == "Polygon":
        return [geometry["coordinates"]]
    return list(geometry["coordinates"]) if geometry.get("type") == "MultiPolygon" else []


def inside(geometry: Mapping[str, Any], lat: float, lon: float) -> bool:
    """Whether a point lies in a polygon or multipolygon, holes taken out; on the border either may come out."""
    return any(_in_polygon(rings, lat, lon) for rings in polygons(geometry) if rings)


def _in_polygon(rings: Sequence[Any], lat: float, lon: float) -> bool:
    return _in_ring(rings[0], lat, lon) and not any(_in_ring(hole, lat, lon) for hole in rings[1:])


def _in_ring(ring: Sequence[Sequence[float]], lat: float, lon: float) -> bool:
    """The even-odd rule: how often a ray to the east crosses the ring."""
    odd = False
    for (x1, y1), (x2, y2) in zip((p[:2] for p in ring), (p[:2] for p in (*ring[1:], ring[0])), strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def middle_of(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """(latitude, longitude) for a geometry: of the largest polygon its centroid, or the vertex nearest to that if it lies outside."""
    points = list(vertices(geometry))
    if not points:
        raise ValueError("the geometry has no points")
    areas = [(abs(_area(rings[0])), at) for at, rings in enumerate(polygons(geometry)) if rings]
    if not areas:
        return _mean(points)
    ring = polygons(geometry)[max(areas)[1]][0]
    lat, lon = _centroid(ring)
    if _in_ring(ring, lat, lon):
        return lat, lon
    near = min(ring, key=lambda point: (point[0] - lon) ** 2 + (point[1] - lat) ** 2)
    return float(near[1]), float(near[0])


def bounding_radius_km(middle: tuple[float, float], points: Iterable[tuple[float, float]]) -> float:
    """How far the farthest of some (longitude, latitude) points is from a (latitude, longitude) middle, in km."""
    return max((distance_km(*middle, lat, lon) for lon, lat in points), default=0.0)


def _area(ring: Sequence[Sequence[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def _centroid(ring: Sequence[Sequence[float]]) -> tuple[float, float]:
    area = _area(ring)
    if not area:
        return _mean([(p[0], p[1]) for p in ring])
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring)) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring)) / (6 * area)
    return y, x


def _mean(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return sum(p[1] for p in points) / len(points), sum(p[0] for p in points) / len(points)
