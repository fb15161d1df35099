"""Reads the sets of news with gold toponyms (TR-News, LGL; Gritta et al. 2020) as they lie in ``$ONRECORD_DATA/places``."""

from __future__ import annotations

import gzip
import math
import os
from functools import lru_cache
from pathlib import Path

import msgspec

from onrecord.gazetteer import Toponym
from onrecord.records import PlaceKind, Record, Span

ROOT = Path(__file__).parent.parent


def data_folder() -> Path:
    """Where the development data are: $ONRECORD_DATA, or ``../shared/data`` beside the repository."""
    return Path(os.environ.get("ONRECORD_DATA", ROOT / ".." / "shared" / "data"))


class GoldToponym(Record, frozen=True):
    """A name in the text with the place that annotators gave it; both of lat and lon are None where they gave none."""

    start: int
    end: int
    name: str
    lat: float | None = None
    lon: float | None = None
    geonames_id: str | None = None
    gaz_name: str | None = None
    fcode: str | None = None
    country: str | None = None


class GoldDocument(Record, frozen=True):
    """A report of a set. ``domain``: of the outlet's web site."""

    id: str = msgspec.field(name="doc_id")
    text: str
    domain: str
    toponyms: tuple[GoldToponym, ...]
    title: str | None = None

    @property
    def names(self) -> list[tuple[Span, str]]:
        """Spans and surface forms in text order, as ``Ranker.rank`` takes them."""
        return [((toponym.start, toponym.end), toponym.name) for toponym in self.toponyms]


@lru_cache
def read_set(name: str) -> tuple[GoldDocument, ...]:
    """All documents of a set ("trnews", "lgl")."""
    with gzip.open(data_folder() / "places" / f"{name}.jsonl.gz") as lines:
        return tuple(msgspec.json.decode(line, type=GoldDocument) for line in lines)


def error_km(place: Toponym | None, gold: GoldToponym) -> float:
    """How far an answer is from the gold point, in km; 0 for the same GeoNames entry, half the globe for no answer."""
    if place is None or gold.lat is None or gold.lon is None:
        return 20039.0
    if gold.geonames_id and place.id == f"gn:{gold.geonames_id}":
        return 0.0
    return great_circle_km(place.lat, place.lon, gold.lat, gold.lon)


def great_circle_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance of two points on the sphere, in km."""
    one, two = math.radians(lat), math.radians(other_lat)
    chord = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(chord)))


def same_place(place: Toponym, gold: GoldToponym) -> bool:
    """Whether a candidate is the gold place: the same GeoNames entry, or a second-level division within 40 km of a gold one."""
    if gold.geonames_id and place.id == f"gn:{gold.geonames_id}":
        return True
    return place.kind is PlaceKind.ADMIN2 and gold.fcode == "ADM2" and error_km(place, gold) < 40
