"""Every character that begins a formula, in every text column of every table: no spreadsheet runs it, and reading gives it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest

from onrecord.export.cells import restore
from onrecord.export.layout import Column, Kind
from onrecord.export.tables import CLAIM_COLUMNS, INCIDENT_COLUMNS
from onrecord.export.writing import csv_columns, csv_lines

FIRST = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "'=", "\x0b="]
FORMULAS = [f"{first}cmd|' /C calc'!A0" for first in FIRST]


def rows_of(columns: Sequence[Column]) -> list[list[object]]:
    """For every text column and every formula a row that has it there; numbers are negative ones."""
    texts = [at for at, column in enumerate(columns) if column.kind is Kind.STRING]
    assert texts
    plain: list[object] = [
        "x" if column.kind is Kind.STRING else -3 if column.kind in (Kind.INTEGER, Kind.NUMBER) else None for column in columns
    ]
    return [[formula if at == here else value for at, value in enumerate(plain)] for here in texts for formula in FORMULAS]


@pytest.mark.parametrize("columns", [CLAIM_COLUMNS, INCIDENT_COLUMNS], ids=["claims", "incidents"])
def test_no_text_column_lets_a_formula_through(columns: Sequence[Column]) -> None:
    rows = rows_of(columns)
    by_row = "".join(csv_lines(columns, [tuple(row) for row in rows]))  # type: ignore[arg-type]
    names = [column.name for column in columns]
    by_column = csv_columns(columns, {name: [row[at] for row in rows] for at, name in enumerate(names)}, len(rows))
    for text in (by_row, ",".join(names) + "\n" + by_column):
        found = list(csv.reader(io.StringIO(text, newline="")))[1:]
        assert len(found) == len(rows)
        for cells, row in zip(found, rows, strict=True):
            for cell, value, column in zip(cells, row, columns, strict=True):
                if isinstance(value, str):
                    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), (column.name, cell)
                    assert restore(cell) == value
                elif value is not None:
                    assert float(cell) == value
