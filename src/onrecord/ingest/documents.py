"""From a text and what is known of it to a capture: its language, its parts, its date of publication, its identity."""

from __future__ import annotations

import msgspec

from onrecord import __version__
from onrecord.errors import InputError
from onrecord.ingest.dates import date_in_url
from onrecord.ingest.language import check_language
from onrecord.ingest.layout import Layout, find_paragraphs, lay_out
from onrecord.records import Block, BlockKind, Capture, Document, PublishedBasis, content_id, text_sha256


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What the user says of the reports; it wins over what they say of themselves. ``published``: "YYYY-MM-DD"."""

    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    title: str | None = None
    language: str | None = None
    force_language: bool = False


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a source says of one report.

    ``published``: the day, from metadata.  ``published_in_text``: the day, guessed from what the page shows.
    ``published_at``: the moment, where metadata have one.  ``credit``: whose report this passes on.
    ``encoding``: the one that was declared where the bytes came from.
    """

    published: str | None = None
    published_at: str | None = None
    published_in_text: str | None = None
    outlet: str | None = None
    url: str | None = None
    title: str | None = None
    language: str | None = None
    credit: str | None = None
    channel: str | None = None
    retrieved: str | None = None
    encoding: str | None = None
    notes: tuple[str, ...] = ()


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes behind a text: where they stand, how they were decoded, what extracted the text from them."""

    raw: bytes
    place: str
    path: str | None
    encoding: str
    extractor: str


def build_capture(text: str, *, given: Given, facts: Facts, origin: Origin) -> Capture:
    """The capture of a report.

    Raises: InputError when the text is blank; LanguageError when it is not in English and not forced.
    """
    if not text.strip():
        raise InputError(f"{origin.place}: no text in it; nothing to code")
    language, language_notes = check_language(text, origin.place, given=given.language or facts.language, force=given.force_language)
    title = given.title or facts.title
    layout = _as_message(text) if facts.channel is not None else lay_out(text, title=title)
    published, basis = _published(given, facts, layout)
    document = msgspec.structs.replace(
        _document(text, given, facts, layout),
        path=origin.path,
        title=title,
        language=language.code,
        published=published,
        published_basis=basis,
        published_at=facts.published_at if basis is PublishedBasis.METADATA else None,
    )
    return Capture(
        document=document,
        raw=origin.raw,
        encoding=origin.encoding,
        extractor=f"{origin.extractor}/{__version__}",
        notes=(*facts.notes, *language_notes),
    )


def _document(text: str, given: Given, facts: Facts, layout: Layout) -> Document:
    sha256 = text_sha256(text)
    outlet, url = given.outlet or facts.outlet, given.url or facts.url
    # Two outlets that print the same words are two documents; the same text from the same place is one.
    # A message is also told by where and when it was posted: people say "shelling again" more than once.
    posted = (facts.channel, facts.published_at) if facts.channel is not None else ()
    return Document(
        id=content_id("doc-", sha256, outlet, url, *posted),
        text=text,
        sha256=sha256,
        outlet=outlet,
        url=url,
        channel=facts.channel,
        retrieved=facts.retrieved,
        dateline=layout.dateline,
        credit=facts.credit or layout.credit,
        blocks=layout.blocks,
        version=__version__,
    )


def _as_message(text: str) -> Layout:
    """A message has no headline, byline or dateline, however its first line looks."""
    spans = enumerate(find_paragraphs(text))
    return Layout(tuple(Block(span=span, kind=BlockKind.BODY, paragraph=number) for number, span in spans))


def _published(given: Given, facts: Facts, layout: Layout) -> tuple[str | None, PublishedBasis]:
    """The day of publication and how it is known, the surest first."""
    url = given.url or facts.url
    candidates = (
        (given.published, PublishedBasis.GIVEN),
        (facts.published, PublishedBasis.METADATA),
        (date_in_url(url) if url else None, PublishedBasis.URL),
        (layout.date or facts.published_in_text, PublishedBasis.TEXT),
    )
    return next(((day, basis) for day, basis in candidates if day), (None, PublishedBasis.UNKNOWN))
