"""Whether an event is said to have happened: polarity, certainty and status, read from the words around and above its trigger.

The walk goes from the trigger up to the root of its sentence; every step passes through at most one word, so time is linear in depth.
Scores follow the UDS scale (White et al. 2016, "Universal Decompositional Semantics on Universal Dependencies"): -3 not, +3 certain.
"""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.claims.instances import Trigger
from onrecord.claims.syntax import CLAUSES, Syntax, base, is_told_past
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
DENYING = word_set("modality.denying")
NAMING = word_set("modality.naming")
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
BOUNDING = word_set("conjunctions.bounding")
TEMPORAL = word_set("conjunctions.temporal")
PRECEDING = word_set("sequence.after")
AVERTING = word_set("modality.averting")
FOREMOST = word_set("modality.foremost")
INVERTED = word_set("modality.inverted_auxiliaries")
PERFECT = {"may": Certainty.POSSIBLE, "might": Certainty.POSSIBLE, "must": Certainty.PROBABLE}  # "may have killed", "must have known"


@dataclass(slots=True)
class _View:
    positive: bool = True
    certainty: Certainty = Certainty.CERTAIN
    status: Status | None = None
    ongoing: bool = False


def find_factuality(trigger: Trigger, syntax: Syntax) -> Factuality:
    """The factuality of a trigger's event, in the view of its innermost speaker."""
    view = _View(status=trigger.frame.status or (trigger.support.frame.status if trigger.support is not None else None))
    if trigger.frame.inverted:
        view.positive = not view.positive
    at = trigger.support.token if trigger.support is not None else trigger.token
    if trigger.support is not None:
        _own_words(trigger.token, view, syntax)
        if syntax.tokens[at].lemma in NEGATIVE:
            view.positive = not view.positive
    _own_words(at, view, syntax, read=trigger.token)
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
        meant = status in (Status.PLEDGED, Status.PLANNED)
        certainty = Certainty.UNCLEAR if certainty is Certainty.CERTAIN and not meant else certainty
        score = 1 if meant and view.positive and certainty is Certainty.CERTAIN else 0
    else:
        size = {Certainty.CERTAIN: 3, Certainty.PROBABLE: 2, Certainty.POSSIBLE: 1, Certainty.UNCLEAR: 0}[certainty]
        score = size if view.positive else -size
    return Factuality(polarity=polarity, certainty=certainty, status=status, score=score)


def _own_words(index: int, view: _View, syntax: Syntax, *, read: int | None = None) -> None:
    """What the dependents of the event's own word say: negation, modals, adverbs, adjectives, conditions.

    read: a dependent whose words are read already, the event noun of a light verb ("carried out no strikes" denies once).
    """
    for child in syntax.children[index]:
        if child == read:
            continue
        token, word = syntax.tokens[child], syntax.lower[child]
        relation = base(token.deprel)
        if (
            (relation in ("advmod", "det", "cc") and word in NEGATIONS)
            or (relation in ("nsubj", "obj") and _is_none(child, syntax))
            or (relation == "case" and word == "without")
        ):
            view.positive = not view.positive
        elif relation == "aux":
            _modal(word, index, view, syntax)
        elif relation in ("advmod", "amod"):
            _adverb(word, view)
        elif relation == "mark":
            _mark(word, index, view, syntax)
    token = syntax.tokens[index]
    if token.deprel == "amod" and syntax.lower[token.head] in ("nothing", "nobody"):
        view.positive = not view.positive
    if " ".join(syntax.lower[max(0, index - 2) : index]) in AVERTING:
        view.positive = False
    if token.upos == "VERB":
        _tense(index, view, syntax)
        if _is_supposed(index, syntax):
            view.status = view.status or Status.HYPOTHETICAL


def _is_none(index: int, syntax: Syntax) -> bool:
    if syntax.lower[index] in NOBODY:
        return True
    return any(syntax.lower[x] in ("no", "neither") and syntax.tokens[x].deprel in ("det", "advmod") for x in syntax.children[index])


def _modal(word: str, index: int, view: _View, syntax: Syntax) -> None:
    """What an auxiliary of a verb says: "would have fired" did not happen, "may have fired" perhaps did, "will fire" is to come."""
    perfect = _is_perfect(index, syntax)
    if perfect and word in PERFECT:
        view.certainty = PERFECT[word]
    elif perfect and word in FUTURE | POSSIBLE | DEONTIC:
        view.status = view.status or Status.HYPOTHETICAL
    elif word in FUTURE:
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
        if word not in BOUNDING or not is_told_past(index, syntax.parse):
            view.status = view.status or Status.HYPOTHETICAL
    elif word == "without":
        view.positive = not view.positive
    elif word == "to" and _is_aim(index, syntax):
        view.status = view.status or Status.PURPOSE


