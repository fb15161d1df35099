"""Who stands on either side: behind things, in purposes, beside descriptions. Trees by hand."""

from __future__ import annotations

from onrecord.claims import extract_claims
from onrecord.lexicon import Lexicon
from tests.claim_trees import mentions, tree

LEXICON = Lexicon()


def sides(text: str, lines: str, rows: list[str]) -> list[tuple[str | None, list[str | None], list[str | None]]]:
    """Type, actors and recipients of every codable claim."""
    claims = extract_claims(tree(text, lines), mentions(text, rows), LEXICON).claims
    return [
        (c.event.type, [p.text for p in c.actors], [p.text for p in c.recipients])
        for c in claims
        if c.event is not None and c.event.codable
    ]


def test_who_sent_a_thing_is_found_by_its_participle() -> None:
    text = "Norland welcomed assurances sent by Southmarch."
    lines = """
Norland Norland PROPN 2 nsubj
welcomed welcome VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
assurances assurance NOUN 2 obj Number=Plur
sent send VERB 3 acl Tense=Past|VerbForm=Part|Voice=Pass
by by ADP 6 case
Southmarch Southmarch PROPN 4 obl:agent
. . PUNCT 2 punct
"""
    assert sides(text, lines, ["Norland | GPE | NOR GOV", "Southmarch | GPE | SOU GOV"]) == [("SUPPORT", ["Norland"], ["Southmarch"])]


def test_a_quarrel_of_words_is_no_attack() -> None:
    text = "The minister clashed over the efforts of the envoy."
    lines = """
The the DET 2 det
minister minister NOUN 3 nsubj
clashed clash VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
over over ADP 6 case
the the DET 6 det
efforts effort NOUN 3 obl Number=Plur
of of ADP 9 case
the the DET 9 det
envoy envoy NOUN 6 nmod
. . PUNCT 3 punct
"""
    people = ["The minister | PERSON | NOR GOV", "the envoy | PERSON | SOU GOV"]
    assert sides(text, lines, people) == [("ACCUSE", ["The minister"], ["the envoy"])]


def test_a_deal_is_with_whom_its_purpose_names() -> None:
    text = "Norland signed an accord to supply Southmarch with wheat."
    lines = """
Norland Norland PROPN 2 nsubj
signed sign VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
an a DET 4 det
accord accord NOUN 2 obj
to to PART 6 mark
supply supply VERB 2 advcl VerbForm=Inf
Southmarch Southmarch PROPN 6 obj
with with ADP 9 case
wheat wheat NOUN 6 obl
. . PUNCT 2 punct
"""
    assert sides(text, lines, ["Norland | GPE | NOR GOV", "Southmarch | GPE | SOU GOV"])[0] == ("SUPPORT", ["Norland"], ["Southmarch"])


def test_a_call_for_harm_aims_at_its_target() -> None:
    text = "Norland called for a boycott against Southmarch."
    lines = """
Norland Norland PROPN 2 nsubj
called call VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
for for ADP 5 case
a a DET 5 det
boycott boycott NOUN 2 obl
against against ADP 7 case
Southmarch Southmarch PROPN 5 nmod
. . PUNCT 2 punct
"""
    assert sides(text, lines, ["Norland | GPE | NOR GOV", "Southmarch | GPE | SOU GOV"]) == [("REQUEST", ["Norland"], ["Southmarch"])]


def test_a_description_before_a_name_is_no_party_of_its_own() -> None:
    text = "Old foes Norland and Southmarch have renewed ties."
    lines = """
Old old ADJ 2 amod
foes foe NOUN 7 nsubj Number=Plur
Norland Norland PROPN 7 nsubj
and and CCONJ 5 cc
Southmarch Southmarch PROPN 3 conj
have have AUX 7 aux
renewed renew VERB 0 root Tense=Past|VerbForm=Part
ties tie NOUN 7 obj Number=Plur
. . PUNCT 7 punct
"""
    people = ["Norland | GPE | NOR GOV", "Southmarch | GPE | SOU GOV"]
    assert sides(text, lines, people) == [("SUPPORT", ["Norland"], ["Southmarch"])]


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


def test_the_object_of_a_preposition_left_behind_is_the_passives_subject() -> None:
    text = "The envoy was fired at by gunmen."
    lines = """
The the DET 2 det
envoy envoy NOUN 4 nsubj:pass
was be AUX 4 aux:pass Mood=Ind|Tense=Past|VerbForm=Fin
fired fire VERB 0 root Tense=Past|VerbForm=Part|Voice=Pass
at at ADP 4 obl
by by ADP 7 case
gunmen gunman NOUN 4 obl:agent Number=Plur
. . PUNCT 4 punct
"""
    assert sides(text, lines, ["The envoy | PERSON | NOR GOV", "gunmen | FORCE | UAF"]) == [("ASSAULT", ["gunmen"], ["The envoy"])]


def test_what_an_exchange_is_of_takes_no_part_in_it() -> None:
    text = "A guard was killed in an exchange of fire with rebels."
    lines = """
A a DET 2 det
guard guard NOUN 4 nsubj:pass
was be AUX 4 aux:pass Mood=Ind|Tense=Past|VerbForm=Fin
killed kill VERB 0 root Tense=Past|VerbForm=Part|Voice=Pass
in in ADP 7 case
an a DET 7 det
exchange exchange NOUN 4 obl
of of ADP 9 case
fire fire NOUN 7 nmod
with with ADP 11 case
rebels rebel NOUN 9 nmod Number=Plur
. . PUNCT 4 punct
"""
    assert sides(text, lines, ["A guard | FORCE | NOR MIL", "rebels | FORCE | REB"]) == [("ASSAULT", ["rebels"], ["A guard"])]


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
