"""Times and places that a label in front gives what it introduces: "Gori, 4 October: police fired …", "Daily log, 23 August".

A label is the head of a sentence up to a colon that holds no verb; it holds for its paragraph until the next one. A title that calls the
report a log or summary of a day dates everything in it that has no time of its own.
"""

from __future__ import annotations

import msgspec

from onrecord.claims.circumstances import FINE, SPEECH_ACTS
from onrecord.lexicon.lists import word_set
from onrecord.records import (
    BlockKind,
    Claim,
    ClaimKind,
    Mention,
    MentionKind,
    Parse,
    ParsedSentence,
    Place,
    PlaceBasis,
    Span,
    Time,
    TimeBasis,
)

LOGS = word_set("things.logs")
REACH = 14  # words within which a label ends
BULLETS = frozenset(("–", "—", "-", "•", "*", "#"))
UNSAID = (TimeBasis.INFERRED, TimeBasis.PUBLICATION)
LENT = (PlaceBasis.PARAGRAPH, PlaceBasis.DOCUMENT)


class _Label(msgspec.Struct, frozen=True):
    time: Time | None = None
    place: Place | None = None


NONE = _Label()


def label_circumstances(claims: tuple[Claim, ...], mentions: tuple[Mention, ...], parse: Parse) -> tuple[Claim, ...]:
    """The claims, those of deeds without a time or place of their own with what a label in front of them says."""
    labels = _labels(mentions, parse)
    return tuple(_labelled(claim, labels[claim.sentence], parse) for claim in claims)


def _labelled(claim: Claim, label: _Label, parse: Parse) -> Claim:
    if label is NONE or claim.event is None or claim.event.type in SPEECH_ACTS or claim.kind is ClaimKind.STATE:
        return claim
    if parse.sentences[claim.sentence].kind is not BlockKind.BODY:
        return claim
    untimed = claim.time is None or claim.time.basis in UNSAID
    unplaced = claim.place is None or claim.place.basis in LENT
    time = msgspec.structs.replace(label.time, basis=TimeBasis.ANCHORED) if untimed and label.time is not None else claim.time
    moves = claim.origin is not None or claim.destination is not None
    place = (
        msgspec.structs.replace(label.place, basis=PlaceBasis.SENTENCE)
        if unplaced and not moves and label.place is not None
        else claim.place
    )
    return msgspec.structs.replace(claim, time=time, place=place)


def _labels(mentions: tuple[Mention, ...], parse: Parse) -> list[_Label]:
    """The label that holds for each sentence."""
    whole = _Label(time=_title_day(mentions, parse))
    whole = whole if whole.time is not None else NONE
    found: list[_Label] = []
    current, paragraph = whole, -1
    for sentence in parse.sentences:
        if sentence.paragraph != paragraph or parse.tokens[sentence.first].text in BULLETS:
            current, paragraph = whole, sentence.paragraph
        head = _head(sentence, parse)
        if head is not None:
            own = _Label(_day(mentions, head) or whole.time, _place(mentions, head))
            told = own.time is not None or (own.place is not None and sentence.kind is not BlockKind.DATELINE)
            current = own if told else current
        found.append(current)
    return found


def _head(sentence: ParsedSentence, parse: Parse) -> Span | None:
    """The span of the words in front of an early colon, if none of them is a verb and more follows."""
    if sentence.kind is BlockKind.DATELINE:
        return sentence.span if ":" in parse.document.text[sentence.span[1] - 1 : sentence.span[1] + 1] else None
    for token in parse.tokens[sentence.first : min(sentence.first + REACH, sentence.end - 1)]:
        if token.text == ":":
            return sentence.span[0], token.span[0]
        if token.upos in ("VERB", "AUX", "PRON"):
            return None
    return None


def _title_day(mentions: tuple[Mention, ...], parse: Parse) -> Time | None:
    """The day of which the title says that the report is a log."""
    if not parse.sentences:
        return None
    title = parse.sentences[0]
    tokens = parse.tokens[title.first : title.end]
    if any(token.upos in ("VERB", "AUX") for token in tokens) or all(token.lemma.lower() not in LOGS for token in tokens):
        return None
    return _day(mentions, title.span)


def _day(mentions: tuple[Mention, ...], span: Span) -> Time | None:
    times = (m.time for m in mentions if m.kind is MentionKind.TIME and span[0] <= m.span[0] < span[1])
    return next((time for time in times if time is not None and time.start is not None and time.granularity in FINE), None)


def _place(mentions: tuple[Mention, ...], span: Span) -> Place | None:
    places = (m.place for m in mentions if m.kind is MentionKind.PLACE and span[0] <= m.span[0] < span[1])
    return next((place for place in places if place is not None), None)
