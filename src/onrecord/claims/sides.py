"""Who stands on either side in the end: whose the things are that were hit, both parties of a clash, people of whom nothing is said.

A thing that is hit is nobody, but "the church's store" is the church's and "a military airport" the army's. A report says "killing six" or
"two men were shot": nobody calls them fighters, and where the words or another figure do not tell whose
they are, they are coded as civilians of the country in which it happened, with little confidence.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from onrecord.claims.drafts import Draft
from onrecord.claims.elision import IMPLICIT, QUANTIFIERS
from onrecord.claims.fillers import ARMED, Fillers
from onrecord.claims.scenes import Scenes
from onrecord.lexicon.lists import word_row, word_set, word_sorts
from onrecord.records import (
    MUTUAL,
    Actor,
    EntityLabel,
    Exactness,
    Mention,
    MentionKind,
    Participant,
    ParticipantRole,
    Quantity,
    QuantityOf,
    actor_code,
)

People = dict[str, tuple[Participant, ...]]

UNTOLD = 0.35  # confidence of a code that only silence speaks for
FATES = (QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CASUALTIES, QuantityOf.MISSING, QuantityOf.CAPTURED, QuantityOf.DISPLACED)
# To whom something is done bodily; in words ("asked them") they are whoever was spoken of.
BODILY = frozenset(("ASSAULT", "COERCE", "SANCTION", "AID"))
HITTING = frozenset(("ASSAULT", "COERCE", "PROTEST"))
Places = tuple[str, ...]
OWNED: Places = word_row("prepositions.owned")
OF: Places = ("of",)
INSTITUTIONS = frozenset(("REL", "MED", "EDU"))
PERSONS = word_set("people.persons")
HARMED = frozenset(word_sorts("people.harmed"))
ASSAILANTS = word_set("people.assailants")
GATHERINGS = word_set("people.gatherings")
DEMONSTRATIONS = word_set("people.demonstrations")
TOLL = "n.toll"
PLURAL_PRONOUNS = word_set("pronouns.they")
PRONOUNS = word_set("pronouns.people")


class Sides:
    """Settles the sides of a report's claims, one after the other in the order of their words."""

    def __init__(self, fillers: Fillers, scenes: Scenes) -> None:
        self._fillers, self._scenes = fillers, scenes
        self._counted: dict[tuple[QuantityOf, float], Actor] = {}
        for mention in fillers.mentions:
            quantity = mention.quantity
            if quantity is not None and quantity.best is not None and quantity.group is not None and quantity.group.actor is not None:
                self._counted.setdefault((quantity.of, quantity.best), quantity.group.actor)
        self._harmed = tuple(self._counted_groups())

    def _counted_groups(self) -> Iterator[tuple[int, Actor]]:
        """The words for those who were harmed in number and have a code, with it, in text order."""
        for mention in self._fillers.mentions:
            quantity = mention.quantity
            if quantity is None or quantity.of not in FATES or quantity.group is None or quantity.group.actor is None:
                continue
            index = self._fillers.syntax.parse.token_at(quantity.group.head[0]) if quantity.group.head is not None else None
            if index is not None and self._fillers.syntax.lower[index] not in HARMED:
                yield index, quantity.group.actor

    def settled(self, draft: Draft, quantities: list[Quantity], people: People) -> People:
        """The participants by role, with those that only silence tells of."""
        sentence = self._fillers.syntax.tokens[draft.main.token].sentence
        actors, recipients = self._whole(people["actor"]), self._whole(people["recipient"])
        if draft.main.frame.id == TOLL:
            actors = ()  # whoever "gave the toll" tells it
        if draft.event in HITTING:
            actors = self._with_owners(actors, set(), OF)
            doers = {one.actor.code for one in actors if one.actor is not None}
            recipients = self._others_own(self._with_owners(recipients, doers), doers) or self._hit(people, doers)
        if draft.event == "PROTEST":
            return {"actor": self._named(actors, sentence), "recipient": recipients}
        if draft.event not in BODILY:
            return {"actor": tuple(map(self._as_state, actors)), "recipient": tuple(map(self._as_state, recipients))}
        if draft.event in ("SANCTION", "AID"):
            recipients = tuple(map(self._as_state, recipients))
        recipients = self._named(recipients, sentence) or tuple(self._uncounted(draft, quantities, sentence))
        if draft.event == "ASSAULT":
            actors = tuple(self._assailant(one, sentence) for one in actors)
        if draft.event == "ASSAULT" and draft.main.frame.mutual and not any(t.frame.harm for t in draft.triggers):
            return _on_both(actors, recipients)
        return {"actor": actors, "recipient": recipients}

    def _whole(self, people: tuple[Participant, ...]) -> tuple[Participant, ...]:
        """The participants, with all of those for whom a "they" stands: "soldiers and militiamen came; they shot him"."""
        found = list(people)
        for one in people:
            codes = {other.actor.code for other in found if other.actor is not None}
            for mention in self._companions(one):
                if mention.actor is not None and mention.actor.code not in codes:
                    codes.add(mention.actor.code)
                    found.append(Participant(None, None, None, mention.id, one.role, IMPLICIT, mention.actor))
        return tuple(found)

    def _companions(self, one: Participant) -> Iterator[Mention]:
        """Those who stand beside the antecedent of a plural pronoun."""
        syntax = self._fillers.syntax
        index = self._head(one)
        if index is None or one.actor is None:
            return
        if syntax.tokens[index].upos == "NOUN":
            yield from self._beside_part(index)
        if syntax.lower[index] not in PLURAL_PRONOUNS:
            return
        root = self._fillers.by_id.get(self._fillers.root(self._fillers.by_id.get(one.mention or "")) or "")
        first = syntax.parse.token_at(root.head[0]) if root is not None else None
        if first is None or syntax.tokens[first].upos == "PRON":
            return
        top = syntax.tokens[first].head if syntax.tokens[first].deprel == "conj" else first
        for conjunct in syntax.conjuncts(top):
            mention = self._fillers.heads(conjunct, MentionKind.ACTOR)
            if mention is not None and mention is not root:
                yield mention

    def _beside_part(self, index: int) -> Iterator[Mention]:
        """Those coordinated with what a noun is of: the policemen of "men of the army and policemen"."""
        for part in self._fillers.syntax.slots(index).get("of", ()):
            for conjunct in self._fillers.syntax.conjuncts(part):
                mention = self._fillers.heads(conjunct, MentionKind.ACTOR)
                if conjunct != part and mention is not None:
                    yield mention

    # ── Whose it is ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _with_owners(self, people: tuple[Participant, ...], doers: set[str], places: Places = OWNED) -> tuple[Participant, ...]:
        """The participants, what is somebody's replaced by whose it is: "the dens of the rebels", "the boy's car", "sons of the army"."""
        found: list[Participant] = []
        for one in people:
            owners = self._owners((one,), doers, places) if one.actor is None else ()
            found += owners or (one,)
        return tuple(found)

    def _others_own(self, recipients: tuple[Participant, ...], doers: set[str]) -> tuple[Participant, ...]:
        """ "Guerrillas fired at their patrol": whoever hits does not own what is hit; it is theirs who were harmed before, if anybody's."""
        found: list[Participant] = []
        for one in recipients:
            index = self._head(one)
            owners = self._fillers.syntax.slots(index).get("possessor", ()) if index is not None else ()
            theirs = any(self._fillers.syntax.lower[owner] == "their" for owner in owners)
            own = index is not None and any(self._fillers.syntax.lower[c] == "own" for c in self._fillers.syntax.children[index])
            if index is None or one.actor is None or one.actor.code not in doers or not theirs or own:
                found.append(one)
                continue
            harmed = [actor for at, actor in self._harmed if at < index and self._near(at, index) and actor.code not in doers]
            found.append(msgspec.structs.replace(one, actor=harmed[-1] if harmed else None))
        return tuple(found)

    def _near(self, one: int, other: int) -> bool:
        tokens = self._fillers.syntax.tokens
        return tokens[other].sentence - tokens[one].sentence <= 1

    def _hit(self, people: People, doers: set[str]) -> tuple[Participant, ...]:
        """Who was hit where only things or victims are told of: those of them that are somebody, else whose they are."""
        told = (*people["physical_target"], *people["victim"])
        people_hit = (one for one in told if one.actor is not None and one.actor.sectors and one.actor.code not in doers)
        somebody = tuple(msgspec.structs.replace(one, role=ParticipantRole.RECIPIENT) for one in people_hit if not self._is_pronoun(one))
        return somebody or self._owners(people["physical_target"], doers)

    def _owners(self, things: tuple[Participant, ...], doers: set[str], places: Places = OWNED) -> tuple[Participant, ...]:
        """Whose some things are: who is named as their owner and does not act himself, and the army for what is called military."""
        found: dict[str, Participant] = {}
        for thing in things:
            index = self._head(thing)
            if index is None or self._fillers.syntax.tokens[index].upos != "NOUN":
                continue
            for owner in (*self._named_owners(index, places, thing), *self._soldiers(index)):
                if owner.actor is not None and owner.actor.code not in doers:
                    found.setdefault(owner.actor.code, owner)
        return tuple(found.values())

    def _named_owners(self, index: int, places: Places, thing: Participant) -> Iterator[Participant]:
        """Those behind a thing who have a code; a state, or the land that it is, owns nothing by a preposition."""
        slots = self._fillers.syntax.slots(index)
        near = [(x, place) for place in places for filler in slots.get(place, ()) for x in self._fillers.unpack(filler)]
        for filler, place in near:
            mention = self._fillers.heads(filler, MentionKind.ACTOR)
            actor = self._fillers.actor_of(mention)
            if mention is None and place == "possessor" and (body := self._institution(filler)) is not None:
                yield body
            if mention is None or actor is None or mention.label is EntityLabel.GPE:
                continue
            if place != "compound" or set(actor.sectors) & ARMED or not actor.sectors:
                inner = f"{thing.path}>{self._fillers.syntax.tokens[filler].deprel}"
                role = ParticipantRole.ACTOR if thing.role is ParticipantRole.ACTOR else ParticipantRole.RECIPIENT
                yield self._fillers.participant(filler, role, inner)

    def _institution(self, index: int) -> Participant | None:
        """A church, school or hospital that owns something, and is a building elsewhere."""
        syntax = self._fillers.syntax
        notion = self._fillers.notion(index, alone=True)
        country = self._scenes.country(syntax.tokens[index].sentence)
        if notion is None or country is None or not notion.sectors or notion.sectors[0] not in INSTITUTIONS:
            return None
        span = self._fillers.phrase(index)
        name = syntax.parse.text_of(span)
        actor = Actor(None, name, country, notion.sectors, actor_code(country, notion.sectors), basis="context", confidence=UNTOLD)
        return Participant(span, syntax.tokens[index].span, name, None, ParticipantRole.RECIPIENT, "nmod:poss", actor)

    def _soldiers(self, index: int) -> Iterator[Participant]:
        """The army that a thing is of by its adjective: "the military airport"."""
        syntax = self._fillers.syntax
        notion = self._fillers.notion(index)
        country = self._scenes.country(syntax.tokens[index].sentence)
        if notion is None or notion.sectors != ("MIL",) or notion.generic or country is None:
            return
        span = self._fillers.phrase(index)
        actor = Actor(
            None, syntax.parse.text_of(span), country, ("MIL",), actor_code(country, ("MIL",)), basis="context", confidence=UNTOLD
        )
        yield Participant(span, syntax.tokens[index].span, actor.name, None, ParticipantRole.RECIPIENT, "amod", actor)

    def _as_state(self, one: Participant) -> Participant:
        """A country or capital that stands where its government is meant: "recalled its envoy from Norland"."""
        index = self._head(one) if one.actor is None else None
        state = self._fillers.state(index) if index is not None else None
        return one if state is None else msgspec.structs.replace(one, actor=state)

    def _is_pronoun(self, one: Participant) -> bool:
        index = self._head(one)
        return index is not None and self._fillers.syntax.tokens[index].upos == "PRON"

    def _head(self, one: Participant) -> int | None:
        return self._fillers.syntax.parse.token_at(one.head[0]) if one.head is not None else None

    # ── Of whom nothing is said ──────────────────────────────────────────────────────────────────────────────────────

    def _named(self, participants: tuple[Participant, ...], sentence: int) -> tuple[Participant, ...]:
        """The participants, people without a code as civilians, a demonstration as those who hold it."""
        found: list[Participant] = []
        for one in participants:
            sector = self._unsaid(one)
            like = next((other.actor for other in reversed(found) if other.actor is not None), None) if self._is_rest(one) else None
            actor = like or self._told_before(one) or (self._plain(one.text or "", sector, sentence) if sector else one.actor)
            found.append(msgspec.structs.replace(one, actor=actor))
        return tuple(found)

    def _told_before(self, one: Participant) -> Actor | None:
        """Who "eight others" and "the wounded" are: the last whom the same sentence or the one before counted as harmed."""
        index = self._head(one)
        if index is None or not (self._is_rest(one) or self._are_the_harmed(one, index)):
            return None
        near = [actor for at, actor in self._harmed if at < index and self._near(at, index)]
        return near[-1] if near else None

    def _are_the_harmed(self, one: Participant, index: int) -> bool:
        """ "The wounded", "the dead": known ones, of whom the word itself says nothing else."""
        known = self._fillers.syntax.child(index, "det", "nmod:poss") is not None
        return known and self._fillers.syntax.lower[index] in HARMED and (one.actor is None or one.actor.sectors == ("CVL",))

    def _is_rest(self, one: Participant) -> bool:
        """Whether somebody is but "27 others": people like those named before."""
        index = self._head(one) if one.actor is None else None
        return index is not None and self._fillers.syntax.tokens[index].lemma == "other"

    def _unsaid(self, one: Participant) -> str:
        """The sector of somebody of whom no word tells what they are; "" for whoever is told, and for things."""
        index = self._head(one) if one.actor is None else None
        if index is None:
            return ""
        token = self._fillers.syntax.tokens[index]
        word, lemma = self._fillers.syntax.lower[index], token.lemma.lower()
        if token.upos in ("PRON", "DET"):
            speaks = word == "we" and one.role is ParticipantRole.RECIPIENT  # "we have 17 bodies": those who count, not those who died
            return "CVL" if word in PRONOUNS and not speaks else ""
        if token.upos == "NOUN" and lemma in DEMONSTRATIONS:
            return "OPP"
        mention = self._fillers.heads(index, MentionKind.ACTOR)
        named = mention is not None and mention.label is EntityLabel.PERSON and token.upos == "PROPN"
        plain = named or token.upos == "NUM" or lemma in PERSONS or lemma in GATHERINGS or word in QUANTIFIERS
        return "CVL" if plain else ""

    def _assailant(self, one: Participant, sentence: int) -> Participant:
        """A man of whom nothing is said but that he attacked is armed, and nobody says for whom."""
        index = self._head(one)
        plain = index is not None and self._fillers.syntax.tokens[index].lemma.lower() in ASSAILANTS
        if not plain or (one.actor is not None and one.actor.sectors != ("CVL",)):
            return one
        country = one.actor.country if one.actor is not None else self._scenes.country(sentence)
        if country is None:
            return one
        sectors = ("UAF",)
        actor = Actor(None, one.text or "", country, sectors, actor_code(country, sectors), basis="context", confidence=UNTOLD)
        return msgspec.structs.replace(one, actor=actor)

    def _uncounted(self, draft: Draft, quantities: list[Quantity], sentence: int) -> Iterator[Participant]:
        """Those whom bare figures count: whom the same figure counts elsewhere, else civilians; "deadly" counts nobody."""
        found: list[Actor | None] = []
        if any(filler.slot == "object" for filler in draft.counted) and not any(quantity.of in FATES for quantity in quantities):
            found.append(self._plain("", "CVL", sentence))  # "nineteen were sentenced"
        for quantity in quantities:
            if quantity.of not in FATES or quantity.exactness is Exactness.NONE or (quantity.best is None and quantity.low == 1):
                continue
            if draft.main.frame.mutual and quantity.group is None:
                continue  # "clashes left 33 dead": on which side is not said
            group = quantity.group.actor if quantity.group is not None else None
            same = self._counted.get((quantity.of, quantity.best)) if quantity.best is not None else None
            found.append(group or same or self._plain(quantity.text, "CVL", sentence))
        for actor in {one.code: one for one in found if one is not None}.values():
            yield Participant(span=None, head=None, text=None, mention=None, role=ParticipantRole.RECIPIENT, path=IMPLICIT, actor=actor)

    def _plain(self, name: str, sector: str, sentence: int) -> Actor | None:
        """Somebody of the country in which a sentence's events happen; None where nothing tells it."""
        country = self._scenes.country(sentence)
        if country is None:
            return None
        return Actor(None, name, country, (sector,), actor_code(country, (sector,)), basis="context", confidence=UNTOLD)


def _on_both(actors: tuple[Participant, ...], recipients: tuple[Participant, ...]) -> People:
    """Either party of a clash does what is done to it."""
    if not actors or not recipients:
        return {"actor": actors, "recipient": recipients}
    return {
        "actor": actors + tuple(_as(one, ParticipantRole.ACTOR) for one in recipients),
        "recipient": tuple(_as(one, ParticipantRole.RECIPIENT) for one in actors) + recipients,
    }


def _as(one: Participant, role: ParticipantRole) -> Participant:
    return msgspec.structs.replace(one, role=role, path=MUTUAL)
