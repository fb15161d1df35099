"""Builds ``src/onrecord/data/lexicon/*.json`` from ``lexicon/``; with --check only says whether they are up to date.

usage: python tools/build_lexicon.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from onrecord.errors import DataError
from onrecord.lexicon import build_packs

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/onrecord/data/lexicon"


def main(arguments: list[str]) -> int:
    try:
        packs = build_packs(ROOT / "lexicon")
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    stale = [name for name, pack in packs.items() if not _same(TARGET / f"{name}.json", pack)]
    if "--check" in arguments:
        for name in stale:
            print(f"{TARGET.relative_to(ROOT)}/{name}.json is out of date: run make data", file=sys.stderr)
        return 1 if stale else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (TARGET / f"{name}.json").write_bytes(packs[name])
        print(f"{name}: {len(packs[name]):,} bytes")
    return 0


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
