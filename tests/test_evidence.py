"""Which words a claim rests on, on hand-made trees."""

from __future__ import annotations

import pytest

from onrecord.claims import extract_claims
from onrecord.lexicon import Lexicon
from tests.claim_trees import mentions, tree

LEXICON = Lexicon()

SHARED = """
    They they PRON 2 nsubj
    killed kill VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
    two two NUM 4 nummod
    guards guard NOUN 2 obj Number=Plur
    and and CCONJ 6 cc
    captured capture VERB 2 conj Mood=Ind|Tense=Past|VerbForm=Fin
    six six NUM 6 obj
    . . PUNCT 2 punct
"""
SAID = """
    Shells shell NOUN 2 nsubj Number=Plur
    hit hit VERB 10 ccomp Mood=Ind|Tense=Past|VerbForm=Fin
    a a DET 4 det
    market market NOUN 2 obj
    , , PUNCT 6 punct
    killing kill VERB 2 advcl Tense=Pres|VerbForm=Part
    12 12 NUM 6 obj
    , , PUNCT 2 punct
    doctors doctor NOUN 10 nsubj Number=Plur
    said say VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
    . . PUNCT 10 punct
"""
THREAT = """
    Rebels rebel NOUN 2 nsubj Number=Plur
    threatened threaten VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
    to to PART 4 mark
    suspend suspend VERB 2 xcomp VerbForm=Inf
    the the DET 6 det
    talks talk NOUN 4 obj Number=Plur
    . . PUNCT 2 punct
"""
RELATIVE = """
    Soldiers soldier NOUN 2 nsubj Number=Plur
    shelled shell VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
    Goma Goma PROPN 2 obj
    , , PUNCT 8 punct
    which which PRON 8 nsubj PronType=Rel
    is be AUX 8 cop
    a a DET 8 det
    city city NOUN 3 acl:relcl
    . . PUNCT 2 punct
"""


@pytest.mark.parametrize(
    ("text", "lines", "rows", "expected"),
    [
        ("They killed two guards and captured six.", SHARED, ["two | NUMBER | 2", "six | NUMBER | 6"],
         [["They killed two guards"], ["They", "captured six"]]),
        ("Shells hit a market, killing 12, doctors said.", SAID, ["12 | NUMBER | 12", "doctors | NORP | MED"],
         [["Shells hit a market, killing 12"]]),
        ("Rebels threatened to suspend the talks.", THREAT, ["Rebels | NORP | REB"],
         [["Rebels threatened to suspend the talks"]]),
        ("Soldiers shelled Goma, which is a city.", RELATIVE, ["Soldiers | NORP | MIL", "Goma | GPE"], [["Soldiers shelled Goma"]]),
    ],
    ids=["a shared subject stands apart", "the speaker stays out", "what is threatened comes in", "relative clauses stay out"],
)  # fmt: skip
def test_evidence_of_is_the_clause_of_the_event(text: str, lines: str, rows: list[str], expected: list[list[str]]) -> None:
    claims = extract_claims(tree(text, lines), mentions(text, rows), LEXICON).claims
    coded = [claim for claim in claims if claim.event is not None and claim.event.codable]
    assert expected == [[text[slice(*span)] for span in claim.evidence] for claim in coded]
