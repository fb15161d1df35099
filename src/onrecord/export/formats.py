"""The formats: what each is called, which tables it can be of, and how records become it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.export.account import Account
from onrecord.export.acled import ACLED_LIKE
from onrecord.export.claimreview import NOTES as JSONLD_NOTES
from onrecord.export.claimreview import jsonld_lines
from onrecord.export.count import Count
from onrecord.export.followthemoney import NOTES as FTM_NOTES
from onrecord.export.followthemoney import entity_lines
from onrecord.export.geo import collection_lines, sequence_lines, write_geoparquet
from onrecord.export.hxl import NOTES as HXL_NOTES
from onrecord.export.hxl import hxl_row
from onrecord.export.layout import Layout, LeftOut
from onrecord.export.linguists import BRAT_NOTES, DOCBIN_NOTES, write_brat, write_docbin
from onrecord.export.panels import COUNTRY_MONTHS, GRID_MONTHS, HAPI_LIKE, country_months, grid_months, months_by_division
from onrecord.export.phoenix import PHOENIX_LIKE
from onrecord.export.plover import NOTES as PLOVER_NOTES
from onrecord.export.plover import plover_event, plover_lines
from onrecord.export.polecat import POLECAT_LIKE
from onrecord.export.references import NOTES as REFERENCE_NOTES
from onrecord.export.references import bibtex_lines, csl_lines
from onrecord.export.reports import MENTIONS, REPORTS, mentions_of, report_schema, report_tables
from onrecord.export.sheets import NOTES as XLSX_NOTES
from onrecord.export.sheets import write_xlsx
from onrecord.export.tables import CLAIMS, INCIDENTS
from onrecord.export.ucdp import ucdp_like
from onrecord.export.writing import arrow_tables, csv_lines, json_lines, parquet_schema, tsv_lines, write_parquet

TABLES = ("incidents", "claims", "mentions", "reports")
GEO_NOTES = (
    "Areas and lines have no geometry: properties say what is known of the place.",
    "Longitude before latitude, WGS 84, six decimals.",
)
JSON_NOTES = ("The records as they are, nothing left out: see `onrecord schema`.",)


Lines = Callable[[str, Iterable[Any], Count], Iterator[str]]
File = Callable[[str, Iterable[Any], Count, Path], None]
Gather = Callable[[Iterable[Any], Counter[str]], Iterator[Any]]


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


LAYOUTS: dict[str, Layout[Any]] = {"incidents": INCIDENTS, "claims": CLAIMS, "mentions": MENTIONS, "reports": REPORTS}


def own_layout(table: str) -> Layout[Any]:
    """Our own columns of a table."""
    return LAYOUTS[table]


def _own_records(table: str, records: Iterable[Any]) -> Iterable[Any]:
    """What our own table has a row for: of reports their mentions, where the table is of mentions."""
    return mentions_of(records) if table == "mentions" else records


# ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _csv(table: str, records: Iterable[Any], count: Count) -> Iterator[str]:
    layout = own_layout(table)
    return csv_lines(layout.columns, count.cells(layout, _own_records(table, records)))


def _csv_hxl(table: str, records: Iterable[Any], count: Count) -> Iterator[str]:
    return csv_lines(INCIDENTS.columns, count.cells(INCIDENTS, records), second=hxl_row(INCIDENTS.columns))


def _parquet(table: str, records: Iterable[Any], count: Count, path: Path) -> None:
    if table == "reports":
        write_parquet(report_schema(), report_tables(count.each(records)), path)
        return
    layout = own_layout(table)
    write_parquet(parquet_schema(layout.columns), arrow_tables(layout.columns, count.cells(layout, _own_records(table, records))), path)


def _geoparquet(table: str, records: Iterable[Any], count: Count, path: Path) -> None:
    write_geoparquet(count.cells(INCIDENTS, records), path)


def _xlsx(table: str, records: Iterable[Any], count: Count, path: Path) -> None:
    layout = own_layout(table)
    write_xlsx(layout, count.cells(layout, _own_records(table, records)), path)


def _like(
    name: str, layout: Callable[[], Layout[Any]], *, of: str = "incidents", gather: Gather | None = None, lines: Any = csv_lines
) -> Format:
    """A table in somebody else's columns. gather: makes its records of ours, counting those that it leaves out."""

    def made(table: str, records: Iterable[Any], count: Count) -> Iterator[str]:
        gathered = gather(records, count.left_out) if gather else records
        found: Iterator[str] = lines(layout().columns, count.cells(layout(), gathered))
        return found

    mediatype = "text/csv" if lines is csv_lines else "text/tab-separated-values"
    return Format(name, mediatype, (of,), lines=made, layout=lambda table: layout(), alike=True)


# ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _each(write: Callable[[Iterable[Any]], Iterator[str]]) -> Lines:
    return lambda table, records, count: write(count.each(records))


def _whole(table: str, records: Iterable[Any], count: Count) -> Iterator[str]:
    return json_lines(record.incident if isinstance(record, Account) else record for record in count.each(records))


def _plover(table: str, records: Iterable[Any], count: Count) -> Iterator[str]:
    return plover_lines(count.each(_made(plover_event, records, count)))


def _made(make: Callable[[Any], Any], records: Iterable[Any], count: Count) -> Iterator[Any]:
    for record in records:
        made = make(record)
        if isinstance(made, LeftOut):
            count.left_out[made.reason] += 1
        else:
            yield made


def _zip_of_codings(write: Callable[[Iterable[Any], Path], None]) -> File:
    return lambda table, records, count, path: write(count.each(records), path)


PARQUET = ("pyarrow", "Parquet", "parquet")
ARROW_FILE = "application/vnd.apache.parquet"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REPORTS_ALONE = ("reports",)
INCIDENTS_ALONE = ("incidents",)

FORMATS = {
    format.name: format
    for format in (
        Format("csv", "text/csv", TABLES, lines=_csv, layout=own_layout),
        Format("csv_hxl", "text/csv", INCIDENTS_ALONE, lines=_csv_hxl, layout=own_layout, notes=HXL_NOTES),
        Format("jsonl", "application/x-ndjson", ("incidents", "claims", "reports"), lines=_whole, notes=JSON_NOTES),
        Format("parquet", ARROW_FILE, TABLES, file=_parquet, layout=own_layout, needs=PARQUET),
        Format("xlsx", SHEET, TABLES, file=_xlsx, layout=own_layout, notes=XLSX_NOTES, needs=("xlsxwriter", "XLSX", "xlsx")),
        Format("geojson", "application/geo+json", INCIDENTS_ALONE, lines=_each(collection_lines), notes=GEO_NOTES),
        Format("geojsonseq", "application/x-ndjson", INCIDENTS_ALONE, lines=_each(sequence_lines), notes=GEO_NOTES),
        Format("geoparquet", ARROW_FILE, INCIDENTS_ALONE, file=_geoparquet, layout=own_layout, notes=GEO_NOTES, needs=PARQUET),
        _like("acled_like", lambda: ACLED_LIKE),
        _like("ucdp_like", ucdp_like),
        _like("hapi_like", lambda: HAPI_LIKE, gather=months_by_division),
        _like("country_month", lambda: COUNTRY_MONTHS, gather=country_months),
        _like("priogrid_month", lambda: GRID_MONTHS, gather=grid_months),
        _like("polecat_like", lambda: POLECAT_LIKE, of="claims", lines=tsv_lines),
        _like("phoenix_like", lambda: PHOENIX_LIKE, of="claims", lines=tsv_lines),
        Format("plover", "application/json", ("claims",), lines=_plover, notes=PLOVER_NOTES),
        Format("ftm", "application/x-ndjson", INCIDENTS_ALONE, lines=_each(entity_lines), notes=FTM_NOTES, alike=True),
        Format("jsonld", "application/ld+json", INCIDENTS_ALONE, lines=_each(jsonld_lines), notes=JSONLD_NOTES),
        Format("bibtex", "application/x-bibtex", REPORTS_ALONE, lines=_each(bibtex_lines), notes=REFERENCE_NOTES),
        Format("csl", "application/vnd.citationstyles.csl+json", REPORTS_ALONE, lines=_each(csl_lines), notes=REFERENCE_NOTES),
        Format("brat", "application/zip", REPORTS_ALONE, file=_zip_of_codings(write_brat), notes=BRAT_NOTES),
        Format(
            "docbin",
            "application/octet-stream",
            REPORTS_ALONE,
            file=_zip_of_codings(write_docbin),
            notes=DOCBIN_NOTES,
            needs=("spacy", "DocBin", "spacy"),
        ),
    )
}
