"""Reads places that a user has: GeoNames dumps, OCHA-style tables of divisions, CSV of places, GeoJSON.

One row is one place, or one reason why not: a ``BadRow`` with its line. A file that is no file of places at all, a line of more than a
mebibyte, or an archive that grows beyond measure is refused with a DataError.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from onrecord.errors import DataError
from onrecord.gazetteer.build import NewPlace
from onrecord.gazetteer.features import geonames_kind
from onrecord.gazetteer.geometry import bounding_radius_km, middle_of, vertices
from onrecord.gazetteer.names import fold
from onrecord.gazetteer.types import Feature
from onrecord.gazetteer.typewords import bare_division_name
from onrecord.records import PlaceKind, Record

MAX_LINE = 1 << 20  # bytes; the longest line of GeoNames is some 20 kB
MAX_CELL = 1 << 17  # characters of a cell: where a quote is never closed, reading begins anew after so many
MAX_UNPACKED = 20 << 30  # bytes; the full dump is below 2 GB
MAX_RATIO = 100  # of unpacked to packed size; text packs 4 to 10 times
MAX_GEOJSON = 500 << 20
_GEONAMES_COLUMNS = 19


class BadRow(Record, frozen=True):
    """A row that is no place, and why."""

    line: int
    reason: str


class Codes(Record, frozen=True):
    """Codes that a reader needs: alpha-3 by alpha-2, all alpha-3, codes of known divisions, and these by country and folded name."""

    alpha3: dict[str, str]
    countries: frozenset[str]
    divisions: frozenset[str]
    named: dict[tuple[str, str], str]


class Source:
    """A file of places: its kind ("geonames", "divisions", "csv", "geojson"), its size in bytes, and its rows."""

    def __init__(self, path: Path, codes: Codes, prefix: str) -> None:
        if not path.is_file():
            raise DataError(f"{path}: no such file; give a GeoNames file, a CSV or a GeoJSON")
        self.path, self.codes, self.prefix = path, codes, prefix
        self.member = _member(path)
        self.size = self.member.file_size if self.member else path.stat().st_size
        if not self.size:
            raise DataError(f"{path}: the file is empty; get it again")
        self.kind = self._kind()

    def rows(self, *, start: int = 0, line: int = 0) -> Iterator[tuple[int, int, NewPlace | BadRow]]:
        """(bytes read, line number, place or reason) for every row after a line. start: bytes up to its end.

        GeoNames files go on at that byte; the records of others may span lines, so that the ones before are read again and passed over.
        """
        try:
            if self.kind == "geonames":
                yield from self._geonames_rows(start, line)
            elif self.kind == "geojson":
                yield from _geojson_rows(self.path, self.prefix, self.codes, line)
            else:
                yield from self._csv_rows(line)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise DataError(f"{self.path}: not a whole zip file ({error}); get it again") from error

    def open(self) -> BinaryIO:
        """The text as bytes, unpacked."""
        if self.member is None:
            return self.path.open("rb")
        return zipfile.ZipFile(self.path).open(self.member)  # type: ignore[return-value]

    def _kind(self) -> str:
        if self.path.suffix.lower() in (".geojson", ".json"):
            return "geojson"
        with self.open() as file:
            head = file.readline(MAX_LINE)
        if head.count(b"\t") == _GEONAMES_COLUMNS - 1:
            return "geonames"
        columns = _columns(head.decode("utf-8-sig", "replace"))
        if any(_PCODE.search(column) for column in columns):
            return "divisions"
        if _find(columns, _NAME) and (_find(columns, _LAT) or _find(columns, _WKT)):
            return "csv"
        raise DataError(
            f"{self.path}: neither a GeoNames file (19 columns with tabs) nor a CSV with columns name, lat and lon; it begins {head[:60]!r}"
        )

    def _geonames_rows(self, start: int, line: int) -> Iterator[tuple[int, int, NewPlace | BadRow]]:
        read = start
        with self.open() as file:
            _skip(file, start)
            while row := file.readline(MAX_LINE):
                line += 1
                read += len(row)
                _check(self.path, line, row, read, self.size)
                yield read, line, _geonames_place(row, line, self.codes)

    def _text(self, file: BinaryIO) -> io.TextIOWrapper:
        limited = io.BufferedReader(_Limited(file, self.path, self.size))
        return io.TextIOWrapper(limited, encoding="utf-8-sig", errors="replace", newline="")

    def _csv_rows(self, done: int) -> Iterator[tuple[int, int, NewPlace | BadRow]]:
        with self.open() as file:
            text = self._text(file)
            head = text.readline(MAX_LINE)
            columns = _columns(head)
            csv.field_size_limit(MAX_CELL)  # a setting of the process, which the reader of reports needs wider
            reader = csv.reader(_short_lines(text, self.path), dialect=_dialect(head))
            make = _division_place if self.kind == "divisions" else _csv_place
            read = len(head.encode())
            for values in _records(reader):
                line = reader.line_num + 1
                if isinstance(values, list):
                    read = min(self.size, read + sum(map(len, values)) + len(values))
                if line <= done or not values:
                    continue
                if isinstance(values, str):
                    yield read, line, BadRow(line, values)
                else:
                    yield read, line, _made(make, dict(zip(columns, values, strict=False)), columns, line, self)


def _short_lines(text: io.TextIOWrapper, path: Path) -> Iterator[str]:
    """The lines after the header; DataError for one that does not end."""
    line = 1
    while row := text.readline(MAX_LINE):
        line += 1
        if len(row) >= MAX_LINE and not row.endswith("\n"):
            raise DataError(f"{path}:{line}: a line of more than {MAX_LINE:,} characters; this is no file of places")
        yield row


def _records(reader: Any) -> Iterator[list[str] | str]:
    """The values of every record, or what is wrong with it, a quote that is never closed for one; the next line begins anew.

    reader: of the module csv, whose own type has no name.
    """
    while True:
        before = reader.line_num + 2
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"lines {before} to {reader.line_num + 1} are left out: {error}; is a quote never closed?"


class _Limited(io.RawIOBase):
    """A file that ends when it has grown beyond what its directory said."""

    def __init__(self, file: BinaryIO, path: Path, size: int) -> None:
        self._file, self._path, self._left = file, path, size + MAX_LINE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise DataError(f"{self._path}: grows beyond the size that it declares; refused")
        buffer[: len(data)] = data
        return len(data)


def _member(path: Path) -> zipfile.ZipInfo | None:
    """The one file of places inside a zip, or None for a plain file."""
    if not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            files = [info for info in archive.infolist() if _of_places(info.filename.lower())]
    except zipfile.BadZipFile as error:
        raise DataError(f"{path}: not a whole zip file ({error}); get it again") from error
    if not files:
        raise DataError(f"{path}: holds no .txt or .csv; unpack it and add the file of places")
    best = max(files, key=lambda info: info.file_size)
    if best.file_size > MAX_UNPACKED or best.file_size > MAX_RATIO * max(1, best.compress_size):
        raise DataError(f"{path}: unpacks to {best.file_size:,} bytes from {best.compress_size:,}; refused as a zip bomb")
    return best


def _of_places(name: str) -> bool:
    return name.endswith((".txt", ".csv", ".tsv")) and "readme" not in name


def _check(path: Path, line: int, row: bytes, read: int, size: int) -> None:
    if len(row) >= MAX_LINE and not row.endswith(b"\n"):
        raise DataError(f"{path}:{line}: a line of more than {MAX_LINE:,} bytes; this is no file of places")
    if read > size + MAX_LINE:
        raise DataError(f"{path}: grows beyond the size that it declares; refused")


def _skip(file: BinaryIO, offset: int) -> None:
    if file.seekable():
        file.seek(offset)
        return
    while offset:
        data = file.read(min(offset, 1 << 20))
        if not data:
            break
        offset -= len(data)


# ── GeoNames ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _geonames_place(row: bytes, line: int, codes: Codes) -> NewPlace | BadRow:
    try:
        values = row.decode("utf-8").rstrip("\r\n").split("\t")
    except UnicodeDecodeError:
        return BadRow(line, "not UTF-8")
    if len(values) != _GEONAMES_COLUMNS:
        return BadRow(line, f"{len(values)} columns, not {_GEONAMES_COLUMNS}")
    number, name, plain, alternates, lat, lon, feature_class, code, country, _, admin1 = values[:11]
    if not number.isdigit() or not name:
        return BadRow(line, "no number or no name")
    point = _point(lat, lon)
    if point is None:
        return BadRow(line, f"not a point: {lat!r}, {lon!r}")
    kind, feature = geonames_kind(feature_class, code)
    division = f"{country}.{admin1}"
    names = tuple(other for other in (plain, *alternates.split(",")) if other and not _AIRPORT.match(other))
    return NewPlace(
        name=name, kind=kind, feature=feature, lat=point[0], lon=point[1], number=int(number), country=codes.alpha3.get(country),
        admin1=division if division in codes.divisions else None, population=int(values[14]) if values[14].isdigit() else 0,
        names=names, radius_km=_REACH.get(kind, 1.0), skeletons=feature_class in ("P", "A"),
    )  # fmt: skip


_AIRPORT = re.compile(r"[A-Z]{3,5}\Z|https?:")
_REACH = {
    PlaceKind.POPULATED: 3.0, PlaceKind.ADMIN2: 20.0, PlaceKind.ADMIN1: 80.0, PlaceKind.COUNTRY: 300.0, PlaceKind.REGION: 15.0,
    PlaceKind.LINE: 20.0,
}  # fmt: skip


def _point(lat: str, lon: str) -> tuple[float, float] | None:
    try:
        north, east = float(lat), float(lon)
    except ValueError:
        return None
    return (north, east) if -90 <= north <= 90 and -180 <= east <= 180 else None


# ── Tables with a header ──────────────────────────────────────────────────────────────────────────────────────────────

_NAME = re.compile(r"name|place|toponym|location|name_en|asciiname")
_LAT = re.compile(r"lat|latitude|y|y_coord|center_lat|centroid_lat|lat_y|point_y")
_LON = re.compile(r"lon|lng|long|longitude|x|x_coord|center_lon|centroid_lon|lon_x|point_x")
_WKT = re.compile(r"wkt|geometry|geom")
_PCODE = re.compile(r"\A(?:adm|admin)[_ ]?\d[_ ]?_?p?code\Z|\Aadm\d_pcode\Z", re.IGNORECASE)
_LEVEL_NAME = re.compile(r"\A(?:adm|admin)[_ ]?(\d)[_ ]?(?:name)?(?:[_ ]?(?:en|ref|ascii))?\Z", re.IGNORECASE)
_LEVEL_CODE = re.compile(r"\A(?:adm|admin)[_ ]?(\d)[_ ]?p?code\Z", re.IGNORECASE)


def _columns(head: str) -> tuple[str, ...]:
    return tuple(column.strip().lower() for column in next(csv.reader([head], dialect=_dialect(head)), []))


def _dialect(head: str) -> type[csv.Dialect]:
    separator = max(",;\t|", key=head.count)

    class Dialect(csv.excel):
        delimiter = separator

    return Dialect


@lru_cache(maxsize=64)
def _find(columns: tuple[str, ...], pattern: re.Pattern[str]) -> str | None:
    return next((column for column in columns if pattern.fullmatch(column)), None)


def _made(make: Any, row: dict[str, str], columns: tuple[str, ...], line: int, source: Source) -> NewPlace | BadRow:
    try:
        place: NewPlace = make(row, columns, line, source)
    except (ValueError, KeyError) as error:
        return BadRow(line, str(error))
    return place


def _need_point(row: dict[str, str], columns: tuple[str, ...]) -> tuple[float, float]:
    lat, lon = _find(columns, _LAT), _find(columns, _LON)
    point = _point(row.get(lat or "", ""), row.get(lon or "", ""))
    if point is None:
        raise ValueError(f"no point: lat {row.get(lat or '', '')!r}, lon {row.get(lon or '', '')!r}")
    return point


def _csv_place(row: dict[str, str], columns: tuple[str, ...], line: int, source: Source) -> NewPlace:
    name = row[_find(columns, _NAME) or "name"].strip()
    if not name:
        raise ValueError("no name")
    return _own_place(name, row, _need_point(row, columns), line, source)


def _own_place(
    name: str, row: dict[str, str], point: tuple[float, float], line: int, source: Source | _GeoSource, shape: dict[str, Any] | None = None
) -> NewPlace:
    """A user's place from its columns: id, kind, feature, country, admin1, population, radius_km, aliases or names, pin."""
    kind = row.get("kind", "").strip().lower() or PlaceKind.POPULATED
    if kind not in _KINDS:
        raise ValueError(f"kind '{kind}' is none of {', '.join(PlaceKind)}")
    feature = row.get("feature", "").strip().lower() or Feature.OTHER
    if feature not in _FEATURES:
        raise ValueError(f"feature '{feature}' is none of {', '.join(Feature)}")
    country = row.get("country", "").strip().upper()
    country = source.codes.alpha3.get(country, country)
    if country and country not in source.codes.countries:
        raise ValueError(f"country '{country}' is no code of ISO 3166-1")
    identity = row.get("id", "").strip() or str(line)
    number = identity[3:] if identity.startswith("gn:") and identity[3:].isdigit() else None
    aliases = row.get("aliases") or row.get("names") or row.get("alternatenames") or ""
    return NewPlace(
        name=name, kind=PlaceKind(kind), feature=Feature(feature), lat=point[0], lon=point[1], number=int(number) if number else None,
        key=None if number else f"{source.prefix}:{identity.removeprefix(source.prefix + ':')}", country=country or None,
        admin1=_division(row.get("admin1", "").strip(), country, source.codes), population=int(float(row.get("population") or 0)),
        names=tuple(part.strip() for part in re.split(r"[|;]", aliases) if part.strip()), radius_km=float(row.get("radius_km") or 1),
        pinned=row.get("pin", "").strip().lower() in ("1", "true", "yes", "y", "x"), shape=shape,
    )  # fmt: skip


