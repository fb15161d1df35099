"""Who stands on either side in the end: parties of a clash, and people of whom nothing is said. Trees by hand."""

from __future__ import annotations

import msgspec
import pytest

from onrecord.claims import extract_claims
from onrecord.lexicon import Lexicon
from onrecord.records import Claim
from tests.claim_trees import mentions, tree

LEXICON = Lexicon()
CLASH = """
Rebels rebel NOUN 2 nsubj Number=Plur
clashed clash VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
with with ADP 4 case
soldiers soldier NOUN 2 obl Number=Plur
near near ADP 6 case
Arda Arda PROPN 2 obl
. . PUNCT 2 punct
"""


def claims(text: str, lines: str, rows: list[str]) -> list[Claim]:
    found = extract_claims(tree(text, lines), mentions(text, rows), LEXICON).claims
    return [claim for claim in found if claim.event is not None and claim.event.codable]


def codes(text: str, lines: str, rows: list[str]) -> list[tuple[list[str | None], list[str | None]]]:
    """The codes of the actors and the recipients of every codable claim."""
    return [
        ([p.actor and p.actor.code for p in claim.actors], [p.actor and p.actor.code for p in claim.recipients])
        for claim in claims(text, lines, rows)
    ]


def test_both_parties_of_a_clash_stand_on_both_sides() -> None:
    text = "Rebels clashed with soldiers near Arda."
    rows = ["Rebels | FORCE | NOR REB", "soldiers | FORCE | NOR MIL", "Arda | GPE"]
    assert codes(text, CLASH, rows) == [(["NOR REB", "NOR MIL"], ["NOR REB", "NOR MIL"])]
    (claim,) = claims(text, CLASH, rows)
    assert [p.path for p in claim.actors] == ["nsubj", "mutual"]
    assert [p.path for p in claim.recipients] == ["mutual", "obl:with"]


def test_whoever_is_attacked_does_not_attack() -> None:
    text = "Rebels attacked soldiers near Arda."
    lines = CLASH.replace("clashed clash", "attacked attack").replace("with with ADP 4 case\n", "")
    lines = lines.replace("soldiers soldier NOUN 2 obl", "soldiers soldier NOUN 2 obj").replace("ADP 6 case", "ADP 5 case")
    rows = ["Rebels | FORCE | NOR REB", "soldiers | FORCE | NOR MIL", "Arda | GPE"]
    assert codes(text, lines, rows) == [(["NOR REB"], ["NOR MIL"])]


KILLED = """
Shells shell NOUN 2 nsubj Number=Plur
killed kill VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
nine nine NUM 2 obj
near near ADP 6 case
an a DET 6 det
outpost outpost NOUN 2 obl
. . PUNCT 2 punct
"""


def test_a_bare_figure_counts_civilians_of_the_country() -> None:
    rows = ["nine | NUMBER | 9", "an outpost | FORCE | NOR MIL"]
    (claim,) = claims("Shells killed nine near an outpost.", KILLED, rows)
    (victim,) = claim.recipients
    assert (victim.text, victim.path) == (None, "implicit")
    assert victim.actor is not None
    assert (victim.actor.code, victim.actor.basis) == ("NOR CVL", "context")


def test_a_bare_figure_counts_nobody_in_no_country() -> None:
    assert codes("Shells killed nine near an outpost.", KILLED, ["nine | NUMBER | 9"]) == [([], [])]


def test_nobody_is_hit_where_nobody_is_counted() -> None:
    text = "Shells destroyed homes near an outpost."
    lines = KILLED.replace("killed kill", "destroyed destroy").replace("nine nine NUM 2 obj", "homes home NOUN 2 obj Number=Plur")
    assert codes(text, lines, ["an outpost | FORCE | NOR MIL"]) == [([], [])]


MEN = """
Two two NUM 2 nummod
men man NOUN 4 nsubj:pass Number=Plur
were be AUX 4 aux:pass
shot shoot VERB 0 root Tense=Past|VerbForm=Part|Voice=Pass
in in ADP 6 case
Arda Arda PROPN 4 obl
by by ADP 8 case
soldiers soldier NOUN 4 obl:agent Number=Plur
. . PUNCT 4 punct
"""


def test_people_of_whom_nothing_is_said_are_civilians_of_where_it_happened() -> None:
    text = "Two men were shot in Arda by soldiers."
    rows = ["Two | NUMBER | 2", "men | ORG", "Arda | GPE", "soldiers | FORCE | NOR MIL"]
    assert codes(text, MEN, rows) == [(["NOR MIL"], ["NOR CVL"])]


def test_things_are_nobody() -> None:
    text = "Two dens were shot in Arda by soldiers."
    rows = ["Two | NUMBER | 2", "dens | ORG", "Arda | GPE", "soldiers | FORCE | NOR MIL"]
    assert codes(text, MEN.replace("men man", "dens den"), rows) == [(["NOR MIL"], [None])]


