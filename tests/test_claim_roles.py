"""Who stands on either side: behind things, in purposes, beside descriptions. Trees by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.claims import extract_claims
from onrecord.lexicon import Lexicon
from tests.claim_trees import mentions, tree

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/claim_roles.yaml").read_text("utf-8"))
LEXICON = Lexicon()


def sides(text: str, lines: str, rows: list[str]) -> list[tuple[str | None, list[str | None], list[str | None]]]:
    """Type, actors and recipients of every codable claim."""
    claims = extract_claims(tree(text, lines), mentions(text, rows), LEXICON).claims
    return [
        (c.event.type, [p.text for p in c.actors], [p.text for p in c.recipients])
        for c in claims
        if c.event is not None and c.event.codable
    ]


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_who_stands_on_either_side(case: dict[str, Any]) -> None:
    assert [list(row) for row in sides(case["text"], case["tree"], case["mentions"])] == case["sides"]


def test_a_participle_that_sets_the_scene_is_said_in_passing() -> None:
    text = "Rebuked by Norland, Southmarch left the talks."
    lines = """
Rebuked rebuke VERB 6 advcl Tense=Past|VerbForm=Part|Voice=Pass
by by ADP 3 case
Norland Norland PROPN 1 obl:agent
, , PUNCT 1 punct
Southmarch Southmarch PROPN 6 nsubj
left leave VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
the the DET 8 det
talks talk NOUN 6 obj Number=Plur
. . PUNCT 6 punct
"""
    assert "ACCUSE" not in [type for type, _, _ in sides(text, lines, ["Norland | GPE | NOR GOV", "Southmarch | GPE | SOU GOV"])]


def test_a_harm_as_a_result_of_a_blast_is_the_blast() -> None:
    text = "Five guards died as a result of a landmine explosion."
    lines = """
Five five NUM 2 nummod
guards guard NOUN 3 nsubj Number=Plur
died die VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
as as ADP 6 case
a a DET 6 det
result result NOUN 3 obl
of of ADP 10 case
a a DET 10 det
landmine landmine NOUN 10 compound
explosion explosion NOUN 6 nmod
. . PUNCT 3 punct
"""
    claims = extract_claims(tree(text, lines), mentions(text, ["guards | FORCE | NOR MIL"]), LEXICON).claims
    assert [(c.event.mode, [p.text for p in c.recipients]) for c in claims if c.event is not None] == [(("explosives",), ["guards"])]


def test_whose_inaction_it_is_said_to_be_failed() -> None:
    text = "They deplored the inaction of the police."
    lines = """
They they PRON 2 nsubj Case=Nom|Number=Plur
deplored deplore VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
the the DET 4 det
inaction inaction NOUN 2 obj
of of ADP 7 case
the the DET 7 det
police police NOUN 4 nmod
. . PUNCT 2 punct
"""
    claims = extract_claims(tree(text, lines), mentions(text, ["the police | FORCE | NOR COP"]), LEXICON).claims
    failed = [claim for claim in claims if claim.origin_rule.endswith("fail.neglect")]
    assert [[p.text for p in claim.actors] for claim in failed] == [["the police"]]


def test_a_vehicle_that_hits_a_mine_is_blown_up_by_it() -> None:
    text = "A bus hit a landmine near Riverton."
    lines = """
A a DET 2 det
bus bus NOUN 3 nsubj
hit hit VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
a a DET 5 det
landmine landmine NOUN 3 obj
near near ADP 7 case
Riverton Riverton PROPN 3 obl
. . PUNCT 3 punct
"""
    claims = extract_claims(tree(text, lines), mentions(text, ["Riverton | GPE"]), LEXICON).claims
    (claim,) = [claim for claim in claims if claim.event is not None]
    assert claim.event is not None
    assert claim.event.mode == ("explosives",)
    assert sorted((p.role.value, p.text) for p in claim.others) == [("instrument", "a landmine"), ("physical_target", "A bus")]


def test_a_torched_car_is_a_riot_only_where_rioters_torch_it() -> None:
    lines = """
{0} {1} NOUN 2 nsubj Number=Plur
torched torch VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
two two NUM 4 nummod
cars car NOUN 2 obj Number=Plur
. . PUNCT 2 punct
"""
    types = {
        who: [kind for kind, _, _ in sides(f"{who} torched two cars.", lines.format(who, who.lower().rstrip("s")), [f"{who} | NORP | CVL"])]
        for who in ("Rioters", "Gunmen")
    }
    assert types == {"Rioters": ["PROTEST"], "Gunmen": ["ASSAULT"]}
