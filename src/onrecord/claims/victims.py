"""People named or described one by one among those harmed: name, age, sex, whether civilian, and what befell them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import CIVIL, Fillers
from onrecord.claims.syntax import Syntax
from onrecord.records import Claim, EntityLabel, Fate, Mention, MentionKind, Polarity, QuantityOf, Sex, Span, Victim, VictimStatus

FATES = {
    QuantityOf.KILLED: Fate.KILLED,
    QuantityOf.INJURED: Fate.INJURED,
    QuantityOf.MISSING: Fate.MISSING,
    QuantityOf.CAPTURED: Fate.CAPTURED,
    QuantityOf.RECOVERED: Fate.RECOVERED,
}
FEMALE = frozenset("woman girl mother daughter wife sister grandmother policewoman schoolgirl she her aunt widow nun".split())
MALE = frozenset("man boy father son husband brother grandfather policeman schoolboy he his uncle priest monk".split())
FIGHTERS = frozenset(
    "soldier fighter militant rebel policeman officer commander gunman sergeant captain colonel constable guard general".split()
)
PLAIN = frozenset(
    "civilian teacher doctor nurse journalist farmer student child boy girl woman baby infant driver worker villager shopkeeper trader aid "
    "resident bystander passer-by reporter schoolgirl schoolboy pilgrim".split()
)
AGE = re.compile(r"(\d{1,3})[- ]?years?[- ]?olds?|,\s*(\d{1,3})\s*,|\((\d{1,3})\)|\baged?\s+(\d{1,3})", re.IGNORECASE)


def find_victims(claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax, fillers: Fillers) -> tuple[Victim, ...]:
    """One record per person who is named, or described singly with an age, among the harmed of a claim."""
    found: dict[Span, Victim] = {}
    for claim in claims:
        if claim.factuality.polarity is not Polarity.POSITIVE:
            continue
        for trigger in drafts[claim.id].triggers:
            fate = FATES.get(trigger.frame.harm) if trigger.frame.harm is not None else None
            if fate is None:
                continue
            for filler in drafts[claim.id].role_of[trigger.token].get(trigger.frame.harmed):
                for mention in _people(filler.index, trigger.token, syntax, fillers):
                    found.setdefault(mention.span, _victim(mention, fate, claim.id, syntax, fillers))
    return tuple(found[span] for span in sorted(found))


def _people(index: int, verb: int, syntax: Syntax, fillers: Fillers) -> Iterator[Mention]:
    """The person at a word, and those listed below it ("nine of them including A and B", "a girl, Sara, and her father")."""
    own = fillers.heads(index, MentionKind.ACTOR)
    if own is not None and own.label is EntityLabel.PERSON and (own.named or _aged(own, syntax)):
        yield own
    stack = [c for c in syntax.children[index] if _lists(c, syntax)]
    head = syntax.tokens[index].head
    if syntax.tokens[index].deprel == "nmod" and head >= 0:
        stack += [c for c in syntax.children[head] if c > index and _lists(c, syntax)]
    stack += [c for c in syntax.children[verb] if c > index and syntax.case(c) in ("including", "among")]
    while stack:
        at = stack.pop(0)
        mention = fillers.heads(at, MentionKind.ACTOR)
        if mention is not None and mention.label is EntityLabel.PERSON and mention.named:
            yield mention
        stack += [c for c in syntax.children[at] if syntax.tokens[c].deprel in ("conj", "appos", "flat")]


def _lists(index: int, syntax: Syntax) -> bool:
    token = syntax.tokens[index]
    return token.deprel == "appos" or (
        token.deprel.partition(":")[0] in ("nmod", "obl") and syntax.case(index) in ("including", "among", "like")
    )


def _aged(mention: Mention, syntax: Syntax) -> bool:
    return AGE.search(_around(mention, syntax)) is not None


def _around(mention: Mention, syntax: Syntax) -> str:
    text = syntax.parse.document.text
    return text[max(0, mention.span[0] - 4) : mention.span[1] + 16]


def _victim(mention: Mention, fate: Fate, claim: str, syntax: Syntax, fillers: Fillers) -> Victim:
    match = AGE.search(_around(mention, syntax))
    age = next((int(group) for group in match.groups() if group), None) if match else None
    words = {token.text.lower() for token in syntax.parse.tokens_in(mention.span)}
    words |= {syntax.lower[c] for t in syntax.parse.tokens_in(mention.span) for c in syntax.children[t.index]}
    return Victim(
        span=mention.span,
        name=mention.text if mention.named else None,
        age=age if age is not None and age <= 120 else None,
        sex=Sex.FEMALE if words & FEMALE else Sex.MALE if words & MALE else None,
        status=_status(words, mention, fillers),
        fate=fate,
        claim=claim,
    )


def _status(words: set[str], mention: Mention, fillers: Fillers) -> VictimStatus:
    if words & FIGHTERS:
        return VictimStatus.COMBATANT
    if words & PLAIN or (mention.actor is not None and CIVIL & set(mention.actor.sectors)):
        return VictimStatus.CIVILIAN
    return VictimStatus.UNKNOWN
