"""What anybody could do without the program, which stands beside our figures: on cases whose answers can be worked out by hand."""

from __future__ import annotations

import pytest

from evaluation.attribution import COMMUNICATION
from evaluation.baselines import populous_places, root_sides, verbs_of_saying
from evaluation.figures import plain_counts
from evaluation.linking import plain_home, plain_scores, read_gold, reported
from evaluation.muc4 import ROLES, fillers, looked_up
from evaluation.own_reports import MEASURES, counts, one_a_type, plain
from evaluation.reports import report
from evaluation.time import dateparser_extents, dateparser_value
from evaluation.trees import by_paragraph, compare, words_of
from onrecord.evaluate import Comparison, GoldReport
from onrecord.gazetteer import load_gazetteer
from onrecord.records import Parse
from tests.claim_trees import tree

SAID = tree(
    "Two doctors said rebels shelled Ariha.",
    """
Two two NUM 2 nummod
doctors doctor NOUN 3 nsubj
said say VERB 0 root
rebels rebel NOUN 5 nsubj
shelled shell VERB 3 ccomp
Ariha Ariha PROPN 5 obj
. . PUNCT 3 punct
""",
)
STRUCK = tree(
    "A market was struck by the army.",
    """
A a DET 2 det
market market NOUN 4 nsubj:pass
was be AUX 4 aux:pass
struck strike VERB 0 root
by by ADP 7 case
the the DET 7 det
army army NOUN 4 obl:agent
. . PUNCT 4 punct
""",
)


def test_verbs_of_saying_take_subject_and_clause() -> None:
    assert list(verbs_of_saying(SAID, COMMUNICATION)) == [((0, 1), (2,), (3, 4, 5))]
    assert list(verbs_of_saying(STRUCK, COMMUNICATION)) == []


@pytest.mark.parametrize(("parse", "source", "target"), [(SAID, "Two doctors", None), (STRUCK, "the army", "A market")])
def test_root_sides_are_those_of_the_main_verb(parse: Parse, source: str, target: str | None) -> None:
    said = {role: [parse.text_of(span) for span in spans] for role, spans in root_sides(parse).items()}
    assert said == {"SOURCE": [source], "TARGET": [target] if target else []}


def test_populous_places_take_the_longest_name_and_the_largest_place() -> None:
    text = "Shells fell on Paris and New York City on Monday, Zzyx said."
    found = [(text[slice(*span)], place.country) for span, place in populous_places(load_gazetteer(), text)]
    assert found == [("Paris", "FRA"), ("New York City", "USA")]


def test_words_are_compared_by_their_characters() -> None:
    gold = words_of(SAID)
    assert compare(gold, gold) == dict.fromkeys(("UPOS", "UAS", "LAS"), (7, 7, 7))
    turned = {span: (tag, head, "obj" if relation == "nsubj" else relation) for span, (tag, head, relation) in gold.items()}
    shorter = dict(list(turned.items())[:5])
    assert compare(gold, shorter) == {"UPOS": (5, 5, 7), "UAS": (5, 5, 7), "LAS": (3, 5, 7)}
    assert [block.span for block in by_paragraph(SAID).blocks] == [SAID.sentences[0].span]


def test_fillers_are_looked_up_where_they_mostly_fill_the_role() -> None:
    empty = {role: [] for role in ROLES}
    row = {"processed": {**empty, "Weapon": [[["car bomb"]]], "PerpInd": [[["men"]]]}, "processed_text": "men left a car bomb there"}
    other = {"processed": empty, "processed_text": "men and women and a bomb"}
    strings = fillers([row, row, other, other, other])
    assert strings == {**empty, "Weapon": ["car bomb"]}
    assert looked_up({"processed_text": "the car bomb and the bomb"}, strings)["Weapon"] == ["car bomb"]


def test_linking_by_type_place_and_day_counts_outlets() -> None:
    gold = read_gold("dev")
    home = plain_home(reported(gold))
    assert 1 < len(set(home.values())) < len(home)
    scores = {task: value for task, (_, value) in plain_scores(gold).items()}
    assert set(scores) == {"pairs", "copies", "voices", "grades"}
    assert 0 < scores["pairs"] < 1


def test_an_attack_in_every_sentence_and_one_event_a_type() -> None:
    text = "Shells hit a market. Two people died, he said. “We fled.”"
    coding = plain(GoldReport(id="a", text=text, outlet=None, published="2020-02-28", claims=()))
    assert [text[slice(*claim.evidence[0])] for claim in coding.claims] == [
        "Shells hit a market.",
        "Two people died, he said.",
        "“We fled.”",
    ]
    told = report("b", text=text, claims=[{"type": "ASSAULT"}, {"type": "PROTEST"}, {"type": "ASSAULT"}])
    assert [(tie.source, tie.target) for tie in one_a_type(told).relations] == [("c3", "c1")]


def test_counts_of_a_report_by_what_counts_as_right() -> None:
    gold = GoldReport(id="a", text="x", outlet=None, published="2020-02-28", claims=())
    (claim,) = report("b", text="x", claims=[{"type": "ASSAULT"}]).claims
    pairs = tuple((None, claim, wrong) for wrong in ((), ("place",), ("type", "mode")))
    found = Comparison(report=gold, pairs=pairs, missed=(), extra=(claim,))  # type: ignore[arg-type]
    assert [counts(found, right) for right in MEASURES.values()] == [(3, 4, 3), (2, 4, 3), (1, 4, 3)]


def test_numbers_in_digits_count_what_the_nearest_word_says() -> None:
    right = {"span": [0, 2], "low": 12.0, "best": 12.0, "high": 12.0, "exactness": "exact", "of": "killed"}
    wrong = {**right, "span": [14, 15], "of": "injured", "exactness": "about"}
    assert plain_counts({"text": "12 killed and 3 wounded in 2 raids", "figures": [right, wrong]}) == (1, 3, 2)


@pytest.mark.parametrize(
    ("words", "value"), [("27 February 2020", "2020-02-27"), ("February 2020", "2020-02"), ("2019", "2019"), ("soon", "-")]
)
def test_dateparser_gives_days_months_and_years(words: str, value: str) -> None:
    assert dateparser_value(words, "2020-02-28") == value


def test_dateparser_extents_stand_in_the_text() -> None:
    text = "They met on 27 February 2020 and again."
    assert any("27 February 2020" in text[slice(*span)] for span in dateparser_extents({"text": text}))
