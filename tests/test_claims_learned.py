"""Events that only the language model sees: made where it is sure and no frame has coded the two sides."""

from __future__ import annotations

import msgspec
import pytest

from onrecord.claims import extract_claims
from onrecord.lexicon import Lexicon
from onrecord.records import Claim, Parse, Signals, TokenSpan
from tests.claim_trees import mentions, tree

LEXICON = Lexicon()
SURE = (0.02, 0.02, 0.02, 0.9, 0.04)
TEXT = "Norland took the Southmarch envoys coldly."
TREE = """
Norland Norland PROPN 2 nsubj
took take VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
the the DET 5 det
Southmarch Southmarch PROPN 5 compound
envoys envoy NOUN 2 obj Number=Plur
coldly coldly ADV 2 advmod
. . PUNCT 2 punct
"""
PEOPLE = ["Norland | GPE | NOR GOV", "the Southmarch envoys | ORG | SOU GOV"]
ROLES = (("actor", 0, 1, 0.9), ("recipient", 2, 5, 0.9))


def signalled(parse: Parse, row: tuple[float, ...], roles: tuple[tuple[str, int, int, float], ...]) -> Parse:
    spans = tuple(TokenSpan(label=label, first=first, end=end, score=score) for label, first, end, score in roles)
    return msgspec.structs.replace(parse, signals=Signals(roles=spans, sentence_class=(row,)))


def learned(text: str, lines: str, row: tuple[float, ...], roles: tuple[tuple[str, int, int, float], ...]) -> list[Claim]:
    found = extract_claims(signalled(tree(text, lines), row, roles), mentions(text, PEOPLE), LEXICON)
    return [claim for claim in found.claims if "/learned." in claim.origin_rule]


def test_a_sure_class_with_both_sides_makes_an_event_of_the_class() -> None:
    (claim,) = learned(TEXT, TREE, SURE, ROLES)
    assert claim.event is not None
    assert (claim.event.type, claim.event.mode, claim.event.codable) == ("ACCUSE", (), True)
    assert [(p.text, p.path) for p in claim.actors] == [("Norland", "signal")]
    assert [p.text for p in claim.recipients] == ["the Southmarch envoys"]
    assert claim.confidence < 0.7


@pytest.mark.parametrize(
    ("row", "roles"),
    [
        ((0.3, 0.1, 0.1, 0.4, 0.1), ROLES),
        ((0.9, 0.02, 0.02, 0.04, 0.02), ROLES),
        (SURE, ROLES[:1]),
        (SURE, (ROLES[0], ("recipient", 2, 5, 0.4))),
    ],
    ids=["class not sure", "a statement", "one side", "a side not sure"],
)
def test_nothing_is_made_where_the_model_is_not_sure(row: tuple[float, ...], roles: tuple[tuple[str, int, int, float], ...]) -> None:
    assert learned(TEXT, TREE, row, roles) == []


def test_a_verb_that_the_lexicon_does_not_know_makes_nothing() -> None:
    assert learned(TEXT.replace("took", "tookx"), TREE.replace("took take", "tookx tookx"), SURE, ROLES) == []


def test_what_a_frame_has_coded_is_not_made_again() -> None:
    text, lines = TEXT.replace("took", "condemned"), TREE.replace("took take", "condemned condemn")
    assert learned(text, lines, SURE, ROLES) == []


def test_the_subject_of_another_verb_takes_no_part_in_what_is_named_beside_it() -> None:
    text = "Norland closed schools in view of the violence."
    lines = """
Norland Norland PROPN 2 nsubj
closed close VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
schools school NOUN 2 obj Number=Plur
in in ADP 8 case
view view NOUN 4 fixed
of of ADP 4 fixed
the the DET 8 det
violence violence NOUN 2 obl
. . PUNCT 2 punct
"""
    parse = signalled(tree(text, lines), SURE, ROLES[:1])
    claims = extract_claims(parse, mentions(text, PEOPLE[:1]), LEXICON).claims
    assert [claim.actors for claim in claims if claim.origin_rule.endswith("n.attack")] == [()]


def test_whoever_it_is_according_to_takes_no_part_in_it() -> None:
    text = "Two men were killed, according to Norland."
    lines = """
Two two NUM 2 nummod
men man NOUN 4 nsubj:pass Number=Plur
were be AUX 4 aux:pass Tense=Past|VerbForm=Fin
killed kill VERB 0 root Tense=Past|VerbForm=Part|Voice=Pass
, , PUNCT 8 punct
according accord VERB 8 case VerbForm=Ger
to to ADP 6 fixed
Norland Norland PROPN 4 obl
. . PUNCT 4 punct
"""
    parse = signalled(tree(text, lines), SURE, (("actor", 7, 8, 0.9),))
    (claim,) = [one for one in extract_claims(parse, mentions(text, PEOPLE[:1]), LEXICON).claims if one.event is not None]
    assert claim.actors == ()
