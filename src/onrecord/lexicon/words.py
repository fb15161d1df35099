"""Splits text into the small pieces that the grammars of numbers and times read: letters, digits, marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

Value = TypeVar("Value")

_PLAIN_MARKS = {"’": "'", "‘": "'", "‑": "-", "‐": "-"}  # the same mark for whoever compares words
_PIECE = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_")


class Word(NamedTuple):
    """A run of letters, a run of digits or one mark; ``glued``: no white space before it."""

    text: str
    lower: str
    start: int
    end: int
    digits: bool
    glued: bool


@lru_cache(maxsize=4)  # the grammars of times and of numbers read the same text one after the other
def split_words(text: str) -> tuple[Word, ...]:
    """The pieces of a text in order, with code point offsets: "12-year-old" is 12, -, year, -, old."""
    words: list[Word] = []
    last = -1
    for match in _PIECE.finditer(text):
        piece = match.group()
        start, end = match.span()
        words.append(Word(piece, _PLAIN_MARKS.get(piece) or piece.lower(), start, end, piece.isdecimal(), start == last))
        last = end
    return tuple(words)


class _Node(Generic[Value]):
    """A step in a phrase: the words that may follow, and the value of the phrase that ends here."""

    __slots__ = ("after", "values")

    def __init__(self) -> None:
        self.after: dict[str, _Node[Value]] = {}
        self.values: list[Value] = []


class Phrases(Generic[Value]):
    """Finds the longest known phrase that begins at a word; phrases are compared in lower case, piece by piece; the last one given wins."""

    def __init__(self, phrases: Mapping[str, Value] | Iterable[tuple[str, Value]]) -> None:
        self._root: _Node[Value] = _Node()
        for phrase, value in phrases.items() if isinstance(phrases, Mapping) else phrases:
            node = self._root
            for match in _PIECE.finditer(phrase.lower()):
                node = node.after.setdefault(match.group(), _Node())
            node.values = [value]

    def __contains__(self, first: str) -> bool:
        return first in self._root.after

    def firsts(self) -> Iterable[str]:
        """The words that a phrase may begin with."""
        return self._root.after.keys()

    def match(self, words: Sequence[Word], at: int) -> tuple[Value, int] | None:
        """The value of the longest phrase at ``words[at]`` and the index after it, or None."""
        node, found = self._root, None
        while 0 <= at < len(words):
            following = node.after.get(words[at].lower)
            if following is None:
                return found
            node, at = following, at + 1
            if node.values:
                found = (node.values[0], at)
        return found
