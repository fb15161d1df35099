"""Words for peoples and adjectives of places: never the place of anything, but they say which part of the world a report is about."""

from __future__ import annotations

from onrecord.gazetteer import Gazetteer, Toponym
from onrecord.gazetteer.names import fold
from onrecord.lexicon import Lexicon
from onrecord.lexicon.lists import word_sorts
from onrecord.records import PlaceKind
from onrecord.resolve.places.candidates import Peoples

_CONTINENTS = word_sorts("places.continents")
_AREAS = (PlaceKind.REGION, PlaceKind.ADMIN1, PlaceKind.ZONE)


def peoples_of(lexicon: Lexicon, gazetteer: Gazetteer) -> Peoples:
    """A look-up of the countries and regions that an adjective or a people's name stands for."""

    def places(text: str) -> list[Toponym]:
        found = [place for entry in lexicon.countries.demonym(text) if (place := _place(entry.id, entry.name, entry.country, gazetteer))]
        continent = _CONTINENTS.get(fold(text))
        if not found and continent and text[:1].isupper():
            place = gazetteer.place(continent)
            return [place] if place else []
        return found

    return places


def _place(code: str, name: str, country: str | None, gazetteer: Gazetteer) -> Toponym | None:
    """The country itself, the region of that name, or the country under which the people is filed."""
    whole = gazetteer.country(code)
    if whole is not None:
        return whole
    region = next((place for place in gazetteer.exact(fold(name)) if place.kind in _AREAS), None)
    return region or (gazetteer.country(country) if country else None)
