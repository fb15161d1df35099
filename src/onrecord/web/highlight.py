"""Cuts a report's text at the borders of what was found in it, so that overlapping stretches can be marked without overlapping elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from onrecord.records import Attribution, Claim, Coding, Record, Sentence, Span, Wording

CLAIM, SOURCE, CUE, CONTENT, WORDING = "claim", "source", "cue", "content", "wording"


class Found(Record, frozen=True):
    """A stretch of the text that something was found in. kind: claim, source, cue, content or wording.  id: of the claim or attribution."""

    start: int
    end: int
    kind: str
    id: str


class Segment(Record, frozen=True):
    """A stretch of text under the same marks. ``opens``: the claims whose evidence begins here, for the labels.

    speaks: attributions whose source begins here.  kinds: what else the stretch is: source, cue, content, wording.
    note: what the loaded word would be without its load.
    """

    text: str
    claims: tuple[str, ...]
    opens: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    speaks: tuple[str, ...] = ()
    note: str | None = None


class Paragraph(Record, frozen=True):
    """A paragraph of a report with its kind ("headline", "body" …)."""

    kind: str
    segments: tuple[Segment, ...]


def paragraphs(coding: Coding, claims: Iterable[Claim]) -> Iterator[Paragraph]:
    """The report's paragraphs in order, each cut into segments; their texts joined are the paragraph, exactly."""
    marks = sorted(_marks(claims, coding.attributions, coding.wording), key=lambda mark: (mark.start, mark.end, mark.kind, mark.id))
    notes = {wording.span[0]: _note(wording) for wording in coding.wording}
    for kind, span in _paragraph_spans(coding.sentences):
        yield Paragraph(kind=kind, segments=tuple(cut(coding.document.text, span, marks, notes)))


def _marks(claims: Iterable[Claim], attributions: Iterable[Attribution], wording: Iterable[Wording]) -> Iterator[Found]:
    for claim in claims:
        yield from (Found(start=start, end=end, kind=CLAIM, id=claim.id) for start, end in claim.evidence)
    for attribution in attributions:
        for kind, spans in ((SOURCE, attribution.source), (CUE, attribution.cue), (CONTENT, attribution.content)):
            yield from (Found(start=start, end=end, kind=kind, id=attribution.id) for start, end in spans)
    yield from (Found(start=loaded.span[0], end=loaded.span[1], kind=WORDING, id="") for loaded in wording)


def _note(wording: Wording) -> str:
    return f"{wording.reason.replace('_', ' ')}; plainly: {wording.plain}" if wording.plain else wording.reason.replace("_", " ")


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


def cut(text: str, span: Span, marks: Sequence[Found], notes: dict[int, str] | None = None) -> Iterator[Segment]:
    """The text of a span in stretches under the same marks. notes: per offset of a loaded word, what is said of it."""
    borders = {span[0], span[1]}
    marks = [mark for mark in marks if mark.start < span[1] and span[0] < mark.end]
    for mark in marks:
        borders |= {max(mark.start, span[0]), min(mark.end, span[1])}
    for start, end in pairwise(sorted(borders)):
        over = [mark for mark in marks if mark.start <= start and end <= mark.end]
        begins = [mark for mark in over if max(mark.start, span[0]) == start]
        loaded = next((mark.start for mark in over if mark.kind == WORDING), None)
        yield Segment(
            text=text[start:end],
            claims=_ids(over, CLAIM),
            opens=_ids(begins, CLAIM),
            kinds=tuple(kind for kind in (SOURCE, CUE, CONTENT, WORDING) if any(mark.kind == kind for mark in over)),
            speaks=_ids(begins, SOURCE),
            note=(notes or {}).get(loaded) if loaded is not None else None,
        )


def _ids(marks: Iterable[Found], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark.id for mark in marks if mark.kind == kind))
