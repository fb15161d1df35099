"""Sources and contents of cues by grammar: who is the subject of the saying, which clause is said.

Every rule reads dependencies only; what a sentence's quotation marks add is put in by :mod:`onrecord.claims.attribution`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from onrecord.claims.cues import CueMatch, is_negated, lower_words, takes
from onrecord.lexicon.cues import CueKind, CuePos, Entry, Takes
from onrecord.lexicon.inflect import verb_forms
from onrecord.records import Form, Parse

if TYPE_CHECKING:
    from onrecord.lexicon.cues import Index

SUBJECTS = ("nsubj", "nsubj:outer", "csubj")
PASSIVE_SUBJECTS = ("nsubj:pass", "csubj:pass")
ABOUT = frozenset(["about", "of", "for", "on", "over", "against", "with", "at", "to", "as"])
ADVERBIAL = frozenset(["as", "while", "when", "after", "before", "because", "since", "until", "although", "though", "unless"])
LIGHT_VERBS = frozenset(
    form
    for verb in (
        "make",
        "issue",
        "keep",
        "give",
        "express",
        "have",
        "repeat",
        "renew",
        "voice",
        "break",
        "honour",
        "deliver",
        "publish",
        "release",
        "send",
    )
    for form in verb_forms(verb)
)
RELATIVES = frozenset(["who", "which", "that", "whom"])
CLAUSES = frozenset(["ccomp", "xcomp", "advcl", "acl", "acl:relcl", "parataxis", "csubj"])
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


class Grammar:
    """The dependency look-ups that the rules share."""

    def __init__(self, parse: Parse, index: Index) -> None:
        self.parse = parse
        self.tokens = parse.tokens
        self.index = index
        self.words = lower_words(parse)

    def child(self, head: int, *relations: str) -> int | None:
        """The first dependent that hangs by one of these relations."""
        return next((x for x in self.parse.children[head] if self.tokens[x].deprel in relations), None)

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
            own = self.child(verb, *SUBJECTS)
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
            elif relation == "acl":
                return token.head
            else:
                return None
        return None

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

    def _belongs_above(self, index: int) -> bool:
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
        while self.tokens[index].head >= 0 and self.tokens[index].deprel not in CLAUSES and not self._is_predicate(index):
            index = self.tokens[index].head
        return index

    def _is_predicate(self, index: int) -> bool:
        token = self.tokens[index]
        verbal = token.upos in ("VERB", "AUX") or self.child(index, "cop", "nsubj", "nsubj:pass") is not None
        return verbal and token.deprel not in ("amod", "compound", "aux", "aux:pass", "cop", "case", "mark")

    def phrase(self, head: int, *, drop: Callable[[int], bool] | None = None) -> tuple[int, ...]:
        """A head's subtree without what ``drop`` names, its preposition and its edge punctuation."""
        kept = []
        stack = [head]
        for at in stack:
            kept.append(at)
            stack.extend(x for x in self.parse.children[at] if not (drop is not None and drop(x)) and not self._belongs_above(x))
        case = {x for x in self.children(head, "case", "mark") if x < head and self.words[x] not in ("that", "whether", "if", "not")}
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


def frame_draft(grammar: Grammar, match: CueMatch) -> Draft | None:
    """The attribution that a cue makes by its grammar alone, or None if it makes none."""
    rules = {
        CuePos.VERB: _verb,
        CuePos.NOUN: _noun,
        CuePos.ADJECTIVE: _adjective,
        CuePos.ADVERB: _adverb,
        CuePos.PHRASE: _phrase,
    }
    rule = rules.get(match.entry.pos)
    draft = rule(grammar, match) if rule is not None else None
    if draft is None:
        return None
    own = {*draft.cue, *draft.source}
    draft.content = grammar.trim([x for x in draft.content if x not in own])
    return draft


# ── Verbs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _verb(grammar: Grammar, match: CueMatch) -> Draft | None:
    verb, entry = match.head, match.entry
    if grammar.tokens[verb].deprel in ("amod", "compound", "case", "fixed", "aux", "cop"):
        return None
    perception = _perceived(grammar, match)
    if perception is not None:
        return perception
    source = _verb_source(grammar, verb)
    content = _verb_content(grammar, verb, entry)
    if entry.kind is CueKind.EVIDENCE and not _shows(grammar, source):
        return None
    if source is None and is_negated(grammar.parse, grammar.words, verb):
        return None  # "Do not ask": nobody has asked
    return _draft(grammar, match, source, content, "verb", 0.6 if content else 0.3)


