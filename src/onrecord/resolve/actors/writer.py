"""Who writes a report where it is a party that speaks: whose "we" and "our units" are, told by the publisher's name or the opening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.lexicon.actors import Kind as ActorKind
from onrecord.lexicon.lists import word_set
from onrecord.records import Actor, Parse
from onrecord.resolve.actors.compose import choose_country, described, from_alias
from onrecord.resolve.actors.context import Setting

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

FIRST_PERSON = word_set("pronouns.first_plural")
_SURE = 0.6


def writer_of(parse: Parse, setting: Setting, lexicon: Lexicon) -> Actor | None:
    """The armed group, ministry or organisation that publishes a report under its own name; None for the press and for nobody known."""
    words = (parse.document.outlet or "").partition("(")[0].replace(",", " ").split()  # "(translated from the Spanish)"
    agents = [agent for _, _, agent in lexicon.agents.matches(words)]
    press = any("JRN" in agent.sectors for agent in agents)
    for _, _, aliases in lexicon.actors.matches(words):
        party = aliases[0].entry.kind in (ActorKind.GROUP, ActorKind.FORCE)  # whose media office speaks for it
        if not aliases[0].weak and (party or not press) and aliases[0].entry.kind is not ActorKind.OUTLET:
            return from_alias(aliases[0], setting, _SURE)
    if press:
        return None
    agent = next((agent for agent in agents if agent.sectors and not agent.generic), None)
    if agent is None:
        return None
    senses = next((senses for _, _, senses in lexicon.countries.matches(words)), None)
    country = agent.country or (choose_country(senses, setting)[0] if senses else setting.country())
    return described(lexicon, parse.document.outlet or "", country, agent.sectors, "context", _SURE)


def opening_speaker(parse: Parse) -> int | None:
    """The head of the subject of an opening that what follows is the words of: "The command [informs the public]:"; None without one."""
    for number, sentence in enumerate(parse.sentences):
        if sentence.first < sentence.end < len(parse.tokens) and parse.tokens[sentence.end - 1].text == ":":
            subjects = (token for token in parse.sentence_tokens(number) if token.deprel == "nsubj")
            return next((token.index for token in subjects if parse.tokens[token.head].deprel == "root"), None)
    return None


def in_quotes(parse: Parse, index: int) -> bool:
    """Whether a word stands in somebody's quotation."""
    start = parse.tokens[index].span[0]
    return any(quotation.span[0] <= start < quotation.span[1] for quotation in parse.quotations)
