"""Seals: what was coded, and where it was seen, chained by hash as it is appended, so that a later change, loss or insertion shows.

A seal says what it is of, the hash of its rows as they stand in the tables, and the hash of the seal before. Words that are taken out
get a second seal of what is left; the first one keeps the hash of what was there. ``onrecord.ledger.audit`` reads the chain.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.engine import take_turn
from onrecord.ledger.database.statements import Row, insert_rows

BEGINNING = "0" * 64
AT_ONCE = 200
# The columns that a seal is over, in this order for good: a column that comes later is not in the seals of earlier ledgers.
DOCUMENT = "id sha256 language own".split()
CODING = "seq id document version rank outlet published claims record".split()
APPEARANCE = "id document raw_sha256 path url outlet title credit published published_basis encoding extractor notice".split()
PARTS: Mapping[sa.Table, Sequence[str]] = {
    tables.claim: (
        "position hash kind type mode codable linkable who whom place place_id admin1 country lat lon radius_km time_start time_end "
        "speaker polarity certainty status confidence start end record"
    ).split(),
    tables.mention: "position id kind label start end text refers_to means".split(),
    tables.attribution: "position id source cue cue_class form start end confidence".split(),
    tables.relation: "position source target type".split(),
    tables.figure: "position claim of unit who low best high exactness scope".split(),
}
_DOCUMENT, _CODING, _APPEARANCE = itemgetter(*DOCUMENT), itemgetter(*CODING), itemgetter(*APPEARANCE)
_PARTS = {table: itemgetter(*names) for table, names in PARTS.items()}


class Kind(StrEnum):
    CODING = "coding"
    APPEARANCE = "appearance"


class Cause(StrEnum):
    ADDED = "added"
    FOUND = "found"  # it was there when the chain began
    REDACTED = "redacted"


class Sealed(NamedTuple):
    """What a seal is over: the id of a coding or an appearance, and the hash of its rows."""

    kind: Kind
    target: str
    content: str


# ── Hashes of rows ────────────────────────────────────────────────────────────────────────────────────────────────────


def seal_of_coding(document: Row, coding: Row, parts: Mapping[sa.Table, Sequence[Row]]) -> Sealed:
    """The hash of a coding: its report's hash, itself, and its claims, mentions, attributions, relations and figures in order."""
    said: list[Any] = [_DOCUMENT(document), _CODING(coding)]
    said += [[take(row) for row in parts.get(table, ())] for table, take in _PARTS.items()]
    return Sealed(Kind.CODING, coding["id"], hashlib.sha256(msgspec.json.encode(said)).hexdigest())


def seal_of_appearance(row: Row) -> Sealed:
    """The hash of where a report was seen."""
    return Sealed(Kind.APPEARANCE, row["id"], hashlib.sha256(msgspec.json.encode(_APPEARANCE(row))).hexdigest())


def digest_of(row: Row) -> str:
    """The hash of a seal over what it says and the seal before."""
    said = [row[name] for name in ("seq", "kind", "target", "cause", "content", "previous")]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


# ── Appending ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_LAST = "SELECT seq, digest FROM seal ORDER BY seq DESC LIMIT 1"


def take_seal_turn(connection: Connection) -> None:
    """Holds off others that append until this transaction ends; to be called before anything else is written in it."""
    take_turn(connection, "seal")


def append_seals(connection: Connection, sealed: Sequence[Sealed], cause: Cause) -> None:
    """Adds seals to the end of the chain."""
    if not sealed:
        return
    last = connection.exec_driver_sql(_LAST).first()
    number, previous = (last.seq, last.digest) if last else (0, BEGINNING)
    rows = []
    for one in sealed:
        number += 1
        row: Row = {
            "seq": number,
            "kind": str(one.kind),
            "target": one.target,
            "cause": str(cause),
            "content": one.content,
            "previous": previous,
        }
        row["digest"] = previous = digest_of(row)
        rows.append(row)
    insert_rows(connection, tables.seal, rows)


def seal_what_is_there(connection: Connection) -> None:
    """Begins the chain of a ledger that had none with everything in it, in the order in which it came."""
    for some in _in_parts(read_appearances(connection)):
        append_seals(connection, some, Cause.FOUND)
    for some in _in_parts(read_codings(connection)):
        append_seals(connection, some, Cause.FOUND)


def seal_redacted(connection: Connection, document: str) -> None:
    """Seals what is left of a report whose words were taken out."""
    left = [*read_appearances(connection, document), *read_codings(connection, document)]
    append_seals(connection, left, Cause.REDACTED)


# ── Reading rows back ─────────────────────────────────────────────────────────────────────────────────────────────────


def read_appearances(connection: Connection, document: str | None = None) -> Iterator[Sealed]:
    """What seals of the appearances must say, as their rows stand now; of one report or all."""
    table = tables.appearance
    query = sa.select(*(table.c[name] for name in APPEARANCE)).order_by(table.c.seq)
    if document is not None:
        query = query.where(table.c.document == document)
    for row in connection.execute(query).mappings():
        yield seal_of_appearance(dict(row))


def read_codings(connection: Connection, document: str | None = None) -> Iterator[Sealed]:
    """What seals of the codings must say, as all their rows stand now; of one report or all."""
    coding = tables.coding
    wanted = sa.select(coding.c.seq).order_by(coding.c.seq)
    if document is not None:
        wanted = wanted.where(coding.c.document == document)
    for numbers in _in_parts(connection.scalars(wanted)):
        yield from _read_some(connection, numbers)


def _read_some(connection: Connection, numbers: Sequence[int]) -> Iterator[Sealed]:
    coding, document = tables.coding, tables.document
    found: dict[sa.Table, dict[int, list[Row]]] = {table: _rows_of(connection, table, names, numbers) for table, names in PARTS.items()}
    codings = sa.select(*(coding.c[name] for name in CODING)).where(coding.c.seq.in_(numbers)).order_by(coding.c.seq)
    rows = [dict(row) for row in connection.execute(codings).mappings()]
    ids = sorted({row["document"] for row in rows})
    reports = sa.select(*(document.c[name] for name in DOCUMENT)).where(document.c.id.in_(ids))
    documents = {row["id"]: dict(row) for row in connection.execute(reports).mappings()}
    lost = dict.fromkeys(DOCUMENT)
    for row in rows:
        parts = {table: by_coding.get(row["seq"], []) for table, by_coding in found.items()}
        yield seal_of_coding(documents.get(row["document"], lost), row, parts)


def _rows_of(connection: Connection, table: sa.Table, names: Sequence[str], numbers: Sequence[int]) -> dict[int, list[Row]]:
    # Booleans as the database has them: SQLite keeps numbers, and would let anything else stand for true.
    raw = [name for name in names if isinstance(table.c[name].type, sa.Boolean)]
    columns = (sa.type_coerce(table.c[name], sa.types.NullType()).label(name) if name in raw else table.c[name] for name in names)
    query = sa.select(table.c.coding, *columns).where(table.c.coding.in_(numbers))
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(query.order_by(table.c.coding, table.c.position)).mappings():
        rows[row["coding"]].append({**row, **{name: _TRUTH.get(row[name], row[name]) for name in raw}})
    return rows


_TRUTH: Mapping[Any, bool] = {0: False, 1: True}


def _in_parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(values)
    while some := list(islice(remaining, AT_ONCE)):
        yield some
