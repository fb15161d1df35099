"""Writes ``src/onrecord/data/MANIFEST.json``: hash, size and licence of every built file; with --check only says whether it is up to date.

usage: python tools/build_manifest.py [--check]
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "src/onrecord/data"
TARGET = DATA / "MANIFEST.json"
LICENCES = {
    "attribution": "Apache-2.0; trained on PolNeAR, whose licence is not stated",
    "gazetteer": "CC-BY-4.0 (GeoNames), public domain (Natural Earth), Apache-2.0 (our own entries)",
    "lexicon": "Apache-2.0",
    "model": "CC-BY-SA-4.0",
    "prefilter.json": "Apache-2.0; weights learned on MUC-4, SATP, ACLED sub-events, IndiaPoliceEvents, PolNeAR, LGL, MEANTIME",
    "ontology.json": "Apache-2.0; codes of PLOVER, CAMEO, ACLED and UCDP are facts",
}


def main(arguments: list[str]) -> int:
    content = json.dumps({"files": manifest()}, indent=1, ensure_ascii=False) + "\n"
    if TARGET.is_file() and TARGET.read_text() == content:
        return 0
    if "--check" in arguments:
        print("src/onrecord/data/MANIFEST.json is out of date: run make data", file=sys.stderr)
        return 1
    TARGET.write_text(content)
    print(f"MANIFEST.json: {content.count('sha256')} files")
    return 0


def manifest() -> dict[str, dict[str, str | int]]:
    """By path below the data folder: SHA-256, size in bytes and licence of every built file."""
    files = sorted(path for path in DATA.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"} and path != TARGET)
    return {path.relative_to(DATA).as_posix(): _facts(path) for path in files}


def _facts(path: Path) -> dict[str, str | int]:
    content = path.read_bytes()
    licence = LICENCES[path.relative_to(DATA).parts[0]]
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "licence": licence}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
