"""The best path through begin, inside and outside."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onrecord.parse.spans import _moves, best_tags, span_score, tag_runs

LABELS = ["O", "B-a", "I-a", "B-b", "I-b"]


def tags_of(rows: list[list[float]], *, touching: float = 2.0, lenience: float = 0.0) -> list[int]:
    probabilities = {"role": np.array([rows], np.float32)}
    found = best_tags(probabilities, {"role": LABELS}, [len(rows)], touching=touching, lenience={"role": lenience})
    return [int(tag) for tag in found["role"][0]]


def test_best_tags_keeps_a_name_whole_where_single_words_would_tear_it() -> None:
    # "the Polish head of state": the likeliest tag of the first word is outside, of the third the other label
    rows = [[0.5, 0.45, 0, 0, 0.05], [0.1, 0, 0.8, 0.1, 0], [0.1, 0, 0.4, 0, 0.5], [0.1, 0, 0.8, 0, 0.1]]
    assert tags_of(rows) == [1, 2, 2, 2]


def test_best_tags_never_goes_on_with_a_span_that_has_not_begun() -> None:
    assert tags_of([[0.4, 0.1, 0.5, 0, 0]]) == [0]


def test_best_tags_lets_a_span_touch_another_only_when_it_is_sure() -> None:
    doubtful = [[0.05, 0.9, 0.05, 0, 0], [0.05, 0.55, 0.4, 0, 0]]
    assert tags_of(doubtful, touching=0.0) == [1, 1]
    assert tags_of(doubtful) == [1, 2]
    assert tags_of([doubtful[0], [0.02, 0.96, 0.02, 0, 0]]) == [1, 1]


def test_best_tags_takes_lenience_from_outside() -> None:
    row = [[0.55, 0.45, 0, 0, 0]]
    assert tags_of(row) == [0]
    assert tags_of(row, lenience=0.5) == [1]


def test_best_tags_pads_heads_of_fewer_tags_and_shorter_sentences() -> None:
    sure = np.zeros((2, 3, 3), np.float32)
    sure[0, :, 0], sure[1, 0, 1], sure[1, 1:, 2] = 1, 1, 1
    wide = np.zeros((2, 3, 5), np.float32)
    wide[..., 3] = 1
    found = best_tags({"cue": sure, "role": wide}, {"cue": LABELS[:3], "role": LABELS}, [3, 2], touching=0.0)
    assert found["cue"].tolist() == [[0, 0, 0], [1, 2, 0]]
    assert found["role"].tolist() == [[3, 3, 3], [3, 3, 0]]


@given(st.lists(st.lists(st.floats(0.01, 1), min_size=5, max_size=5), min_size=1, max_size=4))
def test_best_tags_are_the_best_of_all_paths(rows: list[list[float]]) -> None:
    steps, moves = np.log(np.array(rows, np.float32)), _moves(tuple(LABELS), 2.0)
    best = max(_score(steps, moves, path) for path in product(range(5), repeat=len(rows)))
    assert np.isclose(best, _score(steps, moves, tuple(tags_of(rows))), atol=1e-4)


def _score(steps: NDArray[np.float32], moves: NDArray[np.float32], path: tuple[int, ...]) -> float:
    return float(sum(steps[at, tag] + moves[tag, last] for at, (last, tag) in enumerate(zip((0, *path), path, strict=False))))


def test_tag_runs_and_their_scores() -> None:
    tags = [1, 2, 0, 3, 1]
    assert list(tag_runs(tags, LABELS)) == [("a", 0, 2), ("b", 3, 4), ("a", 4, 5)]
    probabilities = np.full((5, 5), 0.1)
    probabilities[0, 1], probabilities[1, 2] = 0.9, 0.7
    assert np.isclose(span_score(probabilities, tags, 0, 2), 0.8)
