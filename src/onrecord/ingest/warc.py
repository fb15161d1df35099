"""Web archives: WARC files as crawlers write them (.gz, .zst or plain), WACZ packages, and lists of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, cast

from onrecord.errors import InputError
from onrecord.ingest.archives import ZIP_ERRORS, check_members, open_zip
from onrecord.ingest.documents import Facts, Origin, build_capture
from onrecord.ingest.extras import needed
from onrecord.ingest.fast_text import extract_main_fast
from onrecord.ingest.html import check_nesting, decode_page, page_facts, page_text
from onrecord.ingest.metadata import read_metadata
from onrecord.ingest.reading import Read, Reading, Skips, failure, item_path, merged, read_inside
from onrecord.ingest.sources import GZIP_MAGIC, MAX_BYTES, MAX_RATIO, Opened
from onrecord.ingest.text import read_text
from onrecord.records import Capture

EXTRACTOR = "ingest.warc.v1"
PAGES = frozenset(["text/html", "application/xhtml+xml"])
PLAIN = frozenset(["text/plain"])
# Where records begin: in a plain file, and in one of compressed members.
PLAIN_START = re.compile(rb"WARC/[01]\.\d+\r?\n")
GZIP_START = re.compile(re.escape(GZIP_MAGIC) + rb"\x08[\x00-\x1f]")
ZSTD_START = re.compile(re.escape(b"\x28\xb5\x2f\xfd"))
MAX_DAMAGES = 1000
# The archives in a package are read piece by piece, so that they may be long.
MAX_PACKAGE_BYTES = 1_000_000_000_000


def read_warc(opened: Opened, reading: Reading) -> Read:
    """The pages of a web archive: successful answers in HTML, and plain texts made of pages; one Capture each, with its address.

    Records that are wrong or cut off become Failures and the rest is read; pages in other languages, or without a main text, are
    counted by reason. WARC-Date is when a page was captured, never when it was published.
    """
    skips = Skips(opened.path, "pages")
    for found in _records(opened):
        if isinstance(found, InputError):
            yield failure(opened.path, found)
            continue
        place = item_path(opened.path, found.stream_pos)
        try:
            yield _capture(found, place, reading)
        except _NoPageError as reason:
            skips.pass_over(str(reason))
        except InputError as error:
            skips.add(error, place)
    yield from skips.failures()


def read_wacz(opened: Opened, reading: Reading) -> Read:
    """The pages of all archives in a WACZ package."""
    with open_zip(opened) as package:
        members, refused = check_members(package, opened.path, largest=MAX_PACKAGE_BYTES, total=MAX_PACKAGE_BYTES)
        yield from refused
        for member in members:
            if member.filename.startswith("archive/"):
                place = item_path(opened.path, member.filename)
                try:
                    with package.open(member) as file:
                        yield from read_warc(Opened.of(cast(BinaryIO, file), place, place), reading)
                except ZIP_ERRORS as error:
                    yield failure(place, InputError(f"{place}: damaged ({error}); fetch the package again"))


def read_list(opened: Opened, reading: Reading) -> Read:
    """The archives that a list names ("warc.paths" of CC-NEWS), where they lie beside it; the others as Failures with their address."""
    for line in opened.read_whole(what="list").decode("utf-8", "replace").split():
        parts = line.split("/")
        near = [] if opened.folder is None or ".." in parts or not parts[0] else [opened.folder / line, opened.folder / parts[-1]]
        path = next((one for one in near if one.is_file()), None)
        if path is None:
            yield failure(line, InputError(f"{line}: not beside the list; fetch it first, from https://data.commoncrawl.org/{line}"))
        else:
            yield from read_inside(path, reading)


class _NoPageError(Exception):
    """A record that holds no page: an image, a redirect, an error."""


def _records(opened: Opened) -> Iterator[Any]:
    """The records of an archive that may hold pages, frozen; InputErrors where it is damaged, with the records after the damage."""
    archive = needed("fastwarc.warc", "archives", opened.place)
    kinds = archive.WarcRecordType
    wanted = kinds.response | kinds.resource | kinds.conversion
    file, size = opened.file, opened.file.seek(0, 2)
    start: int | None = 0
    damages = 0
    while start is not None and damages < MAX_DAMAGES:
        file.seek(start)
        last = start
        problem = None
        try:
            for record in archive.ArchiveIterator(file, record_types=wanted, parse_http=False):
                last = record.stream_pos
                problem = _wrong_length(record, size)
                if problem:
                    break
                if record.content_length > MAX_BYTES:
                    yield InputError(f"{opened.place}:{last}: a record of more than {MAX_BYTES // 1_000_000} MB; left out")
                    continue
                said = record.content_length
                record.freeze()
                if record.content_length < said:
                    problem = "it is cut off, or says a wrong length"
                    break
                yield record
        except OSError as error:
            problem = str(error)
        if problem is None:
            return
        damages += 1
        following = _next_record(file, last + 1, opened.head)
        rest = f"read on from byte {following:,}" if following is not None else "nothing after it can be read; fetch the archive again"
        yield InputError(f"{opened.place}:{last}: a damaged record ({problem}); {rest}")
        start = following


def _wrong_length(record: Any, size: int) -> str | None:
    """What is wrong with a record that says to be longer than anything that its file can hold."""
    if record.content_length > MAX_BYTES and record.content_length > MAX_RATIO * (size - record.stream_pos):
        return f"it says to be {record.content_length:,} bytes long"
    return None


def _next_record(file: BinaryIO, start: int, head: bytes) -> int | None:
    """Where the next record may begin."""
    pattern = GZIP_START if head.startswith(GZIP_MAGIC) else PLAIN_START if head.startswith(b"WARC/") else ZSTD_START
    file.seek(start)
    before, at = b"", start
    while piece := file.read(1 << 20):
        match = pattern.search(before + piece)
        if match:
            return at - len(before) + match.start()
        at += len(piece)
        before = piece[-16:]
    return None


def _capture(record: Any, place: str, reading: Reading) -> Capture:
    status: int | None = 200
    if record.is_http:
        record.parse_http(auto_decode="all")
        status = record.http_headers.status_code if record.http_headers else None
        media = record.http_content_type
    else:
        media = (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if status != 200:
        raise _NoPageError(f"answer {status}")
    raw = record.reader.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise InputError(f"longer than {MAX_BYTES // 1_000_000} MB")
    known = Facts(
        url=record.headers.get("WARC-Target-URI"),
        retrieved=record.headers.get("WARC-Date"),
        encoding=record.http_charset if record.is_http else None,
        notes=(f"captured as {record.record_id}",) if record.record_id else (),
    )
    reading = replace(reading, facts=merged(known, reading.facts))
    if media in PLAIN:
        return read_text(raw, path=place, given=reading.given, facts=reading.facts)
    if media not in PAGES:
        raise _NoPageError(media or "no media type")
    return _read_archived(raw, place, reading)


def _read_archived(raw: bytes, place: str, reading: Reading) -> Capture:
    """The report on an archived page, by the fast extractor."""
    decoded = decode_page(raw, reading.facts.encoding)
    check_nesting(decoded.text, place)
    text = page_text(extract_main_fast(decoded.text, place), about := read_metadata(decoded.text))
    if not text:
        raise InputError("a web page without a main text")
    facts = page_facts(about, decoded, text, reading, guess_date=False)
    return build_capture(
        text,
        given=reading.given,
        facts=facts,
        origin=Origin(raw=raw, place=place, path=place, encoding=decoded.encoding, extractor=EXTRACTOR),
    )
