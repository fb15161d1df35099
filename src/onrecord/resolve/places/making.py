"""Makes a ``Place`` of a reading and a ranked answer."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import msgspec

from onrecord.gazetteer import Gazetteer, Match, Toponym
from onrecord.gazetteer.geometry import distance_km
from onrecord.gazetteer.names import fold
from onrecord.lexicon import Lexicon
from onrecord.records import EntityLabel, Mention, Place, PlaceBasis, PlaceKind, PlaceRelation
from onrecord.resolve.places.candidates import STATIC, Candidate
from onrecord.resolve.places.precision import precision, radius_km
from onrecord.resolve.places.ranking import FEATURES, Ranked
from onrecord.resolve.places.relations import COMPASS, Reading
from onrecord.resolve.places.weights import load_weights

_SHOWN_SHARE = 0.05  # of probability that a candidate must have to be kept
_MAX_CANDIDATES = 4
_MAX_REASONS = 4
_AMBIGUOUS = 0.35  # of probability: below it, no candidate is taken
_WIDELY_KNOWN = 100_000  # people: a larger town is known beyond its country
_SETTING = 2  # places in one country from which on a report is set there
_UNSUPPORTED = 5000  # people: a smaller place in a country that nothing else names is not believed


class Focus(NamedTuple):
    """countries: alpha-3 codes by how often the report's places lie in them.  named: offset and country of each such place."""

    countries: tuple[str, ...]
    named: tuple[tuple[int, str], ...]


def make_place(
    mention: Mention, reading: Reading, answer: Ranked | None, focus: Focus, lexicon: Lexicon, gazetteer: Gazetteer, *, dateline: bool
) -> Place | None:
    """The place that a named mention means, or None where nothing is known or enough."""
    if reading.relation is PlaceRelation.BORDER:
        return border_place(mention, reading, focus, lexicon, gazetteer)
    capital = capital_place(mention, reading, lexicon, gazetteer)
    if capital is not None:
        return capital
    if answer is None or answer.best is None or _unsupported(mention, reading, answer, focus):
        return None
    chosen = _grain(answer, reading)
    best, reading = answer.name.candidates[chosen], _outlying(answer.name.candidates[chosen].place, reading)
    others = tuple(
        _place(mention, reading, answer.name.candidates[at].place, answer.probabilities[at], (), ())
        for at in answer.order[: _MAX_CANDIDATES + 1]
        if at != chosen and answer.probabilities[at] >= _SHOWN_SHARE
    )
    confidence = answer.probabilities[chosen] if chosen == answer.order[0] else 2 * answer.confidence / 3
    place = _place(mention, reading, best.place, confidence, others, reasons(answer, best))
    if answer.confidence < _AMBIGUOUS:
        return _ambiguous(place)
    if dateline:
        return _replace(place, relation=None, radius_km=None, acled_precision=None, ucdp_precision=None, basis=PlaceBasis.DOCUMENT)
    return place


_CITY_KM = 20.0  # a division that reaches no farther is a city


def _grain(answer: Ranked, reading: Reading) -> int:
    """Which candidate is meant where a town and its division share the name.

    The division has a west and a countryside; of a city that is a division of its own, the town is meant.
    """
    best = answer.order[0]
    place = answer.name.candidates[best].place
    outlying = reading.rural or (reading.part is not None and any(side in reading.part.lower() for side in _SIDES))
    if place.kind is PlaceKind.POPULATED and outlying:
        wanted = PlaceKind.ADMIN1
    elif place.kind is PlaceKind.ADMIN1 and place.radius_km <= _CITY_KM and not outlying:
        wanted = PlaceKind.POPULATED
    else:
        return best
    for at, candidate in enumerate(answer.name.candidates):
        if candidate.place.kind is wanted and candidate.place.admin1_code == place.admin1_code:
            return at
    return best


def _outlying(place: Toponym, reading: Reading) -> Reading:
    """The countryside of a town is outside of it."""
    if reading.rural and place.kind is PlaceKind.POPULATED and reading.relation in (None, PlaceRelation.IN):
        return reading._replace(relation=PlaceRelation.OUTSIDE)
    return reading


