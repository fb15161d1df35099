"""Verbs of saying, thinking and showing: their sources and contents by grammar.

Parsers err around verbs of saying more than elsewhere, since what is said stands in front of them, behind them or around them;
the rules here look at commas, quotation marks and neighbours where the dependencies go astray.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from onrecord.claims.cues import BOUND, CueMatch, is_negated, takes
from onrecord.claims.gaps import bare_figure
from onrecord.claims.grammar import NOMINAL, OUTSIDE, PASSIVE_SUBJECTS, RELATIVES, SUBJECTS, Draft, Grammar
from onrecord.lexicon.cues import CueKind, CuePos, Entry, Takes
from onrecord.records import CueClass, Form

ABOUT = frozenset(["about", "of", "for", "on", "over", "against", "with", "at", "to", "as"])
ADVERBIAL = frozenset(["as", "while", "when", "after", "before", "because", "since", "until", "although", "though", "unless"])


def verb_frame(grammar: Grammar, match: CueMatch) -> Draft | None:
    """The attribution that a verb of saying, thinking or showing makes, or None if it makes none."""
    verb, entry = match.head, match.entry
    if grammar.tokens[verb].deprel in ("amod", "compound", "case", "fixed", "aux", "cop"):
        return None
    perception = _perceived(grammar, match) or _sensed_in(grammar, match)
    if perception is not None:
        return perception
    source = _verb_source(grammar, verb)
    figure = _figure(grammar, match)
    if figure and source is not None and entry.kind is CueKind.SPEECH:
        cue = CueMatch(verb, tuple(at for at in match.tokens if at <= verb), entry)
        return draft_of(grammar, cue, source, figure, "verb.figure", 0.7)
    content = _verb_content(grammar, verb, entry)
    if not content and entry.word in ORDERING and (ordered := _ordered(grammar, verb)):
        entry, content = msgspec.structs.replace(entry, cue_class=CueClass.DEMAND, takes=(Takes.INFINITIVE,)), ordered
        match = CueMatch(verb, match.tokens, entry)
    if entry.kind is CueKind.EVIDENCE and not _shows(grammar, source):
        spoken = next((other for other in grammar.index.cues(CuePos.VERB, grammar.words[verb]) if other.kind is CueKind.SPEECH), None)
        return None if spoken is None else verb_frame(grammar, CueMatch(verb, match.tokens, spoken))
    if source is None and is_negated(grammar.parse, grammar.words, verb):
        return None  # "Do not ask": nobody has asked
    return draft_of(grammar, match, source, content, "verb", 0.6 if content else 0.3)


def _figure(grammar: Grammar, match: CueMatch) -> tuple[int, ...]:
    """What is said where it is but a figure: "say 30", "said at least nine", "put the toll in the village at 12"."""
    verb, end = match.head, grammar.parse.sentences[grammar.tokens[match.head].sentence].end
    if match.entry.word.startswith("put the"):
        for at in range(match.tokens[-1] + 1, min(match.tokens[-1] + MAX_COUNTED, end - 1)):
            figure = bare_figure(grammar, at, end, loose=True) if grammar.words[at] == "at" else ()
            if figure:
                return tuple(range(verb + 1, figure[-1] + 1))
        return ()
    if takes(match.entry, Takes.ABOUT) and grammar.words[verb + 1 : verb + 2] == ("of",):
        return bare_figure(grammar, verb + 2, end)
    return bare_figure(grammar, verb + 1, end) if takes(match.entry, Takes.CLAUSE) else ()


def _ordered(grammar: Grammar, verb: int) -> tuple[int, ...]:
    """What somebody is told to do: "told them to leave"; "told reporters that …" is no order."""
    deed = next((x for x in grammar.children(verb, "xcomp", "ccomp", "advcl") if x > verb and grammar.case(x) == "to"), None)
    return () if deed is None or grammar.child(verb, "obj", "iobj", "nsubj:pass") is None else _with_object(grammar, verb, deed)


ORDERING = frozenset(["tell"])  # neutral of a clause, an order of an infinitive
MAX_COUNTED = 12  # words between "put the toll" and its figure


def draft_of(grammar: Grammar, match: CueMatch, source: int | None, content: Sequence[int], rule: str, confidence: float) -> Draft:
    """A draft with the words of its source around the source's head."""
    tokens = () if source is None else source_phrase(grammar, source, match.head)
    if rule.startswith("verb") and tokens and source is not None and source < match.head:
        tokens = _up_to(grammar, tokens, source, match.head)
    form = Form.EVIDENCE if match.entry.kind is CueKind.EVIDENCE else Form.INDIRECT
    return Draft(match.head, match.tokens, match.entry, tokens, tuple(content), form, confidence, rule)


