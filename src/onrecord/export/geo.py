"""Incidents as GeoJSON (RFC 7946), one collection or one feature a line, and as GeoParquet 1.1."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from onrecord.claim_cells import at_a_point, degrees
from onrecord.export.account import Account
from onrecord.export.cells import Value
from onrecord.export.layout import Cells
from onrecord.export.tables import INCIDENTS, incident_row
from onrecord.export.writing import ROWS_AT_ONCE, arrow_table, encode_json, in_batches, parquet_schema, require_pyarrow, write_parquet


def feature(account: Account) -> dict[str, Any]:
    """An incident as a feature: flat properties, and a point only where the place is one; an area or a line gets no geometry."""
    place = account.incident.place
    geometry = None
    if place is not None and place.lat is not None and place.lon is not None and at_a_point(place):
        geometry = {"type": "Point", "coordinates": [degrees(place.lon), degrees(place.lat)]}
    return {"type": "Feature", "id": account.incident.id, "geometry": geometry, "properties": properties(account)}


def properties(account: Account) -> dict[str, Value]:
    """The cells of the incident's row but for the coordinates, which are the geometry."""
    return {name: value for name, value in incident_row(account).items() if name not in ("latitude", "longitude")}


def collection_lines(accounts: Iterable[Account]) -> Iterator[str]:
    """A FeatureCollection, one feature a line."""
    yield '{"type":"FeatureCollection","features":[\n'
    for number, account in enumerate(accounts):
        yield f"{',' if number else ''}{_encoded(account)}\n"
    yield "]}\n"


def sequence_lines(accounts: Iterable[Account]) -> Iterator[str]:
    """One feature a line, without record separators: what GDAL, QGIS, tippecanoe and jq read as newline-delimited GeoJSON."""
    for account in accounts:
        yield f"{_encoded(account)}\n"


def _encoded(account: Account) -> str:
    return encode_json(feature(account))


# ── GeoParquet ────────────────────────────────────────────────────────────────────────────────────────────────────────

GEOMETRY = "geometry"
GEO_METADATA = {
    "version": "1.1.0",
    "primary_column": GEOMETRY,
    "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": ["Point"]}},  # without a crs: OGC:CRS84, longitude before latitude
}
LATITUDE, LONGITUDE = (INCIDENTS.names.index(name) for name in ("latitude", "longitude"))


def write_geoparquet(rows: Iterable[Cells], path: Path) -> None:
    """Writes rows of incidents with a geometry beside the columns of ``csv``: a point, or null where the place is none."""
    arrow = require_pyarrow()
    schema = parquet_schema(INCIDENTS.columns).append(arrow.field(GEOMETRY, arrow.binary()))
    schema = schema.with_metadata({"geo": json.dumps(GEO_METADATA)})
    write_parquet(schema, _with_geometry(schema, rows), path)


def _with_geometry(schema: Any, rows: Iterable[Cells]) -> Iterator[Any]:
    for batch in in_batches(rows, ROWS_AT_ONCE):
        points = [_point(row[LONGITUDE], row[LATITUDE]) for row in batch]
        yield arrow_table(schema, dict(zip(schema.names, (*zip(*batch, strict=True), points), strict=True)), len(batch))


def _point(lon: Value, lat: Value) -> bytes | None:
    """A point as little-endian well-known binary."""
    return struct.pack("<BIdd", 1, 1, lon, lat) if lon is not None and lat is not None else None
