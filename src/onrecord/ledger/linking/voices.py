"""Gives every document its voice, and the copies that it brings together theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.statements import Row, batches
from onrecord.ledger.store.codings import own_words
from onrecord.records import Voice, connected, content_id
from onrecord.sources import COPY, SAMPLE, Finder, Origin, Report, choose_origin, is_copy, shingles, words_of

MANY = 100


def update_voices(connection: Connection, find: Finder) -> None:
    """Gives every new document its voice, and the copies that it brings together theirs."""
    missing = sa.select(tables.coding.c.document).where(
        tables.coding.c.current, ~sa.exists().where(tables.voice.c.document == tables.coding.c.document)
    )
    fresh = sorted(connection.scalars(missing))
    if len(fresh) > MANY and connection.dialect.name == "postgresql":
        # Right after a large import the planner still believes the tables to be small, and walks through them for every report.
        connection.exec_driver_sql("ANALYZE shingle, document, coding, claim, relation")
    for some in batches(fresh):
        _give_voices(connection, some, find)


def _give_voices(connection: Connection, fresh: Sequence[str], find: Finder) -> None:
    neighbours = copies_of(connection, fresh)
    members = sorted({*fresh, *(id for pair in neighbours for id in pair)})
    reports = read_reports(connection, members)
    for group in connected(members, neighbours):
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
    texts = Texts(connection)
    pairs: set[tuple[str, str]] = set()
    waiting, done = list(documents), set()
    while waiting:
        document = waiting.pop()
        if document in done:
            continue
        done.add(document)
        for other in _candidates(connection, document):
            if is_copy(texts.shingles(document), texts.shingles(other)):
                pairs.add((min(document, other), max(document, other)))
                waiting.append(other)
    return sorted(pairs)


# Of the shared shingles that a copy would have in the sample, so many are enough to look at the texts.
FEW_SHARED = 0.4 * COPY / SAMPLE
# So many reports that have a phrase are looked at, those of the first ids: all copies of one story meet there, however many there are, and
# a phrase that stands in every report costs no more than one of a few.
MOST_HOLDERS = 32


def _candidate_query() -> sa.Select[tuple[str]]:
    one, other = tables.shingle.alias(), tables.shingle.alias()
    document = sa.bindparam("document", type_=sa.Text)
    holder = tables.shingle.alias()
    holders = sa.select(holder.c.document).where(holder.c.value == one.c.value).correlate(one)
    last = holders.order_by(holder.c.document).offset(MOST_HOLDERS - 1).limit(1).scalar_subquery()
    greatest = holders.with_only_columns(sa.func.max(holder.c.document)).scalar_subquery()
    shared = (
        sa.select(other.c.document, sa.func.count().label("shared"))
        .join_from(one, other, one.c.value == other.c.value)
        .where(one.c.document == document, other.c.document != document, other.c.document <= sa.func.coalesce(last, greatest))
        .group_by(other.c.document)
        .subquery()
    )
    own = sa.select(tables.document.c.shingles).where(tables.document.c.id == document).scalar_subquery()
    theirs = tables.document.c.shingles
    query = sa.select(shared.c.document).join_from(shared, tables.document, tables.document.c.id == shared.c.document)
    return query.where(shared.c.shared >= FEW_SHARED * sa.case((theirs < own, theirs), else_=own)).order_by(shared.c.document)


CANDIDATES = _candidate_query()


def _candidates(connection: Connection, document: str) -> list[str]:
    return list(connection.scalars(CANDIDATES, {"document": document}))


class Texts:
    """Shingles of documents, read when they are first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, frozenset[int]] = {}

    def shingles(self, document: str) -> frozenset[int]:
        if document not in self._known:
            query = sa.select(tables.document.c.text, tables.document.c.own).where(tables.document.c.id == document)
            row = self._connection.execute(query).one()
            self._known[document] = shingles(words_of(own_words(row.text or "", _spans(row.own))))
        return self._known[document]


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
    """Per document, its voice without its members; of all documents when none are named."""
    table = tables.voice
    query = sa.select(table)
    found: dict[str, Voice] = {}
    parts: list[Sequence[str] | None] = [None] if documents is None else list(batches(sorted(documents)))
    for part in parts:
        for row in connection.execute(query if part is None else query.where(table.c.document.in_(part))):
            found[row.document] = Voice(id=row.voice, name=row.name, affiliation=row.affiliation, members=(), credit=row.credit)
    return found