def _ambiguous(place: Place) -> Place:
    """A place that could be several: only what all of them share is said, and the candidates are kept."""
    readings = (_replace(place, candidates=(), why=()), *place.candidates)
    country = place.country if len({reading.country for reading in readings}) == 1 else None
    return _replace(
        place,
        name=place.text,
        id=None,
        lat=None,
        lon=None,
        country=country,
        admin1=place.admin1 if country and len({reading.admin1 for reading in readings}) == 1 else None,
        radius_km=None,
        acled_precision=None,
        ucdp_precision=None,
        candidates=readings,
        why=("the name has several places, and the report does not say which",),
    )


def _unsupported(mention: Mention, reading: Reading, answer: Ranked, focus: Focus) -> bool:
    """A doubtful answer in a country that no other place of the report lies in, or a weak match away from where the report is."""
    best = answer.best
    assert best is not None
    at_home = best.place.country in focus.countries[:1]
    if best.place.match is Match.SKELETON and not at_home and not best.place.pinned:
        return True
    return (doubtful(answer) and not (at_home and len(focus.named) > 1)) or _is_stray(mention, reading, answer, focus)


def _is_stray(mention: Mention, reading: Reading, answer: Ranked, focus: Focus) -> bool:
    """A small town in a country where no other name lies, in a report set elsewhere: rather a village of the report's own country.

    A building or street that such a town only gave a word of its name is never in it for that.
    """
    best = answer.best
    assert best is not None
    place = best.place
    if place.pinned or place.kind is not PlaceKind.POPULATED or place.population >= _WIDELY_KNOWN:
        return False
    partial = reading.name != mention.text and mention.label is not EntityLabel.GPE  # "Canal Hotel", "King Fahd air base"
    elsewhere = sum(country == focus.countries[0] for _, country in focus.named) if focus.countries else 0
    alone = not answer.features[answer.order[0]][FEATURES.index("country_votes") - len(STATIC)]
    return alone and (partial or (elsewhere >= _SETTING and place.country != focus.countries[0]))


def doubtful(answer: Ranked) -> bool:
    """Whether nothing else in the report speaks for the place, and it is a weak match or a hamlet."""
    best = answer.best
    assert best is not None
    if any(answer.features[answer.order[0]][1 : 1 + len(_DYNAMIC_SHOWN)]) or best.place.pinned:
        return False
    if best.place.match is Match.SKELETON:
        return True
    local = best.place.kind is PlaceKind.POPULATED and best.place.population < _UNSUPPORTED
    return local and best.place.pack == "base" and not best.place.id.startswith("or:")


_DYNAMIC_SHOWN = ("country_votes", "admin1_votes", "near", "within", "holds", "as_division", "as_town")
_NOTES = {
    "population": "how many people live there",
    "country": "a country",
    "region": "a region",
    "primary": "its main name",
    "fame": "known by many names",
    "capital": "a capital",
    "type_word": "the type word fits",
    "abbreviation": "an abbreviation",
    "demonym": "a people's name",
}


def reasons(answer: Ranked, best: Candidate) -> tuple[str, ...]:
    """What speaks for the answer, strongest first: feature in words and its share of the score."""
    weights = load_weights().second
    found = [(weights.get(name, 0.0) * value, _NOTES.get(name, "")) for name, value in zip(STATIC, best.features, strict=True)]
    row = answer.features[answer.order[0]]
    place = best.place
    notes = (
        "",
        f"others in {place.country}",
        f"others in {place.admin1}",
        "near others",
        "the text says what holds it",
        "holds its neighbour",
        "the text speaks of the division",
        "the text speaks of the town",
    )
    found += [(weights.get(name, 0.0) * value, note) for name, value, note in zip(("", *_DYNAMIC_SHOWN), row[:8], notes, strict=True)]
    found.sort(key=lambda item: (-item[0], item[1]))
    return tuple(f"{note} (+{gain:.1f})" for gain, note in found if gain >= 0.1 and note)[:_MAX_REASONS]


