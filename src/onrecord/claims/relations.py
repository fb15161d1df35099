"""How the claims of one report hang together: the same event again, part of it, an answer to it, a doubt about it."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.lists import word_set
from onrecord.records import (
    Claim,
    ClaimKind,
    LinkRole,
    MentionKind,
    Participant,
    PlaceBasis,
    PlaceKind,
    Polarity,
    Relation,
    RelationType,
    Scope,
    Span,
    Status,
    TimeBasis,
)

DEFINITE = word_set("determiners.same")
OTHER = word_set("determiners.another")
MATERIAL = frozenset(("ASSAULT", "COERCE", "RETREAT", "SANCTION", "MOBILIZE", "PROTEST", "AID"))
HEDGE_REACH = 4
SAME_REACH = 12
STATE = frozenset(("GOV", "MIL"))


class Relator:
    """Finds the relations between the claims of one report; every search looks back a bounded number of sentences."""

    def __init__(self, claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax, fillers: Fillers) -> None:
        self.claims, self.drafts, self.syntax, self.fillers = claims, drafts, syntax, fillers
        self.at: dict[int, str] = {}
        for claim in claims:
            for token in sorted(drafts[claim.id].anchors):
                self.at.setdefault(token, claim.id)

    def relations(self) -> tuple[Relation, ...]:
        """All relations, in order of the claims that they start from."""
        found: dict[tuple[str, str, RelationType], Relation] = {}
        for finder in (
            self._identities,
            self._rementions,
            self._same,
            self._answers,
            self._contents,
            self._parts,
            self._since,
            self._hedges,
        ):
            for relation in finder():
                if relation.source != relation.target:
                    found.setdefault((relation.source, relation.target, relation.type), relation)
        pairs = {tuple(sorted((r.source, r.target))) for r in found.values() if r.type is RelationType.IDENTIFIES}
        kept = [r for r in found.values() if r.type is not RelationType.SAME_EVENT or tuple(sorted((r.source, r.target))) not in pairs]
        return tuple(sorted(kept, key=lambda r: (int(r.source[1:]), int(r.target[1:]), r.type)))

    def _before(self, claim: Claim, reach: int) -> Iterator[Claim]:
        """Earlier claims, nearest first, no more than ``reach`` sentences back."""
        number = int(claim.id[1:]) - 1
        for other in reversed(self.claims[:number]):
            if claim.sentence - other.sentence > reach:
                return
            yield other

    # ── the same event ───────────────────────────────────────────────────────────────────────────────────────────────

    def _identities(self) -> Iterator[Relation]:
        """ "The bombardment that he mentioned was Turkey's answer": the noun named again stands for the claim that used it first."""
        for claim in self.claims:
            draft = self.drafts[claim.id]
            for trigger in draft.triggers:
                if trigger.token == draft.main.token and len(draft.triggers) == 1:
                    continue
                if self.syntax.tokens[trigger.token].deprel != "nsubj" or not self._is_definite(trigger.token):
                    continue
                words = {self.syntax.lower[t] for t in trigger.tokens}
                for other in self._before(claim, SAME_REACH):
                    named = {self.syntax.lower[t] for t in self.drafts[other.id].anchors}
                    if words & named:
                        span = self._noun_span(trigger.token)
                        yield Relation(source=claim.id, target=other.id, type=RelationType.IDENTIFIES, evidence=(span,))
                        break

    def _rementions(self) -> Iterator[Relation]:
        """ "The strike", "such attacks": a definite noun that adds nothing is the last event of its name, else of its type."""
        for claim in self.claims:
            if not self._is_remention(claim):
                continue
            alike = [
                other
                for other in self._before(claim, SAME_REACH)
                if _types_meet(claim, other) and _places_meet(claim, other) and not self._answers_to(other, claim)
            ]
            lemmas = self._lemmas(claim)
            named = (other for other in alike if lemmas & self._lemmas(other))
            target = next(named, None) or next((other for other in alike if _adds_nothing(claim, other)), None)
            if target is not None:
                span = self._noun_span(self.drafts[claim.id].main.token)
                yield Relation(source=claim.id, target=target.id, type=RelationType.SAME_EVENT, evidence=(span,))

    def _answers_to(self, claim: Claim, cause: Claim) -> bool:
        """ "… in response to the massacre": a noun on which another event's deed hangs is not that deed. Those harmed "in the raid" are."""
        above = self.syntax.parse.ancestors(self.drafts[cause.id].main.token)
        return self.drafts[claim.id].main.frame.harm is None and bool(self.drafts[claim.id].anchors.intersection(above))

    def _lemmas(self, claim: Claim) -> set[str]:
        return {self.syntax.tokens[token].lemma for token in self.drafts[claim.id].anchors}

    def _is_remention(self, claim: Claim) -> bool:
        if claim.event is None or claim.event.codable or claim.actors or claim.recipients or claim.quantities:
            return False
        main = self.drafts[claim.id].main
        return self.syntax.tokens[main.token].upos == "NOUN" and self._is_definite(main.token)

    def _is_definite(self, index: int) -> bool:
        words = {self.syntax.lower[child] for child in self.syntax.children[index]}
        return bool(words & DEFINITE) and not words & OTHER

    def _noun_span(self, index: int) -> Span:
        first = min(
            [index, *(c for c in self.syntax.children[index] if self.syntax.tokens[c].deprel in ("det", "amod", "compound") and c < index)]
        )
        return self.syntax.tokens[first].span[0], self.syntax.tokens[index].span[1]

    def _same(self) -> Iterator[Relation]:
        """Two tellings of one event: same type, parties that agree, times and figures that do not contradict."""
        for claim in self.claims:
            if not self._single(claim):
                continue
            for other in self._before(claim, SAME_REACH):
                if self._single(other) and self._tell_same(claim, other):
                    yield Relation(source=claim.id, target=other.id, type=RelationType.SAME_EVENT, evidence=())
                    break

    def _single(self, claim: Claim) -> bool:
        """One event that is said to have happened, not a figure over many, and not "another" one."""
        if claim.event is None or not claim.event.codable or claim.kind is not ClaimKind.EVENT:
            return False
        if claim.factuality.status not in (Status.OCCURRED, Status.ONGOING) or claim.factuality.polarity is not Polarity.POSITIVE:
            return False
        if any(q.scope is not Scope.INCIDENT for q in claim.quantities):
            return False
        words = {self.syntax.lower[c] for token in self.drafts[claim.id].anchors for c in self.syntax.children[token]}
        return not words & OTHER

    def _tell_same(self, claim: Claim, other: Claim) -> bool:
        assert claim.event is not None
        assert other.event is not None
        if claim.event.type != other.event.type or not _modes_meet(claim, other):
            return False
        if not _places_meet(claim, other):
            return False
        actors, recipients = _parties(claim.actors, other.actors), _parties(claim.recipients, other.recipients)
        if actors is False or recipients is False or not (actors or recipients):
            return False
        shared = set(claim.event.mode) & set(other.event.mode) or _times_named(claim, other)
        if not (actors and recipients) and not shared:
            return False
        return _times_meet(claim, other) and _figures_meet(claim, other)

    # ── other ties ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _answers(self) -> Iterator[Relation]:
        for claim in self.claims:
            for filler in self.drafts[claim.id].roles.get("retaliates_for"):
                target = self.at.get(filler.index)
                if target is not None and target != claim.id:
                    main = self.drafts[claim.id].main.token
                    yield Relation(
                        source=claim.id, target=target, type=RelationType.RETALIATES_FOR, evidence=(self.syntax.tokens[main].span,)
                    )

    def _contents(self) -> Iterator[Relation]:
        owner = {id(draft): identity for identity, draft in self.drafts.items()}
        for claim in self.claims:
            for content in self.drafts[claim.id].contents:
                if id(content) in owner:
                    yield Relation(source=owner[id(content)], target=claim.id, type=RelationType.CONTENT_OF, evidence=())

    def _parts(self) -> Iterator[Relation]:
        """ "nine of them", "including 200 children": a figure that is part of another claim's figure."""
        owners = {quantity.span: claim.id for claim in self.claims for quantity in claim.quantities}
        for claim in self.claims:
            for quantity in claim.quantities:
                target = owners.get(quantity.part_of) if quantity.part_of is not None else None
                if target is not None:
                    yield Relation(source=claim.id, target=target, type=RelationType.SUBSET_OF, evidence=(quantity.span,))
            yield from self._series(claim)

    def _series(self, claim: Claim) -> Iterator[Relation]:
        """ "The strike was the latest in a series of attacks": the one is part of the many."""
        if claim.kind is not ClaimKind.FIGURE or not any(q.of == "attacks" for q in claim.quantities):
            return
        for other in self._before(claim, 0):
            if self._is_remention(other):
                yield Relation(source=other.id, target=claim.id, type=RelationType.PART_OF, evidence=claim.evidence)

    def _since(self) -> Iterator[Relation]:
        """ "since then": the event at whose time a period begins."""
        dated: dict[Span, str] = {}
        for claim in self.claims:
            if claim.time is not None and claim.time.span is not None:
                dated.setdefault(claim.time.span, claim.id)
        for claim in self.claims:
            anchor = self.fillers.by_id.get(claim.time.anchor or "") if claim.time is not None else None
            target = dated.get(anchor.span) if anchor is not None and anchor.kind is MentionKind.TIME else None
            if target is not None and claim.time is not None and claim.time.span is not None:
                yield Relation(source=claim.id, target=target, type=RelationType.SINCE_ANCHOR, evidence=(claim.time.span,))

    def _hedges(self) -> Iterator[Relation]:
        """A remark of doubt touches what the same speaker said in the sentences before."""
        for claim in self.claims:
            if claim.kind is not ClaimKind.REMARK:
                continue
            speaker = _speaker(claim)
            for other in self._before(claim, HEDGE_REACH):
                if (
                    _speaker(other) == speaker
                    and other.kind is not ClaimKind.REMARK
                    and (other.quantities or (other.event is not None and other.event.type in MATERIAL))
                ):
                    yield Relation(source=claim.id, target=other.id, type=RelationType.HEDGES, evidence=claim.evidence)


