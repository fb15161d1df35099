"""Alpha against cases whose answer is known: Krippendorff's published ones, and some that can be done in the head."""

from __future__ import annotations

from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.reliability import Level, krippendorff_alpha, measure_agreement

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): four observers, twelve units, some values missing.
PUBLISHED = list(
    zip(
        (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
        (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
        (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
        (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
        strict=True,
    )
)
BINARY = list(zip((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0), strict=True))


@pytest.mark.parametrize(
    ("level", "expected"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849), (Level.RATIO, 0.797)],
)
def test_krippendorff_alpha_gives_the_published_values(level: Level, expected: float) -> None:
    alpha = krippendorff_alpha(PUBLISHED, level)
    assert alpha is not None
    assert round(alpha, 3) == expected


def test_krippendorff_alpha_of_two_coders_and_two_values_is_the_published_one() -> None:
    alpha = krippendorff_alpha(BINARY)
    assert alpha is not None
    assert round(alpha, 3) == 0.095


@pytest.mark.parametrize(
    ("units", "expected", "why"),
    [
        ([("a", "a"), ("b", "b")], 1.0, "full agreement over two values"),
        # Two values each twice: 8 ordered pairs that differ of 12; observed 4 of 4 differ: 1 - 3 * 4 / 8.
        ([("a", "b"), ("b", "a")], -0.5, "full disagreement is below chance"),
        ([("a", "a"), ("a", "a")], None, "one value only: no disagreement could be expected"),
        ([("a", None), (None, "b")], None, "no unit has two values"),
        ([], None, "nothing was coded"),
        ([("a", "a", None), ("b", None, "b"), ("c", None, None)], 1.0, "a value without a second one does not count"),
    ],
)
def test_krippendorff_alpha_by_hand(units: list[tuple[Hashable | None, ...]], expected: float | None, why: str) -> None:
    assert krippendorff_alpha(units) == expected, why


def test_krippendorff_alpha_takes_numbers_only_where_it_counts_with_them() -> None:
    with pytest.raises(TypeError, match="only a nominal alpha"):
        krippendorff_alpha([("few", "many"), ("many", "many")], Level.INTERVAL)


def test_measure_agreement_says_what_it_rests_on() -> None:
    found = measure_agreement(PUBLISHED)
    assert (found.units, found.missing) == (11, 1)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.743 < found.high
    assert measure_agreement(PUBLISHED) == found


def test_measure_agreement_is_undefined_without_a_second_coder() -> None:
    found = measure_agreement([("a", None), ("b", None)])
    assert (found.units, found.missing, found.percent, found.alpha, found.low) == (0, 2, None, None, None)


VALUES = st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 3))] * 3), max_size=12)


@given(VALUES, st.randoms(use_true_random=False))
def test_alpha_is_at_most_one_and_does_not_depend_on_order(units: list[tuple[int | None, ...]], chance: object) -> None:
    alpha = krippendorff_alpha(units, Level.ORDINAL)
    assert alpha is None or alpha <= 1
    other = krippendorff_alpha([unit[::-1] for unit in units[::-1]], Level.ORDINAL)
    assert alpha == other or (alpha is not None and other is not None and abs(alpha - other) < 1e-9)
