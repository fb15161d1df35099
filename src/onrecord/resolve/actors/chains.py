"""Who the actors are over a whole report: first what words alone decide, then pronouns, short names and bare nouns in order."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from onrecord.lexicon.actors import Kind as ActorKind
from onrecord.lexicon.agents import Kind as AgentKind
from onrecord.lexicon.countries import Form
from onrecord.lexicon.lists import word_set
from onrecord.lexicon.phrases import key, skeleton
from onrecord.lexicon.sectors import SUPRANATIONAL
from onrecord.records import Actor, Mention, MentionKind, Parse
from onrecord.resolve.actors import compose
from onrecord.resolve.actors.clause import displacement, have_fled, moves_own_forces, speaker_of
from onrecord.resolve.actors.context import Setting
from onrecord.resolve.actors.reading import Reading, governor_notion, read_mention, shared_head, titles, unknown_name
from onrecord.resolve.actors.writer import FIRST_PERSON, in_quotes, opening_speaker, writer_of

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

_OTHERS = word_set("determiners.other_group")
_GROUP_WORDS = word_set("bodies.group_nouns")
_FIGHTING = frozenset({"rebels", "militants", "militia"})
_NO_TITLES = frozenset({"believers", "displaced", "generic-members"})
_MAX_CHAIN = 50
SERVICES = (("COP",), ("MIL",))  # what bare "officers" may belong to
_NEAR = 40  # mentions that an owner is looked for among


def _is_plain(reading: Reading) -> bool:
    """Whether nothing stands before the noun but an article: "the group", not "the 407th Air Expeditionary Group"."""
    return all(token.upos == "DET" for token in reading.tokens if token.index < reading.head.index)


def _are_we(reading: Reading, owner: Actor) -> bool:
    """Whether a fighter's "our youth", "our men" are his own side."""
    ours = reading.pronoun_owner is not None and reading.pronoun_owner.text.casefold() == "our"
    return ours and compose.is_non_state_armed(owner) and reading.agent is not None and reading.agent.sectors[:1] == ("CVL",)


