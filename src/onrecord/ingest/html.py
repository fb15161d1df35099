"""Web pages: their main text by trafilatura, what they say of themselves, and where each stretch of the text stands in the page."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from onrecord.errors import InputError
from onrecord.ingest.dates import date_in_url, parse_date
from onrecord.ingest.decoding import BYTE_ORDER_MARKS, NUL_REPLACEMENT, Decoded, decode_legacy
from onrecord.ingest.documents import Facts, Origin, build_capture
from onrecord.ingest.language import is_short
from onrecord.ingest.layout import lay_out
from onrecord.ingest.main_text import extract_main, shorten_tags
from onrecord.ingest.metadata import PageFacts, read_metadata
from onrecord.ingest.offsets import trace_offsets
from onrecord.ingest.reading import Read, Reading, merged
from onrecord.ingest.sources import Opened
from onrecord.records import Capture

EXTRACTOR = "ingest.html.v1"

# Pages of reports nest some thirty elements; parsers slow down with the square of the depth.
MAX_NESTING = 400
MAX_TAGS = 40_000
# ">" outside tags stands in scripts; by the ten thousand it is in attributes, which parsers read in the square of their number.
MAX_LOOSE_ENDS = 20_000
# Elements that never close, or need not.
UNCLOSED = """area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup tr td th thead tbody tfoot
colgroup html head body rp rt"""
TAG = re.compile(rf"<(/?)(?!(?:{'|'.join(UNCLOSED.split())})(?![\w-]))[a-z]", re.IGNORECASE)

META_CHARSET = re.compile(rb"<meta\b[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
# What pages call by these names is, as browsers read it, the larger code page of Windows.
AS_BROWSERS_READ = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "iso8859-11": "cp874"}
# Codecs that take the byte-order mark away; those of UTF-16 and UTF-32 tell by it which way round the bytes are.
WITH_MARK = {"utf-8": "utf-8-sig"}

# Dates that htmldate may guess lie between the first news sites and the end of the century; never "until today", which changes.
FIRST_GUESS, LAST_GUESS = datetime(1995, 1, 1), datetime(2099, 12, 31)


def read_page(opened: Opened, reading: Reading) -> Read:
    """The one report of a web page."""
    yield read_html(opened.read_whole(what="page"), place=opened.place, path=opened.path, reading=reading)


def read_html(raw: bytes, *, place: str, path: str | None, reading: Reading) -> Capture:
    """The report on a web page.

    Raises: InputError when the page has no main text or is built to stop programs; LanguageError as for every report.
    """
    decoded = decode_page(raw, reading.facts.encoding)
    check_nesting(decoded.text, place)
    about = read_metadata(decoded.text)
    text = page_text(extract_main(decoded.text), about)
    if not text:
        raise InputError(f"{place}: a web page without a main text; save the text of the report as a plain file")
    facts = page_facts(about, decoded, text, reading)
    origin = Origin(raw=raw, place=place, path=path, encoding=decoded.encoding, extractor=EXTRACTOR)
    capture = build_capture(text, given=reading.given, facts=facts, origin=origin)
    return msgspec.structs.replace(capture, offsets=trace_offsets(decoded.text, text))


def decode_page(raw: bytes, declared: str | None) -> Decoded:
    """The characters of a page: a byte-order mark, UTF-8 where it is that, what was declared, or the code page that fits.

    Decoding the bytes by the name of the encoding again gives the same characters at the same places; only NUL is replaced.
    """
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    if marked is not None:
        return _decoded(raw, WITH_MARK.get(marked, marked[:6]))
    try:
        return Decoded(raw.decode("utf-8").replace("\0", NUL_REPLACEMENT), "utf-8")
    except UnicodeDecodeError as error:
        meta = META_CHARSET.search(raw[:8192])
        codec = _codec(declared) or _codec(meta[1].decode("ascii") if meta else None)
        if codec is not None and codec != "utf-8":
            return _decoded(raw, codec)
        found = decode_legacy(raw, error)
        return _decoded(raw, found.encoding, found.notes)


def _decoded(raw: bytes, encoding: str, notes: tuple[str, ...] = ()) -> Decoded:
    return Decoded(raw.decode(encoding, "replace").replace("\0", NUL_REPLACEMENT), encoding, notes)


def check_nesting(page: str, place: str) -> None:
    """Raises InputError for a page whose elements nest deeper than any report's: made, or broken, so that parsers stall on it."""
    tags = page.count("<")
    if tags > MAX_TAGS:
        raise InputError(f"{place}: a page of more than {MAX_TAGS:,} elements; save the part that is the report")
    if page.count(">") > tags + MAX_LOOSE_ENDS:
        raise InputError(f"{place}: a page whose elements do not end where they seem to; save its text as a plain file")
    depth = 0
    for closing in TAG.findall(page) if tags > MAX_NESTING else ():
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > MAX_NESTING:
            raise InputError(f"{place}: a page of more than {MAX_NESTING} elements inside one another; save its text as a plain file")


def page_text(main: Sequence[str], about: PageFacts) -> str:
    """The text of the document: headline, dateline where only the page's data have it, paragraphs; parted by blank lines."""
    paragraphs = list(main)
    if not paragraphs:
        return ""
    if about.title and not _opens_with(paragraphs, about.title):
        paragraphs.insert(0, about.title)
    body = 1 if about.title else 0
    if about.dateline and lay_out("\n\n".join(paragraphs[: body + 3]), title=about.title).dateline is None:
        paragraphs.insert(body, about.dateline)
    return "\n\n".join(paragraphs)


def page_facts(about: PageFacts, decoded: Decoded, text: str, reading: Reading, *, guess_date: bool = True) -> Facts:
    """What is known of a page's report: what it says of itself and where it came from.

    guess_date: look for the date in what the page shows, too, where nothing else tells it.
    """
    known = reading.facts
    address = about.url if about.url and (known.url is None or _host(about.url) == _host(known.url)) else known.url
    own = Facts(
        title=about.title,
        outlet=about.outlet,
        published=about.published,
        published_at=about.published_at,
        url=address,
        language=about.language if about.language and is_short(text) else None,
        notes=decoded.notes,
    )
    if guess_date and not (reading.given.published or own.published or (address and date_in_url(address))):
        own = msgspec.structs.replace(own, published_in_text=_guessed_date(decoded.text))
    return merged(own, known)


def _guessed_date(page: str) -> str | None:
    from htmldate import find_date
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        found = find_date(shorten_tags(page), extensive_search=False, original_date=True, min_date=FIRST_GUESS, max_date=LAST_GUESS)
    except (LxmlError, ValueError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError):
        return None
    return parse_date(found) if found else None


def _opens_with(paragraphs: Sequence[str], title: str) -> bool:
    def key(text: str) -> str:
        return "".join(character for character in text.casefold() if character.isalnum())

    return any(key(paragraph) == key(title) for paragraph in paragraphs[:2])


def _codec(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name).name if name else None
        "".encode(found or "ascii")  # some codecs are no encodings of text
    except (LookupError, UnicodeError, ValueError):
        return None
    return AS_BROWSERS_READ.get(found, found) if found else None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
