"""Where each stretch of an extracted text stands in the page that it was taken from.

A claim's span slices the document's text; with this map it also points into the page as it was captured.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

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
SPACE = re.compile(r"\s+")
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
        if found >= 0:
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
    """The characters that a page shows, without white space, and where each stands."""
    pieces: list[str] = []
    positions: list[Positions] = []
    done = 0
    for match in PIECE.finditer(page):
        _add(page, done, match.start(), pieces, positions)
        done = match.end()
        if match["entity"]:
            shown = "".join(html.unescape(match.group()).split())
            pieces.append(shown)
            positions.append(np.full(len(shown), match.start(), dtype=np.int64))
    _add(page, done, len(page), pieces, positions)
    return "".join(pieces), np.concatenate(positions) if positions else np.empty(0, dtype=np.int64)


def _add(page: str, start: int, end: int, pieces: list[str], positions: list[Positions]) -> None:
    if start < end:
        squeezed, at = _squeezed(page, start, end)
        pieces.append(squeezed)
        positions.append(at)


def _squeezed(text: str, start: int, end: int) -> tuple[str, Positions]:
    """A stretch without its white space, and the position of each character that is left."""
    words: list[str] = []
    positions: list[Positions] = []
    done = start
    for match in SPACE.finditer(text, start, end):
        if done < match.start():
            words.append(text[done : match.start()])
            positions.append(np.arange(done, match.start()))
        done = match.end()
    if done < end:
        words.append(text[done:end])
        positions.append(np.arange(done, end))
    return "".join(words), np.concatenate(positions) if positions else np.empty(0, dtype=np.int64)


def _runs(text: Positions, page: Positions) -> Iterator[Run]:
    """Stretches in which text and page go on side by side."""
    breaks = np.flatnonzero((np.diff(text) != np.diff(page)) | (np.diff(page) == 0)) + 1
    for first, last in zip([0, *breaks.tolist()], [*breaks.tolist(), len(text)], strict=True):
        if first < last:
            yield int(text[first]), int(page[first]), int(text[last - 1] - text[first] + 1)
