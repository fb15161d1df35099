"""Tables with a report a row: CSV and its kin, spreadsheets, Parquet; rows of GDELT, which point to pages."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from onrecord.errors import InputError
from onrecord.ingest.archives import check_members, open_zip
from onrecord.ingest.columns import find_columns, find_delimiter, is_gdelt_row
from onrecord.ingest.decoding import decode
from onrecord.ingest.extras import needed
from onrecord.ingest.lines import Line, read_lines
from onrecord.ingest.reading import Read, Reading, failure, item_path
from onrecord.ingest.rows import Rows
from onrecord.ingest.sources import MAX_BYTES, MAX_WHOLE_BYTES, Opened
from onrecord.records import Failure

# GDELT 2.0 and 1.0: the last column is the address.
GDELT_URL = -1
MAX_ROWS = 2_000_000
Row = tuple[int, list[str]]  # the number of its last line, its cells
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_csv(opened: Opened, reading: Reading) -> Read:
    """The reports of a table of text; the first row names the columns (rows of GDELT have no names and need none)."""
    rows = Rows(reading)
    table = _table(opened)
    first = next(table, None)
    if isinstance(first, tuple):
        pointers = is_gdelt_row("\t".join(first[1]))
        yield from _read_pointers(chain([first], table), rows, opened) if pointers else _read_named(first[1], table, rows, opened, reading)
    elif first is not None:
        yield first


def _read_named(names: list[str], table: Iterator[Row | Failure], rows: Rows, opened: Opened, reading: Reading) -> Read:
    columns = find_columns(names, reading.columns)
    _require(columns, opened, names)
    for found in table:
        if isinstance(found, Failure):
            yield found
        elif any(cell.strip() for cell in found[1]):
            yield from rows.read(_fields(found[1], columns), item_path(opened.path, found[0]))


def _read_pointers(table: Iterator[Row | Failure], rows: Rows, opened: Opened) -> Read:
    for found in table:
        if isinstance(found, Failure):
            yield found
            continue
        place = item_path(opened.path, found[0])
        if is_gdelt_row("\t".join(found[1])):
            yield from rows.read({"url": found[1][GDELT_URL]}, place)
        else:
            yield failure(place, InputError(f"{place}: not a row of GDELT events like those before it; left out"))


def read_xlsx(opened: Opened, reading: Reading) -> Read:
    """The reports of a spreadsheet: of every sheet whose first row names a column of texts or addresses."""
    with open_zip(opened) as archive:
        members, refused = check_members(archive, opened.path)
        if refused or sum(member.file_size for member in members) > MAX_WHOLE_BYTES:
            raise InputError(f"{opened.place}: a spreadsheet that unpacks to too much; save the sheet as CSV")
    openpyxl = needed("openpyxl", "office", opened.place)
    opened.file.seek(0)
    rows, sheets = Rows(reading), 0
    try:
        book = openpyxl.load_workbook(opened.file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            table = sheet.iter_rows(values_only=True, max_row=MAX_ROWS)
            names = [str(name).strip() if name is not None else "" for name in next(table, ())]
            if not any(names) or not ({"text", "url"} & set(columns := find_columns(names, {}) | _given(names, reading))):
                continue
            sheets += 1
            for number, cells in enumerate(table, start=2):
                if any(cell is not None for cell in cells):
                    yield from rows.read(_fields(cells, columns), item_path(f"{opened.path or 'standard input'}/{sheet.title}", number))
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - what openpyxl raises on damaged files is not documented
        raise InputError(f"{opened.place}: a damaged spreadsheet ({type(error).__name__}: {error}); save it again, or as CSV") from None
    if not sheets:
        raise InputError(f"{opened.place}: no sheet names a column of texts or addresses; name it with --column text=NAME")


def read_parquet(opened: Opened, reading: Reading) -> Read:
    """The reports of a Parquet file, a few rows in memory at a time."""
    pyarrow = needed("pyarrow", "parquet", opened.place)
    parquet = needed("pyarrow.parquet", "parquet", opened.place)
    rows, number = Rows(reading), 0
    try:
        table = parquet.ParquetFile(opened.file)
        names = table.schema_arrow.names
        columns = find_columns(names, reading.columns)
        _require(columns, opened, names)
        for batch in table.iter_batches(batch_size=64, columns=[names[at] for at in columns.values()]):
            for record in batch.to_pylist():
                number += 1
                yield from rows.read({field: record[names[at]] for field, at in columns.items()}, item_path(opened.path, number))
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, UnicodeDecodeError) as error:
        raise InputError(f"{opened.place}: damaged Parquet after {number:,} rows ({str(error).splitlines()[0]}); write it again") from None


def _table(opened: Opened) -> Iterator[Row | Failure]:
    """The rows of a table of text with the numbers of their lines; Failures for lines that are none."""
    csv.field_size_limit(MAX_BYTES)
    problems: list[Failure] = []
    lines = _wide_lines(opened) if opened.head.startswith(UTF16_MARKS) else _texts(opened, problems)
    first = next(lines, None)
    if first is None:
        return
    delimiter = "\t" if is_gdelt_row(first.rstrip("\n")) else find_delimiter(first)
    reader = csv.reader(chain([first], lines), delimiter=delimiter, quoting=csv.QUOTE_NONE if is_gdelt_row(first) else csv.QUOTE_MINIMAL)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            yield from problems
            return
        except csv.Error as error:
            place = item_path(opened.path, reader.line_num)
            problems.append(failure(place, InputError(f"{place}: no row of a table ({error}); check its quotation marks")))
            continue
        yield from problems
        problems.clear()
        yield reader.line_num, cells


def _wide_lines(opened: Opened) -> Iterator[str]:
    """The lines of a table in UTF-16, as spreadsheet programs save "Unicode text"."""
    yield from decode(opened.read_whole(MAX_WHOLE_BYTES, what="table"), opened.place).text.splitlines(keepends=True)


def _texts(opened: Opened, problems: list[Failure]) -> Iterator[str]:
    for line in read_lines(opened):
        if isinstance(line, Line):
            yield line.text + "\n"
        else:
            problems.append(line)


def _fields(cells: Sequence[Any], columns: dict[str, int]) -> dict[str, Any]:
    return {field: cells[at] for field, at in columns.items() if at < len(cells)}


def _given(names: Sequence[str], reading: Reading) -> dict[str, int]:
    return {field: list(names).index(name) for field, name in reading.columns.items() if name in names}


def _require(columns: dict[str, int], opened: Opened, names: Sequence[str]) -> None:
    if not {"text", "url"} & set(columns):
        shown = ", ".join(name[:40] for name in names[:20])
        raise InputError(f"{opened.place}: no column of texts or addresses among {shown}; name one with --column text=NAME")
