"""Extents of time expressions in running text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from onrecord.errors import DataError
from onrecord.lexicon import Lexicon, read_section

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/timexes.yaml").read_text(encoding="utf-8"))
TIMES = Lexicon().times


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"] or "empty")
def test_find_timexes_draws(case: dict[str, Any]) -> None:
    text = case["text"]
    found = [f"{timex.label} {text[slice(*timex.span)]}" for timex in TIMES.find_timexes(text)]
    expected = [entry.replace('"', "") for entry in case["timexes"]]
    assert found == expected, case["why"]


def test_find_timexes_marks_the_outer_one() -> None:
    assert [timex.outer for timex in TIMES.find_timexes("since September 2018")] == [True, False]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_find_timexes_spans_are_inside_and_in_order(text: str) -> None:
    starts = [timex.span[0] for timex in TIMES.find_timexes(text)]
    assert starts == sorted(starts)
    assert all(0 <= timex.span[0] < timex.span[1] <= len(text) for timex in TIMES.find_timexes(text))


WORDS = ["late", "on", "Thursday", "27", "May", ",", "2020", "since", "the", "night", "of", "last", "year", "ago", "two", "days", "at", "6"]


@given(st.lists(st.sampled_from(WORDS), max_size=9))
def test_find_timexes_never_fails_on_its_own_words(words: list[str]) -> None:
    TIMES.find_timexes(" ".join(words))


def test_find_timexes_on_a_long_line_of_digits() -> None:
    assert TIMES.find_timexes("1 " * 20_000) == ()


def test_check_names_file_line_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "times").mkdir()
    (tmp_path / "times/bad.yaml").write_text("- {id: part.x, kind: part, code: NI, hours: [9, 3], forms: [x]}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"times/bad.yaml:1: 'part.x' needs hours: \[from, to\] with from before to"):
        read_section(tmp_path, "times")