def _draft(grammar: Grammar, match: CueMatch, source: int | None, content: Sequence[int], rule: str, confidence: float) -> Draft:
    tokens = () if source is None else source_phrase(grammar, source, match.head)
    form = Form.EVIDENCE if match.entry.kind is CueKind.EVIDENCE else Form.INDIRECT
    return Draft(match.head, match.tokens, match.entry, tokens, tuple(content), form, confidence, rule)


def source_phrase(grammar: Grammar, source: int, cue: int) -> tuple[int, ...]:
    """The words of a source: its noun phrase without the clause that the cue itself stands in."""
    return grammar.phrase(
        source, drop=lambda x: x == cue or cue in range(*grammar.parse.extent(x)) or grammar.tokens[x].deprel == "parataxis"
    )


def _verb_source(grammar: Grammar, verb: int) -> int | None:
    if grammar.is_passive(verb):
        return grammar.agent(verb)
    subject = grammar.subject(verb)
    if subject is None or grammar.words[subject] not in RELATIVES:
        return subject
    clause = verb
    while grammar.tokens[clause].head >= 0 and not grammar.tokens[clause].deprel.startswith("acl"):
        clause = grammar.tokens[clause].head
    head = grammar.tokens[clause].head
    return head if head >= 0 else subject


def _shows(grammar: Grammar, source: int | None) -> bool:
    return source is not None and (grammar.is_channel(source) is not None or grammar.words[source] in RELATIVES)


def _verb_content(grammar: Grammar, verb: int, entry: Entry) -> tuple[int, ...]:
    clause = _clausal(grammar, verb, entry)
    if clause:
        return clause
    if takes(entry, Takes.INFINITIVE):
        found = next((x for x in grammar.children(verb, "xcomp", "advcl") if grammar.case(x) == "to" and x > verb), None)
        if found is not None:
            return _with_object(grammar, verb, found)
    if takes(entry, Takes.OBJECT):
        return _object(grammar, verb)
    if takes(entry, Takes.ABOUT):
        return _about(grammar, verb)
    return ()


def _clausal(grammar: Grammar, verb: int, entry: Entry) -> tuple[int, ...]:
    if takes(entry, Takes.CLAUSE):
        for complement in grammar.children(verb, "ccomp"):
            if grammar.case(complement) in ADVERBIAL or (entry.kind is CueKind.EVIDENCE and grammar.child(verb, "obj") is not None):
                continue
            return grammar.phrase(complement, drop=lambda x: verb in range(*grammar.parse.extent(x)))
    token = grammar.tokens[verb]
    if token.deprel == "parataxis" and token.head >= 0 and takes(entry, Takes.CLAUSE):
        return grammar.phrase(token.head, drop=lambda x: x == verb)
    if takes(entry, Takes.CLAUSE):
        for aside in grammar.children(verb, "parataxis"):
            if grammar.is_finite(aside):
                return grammar.phrase(aside)
    return ()


def _with_object(grammar: Grammar, verb: int, found: int) -> tuple[int, ...]:
    person = grammar.child(verb, "obj", "iobj")
    words = grammar.phrase(found)
    mark = grammar.child(found, "mark")
    if mark is not None:
        words = tuple(sorted({*words, mark}))
    return words if person is None or person > found else tuple(sorted({*grammar.phrase(person), *words}))


def _object(grammar: Grammar, verb: int) -> tuple[int, ...]:
    thing = grammar.child(verb, "obj", "ccomp", "xcomp")
    if thing is None and grammar.is_passive(verb):
        thing = grammar.child(verb, *PASSIVE_SUBJECTS)
    if thing is None:
        return _about(grammar, verb)
    words = set(grammar.phrase(thing, drop=lambda x: x == verb))
    for more in grammar.children(verb, "obl", "advcl", "xcomp"):
        if more > thing > verb and grammar.case(more) in ("as", "for", "of", "with", "to"):
            words.update(grammar.parse.subtree(more))
    return tuple(sorted(words))


