"""Where a document's sentences are: blocks, lines, boundaries, and windows for sentences too long to be read at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onrecord.parse.boundaries import BoundaryModel, quotation_states
from onrecord.parse.words import split_words
from onrecord.records import Block, BlockKind, Document, Span

LINE = re.compile(r"[^\n]+")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
SOFT_CUTS = frozenset((";", ":", ",", ".", "–", "—", "--", ")", "”", '"'))


@dataclass(frozen=True, slots=True)
class RawSentence:
    """A sentence before parsing. spans: of its words, in the document.  quoted: per word, whether it stands in quotation marks."""

    block: Block
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    quoted: tuple[bool, ...]


def document_blocks(document: Document) -> tuple[Block, ...]:
    """The document's blocks, or its lines as body paragraphs if nobody laid it out."""
    if document.blocks:
        return document.blocks
    lines = (match.span() for match in LINE.finditer(document.text) if not match.group().isspace())
    return tuple(Block(span=span, kind=BlockKind.BODY, paragraph=number) for number, span in enumerate(lines))


def raw_sentences(document: Document, model: BoundaryModel) -> Iterator[RawSentence]:
    """The sentences of a document in text order; none crosses a block or a blank line."""
    for block in document_blocks(document):
        spans = split_words(document.text, *block.span)
        words = [document.text[start:end] for start, end in spans]
        quoted = quotation_states(words)
        ends = set(model.sentence_ends(words, spans)) | set(_forced_ends(document.text, spans))
        first = 0
        for last in sorted(ends):
            part = slice(first, last + 1)
            yield RawSentence(block, tuple(words[part]), tuple(spans[part]), tuple(quoted[part]))
            first = last + 1


def _forced_ends(text: str, spans: Sequence[Span]) -> Iterator[int]:
    for at in range(len(spans) - 1):
        if spans[at + 1][0] - spans[at][1] > 1 and BLANK_LINE.search(text, spans[at][1], spans[at + 1][0]):
            yield at


def windows(words: Sequence[str], sizes: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Half-open word ranges of at most ``limit`` pieces each, cut at a soft mark where one stands in the second half of a window.

    Args: sizes: the number of pieces of each word, none above ``limit``.
    """
    ranges: list[tuple[int, int]] = []
    first = 0
    while first < len(words):
        end, total = first, 0
        while end < len(words) and total + sizes[end] <= limit:
            total += sizes[end]
            end += 1
        if end < len(words):
            middle = first + (end - first) // 2
            end = next((at + 1 for at in range(end - 1, middle, -1) if words[at] in SOFT_CUTS), end)
        ranges.append((first, end))
        first = end
    return ranges