def _is_aim(index: int, syntax: Syntax) -> bool:
    """Whether an infinitive tells what for: "sent troops to secure the town", "a meeting to end the war"; not "the first to fall"."""
    token = syntax.tokens[index]
    relation = base(token.deprel)
    if _is_perfect(index, syntax) or token.text.lower().endswith("ing") or relation not in ("advcl", "acl"):
        return False  # "pleaded guilty to killing", "its claim to have killed"
    words = (token.head, *syntax.children[token.head]) if relation == "acl" else ()
    return not any(syntax.lower[x] in FOREMOST or "NumType=Ord" in syntax.tokens[x].feats for x in words)


def _is_perfect(index: int, syntax: Syntax) -> bool:
    """Whether a verb stands with "have" or, as people write it, "of": "to have shot", "would of shot"."""
    return any(syntax.lower[x] in ("have", "of") and base(syntax.tokens[x].deprel) == "aux" for x in syntax.children[index])


def _is_supposed(index: int, syntax: Syntax) -> bool:
    """Whether the auxiliary before the subject makes a condition ("had they attacked, …") or a question ("Did they attack?")."""
    helper, subject = syntax.child(index, "aux", "aux:pass"), syntax.child(index, "nsubj", "nsubj:pass")
    if helper is None or subject is None or not helper < subject < index:
        return False
    token = syntax.tokens[index]
    if base(token.deprel) == "advcl":
        return syntax.lower[helper] in INVERTED and not syntax.mark(index)
    end = syntax.parse.sentences[token.sentence].end
    asked = any(syntax.lower[at] == "?" for at in range(index, end))
    return asked and token.deprel in ("root", "parataxis", "conj") and helper == syntax.parse.extent(index)[0]


def _tense(index: int, view: _View, syntax: Syntax) -> None:
    token = syntax.tokens[index]
    auxiliaries = {syntax.lower[x] for x in syntax.children[index] if base(syntax.tokens[x].deprel) == "aux"}
    present = not auxiliaries & {"was", "were", "had"}
    shifted = base(token.deprel) == "ccomp" and auxiliaries & {"was", "were"}  # "said it was looking into it"
    if token.text.lower().endswith("ing") and (shifted or (auxiliaries & BE_NOW and present)):
        view.ongoing = True
    if _is_to(index, syntax):
        view.status = view.status or Status.PLANNED
    if _is_order(index, syntax):
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
            if governor.upos == "NOUN" and relation in ("acl", "ccomp") and syntax.mark(at) == "that":
                _reported(above, view, syntax)
                return  # "could not verify reports that …" says nothing of what is reported
            _aux_above(at, above, view, syntax)
        elif relation in ("obj", "obl", "nmod", "nsubj", "iobj") and token.upos in ("NOUN", "PROPN"):
            if not _nominal(word, relation, at, above, view, syntax):
                return
        elif relation == "conj":
            if is_told_past(at, syntax.parse) and syntax.mark(above) == "to":
                return  # "tried to flee and was shot", wherever the parser hung it
            _conjunct(at, above, view, syntax)
        elif relation == "advcl":
            _beside(at, above, view, syntax)
            return
        elif relation in CLAUSES or relation in ("parataxis", "root", "appos"):
            return
        at = above


def _embed(word: str, at: int, view: _View, syntax: Syntax) -> None:
    if _denies(word, at, syntax):
        view.positive = not view.positive
        return
    if word in ASPECT:
        above = syntax.tokens[syntax.tokens[at].head]
        past = "Tense=Past" in above.feats and "VerbForm=Fin" in above.feats  # "continued to shell the town": that day
        view.ongoing = view.ongoing or (word in GOING_ON and not past)
        return
    if word in TELLING and base(syntax.tokens[at].deprel) == "ccomp":
        return
    status = EMBEDDING.get(word)
    if word in NAMING and syntax.mark(at) != "to":
        return
    clause = base(syntax.tokens[at].deprel) == "ccomp"
    factual = clause and status in (Status.PLANNED, Status.HYPOTHETICAL) and word not in ("hope", "expect", "fear")
    factual |= clause and status in (Status.REQUESTED, Status.THREATENED) and is_told_past(at, syntax.parse)
    if status is Status.HYPOTHETICAL and _is_perfect(at, syntax):
        view.certainty = Certainty.PROBABLE  # "are feared to have shot dozens"
    elif status is not None and not factual and view.status in (None, Status.PURPOSE, Status.PLANNED):
        view.status = status
    elif word in SUPPOSING or (word in DOUBTED and not clause and syntax.is_passive(syntax.tokens[at].head)):
        view.certainty = Certainty.PROBABLE


