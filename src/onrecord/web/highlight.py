"""Cuts a report's text at the borders of its claims, so that overlapping evidence can be marked without overlapping elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from onrecord.records import Claim, Coding, Record, Sentence, Span


class Segment(Record, frozen=True):
    """A stretch of text under the same claims. ``opens``: the claims whose evidence begins here, for the labels."""

    text: str
    claims: tuple[str, ...]
    opens: tuple[str, ...]


class Paragraph(Record, frozen=True):
    """A paragraph of a report with its kind ("headline", "body" …)."""

    kind: str
    segments: tuple[Segment, ...]


def paragraphs(coding: Coding, claims: Iterable[Claim]) -> Iterator[Paragraph]:
    """The report's paragraphs in order, each cut into segments; their texts joined are the paragraph, exactly."""
    marks = sorted((start, end, claim.id) for claim in claims for start, end in claim.evidence)
    for kind, span in _paragraph_spans(coding.sentences):
        yield Paragraph(kind=kind, segments=tuple(cut(coding.document.text, span, marks)))


def _paragraph_spans(sentences: Iterable[Sentence]) -> Iterator[tuple[str, Span]]:
    current: tuple[int, str, Span] | None = None
    for sentence in sentences:
        if current and (sentence.paragraph, sentence.kind) == current[:2]:
            current = (*current[:2], (current[2][0], sentence.span[1]))
            continue
        if current:
            yield current[1], current[2]
        current = (sentence.paragraph, sentence.kind, sentence.span)
    if current:
        yield current[1], current[2]


def cut(text: str, span: Span, marks: list[tuple[int, int, str]]) -> Iterator[Segment]:
    """The text of a span in stretches under the same marks; a mark is start, end and the id of a claim."""
    borders = {span[0], span[1]}
    marks = [mark for mark in marks if mark[0] < span[1] and span[0] < mark[1]]
    for start, end, _ in marks:
        borders |= {max(start, span[0]), min(end, span[1])}
    cuts = sorted(borders)
    for start, end in pairwise(cuts):
        over = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
        opens = tuple(mark[2] for mark in over if max(mark[0], span[0]) == start)
        yield Segment(text=text[start:end], claims=tuple(mark[2] for mark in over), opens=opens)
