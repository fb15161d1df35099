"""What the gazetteer says about a place."""

from __future__ import annotations

from enum import StrEnum

from onrecord.records import PlaceKind, Record


class Match(StrEnum):
    """How a name led to a place: its main name, another name of it, the name without its type word, or only its consonants."""

    PRIMARY = "primary"
    ALTERNATE = "alternate"
    VARIANT = "variant"
    SKELETON = "skeleton"


class Feature(StrEnum):
    """What sort of thing a place is, finer than its ``PlaceKind``. Codes in comments are GeoNames feature codes."""

    OTHER = "other"
    TOWN = "town"  # PPL…
    CAPITAL = "capital"  # PPLC
    SEAT = "seat"  # PPLA, PPLA2…: seat of a division
    QUARTER = "quarter"  # PPLX
    CAMP = "camp"  # refugee or displaced people's camp
    COUNTRY = "country"
    ADMIN1 = "admin1"
    ADMIN2 = "admin2"
    ADMIN3 = "admin3"
    CONTINENT = "continent"
    REGION = "region"
    ZONE = "zone"
    SEA = "sea"
    RIVER = "river"
    LAKE = "lake"
    MOUNTAIN = "mountain"
    DESERT = "desert"
    ISLAND = "island"
    FOREST = "forest"
    BORDER = "border"
    FRONT = "front"
    ROAD = "road"
    BUILDING = "building"
    BASE = "base"
    AIRPORT = "airport"
    CROSSING = "crossing"


class Toponym(Record, frozen=True, kw_only=False, gc=False):
    """A place that a name may mean.

    id: ``gn:`` with the GeoNames number, ``or:`` for an entry of our own, ``<pack>:`` for a user's.  country: ISO 3166-1 alpha-3.
    admin1: name of the first-level division without its type word ("Idlib"); admin1_code: country and code ("SY.12").
    alternates: how many names are known, a sign of fame where the population is unknown.  radius_km: how far the place reaches.
    pinned: a user says that its names always mean it.
    """

    id: str
    name: str
    kind: PlaceKind
    feature: Feature
    lat: float
    lon: float
    country: str | None
    admin1: str | None
    admin1_code: str | None
    population: int
    alternates: int
    radius_km: float
    match: Match
    pack: str
    pinned: bool = False
