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
RARE = 3  # features seen less often than this say nothing that holds elsewhere

Features = tuple[str, ...]


class Readout:
    """Weights by feature; ``scores`` gives a probability per label, ``thresholds`` says from which on a label is given."""

    def __init__(self, labels: Sequence[str], weights: dict[str, list[float]], thresholds: Sequence[float] = ()) -> None:
        self.labels, self.thresholds = tuple(labels), tuple(thresholds)
        self._weights = {name: np.array(row) for name, row in weights.items()}
        self._none = np.zeros(len(self.labels))

    def scores(self, features: Features) -> NDArray[np.float64]:
        """The probability of every label."""
        total: NDArray[np.float64] = sum((self._weights.get(name, self._none) for name in features), self._none)
        return 1 / (1 + np.exp(-total))

    def save(self, path: Path) -> None:
        """Writes the weights, rounded; those near zero are left out."""
        rows = {name: [round(float(w), 1) for w in row] for name, row in sorted(self._weights.items())}
        kept = {name: row for name, row in rows.items() if any(row)}
        path.write_text(
            json.dumps({"labels": self.labels, "thresholds": self.thresholds, "weights": kept}, separators=(",", ":")) + "\n",
            encoding="utf-8",
        )


def load_readout(path: Path) -> Readout:
    """The weights of a file."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Readout(stored["labels"], stored["weights"], stored["thresholds"])


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