def test_a_junta_acts_by_itself_and_a_state_by_its_army() -> None:
    lines = """
{0} {0} {1} 2 nsubj
shelled shell VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
villagers villager NOUN 2 obj Number=Plur
. . PUNCT 2 punct
"""
    villagers = "villagers | NORP | NOR CVL"
    junta = codes("junta shelled villagers.", lines.format("junta", "NOUN"), ["junta | ORG | NOR GOV", villagers])
    state = codes("Norland shelled villagers.", lines.format("Norland", "PROPN"), ["Norland | GPE | NOR GOV", villagers])
    assert (junta, state) == ([(["NOR GOV"], ["NOR CVL"])], [(["NOR MIL"], ["NOR CVL"])])


BURNED = """
Soldiers soldier NOUN 2 nsubj Number=Plur
burned burn VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
the the DET 4 det
church church NOUN 6 nmod:poss
's 's PART 4 case
house house NOUN 2 obj
. . PUNCT 2 punct
"""


def test_a_thing_that_is_hit_is_whose_the_words_say() -> None:
    text = "Soldiers burned the church's house."
    assert codes(text, BURNED, ["Soldiers | FORCE | NOR MIL", "the church | ORG | NOR REL"]) == [(["NOR MIL"], ["NOR REL"])]


def test_nobody_does_it_to_himself_by_what_he_owns() -> None:
    text = "Villagers burned the widow's house."
    lines = BURNED.replace("church church", "widow widow").replace("Soldiers soldier", "Villagers villager")
    assert codes(text, lines, ["Villagers | NORP | NOR CVL", "the widow | PERSON | NOR CVL"]) == [(["NOR CVL"], [])]


def test_a_state_owns_no_house_by_its_name() -> None:
    text = "Soldiers burned the Norland's house."
    lines = BURNED.replace("church church NOUN", "Norland Norland PROPN")
    assert codes(text, lines, ["Soldiers | FORCE | NOR MIL", "Norland | GPE | NOR GOV"]) == [(["NOR MIL"], [])]


AIRPORT = """
Rebels rebel NOUN 2 nsubj Number=Plur
destroyed destroy VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
the the DET 5 det
military military ADJ 5 amod
airport airport NOUN 2 obj
. . PUNCT 2 punct
"""


def test_a_military_site_is_the_army_s() -> None:
    found = codes("Rebels destroyed the military airport.", AIRPORT, ["Rebels | FORCE | NOR REB"])
    assert found == [(["NOR REB"], ["NOR MIL"])]
    civil = codes("Rebels destroyed the old airport.", AIRPORT.replace("military military", "old old"), ["Rebels | FORCE | NOR REB"])
    assert civil == [(["NOR REB"], [])]


SHOT = """
Men man NOUN 2 nsubj Number=Plur
shot shoot VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
villagers villager NOUN 2 obj Number=Plur
. . PUNCT 2 punct
"""


def test_men_of_whom_nothing_is_said_but_that_they_shoot_are_armed() -> None:
    rows = ["Men | ORG", "villagers | NORP | NOR CVL"]
    assert codes("Men shot villagers.", SHOT, rows) == [(["NOR UAF"], ["NOR CVL"])]


def test_villagers_who_shoot_stay_what_they_are_called() -> None:
    rows = ["Herders | ORG | NOR AGR", "villagers | NORP | NOR CVL"]
    assert codes("Herders shot villagers.", SHOT.replace("Men man", "Herders herder"), rows) == [(["NOR AGR"], ["NOR CVL"])]


def test_who_is_fired_at_in_a_procession_are_civilians_and_in_a_rally_opponents() -> None:
    lines = SHOT.replace("Men man", "Soldiers soldier").replace("villagers villager", "{0} {0}")
    rows = ["Soldiers | FORCE | NOR MIL"]
    assert codes("Soldiers shot procession.", lines.format("procession"), rows) == [(["NOR MIL"], ["NOR CVL"])]
    assert codes("Soldiers shot rally.", lines.format("rally"), rows) == [(["NOR MIL"], ["NOR OPP"])]


def test_who_acts_for_somebody_is_who_they_are_of() -> None:
    text = "Heroes of the army shot villagers."
    lines = """
Heroes hero NOUN 5 nsubj Number=Plur
of of ADP 4 case
the the DET 4 det
army army NOUN 1 nmod
shot shoot VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
villagers villager NOUN 5 obj Number=Plur
. . PUNCT 5 punct
"""
    villagers = "villagers | NORP | NOR CVL"
    assert codes(text, lines, ["the army | FORCE | NOR MIL", villagers]) == [(["NOR MIL"], ["NOR CVL"])]
    assert codes(text, lines, ["Heroes | FORCE | NOR REB", "the army | FORCE | NOR MIL", villagers]) == [(["NOR REB"], ["NOR CVL"])]


