"""Which place each name of a document means: a log-linear model over candidates, whose reasons can be said in words.

A document votes: every distinct name gives its candidates' countries and divisions a share, and a candidate gains by the shares of the
*other* names. "X, Y" and "X in Y" bind a place to what holds it, and candidates near those of other names gain. The weights are learned
from annotated news (``training/places``); the softmax over a name's candidates is the confidence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from onrecord.gazetteer import Toponym
from onrecord.records import PlaceKind, Span
from onrecord.resolve.places.candidates import STATIC, Candidate, Name, NameCache

# Features that depend on the document.
DYNAMIC = ("population_supported", "country_votes", "admin1_votes", "near", "within", "holds", "outlet_country", "outlet_admin1")
FEATURES = STATIC + DYNAMIC

_MAX_ANCHORS = 24
_MAX_GAP = 18  # characters between "X" and the "Y" that holds it
_CLOSE = math.cos(80 / 6371)  # within 80 km
_REGIONAL = math.cos(312 / 6371)
_GAP = re.compile(
    r"\s*(?:,|\(|in|of|in the|, in|,? (?:in )?(?:the )?(?:north|south|east|west|central|northern|southern|eastern|western|northwest(?:ern)?|"
    r"northeast(?:ern)?|southwest(?:ern)?|southeast(?:ern)?)|'s|’s)\s*\Z"
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


class Ranker:
    """Ranks the names of documents; keeps what it learned about surface forms from one document to the next."""

    def __init__(self, cache: NameCache, weights: Mapping[str, float]) -> None:
        self._cache = cache
        self._weights = tuple(weights.get(name, 0.0) for name in DYNAMIC)

    def rank(self, text: str, names: Sequence[tuple[Span, str]], profile: Profile = NO_PROFILE) -> dict[str, Ranked]:
        """By surface form, the ranked candidates. names: spans in the text with the form to look up, in text order."""
        known = {form: self._cache.get(form) for _, form in names}
        context = _Context(known, profile)
        context.bind(text, names)
        return {form: self._rank(form, name, context) for form, name in known.items()}

    def _rank(self, form: str, name: Name, context: _Context) -> Ranked:
        scores, rows = [], []
        for at, candidate in enumerate(name.candidates):
            row = context.features(form, name, at, candidate)
            score = candidate.score
            for weight, value in zip(self._weights, row, strict=True):
                if value:
                    score += weight * value
            scores.append(score)
            rows.append(row)
        if not scores:
            return Ranked(name, (), (), ())
        best = max(scores)
        powers = [math.exp(score - best) for score in scores]
        whole = sum(powers)
        order = tuple(sorted(range(len(scores)), key=lambda at: (-scores[at], at))) if len(scores) > 1 else (0,)
        return Ranked(name, tuple(power / whole for power in powers), order, tuple(rows))


class _Context:
    """What the names of one document say about one another."""

    def __init__(self, known: Mapping[str, Name], profile: Profile) -> None:
        self._known = known
        self._profile = profile
        self._countries: dict[str, float] = {}
        self._divisions: dict[str, float] = {}
        for name in known.values():
            _gather(self._countries, name.countries)
            _gather(self._divisions, name.divisions)
        self._anchors = _anchors(known.values())
        self._within: set[tuple[str, int]] = set()
        self._holds: set[tuple[str, int]] = set()

    def bind(self, text: str, names: Sequence[tuple[Span, str]]) -> None:
        """Notes which candidates of neighbouring names hold one another where the text says "X, Y" or "X in Y"."""
        for (span, form), (next_span, next_form) in zip(names, names[1:], strict=False):
            gap = next_span[0] - span[1]
            if not 0 < gap <= _MAX_GAP:
                continue
            one, other = self._known[form], self._known[next_form]
            if (len(one.candidates) > 1 or len(other.candidates) > 1) and _GAP.match(text, span[1], next_span[0]):
                self._bind(form, one, next_form, other)

    def _bind(self, form: str, one: Name, next_form: str, other: Name) -> None:
        for at, holder in enumerate(other.candidates):
            for inner_at, inner in enumerate(one.candidates):
                if holds(holder.place, inner.place):
                    self._within.add((form, inner_at))
                    self._holds.add((next_form, at))

    def features(self, form: str, name: Name, at: int, candidate: Candidate) -> tuple[float, ...]:
        """One candidate's values by ``DYNAMIC``."""
        place = candidate.place
        country, division = place.country, place.admin1_code
        country_votes = self._countries[country] - name.countries[country] if country else 0.0
        division_votes = self._divisions[division] - name.divisions[division] if division else 0.0
        return (
            candidate.log_population if country_votes > 0.5 else 0.0,
            math.log1p(country_votes) if country_votes > 1e-9 else 0.0,
            math.log1p(division_votes) if division_votes > 1e-9 else 0.0,
            self._nearness(name.key, candidate) if place.kind in _LOCAL and len(name.candidates) > 1 else 0.0,
            1.0 if self._within and (form, at) in self._within else 0.0,
            1.0 if self._holds and (form, at) in self._holds else 0.0,
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


_LOCAL = (PlaceKind.ADMIN2, PlaceKind.POPULATED, PlaceKind.POINT, PlaceKind.FACILITY)
_ANCHORING = (*_LOCAL, PlaceKind.ADMIN1)


def _anchors(names: Iterable[Name]) -> list[tuple[float, str, tuple[float, float, float]]]:
    """Points of likely candidates: share, key of their name, unit vector; the likeliest ones only."""
    found = [
        (candidate.share, name.key, candidate.unit)
        for name in names
        for candidate in name.candidates[:3]
        if candidate.share > 0.15 and candidate.place.kind in _ANCHORING
    ]
    found.sort(reverse=True)
    return found[:_MAX_ANCHORS]


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
