"""Every family of event frames: a sentence that it finds an event in, and one with its words where it finds none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.claims import extract_claims
from onrecord.lexicon import Lexicon
from onrecord.lexicon.frames import FrameKind
from tests.claim_trees import mentions, tree

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/families.yaml").read_text("utf-8"))
LEXICON = Lexicon()
EVENT_FAMILIES = sorted({entry.id.partition(".")[0] for entry in LEXICON.verbs.entries if entry.kind is FrameKind.EVENT} - {"learned"})


def frames_of(case: dict[str, Any]) -> set[str]:
    """The families of the events that are found in a case, nominal frames whole."""
    text = case["text"]
    found = extract_claims(tree(text, case["tree"]), mentions(text, case["mentions"]), LEXICON).events
    return {frame if frame.startswith("n.") else frame.partition(".")[0] for frame in (event.frame or "" for event in found)}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['family']}: {case['text']}" for case in CASES])
def test_a_family_fires_where_it_should_and_nowhere_else(case: dict[str, Any]) -> None:
    assert (case["family"] in frames_of(case)) is case["fires"]


@pytest.mark.parametrize("family", EVENT_FAMILIES)
def test_every_family_has_a_positive_and_a_negative_case(family: str) -> None:
    assert {case["fires"] for case in CASES if case["family"] == family} == {True, False}
