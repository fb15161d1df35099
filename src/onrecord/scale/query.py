"""SQL over an archive, with DuckDB; nothing is loaded but what a query reads."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from onrecord.errors import UsageError
from onrecord.export.reports import unpack_coding
from onrecord.records import Coding, Record
from onrecord.scale.run import ARCHIVE
from onrecord.scale.storage import Store
from onrecord.scale.tables import COLUMNS, schema_of

ROWS_AT_ONCE = 1_000
# What people ask for first. An event is what is said to have happened, as coded; a claim is not a fact, and no two are one incident here.
VIEWS = {
    "events": "SELECT * FROM claims WHERE codable AND polarity = 'positive' AND status IN ('occurred', 'ongoing')",
    "by_month": (
        "SELECT country, left(coalesce(time_start, published), 7) AS month, type, count(*) AS claims, count(DISTINCT document) AS reports"
        " FROM events GROUP BY ALL ORDER BY ALL"
    ),
    "dyads": (
        "SELECT actors, recipients, type, count(*) AS claims FROM events WHERE actors IS NOT NULL"
        " GROUP BY ALL ORDER BY claims DESC, actors, recipients, type"
    ),
    "left_out": "SELECT state, reason, count(*) AS reports FROM documents GROUP BY ALL ORDER BY ALL",
    "problems": "SELECT state, stage, error, count(*) AS inputs, min(message) AS example FROM failures GROUP BY ALL ORDER BY ALL",
}


class Answer(Record, frozen=True):
    """The rows of a query, read as they are asked for."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def query(address: str, sql: str) -> Answer:
    """Answers a question in SQL over the tables of an archive and ``VIEWS``. Raises UsageError for what is no archive or no SQL."""
    database = open_archive(address)
    try:
        answer = database.execute(sql)
    except import_module("duckdb").Error as error:
        raise UsageError(f"the query cannot be answered: {str(error).splitlines()[0]}; tables: {', '.join([*COLUMNS, *VIEWS])}") from None
    return Answer(columns=tuple(column[0] for column in answer.description or ()), rows=_rows(answer))


def select_codings(address: str, condition: str = "true") -> Iterator[Coding]:
    """The codings of the reports that have a claim for which the condition, SQL over ``claims``, holds; in order of date and id."""
    wanted = f"SELECT document FROM claims WHERE {condition}"  # nosec B608 - the condition is SQL of whoever holds the archive
    sql = f"SELECT coding FROM documents WHERE coding IS NOT NULL AND id IN ({wanted}) ORDER BY published, id, path"  # nosec B608
    for (coding,) in query(address, sql).rows:
        yield unpack_coding(coding)


def open_archive(address: str) -> Any:
    """A DuckDB connection that has the tables of an archive, and ``VIEWS``."""
    try:
        duckdb = import_module("duckdb")
    except ImportError as error:
        raise UsageError("queries need duckdb: pip install 'onrecord[archives]'") from error
    store = Store(address)
    if not store.exists(ARCHIVE):
        raise UsageError(f"{address}: is no archive; `onrecord code PATH… --out {address}` makes one")
    database = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    for table in COLUMNS:
        _add_table(database, store, table)
    for name, sql in VIEWS.items():
        database.execute(f"CREATE VIEW {name} AS {sql}")
    return database


def _add_table(database: Any, store: Store, table: str) -> None:
    files = store.names(table)
    if not files:
        database.register(table, schema_of(table).empty_table())
    elif store.local:
        pattern = str(store.path(table)).replace("'", "''")
        options = "hive_partitioning = true, hive_types = {'year': VARCHAR, 'month': VARCHAR}, union_by_name = true"
        database.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{pattern}/*/*/*.parquet', {options})")  # nosec B608
    else:
        database.register(table, store.dataset(table))


def _rows(answer: Any) -> Iterator[tuple[Any, ...]]:
    while some := answer.fetchmany(ROWS_AT_ONCE):
        yield from some
