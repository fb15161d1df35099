"""Annotated reports as people write them in YAML: the text, and for each event that it tells who, whom, when, where, how many, by whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
import yaml

from onrecord.errors import DataError
from onrecord.records import Certainty, Polarity, Record, RelationType, Span, Status

_NUMBER = re.compile(r"(?P<low>\d[\d,]*)?(?P<open>\+)?(?:-(?P<high>\d[\d,]*))?\Z")


class GoldClaim(Record, frozen=True, forbid_unknown_fields=True):
    """One event that a report tells.

    words: the words that tell it, as they stand in the text ("#2" at the end: their second occurrence).  type, mode: of PLOVER.
    actors, recipients: actor codes ("SYR MIL").  when: ISO day, month or "start/end" (both in it); None where the text does not say.
    where: the place's name; None where the text does not say.  figures: by kind ("killed"), "18", "18+" (at least), "-18" (at most),
    "12-15", or "?" for a vague word.  said_by: words of the first speaker; None for the outlet's own voice.

    Only in reports that are annotated whole: certainty.  place: the gazetteer's id of ``where``; None where it has none.  target, means:
    words of the things that are hit or taken, and of weapons and vehicles.  origin, destination: names.  channel, accessor, relay: words
    of those links between the speaker and the outlet.
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
    certainty: Certainty = Certainty.CERTAIN
    place: str | None = None
    target: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    origin: str | None = None
    destination: str | None = None
    channel: str | None = None
    accessor: str | None = None
    relay: str | None = None


class GoldRelation(NamedTuple):
    """Two claims by their place in the report, from 0, and how the first hangs together with the second."""

    source: int
    type: RelationType
    target: int


class GoldReport(Record, frozen=True, forbid_unknown_fields=True):
    """A report with its claims. split: "dev" or "test"; conflict and register: for tables by kind of report.

    whole: what is rarer is annotated too: where a claim lacks it, the text does not say it.  relations: of its claims, counted from 1,
    as "5 content_of 4".
    """

    id: str
    text: str
    claims: tuple[GoldClaim, ...]
    published: str | None = None
    outlet: str | None = None
    conflict: str | None = None
    register: str | None = None
    split: str | None = None
    whole: bool = False
    relations: tuple[str, ...] = ()


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
        if any(relation_of(report, said) is None for said in report.relations):
            raise DataError(f"{path}: {report.id}: relations: write the numbers of two claims and how they hang together: 5 content_of 4")
    return reports


def _check(path: Path, report: GoldReport, claim: GoldClaim) -> None:
    links = [words for words in (claim.channel, claim.accessor, claim.relay, claim.origin, claim.destination) if words]
    for words in (claim.words, *claim.target, *claim.means, *links):
        if find_words(report.text, words) is None:
            raise DataError(f"{path}: {report.id}: {words!r} does not stand in the text; copy the words as they are")
    for kind, figure in claim.figures.items():
        if figure != "?" and not _NUMBER.match(figure):
            raise DataError(f"{path}: {report.id}: {kind}: {figure!r} is none of 18, 18+, -18, 12-15 and ?")


def relation_of(report: GoldReport, said: str) -> GoldRelation | None:
    """What a line of ``relations`` says; None where it says nothing of two claims of the report."""
    words = said.split()
    if len(words) != 3 or words[1] not in [*RelationType] or not (words[0].isdigit() and words[2].isdigit()):
        return None
    source, target = int(words[0]) - 1, int(words[2]) - 1
    known = range(len(report.claims))
    return GoldRelation(source, RelationType(words[1]), target) if source in known and target in known else None


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
