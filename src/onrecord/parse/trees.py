"""Dependency trees out of arc scores: the best head for every word, and Chu–Liu–Edmonds where those make no tree.

Source: Chu and Liu (1965), Edmonds (1967); one root per sentence, as UD asks, by a toll on
the root (Stanojević and Cohen 2021).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Heads = NDArray[np.int64]
NEVER = -1e9


def is_tree(heads: Sequence[int]) -> bool:
    """Whether heads (1-based, 0 is the root) make one tree with exactly one word under the root."""
    if sum(1 for head in heads if head == 0) != 1:
        return False
    state = [0] * (len(heads) + 1)  # 0 unseen, n being followed from word n, -1 known to reach the root
    state[0] = -1
    for start in range(1, len(heads) + 1):
        node = start
        while state[node] == 0:
            state[node] = start
            node = heads[node - 1]
        if state[node] == start:
            return False
        node = start
        while state[node] == start:
            state[node] = -1
            node = heads[node - 1]
    return True


def best_tree(scores: NDArray[np.float32]) -> list[int]:
    """The highest-scoring tree with one root, as 1-based heads.

    Args: scores: [words, words + 1], the score of head j for word i + 1; column 0 is the root.
    """
    words = scores.shape[0]
    full = np.full((words + 1, words + 1), NEVER)
    full[1:] = scores
    np.fill_diagonal(full, NEVER)
    # A toll on the root that no gain elsewhere can pay back: the best tree then has one root.
    full[1:, 0] -= (words + 1) * (1.0 + float(scores[scores > NEVER].max() - scores[scores > NEVER].min()))
    return [int(head) for head in _spanning_tree(full)[1:]]


def _spanning_tree(scores: Scores) -> Heads:
    """Heads of the maximum spanning tree; row: dependent, column: head, node 0 the root.

    A loop that contracts cycles and then unfolds them: no recursion, so a long sentence cannot exhaust the stack.
    """
    contracted: list[tuple[Heads, list[int], dict[int, int], dict[int, int]]] = []
    while True:
        heads: Heads = scores.argmax(1)
        heads[0] = 0
        cycle = _find_cycle(heads)
        if cycle is None:
            break
        rest = sorted(set(range(len(scores))) - set(cycle))
        smaller, enter, leave = _contract(scores, heads, cycle, rest)
        contracted.append((heads, rest, enter, leave))
        scores = smaller
    for inner, rest, enter, leave in reversed(contracted):
        heads = _unfold(heads, inner, rest, enter, leave)
    return heads


def _find_cycle(heads: Heads) -> list[int] | None:
    state = [0] * len(heads)
    for start in range(1, len(heads)):
        path, node = [], start
        while node and not state[node]:
            state[node] = start
            path.append(node)
            node = int(heads[node])
        if node and state[node] == start:
            return path[path.index(node) :]
    return None


def _contract(scores: Scores, heads: Heads, cycle: list[int], rest: list[int]) -> tuple[Scores, dict[int, int], dict[int, int]]:
    """Scores with the cycle as one last node; per node of ``rest`` where it would enter the cycle and where it would hang from it."""
    size = len(rest)
    inner = scores[cycle, heads[cycle]]
    smaller = np.full((size + 1, size + 1), NEVER)
    smaller[:size, :size] = scores[np.ix_(rest, rest)]
    hanging = scores[np.ix_(rest, cycle)]
    smaller[:size, size] = hanging.max(1)
    leave = {at: cycle[best] for at, best in enumerate(hanging.argmax(1).tolist())}
    entering = scores[np.ix_(cycle, rest)] - inner[:, None]
    smaller[size, :size] = entering.max(0) + inner.sum()
    enter = {at: cycle[best] for at, best in enumerate(entering.argmax(0).tolist())}
    np.fill_diagonal(smaller, NEVER)
    smaller[0] = NEVER
    return smaller, enter, leave


def _unfold(outer: Heads, inner: Heads, rest: list[int], enter: dict[int, int], leave: dict[int, int]) -> Heads:
    """Heads over all nodes, from those of the contracted graph and those inside the cycle."""
    size = len(rest)
    heads = inner.copy()
    for at in range(1, size):
        heads[rest[at]] = leave[at] if outer[at] == size else rest[outer[at]]
    above = int(outer[size])
    heads[enter[above]] = rest[above]
    return heads
