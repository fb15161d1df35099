"""One person told of in the singular is a figure of one: "killed a guy", "her neighbour was killed"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.claims.drafts import Draft
from onrecord.claims.factuality import find_factuality
from onrecord.claims.fillers import Fillers
from onrecord.claims.roles import Filler
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.agents import Kind
from onrecord.lexicon.lists import word_set
from onrecord.records import (
    EntityLabel,
    Exactness,
    Factuality,
    ParticipantRole,
    Polarity,
    Quantity,
    QuantityOf,
    Scope,
    Status,
    Unit,
    overlap,
)

FATES = frozenset((QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CAPTURED))
MANY = word_set("people.many")


def single_figures(draft: Draft, known: Sequence[Quantity], syntax: Syntax, fillers: Fillers) -> Iterator[Quantity]:
    """A figure of one for each single person that a draft's trigger says was killed, hurt or taken, and no number counts."""
    for trigger in draft.triggers:
        of = trigger.frame.harm
        if of not in FATES or not _happened(find_factuality(trigger, syntax)):
            continue
        for filler in draft.role_of[trigger.token].get(trigger.frame.harmed):
            told = (q.of for q in known if q.of in FATES and _counts(q, filler.index, syntax))
            if _is_one(filler, syntax, fillers) and all(other is not of and QuantityOf.CAPTURED in (other, of) for other in told):
                participant = fillers.participant(filler.index, ParticipantRole.RECIPIENT, syntax.tokens[filler.index].deprel)
                assert participant.span is not None
                yield Quantity(
                    span=participant.span,
                    number_span=None,
                    text=participant.text or "",
                    of=of,
                    unit=Unit.PEOPLE,
                    group=participant,
                    low=1,
                    low_conservative=None,
                    best=1,
                    high=1,
                    exactness=Exactness.EXACT,
                    scope=Scope.INCIDENT,
                )


def _happened(told: Factuality) -> bool:
    return told.polarity is Polarity.POSITIVE and told.status is Status.OCCURRED


def _is_one(filler: Filler, syntax: Syntax, fillers: Fillers) -> bool:
    """Whether a word names one person: a singular noun for a person, or a person's name; no bodies of people, no pronouns."""
    token = syntax.tokens[filler.index]
    if token.upos not in ("NOUN", "PROPN") or token.lemma.lower() in MANY or "Number=Plur" in token.feats:
        return False
    mention = fillers.mention(filler.index)
    if mention is not None and mention.label is EntityLabel.PERSON:
        return True
    below = {syntax.tokens[child].deprel for child in syntax.children[filler.index]}
    notion = fillers.notion(filler.index, alone=True)
    soldier = mention is not None and mention.label is EntityLabel.FORCE and notion is not None and notion.kind in (Kind.PERSON, Kind.RANK)
    known = mention is None or mention.label is EntityLabel.NORP or soldier
    single = token.upos == "NOUN" and "Number=Sing" in token.feats and bool(below & {"det", "nmod:poss"}) and "nummod" not in below
    return single and known and bool(fillers.classes(filler.index) & {"actor", "person", "civilian", "prisoner", "official"})


def _counts(quantity: Quantity, index: int, syntax: Syntax) -> bool:
    """Whether a figure stands by a word, or counts whom it heads."""
    span = syntax.tokens[index].span
    group = quantity.group
    return bool(overlap(quantity.span, span)) or (group is not None and group.span is not None and bool(overlap(group.span, span)))