def _reported(noun: int, view: _View, syntax: Syntax) -> None:
    """What is done to a report decides of what it reports only where it is denied ("rejected claims that …")."""
    above = syntax.tokens[noun].head
    if above >= 0 and base(syntax.tokens[noun].deprel) == "obj" and syntax.tokens[above].lemma.lower() in DENYING:
        view.positive = not view.positive


def _denies(word: str, at: int, syntax: Syntax) -> bool:
    """Whether a governing word says that what is below it did not happen: of a clause with "that" few do, "rule" only with "out"."""
    if word == "rule" and not any(syntax.lower[child] == "out" for child in syntax.children[syntax.tokens[at].head]):
        return False
    return word in (DENYING if base(syntax.tokens[at].deprel) == "ccomp" else NEGATIVE)


def _aux_above(at: int, above: int, view: _View, syntax: Syntax) -> None:
    """What the words around a governing verb say of an infinitive below it; of a clause with "that" only where they are raised."""
    governor, relation = syntax.tokens[above], base(syntax.tokens[at].deprel)
    shared = relation == "xcomp" or governor.lemma in ("be", "able")
    for child in syntax.children[above]:
        helper, word = base(syntax.tokens[child].deprel), syntax.lower[child]
        if helper == "advmod" and word in NEGATIONS and (relation == "xcomp" or governor.lemma in RAISING):
            view.positive = not view.positive
        elif helper == "aux" and (shared or relation == "csubj") and word in POSSIBLE | FUTURE | DEONTIC:
            _modal(word, above, view, syntax)
    if relation == "xcomp" and syntax.mark(at) == "to":
        if governor.lemma == "go" and syntax.lower[above] == "going":
            view.status = view.status or Status.PLANNED
        elif governor.lemma == "have" and not is_told_past(above, syntax.parse):
            view.status = view.status or Status.DEONTIC
    if relation == "csubj" and syntax.mark(at) == "to" and not is_told_past(above, syntax.parse):
        view.status = view.status or Status.HYPOTHETICAL
    if relation == "xcomp" and _is_order(above, syntax):
        view.status = view.status or Status.REQUESTED


def _is_order(index: int, syntax: Syntax) -> bool:
    return "Mood=Imp" in syntax.tokens[index].feats and not syntax.slots(index).get("subject")


def _beside(at: int, above: int, view: _View, syntax: Syntax) -> None:
    """A participle shares the mood of the verb that it hangs on ("will respond by shelling"), as what is to come when it does.

    What it is to come after has happened ("will advance after seizing the town").
    """
    mark, finite = syntax.mark(at), "VerbForm=Fin" in syntax.tokens[at].feats
    if not finite and mark in PRECEDING:
        return
    if finite and (mark not in TEMPORAL or is_told_past(at, syntax.parse)):
        return
    if not finite and "VerbForm=Part" not in syntax.tokens[at].feats and "VerbForm=Ger" not in syntax.tokens[at].feats:
        return
    for child in syntax.children[above]:
        if base(syntax.tokens[child].deprel) == "aux":
            _modal(syntax.lower[child], above, view, syntax)
    if _is_order(above, syntax):
        view.status = view.status or Status.REQUESTED


def _nominal(word: str, relation: str, at: int, above: int, view: _View, syntax: Syntax) -> bool:
    """An event noun below another word; whether the walk goes on above it."""
    if relation == "obj" and word in FACTIVE:
        return False
    if relation == "obj" or (relation == "obl" and syntax.case(at) in OBLIQUE):
        if _denies(word, at, syntax):
            view.positive = word in HALTING and view.positive
            return False
        status = EMBEDDING.get(word)
        if word in NAMING and relation == "obj" and syntax.child(above, "xcomp") is not None:
            return False  # "called the raid a massacre"
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
            _modal(word, index, view, syntax)
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
            _modal(word, above, view, syntax)
        elif either and relation == "advmod" and word in NEGATIONS:
            view.positive = False
        elif relation == "mark" and word in ("to", *CONDITIONS):
            _mark(word, above, view, syntax)
