"""Annotated reports as people write them in YAML: the text, and for each event that it tells who, whom, when, where, how many, by whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import yaml

from onrecord.errors import DataError
from onrecord.records import Polarity, Record, Span, Status

_NUMBER = re.compile(r"(?P<low>\d[\d,]*)?(?P<open>\+)?(?:-(?P<high>\d[\d,]*))?\Z")


class GoldClaim(Record, frozen=True, forbid_unknown_fields=True):
    """One event that a report tells.

    words: the words that tell it, as they stand in the text ("#2" at the end: their second occurrence).  type, mode: of PLOVER.
    actors, recipients: actor codes ("SYR MIL").  when: ISO day, month or "start/end" (both in it); None where the text does not say.
    where: the place's name; None where the text does not say.  figures: by kind ("killed"), "18", "18+" (at least), "-18" (at most),
    "12-15", or "?" for a vague word.  said_by: words of the first speaker; None for the outlet's own voice.
    """

    words: str
    type: str
    mode: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    when: str | None = None
    where: str | None = None
    figures: Mapping[str, str] = {}
    said_by: str | None = None
    polarity: Polarity = Polarity.POSITIVE
    status: Status = Status.OCCURRED


class GoldReport(Record, frozen=True, forbid_unknown_fields=True):
    """A report with its claims. split: "dev" or "test"; conflict and register: for tables by kind of report."""

    id: str
    text: str
    claims: tuple[GoldClaim, ...]
    published: str | None = None
    outlet: str | None = None
    conflict: str | None = None
    register: str | None = None
    split: str | None = None


def read_reports(paths: Iterable[Path]) -> list[GoldReport]:
    """The reports of YAML files, one report or a list of them each, of folders in order of name; DataError names file and remedy."""
    return [report for path in paths for file in _files(path) for report in _read(file)]


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.rglob("*.yaml"))
    if not path.is_file():
        raise DataError(f"{path}: no such file or folder of annotated reports")
    return [path]


def _read(path: Path) -> list[GoldReport]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)  # nosec B506 - every value a string: no tag is looked at, dates stay as written
        reports = msgspec.convert(data if isinstance(data, list) else [data], list[GoldReport], strict=False)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise DataError(f"{path}: {error}; see docs/guide/evaluate.md for the form") from error
    for report in reports:
        for claim in report.claims:
            _check(path, report, claim)
    return reports


def _check(path: Path, report: GoldReport, claim: GoldClaim) -> None:
    if find_words(report.text, claim.words) is None:
        raise DataError(f"{path}: {report.id}: {claim.words!r} does not stand in the text; copy the words as they are")
    for kind, figure in claim.figures.items():
        if figure != "?" and not _NUMBER.match(figure):
            raise DataError(f"{path}: {report.id}: {kind}: {figure!r} is none of 18, 18+, -18, 12-15 and ?")


def find_words(text: str, words: str) -> Span | None:
    """Where the words stand, or None; "#2" at the end asks for their second occurrence."""
    bare, mark, number = words.rpartition("#")
    wanted, times = (bare, int(number)) if mark and number.isdigit() else (words, 1)
    at = -1
    for _ in range(times):
        at = text.find(wanted, at + 1)
        if at < 0:
            return None
    return at, at + len(wanted)


def bounds_of(figure: str) -> tuple[float | None, float | None]:
    """The lowest and the highest number that an annotated figure allows; None where it is open."""
    found = _NUMBER.match(figure)
    if found is None:
        return None, None
    low, high = (float(found[name].replace(",", "")) if found[name] else None for name in ("low", "high"))
    return low, low if found["open"] is None and found["high"] is None else high
