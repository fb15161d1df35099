"""Agreements that a report mentions: parties, date, area, what they prohibit, and the claims about them."""

from __future__ import annotations

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.inflect import singular
from onrecord.lexicon.lists import word_set, word_sorts
from onrecord.records import Actor, Agreement, Claim, Place, Span, actor_code

AGREEMENT_FRAMES = frozenset(("n.agreement", "n.ceasefire"))
VIOLATED = frozenset(("assault.violate", "n.violation", "speech.refuse"))
PROHIBITED = word_sorts("incidents.prohibited")
PARTIES_AT = word_set("prepositions.parties")
REACH = 3


def find_agreements(claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax, fillers: Fillers) -> tuple[Agreement, ...]:
    """The agreements named with a party, a date or a name of their own; a bare "ceasefire" near one refers back to it."""
    found: list[tuple[Agreement, int]] = []
    for claim in claims:
        main = drafts[claim.id].main
        if main.frame.id not in AGREEMENT_FRAMES or syntax.tokens[main.token].upos not in ("NOUN", "PROPN"):
            continue
        parties = _parties(claim, main.token, syntax, fillers)
        if (not parties and claim.time is None) or (claim.time is not None and claim.time.span is None and not parties):
            continue
        span = _name(main.token, syntax)
        number = len(found) + 1
        tied = _tied(claim, claims, drafts)
        found.append(
            (
                Agreement(
                    id=f"g{number}",
                    span=span,
                    name=syntax.parse.text_of(span),
                    parties=parties,
                    time=claim.time if claim.time is not None and claim.time.span is not None else None,
                    area=claim.place or _area(claim, claims),
                    prohibits=_prohibits(claim, claims, drafts, syntax),
                    claims=tied,
                    violations=tuple(c.id for c in claims if c.id in tied and drafts[c.id].main.frame.id in VIOLATED),
                ),
                claim.sentence,
            )
        )
    return tuple(agreement for agreement, _ in found)


def _parties(claim: Claim, noun: int, syntax: Syntax, fillers: Fillers) -> tuple[Actor, ...]:
    """Those named with the agreement; with "with X" alone, the subject of the clause is the other party."""
    actors = [p.actor for p in (*claim.actors, *claim.recipients) if p.actor is not None]
    if len(actors) == 1 and any(p.path.endswith(":with") for p in claim.actors):
        clause = syntax.clause(noun)
        for index in syntax.slots(clause).get("subject", ()) or _subject(clause, syntax):
            actor = fillers.actor_of(fillers.mention(index))
            if actor is not None and actor.country != actors[0].country:
                actors.insert(0, _state(actor))
    unique: dict[str, Actor] = {}
    for actor in actors:
        unique.setdefault(actor.code, actor)
    return tuple(unique.values())


def _subject(clause: int, syntax: Syntax) -> tuple[int, ...]:
    child = syntax.child(clause, "nsubj", "nsubj:pass")
    return (child,) if child is not None else ()


def _state(actor: Actor) -> Actor:
    """Agreements are made by states, not by their troops."""
    if actor.country is None or actor.sectors != ("MIL",):
        return actor
    return Actor(
        id=f"act-{actor.country.lower()}-gov",
        name=f"Government ({actor.country})",
        country=actor.country,
        sectors=("GOV",),
        code=actor_code(actor.country, ("GOV",)),
        basis="metonymy",
        confidence=round(min(actor.confidence, 0.8), 3),
        candidates=(actor,),
    )


def _name(noun: int, syntax: Syntax) -> Span:
    """The noun with its date and parties: "September 2018 deal with Russia"."""
    low, high = noun, noun
    for child in syntax.children[noun]:
        relation = syntax.tokens[child].deprel.partition(":")[0]
        if relation in ("compound", "amod", "nmod", "nummod") and (child < noun or syntax.case(child) in PARTIES_AT):
            first, end = syntax.parse.extent(child)
            low, high = min(low, first), max(high, end - 1)
    return syntax.tokens[low].span[0], syntax.tokens[high].span[1]


def _tied(claim: Claim, claims: tuple[Claim, ...], drafts: dict[str, Draft]) -> tuple[str, ...]:
    found = [claim.id]
    for other in claims:
        about = drafts[other.id].main.frame.id in VIOLATED or drafts[other.id].main.frame.id == "state.prohibit"
        if about and 0 <= other.sentence - claim.sentence <= REACH:
            found.append(other.id)
    return tuple(found)


def _prohibits(claim: Claim, claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax) -> tuple[str, ...]:
    types = []
    for other in claims:
        if drafts[other.id].main.frame.id == "state.prohibit" and 0 <= other.sentence - claim.sentence <= REACH:
            trigger = drafts[other.id].main
            for filler in trigger.slots.get("object", ()):
                words = [syntax.lower[i] for i in syntax.parse.subtree(filler)]
                types += [PROHIBITED[singular(word)] for word in words if singular(word) in PROHIBITED]
    return tuple(dict.fromkeys(types))


def _area(claim: Claim, claims: tuple[Claim, ...]) -> Place | None:
    return next((c.place for c in claims if c.sentence == claim.sentence and c.place is not None), None)
