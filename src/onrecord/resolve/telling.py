"""What the words around a number tell of what it counts: the verb that governs it, a participle on it, the toll that it stands at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from onrecord.lexicon.lists import word_set
from onrecord.lexicon.units import Argument, Index, Meaning
from onrecord.records import Parse, QuantityOf

OBJECT_ROLES = frozenset(["obj", "nsubj:pass", "iobj", "csubj:pass", "obl:agent:pass"])
SUBJECT_ROLES = frozenset(["nsubj", "nsubj:outer", "csubj"])
LOOSE_ROLES = frozenset(["advmod", "dep", "obl:unmarked", "obl:npmod", "obl:tmod", "discourse", "vocative", "orphan"])
TOLLS = word_set("counting.tolls")
WOUNDS = word_set("counting.wounds")
BETWEEN = word_set("counting.between")
PASSIVE_AUXILIARIES = word_set("modality.passive_auxiliaries")
TOLL_ROLES = frozenset(["nsubj", "obj", "nsubj:pass", "root", "nmod", "obl", "conj"])
RISES = word_set("prepositions.toll")
BESIDE_AFTER = 7  # how far behind its verb a companion word may stand
NEAR_AFTER, NEAR_BEFORE = 9, 7  # words around a number in which the surface rule looks
POPULATIONS = word_set("people.populations")
UNTOLD_CASES = word_set("prepositions.untold")
PARTING = word_set("conjunctions.part_of") | {";", ":", "(", ")"}
STATED_PEOPLE = word_set("people.fates")
NUMBER_CASES = word_set("prepositions.number") | {""}
PEOPLE_NOUNS = frozenset([QuantityOf.REFUGEES, QuantityOf.RETURNED, QuantityOf.RECOVERED, QuantityOf.POPULATION, QuantityOf.DISPLACED])


class Found(NamedTuple):
    """What a word tells of a count. rule: which rule found it.  governor: the token of the word."""

    of: QuantityOf
    rule: str
    governor: int


def meanings_around(parse: Parse, units: Index, head: int, noun: int | None, phrase: tuple[int, int]) -> Iterator[Found]:
    """What the words around a noun phrase say of its count, the most telling first. phrase: the number's first and last token."""
    others = []
    for found in _near_and_governing(parse, units, head, noun, phrase):
        if found.of is QuantityOf.OTHER:
            others.append(found)  # waits: "registered as missing", "treated … who later died"
        else:
            yield found
    yield from _fated(parse, units, noun)
    yield from others
    yield from _described(parse, units, head, noun)


def _near_and_governing(parse: Parse, units: Index, head: int, noun: int | None, phrase: tuple[int, int]) -> Iterator[Found]:
    yield from _state_says(parse, units, head)
    if noun is None and head != phrase[0]:
        yield from _itself(parse, units, head)
    if noun is None or (noun == head and case_of(parse, head) != "of"):
        yield from _adjacent(parse, units, head if noun is not None else max(head, phrase[1]), elided=noun is None)
    yield from _preceded(parse, units, phrase[0])
    yield from _toll(parse, units, head, elided=noun is None)
    yield from _governed(parse, units, head, depth=0)
    yield from _under_noun(parse, units, head)


def _fated(parse: Parse, units: Index, noun: int | None) -> Iterator[Found]:
    """By the adjective of the noun: "registered 1,000 dead civilians"."""
    for child in parse.children[noun] if noun is not None else ():
        if parse.tokens[child].deprel == "amod" and parse.tokens[child].upos == "ADJ":
            for meaning in units.noun_meanings(parse.tokens[child].text.lower()):
                yield Found(meaning.of, "described", child)


def _itself(parse: Parse, units: Index, head: int) -> Iterator[Found]:
    """By the participle or adjective that the number counts: "40 wounded", "three missing"."""
    word = parse.tokens[head].text.lower()
    for meaning in (*units.noun_meanings(word), *units.verb_meanings(word)):
        if meaning.argument in (Argument.OF, Argument.OBJECT) and not meaning.beside:
            yield Found(meaning.of, "state", head)


