"""Rows into files: CSV, JSON Lines, GeoJSON and Parquet; record by record, so that size costs no memory."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

from onrecord.errors import UsageError
from onrecord.export.cells import Value, neutralise
from onrecord.export.layout import Kind, Layout, LeftOut, Row, T

ROWS_AT_ONCE = 10_000
LINES_AT_ONCE = 200


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
    buffer = _Lines()
    writer = csv.writer(buffer, lineterminator=_Lines.END)
    names = [column.name for column in layout.columns]
    in_order = itemgetter(*names)
    writer.writerow(names)
    for row in rows:
        writer.writerow(map(_cell, in_order(row)))
        if len(buffer.waiting) >= LINES_AT_ONCE:
            yield buffer.take()
    yield buffer.take()


class _Lines:
    """Takes lines from a writer. The writer must think that they end in CR and LF, or it leaves a CR inside a cell unquoted."""

    END = "\r\n"

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def write(self, line: str) -> None:
        self.waiting.append(line.removesuffix(self.END))

    def take(self) -> str:
        text = "".join(f"{line}\n" for line in self.waiting)
        self.waiting.clear()
        return text


def _cell(value: Value) -> Value:
    """A number that is whole is written so; true and false as JSON has them; text neutralised."""
    if value is None:
        return None
    if isinstance(value, str):
        return value if value[:1].isalnum() else neutralise(value)  # nothing that runs begins with a letter or digit
    if isinstance(value, bool):
        return "true" if value else "false"
    return int(value) if isinstance(value, float) and value.is_integer() else value


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
