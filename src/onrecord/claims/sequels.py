"""What came after what in one report, because of it, as part of it, or in answer to it; only where the words say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onrecord.claims.sameness import HARD, said_place, said_time, sides_meet
from onrecord.claims.syntax import base
from onrecord.claims.told import Told, happened
from onrecord.lexicon.lists import word_set
from onrecord.records import Claim, ClaimKind, Relation, RelationType, Span

AFTER = word_set("sequence.after")
MEASURES = word_set("sequence.measures")
FOLLOWING = word_set("sequence.following")
LATER = word_set("sequence.later")
PERIODS = word_set("sequence.periods")
NEXT_TIMES = word_set("sequence.next_times")
NEXT_PARTS = word_set("sequence.next_parts")
AT_BIDDING = word_set("sequence.at_bidding")
BEFORE = word_set("sequence.before")
OUTCOMES = word_set("incidents.outcomes")
ANSWER_CASES = word_set("sequence.answer_cases")
BIDDING_SLOTS = word_set("sequence.bidding_slots")
ANSWERS = word_set("sequence.answers")
ANSWERING = word_set("sequence.answering")
CAUSING = word_set("sequence.causing")
CAUSING_PHRASES = word_set("sequence.causing_phrases")
BECAUSE = word_set("sequence.because")
RESULTS = word_set("sequence.results")
RESPONDING = word_set("sequence.responding")
ATTACKS = frozenset(("ASSAULT",))
HOSTILE = HARD | {"SANCTION", "MOBILIZE", "PROTEST", "THREATEN"}
BIDDING = frozenset(("REQUEST", "AGREE", "CONSULT", "SUPPORT"))  # answered by doing, and not in kind
ANSWERED_WITH = HOSTILE | {"ACCUSE", "REJECT"}
SWEEPS = word_set("sequence.sweeps")
VICTIMS = word_set("sequence.victims")
REACH = 12  # sentences back to what is answered
NEAR = 2  # sentences back to what comes before


class Sequels:
    """Finds the ties between events. first: for a claim that tells again what was told, the claim that told it first."""

    def __init__(self, told: Told, first: Mapping[str, str]) -> None:
        self.told, self.syntax, self._first = told, told.syntax, first

    def relations(self) -> Iterator[Relation]:
        for claim in self.told.claims:
            yield from self._follows(claim)
            yield from self._answers(claim)
            yield from self._causes(claim)
            yield from self._belongs(claim)

    def _tie(self, claim: Claim, type: RelationType, target: Claim | None, span: Span) -> Iterator[Relation]:
        """The relation from a claim to the claim that first told its target; none to itself or to another telling of itself."""
        if target is None:
            return
        end = self._first.get(target.id, target.id)
        start = claim.id if claim.event is None or claim.event.codable else self._first.get(claim.id, claim.id)
        if end != self._first.get(start, start):
            yield Relation(source=start, target=end, type=type, evidence=(span,))

    # ── after ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _follows(self, claim: Claim) -> Iterator[Relation]:
        if claim.event is None:
            return
        for filler in self._named_before(claim):
            yield from self._tie(claim, RelationType.FOLLOWS, self._at(filler), self.syntax.tokens[filler].span)
        for slot, filler in self.told.slots(claim):
            after = self._at(filler) if slot in BEFORE else None
            if after is not None and after is not claim and happened(after):
                yield from self._tie(after, RelationType.FOLLOWS, claim, self.syntax.tokens[filler].span)
        if not claim.event.codable or self._retells(claim):
            return
        later, victims = self._later(claim), self._taken_up(claim)
        if later is not None:
            yield from self._tie(claim, RelationType.FOLLOWS, next(self._last(claim), None), later)
        elif victims is not None:
            attacks = (other for other in self._last(claim) if other.event is not None and other.event.type == "ASSAULT")
            yield from self._tie(claim, RelationType.FOLLOWS, next(attacks, None), victims)

    def _named_before(self, claim: Claim) -> Iterator[int]:
        """The words for what came before: "after clashes", "a day after the vote", "in the wake of", "the raids followed an ambush"."""
        for slot, filler in (*self.told.slots(claim), *self._measured(claim), *self._behind_objects(claim)):
            if slot in AFTER or (slot in BIDDING_SLOTS and self.syntax.tokens[filler].lemma in AT_BIDDING):
                yield filler
            elif self.syntax.lower[filler] in OUTCOMES - RESULTS and slot in ANSWER_CASES:
                yield from self.syntax.slots(filler).get("of", ())
        main = self.told.main(claim)
        verb = self.syntax.tokens[main].head
        if verb >= 0 and self.syntax.tokens[verb].lemma in FOLLOWING and main in self.syntax.slots(verb).get("subject", ()):
            yield from self.syntax.slots(verb).get("object", ())

    def _behind_objects(self, claim: Claim) -> Iterator[tuple[str, int]]:
        """The slots behind the objects of a claim's verb, where parsers hang what belongs to it ("cut the internet following protests")."""
        for slot, filler in self.told.slots(claim):
            if slot == "object":
                yield from ((inner, x) for inner, fillers in self.syntax.slots(filler).items() for x in fillers)

    def _measured(self, claim: Claim) -> Iterator[tuple[str, int]]:
        """The slots of words of time below a claim ("a day after protesters broke in")."""
        for child in self.told.below(claim):
            if self.syntax.tokens[child].lemma in MEASURES:
                yield from ((slot, filler) for slot, fillers in self.syntax.slots(child).items() for filler in fillers)

    def _at(self, filler: int) -> Claim | None:
        """The claim of a word, or of the noun that counts it ("days of clashes")."""
        inner = self.syntax.slots(filler).get("of", ())
        return next((claim for index in (filler, *inner) if (claim := self.told.at(index)) is not None), None)

    def _later(self, claim: Claim) -> Span | None:
        """The words that put a claim after what was told last: "then", "four hours later", "that night"."""
        for child in self.told.below(claim):
            token = self.syntax.tokens[child]
            if base(token.deprel) == "advmod" and self.syntax.lower[child] in LATER:
                return token.span
        time = said_time(claim)
        if time is not None and time.span is not None and time.text is not None:
            words = time.text.lower().split()
            if words[0] in PERIODS:
                return None
            if words[-1] in LATER or (words[0] in NEXT_TIMES and words[-1] in NEXT_PARTS) or words[:1] + words[1:2] == ["the", "next"]:
                return time.span
        return None

    def _taken_up(self, claim: Claim) -> Span | None:
        """ "Three of the wounded": what befalls those whom an attack left behind."""
        if claim.event is None or claim.event.type in HARD:
            return None
        for participant in claim.recipients:
            for token in self.syntax.parse.tokens_in(participant.head) if participant.head is not None else ():
                if token.lemma.lower() in VICTIMS and self.told.is_definite(token.index):
                    return token.span
        return None

    def _last(self, claim: Claim) -> Iterator[Claim]:
        """The events before a claim that are told as having happened, the last first."""
        return (o for o in self.told.before(claim, NEAR) if o.event is not None and o.event.codable and happened(o))

    def _retells(self, claim: Claim) -> bool:
        return claim.id in self._first

    # ── in answer ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _answers(self, claim: Claim) -> Iterator[Relation]:
        """ "Retaliation for the ambush"; "in answer to the offensive"; "would strike back in return": then what the other side did last."""
        main = self.syntax.tokens[self.told.main(claim)].span
        named = [filler.index for filler in self.told.drafts[claim.id].roles.get("retaliates_for")]
        claim = self._deed_of(claim)
        near = (*self.told.slots(claim), *self._behind_objects(claim))
        around = dict.fromkeys((*(filler for _, filler in near), *self.told.below(claim)))
        named += [index for filler in around for index in self._answered(filler)]
        targets = [target for index in named if (target := self.told.at(index)) is not None and target is not claim]
        for target in targets:
            asked = target.event is not None and target.event.type in BIDDING
            yield from self._tie(claim, RelationType.FOLLOWS if asked else RelationType.RETALIATES_FOR, target, main)
        if not named and self._pays_back(claim):
            yield from self._tie(claim, RelationType.RETALIATES_FOR, self._provocation(claim), main)

    def _deed_of(self, claim: Claim) -> Claim:
        """The deed that a noun of answering only gives the motive of ("seized a tanker in retaliation for …"); else the claim itself."""
        token = self.syntax.tokens[self.told.main(claim)]
        motive = token.lemma.lower() in ANSWERS and self.syntax.case(token.index) in ANSWER_CASES
        above = (self.told.at(index) for index in self.syntax.parse.ancestors(token.index)) if motive else ()
        return next((deed for deed in above if deed is not None and deed is not claim), claim)

    def _answered(self, filler: int) -> tuple[int, ...]:
        """What "in answer to" or "in revenge for" names, or what is avenged."""
        if self.syntax.tokens[filler].lemma in ANSWERING:
            return self.syntax.slots(filler).get("object", ())
        if self.syntax.tokens[filler].lemma not in ANSWERS or self.syntax.case(filler) not in ANSWER_CASES:
            return ()
        slots = self.syntax.slots(filler)
        return (*slots.get("to", ()), *slots.get("for", ()))

    def _pays_back(self, claim: Claim) -> bool:
        """Whether a claim, or what it promises, is called an answer without saying to what."""
        if claim.event is None or claim.event.type not in ANSWERED_WITH or not claim.event.codable:
            return False
        if self._is_response(claim):
            return True
        drafts = (self.told.drafts[claim.id], *self.told.drafts[claim.id].contents)
        words = {token for draft in drafts for anchor in draft.anchors for token in (anchor, *self.syntax.children[anchor])}
        lemmas = {self.syntax.tokens[word].lemma.lower() for word in words}
        returned = any(self.syntax.tokens[w].lemma in ANSWERS and self.syntax.case(w) in ANSWER_CASES for w in words)
        return returned or bool(lemmas & ANSWERING) or {"return", "fire"} <= lemmas

    def _is_response(self, claim: Claim) -> bool:
        """ "Hit back by recalling its envoy", "responded with air strikes"."""
        drafted = self.told.drafts[claim.id].triggers
        supports = {self.syntax.tokens[one.support.token].lemma.lower() for one in drafted if one.support is not None}
        token = self.syntax.tokens[self.told.main(claim)]
        by = token.deprel == "advcl" and token.head >= 0 and self.syntax.mark(token.index) == "by"
        return bool(supports & RESPONDING) or (by and self.syntax.tokens[token.head].lemma.lower() in RESPONDING)

    def _provocation(self, claim: Claim) -> Claim | None:
        """The last attack by another side, one on the side that answers before all others; what is no attack answers any hostile deed."""
        hard = claim.event is not None and claim.event.type in ("ASSAULT", "THREATEN", "COERCE")
        attacked = self._last_hostile(claim, ATTACKS) if hard else None
        return attacked or self._last_hostile(claim, HOSTILE)

    def _last_hostile(self, claim: Claim, types: frozenset[str]) -> Claim | None:
        attacks = [
            other
            for other in self.told.before(claim, REACH)
            if other.kind is ClaimKind.EVENT and other.event is not None and other.event.type in types
            if other.event.codable and happened(other)
        ]
        others = [o for o in attacks if not self.told.is_headline(o) and not sides_meet(claim.actors, o.actors)]
        met = (o for o in others if sides_meet(claim.actors, o.recipients) or sides_meet(claim.recipients, o.actors))
        return next(met, None) or next(iter(others), None)

    # ── because of ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _causes(self, claim: Claim) -> Iterator[Relation]:
        """ "Fled because of the shelling"; "fired at the airport, halting flights"; "the killing sparked riots"."""
        span = self.syntax.tokens[self.told.main(claim)].span
        for filler in self.told.drafts[claim.id].roles.get("cause"):
            cause = self.told.at(filler.index)
            if cause is not None and cause is not claim:
                yield from self._tie(self._told_first(cause), RelationType.CAUSES, claim, self.syntax.tokens[filler.index].span)
        for index in self._reasons(claim):
            cause = self._at(index)
            if cause is not None and cause is not claim:
                yield from self._tie(self._told_first(cause), RelationType.CAUSES, claim, self.syntax.tokens[index].span)
        token = self.syntax.tokens[self.told.main(claim)]
        if (
            token.deprel == "advcl"
            and token.text.lower().endswith("ing")
            and token.head < token.index
            and not self.syntax.mark(token.index)
        ):
            cause = self.told.at(token.head)
            if cause is not None and _is_hard_on(cause, claim):
                yield from self._tie(self._told_first(cause), RelationType.CAUSES, claim, span)
        for above in self.syntax.parse.ancestors(token.index):
            if self._is_causing(above) and self.told.at(above) in (None, claim):
                yield from self._brought_about(claim, above)
                break

    def _reasons(self, claim: Claim) -> Iterator[int]:
        """The words for why: "because soldiers had shut the road", "owing to the raids", "as a result of the fighting"."""
        for slot, filler in self.told.slots(claim):
            if slot.partition(" ")[0] in BECAUSE:
                yield filler
            elif self.syntax.lower[filler] in RESULTS and slot in ANSWER_CASES:
                yield from self.syntax.slots(filler).get("of", ())

    def _is_causing(self, verb: int) -> bool:
        """Whether a verb, alone or with its particle or object, brings about what stands behind it."""
        lemma = self.syntax.tokens[verb].lemma.lower()
        phrases = (f"{lemma} {self.syntax.lower[child]}" for child in self.syntax.children[verb])
        return lemma in CAUSING or any(phrase in CAUSING_PHRASES for phrase in phrases)

    def _brought_about(self, claim: Claim, verb: int) -> Iterator[Relation]:
        """Ties what brought a claim about: the verb's subject, or the deed that "which" or a participle takes up ("…, sparking riots")."""
        subjects = self.syntax.slots(verb).get("subject", ())
        token = self.syntax.tokens[verb]
        taken_up = (token.head,) if token.deprel in ("advcl", "acl:relcl", "parataxis") and 0 <= token.head < verb else ()
        cause = next((found for index in (*subjects, *taken_up) if (found := self._at(index)) is not None), None)
        if cause is not None and cause is not claim:
            yield from self._tie(self._told_first(cause), RelationType.CAUSES, claim, self.syntax.tokens[verb].span)

    def _told_first(self, claim: Claim) -> Claim:
        return self.told.by_id[self._first.get(claim.id, claim.id)]

    # ── part of ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _belongs(self, claim: Claim) -> Iterator[Relation]:
        """ "They burned the granaries": what the same people did, told right after an attack that holds several deeds."""
        if not self._is_deed(claim) or self._retells(claim) or self._later(claim) is not None:
            return
        for other in self.told.before(claim, NEAR):
            sweep = other.sentence < claim.sentence and self._is_sweep(other) and self.told.in_one_paragraph(claim, other)
            if sweep and sides_meet(claim.actors, (*other.actors, *other.recipients)):
                span = self.syntax.tokens[self.told.main(claim)].span
                yield from self._tie(claim, RelationType.PART_OF, other, span)
                return

    def _is_deed(self, claim: Claim) -> bool:
        hard = claim.event is not None and claim.event.codable and claim.event.type in HARD and happened(claim)
        return hard and said_time(claim) is None and said_place(claim) is None and not self.told.lemmas(claim) & SWEEPS

    def _is_sweep(self, claim: Claim) -> bool:
        hard = claim.event is not None and claim.event.codable and claim.event.type in HARD and happened(claim)
        return hard and bool(self.told.lemmas(claim) & SWEEPS)


def _is_hard_on(cause: Claim, effect: Claim) -> bool:
    """Whether an act of force brought about an act of another type."""
    return cause.event is not None and effect.event is not None and cause.event.type in HARD and effect.event.type != cause.event.type