def source_phrase(grammar: Grammar, source: int, cue: int) -> tuple[int, ...]:
    """The words of a source: its noun phrase on its own side of the cue, without the clause that the cue itself stands in."""
    above = frozenset(grammar.parse.ancestors(cue))

    def foreign(child: int) -> bool:
        return child == cue or child in above or grammar.tokens[child].deprel == "parataxis" or source < cue < child

    return grammar.phrase(source, drop=foreign)


def _up_to(grammar: Grammar, tokens: tuple[int, ...], source: int, verb: int) -> tuple[int, ...]:
    """A source with the relative clause between it and the verb ("a doctor who treated them said"), whatever the parser hung that on."""
    after = source + 1
    if after >= verb or grammar.words[after] not in RELATIVES or grammar.tokens[after].upos != "PRON":
        return tokens
    between = range(after, verb)
    if any(grammar.words[x] in (",", *ENDING) for x in between):
        return tokens
    own = {verb, *grammar.children(verb, "aux", "aux:pass", "advmod")}
    return tuple(sorted({*tokens, *(x for x in between if x not in own)}))


def _verb_source(grammar: Grammar, verb: int) -> int | None:
    if grammar.is_passive(verb):
        return grammar.agent(verb)
    subject = grammar.subject(verb)
    own = grammar.own_subject(verb)
    if own is None or (own < verb - 1 and _is_parted(grammar, own, verb)):
        subject = _beside(grammar, verb) or subject
    if subject is None:
        return None
    if grammar.words[subject] not in RELATIVES:
        return _explained(grammar, subject, verb) or subject
    return antecedent(grammar, verb, subject)


def _explained(grammar: Grammar, subject: int, verb: int) -> int | None:
    """The noun in front of a relative clause that ends in what the parser took for a subject ("a man who gave his name as Yusuf said")."""
    sentence = grammar.parse.sentences[grammar.tokens[verb].sentence].first
    if not sentence < subject < verb or any(grammar.words[at] == "," for at in range(subject, verb)):
        return None
    for at in range(subject - 1, sentence, -1):
        if grammar.tokens[at].upos == "PUNCT":
            return None
        if grammar.words[at] == "who":
            deeds = any(grammar.tokens[x].upos == "VERB" and grammar.is_finite(x) for x in range(at + 1, subject))
            return at - 1 if deeds and grammar.tokens[at - 1].upos in SPEAKERS and grammar.tokens[at - 1].head >= verb else None
    return None


def antecedent(grammar: Grammar, verb: int, relative: int) -> int:
    """The noun that a relative pronoun stands for, as far as the parse tells, or the pronoun itself."""
    clause = verb
    while grammar.tokens[clause].head >= 0 and not grammar.tokens[clause].deprel.startswith("acl"):
        clause = grammar.tokens[clause].head
    head = grammar.tokens[clause].head
    return head if head >= 0 else relative


def _is_parted(grammar: Grammar, subject: int, verb: int) -> bool:
    """Whether a mark that ends a quotation or a finite verb stands between a verb and what the parser took for its subject."""
    between = range(subject + 1, verb)
    return any(grammar.words[x] in CLOSING for x in between) and not any(grammar.words[x] in OPENING for x in between)


CLOSING = frozenset(["”", "»", '"', "''"])
OPENING = frozenset(["“", "«"])


