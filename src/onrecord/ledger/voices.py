"""Gives every document its voice, and the copies that it brings together theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger import tables
from onrecord.ledger.reading import batches
from onrecord.ledger.rows import Row
from onrecord.ledger.store import own_words
from onrecord.records import Voice, content_id
from onrecord.sources import Finder, Origin, Report, choose_origin, components, is_copy, shingles, words_of


def update_voices(connection: Connection, find: Finder) -> None:
    """Gives every new document its voice, and the copies that it brings together theirs."""
    missing = sa.select(tables.coding.c.document).where(
        tables.coding.c.current, ~sa.exists().where(tables.voice.c.document == tables.coding.c.document)
    )
    fresh = sorted(connection.scalars(missing))
    for some in batches(fresh):
        _give_voices(connection, some, find)


def _give_voices(connection: Connection, fresh: Sequence[str], find: Finder) -> None:
    neighbours = copies_of(connection, fresh)
    members = sorted({*fresh, *(id for pair in neighbours for id in pair)})
    reports = read_reports(connection, members)
    for group in components(members, neighbours):
        origin = choose_origin([reports[id] for id in group], find)
        connection.execute(tables.voice.delete().where(tables.voice.c.document.in_(group)))
        connection.execute(tables.voice.insert(), [_voice_row(id, origin, reports[id]) for id in group])


def _voice_row(document: str, origin: Origin, report: Report) -> Row:
    return {
        "document": document,
        "voice": content_id("voi-", origin.name),
        "name": origin.name,
        "affiliation": origin.affiliation,
        "credit": report.credit,
    }


def copies_of(connection: Connection, documents: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of copies, of the documents and of whatever else they hang together with."""
    known: dict[str, frozenset[int]] = {}
    pairs: set[tuple[str, str]] = set()
    waiting, done = list(documents), set()
    while waiting:
        document = waiting.pop()
        done.add(document)
        for other in _candidates(connection, document):
            for id in (document, other):
                known.setdefault(id, _shingles(connection, id))
            if is_copy(known[document], known[other]):
                pairs.add((min(document, other), max(document, other)))
                if other not in done and other not in waiting:
                    waiting.append(other)
    return sorted(pairs)


def _candidates(connection: Connection, document: str) -> list[str]:
    one, other = tables.shingle.alias(), tables.shingle.alias()
    query = (
        sa.select(other.c.document)
        .join_from(one, other, one.c.value == other.c.value)
        .where(one.c.document == document, other.c.document != document)
        .group_by(other.c.document)
        .order_by(other.c.document)
    )
    return list(connection.scalars(query))


def _shingles(connection: Connection, document: str) -> frozenset[int]:
    row = connection.execute(sa.select(tables.document.c.text, tables.document.c.own).where(tables.document.c.id == document)).one()
    return shingles(words_of(own_words(row.text or "", _spans(row.own))))


def _spans(own: str) -> list[tuple[int, int]]:
    numbers = [int(number) for number in own.split()]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def read_reports(connection: Connection, documents: Sequence[str]) -> dict[str, Report]:
    """Who printed and credited each document, as its first appearance says: of several, the earliest."""
    table = tables.appearance
    query = sa.select(table.c.document, table.c.outlet, table.c.credit, table.c.published).where(table.c.document.in_(documents))
    found: dict[str, Report] = {}
    for row in connection.execute(query):
        report = Report(id=row.document, outlet=row.outlet, credit=row.credit, published=row.published, words=())
        found[row.document] = min(found.get(row.document, report), report, key=_first)
    return found


def _first(report: Report) -> tuple[str, str, str]:
    return (report.published or "9999", report.outlet or "~", report.credit or "~")


def read_voices(connection: Connection, documents: Collection[str] | None = None) -> dict[str, Voice]:
    table = tables.voice
    query = sa.select(table)
    found: dict[str, Voice] = {}
    parts: list[Sequence[str] | None] = [None] if documents is None else list(batches(sorted(documents)))
    for part in parts:
        for row in connection.execute(query if part is None else query.where(table.c.document.in_(part))):
            found[row.document] = Voice(id=row.voice, name=row.name, affiliation=row.affiliation, members=(), credit=row.credit)
    return found
