"""Relations, agreements, victims and corrections of the parse, on trees by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.claims import extract_claims
from onrecord.claims.repairs import repair
from onrecord.lexicon import Lexicon
from onrecord.records import Extraction
from tests.claim_trees import mentions, tree

LEXICON = Lexicon()
ROWS = yaml.safe_load((Path(__file__).parent / "cases" / "relations.yaml").read_text(encoding="utf-8"))

RETALIATION = """
The the DET 2 det
shelling shelling NOUN 6 nsubj
was be AUX 6 cop
Turkey Turkey PROPN 6 nmod:poss
's 's PART 4 case
retaliation retaliation NOUN 0 root
for for ADP 9 case
the the DET 9 det
attack attack NOUN 6 nmod
by by ADP 11 case
rebels rebel NOUN 9 nmod Number=Plur
"""

RECOVERED = """
Rescuers rescuer NOUN 2 nsubj
recovered recover VERB 0 root Tense=Past|VerbForm=Fin
bodies body NOUN 2 obj Number=Plur
including include VERB 5 case
Abbas Abbas PROPN 3 nmod
and and CCONJ 7 cc
Jafar Jafar PROPN 5 conj
"""

DEAL = """
Attacks attack NOUN 3 nsubj:pass Number=Plur
are be AUX 3 aux:pass Tense=Pres|VerbForm=Fin
prohibited prohibit VERB 0 root Tense=Past|VerbForm=Part|Voice=Pass
under under ADP 6 case
the the DET 6 det
deal deal NOUN 3 obl
between between ADP 8 case
Turkey Turkey PROPN 6 nmod
and and CCONJ 10 cc
Russia Russia PROPN 8 conj
"""

PLEDGE = """
Officials official NOUN 2 nsubj
kept keep VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
their their PRON 4 nmod:poss
pledge pledge NOUN 2 obj
that that SCONJ 9 mark
attacks attack NOUN 9 nsubj
would would AUX 9 aux VerbForm=Fin
not not PART 9 advmod Polarity=Neg
go go VERB 4 acl VerbForm=Inf
unanswered unanswered ADJ 9 xcomp
and and CCONJ 12 cc
pounded pound VERB 9 conj Tense=Past|VerbForm=Part
positions position NOUN 12 obj Number=Plur
"""


@pytest.mark.parametrize("row", ROWS, ids=[row["why"] for row in ROWS])
def test_relations_are_those_that_the_words_tell(row: dict[str, Any]) -> None:
    text = " ".join(line.split()[0] for line in row["tree"].splitlines() if not line.startswith("#"))
    found = extract_claims(tree(text, row["tree"]), mentions(text, row["mentions"]), LEXICON)
    assert [f"{relation.source} {relation.type} {relation.target}" for relation in found.relations] == row["relations"]


def extract(lines: str, rows: list[str]) -> Extraction:
    text = " ".join(line.split()[0] for line in lines.strip().splitlines())
    return extract_claims(tree(text, lines), mentions(text, rows), LEXICON)


def test_relations_tie_a_retaliation_to_what_it_answers() -> None:
    found = extract(RETALIATION, ["Turkey | GPE | TUR GOV", "rebels | FORCE | SYR REB"])
    assert [(r.source, r.target, r.type) for r in found.relations if r.type == "retaliates_for"] == [("c1", "c2", "retaliates_for")]
    first, second = found.claims
    assert (first.actors[0].actor.code, first.actors[0].actor.basis) == ("TUR MIL", "metonymy") if first.actors[0].actor else False
    assert [p.text for p in second.actors] == ["rebels"]


def test_victims_are_those_named_among_the_recovered() -> None:
    found = extract(RECOVERED, ["Rescuers | PERSON", "Abbas | PERSON", "Jafar | PERSON"])
    assert [(v.name, v.fate) for v in found.victims] == [("Abbas", "recovered"), ("Jafar", "recovered")]


def test_agreements_have_parties_and_what_they_prohibit() -> None:
    found = extract(DEAL, ["Turkey | GPE | TUR GOV", "Russia | GPE | RUS GOV"])
    (agreement,) = found.agreements
    assert [party.code for party in agreement.parties] == ["TUR GOV", "RUS GOV"]
    assert agreement.prohibits == ("ASSAULT",)
    assert "deontic" in {claim.factuality.status for claim in found.claims}


def test_repair_moves_a_past_tense_out_from_under_a_modal() -> None:
    text = " ".join(line.split()[0] for line in PLEDGE.strip().splitlines())
    parse = tree(text, PLEDGE)
    assert parse.tokens[11].head == 8
    assert repair(parse).tokens[11].head == 1


def test_repair_leaves_a_sound_parse_alone() -> None:
    text = " ".join(line.split()[0] for line in DEAL.strip().splitlines())
    parse = tree(text, DEAL)
    assert parse is repair(parse)


def test_a_pledge_not_to_leave_attacks_unanswered_threatens_and_what_follows_happened() -> None:
    found = extract(PLEDGE, ["Officials | PERSON | TUR GOV", "positions | FORCE | SYR MIL"])
    happened = [claim for claim in found.claims if claim.event and claim.event.codable and claim.factuality.status == "occurred"]
    by_type = {claim.event.type: claim for claim in happened if claim.event}
    assert {"THREATEN", "ASSAULT"} == set(by_type)
    assert [p.text for p in by_type["ASSAULT"].actors] == ["Officials"]
