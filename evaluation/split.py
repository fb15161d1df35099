"""Deals annotated reports out into dev and test by the hash of their text, and prints the hash that pins the test half.

usage: python -m evaluation.split [FOLDER]      (evaluation/gold/reports without it)
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from onrecord.evaluate import GoldReport, read_reports

FOLDER = Path(__file__).parent / "gold" / "reports"


def split_of(text: str) -> str:
    """ "dev" or "test" by the first hex digit of the text's SHA-256: 0-7 dev, 8-f test."""
    return "dev" if hashlib.sha256(text.encode()).hexdigest()[0] in "01234567" else "test"


def with_splits(source: str, reports: Sequence[GoldReport]) -> str:
    """The YAML of a file with the split of each of its reports in a line above its text, whatever stood there before."""
    source = re.sub(r"(?m)^ +split:.*\n", "", source)
    for report in reports:
        above = rf"(?ms)^(- id: {re.escape(report.id)}\n.*?)(?=^  text: )"
        source = re.sub(above, rf"\1  split: {split_of(report.text)}\n", source, count=1)
    return source


def pin(reports: Sequence[GoldReport]) -> str:
    """SHA-256 over the hashes of the test half's texts, in order of id."""
    halves = sorted((one.id, hashlib.sha256(one.text.encode()).hexdigest()) for one in reports if split_of(one.text) == "test")
    return hashlib.sha256("".join(digest for _, digest in halves).encode()).hexdigest()


def main(folder: Path = FOLDER) -> None:
    """Writes the splits into the files of a folder and says how many there are of each."""
    everything = []
    for file in sorted(folder.rglob("*.yaml")):
        reports = read_reports([file])
        file.write_text(with_splits(file.read_text(encoding="utf-8"), reports), encoding="utf-8")
        everything += reports
    print(dict(sorted(Counter(split_of(one.text) for one in everything).items())), "test half:", pin(everything))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
