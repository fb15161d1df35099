"""Which place each name of a document means: a log-linear model over candidates, whose reasons can be said in words.

A document votes: every distinct name gives its candidates' countries and divisions a share, and a candidate gains by the shares of the
*other* names. "X, Y" and "X in Y" bind a place to what holds it, and candidates near those of other names gain. The weights are learned
from annotated news (``training/places``); the softmax over a name's candidates is the confidence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from onrecord.gazetteer import Toponym
from onrecord.records import PlaceKind, Span
from onrecord.resolve.places.candidates import MAX_CACHED, STATIC, Candidate, Name, NameCache

# Features that depend on the document.
DYNAMIC = (
    "population_supported", "country_votes", "admin1_votes", "near", "within", "holds", "as_division", "as_town", "outlet_country",
    "outlet_admin1",
)  # fmt: skip
FEATURES = STATIC + DYNAMIC

_MAX_ANCHORS = 24
_MAX_GAP = 18  # characters between "X" and the "Y" that holds it
_CLOSE = math.cos(80 / 6371)  # within 80 km
_REGIONAL = math.cos(312 / 6371)
_GAP = re.compile(
    r"\s*(?:,|\(|in|of|in the|, in|,? (?:in )?(?:the )?(?:north|south|east|west|central|northern|southern|eastern|western|"
    r"northwest(?:ern)?|northeast(?:ern)?|southwest(?:ern)?|southeast(?:ern)?)|'s|’s)\s*\Z"
)


class Ranked(NamedTuple):
    """The answer for one name: candidates with probabilities, best first, and each one's features by ``FEATURES``."""

    name: Name
    probabilities: tuple[float, ...]
    order: tuple[int, ...]
    features: tuple[tuple[float, ...], ...]

    @property
    def best(self) -> Candidate | None:
        return self.name.candidates[self.order[0]] if self.order else None

    @property
    def confidence(self) -> float:
        return self.probabilities[self.order[0]] if self.order else 0.0


class Profile(NamedTuple):
    """Where an outlet's other reports take place: log-scaled counts of countries and divisions. Learned without labels."""

    countries: Mapping[str, float]
    divisions: Mapping[str, float]


NO_PROFILE = Profile({}, {})


class Weights(NamedTuple):
    """Weights by the names in ``FEATURES``. first: names vote with what is likely before the document is read; second: with the first
    round's answers."""

    first: Mapping[str, float]
    second: Mapping[str, float]


class Ranker:
    """Ranks the names of documents in two rounds; keeps what it learned about surface forms from one document to the next."""

    def __init__(self, cache: NameCache, weights: Weights, *, rounds: int = 2) -> None:
        self._cache = cache
        self._rounds = (_Scorer(weights.first), _Scorer(weights.second))[:rounds]

    def rank(self, text: str, names: Sequence[tuple[Span, str]], profile: Profile = NO_PROFILE) -> dict[str, Ranked]:
        """By surface form, the ranked candidates. names: spans in the text with the form to look up, in text order."""
        known = {form: self._cache.get(form) for _, form in names}
        bonds = _Bonds(text, names, known)
        shares = {form: name.shares for form, name in known.items()}
        ranked: dict[str, Ranked] = {}
        for scorer in self._rounds:
            context = _Context(known, shares, bonds, profile)
            ranked = {form: scorer.rank(form, name, context) for form, name in known.items()}
            shares = {form: answer.probabilities for form, answer in ranked.items()}
        return ranked


