"""What stands in a slot: the mention that a word heads, the classes it belongs to, the participants it stands for."""

from __future__ import annotations

from functools import cache

from onrecord.claims.syntax import Syntax
from onrecord.lexicon import Lexicon
from onrecord.lexicon.actors import Entry
from onrecord.lexicon.agents import Entry as Notion
from onrecord.lexicon.inflect import singular
from onrecord.lexicon.lists import word_set
from onrecord.records import (
    Actor,
    EntityLabel,
    Mention,
    MentionKind,
    Participant,
    ParticipantRole,
    PlaceKind,
    QuantityOf,
    Span,
    Token,
    actor_code,
)

ARMED = frozenset(("MIL", "REB", "UAF", "PRM", "SPY", "COP", "CRM"))
CIVIL = frozenset(("CVL", "REF", "LAB", "EDU", "AGR", "REL", "SOC"))
SETTLEMENTS = word_set("places.settlements")
PARTITIVES = word_set("counting.partitives")
NEUTERS = word_set("pronouns.no_person")
LABEL_CLASSES: dict[EntityLabel, tuple[str, ...]] = {
    EntityLabel.PERSON: ("person", "actor"),
    EntityLabel.ORG: ("group", "actor"),
    EntityLabel.FORCE: ("group", "armed", "actor"),
    EntityLabel.NORP: ("group", "actor"),
    EntityLabel.GPE: ("place",),
    EntityLabel.LOC: ("place",),
    EntityLabel.FAC: ("place", "building"),
    EntityLabel.WEAPON: ("weapon",),
    EntityLabel.VEHICLE: ("vehicle",),
    EntityLabel.DATE: ("time",),
    EntityLabel.TIME: ("time",),
    EntityLabel.NUMBER: ("number",),
}