class Resolver:
    """Actors of one report by mention id. ``run`` fills them."""

    def __init__(self, parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, setting: Setting) -> None:
        self._parse = parse
        self._lexicon = lexicon
        self._setting = setting
        self._mentions = sorted((mention for mention in mentions if mention.kind is MentionKind.ACTOR), key=lambda mention: mention.span)
        self._by_id = {mention.id: mention for mention in mentions}
        self._readings: dict[str, Reading] = {}
        self._actors: dict[str, Actor | None] = {}
        self._unsure: dict[str, Actor] = {}
        self._starts = [mention.span[0] for mention in self._mentions]
        self._spans = {mention.span: mention for mention in reversed(self._mentions)}
        self._heads = {mention.head[0]: mention for mention in reversed(self._mentions)}
        self._groups: list[tuple[int, Actor]] = []
        self._services: list[tuple[int, Actor]] = []
        self._at_war = False
        self._writer = writer_of(parse, setting, lexicon)

    def actor_of(self, mention_id: str) -> Actor | None:
        """The actor found for a mention, or None."""
        return self._actors.get(mention_id)

    def run(self) -> None:
        """Two passes in text order: words alone, which also introduce names and nouns; then what depends on them."""
        for mention in self._mentions:
            reading = read_mention(self._parse, mention, self._lexicon)
            if reading is not None:
                civilians = reading.agent is not None and reading.agent.sectors == ("CVL",)
                reading.displaced = reading.displaced or (civilians and have_fled(self._parse, reading.head))
                self._readings[mention.id] = reading
        self._at_war = self._is_war()
        for mention in self._mentions:
            reading = self._readings.get(mention.id)
            actor = self._from_reading(reading, mention.text) if reading is not None else None
            if actor is None or reading is None:
                continue
            if actor.sectors == ("UNK",):
                self._unsure[mention.id] = actor
                continue
            self._actors[mention.id] = actor
            self._introduce(mention, reading, actor)
        self._learn_groups()
        if self._writer is None and (speaker := opening_speaker(self._parse)) is not None:
            said_by = self._heads.get(self._parse.tokens[speaker].span[0])
            self._writer = self._actors.get(said_by.id) if said_by is not None else None
        for mention in self._mentions:
            self._settle(mention)

    def _settle(self, mention: Mention, depth: int = 0) -> Actor | None:
        """The actor of a mention, found by the report if its words did not tell; what it goes back to is settled first."""
        if mention.id not in self._actors and mention.kind is MentionKind.ACTOR and depth < _MAX_CHAIN:
            self._actors[mention.id] = None  # ends circles
            self._actors[mention.id] = found = self._from_report(mention, depth) or self._unsure.get(mention.id)
            if found is not None and found.sectors[:1] in SERVICES:
                insort(self._services, (mention.span[0], found), key=lambda one: one[0])
        return self._actors.get(mention.id)

    def _is_war(self) -> bool:
        """Whether several armed actors appear: then an opposition's "groups" bear arms."""
        agents = [reading.agent for reading in self._readings.values() if reading.agent is not None]
        return sum(agent.sectors[:1] in (("MIL",), ("REB",), ("PRM",)) for agent in agents) > 1

    # ── First pass: the words of the mention ──────────────────────────────────────────────────────────────────────────

    def _from_reading(self, reading: Reading, text: str) -> Actor | None:
        if reading.name:
            return self._named(reading, text)
        if reading.part is not None and (actor := self._of_part(reading, text)) is not None:
            return actor
        if reading.inside and (owner := self._owner_named(reading)) is not None:
            return compose.across_borders(reading, self._setting, text) or compose.of_named(
                reading, owner, self._lexicon, text, self._at_war
            )
        if reading.is_country:
            return self._country(reading)
        if reading.agent is None:
            return self._titled(reading, text)
        if reading.senses:
            return compose.of_country(reading, self._setting, self._lexicon, text, self._at_war)
        if not compose.alone(reading) or reading.agent.abroad:
            return None
        if reading.place:
            return compose.of_country(reading, self._setting, self._lexicon, text, self._at_war)
        seat = compose.choose_alias(reading.seat, reading, self._setting) if reading.seat else None
        return compose.of_named(reading, seat, self._lexicon, text, self._at_war) if seat is not None else None

    def _country(self, reading: Reading) -> Actor | None:
        notion = governor_notion(self._parse, reading, self._lexicon) or shared_head(self._parse, reading, self._lexicon)
        fled = displacement(self._parse, reading.head)
        reading.displaced = reading.displaced or bool(fled)
        actor = compose.from_country(reading, self._setting, self._lexicon, notion)
        if actor is not None and fled == "abroad" and actor.sectors == ("CVL", "REF"):
            return compose.make_actor(actor.name, actor.country, ("REF",), actor.basis, actor.confidence)
        return actor

    def _named(self, reading: Reading, text: str) -> Actor | None:
        actor = compose.choose_alias(reading.name, reading, self._setting)
        if actor is None or actor.id is None:
            return self._titled(reading, text) or actor
        entry = self._lexicon.actors.get(actor.id)
        if entry is not None and entry.is_state and (owner := compose.across_borders(reading, self._setting, text)) is not None:
            return owner
        if entry is not None and (branch := compose.national_branch(reading, entry, self._setting, self._lexicon, text)) is not None:
            return branch
        if actor.sectors == ("ELI",) and reading.before and "ELI" not in reading.before[0].sectors:
            return self._titled(reading, text) or actor
        if actor.sectors[:1] != ("GOV",):
            return actor
        person = entry is not None and entry.kind is ActorKind.PERSON
        notion = None if person else governor_notion(self._parse, reading, self._lexicon)
        if notion is not None or shared_head(self._parse, reading, self._lexicon) is not None:
            return self._lexicon.countries.armed_forces_of(actor) or actor
        return actor

    def _owner_named(self, reading: Reading) -> Actor | None:
        owner = compose.choose_alias(reading.inside, reading, self._setting)
        if owner is not None and owner.sectors != ("UNK",):
            return owner
        return next((known for alias in reading.inside if (known := self._setting.by_name.get(key(alias.text))) is not None), None)

    def _of_part(self, reading: Reading, text: str) -> Actor | None:
        """ "Members of the army", "hundreds of civilians": what the part is, with the sectors of the head where it has any."""
        part = reading.part
        if part is None:
            return None
        owner = self._from_reading(part, " ".join(token.text for token in part.tokens))
        if owner is None and part.agent is not None:
            owner = compose.of_context(part, self._country_of_bare(part), self._lexicon, text, self._at_war)
        if owner is None or owner.sectors == ("UNK",):
            return None
        return compose.of_named(reading, owner, self._lexicon, text, self._at_war)

    def _titled(self, reading: Reading, text: str) -> Actor | None:
        """A person by the title before the name or the apposition beside it."""
        title = next((agent for agent in reading.before if agent.kind is not AgentKind.MODIFIER and agent.id not in _NO_TITLES), None)
        if title is not None and reading.head.upos in ("PROPN", "X", "NOUN", "ADJ"):
            rest = [other for other in reading.before if other is not title]
            bearer = replace(reading, agent=title, agent_text=text, before=rest)
            if bearer.senses:
                return compose.of_country(bearer, self._setting, self._lexicon, text, self._at_war)
            return compose.of_title(bearer, self._country_of_bare(bearer), self._lexicon, text)
        if reading.nested:
            return None
        for apposed in titles(self._parse, reading, self._lexicon):
            actor = self._from_reading(apposed, text)
            if actor is None and apposed.agent is not None:
                actor = compose.of_context(apposed, self._country_near(apposed), self._lexicon, text, self._at_war)
            if actor is not None and actor.sectors != ("UNK",):
                return msgspec.structs.replace(actor, confidence=round(actor.confidence * 0.9, 2))
        return None

    def _introduce(self, mention: Mention, reading: Reading, actor: Actor) -> None:
        """Remembers by which nouns and short names an actor may be called from here on."""
        setting = self._setting
        if actor.sectors == ("MIL",) and actor.country is not None and actor.country not in SUPRANATIONAL:
            setting.armies.setdefault(actor.country, actor)
        if actor.sectors[:1] in SERVICES:
            self._services.append((mention.span[0], actor))
        if (reading.agent is not None or reading.name) and "ELI" not in actor.sectors:  # "the minister" is no former one
            nouns = {key(reading.head.lemma), key(reading.head.text), key(reading.agent_text)}
            for noun in sorted(nouns):
                setting.call(noun, actor)
        if actor.country and any(token.text.casefold() == "regime" for token in reading.tokens):
            setting.call("regime", actor)
        if compose.is_group(actor):
            setting.groups.setdefault(actor.id or actor.code, actor)
            self._groups.append((mention.span[0], actor))
        if reading.head.upos == "PROPN" and (not reading.is_country and reading.agent is None):
            setting.by_name.setdefault(key(reading.tokens[-1].text), actor)
            setting.by_name.setdefault(key(reading.head.text), actor)

    def _learn_groups(self) -> None:
        """Names that no list knows, from the fighters they have: "rebels of the Marsh Front", "Marsh Front fighters"."""
        for mention in self._mentions:
            reading = self._readings.get(mention.id)
            if reading is None or reading.agent is None or reading.name or reading.inside or reading.agent.id not in _FIGHTING:
                continue
            name = unknown_name(reading)
            if len(name) < 4:
                continue
            sectors = compose.sectors_of(reading, (), self._at_war)
            group = compose.make_actor(name, self._country_near(reading), sectors, "context", 0.55)
            self._actors.setdefault(mention.id, group)
            for short in (key(name), key(name.split()[-1])):
                self._setting.by_name.setdefault(short, group)

    # ── Second pass: the report ───────────────────────────────────────────────────────────────────────────────────────

    def _from_report(self, mention: Mention, depth: int) -> Actor | None:
        reading = self._readings.get(mention.id)
        if reading is None:
            return None
        chained = self._antecedent(mention, depth)
        if chained is not None and chained.sectors != ("UNK",) and self._agrees(reading, chained):
            return msgspec.structs.replace(chained, basis="coreference", confidence=round(chained.confidence * 0.9, 2))
        named = reading.head.upos == "PROPN" and (reading.agent is None or reading.agent.generic)
        if named and (known := self._by_short_name(reading)) is not None:
            return known
        if reading.name or (reading.agent is None and reading.head.upos == "PROPN"):
            return self._by_short_name(reading) or self._by_looks(mention.text)
        if reading.pronoun_owner is not None and reading.agent is not None and (owner := self._pronoun_owner(reading)) is not None:
            actor = owner if _are_we(reading, owner) else compose.of_named(reading, owner, self._lexicon, mention.text, self._at_war)
            return msgspec.structs.replace(actor, basis="coreference", confidence=round(actor.confidence * 0.85, 2))
        if reading.agent is None:
            return self._writing(reading) or self._men_of(reading)
        return self._bare(reading, mention.text)

    def _writing(self, reading: Reading) -> Actor | None:
        """Whoever writes, for a "we" that stands in nobody's quotation."""
        if self._writer is None or reading.head.text.casefold() not in FIRST_PERSON or in_quotes(self._parse, reading.head.index):
            return None
        return msgspec.structs.replace(self._writer, basis="coreference")

    def _men_of(self, reading: Reading) -> Actor | None:
        """ "The commander and six of his men": the men of somebody armed are armed for the same side."""
        if reading.pronoun_owner is None or reading.head.lemma != "man" or "Number=Plur" not in reading.head.feats:
            return None
        owner = self._pronoun_owner(reading)
        if owner is None or not (compose.is_non_state_armed(owner) or set(owner.sectors) & {"MIL", "COP"}):
            return None
        return msgspec.structs.replace(owner, id=None, basis="coreference", confidence=round(owner.confidence * 0.85, 2))

    def _antecedent(self, mention: Mention, depth: int = 0) -> Actor | None:
        """The actor of the mention that this one goes back to, or None; long chains and circles end."""
        following = self._by_id.get(mention.refers_to) if mention.refers_to is not None else None
        return self._settle(following, depth + 1) if following is not None else None

    def _agrees(self, reading: Reading, actor: Actor) -> bool:
        """Whether a description fits an antecedent: no clash between civilians and fighters, or between two services."""
        agent = reading.agent
        described = compose.sectors_of(reading, (), self._at_war)
        if agent is None or not described or (agent.generic and described == agent.sectors):
            return True
        known = {sector for one in (actor, *actor.candidates) for sector in one.sectors}
        mine = {*described, *agent.alternatives}
        armed = bool(mine & {"UAF", "REB", "PRM"}) and compose.is_non_state_armed(actor)
        return bool(known & mine) or armed or "CVL" in mine

    def _by_short_name(self, reading: Reading) -> Actor | None:
        """The person or group whose longer name was used before: "Rice", "the coalition"."""
        for word in (" ".join(token.text for token in reading.tokens), reading.tokens[-1].text, reading.head.text):
            known = self._setting.by_name.get(key(word))
            if known is not None:
                return msgspec.structs.replace(known, confidence=round(known.confidence * 0.9, 2))
        nouns = self._setting.called(key(reading.head.lemma)) if reading.name and reading.definite else []
        return nouns[-1] if nouns else None

    def _by_looks(self, text: str) -> Actor | None:
        """A name in mixed scripts: only a candidate, whatever it looks like."""
        plain = skeleton(text)
        aliases = self._lexicon.actors.lookup(plain) if plain is not None else ()
        known = [actor for alias in aliases if (actor := compose.from_alias(alias, self._setting, 0.2)) is not None]
        return compose.make_actor(text, None, ("UNK",), "lexicon", 0.1, others=tuple(known)) if known else None

    def _pronoun_owner(self, reading: Reading) -> Actor | None:
        """Whom "its" or "their" in "its troops" goes to: the pronoun's own mention, else the nearest state or group before it."""
        pronoun = reading.pronoun_owner
        if pronoun is None:
            return None
        own = self._spans.get(pronoun.span)
        if own is not None:
            return self._settle(own)
        if pronoun.text.casefold() in ("my", "your", "our"):
            return None
        single = pronoun.text.casefold() == "its"
        rebels = compose.sectors_of(reading, (), self._at_war)[:1] == ("REB",)
        armed = self._nearest_owner(pronoun.span[0], pronoun.sentence, plural=not single, armed=True) if rebels else None
        return armed or self._nearest_owner(pronoun.span[0], pronoun.sentence, plural=not single)

    def _nearest_owner(self, before: int, sentence: int, *, plural: bool = True, armed: bool = False) -> Actor | None:
        """The last state, organisation or group named before a place in the text, in its sentence or the one before.

        armed: only groups that fight, whose "fighters" they are.
        """
        for mention in reversed(self._mentions[max(0, bisect_left(self._starts, before) - _NEAR) : bisect_left(self._starts, before)]):
            actor, reading = self._actors.get(mention.id), self._readings.get(mention.id)
            if actor is None or reading is None or reading.head.sentence < sentence - 1:
                continue
            owns = compose.is_non_state_armed(actor) or (not armed and (compose.is_state(actor) or actor.country in SUPRANATIONAL))
            single = reading.is_country or bool(reading.name) or "Number=Plur" not in reading.head.feats
            if owns and (plural or single):
                return actor
        return None

    def _bare(self, reading: Reading, text: str) -> Actor | None:
        """A noun without owner: whoever was called so before, the speaker's or sender's own, else by the place of the events."""
        owner = self._owner_by_name(reading) or self._owner_by_noun(reading)
        if owner is not None:
            return compose.of_named(reading, owner, self._lexicon, text, self._at_war)
        other = any(token.text.casefold() in _OTHERS for token in reading.tokens)
        before = None if other else self._called_before(reading)
        if before is not None:
            return before
        own = self._own_forces(reading, text)
        return own or compose.of_context(reading, self._country_of_bare(reading), self._lexicon, text, self._at_war)

    def _owner_by_name(self, reading: Reading) -> Actor | None:
        """A possessor or modifier whose name the report has explained: "the Front's spokeswoman"."""
        for token in reversed(reading.tokens):
            if token.index >= reading.head.index or token.upos != "PROPN":
                continue
            noun = self._lexicon.agents.lookup(token.text)
            known = self._setting.by_name.get(key(token.text))
            if known is not None and (noun is None or not noun.sectors):  # "State media" are not the Islamic State's
                return known
        return None

    def _owner_by_noun(self, reading: Reading) -> Actor | None:
        """A group or body that possesses a generic noun: "the group's spokesman", "the rebels' commander"."""
        if reading.agent is None or not reading.agent.generic:
            return None
        for child in self._parse.children[reading.head.index]:
            owner = self._heads.get(self._parse.tokens[child].span[0]) if self._parse.tokens[child].deprel == "nmod:poss" else None
            if owner is not None and self._parse.tokens[child].upos == "NOUN":
                return self._settle(owner)
        return None

    def _country_of_bare(self, reading: Reading) -> str | None:
        """The country of a bare noun: where its events happen; for an office of few states, one of those; for soldiers, the only army's."""
        agent = reading.agent
        if agent is not None and agent.homes:
            ranked = self._setting.ranked()
            return next((code for code in ranked if code in agent.homes), agent.homes[0])
        near = self._country_near(reading)
        sectors = compose.sectors_of(reading, (), self._at_war)
        if reading.place:
            return near
        if sectors[:1] == ("GOV",) and reading.definite:
            return self._setting.country() or near
        if sectors[:1] != ("MIL",):
            return near
        armies = self._setting.armies
        if len(armies) == 1:
            return next(iter(armies))
        if self._writer is not None and compose.is_state(self._writer):
            return self._writer.country  # an army's or a ministry's own report calls its own soldiers "soldiers"
        has_army = self._lexicon.countries.has_army
        return near if near is None or has_army(near) else next(filter(has_army, self._setting.ranked()), near)

    def _own_forces(self, reading: Reading, text: str) -> Actor | None:
        """ "[Kenya] sent police officers", "[the army] said five soldiers died": forces of the sender or speaker."""
        sectors = compose.sectors_of(reading, (), self._at_war)
        if sectors[:1] not in (("MIL",), ("COP",)) or reading.definite:
            return None
        owner = None
        if moves_own_forces(self._parse, reading.head):
            owner = self._nearest_owner(reading.head.span[0], reading.head.sentence)
        if owner is None and (speaker := speaker_of(self._parse, reading.head)) is not None:
            said_by = self._heads.get(self._parse.tokens[speaker].span[0])
            owner = self._actors.get(said_by.id) if said_by is not None else None
        beyond = owner is not None and owner.country in ("IGO", "UNO", "EUR") and sectors[:1] != ("COP",)  # a UN office has no police
        if owner is None or not (compose.is_state(owner) or beyond):
            return None
        return compose.described(self._lexicon, text, owner.country, sectors, "context", 0.75)

    def _called_before(self, reading: Reading) -> Actor | None:
        """The actor that was called by the same noun with an owner: "the army" after "the Turkish army"."""
        agent = reading.agent
        if agent is None:
            return None
        regimes = self._setting.called("regime")
        if regimes and any(token.text.casefold() == "regime" for token in reading.tokens):
            return self._regime(regimes[0], reading)
        sectors = compose.sectors_of(reading, (), self._at_war)
        plain = key(reading.head.lemma) in _GROUP_WORDS and reading.head.upos != "PROPN" and _is_plain(reading)
        if set(sectors) & {"REB", "PRM"} or plain:
            return self._group_before(reading)
        if agent.id == "coalition":
            known = self._setting.called("coalition")
            return msgspec.structs.replace(known[-1], basis="coreference", confidence=0.7) if known else None
        if agent.id == "officers":
            return self._service_before(reading)
        if not reading.definite or reading.before or sectors[:1] in (("CVL",), ("UAF",), ("CRM",), ("REF",)):
            return None
        known = self._setting.called(key(reading.agent_text)) or self._setting.called(key(reading.head.lemma))
        if len(known) == 1:
            return msgspec.structs.replace(known[0], basis="coreference", confidence=0.75)
        return None

    def _regime(self, owner: Actor, reading: Reading) -> Actor:
        """The regime: its government, its forces, its officials, or its army before a deed of it."""
        government = compose.described(self._lexicon, owner.name, owner.country, ("GOV",), "coreference", 0.8)
        forces = self._lexicon.countries.armed_forces_of(government)
        if forces is None:  # a state of the user's own
            forces = compose.described(self._lexicon, owner.name, owner.country, ("MIL",), "coreference", 0.7)
        if reading.agent is not None and reading.agent.sectors[:1] == ("MIL",):
            return msgspec.structs.replace(forces, basis="coreference", candidates=())
        notion = governor_notion(self._parse, reading, self._lexicon)
        if notion is not None and notion.sectors[:1] == ("MIL",):
            return forces
        return msgspec.structs.replace(government, candidates=(msgspec.structs.replace(forces, candidates=()),))

    def _group_before(self, reading: Reading) -> Actor | None:
        """The armed group of the report, for "the militants", "a militant"; of several, the one named last before "the group"."""
        groups = self._setting.groups
        word = key(reading.head.lemma)
        last = self._last(self._groups, reading.head.span[0])
        if word in _GROUP_WORDS and reading.definite and last is not None:
            return msgspec.structs.replace(last, basis="coreference", confidence=0.7)
        named_so = self._setting.called(word)
        if reading.definite and len(named_so) == 1:
            return msgspec.structs.replace(named_so[0], basis="coreference", confidence=0.7)
        if len(groups) == 1 and (reading.definite or "Number=Sing" in reading.head.feats):
            return msgspec.structs.replace(next(iter(groups.values())), basis="coreference", confidence=0.7)
        if len(groups) > 1 and reading.definite and last is not None and len({actor.code for actor in groups.values()}) == 1:
            return msgspec.structs.replace(last, id=None, basis="coreference", confidence=0.6)
        return None

    def _service_before(self, reading: Reading) -> Actor | None:
        """The police that bare "officers" belong to, the last named before; the army where no police were named."""
        police = [one for one in self._services if one[1].sectors[0] == "COP"]
        last = self._last(police, reading.head.span[0]) or self._last(self._services, reading.head.span[0])
        return msgspec.structs.replace(last, id=None, basis="coreference", confidence=0.6) if last is not None else None

    def _last(self, named: list[tuple[int, Actor]], before: int) -> Actor | None:
        """The last of some actors, in order of position, that is named before a place in the text."""
        at = bisect_left(named, before, key=lambda one: one[0])
        return named[at - 1][1] if at else None

    def _country_near(self, reading: Reading) -> str | None:
        for senses in (reading.place, reading.senses):
            if senses and senses[0].form in (Form.NAME, Form.CAPITAL, Form.ADJECTIVE):
                country, _ = compose.choose_country(senses, self._setting)
                if country is not None:
                    return country
        return self._setting.near(reading.head.sentence)
