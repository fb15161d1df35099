"""Sentence boundaries inside a block: a small logistic model over the words around a mark that may end a sentence.

Blocks (headlines, paragraphs) are never joined, so only marks inside one are decided here.
Trained by ``training.boundaries`` on EWT and GUM; its weights are hashed, so no word list is shipped.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from onrecord.parse.pieces import word_shape

BUCKETS = 1 << 14
ENDERS = frozenset(".!?…:;")
CLOSERS = frozenset("\"'”’»)]}›")

Span = tuple[int, int]


class Candidate:
    """A place where a sentence may end. at: the index of the last word before it.  mark: the index of the word that ends it."""

    __slots__ = ("at", "mark")

    def __init__(self, at: int, mark: int) -> None:
        self.at, self.mark = at, mark


def candidates(words: Sequence[str]) -> Iterator[Candidate]:
    """The places to decide: after a mark that may end a sentence and the quotation marks and brackets that close behind it."""
    for at in range(len(words) - 1):
        mark = at
        while mark > 0 and words[mark][0] in CLOSERS and len(words[mark]) <= 2 and words[mark - 1][-1] in ENDERS:
            mark -= 1
        if words[mark][-1] in ENDERS:
            yield Candidate(at, mark)


def features(words: Sequence[str], spans: Sequence[Span], candidate: Candidate, quoted: bool) -> list[str]:
    """The names of what is true around a candidate."""
    at, mark = candidate.at, candidate.mark
    before = words[mark - 1] if mark else "<s>"
    end, after = words[mark], words[at + 1]
    later = words[at + 2] if at + 2 < len(words) else "</s>"
    apart = spans[at + 1][0] > spans[at][1]
    end_kind = end if len(end) <= 3 and not end[0].isalnum() else ("abbr" if end.endswith(".") else "word")
    shape = f"{word_shape(after)}{after if not after[0].isalnum() else ''}"
    closed = "".join(words[mark + 1 : at + 1])
    return [
        f"end={end_kind}",
        f"end+after={end_kind}|{shape}|{apart}",
        f"end+closed={end_kind}|{closed}|{shape}",
        f"before+after={word_shape(before)}|{end_kind}|{shape}",
        f"later={end_kind}|{word_shape(later)}|{shape}",
        f"before={before.lower()[-12:]}|{end_kind}",
        f"endword={end.lower()[-12:]}|{shape}",
        f"after={after.lower()[:12]}|{end_kind}",
        f"length={min(len(before), 6)}|{end_kind}|{shape}",
        f"since={min(at.bit_length(), 8)}|{end_kind}",
        f"left={min((len(words) - at).bit_length(), 8)}|{end_kind}|{shape}",
        f"quoted={quoted}|{end_kind}|{shape}|{bool(closed)}",
    ]


def quotation_states(words: Sequence[str]) -> list[bool]:
    """Per word, whether double quotation marks are open after it."""
    states, inside = [], False
    for word in words:
        if word in ("“", "„", "«", "``"):
            inside = True
        elif word in ("”", "»", "''"):
            inside = False
        elif word == '"':
            inside = not inside
        states.append(inside)
    return states


def bucket(name: str) -> int:
    """Where a feature's weight lies; the same on every machine."""
    return zlib.crc32(name.encode("utf-8", "replace")) % BUCKETS


class BoundaryModel:
    """Decides candidates. ``weights``: [BUCKETS + 1], the bias last."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self.weights = weights
        self._listed: list[float] = [float(weight) for weight in weights]

    def sentence_ends(self, words: Sequence[str], spans: Sequence[Span]) -> list[int]:
        """The indices of the words that end a sentence, the last word included; [] for no words."""
        if not words:
            return []
        quoted = quotation_states(words)
        ends = []
        for candidate in candidates(words):
            names = features(words, spans, candidate, quoted[candidate.at])
            if math.fsum(self._listed[bucket(name)] for name in names) + self._listed[-1] > 0:
                ends.append(candidate.at)
        return [*ends, len(words) - 1]
