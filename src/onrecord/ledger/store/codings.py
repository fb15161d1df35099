"""Keeps codings, and gives them back: the part of the ledger that machines write."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from onrecord.errors import LedgerError
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import pack_bytes, unpack, unpack_bytes
from onrecord.ledger.database.engine import CACHE_MB, clear_errors, is_postgres, open_engine, shown
from onrecord.ledger.database.search import documents_with
from onrecord.ledger.database.settings import keep_setting
from onrecord.ledger.database.statements import Row, insert_missing, insert_rows
from onrecord.ledger.store import migrations, rows
from onrecord.ledger.store.carry import carry_over
from onrecord.ledger.store.seals import Cause, Sealed, append_seals, seal_of_appearance, seal_of_coding, take_seal_turn
from onrecord.records import BlockKind, Capture, Claim, Coding, Document, Record
from onrecord.sources import sample, shingles, words_of

OWN_BLOCKS = (BlockKind.SUMMARY, BlockKind.BODY)


class Added(Record, frozen=True):
    """What became of one coding. ``new`` is false when the ledger had it already; then nothing was written."""

    document: str
    coding: str
    new: bool
    claims: int


class Ledger:
    """A ledger on an SQLite file or a PostgreSQL database.

    Everything that is read comes from one state of the database; everything that is written is one transaction.
    Raises LedgerError, with what to do, wherever the database does.
    """

    def __init__(self, address: str, engine: Engine) -> None:
        self.address = address
        self.engine = engine
        self._durable: Engine | None = None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.engine.dispose()
        if self._durable is not None:
            self._durable.dispose()

    @property
    def name(self) -> str:
        """The address without a password."""
        return shown(self.address)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the ledger."""
        with clear_errors(self.address), self.engine.connect().execution_options(onrecord_read=True) as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Connection]:
        """A connection in a transaction that is kept whole or not at all. ``durable``: it has reached the disk when this returns."""
        with clear_errors(self.address), (self._durable_engine() if durable else self.engine).begin() as connection:
            yield connection

    def _durable_engine(self) -> Engine:
        if is_postgres(self.address):
            return self.engine
        if self._durable is None:
            self._durable = open_engine(self.address, durable=True)
        return self._durable

    # ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def append(self, coding: Coding, capture: Capture | None = None, *, keep_raw: bool = True) -> Added:
        """Keeps one coding with its document, in one transaction; one that is there already changes nothing.

        keep_raw: whether the bytes of the capture are kept, or only their hash (for imports that pseudonymise).
        """
        with self.writing() as connection:
            return append_coding(connection, coding, capture, keep_raw=keep_raw)

    def note(self, capture: Capture) -> bool:
        """Whether this program version has coded the capture's document as it is; if so, only where it was seen is written down."""
        document = capture.document
        table = tables.coding
        same = (table.c.document == document.id, table.c.version == document.version, table.c.rank == rows.rank_of(document))
        with self.writing() as connection:
            if connection.scalar(sa.select(table.c.seq).where(*same).limit(1)) is None:
                return False
            take_seal_turn(connection)
            append_seals(connection, _keep_appearance(connection, document, capture), Cause.ADDED)
            return True

    # ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def has(self, document: str, version: str) -> bool:
        """Whether that program version has coded that document."""
        query = sa.select(tables.coding.c.seq).where(tables.coding.c.document == document, tables.coding.c.version == version).limit(1)
        with self.reading() as connection:
            return connection.scalar(query) is not None

    def coding(self, document: str, version: str | None = None) -> Coding | None:
        """The current coding of a document, or that of a program version; None if there is none."""
        table = tables.coding
        query = sa.select(table.c.seq, table.c.record, tables.document.c.text).join_from(table, tables.document)
        query = query.where(table.c.document == document, table.c.current if version is None else table.c.version == version)
        with self.reading() as connection:
            row = connection.execute(query.order_by(table.c.seq.desc()).limit(1)).first()
            if row is None:
                return None
            records = connection.scalars(
                sa.select(tables.claim.c.record).where(tables.claim.c.coding == row.seq).order_by(tables.claim.c.position)
            )
            return rows.coding_from(row.record, row.text, list(records))

    def claims(self, hashes: Sequence[str]) -> dict[str, Claim]:
        """The claims of the current codings with those hashes."""
        query = sa.select(tables.claim.c.hash, tables.claim.c.record).join_from(tables.claim, tables.coding).where(tables.coding.c.current)
        with self.reading() as connection:
            found = connection.execute(query.where(tables.claim.c.hash.in_(hashes)))
            return {row.hash: unpack(row.record, Claim) for row in found}

    def document_ids(self) -> tuple[str, ...]:
        """All documents, in the order in which they came."""
        with self.reading() as connection:
            return tuple(
                connection.scalars(sa.select(tables.coding.c.document).where(tables.coding.c.current).order_by(tables.coding.c.seq))
            )

    def codings(self) -> Iterator[Coding]:
        """The current codings, in the order in which their documents came."""
        for document in self.document_ids():
            coding = self.coding(document)
            if coding is not None:
                yield coding

    def raw(self, sha256: str) -> bytes | None:
        """The bytes of a capture; None when they were not kept."""
        with self.reading() as connection:
            content = connection.scalar(sa.select(tables.blob.c.content).where(tables.blob.c.sha256 == sha256))
            return None if content is None else unpack_bytes(content)

    def search(self, words: str, *, limit: int = 50) -> tuple[str, ...]:
        """Documents that have all the words, in the order in which they came."""
        with self.reading() as connection:
            found = documents_with(words, connection.dialect.name).order_by(sa.literal_column(_ARRIVAL[connection.dialect.name]))
            return tuple(connection.scalars(found.limit(limit)))


