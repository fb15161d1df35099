"""The time that an expression counts from where the text names an event for it: "two days after the attack".

The event is dated by a time of its own ("after Monday's attack", "after the truce took effect on 1 June") or by the sentence that told of
it before. Where neither dates it, nothing is guessed and the expression stays symbolic.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from onrecord.lexicon.lists import word_set
from onrecord.records import Granularity, Mention, Parse, Span
from onrecord.resolve.intervals import Interval
from onrecord.resolve.scopes import INCIDENTS

FINE = frozenset([Granularity.DAY, Granularity.PART_OF_DAY, Granularity.HOUR, Granularity.MINUTE])
KNOWN = word_set("determiners.known")
ANY_INCIDENT = word_set("incidents.any")
TOKENS_BACK = 1500  # how far back an event may have been told
STEM = 5  # letters that "explosion" and "explode" share at least; shorter words are shared whole

Named = Sequence[tuple[Mention, Interval]]


def time_of_event(parse: Parse, span: Span, named: Named) -> tuple[str, Interval] | None:
    """The dated mention, and its interval, of the event that an expression ending in "after" or "before" counts from; else None.

    span: of the expression.  named: the times placed so far, those after the expression included.
    """
    event = _event_of(parse, span)
    if event is None:
        return None
    fine = [(mention, interval) for mention, interval in named if interval.start is not None and interval.granularity in FINE]
    own = _inside(parse, parse.extent(event), span[1], fine)
    return own if own is not None else _told_before(parse, event, span[0], fine)


def date_beside(parse: Parse, span: Span, named: Named) -> tuple[str, Interval] | None:
    """The day that an expression only explains: "on 3 June 2022, two days after the vote"."""
    for mention, interval in named:
        close = mention.span[1] <= span[0] and parse.text_of((mention.span[1], span[0])).strip() == ","
        if close and interval.granularity in FINE:
            return mention.id, interval
    return None


def _event_of(parse: Parse, span: Span) -> int | None:
    last = parse.token_at(span[1] - 1)
    if last is None or parse.tokens[last].text.lower() not in ("after", "before") or parse.tokens[last].deprel not in ("case", "mark"):
        return None
    event = parse.tokens[parse.tokens[last].head]
    subject = event.deprel.startswith("nsubj") and parse.tokens[event.head].deprel == "advcl"  # "after" hung on the subject of its clause
    return event.head if subject else event.index


def _inside(parse: Parse, extent: tuple[int, int], after: int, fine: Named) -> tuple[str, Interval] | None:
    """The one time that stands in the event's own phrase or clause."""
    for mention, interval in fine:
        token = parse.token_at(mention.span[0])
        if mention.span[0] >= after and token is not None and extent[0] <= token < extent[1]:
            return mention.id, interval
    return None


def _told_before(parse: Parse, event: int, before: int, fine: Named) -> tuple[str, Interval] | None:
    """The only day of the nearest sentence before that tells of the same event."""
    if not _is_known(parse, event):
        return None
    dated: dict[int, list[tuple[str, Interval]]] = {}
    for mention, interval in fine:
        token = parse.token_at(mention.span[0])
        if token is not None and mention.span[1] <= before:
            dated.setdefault(parse.tokens[token].sentence, []).append((mention.id, interval))
    for index in range(event - 1, max(-1, event - TOKENS_BACK), -1):
        word = parse.tokens[index]
        days = dated.get(word.sentence, ()) if word.upos in ("NOUN", "VERB") and word.span[1] <= before else ()
        if days and _same_event(parse.tokens[event].lemma, word.lemma):
            return days[0] if len({interval.start.date() for _, interval in days if interval.start is not None}) == 1 else None
    return None


def _is_known(parse: Parse, event: int) -> bool:
    """A verb, or a noun that the text takes as known: not "two days after an attack"."""
    if parse.tokens[event].upos in ("VERB", "AUX"):
        return True
    return any(parse.tokens[child].text.lower() in KNOWN for child in parse.children[event])


def _same_event(one: str, other: str) -> bool:
    if one == other or (one in ANY_INCIDENT and other in INCIDENTS):
        return True
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return shared >= 4 and shared >= min(len(one), len(other), STEM)
