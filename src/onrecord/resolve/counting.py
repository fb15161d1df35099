"""What a number counts: the noun in its phrase, and what that noun or the words around it say happened: killed, injured, displaced …"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from onrecord.lexicon.lists import word_row, word_set
from onrecord.lexicon.units import Index
from onrecord.records import Parse, QuantityOf, Span, Unit
from onrecord.resolve.telling import PEOPLE_NOUNS, STATED_PEOPLE, Found, case_of, meanings_around, nearest, stand_before, verb_says

NUMBER_LINKS = frozenset(["nummod", "compound", "nummod:gov", "amod", "det", "fixed", "flat", "goeswith", "nmod:unmarked", "det:predet"])
CARRIERS = word_set("counting.carriers")
MOVES = word_row("acts.move_stems")
THINGS_TOO = word_row("acts.thing_stems")


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
    inside = parse.tokens_in(span)
    phrase = (inside[0].index, inside[-1].index) if inside else (token, token)
    found = next(meanings_around(parse, units, head, noun, phrase), None)
    if found is None and fixed is None and (noun is None or unit is not None or parse.tokens[noun].upos == "NUM"):
        found = nearest(parse, units, head, noun)
    return _settled(parse, units, head, noun, unit, fixed, found)


def _settled(
    parse: Parse, units: Index, head: int, noun: int | None, unit: Unit | None, fixed: Found | None, found: Found | None
) -> Counted:
    """The counted noun says it where it names an outcome (deaths) or a thing; else the word that governs it."""
    if unit in (Unit.ITEMS, Unit.EVENTS, Unit.BUILDINGS) and noun is not None:
        entry = units.counted(parse.tokens[noun].text.lower()) or units.counted(parse.tokens[noun].lemma)
        return Counted(head, noun, (entry.of if entry else None) or QuantityOf.OTHER, unit, "noun", found.governor if found else None)
    if fixed is not None and (found is None or fixed.rule == "outcome"):
        return Counted(head, noun, fixed.of, Unit.PEOPLE, fixed.rule, fixed.governor)
    thing = noun is not None and unit is None and fixed is None and parse.tokens[noun].upos == "NOUN"
    if found is not None and thing and parse.tokens[found.governor].text.lower().startswith(THINGS_TOO):
        return Counted(head, noun, None, Unit.ITEMS, "none")  # "seized six revolvers"
    if found is not None:
        of = _by_noun(parse, units, noun, fixed, found)
        return Counted(head, noun, of, unit or Unit.PEOPLE, found.rule, found.governor)
    return Counted(head, noun, None, unit, "none")


def _by_noun(parse: Parse, units: Index, noun: int | None, fixed: Found | None, found: Found) -> QuantityOf:
    """What the verb says, made precise by the noun: sheltered refugees are hosted, displaced people who live somewhere are displaced."""
    verb = parse.tokens[found.governor].text.lower()
    if found.of is QuantityOf.DISPLACED and verb.startswith(("shelter", "accommodat")) and fixed and fixed.of is QuantityOf.REFUGEES:
        return QuantityOf.HOSTED
    entry = units.counted(parse.tokens[noun].text.lower()) if noun is not None else None
    if found.of is QuantityOf.DISPLACED and entry is not None and entry.id == "c.fighters" and verb.startswith(MOVES):
        return QuantityOf.OTHER  # soldiers who leave or arrive are not displaced
    if found.of is QuantityOf.POPULATION and noun is not None:
        before = (child for child in parse.children[noun] if child < noun and parse.tokens[child].deprel == "amod")
        said = fixed or next((found for child in before for found in verb_says(parse, units, child, "object")), None)
        return said.of if said is not None and said.of in (QuantityOf.DISPLACED, QuantityOf.REFUGEES) else found.of
    return found.of


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
    while (
        not (head != token and units.state_meanings(parse.tokens[head].text.lower()))
        and parse.tokens[head].deprel in NUMBER_LINKS
        and parse.tokens[head].head > head - 1
        and _noun_like(parse, parse.tokens[head].head)
    ):
        head = parse.tokens[head].head
    if head != token:
        return _carried(parse, head), head if parse.tokens[head].upos in ("NOUN", "PROPN", "X") else None
    noun = _partitive_noun(parse, token, lambda index: parse.tokens[index].span[1] <= span[1])
    if noun is not None:
        return _carried(parse, token), noun
    if parse.tokens[token].upos == "NOUN" and units.counted(parse.tokens[token].text.lower()):
        return token, token
    after = _noun_after(parse, units, span)
    return (_carried(parse, token), None) if after is None else (after, after)


def _noun_like(parse: Parse, index: int) -> bool:
    return parse.tokens[index].upos in ("NOUN", "PROPN", "NUM", "ADJ", "PRON", "SYM", "X")


def _carried(parse: Parse, head: int) -> int:
    """From "five" in "a family of five" up to "family", which stands in the sentence for it."""
    token = parse.tokens[head]
    if token.deprel == "nmod" and token.head >= 0 and parse.tokens[token.head].lemma in CARRIERS and case_of(parse, head) == "of":
        return token.head
    return head


def _partitive_noun(parse: Parse, token: int, inside: Callable[[int], bool]) -> int | None:
    """ "thousands of civilians": the noun under "of"."""
    for child in parse.children[token]:
        if child > token and parse.tokens[child].deprel == "nmod" and case_of(parse, child) == "of" and parse.tokens[child].upos != "PRON":
            found = child if not inside(child) else _partitive_noun(parse, child, inside)
            if found is not None:
                return found
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
        if token.upos == "ADJ":
            continue
        if units.counted(token.text.lower()) or units.noun_meanings(token.text.lower()):
            return index
    return None


def _unit_of(parse: Parse, units: Index, noun: int | None) -> Unit | None:
    if noun is None:
        return None
    token = parse.tokens[noun]
    entry = units.counted(token.text.lower()) or units.counted(token.lemma.lower())
    return entry.unit if entry is not None else None


def _outcome(parse: Parse, units: Index, noun: int | None) -> Found | None:
    """A counted noun that says by itself what happened ("12 deaths"), or what its people are ("12 hostages", weaker)."""
    if noun is None:
        return None
    word = parse.tokens[noun].text.lower()
    for meaning in units.noun_meanings(word):
        if stand_before(parse, noun, meaning):
            people = meaning.of is not QuantityOf.CASUALTIES and (units.counted(word) is not None or meaning.of in PEOPLE_NOUNS)
            people = (people or word in STATED_PEOPLE) and not _told_in_turn(parse, noun)
            return Found(meaning.of, "noun" if people else "outcome", noun)
    return None


def _told_in_turn(parse: Parse, noun: int) -> bool:
    """The participle of a list: "three were left dead, five wounded"."""
    token = parse.tokens[noun]
    return token.deprel == "conj" and "VerbForm=Part" in token.feats and parse.tokens[token.head].upos in ("VERB", "ADJ")
