"""Who stands on either side in the end: both parties of a clash on both, and people of whom nothing is said as civilians.

A report says "killing six" or "two men were shot": nobody calls them fighters, and where the words or another figure do not tell whose
they are, they are coded as civilians of the country in which it happened, with little confidence.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from onrecord.claims.drafts import Draft
from onrecord.claims.elision import IMPLICIT, QUANTIFIERS
from onrecord.claims.fillers import Fillers
from onrecord.claims.scenes import Scenes
from onrecord.records import (
    MUTUAL,
    Actor,
    EntityLabel,
    Exactness,
    MentionKind,
    Participant,
    ParticipantRole,
    Quantity,
    QuantityOf,
    actor_code,
)

People = dict[str, tuple[Participant, ...]]

UNTOLD = 0.35  # confidence of a code that only silence speaks for
FATES = (QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CASUALTIES, QuantityOf.MISSING, QuantityOf.CAPTURED, QuantityOf.DISPLACED)
# To whom something is done bodily; in words ("asked them") they are whoever was spoken of.
BODILY = frozenset(("ASSAULT", "COERCE", "SANCTION", "AID"))
PERSONS = frozenset(
    """
    man woman people person guy fellow boy girl child stranger passer-by passerby bystander neighbour neighbor friend relative warden
    driver passenger crowd queue youth teenager somebody someone everybody everyone anybody anyone
    """.split()
)
PRONOUNS = frozenset("he she him her they them who whom those us we me".split())


class Sides:
    """Settles the sides of a report's claims, one after the other in the order of their words."""

    def __init__(self, fillers: Fillers, scenes: Scenes) -> None:
        self._fillers, self._scenes = fillers, scenes
        self._counted: dict[tuple[QuantityOf, float], Actor] = {}
        for mention in fillers.mentions:
            quantity = mention.quantity
            if quantity is not None and quantity.best is not None and quantity.group is not None and quantity.group.actor is not None:
                self._counted.setdefault((quantity.of, quantity.best), quantity.group.actor)

    def settled(self, draft: Draft, quantities: list[Quantity], people: People) -> People:
        """The participants by role, those that only silence tells of added."""
        sentence = self._fillers.syntax.tokens[draft.main.token].sentence
        if draft.event == "PROTEST":
            return people | {"actor": self._named(people["actor"], sentence)}
        if draft.event not in BODILY:
            return people
        recipients = self._named(people["recipient"], sentence)
        recipients = recipients or tuple(self._uncounted(draft, quantities, sentence))
        if draft.event == "ASSAULT" and draft.main.frame.mutual and not any(t.frame.harm for t in draft.triggers):
            return people | _on_both(people["actor"], recipients)
        return people | {"recipient": recipients}

    def _named(self, participants: tuple[Participant, ...], sentence: int) -> tuple[Participant, ...]:
        """The participants, people without a code as civilians."""
        return tuple(
            msgspec.structs.replace(one, actor=self._civilian(one.text or "", sentence)) if self._is_unsaid(one) else one
            for one in participants
        )

    def _is_unsaid(self, one: Participant) -> bool:
        """Whether a participant is somebody of whom no word tells what they are."""
        index = self._fillers.syntax.parse.token_at(one.head[0]) if one.head is not None and one.actor is None else None
        if index is None:
            return False
        token = self._fillers.syntax.tokens[index]
        word = self._fillers.syntax.lower[index]
        if token.upos in ("PRON", "DET"):
            return word in PRONOUNS
        mention = self._fillers.heads(index, MentionKind.ACTOR)
        named = mention is not None and mention.label is EntityLabel.PERSON and token.upos == "PROPN"
        return named or token.upos == "NUM" or token.lemma.lower() in PERSONS or word in QUANTIFIERS

    def _uncounted(self, draft: Draft, quantities: list[Quantity], sentence: int) -> Iterator[Participant]:
        """Those whom bare figures count: whom the same figure counts elsewhere, else civilians."""
        found: list[Actor | None] = []
        if any(filler.slot == "object" for filler in draft.counted) and not any(quantity.of in FATES for quantity in quantities):
            found.append(self._civilian("", sentence))  # "nineteen were sentenced"
        for quantity in quantities:
            if quantity.of not in FATES or quantity.exactness is Exactness.NONE:
                continue
            group = quantity.group.actor if quantity.group is not None else None
            same = self._counted.get((quantity.of, quantity.best)) if quantity.best is not None else None
            found.append(group or same or self._civilian(quantity.text, sentence))
        for actor in {one.code: one for one in found if one is not None}.values():
            yield Participant(span=None, head=None, text=None, mention=None, role=ParticipantRole.RECIPIENT, path=IMPLICIT, actor=actor)

    def _civilian(self, name: str, sentence: int) -> Actor | None:
        """A civilian of the country in which a sentence's events happen; None where nothing tells it."""
        country = self._scenes.country(sentence)
        if country is None:
            return None
        return Actor(None, name, country, ("CVL",), actor_code(country, ("CVL",)), basis="context", confidence=UNTOLD)


def _on_both(actors: tuple[Participant, ...], recipients: tuple[Participant, ...]) -> People:
    """Either party of a clash does what is done to it."""
    if not actors or not recipients:
        return {"actor": actors, "recipient": recipients}
    return {
        "actor": actors + tuple(_as(one, ParticipantRole.ACTOR) for one in recipients),
        "recipient": tuple(_as(one, ParticipantRole.RECIPIENT) for one in actors) + recipients,
    }


def _as(one: Participant, role: ParticipantRole) -> Participant:
    return msgspec.structs.replace(one, role=role, path=MUTUAL)
