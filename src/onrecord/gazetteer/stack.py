"""Several packs, looked up as one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import msgspec

from onrecord.gazetteer.cells import division_cells
from onrecord.gazetteer.geometry import distance_km, inside, polygons
from onrecord.gazetteer.names import fold, skeleton
from onrecord.gazetteer.pack import Pack
from onrecord.gazetteer.types import Match, Toponym
from onrecord.gazetteer.typewords import without_type
from onrecord.records import PlaceKind

MAX_CANDIDATES = 24
_ALIKE = 0.68  # of letters that a name and one found by its consonants must share, measured on spellings of towns in 25 conflicts


class Gazetteer:
    """Looks names up in a base pack and those over it; a later pack's place replaces one with the same id."""

    def __init__(self, *packs: Pack) -> None:
        self.packs = packs
        self._latest_first = packs[::-1]
        self._countries = {division.code: division.id for pack in packs for division in pack.countries if division.id}
        self._known: dict[str, Toponym | None] = {}
        self._cells: dict[str, dict[str, dict[str, Any]]] = {}

    @property
    def attributions(self) -> tuple[str, ...]:
        """What must be shown beside the places: one line for each pack."""
        return tuple(pack.meta.attribution for pack in self.packs)

    def lookup(self, name: str, *, limit: int = MAX_CANDIDATES, loose: bool = False) -> tuple[Toponym, ...]:
        """The places that a name may mean, most likely first, or () if none.

        A name with a type word ("Idlib province") that is not itself known is looked up without it (``Match.VARIANT``).
        loose: when nothing is found, also by consonants (``Match.SKELETON``): right place in most cases, not in all.
        """
        key = fold(name)
        found = self.exact(key, limit=limit)
        if not found:
            found = self._variants(key, limit)
        if not found and loose:
            found = self._alike(key, limit)
        return found

    def exact(self, key: str, *, limit: int = MAX_CANDIDATES) -> tuple[Toponym, ...]:
        """The places with exactly this folded name."""
        if len(self.packs) == 1:
            pack = self.packs[0]
            return tuple([pack.toponym(index, match) for index, match in pack.references(key)[:limit]])
        return _merge((pack.toponym(*reference) for pack in self._latest_first for reference in pack.references(key)[:limit]), limit)

    def knows(self, name: str) -> bool:
        """Whether the name itself (not a variant of it) is that of any place."""
        key = fold(name)
        return any(pack.has(key) for pack in self.packs)

    def place(self, identity: str) -> Toponym | None:
        """The place with an id ("gn:169389", "or:donbas"), or None."""
        if identity not in self._known:
            self._known[identity] = self._find(identity)
        return self._known[identity]

    def _find(self, identity: str) -> Toponym | None:
        for pack in self._latest_first:
            index = pack.find(identity)
            if index is not None:
                return pack.toponym(index, Match.PRIMARY)
        return None

    def border(self, one: str, other: str) -> Toponym | None:
        """The land border of two countries (alpha-3 codes, in any order), or None."""
        first, second = sorted((one, other))
        return self.place(f"or:border/{first}-{second}")

    def country(self, code: str) -> Toponym | None:
        """The country with an ISO 3166-1 alpha-3 code, or None."""
        identity = self._countries.get(code)
        return self.place(identity) if identity else None

    def shape(self, identity: str) -> dict[str, Any] | None:
        """The outline of a place as GeoJSON geometry, with ``approximate: true`` where it is rough; None if no pack has one."""
        for pack in self._latest_first:
            geometry = pack.shapes.get(identity)
            if geometry is not None:
                return geometry
        return None

    def contains(self, identity: str, lat: float, lon: float) -> bool | None:
        """Whether a point lies in a place: in its outline, or without one within its reach; None for a place that no pack has."""
        geometry = self.shape(identity)
        if geometry is not None and polygons(geometry):
            return inside(geometry, lat, lon)
        place = self.place(identity)
        return None if place is None else distance_km(place.lat, place.lon, lat, lon) <= place.radius_km

    def division_outlines(self, country: str) -> dict[str, dict[str, Any]]:
        """By code of first-level division, approximate outlines for maps (``cells``); {} where towns or the country's outline lack."""
        if country not in self._cells:
            self._cells[country] = division_cells(self.packs[0], country)
        return self._cells[country]

    def search(self, text: str, *, limit: int = 20) -> tuple[Toponym, ...]:
        """Places for a search box: of that name first, then of names that begin with it, then of names that sound alike."""
        found = {place.id: place for place in self.lookup(text, limit=limit, loose=True)}
        key = fold(text)
        for pack in self._latest_first if key else ():
            for name in pack.starts(key, limit):
                for place in self.exact(name, limit=3):
                    found.setdefault(place.id, place)
        return tuple(found.values())[:limit]

    def _variants(self, key: str, limit: int) -> tuple[Toponym, ...]:
        for shorter, kinds in without_type(key):
            found = [place for place in self.exact(shorter, limit=limit) if not kinds or place.kind in kinds]
            if found:
                return tuple(_as(place, Match.VARIANT) for place in found)
        return ()

    def _alike(self, key: str, limit: int) -> tuple[Toponym, ...]:
        bones = skeleton(key)
        if not bones:
            return ()
        found = _merge(
            (pack.toponym(*reference) for pack in self._latest_first for reference in pack.skeleton_references(bones)[:limit]), limit
        )
        return tuple(place for place in found if _likeness(key, fold(place.name)) >= _ALIKE)


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.replace(" ", ""), other.replace(" ", ""), autojunk=False).ratio()


def _merge(places: Iterable[Toponym], limit: int) -> tuple[Toponym, ...]:
    """Places of several packs, the latest pack first, in order of how likely they are.

    Left out are those whose id a later pack has taken, and rough entries of our own that a later pack has, too.
    """
    latest: dict[str, Toponym] = {}
    for place in places:
        latest.setdefault(place.id, place)
    kept = [place for place in latest.values() if not _replaced(place, latest.values())]
    return tuple(sorted(kept, key=_order))[:limit]


_SAME_TOWN_KM = 15.0


def _replaced(place: Toponym, places: Iterable[Toponym]) -> bool:
    if not place.id.startswith("or:") or place.kind is not PlaceKind.POPULATED:
        return False
    return any(
        other.pack != place.pack and other.kind is place.kind and distance_km(other.lat, other.lon, place.lat, place.lon) <= _SAME_TOWN_KM
        for other in places
    )


_KIND_WORTH = {PlaceKind.COUNTRY: 3, PlaceKind.REGION: 2, PlaceKind.ZONE: 2, PlaceKind.ADMIN1: 1}


def _order(place: Toponym) -> tuple[bool, bool, int, int, int, str]:
    worth = -_KIND_WORTH.get(place.kind, 0)
    return not place.pinned, place.match is not Match.PRIMARY, worth, -place.population, -place.alternates, place.id


def _as(place: Toponym, match: Match) -> Toponym:
    return msgspec.structs.replace(place, match=match)
