"""Text and numbers in the cells of a table: safe to open in a spreadsheet, and read back without loss."""

from __future__ import annotations

import re

Value = str | int | float | bool | None

# What a spreadsheet takes for a formula, wherever white space or apostrophes stand before it; also in full width.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


def neutralise(value: Value) -> Value:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay as they are.

    Text that has its apostrophe already gets a second one, so that ``restore`` always finds what was there.

    >>> neutralise("=1+1"), neutralise("'=1+1"), neutralise("'Ain Issa"), neutralise(-3)
    ("'=1+1", "''=1+1", "'Ain Issa", -3)
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def restore(cell: str) -> str:
    """The text that ``neutralise`` was given.

    >>> restore("'=1+1"), restore("'Ain Issa")
    ('=1+1', "'Ain Issa")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def replace_surrogates(text: str) -> str:
    """The text with U+FFFD for halves of surrogate pairs, which UTF-8 cannot hold.

    >>> replace_surrogates("a\\ud800b") == "a\\ufffdb"
    True
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole(number: float | None) -> int | None:
    """A count as an integer; half people do not occur, so a fraction (a mean of reports) is rounded up to the next person."""
    return None if number is None else -int(-number // 1)
