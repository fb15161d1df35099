"""Out: incidents and claims in the layouts that the field's tools read.

``write_export`` takes records one by one, from wherever they are kept, and writes one file with a description beside it.
The same records give the same bytes: no clock, no order but theirs.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.errors import UsageError
from onrecord.export.account import Account, ClaimInReport
from onrecord.export.acled import ACLED_LIKE
from onrecord.export.geo import collection_lines, feature, sequence_lines
from onrecord.export.layout import Layout
from onrecord.export.package import Resource, check_package, write_package
from onrecord.export.policy import DEFAULT_POLICY, POLICIES, Policy, admits, objection, policy_named
from onrecord.export.tables import CLAIMS, INCIDENTS, range_policy
from onrecord.export.ucdp import ucdp_like
from onrecord.export.writing import csv_lines, json_lines, require_pyarrow, rows_of, write_parquet
from onrecord.records import Record

__all__ = ["DEFAULT_POLICY", "FORMATS", "POLICIES", "TABLES", "Account", "ClaimInReport", "Exported", "Format", "feature", "write_export"]

TABLES = ("incidents", "claims")
STANDARD_OUTPUT = "-"
GEO_NOTES = (
    "Areas and lines have no geometry: properties say what is known of the place.",
    "Longitude before latitude, WGS 84, six decimals.",
)
JSON_NOTES = ("The records as they are, nothing left out: see `onrecord schema`.",)


class Format(NamedTuple):
    """A format. ``tables``: of what it can be.  alike: it follows somebody else's layout, which has no column for what did not happen."""

    name: str
    mediatype: str
    tables: tuple[str, ...]
    alike: bool = False


FORMATS = {
    format.name: format
    for format in (
        Format("csv", "text/csv", TABLES),
        Format("jsonl", "application/x-ndjson", TABLES),
        Format("parquet", "application/vnd.apache.parquet", TABLES),
        Format("geojson", "application/geo+json", ("incidents",)),
        Format("geojsonseq", "application/x-ndjson", ("incidents",)),
        Format("acled_like", "text/csv", ("incidents",), alike=True),
        Format("ucdp_like", "text/csv", ("incidents",), alike=True),
    )
}


class Exported(Record, frozen=True):
    """What was written: rows, records left out by reason, and the description beside the file (None on standard output)."""

    rows: int
    left_out: Mapping[str, int]
    package: Path | None


def write_export(
    records: Iterable[Account] | Iterable[ClaimInReport],
    path: str | Path,
    *,
    format: str,
    table: str = "incidents",
    policy: str = DEFAULT_POLICY,
    filters: Mapping[str, str | int] | None = None,
    licence: str | None = None,
) -> Exported:
    """Writes the records that the policy admits to ``path`` ("-": standard output) and a ``datapackage.json`` beside it.

    records: of ``table`` "incidents" ``Account``s, of "claims" ``ClaimInReport``s.  filters: what chose them, to be stated.
    licence: of the data, as their owner gives it.  A file that was there stays whole until the new one is.  Raises UsageError.
    """
    job = _Job(check_request(format, table, policy), table, policy_named(policy))
    if str(path) == STANDARD_OUTPUT:
        return job.to_standard_output(records)
    target = Path(path)
    _check_target(target)
    partial = target.with_name(f".{target.name}.partial")
    try:
        job.write(records, partial)
        os.replace(partial, target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    package = write_package(target.parent, job.resource(target.name, filters or {}, licence))
    return Exported(rows=job.rows, left_out=dict(job.left_out), package=package)


def check_request(format: str, table: str, policy: str) -> Format:
    """The format with that name; raises UsageError where format, table and policy do not go together."""
    if format not in FORMATS:
        raise UsageError(f"no export format is called '{format}'; there are: {', '.join(FORMATS)}")
    chosen = FORMATS[format]
    if table not in chosen.tables:
        raise UsageError(f"{format} has no table '{table}'; there are: {', '.join(chosen.tables)}")
    if chosen.alike and policy_named(policy).statuses is None:
        raise UsageError(f"{format} has no column for what did not happen: export with another --policy, or as csv")
    if format == "parquet":
        require_pyarrow()
    return chosen


def _check_target(target: Path) -> None:
    if not target.parent.is_dir():
        raise UsageError(f"{target}: there is no folder {target.parent}")
    if target.is_dir():
        raise UsageError(f"{target}: is a folder; give the name of a file")
    if target.name == "datapackage.json":
        raise UsageError(f"{target}: that name is kept for the description beside the export")
    check_package(target.parent)


class _Job:
    """One export on its way: counts what goes out and what stays."""

    def __init__(self, format: Format, table: str, policy: Policy) -> None:
        self.format = format
        self.policy = policy
        self.table = table
        self.layout = _layout(format, table)
        self.left_out: Counter[str] = Counter()
        self.rows = 0
        self._range_policies: set[str] = set()

    def write(self, records: Iterable[Any], path: Path) -> None:
        admitted = self._admitted(records)
        if self.format.name == "parquet":
            write_parquet(self.layout, self._counted(rows_of(self.layout, admitted, self.left_out)), path)
            return
        with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
            file.writelines(self._lines(admitted))

    def to_standard_output(self, records: Iterable[Any]) -> Exported:
        if self.format.name == "parquet":
            raise UsageError("Parquet is not for standard output: give -o a file")
        for lines in self._lines(self._admitted(records)):
            sys.stdout.write(lines)
        return Exported(rows=self.rows, left_out=dict(self.left_out), package=None)

    def resource(self, name: str, filters: Mapping[str, str | int], licence: str | None) -> Resource:
        tabular = self.format.name in ("csv", "parquet") or self.format.alike
        notes = self.layout.notes if tabular else JSON_NOTES if self.format.name == "jsonl" else GEO_NOTES
        return Resource(
            path=name,
            format=self.format.name,
            mediatype=self.format.mediatype,
            table=self.table,
            policy=self.policy,
            range_policies=tuple(sorted(self._range_policies)),
            filters=filters,
            rows=self.rows,
            left_out=self.left_out,
            columns=self.layout.columns if tabular else (),
            notes=notes,
            licence=licence,
        )

    def _admitted(self, records: Iterable[Any]) -> Iterator[Any]:
        for record in records:
            if self.table == "claims":
                reason = None if admits(self.policy, record) else "the policy does not admit what it says"
            else:
                reason = objection(self.policy, record)
            if reason is None:
                self._note_ranges(record)
                yield record
            else:
                self.left_out[reason] += 1

    def _note_ranges(self, record: Any) -> None:
        rule = range_policy(record) if isinstance(record, Account) else None
        if rule is not None:
            self._range_policies.add(rule)

    def _lines(self, admitted: Iterator[Any]) -> Iterator[str]:
        write: dict[str, Callable[[Iterator[Any]], Iterator[str]]] = {"geojson": collection_lines, "geojsonseq": sequence_lines}
        if self.format.name in write:
            return write[self.format.name](self._counted(admitted))
        if self.format.name == "jsonl":
            return json_lines(_whole(record) for record in self._counted(admitted))
        return csv_lines(self.layout, self._counted(rows_of(self.layout, admitted, self.left_out)))

    def _counted(self, records: Iterator[Any]) -> Iterator[Any]:
        for record in records:
            self.rows += 1
            yield record


def _layout(format: Format, table: str) -> Layout[Any]:
    if format.name == "acled_like":
        return ACLED_LIKE
    if format.name == "ucdp_like":
        return ucdp_like()
    return CLAIMS if table == "claims" else INCIDENTS


def _whole(record: Any) -> Any:
    return record.incident if isinstance(record, Account) else record
