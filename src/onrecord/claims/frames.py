"""Sources and contents of cues by grammar, for every part of speech; verbs are in :mod:`onrecord.claims.verb_frames`.

Every rule reads dependencies only; what a sentence's quotation marks add is put in by :mod:`onrecord.claims.attribution`.
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.claims.cues import CueMatch, takes
from onrecord.claims.grammar import NOMINAL, OUTSIDE, Draft, Grammar
from onrecord.claims.verb_frames import draft_of, verb_frame
from onrecord.lexicon.cues import CueKind, CuePos, Takes
from onrecord.lexicon.inflect import verb_forms
from onrecord.lexicon.lists import word_row, word_set
from onrecord.records import Form

HOLDING = word_row("acts.light")
CONTENT_MARKS = word_set("conjunctions.said") | {""}
EMPTY = word_set("pronouns.empty")
FIGURES = word_set("speech.figures")
LIGHT_VERBS = frozenset(form for verb in HOLDING for form in verb_forms(verb))


def frame_draft(grammar: Grammar, match: CueMatch) -> Draft | None:
    """The attribution that a cue makes by its grammar alone, or None if it makes none."""
    rules = {
        CuePos.VERB: verb_frame,
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


def _noun(grammar: Grammar, match: CueMatch) -> Draft | None:
    noun, entry = match.head, match.entry
    clause = None
    for found in grammar.children(noun, "acl", "acl:relcl", "ccomp", "advcl"):
        mark = grammar.case(found)
        if (takes(entry, Takes.CLAUSE) and mark in ("that", "whether")) or (takes(entry, Takes.INFINITIVE) and mark == "to"):
            clause = found
            break
    if clause is None and entry.word in FIGURES and grammar.tokens[noun].deprel != "compound":
        return _owned_figure(grammar, match)
    if clause is None or grammar.tokens[noun].deprel == "compound":
        return None
    if grammar.tokens[noun].deprel == "obl" and grammar.case(noun) != "on" and _is_speech(grammar, grammar.tokens[noun].head):
        return None  # "said in a statement that": the verb's content
    source = _noun_source(grammar, noun)
    words = grammar.phrase(clause)
    mark_token = grammar.child(clause, "mark")
    if mark_token is not None:
        words = tuple(sorted({*words, mark_token}))
    return draft_of(grammar, CueMatch(noun, (noun,), entry), source, words, "noun", 0.5 if source is not None else 0.3)


def _owned_figure(grammar: Grammar, match: CueMatch) -> Draft | None:
    """ "The Front's figure of 34 dead": a possessor who counts, and what is counted."""
    owner, of = grammar.child(match.head, "nmod:poss"), match.head + 1
    counted = [x for x in grammar.phrase(match.head) if x > of]
    if owner is None or grammar.words[of : of + 1] != ("of",) or not any(grammar.tokens[x].upos == "NUM" for x in counted):
        return None
    return draft_of(grammar, CueMatch(match.head, (match.head,), match.entry), owner, counted, "noun.figure", 0.6)


def _is_speech(grammar: Grammar, verb: int) -> bool:
    return any(entry.kind is CueKind.SPEECH for entry in grammar.index.cues(CuePos.VERB, grammar.words[verb]))


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
        return draft_of(grammar, match, None, grammar.phrase(token.head, drop=lambda x: x == at), "adjective.before_noun", 0.4)
    content: tuple[int, ...] = ()
    for found in grammar.children(at, "ccomp", "advcl", "xcomp"):
        mark = grammar.case(found)
        if mark in CONTENT_MARKS:
            content = grammar.phrase(found)
            break
    subject = grammar.subject(at)
    if not content or subject is None or grammar.words[subject] in EMPTY:
        return None
    return draft_of(grammar, match, subject, content, "adjective", 0.4)


def _seen_in(grammar: Grammar, match: CueMatch) -> Draft | None:
    """ "Their panic is evident in the messages": the messages show it."""
    for where in grammar.children(match.head, "obl"):
        if grammar.case(where) in ("in", "from") and grammar.is_channel(where) is not None:
            subject = grammar.subject(match.head)
            content = () if subject is None else grammar.phrase(subject)
            return draft_of(grammar, match, where, content, "adjective.seen_in", 0.6) if content else None
    return None


def _adverb(grammar: Grammar, match: CueMatch) -> Draft | None:
    above = grammar.tokens[match.head].head
    clause = grammar.clause_head(above) if above >= 0 else None
    if clause is None:
        return None
    if above > match.head and grammar.tokens[above].upos in NOMINAL and grammar.case(above) and above != clause:
        return draft_of(
            grammar, match, None, grammar.phrase(above, drop=lambda x: x == match.head), "adverb", 0.5
        )  # "apparently in revenge"
    content = grammar.phrase(clause, drop=lambda x: x == match.head or grammar.tokens[x].deprel in ("conj", "parataxis"))
    return draft_of(grammar, match, None, content, "adverb", 0.5)


def _phrase(grammar: Grammar, match: CueMatch) -> Draft | None:
    if takes(match.entry, Takes.NONE):
        return _impersonal(grammar, match)
    nominal = _nominal_after(grammar, match)
    if nominal is None:
        return None
    cue = set(match.tokens)
    source = tuple(x for x in grammar.phrase(nominal, drop=lambda x: x in cue) if x > match.tokens[-1])
    above = _governor(grammar, nominal, match)
    if above is not None and _describes(grammar, above, nominal):
        source = tuple(x for x in grammar.phrase(above) if x > match.tokens[-1])
        above = grammar.tokens[above].head
    if above is None or above < 0 or not source:
        return None
    clause = grammar.clause_head(above)
    if _closes_sentence(grammar, match, source):
        clause = _root(grammar, match.head) if nominal != _root(grammar, match.head) else clause
    inside = {*source, *cue}
    content = grammar.trim([x for x in grammar.phrase(clause, drop=lambda x: x in inside) if x not in inside])
    return Draft(match.head, match.tokens, match.entry, grammar.trim(source), content, Form.INDIRECT, 0.8, "phrase")


def _describes(grammar: Grammar, verb: int, nominal: int) -> bool:
    """Whether a participle tells of the noun right before it, which the parser took for its subject ("people briefed on the matter")."""
    past = "Tense=Past" in grammar.tokens[verb].feats and grammar.child(verb, "aux", "aux:pass", "cop") is None
    return verb == nominal + 1 and grammar.tokens[nominal].head == verb and past


def _closes_sentence(grammar: Grammar, match: CueMatch, source: Sequence[int]) -> bool:
    """Whether a phrase and its source stand behind a comma at the end of a sentence: then they speak of all of it."""
    first, end = match.tokens[0], grammar.parse.sentences[grammar.tokens[match.head].sentence].end
    behind = all(grammar.tokens[at].upos == "PUNCT" for at in range(source[-1] + 1, end))
    return behind and first > 0 and grammar.words[first - 1] == ","


def _root(grammar: Grammar, at: int) -> int:
    sentence = grammar.parse.sentences[grammar.tokens[at].sentence]
    return next((x for x in range(sentence.first, sentence.end) if grammar.tokens[x].head < 0), at)


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
        for found in grammar.children(at, "ccomp", "csubj", "csubj:pass", "xcomp", "acl", "advcl"):
            words = set(grammar.phrase(found))
            subject = grammar.child(at, "nsubj:pass", "nsubj")
            if subject is not None and grammar.words[subject] != "it" and grammar.tokens[found].deprel == "xcomp":
                words.update(grammar.phrase(subject))
            return Draft(match.head, match.tokens, match.entry, (), tuple(sorted(words)), Form.INDIRECT, 0.6, "phrase.impersonal")
    return None
