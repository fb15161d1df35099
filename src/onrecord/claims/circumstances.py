"""Where, when and how many: the place, time and figure mentions that belong to a draft."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from onrecord.claims.counts import Counts
from onrecord.claims.drafts import Draft
from onrecord.claims.fillers import Fillers
from onrecord.claims.owners import Circumstances, Owners, role_of
from onrecord.claims.singles import single_figures
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.frames import FrameKind
from onrecord.lexicon.lists import word_set
from onrecord.records import (
    EntityLabel,
    Granularity,
    Mention,
    MentionKind,
    Place,
    PlaceBasis,
    PlaceKind,
    Time,
    TimeBasis,
)

FROM = word_set("prepositions.from")
TOWARDS = word_set("prepositions.towards")
SPEECH_ACTS = frozenset(("ACCUSE", "THREATEN", "REQUEST", "REJECT", "AGREE"))
FINE = frozenset((Granularity.MINUTE, Granularity.HOUR, Granularity.PART_OF_DAY, Granularity.DAY))
ROADS = word_set("places.lines")
_KINDS = {EntityLabel.FAC: PlaceKind.FACILITY, EntityLabel.LOC: PlaceKind.REGION}
UNLOCATED = 0.3  # confidence in a place of which only the name is known
ORDERING = word_set("conjunctions.order")
PRONOUNS = word_set("pronouns.of_places")
PARTING = FROM | word_set("prepositions.other_party")
PARTINGS = frozenset(("SANCTION", "CONSULT", "SUPPORT", "COOPERATE", "AGREE"))
NO_PLACE = word_set("prepositions.no_place") | {""}
ORDERING_REACH = 4  # words at the head of a clause among which its conjunction stands: "two days after"


class Circumstancer:
    """Hands every place and time of a report to the draft that it belongs to, and then every figure."""

    def __init__(self, drafts: list[Draft], syntax: Syntax, fillers: Fillers) -> None:
        self.syntax, self.fillers, self.drafts = syntax, fillers, drafts
        self.owners = Owners(drafts, syntax)
        self.found = [Circumstances() for _ in drafts]
        self._unowned: list[Mention] = []
        unlocated: list[Mention] = []
        for mention in fillers.mentions:
            if mention.kind is MentionKind.TIME:
                self._time(mention)
            elif mention.kind is MentionKind.PLACE and mention.place is not None:
                self._place(mention, mention.place)
            elif mention.kind is MentionKind.PLACE and mention.named:
                unlocated.append(mention)
        for mention in unlocated:
            self._place(mention, _unlocated(mention, syntax))
        self._fall_back()
        counts = Counts(self.owners, syntax, fillers, self.found)
        for mention in fillers.mentions:
            if mention.kind is MentionKind.QUANTITY:
                counts.add(mention)
        for draft, found in zip(drafts, self.found, strict=True):
            found.quantities += single_figures(draft, found.quantities, syntax, fillers)

    def _time(self, mention: Mention) -> None:
        head = self._above_event(mention) or self.owners.head(mention)
        if head is None or mention.time is None or self._tells_saying(head) or self._compares(head, mention.time):
            return
        if mention.time.start is None and self.syntax.parse.document.published:
            return  # "for 24 hours", "a week": how long, not when
        number = self.owners.owner(head)
        if number is None:
            number = self._joined(head)
        if number is None:
            self._unowned.append(mention)
            return
        number = self._outside(mention, number)
        if number is None or self._in_content(head, number) or self._dates_other(head, number) or self._is_wanted(mention, head, number):
            return
        for owner in [number, *self._sharing(number, head)]:
            found = self.found[owner]
            if found.time is None or (found.time.start is None and mention.time.start is not None):
                found.time = mention.time
                found.used.append(mention)

    def _compares(self, head: int, time: Time) -> bool:
        """ "The deadliest attack this year", "the third violation since Monday": what the one is compared with is not when it happened."""
        above = self.syntax.tokens[head].head
        if above >= 0 and self.syntax.lower[above] == "time" and self._is_ordinal(above):
            return True  # "for the fifth time this month"
        long = time.granularity not in FINE or self.syntax.case(head) == "since"
        return (
            long
            and above >= 0
            and self.syntax.child(above, "cop") is not None
            and (self._is_ordinal(above) or any("Degree=Sup" in self.syntax.tokens[c].feats for c in self.syntax.children[above]))
        )

    def _is_ordinal(self, noun: int) -> bool:
        return any("NumType=Ord" in self.syntax.tokens[child].feats for child in self.syntax.children[noun])

    def _is_wanted(self, mention: Mention, head: int, number: int) -> bool:
        """Whether a time says when what is asked, promised or refused is to be: "invited them for next week", "a strike from Sunday"."""
        published, time = self.syntax.parse.document.published, mention.time
        if self.drafts[number].event not in SPEECH_ACTS or time is None:
            return False
        ahead = published is not None and time.start is not None and time.start[:10] > published[:10]
        return ahead or time.value == "PRESENT_REF" or self.syntax.case(head) in ("from", "by", "until")

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
        return self.owners.owner(above) if above >= 0 else None

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
        if token.deprel != "parataxis" or verb in self.owners.anchor or verb < token.head or self.syntax.child(verb, "nsubj") is None:
            return False
        return self.syntax.child(verb, "obj", "ccomp") is None

    def _joined(self, head: int) -> int | None:
        """The draft of a participle joined to the verb that a word hangs on ("Shots rang out on Monday, wounding two"), or None."""
        verb = self.syntax.clause(head)
        numbers = self.owners.by_sentence.get(self.syntax.tokens[head].sentence, ())
        return next((n for n in numbers if self._participle_of(self.drafts[n]) == verb), None)

    def _participle_of(self, draft: Draft) -> int | None:
        """The verb that a draft's harm clause is joined to as a participle without a conjunction of time or purpose; else None."""
        token = self.syntax.tokens[draft.main.token]
        if token.deprel != "advcl" or token.upos != "VERB" or self.syntax.mark(token.index) or draft.main.frame.harm is None:
            return None
        return token.head if token.text.lower().endswith("ing") else None

    def _sharing(self, number: int, head: int) -> list[int]:
        """Drafts of other conjuncts that a time in front of the first or behind the last of them holds for as well."""
        anchor = self.drafts[number].main.token
        sentence = self.owners.by_sentence[self.syntax.tokens[anchor].sentence]
        if head > anchor:
            row = self._coordinated(anchor)
            others = [n for n in sentence if n != number and self.drafts[n].main.token in row]
            alike = [n for n in others if anchor == min(row) or self.drafts[n].event == self.drafts[number].event]
            return [n for n in alike if self.drafts[n].event not in SPEECH_ACTS] if head > max(row) else []
        return [n for n in sentence if n != number and self._is_conjunct(self.drafts[n].main.token, self.drafts[number].anchors)]

    def _coordinated(self, index: int) -> set[int]:
        """A verb with those coordinated with it that have no subject of their own."""
        tokens = self.syntax.tokens
        first = tokens[index].head if tokens[index].deprel == "conj" and tokens[index].upos == "VERB" else index
        later = (c for c in self.syntax.children[first] if tokens[c].deprel == "conj" and tokens[c].upos == "VERB")
        return {first, index, *(c for c in later if self.syntax.child(c, "nsubj", "nsubj:pass") is None)}

    def _is_conjunct(self, index: int, anchors: set[int]) -> bool:
        for above in (index, *self.syntax.parse.ancestors(index)):
            if self.syntax.tokens[above].deprel == "conj" and self.syntax.tokens[above].head in anchors:
                return True
        return False

    def _place(self, mention: Mention, place: Place) -> None:
        head = self.owners.head(mention)
        if head is None:
            return
        case = self.syntax.case(head)
        number = self.owners.passing.get(self.syntax.tokens[head].head) if case in FROM else None
        if number is None:
            number = self.owners.owner(head)
        if number is None:
            number = self._joined(head)
        if number is None:
            return
        draft, found = self.drafts[number], self.found[number]
        role = role_of(head, draft)
        if self._in_content(head, number) and role is None:
            return
        if role == "origin" or (role is None and (case in FROM or self._inside_origin(head, draft))):
            found.origin = found.origin or place
        elif role == "destination" or (
            role is None and case in TOWARDS and draft.event in ("SANCTION", "RETREAT", "MOBILIZE", "CONSULT", "AID")
        ):
            found.destination = found.destination or place
        elif role == "recipient" and case in PARTING and draft.event in PARTINGS:
            return  # "recalled its envoy from X", "broke with X": with whom, not where
        elif role in (None, "place", "cause", "recipient", "physical_target", "victim") and self._locative(head, case, role):
            if role in TARGETS and self.syntax.tokens[head].upos == "NOUN" and (place.id is None or place.kind is PlaceKind.COUNTRY):
                return  # "the US embassy", "a Greek bank": whose it is, not where
            if self._is_taken_up(place, found):
                return
            if found.place is None or _is_inside(place, found.place):
                found.place = place
        else:
            return
        found.used.append(mention)

    def _is_taken_up(self, place: Place, found: Circumstances) -> bool:
        """Whether a pronoun only takes up where the event came from ("fled Riverton and the villages around it")."""
        known = {other.name for other in (found.origin, found.destination) if other is not None}
        return place.name in known and (place.text or "").lower() in PRONOUNS

    def _inside_origin(self, head: int, draft: Draft) -> bool:
        """ "Fired from the barracks at Riverton": the town is where it came from, like the barracks in it."""
        above = self.syntax.tokens[head].head
        if self.syntax.tokens[head].deprel != "nmod" or above < 0:
            return False
        return self.syntax.case(above) in FROM and self.syntax.tokens[above].head in draft.anchors

    def _locative(self, head: int, case: str, role: str | None) -> bool:
        if role == "place":
            return True
        if role in ("recipient", "physical_target"):
            return self.fillers.heads(head, MentionKind.ACTOR) is None
        relation = self.syntax.tokens[head].deprel
        return case not in NO_PLACE or (case == "of" and relation == "nmod") or relation in ("appos", "dislocated")

    def _fall_back(self) -> None:
        """A sentence that names one time or one place only lends it to its other drafts; never across sentences."""
        for mention in self._unowned:
            self._nearest(mention)
        for number, draft in enumerate(self.drafts):
            self._from_named(number, draft)
            self._from_matrix(number, draft)
            self._from_antecedent(number, draft)
        for numbers in self.owners.by_sentence.values():
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
        host = self.owners.anchor.get(verb) if verb is not None else None
        if host is None or host == number:
            return
        found, above = self.found[number], self.found[host]
        found.time = found.time or above.time
        if found.place is None and found.origin is None:
            found.place = above.place

    def _from_named(self, number: int, draft: Draft) -> None:
        """ "Shot dead in Tuesday's protests", "protested as soldiers fired on Friday": when what it happened in, or along with, did."""
        found = self.found[number]
        if found.time is not None or draft.main.frame.kind is not FrameKind.EVENT or draft.event in SPEECH_ACTS:
            return
        slots = draft.main.slots
        named = [filler for slot in ("in", "during", "at") for filler in slots.get(slot, ())]
        clause = self.syntax.clause(draft.main.token)
        if self.syntax.tokens[clause].deprel == "advcl" and self.syntax.mark(clause) in ("as", "while"):
            named.append(self.syntax.tokens[clause].head)
        for index in named:
            other = self.owners.anchor.get(index)
            if other is not None and other != number and self.found[other].time is not None:
                found.time = self.found[other].time
                return

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
        head = self.owners.head(mention)
        if head is None:
            return
        if self.syntax.slots(self.syntax.clause(head)).get("that"):
            return  # when something was said, not when it happened
        before = [n for n in self.owners.by_sentence.get(self.syntax.tokens[head].sentence, ()) if self.drafts[n].main.token < head]
        if before and self.found[before[-1]].time is None:
            self.found[before[-1]].time = mention.time
            self.found[before[-1]].used.append(mention)


