"""Reports as they were taken in."""

from __future__ import annotations

from enum import StrEnum

from onrecord.records.base import Record, Span


class PublishedBasis(StrEnum):
    GIVEN = "given"
    METADATA = "metadata"
    URL = "url"
    TEXT = "text"
    UNKNOWN = "unknown"


class BlockKind(StrEnum):
    HEADLINE = "headline"
    SUMMARY = "summary"
    DATELINE = "dateline"
    BYLINE = "byline"
    BODY = "body"
    CAPTION = "caption"
    BOILERPLATE = "boilerplate"


class Dateline(Record, frozen=True):
    """Where and when the reporter wrote: never the place of an event."""

    text: str
    span: Span


class Block(Record, frozen=True):
    """A stretch of text that no sentence crosses: a headline, a dateline, a paragraph.

    Blocks are in text order, do not overlap, and cover everything but white space.
    """

    span: Span
    kind: BlockKind
    paragraph: int


class Document(Record, frozen=True):
    """A report as it was taken in.

    ``text``: of a plain text the decoded input verbatim but for a byte-order mark, newlines and NUL; of anything else what its
    extractor took for the report, paragraphs parted by blank lines.
    ``published``: a day. ``published_at``: the moment as its source writes it, with an offset where that has one.
    ``channel``: the chat, channel or group that a message was posted in; ``outlet`` is then who posted it.
    ``retrieved``: when it was fetched or captured, as the archive says.
    """

    id: str
    text: str
    sha256: str
    path: str | None = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    language: str = "en"
    published: str | None = None
    published_basis: PublishedBasis = PublishedBasis.UNKNOWN
    published_at: str | None = None
    channel: str | None = None
    retrieved: str | None = None
    dateline: Dateline | None = None
    credit: str | None = None
    blocks: tuple[Block, ...] = ()
    version: str = ""


class Capture(Record, frozen=True):
    """One document with the bytes that it was read from.

    ``raw``: the bytes as found; of messages whose authors were pseudonymised, the bytes without the names.
    ``extractor``: what turned them into text, with its version.
    ``notes``: what had to be assumed (an encoding, a date), for people.
    ``offsets``: of a web page, the runs that its text shares with it: where each begins in the text, where in the decoded page,
    and its length, in code points.
    """

    document: Document
    raw: bytes
    encoding: str
    extractor: str
    notes: tuple[str, ...] = ()
    offsets: tuple[tuple[int, int, int], ...] = ()


class Failure(Record, frozen=True):
    """A document, or a stage of it, that could not be done; the run goes on."""

    document: str | None
    path: str | None
    stage: str
    error: str
    message: str
    trace_id: str | None = None