def _about(grammar: Grammar, head: int) -> tuple[int, ...]:
    for found in grammar.children(head, "obl", "advcl", "nmod", "acl", "xcomp"):
        if found > head and grammar.case(found) in ABOUT:
            return grammar.phrase(found)
    return ()


def _perceived(grammar: Grammar, match: CueMatch) -> Draft | None:
    """ "was heard (as) saying", "was quoted by X as saying", "can be seen shouting": the subject speaks."""
    verb = match.head
    above = grammar.tokens[verb].head
    if grammar.words[verb] not in SAYING or above < 0 or grammar.tokens[verb].deprel not in ("advcl", "xcomp", "ccomp", "acl", "obl"):
        return None
    if grammar.words[above] not in PERCEIVED or not grammar.is_passive(above):
        return None
    speaker = grammar.child(above, *PASSIVE_SUBJECTS, *SUBJECTS)
    if speaker is None:
        return None
    first = min([above, *grammar.children(above, "aux", "aux:pass")])
    agent = grammar.agent(above)
    between = set() if agent is None else set(grammar.parse.subtree(agent))
    cue = tuple(x for x in range(first, verb + 1) if x not in between)
    content = _verb_content(grammar, verb, match.entry) or _around(grammar, above)
    entry = match.entry
    return Draft(verb, cue, entry, source_phrase(grammar, speaker, above), content, Form.INDIRECT, 0.8, "verb.perceived")


SAYING = frozenset(
    [
        "saying",
        "telling",
        "shouting",
        "calling",
        "chanting",
        "asking",
        "claiming",
        "threatening",
        "warning",
        "screaming",
        "boasting",
        "urging",
    ]
)
PERCEIVED = frozenset(["heard", "quoted", "cited", "seen", "recorded", "filmed", "reported", "overheard", "caught", "shown"])


def _around(grammar: Grammar, verb: int) -> tuple[int, ...]:
    """The clause that a parenthetical ("…, a militant was heard as saying") is put into."""
    token = grammar.tokens[verb]
    if token.deprel in ("parataxis", "ccomp") and token.head >= 0:
        return grammar.phrase(token.head, drop=lambda x: x == verb)
    for aside in grammar.children(verb, "parataxis", "ccomp"):
        return grammar.phrase(aside)
    return ()


# ── Nouns, adjectives, adverbs, phrases ───────────────────────────────────────────────────────────────────────────────


def _noun(grammar: Grammar, match: CueMatch) -> Draft | None:
    noun, entry = match.head, match.entry
    clause = None
    for found in grammar.children(noun, "acl", "ccomp", "advcl"):
        mark = grammar.case(found)
        if (takes(entry, Takes.CLAUSE) and mark in ("that", "whether")) or (takes(entry, Takes.INFINITIVE) and mark == "to"):
            clause = found
            break
    if clause is None or grammar.tokens[noun].deprel == "compound":
        return None
    source = _noun_source(grammar, noun)
    words = grammar.phrase(clause)
    mark_token = grammar.child(clause, "mark")
    if mark_token is not None:
        words = tuple(sorted({*words, mark_token}))
    return _draft(grammar, CueMatch(noun, (noun,), entry), source, words, "noun", 0.5 if source is not None else 0.3)


def _noun_source(grammar: Grammar, noun: int) -> int | None:
    owner = grammar.child(noun, "nmod:poss")
    if owner is not None and grammar.tokens[owner].upos != "PRON":
        return owner
    for by in grammar.children(noun, "nmod", "obl"):
        if grammar.case(by) in ("by", "from"):
            return by
    above = grammar.tokens[noun].head
    if above >= 0 and grammar.tokens[noun].deprel in ("obj", "obl") and (grammar.words[above] in LIGHT_VERBS or owner is not None):
        subject = grammar.subject(above)
        if subject is not None:
            return subject
    if owner is not None:
        return owner
    return None


def _adjective(grammar: Grammar, match: CueMatch) -> Draft | None:
    at, entry = match.head, match.entry
    token = grammar.tokens[at]
    if takes(entry, Takes.SUBJECT):
        return _seen_in(grammar, match)
    if token.deprel == "amod":
        if not takes(entry, Takes.OBJECT) or token.head < at:
            return None
        return _draft(grammar, match, None, grammar.phrase(token.head, drop=lambda x: x == at), "adjective.before_noun", 0.4)
    content: tuple[int, ...] = ()
    for found in grammar.children(at, "ccomp", "advcl", "xcomp"):
        mark = grammar.case(found)
        if mark in ("that", "", "to", "about", "of", "whether"):
            content = grammar.phrase(found)
            break
    subject = grammar.subject(at)
    if not content or subject is None or grammar.words[subject] in ("it", "there", "this", "that"):
        return None
    return _draft(grammar, match, subject, content, "adjective", 0.4)