def _beside(grammar: Grammar, verb: int) -> int | None:
    """The noun phrase right before a verb of saying ("…, the governor said"), or right after it ("…, said the governor").

    Parsers give such a noun to the clause that is said; the comma or mark in front of it says otherwise.
    """
    left = verb - 1
    while left >= 0 and grammar.tokens[left].upos in ("AUX", "ADV"):
        left -= 1
    found = _chunk_head(grammar, left) if left >= 0 and grammar.tokens[left].sentence == grammar.tokens[verb].sentence else None
    if found is not None:
        return found
    right = verb + 1
    if right < len(grammar.tokens) and verb > 0 and grammar.words[verb - 1] in (",", *ENDING):
        found = _nominal_right(grammar, right, verb)
        is_subject = found is not None and grammar.tokens[found].head > found  # of a clause that follows: "…, say they have fled"
        return None if is_subject else found
    return None


ENDING = (*CLOSING, "’", "'", "?", "!")
MAX_CHUNKS = 4  # appositions and relative clauses between a speaker and the verb


def _chunk_head(grammar: Grammar, end: int) -> int | None:
    """The head of the noun phrase that ends at a word and begins after a mark, past its appositions and relative clauses."""
    sentence = grammar.parse.sentences[grammar.tokens[end].sentence].first
    apposition = None  # the last one passed: the speaker, where no noun phrase that it could explain stands before it
    for passed in range(MAX_CHUNKS):
        closed = grammar.words[end] == ","  # an apposition is closed by a comma; without one the phrase is the speaker itself
        if closed:
            end -= 1
        start = end
        while start > sentence and not (grammar.words[start - 1] in (",", *ENDING) and grammar.tokens[start - 1].upos == "PUNCT"):
            start -= 1
        if start >= end + 1 or end < sentence:
            return apposition
        inside = range(start, end + 1)
        head = next((x for x in inside if grammar.tokens[x].head not in inside and grammar.tokens[x].upos != "PUNCT"), None)
        if head is None:
            return apposition
        relation, above = grammar.tokens[head].deprel, grammar.tokens[head].head
        subject = grammar.child(head, "nsubj", "nsubj:pass") if relation == "acl" else None
        if subject is not None and subject in inside:
            return subject  # the parser made a clause of the speaker and a participle
        if (closed or relation != "appos") and relation in PASSED and sentence <= above < start and grammar.tokens[above].upos in NOMINAL:
            end = start - 1
            apposition = head if relation == "appos" and grammar.tokens[head].upos in SPEAKERS else apposition
            continue
        return head if (start > sentence or passed) and grammar.tokens[head].upos in SPEAKERS else apposition
    return apposition


SPEAKERS = frozenset(["NOUN", "PROPN", "PRON"])
PASSED = frozenset(["appos", "acl:relcl", "acl", "flat"])


def _nominal_right(grammar: Grammar, at: int, verb: int) -> int | None:
    """The head of the noun phrase that begins right after a verb."""
    if grammar.tokens[at].upos not in (*NOMINAL, "DET"):
        return None
    while (
        grammar.tokens[at].head > verb
        and grammar.tokens[grammar.tokens[at].head].upos in NOMINAL
        and grammar.tokens[at].deprel not in OUTSIDE
    ):
        at = grammar.tokens[at].head
    return at if grammar.tokens[at].upos in SPEAKERS else None


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
        named = next((x for x in grammar.children(verb, "obj") if grammar.words[x] in entry.word.split()), None)
        return _about(grammar, verb) or (() if named is None else _about(grammar, named))  # "claimed responsibility for"
    return ()


