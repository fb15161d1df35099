"""Which column of a table holds what: by the names that people give to columns, or as the user says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence

from onrecord.errors import InputError, UsageError

# Our field, and what its column is called, the likeliest first; compared without case, spaces, dashes and underscores.
# fmt: off
FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": (
        "text", "body_text", "body", "content", "article", "article_text", "full_text", "story", "report", "message", "notes",
    ),
    "title": ("title", "headline", "subject"),
    "url": ("url", "link", "source_url", "web_url", "permalink", "uri", "mention_identifier"),
    "published": (
        "published", "published_at", "publication_date", "pub_date", "date_published", "published_date", "date", "event_date",
        "version_created", "created_at", "timestamp",
    ),
    "outlet": ("outlet", "publisher", "source", "source_name", "newspaper", "site", "domain"),
    "language": ("language", "lang"),
}
# fmt: on
SQUEEZED = re.compile(r"[\s_\-]+")
DELIMITERS = ",;\t|"
MAX_NAME = 64
# A sentence may have some commas, and the next one as many; not four times over, between so few words.
MIN_COLUMNS, MIN_LINES, MAX_NAME_WORDS = 5, 3, 4
# GDELT 2.0 event rows have no header: 61 columns, the last one the address; version 1.0 had 58.
GDELT_COLUMNS = (58, 61)


def parse_columns(written: Iterable[str]) -> dict[str, str]:
    """The column map in "text=Story" pairs, as the command line takes them. Raises UsageError for a field that we do not have."""
    columns = {}
    for pair in written:
        field, sign, name = pair.partition("=")
        if not sign or field not in FIELDS or not name:
            raise UsageError(f"--column '{pair}': write FIELD=NAME, where FIELD is one of {', '.join(FIELDS)}")
        columns[field] = name
    return columns


def find_columns(names: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """Field → number of its column; fields without a column are left out.

    Raises: InputError when a column that the user names is not there.
    """
    squeezed = [squeeze(name) for name in names]
    found: dict[str, int] = {}
    for field, likely in FIELDS.items():
        if field in given:
            if given[field] not in names:
                raise InputError(f"--column {field}={given[field]}: there is no such column; there are: {', '.join(names[:40])}")
            found[field] = list(names).index(given[field])
            continue
        at = next((squeezed.index(name) for name in map(squeeze, likely) if name in squeezed), None)
        if at is not None:
            found[field] = at
    return found


def find_delimiter(line: str) -> str:
    """The sign that parts the columns of a header line."""
    return max(DELIMITERS, key=line.count)


def split_row(line: str, delimiter: str) -> list[str]:
    """The cells of one line."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def is_report_header(line: str, delimiter: str, columns: Iterable[str] = ()) -> bool:
    """Whether a line is the header of a table with a text or an address in it, and not the first words of a report."""
    names = [name.strip() for name in split_row(line, delimiter)]
    if len(names) < 2 or len(set(names)) != len(names) or not all(0 < len(name) <= MAX_NAME for name in names):
        return False
    if any(name in names for name in columns):
        return True
    squeezed = {squeeze(name) for name in names}
    wanted = {squeeze(name) for field in ("text", "url") for name in FIELDS[field]}
    known = {squeeze(name) for likely in FIELDS.values() for name in likely}
    return bool(squeezed & wanted) and (len(squeezed & known) >= 2 or len(names) >= 5)


def is_table(lines: Sequence[str]) -> bool:
    """Whether the first lines of a text are a table of any kind: short names, and rows of as many cells below them."""
    delimiter = find_delimiter(lines[0])
    names = split_row(lines[0], delimiter)
    if len(names) < MIN_COLUMNS or len(set(names)) != len(names) or len(lines) < MIN_LINES:
        return False
    short = all(0 < len(name.strip()) <= MAX_NAME and len(name.split()) <= MAX_NAME_WORDS for name in names)
    return short and all(len(split_row(line, delimiter)) == len(names) for line in lines[1:MIN_LINES])


def is_gdelt_row(line: str) -> bool:
    """Whether a line is a row of GDELT events."""
    cells = line.split("\t")
    return len(cells) in GDELT_COLUMNS and cells[0].isdigit() and cells[-1].strip().startswith(("http://", "https://"))


def squeeze(name: str) -> str:
    """A column's name without what people write differently: case, spaces, dashes, underscores."""
    return SQUEEZED.sub("", name.strip().lower())
