"""Which claims of one report tell one event: a headline and its body, an attack and the harm told after it, a toll, a denial, "the strike".

Each claim is tied to one that was told before, by the first rule that finds one. Where nothing names the event again, the claim
must add no place and no time that speaks against it; what is "another" or told "elsewhere" is a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from onrecord.claims.denials import can_be_denied, is_pointed
from onrecord.claims.instances import Trigger
from onrecord.claims.sameness import (
    EFFECTS,
    HARD,
    counts_a_period,
    figures_meet,
    is_one_place,
    modes_meet,
    places_meet,
    said_place,
    said_time,
    share_means,
    sides_clash,
    sides_meet,
    times_meet,
    types_meet,
)
from onrecord.claims.told import Told, happened
from onrecord.lexicon.lists import word_set
from onrecord.records import BlockKind, Claim, ClaimKind, Polarity, Relation, RelationType, Scope, Span, Status, overlap

REACH = 12  # sentences back, for what the words themselves take up
NEAR = 3  # sentences back, for what goes on without saying so
OPENING = 3  # sentences of the body in which a headline is told in full
KIN = 4  # letters that a verb and its noun share: "block", "blockade"
SINCE = word_set("sequence.since")
APART = word_set("sequence.apart")
LATER = word_set("sequence.later")
CAMPAIGNS = word_set("sequence.campaigns")
SWEEPS = word_set("sequence.sweeps")
SPOKEN = frozenset(("ACCUSE", "REQUEST", "AGREE", "REJECT", "THREATEN", "SUPPORT", "CONCEDE", "CONSULT"))
Find = Callable[[Claim], tuple[Claim, Span | None] | None]


class Retellings:
    """Finds, for every claim, the earlier claim of the same event; every search looks back a bounded number of sentences."""

    def __init__(self, told: Told) -> None:
        self.told, self.syntax = told, told.syntax
        self._headline_of = self._find_fuller()

    def relations(self) -> Iterator[Relation]:
        """At most one relation ``same_event`` from each claim to one before it."""
        rules: tuple[Find, ...] = (
            self._second_figure,
            self._named_again,
            self._inside,
            self._denied,
            self._harm,
            self._taken_up,
            self._accused,
            self._fuller,
            self._alike,
        )
        for claim in self.told.claims:
            found = next((hit for rule in rules if (hit := rule(claim)) is not None), None)
            if found is not None:
                target, span = found
                yield Relation(source=claim.id, target=target.id, type=RelationType.SAME_EVENT, evidence=(span,) if span else ())

    # ── what the words name again ────────────────────────────────────────────────────────────────────────────────────

    def _second_figure(self, claim: Claim) -> tuple[Claim, None] | None:
        """ "The army said 12 were killed, rebels say 30": two claims read from the same words."""
        draft = self.told.drafts[claim.id]
        same = (other for other in self.told.before(claim, 0) if self.told.drafts[other.id] is draft and claim.event is not None)
        first = next((other for other in same if other.kind is claim.kind), None)
        return (first, None) if first is not None else None

    def _named_again(self, claim: Claim) -> tuple[Claim, Span] | None:
        """ "The strike", "such attacks": a definite noun that adds nothing is the last event of its name, else of its type."""
        if not self.is_remention(claim):
            return None
        alike = [
            other
            for other in self.told.before(claim, REACH)
            if types_meet(claim, other) and places_meet(claim, other) and not self._answers_to(other, claim)
            if not sides_clash(claim.actors, other.actors)
        ]
        lemmas = self.told.lemmas(claim)
        named = (other for other in alike if lemmas & self.told.lemmas(other))
        target = next(named, None) or self._campaign(claim) or self._of_its_harm(claim, [o for o in alike if _adds_nothing(claim, o)])
        return (target, self.told.noun_span(self.told.main(claim))) if target is not None else None

    def _of_its_harm(self, claim: Claim, alike: list[Claim]) -> Claim | None:
        """The last that did the harm which the noun names ("the killings"), else the last."""
        harm = self.told.drafts[claim.id].main.frame.harm
        done = (o for o in alike if harm is not None and any(t.frame.harm is harm for t in self.told.drafts[o.id].triggers))
        return next(done, None) or next(iter(alike), None)

    def _campaign(self, claim: Claim) -> Claim | None:
        """For "the offensive", the last sweep that was told ("overran the north"), whatever its type."""
        if not self.told.lemmas(claim) & CAMPAIGNS:
            return None
        hard = (o for o in self.told.before(claim, REACH) if o.event is not None and o.event.type in HARD and places_meet(claim, o))
        return next((other for other in hard if self.told.lemmas(other) & SWEEPS), None)

    def is_remention(self, claim: Claim) -> bool:
        """Whether a claim is no more than a definite noun for an event."""
        if claim.event is None or claim.recipients or claim.quantities:
            return False
        if claim.event.codable and (said_place(claim) is not None or said_time(claim) is not None):
            return False
        main = self.told.main(claim)
        return self.syntax.tokens[main].upos == "NOUN" and self.told.is_definite(main)

    def _answers_to(self, claim: Claim, cause: Claim) -> bool:
        """ "… in response to the massacre": a noun on which another event's deed hangs is not that deed. Those harmed "in the raid" are."""
        draft = self.told.drafts[claim.id]
        return draft.main.frame.harm is None and bool(draft.anchors.intersection(self.syntax.parse.ancestors(self.told.main(cause))))

    def _inside(self, claim: Claim) -> tuple[Claim, None] | None:
        """ "Repulsed an attack"; "was damaged when the house next door was bombed": one attack, in a clause and the clause above."""
        return _first(
            other
            for other in self.told.before(claim, 0)
            if _is_codable(claim) and _is_codable(other) and types_meet(claim, other) and self._holds(other, claim)
        )

    def _holds(self, one: Claim, other: Claim) -> bool:
        when = [filler for slot, filler in (*self.told.slots(one), *self.told.slots(other)) if slot == "when"]
        about = [filler.index for filler in self.told.drafts[one.id].roles.get("about")]
        return any(self.told.at(index) in (one, other) for index in (*when, *about))

    # ── another view of it ───────────────────────────────────────────────────────────────────────────────────────────

    def _denied(self, claim: Claim) -> tuple[Claim, None] | None:
        """What somebody denies is what somebody else told before."""
        if claim.factuality.polarity is not Polarity.NEGATIVE or claim.factuality.status is not Status.OCCURRED:
            return None
        if is_pointed(claim):
            return _first(other for other in self.told.before(claim, REACH) if can_be_denied(other, claim))
        speaker = self.told.speaker(claim)
        if speaker is None or self._is_general(claim):
            return None
        return _first(
            other
            for other in self.told.before(claim, REACH)
            if happened(other) and _is_codable(other) and self.told.speaker(other) != speaker and self._meets_denial(claim, other)
        )

    def _meets_denial(self, claim: Claim, other: Claim) -> bool:
        """Of one type or by one word, nothing against it, and a side or a word in common."""
        kin = self._kin(claim, other)
        if not (types_meet(claim, other) or kin or _are_attacks(claim, other)) or not self._places_and_times_meet(claim, other):
            return False
        actors, recipients = sides_meet(claim.actors, other.actors), sides_meet(claim.recipients, other.recipients)
        return actors is not False and bool(kin or actors or recipients or self._is_own(claim))

    def _is_own(self, claim: Claim) -> bool:
        """Whether the speaker speaks of what he did himself ("denied firing")."""
        said = claim.attribution[0].span
        if said is None or claim.event is None or claim.event.type != "ASSAULT":
            return False
        return any(p.span is not None and overlap(p.span, said) for p in claim.actors)

    def _is_general(self, claim: Claim) -> bool:
        """ "Our forces do not strike houses": what is never done."""
        words = (self.syntax.tokens[child] for child in self.told.below(claim) if self.syntax.tokens[child].upos == "AUX")
        return any(word.lemma == "do" and "Tense=Past" not in word.feats for word in words)

    def _taken_up(self, claim: Claim) -> tuple[Claim, None] | None:
        """ "The rebels themselves had burned the huts": an attack on, or with, what an attack was told of just before, whoever did it."""
        if claim.event is None or claim.event.type != "ASSAULT" or not claim.event.codable or not happened(claim):
            return None
        again = self._things(claim, definite=True)
        return _first(
            other
            for other in (self.told.before(claim, NEAR) if again else ())
            if _is_codable(other) and types_meet(claim, other) and other.sentence < claim.sentence
            if again & self._things(other, definite=False) and self._places_and_times_meet(claim, other)
        )

    def _things(self, claim: Claim, *, definite: bool) -> set[str]:
        """The lemmas of the people and things that an attack was on or with; definite: of those with an article only."""
        parts = [p for p in (*claim.recipients, *claim.others) if p.head is not None]
        tokens = [token for p in parts if p.head is not None for token in self.syntax.parse.tokens_in(p.head)]
        return {token.lemma.lower() for token in tokens if token.upos == "NOUN" and (not definite or self.told.is_definite(token.index))}

    def _accused(self, claim: Claim) -> tuple[Claim, None] | None:
        """What one is accused of, without a place or time of its own, is the deed told just before."""
        accusing = any(above.event is not None and above.event.type == "ACCUSE" for above in self._above(claim))
        if not accusing or not _is_codable(claim) or not happened(claim) or said_place(claim) or said_time(claim):
            return None
        deeds = [other for other in self.told.before(claim, NEAR) if happened(other) and _is_codable(other)]
        return _first(o for o in deeds if types_meet(claim, o)) or _first(o for o in deeds if self._kin(claim, o))

    def _above(self, claim: Claim) -> Iterator[Claim]:
        for token in self.syntax.parse.ancestors(self.told.main(claim)):
            above = self.told.at(token)
            if above is not None and above is not claim:
                yield above

    # ── the harm that an attack did ──────────────────────────────────────────────────────────────────────────────────

    def _harm(self, claim: Claim) -> tuple[Claim, None] | None:
        """ "A guard was hurt", "the toll rose to 14": harm without a place or time of its own was done by what was told before.

        Where it has a doer, by what the same doer did; else rather not by those who were harmed, and rather to their like.
        """
        if not self._is_harm(claim) or counts_a_period(claim) or self.told.is_headline(claim):
            return None
        reach = REACH if self.told.is_definite(self.told.main(claim)) else NEAR
        attacks = [other for other in self.told.before(claim, reach) if self._may_have_harmed(other, claim)]
        if any(p.actor for p in claim.actors):
            return _first(
                a for a in attacks if sides_meet(claim.actors, a.actors) and sides_meet(claim.recipients, a.recipients) is not False
            )
        others = [attack for attack in attacks if not sides_meet(claim.recipients, attack.actors)]
        if claim.event is not None and set(claim.event.mode) - EFFECTS:
            others.sort(key=lambda attack: not share_means(claim, attack))
        like = (attack for attack in others if sides_meet(claim.recipients, attack.recipients) is not False)
        return _first(like) or _first(iter(others)) or _first(iter(attacks))

    def _is_harm(self, claim: Claim) -> bool:
        """Whether all words of a claim tell of harm, to people or things, and none of how it was done."""
        if claim.event is None or claim.event.type != "ASSAULT" or not happened(claim) or self._is_apart(claim):
            return False
        if not claim.quantities and not claim.event.codable:
            return False
        triggers = self.told.drafts[claim.id].triggers
        since = self.told.has_word(claim, SINCE)
        found = any(self.syntax.tokens[trigger.token].deprel == "amod" for trigger in triggers)  # "found a dead rebel"
        only = all(trigger.frame.harm is not None for trigger in triggers) or (_only_destroys(triggers) and not claim.actors)
        return only and not since and not found

    def _may_have_harmed(self, attack: Claim, harm: Claim) -> bool:
        if attack.event is None or attack.event.type != "ASSAULT" or not happened(attack):
            return False
        if not attack.event.codable and not self.is_remention(attack):
            return False
        if counts_a_period(attack) or not modes_meet(attack, harm) or not self._adds_no_scene(harm, attack):
            return False
        if _only_destroys(self.told.drafts[attack.id].triggers) and attack.sentence != harm.sentence and not attack.quantities:
            return False  # "burned the granaries": things
        if attack.quantities and all(quantity.additive for quantity in attack.quantities):
            return False  # "two of the wounded died on Friday": a death after the attack
        return figures_meet(attack, harm) or self.told.speaker(attack) != self.told.speaker(harm) or self._is_toll(harm)

    def _is_toll(self, claim: Claim) -> bool:
        return any(quantity.scope is Scope.CUMULATIVE for quantity in claim.quantities) or self.told.is_definite(self.told.main(claim))

    def _adds_no_scene(self, claim: Claim, other: Claim) -> bool:
        """Whether a claim's own place and time, if it has any, are the other's too; in one sentence they need only meet."""
        place, time = said_place(claim), said_time(claim)
        near = claim.sentence == other.sentence
        if not self._places_and_times_meet(claim, other):
            return False
        if place is not None and not near and not is_one_place(place, other.place):
            return False
        return time is None or near or said_time(other) is not None

    # ── the same told twice ──────────────────────────────────────────────────────────────────────────────────────────

    def _find_fuller(self) -> dict[str, Claim]:
        """For the first claim of the opening that tells a headline in full, that headline; one for each headline."""
        body = next((number for number, s in enumerate(self.syntax.parse.sentences) if s.kind is BlockKind.BODY), 0)
        opening = [c for c in self.told.claims if _is_codable(c) and not self.told.is_headline(c) and c.sentence < body + OPENING]
        found: dict[str, Claim] = {}
        for headline in self.told.claims:
            if self.told.is_headline(headline) and _is_codable(headline):
                fuller = next((claim for claim in opening if self._can_be_headline_of(headline, claim)), None)
                if fuller is not None:
                    found.setdefault(fuller.id, headline)
        return found

    def _fuller(self, claim: Claim) -> tuple[Claim, None] | None:
        """The headline that a claim tells in full: the first of its type in the opening, where nothing contradicts."""
        headline = self._headline_of.get(claim.id)
        return (headline, None) if headline is not None else None

    def _can_be_headline_of(self, headline: Claim, claim: Claim) -> bool:
        if claim.event is None or headline.event is None or claim.event.type != headline.event.type or not modes_meet(claim, headline):
            return False
        if headline.factuality.polarity is not claim.factuality.polarity or not _statuses_meet(headline, claim):
            return False
        if sides_clash(headline.actors, claim.actors) or sides_clash(headline.recipients, claim.recipients):
            return False
        if claim.event.type in SPOKEN and not self._speak_alike(headline, claim):
            return False
        return self._places_and_times_meet(claim, headline) and figures_meet(claim, headline)

    def _speak_alike(self, one: Claim, two: Claim) -> bool:
        return bool(sides_meet(one.actors, two.actors)) or bool(self.told.heads(one.actors) & self.told.heads(two.actors))

    def _alike(self, claim: Claim) -> tuple[Claim, None] | None:
        """Same type, parties that agree, times and figures that do not contradict, and something in common that is not common to all."""
        if not self._is_single(claim):
            return None
        return _first(other for other in self.told.before(claim, REACH) if self._is_single(other) and self._tells_same(claim, other))

    def _is_single(self, claim: Claim) -> bool:
        """One event that is said to have happened, not a figure over many, and not "another" one or one that came "then"."""
        if claim.kind is not ClaimKind.EVENT or not _is_codable(claim) or not happened(claim):
            return False
        then = self.told.words_below(claim) & LATER
        return all(q.scope is Scope.INCIDENT for q in claim.quantities) and not then and not self._is_apart(claim)

    def _tells_same(self, claim: Claim, other: Claim) -> bool:
        if claim.sentence == other.sentence or not types_meet(claim, other):
            return False
        actors, recipients = sides_meet(claim.actors, other.actors), sides_meet(claim.recipients, other.recipients)
        if actors is False or recipients is False or not (actors or recipients):
            return False
        if not self._places_and_times_meet(claim, other) or not figures_meet(claim, other):
            return False
        return self._have_in_common(claim, other, both=bool(actors and recipients))

    def _have_in_common(self, claim: Claim, other: Claim, *, both: bool) -> bool:
        """A time, a place, a means unless two groups of victims are named; where both sides agree, a word for the deed or its victims."""
        if said_time(claim) is not None and said_time(other) is not None:
            return True
        if is_one_place(said_place(claim), said_place(other)):
            return True
        victims = self.told.heads(claim.recipients), self.told.heads(other.recipients)
        if share_means(claim, other) and not all(victims):
            return True
        return both and bool(victims[0] & victims[1] or self._kin(claim, other))

    # ── what several rules ask ───────────────────────────────────────────────────────────────────────────────────────

    def _places_and_times_meet(self, claim: Claim, other: Claim) -> bool:
        return places_meet(claim, other) and times_meet(claim, other)

    def _is_apart(self, claim: Claim) -> bool:
        return self.told.is_another(claim) or bool(self.told.words_below(claim) & APART)

    def _kin(self, claim: Claim, other: Claim) -> bool:
        """Whether the two use one word, or a verb and its noun ("blocked", "the blockade")."""
        return any(
            one == two or (min(len(one), len(two)) >= KIN and (one.startswith(two) or two.startswith(one)))
            for one in self.told.lemmas(claim)
            for two in self.told.lemmas(other)
        )


def _only_destroys(triggers: list[Trigger]) -> bool:
    """Whether the words tell of harm and of things destroyed, and not by which means."""
    return all(t.frame.harm is not None or (t.frame.mode and set(t.frame.mode) <= EFFECTS) for t in triggers)


def _are_attacks(one: Claim, two: Claim) -> bool:
    """Whether both are attacks, by whatever means: who denies them need not name the weapon."""
    return one.event is not None and two.event is not None and one.event.type == two.event.type == "ASSAULT"


def _is_codable(claim: Claim) -> bool:
    return claim.event is not None and claim.event.codable


def _first(claims: Iterator[Claim]) -> tuple[Claim, None] | None:
    found = next(claims, None)
    return (found, None) if found is not None else None


def _statuses_meet(one: Claim, two: Claim) -> bool:
    return one.factuality.status is two.factuality.status or (happened(one) and happened(two))


def _adds_nothing(claim: Claim, other: Claim) -> bool:
    """Whether a noun that names the other's event anew could be about it: it names no place of its own but that one."""
    own = said_place(claim) is not None
    return other.event is not None and other.event.codable and (not own or is_one_place(claim.place, other.place))
