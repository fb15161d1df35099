"""What the words of one mention say about its actor, before the rest of the report is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onrecord.lexicon.actors import Alias
from onrecord.lexicon.agents import Entry as Agent
from onrecord.lexicon.agents import Kind as AgentKind
from onrecord.lexicon.countries import Form, Sense
from onrecord.lexicon.lists import word_set
from onrecord.records import Mention, Parse, Token

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

_RELATION_WORDS = word_set("names.relation_words")
_AGAINST_OR_FOR = word_set("names.prefixes")
_HONORIFICS = word_set("names.honorifics")
_OWNER_PREPOSITIONS = word_set("prepositions.owner")
_NAME_PREPOSITIONS = (*sorted(_OWNER_PREPOSITIONS), "to", "by", "with", "")
_PLACE_PREPOSITIONS = word_set("prepositions.country_place")
_BELONGING = word_set("acts.belonging")
_POSSESSIVE_PRONOUNS = word_set("pronouns.possessive")
_DEFINITE = word_set("determiners.demonstrative")
_PARTITIVES = word_set("counting.heads")
_TITLE_RELATIONS = frozenset({"amod", "compound", "flat", "nmod:desc", "nmod:poss"})
_MAX_DEPTH = 3
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


@dataclass
class Reading:
    """One mention's own words, taken apart.

    name: the named actors that its name may stand for.  inside: named actors before or after the head ("Hezbollah militias").
    senses: readings of the country word that owns or is the actor; ``second``: of one before it; ``also``: of those beside it ("Polish and
    Dutch jets"); ``place``: of a place that it is in; ``seat``: a state of the actors' list that it is in.
    is_country: the head itself is the country word.  agent: notion of the head noun; agent_text: its words.
    before: notions of agent nouns and modifiers before it, nearest first.  part: what a partitive or generic head is of.
    elsewhere: the head is an office in something unknown ("president of [a firm]").
    """

    tokens: tuple[Token, ...]
    head: Token
    name: tuple[Alias, ...] = ()
    inside: tuple[Alias, ...] = ()
    senses: tuple[Sense, ...] = ()
    second: tuple[Sense, ...] = ()
    also: tuple[Sense, ...] = ()
    place: tuple[Sense, ...] = ()
    seat: tuple[Alias, ...] = ()
    is_country: bool = False
    agent: Agent | None = None
    agent_text: str = ""
    before: list[Agent] = field(default_factory=list)
    part: Reading | None = None
    pronoun_owner: Token | None = None
    definite: bool = False
    indefinite: bool = False
    counted: bool = False
    displaced: bool = False
    elsewhere: bool = False
    nested: bool = False


def read_mention(parse: Parse, mention: Mention, lexicon: Lexicon) -> Reading | None:
    """The parts of a mention that tell its actor, or None where it holds no word."""
    tokens = _tokens_of(parse, mention)
    if not tokens:
        return None
    index = parse.token_at(mention.head[0])
    head = parse.tokens[index] if index is not None else tokens[-1]
    return read_phrase(parse, _region(parse, head, tokens), head, lexicon)


def _tokens_of(parse: Parse, mention: Mention) -> tuple[Token, ...]:
    """The tokens of a mention, in time that does not depend on how long the report is."""
    first = parse.token_at(mention.span[0])
    if first is None or parse.tokens[first].span[0] < mention.span[0]:
        return parse.tokens_in(mention.span)
    end = first
    while end < len(parse.tokens) and parse.tokens[end].span[1] <= mention.span[1]:
        end += 1
    return parse.tokens[first:end]


def _region(parse: Parse, head: Token, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The mention's tokens, with the words before and after it that modify its head ("President" before the mention "Erdogan")."""
    first = tokens[0].index
    while first > 0:
        before = parse.tokens[first - 1]
        if before.sentence != head.sentence or before.head != head.index or before.deprel not in _TITLE_RELATIONS:
            break
        first -= 1
    return parse.tokens[first : _region_end(parse, head, tokens[-1].index)]


def _region_end(parse: Parse, head: Token, last: int) -> int:
    """One past the phrases after a mention that say whose or where its head is: "a spokesman [for the army]", "fighters [in Ituri]"."""
    end = last + 1
    for child in parse.children[head.index]:
        low, high = parse.extent(child)
        if child < end or low > end:
            continue
        token = parse.tokens[child]
        owns = token.deprel.split(":")[0] == "nmod" and _has_case(parse, child, _OWNER_PREPOSITIONS | _PLACE_PREPOSITIONS)
        if owns or (token.deprel in ("acl", "amod") and _owns(parse, child)):
            end = max(end, high)
    return end


def read_phrase(parse: Parse, tokens: tuple[Token, ...], head: Token, lexicon: Lexicon, depth: int = 0) -> Reading:
    """The parts of a noun phrase that tell its actor. ``tokens``: contiguous, of one sentence, ``head`` among them."""
    reading = Reading(tokens=tokens, head=head, nested=depth > 0)
    tokens = _without_clauses(parse, tokens, head)
    words = [token.text for token in tokens]
    at = next((place for place, token in enumerate(tokens) if token.index == head.index), len(tokens) - 1)
    _read_determiners(reading, tokens, at)
    reading.counted = reading.counted or any(parse.tokens[child].deprel == "nummod" for child in parse.children[head.index])
    agents = list(lexicon.agents.matches(words))
    names = list(lexicon.actors.matches(words))
    taken = _read_names(reading, names, tokens, at, lexicon)
    countries = [match for match in lexicon.countries.matches(words) if not any(first <= match[0] < end for first, end in taken)]
    whole = [*taken, *((first, end) for first, end, _ in countries)]
    agents = [match for match in agents if not any(_inside(match, first, end) for first, end in whole)]
    _read_agents(reading, agents, tokens, words, at, lexicon, taken)
    _read_countries(reading, countries, tokens, at)
    if reading.senses and reading.agent is not None and all(first > at for first, _ in taken):
        reading.inside = ()  # "German soldiers of KFOR" are Germany's
    reading.elsewhere = _is_elsewhere(parse, reading, tokens)
    if depth < _MAX_DEPTH and _needs_part(reading):
        reading.part = _read_part(parse, reading, tokens, at, lexicon, depth)
    return reading


def _inside(match: tuple[int, int, Agent], first: int, end: int) -> bool:
    """Whether an agent noun is only a part of a longer name: "States" in "United States"."""
    return first <= match[0] and match[1] <= end and match[1] - match[0] < end - first


def _without_clauses(parse: Parse, tokens: tuple[Token, ...], head: Token) -> tuple[Token, ...]:
    """The phrase up to a relative clause or a second conjunct after its head."""
    cut = tokens[-1].index + 1
    for child in parse.children[head.index]:
        relation = parse.tokens[child].deprel
        if child > head.index and relation in ("acl:relcl", "conj", "acl", "parataxis", "advcl") and not _owns(parse, child):
            cut = min(cut, parse.extent(child)[0])
    return tuple(token for token in tokens if token.index < max(cut, head.index + 1))


def _owns(parse: Parse, index: int) -> bool:
    """Whether a clause names whose the head is: "fighters loyal to X", "forces led by X"."""
    token = parse.tokens[index]
    return token.text.casefold() in _BELONGING and token.index + 1 < len(parse.tokens)


def _read_determiners(reading: Reading, tokens: tuple[Token, ...], at: int) -> None:
    for token in tokens[:at]:
        word = token.text.casefold()
        reading.definite = reading.definite or word in _DEFINITE
        reading.indefinite = reading.indefinite or word in ("a", "an")
        reading.counted = reading.counted or token.upos == "NUM"
        if word in _POSSESSIVE_PRONOUNS:
            reading.pronoun_owner = token
            reading.definite = True
    reading.counted = reading.counted or any(token.deprel == "nummod" for token in tokens)


def _read_names(
    reading: Reading, names: list[tuple[int, int, tuple[Alias, ...]]], tokens: tuple[Token, ...], at: int, lexicon: Lexicon
) -> list[tuple[int, int]]:
    """Named actors: the one whose name the head is part of, and those around it; returns the word ranges that are used up."""
    taken = []
    for first, end, aliases in names:
        if first <= at < end:
            aliases = _whole_names(aliases, tokens, first, lexicon)
            if aliases:
                reading.name = aliases
                taken.append((first, end))
        elif end > at and (reading.inside or not _whole_names(aliases, tokens, first, lexicon)):
            continue
        elif end > at and aliases[0].entry.is_state and _preposition(tokens, at, first) in _PLACE_PREPOSITIONS:
            reading.seat = reading.seat or aliases
            taken.append((first, end))
        elif not _is_relation(tokens, first, end) and (end <= at or _preposition(tokens, at, first) in _NAME_PREPOSITIONS):
            reading.inside = (*reading.inside, *aliases) if reading.inside else aliases
            taken.append((first, end))
    return taken


def _whole_names(aliases: tuple[Alias, ...], tokens: tuple[Token, ...], first: int, lexicon: Lexicon) -> tuple[Alias, ...]:
    """The aliases without weak ones that only end a longer name: "Bassel al-Assad", "Garo National Liberation Army"."""
    before = tokens[first - 1] if first > 0 else None
    if before is None or before.upos != "PROPN":
        return aliases
    word = before.text.casefold().rstrip(".")
    if word in _HONORIFICS or lexicon.agents.lookup(word) is not None or lexicon.agents.modifier(word) is not None:
        return aliases
    if lexicon.countries.senses(before.text):
        return aliases
    return tuple(alias for alias in aliases if not alias.weak)


def _is_name(token: Token) -> bool:
    return token.upos in ("PROPN", "X") or token.text[:1].isupper()


def _last_noun(tokens: tuple[Token, ...], agents: list[tuple[int, int, Agent]]) -> tuple[int, int, Agent] | None:
    """The last agent noun before a preposition: the head where the parse took another word for it ("fleeing worshippers")."""
    limit = next((position for position, token in enumerate(tokens) if token.upos == "ADP" and position > 0), len(tokens))
    return next((match for match in reversed(agents) if match[1] <= limit), None)


def _is_adjective(tokens: tuple[Token, ...], first: int, end: int) -> bool:
    """Whether a single word before the head is an adjective here ("a [national] commission"): modifiers have their own list."""
    return end - first == 1 and tokens[first].upos == "ADJ" and tokens[first].text[:1].islower()


def _read_agents(
    reading: Reading,
    agents: list[tuple[int, int, Agent]],
    tokens: tuple[Token, ...],
    words: list[str],
    at: int,
    lexicon: Lexicon,
    taken: list[tuple[int, int]],
) -> None:
    before: list[tuple[int, Agent]] = []
    for first, end, agent in agents:
        if first <= at < end:
            reading.agent, reading.agent_text = agent, " ".join(words[first:end]).casefold()
        elif end <= at and not any(low <= first < high for low, high in taken) and not _is_adjective(tokens, first, end):
            before.append((first, agent))
    if reading.agent is None and not reading.name and (last := _last_noun(tokens, agents)) is not None and not _is_name(reading.head):
        before = [found for found in before if found[0] < last[0]]
        reading.agent, reading.agent_text = last[2], " ".join(words[last[0] : last[1]]).casefold()
        reading.head, at = tokens[last[1] - 1], last[1] - 1
    start = next((first for first, end, _ in agents if first <= at < end), at)
    for position, word in enumerate(words[:start]):
        modifier = lexicon.agents.modifier(word)
        if modifier is None and position > 1:
            modifier = lexicon.agents.modifier("-".join(words[position - 2 : position + 1]))
        if modifier is None or any(low <= position < high for low, high in taken):
            continue
        reading.displaced = reading.displaced or modifier.adds
        before.append((position, modifier))
    reading.before = [agent for _, agent in sorted(before, key=lambda found: -found[0])]


def _read_countries(reading: Reading, countries: list[tuple[int, int, tuple[Sense, ...]]], tokens: tuple[Token, ...], at: int) -> None:
    for first, end, senses in countries:
        if first <= at < end:
            if reading.agent is None or reading.agent_text == "":
                reading.is_country = True
                reading.second, reading.senses = reading.senses, senses
        elif _is_relation(tokens, first, end):
            continue
        elif end <= at and reading.senses and _coordinated(tokens, first):
            reading.also = (*reading.also, *senses)
        elif end <= at:
            reading.second, reading.senses = reading.senses, senses
        else:
            preposition = _preposition(tokens, at, first)
            if preposition in _OWNER_PREPOSITIONS and not reading.senses:
                reading.senses = senses
            elif senses[0].form in (Form.NAME, Form.CAPITAL):
                reading.place = reading.place or senses


def _coordinated(tokens: tuple[Token, ...], first: int) -> bool:
    """Whether a country word stands beside the one before it: "Polish and [Dutch]"."""
    return first > 1 and tokens[first - 1].text.casefold() in ("and", "or", "&", ",", "/")


def _is_relation(tokens: tuple[Token, ...], first: int, end: int) -> bool:
    """Whether a name is only a supporter, an enemy or a place of the actor: "Iran-backed", "pro-Russian", "Goma-based".

    An adjective beside it says no more than itself: "Azerbaijani armed forces" are Azerbaijan's.
    """
    after = [token.text.casefold() for token in tokens[end : end + 2]]
    if after and (
        (after[0] in _RELATION_WORDS and tokens[end].upos != "ADJ") or (after[0] == "-" and len(after) > 1 and after[1] in _RELATION_WORDS)
    ):
        return True
    before = [token.text.casefold() for token in tokens[max(0, first - 2) : first]]
    return bool(before) and (before[-1].rstrip("-") in _AGAINST_OR_FOR or (before[-1] == "-" and before[0] in _AGAINST_OR_FOR))


def _preposition(tokens: tuple[Token, ...], at: int, first: int) -> str:
    """The last preposition between the head and a later word; "" if there is none."""
    for token in reversed(tokens[at + 1 : first]):
        if token.upos == "ADP":
            return token.text.casefold()
    return ""


def _is_elsewhere(parse: Parse, reading: Reading, tokens: tuple[Token, ...]) -> bool:
    """Whether an office is of something that no list knows: "president of [a company]", "a commander of [an unknown group]"."""
    if reading.agent is None or reading.agent.kind not in (AgentKind.OFFICE, AgentKind.RANK) or reading.senses or reading.inside:
        return False
    for child in parse.children[reading.head.index]:
        token = parse.tokens[child]
        named = token.upos == "PROPN" and token.index in range(reading.head.index + 1, tokens[-1].index + 1)
        if named and token.deprel == "nmod" and _has_case(parse, child, frozenset({"of", "at"})):
            return not any(ORDINAL.fullmatch(parse.tokens[below].text) for below in parse.children[child])  # "of the 312th Brigade"
    return False


def _needs_part(reading: Reading) -> bool:
    """Whether the head only counts or leads what follows, or fights for it: "hundreds of civilians", "rebels of the Front"."""
    if reading.name or reading.is_country:
        return False
    if reading.agent is not None and reading.agent.sectors[:1] in (("REB",), ("PRM",)) and not reading.senses and not reading.inside:
        return True
    return reading.agent is None or reading.agent.generic or reading.head.lemma.casefold() in _PARTITIVES


def _read_part(parse: Parse, reading: Reading, tokens: tuple[Token, ...], at: int, lexicon: Lexicon, depth: int) -> Reading | None:
    """The phrase after "of" (or "for", "from") below the head, or an apposition to it."""
    last = tokens[-1].index
    for child in parse.children[reading.head.index]:
        token = parse.tokens[child]
        relation = token.deprel.split(":")[0]
        if child <= reading.head.index or child > last or relation not in ("nmod", "appos"):
            continue
        if relation == "nmod" and not _has_case(parse, child, _OWNER_PREPOSITIONS):
            continue
        low, high = parse.extent(child)
        inner = parse.tokens[max(low, reading.head.index + 1) : min(high, last + 1)]
        if token in inner:
            return read_phrase(parse, inner, token, lexicon, depth + 1)
    return None


def _has_case(parse: Parse, index: int, prepositions: frozenset[str]) -> bool:
    return any(
        parse.tokens[child].deprel == "case" and parse.tokens[child].text.casefold() in prepositions for child in parse.children[index]
    )


def unknown_name(reading: Reading) -> str:
    """The proper name beside an agent noun that no list knows: of the phrase after "of", else right before the noun; or ""."""
    part = reading.part
    if part is not None and part.head.upos == "PROPN" and not part.name and not part.senses and not part.inside:
        return " ".join(token.text for token in part.tokens if token.upos == "PROPN" and token.index <= part.head.index)
    if reading.senses or reading.head.upos == "PROPN":
        return ""
    name: list[str] = []
    for token in reversed(reading.tokens):
        if token.index >= reading.head.index:
            continue
        if token.upos != "PROPN":
            break
        name.insert(0, token.text)
    return " ".join(name)


def titles(parse: Parse, reading: Reading, lexicon: Lexicon) -> Iterator[Reading]:
    """What appositions around a name say about its bearer: "X, a police chief in Y", "the militia's leader, X"."""
    for child in parse.children[reading.head.index]:
        token = parse.tokens[child]
        if token.deprel == "appos":
            low, high = parse.extent(child)
            inner = parse.tokens[max(low, reading.head.index + 1) : high]
            if token in inner:  # a parse may hang an apposition before its noun
                yield read_phrase(parse, inner, token, lexicon, 1)
    if reading.head.deprel == "appos":
        governor = parse.tokens[reading.head.head]
        low, _ = parse.extent(governor.index)
        inner = parse.tokens[low : reading.tokens[0].index]
        if governor in inner:
            yield read_phrase(parse, inner, governor, lexicon, 1)


def governor_notion(parse: Parse, reading: Reading, lexicon: Lexicon) -> Agent | None:
    """The notion of the noun that a country word or name modifies from outside: "Turkish [operations]", "Turkey's [raid]"."""
    token = reading.head
    for _ in range(3):
        if token.head < 0 or token.deprel.split(":")[0] not in ("amod", "compound", "nmod"):
            return None
        possessive = token.deprel in ("amod", "compound", "nmod:poss") or _has_case(parse, token.index, frozenset({"by"}))
        if not possessive:
            return None
        token = parse.tokens[token.head]
        notion = lexicon.agents.act(token.lemma) or lexicon.agents.act(token.text) or lexicon.agents.lookup(token.text)
        if notion is not None:
            return notion if notion.kind is AgentKind.ACT or notion.generic else None
    return None


def shared_head(parse: Parse, reading: Reading, lexicon: Lexicon) -> Agent | None:
    """The notion of the noun that a coordinated name shares with the next: "Assad and Russian [forces]"."""
    end = reading.tokens[-1].index + 1
    following = [token for token in parse.tokens[end : end + 4] if token.sentence == reading.head.sentence]
    if len(following) < 3 or following[0].text.casefold() not in ("and", "or", "&"):
        return None
    if not lexicon.countries.adjective(following[1].text) and not lexicon.actors.lookup(following[1].text):
        return None
    notion = lexicon.agents.lookup(following[2].text) or lexicon.agents.act(following[2].text)
    return notion if notion is not None and notion.sectors[:1] == ("MIL",) else None
