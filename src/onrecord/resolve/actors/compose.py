"""From what a mention's words say, and the setting, to an actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from onrecord.lexicon.actors import Alias
from onrecord.lexicon.actors import Entry as ActorEntry
from onrecord.lexicon.actors import Kind as ActorKind
from onrecord.lexicon.agents import Entry as Agent
from onrecord.lexicon.agents import Kind as AgentKind
from onrecord.lexicon.countries import Form, Sense, Status
from onrecord.lexicon.lists import word_set
from onrecord.lexicon.phrases import key
from onrecord.lexicon.sectors import STATE_SECTORS
from onrecord.records import Actor, actor_code
from onrecord.resolve.actors.context import Setting
from onrecord.resolve.actors.reading import ORDINAL, Reading

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

_NON_STATE = frozenset({"REB", "PRM", "UAF", "CRM"})
_KEPT_BY_GROUP = _NON_STATE | {"MIL", "GOV", "COP", "OPP", "PTY"}
# Generic nouns that may stand without an owner: a rank is of an army, "officials" are of the government.
_UNIDENTIFIED_TARGETS = frozenset({"CVL", "REL", "MED", "BUS"})
_ALONE = word_set("people.officials")
MAX_CANDIDATES = 5
ABROAD = frozenset(("NGO", "IGO", "UNO"))


def make_actor(
    name: str,
    country: str | None,
    sectors: tuple[str, ...],
    basis: str,
    confidence: float,
    *,
    actor_id: str | None = None,
    others: tuple[Actor, ...] = (),
) -> Actor:
    """An actor with its code; state bodies get their stable id from :func:`state_or_described`."""
    return Actor(
        id=actor_id,
        name=name,
        country=country,
        sectors=sectors,
        code=actor_code(country, sectors),
        basis=basis,
        confidence=round(confidence, 2),
        candidates=tuple(_plain(other) for other in others[:MAX_CANDIDATES] if other.code != actor_code(country, sectors)),
    )


def _plain(actor: Actor) -> Actor:
    return msgspec.structs.replace(actor, candidates=()) if actor.candidates else actor


def described(
    lexicon: Lexicon,
    text: str,
    country: str | None,
    sectors: tuple[str, ...],
    basis: str,
    confidence: float,
    others: tuple[Actor, ...] = (),
) -> Actor:
    """A described actor: the state's government or armed forces where the description is one of them, otherwise without id."""
    if country is not None and len(sectors) == 1 and sectors[0] in ("GOV", "MIL"):
        state = lexicon.countries.state_actor(country, sectors[0], basis=basis, confidence=round(confidence, 2))
        if state is not None:
            return make_actor(state.name, country, sectors, basis, confidence, actor_id=state.id, others=others)
    return make_actor(text, country, sectors, basis, confidence, others=others)


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def from_alias(alias: Alias, setting: Setting, confidence: float, others: tuple[Actor, ...] = ()) -> Actor | None:
    """The actor of a name as it was on the report's date; None for a person who held nothing then or before."""
    entry = alias.entry
    term = entry.at(setting.date)
    if not term.sectors and (term.country is None or entry.kind is ActorKind.PERSON):
        return None
    country = term.country
    if entry.also_in:
        here = setting.country()
        country = here if here in entry.also_in else country
    alternatives = tuple(make_actor(entry.name, country, (sector,), "lexicon", 0.3, actor_id=entry.id) for sector in entry.alternatives)
    return make_actor(entry.name, country, term.sectors, "lexicon", confidence, actor_id=entry.id, others=(*alternatives, *others))


def national_branch(reading: Reading, entry: ActorEntry, setting: Setting, lexicon: Lexicon, text: str) -> Actor | None:
    """A country's branch of an organisation across borders ("the Lebanese Red Cross"), or None where no country stands before it."""
    if entry.country != "NGO" or not reading.senses:
        return None
    country, _ = choose_country(reading.senses, setting)
    if country is None:
        return None
    return described(lexicon, text, country, entry.alternatives or ("SOC",), "composed", 0.85)


