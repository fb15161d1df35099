"""Quotations: what stands between quotation marks, over paragraphs, nested, and never more than the marks can carry.

A state machine reads the marks of each block once. A block that ends inside a quotation hands it on only to a block that
opens with the same mark, as newspapers do; any other unclosed mark reaches to the end of its sentence and no further.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from onrecord.records.base import Span
from onrecord.records.documents import Block, BlockKind, Document

MARKS = re.compile("``|''|[“”„‟«»‹›‘’‚‛\"'＂]")
FAMILY = {
    "“": "double",
    "”": "double",
    "„": "double",
    "‟": "double",
    "``": "double",
    "''": "double",
    "«": "guillemet",
    "»": "guillemet",
    "‹": "guillemet-single",
    "›": "guillemet-single",
    "‘": "single",
    "’": "single",
    "‚": "single",
    "‛": "single",
    '"': "straight",
    "＂": "straight",
    "'": "straight-single",
}
OPENERS = frozenset(["“", "„", "‟", "``", "«", "‹", "‘", "‚", "‛"])
CLOSERS = frozenset(["”", "''", "»", "›"])
IGNORED = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
BEFORE_OPEN = frozenset(" \t\n\u00a0([{—–-/:;,“‘\"'«‹…")
MAX_DEPTH = 4


class Quotation(msgspec.Struct, frozen=True):
    """One stretch between quotation marks.

    span: with its marks.  inner: without them.  depth: 0 for the outermost.  closed: whether its closing mark was found.
    continues: the position, in the list of quotations, of the one that it carries on from the paragraph before.
    """

    span: Span
    inner: Span
    depth: int
    closed: bool
    continues: int | None = None


def find_quotations(document: Document, sentences: Sequence[Span]) -> tuple[Quotation, ...]:
    """All quotations of a report, whose sentences have these spans, in order of their opening marks; linear in its length."""
    text = document.text
    ends = [end for _, end in sentences]
    found: list[Quotation] = []
    pending: tuple[int, str] | None = None  # the quotation that a block ended in, and its family
    for block in _blocks(document):
        first = len(found)
        quotations, open_family = _Reader(text, block.span, ends).read()
        goes_on = pending is not None and block.kind is BlockKind.BODY and quotations and _starts_block(text, block, quotations[0])
        for number, quotation in enumerate(quotations):
            linked = pending[0] if goes_on and number == 0 and pending else None
            found.append(msgspec.structs.replace(quotation, continues=linked))
        pending = _left_open(found, first, block, open_family)
    return _bounded(found, ends)


def _blocks(document: Document) -> Iterator[Block]:
    if document.blocks:
        yield from document.blocks
        return
    for number, match in enumerate(re.finditer(r"[^\n]+", document.text)):
        yield Block(span=match.span(), kind=BlockKind.BODY, paragraph=number)


def _starts_block(text: str, block: Block, quotation: Quotation) -> bool:
    return not text[block.span[0] : quotation.span[0]].strip(" \t\u00a0" + IGNORED)


def _left_open(found: list[Quotation], first: int, block: Block, family: str | None) -> tuple[int, str] | None:
    if family is None or block.kind is not BlockKind.BODY:
        return None
    at = max((number for number in range(first, len(found)) if found[number].depth == 0), default=None)
    return None if at is None else (at, family)


def _bounded(found: list[Quotation], ends: list[int]) -> tuple[Quotation, ...]:
    """Cuts unclosed quotations that nothing continues at the end of the sentence in which they open."""
    continued = {quotation.continues for quotation in found}
    result = []
    for number, quotation in enumerate(found):
        if not quotation.closed and number not in continued:
            end = min(quotation.span[1], _sentence_end(ends, quotation.inner[0], quotation.span[1]))
            quotation = msgspec.structs.replace(quotation, span=(quotation.span[0], end), inner=(quotation.inner[0], end))
        result.append(quotation)
    kept = [number for number, quotation in enumerate(result) if quotation.inner[0] < quotation.inner[1]]
    places = {number: place for place, number in enumerate(kept)}
    return tuple(_placed(result[number], places) for number in kept)


def _placed(quotation: Quotation, places: dict[int, int]) -> Quotation:
    before = None if quotation.continues is None else places.get(quotation.continues)
    return msgspec.structs.replace(quotation, continues=before)


def _sentence_end(ends: list[int], offset: int, default: int) -> int:
    at = bisect_right(ends, offset)
    return ends[at] if at < len(ends) else default


class _Reader:
    """Reads the marks of one block."""

    def __init__(self, text: str, span: Span, ends: list[int]) -> None:
        self.text, self.span, self.ends = text, span, ends
        self.marks = list(MARKS.finditer(text, *span))
        self.stack: list[tuple[str, int, int]] = []  # family, start and end of the opening mark
        self.found: list[Quotation] = []
        self.single_closers = [match.start() for match in self.marks if match.group() in "’'" and self._after(match) not in "aA"]

    def read(self) -> tuple[list[Quotation], str | None]:
        """The block's quotations by position, and the family of the outermost mark that is still open at its end."""
        for mark in self.marks:
            self._step(mark)
        open_family = self.stack[0][0] if self.stack else None
        while self.stack:
            self._end(self.stack.pop(), self.span[1], self.span[1], closed=False)
        return sorted(self.found, key=lambda quotation: (quotation.span[0], quotation.depth)), open_family

    def _step(self, mark: re.Match[str]) -> None:
        kind = self._kind(mark)
        if kind == "open" and len(self.stack) < MAX_DEPTH:
            self._open(mark)
        elif kind == "close":
            self._close(mark)

    def _kind(self, mark: re.Match[str]) -> str | None:
        sign, family = mark.group(), FAMILY[mark.group()]
        if sign in ("’", "'", "‘"):
            return self._single(mark, family)
        if sign == "“" and self._top_mark() == "„":
            return "close"  # German „…“
        if sign == "»" and not self._is_open(family) and self._opens(mark):
            return "open"  # Danish »…«
        if sign == "«" and self._top_mark() == "»":
            return "close"
        if sign in OPENERS:
            return "open"
        if sign in CLOSERS:
            return "close"
        if self._is_open(family):
            return "open" if self._opens(mark) and not self._closes(mark) and not self._top_is(family) else "close"
        return "open" if self._opens(mark) or not self._closes(mark) else None

    def _single(self, mark: re.Match[str], family: str) -> str | None:
        """An apostrophe, or a mark: inside a word it is an apostrophe, before one it opens if something can close it."""
        before, after = self._before(mark), self._after(mark)
        if before == "a" and after in "aA":
            return None
        if before in " (" and after in "aA":
            if mark.group() == "’":
                return None  # ’tis, ’90s
            return "open" if self._closer_after(mark.end()) else None
        if not self._is_open(family):
            return "open" if mark.group() == "‘" and self._closer_after(mark.end()) else None
        plural = before == "a" and self.text[mark.start() - 1] in "sS" and after == " "
        return None if plural and self._closer_after(mark.end()) else "close"

    def _closer_after(self, offset: int) -> bool:
        at = bisect_left(self.single_closers, offset)
        return at < len(self.single_closers)

    def _opens(self, mark: re.Match[str]) -> bool:
        return self._before(mark) in " (" and self._after(mark) != " "

    def _closes(self, mark: re.Match[str]) -> bool:
        return self._before(mark) != " " and self._after(mark) not in "aA"

    def _before(self, mark: re.Match[str]) -> str:
        """The class of the character before: "a" word, " " space or start, "(" what may stand before an opening mark, "." other."""
        at = mark.start() - 1
        while at >= self.span[0] and self.text[at] in IGNORED and mark.start() - at < MAX_DEPTH:
            at -= 1
        if at < self.span[0] or self.text[at].isspace():
            return " "
        if self.text[at].isalnum():
            return "a"
        return "(" if self.text[at] in BEFORE_OPEN and self.text[at] not in ",;:" else "."

    def _after(self, mark: re.Match[str]) -> str:
        at = mark.end()
        while at < self.span[1] and self.text[at] in IGNORED and at - mark.end() < MAX_DEPTH:
            at += 1
        if at >= self.span[1] or self.text[at].isspace():
            return " "
        return ("A" if self.text[at].isupper() else "a") if self.text[at].isalnum() else "."

    def _is_open(self, family: str) -> bool:
        return any(opened == family for opened, _, _ in self.stack)

    def _top_is(self, family: str) -> bool:
        return bool(self.stack) and self.stack[-1][0] == family

    def _top_mark(self) -> str | None:
        return self.text[self.stack[-1][1] : self.stack[-1][2]] if self.stack else None

    def _open(self, mark: re.Match[str]) -> None:
        family = FAMILY[mark.group()]
        if self._top_is(family):  # the one before was never closed
            opened = self.stack.pop()
            end = min(mark.start(), _sentence_end(self.ends, opened[2], mark.start()))
            self._end(opened, end, end, closed=False)
        self.stack.append((family, mark.start(), mark.end()))

    def _close(self, mark: re.Match[str]) -> None:
        family = FAMILY[mark.group()]
        if not self._is_open(family):
            return
        while self.stack[-1][0] != family:
            opened = self.stack.pop()
            self._end(opened, mark.start(), mark.start(), closed=False)
        self._end(self.stack.pop(), mark.start(), mark.end(), closed=True)

    def _end(self, opened: tuple[str, int, int], inner_end: int, end: int, *, closed: bool) -> None:
        span, inner = (opened[1], end), (opened[2], inner_end)
        self.found.append(Quotation(span=span, inner=inner, depth=len(self.stack), closed=closed))