def _adjacent(parse: Parse, units: Index, head: int, *, elided: bool) -> Iterator[Found]:
    """By the participle or adjective right after the number: "11 missing", "another 300 have been relocated", "dozens more injured".

    Where the noun is left out parsers go astray, and the next telling word is the sure sign; after a noun it must be passive.
    """
    sentence = parse.sentences[parse.tokens[head].sentence]
    if elided and [token.text.lower() for token in parse.tokens[head + 1 : head + 3]] == ["in", "hospital"]:
        yield Found(QuantityOf.INJURED, "state", head + 2)
    hurt = next((t.index for t in parse.tokens[head + 2 : head + 5] if t.text.lower() in WOUNDS), None)
    if elided and hurt is not None and parse.tokens[head + 1].text.lower() == "with":
        yield Found(QuantityOf.INJURED, "state", hurt)  # "and 30 with gunshot wounds"
    at, auxiliary = head + 1, ""
    while at < sentence.end and (parse.tokens[at].text.lower() in BETWEEN or parse.tokens[at].upos in ("AUX", "ADV")):
        if parse.tokens[at].upos == "AUX" or parse.tokens[at].lemma in ("be", "have"):
            auxiliary = parse.tokens[at].text.lower()
        at += 1
    if at >= sentence.end:
        return
    passive = auxiliary in PASSIVE_AUXILIARIES or (not auxiliary and not _opens_phrase(parse, at + 1, sentence.end))
    role = "object" if passive and _is_participle(parse, at) else "subject"
    if auxiliary or elided or (role == "object" and _ends_participle(parse, at, sentence.end)):
        yield from verb_says(parse, units, at, role)
    if elided and not auxiliary:
        yield from verb_says(parse, units, at, "subject")
    yield from _state_says(parse, units, at)


def _preceded(parse: Parse, units: Index, start: int) -> Iterator[Found]:
    """By the verb right before the number: "killing seven", "and wounded scores of others"."""
    if start == 0 or parse.tokens[start - 1].sentence != parse.tokens[start].sentence:
        return
    if start > 1 and parse.tokens[start - 2].upos == "NUM":
        return  # "three dead, 12 wounded five missing"
    for meaning in units.verb_meanings(parse.tokens[start - 1].text.lower()):
        if meaning.argument is Argument.OBJECT and not meaning.beside and _stand_beside(parse, start - 1, meaning):
            yield Found(meaning.of, "before", start - 1)


def _opens_phrase(parse: Parse, at: int, end: int) -> bool:
    """Whether a noun phrase begins at a token, so that the participle before it is an active past ("three killed two guards")."""
    return at < end and parse.tokens[at].upos in ("DET", "NUM", "NOUN", "PRON", "ADJ", "PROPN")


def _ends_participle(parse: Parse, at: int, end: int) -> bool:
    """A participle with what can only follow a reduced clause: "people displaced by", "people affected,"."""
    closed = at + 1 >= end or parse.tokens[at + 1].upos in ("ADP", "PUNCT", "CCONJ", "SCONJ", "AUX", "ADV")
    return closed and parse.tokens[at].text.lower().endswith(("ed", "en"))


def _is_participle(parse: Parse, index: int) -> bool:
    token = parse.tokens[index]
    return "VerbForm=Part" in token.feats or token.text.lower().endswith(("ed", "en", "t")) or token.upos == "ADJ"


