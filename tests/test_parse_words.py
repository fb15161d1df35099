"""Words, boundaries, lemmas and trees: the parts of parsing that need no network."""

from __future__ import annotations

import itertools
import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.parse.lemmas import apply_script, lemma_script
from onrecord.parse.pieces import word_shape
from onrecord.parse.segments import windows
from onrecord.parse.trees import best_tree, is_tree
from onrecord.parse.words import split_words


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They don't know.", "They do n't know ."),
        ("They don’t know.", "They do n’t know ."),
        ("Assad's forces", "Assad 's forces"),
        ("Turkey’s border", "Turkey ’s border"),
        ("the rebels' leader", "the rebels ' leader"),
        ("U.S.-led strikes", "U.S. - led strikes"),
        ("Gen. Saleh and Mr. Aziz", "Gen. Saleh and Mr. Aziz"),
        ("George W. Bush", "George W. Bush"),
        ("a 72-hour truce", "a 72 - hour truce"),
        ("killed 1,300 people", "killed 1,300 people"),
        ("$200,000 for 5% of it", "$ 200,000 for 5 % of it"),
        ("15km away at 3pm", "15 km away at 3 pm"),
        ("“We know,” he said", "“ We know , ” he said"),
        ("non-combatants and ex-soldiers", "non-combatants and ex-soldiers"),
        ("They cannot go", "They can not go"),
        ("see https://example.org/a?b=1.", "see https://example.org/a?b=1 ."),
        ("wait... what?!", "wait ... what ?!"),
        ("in the 1990s, by 10:30", "in the 1990s , by 10:30"),
        ("28/02/2020", "28/02/2020"),
        ("F-16 jets", "F - 16 jets"),
    ],
)
def test_split_words_follows_universal_dependencies(text: str, expected: str) -> None:
    assert expected.split() == words_of(text)


@given(st.text())
def test_split_words_covers_everything_but_white_space(text: str) -> None:
    spans = split_words(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    left = text
    for start, end in reversed(spans):
        left = left[:start] + left[end:]
    assert not left.strip("\ufeff\u200b").split() or not any(map(str.isalnum, left))


@pytest.mark.parametrize(
    "unit",
    ["a", "1.1,", "'", ".", "a-", "a.b", "n't", "@", "www.", "(", "[1,", "\ud800", "👨\u200d👩\u200d👧 ", "\u202eab\u202c ", "\x00", "é́"],
)
def test_split_words_takes_linear_time_on_odd_text(unit: str) -> None:
    text = unit * 10_000
    started = time.process_time()
    spans = split_words(text)
    assert time.process_time() - started < 2
    assert spans[-1][1] <= len(text)


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_lemma_script_is_undone_by_apply_script_for_lower_case(form: str, lemma: str) -> None:
    form, lemma = form.lower(), lemma.lower()
    if form.lower() == form and lemma.lower() == lemma and "=" not in lemma[:1]:
        assert lemma == apply_script(form, lemma_script(form, lemma))


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("forces", "force"),
        ("Forces", "force"),
        ("Turkish", "Turkish"),
        ("was", "be"),
        ("Rights", "Right"),
        ("UN", "UN"),
        ("n't", "not"),
        ("1,300", "1,300"),
    ],
)
def test_apply_script_restores_lemma(form: str, lemma: str) -> None:
    assert lemma == apply_script(form, lemma_script(form, lemma))


def test_apply_script_never_gives_an_empty_lemma() -> None:
    assert apply_script("s", "5||l")


@pytest.mark.parametrize(
    ("word", "shape"), [("army", 1), ("Army", 2), ("UN", 3), ("A", 4), ("McKay", 5), ("12", 6), ("F16", 7), ("—", 8), ("٣", 6)]
)
def test_word_shape(word: str, shape: int) -> None:
    assert shape == word_shape(word)


def _best_by_trying(scores: np.ndarray) -> float:
    size = scores.shape[0]
    every = itertools.product(range(size + 1), repeat=size)
    return max(
        sum(scores[at, head] for at, head in enumerate(heads))
        for heads in every
        if is_tree(heads) and all(head != at + 1 for at, head in enumerate(heads))
    )


@pytest.mark.parametrize("seed", range(30))
def test_best_tree_scores_as_high_as_any_tree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 1 + seed % 4
    scores = rng.normal(size=(size, size + 1)).astype(np.float32)
    heads = best_tree(scores)
    assert is_tree(heads)
    assert sum(scores[at, head] for at, head in enumerate(heads)) == pytest.approx(_best_by_trying(scores), abs=1e-4)


def test_best_tree_of_a_long_sentence_is_a_tree() -> None:
    scores = np.random.default_rng(1).normal(size=(250, 251)).astype(np.float32)
    assert is_tree(best_tree(scores))


@pytest.mark.parametrize(
    ("heads", "expected"), [([2, 0, 2], True), ([2, 1], False), ([0, 0], False), ([2, 3, 2], False), ([0], True), ([1], False)]
)
def test_is_tree(heads: list[int], expected: bool) -> None:
    assert expected is is_tree(heads)


def test_windows_cover_all_words_and_keep_to_the_limit() -> None:
    rng = random.Random(1)
    words = [rng.choice(["a", "b", ",", ";"]) for _ in range(1000)]
    sizes = [rng.randint(1, 12) for _ in words]
    ranges = windows(words, sizes, 50)
    assert [0, *(end for _, end in ranges)] == [*(first for first, _ in ranges), len(words)]
    assert all(sum(sizes[first:end]) <= 50 for first, end in ranges)
