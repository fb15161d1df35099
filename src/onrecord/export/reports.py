"""Reports as they were coded, whole, and their mentions."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from onrecord.errors import DataError
from onrecord.export.layout import Cells, Column, Kind, Layout, Row, by_name, flag, integer, number, text
from onrecord.export.writing import arrow_table, in_batches, parquet_schema, require_pyarrow
from onrecord.records import Coding, Mention, text_sha256

CODING = Column(name="coding", kind=Kind.STRING, description="the coding whole, compressed JSON, for `onrecord ledger import`")
LEVEL = 6  # of compression: codings shrink to an eighth
REPORTS_AT_ONCE = 200
PARQUET_MARK = b"PAR1"

REPORT_COLUMNS = (
    text("id", "content-hash id of the report"),
    text("path", "where it was read"),
    text("outlet", "who printed it"),
    text("title", "its headline, where that is known apart from the text"),
    text("url", "address of the report"),
    text("language", "ISO 639-1 code"),
    text("published", "day of publication"),
    text("published_basis", "how that day is known: given, metadata, url, text or unknown"),
    text("retrieved", "when it was fetched or captured, as the archive says"),
    text("sha256", "of the text"),
    integer("words", "words of the text"),
    integer("mentions", "mentions found"),
    integer("claims", "claims found"),
    text("version", "version of the program that coded it"),
)
MENTION_COLUMNS = (
    text("document", "id of the report"),
    text("id", "id inside the report"),
    text("kind", "actor, place, time, quantity, weapon or other"),
    text("label", "PERSON, ORG, FORCE, GPE, LOC, FAC, NORP, WEAPON, VEHICLE, DATE, TIME, NUMBER or OTHER"),
    integer("start", "first code point of the span"),
    integer("end", "end of the span, exclusive"),
    text("text", "the words"),
    flag("named", "whether it is a name"),
    text("refers_to", "id of the mention that it refers to"),
    text("resolved", "id of the actor or place; start of the time; what the quantity counts"),
    text("code", "code of the actor, country of the place, value of the time"),
    number("low", "of a quantity; latitude of a place"),
    number("high", "of a quantity; longitude of a place"),
)


def report_cells(coding: Coding) -> Cells:
    """The row of a report under ``REPORT_COLUMNS``."""
    document = coding.document
    return (
        document.id,
        document.path,
        document.outlet,
        document.title,
        document.url,
        document.language,
        document.published,
        str(document.published_basis),
        document.retrieved,
        document.sha256,
        len(document.text.split()),
        len(coding.mentions),
        len(coding.claims),
        document.version,
    )


def mention_row(document: str, mention: Mention) -> Row:
    """The row of a mention under ``MENTION_COLUMNS``."""
    actor, place, time, quantity = mention.actor, mention.place, mention.time, mention.quantity
    resolved = actor.id if actor else place.id if place else time.start if time else str(quantity.of) if quantity else None
    return {
        "document": document,
        "id": mention.id,
        "kind": str(mention.kind),
        "label": str(mention.label),
        "start": mention.span[0],
        "end": mention.span[1],
        "text": mention.text,
        "named": mention.named,
        "refers_to": mention.refers_to,
        "resolved": resolved,
        "code": actor.code if actor else place.country if place else time.value if time else None,
        "low": place.lat if place else quantity.low if quantity else None,
        "high": place.lon if place else quantity.high if quantity else None,
    }


def mentions_of(codings: Iterable[Coding]) -> Iterator[tuple[str, Mention]]:
    """The mentions of reports, each with the id of its report."""
    for coding in codings:
        yield from ((coding.document.id, mention) for mention in coding.mentions)


REPORTS: Layout[Coding] = Layout("reports", REPORT_COLUMNS, report_cells)
MENTIONS: Layout[tuple[str, Mention]] = Layout("mentions", MENTION_COLUMNS, by_name(MENTION_COLUMNS, lambda found: mention_row(*found)))


# ── Whole, to be taken in again ───────────────────────────────────────────────────────────────────────────────────────


def pack_coding(coding: Coding) -> bytes:
    """A coding whole, as compressed JSON."""
    return zlib.compress(msgspec.json.encode(coding), LEVEL)


def unpack_coding(data: bytes) -> Coding:
    """The coding that ``pack_coding`` was given."""
    return msgspec.json.decode(zlib.decompress(data), type=Coding)


def report_schema() -> Any:
    """The Arrow schema of reports with their codings."""
    return with_coding(parquet_schema(REPORT_COLUMNS))


def with_coding(schema: Any) -> Any:
    """A schema with the column of whole codings at its end."""
    arrow = import_module("pyarrow")
    return schema.append(arrow.field(CODING.name, arrow.binary()))


def report_tables(codings: Iterable[Coding]) -> Iterator[Any]:
    """Reports with their codings as Arrow tables, a batch each."""
    schema = report_schema()
    for batch in in_batches(codings, REPORTS_AT_ONCE):
        rows = [(*report_cells(coding), pack_coding(coding)) for coding in batch]
        yield arrow_table(schema, dict(zip(schema.names, zip(*rows, strict=True), strict=True)), len(rows))


def read_reports(path: Path) -> Iterator[Coding]:
    """The codings of an export of reports, JSON lines or Parquet; raises DataError that names the line or row, before or while reading."""
    with path.open("rb") as file:
        is_parquet = file.read(len(PARQUET_MARK)) == PARQUET_MARK
    found = _rows_of_parquet(path) if is_parquet else _lines_of(path)
    for where, data, read in found:
        try:
            coding = read(data)
        except (msgspec.MsgspecError, zlib.error, UnicodeDecodeError) as error:
            raise DataError(f"{where}: is no report as 'onrecord export jsonl --table reports' writes it ({error})") from error
        if coding.document.text and text_sha256(coding.document.text) != coding.document.sha256:
            raise DataError(f"{where}: the text of {coding.document.id} has been changed since it was coded; code it anew")
        yield coding


def _lines_of(path: Path) -> Iterator[tuple[str, bytes, Callable[[bytes], Coding]]]:
    read = msgspec.json.Decoder(Coding).decode
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"{path}:{number}", line, read


def _rows_of_parquet(path: Path) -> Iterator[tuple[str, bytes, Callable[[bytes], Coding]]]:
    arrow, parquet = require_pyarrow(), import_module("pyarrow.parquet")
    try:
        with parquet.ParquetFile(path) as file:
            if CODING.name not in file.schema_arrow.names:
                raise DataError(f"{path}: has no column '{CODING.name}'; export it with --table reports")
            number = 0
            for batch in file.iter_batches(batch_size=REPORTS_AT_ONCE, columns=[CODING.name]):
                for value in batch.column(0).to_pylist():
                    number += 1
                    yield f"{path}, row {number}", value or b"", unpack_coding
    except (arrow.ArrowException, OSError) as error:
        raise DataError(f"{path}: cannot be read as Parquet ({error})") from error
