"""Measures whole reports of our own, annotated before the program saw them: ``gold/reports``, both halves; errors are shown for dev only.

python -m evaluation.own_reports [--errors FILE.html]
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from evaluation.board import f1_of, say
from evaluation.linking import GOLD
from evaluation.texts import pipeline
from onrecord.evaluate import Comparison, GoldReport, compare, read_reports, summarise, summarise_whole
from onrecord.evaluate.errors import error_page
from onrecord.ingest import read_documents
from onrecord.records import Capture, Coding

REPORTS = GOLD.parent / "reports"


def coded(report: GoldReport) -> Coding:
    """The report coded by the default pipeline."""
    (capture,) = read_documents(["-"], published=report.published, outlet=report.outlet, stdin=BytesIO(report.text.encode()))
    assert isinstance(capture, Capture), report.id
    coding = next(iter(pipeline().code([capture])))
    assert isinstance(coding, Coding), report.id
    return coding


def counts(one: Comparison, *, whole: bool) -> tuple[int, int, int]:
    """(right, made, asked) of a report; whole: right is right in every field."""
    right = sum(not wrong for _, _, wrong in one.pairs) if whole else len(one.pairs)
    return right, len(one.pairs) + len(one.extra), len(one.pairs) + len(one.missed)


def main(arguments: list[str]) -> int:
    reports = read_reports([REPORTS])
    for split in ("dev", "test"):
        found = [compare(report, coded(report)) for report in reports if report.split == split]
        say(f"own reports, {split}: claims found, F1", [counts(one, whole=False) for one in found], f1_of)
        say(f"own reports, {split}: right in every field, F1", [counts(one, whole=True) for one in found], f1_of)
        measures = summarise(found)
        print("  " + "  ".join(f"{one.name} {one.value:.3f}" for one in measures))
        if whole := summarise_whole(found):
            print("  " + "  ".join(f"{one.name} {one.value:.3f} ({one.count})" for one in whole))
        if split == "dev" and "--errors" in arguments:
            Path(arguments[arguments.index("--errors") + 1]).write_text(error_page(found, measures, {}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
