"""Rows into CSV, tab-separated text, Parquet and JSON lines; a batch at a time, so that size costs no memory.

Cells are turned into text and into Arrow a column at a time: most columns of a batch are empty or of one kind.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import msgspec

from onrecord.errors import UsageError
from onrecord.export.cells import neutralise, replace_surrogates
from onrecord.export.layout import Cells, Column, Kind, Layout, LeftOut, T

ROWS_AT_ONCE = 500
ROWS_IN_GROUP = 10_000  # of a Parquet file: what readers take at once


def cells_of(layout: Layout[T], records: Iterable[T], left_out: Counter[str]) -> Iterator[Cells]:
    """The rows of the records that have one; the others are counted in ``left_out`` by reason."""
    make = layout.cells
    for record in records:
        cells = make(record)
        if isinstance(cells, LeftOut):
            left_out[cells.reason] += 1
        else:
            yield cells


def in_batches(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The values in lists of ``size``, the last one shorter."""
    waiting = iter(values)
    while batch := list(islice(waiting, size)):
        yield batch


# ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def csv_lines(columns: Sequence[Column], rows: Iterable[Cells], *, header: bool = True, second: Sequence[str] = ()) -> Iterator[str]:
    """Header and rows as RFC 4180 CSV with line feeds; text that a spreadsheet would run is neutralised. second: a second header row."""
    buffer = _Lines()
    writer = csv.writer(buffer, lineterminator=_Lines.END)
    if header:
        writer.writerow([column.name for column in columns])
    if second:
        writer.writerow(second)
    yield buffer.take()
    for batch in in_batches(rows, ROWS_AT_ONCE):
        columnwise = [_as_text(values, column.kind) for values, column in zip(zip(*batch, strict=True), columns, strict=True)]
        writer.writerows(zip(*columnwise, strict=True))
        yield buffer.take()


def csv_columns(columns: Sequence[Column], cells: Mapping[str, Sequence[Any] | None], rows: int) -> str:
    """Rows given column by column, by name (None: all empty), as ``csv_lines`` writes them, without a header."""
    buffer = _Lines()
    found = (cells[column.name] for column in columns)
    columnwise = [repeat(None, rows) if made is None else _as_text(made, column.kind) for made, column in zip(found, columns, strict=True)]
    csv.writer(buffer, lineterminator=_Lines.END).writerows(zip(*columnwise, strict=True))
    return buffer.take()


class _Lines:
    """Takes lines from a writer. The writer must think that they end in CR and LF, or it leaves a CR inside a cell unquoted."""

    END = "\r\n"

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def write(self, line: str) -> None:
        self.waiting.append(line[:-2])

    def take(self) -> str:
        text = "".join(f"{line}\n" for line in self.waiting)
        self.waiting.clear()
        return text


def _as_text(values: Sequence[Any], kind: Kind) -> Sequence[Any]:
    """A column of cells for CSV: a number that is whole is written so; true and false as JSON has them; text neutralised."""
    if values.count(None) == len(values):
        return values
    if kind is Kind.BOOLEAN:
        return [value if value is None else "true" if value else "false" for value in values]
    if kind in (Kind.INTEGER, Kind.NUMBER):
        return [int(value) if value.__class__ is float and value.is_integer() else value for value in values]
    # Nothing that runs begins with a letter or digit.
    return [value if value is None or value[:1].isalnum() else neutralise(value) for value in values]


def csv_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ()) -> Iterator[str]:
    """Rows that all have the same columns, as CSV, each column written by what its first value is.

    names: of the columns, for the header of no rows; without them there is nothing then.
    """
    named = names or (tuple(rows[0]) if rows else ())
    if not named:
        return
    columns = [Column(name=name, kind=_kind_of([row[name] for row in rows]), description="") for name in named]
    yield from csv_lines(columns, (tuple(row.values()) for row in rows))


