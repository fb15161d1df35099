"""The figures of a draft: which numbers count what befell whom, and where a count is put at a number."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.owners import Circumstances, Owners, role_of
from onrecord.claims.roles import participants
from onrecord.claims.syntax import Syntax, base
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.lists import word_set
from onrecord.lexicon.superseded import SUPERSEDED_REACH, is_superseded
from onrecord.records import Granularity, Mention, MentionKind, Participant, ParticipantRole, Quantity, QuantityOf, Scope, Time, Unit

COUNTING = word_set("counting.count_nouns")
REACHING = word_set("counting.reaching")
PEOPLE = frozenset(
    (QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CASUALTIES, QuantityOf.MISSING, QuantityOf.CAPTURED, QuantityOf.RECOVERED,
     QuantityOf.DISPLACED, QuantityOf.REFUGEES, QuantityOf.RETURNED, QuantityOf.HOSTED, QuantityOf.BESIEGED, QuantityOf.POPULATION)
)  # fmt: skip


class Counts:
    """Hands the quantity mentions of a report to its drafts."""

    def __init__(self, owners: Owners, syntax: Syntax, fillers: Fillers, found: list[Circumstances]) -> None:
        self.owners, self.syntax, self.fillers, self.found = owners, syntax, fillers, found
        self.drafts = owners.drafts

    def add(self, mention: Mention) -> None:
        """Gives a quantity to the draft that it counts for, if any."""
        head = self.owners.head(mention)
        quantity = mention.quantity
        if head is None or quantity is None or self._is_superseded(mention):
            return
        placed = self._counts(head)
        if placed is None:
            return
        number, of, counted = placed
        draft, found = self.drafts[number], self.found[number]
        if of is None and quantity.of is QuantityOf.OTHER and not self._counts_target(counted, quantity, draft):
            return
        of = self._followed(mention, draft) or of
        if of is not None and self._recounts(quantity, draft):
            quantity = _with_of(quantity, of)
        group = self._group(counted, draft)
        found.quantities.append(_placed(quantity, mention, group, self._scope(quantity, draft, found), found.time))
        found.used.append(mention)
        found.counts += [index for index in (head, self._brings_to(head) if self._measured(head) else None) if index is not None]

    def _counts_target(self, counted: int, quantity: Quantity, draft: Draft) -> bool:
        """Whether people or things with no fate of the list are counted as whom the event befell: "freed 25 detainees"."""
        role = role_of(counted, draft)
        whole = role in ("recipient", "physical_target") and self.syntax.child(counted, "nummod") is not None
        return whole and draft.main.frame.kind is FrameKind.EVENT and quantity.unit is not Unit.PERCENT

    def _is_superseded(self, mention: Mention) -> bool:
        """Whether the text replaces a figure by a later one ("revised from 34 to 33"): it is read, and no claim holds it."""
        first = self.syntax.parse.token_at(mention.span[0])
        if first is None:
            return False
        start = self.syntax.parse.sentences[self.syntax.tokens[first].sentence].first
        return is_superseded(self.syntax.lower[max(start, first - SUPERSEDED_REACH) : first])

    def _followed(self, mention: Mention, draft: Draft) -> QuantityOf | None:
        """What the harm verb right behind a bare number says that it counts ("nine killed and 31 injured")."""
        inside = self.syntax.parse.tokens_in(mention.span)
        after = inside[-1].index + 1 if inside and inside[-1].upos == "NUM" else None
        return next((t.frame.harm for t in draft.triggers if t.token == after and t.frame.harm is not None), None)

    @staticmethod
    def _recounts(quantity: Quantity, draft: Draft) -> bool:
        """Whether the event tells better than the number's own words what is counted: a fate that they tell stays ("both survived")."""
        return quantity.of is QuantityOf.OTHER or (quantity.of is QuantityOf.POPULATION and draft.main.frame.kind is not FrameKind.FIGURE)

    def _counts(self, head: int) -> tuple[int, QuantityOf | None, int] | None:
        """The draft that a number belongs to, what it counts there, and the counted word."""
        found = self._series(head) or self._measured(head)
        if found is not None:
            return found
        people = (index for index in self.fillers.unpack(head) if index not in self.owners.anchor)  # "residents" of "hundreds of residents"
        for above in (*people, head, *self.syntax.parse.ancestors(head)):
            direct = self.owners.anchor.get(self.syntax.tokens[above].head)
            if direct is not None and self._harmed(direct, above) is not None:
                return direct, self._harmed(direct, above), above
            harm = self._harms.get((self.syntax.tokens[head].sentence, above))
            if harm is not None:
                return *harm, above
            if above in self.owners.anchor:
                return self.owners.anchor[above], None, above
            if above in self.owners.filler:
                return self.owners.filler[above], None, above
            if self._stands_apart(above):
                return None
        return None

    @cached_property
    def _harms(self) -> dict[tuple[int, int], tuple[int, QuantityOf]]:
        """By sentence and word, the first draft there of which the word tells a harm or names the harmed, and what befell them."""
        found: dict[tuple[int, int], tuple[int, QuantityOf]] = {}
        for sentence, numbers in self.owners.by_sentence.items():
            for number in numbers:
                draft = self.drafts[number]
                for trigger in draft.triggers:
                    harm = trigger.frame.harm
                    if harm is not None:
                        harmed = (filler.index for filler in draft.role_of[trigger.token].get(trigger.frame.harmed))
                        for index in (trigger.token, *harmed):
                            found.setdefault((sentence, index), (number, harm))
        return found

    def _stands_apart(self, index: int) -> bool:
        """Whether a word is a clause beside another, with a subject of its own: "…, and both drivers survived"."""
        token = self.syntax.tokens[index]
        joined = token.deprel in ("conj", "parataxis") and token.upos == "VERB" and "VerbForm=Fin" in token.feats
        return joined and self.syntax.child(index, "nsubj", "nsubj:pass") is not None

    def _harmed(self, number: int, index: int) -> QuantityOf | None:
        """What befalls a filler of a draft, by the trigger that it is the counted role of."""
        draft = self.drafts[number]
        for trigger in draft.triggers:
            if trigger.frame.harm is not None and any(f.index == index for f in draft.role_of[trigger.token].get(trigger.frame.harmed)):
                return trigger.frame.harm
        return None

    def _measured(self, head: int) -> tuple[int, QuantityOf | None, int] | None:
        """The draft of a count put at, or brought to, a number: "put the toll at 12", "the number of wounded rose from 38 to 40"."""
        verb = self._brings_to(head)
        if verb is None:
            return None
        counts = [child for child in self.syntax.children[verb] if self.syntax.tokens[child].deprel in ("obj", "nsubj", "nsubj:pass")]
        within = {index for count in (*counts, verb) for index in self._counted_by(count)}
        for number in self.owners.by_sentence.get(self.syntax.tokens[head].sentence, ()):
            for trigger in self.drafts[number].triggers:
                if trigger.token in within and trigger.frame.harm is not None:
                    return number, trigger.frame.harm, head
        return None

    def _brings_to(self, head: int) -> int | None:
        """The verb or noun that a number or its noun hangs on with "at" or "to", or the verb of reaching that it is under."""
        token = self.syntax.tokens[head]
        if token.deprel == "nummod":
            token = self.syntax.tokens[token.head]
        if token.deprel in ("obj", "xcomp") and self.syntax.tokens[token.head].lemma in REACHING:
            return token.head
        if self.syntax.case(token.index) not in ("at", "to") or base(token.deprel) not in ("obl", "nmod", "obj"):
            return None
        above = self.syntax.tokens[token.head]
        spanned = above.upos == "NUM" and self.syntax.case(above.index) == "from"  # "from 40 to 38", parsed as one phrase
        return above.head if spanned and above.head >= 0 else above.index

    def _counted_by(self, index: int) -> tuple[int, ...]:
        """A noun that counts ("toll") with what it counts: "the number of wounded", "the number of civilians killed"."""
        if self.syntax.tokens[index].upos != "NOUN":
            return ()
        of = self.syntax.slots(index).get("of", ()) if self.syntax.lower[index] in COUNTING else ()
        return index, *of, *(child for noun in of for child in self.syntax.children[noun] if self.syntax.tokens[child].deprel == "acl")

    def _series(self, head: int) -> tuple[int, QuantityOf | None, int] | None:
        """ "a series of attacks", "three airstrikes": events that are counted themselves."""
        inner = (*self.syntax.slots(head).get("of", ()), self.syntax.tokens[head].head)
        for index in inner:
            if (
                index in self.owners.anchor
                and self.syntax.tokens[index].upos == "NOUN"
                and "Number=Plur" in self.syntax.tokens[index].feats
            ):
                draft = self.drafts[self.owners.anchor[index]]
                counts = self.syntax.tokens[head].deprel == "nummod" or index in self.syntax.slots(head).get("of", ())
                if counts and draft.main.token == index and draft.main.frame.harm is None and draft.event == "ASSAULT":
                    return self.owners.anchor[index], QuantityOf.ATTACKS, index
        return None

    def _group(self, counted: int, draft: Draft) -> Participant | None:
        """Who is counted: the word's own actor, else those the draft already says were hit."""
        if self.fillers.heads(counted, MentionKind.ACTOR) is not None:
            return self.fillers.participant(counted, ParticipantRole.RECIPIENT, self.syntax.tokens[counted].deprel)
        known = [p for p in participants(draft.roles, "recipient", draft.event, self.fillers) if p.actor is not None]
        return known[0] if known else None

    def _scope(self, quantity: Quantity, draft: Draft, found: Circumstances) -> Scope:
        if quantity.scope is not Scope.INCIDENT:
            return quantity.scope
        time = found.time
        long = time is not None and (
            time.granularity in (Granularity.YEAR, Granularity.DECADE) or "/" in time.value or time.value.startswith("PAST")
        )
        plural = any(
            "Number=Plur" in self.syntax.tokens[t.token].feats and self.syntax.tokens[t.token].upos == "NOUN" and t.frame.harm is None
            for t in draft.triggers
        )
        return Scope.CUMULATIVE if long and (plural or draft.event == "ASSAULT") else quantity.scope


def _with_of(quantity: Quantity, of: QuantityOf) -> Quantity:
    return _replace(quantity, of=of, unit=Unit.PEOPLE if quantity.unit is Unit.ITEMS and of in PEOPLE else quantity.unit)


def _placed(quantity: Quantity, mention: Mention, group: Participant | None, scope: Scope, time: Time | None) -> Quantity:
    period = time if scope in (Scope.CUMULATIVE, Scope.AGGREGATE) else None
    return _replace(quantity, group=quantity.group or group, scope=scope, period=quantity.period or period)


def _replace(quantity: Quantity, **changes: Any) -> Quantity:
    return msgspec.structs.replace(quantity, **changes)