_KINDS = frozenset(PlaceKind)
_FEATURES = frozenset(Feature)


def _division(text: str, country: str | None, codes: Codes) -> str | None:
    if text in codes.divisions:
        return text
    return codes.named.get((country or "", fold(bare_division_name(text)))) if text else None


def _division_place(row: dict[str, str], columns: tuple[str, ...], line: int, source: Source) -> NewPlace:
    """The lowest division that a row names, with its p-code as id and as a name."""
    names: dict[int, str] = {}
    pcodes: dict[int, str] = {}
    for column in columns:
        value = row.get(column, "").strip()
        if not value:
            continue
        if found := _LEVEL_CODE.match(column):
            pcodes[int(found[1])] = value
        elif found := _LEVEL_NAME.match(column):
            names.setdefault(int(found[1]), value)
    level = max((level for level in names if level in pcodes), default=None)
    if level is None:
        raise ValueError("no division with a name and a p-code")
    point = _need_point(row, columns)
    country = source.codes.alpha3.get(pcodes.get(0, pcodes[level])[:2].upper())
    kind = {0: PlaceKind.COUNTRY, 1: PlaceKind.ADMIN1}.get(level, PlaceKind.ADMIN2)
    feature = {0: Feature.COUNTRY, 1: Feature.ADMIN1, 2: Feature.ADMIN2}.get(level, Feature.ADMIN3)
    return NewPlace(
        name=names[level], kind=kind, feature=feature, lat=point[0], lon=point[1], key=f"{source.prefix}:{pcodes[level]}", country=country,
        admin1=_division(names.get(1, ""), country, source.codes), names=(pcodes[level],),
        radius_km={0: 300.0, 1: 80.0, 2: 20.0}.get(level, 8.0),
    )  # fmt: skip


