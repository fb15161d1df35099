"""Country outlines and land borders from Natural Earth's 1:10m countries, simplified so that neighbours still fit together.

Vertices that two countries share belong to both of their rings. Rings are cut where the set of countries at a vertex changes, and each
piece is simplified once (Douglas–Peucker), whoever it belongs to: no gaps, no overlaps, and the pieces of two countries are their border.
"""

from __future__ import annotations

import io
import itertools
import struct
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

Point = tuple[float, float]  # lon, lat as in GeoJSON
Ring = list[Point]

TOLERANCE = 0.06  # degrees; about 6 km, enough for a map of a country on a screen
MIN_AREA = 0.01  # square degrees; smaller islands are left out unless they are all that a country has
# Natural Earth has codes of its own for places without one of ISO 3166; they go to what records call them.
_CODES = {"KOS": "KOS", "SOL": "SOM", "CYN": "CYP", "SDS": "SSD", "PSX": "PSE", "SAH": "ESH", "ALD": "ALA"}


def read_countries(archive: bytes) -> dict[str, list[Ring]]:
    """By alpha-3 code, all rings of the polygons of a zipped shapefile."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        names = {name.rsplit(".", 1)[-1]: name for name in files.namelist()}
        shapes = list(_shapes(files.read(names["shp"])))
        rows = list(_rows(files.read(names["dbf"])))
    found: dict[str, list[Ring]] = defaultdict(list)
    for rings, row in zip(shapes, rows, strict=True):
        found[_code(row)].extend(rings)
    return dict(sorted(found.items()))


def _code(row: dict[str, str]) -> str:
    own = row.get("ADM0_A3", "")
    if own in _CODES:
        return _CODES[own]
    iso = row.get("ISO_A3_EH", row.get("ISO_A3", ""))
    return iso if iso and iso != "-99" else own


def _shapes(data: bytes) -> Iterator[list[Ring]]:
    at = 100
    while at < len(data):
        size = struct.unpack_from(">i", data, at + 4)[0] * 2
        at += 8
        if struct.unpack_from("<i", data, at)[0] == 5:
            parts, points = struct.unpack_from("<2i", data, at + 36)
            starts = [*struct.unpack_from(f"<{parts}i", data, at + 44), points]
            flat = struct.unpack_from(f"<{2 * points}d", data, at + 44 + 4 * parts)
            vertices = [(round(flat[i], 5), round(flat[i + 1], 5)) for i in range(0, 2 * points, 2)]
            yield [vertices[start:end] for start, end in itertools.pairwise(starts)]
        else:
            yield []
        at += size


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    count, header, width = struct.unpack_from("<iHH", data, 4)
    fields, at = [], 32
    while data[at] != 0x0D:
        fields.append((data[at : at + 11].split(b"\0")[0].decode(), data[at + 16]))
        at += 32
    for row in range(count):
        at = header + row * width + 1
        values = {}
        for name, size in fields:
            values[name] = data[at : at + size].decode("utf-8", "replace").strip(" \0")
            at += size
        yield values


class Outlines:
    """polygons: by country, simplified rings.  borders: by pair of codes in alphabetical order, the pieces between them."""

    def __init__(self, countries: dict[str, list[Ring]], tolerance: float = TOLERANCE) -> None:
        owners: dict[Point, set[str]] = defaultdict(set)
        for code, rings in countries.items():
            for ring in rings:
                for point in ring:
                    owners[point].add(code)
        self._tolerance = tolerance
        self._pieces: dict[tuple[Point, ...], list[Point]] = {}
        self.polygons: dict[str, list[Ring]] = {}
        self.borders: dict[tuple[str, str], list[Ring]] = defaultdict(list)
        for code, rings in countries.items():
            kept = _large(rings)
            self.polygons[code] = [self._simplified(ring, owners) for ring in kept]
        seen: set[tuple[Point, ...]] = set()
        for code, rings in countries.items():
            for ring in rings:
                for piece in _cut(ring, owners):
                    pair = sorted(_common(piece, owners))
                    key = _direction(piece)
                    if len(pair) >= 2 and code == pair[0] and key not in seen:
                        seen.add(key)
                        self.borders[pair[0], pair[1]].append(self._piece(piece))

    def _simplified(self, ring: Ring, owners: dict[Point, set[str]]) -> Ring:
        pieces = [self._piece(piece) for piece in _cut(ring, owners)]
        whole = pieces[0][:]
        for piece in pieces[1:]:
            whole.extend(piece[1:])
        if whole[0] != whole[-1]:
            whole.append(whole[0])
        return whole

    def _piece(self, piece: Ring) -> Ring:
        key = _direction(piece)
        if key not in self._pieces:
            self._pieces[key] = _thin(list(key), self._tolerance)
        thin = self._pieces[key]
        return thin if tuple(piece) == key else thin[::-1]


def _common(piece: Sequence[Point], owners: dict[Point, set[str]]) -> set[str]:
    inner = piece[1:-1] or piece
    return set.intersection(*(owners[point] for point in inner))


def _direction(piece: Sequence[Point]) -> tuple[Point, ...]:
    forward = tuple(piece)
    return min(forward, forward[::-1])


def _cut(ring: Ring, owners: dict[Point, set[str]]) -> list[Ring]:
    """The ring's pieces between vertices where other countries begin or end to share it."""
    body = ring[:-1] if ring[0] == ring[-1] else ring[:]
    sets = [frozenset(owners[point]) for point in body]
    cuts = [at for at in range(len(body)) if _junction(sets[at - 1], sets[at], sets[(at + 1) % len(body)])]
    if not cuts:
        start = body.index(min(body))
        turned = body[start:] + body[:start]
        middle = len(turned) // 2  # two pieces, so that a closed line keeps its shape
        return [turned[: middle + 1], [*turned[middle:], turned[0]]]
    pieces = []
    for first, second in zip(cuts, [*cuts[1:], cuts[0] + len(body)], strict=True):
        pieces.append([body[at % len(body)] for at in range(first, second + 1)])
    return pieces


