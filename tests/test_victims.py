"""People harmed, one by one: name, age, sex, civilian or combatant, fate, and the claim that they belong to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from onrecord.claims import extract_claims
from onrecord.lexicon import Lexicon
from onrecord.parse.conllu import ConlluParser
from onrecord.records import Block, BlockKind, Document, Extraction, Mention, Parse
from tests.claim_trees import mentions
from tests.conllu_texts import texts

HERE = Path(__file__).parent
TREES = HERE / "ud/victims.conllu"
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "cases/victims.yaml").read_text(encoding="utf-8"))


@cache
def lexicon() -> Lexicon:
    return Lexicon()


def parsed(name: str) -> Parse:
    text = texts(TREES)[name]
    blocks = (Block(span=(0, len(text)), kind=BlockKind.BODY, paragraph=0),)
    return next(iter(ConlluParser(TREES).parse([Document(id=name, text=text, sha256="", published="2022-06-12", blocks=blocks)])))


def extract(case: dict[str, Any]) -> tuple[Parse, Extraction]:
    parse = parsed(case["doc"])
    found = mentions(parse.document.text, case["mentions"])
    ids = {mention.text: mention.id for mention in found}
    tied = tuple(_tied(mention, ids, case.get("refers", {})) for mention in found)
    return parse, extract_claims(parse, tied, lexicon())


def _tied(mention: Mention, ids: dict[str, str], refers: dict[str, str]) -> Mention:
    target = refers.get(mention.text)
    return msgspec.structs.replace(mention, refers_to=ids[target]) if target is not None else mention


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["doc"])
def test_find_victims_reads_who_was_harmed(case: dict[str, Any]) -> None:
    parse, found = extract(case)
    rows = [
        "|".join((parse.text_of(v.span), v.name or "", "" if v.age is None else str(v.age), v.sex or "", v.status, v.fate))
        for v in found.victims
    ]
    assert rows == case["victims"], case["why"]
    assert {victim.claim for victim in found.victims} <= {claim.id for claim in found.claims}


def test_no_one_is_joined_across_reports() -> None:
    """Two reports of one killing keep a victim each: nothing in a victim points outside its report."""
    case = next(case for case in CASES if case["victims"])
    first, second = extract(case)[1].victims, extract(case)[1].victims
    assert first == second
    assert all(victim.claim.startswith("c") for victim in first)
