"""The examples end to end, against claims that a person has read and corrected.

``tests/golden/<example>.json`` holds what the report says, reviewed by hand, spans included. Where the program does not say it
(yet), the row is under ``known_limits`` with the reason; a limit that has gone must be moved. ``ONRECORD_UPDATE_GOLDEN=1`` rewrites the files for a new review.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from onrecord.ingest import read_documents
from onrecord.pipeline import Pipeline, build_pipeline
from onrecord.records import Claim, Coding, Participant

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests/golden"
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return build_pipeline()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_coded_as_reviewed(path: Path, pipeline: Pipeline) -> None:
    (coding,) = pipeline.code(read_documents([path]))
    assert isinstance(coding, Coding), coding
    said = [claim_row(coding, claim) for claim in coding.claims if claim.event is None or claim.event.codable]
    golden = GOLDEN / f"{path.stem}.json"
    if os.environ.get("ONRECORD_UPDATE_GOLDEN"):
        golden.write_text(json.dumps({"claims": said, "known_limits": []}, indent=1, ensure_ascii=False) + "\n")
    reviewed = json.loads(golden.read_text())
    assert said == reviewed["claims"]
    assert [limit["claim"] for limit in reviewed["known_limits"] if limit["claim"] in said] == []


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
