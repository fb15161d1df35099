"""Times and quantities: their extents come from the lexicon's grammars, over the whole text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from onrecord.mentions.drafts import Draft
from onrecord.records import BlockKind, EntityLabel, MentionKind, Parse, Span

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon


def find_figures(parse: Parse, lexicon: Lexicon) -> list[Draft]:
    """Drafts of the times and quantities of a report, in text order."""
    text = parse.document.text
    timexes = lexicon.times.find_timexes(text)
    inner = [timex.span for timex in timexes if not timex.outer]
    numbers = lexicon.units.find_numbers(text, skip=inner)
    drafts = [_draft(parse, MentionKind.TIME, timex.label, timex.span, timex.span) for timex in timexes]
    drafts += [_draft(parse, MentionKind.QUANTITY, EntityLabel.NUMBER, found.span, found.number_span or found.span) for found in numbers]
    return [draft for draft in drafts if draft is not None]


def _draft(parse: Parse, kind: MentionKind, label: EntityLabel, span: Span, head_span: Span) -> Draft | None:
    """The draft over the tokens that the span touches; None where no word of the report stands there."""
    first = _first_token(parse, span[0])
    end = _end_token(parse, span[1])
    if first >= end or parse.sentences[parse.tokens[first].sentence].kind is BlockKind.BOILERPLATE:
        return None
    head = min(range(first, end), key=lambda index: (parse.tokens[index].head in range(first, end), index))
    named = kind is MentionKind.TIME and any(parse.tokens[index].upos == "PROPN" for index in range(first, end))
    return Draft(kind, label, span, first, end, head, named=named, head_span=head_span)


def _first_token(parse: Parse, offset: int) -> int:
    return bisect_right(parse.tokens, offset, key=lambda token: token.span[1])


def _end_token(parse: Parse, offset: int) -> int:
    return bisect_left(parse.tokens, offset, key=lambda token: token.span[0])
