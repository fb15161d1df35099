"""Verbs of saying, thinking and showing: their sources and contents by grammar.

Parsers err around verbs of saying more than elsewhere, since what is said stands in front of them, behind them or around them;
the rules here look at commas, quotation marks and neighbours where the dependencies go astray.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from onrecord.claims.cues import BOUND, CueMatch, is_negated, takes
from onrecord.claims.gaps import bare_figure
from onrecord.claims.grammar import PASSIVE_SUBJECTS, RELATIVES, SUBJECTS, Draft, Grammar
from onrecord.claims.subjects import beside, is_charge, source_phrase, up_to, verb_source
from onrecord.lexicon.cues import CueKind, CuePos, Entry, Takes
from onrecord.lexicon.lists import word_set
from onrecord.records import CueClass, Form

ABOUT = word_set("prepositions.about")
ADVERBIAL = word_set("conjunctions.adverbial")
FREE_RELATIVES = word_set("pronouns.free_relatives")


def verb_frame(grammar: Grammar, match: CueMatch) -> Draft | None:
    """The attribution that a verb of saying, thinking or showing makes, or None if it makes none."""
    verb, entry = match.head, match.entry
    if grammar.tokens[verb].deprel in ("amod", "compound", "case", "fixed", "aux", "cop"):
        return None
    perception = _perceived(grammar, match) or _sensed_in(grammar, match)
    if perception is not None:
        return perception
    source = verb_source(grammar, verb)
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


ORDERING = word_set("speech.ordering")  # neutral of a clause, an order of an infinitive
MAX_COUNTED = 12  # words between "put the toll" and its figure


def draft_of(grammar: Grammar, match: CueMatch, source: int | None, content: Sequence[int], rule: str, confidence: float) -> Draft:
    """A draft with the words of its source around the source's head."""
    tokens = () if source is None else source_phrase(grammar, source, match.head)
    if rule.startswith("verb") and tokens and source is not None and source < match.head:
        tokens = up_to(grammar, tokens, source, match.head)
    form = Form.EVIDENCE if match.entry.kind is CueKind.EVIDENCE else Form.INDIRECT
    return Draft(match.head, match.tokens, match.entry, tokens, tuple(content), form, confidence, rule)


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
    speaker = beside(grammar, verb)  # "…, insisted Okello": no clause, whatever the parser called it
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
        free = grammar.words[grammar.tokens[verb].head] in FREE_RELATIVES  # "contrary to what Kyiv says, …"
        return between == "," and subject is not None and grammar.words[subject] not in RELATIVES and not free
    if mark is not None:
        thing = grammar.child(verb, "obj", "xcomp")
        return grammar.words[mark] == "as" and (thing is None or grammar.words[thing] == "it")  # "as the bishop put it"
    first = grammar.parse.extent(verb)[0]
    return (first > 0 and grammar.words[first - 1] == ",") or grammar.words[first] == "," or beside(grammar, verb) is not None


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
    agent = grammar.agent(verb) if thing < verb else None
    below = [] if agent is None else [x for x in grammar.children(agent, "acl") if is_charge(grammar, x)]
    for more in (*grammar.children(verb, "obl", "advcl", "xcomp"), *below):
        if more > max(thing, verb) and grammar.case(more) in SECOND_CASES:
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


SAYING = word_set("speech.saying_participles")
PERCEIVED = word_set("speech.perceived")
SENSED = word_set("speech.sensed")
SECOND_CASES = word_set("prepositions.second")


def _sensed_in(grammar: Grammar, match: CueMatch) -> Draft | None:
    """ "In the video, soldiers can be seen beating a man": the video shows it."""
    verb = match.head
    if grammar.words[verb] not in SENSED or not grammar.is_passive(verb):
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
