"""Numbers in running text: forms, bounds, and what is no count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from onrecord.errors import DataError
from onrecord.lexicon import Lexicon, read_section
from onrecord.lexicon.numbers import Number, NumberKind
from onrecord.lexicon.units import Argument

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/numbers.yaml").read_text(encoding="utf-8"))
UNITS = Lexicon().units


def shown(text: str, number: Number) -> str:
    values = (number.low, number.low_conservative, number.best, number.high)
    written = ["" if value is None else f"{value:.12g}" for value in values]
    flags = "+" * number.additive + "p" * number.partitive + "s" * number.superseded + "%" * (number.kind is NumberKind.PERCENT)
    flags += f"${number.currency}" if number.kind is NumberKind.MONEY else ""
    return "|".join([text[slice(*number.span)], *written, number.exactness, flags])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_find_numbers_reads(case: dict[str, Any]) -> None:
    text = case["text"]
    assert case["numbers"] == [shown(text, number) for number in UNITS.find_numbers(text)], case["why"]


def test_find_numbers_skips_closed_spans() -> None:
    text = "On 12 May 30 people died"
    assert [text[slice(*number.span)] for number in UNITS.find_numbers(text, skip=[(3, 9)])] == ["30"]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_find_numbers_spans_are_ordered_and_inside(text: str) -> None:
    last = 0
    for number in UNITS.find_numbers(text):
        assert last <= number.span[0] < number.span[1] <= len(text)
        last = number.span[1]


PIECES = ["12", "-", "to", "at least", "more", "million", "of", "a", "half", "dozen", "1,300", "between", "and", "%", "$"]


@given(st.lists(st.sampled_from(PIECES), max_size=9))
def test_find_numbers_bounds_are_in_order(pieces: list[str]) -> None:
    for number in UNITS.find_numbers(" ".join(pieces)):
        known = [value for value in (number.low, number.best, number.high) if value is not None]
        assert sorted(known) == known
        assert number.low_conservative is None or number.low is None or number.low_conservative <= number.low


@given(st.integers(min_value=1, max_value=999_999_999))
def test_find_numbers_reads_grouped_digits(value: int) -> None:
    assert [float(value)] == [number.best for number in UNITS.find_numbers(f"{value:,} people")]


def test_find_numbers_on_a_huge_run_of_digits() -> None:
    assert UNITS.find_numbers("1" * 100_000) == ()


def test_verb_meanings_put_the_longer_phrase_first() -> None:
    meanings = UNITS.verb_meanings("took")
    assert len(meanings[0].beside) >= len(meanings[-1].beside)
    assert Argument.OBJECT in {meaning.argument for meaning in meanings}


def test_counted_says_the_unit() -> None:
    entry = UNITS.counted("houses")
    assert entry is not None
    assert entry.unit == "buildings"


def test_check_names_file_line_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "units").mkdir()
    (tmp_path / "units/bad.yaml").write_text("- {id: n, kind: numeral, forms: [umpteen]}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"units/bad.yaml:1: 'n' is a numeral without a value; add value: N"):
        read_section(tmp_path, "units")
