"""Measures whole reports of our own, annotated before the program saw them: ``gold/reports``, both halves; errors are shown for dev only.

python -m evaluation.own_reports [--errors FILE.html]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import msgspec

from evaluation.board import Figure, f1_of, say, say_baseline
from evaluation.linking import GOLD
from evaluation.reports import report as built
from evaluation.texts import pipeline
from onrecord.evaluate import Comparison, GoldReport, compare, read_reports, summarise, summarise_whole
from onrecord.evaluate.errors import error_page
from onrecord.ingest import read_documents
from onrecord.records import Capture, Coding, Relation, RelationType

REPORTS = GOLD.parent / "reports"
SENTENCE = re.compile(r"[^\s].*?(?:[.!?][”\"’]*(?=\s|$)|$)", re.MULTILINE)


def coded(report: GoldReport) -> Coding:
    """The report coded by the default pipeline."""
    (capture,) = read_documents(["-"], published=report.published, outlet=report.outlet, stdin=BytesIO(report.text.encode()))
    assert isinstance(capture, Capture), report.id
    coding = next(iter(pipeline().code([capture])))
    assert isinstance(coding, Coding), report.id
    return coding


def plain(report: GoldReport) -> Coding:
    """What anybody could do: an attack in every sentence."""
    sentences = [found.group() for found in SENTENCE.finditer(report.text)]
    return built(report.id, text=report.text, claims=[{"type": "ASSAULT", "quote": sentence} for sentence in sentences])


def one_a_type(coding: Coding) -> Coding:
    """The coding with other ties: what is of one type is one event."""
    last: dict[str, str] = {}
    ties = []
    for claim in coding.claims:
        if claim.event is not None and claim.event.codable:
            if claim.event.type in last:
                ties.append(Relation(source=claim.id, target=last[claim.event.type], type=RelationType.SAME_EVENT))
            last[claim.event.type] = claim.id
    return msgspec.structs.replace(coding, relations=tuple(ties))


Right = Callable[[Sequence[str]], bool]
MEASURES: dict[str, Right] = {
    "claims found, F1": lambda wrong: True,
    "found with their type, F1": lambda wrong: "type" not in wrong,
    "right in every field, F1": lambda wrong: not wrong,
}


def counts(one: Comparison, right: Right) -> tuple[int, int, int]:
    """(right, made, asked) of a report; right: whether a pair with these wrong fields counts."""
    return sum(right(wrong) for _, _, wrong in one.pairs), len(one.pairs) + len(one.extra), len(one.pairs) + len(one.missed)


def say_relations(split: str, found: Sequence[Comparison], guessed: Sequence[Comparison]) -> None:
    """Ties inside a report, of those annotated whole: one event told twice; contents, causes, contrasts."""
    plain = {measure.name: measure.value for measure in summarise_whole(guessed)}
    for measure in summarise_whole(found):
        if measure.name in ("same event, F1", "other relations, F1"):
            figure = Figure(f"own reports, {split}: {measure.name}", measure.value, measure.count, measure.low, measure.high)
            print(figure)
            if measure.name.startswith("same"):
                say_baseline(figure.name, "one type, one event", plain[measure.name])


def main(arguments: list[str]) -> int:
    reports = read_reports([REPORTS])
    for split in ("dev", "test"):
        half = [report for report in reports if report.split == split]
        codings = [coded(report) for report in half]
        found = [compare(report, coding) for report, coding in zip(half, codings, strict=True)]
        guessed = [compare(report, plain(report)) for report in half]
        for name, right in MEASURES.items():
            say(f"own reports, {split}: {name}", [counts(one, right) for one in found], f1_of)
            value = f1_of(counts(one, right) for one in guessed)
            say_baseline(f"own reports, {split}: {name}", "an attack in every sentence", value)
        say_relations(split, found, [compare(report, one_a_type(coding)) for report, coding in zip(half, codings, strict=True)])
        measures = summarise(found)
        print("  " + "  ".join(f"{one.name} {one.value:.3f}" for one in measures))
        if whole := summarise_whole(found):
            print("  " + "  ".join(f"{one.name} {one.value:.3f} ({one.count})" for one in whole))
        if split == "dev" and "--errors" in arguments:
            Path(arguments[arguments.index("--errors") + 1]).write_text(error_page(found, measures, {}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
