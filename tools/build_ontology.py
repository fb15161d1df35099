"""Builds ``src/onrecord/data/ontology.json`` from ``ontology/``; with --check only says whether it is up to date.

usage: python tools/build_ontology.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import yaml

from onrecord.errors import DataError
from onrecord.ontology import Tables, check_tables

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/onrecord/data/ontology.json"


def build(folder: Path) -> bytes:
    """The tables as JSON, checked; the same YAML gives the same bytes. Raises DataError with every problem."""
    raw: dict[str, Any] = {
        "types": [_read(path) for path in sorted((folder / "plover").glob("*.yaml"))],
        "contexts": _read(folder / "contexts.yaml"),
        **{name: _read(folder / "crosswalks" / f"{name}.yaml") for name in ("cameo", "acled", "ucdp")},
    }
    try:
        tables = msgspec.convert(raw, Tables)
    except msgspec.ValidationError as error:
        raise DataError(f"{folder.name}: {error}") from error
    problems = list(check_tables(tables))
    if problems:
        raise DataError("\n".join(problems))
    return msgspec.json.format(msgspec.json.encode(tables), indent=1) + b"\n"


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    try:
        content = build(ROOT / "ontology")
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    if TARGET.is_file() and TARGET.read_bytes() == content:
        return 0
    if "--check" in arguments:
        print(f"{TARGET.relative_to(ROOT)} is out of date: run make data", file=sys.stderr)
        return 1
    TARGET.write_bytes(content)
    print(f"ontology: {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