def _seen_in(grammar: Grammar, match: CueMatch) -> Draft | None:
    """ "Their panic is evident in the messages": the messages show it."""
    for where in grammar.children(match.head, "obl"):
        if grammar.case(where) in ("in", "from") and grammar.is_channel(where) is not None:
            subject = grammar.subject(match.head)
            content = () if subject is None else grammar.phrase(subject)
            return _draft(grammar, match, where, content, "adjective.seen_in", 0.6) if content else None
    return None


def _adverb(grammar: Grammar, match: CueMatch) -> Draft | None:
    clause = grammar.clause_head(grammar.tokens[match.head].head) if grammar.tokens[match.head].head >= 0 else None
    if clause is None:
        return None
    content = grammar.phrase(clause, drop=lambda x: x == match.head or grammar.tokens[x].deprel in ("conj", "parataxis"))
    return _draft(grammar, match, None, content, "adverb", 0.5)


def _phrase(grammar: Grammar, match: CueMatch) -> Draft | None:
    if takes(match.entry, Takes.NONE):
        return _impersonal(grammar, match)
    nominal = _nominal_after(grammar, match)
    if nominal is None:
        return None
    cue = set(match.tokens)
    source = tuple(x for x in grammar.phrase(nominal, drop=lambda x: x in cue) if x > match.tokens[-1])
    above = _governor(grammar, nominal, match)
    if above is None or not source:
        return None
    clause = grammar.clause_head(above)
    inside = {*source, *cue}
    content = grammar.trim([x for x in grammar.phrase(clause, drop=lambda x: x in inside) if x not in inside])
    return Draft(match.head, match.tokens, match.entry, grammar.trim(source), content, Form.INDIRECT, 0.8, "phrase")


def _nominal_after(grammar: Grammar, match: CueMatch) -> int | None:
    """The head of the noun phrase that follows a phrase."""
    first, at = match.tokens[0], match.tokens[-1] + 1
    if at >= len(grammar.tokens) or grammar.tokens[at].sentence != grammar.tokens[first].sentence:
        return None
    while grammar.tokens[at].deprel not in OUTSIDE:
        above = grammar.tokens[at].head
        if above < at and (above <= match.tokens[-1] or grammar.tokens[above].upos not in NOMINAL):
            break
        at = above
    return at if grammar.tokens[at].upos in NOMINAL else None


OUTSIDE = frozenset(["nsubj", "nsubj:pass", "obl", "parataxis", "advcl", "root"])
NOMINAL = frozenset(["NOUN", "PROPN", "PRON", "NUM", "X", "ADJ", "DET", "SYM"])


def _governor(grammar: Grammar, nominal: int, match: CueMatch) -> int | None:
    """The nearest word above that is outside the phrase and its nominal."""
    inside = {*match.tokens, nominal}
    at = grammar.tokens[nominal].head
    while at in inside:
        at = grammar.tokens[at].head
    if at < 0:  # the parser took the phrase for the main thing
        at = next((x for x in grammar.parse.children[nominal] if grammar.tokens[x].deprel in ("parataxis", "ccomp", "conj", "root")), -1)
    return at if at >= 0 else None


def _impersonal(grammar: Grammar, match: CueMatch) -> Draft | None:
    """ "It emerged that …", "is believed to have …": somebody says so."""
    for at in reversed(match.tokens):
        for found in grammar.children(at, "ccomp", "csubj", "xcomp", "acl", "advcl"):
            words = set(grammar.phrase(found))
            subject = grammar.child(at, "nsubj:pass", "nsubj")
            if subject is not None and grammar.words[subject] != "it" and grammar.tokens[found].deprel == "xcomp":
                words.update(grammar.phrase(subject))
            return Draft(match.head, match.tokens, match.entry, (), tuple(sorted(words)), Form.INDIRECT, 0.6, "phrase.impersonal")
    return None
