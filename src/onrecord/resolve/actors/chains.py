"""Who the actors are over a whole report: first what words alone decide, then pronouns, short names and bare nouns in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from onrecord.lexicon.agents import Kind as AgentKind
from onrecord.lexicon.countries import Form
from onrecord.lexicon.phrases import key
from onrecord.records import Actor, EntityLabel, Mention, MentionKind, Parse
from onrecord.resolve.actors import compose
from onrecord.resolve.actors.context import Setting
from onrecord.resolve.actors.reading import Reading, governor_notion, read_mention, shared_head, titles

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

# Nouns that go back to whoever was called so before ("the regime", "the army", "the militants"), and those that never do.
_SINGULAR_ITS = "its"
_OTHERS = frozenset({"other", "another", "unidentified", "unknown", "more", "different", "rival", "suspected"})
_MAX_CHAIN = 50


class Resolver:
    """Actors of one report by mention id. ``run`` fills them."""

    def __init__(self, parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, setting: Setting) -> None:
        self._parse = parse
        self._lexicon = lexicon
        self._setting = setting
        self._mentions = [mention for mention in mentions if mention.kind is MentionKind.ACTOR]
        self._by_id = {mention.id: mention for mention in mentions}
        self._readings: dict[str, Reading] = {}
        self._actors: dict[str, Actor | None] = {}
        self._at_war = False

    def actor_of(self, mention_id: str) -> Actor | None:
        """The actor found for a mention, or None."""
        return self._actors.get(mention_id)

    def run(self) -> None:
        """Two passes in text order: words alone, which also introduce names and nouns; then what depends on them."""
        for mention in self._mentions:
            reading = read_mention(self._parse, mention, self._lexicon)
            if reading is not None:
                self._readings[mention.id] = reading
        self._at_war = self._is_war()
        for mention in self._mentions:
            actor = self._from_words(mention)
            if actor is not None:
                self._actors[mention.id] = actor
                self._introduce(mention, actor)
        for mention in self._mentions:
            if mention.id not in self._actors:
                self._actors[mention.id] = self._from_report(mention)

    def _is_war(self) -> bool:
        """Whether several armed actors appear: then an opposition's "groups" bear arms."""
        armed = [reading for reading in self._readings.values() if reading.agent is not None and reading.agent.sectors[:1] in (("MIL",), ("REB",), ("PRM",))]
        return len(armed) > 1

    # ── First pass: the words of the mention ──────────────────────────────────────────────────────────────────────────

    def _from_words(self, mention: Mention) -> Actor | None:
        reading = self._readings.get(mention.id)
        if reading is None:
            return None
        return self._from_reading(reading, mention.label, mention.text)

    def _from_reading(self, reading: Reading, label: EntityLabel, text: str) -> Actor | None:
        if reading.name:
            return self._named(reading, text)
        if reading.inside and (owner := self._owner_named(reading)) is not None:
            return compose.of_named(reading, owner, self._setting, self._lexicon, text, self._at_war)
        if reading.is_country:
            notion = governor_notion(self._parse, reading, self._lexicon) or shared_head(self._parse, reading, self._lexicon)
            return compose.from_country(reading, self._setting, self._lexicon, notion)
        if reading.senses and reading.agent is not None:
            return compose.of_country(reading, self._setting, self._lexicon, text, self._at_war)
        if reading.part is not None and (actor := self._of_part(reading, text)) is not None:
            return actor
        if label is EntityLabel.PERSON and reading.agent is None:
            return self._titled(reading, text)
        if reading.place and reading.agent is not None and compose.alone(reading):
            return compose.of_country(reading, self._setting, self._lexicon, text, self._at_war)
        return None

    def _named(self, reading: Reading, text: str) -> Actor | None:
        actor = compose.choose_alias(reading.name, reading, self._setting)
        if actor is None or not actor.id:
            return self._titled(reading, text) or actor
        person = any(alias.entry.id == actor.id and alias.entry.kind.value == "person" for alias in reading.name)
        if not person or actor.sectors[:1] != ("GOV",):
            notion = governor_notion(self._parse, reading, self._lexicon) if actor.sectors[:1] == ("GOV",) else None
            return self._lexicon.countries.armed_forces_of(actor) or actor if notion is not None else actor
        if shared_head(self._parse, reading, self._lexicon) is not None:
            return self._lexicon.countries.armed_forces_of(actor) or actor
        return actor

    def _owner_named(self, reading: Reading) -> Actor | None:
        owner = compose.choose_alias(reading.inside, reading, self._setting)
        return owner if owner is not None and owner.sectors != ("UNK",) else None

    def _of_part(self, reading: Reading, text: str) -> Actor | None:
        """"Members of the army", "hundreds of civilians": what the part is, with the sectors of the head where it has any."""
        part = reading.part
        if part is None:
            return None
        owner = self._from_reading(part, EntityLabel.OTHER, " ".join(token.text for token in part.tokens))
        if owner is None and part.agent is not None:
            country = self._country_near(part)
            owner = compose.of_context(part, country, self._lexicon, text, self._at_war)
        if owner is None:
            return None
        return compose.of_named(reading, owner, self._setting, self._lexicon, text, self._at_war)

    def _titled(self, reading: Reading, text: str) -> Actor | None:
        """A person by the title before the name or the apposition after it."""
        for agent in reading.before:
            if agent.kind is not AgentKind.MODIFIER:
                described = Reading(tokens=reading.tokens, head=reading.head, agent=agent, senses=reading.senses, inside=reading.inside)
                described.before = [other for other in reading.before if other is not agent]
                if described.senses:
                    return compose.of_country(described, self._setting, self._lexicon, text, self._at_war)
                return compose.of_context(described, self._country_near(reading), self._lexicon, text, self._at_war)
        for title in titles(self._parse, reading, self._lexicon):
            actor = self._from_reading(title, EntityLabel.OTHER, text)
            if actor is None and title.agent is not None:
                actor = compose.of_context(title, self._country_near(title), self._lexicon, text, self._at_war)
            if actor is not None:
                return msgspec.structs.replace(actor, confidence=round(actor.confidence * 0.9, 2))
        return None

    def _introduce(self, mention: Mention, actor: Actor) -> None:
        """Remembers by which nouns and short names an actor may be called from here on."""
        reading = self._readings[mention.id]
        owned = reading.senses or reading.inside or reading.name
        if reading.agent is not None and (owned or reading.part is not None):
            self._setting.by_noun.setdefault(reading.agent.id, []).append(actor)
            for noun in {key(reading.agent_text), key(reading.head.lemma)}:
                self._setting.by_noun.setdefault(noun, []).append(actor)
        if "regime" in {token.text.casefold() for token in reading.tokens} and actor.country:
            self._setting.by_noun.setdefault("regime", []).append(actor)
        if compose.is_non_state_armed(actor) and actor.id is not None:
            self._setting.groups.append(actor)
        if mention.named and mention.label is EntityLabel.PERSON:
            self._setting.by_name.setdefault(key(reading.tokens[-1].text), actor)

    # ── Second pass: the report ───────────────────────────────────────────────────────────────────────────────────────

    def _from_report(self, mention: Mention) -> Actor | None:
        chained = self._antecedent(mention)
        reading = self._readings.get(mention.id)
        if chained is not None and (reading is None or self._agrees(reading, chained)):
            return msgspec.structs.replace(chained, basis="coreference", confidence=round(chained.confidence * 0.9, 2))
        if reading is None:
            return None
        if mention.label is EntityLabel.PERSON and mention.named:
            return self._by_short_name(reading)
        if reading.pronoun_owner is not None and reading.agent is not None:
            owner = self._pronoun_owner(reading)
            if owner is not None:
                actor = compose.of_named(reading, owner, self._setting, self._lexicon, mention.text, self._at_war)
                return msgspec.structs.replace(actor, confidence=round(actor.confidence * 0.85, 2))
        if reading.agent is None:
            return None
        return self._bare(reading, mention.text)

    def _antecedent(self, mention: Mention) -> Actor | None:
        seen = 0
        current = mention
        while current.refers_to is not None and seen < _MAX_CHAIN:
            following = self._by_id.get(current.refers_to)
            if following is None:
                return None
            actor = self._actors.get(following.id)
            if actor is not None:
                return actor
            current = following
            seen += 1
        return None

    def _agrees(self, reading: Reading, actor: Actor) -> bool:
        """Whether a description fits an antecedent: no clash between civilians and fighters, or between two services."""
        agent = reading.agent
        if agent is None or agent.generic or not agent.sectors:
            return True
        known = {sector for one in (actor, *actor.candidates) for sector in one.sectors}
        mine = {*agent.sectors, *agent.alternatives}
        return bool(known & mine) or (bool(mine & {"UAF", "REB", "PRM"}) and compose.is_non_state_armed(actor)) or ("CVL" in agent.sectors and "person" in agent.words)

    def _by_short_name(self, reading: Reading) -> Actor | None:
        return self._setting.by_name.get(key(reading.tokens[-1].text))

    def _pronoun_owner(self, reading: Reading) -> Actor | None:
        """Whom "its" or "their" in "its troops" goes to: the pronoun's own mention, else the nearest state or group before it."""
        pronoun = reading.pronoun_owner
        if pronoun is None:
            return None
        for mention in self._mentions:
            if mention.span == pronoun.span:
                return self._antecedent(mention) or self._actors.get(mention.id)
        best: Actor | None = None
        for mention in self._mentions:
            if mention.span[0] >= pronoun.span[0]:
                break
            actor = self._actors.get(mention.id)
            other = self._readings.get(mention.id)
            if actor is None or other is None or other.head.sentence < pronoun.sentence - 1:
                continue
            owns = compose.is_state(actor) or compose.is_non_state_armed(actor)
            single = other.is_country or actor.sectors[:1] == ("GOV",) or other.name
            if owns and (pronoun.text.casefold() != _SINGULAR_ITS or single):
                best = actor
        return best

    def _bare(self, reading: Reading, text: str) -> Actor | None:
        """A noun without owner: whoever was called so before, else by the place of the events."""
        agent = reading.agent
        if agent is None:
            return None
        other = any(token.text.casefold() in _OTHERS for token in reading.tokens)
        before = None if other else self._called_before(reading)
        if before is not None:
            return before
        return compose.of_context(reading, self._country_near(reading), self._lexicon, text, self._at_war)

    def _called_before(self, reading: Reading) -> Actor | None:
        """The actor that was called by the same noun with an owner: "the army" after "the Turkish army"."""
        words = {token.text.casefold() for token in reading.tokens}
        agent = reading.agent
        if agent is None:
            return None
        if "regime" in words and (regimes := self._setting.by_noun.get("regime")):
            owner = regimes[0]
            return compose.of_named(reading, owner, self._setting, self._lexicon, "regime", self._at_war) if agent.generic else self._as(owner, reading)
        sectors = compose.sectors_of(reading, (), self._at_war)
        if set(sectors) & {"REB", "PRM"}:
            return self._group_before(reading)
        if not reading.definite or not sectors or sectors[0] in ("CVL", "UAF", "CRM", "REF"):
            return None
        known = self._setting.by_noun.get(key(reading.agent_text)) or self._setting.by_noun.get(key(reading.head.lemma))
        codes = {actor.code for actor in known or ()}
        if known and len(codes) == 1 and not reading.before:
            return msgspec.structs.replace(known[0], basis="coreference", confidence=0.75)
        return None

    def _as(self, owner: Actor, reading: Reading) -> Actor:
        """The regime itself: its government, or its army before a deed of it."""
        notion = governor_notion(self._parse, reading, self._lexicon)
        government = compose.described(self._lexicon, owner.name, owner.country, ("GOV",), "coreference", 0.8)
        if notion is not None and notion.sectors[:1] == ("MIL",):
            return self._lexicon.countries.armed_forces_of(government) or government
        return government

    def _group_before(self, reading: Reading) -> Actor | None:
        """The one armed group of the report, for "the militants", "a militant"; with several only a candidate list follows from context."""
        groups = {actor.id: actor for actor in self._setting.groups}
        if len(groups) == 1 and (reading.definite or "Number=Sing" in reading.head.feats):
            actor = next(iter(groups.values()))
            return msgspec.structs.replace(actor, basis="coreference", confidence=0.7)
        return None

    def _country_near(self, reading: Reading) -> str | None:
        for senses in (reading.place, reading.senses):
            if senses and senses[0].form in (Form.NAME, Form.CAPITAL, Form.ADJECTIVE):
                country, _ = compose.choose_country(senses, self._setting)
                if country is not None:
                    return country
        return self._setting.near(reading.head.sentence)