def _clausal(grammar: Grammar, verb: int, entry: Entry) -> tuple[int, ...]:
    if not takes(entry, Takes.CLAUSE):
        return ()
    speaker = _beside(grammar, verb)  # "…, insisted Okello": no clause, whatever the parser called it
    complements = [x for x in grammar.children(verb, "ccomp") if _is_said(grammar, x) and x != speaker]
    if complements and not (entry.kind is CueKind.EVIDENCE and grammar.child(verb, "obj") is not None):
        words: set[int] = set()
        above = frozenset(grammar.parse.ancestors(verb))
        for complement in complements:
            words.update(grammar.phrase(complement, drop=lambda x: x in above or contrasts(grammar, x)))
        for other in grammar.children(verb, *SUBJECTS):  # of the clause in front, hung on the verb of saying
            if other < complements[0] < verb and other != grammar.own_subject(verb):
                words.update(grammar.phrase(other))
        return tuple(sorted(words))
    if (
        grammar.tokens[verb].deprel in ASIDE
        and entry.cue_class not in ANSWERS
        and grammar.tokens[verb].head >= 0
        and _is_aside(grammar, verb)
    ):
        words = set(grammar.phrase(grammar.clause_head(grammar.tokens[verb].head), drop=lambda x: x == verb or contrasts(grammar, x)))
        for more in grammar.children(verb, "advcl"):  # "…, the army said, killing nine": part of what is said
            if more > verb and "VerbForm=Part" in grammar.tokens[more].feats and grammar.child(more, "nsubj", "mark") is None:
                words.update(grammar.phrase(more))
        return tuple(sorted(words))
    for where in grammar.children(verb, "obl"):  # "said in a statement that": a parser may hang the clause on the statement
        if grammar.case(where) == "on":
            continue  # "commented on claims that": whoever claims it says it
        for clause in grammar.children(where, "acl", "acl:relcl", "ccomp"):
            if grammar.case(clause) == "that":
                return grammar.phrase(clause)
    that = verb + 1
    if (
        that < len(grammar.words)
        and grammar.words[that] == "that"
        and grammar.tokens[that].deprel == "mark"
        and grammar.tokens[that].head > that
    ):
        return grammar.phrase(grammar.tokens[that].head)
    for aside in grammar.children(verb, "parataxis"):
        if grammar.is_finite(aside):
            return grammar.phrase(aside)
    return _clause_after(grammar, verb)


def _is_said(grammar: Grammar, clause: int) -> bool:
    return grammar.case(clause) not in ADVERBIAL and not contrasts(grammar, clause)


def _clause_after(grammar: Grammar, verb: int) -> tuple[int, ...]:
    """A finite clause that begins right after a verb of saying, whatever the parser hung it on ("the government says only 300 left")."""
    at = verb + 1
    if at >= len(grammar.tokens) or grammar.child(verb, "obj", "xcomp") is not None:
        return ()
    clause = None
    if (relative := _relative_after(grammar, verb)) is not None:
        return tuple(x for x in grammar.phrase(relative) if x > verb)
    while at >= 0 and grammar.tokens[at].sentence == grammar.tokens[verb].sentence and grammar.parse.extent(at)[0] == verb + 1:
        if grammar.tokens[at].upos == "VERB" and grammar.is_finite(at):
            clause = at
        at = grammar.tokens[at].head
    return () if clause is None or grammar.case(clause) in ADVERBIAL else grammar.phrase(clause)


def _relative_after(grammar: Grammar, verb: int) -> int | None:
    """The predicate of what a relative pronoun is said to do, right after the saying ("which officials said was carrying flour")."""
    at = verb + 1
    predicate = at if grammar.tokens[at].upos == "VERB" else grammar.tokens[at].head
    if grammar.tokens[at].upos not in ("VERB", "AUX") or predicate < at or not grammar.is_finite(predicate):
        return None
    beside = grammar.tokens[predicate].head == grammar.tokens[verb].head and grammar.tokens[verb].deprel == "acl:relcl"
    return predicate if beside and grammar.tokens[predicate].deprel == "acl:relcl" else None


ANSWERS = (CueClass.DENY, CueClass.ACCUSE)  # are about what was said before, and stand in no parenthesis
ASIDE = frozenset(["parataxis", "advcl", "dep", "conj", "appos", "acl:relcl"])


def _is_aside(grammar: Grammar, verb: int) -> bool:
    """Whether a clause of saying is put into or after what is said: "…, the army said, …", "As the army said, …"."""
    mark = grammar.child(verb, "mark", "cc")
    relation = grammar.tokens[verb].deprel
    if relation == "parataxis":
        return mark is None
    if relation == "acl:relcl":  # "Moscow, Kyiv says, is preparing": no relative clause
        between = grammar.words[verb + 1] if verb + 1 < len(grammar.words) else ""
        subject = grammar.own_subject(verb)
        return between == "," and subject is not None and grammar.words[subject] not in RELATIVES
    if mark is not None:
        return grammar.words[mark] == "as" and grammar.child(verb, "obj", "xcomp") is None
    first = grammar.parse.extent(verb)[0]
    return (first > 0 and grammar.words[first - 1] == ",") or grammar.words[first] == "," or _beside(grammar, verb) is not None


