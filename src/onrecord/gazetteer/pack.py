"""A pack: one source of places as a folder of files that are mapped into memory and shared between processes.

meta.json         what it is, whose it is, counts, and the size and SHA-256 of every other file; written last
names-NN.marisa   name key → references to places: 4 bytes each, place number and how the name belongs to it
bones-NN.marisa   consonant skeleton → the same
places.bin        one record of 32 bytes per place (``PLACE``)
labels.bin        the display names, and the ids of places that have no GeoNames number
admin.json        first-level divisions and countries that records point into
shapes.json       outlines of places that have one (may be missing)
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import zlib
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import marisa_trie  # type: ignore[import-not-found,unused-ignore]
import msgspec
import numpy as np
import numpy.typing as npt

from onrecord.errors import DataError
from onrecord.gazetteer.types import Feature, Match, Toponym
from onrecord.records import PlaceKind, Record

FORMAT = 1
PLACE = struct.Struct("<IiiIHHBBBBIHH")
DTYPE = np.dtype(
    [
        ("number", "<u4"), ("lat", "<i4"), ("lon", "<i4"), ("population", "<u4"), ("country", "<u2"), ("admin1", "<u2"),
        ("kind", "u1"), ("feature", "u1"), ("alternates", "u1"), ("flags", "u1"),
        ("label", "<u4"), ("label_size", "<u2"), ("radius", "<u2"),
    ]
)  # fmt: skip
DEGREE = 100_000  # coordinates are whole hundred-thousandths of a degree: 1.1 m
PINNED = 2  # flag: the user says that its names always mean it
HAS_KEY = 1  # flag: the label is followed by KEY_BREAK and an id that is not a GeoNames number
KEY_BREAK = "\x1f"
ID_MARK = "\x01"  # before ids among the name keys
INDEX_BITS = 28  # of a reference; the upper four are the match
NOWHERE = 0xFFFF  # no country, no division

KINDS: tuple[PlaceKind, ...] = tuple(PlaceKind)
FEATURES: tuple[Feature, ...] = tuple(Feature)
MATCHES: tuple[Match, ...] = tuple(Match)


class Division(Record, frozen=True):
    """A country (code alpha-3, no parent) or a first-level division ("SY.12" of country SYR); ``id`` is the place's own."""

    code: str
    name: str
    country: str
    id: str | None = None


class Meta(Record, frozen=True):
    """What a pack is. ``prefix``: of the ids of places without a GeoNames number. ``rejected``: rows that could not be read."""

    format: int
    name: str
    source: str
    licence: str
    attribution: str
    places: int
    keys: int
    prefix: str
    files: dict[str, tuple[int, str]]
    shards: int = 1
    rejected: int = 0
    notes: tuple[str, ...] = ()


class Admin(Record, frozen=True):
    countries: tuple[Division, ...]
    divisions: tuple[Division, ...]


