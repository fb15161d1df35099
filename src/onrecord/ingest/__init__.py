"""Reads reports: bytes in, documents out, with their layout, their date and what had to be assumed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from onrecord.errors import InputError, UsageError
from onrecord.ingest.dates import parse_date
from onrecord.ingest.files import STANDARD_INPUT, read_bytes
from onrecord.ingest.text import Given, read_text
from onrecord.records import Capture, Failure

__all__ = ["STANDARD_INPUT", "Given", "read_documents", "read_text"]


def read_documents(
    paths: Iterable[str | Path],
    *,
    published: str | None = None,
    outlet: str | None = None,
    url: str | None = None,
    title: str | None = None,
    language: str | None = None,
    force_language: bool = False,
    stdin: BinaryIO | None = None,
) -> Iterator[Capture | Failure]:
    """One Capture per report, in the order asked for, or the Failure that says why it could not be read.

    Args: paths: files; "-" is standard input.  published, outlet, url, title: hold for every file and win over what a file says of itself.
    language: ISO 639-1 code that is taken as known.  force_language: read a report in another language as if it were English.
    Raises: UsageError, before anything is read, when ``published`` is not a date.
    """
    given = Given(published=_given_date(published), outlet=outlet, url=url, title=title, language=language, force_language=force_language)
    return _read_each(paths, given, stdin)


def _read_each(paths: Iterable[str | Path], given: Given, stdin: BinaryIO | None) -> Iterator[Capture | Failure]:
    for path in map(str, paths):
        try:
            yield read_text(read_bytes(path, stdin or sys.stdin.buffer), path=path, given=given)
        except InputError as error:
            yield Failure(document=None, path=path, stage="ingest", error=type(error).__name__, message=str(error))


def _given_date(published: str | None) -> str | None:
    if published is None:
        return None
    date = parse_date(published)
    if date is None:
        raise UsageError(f"--published '{published}': no such date; write it as YYYY-MM-DD, for example 2020-02-29")
    return date