def choose_alias(aliases: tuple[Alias, ...], reading: Reading, setting: Setting) -> Actor | None:
    """The one actor that a name stands for here, or an actor without code that lists the candidates."""
    alive = [alias for alias in aliases if _existed(alias, setting)] or list(aliases)
    strong = [alias for alias in alive if not alias.weak]
    if len(strong) == 1:
        return from_alias(strong[0], setting, 0.95)
    pool = strong or alive
    supported = [alias for alias in pool if _supported(alias, reading, setting)]
    if len(supported) == 1:
        return from_alias(supported[0], setting, 0.9 if strong else 0.8)
    known = [actor for alias in supported or pool if (actor := from_alias(alias, setting, 0.3)) is not None]
    if not known:
        return None
    codes = {actor.code for actor in known}
    if len(codes) == 1 and len(known) > 1 and supported:
        return msgspec.structs.replace(known[0], id=None, confidence=0.6)
    if len(known) == 1 and pool[0].entry.kind is ActorKind.PERSON:
        return None
    return make_actor(known[0].name, None, ("UNK",), "lexicon", 0.2, others=tuple(known))


def _existed(alias: Alias, setting: Setting) -> bool:
    entry = alias.entry
    if setting.date is None:
        return True
    return (entry.start is None or entry.start <= setting.date) and (entry.end is None or setting.date < entry.end)


def _supported(alias: Alias, reading: Reading, setting: Setting) -> bool:
    """Whether a weak name has support: its country in the phrase or among the report's, or its very office ("President Macron")."""
    term = alias.entry.at(setting.date)
    countries = {alias.entry.country, term.country, *alias.entry.also_in, *alias.entry.theatre}
    if reading.senses:
        return any(sense.entry.country in countries for sense in reading.senses)
    if term.office and set(term.office.casefold().split()) <= {token.text.casefold() for token in reading.tokens}:
        return True
    titled = any(agent.kind in (AgentKind.OFFICE, AgentKind.RANK) for agent in reading.before)
    if alias.entry.kind is ActorKind.PERSON and not term.office and not titled:
        return False
    return bool(countries & set(setting.ranked()[:3]))


# ── Countries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def choose_country(senses: tuple[Sense, ...], setting: Setting) -> tuple[str | None, tuple[str, ...]]:
    """The country of a country word in this report, and the others that it may be."""
    codes: list[str] = []
    for sense in senses:
        entry = sense.entry
        homes = entry.homes if entry.code is None and entry.homes else tuple(filter(None, (entry.country,)))
        if entry.status is Status.FORMER and entry.successor and setting.date and entry.end and setting.date >= entry.end:
            homes = (entry.successor,)
        codes.extend(code for code in homes if code not in codes)
    if len(codes) < 2:
        return (codes[0] if codes else None), ()
    for code in setting.ranked():
        if code in codes:
            return code, tuple(other for other in codes if other != code)
    strong = [sense for sense in senses if not sense.weak]
    first = strong[0].entry.country if strong else None
    return first, tuple(code for code in codes if code != first)


def from_country(reading: Reading, setting: Setting, lexicon: Lexicon, notion: Agent | None) -> Actor | None:
    """The actor that a country word alone is: its government, its armed forces before a deed of theirs, or its people."""
    sense = reading.senses[0]
    country, others = choose_country(reading.senses, setting)
    if reading.second and sense.entry.status is Status.PEOPLE:
        country = choose_country(reading.second, setting)[0] or country
    if country is None:
        return None
    text = sense.entry.name
    if sense.form is Form.SEAT and sense.sector is not None:
        return described(lexicon, text, country, (sense.sector,), "metonymy", 0.9)
    if _is_people(reading, sense):
        sectors = ("CVL", "REF") if reading.displaced else ("CVL",)
        return described(lexicon, f"people of {text}", country, sectors, "composed", 0.8)
    if sense.entry.status is Status.DE_FACTO:
        return make_actor(text, country, ("REB",), "lexicon", 0.7)
    if sense.entry.status is Status.PEOPLE and notion is not None and notion.sectors[:1] == ("MIL",):
        return make_actor(text, country, ("REB",), "composed", 0.6)
    if sense.entry.status in (Status.REGION, Status.PEOPLE):
        return None
    forces = described(lexicon, text, country, ("MIL",), "metonymy", 0.8)
    government = described(lexicon, text, country, ("GOV",), "metonymy" if sense.form is Form.CAPITAL else "lexicon", 0.85)
    if notion is not None and notion.sectors[:1] == ("MIL",):
        return msgspec.structs.replace(forces, candidates=(government,))
    rivals = tuple(described(lexicon, code, code, ("GOV",), "lexicon", 0.3) for code in others)
    return msgspec.structs.replace(government, candidates=(msgspec.structs.replace(forces, confidence=0.3), *rivals))


