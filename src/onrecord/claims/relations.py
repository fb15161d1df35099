"""How the claims of one report hang together: the same event again, part of it, an answer to it, a doubt about it."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.retellings import Retellings
from onrecord.claims.sequels import Sequels
from onrecord.claims.syntax import Syntax
from onrecord.claims.told import Told
from onrecord.lexicon.lists import word_set
from onrecord.records import Claim, ClaimKind, MentionKind, Quantity, Relation, RelationType, Span

MATERIAL = frozenset(("ASSAULT", "COERCE", "RETREAT", "SANCTION", "MOBILIZE", "PROTEST", "AID"))
SAID_OF = frozenset(("ACCUSE", "REQUEST"))
CONTENT_SLOTS = word_set("sequence.spoken_of")
ALONE = word_set("sequence.alone")
VICTIMS = word_set("sequence.victims")
SINCE = word_set("sequence.since")
HEDGE_REACH = 4
SAME_REACH = 12


class Relator:
    """Finds the relations between the claims of one report; every search looks back a bounded number of sentences."""

    def __init__(self, claims: tuple[Claim, ...], drafts: dict[str, Draft], syntax: Syntax, fillers: Fillers) -> None:
        self.claims, self.drafts, self.syntax, self.fillers = claims, drafts, syntax, fillers
        self.told = Told(claims, drafts, syntax, fillers)
        self.retellings = Retellings(self.told)

    def relations(self) -> tuple[Relation, ...]:
        """All relations, in order of the claims that they start from."""
        found: dict[tuple[str, str, RelationType], Relation] = {}
        identities = list(self._identities())
        pairs = {frozenset((relation.source, relation.target)) for relation in identities}
        same = [relation for relation in self.retellings.relations() if frozenset((relation.source, relation.target)) not in pairs]
        sequels = Sequels(self.told, self._first_told(same)).relations()
        for relation in (*identities, *same, *sequels, *self._contents(), *self._parts(), *self._since(), *self._hedges()):
            if relation.source != relation.target:
                found.setdefault((relation.source, relation.target, relation.type), relation)
        return tuple(sorted(found.values(), key=lambda r: (int(r.source[1:]), int(r.target[1:]), r.type)))

    def _first_told(self, same: list[Relation]) -> dict[str, str]:
        """For every claim that tells again, the claim of the body that told its event first."""
        groups: dict[str, list[str]] = {}
        for relation in same:  # in order, so that what a claim retells is settled before the claim is
            group = groups.setdefault(relation.target, [relation.target])
            group.append(relation.source)
            groups[relation.source] = group
        first: dict[str, str] = {}
        for identity, group in groups.items():
            body = (other for other in group if not self.told.is_headline(self.told.by_id[other]))
            told = next(body, group[0])
            if told != identity:
                first[identity] = told
        return first

    def _identities(self) -> Iterator[Relation]:
        """ "The bombardment that he mentioned was Turkey's answer": the noun named again stands for the claim that used it first."""
        for claim in self.claims:
            draft = self.drafts[claim.id]
            for trigger in draft.triggers:
                if trigger.token == draft.main.token and len(draft.triggers) == 1:
                    continue
                if self.syntax.tokens[trigger.token].deprel != "nsubj" or not self.told.is_definite(trigger.token):
                    continue
                words = {self.syntax.lower[t] for t in trigger.tokens}
                for other in self.told.before(claim, SAME_REACH):
                    named = {self.syntax.lower[t] for t in self.drafts[other.id].anchors}
                    if words & named:
                        span = self.told.noun_span(trigger.token)
                        yield Relation(source=claim.id, target=other.id, type=RelationType.IDENTIFIES, evidence=(span,))
                        break

    # ── what is said ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _contents(self) -> Iterator[Relation]:
        owner = {id(draft): identity for identity, draft in self.drafts.items()}
        for claim in self.claims:
            said = [owner[id(content)] for content in self.drafts[claim.id].contents if id(content) in owner]
            for content in dict.fromkeys((*said, *self._spoken_of(claim, said))):
                yield Relation(source=content, target=claim.id, type=RelationType.CONTENT_OF, evidence=())

    def _spoken_of(self, claim: Claim, said: list[str]) -> Iterator[str]:
        """What an accusation or demand names: "condemned the bombardment"; through an inquiry or a stop that is asked for, its subject."""
        if claim.event is None or claim.event.type not in SAID_OF:
            return
        inner = [*(self.told.by_id[identity] for identity in said), *self._named_in(claim)]
        for content in inner:
            yield content.id
            if content.event is not None and not content.event.codable:
                yield from (deeper.id for deeper in self._named_in(content) if deeper is not claim)

    def _named_in(self, claim: Claim) -> list[Claim]:
        """The claims in the slots of a claim's triggers that hold what is said, and those joined to them by "and"."""
        fillers = [filler for slot, filler in self.told.slots(claim) if slot in CONTENT_SLOTS]
        joined = [c for filler in fillers for c in self.syntax.children[filler] if self.syntax.tokens[c].deprel == "conj"]
        found = (self.told.at(index) for index in (*fillers, *joined))
        return [content for content in found if content is not None and content is not claim and content.event is not None]

    def _hedges(self) -> Iterator[Relation]:
        """A remark of doubt touches what the same speaker said in the sentences before."""
        for claim in self.claims:
            if claim.kind is not ClaimKind.REMARK:
                continue
            speaker = self.told.speaker(claim)
            for other in self.told.before(claim, HEDGE_REACH):
                material = other.event is not None and other.event.type in MATERIAL
                if self.told.speaker(other) == speaker and other.kind is not ClaimKind.REMARK and (other.quantities or material):
                    yield Relation(source=claim.id, target=other.id, type=RelationType.HEDGES, evidence=claim.evidence)

    # ── parts and periods ────────────────────────────────────────────────────────────────────────────────────────────

    def _parts(self) -> Iterator[Relation]:
        """ "nine of them", "including 200 children": a figure that is part of another claim's figure."""
        owners = {quantity.span: claim.id for claim in self.claims for quantity in claim.quantities}
        for claim in self.claims:
            for quantity in claim.quantities:
                target = owners.get(quantity.part_of) if quantity.part_of is not None else None
                if target is not None:
                    yield Relation(source=claim.id, target=target, type=RelationType.SUBSET_OF, evidence=(quantity.span,))
            yield from self._alone(claim)
            yield from self._series(claim)

    def _alone(self, claim: Claim) -> Iterator[Relation]:
        """ "Four deaths in Bago alone", "three of the dead": a part of the larger figure that was told before."""
        said = self.told.sentence(claim) if claim.quantities and self.told.has_word(claim, ALONE) else ()
        cue = next((index for index in said if self.syntax.lower[index] in ALONE), None)
        for quantity in claim.quantities:
            span = self.syntax.tokens[cue].span if cue is not None else self._of_the_dead(quantity)
            larger = (other for other in self.told.before(claim, 1) if any(_is_larger(q, quantity) for q in other.quantities))
            whole = next(larger, None) if span is not None else None
            if whole is not None and span is not None:
                yield Relation(source=claim.id, target=whole.id, type=RelationType.SUBSET_OF, evidence=(span,))

    def _of_the_dead(self, quantity: Quantity) -> Span | None:
        """The noun of "three of the dead", with its article; None of other figures."""
        numbers = self.syntax.parse.tokens_in(quantity.number_span or quantity.span)
        fillers = (filler for token in numbers for filler in self.syntax.slots(token.index).get("of", ()))
        dead = (filler for filler in fillers if self.syntax.tokens[filler].lemma in VICTIMS and self.told.is_definite(filler))
        found = next(dead, None)
        return self.told.noun_span(found) if found is not None else None

    def _series(self, claim: Claim) -> Iterator[Relation]:
        """ "The strike was the latest in a series of attacks": the one is part of the many."""
        if claim.kind is not ClaimKind.FIGURE or not any(q.of == "attacks" for q in claim.quantities):
            return
        for other in self.told.before(claim, 0):
            if self.retellings.is_remention(other):
                yield Relation(source=other.id, target=claim.id, type=RelationType.PART_OF, evidence=claim.evidence)

    def _since(self) -> Iterator[Relation]:
        """ "Since then", "since the army overran the town": the event at whose time a period begins."""
        dated: dict[Span, str] = {}
        for claim in self.claims:
            if claim.time is not None and claim.time.span is not None:
                dated.setdefault(claim.time.span, claim.id)
        for claim in self.claims:
            time = claim.time
            if time is not None and time.span is not None and not SINCE.isdisjoint((time.text or "").lower().split()):
                anchor = self.fillers.by_id.get(time.anchor or "")
                target = dated.get(anchor.span) if anchor is not None and anchor.kind is MentionKind.TIME else None
                if target is not None:
                    yield Relation(source=claim.id, target=target, type=RelationType.SINCE_ANCHOR, evidence=(time.span,))
            for slot, filler in self.told.slots(claim):
                begun = self.told.at(filler) if slot in SINCE else None
                if begun is not None:
                    span = self.syntax.tokens[filler].span
                    yield Relation(source=claim.id, target=begun.id, type=RelationType.SINCE_ANCHOR, evidence=(span,))


def _is_larger(quantity: Quantity, part: Quantity) -> bool:
    return quantity.of is part.of and quantity.best is not None and part.best is not None and quantity.best > part.best
