"""Names of places inside other mentions ("Montreal police", "the University of Aleppo", "former New York governor"), and what only looks
like a name of a place: surnames, and words that stand in many names but are none alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from onrecord.gazetteer import Gazetteer
from onrecord.lexicon import Lexicon
from onrecord.lexicon.countries import Form
from onrecord.lexicon.lists import word_set
from onrecord.records import EntityLabel, Mention, Parse, Span, Token

_MAX_WORDS = 5
_ENTITIES = (EntityLabel.PERSON, EntityLabel.ORG, EntityLabel.FORCE, EntityLabel.NORP, EntityLabel.FAC, EntityLabel.OTHER, EntityLabel.GPE)

NOT_ALONE = word_set("names.not_alone")


def surnames(parse: Parse, mentions: Sequence[Mention]) -> frozenset[str]:
    """Words that end a person's name somewhere in the report, or follow a form of address."""
    found = set()
    for mention in mentions:
        words = mention.text.split()
        if mention.label is EntityLabel.PERSON and mention.named and len(words) > 1 and words[-1][:1].isupper() and words[-2][:1].isupper():
            found.add(words[-1].strip(".,’'"))
    for before, token in pairwise(parse.tokens):
        joined = token.deprel == "flat" and token.upos == "PROPN" and before.upos == "PROPN" and before.text.isalpha()
        if (joined and not before.text.isupper()) or before.text.rstrip(".") in _ADDRESSES:
            found.add(token.text)
    return frozenset(found)


_ADDRESSES = ("Mr", "Mrs", "Ms", "Dr", "Sgt", "Lt", "Capt", "Rev", "Judge", "Officer", "Detective", "Justice")


def is_name(text: str, people: frozenset[str], gazetteer: Gazetteer) -> bool:
    """Whether a capitalised name may be that of a place: no surname of somebody in the report, no word that means nothing alone."""
    word = text.rstrip(".")
    if word.lower() in NOT_ALONE or len(word) < 2:
        return False
    return word not in people or any(
        place.country is not None and place.population > 3_000_000 for place in gazetteer.lookup(text, limit=1)
    )


def nested_names(parse: Parse, mentions: Sequence[Mention], gazetteer: Gazetteer) -> Iterator[tuple[Span, str]]:
    """Known names that stand before another word of an entity's mention, or after "of", "in" within it."""
    for mention in mentions:
        if not mention.named or mention.label not in _ENTITIES:
            continue
        tokens = parse.tokens_in(mention.span)
        if len(tokens) < 2:
            continue
        start = 0
        while start < len(tokens):
            end = _known_from(parse, tokens, start, gazetteer) if _may_begin(tokens, start) else start
            if end > start and _stands_before_another(tokens, start, end, mention.label):
                span = (tokens[start].span[0], tokens[end - 1].span[1])
                yield span, parse.text_of(span)
            start = max(end, start + 1)


def _may_begin(tokens: Sequence[Token], at: int) -> bool:
    """A capitalised word at the start of the mention or after one that is no part of a name."""
    if not tokens[at].text[:1].isupper() or tokens[at].upos not in ("PROPN", "ADJ", "NOUN"):
        return False
    return at == 0 or tokens[at - 1].text.islower() or not tokens[at - 1].text[:1].isalpha()


def _known_from(parse: Parse, tokens: Sequence[Token], start: int, gazetteer: Gazetteer) -> int:
    """The end of the longest known name that starts at a token; its start if none does."""
    for end in range(min(len(tokens), start + _MAX_WORDS), start, -1):
        name = parse.text_of((tokens[start].span[0], tokens[end - 1].span[1]))
        if tokens[end - 1].text[:1].isupper() and name.lower() not in NOT_ALONE and gazetteer.knows(name):
            return end
    return start


def _stands_before_another(tokens: Sequence[Token], start: int, end: int, label: EntityLabel) -> bool:
    after = tokens[end] if end < len(tokens) else None
    before = tokens[start - 1] if start else None
    if before is not None and before.lemma.lower() in CASES and label is not EntityLabel.PERSON:
        return after is None or after.upos != "PROPN" or not after.text[:1].isupper()
    if after is None:
        return False
    if label is EntityLabel.PERSON:  # "New York Gov. Mario Cuomo", "Mansfield resident", never "Jordan Smith"
        return after.upos == "NOUN" or after.text.rstrip(".").lower() in _TITLES
    return after.text[:1].isalpha()


_TITLES = word_set("names.offices")
CASES = word_set("prepositions.name_place")


def countries_and_peoples(parse: Parse, lexicon: Lexicon) -> Iterator[tuple[Span, str]]:
    """Words for countries and their people anywhere in the report: they say which part of the world it is about."""
    for sentence in parse.sentences:
        tokens = parse.tokens[sentence.first : sentence.end]
        for first, end, senses in lexicon.countries.matches([token.text for token in tokens]):
            sense = senses[0]
            if sense.form not in (Form.ADJECTIVE, Form.PEOPLE) or not tokens[first].text[:1].isupper():
                continue
            span = (tokens[first].span[0], tokens[end - 1].span[1])
            yield span, parse.text_of(span)
