"""Figures of an evaluation run: intervals, what is printed and read again, floors."""

from __future__ import annotations

import pytest

from evaluation import paper
from evaluation.__main__ import RESULTS, TASKS, read_sections, results
from evaluation.baselines import denied, labels_by_words, labels_by_words_elsewhere, largest_number
from evaluation.board import Figure, Floor, below, f1_of, read_baselines, read_figures, say, say_baseline, say_whole, share_of, table
from onrecord.evaluate import interval


def test_interval_of_a_share_is_that_of_the_binomial() -> None:
    items = [True] * 80 + [False] * 20
    low, high = interval(items, share_of)
    assert (low, high) == (pytest.approx(0.72, abs=0.03), pytest.approx(0.88, abs=0.03))
    assert interval(items, share_of) == (low, high)


def test_interval_of_what_never_changes_is_a_point() -> None:
    assert interval([True] * 10, share_of) == (1.0, 1.0)


@pytest.mark.parametrize(("counts", "value"), [([(1, 1, 2)], 2 / 3), ([(1, 2, 1), (0, 0, 1)], 0.5), ([(0, 3, 3)], 0.0), ([], 0.0)])
def test_f1_of_sums_the_counts_first(counts: list[tuple[int, int, int]], value: float) -> None:
    assert f1_of(counts) == pytest.approx(value)


def test_what_is_said_is_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    said = [say("dyads: actors", [(1, 1, 1), (0, 1, 1)], f1_of), say_whole("ECB+: CoNLL", 0.785, 1872)]
    found = read_figures("a line\n" + capsys.readouterr().out)
    assert [(one.name, one.items) for one in found] == [(one.name, one.items) for one in said]
    assert found[0].value == 0.5
    assert found[1].low is None


def test_below_names_what_fell_and_what_has_no_floor() -> None:
    floors = {"a": Floor(floor=0.5), "b": Floor(floor=0.5)}
    found = below([Figure("a", 0.6, 10), Figure("b", 0.4, 10), Figure("c", 0.9, 10)], floors)
    assert [line.partition(":")[0] for line in found] == ["b", "c"]


def test_table_says_what_is_known() -> None:
    made = table(
        [Figure("a: b", 0.6, 1000, 0.55, 0.65)], {"a: b": Floor(floor=0.5, best=0.7, source="Peer 2020")}, {"a: b": "0.400 (words)"}
    )
    assert "| a | b | 1,000 | 0.600 | 0.550 to 0.650 | 0.400 (words) | 0.5 | – | 0.7 (Peer 2020) |" in made


def test_baselines_are_read_beside_their_figure(capsys: pytest.CaptureFixture[str]) -> None:
    say_baseline("a: b", "words", 0.4)
    say_baseline("a: b", "nothing", 0.25)
    assert read_baselines(capsys.readouterr().out) == {"a: b": "0.400 (words), 0.250 (nothing)"}


def test_results_written_and_read_again_are_the_same() -> None:
    sections = {name: f"» {name}: 0.500 (n 4)\n› {name}: 0.250 (words)" for name in list(TASKS)[:2]}
    page = results(sections)
    assert read_sections(page) == sections
    assert results(read_sections(page)) == page


def test_committed_results_are_what_the_tables_say_and_the_paper_has_them() -> None:
    page = RESULTS.read_text(encoding="utf-8")
    assert results(read_sections(page)) == page, "python -m evaluation --write TASK measures a task anew"
    assert paper.main(["--check"]) == 0


def test_labels_by_words_learns_what_words_tell() -> None:
    texts, gold = ["a bomb went off", "police arrested a man"] * 6, [{0}, {1}] * 6
    assert labels_by_words(texts, gold, ["the bomb", "a man arrested"], labels=2, one=True) == [{0}, {1}]


def test_labels_by_words_elsewhere_never_sees_what_it_is_asked() -> None:
    texts = ["a bomb", "a march"] * 10
    gold = [{0}, {1}] * 10
    assert labels_by_words_elsewhere(texts, gold, labels=2, one=True) == gold
    alone = [*gold[:19], {2}]
    assert labels_by_words_elsewhere(texts, alone, labels=3, one=True)[19] == {1}


def test_largest_number_and_denied() -> None:
    assert largest_number("In May 1,200 families of 900 left 3.5 km") == 1200
    assert largest_number("many") is None
    assert denied("They did not attack.", 13)
    assert not denied("No one who was there knew of it, and they attacked.", 41)