def contrasts(grammar: Grammar, index: int) -> bool:
    """Whether a clause with a speaker of its own is set against what is said ("…, while the government says …", "…; the army denied …")."""
    if grammar.tokens[index].deprel not in ("advcl", "conj", "parataxis", "ccomp") or grammar.own_subject(index) is None:
        return False
    if not any(entry.kind is CueKind.SPEECH for entry in grammar.index.cues(CuePos.VERB, grammar.words[index])):
        return False
    first = grammar.parse.extent(index)[0]
    parted = ";" in (grammar.words[first], grammar.words[first - 1] if first else "")
    return (
        parted
        or grammar.case(index) in ("while", "whereas")
        or (grammar.tokens[index].deprel == "conj" and grammar.child(index, "cc") is not None)
    )


def _with_object(grammar: Grammar, verb: int, found: int) -> tuple[int, ...]:
    person = grammar.child(verb, "obj", "iobj")
    words = grammar.phrase(found)
    mark = grammar.child(found, "mark")
    if mark is not None:
        words = tuple(sorted({*words, mark}))
    return words if person is None or person > found else tuple(sorted({*grammar.phrase(person), *words}))


def _object(grammar: Grammar, verb: int) -> tuple[int, ...]:
    thing = next((x for x in grammar.children(verb, "obj", "ccomp", "xcomp") if x > verb), None)
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
    if grammar.words[above] not in PERCEIVED:
        return None
    if not grammar.is_passive(above):
        return _quoted_as(grammar, match, above)
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
PERCEIVED = frozenset(
    ["heard", "quoted", "cited", "seen", "recorded", "filmed", "reported", "overheard", "caught", "shown", "quotes", "cites", "quoting"]
)


def _sensed_in(grammar: Grammar, match: CueMatch) -> Draft | None:
    """ "In the video, soldiers can be seen beating a man": the video shows it."""
    verb = match.head
    if grammar.words[verb] not in ("seen", "heard", "shown", "filmed") or not grammar.is_passive(verb):
        return None
    channel = next(
        (x for x in grammar.children(verb, "obl") if grammar.case(x) in ("in", "on") and grammar.is_channel(x) is not None), None
    )
    if channel is None:
        return None
    content = grammar.phrase(verb, drop=lambda x: x == channel or grammar.tokens[x].deprel in BOUND)
    source = source_phrase(grammar, channel, verb)
    entry = Entry(word=match.entry.word, pos=CuePos.VERB, cue_class=CueClass.SHOW, kind=CueKind.EVIDENCE)
    return Draft(
        verb, match.tokens, entry, source, tuple(x for x in content if x not in match.tokens), Form.EVIDENCE, 0.7, "verb.sensed_in"
    )


def _quoted_as(grammar: Grammar, match: CueMatch, above: int) -> Draft | None:
    """ "TASS quoted an official as saying": the object speaks."""
    speaker = grammar.child(above, "obj")
    if grammar.case(match.head) != "as" or speaker is None:
        return None
    content = _verb_content(grammar, match.head, match.entry)
    source = source_phrase(grammar, speaker, match.head)
    return Draft(match.head, match.tokens, match.entry, source, content, Form.INDIRECT, 0.8, "verb.quoted_as")


def _around(grammar: Grammar, verb: int) -> tuple[int, ...]:
    """The clause that a parenthetical ("…, a militant was heard as saying") is put into."""
    token = grammar.tokens[verb]
    if token.deprel in ("parataxis", "ccomp") and token.head >= 0:
        return grammar.phrase(token.head, drop=lambda x: x == verb)
    for aside in grammar.children(verb, "parataxis", "ccomp"):
        return grammar.phrase(aside)
    return ()
