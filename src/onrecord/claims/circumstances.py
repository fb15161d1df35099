"""Where, when and how many: the place, time and figure mentions that belong to a draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec

from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.roles import participants
from onrecord.claims.syntax import Syntax, base
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.numbergrammar import SUPERSEDED_REACH, is_superseded
from onrecord.records import (
    Granularity,
    Mention,
    MentionKind,
    Participant,
    ParticipantRole,
    Place,
    PlaceBasis,
    Quantity,
    QuantityOf,
    Scope,
    Time,
    TimeBasis,
    Unit,
)

FROM = frozenset(("from", "out of", "outside"))
TOWARDS = frozenset(("to", "into", "towards", "toward", "near", "across"))
SPEECH_ACTS = frozenset(("ACCUSE", "THREATEN", "REQUEST", "REJECT", "AGREE"))
FINE = frozenset((Granularity.MINUTE, Granularity.HOUR, Granularity.PART_OF_DAY, Granularity.DAY))
ORDERING = frozenset(("after", "before", "since", "until"))
ORDERING_REACH = 4  # words at the head of a clause among which its conjunction stands: "two days after"
COUNTING = frozenset(("number", "toll", "tally", "count", "total", "figure"))
PEOPLE = frozenset(
    (QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CASUALTIES, QuantityOf.MISSING, QuantityOf.CAPTURED, QuantityOf.RECOVERED,
     QuantityOf.DISPLACED, QuantityOf.REFUGEES, QuantityOf.RETURNED, QuantityOf.HOSTED, QuantityOf.BESIEGED, QuantityOf.POPULATION)
)  # fmt: skip


@dataclass(slots=True)
class Circumstances:
    """What was found for one draft; ``used`` are the mentions that count as its evidence, ``counts`` the heads of its numbers."""

    place: Place | None = None
    origin: Place | None = None
    destination: Place | None = None
    time: Time | None = None
    quantities: list[Quantity] = field(default_factory=list)
    used: list[Mention] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)


class Circumstancer:
    """Hands every place, time and quantity mention of a report to the draft that it belongs to."""

    def __init__(self, drafts: list[Draft], syntax: Syntax, fillers: Fillers) -> None:
        self.syntax, self.fillers, self.drafts = syntax, fillers, drafts
        self.anchor: dict[int, int] = {}
        for number, draft in enumerate(drafts):
            for token in draft.anchors:
                self.anchor.setdefault(token, number)
        self.filler: dict[int, int] = {}
        self.passing: dict[int, int] = {}  # whom "displaced families" befell; only where they came from is of that event
        for number, draft in enumerate(drafts):
            taken = self.passing if self._in_passing(draft) else self.filler
            for role in (*draft.roles.fillers.values(), draft.counted):
                for item in role:
                    taken.setdefault(item.index, number)
        self.found = [Circumstances() for _ in drafts]
        self._unowned: list[Mention] = []
        self._by_sentence: dict[int, list[int]] = {}
        for number, draft in enumerate(drafts):
            self._by_sentence.setdefault(syntax.tokens[draft.main.token].sentence, []).append(number)
        for mention in fillers.mentions:
            if mention.kind is MentionKind.TIME:
                self._time(mention)
            elif mention.kind is MentionKind.PLACE:
                self._place(mention)
        self._fall_back()
        for mention in fillers.mentions:
            if mention.kind is MentionKind.QUANTITY:
                self._quantity(mention)

    # ── whose is it ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _in_passing(self, draft: Draft) -> bool:
        """Whether an event is told by an adjective before whom it befell: "displaced families"."""
        return all(self.syntax.tokens[t.token].deprel == "amod" and t.token < self.syntax.tokens[t.token].head for t in draft.triggers)

    def _head(self, mention: Mention) -> int | None:
        """The word of a mention that hangs outside it."""
        inside = self.syntax.parse.tokens_in(mention.span)
        if not inside:
            return self.syntax.parse.token_at(mention.span[0])
        indices = {token.index for token in inside}
        return next((token.index for token in inside if token.head not in indices), inside[0].index)

    def _owner(self, index: int, *, through_fillers: bool = True) -> int | None:
        """The draft whose trigger or participant is nearest above a word."""
        for above in (index, *self.syntax.parse.ancestors(index)):
            if above in self.anchor:
                return self.anchor[above]
            if through_fillers and above in self.filler:
                return self.filler[above]
        return None

    def _time(self, mention: Mention) -> None:
        head = self._above_event(mention) or self._head(mention)
        if head is None or mention.time is None or self._tells_saying(head) or self._compares(head, mention.time):
            return
        number = self._owner(head)
        if number is None:
            number = self._joined(head)
        if number is None:
            self._unowned.append(mention)
            return
        number = self._outside(mention, number)
        if number is None or self._in_content(head, number) or self._dates_other(head, number):
            return
        for owner in [number, *self._sharing(number, head)]:
            found = self.found[owner]
            if found.time is None or (found.time.start is None and mention.time.start is not None):
                found.time = mention.time
                found.used.append(mention)

    def _compares(self, head: int, time: Time) -> bool:
        """ "The deadliest attack this year", "the third violation since Monday": what the one is compared with is not when it happened."""
        above = self.syntax.tokens[head].head
        long = time.granularity not in FINE or self.syntax.case(head) == "since"
        return (
            long
            and above >= 0
            and self.syntax.child(above, "cop") is not None
            and any(
                "Degree=Sup" in self.syntax.tokens[child].feats or "NumType=Ord" in self.syntax.tokens[child].feats
                for child in self.syntax.children[above]
            )
        )

    def _dates_other(self, head: int, number: int) -> bool:
        """Whether a time stands in a clause that only says after, before or since what it was ("after the truce took effect on Monday")."""
        for above in self.syntax.parse.ancestors(head):
            if above in self.drafts[number].anchors:
                return False
            token = self.syntax.tokens[above]
            if token.deprel == "advcl":
                first, _ = self.syntax.parse.extent(above)
                return any(word in ORDERING for word in self.syntax.lower[first : first + ORDERING_REACH])
        return False

    def _in_content(self, head: int, number: int) -> bool:
        """Whether a word stands in what a speech act is about: where the shots came from is not where somebody was accused of them."""
        draft = self.drafts[number]
        if draft.event not in SPEECH_ACTS and draft.main.frame.kind is not FrameKind.STATE:
            return False
        return self.syntax.tokens[head].head not in draft.anchors

    def _outside(self, mention: Mention, number: int) -> int | None:
        """The draft that an expression dates, when it names another event: "held the town since the rebels withdrew in April"."""
        at = self.drafts[number].main.token
        if not (mention.span[0] <= self.syntax.tokens[at].span[0] < mention.span[1]):
            return number
        above = self.syntax.tokens[at].head
        return self._owner(above) if above >= 0 else None

    def _above_event(self, mention: Mention) -> int | None:
        """What "two weeks after the attack" dates: not the attack, but what happened two weeks after it."""
        inside = self.syntax.parse.tokens_in(mention.span)
        if len(inside) < 2 or self.syntax.lower[inside[-1].index] not in ("after", "before") or inside[-1].head < 0:
            return None
        above = self.syntax.tokens[inside[-1].head].head
        return above if above >= 0 else None

    def _tells_saying(self, head: int) -> bool:
        """Whether a word hangs on a verb put behind what was said, with a subject of its own ("…, the general staff said on Sunday")."""
        verb = self.syntax.clause(head)
        token = self.syntax.tokens[verb]
        if token.deprel != "parataxis" or verb in self.anchor or verb < token.head or self.syntax.child(verb, "nsubj") is None:
            return False
        return self.syntax.child(verb, "obj", "ccomp") is None

    def _joined(self, head: int) -> int | None:
        """The draft of a participle joined to the verb that a word hangs on ("Shots rang out on Monday, wounding two"), or None."""
        verb = self.syntax.clause(head)
        numbers = self._by_sentence.get(self.syntax.tokens[head].sentence, ())
        return next((n for n in numbers if self._participle_of(self.drafts[n]) == verb), None)

    def _participle_of(self, draft: Draft) -> int | None:
        """The verb that a draft's harm clause is joined to as a participle without a conjunction of time or purpose; else None."""
        token = self.syntax.tokens[draft.main.token]
        if token.deprel != "advcl" or token.upos != "VERB" or self.syntax.mark(token.index) or draft.main.frame.harm is None:
            return None
        return token.head if token.text.lower().endswith("ing") else None

    def _sharing(self, number: int, head: int) -> list[int]:
        """Drafts of later conjuncts that a time at the head of the sentence holds for as well."""
        anchor = self.drafts[number].main.token
        if head > anchor:
            return []
        sentence = self._by_sentence[self.syntax.tokens[anchor].sentence]
        return [n for n in sentence if n != number and self._is_conjunct(self.drafts[n].main.token, self.drafts[number].anchors)]

    def _is_conjunct(self, index: int, anchors: set[int]) -> bool:
        for above in (index, *self.syntax.parse.ancestors(index)):
            if self.syntax.tokens[above].deprel == "conj" and self.syntax.tokens[above].head in anchors:
                return True
        return False

    def _place(self, mention: Mention) -> None:
        head = self._head(mention)
        if head is None or mention.place is None:
            return
        case = self.syntax.case(head)
        number = self.passing.get(self.syntax.tokens[head].head) if case in FROM else None
        if number is None:
            number = self._owner(head)
        if number is None:
            number = self._joined(head)
        if number is None:
            return
        draft, found = self.drafts[number], self.found[number]
        role = self._role_of(head, draft)
        if self._in_content(head, number) and role is None:
            return
        if role == "origin" or (role is None and (case in FROM or self._inside_origin(head, draft))):
            found.origin = found.origin or mention.place
        elif role == "destination" or (
            role is None and case in TOWARDS and draft.event in ("SANCTION", "RETREAT", "MOBILIZE", "CONSULT", "AID")
        ):
            found.destination = found.destination or mention.place
        elif role in (None, "place", "recipient", "physical_target", "victim") and self._locative(head, case, role):
            if self._is_taken_up(mention.place, found):
                return
            if found.place is None:
                found.place = mention.place
        else:
            return
        found.used.append(mention)

    def _is_taken_up(self, place: Place, found: Circumstances) -> bool:
        """Whether a pronoun only takes up where the event came from ("fled Riverton and the villages around it")."""
        known = {other.name for other in (found.origin, found.destination) if other is not None}
        return place.name in known and (place.text or "").lower() in ("it", "there", "its", "them")

    def _inside_origin(self, head: int, draft: Draft) -> bool:
        """ "Fired from the barracks at Riverton": the town is where it came from, like the barracks in it."""
        above = self.syntax.tokens[head].head
        if self.syntax.tokens[head].deprel != "nmod" or above < 0:
            return False
        return self.syntax.case(above) in FROM and self.syntax.tokens[above].head in draft.anchors

    def _role_of(self, index: int, draft: Draft) -> str | None:
        for role, fillers in draft.roles.fillers.items():
            if any(filler.index == index for filler in fillers):
                return role
        return None

    def _locative(self, head: int, case: str, role: str | None) -> bool:
        if role == "place":
            return True
        if role in ("recipient", "physical_target"):
            return self.fillers.heads(head, MentionKind.ACTOR) is None
        relation = self.syntax.tokens[head].deprel
        return (
            case not in ("", "of", "by", "against", "with", "for", "as")
            or (case == "of" and relation == "nmod")
            or relation in ("appos", "dislocated")
        )

    def _fall_back(self) -> None:
        """A sentence that names one time or one place only lends it to its other drafts; never across sentences."""
        for mention in self._unowned:
            self._nearest(mention)
        for number, draft in enumerate(self.drafts):
            self._from_matrix(number, draft)
            self._from_antecedent(number, draft)
        for numbers in self._by_sentence.values():
            places = [place for n in numbers if (place := self.found[n].place) is not None]
            if len(numbers) > 1 and len({place.span for place in places}) == 1:
                for number in numbers:
                    if self._may_borrow(number, numbers):
                        self.found[number].place = msgspec.structs.replace(places[0], basis=PlaceBasis.SENTENCE)

    def _may_borrow(self, number: int, numbers: list[int]) -> bool:
        """Whether a draft without a place may have that of its sentence: not when it names its own, or is told of another time."""
        found, draft = self.found[number], self.drafts[number]
        if found.place is not None or found.origin is not None or draft.roles.get("place"):
            return False
        if draft.event in SPEECH_ACTS or draft.main.frame.kind is FrameKind.STATE:
            return False
        times = {other.value for n in numbers if self.found[n].place is not None and (other := self.found[n].time) is not None}
        return found.time is None or not times or found.time.value in times

    def _from_matrix(self, number: int, draft: Draft) -> None:
        """A harm clause that is a participle happens when and where the deed of its main verb does."""
        verb = self._participle_of(draft)
        host = self.anchor.get(verb) if verb is not None else None
        if host is None or host == number:
            return
        found, above = self.found[number], self.found[host]
        found.time = found.time or above.time
        if found.place is None and found.origin is None:
            found.place = above.place

    def _from_antecedent(self, number: int, draft: Draft) -> None:
        """ "Riverton, where shelling killed ten": the noun of a clause with "where" is its place."""
        clause = self.syntax.clause(draft.main.token)
        token, found = self.syntax.tokens[clause], self.found[number]
        if token.deprel != "acl:relcl" or all(self.syntax.lower[c] != "where" for c in self.syntax.children[clause]):
            return
        mention = self.fillers.heads(token.head, MentionKind.PLACE)
        if mention is None or mention.place is None or (found.place is not None and found.place.id is not None):
            return
        found.place = mention.place

    def _nearest(self, mention: Mention) -> None:
        """A time that hangs on no trigger ("the latest in a series of attacks this year") belongs to the event just before it."""
        head = self._head(mention)
        if head is None:
            return
        if self.syntax.slots(self.syntax.clause(head)).get("that"):
            return  # when something was said, not when it happened
        before = [n for n in self._by_sentence.get(self.syntax.tokens[head].sentence, ()) if self.drafts[n].main.token < head]
        if before and self.found[before[-1]].time is None:
            self.found[before[-1]].time = mention.time
            self.found[before[-1]].used.append(mention)

    # ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _quantity(self, mention: Mention) -> None:
        head = self._head(mention)
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
        role = self._role_of(counted, draft)
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
        for above in (head, *self.syntax.parse.ancestors(head)):
            direct = self.anchor.get(self.syntax.tokens[above].head)
            if direct is not None and self._harmed(direct, above) is not None:
                return direct, self._harmed(direct, above), above
            for number in self._by_sentence.get(self.syntax.tokens[head].sentence, ()):
                draft = self.drafts[number]
                for trigger in draft.triggers:
                    if above == trigger.token and trigger.frame.harm is not None:
                        return number, trigger.frame.harm, above
                    harmed = draft.role_of[trigger.token].get(trigger.frame.harmed)
                    filler = next((f.index for f in harmed if f.index == above), None)
                    if trigger.frame.harm is not None and filler is not None:
                        return number, trigger.frame.harm, filler
            if above in self.anchor:
                return self.anchor[above], None, above
            if above in self.filler:
                return self.filler[above], None, above
            if self._stands_apart(above):
                return None
        return None

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
        for number in self._by_sentence.get(self.syntax.tokens[head].sentence, ()):
            for trigger in self.drafts[number].triggers:
                if trigger.token in within and trigger.frame.harm is not None:
                    return number, trigger.frame.harm, head
        return None

    def _brings_to(self, head: int) -> int | None:
        """The verb or noun that a number hangs on with "at" or "to"."""
        token = self.syntax.tokens[head]
        if self.syntax.case(head) not in ("at", "to") or base(token.deprel) not in ("obl", "nmod"):
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
            if index in self.anchor and self.syntax.tokens[index].upos == "NOUN" and "Number=Plur" in self.syntax.tokens[index].feats:
                draft = self.drafts[self.anchor[index]]
                counts = self.syntax.tokens[head].deprel == "nummod" or index in self.syntax.slots(head).get("of", ())
                if counts and draft.main.token == index and draft.main.frame.harm is None and draft.event == "ASSAULT":
                    return self.anchor[index], QuantityOf.ATTACKS, index
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


def inferred_time(published: str | None) -> Time | None:
    """Some time before the end of the publication day: all that a report of a past event without a time says; None without a date."""
    if not published:
        return None
    try:
        after = date.fromisoformat(published[:10]) + timedelta(days=1)
    except ValueError:
        return None
    return Time(
        span=None,
        text=None,
        value=f"../{published[:10]}",
        start=None,
        end=f"{after.isoformat()}T00:00",
        zone=None,
        granularity=Granularity.OPEN,
        basis=TimeBasis.INFERRED,
        anchor="published",
        acled_precision=3,
        ucdp_precision=5,
    )