class Pack:
    """A pack opened for reading; nothing is read before it is asked for. Raises DataError when it is not whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.meta = _read_meta(folder)
        self._check_sizes()
        self._places = _map(folder / "places.bin")
        self._labels = _map(folder / "labels.bin")
        admin = _decode(folder / "admin.json", Admin)
        self.countries = admin.countries
        self.divisions = admin.divisions
        self._names = self._tries("names")
        self._bones = self._tries("bones")

    def references(self, key: str) -> tuple[tuple[int, Match], ...]:
        """Place numbers for a folded name, most likely first, with how the name belongs to each."""
        return _references(self._trie(self._names, key), key)

    def skeleton_references(self, bones: str) -> tuple[tuple[int, Match], ...]:
        """Place numbers for a consonant skeleton, most likely first."""
        return _references(self._trie(self._bones, bones), bones)

    def has(self, key: str) -> bool:
        """Whether the folded name is in the pack."""
        return key in self._trie(self._names, key)

    def starts(self, key: str, limit: int) -> list[str]:
        """Up to ``limit`` folded names that begin with a key, in order."""
        found: dict[str, None] = {}
        for trie in self._names:
            for name in islice(trie.iterkeys(key), 4 * limit):
                found.setdefault(name)
        return sorted(found)[:limit]

    def _tries(self, index: str) -> list[marisa_trie.BytesTrie]:
        return [marisa_trie.BytesTrie().mmap(str(self.folder / f"{index}-{shard:02}.marisa")) for shard in range(self.meta.shards)]

    def _trie(self, tries: list[marisa_trie.BytesTrie], key: str) -> marisa_trie.BytesTrie:
        return tries[0] if len(tries) == 1 else tries[zlib.crc32(key.encode()) % len(tries)]

    def toponym(self, index: int, match: Match) -> Toponym:
        """The place with a number, as one record."""
        number, lat, lon, population, country, admin1, kind, feature, alternates, flags, at, size, radius = PLACE.unpack_from(
            self._places, index * PLACE.size
        )
        label = self._labels[at : at + size].decode()
        if flags & HAS_KEY:
            label, _, key = label.partition(KEY_BREAK)
        else:
            key = f"gn:{number}"
        division = self.divisions[admin1] if admin1 != NOWHERE else None
        return Toponym(  # by position, in the order of its fields: this is where look-ups spend their time
            key,
            label,
            KINDS[kind],
            FEATURES[feature],
            lat / DEGREE,
            lon / DEGREE,
            self.countries[country].code if country != NOWHERE else None,
            division.name if division else None,
            division.code if division else None,
            population,
            alternates,
            float(radius),
            match,
            self.meta.name,
            bool(flags & PINNED),
        )

    @property
    def table(self) -> npt.NDArray[Any]:
        """All places as a numpy record array over the mapped file; fields as in ``DTYPE``."""
        return np.frombuffer(self._places, dtype=DTYPE)

    def find(self, identity: str) -> int | None:
        """The number of the place with an id, or None; by GeoNames number it scans the mapped table, some 0.1 ms for the base pack."""
        if identity.startswith("gn:") and identity[3:].isdigit():
            at = np.flatnonzero((self.table["number"] == int(identity[3:])) & ((self.table["flags"] & HAS_KEY) == 0))
            return int(at[0]) if len(at) else None
        found = self.references(ID_MARK + identity)
        return found[0][0] if found else None

    @cached_property
    def shapes(self) -> dict[str, dict[str, Any]]:
        """GeoJSON geometries by place id; each may carry ``approximate: true``."""
        path = self.folder / "shapes.json"
        return _decode(path, dict[str, dict[str, Any]]) if path.is_file() else {}

    def verify(self) -> None:
        """Raises DataError when a file is not the one that the pack was written with."""
        for name, (_, digest) in sorted(self.meta.files.items()):
            if hashlib.sha256((self.folder / name).read_bytes()).hexdigest() != digest:
                raise DataError(f"{self.folder / name}: changed since it was written; {_remedy(self.folder)}")

    def _check_sizes(self) -> None:
        for name, (size, _) in sorted(self.meta.files.items()):
            path = self.folder / name
            if not path.is_file() or path.stat().st_size != size:
                raise DataError(f"{path}: missing or half-written; {_remedy(self.folder)}")


def _read_meta(folder: Path) -> Meta:
    path = folder / "meta.json"
    if not path.is_file():
        raise DataError(f"{folder}: not a gazetteer pack, or half-written (no meta.json); {_remedy(folder)}")
    meta: Meta = _decode(path, Meta)
    if meta.format != FORMAT:
        raise DataError(f"{path}: written in format {meta.format}, this version reads {FORMAT}; {_remedy(folder)}")
    if not meta.places:
        raise DataError(f"{folder}: the pack holds no places; {_remedy(folder)}")
    return meta


def _remedy(folder: Path) -> str:
    return f"run `onrecord gazetteer remove {folder.name}` and `onrecord gazetteer add` its source again"


def _decode(path: Path, into: Any) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes(), type=into)
    except (OSError, msgspec.DecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); {_remedy(path.parent)}") from error


def _map(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


_WORD = struct.Struct("<I")
_MASK = (1 << INDEX_BITS) - 1


def _references(trie: marisa_trie.BytesTrie, key: str) -> tuple[tuple[int, Match], ...]:
    values = trie.get(key)
    if not values:
        return ()
    value = values[0]
    if len(value) == _WORD.size:  # most names have one place
        word = int.from_bytes(value, "little")
        return ((word & _MASK, MATCHES[word >> INDEX_BITS]),)
    return tuple([(word & _MASK, MATCHES[word >> INDEX_BITS]) for (word,) in _WORD.iter_unpack(value)])
