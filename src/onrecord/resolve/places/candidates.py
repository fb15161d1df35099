"""What a name may mean before its document is known: the candidates, and the part of their score that does not change."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from onrecord.gazetteer import Feature, Gazetteer, Match, Toponym
from onrecord.gazetteer.names import fold
from onrecord.gazetteer.typewords import TYPE_WORDS, without_type
from onrecord.records import PlaceKind

MAX_KEPT = 8  # candidates of one name that are weighed against each other
MAX_CACHED = 100_000

# Features that a candidate has by itself. The rest depend on the document (``ranking``).
STATIC = (
    "population", "country", "admin1", "admin2", "region", "primary", "alternate", "variant", "skeleton", "demonym", "fame", "capital",
    "type_word", "abbreviation",
)  # fmt: skip
_AT = {name: at for at, name in enumerate(STATIC)}


class Candidate(NamedTuple):
    """A place that a name may mean.

    features: by ``STATIC``.  score: their weighted sum.  share: of the name's votes before the document is known.
    unit: the point as a vector of length one, so that a dot product compares distances.
    """

    place: Toponym
    features: tuple[float, ...]
    score: float
    share: float
    unit: tuple[float, float, float]
    log_population: float


class Name(NamedTuple):
    """A surface name with its candidates, likeliest first, and the shares of countries and divisions among them."""

    key: str
    candidates: tuple[Candidate, ...]
    countries: dict[str, float]
    divisions: dict[str, float]


Demonyms = Callable[[str], Sequence[str]]


class NameCache:
    """Names by surface form; forgets all when full."""

    def __init__(self, gazetteer: Gazetteer, weights: Mapping[str, float], demonyms: Demonyms | None = None) -> None:
        self._gazetteer = gazetteer
        self._weights = tuple(weights.get(name, 0.0) for name in STATIC)
        self._demonyms = demonyms
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
        shares = _shares([_prior(item) for item in found])
        abbreviated = text.isupper() and len(text) <= 4
        candidates = tuple(self._candidate(item, share, kinds, abbreviated) for item, share in zip(found, shares, strict=True))
        return Name(key, candidates, _sums(candidates, _country), _sums(candidates, _division))

    def _find(self, key: str, text: str) -> tuple[tuple[PlaceKind, ...], list[_Found]]:
        """The kinds that a type word allows, and places with how each was found; full names before shortened ones."""
        kinds = type_kinds(key)
        places: dict[str, _Found] = {}
        for place in self._gazetteer.exact(key):
            places[place.id] = _Found(place, place.match, full=True)
        for shorter, allowed in without_type(key):
            for place in self._gazetteer.exact(shorter):
                fits = place.kind in allowed or not allowed
                places.setdefault(place.id, _Found(place, place.match if fits and place.match is Match.PRIMARY else Match.VARIANT, full=False))
        for code in self._demonyms(text) if self._demonyms else ():
            country = self._gazetteer.country(code)
            if country is not None:
                places.setdefault(country.id, _Found(country, None, full=True))
        if not places:
            for place in self._gazetteer.lookup(key, loose=True):
                places[place.id] = _Found(place, place.match, full=False)
        return kinds, list(places.values())

    def _candidate(self, found: _Found, share: float, kinds: tuple[PlaceKind, ...], abbreviated: bool) -> Candidate:
        place, match = found.place, found.match
        log_population = math.log10(place.population + 1)
        values = [0.0] * len(STATIC)
        values[0] = log_population
        values[_AT[_KIND_FEATURE.get(place.kind, "country")]] = float(place.kind in _KIND_FEATURE)
        values[_AT[match.value if match else "demonym"]] = 1.0
        values[_AT["fame"]] = math.log(place.alternates + 1)
        values[_AT["capital"]] = float(place.feature is Feature.CAPITAL)
        values[_AT["type_word"]] = float(place.kind in kinds)
        values[_AT["abbreviation"]] = float(abbreviated and place.kind in (PlaceKind.COUNTRY, PlaceKind.ADMIN1))
        score = sum(weight * value for weight, value in zip(self._weights, values, strict=True) if value)
        return Candidate(place, tuple(values), score, share, _unit(place.lat, place.lon), log_population)


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


def _shares(priors: list[float]) -> list[float]:
    if not priors:
        return []
    powers = [math.exp(_SHARPNESS * (prior - priors[0])) for prior in priors]
    whole = sum(powers)
    return [power / whole for power in powers]


def type_kinds(key: str) -> tuple[PlaceKind, ...]:
    """The kinds of place that a type word at either end of a folded name allows; () without one."""
    words = key.split(" ")
    if len(words) < 2:
        return ()
    return TYPE_WORDS.get(words[-1], ()) or (TYPE_WORDS.get(words[0], ()) if words[0] != "st" else ())


def _country(place: Toponym) -> str | None:
    return place.country


def _division(place: Toponym) -> str | None:
    return place.admin1_code


def _sums(candidates: tuple[Candidate, ...], of: Callable[[Toponym], str | None]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for candidate in candidates:
        code = of(candidate.place)
        if code is not None:
            sums[code] = sums.get(code, 0.0) + candidate.share
    return sums


def _unit(lat: float, lon: float) -> tuple[float, float, float]:
    phi, lam = math.radians(lat), math.radians(lon)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)
