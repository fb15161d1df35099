"""Places that are described and not named ("the region", "the war-torn country", "the capital").

They take the place of what they refer to, or failing that of the nearest place before that fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from onrecord.gazetteer import Feature, Gazetteer
from onrecord.lexicon.lists import word_set, word_sorts
from onrecord.records import Mention, MentionKind, Place, PlaceBasis, PlaceKind
from onrecord.resolve.places.making import Focus
from onrecord.resolve.places.precision import precision
from onrecord.resolve.places.relations import Reading

_AREA = (PlaceKind.REGION, PlaceKind.ZONE, PlaceKind.ADMIN1, PlaceKind.ADMIN2)
_TOWN = (PlaceKind.POPULATED, PlaceKind.POINT)

_KINDS = {"country": (PlaceKind.COUNTRY,), "area": _AREA, "area or town": (*_AREA, *_TOWN), "town": _TOWN}

# Describing noun → the kinds of place that it may stand for.
NOUNS = {noun: _KINDS[sort] for noun, sort in word_sorts("places.described").items()}
# What these may refer to; the other nouns are loose ("the region" may be a country, "the area" a town).
_REFERS = {noun: kinds for noun, kinds in NOUNS.items() if kinds in (_TOWN, (PlaceKind.COUNTRY,)) and noun not in word_set("places.loose")}
_DEFINITE = re.compile(
    r"(?:(?:in|at|near|from|to|of|across|throughout|inside|around|outside)\s+)?(?:the|this|that|their|its|our|his|her|there|here)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\bof (?:the )?(?P<name>[A-Z][\w’'-]+)")
_GUESS = 0.5  # confidence of a place taken from the nearest fitting one, without coreference


def describe(
    text: str,
    mentions: Sequence[Mention],
    readings: Mapping[str, Reading],
    places: dict[str, Place | None],
    focus: Focus,
    gazetteer: Gazetteer,
) -> None:
    """Adds to ``places`` those of descriptions, by coreference or, failing that, by the nearest fitting place before."""
    by_id = {mention.id: mention for mention in mentions}
    for mention in mentions:
        reading = readings.get(mention.id)
        if mention.kind is not MentionKind.PLACE or reading is None or places.get(mention.id) is not None:
            continue
        if reading.name is not None and mention.refers_to is None:
            continue
        if _names_another(mention, by_id):
            continue
        described = reading.name is not None or text[mention.span[1] : mention.span[1] + 4].startswith((" of ", " in "))
        source = _referent(mention, reading.noun, by_id, places)
        if source is None and not described:  # "the area of Kobani" is a new one
            source = _nearest(mention, reading, mentions, places, focus, gazetteer)
        if source is not None:
            place, certain = source
            places[mention.id] = _restated(place, mention, reading, certain)


def _names_another(mention: Mention, by_id: Mapping[str, Mention]) -> bool:
    """Whether a description has a name of its own that what it is taken to refer to lacks: "the town of Dabiq" after Al-Bab."""
    named, source = _NAMED.search(mention.text), by_id.get(mention.refers_to or "")
    return named is not None and source is not None and named["name"] not in source.text


def _referent(mention: Mention, noun: str, by_id: Mapping[str, Mention], places: Mapping[str, Place | None]) -> tuple[Place, float] | None:
    seen, kinds = {mention.id}, _REFERS.get(noun)
    while mention.refers_to is not None and mention.refers_to in by_id and mention.refers_to not in seen:
        mention = by_id[mention.refers_to]
        seen.add(mention.id)
        place = places.get(mention.id) or mention.place
        if place is not None and place.basis is not PlaceBasis.DOCUMENT:
            return (place, 0.9) if not kinds or place.kind in kinds else None
    return None


def _nearest(
    mention: Mention, reading: Reading, mentions: Sequence[Mention], places: Mapping[str, Place | None], focus: Focus, gazetteer: Gazetteer
) -> tuple[Place, float] | None:
    kinds = NOUNS.get(reading.noun)
    if kinds is None or not _DEFINITE.match(mention.text):
        return None
    before = [other for other in mentions if other.span[1] <= mention.span[0] and places.get(other.id) is not None]
    for other in sorted(before, key=lambda item: -item.span[0]):
        place = places[other.id]
        if place is not None and place.kind in kinds and place.basis is not PlaceBasis.DOCUMENT and _fits(reading.noun, place, gazetteer):
            return place, _GUESS
    if kinds == (PlaceKind.COUNTRY,) and focus.countries:
        return _whole(focus.countries[0], gazetteer)
    return None


def _fits(noun: str, place: Place, gazetteer: Gazetteer) -> bool:
    """Whether a place is of the sort that the noun says: a capital, a city that is no camp."""
    toponym = gazetteer.place(place.id) if place.id is not None else None
    if noun == "capital":
        return toponym is not None and toponym.feature is Feature.CAPITAL
    if noun in ("city", "town"):
        return toponym is None or toponym.feature not in (Feature.CAMP, Feature.QUARTER)
    return True


def _whole(code: str, gazetteer: Gazetteer) -> tuple[Place, float] | None:
    country = gazetteer.country(code)
    if country is None:
        return None
    place = Place(
        span=None, text=None, name=country.name, id=country.id, kind=PlaceKind.COUNTRY, lat=country.lat, lon=country.lon,
        country=code, admin1=None, relation=None, radius_km=country.radius_km, acled_precision=3, ucdp_precision=6,
        basis=PlaceBasis.ARGUMENT, confidence=_GUESS, why=("the country that most places of the report lie in",),
    )  # fmt: skip
    return place, 1.0


def _restated(place: Place, mention: Mention, reading: Reading, certain: float) -> Place:
    """The same place at another mention, with that mention's own relation."""
    relation = reading.relation
    division = place.admin1 is not None
    acled, ucdp = precision(place.kind, relation, feature=_feature(place), within_division=division, part=False)
    return msgspec.structs.replace(
        place, span=mention.span, text=mention.text, relation=relation, acled_precision=acled, ucdp_precision=ucdp,
        basis=PlaceBasis.ARGUMENT, confidence=round(place.confidence * certain, 2), candidates=(),
        why=("what it refers to is there",) if certain > _GUESS else ("the nearest place before that fits the description",),
    )  # fmt: skip


def _feature(place: Place) -> Feature:
    return Feature.SEA if place.ucdp_precision == 7 else Feature.OTHER
