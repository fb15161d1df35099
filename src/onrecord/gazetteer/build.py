"""Writes packs: places in, files out; the same places in the same order give the same bytes.

Nothing but one number per place stays in memory: places and labels are appended to their files, names go to buckets on disk, and each
bucket becomes one trie at the end. An interrupted build goes on from its last checkpoint.
"""

from __future__ import annotations

import hashlib
import math
import shutil
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from itertools import groupby
from operator import itemgetter
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
    PINNED,
    PLACE,
    Admin,
    Division,
    Meta,
)
from onrecord.gazetteer.types import Feature, Match
from onrecord.gazetteer.typewords import without_type
from onrecord.records import PlaceKind, Record

MAX_NAMES = 200  # of one place; the rest are left out
MANY_SHARDS = 64
_MAX_LABEL = 60_000
_MAX_KEY = 500  # bytes of one folded name
_ENTRY = struct.Struct("<HIf")  # in a bucket: size of the key, reference, worth; then the key
_PRIMARY, _ALTERNATE, _SKELETON = (MATCHES.index(match) for match in (Match.PRIMARY, Match.ALTERNATE, Match.SKELETON))


class NewPlace(Record, frozen=True):
    """A place on its way into a pack.

    number: of GeoNames; without one, ``key`` is its whole id.  admin1: code of its division ("SY.12").  names: all but the main one.
    skeletons: whether it is found by consonants, too.  pinned: the user says that its names always mean it.
    """

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
    pinned: bool = False
    shape: dict[str, Any] | None = None


class _State(Record, frozen=True):
    """A checkpoint: places so far, file sizes, and what the reader needs to go on."""

    places: int
    sizes: dict[str, int]
    reader: dict[str, Any]


class PackWriter:
    """Takes places one by one and makes a pack of them.

    folder: where the pack will stand; it is built beside it and moved there when whole. shards: tries per index, 1 or ``MANY_SHARDS``.
    countries, divisions: what the places' codes point into. resume: go on from a checkpoint of an interrupted build, if there is one.
    """

    def __init__(
        self, folder: Path, countries: Iterable[Division], divisions: Iterable[Division], *, shards: int = 1, resume: bool = False
    ) -> None:
        self.folder = folder
        self.shards = shards
        self._countries = tuple(countries)
        self._divisions = tuple(divisions)
        self._country_at = {division.code: at for at, division in enumerate(self._countries)}
        self._division_at = {division.code: at for at, division in enumerate(self._divisions)}
        self._work = folder.with_name(f".{folder.name}.partial")
        self._shapes: dict[str, Any] = {}
        self.reader_state: dict[str, Any] = {}
        self._count = 0
        state = _read_state(self._work) if resume else None
        if state is None:
            shutil.rmtree(self._work, ignore_errors=True)
            self._work.mkdir(parents=True)
        self._files = {name: (self._work / name).open("ab") for name in self._file_names()}
        self._label_at: dict[bytes, int] = {}
        if state is not None:
            self._restore(state)
        self._label_end = self._files["labels.bin"].tell()

    def __len__(self) -> int:
        return self._count

    def add(self, place: NewPlace) -> None:
        """Takes one place; its number in the pack is that of places before it."""
        index = self._count
        keys = _keys(place)
        worth = _worth(place, len(keys))
        for key, match in keys.items():
            self._enter("names", key, index | match << INDEX_BITS, worth - (0.0 if match == _PRIMARY else 0.8))
        if place.number is None and place.key:
            self._enter("names", ID_MARK + place.key, index, 0.0)
        if place.skeletons:
            for bones in _skeletons(keys):
                self._enter("bones", bones, index | _SKELETON << INDEX_BITS, worth)
        if place.shape is not None:
            self._shapes[place.key if place.number is None else f"gn:{place.number}"] = place.shape  # type: ignore[index]
        self._append(place, len(keys))
        self._count += 1

    def checkpoint(self) -> None:
        """Writes down how far the build has come, with ``reader_state``; shapes are not kept, so files with shapes start anew."""
        if self._shapes:
            return
        for file in self._files.values():
            file.flush()
        sizes = {name: file.tell() for name, file in self._files.items()}
        state = _State(places=self._count, sizes=sizes, reader=self.reader_state)
        temporary = self._work / "state.new"
        temporary.write_bytes(msgspec.json.encode(state))
        temporary.replace(self._work / "state.json")

    def finish(self, *, name: str, source: str, licence: str, attribution: str, prefix: str = "", shapes: Mapping[str, Any] | None = None,
               rejected: int = 0, notes: Iterable[str] = ()) -> Meta:  # fmt: skip
        """Makes the tries and moves the pack to its folder; what stood there is replaced."""
        for file in self._files.values():
            file.close()
        keys = self._make_tries("names")
        self._make_tries("bones")
        admin = Admin(countries=self._countries, divisions=self._divisions)
        (self._work / "admin.json").write_bytes(msgspec.json.encode(admin))
        if shapes or self._shapes:
            (self._work / "shapes.json").write_bytes(msgspec.json.encode({**(shapes or {}), **self._shapes}, order="sorted"))
        (self._work / "state.json").unlink(missing_ok=True)
        meta = Meta(
            format=FORMAT, name=name, source=source, licence=licence, attribution=attribution, places=self._count, keys=keys,
            prefix=prefix, shards=self.shards, files=_files(self._work), rejected=rejected, notes=tuple(notes),
        )  # fmt: skip
        (self._work / "meta.json").write_bytes(msgspec.json.format(msgspec.json.encode(meta, order="sorted"), indent=1) + b"\n")
        shutil.rmtree(self.folder, ignore_errors=True)
        self._work.rename(self.folder)
        return meta

    def discard(self) -> None:
        """Closes and removes what has been written."""
        for file in self._files.values():
            file.close()
        shutil.rmtree(self._work, ignore_errors=True)

    def close(self) -> None:
        """Closes the files and leaves the build to be resumed."""
        for file in self._files.values():
            file.close()

    def _file_names(self) -> list[str]:
        return ["places.bin", "labels.bin", *(f"{index}-{shard:02}.part" for index in ("names", "bones") for shard in range(self.shards))]

    def _restore(self, state: _State) -> None:
        for name, file in self._files.items():
            file.truncate(state.sizes[name])
            file.seek(state.sizes[name])
        self._count = state.places
        self.reader_state = state.reader

    def _enter(self, index: str, key: str, reference: int, worth: float) -> None:
        encoded = key.encode()[:_MAX_KEY]
        self._files[f"{index}-{shard_of(encoded, self.shards):02}.part"].write(_ENTRY.pack(len(encoded), reference, worth) + encoded)

    def _append(self, place: NewPlace, names: int) -> None:
        label = place.name[:_MAX_LABEL]
        if place.number is None:
            label += KEY_BREAK + (place.key or "")
        encoded = label.encode()
        at = self._label_at.get(encoded, self._label_end)
        flags = (HAS_KEY if place.number is None else 0) | (PINNED if place.pinned else 0)
        self._files["places.bin"].write(PLACE.pack(
            place.number or 0, round(place.lat * DEGREE), round(place.lon * DEGREE), min(max(place.population, 0), 2**32 - 1),
            self._country_at.get(place.country or "", NOWHERE), self._division_at.get(place.admin1 or "", NOWHERE),
            KINDS.index(place.kind), FEATURES.index(place.feature), min(names, 255), flags, at, len(encoded),
            min(round(place.radius_km), 0xFFFF),
        ))  # fmt: skip
        if at == self._label_end:
            self._files["labels.bin"].write(encoded)
            self._label_end += len(encoded)
            if place.number is not None and len(self._label_at) < 500_000:  # a label with a key is nobody else's
                self._label_at[encoded] = at

    def _make_tries(self, index: str) -> int:
        count = 0
        for shard in range(self.shards):
            part = self._work / f"{index}-{shard:02}.part"
            entries = sorted(_entries(part.read_bytes()))
            part.unlink()
            rows = [(key, _packed(group)) for key, group in groupby(entries, key=itemgetter(0))]
            count += len(rows)
            marisa_trie.BytesTrie(rows).save(str(self._work / f"{index}-{shard:02}.marisa"))
        return count


