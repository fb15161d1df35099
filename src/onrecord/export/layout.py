"""What a table is: columns in order, and how a record becomes a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from onrecord.export.cells import Value
from onrecord.records import Record

T = TypeVar("T")
Row = dict[str, Value]
Cells = tuple[Value, ...]


class Kind(StrEnum):
    """The types of a column, as the Table Schema of the Data Package standard names them."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


class Column(Record, frozen=True):
    """A column. ``empty``: why it is always empty here, if it is."""

    name: str
    kind: Kind
    description: str
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that the layout has no place for, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Layout(Generic[T]):
    """A table. ``cells`` gives a value for each column in order, or says why there is no row. ``notes``: what a reader must know of it."""

    name: str
    columns: tuple[Column, ...]
    cells: Callable[[T], Cells | LeftOut]
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def row(self, record: T) -> Row | LeftOut:
        """The cells of a record by the names of their columns, or why there are none."""
        cells = self.cells(record)
        return cells if isinstance(cells, LeftOut) else dict(zip(self.names, cells, strict=True))


def by_name(columns: tuple[Column, ...], row: Callable[[T], Row | LeftOut]) -> Callable[[T], Cells | LeftOut]:
    """What makes cells in the order of the columns from what makes rows by name; a column that a row does not name is empty."""
    names = [column.name for column in columns]

    def cells(record: T) -> Cells | LeftOut:
        made = row(record)
        return made if isinstance(made, LeftOut) else tuple([made.get(name) for name in names])

    return cells


def text(name: str, description: str) -> Column:
    """A column of text."""
    return Column(name=name, kind=Kind.STRING, description=description)


def integer(name: str, description: str) -> Column:
    """A column of whole numbers."""
    return Column(name=name, kind=Kind.INTEGER, description=description)


def number(name: str, description: str) -> Column:
    """A column of numbers."""
    return Column(name=name, kind=Kind.NUMBER, description=description)


def day(name: str, description: str) -> Column:
    """A column of ISO 8601 days."""
    return Column(name=name, kind=Kind.DATE, description=description)


def flag(name: str, description: str) -> Column:
    """A column of true and false."""
    return Column(name=name, kind=Kind.BOOLEAN, description=description)


def empty(name: str, why: str) -> Column:
    """A column of somebody else's layout that we cannot fill, and why."""
    return Column(name=name, kind=Kind.STRING, description=why, empty=why)
