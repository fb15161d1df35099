"""A linear reading of many named features, for sets whose labels are no codes of ours: logistic regression, several labels at once.

Trained on the train part of a set only and kept beside the scorer as one JSON file; it is no part of the program.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

EPOCHS, RATE, DECAY = 8, 0.15, 1e-4
SPARSE_EPOCHS, SPARSE_RATE, FLAT = 5, 0.3, 1.0
LASSO, RIDGE = 0.6, 1.0  # what a weight costs; the first keeps most of them at nothing
RARE, SPARSE_RARE = 3, 5  # features seen less often than this say nothing that holds elsewhere

Features = tuple[str, ...]
Array = NDArray[np.float64]


class Readout:
    """Weights by feature; ``scores`` gives a probability per label, ``thresholds`` says from which on a label is given."""

    def __init__(self, labels: Sequence[str], weights: dict[str, list[float]], thresholds: Sequence[float] = ()) -> None:
        self.labels, self.thresholds = tuple(labels), tuple(thresholds)
        self._weights = {name: np.array(row) for name, row in weights.items()}
        self._none = np.zeros(len(self.labels))

    def scores(self, features: Features) -> Array:
        """The probability of every label."""
        total: Array = sum((self._weights[name] for name in features if name in self._weights), self._none)
        return 1 / (1 + np.exp(-total))

    def save(self, path: Path) -> None:
        """Writes the weights by label, rounded; those near zero are left out."""
        rounded = {name: [round(float(w), 1) for w in row] for name, row in sorted(self._weights.items())}
        weights = [{name: row[at] for name, row in rounded.items() if row[at]} for at in range(len(self.labels))]
        stored = {"labels": self.labels, "thresholds": self.thresholds, "weights": weights}
        path.write_text(json.dumps(stored, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


def load_readout(path: Path) -> Readout:
    """The weights of a file."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    weights: dict[str, list[float]] = {}
    for at, of_label in enumerate(stored["weights"]):
        for name, weight in of_label.items():
            weights.setdefault(name, [0.0] * len(stored["labels"]))[at] = weight
    return Readout(stored["labels"], weights, stored["thresholds"])


def fit(labels: Sequence[str], rows: Sequence[Features], wanted: Sequence[Sequence[int]], *, thresholds: Sequence[float] = ()) -> Readout:
    """Weights for rows of features with 0 or 1 per label; same rows in the same order, same weights (AdaGrad, L2)."""
    seen = Counter(name for row in rows for name in row)
    index = {name: k for k, name in enumerate(sorted(n for n, count in seen.items() if count >= RARE))}
    weights, squares = np.zeros((len(index), len(labels))), np.full((len(index), len(labels)), 1e-3)
    known = [np.array([index[name] for name in row if name in index], dtype=int) for row in rows]
    coded = list(zip(known, np.array(wanted, dtype=float), strict=True))
    for _ in range(EPOCHS):
        for at, want in coded:
            error = 1 / (1 + np.exp(-weights[at].sum(0))) - want
            gradient = error + DECAY * weights[at]
            squares[at] += gradient**2
            weights[at] -= RATE * gradient / np.sqrt(squares[at])
    return Readout(labels, {name: weights[k].tolist() for name, k in index.items()}, thresholds)


def fit_sparse(
    labels: Sequence[str], rows: Sequence[Features], wanted: Sequence[Sequence[int]], *, thresholds: Sequence[float] = ()
) -> Readout:
    """Weights as ``fit`` gives, most of them nothing: for candidates by the hundred thousand.

    Source: the per-coordinate online learner of McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013.
    """
    seen = Counter(name for row in rows for name in row)
    index = {name: k for k, name in enumerate(sorted(n for n, count in seen.items() if count >= SPARSE_RARE))}
    coded = [
        (np.array([index[name] for name in row if name in index], dtype=int), np.array(want))
        for row, want in zip(rows, wanted, strict=True)
    ]
    pulls, squares = np.zeros((len(index), len(labels))), np.zeros((len(index), len(labels)))
    order = np.random.default_rng(0).permutation(len(coded))
    for number in np.tile(order, SPARSE_EPOCHS):
        at, want = coded[number]
        weights = _weights(pulls[at], squares[at])
        error = 1 / (1 + np.exp(-weights.sum(0))) - want
        grown = squares[at] + error**2
        pulls[at] += error - (np.sqrt(grown) - np.sqrt(squares[at])) / SPARSE_RATE * weights
        squares[at] = grown
    final = _weights(pulls, squares)
    return Readout(labels, {name: final[k].tolist() for name, k in index.items() if final[k].any()}, thresholds)


def _weights(pulls: Array, squares: Array) -> Array:
    """The weights that so many pulls stand for: none where they do not outweigh the lasso."""
    spared = np.sign(pulls) * np.maximum(np.abs(pulls) - LASSO, 0)
    return -spared / ((FLAT + np.sqrt(squares)) / SPARSE_RATE + RIDGE)