def _speaker(claim: Claim) -> tuple[str, Span | None]:
    first = claim.attribution[0]
    return first.role, first.span if first.role is LinkRole.SPEAKER else None


def _types_meet(claim: Claim, other: Claim) -> bool:
    """Whether both code events of one type, and no mode of the one speaks against the other."""
    return claim.event is not None and other.event is not None and claim.event.type == other.event.type and _modes_meet(claim, other)


def _modes_meet(claim: Claim, other: Claim) -> bool:
    assert claim.event is not None
    assert other.event is not None
    one, two = set(claim.event.mode), set(other.event.mode)
    return not one or not two or bool(one & two)


def _parties(one: tuple[Participant, ...], two: tuple[Participant, ...]) -> bool | None:
    """True if the two sides meet, False if they are different, None if one is not named."""
    first = [p.actor for p in one if p.actor is not None]
    second = [p.actor for p in two if p.actor is not None]
    if not first or not second:
        return None
    for a in first:
        for b in second:
            sectors = set(a.sectors) & set(b.sectors) or (set(a.sectors) <= STATE and set(b.sectors) <= STATE)
            if (a.country == b.country and sectors) or (a.id is not None and a.id == b.id):
                return True
    return False


def _adds_nothing(claim: Claim, other: Claim) -> bool:
    """Whether a noun that names the other's event anew could be about it: it names no place of its own but that one."""
    own = claim.place is not None and claim.place.basis is PlaceBasis.ARGUMENT
    same = claim.place is not None and other.place is not None and claim.place.id == other.place.id
    return other.event is not None and other.event.codable and (same or not own)


def _places_meet(claim: Claim, other: Claim) -> bool:
    """Whether the places that the two themselves name, if both do, may be one."""
    one, two = claim.place, other.place
    if one is None or two is None or PlaceBasis.ARGUMENT not in (one.basis, two.basis) or one.basis != two.basis:
        return True
    return one.id == two.id or not (one.kind in TOWNS and two.kind in TOWNS)


TOWNS = frozenset((PlaceKind.POPULATED, PlaceKind.POINT, PlaceKind.FACILITY))


def _times_meet(claim: Claim, other: Claim) -> bool:
    one, two = claim.time, other.time
    if one is None or two is None:
        return True
    if one.end and two.start and one.end <= two.start:
        return False
    return not (two.end and one.start and two.end <= one.start)


def _times_named(claim: Claim, other: Claim) -> bool:
    """Whether both say when, and the same time."""
    return all(c.time is not None and c.time.basis not in (TimeBasis.INFERRED, TimeBasis.PUBLICATION) for c in (claim, other))


def _figures_meet(claim: Claim, other: Claim) -> bool:
    for q in claim.quantities:
        for r in other.quantities:
            if q.of is r.of and q.best is not None and r.best is not None and q.best != r.best and q.exactness == r.exactness == "exact":
                return False
    return True
