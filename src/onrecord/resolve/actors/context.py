"""What the whole report says about whose actors it names: where it happens, and who was named how before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onrecord.lexicon.actors import Kind
from onrecord.lexicon.countries import Form, Sense
from onrecord.lexicon.lists import word_set
from onrecord.lexicon.sectors import SUPRANATIONAL
from onrecord.records import Actor, BlockKind, Mention, Parse

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

_NOT_REPORTED = frozenset({BlockKind.DATELINE, BlockKind.BYLINE, BlockKind.BOILERPLATE})
_LOCATIVES = word_set("prepositions.locative")
_BYSTANDERS = frozenset({Kind.OUTLET, Kind.ORGANISATION})
_WHERE, _NAMED, _MENTIONED, _HEADLINE, _FILED = 2.0, 1.0, 0.8, 3.0, 1.0
_SURE_PLACE = 0.5
_BACK = 30  # sentences that a place is looked for in
# How much of the weight a country must have to be the one that a report is about.
_SHARE = 0.5
# What is left of the weight of a country in which nothing happens, where something happens in others.
_OFFSTAGE = 0.7


@dataclass
class Setting:
    """Where a report and each of its sentences take place, by country code, and the actors that it has introduced.

    where: per sentence, countries of the places that something happens in.  weights: evidence over the whole report.
    by_noun: actors by the noun they were described with ("regime": Syria's) and their code, the latest last.
    by_name: persons and groups by short name.  groups: named armed groups by id.  armies: armed forces by country.
    """

    date: str | None
    where: list[list[str]]
    paragraphs: list[int]
    weights: dict[str, float]
    by_noun: dict[str, dict[str, Actor]] = field(default_factory=dict)
    by_name: dict[str, Actor] = field(default_factory=dict)
    groups: dict[str, Actor] = field(default_factory=dict)
    armies: dict[str, Actor] = field(default_factory=dict)

    def called(self, noun: str) -> list[Actor]:
        """The actors that were called by a noun, one for each code, the latest last."""
        return list(self.by_noun.get(noun, {}).values())

    def call(self, noun: str, actor: Actor) -> None:
        """Remembers that an actor was called by a noun."""
        known = self.by_noun.setdefault(noun, {})
        known.pop(actor.code, None)
        known[actor.code] = actor

    def ranked(self) -> list[str]:
        """Countries of the report, the one with the most evidence first."""
        return sorted(self.weights, key=lambda code: (-self.weights[code], code))

    def country(self) -> str | None:
        """The country that the report is about, or None where two have like evidence or none has any."""
        scenes = {code for codes in self.where for code in codes}
        weights = {code: weight if not scenes or code in scenes else weight * _OFFSTAGE for code, weight in self.weights.items()}
        order = sorted(weights, key=lambda code: (-weights[code], code))
        if not order:
            return None
        clear = len(order) == 1 or weights[order[1]] < 0.8 * weights[order[0]]
        return order[0] if clear or weights[order[0]] > _SHARE * sum(weights.values()) else None

    def near(self, sentence: int) -> str | None:
        """The country where a sentence's events happen: its own places, else the report's, else the nearest before in its paragraph."""
        for code in (self._at(sentence), self.country()):
            if code is not None:
                return code
        for number in range(sentence - 1, max(-1, sentence - 1 - _BACK), -1):
            if self.paragraphs[number] != self.paragraphs[sentence]:
                break
            code = self._at(number)
            if code is not None:
                return code
        return None

    def _at(self, sentence: int) -> str | None:
        found = dict.fromkeys(self.where[sentence])
        return max(found, key=lambda code: (self.weights.get(code, 0.0), code)) if found else None


def read_setting(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon) -> Setting:
    """The setting of a report from its country words, adjectives, capitals, regions and already resolved places."""
    published = parse.document.published
    setting = Setting(
        date=published[:10] if published else None,
        where=[[] for _ in parse.sentences],
        paragraphs=[sentence.paragraph for sentence in parse.sentences],
        weights={},
    )
    weights: dict[str, float] = defaultdict(float)
    read: set[int] = set()
    for number, sentence in enumerate(parse.sentences):
        if sentence.kind not in _NOT_REPORTED:
            read |= _weigh(parse, number, lexicon, setting, weights)
            _weigh_actors(parse, number, lexicon, weights)
        elif sentence.kind is BlockKind.DATELINE:
            _weigh_dateline(parse, number, lexicon, weights)
    _weigh_places(parse, mentions, setting, weights, frozenset(read))
    _weigh_outlet(parse, lexicon, weights)
    setting.weights = dict(weights)
    return setting


def _weigh(parse: Parse, number: int, lexicon: Lexicon, setting: Setting, weights: dict[str, float]) -> set[int]:
    """Weighs the country words of a sentence; returns the tokens that they are."""
    read: set[int] = set()
    sentence = parse.sentences[number]
    tokens = parse.tokens[sentence.first : sentence.end]
    factor = _HEADLINE if sentence.kind in (BlockKind.HEADLINE, BlockKind.SUMMARY) else 1.0
    for first, end, senses in lexicon.countries.matches([token.text for token in tokens]):
        code = senses[0].entry.country
        if code is None or senses[0].weak:
            continue
        read.update(range(sentence.first + first, sentence.first + end))
        if _is_where(parse, senses[0], tokens[end - 1].index, sentence.first + first):
            setting.where[number].append(code)
            weights[code] += factor * _WHERE
        else:
            weights[code] += factor * (_MENTIONED if senses[0].form in (Form.ADJECTIVE, Form.PEOPLE, Form.SEAT) else _NAMED)
    return read


def _weigh_dateline(parse: Parse, number: int, lexicon: Lexicon, weights: dict[str, float]) -> None:
    """Where a report was filed decides between countries that it speaks of alike; alone it says nothing."""
    words = [token.text if token.text.istitle() else token.text.title() for token in parse.sentence_tokens(number)]
    for _, _, senses in lexicon.countries.matches(words):
        code = senses[0].entry.country
        if code is not None and not senses[0].weak:
            weights[code] += _FILED


def _weigh_actors(parse: Parse, number: int, lexicon: Lexicon, weights: dict[str, float]) -> None:
    """Leaders and groups speak for their country, too."""
    words = [token.text for token in parse.sentence_tokens(number)]
    for _, _, aliases in lexicon.actors.matches(words):
        entry = aliases[0].entry
        if aliases[0].weak or entry.country is None or entry.country in SUPRANATIONAL or entry.kind in _BYSTANDERS:
            continue
        weights[entry.country] = weights.get(entry.country, 0.0) + _NAMED


def _is_where(parse: Parse, sense: Sense, index: int, first: int) -> bool:
    """Whether a place name tells where something happens: it follows "in", "near" …, itself or as the second part of "Idlib, Syria"."""
    if sense.form not in (Form.NAME, Form.CAPITAL):
        return False
    token = parse.tokens[index]
    cases = {parse.tokens[child].text.casefold() for child in parse.children[index] if parse.tokens[child].deprel == "case"}
    if cases & _LOCATIVES:
        return True
    previous = parse.tokens[first - 1] if first > 0 else None
    if previous is not None and previous.sentence == token.sentence and previous.text.casefold() in _LOCATIVES:
        return True
    return sense.entry.id.startswith("x-") and token.deprel in ("compound", "obl", "nmod", "appos")


def _weigh_places(parse: Parse, mentions: tuple[Mention, ...], setting: Setting, weights: dict[str, float], read: frozenset[int]) -> None:
    """Places that were found on the map, for towns that no word list holds: alone, or beside the countries that the words name.

    Beside them they only support: a name that is found on the map in a country that nothing else speaks of was more likely found wrong.
    read: tokens of country words, which are not weighed twice.
    """
    named = frozenset(weights)
    for mention in mentions:
        if mention.place is None or mention.place.country is None or mention.place.confidence < _SURE_PLACE:
            continue
        index = parse.token_at(mention.head[0])
        if index is None or index in read or parse.sentences[parse.tokens[index].sentence].kind in _NOT_REPORTED:
            continue
        if named and mention.place.country not in named:
            continue
        located = any(parse.tokens[child].text.casefold() in _LOCATIVES for child in parse.children[index])
        if located:
            setting.where[parse.tokens[index].sentence].append(mention.place.country)
        weights[mention.place.country] += (_WHERE if located else _NAMED) * mention.place.confidence


def _weigh_outlet(parse: Parse, lexicon: Lexicon, weights: dict[str, float]) -> None:
    """Whoever publishes, by its name: a ministry, a movement or a paper of some country writes of its own country first."""
    words = (parse.document.outlet or "").partition("(")[0].split()  # "(translated from the Spanish)"
    for _, _, senses in lexicon.countries.matches(words):
        code = senses[0].entry.country
        if code is not None and not senses[0].weak:
            weights[code] = weights.get(code, 0.0) + _NAMED
    for _, _, aliases in lexicon.actors.matches(words):
        country = aliases[0].entry.country
        if country is not None and not aliases[0].weak and country not in SUPRANATIONAL:
            weights[country] = weights.get(country, 0.0) + _NAMED
