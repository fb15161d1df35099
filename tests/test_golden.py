"""The examples end to end, against verdicts on every row.

``tests/golden/<example>.json`` holds every claim that the program codes, spans included, with the reader's verdict: ``right`` when
every field and span is, else ``wrong: …`` with what the report really says. ``missed`` lists what the report says and the program
does not. A known fault is thus asserted and labelled, and a change of any row asks for a new reading: ``ONRECORD_UPDATE_GOLDEN=1``
rewrites the files, keeps the verdicts of rows that are the same, and marks the others ``unreviewed``, which fails.
The first reading was a strict one by a language model beside the report; a person's is still to come.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from onrecord.ingest import read_documents
from onrecord.pipeline import Options, Pipeline, build_pipeline
from onrecord.records import Claim, Coding, Participant

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests/golden"
PRECISION_FLOOR, RECALL_FLOOR = 0.56, 0.53  # of rows right in every field; they rise and do not fall
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return build_pipeline(Options(lexicon=ROOT / "examples/lexicon"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_coded_as_reviewed(path: Path, pipeline: Pipeline) -> None:
    (coding,) = pipeline.code(read_documents([path]))
    assert isinstance(coding, Coding), coding
    said = [claim_row(coding, claim) for claim in coding.claims if claim.event is None or claim.event.codable]
    if os.environ.get("ONRECORD_UPDATE_GOLDEN"):
        update(golden_path(path), said)
    golden = json.loads(golden_path(path).read_text())
    assert said == [row["said"] for row in golden["claims"]]
    assert [row["review"] for row in golden["claims"] if row["review"] != "right" and not row["review"].startswith("wrong: ")] == []


def test_claims_of_the_examples_are_right_at_the_floor() -> None:
    reviews = [row["review"] == "right" for path in EXAMPLES for row in json.loads(golden_path(path).read_text())["claims"]]
    missed = sum(len(json.loads(golden_path(path).read_text())["missed"]) for path in EXAMPLES)
    assert sum(reviews) / len(reviews) >= PRECISION_FLOOR
    assert sum(reviews) / (sum(reviews) + missed) >= RECALL_FLOOR


def golden_path(example: Path) -> Path:
    return GOLDEN / f"{example.stem}.json"


def update(path: Path, said: list[dict[str, Any]]) -> None:
    """Rewrites a golden file, keeping the verdict of every row that has not changed."""
    old = json.loads(path.read_text()) if path.is_file() else {"claims": [], "missed": []}
    verdicts = {json.dumps(row["said"]): row["review"] for row in old["claims"]}
    rows = [{"review": verdicts.get(json.dumps(row), "unreviewed"), "said": row} for row in said]
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    missed = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in old["missed"])
    path.write_text('{"claims": [\n' + lines + '\n],\n"missed": [\n' + missed + "\n]}\n")


def test_there_are_a_dozen_examples() -> None:
    assert len(EXAMPLES) >= 12


def claim_row(coding: Coding, claim: Claim) -> dict[str, Any]:
    """What a reviewer reads of a claim: words with their spans, codes, numbers."""
    return {
        "event": " ".join([claim.event.type, *claim.event.mode]) if claim.event else claim.kind.value,
        "evidence": [[*span, coding.document.text[slice(*span)]] for span in claim.evidence],
        "actors": [_participant_row(participant) for participant in claim.actors],
        "recipients": [_participant_row(participant) for participant in claim.recipients],
        "place": claim.place and [claim.place.text, claim.place.name, claim.place.country, claim.place.kind.value],
        "time": claim.time and [claim.time.text, claim.time.start, claim.time.end, claim.time.granularity.value],
        "quantities": [[*q.span, q.text, q.of.value, q.low, q.best, q.high, q.exactness.value, q.scope.value] for q in claim.quantities],
        "chain": [f"{link.role.value}: {link.text}" for link in claim.attribution],
        "factuality": f"{claim.factuality.polarity.value} {claim.factuality.status.value} {claim.factuality.score}",
    }


def _participant_row(participant: Participant) -> list[Any]:
    return [*(participant.span or (None, None)), participant.text, participant.actor.code if participant.actor else None]