def open_ledger(address: str | Path, *, create: bool = False, salt: str | None = None, cache_mb: int = CACHE_MB) -> Ledger:
    """The ledger at a file path or ``postgresql://`` address; raises LedgerError if there is none and ``create`` is false.

    salt: mixed into the ids of incidents of a ledger that is created, in place of a random one: two ledgers with one salt
    that are given the same reports in the same steps give the same ids.  cache_mb: memory for each connection.
    """
    text = str(address)
    if not create and not is_postgres(text) and not Path(text).exists():
        raise LedgerError(f"{text}: there is no ledger here; 'onrecord add' or 'onrecord ledger init' creates one")
    engine = open_engine(text, cache_mb=cache_mb)
    with clear_errors(text):
        if create and not migrations.applied_steps(engine):
            migrations.migrate(engine)
            _set_salt(engine, salt)
        migrations.require_current(engine)
    return Ledger(text, engine)


_ARRIVAL = {"sqlite": "document.rowid", "postgresql": "(SELECT min(coding.seq) FROM coding WHERE coding.document = document.id)"}
REDACTED = sa.select(tables.document.c.redacted).where(tables.document.c.id == sa.bindparam("id"))
CODING_SEQ = sa.select(tables.coding.c.seq).where(tables.coding.c.id == sa.bindparam("id"))


def _set_salt(engine: Engine, salt: str | None) -> None:
    if salt is not None:
        with engine.begin() as connection:
            keep_setting(connection, "salt", salt)


def append_coding(connection: Connection, coding: Coding, capture: Capture | None, *, keep_raw: bool = True) -> Added:
    """As ``Ledger.append``, inside a transaction of the caller's."""
    document = coding.document
    found = shingles(words_of(own_words(document.text, own_spans(document))))
    take_seal_turn(connection)
    about = _document_row(document)
    new = insert_missing(connection, tables.document, {**about, "shingles": len(found)})
    if new:
        sampled = [{"value": value, "document": document.id} for value in sample(found)]
        if sampled:
            connection.execute(tables.shingle.insert(), sampled)
    elif connection.scalar(REDACTED, {"id": document.id}) is not None:
        return Added(document=document.id, coding="", new=False, claims=0)  # what was taken out does not come back by another import
    if capture is not None:
        insert_missing(connection, tables.blob, _blob_row(capture.raw, keep=keep_raw))
    fresh = _keep_appearance(connection, document, capture)
    row = rows.coding_row(coding)
    # Looked for first: a coding that is refused would use up a number on PostgreSQL, and numbers are sealed.
    if connection.scalar(CODING_SEQ, {"id": row["id"]}) is not None:
        append_seals(connection, fresh, Cause.ADDED)
        return Added(document=document.id, coding=row["id"], new=False, claims=0)
    row["seq"] = connection.scalar(tables.coding.insert().returning(tables.coding.c.seq), {**row, "current": new})
    parts = _append_parts(connection, coding, row["seq"])
    append_seals(connection, [*fresh, seal_of_coding(about, row, parts)], Cause.ADDED)
    if coding.claims:
        insert_rows(connection, tables.cells, [{"coding": row["seq"], **rows.cells_row(coding)}])
    if not new:
        choose_current(connection, document.id)
    return Added(document=document.id, coding=row["id"], new=True, claims=len(coding.claims))


def _keep_appearance(connection: Connection, document: Document, capture: Capture | None) -> list[Sealed]:
    """Writes down where a report was seen; what is to be sealed of it, nothing where it was known."""
    row = rows.appearance_row(document, capture)
    return [seal_of_appearance(row)] if insert_missing(connection, tables.appearance, row) else []


def _append_parts(connection: Connection, coding: Coding, seq: int) -> Mapping[sa.Table, list[Row]]:
    parts: Mapping[sa.Table, list[Row]] = {
        tables.claim: [rows.claim_row(claim, position) for position, claim in enumerate(coding.claims)],
        tables.mention: rows.mention_rows(coding),
        tables.attribution: rows.attribution_rows(coding),
        tables.relation: rows.relation_rows(coding),
        tables.figure: rows.figure_rows(coding),
    }
    for table, values in parts.items():
        if values:
            insert_rows(connection, table, [{"coding": seq, **value} for value in values])
    return parts


def choose_current(connection: Connection, document: str) -> None:
    """Marks the coding of a document that counts: the highest rank, between equals the last one; carries decisions over to it."""
    table = tables.coding
    own = table.c.document == document
    before = connection.scalar(sa.select(table.c.seq).where(own, table.c.current))
    best = connection.scalar(sa.select(table.c.seq).where(own).order_by(table.c.rank.desc(), table.c.seq.desc()).limit(1))
    if best == before:
        return
    connection.execute(table.update().where(own, table.c.current).values(current=False))
    connection.execute(table.update().where(table.c.seq == best).values(current=True))
    if before is not None and best is not None:
        carry_over(connection, document, before, best)


def _blob_row(raw: bytes, *, keep: bool) -> Row:
    return {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), "content": pack_bytes(raw) if keep else None}


def _document_row(document: Document) -> Row:
    return {
        "id": document.id,
        "sha256": document.sha256,
        "language": document.language,
        "text": document.text,
        "own": " ".join(f"{start} {end}" for start, end in own_spans(document)),
    }


def own_spans(document: Document) -> tuple[tuple[int, int], ...]:
    """The spans of a document's own words: copies change headlines, bylines and captions first."""
    found = tuple(block.span for block in document.blocks if block.kind in OWN_BLOCKS)
    return found or ((0, len(document.text)),)


def own_words(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The characters of the spans, a line each."""
    return "\n".join(text[start:end] for start, end in spans)
