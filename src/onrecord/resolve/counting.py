"""What a number counts, found in the syntax around it: the counted noun, the word that governs it, and so killed, injured, displaced …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from onrecord.lexicon.units import Argument, Index, Meaning
from onrecord.records import Parse, QuantityOf, Span, Unit

NUMBER_LINKS = frozenset(["nummod", "compound", "nummod:gov", "amod", "det", "fixed", "flat", "goeswith", "nmod:unmarked", "det:predet"])
OBJECT_ROLES = frozenset(["obj", "nsubj:pass", "iobj", "csubj:pass", "obl:agent:pass"])
SUBJECT_ROLES = frozenset(["nsubj", "nsubj:outer", "csubj"])
LOOSE_ROLES = frozenset(["advmod", "dep", "obl:unmarked", "obl:npmod", "obl:tmod", "discourse", "vocative", "orphan"])
CARRIERS = frozenset(["group", "family", "crew", "team", "convoy", "number", "total", "couple", "unit", "band", "pair", "trio", "handful", "series"])
TOLLS = frozenset(["toll", "tolls", "tally", "count", "number", "figure", "figures", "total", "estimate", "tallies"])
RISES = frozenset(
    ["to", "at", "from", "by", "of"]  # how a toll takes its number: "rose to 41", "stood at 41", "a toll of 41"
)
BESIDE_AFTER, BESIDE_BEFORE = 7, 0  # how far from its verb a companion word may stand
NEAR_AFTER, NEAR_BEFORE = 9, 7  # words around a number in which the surface rule looks
SENTENCE_FATES = frozenset([QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.MISSING, QuantityOf.CAPTURED, QuantityOf.DISPLACED])


class Counted(NamedTuple):
    """What one number counts.

    head: the token that carries the number's noun phrase in the sentence.  noun: the token of the counted noun, None where it is left out.
    of, unit: as in ``Quantity``, ``of`` None where nothing tells.  rule: which rule found it.  governor: the token of the word that told.
    """

    head: int
    noun: int | None
    of: QuantityOf | None
    unit: Unit | None
    rule: str
    governor: int | None = None


def find_counted(parse: Parse, units: Index, span: Span, number_span: Span | None) -> Counted | None:
    """What the number at a span counts, by syntax first and by the nearest telling word last; None where no token stands there."""
    token = _number_token(parse, number_span or span)
    if token is None:
        return None
    head, noun = _phrase(parse, units, token, span)
    unit = _unit_of(parse, units, noun)
    fixed = _outcome(parse, units, noun)
    found = next(_meanings_around(parse, units, head, noun), None)
    if found is None and fixed is None:
        found = _nearest(parse, units, head, noun, span)
    return _settled(parse, units, head, noun, unit, fixed, found)


class _Found(NamedTuple):
    of: QuantityOf
    rule: str
    governor: int


def _settled(
    parse: Parse, units: Index, head: int, noun: int | None, unit: Unit | None, fixed: _Found | None, found: _Found | None
) -> Counted:
    """The counted noun says it where it names an outcome (deaths) or a thing; else the word that governs it."""
    if unit in (Unit.ITEMS, Unit.EVENTS, Unit.BUILDINGS) and noun is not None:
        entry = units.counted(parse.tokens[noun].text.lower()) or units.counted(parse.tokens[noun].lemma)
        return Counted(head, noun, (entry.of if entry else None) or QuantityOf.OTHER, unit, "noun", found.governor if found else None)
    if fixed is not None and (found is None or fixed.rule == "outcome"):
        return Counted(head, noun, fixed.of, Unit.PEOPLE, fixed.rule, fixed.governor)
    if found is not None:
        return Counted(head, noun, found.of, unit or Unit.PEOPLE, found.rule, found.governor)
    return Counted(head, noun, None, unit, "none")


# ── The number's noun phrase ──


def _number_token(parse: Parse, span: Span) -> int | None:
    inside = [token.index for token in parse.tokens_in(span)]
    if not inside:
        return parse.token_at(span[0])
    tops = [index for index in inside if parse.tokens[index].head not in inside]
    return tops[-1] if tops else inside[-1]


def _phrase(parse: Parse, units: Index, token: int, span: Span) -> tuple[int, int | None]:
    """The head of the noun phrase that the number stands in, and the counted noun in it."""
    head = token
    while parse.tokens[head].deprel in NUMBER_LINKS and parse.tokens[head].head > head - 1 and _noun_like(parse, parse.tokens[head].head):
        head = parse.tokens[head].head
    if head != token:
        return _carried(parse, head), head
    noun = _partitive_noun(parse, token, lambda index: parse.tokens[index].span[1] <= span[1])
    if noun is not None:
        return _carried(parse, token), noun
    if parse.tokens[token].upos == "NOUN" and units.counted(parse.tokens[token].text.lower()):
        return token, token
    after = _noun_after(parse, units, span)
    return _carried(parse, token), after


def _noun_like(parse: Parse, index: int) -> bool:
    return parse.tokens[index].upos in ("NOUN", "PROPN", "NUM", "ADJ", "PRON", "SYM", "X")


def _carried(parse: Parse, head: int) -> int:
    """From "five" in "a family of five" up to "family", which stands in the sentence for it."""
    token = parse.tokens[head]
    if token.deprel == "nmod" and token.head >= 0 and parse.tokens[token.head].lemma in CARRIERS:
        return token.head
    return head


def _partitive_noun(parse: Parse, token: int, inside: Callable[[int], bool]) -> int | None:
    """ "thousands of civilians": the noun under "of"."""
    for child in parse.children[token]:
        if child > token and parse.tokens[child].deprel == "nmod" and _case(parse, child) == "of" and parse.tokens[child].upos != "PRON":
            return child if not inside(child) else _partitive_noun(parse, child, inside)
    return None


def _noun_after(parse: Parse, units: Index, span: Span) -> int | None:
    """The counted noun right after the number where the parse did not join them, at most two words on."""
    start = parse.token_at(max(span[0], span[1] - 1))
    if start is None:
        return None
    for index in range(start + 1, min(start + 4, len(parse.tokens))):
        token = parse.tokens[index]
        if token.upos in ("VERB", "AUX", "PUNCT", "ADP", "CCONJ", "SCONJ", "NUM", "PRON"):
            return None
        if units.counted(token.text.lower()) or units.noun_meanings(token.text.lower()):
            return index
    return None


def _unit_of(parse: Parse, units: Index, noun: int | None) -> Unit | None:
    if noun is None:
        return None
    token = parse.tokens[noun]
    entry = units.counted(token.text.lower()) or units.counted(token.lemma.lower())
    return entry.unit if entry is not None else None


def _outcome(parse: Parse, units: Index, noun: int | None) -> _Found | None:
    """A counted noun that says by itself what happened ("12 deaths"), or what its people are ("12 hostages", weaker)."""
    if noun is None:
        return None
    word = parse.tokens[noun].text.lower()
    for meaning in units.noun_meanings(word):
        if _stand_before(parse, noun, meaning):
            people = units.counted(word) is not None or meaning.of in PEOPLE_NOUNS
            return _Found(meaning.of, "noun" if people else "outcome", noun)
    return None


PEOPLE_NOUNS = frozenset([QuantityOf.REFUGEES, QuantityOf.RETURNED, QuantityOf.RECOVERED, QuantityOf.POPULATION, QuantityOf.DISPLACED])


# ── The words that tell ──


def _meanings_around(parse: Parse, units: Index, head: int, noun: int | None) -> Iterator[_Found]:
    """What the words around a noun phrase say of its count, the most telling first."""
    yield from _toll(parse, units, head)
    yield from _governed(parse, units, head, depth=0)
    yield from _under_noun(parse, units, head)
    yield from _described(parse, units, head, noun)


def _governed(parse: Parse, units: Index, head: int, depth: int) -> Iterator[_Found]:
    """By the verb that the phrase is an argument of, and the verbs and adjectives under that verb ("feared dead", "forced to flee")."""
    token = parse.tokens[head]
    if token.head < 0 or depth > 3:
        if token.head < 0:
            yield from _said_of(parse, units, head, head)
        return
    if token.deprel in ("conj", "appos", "parataxis", "list") and not _own_predicate(parse, head):
        yield from _governed(parse, units, token.head, depth + 1)
        return
    role = _role(parse, head)
    if role is None:
        return
    yield from _verb_says(parse, units, token.head, role)
    for below in _complements(parse, token.head):
        yield from _verb_says(parse, units, below, "subject" if role == "object" and not _passive(parse, below) else role)
        yield from _state_says(parse, units, below)


def _own_predicate(parse: Parse, head: int) -> bool:
    return any(parse.tokens[child].deprel in ("acl", "acl:relcl") for child in parse.children[head])


def _role(parse: Parse, head: int) -> str | None:
    token = parse.tokens[head]
    passive = _passive(parse, token.head)
    if token.deprel in OBJECT_ROLES:
        return "object"
    if token.deprel in SUBJECT_ROLES:
        return "object" if passive else "subject"
    if token.deprel in LOOSE_ROLES and token.head > head:
        return "object" if passive else "subject"
    return "object" if token.deprel == "nmod" and parse.tokens[token.head].upos == "VERB" else None


def _passive(parse: Parse, verb: int) -> bool:
    """A passive verb, or a past participle without an auxiliary of its own ("three killed", "five wounded")."""
    token = parse.tokens[verb]
    labels = {parse.tokens[child].deprel for child in parse.children[verb]}
    if "aux:pass" in labels or "nsubj:pass" in labels or "Voice=Pass" in token.feats:
        return True
    bare = "VerbForm=Part" in token.feats and "Tense=Past" in token.feats
    return bare and not any(label.startswith("aux") for label in labels) and "obj" not in labels


def _complements(parse: Parse, verb: int) -> Iterator[int]:
    """The open complements of a verb, and those under them: what "feared", "forced", "left", "made" go on to say."""
    for child in parse.children[verb]:
        if parse.tokens[child].deprel in ("xcomp", "ccomp", "advcl:pred") or (
            parse.tokens[child].deprel == "obl" and parse.tokens[verb].lemma in ("leave", "force", "make")
        ):
            yield child
            yield from _complements(parse, child)


def _verb_says(parse: Parse, units: Index, verb: int, role: str) -> Iterator[_Found]:
    for meaning in units.verb_meanings(parse.tokens[verb].text.lower()):
        fits = meaning.argument is Argument.EITHER or meaning.argument == role
        if fits and _stand_beside(parse, verb, meaning):
            yield _Found(meaning.of, f"verb.{role}", verb)
    if role == "object":
        yield from (
            _Found(meaning.of, "light", child)
            for child in parse.children[verb]
            if parse.tokens[child].deprel == "obj"
            for meaning in units.noun_meanings(parse.tokens[child].text.lower())
            if meaning.argument is Argument.OF and parse.tokens[child].text.lower() in ("lives", "life")
        )


def _state_says(parse: Parse, units: Index, index: int) -> Iterator[_Found]:
    for meaning in units.state_meanings(parse.tokens[index].text.lower()):
        yield _Found(meaning.of, "state", index)


def _said_of(parse: Parse, units: Index, head: int, predicate: int) -> Iterator[_Found]:
    """A headline's bare phrase: "12 dead", "Three killed in raid"."""
    for child in parse.children[predicate]:
        yield from _state_says(parse, units, child)