def _governed(parse: Parse, units: Index, head: int, depth: int) -> Iterator[Found]:
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
    yield from verb_says(parse, units, token.head, role)
    for below in (*_complements(parse, token.head), *_controlled(parse, token.head, role)):
        yield from verb_says(parse, units, below, "object" if _passive(parse, below) else "subject")
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
    if token.upos == "ADJ" and "cop" in labels:
        return True  # "12 protesters were hurt"
    if "aux:pass" in labels or "nsubj:pass" in labels or "Voice=Pass" in token.feats:
        return True
    adjectival = token.upos == "VERB" and "Degree=" in token.feats  # "five others hurt"
    bare = adjectival or ("VerbForm=Part" in token.feats and "Tense=Past" in token.feats)
    return bare and not any(label.startswith("aux") for label in labels) and "obj" not in labels


def _complements(parse: Parse, verb: int) -> Iterator[int]:
    """The open complements of a verb, and those under them: what "feared", "forced", "left", "made" go on to say."""
    for child in parse.children[verb]:
        label = parse.tokens[child].deprel
        led = label in ("obl", "advcl") and case_of(parse, child) == "as"  # "registered as missing"
        if label in ("xcomp", "ccomp", "advcl:pred") or led or (label == "obl" and parse.tokens[verb].lemma in ("leave", "force", "make")):
            yield child
            yield from _complements(parse, child)


def _controlled(parse: Parse, verb: int, role: str) -> Iterator[int]:
    """Passive adverbial clauses that share the subject: "1,900 people were in tents after being displaced"."""
    if role != "subject":
        return
    for child in parse.children[verb]:
        if parse.tokens[child].deprel == "advcl" and _passive(parse, child) and not _has_own_subject(parse, child):
            yield child


def verb_says(parse: Parse, units: Index, verb: int, role: str) -> Iterator[Found]:
    """By a verb whose argument the count is. role: subject or object."""
    for meaning in units.verb_meanings(parse.tokens[verb].text.lower()):
        fits = meaning.argument is Argument.EITHER or meaning.argument == role
        if fits and _stand_beside(parse, verb, meaning):
            yield Found(meaning.of, f"verb.{role}", verb)
    if role == "object":
        yield from (
            Found(meaning.of, "light", child)
            for child in parse.children[verb]
            if parse.tokens[child].deprel == "obj"
            for meaning in units.noun_meanings(parse.tokens[child].text.lower())
            if meaning.argument is Argument.OF and parse.tokens[child].text.lower() in ("lives", "life")
        )


def _state_says(parse: Parse, units: Index, index: int) -> Iterator[Found]:
    for meaning in units.state_meanings(parse.tokens[index].text.lower()):
        yield Found(meaning.of, "state", index)


def _said_of(parse: Parse, units: Index, head: int, predicate: int) -> Iterator[Found]:
    """A headline's bare phrase: "12 dead", "Three killed in raid"."""
    for child in parse.children[predicate]:
        yield from _state_says(parse, units, child)


def _described(parse: Parse, units: Index, head: int, noun: int | None) -> Iterator[Found]:
    """By participles, adjectives and relative clauses on the phrase: "300 people displaced by", "12 dead", "people who fled"."""
    for index in dict.fromkeys(at for at in (head, noun) if at is not None):
        for child in parse.children[index]:
            token = parse.tokens[child]
            if _has_own_subject(parse, child):
                continue
            if token.deprel in ("acl", "amod", "acl:relcl", "conj", "dep", "appos"):
                role = "object" if token.deprel == "amod" or _passive(parse, child) or "VerbForm=Part" in token.feats else "subject"
                if token.deprel in ("conj", "appos") and (token.upos != "VERB" or _is_counted(parse, child)):
                    continue
                yield from verb_says(parse, units, child, role)
                for below in _complements(parse, child):
                    yield from verb_says(parse, units, below, "subject")
            yield from _state_says(parse, units, child)
    token = parse.tokens[head]
    if token.head >= 0 and token.deprel in ("nsubj", "nsubj:pass", "nsubj:outer"):
        yield from _state_says(parse, units, token.head)


def _is_counted(parse: Parse, index: int) -> bool:
    return any(parse.tokens[child].deprel == "nummod" for child in parse.children[index])


