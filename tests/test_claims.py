"""Claims from trees by hand: per frame family what must be found and what must not fire, and properties that always hold."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.claims import explain_claims, extract_claims
from onrecord.lexicon import Lexicon
from onrecord.pipeline import code as onrecord_code
from onrecord.records import Claim, Extraction
from tests.claim_trees import mentions, tree

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/claims.yaml").read_text("utf-8"))
LEXICON = Lexicon()


def extract(case: dict[str, Any]) -> Extraction:
    text = case["text"]
    return extract_claims(tree(text, case["tree"], kind=case.get("kind", "body")), mentions(text, case.get("mentions", [])), LEXICON)


def shown(claim: Claim) -> dict[str, Any]:
    """A claim as the cases write it; what is empty or as usual is left out."""
    row: dict[str, Any] = {"type": claim.event.type if claim.event else None}
    if claim.event and claim.event.mode:
        row["mode"] = list(claim.event.mode)
    for name, people in (("actors", claim.actors), ("recipients", claim.recipients)):
        if people:
            row[name] = [p.text for p in people]
    if claim.others:
        row["others"] = [f"{p.role}: {p.text}" for p in claim.others]
    if claim.place is not None:
        row["place"] = claim.place.name
    if claim.time is not None and claim.time.text is not None:
        row["time"] = claim.time.text
    if claim.quantities:
        row["figures"] = [f"{q.of} {q.best:g}" for q in claim.quantities if q.best is not None]
    if (claim.factuality.polarity, claim.factuality.status) != ("positive", "occurred"):
        row["said"] = f"{claim.factuality.polarity} {claim.factuality.status}"
    if claim.event and not claim.event.codable:
        row["codable"] = False
    return row


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_extract_claims_by_case(case: dict[str, Any]) -> None:
    made = [shown(claim) for claim in extract(case).claims if claim.event is not None]
    assert case["want"] == made


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_extract_claims_spans_slice_to_their_text_and_roles_lie_in_the_sentence(case: dict[str, Any]) -> None:
    text = case["text"]
    for claim in extract(case).claims:
        assert all(0 <= start < end <= len(text) for start, end in claim.evidence)
        for participant in (*claim.actors, *claim.recipients, *claim.others):
            assert participant.span is not None
            assert participant.text == text[slice(*participant.span)]
        assert all(quantity.claim == claim.id for quantity in claim.quantities)


def test_extract_claims_numbers_ids_in_order_and_is_deterministic() -> None:
    for case in CASES[:10]:
        one, two = extract(case), extract(case)
        assert one == two
        assert [claim.id for claim in one.claims] == [f"c{n}" for n in range(1, len(one.claims) + 1)]
        assert [event.id for event in one.events] == [f"e{n}" for n in range(1, len(one.events) + 1)]


def test_explain_claims_names_frame_and_path_for_every_claim() -> None:
    case = next(case for case in CASES if case["why"] == "a harm verb joins the attack by participle")
    text = case["text"]
    explained = explain_claims(tree(text, case["tree"]), mentions(text, case["mentions"]), LEXICON)
    assert [e.claim for e in explained] == [claim.id for claim in extract(case).claims]
    assert explained[0].main.frame == "assault.shell"
    assert [step.frame for step in explained[0].joined] == ["harm.kill"]
    assert ("actor", "subject") in {(role.role, role.slot) for role in explained[0].roles}


WORDS = ["killed", "attack", "the", "army", "said", "that", "by", "fire", "and", "under", "not", "if", "to", "in", "dozens", "of", ",", "."]
UPOS = ["VERB", "NOUN", "DET", "PROPN", "ADP", "ADJ", "PUNCT", "PRON", "NUM"]
DEPRELS = "nsubj nsubj:pass obj obl obl:agent nmod conj acl acl:relcl advcl xcomp ccomp case mark amod compound".split()


@st.composite
def trees(draw: st.DrawFn) -> tuple[str, str]:
    """A random tree of up to 25 words: any relation between any words, always one root and no cycle."""
    count = draw(st.integers(1, 25))
    rows = []
    for index in range(count):
        head = 0 if index == 0 else draw(st.integers(1, index))
        word = draw(st.sampled_from(WORDS))
        deprel = "root" if head == 0 else draw(st.sampled_from(DEPRELS))
        rows.append((word, f"{word} {word} {draw(st.sampled_from(UPOS))} {head} {deprel}"))
    return " ".join(word for word, _ in rows), "\n".join(line for _, line in rows)


@given(trees())
@settings(max_examples=150)
def test_extract_claims_never_fails_on_any_tree(made: tuple[str, str]) -> None:
    text, lines = made
    found = extract_claims(tree(text, lines), (), LEXICON)
    for claim in found.claims:
        assert claim.sentence == 0
        assert all(text[start:end] for start, end in claim.evidence)


def long_sentence(words: int) -> tuple[str, str]:
    """A sentence of coordinated attacks as long as asked for."""
    rows = ["Rebels rebel NOUN 2 nsubj", "attacked attack VERB 0 root", "villages village NOUN 2 obj"]
    while len(rows) + 4 <= words:
        here = len(rows)
        rows += [f"and and CCONJ {here + 2} cc", f"killed kill VERB {here - 1} conj", f"soldiers soldier NOUN {here + 2} obj"]
    return " ".join(row.split()[0] for row in rows), "\n".join(rows)


def test_extract_claims_time_grows_linearly_with_the_sentence() -> None:
    def seconds(words: int) -> float:
        text, lines = long_sentence(words)
        parse = tree(text, lines)
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            extract_claims(parse, (), LEXICON)
            best = min(best, time.process_time() - start)
        return best

    short, long = seconds(100), seconds(400)
    assert long < 12 * short + 0.05


def test_two_sources_with_two_tolls_make_two_claims() -> None:
    text = "The army put the toll at 12, the rebels at 30."
    coding = onrecord_code(text, published="2024-03-10")
    said = [(claim.attribution[0].text, [quantity.best for quantity in claim.quantities]) for claim in coding.claims if claim.quantities]
    assert said == [("The army", [12]), ("the rebels", [30])]
    assert [claim.recipients for claim in coding.claims if claim.quantities] == [(), ()]