class _Scorer:
    """Scores candidates with one set of weights."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._static = tuple(weights.get(name, 0.0) for name in STATIC)
        self._dynamic = tuple(weights.get(name, 0.0) for name in DYNAMIC)
        self._scores: dict[int, tuple[Name, tuple[float, ...]]] = {}

    def rank(self, form: str, name: Name, context: _Context) -> Ranked:
        """The candidates of one name in their document."""
        if not name.candidates:
            return Ranked(name, (), (), ())
        rows = tuple(context.features(form, name, at, candidate) for at, candidate in enumerate(name.candidates))
        scores = [own + self._sum(row) for own, row in zip(self._own(name), rows, strict=True)]
        best = max(scores)
        powers = [math.exp(score - best) for score in scores]
        whole = sum(powers)
        order = tuple(sorted(range(len(scores)), key=lambda at: (-scores[at], at))) if len(scores) > 1 else (0,)
        return Ranked(name, tuple(power / whole for power in powers), order, rows)

    def _sum(self, row: tuple[float, ...]) -> float:
        return sum(weight * value for weight, value in zip(self._dynamic, row, strict=True) if value)

    def _own(self, name: Name) -> tuple[float, ...]:
        """Per candidate, the part of its score that no document changes; kept as long as the name itself is."""
        known = self._scores.get(id(name))
        if known is None or known[0] is not name:
            if len(self._scores) > MAX_CACHED:
                self._scores.clear()
            known = self._scores[id(name)] = (name, tuple(self._own_score(candidate) for candidate in name.candidates))
        return known[1]

    def _own_score(self, candidate: Candidate) -> float:
        score = sum(weight * value for weight, value in zip(self._static, candidate.features, strict=True) if value)
        return score + (_PIN if candidate.place.pinned else 0.0)


_PIN = 30.0  # more than any text can say against a place that the user has pinned


class _Bonds:
    """What the text says of names together: which candidates hold one another, and whether a name is that of a division or a town."""

    def __init__(self, text: str, names: Sequence[tuple[Span, str]], known: Mapping[str, Name]) -> None:
        self.within: set[tuple[str, int]] = set()
        self.holds: set[tuple[str, int]] = set()
        self.as_division: set[str] = set()
        self.as_town: set[str] = set()
        for (span, form), (next_span, next_form) in pairwise(names):
            if 0 < next_span[0] - span[1] <= _MAX_GAP:
                one, other = known[form], known[next_form]
                if (len(one.candidates) > 1 or len(other.candidates) > 1) and _GAP.match(text, span[1], next_span[0]):
                    self._bind(form, one, next_form, other)
        for form, name in known.items():
            if name.twofold:
                self._said(text, form)

    def _bind(self, form: str, one: Name, next_form: str, other: Name) -> None:
        for at, holder in enumerate(other.candidates):
            for inner_at, inner in enumerate(one.candidates):
                if holds(holder.place, inner.place):
                    self.within.add((form, inner_at))
                    self.holds.add((next_form, at))

    def _said(self, text: str, form: str) -> None:
        """Looks at the words around every occurrence of a name that a town and its division share."""
        at = text.find(form)
        while at >= 0:
            if _DIVISION_AFTER.match(text, at + len(form)) or _DIVISION_BEFORE.search(text, max(0, at - 30), at):
                self.as_division.add(form)
            if _TOWN_AFTER.match(text, at + len(form)) or _TOWN_BEFORE.search(text, max(0, at - 30), at):
                self.as_town.add(form)
            at = text.find(form, at + len(form))


_DIVISION_AFTER = re.compile(
    r"(?:['’]s)? (?:\w+ )?(?:province|governorate|region|oblast|state|countryside|provincial|department|prefecture|de-?escalation|"
    r"district|zone)\b|(?:, [A-Z][\w’'-]+)*,? and [A-Z][\w’'-]+ (?:provinces|governorates|regions|oblasts|states|departments|districts)\b"
)
_DIVISION_BEFORE = re.compile(r"\b(?:province|governorate|region|oblast|state|countryside|department|rural) (?:of )?\Z")
_TOWN_AFTER = re.compile(r"(?:['’]s)? (?:city|town|village|neighbou?rhoods?|suburbs?|airport|downtown|mayor|university|city centre)\b")
_TOWN_BEFORE = re.compile(r"\b(?:city|town|village|downtown|central|outskirts|mayor) (?:of )?\Z")


class _Context:
    """What the names of one document say about one another."""

    def __init__(self, known: Mapping[str, Name], shares: Mapping[str, tuple[float, ...]], bonds: _Bonds, profile: Profile) -> None:
        self._bonds = bonds
        self._profile = profile
        self._countries: dict[str, float] = {}
        self._divisions: dict[str, float] = {}
        self._own: dict[str, tuple[dict[str, float], dict[str, float]]] = {}
        for form, name in known.items():  # one vote for each name, however it is spelled
            if name.key not in self._own:
                self._own[name.key] = _votes(name, shares[form])
        for countries, divisions in self._own.values():
            _gather(self._countries, countries)
            _gather(self._divisions, divisions)
        self._anchors = _anchors((name, shares[form]) for form, name in known.items())

    def features(self, form: str, name: Name, at: int, candidate: Candidate) -> tuple[float, ...]:
        """One candidate's values by ``DYNAMIC``."""
        place, bonds = candidate.place, self._bonds
        country, division = place.country, place.admin1_code
        countries, divisions = self._own[name.key]
        country_votes = self._countries.get(country, 0.0) - countries.get(country, 0.0) if country else 0.0
        division_votes = self._divisions.get(division, 0.0) - divisions.get(division, 0.0) if division else 0.0
        return (
            candidate.log_population if country_votes > 0.5 else 0.0,
            math.log1p(country_votes) if country_votes > 1e-9 else 0.0,
            math.log1p(division_votes) if division_votes > 1e-9 else 0.0,
            self._nearness(name.key, candidate) if place.kind in _LOCAL and len(name.candidates) > 1 else 0.0,
            1.0 if bonds.within and (form, at) in bonds.within else 0.0,
            1.0 if bonds.holds and (form, at) in bonds.holds else 0.0,
            1.0 if form in bonds.as_division and place.kind is PlaceKind.ADMIN1 else 0.0,
            1.0 if form in bonds.as_town and place.kind is PlaceKind.POPULATED else 0.0,
            self._profile.countries.get(country, 0.0) if country else 0.0,
            self._profile.divisions.get(division, 0.0) if division else 0.0,
        )

    def _nearness(self, key: str, candidate: Candidate) -> float:
        x, y, z = candidate.unit
        total = 0.0
        for share, other, (u, v, w) in self._anchors:
            closeness = x * u + y * v + z * w
            if closeness > _REGIONAL and other != key:
                total += share if closeness > _CLOSE else 0.5 * share
        return math.log1p(total) if total else 0.0


