"""Where each stretch of an extracted text stands in the page that it was taken from.

A claim's span slices the document's text; with this map it also points into the page as it was captured.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from onrecord.records import Span

Run = tuple[int, int, int]  # where it begins in the text, where in the page, how many characters
Positions = NDArray[np.int64]

# What shows no text of its own, and entities, whose one character is several in the page. The title is shown.
PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|noscript|template)\b.*?(?:</(?P=raw)\s*>|\Z)|<[/!?a-zA-Z][^>]*(?:>|\Z)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?)",
    re.DOTALL | re.IGNORECASE,
)
WORD = re.compile(r"\S+")
PART = re.compile(r"[^\n]+")
SENTENCE = re.compile(r".+?(?:[.!?][”\"’')\]]*(?=\s)|\Z)", re.DOTALL)
# Shorter stretches stand in many places of a page.
MIN_PART = 12


def trace_offsets(page: str, text: str) -> tuple[Run, ...]:
    """The runs of characters that text and page share, in the order of the text.

    Args: page: the raw bytes of a capture, decoded with its encoding.  text: the document's text.
    Returns: runs that cover what of the text is found in the page letter for letter, white space apart; what an extractor added or
    changed is in none. Positions are code points.
    """
    shown, at = _shown(page)
    runs: list[Run] = []
    after = 0
    for start, end in _parts(text):
        squeezed, own = _squeezed(text, start, end)
        found = shown.find(squeezed, after)
        if found < 0:
            found = shown.find(squeezed) if len(squeezed) >= MIN_PART else -1
        if squeezed and found >= 0:
            after = found + len(squeezed)
            runs.extend(_runs(own, at[found:after]))
    return tuple(runs)


def spans_in_page(runs: tuple[Run, ...], span: Span) -> tuple[Span, ...]:
    """Where a span of the text stands in the page, piece by piece; empty when it is not in it as written."""
    pieces = []
    for start, source, length in runs:
        first, last = max(start, span[0]), min(start + length, span[1])
        if first < last:
            pieces.append((source + first - start, source + last - start))
    return tuple(pieces)


def _parts(text: str) -> Iterator[Span]:
    """Lines of the text; a long one sentence by sentence, so that one changed letter costs no more than its sentence."""
    for line in PART.finditer(text):
        for sentence in SENTENCE.finditer(line.group()):
            yield line.start() + sentence.start(), line.start() + sentence.end()


def _shown(page: str) -> tuple[str, Positions]:
    """The characters that a page shows, without white space, and where each stands; those of an entity where it begins."""
    words: list[str] = []
    starts: list[int] = []
    entities: list[int] = []
    done = 0
    for match in PIECE.finditer(page):
        _add_words(page, done, match.start(), words, starts)
        done = match.end()
        if match["entity"]:
            entities.append(len(words))
            words.append(_entity(match.group()))
            starts.append(match.start())
    _add_words(page, done, len(page), words, starts)
    return "".join(words), _positions(words, starts, entities)


@lru_cache(maxsize=4096)
def _entity(written: str) -> str:
    return "".join(html.unescape(written).split())


def _squeezed(text: str, start: int, end: int) -> tuple[str, Positions]:
    """A stretch without its white space, and the position of each character that is left."""
    words: list[str] = []
    starts: list[int] = []
    _add_words(text, start, end, words, starts)
    return "".join(words), _positions(words, starts)


def _add_words(text: str, start: int, end: int, words: list[str], starts: list[int]) -> None:
    for match in WORD.finditer(text, start, end):
        words.append(match.group())
        starts.append(match.start())


def _positions(words: Sequence[str], starts: Sequence[int], entities: Sequence[int] = ()) -> Positions:
    """The place of each character of the words, one after another. entities: the words whose characters all stand where it begins."""
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    steps = np.ones(len(words), dtype=np.int64)
    steps[list(entities)] = 0
    within = np.arange(lengths.sum(), dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    found: Positions = np.repeat(np.array(starts, dtype=np.int64), lengths) + within * np.repeat(steps, lengths)
    return found


def _runs(text: Positions, page: Positions) -> Iterator[Run]:
    """Stretches in which text and page go on side by side."""
    breaks = np.flatnonzero((np.diff(text) != np.diff(page)) | (np.diff(page) == 0)) + 1
    first, last = np.concatenate(([0], breaks)), np.concatenate((breaks, [len(text)])) - 1
    yield from zip(text[first].tolist(), page[first].tolist(), (text[last] - text[first] + 1).tolist(), strict=True)
