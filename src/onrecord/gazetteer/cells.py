"""Rough outlines of first-level divisions, grown from their towns: every square of a grid over the country goes to the division of its
nearest town. They are marked ``approximate``; an outline that a user has added is always preferred (``Gazetteer.shape``)."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from onrecord.gazetteer.geometry import polygons
from onrecord.gazetteer.pack import DEGREE, KINDS, NOWHERE, Pack
from onrecord.records import PlaceKind

MAX_CELLS = 20_000  # squares over one country
MAX_TOWNS = 80  # of one division that squares are compared with
_CHUNK = 2_000
Floats = npt.NDArray[np.float64]
Corner = tuple[int, int]


def division_cells(pack: Pack, country: str) -> dict[str, dict[str, Any]]:
    """By code of division ("SY.12"), an approximate GeoJSON outline; {} for a country without an outline or without towns.

    country: ISO 3166-1 alpha-3. Takes up to a second for the largest countries; keep the answer.
    """
    number = next((at for at, division in enumerate(pack.countries) if division.code == country), None)
    outline = pack.shapes.get(str(pack.countries[number].id)) if number is not None else None
    if number is None or outline is None:
        return {}
    points, owners = _towns(pack, number)
    if not len(points):
        return {}
    lats, lons, step = _grid(outline)
    land = _inside(outline, lats, lons)
    labels = np.full(land.shape, -1, dtype=np.int64)
    rows, columns = np.nonzero(land)
    labels[rows, columns] = _nearest(lats[rows], lons[columns], points, owners)
    codes = {int(label): pack.divisions[int(label)].code for label in np.unique(owners)}
    return {
        codes[label]: {"type": "MultiPolygon", "coordinates": rings, "approximate": True}
        for label in sorted(codes)
        if (rings := _rings(labels == label, lats, lons, step))
    }


def _towns(pack: Pack, country: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Points (latitude, longitude) and division numbers of a country's towns, at most ``MAX_TOWNS`` of each division."""
    table = pack.table
    chosen = np.flatnonzero(
        (table["country"] == country) & (table["kind"] == KINDS.index(PlaceKind.POPULATED)) & (table["admin1"] != NOWHERE)
    )
    divisions = table["admin1"][chosen].astype(np.int64)
    kept: list[int] = []
    for division in np.unique(divisions):
        own = chosen[divisions == division]
        kept.extend(own[:: max(1, math.ceil(len(own) / MAX_TOWNS))].tolist())
    towns = table[kept]
    return np.column_stack([towns["lat"], towns["lon"]]) / DEGREE, towns["admin1"].astype(np.int64)


def _grid(outline: Mapping[str, Any]) -> tuple[Floats, Floats, float]:
    """Latitudes and longitudes of the squares' middles over an outline, and their side in degrees."""
    points = np.array([point[:2] for rings in polygons(outline) for point in rings[0]])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    step = max(0.02, math.sqrt((east - west) * (north - south) / MAX_CELLS))
    return np.arange(south + step / 2, north, step), np.arange(west + step / 2, east, step), step


def _inside(outline: Mapping[str, Any], lats: Floats, lons: Floats) -> npt.NDArray[np.bool_]:
    """Which squares have their middle in the outline, by the even-odd rule along each row."""
    edges = np.array([(*a[:2], *b[:2]) for rings in polygons(outline) for ring in rings for a, b in itertools.pairwise(ring)])
    x1, y1, x2, y2 = edges.T
    land = np.zeros((len(lats), len(lons)), dtype=bool)
    for row, lat in enumerate(lats):
        crossing = (y1 > lat) != (y2 > lat)
        at = x1[crossing] + (lat - y1[crossing]) * (x2[crossing] - x1[crossing]) / (y2[crossing] - y1[crossing])
        land[row] = np.searchsorted(np.sort(at), lons) % 2 == 1
    return land


def _nearest(lats: Floats, lons: Floats, points: Floats, owners: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The division of the town nearest to each point, on a plane stretched by the latitude."""
    found = np.empty(len(lats), dtype=np.int64)
    for start in range(0, len(lats), _CHUNK):
        part = slice(start, start + _CHUNK)
        stretch = np.cos(np.radians(lats[part]))[:, None]
        north = lats[part, None] - points[None, :, 0]
        east = (lons[part, None] - points[None, :, 1]) * stretch
        found[part] = owners[np.argmin(north * north + east * east, axis=1)]
    return found


def _rings(mask: npt.NDArray[np.bool_], lats: Floats, lons: Floats, step: float) -> list[list[list[list[float]]]]:
    """The outer and inner edges of the marked squares as polygons of one ring each; a hole is a ring of its own (even-odd)."""
    if not mask.any():
        return []
    corners = _edges(mask)
    rings = []
    while corners:
        start = min(corners)
        ring = [start]
        at = corners[start].pop()
        while at != start:
            ring.append(at)
            at = corners[at].pop()
        for corner in ring:
            if not corners.get(corner):
                corners.pop(corner, None)
        rings.append(ring)
    west, south = float(lons[0]) - step / 2, float(lats[0]) - step / 2
    return [[[[round(west + x * step, 3), round(south + y * step, 3)] for y, x in _straight(ring)]] for ring in rings]


def _edges(mask: npt.NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    """Directed edges between marked and unmarked squares, the marked on the left: corner (row, column) → next corners."""
    padded = np.pad(mask, 1)
    inner = padded[1:-1, 1:-1]
    found: dict[Corner, list[Corner]] = defaultdict(list)
    for open_side, start, end in (
        (padded[:-2, 1:-1], (0, 0), (0, 1)),  # south, eastward
        (padded[1:-1, 2:], (0, 1), (1, 1)),  # east, northward
        (padded[2:, 1:-1], (1, 1), (1, 0)),  # north, westward
        (padded[1:-1, :-2], (1, 0), (0, 0)),  # west, southward
    ):
        for row, column in np.argwhere(inner & ~open_side).tolist():
            found[row + start[0], column + start[1]].append((row + end[0], column + end[1]))
    return found


def _straight(ring: list[Corner]) -> list[Corner]:
    """The ring closed, without corners on a straight line."""
    kept = [
        corner
        for before, corner, after in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True)
        if (before[0] != after[0] and before[1] != after[1])
    ]
    return [*kept, kept[0]]
