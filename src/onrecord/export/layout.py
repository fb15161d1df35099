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
    """A table. ``row`` gives a value for each column, or says why there is no row. ``notes``: what a reader must know of it."""

    name: str
    columns: tuple[Column, ...]
    row: Callable[[T], Row | LeftOut]
    notes: tuple[str, ...] = ()


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
