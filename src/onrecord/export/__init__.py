"""Out: incidents, claims and reports in the layouts that the field's tools read.

``write_export`` takes records one by one, from wherever they are kept, and writes one file with a description beside it.
The same records give the same bytes: no clock, no order but theirs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from onrecord.claim_cells import ClaimTable
from onrecord.errors import UsageError
from onrecord.export.account import Account
from onrecord.export.count import Count
from onrecord.export.formats import FORMATS, TABLES, Format, own_layout
from onrecord.export.geo import feature
from onrecord.export.package import Resource, check_package, write_package
from onrecord.export.policy import DEFAULT_POLICY, POLICIES, Policy, admitted, policy_named
from onrecord.export.writing import csv_lines, parquet_schema, require, write_parquet
from onrecord.records import Record

__all__ = ["COLUMN_FORMATS", "DEFAULT_POLICY", "FORMATS", "POLICIES", "TABLES", "Account", "Exported", "Format", "feature", "write_export"]

STANDARD_OUTPUT = "-"
COLUMN_FORMATS = ("csv", "parquet")  # claims are written to these column by column


class Exported(Record, frozen=True):
    """What was written: rows, records left out by reason, and the description beside the file (None on standard output)."""

    rows: int
    left_out: Mapping[str, int]
    package: Path | None


def write_export(
    records: Iterable[Any],
    path: str | Path,
    *,
    format: str,
    table: str = "incidents",
    policy: str = DEFAULT_POLICY,
    filters: Mapping[str, str | int] | None = None,
    licence: str | None = None,
    checkpoint: Mapping[str, Any] | None = None,
) -> Exported:
    """Writes the records that the policy admits to ``path`` ("-": standard output) and a ``datapackage.json`` beside it.

    records: of ``table`` "incidents" ``Account``s, of "claims" ``ClaimInContext``s.  filters: what chose them, to be stated.
    licence: of the data, as their owner gives it.  checkpoint: of the ledger that they come from, to be stated.
    A file that was there stays whole until the new one is.  Raises UsageError.
    """
    job = _Job(format, table, policy, filters or {}, licence)
    job.checkpoint = checkpoint
    return job.run(records, path)


def write_claims(parts: Sequence[Callable[[], ClaimTable]], path: str | Path, *, processes: int, format: str, **about: Any) -> Exported:
    """As ``write_export``, with claims that come as tables: of functions without arguments, which other processes can be given.

    format: one of ``COLUMN_FORMATS``.  processes: how many work at once; the bytes are the same for every number of them.
    preload and checkpoint may be among ``about``: modules that reading needs; of the ledger that the claims come from, to be stated.
    """
    job = _Job(format, "claims", about.pop("policy", DEFAULT_POLICY), about.pop("filters", None) or {}, about.pop("licence", None))
    job.checkpoint = about.pop("checkpoint", None)
    return job.run_in_parts(parts, path, processes, **about)


def check_request(format: str, table: str | None, policy: str) -> Format:
    """The format with that name; raises UsageError where format, table (None: its first) and policy do not go together."""
    if format not in FORMATS:
        raise UsageError(f"no export format is called '{format}'; there are: {', '.join(FORMATS)}")
    chosen = FORMATS[format]
    if table is not None and table not in chosen.tables:
        raise UsageError(f"{format} has no table '{table}'; there are: {', '.join(chosen.tables)}")
    if chosen.alike and policy_named(policy).statuses is None:
        raise UsageError(f"{format} has no column for what did not happen: export with another --policy, or as csv")
    if chosen.needs:
        require(*chosen.needs)
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

    def __init__(self, format: str, table: str, policy: str, filters: Mapping[str, str | int], licence: str | None) -> None:
        self.format = check_request(format, table, policy)
        self.table = table
        self.policy: Policy = policy_named(policy)
        self.filters = filters
        self.licence = licence
        self.checkpoint: Mapping[str, Any] | None = None
        self.count = Count()

    def run(self, records: Iterable[Any], path: str | Path) -> Exported:
        """Writes records that come one by one."""
        leaving = admitted(self.policy, self.table, records, self.count)
        if str(path) != STANDARD_OUTPUT:
            return self._to_file(Path(path), lambda partial: self._write(leaving, partial))
        if self.format.lines is None:
            raise UsageError(f"{self.format.name} is not for standard output: give -o a file")
        for lines in self.format.lines(self.table, leaving, self.count):
            sys.stdout.write(lines.encode("utf-8", "replace").decode("utf-8"))
        return Exported(rows=self.count.rows, left_out=dict(self.count.left_out), package=None)

    def run_in_parts(self, parts: Sequence[Any], path: str | Path, processes: int, preload: Sequence[str] = ()) -> Exported:
        """Writes claims that come as tables. preload: modules that reading them needs."""
        from onrecord.export.parallel import pieces

        made = pieces(parts, format=self.format.name, policy=self.policy, processes=processes, preload=preload)
        return self._to_file(Path(path), lambda partial: self._join(self._contents(made), partial))

    def _contents(self, made: Iterator[Any]) -> Iterator[bytes]:
        for piece in made:
            self.count.add(piece.counted)
            yield piece.content

    def _join(self, contents: Iterator[bytes], path: Path) -> None:
        from onrecord.export.parallel import table_from

        columns = own_layout(self.table).columns
        if self.format.name == "parquet":
            write_parquet(parquet_schema(columns), map(table_from, contents), path)
            return
        with path.open("wb") as file:
            file.write("".join(csv_lines(columns, ())).encode())
            file.writelines(contents)

    def _to_file(self, target: Path, write: Any) -> Exported:
        _check_target(target)
        partial = target.with_name(f".{target.name}.partial")
        try:
            write(partial)
            os.replace(partial, target)
        except OSError as error:
            raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from error
        finally:
            partial.unlink(missing_ok=True)
        package = write_package(target.parent, self._resource(target.name))
        return Exported(rows=self.count.rows, left_out=dict(self.count.left_out), package=package)

    def _write(self, leaving: Iterator[Any], path: Path) -> None:
        if self.format.file is not None:
            self.format.file(self.table, leaving, self.count, path)
        elif self.format.lines is not None:
            with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
                file.writelines(self.format.lines(self.table, leaving, self.count))

    def _resource(self, name: str) -> Resource:
        layout = self.format.layout(self.table) if self.format.layout else None
        return Resource(
            path=name,
            format=self.format.name,
            mediatype=self.format.mediatype,
            table=self.table,
            policy=self.policy,
            range_policies=tuple(sorted(self.count.range_policies)),
            filters=self.filters,
            rows=self.count.rows,
            left_out=self.count.left_out,
            columns=layout.columns if layout else (),
            notes=(*(layout.notes if layout else ()), *self.format.notes),
            licence=self.licence,
            checkpoint=self.checkpoint,
        )