def shard_of(key: bytes, shards: int) -> int:
    """The trie that a key is in."""
    return zlib.crc32(key) % shards if shards > 1 else 0


def _entries(data: bytes) -> Iterator[tuple[str, float, int]]:
    """Key, minus worth, reference: sorting puts the likeliest place of a name first."""
    at = 0
    while at < len(data):
        size, reference, worth = _ENTRY.unpack_from(data, at)
        at += _ENTRY.size
        yield data[at : at + size].decode("utf-8", "ignore"), -worth, reference
        at += size


def _packed(group: Iterable[tuple[str, float, int]]) -> bytes:
    references = array("I", (reference for _, _, reference in group))
    return struct.pack(f"<{len(references)}I", *references)


def _read_state(work: Path) -> _State | None:
    path = work / "state.json"
    if not path.is_file():
        return None
    state = msgspec.json.decode(path.read_bytes(), type=_State)
    whole = all((work / name).is_file() and (work / name).stat().st_size >= size for name, size in state.sizes.items())
    return state if whole else None


def _keys(place: NewPlace) -> dict[str, int]:
    """Folded names with the number of their match; the main name first."""
    main = fold(place.name)
    keys = {main: _PRIMARY}
    for name in place.names[:MAX_NAMES]:
        key = fold(name)
        keys.setdefault(key, _PRIMARY if place.kind in _DIVISIONS and _with_type(key, main) else _ALTERNATE)
    keys.pop("", None)
    return keys


_DIVISIONS = (PlaceKind.ADMIN1, PlaceKind.ADMIN2)


def _with_type(key: str, main: str) -> bool:
    """Whether a name is the main name with a type word ("belgorod oblast")."""
    return any(shorter == main for shorter, kinds in without_type(key) if kinds)


def _skeletons(keys: Iterable[str]) -> list[str]:
    found = dict.fromkeys(skeleton(key) for key in keys if key.isascii())
    found.pop("", None)
    return list(found)


_KIND_PRIOR = {PlaceKind.COUNTRY: 4.0, PlaceKind.ADMIN1: 1.0, PlaceKind.REGION: 3.0, PlaceKind.ZONE: 3.0, PlaceKind.ADMIN2: -0.5}


def _worth(place: NewPlace, names: int) -> float:
    """How likely a place is meant when nothing else is known: only orders the references of one name."""
    return math.log10(place.population + 1) + 0.5 * math.log(names + 1) + _KIND_PRIOR.get(place.kind, 0.0)


def _files(folder: Path) -> dict[str, tuple[int, str]]:
    found = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            found[path.name] = (path.stat().st_size, _digest(file))
    return found


def _digest(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
