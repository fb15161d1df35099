"""Splits text into the small pieces that the grammars of numbers and times read: letters, digits, marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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


def split_words(text: str) -> list[Word]:
    """The pieces of a text in order, with code point offsets: "12-year-old" is 12, -, year, -, old."""
    words: list[Word] = []
    last = -1
    for match in _PIECE.finditer(text):
        piece = match.group()
        start, end = match.span()
        words.append(Word(piece, _PLAIN_MARKS.get(piece) or piece.lower(), start, end, piece.isdecimal(), start == last))
        last = end
    return words


class Phrases(Generic[Value]):
    """Finds the longest known phrase that begins at a word; phrases are compared in lower case, piece by piece."""

    def __init__(self, phrases: Mapping[str, Value] | Iterable[tuple[str, Value]]) -> None:
        pairs = phrases.items() if isinstance(phrases, Mapping) else phrases
        self._by_first: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        for phrase, value in pairs:
            pieces = tuple(match.group() for match in _PIECE.finditer(phrase.lower()))
            self._by_first.setdefault(pieces[0], []).append((pieces, value))
        for listed in self._by_first.values():
            listed.sort(key=lambda item: -len(item[0]))

    def __contains__(self, first: str) -> bool:
        return first in self._by_first

    def firsts(self) -> Iterable[str]:
        """The words that a phrase may begin with."""
        return self._by_first.keys()

    def match(self, words: list[Word], at: int) -> tuple[Value, int] | None:
        """The value of the longest phrase at ``words[at]`` and the index after it, or None."""
        if at >= len(words):
            return None
        for pieces, value in self._by_first.get(words[at].lower, ()):
            end = at + len(pieces)
            if len(pieces) == 1 or (end <= len(words) and all(words[at + k].lower == pieces[k] for k in range(1, len(pieces)))):
                return value, end
        return None
