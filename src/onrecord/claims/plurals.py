"""Plural actors as one participant each: "the ambassadors of Chad and Niger", "Polish and Dutch troops", "the Baltic states"."""

from __future__ import annotations

import msgspec

from onrecord.claims.fillers import Fillers
from onrecord.lexicon.lists import word_set
from onrecord.records import Actor, Mention, MentionKind, Participant, actor_code

OWNERS = frozenset(("nmod", "nmod:poss", "amod", "compound"))
OWNING = word_set("prepositions.owning") | {""}
LATER = 0.9  # of the confidence in the one that is named first


def each_of(participant: Participant, index: int, fillers: Fillers) -> tuple[Participant, ...]:
    """A participant and those named with it in one phrase: one for each coordinated owner, one for each member of a known union."""
    actor = participant.actor
    if actor is None or actor.country is None:
        return (participant,)
    entry = fillers.actors.get(actor.id) if actor.id is not None else None
    if entry is not None and entry.members:
        return (participant, *(msgspec.structs.replace(participant, actor=_of(actor, code)) for code in entry.members))
    owners = {_country(owner, fillers): owner for owner in _owners(index, fillers)}
    if actor.country not in owners or len(owners) == 1:
        return (participant,)
    return (
        participant,
        *(_owned(participant, owner, code, fillers) for code, owner in owners.items() if code not in (None, actor.country)),
    )


def _owners(index: int, fillers: Fillers) -> tuple[int, ...]:
    """The words of the coordinated owners of a noun, in text order; () where it has one or none."""
    syntax = fillers.syntax
    for child in syntax.children[index]:
        if syntax.tokens[child].deprel not in OWNERS or syntax.case(child) not in OWNING:
            continue
        row = tuple(syntax.conjuncts(child))
        spans = {_named(word, fillers) for word in row}
        if len(row) > 1 and len(spans) == len(row):
            return row
    return ()


def _named(index: int, fillers: Fillers) -> object:
    """What tells one name from another: its mention, or the word where no mention is its own."""
    mention = _mention(index, fillers)
    return mention.id if mention is not None else index


def _mention(index: int, fillers: Fillers) -> Mention | None:
    return next((m for kind in (MentionKind.ACTOR, MentionKind.PLACE) if (m := fillers.heads(index, kind)) is not None), None)


def _country(index: int, fillers: Fillers) -> str | None:
    """The country that a word names, as an actor, a country word or a place on the map."""
    actor = fillers.actor_of(fillers.heads(index, MentionKind.ACTOR))
    if actor is not None:
        return actor.country
    senses = [sense for sense in fillers.countries.senses(fillers.syntax.tokens[index].text) if not sense.weak]
    return senses[0].entry.country if senses else None


def _owned(participant: Participant, owner: int, country: str | None, fillers: Fillers) -> Participant:
    """The like of a participant that another owner has; its span is the owner's name."""
    assert participant.actor is not None
    mention = _mention(owner, fillers)
    span = mention.span if mention is not None else fillers.syntax.tokens[owner].span
    return msgspec.structs.replace(
        participant,
        span=span,
        head=fillers.syntax.tokens[owner].span if mention is None else mention.head,
        text=fillers.syntax.parse.text_of(span),
        mention=mention.id if mention is not None else None,
        actor=_of(participant.actor, country),
    )


def _of(actor: Actor, country: str | None) -> Actor:
    """The same kind of actor in another country; what is known of the first alone is left out."""
    return Actor(
        id=None,
        name=actor.name,
        country=country,
        sectors=actor.sectors,
        code=actor_code(country, actor.sectors),
        basis="composed",
        confidence=round(actor.confidence * LATER, 3),
    )
