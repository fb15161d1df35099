"""Rows into files: CSV, JSON Lines, GeoJSON and Parquet; record by record, so that size costs no memory."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from onrecord.errors import UsageError
from onrecord.export.cells import Value, neutralise
from onrecord.export.layout import Kind, Layout, LeftOut, Row, T

ROWS_AT_ONCE = 10_000


def rows_of(layout: Layout[T], records: Iterable[T], left_out: Counter[str]) -> Iterator[Row]:
    """The rows of the records that have one; the others are counted in ``left_out`` by reason."""
    for record in records:
        row = layout.row(record)
        if isinstance(row, LeftOut):
            left_out[row.reason] += 1
        else:
            yield row


def csv_lines(layout: Layout[T], rows: Iterable[Row]) -> Iterator[str]:
    """A header and the rows as RFC 4180 CSV with line feeds; text that a spreadsheet would run is neutralised."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = [column.name for column in layout.columns]
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in names])
        if buffer.tell() > 1 << 16:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _cell(value: Value) -> Value:
    """A number that is whole is written so; true and false as JSON has them; text neutralised."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return neutralise(value)


def json_lines(records: Iterable[Any]) -> Iterator[str]:
    """The records whole, one JSON object a line."""
    for record in records:
        yield msgspec.json.encode(record).decode() + "\n"


# ── Parquet ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_parquet(layout: Layout[T], rows: Iterable[Row], path: Path) -> None:
    """Writes a Parquet file, typed as the columns are. Raises UsageError where pyarrow is not installed."""
    arrow = require_pyarrow()
    schema = parquet_schema(layout)
    waiting = iter(rows)
    with import_module("pyarrow.parquet").ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(waiting, ROWS_AT_ONCE)):
            columns = {name: [row[name] for row in batch] for name in schema.names}
            writer.write_table(arrow.table(columns, schema=schema))


def parquet_schema(layout: Layout[T]) -> Any:
    """The Arrow schema of a layout; days stay text, as in the other formats."""
    arrow = require_pyarrow()
    types = {
        Kind.STRING: arrow.string(),
        Kind.INTEGER: arrow.int64(),
        Kind.NUMBER: arrow.float64(),
        Kind.BOOLEAN: arrow.bool_(),
        Kind.DATE: arrow.string(),
    }
    return arrow.schema([arrow.field(column.name, types[column.kind]) for column in layout.columns])


def require_pyarrow() -> Any:
    """The module, or UsageError that says how to get it."""
    try:
        return import_module("pyarrow")
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: pip install 'onrecord[parquet]'") from error
