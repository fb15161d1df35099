"""Writes packs: places in, files out; the same places in the same order give the same bytes."""

from __future__ import annotations

import hashlib
import math
import shutil
import struct
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import marisa_trie  # type: ignore[import-not-found,unused-ignore]
import msgspec

from onrecord.gazetteer.names import fold, skeleton
from onrecord.gazetteer.pack import (
    DEGREE,
    FEATURES,
    FORMAT,
    HAS_KEY,
    ID_MARK,
    INDEX_BITS,
    KEY_BREAK,
    KINDS,
    MATCHES,
    NOWHERE,
    PLACE,
    Admin,
    Division,
    Meta,
)
from onrecord.gazetteer.types import Feature, Match
from onrecord.records import PlaceKind, Record

MAX_NAMES = 200
_MAX_LABEL = 60_000


class NewPlace(Record):
    """A place on its way into a pack. ``names``: all but the main one. ``skeletons``: whether it is found by consonants, too."""

    name: str
    kind: PlaceKind
    feature: Feature
    lat: float
    lon: float
    number: int | None = None
    key: str | None = None
    country: str | None = None
    admin1: str | None = None
    population: int = 0
    names: tuple[str, ...] = ()
    radius_km: float = 0
    skeletons: bool = True


class PackWriter:
    """Collects places and writes them as a pack. ``countries`` and ``divisions``: what the places' codes point into."""

    def __init__(self, countries: Iterable[Division], divisions: Iterable[Division]) -> None:
        self._countries = tuple(countries)
        self._divisions = tuple(divisions)
        self._country_at = {division.code: at for at, division in enumerate(self._countries)}
        self._division_at = {division.code: at for at, division in enumerate(self._divisions)}
        self._records = bytearray()
        self._labels = bytearray()
        self._label_at: dict[bytes, int] = {}
        self._names: dict[str, array[int]] = {}
        self._bones: dict[str, array[int]] = {}
        self._priors = array("f")

    def __len__(self) -> int:
        return len(self._priors)

    def add(self, place: NewPlace) -> None:
        """Takes one place; its position in the pack is the number of places before it."""
        index = len(self._priors)
        keys = _keys(place)
        for key, match in keys.items():
            self._names.setdefault(key, array("I")).append(index | match << INDEX_BITS)
        if place.number is None and place.key:
            self._names.setdefault(ID_MARK + place.key, array("I")).append(index)
        if place.skeletons:
            for bones in _skeletons(place, keys):
                self._bones.setdefault(bones, array("I")).append(index | MATCHES.index(Match.SKELETON) << INDEX_BITS)
        self._append(place, len(keys))
        self._priors.append(_prior(place, len(keys)))

    def write(self, folder: Path, *, name: str, source: str, licence: str, attribution: str, prefix: str = "",
              shapes: Mapping[str, Any] | None = None, rejected: int = 0, notes: Iterable[str] = ()) -> Meta:  # fmt: skip
        """The pack's files, first beside ``folder`` and moved there when whole; what stood there is replaced."""
        temporary = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        self._write_tables(temporary)
        if shapes:
            (temporary / "shapes.json").write_bytes(msgspec.json.encode(shapes, order="sorted"))
        meta = Meta(
            format=FORMAT, name=name, source=source, licence=licence, attribution=attribution, places=len(self), keys=len(self._names),
            prefix=prefix, files=_files(temporary), rejected=rejected, notes=tuple(notes),
        )  # fmt: skip
        (temporary / "meta.json").write_bytes(msgspec.json.format(msgspec.json.encode(meta, order="sorted"), indent=1) + b"\n")
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
        return meta

    def _write_tables(self, folder: Path) -> None:
        (folder / "places.bin").write_bytes(self._records)
        (folder / "labels.bin").write_bytes(self._labels)
        admin = Admin(countries=self._countries, divisions=self._divisions)
        (folder / "admin.json").write_bytes(msgspec.json.encode(admin))
        _trie(self._names, self._priors).save(str(folder / "names.marisa"))
        _trie(self._bones, self._priors).save(str(folder / "skeletons.marisa"))

    def _append(self, place: NewPlace, names: int) -> None:
        label = place.name[:_MAX_LABEL]
        if place.number is None:
            label += KEY_BREAK + (place.key or "")
        encoded = label.encode()
        at = self._label_at.setdefault(encoded, len(self._labels))
        self._records += PLACE.pack(
            place.number or 0, round(place.lat * DEGREE), round(place.lon * DEGREE), min(max(place.population, 0), 2**32 - 1),
            self._country_at.get(place.country or "", NOWHERE), self._division_at.get(place.admin1 or "", NOWHERE),
            KINDS.index(place.kind), FEATURES.index(place.feature), min(names, 255), HAS_KEY if place.number is None else 0,
            at, len(encoded), min(round(place.radius_km), 0xFFFF),
        )  # fmt: skip
        if at == len(self._labels):
            self._labels += encoded


def _keys(place: NewPlace) -> dict[str, int]:
    """Folded names with the number of their match; the main name first."""
    keys = {fold(place.name): MATCHES.index(Match.PRIMARY)}
    for name in place.names[:MAX_NAMES]:
        keys.setdefault(fold(name), MATCHES.index(Match.ALTERNATE))
    keys.pop("", None)
    return keys


def _skeletons(place: NewPlace, keys: Iterable[str]) -> list[str]:
    found = dict.fromkeys(skeleton(key) for key in keys if key.isascii())
    found.pop("", None)
    return list(found)


_KIND_PRIOR = {PlaceKind.COUNTRY: 4.0, PlaceKind.ADMIN1: 1.0, PlaceKind.REGION: 3.0, PlaceKind.ZONE: 3.0, PlaceKind.ADMIN2: -0.5}


def _prior(place: NewPlace, names: int) -> float:
    """How likely a place is meant when nothing else is known: only orders the references of one name."""
    return math.log10(place.population + 1) + 0.5 * math.log(names + 1) + _KIND_PRIOR.get(place.kind, 0.0)


def _trie(keys: Mapping[str, array[int]], priors: array[float]) -> marisa_trie.BytesTrie:
    mask = (1 << INDEX_BITS) - 1

    def order(word: int) -> tuple[float, int]:
        worth = priors[word & mask] - (0.8 if word >> INDEX_BITS else 0.0)
        return -worth, word

    def packed(words: array[int]) -> bytes:
        return struct.pack(f"<{len(words)}I", *sorted(words, key=order))

    return marisa_trie.BytesTrie((key, packed(words)) for key, words in sorted(keys.items()))


def _files(folder: Path) -> dict[str, tuple[int, str]]:
    found = {}
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        found[path.name] = (len(content), hashlib.sha256(content).hexdigest())
    return found