def _is_people(reading: Reading, sense: Sense) -> bool:
    """ "3.7 million Syrians" and bare "Syrians" are people; "the Russians" are their state."""
    if sense.entry.status is Status.PEOPLE and reading.head.upos != "ADJ":
        return True
    if sense.form not in (Form.PEOPLE, Form.ADJECTIVE):
        return False
    if reading.indefinite:
        return True
    people = sense.form is Form.PEOPLE or "Number=Plur" in reading.head.feats
    if not people or (reading.head.upos == "ADJ" and sense.form is not Form.PEOPLE):
        return False
    return reading.counted or reading.displaced or not reading.definite or bool(reading.before)


# ── Composition ───────────────────────────────────────────────────────────────────────────────────────────────────────


def sectors_of(reading: Reading, owner_sectors: tuple[str, ...], at_war: bool) -> tuple[str, ...]:
    """The sectors of an agent noun with the words before it; () where it takes an owner's and has none."""
    agent = reading.agent
    if agent is None:
        return ()
    sectors = agent.in_war if agent.in_war and at_war else agent.sectors
    if agent.generic:
        before = [word for word in reading.before if not _only_in_name(word, reading)]
        decisive = next((word for word in before if word.sectors and not word.generic and not word.adds and not word.over), None)
        changed = next((word for word in reading.before if word.over), None)
        if changed is not None and (decisive is None or set(decisive.sectors) & set(changed.over)):
            decisive = changed
        if decisive is not None:
            if agent.kind is not AgentKind.PERSON and decisive.sectors[0] in _UNIDENTIFIED_TARGETS:
                return ()
            return _with_force(decisive.sectors, agent, at_war)
        return owner_sectors or sectors
    for word in reading.before:
        if sectors[:1] and sectors[0] in word.over:
            sectors = word.sectors
    added = tuple(sector for word in reading.before if word.adds for sector in word.sectors if sector not in sectors)
    return (*sectors, *added)


def _only_in_name(word: Agent, reading: Reading) -> bool:
    """Whether a word is only a part of a proper name: the "Bank" of the "North Bank Front" is no business."""
    return reading.head.upos == "PROPN" and bool(
        set(word.sectors) & _UNIDENTIFIED_TARGETS | set(word.sectors) & {"AGR", "EDU", "LAB", "CVL"}
    )


def _with_force(sectors: tuple[str, ...], agent: Agent, at_war: bool) -> tuple[str, ...]:
    """A government's forces are its army, an opposition's forces are armed."""
    armed = agent.sectors[:1] == ("MIL",)
    if armed and sectors[:1] == ("GOV",):
        return ("MIL",)
    if armed and sectors[:1] in (("OPP",), ("PTY",)):
        return ("REB",)
    return sectors


def alone(reading: Reading) -> bool:
    """Whether a generic noun may stand without an owner."""
    agent = reading.agent
    if agent is None or not agent.generic or any(word.sectors for word in reading.before):
        return agent is not None
    numbered = agent.id == "formations" and any(ORDINAL.fullmatch(token.text) for token in reading.tokens)  # "the 57th Infantry Battalion"
    return numbered or agent.kind is AgentKind.RANK or reading.agent_text in _ALONE or (agent.id == "parties" and reading.counted)