def _kind_of(values: Sequence[Any]) -> Kind:
    first = next((value for value in values if value is not None), None)
    if isinstance(first, bool):
        return Kind.BOOLEAN
    return Kind.NUMBER if isinstance(first, int | float) else Kind.STRING


def tsv_lines(columns: Sequence[Column], rows: Iterable[Cells]) -> Iterator[str]:
    """Header and rows parted by tabs, as event data have them: no quotes, so white space inside a cell becomes one space."""
    yield "\t".join(column.name for column in columns) + "\n"
    for row in rows:
        cells = ("" if value is None else _as_text((value,), column.kind)[0] for value, column in zip(row, columns, strict=True))
        yield "\t".join(" ".join(str(cell).split()) for cell in cells) + "\n"


def json_lines(records: Iterable[Any]) -> Iterator[str]:
    """The records whole, one JSON object a line."""
    for record in records:
        yield encode_json(record) + "\n"


def encode_json(record: Any) -> str:
    """A record as JSON. A half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
    try:
        return msgspec.json.encode(record).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_without_surrogates(msgspec.to_builtins(record))).decode()


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(one) for one in value]
    return value


# ── Parquet ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_parquet(schema: Any, tables: Iterable[Any], path: Path) -> None:
    """Writes Arrow tables of one schema as one file, ``ROWS_IN_GROUP`` rows a group whatever the tables' own sizes."""
    arrow = require_pyarrow()
    with import_module("pyarrow.parquet").ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _regrouped(arrow, tables):
            writer.write_table(group.combine_chunks())


def _regrouped(arrow: Any, tables: Iterable[Any]) -> Iterator[Any]:
    waiting: list[Any] = []
    rows = 0
    for table in tables:
        waiting.append(table)
        rows += table.num_rows
        while rows >= ROWS_IN_GROUP:
            whole = arrow.concat_tables(waiting)
            yield whole.slice(0, ROWS_IN_GROUP)
            waiting, rows = [whole.slice(ROWS_IN_GROUP)], rows - ROWS_IN_GROUP
    if rows:
        yield arrow.concat_tables(waiting)


def arrow_tables(columns: Sequence[Column], rows: Iterable[Cells]) -> Iterator[Any]:
    """The rows as Arrow tables, a batch each."""
    schema = parquet_schema(columns)
    for batch in in_batches(rows, ROWS_AT_ONCE):
        yield arrow_table(schema, dict(zip(schema.names, zip(*batch, strict=True), strict=True)), len(batch))


def arrow_table(schema: Any, columns: Mapping[str, Sequence[Any] | None], rows: int) -> Any:
    """Columns of values (None: all empty) as an Arrow table."""
    arrow = require_pyarrow()
    return arrow.Table.from_arrays([_array(arrow, columns[field.name], field.type, rows) for field in schema], schema=schema)


def _array(arrow: Any, values: Sequence[Any] | None, type: Any, rows: int) -> Any:
    if values is None or values.count(None) == rows:
        return arrow.nulls(rows, type)
    try:
        return arrow.array(values, type)
    except UnicodeEncodeError:
        return arrow.array([replace_surrogates(value) if value else value for value in values], type)


def parquet_schema(columns: Sequence[Column]) -> Any:
    """The Arrow schema of a table; days stay text, as in the other formats."""
    arrow = require_pyarrow()
    types = {
        Kind.STRING: arrow.string(),
        Kind.INTEGER: arrow.int64(),
        Kind.NUMBER: arrow.float64(),
        Kind.BOOLEAN: arrow.bool_(),
        Kind.DATE: arrow.string(),
    }
    return arrow.schema([arrow.field(column.name, types[column.kind]) for column in columns])


def require_pyarrow() -> Any:
    """The module, or UsageError that says how to get it."""
    return require("pyarrow", "Parquet", "parquet")


def require(module: str, what: str, extra: str) -> Any:
    """A module that an extra brings; raises UsageError that says how to get it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(f"{what} needs {module}: pip install 'onrecord[{extra}]'") from error