def _described(parse: Parse, units: Index, head: int, noun: int | None) -> Iterator[_Found]:
    """By participles, adjectives and relative clauses on the phrase: "300 people displaced by", "12 dead", "people who fled"."""
    for index in dict.fromkeys(at for at in (head, noun) if at is not None):
        for child in parse.children[index]:
            token = parse.tokens[child]
            if _has_own_subject(parse, child):
                continue
            if token.deprel in ("acl", "amod", "acl:relcl", "advcl", "conj", "dep", "appos"):
                role = "object" if token.deprel == "amod" or _passive(parse, child) or "VerbForm=Part" in token.feats else "subject"
                if token.deprel in ("conj", "appos") and token.upos not in ("VERB", "ADJ"):
                    continue
                yield from _verb_says(parse, units, child, role)
                for below in _complements(parse, child):
                    yield from _verb_says(parse, units, below, "subject")
            yield from _state_says(parse, units, child)
    token = parse.tokens[head]
    if token.head >= 0 and token.deprel in ("nsubj", "nsubj:pass", "nsubj:outer"):
        yield from _state_says(parse, units, token.head)


def _has_own_subject(parse: Parse, index: int) -> bool:
    """A participle that says something of another noun: "civilians, including hundreds displaced"."""
    return any(parse.tokens[child].deprel in ("nsubj:pass", "nsubj") and parse.tokens[child].upos != "PRON" for child in parse.children[index])


