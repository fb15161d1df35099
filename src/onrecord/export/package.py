"""The ``datapackage.json`` beside an export (Frictionless Data Package): what the file is, and what it is not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onrecord import __version__
from onrecord.errors import UsageError
from onrecord.export.layout import Column
from onrecord.export.policy import Policy
from onrecord.records import Record

NAME = "datapackage.json"
CREATED_BY = f"onrecord {__version__}"
DISCLAIMER = "not ACLED/UCDP data"
DESCRIPTION = (
    "Made by onrecord from reports, by machine unless a person has reviewed it. These are not ACLED/UCDP data, nor endorsed by those "
    "projects; layouts called …_like only have the columns of others. Figures are ranges of reported figures, "
    "not confidence intervals."
)
PLACES_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Place names and coordinates: GeoNames, https://www.geonames.org",
}
# What the standard's readers call the formats whose name is ours.
FILE_FORMATS = {
    **dict.fromkeys(("acled_like", "ucdp_like", "hapi_like", "country_month", "priogrid_month", "csv_hxl"), "csv"),
    **dict.fromkeys(("polecat_like", "phoenix_like"), "tsv"),
    **dict.fromkeys(("plover", "csl"), "json"),
    **{"geojsonseq": "geojsonl", "geoparquet": "parquet", "ftm": "jsonl", "bibtex": "bib", "brat": "zip", "docbin": "spacy"},
}
QUOTED = "Words quoted from reports remain their publishers' and authors'; the program's licence does not extend to them."


class Resource(Record, frozen=True):
    """One exported file as the package describes it. ``left_out``: how many records have no row, by reason.

    checkpoint: of the ledger that the records came from.
    """

    path: str
    format: str
    mediatype: str
    table: str
    policy: Policy
    range_policies: tuple[str, ...]
    filters: Mapping[str, str | int]
    rows: int
    left_out: Mapping[str, int]
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    licence: str | None
    checkpoint: Mapping[str, Any] | None = None


def check_package(folder: Path) -> None:
    """Raises UsageError if the folder has a package description that is not ours, before anything is written."""
    path = folder / NAME
    if path.exists() and _ours(path) is None:
        raise UsageError(f"{path}: describes other data; export into another folder")


def write_package(folder: Path, resource: Resource) -> Path:
    """Writes or completes the description: files exported into the same folder before stay listed, if they are still there."""
    path = folder / NAME
    known = (_ours(path) or {}).get("resources", []) if path.exists() else []
    others = [one for one in known if one.get("path") != resource.path and (folder / str(one.get("path"))).is_file()]
    resources = sorted([*others, _described(folder, resource)], key=lambda one: str(one["path"]))
    package = {
        "name": "onrecord-export",
        "title": f"onrecord export ({DISCLAIMER})",
        "description": DESCRIPTION,
        "created_by": CREATED_BY,
        "version": __version__,
        "disclaimer": DISCLAIMER,
        "licenses": [PLACES_LICENCE],
        "rights": QUOTED,
        "resources": resources,
    }
    partial = path.with_name(f".{NAME}.partial")
    try:
        partial.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", errors="replace")
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def _ours(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(found, dict) and found.get("name") == "onrecord-export" and isinstance(found.get("resources"), list)
    return found if ours else None


def _described(folder: Path, resource: Resource) -> dict[str, Any]:
    file = folder / resource.path
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    described: dict[str, Any] = {
        "name": _resource_name(resource.path),
        "path": resource.path,
        "format": FILE_FORMATS.get(resource.format, resource.format),
        "mediatype": resource.mediatype,
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
        "created_by": CREATED_BY,
        "disclaimer": DISCLAIMER,
        "export_format": resource.format,
        "table": resource.table,
        "policy": {"name": resource.policy.name, "description": resource.policy.description},
        "range_policies": list(resource.range_policies),
        "filters": dict(resource.filters),
        "rows": resource.rows,
        "left_out": dict(sorted(resource.left_out.items())),
        "notes": list(resource.notes),
    }
    if resource.licence:
        described["licenses"] = [{"name": resource.licence}, PLACES_LICENCE]
    if resource.checkpoint:
        described["checkpoint"] = dict(resource.checkpoint)
    if resource.columns:
        described["schema"] = {"fields": [_field(column) for column in resource.columns], "missingValues": [""]}
    return described


def _field(column: Column) -> dict[str, str]:
    described = f"always empty: {column.empty}" if column.empty else column.description
    return {"name": column.name, "type": str(column.kind), "description": described}


def _resource_name(path: str) -> str:
    """Lower case, digits, hyphens, dots and underscores only, as the standard asks."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in path.lower())
