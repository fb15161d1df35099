"""Plain-text reports: decoded, their header read."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.errors import InputError
from onrecord.ingest.decoding import decode
from onrecord.ingest.documents import Facts, Given, Origin, build_capture
from onrecord.ingest.header import read_header
from onrecord.ingest.reading import Reading, merged
from onrecord.ingest.sources import STANDARD_INPUT, Opened, shown
from onrecord.records import Capture

EXTRACTOR = "ingest.text.v1"


def read_opened(opened: Opened, reading: Reading) -> Iterator[Capture]:
    """The one report of a text file."""
    yield read_text(opened.read_whole(), path=opened.path or STANDARD_INPUT, given=reading.given, facts=reading.facts)


def read_text(raw: bytes, *, path: str | None, given: Given, facts: Facts = Facts()) -> Capture:  # noqa: B008 - frozen
    """The report in the bytes of a text file. The text of the document begins after the file's header, if it has one.

    Raises: InputError when the bytes are no text or hold no report; LanguageError when it is not in English and not forced.
    """
    where = shown(path) if path is not None else "text"
    decoded = decode(raw, where)
    header = read_header(decoded.text, where)
    text = decoded.text[header.length :]
    if not text.strip():
        raise InputError(f"{where}: nothing below its header; nothing to code")
    own = Facts(
        published=header.published,
        outlet=header.outlet,
        url=header.url,
        title=header.title,
        language=header.language,
        notes=(*decoded.notes, *header.notes),
    )
    path = None if path == STANDARD_INPUT else path
    origin = Origin(raw=raw, place=where, path=path, encoding=decoded.encoding, extractor=EXTRACTOR)
    return build_capture(text, given=given, facts=merged(own, facts), origin=origin)