# ── GeoJSON ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _geojson_rows(path: Path, prefix: str, codes: Codes, done: int) -> Iterator[tuple[int, int, NewPlace | BadRow]]:
    size = path.stat().st_size
    if size > MAX_GEOJSON:
        raise DataError(f"{path}: {size:,} bytes; GeoJSON is read whole, at most {MAX_GEOJSON:,}: split it")
    try:
        collection = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        raise DataError(f"{path}: not JSON: {error}") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list):
        raise DataError(f"{path}: not a GeoJSON FeatureCollection (no list 'features')")
    source = _GeoSource(codes, prefix)
    for at, feature in enumerate(features[done:], start=done + 1):
        yield size * at // len(features), at, _geojson_place(feature, at, source)


class _GeoSource:
    """What of a ``Source`` the rows of GeoJSON need."""

    def __init__(self, codes: Codes, prefix: str) -> None:
        self.codes, self.prefix = codes, prefix


_NAME_PROPERTIES = ("name", "name_en", "shapename", "adm2_en", "adm1_en", "admin2name_en", "admin1name_en")


def _geojson_place(feature: Any, line: int, source: _GeoSource) -> NewPlace | BadRow:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        return BadRow(line, "no properties or no geometry")
    row = {str(key).lower(): "" if value is None else _text(value) for key, value in properties.items()}
    name = next((row[key] for key in _NAME_PROPERTIES if row.get(key)), "")
    if not name:
        return BadRow(line, "no property 'name'")
    try:
        point = middle_of(geometry)
        shape = geometry if geometry.get("type") != "Point" else None
        place = _own_place(name, row, point, line, source, shape)
        return place if row.get("radius_km") or shape is None else _reaching(place, geometry)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        return BadRow(line, f"{error}")


def _text(value: Any) -> str:
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _reaching(place: NewPlace, geometry: dict[str, Any]) -> NewPlace:
    """The place with the reach of its outline; a polygon whose kind nobody said is a zone."""
    kind = PlaceKind.ZONE if place.kind is PlaceKind.POPULATED and "Polygon" in geometry["type"] else place.kind
    radius = bounding_radius_km((place.lat, place.lon), vertices(geometry))
    return msgspec.structs.replace(place, radius_km=radius, kind=kind)
