"""The linear readout learns what it is shown and keeps it; MUC-4 strings are cut as the gold writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.muc4 import count
from evaluation.muc4_entities import Entity, best_apart, phrases, shown
from evaluation.readout import fit, fit_sparse, load_readout
from tests.claim_trees import tree

ROWS = [("head=bomb", "always"), ("head=mayor", "always")] * 20
WANTED = [[1, 0], [0, 1]] * 20
MEN = """
The the DET 4 det
heavily heavily ADV 3 advmod
armed armed ADJ 4 amod
men man NOUN 7 nsubj
of of ADP 6 case
Norland Norland PROPN 4 nmod
fled flee VERB 0 root
. . PUNCT 7 punct
"""


def test_fit_tells_labels_apart_by_their_features() -> None:
    readout = fit(("weapon", "victim"), ROWS, WANTED, thresholds=(0.5, 0.5))
    bomb, mayor = readout.scores(ROWS[0]), readout.scores(ROWS[1])
    assert bomb[0] > 0.8 > 0.2 > bomb[1]
    assert mayor[1] > 0.8 > 0.2 > mayor[0]


def test_fit_sparse_tells_labels_apart_and_gives_what_says_nothing_no_weight() -> None:
    rows = [(*row, "often", *(("sometimes",) if number % 4 < 2 else ())) for number, row in enumerate(ROWS * 5)]
    readout = fit_sparse(("weapon", "victim"), rows, WANTED * 5)
    bomb, nothing = readout.scores(ROWS[0]), readout.scores(("sometimes",))
    assert bomb[0] > 0.8 > 0.2 > bomb[1]
    assert nothing == pytest.approx([0.5, 0.5], abs=0.05)


def test_a_saved_readout_scores_as_before(tmp_path: Path) -> None:
    readout = fit(("weapon", "victim"), ROWS, WANTED, thresholds=(0.25, 0.5))
    readout.save(tmp_path / "weights.json")
    again = load_readout(tmp_path / "weights.json")
    assert again.thresholds == (0.25, 0.5)
    assert again.scores(ROWS[0]) == pytest.approx(readout.scores(ROWS[0]), abs=0.05)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("the two armed men", "armed men"), ("About 500 houses", "houses"), ('"red front" movement', '"red front" movement'), ("1989", "")],
)
def test_shown_leaves_out_what_the_gold_leaves_out(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_phrases_are_cut_at_each_word_before_the_head() -> None:
    parse = tree("The heavily armed men of Norland fled.", MEN)
    texts = [" ".join(token.text for token in parse.tokens[first:end]) for first, end, _ in phrases(parse, parse.tokens[3])]
    assert texts == ["heavily armed men", "armed men", "men", "heavily armed men of Norland", "men of Norland"]


def test_best_apart_keeps_one_string_for_the_same_words() -> None:
    men, armed, bomb = Entity("men", {3}), Entity("armed men", {3}), Entity("bomb", {8})
    kept = best_apart([(0.3, men), (0.5, armed), (0.4, bomb), (0.2, Entity("car bomb", {12}))])
    assert [entity.text for _, entity in kept] == ["armed men", "bomb"]


def test_count_finds_every_gold_entity_once() -> None:
    gold: dict[str, list[set[str]]] = {"PerpInd": [{"rebels", "armed rebels"}], "PerpOrg": [], "Target": [], "Victim": [], "Weapon": []}
    made: dict[str, list[str]] = {"PerpInd": ["rebels", "armed rebels"], "PerpOrg": [], "Target": [], "Victim": [], "Weapon": []}
    assert count(gold, made)["PerpInd"] == {"right": 1, "made": 2, "asked": 1}
