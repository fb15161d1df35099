"""The texts of a CoNLL-U file of small documents, by the name of each."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def texts(path: Path) -> dict[str, str]:
    """Per ``# newdoc`` name, its ``# text`` lines joined by spaces."""
    found: dict[str, str] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# newdoc"):
            name = line.partition("= ")[2]
        elif line.startswith("# text"):
            found[name] = f"{found.get(name, '')} {line.partition('= ')[2]}".strip()
    return found
