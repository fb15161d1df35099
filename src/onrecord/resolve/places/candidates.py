"""What a name may mean before its document is known: the candidates, and the part of their score that does not change."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from onrecord.gazetteer import Feature, Gazetteer, Match, Toponym
from onrecord.gazetteer.names import fold
from onrecord.gazetteer.typewords import TYPE_WORDS, without_type
from onrecord.records import PlaceKind

MAX_KEPT = 12  # candidates of one name that are weighed against each other
MAX_CACHED = 100_000

# Features that a candidate has by itself. The rest depend on the document (``ranking``).
STATIC = (
    "population", "country", "admin1", "admin2", "region", "primary", "alternate", "variant", "skeleton", "demonym", "fame", "capital",
    "type_word", "abbreviation",
)  # fmt: skip
_AT = {name: at for at, name in enumerate(STATIC)}


class Candidate(NamedTuple):
    """A place that a name may mean.

    features: by ``STATIC``.  unit: the point as a vector of length one, so that a dot product compares distances.
    """

    place: Toponym
    features: tuple[float, ...]
    unit: tuple[float, float, float]
    log_population: float


class Name(NamedTuple):
    """A surface name with its candidates, likeliest first.

    shares: of each candidate before a document is known.  twofold: a town and its division are among them.
    """

    key: str
    candidates: tuple[Candidate, ...]
    shares: tuple[float, ...]
    twofold: bool


Peoples = Callable[[str], Sequence[Toponym]]


class NameCache:
    """Names by surface form; forgets all when full. peoples: the places that a word for a people or an adjective stands for."""

    def __init__(self, gazetteer: Gazetteer, peoples: Peoples | None = None) -> None:
        self._gazetteer = gazetteer
        self._peoples = peoples
        self._names: dict[str, Name] = {}

    def get(self, text: str) -> Name:
        """The name for a surface form."""
        name = self._names.get(text)
        if name is None:
            if len(self._names) >= MAX_CACHED:
                self._names.clear()
            name = self._names[text] = self._make(text)
        return name

    def _make(self, text: str) -> Name:
        key = fold(text)
        kinds, found = self._find(key, text)
        found.sort(key=_prior, reverse=True)
        found = found[:MAX_KEPT]
        abbreviated = text.isupper() and len(text) <= 4
        candidates = tuple(_candidate(item, kinds, abbreviated) for item in found)
        return Name(key, candidates, _shares([_prior(item) for item in found]), _twofold(candidates))

    def _find(self, key: str, text: str) -> tuple[tuple[PlaceKind, ...], list[_Found]]:
        """The kinds that a type word allows, and places with how each was found; full names before shortened ones."""
        kinds = type_kinds(key)
        places: dict[str, _Found] = {}
        for place in self._gazetteer.exact(key):
            places[place.id] = _Found(place, place.match, full=True)
        for shorter, allowed in without_type(key):
            for place in self._gazetteer.exact(shorter):
                fits = place.kind in allowed or not allowed
                places.setdefault(
                    place.id, _Found(place, place.match if fits and place.match is Match.PRIMARY else Match.VARIANT, full=False)
                )
        named = any(found.match is Match.PRIMARY and found.place.kind is PlaceKind.ADMIN1 for found in places.values())  # "Tigray"
        for place in self._peoples(text) if self._peoples and not named else ():
            places.setdefault(place.id, _Found(place, None, full=True))
        if not places:
            for place in self._gazetteer.lookup(key, loose=True):
                places[place.id] = _Found(place, place.match, full=False)
        return kinds, list(places.values())


def _candidate(found: _Found, kinds: tuple[PlaceKind, ...], abbreviated: bool) -> Candidate:
    place, match = found.place, found.match
    log_population = math.log10(place.population + 1)
    values = [0.0] * len(STATIC)
    values[0] = log_population
    if place.kind in _KIND_FEATURE:
        values[_AT[_KIND_FEATURE[place.kind]]] = 1.0
    values[_AT[match.value if match else "demonym"]] = 1.0
    values[_AT["fame"]] = math.log(place.alternates + 1)
    values[_AT["capital"]] = float(place.feature is Feature.CAPITAL)
    values[_AT["type_word"]] = float(place.kind in kinds)
    values[_AT["abbreviation"]] = float(abbreviated and place.kind in (PlaceKind.COUNTRY, PlaceKind.ADMIN1))
    return Candidate(place, tuple(values), _unit(place.lat, place.lon), log_population)


class _Found(NamedTuple):
    """A place, how its name was matched (None: by a demonym), and whether by the full name."""

    place: Toponym
    match: Match | None
    full: bool


_KIND_FEATURE = {
    PlaceKind.COUNTRY: "country", PlaceKind.ADMIN1: "admin1", PlaceKind.ADMIN2: "admin2", PlaceKind.REGION: "region",
    PlaceKind.ZONE: "region", PlaceKind.LINE: "region",
}  # fmt: skip
_KIND_PRIOR = {PlaceKind.COUNTRY: 2.0, PlaceKind.REGION: 2.0, PlaceKind.ZONE: 2.0, PlaceKind.ADMIN1: 0.5, PlaceKind.ADMIN2: -0.5}
_SHARPNESS = 1.3  # of the shares that names give their candidates before the document is known


def _prior(found: _Found) -> float:
    worth = math.log10(found.place.population + 1) + _KIND_PRIOR.get(found.place.kind, 0.0)
    return worth - (0.0 if found.match is Match.PRIMARY else 0.8) + (3.0 if found.full else 0.0)


def _shares(priors: list[float]) -> tuple[float, ...]:
    if not priors:
        return ()
    powers = [math.exp(_SHARPNESS * (prior - priors[0])) for prior in priors]
    whole = sum(powers)
    return tuple(power / whole for power in powers)


def type_kinds(key: str) -> tuple[PlaceKind, ...]:
    """The kinds of place that a type word at either end of a folded name allows; () without one."""
    words = key.split(" ")
    if len(words) < 2:
        return ()
    return TYPE_WORDS.get(words[-1], ()) or (TYPE_WORDS.get(words[0], ()) if words[0] != "st" else ())


def _twofold(candidates: tuple[Candidate, ...]) -> bool:
    divisions = {candidate.place.admin1_code for candidate in candidates if candidate.place.kind is PlaceKind.ADMIN1}
    return any(candidate.place.kind is PlaceKind.POPULATED and candidate.place.admin1_code in divisions for candidate in candidates)


def _unit(lat: float, lon: float) -> tuple[float, float, float]:
    phi, lam = math.radians(lat), math.radians(lon)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)