def _under_noun(parse: Parse, units: Index, head: int) -> Iterator[_Found]:
    """By the noun that the phrase hangs under: "the deaths of thousands", "the evacuation of 60 families", "home to four million"."""
    at = head
    for _ in range(3):
        token = parse.tokens[at]
        if token.head < 0 or token.deprel not in ("nmod", "obl", "conj", "appos", "nmod:poss", "compound", "dep", "obl:arg"):
            return
        above = parse.tokens[token.head]
        case = _case(parse, at)
        for meaning in units.noun_meanings(above.text.lower()):
            if case in ("of", "to", "from", "", "for", "at") and _stand_before(parse, above.index, meaning):
                yield _Found(meaning.of, "under", above.index)
        if case in ("of", "to", "") and above.upos == "VERB" and above.text.lower().endswith("ing"):
            yield from _verb_says(parse, units, above.index, "object")
        at = above.index


def _toll(parse: Parse, units: Index, head: int) -> Iterator[_Found]:
    """ "bringing the toll to 41", "the death toll rose to 41", "raising the number of dead to 41"."""
    token = parse.tokens[head]
    if token.head < 0 or (_case(parse, head) not in RISES and token.deprel not in ("obj", "xcomp", "nmod", "obl")):
        verb_is = token.head < 0 and any(parse.tokens[child].deprel == "cop" for child in parse.children[head])
        if not verb_is:
            return
    governor = token.head if token.head >= 0 else head
    near = (governor, *parse.children[governor]) if governor != head else parse.children[head]
    for index in near:
        word = parse.tokens[index].text.lower()
        if index == head or word not in TOLLS or parse.tokens[index].deprel not in ("nsubj", "obj", "nsubj:pass", "root", "nmod", "obl", "conj"):
            continue
        found = _toll_of(parse, units, index)
        if found is not None:
            yield found


