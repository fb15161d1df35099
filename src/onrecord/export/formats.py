"""The formats: what each is called, which tables it can be of, and how records become it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onrecord.export.account import Account
from onrecord.export.acled import ACLED_LIKE
from onrecord.export.geo import collection_lines, sequence_lines
from onrecord.export.layout import Cells, Layout
from onrecord.export.tables import CLAIMS, INCIDENTS, range_policy
from onrecord.export.ucdp import ucdp_like
from onrecord.export.writing import arrow_tables, cells_of, csv_lines, json_lines, parquet_schema, write_parquet

TABLES = ("incidents", "claims")
GEO_NOTES = (
    "Areas and lines have no geometry: properties say what is known of the place.",
    "Longitude before latitude, WGS 84, six decimals.",
)
JSON_NOTES = ("The records as they are, nothing left out: see `onrecord schema`.",)


@dataclass(slots=True)
class Count:
    """What an export has done so far: rows, records left out by reason, the rules behind the ranges that it saw."""

    rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    range_policies: set[str] = field(default_factory=set)

    def each(self, records: Iterable[Any]) -> Iterator[Any]:
        """The records, counted."""
        for record in records:
            self.rows += 1
            yield record

    def cells(self, layout: Layout[Any], records: Iterable[Any]) -> Iterator[Cells]:
        """The rows of the records, counted."""
        return self.each(cells_of(layout, records, self.left_out))

    def note_ranges(self, record: Any) -> None:
        """Remembers the rule behind an incident's ranges."""
        rule = range_policy(record) if isinstance(record, Account) else None
        if rule is not None:
            self.range_policies.add(rule)

    def add(self, other: Count) -> None:
        """Takes in what another process counted."""
        self.rows += other.rows
        self.left_out.update(other.left_out)
        self.range_policies |= other.range_policies


Lines = Callable[[str, Iterable[Any], Count], Iterator[str]]
File = Callable[[str, Iterable[Any], Count, Path], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A format. Exactly one of ``lines`` and ``file`` makes it, from the name of the table and its records.

    layout: of a table, what its columns are.  alike: it follows somebody else's layout, which has no column for what did not happen.
    needs: a module, what for, and the extra that brings it.
    """

    name: str
    mediatype: str
    tables: tuple[str, ...]
    lines: Lines | None = None
    file: File | None = None
    layout: Callable[[str], Layout[Any]] | None = None
    notes: tuple[str, ...] = ()
    alike: bool = False
    needs: tuple[str, str, str] | None = None


def own_layout(table: str) -> Layout[Any]:
    """Our own columns of a table."""
    layouts: dict[str, Layout[Any]] = {"incidents": INCIDENTS, "claims": CLAIMS}
    return layouts[table]


# ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _csv(layout: Callable[[str], Layout[Any]]) -> Lines:
    def lines(table: str, records: Iterable[Any], count: Count) -> Iterator[str]:
        chosen = layout(table)
        return csv_lines(chosen.columns, count.cells(chosen, records))

    return lines


def _parquet(table: str, records: Iterable[Any], count: Count, path: Path) -> None:
    layout = own_layout(table)
    write_parquet(parquet_schema(layout.columns), arrow_tables(layout.columns, count.cells(layout, records)), path)


def _of_csv(name: str, layout: Callable[[str], Layout[Any]], tables: tuple[str, ...] = ("incidents",), *, alike: bool = True) -> Format:
    return Format(name, "text/csv", tables, lines=_csv(layout), layout=layout, alike=alike)


# ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _each(write: Callable[[Iterable[Any]], Iterator[str]]) -> Lines:
    return lambda table, records, count: write(count.each(records))


def _whole(table: str, records: Iterable[Any], count: Count) -> Iterator[str]:
    return json_lines(record.incident if isinstance(record, Account) else record for record in count.each(records))


def _all() -> Sequence[Format]:
    return (
        _of_csv("csv", own_layout, TABLES, alike=False),
        Format("jsonl", "application/x-ndjson", TABLES, lines=_whole, notes=JSON_NOTES),
        Format(
            "parquet",
            "application/vnd.apache.parquet",
            TABLES,
            file=_parquet,
            layout=own_layout,
            needs=("pyarrow", "Parquet", "parquet"),
        ),
        Format("geojson", "application/geo+json", ("incidents",), lines=_each(collection_lines), notes=GEO_NOTES),
        Format("geojsonseq", "application/x-ndjson", ("incidents",), lines=_each(sequence_lines), notes=GEO_NOTES),
        _of_csv("acled_like", lambda table: ACLED_LIKE),
        _of_csv("ucdp_like", lambda table: ucdp_like()),
    )


FORMATS = {format.name: format for format in _all()}
