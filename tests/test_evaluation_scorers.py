"""The scorers of ``evaluation/`` on cases whose answers are published or can be worked out by hand."""

from __future__ import annotations

import pytest

from evaluation import acled, attribution, board, factuality, quad, roles, satp, time
from evaluation.ecb import b_cubed, ceaf_e, conll, muc
from evaluation.mentions import add_document, new_score
from evaluation.muc4 import ROLES, count

GOLD = [frozenset("abc"), frozenset("de"), frozenset("f")]
FOUND = [frozenset("ab"), frozenset("cde"), frozenset("f")]


# ── Clusters ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_clusters_by_hand() -> None:
    # MUC: of three links two are kept, either way. B³: (1+1+1/3+2/3+2/3+1)/6 and (2/3+2/3+1/3+1+1+1)/6. CEAF-e: 4/5 + 4/5 + 1 of three.
    assert muc(GOLD, FOUND) == pytest.approx(2 / 3)
    assert b_cubed(GOLD, FOUND) == pytest.approx(14 / 18)
    assert ceaf_e(GOLD, FOUND) == pytest.approx(2.6 / 3)
    assert conll(GOLD, FOUND) == {"MUC": 66.67, "B3": 77.78, "CEAFe": 86.67, "CoNLL": 77.04}


def test_clusters_that_are_equal_score_one_and_singletons_have_no_links() -> None:
    assert conll(GOLD, GOLD)["CoNLL"] == 100.0
    alone = [frozenset(member) for member in "abcdef"]
    assert (muc(GOLD, alone), b_cubed(GOLD, alone)) == (0.0, pytest.approx(2 * (3 / 6) / (1 + 3 / 6)))


def test_ceaf_e_takes_the_best_alignment_not_the_first() -> None:
    # {a,b,c} overlaps {c,d} and {a,b}; {d} overlaps {c,d} alone.
    assert ceaf_e([frozenset("abc"), frozenset("d")], [frozenset("cd"), frozenset("ab")]) == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_coreference_gives_the_published_figures() -> None:
    """Pradhan et al. 2014, "Scoring Coreference Partitions of Predicted Mentions": the worked example, with mentions made up and missed."""
    gold = [frozenset((1, 2, 3)), frozenset((4, 5, 6, 7))]
    found = [frozenset((1, 2)), frozenset((3, 4)), frozenset((6, 7, 8, 9))]
    score = new_score()
    add_document(score, gold, found)
    assert (round(score.muc.recall, 2), round(score.muc.precision, 2), round(score.muc.f1, 2)) == (0.4, 0.4, 0.4)
    assert (round(score.b_cubed.recall, 2), round(score.b_cubed.precision, 2), round(score.b_cubed.f1, 2)) == (0.42, 0.5, 0.45)
    assert (round(score.ceaf.recall, 2), round(score.ceaf.precision, 2), round(score.ceaf.f1, 2)) == (0.65, 0.43, 0.52)
    assert score.conll == pytest.approx((score.muc.f1 + score.b_cubed.f1 + score.ceaf.f1) / 3)


# ── Entities of roles (CEAF-REE) ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("gold", "made", "counts", "why"),
    [
        ([], [], (0, 0, 0), "nothing asked, nothing made"),
        ([{"rebels", "the guerrillas"}], ["the guerrillas"], (1, 1, 1), "any of an entity's strings will do"),
        ([{"rebels"}], ["rebels", "army"], (1, 2, 1), "one made up"),
        ([{"rebels"}, {"army"}], ["army"], (1, 1, 2), "one missed"),
        ([{"rebels", "guerrillas"}], ["rebels", "guerrillas"], (1, 2, 1), "an entity is found once"),
        ([{"armed rebels"}], ["rebels"], (0, 1, 1), "a part of a string is no match"),
    ],
)
def test_ceaf_ree_by_hand(gold: list[set[str]], made: list[str], counts: tuple[int, int, int], why: str) -> None:
    empty: dict[str, list] = {role: [] for role in ROLES}
    found = count(empty | {ROLES[0]: gold}, empty | {ROLES[0]: made})[ROLES[0]]
    assert (found["right"], found["made"], found["asked"]) == counts, why


