"""Spans out of the networks' probabilities of begin, inside and outside: the best path through each sentence's tags.

Taking each word's likeliest tag alone tears names apart; here a span begins before it goes on, keeps its label, and pays for touching the
span before it. Source: Viterbi (1967). The two costs are chosen on training documents by ``training.decoding``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOUCHING = 2.0  # log units that a span pays for beginning right behind another one
LENIENCE = {"entity": 0.5, "nested": 0.5, "source": 0.5, "cue": 0.5}  # log units taken from "outside": the networks are too cautious
NEVER = np.float32(-1e9)
LEAST = np.float32(1e-6)  # of a probability

Floats = NDArray[np.float32]
Tags = NDArray[np.intp]


def best_tags(
    probabilities: Mapping[str, Floats],
    labels: Mapping[str, Sequence[str]],
    sizes: Sequence[int],
    *,
    touching: float = TOUCHING,
    lenience: Mapping[str, float] = LENIENCE,
) -> dict[str, Tags]:
    """Tag numbers [sentences, words] per head.

    Args: probabilities: per head, [sentences, words, tags].  labels: per head, its BIO tags, "O" first.  sizes: the words of each sentence.
    """
    widest = max(len(labels[head]) for head in probabilities)
    sentences, words = next(iter(probabilities.values())).shape[:2]
    steps = np.full((len(probabilities), sentences, words, widest), NEVER)
    moves = np.full((len(probabilities), widest, widest), NEVER)
    for at, (head, values) in enumerate(probabilities.items()):
        steps[at, ..., : len(labels[head])] = np.log(np.maximum(values, LEAST))
        steps[at, ..., 0] -= np.float32(lenience.get(head, 0.0))
        moves[at, : len(labels[head]), : len(labels[head])] = _moves(tuple(labels[head]), touching)
    for row, size in enumerate(sizes):
        steps[:, row, size:, 1:] = NEVER
    paths = steps.argmax(-1)
    heads, rows = _are_dear(paths, moves)
    paths[heads, rows] = _best_paths(steps[heads, rows], moves[heads])
    return dict(zip(probabilities, paths, strict=True))


def _are_dear(paths: Tags, moves: Floats) -> tuple[Tags, Tags]:
    """The heads and sentences where some tag may not follow the one before it for nothing; of the others, no path is better."""
    before = np.zeros_like(paths)
    before[..., 1:] = paths[..., :-1]
    heads = np.arange(len(moves))[:, None, None]
    dear, rows = np.nonzero(np.any(moves[heads, paths, before], axis=-1))
    return dear, rows


@cache
def _moves(labels: tuple[str, ...], touching: float) -> Floats:
    """Costs [to, from]: I goes on with a span of its own label alone."""
    moves = np.zeros((len(labels), len(labels)), np.float32)
    for after, tag in enumerate(labels):
        for before, last in enumerate(labels):
            if tag[0] == "B" and last != "O":
                moves[after, before] = -touching
            elif tag[0] == "I" and last[1:] != tag[1:]:
                moves[after, before] = NEVER
    return moves


def _best_paths(steps: Floats, moves: Floats) -> Tags:
    """The best path [rows, words] through scores [rows, words, tags]; outside, tag 0, stands before every row."""
    rows, words, _ = steps.shape
    came_from = np.zeros(steps.shape, np.intp)
    scores = steps[:, 0] + moves[:, :, 0]
    for at in range(1, words):
        reached = scores[:, None, :] + moves
        came_from[:, at] = reached.argmax(-1)
        scores = reached.max(-1) + steps[:, at]
    paths = np.zeros((rows, words), np.intp)
    paths[:, -1] = scores.argmax(-1)
    for at in range(words - 1, 0, -1):
        paths[:, at - 1] = came_from[np.arange(rows), at, paths[:, at]]
    return paths


def tag_runs(tags: Sequence[int], labels: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The spans of a sentence as label, first word, end."""
    start, label = 0, ""
    for at, number in enumerate([*tags, 0]):
        if label and labels[number][0] != "I":
            yield label, start, at
            label = ""
        if labels[number][0] == "B":
            start, label = at, labels[number][2:]


def span_score(probabilities: NDArray[Any], tags: Sequence[int], first: int, end: int) -> float:
    """The mean probability of a span's tags."""
    return float(np.mean([probabilities[at, tags[at]] for at in range(first, end)]))
