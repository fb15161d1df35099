"""Whether an event is said to have happened: polarity, certainty and status, read from the words around and above its trigger.

The walk goes from the trigger up to the root of its sentence; every step passes through at most one word, so time is linear in depth.
Scores follow the UDS scale (White et al. 2016, "Universal Decompositional Semantics on Universal Dependencies"): -3 not, +3 certain.
"""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.claims.instances import Trigger
from onrecord.claims.syntax import CLAUSES, Syntax, base
from onrecord.lexicon.lists import word_set, word_sorts
from onrecord.records import BlockKind, Certainty, Factuality, Polarity, Status

NEGATIONS = word_set("modality.negations")
FUTURE = word_set("modality.future_auxiliaries")
POSSIBLE = word_set("modality.possible_auxiliaries")
DEONTIC = word_set("modality.duty_auxiliaries")
CONDITIONS = word_set("modality.conditions")
PROBABLE_WORDS = word_set("modality.probable")
POSSIBLE_WORDS = word_set("modality.possible")
FUTURE_WORDS = word_set("modality.future")
UNREAL_WORDS = word_set("modality.unreal")

EMBEDDING = {word: Status(sort) for word, sort in word_sorts("modality.embedding").items()}
NEGATIVE = word_set("modality.preventing")
TELLING = word_set("modality.telling")
ASPECT = word_set("modality.aspect")
LASTING = word_set("acts.lasting")
HALTING = word_set("acts.halting")
FACTIVE = word_set("modality.factive")
DOUBTED = word_set("modality.doubted")
NOBODY = word_set("pronouns.none")
SUPPOSING = word_set("modality.supposing")
GOING_ON = word_set("modality.going_on")
RAISING = word_set("modality.raising")
BE_NOW = word_set("modality.be_now")
OBLIQUE = word_set("prepositions.oblique")
CONTENT_MARKS = word_set("conjunctions.content")


@dataclass(slots=True)
class _View:
    positive: bool = True
    certainty: Certainty = Certainty.CERTAIN
    status: Status | None = None
    ongoing: bool = False


def find_factuality(trigger: Trigger, syntax: Syntax) -> Factuality:
    """The factuality of a trigger's event, in the view of its innermost speaker."""
    view = _View(status=trigger.frame.status)
    if trigger.frame.inverted:
        view.positive = not view.positive
    at = trigger.support.token if trigger.support is not None else trigger.token
    if trigger.support is not None:
        _own_words(trigger.token, view, syntax)
        if syntax.tokens[at].lemma in NEGATIVE:
            view.positive = not view.positive
    _own_words(at, view, syntax)
    _walk_up(at, view, syntax)
    if view.status is None and trigger.pattern.head in LASTING and _simple_present(at, syntax):
        view.status = Status.HABITUAL
    return _decide(view)


def _simple_present(index: int, syntax: Syntax) -> bool:
    """A present-tense verb in body text; headlines use the present for what has happened."""
    token = syntax.tokens[index]
    if syntax.parse.sentences[token.sentence].kind in (BlockKind.HEADLINE, BlockKind.SUMMARY) or token.upos != "VERB":
        return False
    return "Tense=Pres" in token.feats and "VerbForm=Fin" in token.feats and syntax.child(index, "aux") is None


def predicate_factuality(index: int, syntax: Syntax) -> Factuality:
    """The factuality of any predicate, event or not, by the same walk."""
    view = _View()
    _own_words(index, view, syntax)
    _walk_up(index, view, syntax)
    return _decide(view)


def factuality_of(status: Status, *, positive: bool = True) -> Factuality:
    """A plain factuality of one status."""
    return _decide(_View(positive=positive, status=status))


def _decide(view: _View) -> Factuality:
    status = view.status or (Status.ONGOING if view.ongoing else Status.OCCURRED)
    polarity = Polarity.POSITIVE if view.positive else Polarity.NEGATIVE
    certainty = view.certainty
    if status in (Status.PURPOSE, Status.HYPOTHETICAL, Status.REQUESTED, Status.DEONTIC, Status.PLANNED, Status.PLEDGED, Status.THREATENED):
        certainty = Certainty.UNCLEAR if certainty is Certainty.CERTAIN else certainty
        score = 1 if status in (Status.PLEDGED, Status.PLANNED) and view.positive and view.certainty is Certainty.CERTAIN else 0
    else:
        size = {Certainty.CERTAIN: 3, Certainty.PROBABLE: 2, Certainty.POSSIBLE: 1, Certainty.UNCLEAR: 0}[certainty]
        score = size if view.positive else -size
    return Factuality(polarity=polarity, certainty=certainty, status=status, score=score)


