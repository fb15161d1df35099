"""Says where the places of a report are: which place each name means, how the text relates to it, and how exactly that is known.

Names are ranked together, by what they say about one another (``ranking``); relations are read from the words around them
(``relations``). A description ("the region") takes the place of what it refers to. A name that nothing supports stays unresolved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import msgspec

from onrecord.gazetteer import Gazetteer
from onrecord.lexicon import Lexicon
from onrecord.lexicon.lists import word_set
from onrecord.records import BlockKind, EntityLabel, Mention, MentionKind, Parse, Place, PlaceRelation, Span
from onrecord.resolve.places.candidates import NameCache
from onrecord.resolve.places.descriptions import describe
from onrecord.resolve.places.making import Focus, between_places, border_place, capital_place, doubtful, make_place
from onrecord.resolve.places.nested import countries_and_peoples, is_name, nested_names, surnames
from onrecord.resolve.places.peoples import peoples_of
from onrecord.resolve.places.ranking import NO_PROFILE, Profile, Ranked, Ranker, make_profile
from onrecord.resolve.places.relations import Reading, known_part, read_mention
from onrecord.resolve.places.weights import load_weights

__all__ = ["FoundToponym", "find_toponyms", "resolve_places"]

BUILDINGS = word_set("places.built")


def resolve_places(parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """All mentions, those of kind place with their ``place`` where the text supports one.

    Spans of a place are those of its mention; ``basis`` is "argument" (stages that use the place say better), for a dateline "document",
    which is never where an event was. ``candidates`` hold the other places that the name may mean, ``why`` the reasons in words.
    Where the lexicon says where the outlet's other reports take place (its ``beats``), those places gain.
    """
    profile = _profile(parse.document.outlet, lexicon)
    readings = _readings(parse, mentions, lexicon, gazetteer)
    ranker = _ranker(lexicon, gazetteer, profiled=profile is not NO_PROFILE)
    found = _toponyms(parse, mentions, readings, lexicon, gazetteer, ranker, profile)
    ranked = {toponym.form: toponym.answer for toponym in found}
    focus = _focus(parse, mentions, readings, ranked)
    places: dict[str, Place | None] = {}
    for mention in mentions:
        reading = readings.get(mention.id)
        if reading is not None and reading.name is not None:
            dateline = _in_dateline(parse, mention)
            places[mention.id] = make_place(mention, reading, ranked.get(reading.name), focus, lexicon, gazetteer, dateline=dateline)
        elif reading is not None:
            border = reading.relation is PlaceRelation.BORDER
            places[mention.id] = (
                border_place(mention, reading, focus, lexicon, gazetteer) if border else capital_place(mention, reading, lexicon, gazetteer)
            )
    describe(parse.document.text, mentions, readings, places, focus, gazetteer)
    _join(parse, mentions, readings, places)
    return tuple(
        msgspec.structs.replace(mention, place=places[mention.id]) if places.get(mention.id) is not None else mention
        for mention in mentions
    )


def _join(parse: Parse, mentions: Sequence[Mention], readings: dict[str, Reading], places: dict[str, Place | None]) -> None:
    """Gives both places of "between A and B" the point half-way."""
    located = sorted((mention for mention in mentions if places.get(mention.id) is not None), key=lambda mention: mention.span)
    for one, other in pairwise(located):
        between = readings[one.id].relation is PlaceRelation.BETWEEN
        if not between or parse.document.text[one.span[1] : other.span[0]].strip() not in ("and", "and the"):
            continue
        first, second = places[one.id], places[other.id]
        assert first is not None
        assert second is not None
        joined = between_places(first, second, parse.document.text[one.span[0] : other.span[1]])
        if joined is first:
            continue
        places[one.id] = msgspec.structs.replace(joined, span=(one.span[0], other.span[1]))
        places[other.id] = places[one.id]


class FoundToponym(NamedTuple):
    """A name of a place in the text, whatever its role: also where a state acts under its name, or a people's name says which."""

    span: Span
    form: str
    answer: Ranked


def find_toponyms(
    parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon, gazetteer: Gazetteer, *, ranker: Ranker | None = None
) -> tuple[FoundToponym, ...]:
    """Every name of a place in the report with its ranked candidates, in text order, but doubtful ones; among them words for peoples.

    ranker: another one than that with the packaged weights.
    """
    readings = _readings(parse, mentions, lexicon, gazetteer)
    ranker = ranker or _ranker(lexicon, gazetteer, profiled=False)
    found = _toponyms(parse, mentions, readings, lexicon, gazetteer, ranker, NO_PROFILE)
    return tuple(toponym for toponym in found if toponym.answer.best is not None and not doubtful(toponym.answer))


