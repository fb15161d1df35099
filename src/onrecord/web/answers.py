"""What routes of every subject share: the open ledger, and records in the formats that other programs read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any
from xml.sax.saxutils import escape, quoteattr  # nosec B406 - writes XML, reads none

import msgspec
from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse

from onrecord.export.writing import csv_of
from onrecord.ledger import Ledger
from onrecord.records import Record
from onrecord.web.queries import Asked

CSV = "text/csv; charset=utf-8"


def _opened(request: Request) -> Ledger:
    ledger: Ledger = request.app.state.ledger
    return ledger


Open = Annotated[Ledger, Depends(_opened)]


class Page(Record, frozen=True):
    """A page of a list. ``total``: rows of all pages.  next: the address of the next page, None on the last."""

    total: int
    page: int
    size: int
    next: str | None
    items: Sequence[Any]


class Entry(Record, frozen=True):
    """An entry of a feed. ``updated``: a day, or None where none is known.  path: of its page."""

    id: str
    title: str
    path: str
    updated: str | None
    summary: str


def json_answer(value: Any, *, status: int = 200, media_type: str = "application/json") -> Response:
    """Records as JSON, as msgspec writes them."""
    return Response(msgspec.json.encode(value), status_code=status, media_type=media_type)


def page_answer(items: Sequence[Any], total: int, asked: Asked, path: str) -> Response:
    """One page of a list as JSON."""
    following = asked.link(path, page=asked.page + 1) if asked.page * asked.size < total else None
    return json_answer(Page(total=total, page=asked.page, size=asked.size, next=following, items=items))


def table_answer(rows: Iterable[Record], record: type[Record]) -> Response:
    """Flat records as CSV, a column per field; lists are joined by "; "."""
    names = record.__struct_fields__
    cells = [{name: _cell(getattr(row, name)) for name in names} for row in rows]
    return Response("".join(csv_of(cells, names)), media_type=CSV)


def _cell(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else value


def stream(lines: Iterator[str], media_type: str) -> Response:
    """Lines as they are made, so that a large answer costs no memory."""
    return StreamingResponse(lines, media_type=media_type)


def atom_answer(request: Request, title: str, path: str, entries: Sequence[Entry]) -> Response:
    """A feed as RFC 4287 has it. The clock is not asked: an entry is as new as the last report behind it."""
    base = str(request.base_url).rstrip("/")
    newest = max((entry.updated or "" for entry in entries), default="")
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{escape(title)}</title>",
        f"<id>{escape(base + path)}</id>",
        f'<link rel="self" href={quoteattr(f"{base}{request.url.path}?{request.url.query}".rstrip("?"))}/>',
        f"<link href={quoteattr(base + path)}/>",
        f"<updated>{_moment(newest)}</updated>",
        "<author><name>onrecord</name></author>",
        *(_entry(base, entry) for entry in entries),
        "</feed>",
    ]
    return Response("\n".join(lines) + "\n", media_type="application/atom+xml")


def _entry(base: str, entry: Entry) -> str:
    parts = (
        f"<title>{_plain(entry.title)}</title>",
        f"<id>{escape(f'urn:onrecord:{entry.id}')}</id>",
        f"<link href={quoteattr(base + entry.path)}/>",
        f"<updated>{_moment(entry.updated)}</updated>",
        f"<summary>{_plain(entry.summary)}</summary>",
    )
    return f"<entry>{''.join(parts)}</entry>"


def _moment(day: str | None) -> str:
    return f"{(day or '1970-01-01')[:10]}T00:00:00Z"


def _plain(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return escape("".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff")))