def _junction(before: frozenset[str], here: frozenset[str], after: frozenset[str]) -> bool:
    return not (here <= before and here <= after)


def _thin(points: Ring, tolerance: float) -> Ring:
    """Douglas–Peucker, ends kept."""
    keep = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        far, at = 0.0, 0
        for index in range(first + 1, last):
            off = _offset(points[index], points[first], points[last])
            if off > far:
                far, at = off, index
        if far > tolerance:
            keep.add(at)
            stack += [(first, at), (at, last)]
    return [points[index] for index in sorted(keep)]


def _offset(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length)) if length else 0.0
    return float(((point[0] - start[0] - along * dx) ** 2 + (point[1] - start[1] - along * dy) ** 2) ** 0.5)


def _large(rings: list[Ring]) -> list[Ring]:
    kept = [ring for ring in rings if abs(ring_area(ring)) >= MIN_AREA]
    return kept or [max(rings, key=lambda ring: abs(ring_area(ring)))]


def ring_area(ring: Sequence[Point]) -> float:
    """Signed area in square degrees; clockwise rings, outer ones in shapefiles, are negative."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def multipolygon(rings: Sequence[Ring]) -> dict[str, Any]:
    """GeoJSON of rings as they come in shapefiles: outer ones clockwise, holes after them the other way."""
    polygons: list[list[list[list[float]]]] = []
    for ring in rings:
        if len(ring) < 4:
            continue
        line = [[round(lon, 2), round(lat, 2)] for lon, lat in ring]
        if ring_area(ring) <= 0 or not polygons:
            polygons.append([line])
        else:
            polygons[-1].append(line)
    return {"type": "MultiPolygon", "coordinates": polygons}


def multiline(pieces: Sequence[Ring]) -> dict[str, Any]:
    """GeoJSON of the pieces of a border."""
    return {"type": "MultiLineString", "coordinates": [[[round(lon, 2), round(lat, 2)] for lon, lat in piece] for piece in pieces]}