def _own_words(index: int, view: _View, syntax: Syntax) -> None:
    """What the dependents of the event's own word say: negation, modals, adverbs, adjectives, conditions."""
    for child in syntax.children[index]:
        token, word = syntax.tokens[child], syntax.lower[child]
        relation = base(token.deprel)
        if (
            (relation in ("advmod", "det", "cc") and word in NEGATIONS)
            or (relation in ("nsubj", "obj") and _is_none(child, syntax))
            or (relation == "case" and word == "without")
        ):
            view.positive = not view.positive
        elif relation == "aux":
            _modal(word, view)
        elif relation in ("advmod", "amod"):
            _adverb(word, view)
        elif relation == "mark":
            _mark(word, index, view, syntax)
    token = syntax.tokens[index]
    if token.deprel == "amod" and syntax.lower[token.head] in ("nothing", "nobody"):
        view.positive = not view.positive
    if token.upos == "VERB":
        _tense(index, view, syntax)


def _is_none(index: int, syntax: Syntax) -> bool:
    if syntax.lower[index] in NOBODY:
        return True
    return any(syntax.lower[x] in ("no", "neither") and syntax.tokens[x].deprel in ("det", "advmod") for x in syntax.children[index])


def _modal(word: str, view: _View) -> None:
    if word in FUTURE:
        view.status = view.status or Status.PLANNED
    elif word in POSSIBLE:
        view.status = view.status or Status.HYPOTHETICAL
        view.certainty = Certainty.POSSIBLE
    elif word in DEONTIC:
        view.status = view.status or Status.DEONTIC


def _adverb(word: str, view: _View) -> None:
    if word in PROBABLE_WORDS:
        view.certainty = Certainty.PROBABLE
    elif word in POSSIBLE_WORDS:
        view.certainty = Certainty.POSSIBLE
    elif word in FUTURE_WORDS:
        view.status = view.status or Status.PLANNED
    elif word in UNREAL_WORDS:
        view.positive = False
    elif word == "ongoing":
        view.ongoing = True


def _mark(word: str, index: int, view: _View, syntax: Syntax) -> None:
    if word in CONDITIONS:
        view.status = view.status or Status.HYPOTHETICAL
    elif word == "without":
        view.positive = not view.positive
    elif word == "to" and base(syntax.tokens[index].deprel) == "advcl":
        view.status = view.status or Status.PURPOSE


def _tense(index: int, view: _View, syntax: Syntax) -> None:
    token = syntax.tokens[index]
    auxiliaries = {syntax.lower[x] for x in syntax.children[index] if base(syntax.tokens[x].deprel) == "aux"}
    present = not auxiliaries & {"was", "were", "had"}
    if token.text.lower().endswith("ing") and auxiliaries & BE_NOW and present:
        view.ongoing = True
    if _is_to(index, syntax):
        view.status = view.status or Status.PLANNED
    if "Mood=Imp" in token.feats and not syntax.slots(index).get("subject"):
        view.status = view.status or Status.REQUESTED
    if auxiliaries & {"going"}:
        view.status = view.status or Status.PLANNED


def _is_to(index: int, syntax: Syntax) -> bool:
    """ "is to free": a present "be" with an infinitive tells what is arranged."""
    rows = [(base(syntax.tokens[c].deprel), syntax.lower[c]) for c in syntax.children[index]]
    return any(r == "mark" and w == "to" for r, w in rows) and any(r in ("cop", "aux") and w in ("is", "are") for r, w in rows)