def _profile(outlet: str | None, lexicon: Lexicon) -> Profile:
    beat = lexicon.beats.find(outlet)
    return make_profile({"countries": beat.countries, "divisions": beat.divisions}) if beat else NO_PROFILE


def _readings(parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon, gazetteer: Gazetteer) -> dict[str, Reading]:
    readings = {mention.id: read_mention(parse, mention, gazetteer) for mention in mentions if mention.kind is MentionKind.PLACE}
    return {at: reading._replace(name=None) if _is_of_people(reading, lexicon) else reading for at, reading in readings.items()}


def _is_of_people(reading: Reading, lexicon: Lexicon) -> bool:
    """Whether all that is known in a name says whose a building is ("the Saudi Hospital"), not where it stands."""
    if reading.name is None or reading.relation is PlaceRelation.BORDER or reading.noun not in BUILDINGS:
        return False
    return bool(lexicon.countries.adjective(reading.name))


def _in_dateline(parse: Parse, mention: Mention) -> bool:
    return any(
        sentence.kind is BlockKind.DATELINE and sentence.span[0] <= mention.span[0] < sentence.span[1] for sentence in parse.sentences
    )


@lru_cache(maxsize=8)
def _ranker(lexicon: Lexicon, gazetteer: Gazetteer, *, profiled: bool) -> Ranker:
    """One ranker per body of knowledge: it remembers the names that it has seen."""
    return Ranker(NameCache(gazetteer, peoples_of(lexicon, gazetteer)), load_weights("outlet" if profiled else "plain"))


def _toponyms(
    parse: Parse,
    mentions: Sequence[Mention],
    readings: dict[str, Reading],
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    ranker: Ranker,
    profile: Profile,
) -> list[FoundToponym]:
    """The names of places ranked together with all other names that say which part of the world the report is about."""
    names: dict[Span, str] = dict(countries_and_peoples(parse, lexicon))
    names.update(nested_names(parse, mentions, gazetteer))
    people = surnames(parse, mentions)
    for mention in mentions:
        reading = readings.get(mention.id)
        if reading is not None and reading.name is not None:
            if is_name(reading.name, people, gazetteer):
                names[reading.span] = reading.name
            names.update(_container_spans(parse.document.text, reading, mention))
        elif mention.label is EntityLabel.GPE and mention.named and is_name(mention.text, people, gazetteer):
            span = known_part(parse.document.text, mention.span, gazetteer)
            names[span] = parse.text_of(span)
    kept = _outermost(names, [reading.span for reading in readings.values() if reading.name is not None])
    ranked = ranker.rank(parse.document.text, kept, profile)
    return [FoundToponym(span, form, ranked[form]) for span, form in kept]


def _outermost(names: dict[Span, str], first: Sequence[Span]) -> list[tuple[Span, str]]:
    """Names in text order, none inside another; those of place mentions before others."""
    taken: list[Span] = []
    for span in sorted(names, key=lambda span: (span not in first, span[0] - span[1], span)):
        if not any(start < span[1] and span[0] < end for start, end in taken):
            taken.append(span)
    return [(span, names[span]) for span in sorted(taken)]


def _container_spans(text: str, reading: Reading, mention: Mention) -> list[tuple[Span, str]]:
    found = []
    for name in reading.containers:
        at = text.find(name, reading.span[1], mention.span[1])
        if at >= 0:
            found.append(((at, at + len(name)), name))
    return found


def _focus(parse: Parse, mentions: Sequence[Mention], readings: dict[str, Reading], ranked: dict[str, Ranked]) -> Focus:
    """The countries that the report's places lie in, most named first; a dateline counts for nothing."""
    counts: Counter[str] = Counter()
    at: list[tuple[int, str]] = []
    for mention in mentions:
        reading = readings.get(mention.id)
        answer = ranked.get(reading.name) if reading is not None and reading.name is not None else None
        if answer is None or answer.best is None or answer.best.place.country is None:
            continue
        if not _in_dateline(parse, mention):
            counts[answer.best.place.country] += 1
            at.append((mention.span[0], answer.best.place.country))
    ordered = tuple(code for code, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return Focus(ordered, tuple(sorted(at)))
