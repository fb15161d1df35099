"""Holds ``RESULTS.md`` against the floors, and the gold against its pinned hashes; quality rises and never quietly falls.

python -m evaluation.gate               says what fell, and which gold changed without a word; exit code 1 if anything did
python -m evaluation.gate --announce    pins the gold as it is now (say why in the commit)
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import msgspec

from evaluation.board import below, read_figures, read_floors

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
GOLD = HERE / "gold"
PINS = HERE / "gold.json"


def hashes(folder: Path = GOLD) -> dict[str, str]:
    """sha256 of every file of gold, by its path below the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def changed(found: dict[str, str], pinned: dict[str, str]) -> list[str]:
    """A line for each file of gold that is not as it was pinned."""
    names = sorted(name for name in found.keys() | pinned.keys() if found.get(name) != pinned.get(name))
    return [f"gold/{name} changed: run python -m evaluation.gate --announce and say why in the commit" for name in names]


def problems() -> list[str]:
    """All that is wrong with the results and the gold."""
    figures = read_figures(RESULTS.read_text(encoding="utf-8"))
    missing = [f"{name}: has a floor but was not measured" for name in read_floors() if name not in {figure.name for figure in figures}]
    return below(figures, read_floors()) + missing + changed(hashes(), msgspec.json.decode(PINS.read_bytes(), type=dict[str, str]))


def main(arguments: list[str]) -> int:
    if "--announce" in arguments:
        PINS.write_bytes(msgspec.json.format(msgspec.json.encode(hashes()), indent=1) + b"\n")
    found = problems()
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