def test_a_church_that_no_mention_names_owns_its_house_and_a_street_does_not() -> None:
    rows = ["Soldiers | FORCE | NOR MIL"]
    assert codes("Soldiers burned the church's house.", BURNED, rows) == [(["NOR MIL"], ["NOR REL"])]
    street = BURNED.replace("church church", "street street")
    assert codes("Soldiers burned the street's house.", street, rows) == [(["NOR MIL"], [])]


TWO = """
Soldiers soldier NOUN 4 nsubj Number=Plur
and and CCONJ 3 cc
militiamen militiaman NOUN 1 conj Number=Plur
came come VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
and and CCONJ 7 cc
{0} they PRON 7 nsubj Case=Nom|Number={1}|Person=3|PronType=Prs
shot shoot VERB 4 conj Mood=Ind|Tense=Past|VerbForm=Fin
villagers villager NOUN 7 obj Number=Plur
. . PUNCT 4 punct
"""


def actors_of(pronoun: str, number: str) -> list[str | None]:
    text = f"Soldiers and militiamen came and {pronoun} shot villagers."
    found = mentions(
        text, ["Soldiers | FORCE | NOR MIL", "militiamen | FORCE | NOR PRM", f"{pronoun} | FORCE | NOR MIL", "villagers | NORP | NOR CVL"]
    )
    linked = (*found[:2], msgspec.structs.replace(found[2], refers_to=found[0].id), found[3])
    claims = extract_claims(tree(text, TWO.format(pronoun, number)), linked, LEXICON).claims
    return [p.actor and p.actor.code for claim in claims if claim.event and claim.event.type == "ASSAULT" for p in claim.actors]


def test_they_are_all_who_stand_beside_one_another() -> None:
    assert actors_of("they", "Plur") == ["NOR MIL", "NOR PRM"]


def test_one_is_one_of_those_who_stand_beside_one_another() -> None:
    assert actors_of("he", "Sing") == ["NOR MIL"]


ABROAD = """
Villagers villager NOUN 2 nsubj Number=Plur
fled flee VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
into into ADP 4 case
Southmarch Southmarch PROPN 2 obl
. . PUNCT 2 punct
"""


@pytest.mark.parametrize(("country", "code"), [("SOU", "NOR REF"), ("NOR", "NOR CVL/REF"), (None, "NOR CVL/REF")])
def test_who_flees_into_another_country_is_a_refugee(country: str | None, code: str) -> None:
    text = "Villagers fled into Southmarch."
    villagers, land = mentions(text, ["Villagers | NORP | NOR CVL", "Southmarch | GPE"])
    assert land.place is not None
    land = msgspec.structs.replace(land, place=msgspec.structs.replace(land.place, country=country))
    (claim,) = extract_claims(tree(text, ABROAD), (villagers, land), LEXICON).claims
    assert [p.actor and p.actor.code for p in claim.recipients] == [code]


FOUND = """
Troops troop NOUN 2 nsubj Number=Plur
found find VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
a a DET 5 det
dead dead ADJ 5 amod
rebel rebel NOUN 2 obj
. . PUNCT 2 punct
"""


def test_the_dead_who_are_found_are_whom_it_befell() -> None:
    text = "Troops found a dead rebel."
    rows = ["Troops | FORCE | NOR MIL", "a dead rebel | PERSON | NOR REB"]
    assert codes(text, FOUND, rows) == [([], ["NOR REB"])]


TOLD = """
Medics medic NOUN 2 nsubj Number=Plur
put put VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
the the DET 5 det
death death NOUN 5 compound
toll toll NOUN 2 obj
at at ADP 7 case
19 19 NUM 2 obl
. . PUNCT 2 punct
"""


def test_whoever_gives_a_toll_killed_nobody() -> None:
    rows = ["Medics | NORP | NOR MED", "19 | NUMBER | 19"]
    found = extract_claims(
        tree("Medics put the death toll at 19.", TOLD), mentions("Medics put the death toll at 19.", rows), LEXICON
    ).claims
    assert [(claim.actors, [p.actor and p.actor.code for p in claim.recipients]) for claim in found if claim.event] == [((), ["NOR CVL"])]


def test_those_beside_whom_the_men_are_of_act_too() -> None:
    text = "Men of the army and policemen shot villagers."
    lines = """
Men man NOUN 7 nsubj Number=Plur
of of ADP 4 case
the the DET 4 det
army army NOUN 1 nmod
and and CCONJ 6 cc
policemen policeman NOUN 4 conj Number=Plur
shot shoot VERB 0 root Mood=Ind|Tense=Past|VerbForm=Fin
villagers villager NOUN 7 obj Number=Plur
. . PUNCT 7 punct
"""
    rows = ["Men | FORCE | NOR MIL", "the army | FORCE | NOR MIL", "policemen | FORCE | NOR COP", "villagers | NORP | NOR CVL"]
    assert codes(text, lines, rows) == [(["NOR MIL", "NOR COP"], ["NOR CVL"])]