def of_named(reading: Reading, owner: Actor, lexicon: Lexicon, text: str, at_war: bool) -> Actor:
    """The actor of an agent noun with a named owner: "Hezbollah fighters" are Hezbollah, "Assad's forces" are Syria's army."""
    agent = reading.agent
    sectors = sectors_of(reading, owner.sectors, at_war)
    if agent is None or not sectors:
        return owner
    entry = lexicon.actors.get(owner.id) if owner.id is not None else None
    if entry is not None and entry.kind is ActorKind.PERSON:
        return _of_person(agent, sectors, owner, lexicon, text)
    group = bool(set(owner.sectors) & _NON_STATE) or (entry is not None and entry.kind in (ActorKind.GROUP, ActorKind.FORCE))
    if group and (agent.generic or set(sectors) & _KEPT_BY_GROUP):
        return owner
    if agent.id == "supporters":
        sectors = ("OPP",) if set(owner.sectors) & {"ELI", "OPP"} else sectors
    if agent.kind is AgentKind.RANK and owner.sectors[:1] == ("CVL",):
        return make_actor(text, owner.country, ("REB",), "composed", 0.6)  # a people's commander is no state's
    if sectors[:1] == ("REB",) and set(owner.sectors) & {"GOV", "MIL"} and key(reading.head.lemma) in ("fighter", "combatant"):
        return described(lexicon, text, owner.country, ("MIL",), "composed", 0.8)
    if owner.country in ("UNO", "IGO", "EUR", "NGO", "MNC", "IMG"):
        if sectors[:1] == ("MIL",) and agent.kind is not AgentKind.RANK and owner.sectors != ("MIL",):
            return make_actor(f"forces of {owner.name}", owner.country, ("MIL",), "composed", 0.85)
        return owner if agent.generic or sectors[:1] == ("GOV",) else make_actor(text, owner.country, sectors, "composed", 0.8)
    if agent.generic and agent.sectors[:1] == ("MIL",) and owner.sectors[:1] in (("GOV",), ("ELI",)):
        return described(lexicon, text, owner.country, ("MIL",), "composed", 0.9)
    if agent.generic or sectors == owner.sectors:
        return owner if owner.sectors[:1] != ("ELI",) else described(lexicon, text, owner.country, sectors, "composed", 0.7)
    return described(lexicon, text, owner.country, sectors, "composed", 0.85)


def _of_person(agent: Agent, sectors: tuple[str, ...], owner: Actor, lexicon: Lexicon, text: str) -> Actor:
    """What belongs to a person: "Assad's forces" are Syria's army, "the Assad regime" its government, "Machar's rebels" what he leads."""
    non_state = bool(set(owner.sectors) & _NON_STATE)
    if agent.id == "supporters":
        sectors = ("OPP",) if set(owner.sectors) & {"ELI", "OPP"} else sectors
    elif agent.generic:
        sectors = ("MIL",) if agent.sectors[:1] == ("MIL",) and not non_state else owner.sectors
    elif (non_state and set(sectors) & _KEPT_BY_GROUP) or (sectors[:1] == ("REB",) and "MIL" in owner.sectors):
        sectors = owner.sectors
    actor = described(lexicon, text, owner.country, sectors, "composed", 0.85)
    if agent.kind is AgentKind.BODY and sectors == ("GOV",):
        forces = described(lexicon, text, owner.country, ("MIL",), "metonymy", 0.3)
        return msgspec.structs.replace(actor, candidates=(forces,))
    return actor