def _is_inside(place: Place, other: Place) -> bool:
    """Whether a place is named more exactly than another, in the same country: "in Borno, fighters stormed Marte"."""
    known = place.id is not None and place.country == other.country
    return known and place.kind in (PlaceKind.POPULATED, PlaceKind.FACILITY) and other.kind in (PlaceKind.ADMIN1, PlaceKind.COUNTRY)


TARGETS = ("recipient", "physical_target", "victim")


def _unlocated(mention: Mention, syntax: Syntax) -> Place:
    """A named place that is in no gazetteer: its name, and nothing of where it lies."""
    tokens = syntax.parse.tokens_in(mention.span)
    start = max((n + 1 for n, token in enumerate(tokens[:-1]) if token.text == "of" and tokens[n + 1].text[0].isupper()), default=0)
    words = [token.text for token in tokens[start:] if token.upos not in ("DET", "ADP", "PUNCT")]  # "the northern town of Dabiq"
    return Place(
        span=mention.span,
        text=mention.text,
        name=" ".join(words) or mention.text,
        id=None,
        kind=PlaceKind.LINE if ROADS & {word.lower() for word in words} else _KINDS.get(mention.label, PlaceKind.POPULATED),
        lat=None,
        lon=None,
        country=None,
        admin1=None,
        relation=None,
        radius_km=None,
        acled_precision=None,
        ucdp_precision=None,
        basis=PlaceBasis.ARGUMENT,
        confidence=UNLOCATED,
    )


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
