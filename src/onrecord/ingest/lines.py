"""Lines of long files, one in memory at a time and none too long."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

import msgspec

from onrecord.errors import InputError
from onrecord.ingest.decoding import NUL_REPLACEMENT, decode
from onrecord.ingest.reading import failure, item_path
from onrecord.ingest.sources import MAX_BYTES, Opened
from onrecord.records import Failure


class Line(msgspec.Struct, frozen=True):
    """One line without its end, and its number, counted from 1. ``raw``: its bytes."""

    number: int
    text: str
    raw: bytes


def read_lines(opened: Opened) -> Iterator[Line | Failure]:
    """The lines of a file in UTF-8; one in another encoding is decoded by itself, one that is too long becomes a Failure."""
    opened.file.seek(0)
    number = 0
    while raw := opened.file.readline(MAX_BYTES + 1):
        number += 1
        if len(raw) > MAX_BYTES:
            while raw and not raw.endswith(b"\n"):
                raw = opened.file.readline(MAX_BYTES)
            place = item_path(opened.path, number)
            yield failure(place, InputError(f"{place}: a line of more than {MAX_BYTES // 1_000_000} MB; left out"))
            continue
        raw = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        yield Line(number, _text(raw, item_path(opened.path, number)), raw)


def _text(raw: bytes, place: str) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = decode(raw, place).text
        except InputError:  # it looks like another kind of file by itself
            text = raw.decode("utf-8", "replace")
    return text.rstrip("\r\n").replace("\0", NUL_REPLACEMENT)
