"""Who stands where in the sentence: the logical arguments of every verb and noun, over enhanced relations.

Passives are turned to active, and what a clause leaves out is filled in from where grammar puts it: the subject of a conjunct, of an
infinitive or a participle, the noun of a relative clause. Every word is looked at once, heads before dependents, so time is linear.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from onrecord.lexicon.lists import word_row, word_set, word_sorts
from onrecord.records import BlockKind, Parse, Token

Slots = dict[str, tuple[int, ...]]

RELATIVES = word_set("pronouns.relative_all")
CLAUSES = frozenset(("ccomp", "xcomp", "advcl", "acl", "parataxis", "csubj"))
NOMINAL = frozenset(("NOUN", "PROPN", "PRON", "NUM", "DET", "ADJ", "SYM", "X"))
SHARED = word_row("prepositions.shared")
OBJECT_CONTROL = word_set("acts.object_control")
SUBJECT_CONTROL = word_set("acts.subject_control")

INTRANSITIVE = {verb: tuple(cases.split()) for verb, cases in word_sorts("acts.intransitive").items()}
ASKED_BY = {verb: tuple(cases.split()) for verb, cases in word_sorts("acts.asked_by").items()}
GERUND_CASES = word_set("prepositions.gerund")
COUNTED_HEADS = word_set("counting.counted_heads")
SUFFERED = word_set("acts.suffered")
STRUCK = word_set("acts.struck")
HAPPENED = word_set("modality.happened_auxiliaries")
HEADLINES = frozenset((BlockKind.HEADLINE, BlockKind.SUMMARY))


@cache
def base(deprel: str) -> str:
    """The relation without its subtype."""
    return deprel.partition(":")[0]


def is_told_past(verb: int, parse: Parse) -> bool:
    """Whether a clause is told as past or done, by its own ending or by an auxiliary: not "demanded that he leave"."""
    feats = parse.tokens[verb].feats
    if "VerbForm=Fin" in feats and "Tense=Past" in feats:
        return True
    helpers = [parse.tokens[x].text.lower() for x in parse.children[verb] if base(parse.tokens[x].deprel) in ("aux", "cop")]
    return bool(helpers) and HAPPENED.issuperset(helpers)


class Syntax:
    """The arguments of every word of a report."""

    def __init__(self, parse: Parse) -> None:
        self.parse = parse
        self.tokens = parse.tokens
        self.children = parse.children
        self.lower = parse.lowered
        self._passive: dict[int, bool] = {}
        self._slots: list[Slots] = [{} for _ in parse.tokens]
        for index in reversed(parse.bottom_up):
            self._slots[index] = self._arguments(index)
        self._share_objects()

    def slots(self, index: int) -> Slots:
        """Slot -> the tokens that head its fillers: ``subject object iobject possessor compound`` and prepositions."""
        return self._slots[index]

    def case(self, index: int) -> str:
        """The preposition of a nominal, its fixed words joined ("because of"); "" if it has none."""
        for child in self.children[index]:
            if self.tokens[child].deprel == "case" and self.tokens[child].upos != "PART":
                fixed = [self.lower[x] for x in self.children[child] if self.tokens[x].deprel == "fixed"]
                return " ".join([self.lower[child], *fixed])
        described = self.child(index, "nmod:desc")  # "of the rebel commander Paul Otieno"
        return self.case(described) if described is not None and described < index else ""

    def mark(self, index: int) -> str:
        """The subordinating word of a clause ("for", "to", "after"); "" if it has none."""
        for child in self.children[index]:
            if self.tokens[child].deprel == "mark":
                return self.lower[child]
        return ""

    def child(self, index: int, *deprels: str) -> int | None:
        """The first dependent with one of these relations, or None."""
        for child in self.children[index]:
            if self.tokens[child].deprel in deprels:
                return child
        return None

    def is_passive(self, index: int) -> bool:
        """Whether a verb is a passive, a reduced one ("troops killed in") included."""
        known = self._passive.get(index)
        if known is None:
            known = self._passive[index] = self._find_passive(index)
        return known

    def _find_passive(self, index: int) -> bool:
        token = self.tokens[index]
        rels = {self.tokens[child].deprel for child in self.children[index]}
        if "obj" in rels and not rels & {"aux:pass", "obl:agent"}:
            return False
        if rels & {"nsubj:pass", "aux:pass", "obl:agent", "csubj:pass"}:
            return True
        if "aux:pass" not in rels and self._asks(index):
            return False  # "Ambassadors from X and Y called on the army to leave", wherever the parser hung it
        if {"nsubj", "aux"} <= rels and base(token.deprel) == "acl":
            return False  # "its claim that 34 had died", "men who had tried to flee": a subject of its own
        if self._is_bare_participle(token, rels):
            return True
        if rels & {"nsubj", "aux", "obj", "cop"} and base(token.deprel) not in ("acl", "amod", "conj"):
            return False
        if not self._past_participle(token):
            return False
        if base(token.deprel) in ("acl", "amod"):
            return "obj" not in rels or token.deprel == "amod"
        gapped = "nsubj" in rels and "Voice=Pass" not in token.feats  # "two were killed and their leader wounded" leaves out "was"
        if token.deprel == "conj" and "aux" not in rels and not gapped:
            return "obj" not in rels and self.is_passive_head(token.head)
        return False

    def _is_bare_participle(self, token: Token, rels: set[str]) -> bool:
        """A participle of suffering without its auxiliary, whatever form the parser saw in it.

        "Eight others were hurt" (an adjective to the parser), "men hit in the exchange", "one was shot and an interpreter hurt", and
        a headline's "Trader killed in Jos": of somebody's own deed a headline tells in the present, or with an object.
        """
        word = token.text.lower()
        if word not in SUFFERED and not (word in STRUCK and token.deprel in ("acl", "advcl")):
            return False
        if token.upos == "ADJ" and "cop" in rels:
            return True
        if rels & {"aux", "obj", "cop", "ccomp"}:
            return False
        if token.deprel == "acl":
            return "nsubj" not in rels
        if token.deprel == "advcl" and self.mark(token.index) == "including":
            return "nsubj" in rels  # "including two men hit in the exchange"
        if token.deprel == "conj" and "nsubj" in rels:
            return self.is_passive_head(token.head)
        return "nsubj" in rels and self.parse.sentences[token.sentence].kind in HEADLINES

    def _asks(self, index: int) -> bool:
        """Whether a verb has whom or what it asks for behind a preposition ("called on the army", "called for talks")."""
        asked = INTRANSITIVE.get(self.tokens[index].lemma.lower(), ())
        return any(self.tokens[child].deprel == "obl" and self.case(child) in asked for child in self.children[index]) if asked else False

    def is_passive_head(self, index: int) -> bool:
        """Whether the head of a conjunct is plainly a passive."""
        rels = {self.tokens[child].deprel for child in self.children[index]}
        return bool(rels & {"nsubj:pass", "aux:pass", "obl:agent"})

    def clause(self, index: int) -> int:
        """The predicate of the clause that a word stands in: itself, or the nearest clause head above."""
        for above in (index, *self.parse.ancestors(index)):
            token = self.tokens[above]
            if token.upos in ("VERB", "AUX") and token.deprel not in ("amod", "compound"):
                return above
            if token.head < 0 or base(token.deprel) in CLAUSES or self.child(above, "cop") is not None:
                return above
        return index

    def conjuncts(self, index: int) -> Iterator[int]:
        """A nominal and those coordinated with it, in text order."""
        yield index
        for child in self.children[index]:
            if self.tokens[child].deprel == "conj" and self.tokens[child].upos in NOMINAL and self._joined(index, child):
                yield child

    def joined_with(self, index: int) -> Iterator[int]:
        """A nominal and those coordinated with it, whichever of them it is."""
        first = self.tokens[index].head if self.tokens[index].deprel == "conj" else index
        return self.conjuncts(first if first >= 0 and self.tokens[first].upos in NOMINAL else index)

    def hyphenated(self, index: int) -> int | None:
        """The noun before a hyphen in "Iran-backed", "rebel-held"; None for other participles."""
        if index < 2 or self.lower[index - 1] not in ("-", "‑") or self.tokens[index - 2].upos not in ("NOUN", "PROPN", "ADJ", "X"):
            return None
        return index - 2

    def opposed(self, index: int) -> str:
        """Whom a word before a noun is against: "French" of "anti-French"; "" if nobody, or nobody by name."""
        word = self.tokens[index].text
        before, _, name = word.partition("-")
        if before.lower() == "anti" and name[:1].isupper():
            return name
        return word if self._after_anti(index) and word[:1].isupper() else ""

    def _after_anti(self, index: int) -> bool:
        """Whether "anti" and a hyphen stand apart before a word: "anti- French", "anti - French"."""
        hyphen = index - 1 if index and self.lower[index - 1] in ("-", "‑") else index
        return hyphen > 0 and self.lower[hyphen - 1] in (("anti",) if hyphen < index else ("anti-",))

    def _joined(self, first: int, second: int) -> bool:
        """Whether a word or comma stands between conjuncts; a title and its name, wrongly coordinated, have none."""
        return any(self.tokens[child].deprel in ("cc", "punct") for child in self.children[second]) or second - first > 4

    def _past_participle(self, token: Token) -> bool:
        if token.xpos:
            return token.xpos in ("VBN", "VBD") and "VerbForm=Fin" not in token.feats
        return "VerbForm=Part" in token.feats and "Tense=Pres" not in token.feats

    def _arguments(self, index: int) -> Slots:
        token = self.tokens[index]
        found: dict[str, list[int]] = {}
        passive = token.upos in ("VERB", "ADJ") and self.is_passive(index)
        for child in self.children[index]:
            slot = self._slot(child, passive)
            if slot:
                found.setdefault(slot, []).append(child)
        if token.upos in ("VERB", "AUX", "ADJ") or self.child(index, "cop", "nsubj") is not None:
            self._relative(index, found, passive)
            self._inherit(index, found, passive)
        if passive and found.get("object"):
            self._strand(index, found)
        return {slot: tuple(fillers) for slot, fillers in found.items()}

    def _strand(self, index: int, found: dict[str, list[int]]) -> None:
        """ "He was fired at": the object of a preposition left behind is the passive's subject."""
        for child in self.children[index]:
            if (
                child > index
                and self.tokens[child].upos == "ADP"
                and self.tokens[child].deprel in ("obl", "case")
                and not self.children[child]
            ):
                found.setdefault(self.lower[child], found["object"])

    def _slot(self, child: int, passive: bool) -> str | None:
        relation = self.tokens[child].deprel
        name = base(relation)
        if name in ("nsubj", "csubj"):
            return "object" if passive else "subject"
        if name in ("obj", "iobj"):
            return {"obj": "object", "iobj": "iobject"}[name]
        if relation == "obl:agent":
            return "subject"
        if relation == "nmod:poss":
            return "possessor"
        if name in ("obl", "nmod"):
            prep = self.case(child)
            if prep == "by" and passive and name == "obl":
                return "subject"
            if prep in ("including", "among") and passive and child < self.tokens[child].head:
                return "object"
            return prep or ("compound" if name == "nmod" else None)
        if name in ("compound", "amod") and self.opposed(child):
            return "against"
        if name in ("compound", "amod") and relation != "compound:prt":
            return "compound"
        if name == "ccomp":
            return "that"
        if name == "xcomp":
            return "to_do"
        if name in ("advcl", "acl"):
            mark = self.mark(child) or self._when(child)
            return "to_do" if mark == "to" and name == "acl" else mark or None
        return None

    def _when(self, index: int) -> str:
        """ "when" at the head of an adverbial clause, which parsers take for an adverb; "" if there is none."""
        found = self.child(index, "advmod")
        return "when" if found is not None and self.lower[found] == "when" and self.tokens[index].deprel == "advcl" else ""

    def _relative(self, index: int, found: dict[str, list[int]], passive: bool) -> None:
        token = self.tokens[index]
        if base(token.deprel) not in ("acl", "amod") or token.head < 0:
            return
        noun = self._antecedent(token)
        if token.deprel == "acl:relcl":
            relatives = [slot for slot, fillers in found.items() if any(self._is_relative(x) for x in fillers)]
            for slot in relatives:
                found[slot] = [noun if self._is_relative(x) else x for x in found[slot]]
            if not relatives and "subject" not in found and not passive:
                found["subject"] = [noun]
            elif not relatives and "object" not in found:
                found["object"] = [noun]
        elif token.deprel == "amod" or passive:
            if token.upos == "VERB" or passive:
                found.setdefault("object" if passive else "subject", [noun])
            agent = self.hyphenated(index)
            if passive and agent is not None:
                found["subject"] = [agent]
            elif agent is not None:
                found["object"] = [agent]
        elif self.mark(index) == "to":
            found.setdefault("subject", list(self._slots[noun].get("possessor", ())))
        elif self.mark(index) == "" and "subject" not in found:
            found["subject"] = [noun]

    def _antecedent(self, token: Token) -> int:
        """What a participle or relative clause belongs to: the noun, or the number before it ("civilians, including 200 displaced")."""
        relative = token.deprel == "acl:relcl"
        noun, at = token.head, (self.parse.extent(token.index)[0] if relative else token.index) - 1
        if at <= noun or self.tokens[at].sentence != token.sentence:
            return noun
        while self.tokens[at].head > noun and self.tokens[at].head < token.index and self.tokens[at].deprel in ("nmod", "nummod", "fixed"):
            at = self.tokens[at].head
        number = self.tokens[at].upos == "NUM" or self.lower[at] in COUNTED_HEADS
        return at if number and self.tokens[at].head == noun else self._above_name(token) if relative else noun

    def _above_name(self, token: Token) -> int:
        """ "A woman linked to Hamas who shot at officers": without a comma "who" describes no name but the noun that it belongs to."""
        first = self.parse.extent(token.index)[0]
        above = self.tokens[token.head]
        if self.lower[first] != "who" or self.tokens[first - 1].upos == "PUNCT":
            return token.head
        while above.head >= 0 and (above.upos == "PROPN" or (above.upos == "VERB" and above.deprel == "acl")):
            above = self.tokens[above.head]
        return above.index if above.upos == "NOUN" else token.head

    def _is_relative(self, index: int) -> bool:
        return self.lower[index] in RELATIVES and self.tokens[index].upos in ("PRON", "DET", "SCONJ")

    def _inherit(self, index: int, found: dict[str, list[int]], passive: bool) -> None:
        token = self.tokens[index]
        wanted = "object" if passive else "subject"
        if found.get(wanted) or token.head < 0 or base(token.deprel) not in ("conj", "xcomp", "advcl", "parataxis"):
            return
        if self.child(index, "nsubj", "nsubj:pass") is not None or (token.deprel == "parataxis" and index < token.head):
            return
        governor = self._slots[token.head]
        above = self._surface_subject(token.head)
        if base(token.deprel) == "xcomp" and self.tokens[token.head].lemma not in SUBJECT_CONTROL:
            objects = governor.get("iobject", ()) or governor.get("object", ())  # "allowed the party to march": parsers take it for either
            own = [x for x in objects if self.tokens[x].head == token.head]
            above = tuple(own) or above
        if base(token.deprel) == "advcl" and self.mark(index) in GERUND_CASES and self._object_control(token.head):
            above = governor.get("object", ()) or above
        if base(token.deprel) in ("xcomp", "advcl") and self.mark(index) == "to":
            above = self._asked(token.head) or above
        if above:
            found[wanted] = list(above)

    def _asked(self, index: int) -> tuple[int, ...]:
        """ "Called on the army to leave": whoever is asked by a preposition is to do it."""
        asked = ASKED_BY.get(self.tokens[index].lemma.lower(), ())
        return next((self._slots[index][prep] for prep in asked if prep in self._slots[index]), ())

    def _object_control(self, index: int) -> bool:
        """ "accused Congo of shelling": the one accused is the one who shells."""
        return self.tokens[index].lemma.lower() in OBJECT_CONTROL

    def _surface_subject(self, index: int) -> tuple[int, ...]:
        slots = self._slots[index]
        return slots.get("object" if self.is_passive(index) else "subject", ())

    def _share_objects(self) -> None:
        """ "attacked and killed two": the first verb shares the object that follows the second, when they stand side by side."""
        for token in self.tokens:
            if token.deprel == "conj" and token.upos in ("NOUN", "ADJ"):
                self._share_complements(token)
            if token.deprel != "conj" or token.upos != "VERB" or token.head < 0 or not 0 < token.index - token.head <= 3:
                continue
            first, second = self._slots[token.head], self._slots[token.index]
            if "object" not in first and self.tokens[token.head].upos == "VERB":
                shared = tuple(x for x in second.get("object", ()) if x > token.index)
                if shared and self.child(token.index, "nsubj") is None:
                    first["object"] = shared

    def _share_complements(self, token: Token) -> None:
        """ "The arrest and torture of students", "a bombing and shelling offensive against Y": what follows both nouns is of both."""
        near = self.tokens[token.head].upos == "NOUN" and 0 < token.index - token.head <= 3
        if not near or any(self.tokens[child].deprel == "det" for child in self.children[token.index]):
            return
        first, second = self._slots[token.head], self._slots[token.index]
        own = any(child > token.head and slot in SHARED for slot, found in first.items() for child in found)
        for slot in SHARED if not own else ():
            shared = tuple(x for x in second.get(slot, ()) if x > token.index)
            if shared:
                first[slot] = shared