def _has_own_subject(parse: Parse, index: int) -> bool:
    """A participle that says something of another noun: "civilians, including hundreds displaced"."""
    return any(
        parse.tokens[child].deprel in ("nsubj:pass", "nsubj") and parse.tokens[child].upos != "PRON" for child in parse.children[index]
    )


def _under_noun(parse: Parse, units: Index, head: int) -> Iterator[Found]:
    """By the noun that the phrase hangs under: "the deaths of thousands", "the evacuation of 60 families", "home to four million"."""
    at = head
    for _ in range(3):
        token = parse.tokens[at]
        if token.head < 0 or token.deprel not in ("nmod", "obl", "conj", "appos", "nmod:poss", "compound", "dep", "obl:arg"):
            return
        above = parse.tokens[token.head]
        case = case_of(parse, at)
        for meaning in units.noun_meanings(above.text.lower()):
            joined = token.deprel in ("conj", "appos")
            if not joined and case in NUMBER_CASES and stand_before(parse, above.index, meaning):
                yield Found(meaning.of, "under", above.index)
        if case in ("of", "to", "") and above.upos == "VERB" and above.text.lower().endswith("ing"):
            yield from verb_says(parse, units, above.index, "object")
        at = above.index


def _toll(parse: Parse, units: Index, head: int, *, elided: bool) -> Iterator[Found]:
    """ "bringing the toll to 41", "the death toll rose to 41", "raising the number of dead to 41"."""
    token = parse.tokens[head]
    if token.head < 0 or (case_of(parse, head) not in RISES and token.deprel not in ("obj", "xcomp", "nmod", "obl")):
        verb_is = token.head < 0 and any(parse.tokens[child].deprel == "cop" for child in parse.children[head])
        if not verb_is:
            return
    governor = token.head if token.head >= 0 else head
    while governor != head and parse.tokens[governor].upos == "NUM" and parse.tokens[governor].head >= 0:
        governor = parse.tokens[governor].head  # "from 29 to 33": the second hangs under the first
    near = (governor, *parse.children[governor]) if governor != head else parse.children[head]
    for index in near:
        word = parse.tokens[index].text.lower()
        counts = word in TOLLS or (elided and word in STATED_PEOPLE | POPULATIONS)
        if index == head or not counts or parse.tokens[index].deprel not in TOLL_ROLES:
            continue
        found = _toll_of(parse, units, index)
        if found is not None:
            yield found


def _toll_of(parse: Parse, units: Index, toll: int) -> Found | None:
    """What a toll counts: its compound or complement says ("death toll", "number of wounded"); a bare toll counts the killed."""
    for child in parse.children[toll]:
        token = parse.tokens[child]
        if token.deprel in ("compound", "nmod", "amod", "nmod:poss"):
            word = token.text.lower()
            meanings = (*units.noun_meanings(word), *units.state_meanings(word), *units.verb_meanings(word))
            if meanings:
                return Found(meanings[-1].of, "toll", toll)
            inner = next(_described(parse, units, child, None), None)
            if inner is not None:
                return Found(inner.of, "toll", toll)
    meanings = units.noun_meanings(parse.tokens[toll].text.lower())
    return Found(meanings[-1].of, "toll", toll) if meanings else None


# ── Companions and neighbours ──


def _stand_beside(parse: Parse, verb: int, meaning: Meaning) -> bool:
    """Whether the companion words of a meaning follow its verb in its sentence, and its context words stand there or in the one before."""
    if meaning.near and not _in_context(parse, verb, meaning.near):
        return False
    if meaning.beside == ("in",):  # "has taken in 300", not "were taken in Edmonton"
        return parse.tokens[verb + 1 : verb + 2] != () and parse.tokens[verb + 1].text.lower() == "in" and not _passive(parse, verb)
    if not meaning.beside:
        return True
    end = min(verb + 1 + BESIDE_AFTER, len(parse.tokens))
    after = [token.text.lower() for token in parse.tokens[verb + 1 : end] if token.sentence == parse.tokens[verb].sentence]
    return all(word in after or (word == "@place" and _leaves_place(parse, verb)) for word in meaning.beside)


