"""Says where the places of a report are: which place each name means, how the text relates to it, and how exactly that is known.

Names are ranked together, by what they say about one another (``ranking``); relations are read from the words around them
(``relations``). A description ("the region") takes the place of what it refers to. A name that nothing supports stays unresolved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from onrecord.gazetteer import Gazetteer
from onrecord.lexicon import Lexicon
from onrecord.records import BlockKind, EntityLabel, Mention, MentionKind, Parse, Place, Span
from onrecord.resolve.places.candidates import NameCache
from onrecord.resolve.places.descriptions import describe
from onrecord.resolve.places.making import Focus, make_place
from onrecord.resolve.places.peoples import peoples_of
from onrecord.resolve.places.ranking import Ranked, Ranker
from onrecord.resolve.places.relations import Reading, read_mention
from onrecord.resolve.places.weights import load_weights

__all__ = ["resolve_places"]


def resolve_places(parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """All mentions, those of kind place with their ``place`` where the text supports one.

    Spans of a place are those of its mention; ``basis`` is "argument" (stages that use the place say better), for a dateline "document",
    which is never where an event was. ``candidates`` hold the other places that the name may mean, ``why`` the reasons in words.
    """
    readings = {mention.id: read_mention(parse, mention, gazetteer) for mention in mentions if mention.kind is MentionKind.PLACE}
    ranked = _rank(parse, mentions, readings, lexicon, gazetteer)
    focus = _focus(parse, mentions, readings, ranked)
    datelines = [sentence.span for sentence in parse.sentences if sentence.kind is BlockKind.DATELINE]
    places: dict[str, Place | None] = {}
    for mention in mentions:
        reading = readings.get(mention.id)
        if reading is not None and reading.name is not None:
            in_dateline = any(start <= mention.span[0] < end for start, end in datelines)
            places[mention.id] = make_place(mention, reading, ranked.get(reading.name), focus, lexicon, gazetteer, dateline=in_dateline)
    describe(parse, mentions, readings, places, focus, gazetteer)
    return tuple(
        msgspec.structs.replace(mention, place=places[mention.id]) if places.get(mention.id) is not None else mention for mention in mentions
    )


@lru_cache(maxsize=4)
def _ranker(lexicon: Lexicon, gazetteer: Gazetteer) -> Ranker:
    """One ranker per body of knowledge: it remembers the names that it has seen."""
    return Ranker(NameCache(gazetteer, peoples_of(lexicon, gazetteer)), load_weights())


def _rank(
    parse: Parse, mentions: Sequence[Mention], readings: dict[str, Reading], lexicon: Lexicon, gazetteer: Gazetteer
) -> dict[str, Ranked]:
    """The names of places ranked together with the other names of countries and peoples in the report."""
    names: dict[Span, str] = {span: text for span, text in _witnesses(parse, lexicon)}
    for mention in mentions:
        reading = readings.get(mention.id)
        if reading is not None and reading.name is not None:
            names[reading.span] = reading.name
            names.update(_container_spans(parse.document.text, reading, mention))
        elif mention.label is EntityLabel.GPE:
            names[mention.span] = mention.text
    taken = [reading.span for reading in readings.values() if reading.name is not None]
    kept = [(span, text) for span, text in sorted(names.items()) if span in taken or not any(a <= span[0] and span[1] <= b for a, b in taken)]
    return _ranker(lexicon, gazetteer).rank(parse.document.text, kept)


def _witnesses(parse: Parse, lexicon: Lexicon) -> list[tuple[Span, str]]:
    """Words for countries and their people anywhere in the report: they say which part of the world it is about."""
    found = []
    for token in parse.tokens:
        if token.upos in ("PROPN", "ADJ", "NOUN") and token.text[:1].isupper() and lexicon.countries.demonym(token.text):
            found.append((token.span, token.text))
    return found


def _container_spans(text: str, reading: Reading, mention: Mention) -> list[tuple[Span, str]]:
    found = []
    for name in reading.containers:
        at = text.find(name, reading.span[1], mention.span[1])
        if at >= 0:
            found.append(((at, at + len(name)), name))
    return found


def _focus(parse: Parse, mentions: Sequence[Mention], readings: dict[str, Reading], ranked: dict[str, Ranked]) -> Focus:
    """The countries that the report's places lie in, most named first; a dateline counts for nothing."""
    datelines = [sentence.span for sentence in parse.sentences if sentence.kind is BlockKind.DATELINE]
    counts: Counter[str] = Counter()
    at: list[tuple[int, str]] = []
    for mention in mentions:
        reading = readings.get(mention.id)
        answer = ranked.get(reading.name) if reading is not None and reading.name is not None else None
        if answer is None or answer.best is None or answer.best.place.country is None:
            continue
        if not any(start <= mention.span[0] < end for start, end in datelines):
            counts[answer.best.place.country] += 1
            at.append((mention.span[0], answer.best.place.country))
    ordered = tuple(code for code, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return Focus(ordered, tuple(sorted(at)))
