"""Times the import of a user's places: so many made-up rows in one of the formats that ``onrecord gazetteer add`` takes.

python -m benchmarks.gazetteer [ROWS] [--format geonames|csv|divisions|geojson] [--folder DIR]    (1,000,000; all of GeoNames: 13,000,000)
Rows are made by rule, two or three names each, in all divisions of the base pack; making them is not in the time, and is done by another
process, so that its memory does not count. Prints seconds, processor seconds, rows a second, peak memory, and the time of a look-up.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from onrecord.gazetteer import Gazetteer, Pack, base_pack
from onrecord.gazetteer.installed import add_pack

SYLLABLES = ("ba", "dir", "el", "ga", "hor", "in", "ka", "lu", "ma", "nes", "or", "pel", "qu", "ras", "sa", "tar", "um", "ver", "wa", "zi")
FEATURES = (("P", "PPL"), ("H", "STM"), ("S", "SCH"), ("T", "MT"), ("P", "PPL"), ("L", "LCTY"), ("S", "HTL"), ("A", "ADM4"))
SUFFIXES = {"geonames": "txt", "csv": "csv", "divisions": "csv", "geojson": "geojson"}
LOOKUPS = 20_000


def name_of(number: int) -> str:
    """A made-up name of five syllables; one in four is that of another place, too."""
    number = number * 7919 % 3_000_017 if number % 4 else number // 4 % 50_000
    parts = []
    for _ in range(5):
        number, at = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[at])
    return "".join(parts).capitalize()


def point_of(number: int) -> tuple[float, float]:
    """A made-up point between 60 degrees south and north."""
    return round(number * 7 % 120_000 / 1000 - 60, 5), round(number * 13 % 360_000 / 1000 - 180, 5)


def lines(count: int, kind: str, divisions: tuple[str, ...]) -> Iterator[str]:
    """The rows of a file of that format."""
    if kind == "csv":
        yield "name,lat,lon,country,aliases,population\n"
    if kind == "divisions":
        yield "ADM0_PCODE,ADM1_EN,ADM1_PCODE,ADM2_EN,ADM2_PCODE,lat,lon\n"
    if kind == "geojson":
        yield '{"type": "FeatureCollection", "features": [\n'
    for number in range(1, count + 1):
        name, (lat, lon), (country, _, division) = name_of(number), point_of(number), divisions[number % len(divisions)].partition(".")
        if kind == "geonames":
            letter, code = FEATURES[number % len(FEATURES)]
            other = f"{name},Al {name},{name}abad" if number % 3 == 0 else ""
            yield (
                f"{number + 20_000_000}\t{name}\t{name}\t{other}\t{lat}\t{lon}\t{letter}\t{code}\t{country}\t\t{division}\t\t\t\t"
                f"{number % 5000}\t\t\tEtc/UTC\t2024-01-01\n"
            )
        elif kind == "csv":
            yield f"{name},{lat},{lon},{country},Al {name}|{name}abad,{number % 5000}\n"
        elif kind == "divisions":
            yield f"{country},Division {division},{country}{division},{name},{country}{division}{number:07},{lat},{lon}\n"
        else:
            place = {"name": name, "country": country}
            feature = {"type": "Feature", "properties": place, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
            yield json.dumps(feature) + (",\n" if number < count else "\n]}\n")


def write_rows(path: Path, count: int, kind: str) -> None:
    """Writes the file of places."""
    divisions = tuple(division.code for division in base_pack().divisions)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines(count, kind, divisions))


def lookup_us(pack: Pack, count: int) -> float:
    """Microseconds to look up a name in the base pack and the new one together."""
    gazetteer = Gazetteer(base_pack(), pack)
    names = [name_of(number) for number in range(1, count + 1, max(1, count // LOOKUPS))]
    started = time.perf_counter()
    found = sum(bool(gazetteer.exact(name.lower())) for name in names)
    spent = time.perf_counter() - started
    if found != len(names):
        raise SystemExit(f"{len(names) - found} of {len(names)} names were not found")
    return spent / len(names) * 1e6


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--format", choices=tuple(SUFFIXES), default="geonames", dest="kind")
    parser.add_argument(
        "--folder", type=Path, help="where the rows and the pack are written, for some 250 bytes a row (default: temporary)"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / f"made_up.{SUFFIXES[options.kind]}"
        writer = multiprocessing.get_context("spawn").Process(target=write_rows, args=(path, options.rows, options.kind))
        writer.start()
        writer.join()
        before, started = time.process_time(), time.perf_counter()
        added = add_pack(path, base_pack(), folder=Path(folder) / "packs")
        spent, busy = time.perf_counter() - started, time.process_time() - before
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = sum(file_size for file_size, _ in added.meta.files.values())
        print(
            f"{added.meta.places:,} places, {added.rejected:,} rejected, {added.meta.keys:,} names from {path.stat().st_size / 1e6:,.0f} MB"
        )
        print(f"{spent:.1f} s ({busy:.1f} s of processor time), {options.rows / spent:,.0f} rows/s, peak memory {peak:,.0f} MB")
        microseconds = lookup_us(Pack(Path(folder) / "packs" / added.meta.name), options.rows)
        print(f"pack of {size / 1e6:,.0f} MB; a look-up in it and the base pack takes {microseconds:.1f} µs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
