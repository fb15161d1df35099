"""Incidents as GeoJSON (RFC 7946): one collection, or one feature a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.export.account import Account, at_a_point
from onrecord.export.cells import Value, degrees
from onrecord.export.tables import incident_row
from onrecord.export.writing import encode_json


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