def _place(
    mention: Mention, reading: Reading, toponym: Toponym, confidence: float, candidates: tuple[Place, ...], why: tuple[str, ...]
) -> Place:
    kind = _kind(reading, toponym)
    lat, lon = _moved(toponym, reading)
    acled, ucdp = precision(
        kind, reading.relation, feature=toponym.feature, within_division=toponym.admin1 is not None, part=reading.part is not None
    )
    return Place(
        span=mention.span,
        text=mention.text,
        name=_name(reading, toponym),
        id=toponym.id,
        kind=kind,
        lat=round(lat, 5),
        lon=round(lon, 5),
        country=toponym.country,
        admin1=toponym.admin1,
        relation=reading.relation,
        radius_km=radius_km(toponym, reading.relation, part=reading.part is not None, distance_km=reading.distance_km),
        acled_precision=acled,
        ucdp_precision=ucdp,
        basis=PlaceBasis.ARGUMENT,
        confidence=round(confidence, 2),
        candidates=candidates,
        why=why,
    )


def _kind(reading: Reading, toponym: Toponym) -> PlaceKind:
    """A part of a country or of a division is a region of its own."""
    if reading.part is not None and toponym.kind is PlaceKind.COUNTRY:
        return PlaceKind.REGION
    return toponym.kind


def _name(reading: Reading, toponym: Toponym) -> str:
    name = f"{reading.part} {toponym.name}" if reading.part is not None else toponym.name
    return f"{name} countryside" if reading.rural else name


# The four sides, as steps to the north and to the east.
_SIDES = {
    side: (round(math.cos(math.radians(bearing))), round(math.sin(math.radians(bearing))))
    for side, bearing in COMPASS.items()
    if bearing % 90 == 0
}
_KM_PER_DEGREE = 111.2


def _moved(toponym: Toponym, reading: Reading) -> tuple[float, float]:
    """The point that is meant: some kilometres off in a bearing, or half-way from the middle to the side of a part."""
    if reading.bearing is not None:
        away = reading.distance_km if reading.distance_km is not None else max(toponym.radius_km, 10.0)
        north, east = math.cos(math.radians(reading.bearing)), math.sin(math.radians(reading.bearing))
    elif reading.part is not None:
        word = reading.part.lower()
        north = sum(side[0] for name, side in _SIDES.items() if name in word)
        east = sum(side[1] for name, side in _SIDES.items() if name in word)
        away = toponym.radius_km / 2 / (math.hypot(north, east) or 1.0)
    else:
        return toponym.lat, toponym.lon
    lat = toponym.lat + north * away / _KM_PER_DEGREE
    lon = toponym.lon + east * away / (_KM_PER_DEGREE * max(0.1, math.cos(math.radians(toponym.lat))))
    return max(-90.0, min(90.0, lat)), (lon + 180) % 360 - 180


def capital_place(mention: Mention, reading: Reading, lexicon: Lexicon, gazetteer: Gazetteer) -> Place | None:
    """The capital that a phrase names by its country ("the Turkish capital", "Syria's capital"), or None if it does not."""
    if parse_noun(mention) != "capital":
        return None
    for code in _countries_in(mention.text, lexicon):
        entry = lexicon.countries.get(code)
        for name in (*entry.capitals, *entry.weak_capitals) if entry is not None else ():
            for town in gazetteer.exact(fold(name)):
                if town.country == code and town.kind is PlaceKind.POPULATED:
                    return _place(mention, reading._replace(part=None), town, 0.9, (), ("the capital of the country named",))
    return None


def parse_noun(mention: Mention) -> str:
    """The head word of a mention, in lower case."""
    start, end = mention.head[0] - mention.span[0], mention.head[1] - mention.span[0]
    return mention.text[start:end].lower()