def _leaves_place(parse: Parse, verb: int) -> bool:
    """Whether the object of a verb is a name ("have left Karabakh")."""
    return any(parse.tokens[child].deprel == "obj" and parse.tokens[child].upos == "PROPN" for child in parse.children[verb])


def _in_context(parse: Parse, verb: int, words: tuple[str, ...]) -> bool:
    number = parse.tokens[verb].sentence
    tokens = (parse.tokens[index] for one in parse.sentences[max(0, number - 1) : number + 1] for index in range(one.first, one.end))
    return any(token.text.lower() in words for token in tokens)


def stand_before(parse: Parse, noun: int, meaning: Meaning) -> bool:
    """Whether the words before a noun are those of its meaning ("death toll")."""
    words = tuple(token.text.lower() for token in parse.tokens[max(0, noun - len(meaning.beside)) : noun])
    return words == meaning.beside


def case_of(parse: Parse, index: int) -> str:
    """The preposition before a noun, or "as" before a predicate; "" where there is none."""
    for child in parse.children[index]:
        token = parse.tokens[child]
        if token.deprel == "case" or (token.deprel == "mark" and token.text.lower() == "as"):
            return token.text.lower()
    return ""


def nearest(parse: Parse, units: Index, head: int, noun: int | None) -> Found | None:
    """The nearest telling word of the clause where syntax gives none: words after count nearer than words before."""
    start = noun if noun is not None else head
    sentence = parse.sentences[parse.tokens[start].sentence]
    if case_of(parse, head) in UNTOLD_CASES or _acts(parse, head):
        return None
    best: tuple[float, Found] | None = None
    for index in range(max(sentence.first, start - NEAR_BEFORE), min(sentence.end, start + NEAR_AFTER + 1)):
        distance = index - start if index > start else (start - index) * 1.5 + 2
        if index == start or (best is not None and distance >= best[0]) or _parted(parse, start, index):
            continue
        found = _telling(parse, units, index, after=index > start)
        if found is not None:
            best = (distance, found)
    return best[1] if best is not None else None


def _acts(parse: Parse, head: int) -> bool:
    """Whether the phrase is the subject of a finite active verb, so that what follows is done by it, not to it."""
    token = parse.tokens[head]
    if token.deprel != "nsubj" or token.head < 0 or _passive(parse, token.head):
        return False
    verb = parse.tokens[token.head]
    return (
        verb.upos == "VERB"
        and "VerbForm=Fin" in verb.feats
        and any(parse.tokens[child].deprel == "obj" for child in parse.children[verb.index])
    )


def _telling(parse: Parse, units: Index, index: int, *, after: bool) -> Found | None:
    """What one word tells of a number near it: a verb before it of its object, one after it of its subject or (passive) its object."""
    word = parse.tokens[index].text.lower()
    if parse.tokens[index].upos in ("VERB", "ADJ"):
        for meaning in (*units.verb_meanings(word), *units.state_meanings(word)):
            told = (Argument.SUBJECT if after and not _passive(parse, index) else Argument.OBJECT, Argument.EITHER, Argument.STATE)
            if meaning.argument in told and _stand_beside(parse, index, meaning):
                return Found(meaning.of, "near", index)
    if parse.tokens[index].upos == "NOUN":
        for meaning in units.noun_meanings(word):
            if meaning.of not in PEOPLE_NOUNS and stand_before(parse, index, meaning):
                return Found(meaning.of, "near", index)
    return None


def _parted(parse: Parse, one: int, other: int) -> bool:
    """Whether a semicolon, a bracket, "including" or another number stands between two tokens."""
    low, high = sorted((one, other))
    between = parse.tokens[low + 1 : high]
    return any(token.text.lower() in PARTING or (token.upos == "NUM" and one < other) for token in between)