def _walk_up(index: int, view: _View, syntax: Syntax) -> None:
    """Follows the heads above: complements take the view of their verb, nouns that of the word they depend on."""
    at = index
    for above in syntax.parse.ancestors(index):
        token, governor = syntax.tokens[at], syntax.tokens[above]
        relation = base(token.deprel)
        word = governor.lemma.lower()
        if relation in ("xcomp", "ccomp", "csubj") or (relation in ("advcl", "acl") and syntax.mark(at) in CONTENT_MARKS):
            if relation == "advcl" and syntax.mark(at) == "to" and view.status is Status.PURPOSE and word not in EMBEDDING:
                return
            if relation == "advcl" and syntax.mark(at) in ("for", "about", "of"):
                return
            _embed(word, at, view, syntax)
            if word not in ASPECT:
                _aux_above(above, view, syntax)
        elif relation in ("obj", "obl", "nmod", "nsubj", "iobj") and token.upos in ("NOUN", "PROPN"):
            if not _nominal(word, relation, at, above, view, syntax):
                return
        elif relation == "conj":
            _conjunct(at, above, view, syntax)
        elif relation in CLAUSES or relation in ("parataxis", "root", "appos"):
            return
        at = above


def _embed(word: str, at: int, view: _View, syntax: Syntax) -> None:
    if word in NEGATIVE:
        view.positive = not view.positive
        return
    if word in ASPECT:
        view.ongoing = view.ongoing or word in GOING_ON
        return
    if word in TELLING and base(syntax.tokens[at].deprel) == "ccomp":
        return
    status = EMBEDDING.get(word)
    factual = (
        base(syntax.tokens[at].deprel) == "ccomp"
        and status in (Status.PLANNED, Status.HYPOTHETICAL)
        and word not in ("hope", "expect", "fear")
    )
    if status is not None and not factual and view.status in (None, Status.PURPOSE, Status.PLANNED):
        view.status = status
    elif word in SUPPOSING:
        view.certainty = Certainty.PROBABLE


def _aux_above(above: int, view: _View, syntax: Syntax) -> None:
    for child in syntax.children[above]:
        relation, word = base(syntax.tokens[child].deprel), syntax.lower[child]
        if relation == "advmod" and word in NEGATIONS and syntax.tokens[above].lemma in RAISING:
            view.positive = not view.positive
        elif relation == "aux" and word in POSSIBLE | FUTURE and syntax.tokens[above].lemma in ("be", "able"):
            _modal(word, view)


def _nominal(word: str, relation: str, at: int, above: int, view: _View, syntax: Syntax) -> bool:
    """An event noun below another word; whether the walk goes on above it."""
    if relation == "obj" and word in FACTIVE:
        return False
    if relation == "obj" or (relation == "obl" and syntax.case(at) in OBLIQUE):
        if word in NEGATIVE:
            view.positive = word in HALTING and view.positive
            return False
        status = EMBEDDING.get(word)
        if status is not None and syntax.tokens[above].upos in ("VERB", "NOUN", "ADJ"):
            view.status = view.status or status
            return False
        if relation == "obj" and syntax.tokens[above].upos == "VERB":
            _clause_words(above, view, syntax)
            return True
        return False
    if relation == "nmod":
        if word in NEGATIVE and syntax.case(at) == "of":
            view.positive = False
        status = EMBEDDING.get(word)
        if status is not None and syntax.case(at) in ("of", "for", "to"):
            view.status = view.status or status
        return False
    if relation == "nsubj":
        if syntax.tokens[above].upos == "VERB" or syntax.child(above, "cop") is not None:
            _clause_words(above, view, syntax)
        return False
    return False


def _clause_words(index: int, view: _View, syntax: Syntax) -> None:
    for child in syntax.children[index]:
        relation, word = base(syntax.tokens[child].deprel), syntax.lower[child]
        if relation == "aux":
            _modal(word, view)
        elif relation == "advmod" and word in NEGATIONS:
            view.positive = not view.positive
        elif relation == "mark" and word in CONDITIONS:
            view.status = view.status or Status.HYPOTHETICAL


def _conjunct(at: int, above: int, view: _View, syntax: Syntax) -> None:
    """A later conjunct without an auxiliary of its own shares those of the first; a negation only under "or"."""
    if syntax.tokens[at].upos not in ("VERB", "ADJ") or syntax.child(at, "aux", "nsubj", "nsubj:pass", "aux:pass") is not None:
        return
    joined = syntax.child(at, "cc")
    either = joined is not None and syntax.lower[joined] in ("or", "nor")
    for child in syntax.children[above]:
        relation, word = base(syntax.tokens[child].deprel), syntax.lower[child]
        if relation == "aux":
            _modal(word, view)
        elif either and relation == "advmod" and word in NEGATIONS:
            view.positive = False
        elif relation == "mark" and word in ("to", *CONDITIONS):
            _mark(word, above, view, syntax)
