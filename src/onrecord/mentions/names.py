"""Which words of a report are known names, peoples and agent nouns, and what the language model calls them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from onrecord.lexicon.actors import Kind as ActorKind
from onrecord.lexicon.agents import Entry as AgentEntry
from onrecord.lexicon.agents import Kind as AgentKind
from onrecord.lexicon.countries import Form
from onrecord.lexicon.lists import word_set
from onrecord.mentions.namewords import by_name_words, fits_a_name
from onrecord.records import EntityLabel, MentionKind, Parse, PlaceKind

if TYPE_CHECKING:
    from onrecord.gazetteer import Gazetteer
    from onrecord.lexicon import Lexicon

# Entries that list towns and provinces of a country: the gazetteer tells more about them.
PLACES_IN = "x-in-"
SURE_SIGNAL = 0.7
MIN_SIGNAL = 0.5  # probability below which the language model's entities are passed over
KNOWN_TOWN = 5_000  # inhabitants
ROW_WORDS = word_set("names.between") | {","}
ACTOR_LABELS = {
    ActorKind.GROUP: EntityLabel.FORCE,
    ActorKind.FORCE: EntityLabel.FORCE,
    ActorKind.BODY: EntityLabel.ORG,
    ActorKind.PARTY: EntityLabel.ORG,
    ActorKind.ORGANISATION: EntityLabel.ORG,
    ActorKind.OUTLET: EntityLabel.ORG,
    ActorKind.PERSON: EntityLabel.PERSON,
}


class Known(msgspec.Struct, frozen=True):
    """A known name over tokens ``[first, end)``: of an actor (``actor``) or of a country in one of its forms."""

    first: int
    end: int
    label: EntityLabel
    form: Form | None = None
    countries: frozenset[str] = frozenset()
    capital_of: frozenset[str] = frozenset()


class Names:
    """Look-ups by token of one report; each list is read once over all its words."""

    def __init__(self, parse: Parse, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self.parse = parse
        self.lexicon = lexicon
        self.gazetteer = gazetteer

    def known(self, index: int) -> Known | None:
        """The longest known name that holds a token."""
        return self._known.get(index)

    def agent(self, index: int) -> AgentEntry | None:
        """The notion of the agent noun phrase that ends with a token ("aid worker")."""
        found = self._agents.get(index)
        return found[1] if found else None

    def agent_start(self, index: int) -> int:
        """Where the agent noun phrase that ends with a token begins."""
        found = self._agents.get(index)
        return found[0] if found else index

    def signal(self, index: int) -> EntityLabel | None:
        """What the language model calls the entity that ends with, or holds, a token."""
        return self._signals.get(index)

    def is_place(self, name: str) -> bool:
        """Whether the gazetteer knows a place of that name, type words apart."""
        return bool(self.gazetteer.lookup(name, limit=1))

    def is_known_town(self, name: str) -> bool:
        """Whether a name is that of a place of some size: enough to take it for one where nothing says that it is a place."""
        return any(
            place.population >= KNOWN_TOWN or place.kind is not PlaceKind.POPULATED for place in self.gazetteer.lookup(name, limit=1)
        )

    @cached_property
    def _known(self) -> dict[int, Known]:
        found: dict[int, Known] = {}
        listed = [*self._known_actors(), *self._known_countries()]
        for known in [*listed, *(name for name in self._signalled_names() if not self._is_list(name, listed))]:
            if all(index not in found or found[index].end - found[index].first < known.end - known.first for index in _indices(known)):
                found |= dict.fromkeys(_indices(known), known)
        return found

    def _known_actors(self) -> Iterator[Known]:
        for first, words in self._sentences():
            for start, end, aliases in self.lexicon.actors.matches(words):
                entry = aliases[0].entry
                country = frozenset([entry.country]) if entry.country else frozenset[str]()
                yield Known(first + start, first + end, ACTOR_LABELS[entry.kind], countries=country)

    def _signalled_names(self) -> Iterator[Known]:
        """Names of several words that the language model is sure of: their whole length, which trees often break."""
        for entity in self.parse.signals.entities if self.parse.signals is not None else ():
            first = entity.first + (self.parse.tokens[entity.first].text.lower() == "the")
            tokens = self.parse.tokens[first : entity.end]
            if entity.label not in (EntityLabel.PERSON, EntityLabel.ORG) or entity.score < SURE_SIGNAL or len(tokens) < 2:
                continue
            text = self.parse.text_of((tokens[0].span[0], tokens[-1].span[1]))
            if entity.label == EntityLabel.PERSON and self.gazetteer.knows(text):
                continue
            if tokens[0].upos == tokens[-1].upos == "PROPN" and all(fits_a_name(token) for token in tokens):
                verdict = by_name_words([token.text.lower() for token in tokens])
                label = verdict[1] if verdict is not None and verdict[0] is MentionKind.ACTOR else EntityLabel(entity.label)
                yield Known(first, entity.end, EntityLabel.PERSON if entity.label == EntityLabel.PERSON else label)

    def _is_list(self, name: Known, listed: list[Known]) -> bool:
        """Whether what the model takes for one name is a row of names: "the Philippines and France"."""
        inside = [known for known in listed if name.first <= known.first and known.end <= name.end]
        named = {index for known in inside for index in _indices(known)}
        rest = [self.parse.tokens[index].text.lower() for index in _indices(name) if index not in named]
        return len(inside) > 1 and "and" in rest and set(rest) <= ROW_WORDS

    def _known_countries(self) -> Iterator[Known]:
        for first, words in self._sentences():
            for start, end, found in self.lexicon.countries.matches(words):
                senses = [sense for sense in found if not sense.entry.id.startswith(PLACES_IN)]
                if not senses:
                    continue
                forms = {sense.form for sense in senses}
                form = next(form for form in (Form.NAME, Form.PEOPLE, Form.ADJECTIVE, Form.SEAT, Form.CAPITAL) if form in forms)
                label = EntityLabel.NORP if form in (Form.PEOPLE, Form.ADJECTIVE) else EntityLabel.GPE
                codes = frozenset(sense.entry.id for sense in senses if sense.form is form)
                yield Known(first + start, first + end, label, form, codes)

    @cached_property
    def _agents(self) -> dict[int, tuple[int, AgentEntry]]:
        """By last token: where the phrase begins, and its notion."""
        found = {}
        for first, words in self._sentences():
            for start, end, entry in self.lexicon.agents.matches(words):
                if entry.kind is not AgentKind.MODIFIER:
                    found[first + end - 1] = (first + start, entry)
        return found

    @cached_property
    def _signals(self) -> dict[int, EntityLabel]:
        if self.parse.signals is None:
            return {}
        labels: dict[int, EntityLabel] = {}
        for entity in self.parse.signals.entities:
            if entity.label in EntityLabel.__members__ and entity.score >= MIN_SIGNAL:
                labels |= dict.fromkeys(range(entity.first, entity.end), EntityLabel(entity.label))
        return labels

    def _sentences(self) -> Iterator[tuple[int, list[str]]]:
        for sentence in self.parse.sentences:
            yield sentence.first, [token.text for token in self.parse.tokens[sentence.first : sentence.end]]


def _indices(known: Known) -> range:
    return range(known.first, known.end)
