"""The header that a text file may carry above its report: comments and what is known about it, ended by ``---``.

# Written for the onrecord project: fiction.
published: 2021-04-12
outlet: Example Wire
---
Headline of the report
"""

from __future__ import annotations

import re
from itertools import islice

import msgspec

from onrecord.errors import InputError
from onrecord.ingest.dates import parse_date

MAX_LINES = 40
END = "---"
KEY = re.compile(r"([A-Za-z][A-Za-z_-]{0,30})\s*:(?:\s+|$)(.*)")
LINE = re.compile(r".*(?:\n|$)")


class Header(msgspec.Struct, frozen=True):
    """What a file says of itself. ``length``: how many characters of the file it takes, its last line included."""

    length: int = 0
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    title: str | None = None
    language: str | None = None
    notes: tuple[str, ...] = ()


KEYS = ("published", "outlet", "url", "title", "language")


def read_header(text: str, where: str) -> Header:
    """The header at the start of a text; one of length 0 where there is none.

    A text has a header when its first lines are ``---``, comments (``#``), blank, or ``key: value`` up to a line ``---``,
    with a comment or a known key among them: a report that merely begins with "Syria: ..." has none.
    Raises: InputError when its date is none.
    """
    lines = _header_lines(text)
    if lines is None:
        return Header()
    values: dict[str, str] = {}
    notes = []
    for number, line in enumerate(lines, start=1):
        found = KEY.match(line)
        if line.startswith("#") or not found:
            continue
        key, value = found[1].lower(), found[2].strip().strip("\"'")
        if key not in KEYS:
            notes.append(f"header line {number}: '{found[1]}' is not a key; known are {', '.join(KEYS)}")
        elif value:
            values[key] = _checked(key, value, f"{where}:{number}")
    return Header(length=_length(text, len(lines)), notes=tuple(notes), **values)


def _header_lines(text: str) -> list[str] | None:
    """The lines down to the closing ``---``, or None when the text has no header."""
    lines: list[str] = []
    known = False
    for match in islice(LINE.finditer(text), MAX_LINES):
        line = match.group().strip()
        lines.append(line)
        if line == END and len(lines) > 1:
            return lines if known else None
        key = KEY.match(line)
        if line and not line.startswith("#") and not key and not (line == END and len(lines) == 1):
            return None
        known = known or line.startswith("#") or bool(key and key[1].lower() in KEYS)
    return None


def _length(text: str, line_count: int) -> int:
    return sum(len(match.group()) for match in islice(LINE.finditer(text), line_count))


def _checked(key: str, value: str, where: str) -> str:
    if key != "published":
        return value
    date = parse_date(value)
    if date is None:
        raise InputError(f"{where}: published '{value}' is no date; write it as YYYY-MM-DD")
    return date