def _votes(name: Name, shares: tuple[float, ...]) -> tuple[dict[str, float], dict[str, float]]:
    """The shares of the countries and of the divisions among a name's candidates."""
    countries: dict[str, float] = {}
    divisions: dict[str, float] = {}
    for candidate, share in zip(name.candidates, shares, strict=True):
        country, division = candidate.place.country, candidate.place.admin1_code
        if country is not None:
            countries[country] = countries.get(country, 0.0) + share
        if division is not None:
            divisions[division] = divisions.get(division, 0.0) + share
    return countries, divisions


_LOCAL = (PlaceKind.ADMIN2, PlaceKind.POPULATED, PlaceKind.POINT, PlaceKind.FACILITY)
_ANCHORING = (*_LOCAL, PlaceKind.ADMIN1)


def _anchors(names: Iterable[tuple[Name, tuple[float, ...]]]) -> list[tuple[float, str, tuple[float, float, float]]]:
    """Points of likely candidates: share, key of their name, unit vector; the likeliest ones only."""
    found = [
        (share, name.key, candidate.unit)
        for name, shares in names
        for candidate, share in zip(name.candidates, shares, strict=True)
        if share > _ANCHOR_SHARE and candidate.place.kind in _ANCHORING
    ]
    found.sort(reverse=True)
    return found[:_MAX_ANCHORS]


_ANCHOR_SHARE = 0.15


def _gather(into: dict[str, float], shares: Mapping[str, float]) -> None:
    for code, share in shares.items():
        into[code] = into.get(code, 0.0) + share


def holds(outer: Toponym, inner: Toponym) -> bool:
    """Whether one place is a country or division that the other lies in."""
    if outer.id == inner.id:
        return False
    if outer.kind is PlaceKind.COUNTRY:
        return inner.country == outer.country and inner.kind is not PlaceKind.COUNTRY
    if outer.kind in (PlaceKind.ADMIN1, PlaceKind.ADMIN2):
        narrower = _LOCAL if outer.kind is PlaceKind.ADMIN1 else _LOCAL[1:]
        return outer.admin1_code is not None and inner.admin1_code == outer.admin1_code and inner.kind in narrower
    return False


def learn_profile(answers: Iterable[Ranked], *, confident: float = 0.8) -> dict[str, dict[str, int]]:
    """Counts of countries and divisions among confident answers: what a ``Profile`` is made from."""
    counts: dict[str, dict[str, int]] = {"countries": {}, "divisions": {}}
    for answer in answers:
        best = answer.best
        if best is None or answer.confidence < confident:
            continue
        for part, code in (("countries", best.place.country), ("divisions", best.place.admin1_code)):
            if code is not None:
                counts[part][code] = counts[part].get(code, 0) + 1
    return counts


def make_profile(counts: Mapping[str, Mapping[str, int]]) -> Profile:
    """A profile from counts, log-scaled."""
    scaled = {part: {code: math.log1p(count) for code, count in found.items() if count > 0} for part, found in counts.items()}
    return Profile(scaled.get("countries", {}), scaled.get("divisions", {}))
