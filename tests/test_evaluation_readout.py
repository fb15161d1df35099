"""The linear readout learns what it is shown and keeps it; MUC-4 strings are cut as the gold writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.muc4 import count
from evaluation.muc4_entities import shown
from evaluation.readout import fit, load_readout
from onrecord.records import EntityLabel

ROWS = [("head=bomb", "always"), ("head=mayor", "always")] * 20
WANTED = [[1, 0], [0, 1]] * 20


def test_fit_tells_labels_apart_by_their_features() -> None:
    readout = fit(("weapon", "victim"), ROWS, WANTED, thresholds=(0.5, 0.5))
    bomb, mayor = readout.scores(ROWS[0]), readout.scores(ROWS[1])
    assert bomb[0] > 0.8 > 0.2 > bomb[1]
    assert mayor[1] > 0.8 > 0.2 > mayor[0]


def test_a_saved_readout_scores_as_before(tmp_path: Path) -> None:
    readout = fit(("weapon", "victim"), ROWS, WANTED, thresholds=(0.25, 0.5))
    readout.save(tmp_path / "weights.json")
    again = load_readout(tmp_path / "weights.json")
    assert again.thresholds == (0.25, 0.5)
    assert again.scores(ROWS[0]) == pytest.approx(readout.scores(ROWS[0]), abs=0.05)


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("the two armed men", EntityLabel.FORCE, "armed men"),
        ("about 500 houses, some of them empty", EntityLabel.FAC, "houses"),
        ("Norland ambassador Rex Tamm", EntityLabel.PERSON, "rex tamm"),
        ("another bomb that failed", EntityLabel.WEAPON, "bomb"),
    ],
)
def test_shown_leaves_out_what_the_gold_leaves_out(text: str, label: EntityLabel, expected: str) -> None:
    assert shown(text, label) == expected


def test_count_finds_every_gold_entity_once() -> None:
    gold: dict[str, list[set[str]]] = {"PerpInd": [{"rebels", "armed rebels"}], "PerpOrg": [], "Target": [], "Victim": [], "Weapon": []}
    made: dict[str, list[str]] = {"PerpInd": ["rebels", "armed rebels"], "PerpOrg": [], "Target": [], "Victim": [], "Weapon": []}
    assert count(gold, made)["PerpInd"] == {"right": 1, "made": 2, "asked": 1}