def between_places(one: Place, other: Place, text: str) -> Place:
    """The place half-way between two: as exact as "near" when they are close, else a line."""
    if one.lat is None or one.lon is None:
        return one
    other = min((other, *other.candidates), key=lambda place: _apart(one, place))  # of namesakes the one close by
    if other.lat is None or other.lon is None:
        return one
    apart = distance_km(one.lat, one.lon, other.lat, other.lon)
    if apart > _DOUBTFUL_KM and min(one.confidence, other.confidence) < _SURE:
        return one  # rather the wrong namesake than a road that long
    close = apart <= CLOSE_KM
    return _replace(
        one,
        name=f"between {one.name} and {other.name}",
        text=text,
        id=None,
        kind=PlaceKind.POINT if close else PlaceKind.LINE,
        lat=round((one.lat + other.lat) / 2, 5),
        lon=round((one.lon + other.lon) / 2, 5),
        country=one.country if one.country == other.country else None,
        admin1=one.admin1 if one.admin1 == other.admin1 and one.country == other.country else None,
        relation=PlaceRelation.BETWEEN,
        radius_km=round(max(apart / 2, 5.0), 1),
        acled_precision=2 if close else 3,
        ucdp_precision=2 if close else 5,
        confidence=round(min(one.confidence, other.confidence), 2),
        candidates=(),
        why=(f"half-way between the two, {apart:.0f} km apart",),
    )


def _apart(one: Place, other: Place) -> float:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return float("inf")
    return distance_km(one.lat, one.lon, other.lat, other.lon)


_DOUBTFUL_KM, _SURE = 150.0, 0.7
CLOSE_KM = 25.0  # two places that a point between them stands for, after UCDP's code 2


def border_place(mention: Mention, reading: Reading, focus: Focus, lexicon: Lexicon, gazetteer: Gazetteer) -> Place | None:
    """The line between the country that the mention names and a neighbour: the other one named, or the report's own country."""
    said = (reading.name or "", mention.text, *reading.containers)
    found = [codes for text in said if (codes := _countries_in(text, lexicon))]
    named = next((codes for codes in found if len(codes) > 1), None) or next(iter(found), None) or _bordering(focus, gazetteer)
    if not named:
        return None
    pair = named[:2] if len(named) > 1 else _neighbour(named[0], mention.span[0], focus, gazetteer)
    line = gazetteer.border(*pair) if len(pair) == 2 else None
    owned = re.search(r"['’]s?\b", mention.text) is not None  # "Turkey's border" is spoken of from Turkey's side, "the Turkish border" not
    country = named[0] if owned else next((code for code in pair if code in focus.countries and code != named[0]), named[0])
    whole = gazetteer.country(named[0])
    at = line or whole
    if at is None:
        return None
    return Place(
        span=mention.span, text=mention.text, name=line.name if line else mention.text, id=line.id if line else None, kind=PlaceKind.LINE,
        lat=at.lat, lon=at.lon, country=country, admin1=None, relation=PlaceRelation.BORDER, radius_km=max(at.radius_km, NEAR_BORDER_KM),
        acled_precision=3, ucdp_precision=5, basis=PlaceBasis.ARGUMENT, confidence=0.8 if line else 0.5,
        why=("the border of a country named, with the neighbour that the report is about",) if line else ("a border of the country named",),
    )  # fmt: skip


NEAR_BORDER_KM = 25.0


def _neighbour(code: str, offset: int, focus: Focus, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The country with its neighbour that the report is about: the nearest one named before, or the one most named."""
    for at, other in reversed(focus.named):
        if at < offset and other != code and gazetteer.border(code, other) is not None:
            return code, other
    for other in focus.countries:
        if other != code and gazetteer.border(code, other) is not None:
            return code, other
    return (code,)


def _bordering(focus: Focus, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The two countries that a report of no more than two neighbours is about; () otherwise: "the border" could be any."""
    pair = focus.countries[:3]
    return pair if len(pair) == 2 and gazetteer.border(*pair) is not None else ()


def _countries_in(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Codes of countries named or meant by an adjective in a phrase ("Syrian-Turkish", "Turkey's southern"), in order."""
    words = text.replace("-", " ").replace("–", " ").replace("’s", " ").replace("'s", " ").split()
    found: dict[str, None] = {}
    for _, _, senses in lexicon.countries.matches(words):
        code = senses[0].entry.country
        if code is not None:
            found.setdefault(code)
    return tuple(found)


def _replace(place: Place, **changes: object) -> Place:
    return msgspec.structs.replace(place, **changes)