def _toll_of(parse: Parse, units: Index, toll: int) -> _Found | None:
    """What a toll counts: its compound or complement says ("death toll", "number of wounded"); a bare toll counts the killed."""
    for child in parse.children[toll]:
        token = parse.tokens[child]
        if token.deprel in ("compound", "nmod", "amod", "nmod:poss"):
            word = token.text.lower()
            meanings = (*units.noun_meanings(word), *units.state_meanings(word), *units.verb_meanings(word))
            if meanings:
                return _Found(meanings[-1].of, "toll", toll)
            inner = next(_described(parse, units, child, None), None)
            if inner is not None:
                return _Found(inner.of, "toll", toll)
    return _Found(QuantityOf.KILLED, "toll", toll) if parse.tokens[toll].lemma == "toll" else None


# ── Companions and neighbours ──


def _stand_beside(parse: Parse, verb: int, meaning: Meaning) -> bool:
    """Whether the companion words of a meaning follow its verb in its sentence."""
    if not meaning.beside:
        return True
    end = min(verb + 1 + BESIDE_AFTER, len(parse.tokens))
    after = [token.text.lower() for token in parse.tokens[verb + 1 : end] if token.sentence == parse.tokens[verb].sentence]
    return all(word in after for word in meaning.beside)


def _stand_before(parse: Parse, noun: int, meaning: Meaning) -> bool:
    """Whether the words before a noun are those of its meaning ("death toll")."""
    words = tuple(token.text.lower() for token in parse.tokens[max(0, noun - len(meaning.beside)) : noun])
    return words == meaning.beside


def _case(parse: Parse, index: int) -> str:
    return next((parse.tokens[child].text.lower() for child in parse.children[index] if parse.tokens[child].deprel == "case"), "")


def _nearest(parse: Parse, units: Index, head: int, noun: int | None, span: Span) -> _Found | None:
    """The nearest telling word of the clause where syntax gives none: words after count nearer than words before."""
    if noun is not None and _unit_of(parse, units, noun) is None and parse.tokens[noun].upos != "NUM":
        return None
    start = noun if noun is not None else head
    sentence = parse.sentences[parse.tokens[start].sentence]
    best: tuple[float, _Found] | None = None
    for index in range(max(sentence.first, start - NEAR_BEFORE), min(sentence.end, start + NEAR_AFTER + 1)):
        distance = index - start if index > start else (start - index) * 1.5 + 2
        if index == start or (best is not None and distance >= best[0]) or _parted(parse, start, index):
            continue
        found = _telling(parse, units, index)
        if found is not None:
            best = (distance, found)
    return best[1] if best is not None else None


def _telling(parse: Parse, units: Index, index: int) -> _Found | None:
    word = parse.tokens[index].text.lower()
    if parse.tokens[index].upos in ("VERB", "ADJ"):
        for meaning in (*units.verb_meanings(word), *units.state_meanings(word)):
            if not meaning.beside or _stand_beside(parse, index, meaning):
                return _Found(meaning.of, "near", index)
    if parse.tokens[index].upos == "NOUN":
        for meaning in units.noun_meanings(word):
            if meaning.of not in PEOPLE_NOUNS and _stand_before(parse, index, meaning):
                return _Found(meaning.of, "near", index)
    return None


def _parted(parse: Parse, one: int, other: int) -> bool:
    """Whether a semicolon or a colon stands between two tokens."""
    low, high = sorted((one, other))
    return any(parse.tokens[index].text in (";", ":", "(", ")") for index in range(low + 1, high))
