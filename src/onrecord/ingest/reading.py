"""What a reader is told: what the user says, what is known from where the source came from, and what it may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from onrecord.errors import InputError
from onrecord.ingest.documents import Facts, Given
from onrecord.ingest.sources import Upload
from onrecord.records import Capture, Failure

if TYPE_CHECKING:
    from onrecord.ingest.pseudonyms import Pseudonyms

# An archive in an archive in an archive: deeper ones are bombs or mistakes.
MAX_DEPTH = 3

Read = Iterator[Capture | Failure]


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
    read: Callable[[Upload, Reading], Read] | None = None
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


def read_inside(upload: Upload, reading: Reading, facts: Facts = Facts()) -> Read:  # noqa: B008 - frozen
    """What a source inside another holds; a Failure when it stands too deep."""
    assert reading.read is not None
    if reading.depth >= MAX_DEPTH:
        yield failure(
            upload.name, InputError(f"{upload.name}: in more than {MAX_DEPTH} archives, one inside the other; unpack the outer ones")
        )
        return
    yield from reading.read(upload, replace(reading, facts=merged(facts, reading.facts), depth=reading.depth + 1))


def item_path(container: str | None, item: str | int) -> str:
    """The place of an item in a container, as documents and failures record it: "chat.txt:12", "reports.zip/a.txt"."""
    return f"{container or 'standard input'}{':' if isinstance(item, int) else '/'}{item}"