# ── Spans ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_role_spans_are_exact_but_for_article_and_case(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The army shelled rebels near the town"
    row = {"text": text}
    actor, recipient = roles.ROLES
    monkeypatch.setattr(roles, "gold_spans", lambda _: {actor: [(4, 8)], recipient: [(17, 23)]})
    made = {actor: [(0, 8)], recipient: [(17, 37)]}
    counts = roles.score([row], [made])
    assert (counts["exact"], counts["touching"], counts["made"], counts["asked"]) == (1, 2, 2, 2)


def test_ratios_are_precision_recall_and_their_harmonic_mean() -> None:
    assert board.ratios(1, 2, 4) == (0.5, 0.25, pytest.approx(1 / 3))
    assert board.ratios(0, 0, 0) == (0.0, 0.0, 0.0)
    assert board.harmonic(0.5, 0.75) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [("2020-02-27TNI", "2020-02-27", True), ("2020-02", "2020-02-27", False), ("2020-W09-WE", "2020-W09", True), ("P1D", "P1D", True)],
)
def test_time_values_are_compared_by_day(expected: str, found: str, same: bool) -> None:
    assert time.same_value(expected, found) is same


def test_attribution_needs_the_cue_then_source_and_content_in_common() -> None:
    score = attribution.Score()
    gold = attribution.Gold((0, 1), (2,), (3, 4, 5, 6))
    score._match(gold, attribution.Gold((1,), (2,), (3, 4)))  # half of the content: 2 of 4
    score._match(gold, attribution.Gold((1,), (2,), (6, 7, 8)))  # touches it: 1 of 6
    score._match(gold, attribution.Gold((9,), (2,), (3, 4, 5, 6)))  # another source
    score.all[3:] = [4, 5]
    figures = score.figures()
    assert (figures["cue_overlap"], figures["attribution"], figures["attribution_j50"]) == (
        round(2 * 3 / 9, 3), round(2 * 2 / 9, 3), round(2 * 1 / 9, 3),
    )  # fmt: skip
    assert figures["source_of_found"] == round(2 / 3, 3)


# ── Labels and scores ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_macro_f1_is_the_mean_over_all_classes() -> None:
    accuracy, macro, each = quad.macro_f1([0, 0, 1, 2, 3, 4], [0, 1, 1, 2, 3, 3])
    assert (accuracy, [round(one, 3) for one in each]) == (pytest.approx(4 / 6), [0.667, 0.667, 1.0, 0.667, 0.0])
    assert macro == pytest.approx((3 * 2 / 3 + 1) / 5)


def test_example_f1_is_the_mean_over_reports() -> None:
    assert satp.example_f1([{1}, {1, 2}, {3}], [{1}, {1}, {2}]) == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_weighted_f1_weighs_by_the_gold() -> None:
    # a: 2 asked, 1 right, 1 made → 2/3; b: 1 asked, 1 right, 2 made → 2/3.
    assert acled.weighted_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx(2 / 3)
    assert acled.weighted_f1(["a", "b"], ["b", "a"]) == 0.0


def test_factuality_measures_by_hand() -> None:
    error, r, sign = factuality.measures([3.0, -3.0, 0.2], [1.0, -1.0, 0.0])
    assert error == pytest.approx((2 + 2 + 0.2) / 3)
    assert r == pytest.approx(1.0, abs=0.01)
    assert sign == 1.0
    assert factuality.measures([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])[1] == pytest.approx(-1.0)


def test_a_reading_is_worth_what_people_gave_with_rare_ones_near_the_mean() -> None:
    worth = factuality.fitted([("often", 2.0)] * 90 + [("seldom", -3.0)] * 2 + [("never", -2.0)] * 90)
    assert worth[""] == pytest.approx(-0.03, abs=0.01)
    assert worth["often"] == pytest.approx(1.8, abs=0.01)
    assert worth["seldom"] == pytest.approx(-0.53, abs=0.01)
