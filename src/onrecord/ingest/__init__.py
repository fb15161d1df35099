"""Reads reports, whatever they come in: bytes in, documents out, with their layout, their date and what had to be assumed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from onrecord.errors import InputError, UsageError
from onrecord.ingest.dates import parse_date
from onrecord.ingest.documents import Facts, Given
from onrecord.ingest.kinds import Kind, recognise
from onrecord.ingest.reading import Inner, Read, Reading, failure, name_of, read_inside
from onrecord.ingest.sources import STANDARD_INPUT, Opened, Upload, is_url, open_source
from onrecord.ingest.text import read_text
from onrecord.records import Capture, Failure

if TYPE_CHECKING:
    from onrecord.ingest.fetch import Web
    from onrecord.ingest.pseudonyms import Pseudonyms
    from onrecord.ingest.watch import Watch

__all__ = ["STANDARD_INPUT", "Facts", "Given", "Kind", "Upload", "read_documents", "read_text", "watch_feeds"]

log = logging.getLogger(__name__)

# Each imported when the first source of its kind comes: some need libraries that take a second to load.
READERS = {
    Kind.TEXT: "text:read_opened",
    Kind.HTML: "html:read_page",
    Kind.WARC: "warc:read_warc",
    Kind.WACZ: "warc:read_wacz",
    Kind.WARC_LIST: "warc:read_list",
    Kind.FEED: "feeds:read_feed",
    Kind.SITEMAP: "feeds:read_sitemap",
    Kind.XML: "feeds:refuse_xml",
    Kind.XLSX: "tables:read_xlsx",
    Kind.PARQUET: "tables:read_parquet",
    Kind.CSV: "tables:read_csv",
    Kind.JSONL: "jsonfiles:read_jsonl",
    Kind.JSON: "jsonfiles:read_json",
    Kind.DOCX: "office:read_docx",
    Kind.ODT: "office:read_odt",
    Kind.PDF: "office:read_pdf",
    Kind.EMAIL: "mail:read_mail",
    Kind.WHATSAPP: "messages.whatsapp:read_chat",
    Kind.SUBTITLES: "messages.subtitles:read_subtitles",
    Kind.GZIP: "archives:read_gzip",
    Kind.ZIP: "archives:read_zip",
}


def read_documents(
    sources: Iterable[str | Path | Upload],
    *,
    published: str | None = None,
    outlet: str | None = None,
    url: str | None = None,
    title: str | None = None,
    language: str | None = None,
    force_language: bool = False,
    stdin: BinaryIO | None = None,
    kind: Kind | str | None = None,
    columns: Mapping[str, str] | None = None,
    date_order: str | None = None,
    keep_names: bool = False,
    key: Path | None = None,
    follow: bool = False,
    web: Web | None = None,
) -> Iterator[Capture | Failure]:
    """One Capture per report, in the order asked for, or the Failure that says why one could not be read; lazily, one at a time.

    A source may hold many reports (an archive, a table, a chat). What cannot be read of it becomes a Failure with its place
    ("crawl.warc.gz:17", "reports.zip/a.txt") and the remedy; the rest goes on.

    Args: sources: paths, "-" for standard input, addresses on the web, or bytes as an ``Upload``; each is recognised by its content.
    published, outlet, url, title, language: hold for every report and win over what it says of itself; language is an ISO 639-1 code.
    force_language: read a report in another language as if it were English.  kind: what the sources are, instead of recognising it.
    columns: for tables, our field (text, title, url, published, outlet, language) → the name of the column that holds it.
    date_order: "dmy" or "mdy" for chats whose dates do not tell.  keep_names: do not pseudonymise the authors of messages.
    key: file with the key for pseudonyms; made when it is not there.
    follow: fetch the pages that rows and feeds without a text point to.  web: how to fetch; polite and to public addresses by default.
    Raises: UsageError, before anything is read, when ``published``, ``kind`` or a name among ``columns`` makes no sense.
    """
    given = Given(published=_given_date(published), outlet=outlet, url=url, title=title, language=language, force_language=force_language)
    reader = _Reader(kind=_given_kind(kind), stdin=stdin, web=web)
    reading = Reading(
        given=given,
        columns=dict(columns or {}),
        date_order=date_order,
        pseudonyms=None if keep_names else cache(partial(_load_pseudonyms, key)),
        read=reader.read,
        fetch=reader.fetch if follow else None,
    )
    return (found for source in sources for found in reader.read_top(source, reading))


def watch_feeds(path: Path, *, state: Path | None = None, web: Web | None = None, key: Path | None = None) -> Watch:
    """A watch over the feeds of a ``feeds.toml``. state: where it keeps how far it read, beside that file by default.

    Raises: UsageError when either file cannot be read.
    """
    from onrecord.ingest.watch import Watch, read_watchlist, web_for

    watchlist = read_watchlist(path)
    web = web or web_for(watchlist)
    reader = _Reader(kind=None, stdin=None, web=web)
    reading = Reading(read=reader.read, fetch=reader.fetch, pseudonyms=cache(partial(_load_pseudonyms, key)))
    return Watch(watchlist, state or path.with_suffix(".state.json"), web, reading)


class _Reader:
    """Opens sources, recognises them and hands them to their readers: the one place where what a reader refuses becomes a Failure."""

    def __init__(self, *, kind: Kind | None, stdin: BinaryIO | None, web: Web | None) -> None:
        self._kind = kind
        self._stdin = stdin
        self._web = web

    def read_top(self, source: str | Path | Upload, reading: Reading) -> Read:
        if is_url(source):
            yield from self.fetch(str(source), reading)
        else:
            yield from self._read(source, reading, self._kind)

    def read(self, inner: Inner, reading: Reading) -> Read:
        yield from self._read(inner, reading, None)

    def fetch(self, url: str, reading: Reading) -> Read:
        """What stands behind an address."""
        from onrecord.ingest.fetch import Web

        self._web = self._web or Web()
        try:
            page = self._web.get(url)
        except InputError as error:
            yield failure(url, error)
            return
        yield from read_inside(Upload(page.url, page.content), reading, page.facts)

    def _read(self, source: Inner | str, reading: Reading, kind: Kind | None) -> Read:
        try:
            with nullcontext(source) if isinstance(source, Opened) else open_source(source, self._stdin or sys.stdin.buffer) as opened:
                found = kind or recognise(opened.head, opened.file, reading.columns.values())
                log.debug("source=%s kind=%s", opened.place, found)
                yield from _reader(found)(opened, reading)
        except InputError as error:
            yield failure(name_of(source), error)
        except OSError as error:  # the disk, the network drive, the pipe
            name = name_of(source)
            yield failure(name, InputError(f"{name}: cannot be read ({error.strerror or error}); check the file and the disk"))


@cache
def _reader(kind: Kind) -> Callable[[Opened, Reading], Read]:
    module, _, name = READERS[kind].partition(":")
    reader: Callable[[Opened, Reading], Read] = getattr(import_module(f"onrecord.ingest.{module}"), name)
    return reader


def _load_pseudonyms(key: Path | None) -> Pseudonyms:
    from onrecord.ingest.pseudonyms import load_pseudonyms

    return load_pseudonyms(key)


def _given_kind(kind: Kind | str | None) -> Kind | None:
    if kind is None or isinstance(kind, Kind):
        return kind
    if kind not in set(Kind):
        raise UsageError(f"--as '{kind}': no such kind; there are: {', '.join(Kind)}")
    return Kind(kind)


def _given_date(published: str | None) -> str | None:
    if published is None:
        return None
    date = parse_date(published)
    if date is None:
        raise UsageError(f"--published '{published}': no such date; write it as YYYY-MM-DD, for example 2020-02-29")
    return date
