"""The dependency look-ups that the rules of attribution share, and the draft that they fill."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from onrecord.lexicon.cues import Entry
from onrecord.lexicon.lists import word_set
from onrecord.records import Form, Parse

if TYPE_CHECKING:
    from onrecord.lexicon.cues import Index

SUBJECTS = ("nsubj", "nsubj:outer", "csubj")
PASSIVE_SUBJECTS = ("nsubj:pass", "csubj:pass")
CLAUSES = frozenset(["ccomp", "xcomp", "advcl", "acl", "acl:relcl", "parataxis", "csubj"])
OUTSIDE = frozenset(["nsubj", "nsubj:pass", "obl", "parataxis", "advcl", "root"])
NOMINAL = frozenset(["NOUN", "PROPN", "PRON", "NUM", "X", "ADJ", "DET", "SYM"])
RELATIVES = word_set("pronouns.relative")
EDGE = frozenset(",;:.-–—―()")


class Draft(msgspec.Struct):
    """An attribution in the making: token indices, in text order."""

    head: int
    cue: tuple[int, ...]
    entry: Entry
    source: tuple[int, ...] = ()
    content: tuple[int, ...] = ()
    form: Form = Form.INDIRECT
    confidence: float = 0.6
    rule: str = ""
    within: int | None = None
    adds_to: Draft | None = None


class Grammar:
    """The dependency look-ups that the rules share."""

    def __init__(self, parse: Parse, index: Index) -> None:
        self.parse = parse
        self.tokens = parse.tokens
        self.index = index
        self.words = parse.lowered

    def child(self, head: int, *relations: str) -> int | None:
        """The first dependent that hangs by one of these relations."""
        for child in self.parse.children[head]:
            if self.tokens[child].deprel in relations:
                return child
        return None

    def children(self, head: int, *relations: str) -> Iterator[int]:
        """The dependents that hang by one of these relations."""
        return (x for x in self.parse.children[head] if self.tokens[x].deprel in relations)

    def case(self, nominal: int) -> str:
        """The preposition of a nominal or the mark of a clause, or ""."""
        found = self.child(nominal, "case", "mark")
        return "" if found is None else self.words[found]

    def subject(self, verb: int) -> int | None:
        """The subject of a verb, its own or one that it shares with the verb that it hangs on."""
        for _ in range(6):  # shared subjects are never far
            own = self.own_subject(verb)
            if own is None:  # an object in front of an active verb is a subject that the parser missed
                own = next((x for x in self.children(verb, "obj") if x < verb and self.words[x] not in RELATIVES), None)
            if own is not None:
                return own
            passive = self.child(verb, *PASSIVE_SUBJECTS)
            token = self.tokens[verb]
            relation = token.deprel
            if passive is not None or token.head < 0:
                return None
            if relation == "conj":
                verb = self.finite_governor(verb)
            elif relation in ("xcomp", "advcl", "parataxis"):
                verb = token.head
            elif relation == "acl" and self.words[verb].endswith("ing"):
                return token.head
            else:
                return None
        return None

    def own_subject(self, verb: int) -> int | None:
        """The subject that hangs on a verb itself; of two that a parser hung there, the one nearest before it."""
        found = list(self.children(verb, *SUBJECTS))
        return max((x for x in found if x < verb), default=next(iter(found), None))

    def finite_governor(self, verb: int) -> int:
        """What a conjunct is coordinated with: like goes with like, whatever verb stands nearer.

        A past tense goes neither with a present participle or infinitive nor with a base form after a modal ("would go and pounded").
        """
        head = self.tokens[verb].head
        while self._unlike(verb, head) and self.tokens[head].deprel in CLAUSES and self.tokens[head].head >= 0:
            head = self.tokens[head].head
        return head

    def _unlike(self, verb: int, head: int) -> bool:
        if "Tense=Past" not in self.tokens[verb].feats or self.child(verb, "aux", "aux:pass", "nsubj", "nsubj:pass") is not None:
            return False
        feats = self.tokens[head].feats  # a past participle may share its "have" with what looks like a past tense
        return any(form in feats for form in ("VerbForm=Inf", "VerbForm=Ger", "Tense=Pres|VerbForm=Part"))

    def belongs_above(self, index: int) -> bool:
        """Whether a conjunct was hung on a verb that it is unlike, and its true governor stands above."""
        token = self.tokens[index]
        return token.deprel == "conj" and token.upos == "VERB" and self.finite_governor(index) != token.head

    def is_finite(self, verb: int) -> bool:
        """Whether a verb is finite, itself or by its auxiliary or copula."""
        if "VerbForm=Fin" in self.tokens[verb].feats:
            return True
        return any(self.tokens[x].deprel in ("aux", "aux:pass", "cop") for x in self.parse.children[verb])

    def is_passive(self, verb: int) -> bool:
        """Whether a verb is passive by its auxiliary, subject or agent."""
        return self.child(verb, "aux:pass", "nsubj:pass", "obl:agent") is not None

    def agent(self, verb: int) -> int | None:
        """Who does what a passive says: the by-phrase."""
        found = self.child(verb, "obl:agent")
        if found is None:
            found = next((x for x in self.children(verb, "obl", "nmod") if self.case(x) == "by"), None)
        return found

    def clause_head(self, index: int) -> int:
        """The predicate of the clause that a word stands in."""
        while self.tokens[index].head >= 0 and self.tokens[index].deprel not in CLAUSES and not self.is_predicate(index):
            index = self.tokens[index].head
        return index

    def is_predicate(self, index: int) -> bool:
        """Whether a word heads a clause: a verb, or a noun or adjective with a copula or a subject."""
        token = self.tokens[index]
        verbal = token.upos in ("VERB", "AUX") or self.child(index, "cop", "nsubj", "nsubj:pass") is not None
        return verbal and token.deprel not in ("amod", "compound", "aux", "aux:pass", "cop", "case", "mark")

    def phrase(self, head: int, *, drop: Callable[[int], bool] | None = None) -> tuple[int, ...]:
        """A head's subtree without what ``drop`` names, its preposition and its edge punctuation."""
        kept = []
        stack = [head]
        for at in stack:
            kept.append(at)
            stack.extend(x for x in self.parse.children[at] if not (drop is not None and drop(x)) and not self.belongs_above(x))
        clausal = self.child(head, "cop", "nsubj") is not None
        case = {
            x for x in self.children(head, "case", "mark") if x < head and not clausal and self.words[x] not in ("that", "whether", "if")
        }
        return self.trim([x for x in sorted(kept) if x not in case])

    def trim(self, tokens: Sequence[int]) -> tuple[int, ...]:
        """Tokens without commas, dashes and full stops at the edges."""
        first, last = 0, len(tokens)
        while first < last and self.words[tokens[first]] in EDGE:
            first += 1
        while last > first and self.words[tokens[last - 1]] in EDGE:
            last -= 1
        return tuple(tokens[first:last])

    def is_channel(self, head: int) -> Entry | None:
        """The channel that a noun names, with its compound ("voice message") when the lexicon knows that, or None."""
        if self.tokens[head].upos not in ("NOUN", "PROPN"):
            return None
        modifier = head - 1
        if modifier >= 0 and self.tokens[modifier].head == head:
            longer = self.index.channel(f"{self.words[modifier]} {self.words[head]}")
            if longer is not None:
                return longer
        return self.index.channel(self.words[head]) or self.index.carrier(self.tokens[head].text)
