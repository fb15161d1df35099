"""A spreadsheet: the rows, a sheet that explains every column, and one that says what the file is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from onrecord.errors import UsageError
from onrecord.export.cells import replace_surrogates
from onrecord.export.layout import Cells, Layout
from onrecord.export.package import CREATED_BY, DESCRIPTION, QUOTED
from onrecord.export.writing import require

MOST_ROWS = 1_048_575  # of a sheet, without the header
MOST_CHARACTERS = 32_767  # of a cell
CUT = " […]"
TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
NOTES = (
    "Text is text: a cell that begins like a formula is not run and needs no apostrophe.",
    f"A sheet holds {MOST_ROWS:,} rows and a cell {MOST_CHARACTERS:,} characters; longer text ends in […].",
)


def write_xlsx(layout: Layout[Any], rows: Iterable[Cells], path: Path) -> None:
    """Writes the rows row by row; raises UsageError where a sheet cannot hold them."""
    xlsxwriter = require("xlsxwriter", "XLSX", "xlsx")
    book = xlsxwriter.Workbook(str(path), TEXTS)
    book.set_properties({"title": f"onrecord {layout.name}", "comments": DESCRIPTION, "created": datetime(1980, 1, 1)})
    heading = book.add_format({"bold": True})
    try:
        _rows(book.add_worksheet(layout.name[:31]), layout, rows, heading)
        _codebook(book.add_worksheet("codebook"), layout, heading)
        _about(book.add_worksheet("about"), layout)
    finally:
        book.close()


def _rows(sheet: Any, layout: Layout[Any], rows: Iterable[Cells], heading: Any) -> None:
    sheet.freeze_panes(1, 1)
    sheet.write_row(0, 0, [column.name for column in layout.columns], heading)
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise UsageError(f"a sheet holds {MOST_ROWS:,} rows and there are more: export with filters, or as csv or parquet")
        for at, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, at, _short(value))
            elif isinstance(value, bool):
                sheet.write_boolean(number, at, value)
            elif value is not None:
                sheet.write_number(number, at, value)


def _short(text: str) -> str:
    text = replace_surrogates(text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(CUT)] + CUT


def _codebook(sheet: Any, layout: Layout[Any], heading: Any) -> None:
    sheet.write_row(0, 0, ["column", "type", "meaning"], heading)
    for number, column in enumerate(layout.columns, 1):
        meaning = f"always empty: {column.empty}" if column.empty else column.description
        sheet.write_row(number, 0, [column.name, str(column.kind), meaning])


def _about(sheet: Any, layout: Layout[Any]) -> None:
    for number, line in enumerate((CREATED_BY, DESCRIPTION, QUOTED, *layout.notes, *NOTES)):
        sheet.write_string(number, 0, line)