def of_country(reading: Reading, setting: Setting, lexicon: Lexicon, text: str, at_war: bool) -> Actor | None:
    """The actor of an agent noun with a country: "Turkish soldiers", "Syria's moderate opposition groups", "Kurdish fighters"."""
    agent = reading.agent
    sectors = sectors_of(reading, (), at_war)
    if agent is None:
        return None
    senses = reading.senses or reading.place
    country, rivals = choose_country(senses, setting)
    rivals += tuple(code for sense in reading.also if (code := sense.entry.country) is not None)
    if reading.second and senses[0].entry.status is Status.PEOPLE:
        country = choose_country(reading.second, setting)[0] or country
    if agent.country is not None and not reading.before:
        return _supranational(agent, country, text)
    entry = senses[0].entry
    if not sectors and entry.status is Status.PEOPLE and at_war and agent.generic:
        sectors = ("REB",)
    if not sectors and agent.country is None:
        return None
    if entry.status is Status.DE_FACTO and sectors and sectors[0] in ("MIL", "COP", "GOV", "UAF"):
        sectors = ("REB",)
    if entry.status is Status.PEOPLE and sectors and sectors[0] in ("MIL", "GOV") and agent.generic:
        sectors = ("REB",)
    if country is None:
        return make_actor(text, None, sectors, "composed", 0.4, others=_rivals(text, rivals, sectors))
    others = _rivals(text, rivals, sectors)
    others += tuple(make_actor(text, country, (sector,), "composed", 0.3) for sector in agent.alternatives)
    return described(lexicon, text, country, sectors, "composed", 0.9 if reading.senses else 0.75, others)


def _rivals(text: str, codes: tuple[str, ...], sectors: tuple[str, ...]) -> tuple[Actor, ...]:
    return tuple(make_actor(text, code, sectors, "composed", 0.3) for code in codes)


def across_borders(reading: Reading, setting: Setting, text: str) -> Actor | None:
    """The organisation of no country that a state's name stands right behind, or None: "MSF" in "MSF Chad"."""
    names = [alias for alias in (*reading.inside, *reading.name) if not alias.entry.is_state]
    states = len(names) < len(reading.inside) + len(reading.name)
    if not states:
        return None
    found = next((alias for alias in names if alias.entry.country in ABROAD and alias.entry.kind is not ActorKind.PERSON), None)
    if found is not None:
        return from_alias(found, setting, 0.85)
    noun = next((agent for agent in reading.before if agent.country is not None), None)
    return _supranational(noun, None, text) if noun is not None else None


def _supranational(agent: Agent, country: str | None, text: str) -> Actor:
    """Aid workers are NGO; a country's own ("Turkish aid workers") stay, with the country as candidate."""
    others = (make_actor(text, country, agent.sectors or ("SOC",), "composed", 0.4),) if country else ()
    return make_actor(text, agent.country, agent.sectors, "composed", 0.85, others=others)


def of_context(reading: Reading, country: str | None, lexicon: Lexicon, text: str, at_war: bool) -> Actor | None:
    """The actor of a bare agent noun ("the army", "villagers") in a country that only the report tells."""
    agent = reading.agent
    sectors = sectors_of(reading, (), at_war)
    if agent is None:
        return None
    if agent.country is not None and not reading.before:
        return _supranational(agent, None, text)
    if not sectors or not alone(reading) or reading.elsewhere:
        return None
    if reading.displaced and "REF" not in sectors:
        sectors = (*sectors, "REF")
    if agent.abroad:
        country = None
    others = tuple(make_actor(text, country, (sector,), "context", 0.3) for sector in agent.alternatives)
    confidence = 0.6 if country is not None else 0.4
    return described(lexicon, text, country, sectors, "context", confidence, others)


def of_title(reading: Reading, country: str | None, lexicon: Lexicon, text: str) -> Actor | None:
    """A person by a title alone ("Prime Minister X", "General Y"), in a country that the report tells."""
    agent = reading.agent
    sectors = sectors_of(reading, (), at_war=False)
    if agent is None or not sectors or (agent.generic and agent.kind is not AgentKind.RANK):
        return None
    return described(lexicon, text, country, sectors, "context", 0.65 if country is not None else 0.4)


def is_non_state_armed(actor: Actor) -> bool:
    """Whether an actor is an armed group that is no state's force."""
    return bool(set(actor.sectors) & _NON_STATE)


def is_group(actor: Actor) -> bool:
    """Whether an actor is one of the named armed groups."""
    return actor.id is not None and is_non_state_armed(actor)


def is_state(actor: Actor) -> bool:
    """Whether an actor is a part of a state."""
    return actor.country is not None and bool(set(actor.sectors) & STATE_SECTORS)
