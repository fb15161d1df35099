"""Every frame of event nouns: a phrase that it finds its event in, and a false friend that it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.claims import extract_claims
from onrecord.lexicon import Lexicon
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.inflect import singular
from tests.claim_trees import mentions, tree

ROWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/nouns.yaml").read_text("utf-8"))
LEXICON = Lexicon()
FRAMES = sorted(entry.id for entry in LEXICON.nouns.entries if entry.kind is FrameKind.EVENT)
PREPOSITIONS = frozenset("on of with for in against at among to into between by".split())
ARTICLES = frozenset(("the", "a"))


def frames_of(phrase: str, known: Sequence[str] = ()) -> set[str | None]:
    """The frames of the events found in "Leaders discussed the …", on the tree that the words make."""
    words = phrase.split()
    first = next((number for number, word in enumerate(words) if word in PREPOSITIONS), len(words))
    head = 3 + first
    rows = ["Leaders leader NOUN 2 nsubj Number=Plur", "discussed discuss VERB 0 root Tense=Past|VerbForm=Fin", f"the the DET {head} det"]
    rows += [f"{word} {singular(word)} NOUN {head} compound" for word in words[: first - 1]]
    rows.append(f"{words[first - 1]} {singular(words[first - 1])} NOUN 2 obj")
    at = first
    while at < len(words):
        end = next((number for number in range(at + 1, len(words)) if words[number] in PREPOSITIONS), len(words))
        noun = 3 + end
        rows.append(f"{words[at]} {words[at]} ADP {noun} case")
        rows += [f"{w} {w} DET {noun} det" if w in ARTICLES else f"{w} {singular(w)} NOUN {noun} compound" for w in words[at + 1 : end - 1]]
        rows.append(f"{words[end - 1]} {singular(words[end - 1])} {'PROPN' if words[end - 1][0].isupper() else 'NOUN'} {head} nmod")
        at = end
    text = f"Leaders discussed the {phrase}"
    found = extract_claims(tree(text, "\n".join(rows)), mentions(text, list(known)), LEXICON).events
    return {event.frame for event in found}


def test_every_noun_frame_has_its_row() -> None:
    assert sorted(row["frame"] for row in ROWS) == FRAMES


@pytest.mark.parametrize("row", ROWS, ids=[row["frame"] for row in ROWS])
def test_a_noun_frame_finds_its_event(row: dict[str, Any]) -> None:
    assert row["frame"] in frames_of(row["finds"], row.get("mentions", ()))


@pytest.mark.parametrize("row", ROWS, ids=[row["frame"] for row in ROWS])
def test_a_noun_frame_leaves_its_false_friend(row: dict[str, Any]) -> None:
    assert not {frame for frame in frames_of(row["leaves"]) if frame and frame.startswith("n.")}
