"""Parts of statements that both kinds of database take: lists of values, parts of names, inserts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

T = TypeVar("T")
Row = dict[str, Any]
SEVERAL = 400  # values in one SQL "IN"


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in parts that fit into one SQL statement."""
    for start in range(0, len(values), SEVERAL):
        yield values[start : start + SEVERAL]


def one_of(column: sa.Column[str], values: Sequence[str], dialect: str) -> sa.ColumnElement[bool]:
    """That a column has one of any number of values, given as one parameter."""
    if dialect == "sqlite":
        return column.in_(sa.select(sa.func.json_each(json.dumps(values)).table_valued("value").c.value))
    return column == sa.any_(sa.cast(list(values), postgresql.ARRAY(sa.Text)))


def contains(column: sa.Column[Any], part: str) -> sa.ColumnElement[bool]:
    """That a column has these letters in it, great or small."""
    return sa.func.lower(column).contains(part.lower(), autoescape=True)


class letters(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """A name to sort by, or to take the least of: by its code points, whatever alphabet a PostgreSQL database sorts by."""

    type = sa.Text()
    inherit_cache = True


@compiles(letters)
def _as_they_are(element: letters, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)


@compiles(letters, "postgresql")
def _by_code_points(element: letters, compiler: SQLCompiler, **how: Any) -> str:
    return f'{compiler.process(element.clauses, **how)} COLLATE "C"'


def day_of(moment: sa.ColumnElement[Any]) -> sa.Function[str]:
    """The day of a moment or of a day that is kept as text."""
    return sa.func.substr(moment, 1, 10)


def later(at: str, **time: float) -> str:
    """A moment so much after another (or before it), in the form in which the tables keep moments: whole seconds."""
    return (datetime.fromisoformat(at) + timedelta(**time)).isoformat(timespec="seconds")


# ── Inserts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=64)
def _insert_missing(dialect: str, table: sa.Table) -> Any:
    maker = sqlite if dialect == "sqlite" else postgresql
    return maker.insert(table).on_conflict_do_nothing().returning(sa.literal_column("1"))


def insert_missing(connection: Connection, table: sa.Table, values: Row) -> bool:
    """Inserts a row unless it is there; returns whether it was not."""
    return connection.execute(_insert_missing(connection.dialect.name, table), values).first() is not None


def insert_rows(connection: Connection, table: sa.Table, values: Sequence[Row]) -> None:
    """Inserts rows that all have the same columns, straight through the driver: it is what a report's time goes into."""
    statement, order = _bulk_insert(connection.dialect, table, tuple(values[0]))
    if order is None:
        connection.exec_driver_sql(statement, list(values))
    else:
        connection.exec_driver_sql(statement, [tuple(row[name] for name in order) for row in values])


@lru_cache(maxsize=64)
def _bulk_insert(dialect: sa.Dialect, table: sa.Table, columns: tuple[str, ...]) -> tuple[str, tuple[str, ...] | None]:
    """The driver's statement, and the order of its parameters; None where they have names."""
    compiled = table.insert().inline().compile(dialect=dialect, column_keys=columns)
    order = getattr(compiled, "positiontup", None)
    return str(compiled), tuple(order) if order else None
