"""GeoNames feature classes and codes as kinds of place."""

from __future__ import annotations

from onrecord.gazetteer.types import Feature
from onrecord.records import PlaceKind

_CODES: dict[str, tuple[PlaceKind, Feature]] = {
    "ADM1": (PlaceKind.ADMIN1, Feature.ADMIN1),
    "ADM1H": (PlaceKind.ADMIN1, Feature.ADMIN1),
    "ADM2": (PlaceKind.ADMIN2, Feature.ADMIN2),
    "PPLC": (PlaceKind.POPULATED, Feature.CAPITAL),
    "PPLX": (PlaceKind.POPULATED, Feature.QUARTER),
    "PPLA": (PlaceKind.POPULATED, Feature.SEAT),
    "PPLA2": (PlaceKind.POPULATED, Feature.SEAT),
    "CMP": (PlaceKind.POPULATED, Feature.CAMP),
    "CMPRF": (PlaceKind.POPULATED, Feature.CAMP),
    "CONT": (PlaceKind.REGION, Feature.CONTINENT),
    "MILB": (PlaceKind.FACILITY, Feature.BASE),
    "AIRB": (PlaceKind.FACILITY, Feature.BASE),
    "AIRP": (PlaceKind.FACILITY, Feature.AIRPORT),
    "AIRF": (PlaceKind.FACILITY, Feature.AIRPORT),
    "PSTB": (PlaceKind.FACILITY, Feature.CROSSING),
    "ISL": (PlaceKind.REGION, Feature.ISLAND),
    "ISLS": (PlaceKind.REGION, Feature.ISLAND),
    "DSRT": (PlaceKind.REGION, Feature.DESERT),
    "LK": (PlaceKind.REGION, Feature.LAKE),
    "LKS": (PlaceKind.REGION, Feature.LAKE),
    "RSV": (PlaceKind.REGION, Feature.LAKE),
    "SEA": (PlaceKind.REGION, Feature.SEA),
    "OCN": (PlaceKind.REGION, Feature.SEA),
    "GULF": (PlaceKind.REGION, Feature.SEA),
    "STRT": (PlaceKind.REGION, Feature.SEA),
    "BAY": (PlaceKind.REGION, Feature.SEA),
}
_CLASSES: dict[str, tuple[PlaceKind, Feature]] = {
    "A": (PlaceKind.ADMIN2, Feature.ADMIN3),
    "P": (PlaceKind.POPULATED, Feature.TOWN),
    "L": (PlaceKind.REGION, Feature.REGION),
    "H": (PlaceKind.LINE, Feature.RIVER),
    "T": (PlaceKind.REGION, Feature.MOUNTAIN),
    "S": (PlaceKind.FACILITY, Feature.BUILDING),
    "R": (PlaceKind.LINE, Feature.ROAD),
    "V": (PlaceKind.REGION, Feature.FOREST),
    "U": (PlaceKind.REGION, Feature.OTHER),
}


def geonames_kind(feature_class: str, code: str) -> tuple[PlaceKind, Feature]:
    """Kind and feature of a GeoNames row; what is unknown is a point."""
    if code.startswith("PCL"):
        return PlaceKind.COUNTRY, Feature.COUNTRY
    return _CODES.get(code) or _CLASSES.get(feature_class, (PlaceKind.POINT, Feature.OTHER))
