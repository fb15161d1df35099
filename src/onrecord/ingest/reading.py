"""What a reader is told: what the user says, what is known from where the source came from, and what it may do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.errors import InputError
from onrecord.ingest.documents import Facts, Given
from onrecord.ingest.sources import Opened, Upload
from onrecord.records import Capture, Failure

if TYPE_CHECKING:
    from onrecord.ingest.pseudonyms import Pseudonyms

log = logging.getLogger(__name__)

# An archive in an archive in an archive: deeper ones are bombs or mistakes.
MAX_DEPTH = 3

Read = Iterator[Capture | Failure]
Inner = Upload | Opened | Path


@dataclass(frozen=True)
class Reading:
    """How to read: everything that the readers share.

    facts: what is known of all that a source holds, from where it came from (its address, when it was captured).
    columns: our field → the column that holds it.  date_order: "dmy" or "mdy" where the dates of a chat do not tell.
    pseudonyms: gives those for the authors of messages; None where names are kept.
    read: reads a source inside another.  fetch: gets the page behind an address; None where that is not wanted.
    depth: how many containers the source is inside of.
    """

    given: Given = field(default_factory=Given)
    facts: Facts = field(default_factory=Facts)
    columns: Mapping[str, str] = field(default_factory=dict)
    date_order: str | None = None
    pseudonyms: Callable[[], Pseudonyms] | None = None
    read: Callable[[Inner, Reading], Read] | None = None
    fetch: Callable[[str, Reading], Read] | None = None
    depth: int = 0


def merged(own: Facts, known: Facts) -> Facts:
    """What a report says of itself, completed by what is known from where it came from; the notes of both."""
    filled = {name: getattr(own, name) or getattr(known, name) for name in own.__struct_fields__ if name != "notes"}
    return Facts(**filled, notes=(*known.notes, *own.notes))


def attempt(path: str, work: Callable[[], Capture]) -> Capture | Failure:
    """The capture of one item of a container, or the Failure that says why it could not be read."""
    try:
        return work()
    except InputError as error:
        return failure(path, error)


def failure(path: str | None, error: Exception) -> Failure:
    """The failure of a source, or of one item of it, in one line."""
    return Failure(document=None, path=path, stage="ingest", error=type(error).__name__, message=" ".join(str(error).split("\n")))


def read_inside(inner: Inner, reading: Reading, facts: Facts = Facts()) -> Read:  # noqa: B008 - frozen
    """What a source inside another holds; a Failure when it stands too deep."""
    assert reading.read is not None
    if reading.depth >= MAX_DEPTH:
        place = name_of(inner)
        yield failure(place, InputError(f"{place}: in more than {MAX_DEPTH} archives, one inside the other; unpack the outer ones"))
        return
    yield from reading.read(inner, replace(reading, facts=merged(facts, reading.facts), depth=reading.depth + 1))


def name_of(source: Inner | str) -> str:
    """What a source is called."""
    return source.name if isinstance(source, Upload) else source.place if isinstance(source, Opened) else str(source)


class Skips:
    """Items of one container that were left out for the same reason, counted: one Failure a reason, not one a message or page."""

    def __init__(self, path: str | None, items: str) -> None:
        self._path = path
        self._items = items
        self._counts: dict[tuple[str, str], int] = {}
        self._first: dict[tuple[str, str], str] = {}
        self._passed: dict[str, int] = {}

    def add(self, error: InputError, place: str) -> None:
        """An item that could not be read. Its reason is the error's text without the place."""
        reason = (type(error).__name__, str(error).removeprefix(f"{place}: "))
        self._counts[reason] = self._counts.get(reason, 0) + 1
        self._first.setdefault(reason, place)

    def pass_over(self, reason: str) -> None:
        """An item that is no report at all: an image, a line of the program's own."""
        self._passed[reason] = self._passed.get(reason, 0) + 1

    def failures(self) -> Iterator[Failure]:
        """One Failure for each reason, with its count and the first place; what was passed over goes to the log."""
        for reason, count in self._passed.items():
            log.info("source=%s passed_over=%d reason=%r", self._path, count, reason)
        for (kind, reason), count in self._counts.items():
            first = self._first[kind, reason]
            message = (
                f"{first}: {reason}"
                if count == 1
                else f"{self._path or 'standard input'}: {count:,} {self._items} left out, the first at {first}: {reason}"
            )
            yield Failure(document=None, path=first if count == 1 else self._path, stage="ingest", error=kind, message=message)


def item_path(container: str | None, item: str | int) -> str:
    """The place of an item in a container, as documents and failures record it: "chat.txt:12", "reports.zip/a.txt"."""
    return f"{container or 'standard input'}{':' if isinstance(item, int) else '/'}{item}"
