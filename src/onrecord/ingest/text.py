"""Plain-text reports: decoded, their header read, their language checked, their parts told apart."""

from __future__ import annotations

import msgspec

from onrecord import __version__
from onrecord.errors import InputError
from onrecord.ingest.dates import date_in_url
from onrecord.ingest.decoding import decode
from onrecord.ingest.files import STANDARD_INPUT, shown
from onrecord.ingest.header import Header, read_header
from onrecord.ingest.language import check_language
from onrecord.ingest.layout import Layout, lay_out
from onrecord.records import Capture, Document, PublishedBasis, content_id, text_sha256

EXTRACTOR = "ingest.text.v1"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What the user says of the reports; it wins over what they say of themselves. ``published``: "YYYY-MM-DD"."""

    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    title: str | None = None
    language: str | None = None
    force_language: bool = False


def read_text(raw: bytes, *, path: str | None, given: Given) -> Capture:
    """The report in the bytes of a text file. The text of the document begins after the file's header, if it has one.

    Raises: InputError when the bytes are no text or hold no report; LanguageError when it is not in English and not forced.
    """
    where = shown(path) if path is not None else "text"
    decoded = decode(raw, where)
    header = read_header(decoded.text, where)
    text = decoded.text[header.length :]
    if not text.strip():
        raise InputError(f"{where}: nothing below its header; nothing to code")
    language, language_notes = check_language(text, where, given=given.language or header.language, force=given.force_language)
    title = given.title or header.title
    layout = lay_out(text, title=title)
    published, basis = _published(given, header, layout)
    document = _document(text, path, given, header, layout)
    document = msgspec.structs.replace(document, title=title, language=language.code, published=published, published_basis=basis)
    notes = (*decoded.notes, *header.notes, *language_notes)
    return Capture(document=document, raw=raw, encoding=decoded.encoding, extractor=f"{EXTRACTOR}/{__version__}", notes=notes)


def _document(text: str, path: str | None, given: Given, header: Header, layout: Layout) -> Document:
    sha256 = text_sha256(text)
    outlet, url = given.outlet or header.outlet, given.url or header.url
    return Document(
        # Two outlets that print the same words are two documents; the same text from the same place is one.
        id=content_id("doc-", sha256, outlet, url),
        text=text,
        sha256=sha256,
        path=None if path == STANDARD_INPUT else path,
        outlet=outlet,
        url=url,
        dateline=layout.dateline,
        credit=layout.credit,
        blocks=layout.blocks,
        version=__version__,
    )


def _published(given: Given, header: Header, layout: Layout) -> tuple[str | None, PublishedBasis]:
    """The day of publication and how it is known, the surest first."""
    url = given.url or header.url
    candidates = (
        (given.published, PublishedBasis.GIVEN),
        (header.published, PublishedBasis.METADATA),
        (date_in_url(url) if url else None, PublishedBasis.URL),
        (layout.date, PublishedBasis.TEXT),
    )
    return next(((day, basis) for day, basis in candidates if day), (None, PublishedBasis.UNKNOWN))