class Fillers:
    """Looks up mentions and classes by word."""

    def __init__(self, syntax: Syntax, mentions: tuple[Mention, ...], lexicon: Lexicon) -> None:
        self.syntax = syntax
        self.mentions = mentions
        self._nouns, self._agents, self._countries = lexicon.nouns, lexicon.agents, lexicon.countries
        self.actors, self.countries = lexicon.actors, lexicon.countries
        self.by_id = {mention.id: mention for mention in mentions}
        self._headed: dict[tuple[MentionKind, int], Mention] = {}
        self._covering: dict[tuple[MentionKind, int], Mention] = {}
        self._classes: dict[int, frozenset[str]] = {}
        for mention in sorted(mentions, key=lambda m: m.span[0] - m.span[1]):
            self._place(mention)

    def _place(self, mention: Mention) -> None:
        """Longest first: a word belongs to the longest mention that it heads, else to the longest that covers it."""
        parse = self.syntax.parse
        inside = parse.tokens_in(mention.span)
        if mention.kind in (MentionKind.ACTOR, MentionKind.PLACE) and self._is_clause(inside):
            return  # "Rebels ambush army convoy", taken for one name
        for token in parse.tokens_in(mention.head) or inside:
            self._headed.setdefault((mention.kind, token.index), mention)
        if inside:
            span = {token.index for token in inside}
            for token in inside:
                if token.head not in span:
                    self._headed.setdefault((mention.kind, token.index), mention)
                self._covering.setdefault((mention.kind, token.index), mention)

    def _is_clause(self, inside: tuple[Token, ...]) -> bool:
        """Whether the words are a finite verb with its subject rather than a name."""
        span = {token.index for token in inside}
        tops = [t for t in inside if t.head not in span and t.upos == "VERB" and "VerbForm=Fin" in t.feats]
        tokens = self.syntax.tokens
        return any(child in span and tokens[child].deprel == "nsubj" for top in tops for child in self.syntax.children[top.index])

    def mention(self, index: int, kind: MentionKind = MentionKind.ACTOR) -> Mention | None:
        """The mention of a kind that the word heads, else the one that it is a part of as no more than a name or title, or None."""
        headed = self._headed.get((kind, index))
        if headed is not None or self._before_hyphen(index):
            return headed
        return self._covering.get((kind, index))

    def _before_hyphen(self, index: int) -> bool:
        """ "Iran" in "Iran-backed militias": not the militias that the words around it name."""
        return index + 2 < len(self.syntax.tokens) and self.syntax.hyphenated(index + 2) == index

    def heads(self, index: int, kind: MentionKind) -> Mention | None:
        """The mention of a kind whose head the word is, or None."""
        return self._headed.get((kind, index))

    def classes(self, index: int) -> frozenset[str]:
        """The classes of a word: of its mention, of the noun, of the event that it names."""
        if index not in self._classes:
            self._classes[index] = self._find_classes(index)
        return self._classes[index]

    def phrase_classes(self, index: int) -> frozenset[str]:
        """The classes of a word together with the one before it ("air force")."""
        before = f"{self.syntax.lower[index - 1]} " if index else ""
        return self._nouns.classes(before + self.syntax.lower[index])

    def notion(self, index: int, *, alone: bool = False) -> Notion | None:
        """What a word and the one before it name as somebody's ("military airport"), or it alone ("church"); None for what is nobody's."""
        if alone:
            return self._agents.lookup(self.syntax.lower[index])
        return self._agents.lookup(f"{self.syntax.lower[index - 1]} {self.syntax.lower[index]}") if index else None

    def state(self, index: int) -> Actor | None:
        """The government of the country that a place stands for, itself or as its capital; None for other places."""
        mention = self.heads(index, MentionKind.PLACE)
        place = mention.place if mention is not None else None
        if mention is None or place is None or place.country is None:
            return None
        if place.kind is not PlaceKind.COUNTRY and not any(entry.id == place.country for entry in self._countries.capital(mention.text)):
            return None
        return self._countries.state_actor(place.country, "GOV", basis="metonymy", confidence=place.confidence)

    def matches(self, index: int, options: frozenset[str]) -> bool:
        """Whether a word is one of the options: a word in any form, or "@class"."""
        token, form = self.syntax.tokens[index], self.syntax.lower[index]
        if form in options or token.lemma.lower() in options or singular(form) in options:
            return True
        wanted = _classes_of(options)
        return bool(wanted) and not wanted.isdisjoint(self.classes(index))

    def _find_classes(self, index: int) -> frozenset[str]:
        token, form = self.syntax.tokens[index], self.syntax.lower[index]
        found = set(self._nouns.classes(form) or self._nouns.classes(singular(form))) | self.phrase_classes(index)
        for kind in (MentionKind.ACTOR, MentionKind.PLACE, MentionKind.WEAPON, MentionKind.TIME, MentionKind.QUANTITY):
            mention = self._headed.get((kind, index))
            if mention is not None:
                found.update(LABEL_CLASSES.get(mention.label, ()))
                found.update(self._actor_classes(mention))
                if mention.quantity is not None and mention.quantity.of is QuantityOf.MONEY:
                    found.add("money")
        if token.upos == "PRON":
            found.update(("pronoun", "actor") if form not in NEUTERS else ("pronoun",))
        if token.upos in ("NOUN", "VERB", "PROPN"):
            events = [p.frame.event for p in self._nouns.patterns(form) if p.frame.kind == "event" and self._preceded(index, p.before)]
            found.update(name for name in events if name)
            if events:
                found.add("EVENT")
        if token.upos == "NUM" or token.lemma in PARTITIVES:
            found.add("number")
        if self.syntax.opposed(index):
            found.update(("group", "actor"))
        return frozenset(found)

    def _preceded(self, index: int, before: tuple[str, ...]) -> bool:
        """Whether the words of a pattern stand right before a word, hyphens skipped."""
        at = index - 1
        for word in reversed(before):
            if at > 0 and self.syntax.lower[at] == "-":
                at -= 1
            if at < 0 or self.syntax.lower[at] != word:
                return False
            at -= 1
        return True

    @staticmethod
    def _actor_classes(mention: Mention) -> tuple[str, ...]:
        actor = mention.actor
        if actor is None:
            return ("actor",) if mention.kind is MentionKind.ACTOR else ()
        armed = ("armed",) if ARMED & set(actor.sectors) else ("civilian",) if CIVIL & set(actor.sectors) else ()
        if mention.label is EntityLabel.NORP and not actor.sectors:
            armed = ("civilian",)
        return ("actor", *armed, *(("country",) if mention.label is EntityLabel.GPE else ()))

    # ── participants ─────────────────────────────────────────────────────────────────────────────────────────────────

    def unpack(self, index: int) -> tuple[int, ...]:
        """The words that a filler stands for: its conjuncts, and under "dozens of", "members of" what is counted."""
        return tuple(dict.fromkeys(self._counted(conjunct) for conjunct in self.syntax.conjuncts(index)))

    def _counted(self, index: int) -> int:
        start = index
        for _ in range(3):
            if self.heads(index, MentionKind.ACTOR) is not None:
                return index
            token = self.syntax.tokens[index]
            compared = token.upos == "ADJ" and "Degree=Cmp" in token.feats  # "no fewer than nine people"
            if token.upos != "NUM" and singular(self.syntax.lower[index]) not in PARTITIVES and not compared:
                return index
            inner = self.syntax.slots(index).get("than" if compared else "of")
            if not inner:
                return start
            index = inner[0]
        return start

    def participant(self, index: int, role: ParticipantRole, path: str) -> Participant:
        """The participant that a word heads."""
        mention = self.mention(index)
        if mention is None and (opposed := self.syntax.opposed(index)):
            return self._opponent(index, opposed, role, path)
        span = mention.span if mention is not None else self.phrase(index)
        head = self.syntax.tokens[index].span if mention is None else mention.head
        return Participant(
            span=span,
            head=head,
            text=self.syntax.parse.text_of(span),
            mention=mention.id if mention is not None else None,
            role=role,
            path=path,
            actor=self.actor_of(mention) if mention is not None else self._dwellers(index),
        )

    def _dwellers(self, index: int) -> Actor | None:
        """The people of a settlement of some country ("the affected Syrian villages"), or None."""
        if self.syntax.tokens[index].lemma not in SETTLEMENTS:
            return None
        owners = (c for c in self.syntax.children[index] if self.syntax.tokens[c].deprel in ("amod", "compound", "nmod:poss"))
        state = next((found for c in owners if (found := self.named(self.syntax.tokens[c].text)) is not None), None)
        if state is None or state.country is None:
            return None
        code = actor_code(state.country, ("CVL",))
        text = f"{self.syntax.tokens[index].text} ({state.country})"
        return Actor(id=None, name=text, country=state.country, sectors=("CVL",), code=code, basis="composed", confidence=0.6)

    def _opponent(self, index: int, name: str, role: ParticipantRole, path: str) -> Participant:
        """Whom an "anti-X" deed is against: the state or the actor of that name."""
        end = self.syntax.tokens[index].span[1]
        span = (end - len(name), end)
        return Participant(span=span, head=span, text=name, mention=None, role=role, path=path, actor=self.named(name))

    def named(self, name: str) -> Actor | None:
        """The state or listed actor of a name that is no mention of its own, or None."""
        senses = [sense for sense in self.countries.senses(name) if not sense.weak and sense.entry.country is not None]
        if senses:
            return self.countries.state_actor(senses[0].entry.country or "", "GOV")
        aliases = [alias for alias in self.actors.lookup(name) if not alias.weak]
        return _listed(aliases[0].entry) if aliases else None

    def actor_of(self, mention: Mention | None) -> Actor | None:
        """The actor of a mention, or of what it refers to."""
        for _ in range(8):
            if mention is None or mention.actor is not None:
                return mention.actor if mention is not None else None
            mention = self.by_id.get(mention.refers_to or "")
        return None

    def root(self, mention: Mention | None) -> str | None:
        """The id of the first mention of what this one refers to."""
        for _ in range(50):
            if mention is None or mention.refers_to is None or mention.refers_to not in self.by_id:
                break
            mention = self.by_id[mention.refers_to]
        return mention.id if mention is not None else None

    def phrase(self, index: int) -> Span:
        """The noun phrase around a head: its left dependents and close right ones, without clauses, appositions and conjuncts."""
        tokens, syntax = self.syntax.tokens, self.syntax
        first = last = index
        stack = [index]
        while stack:
            at = stack.pop()
            for child in syntax.children[at]:
                name = tokens[child].deprel
                if (
                    name
                    in (
                        "case",
                        "punct",
                        "cc",
                        "conj",
                        "appos",
                        "acl:relcl",
                        "acl",
                        "parataxis",
                        "cop",
                        "mark",
                        "nsubj",
                        "obl",
                        "advmod",
                        "aux",
                        "ccomp",
                        "advcl",
                        "obl:agent",
                        "obj",
                        "discourse",
                    )
                    and at == index
                    and not (name == "advmod" and child < index)
                    and not (name == "case" and child > index)
                ):
                    continue
                if at == index and name == "nmod" and syntax.case(child) not in ("of", ""):
                    continue
                first, last = min(first, child), max(last, child)
                stack.append(child)
        return tokens[first].span[0], tokens[last].span[1]


@cache
def _classes_of(options: frozenset[str]) -> frozenset[str]:
    """The classes among the options of a slot."""
    return frozenset(option[1:] for option in options if option.startswith("@"))


def _listed(entry: Entry) -> Actor:
    """An actor of the list as it is now."""
    term = entry.at(None)
    code = actor_code(term.country, term.sectors)
    return Actor(id=entry.id, name=entry.name, country=term.country, sectors=term.sectors, code=code, basis="lexicon", confidence=0.8)
