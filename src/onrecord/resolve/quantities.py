"""Quantities: how many, of what, in which group, in what scope, and what a figure is part of or adds to.

Numbers and their bounds come from the grammar in ``lexicon``; here the syntax around them tells what they count. Conventions, with the
reasons for them, are in docs/method/figures.md; the conservative reading of vague words follows ACLED's rule (dozens 12, hundreds 100).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from onrecord.lexicon import Lexicon
from onrecord.lexicon.lists import word_row, word_set
from onrecord.lexicon.numbers import Number, NumberKind
from onrecord.records import (
    Actor,
    Exactness,
    Mention,
    MentionKind,
    Parse,
    Participant,
    ParticipantRole,
    Quantity,
    QuantityOf,
    Scope,
    Span,
    Unit,
    actor_code,
)
from onrecord.resolve.counting import Counted, find_counted
from onrecord.resolve.scopes import Placed, Timeline, place_in_time

_LATER_WHOLE = re.compile(r"^\s(?:out )?of (?:the |its |their |his |her )?$|\b(?:was|were|are|is|be|been) among (?:the |at least )?$")
_OWNED = re.compile(r"\bof (our|his|her|its|their|my|your) ", re.IGNORECASE)  # "four of our men" are part of no figure before
INCLUDING = word_set("conjunctions.including")
INCLUDING_REACH = 6  # words before a number in which "including" makes it a part of the figure before
FIGURES_BACK = 12  # figures before one that it may be part of, add to or take its noun from
VAGUE_WORDS = word_set("counting.vague")
FALLS_ON = word_row("prepositions.falls_on")
PEOPLE_FATES = frozenset(
    [QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CASUALTIES, QuantityOf.MISSING, QuantityOf.CAPTURED, QuantityOf.RECOVERED]
)
NAMED_FATES = frozenset([QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CASUALTIES, QuantityOf.RECOVERED])
SECTORS = {
    QuantityOf.DISPLACED: ("CVL", "REF"),
    QuantityOf.REFUGEES: ("REF",),
    QuantityOf.HOSTED: ("REF",),
    QuantityOf.RETURNED: ("CVL", "REF"),
}
ROLES = {QuantityOf.POPULATION: ParticipantRole.RECIPIENT, QuantityOf.HOSTED: ParticipantRole.BENEFICIARY}
INANIMATE = frozenset([Unit.ITEMS, Unit.EVENTS, Unit.BUILDINGS, Unit.CURRENCY, Unit.PERCENT])


class _Read(NamedTuple):
    """A quantity mention with its number and what it counts."""

    mention: Mention
    number: Number
    counted: Counted | None


class _Setting(NamedTuple):
    """What the figures of one report are resolved against."""

    parse: Parse
    by_id: dict[str, Mention]
    timeline: Timeline
    actors: dict[int, Mention]
    lexicon: Lexicon


def resolve_quantities(parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon) -> tuple[Mention, ...]:
    """All mentions, those of kind ``quantity`` with their quantity; one that counts nothing the contract names has ``of`` "other".

    Groups take the actor of the mention that they are, so actors and times are to be resolved before.
    """
    by_id = {mention.id: mention for mention in mentions}
    setting = _Setting(parse, by_id, Timeline(parse, mentions), _actors_by_head(parse, mentions), lexicon)
    reads = _readings(parse, mentions, lexicon)
    before: list[Quantity] = []
    for read in reads:
        before.append(_quantity(setting, read, before[-FIGURES_BACK:]))
    linked = _with_later_wholes(parse, before)
    done = {read.mention.id: quantity for read, quantity in zip(reads, linked, strict=True)}
    return tuple(
        msgspec.structs.replace(mention, quantity=done.get(mention.id)) if mention.kind is MentionKind.QUANTITY else mention
        for mention in mentions
    )


def _readings(parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon) -> list[_Read]:
    """The quantity mentions in text order, each with its number."""
    text = parse.document.text
    inner = [timex.span for timex in lexicon.times.find_timexes(text) if not timex.outer]
    numbers = {number.span: number for number in lexicon.units.find_numbers(text, skip=inner)}
    reads = []
    for mention in sorted((one for one in mentions if one.kind is MentionKind.QUANTITY), key=lambda one: one.span):
        number = numbers.get(mention.span) or _number_in(mention, lexicon)
        if number is None:
            continue
        plain = number.kind in (NumberKind.COUNT, NumberKind.PERCENT)
        counted = find_counted(parse, lexicon.units, number.span, number.number_span) if plain else None
        reads.append(_Read(mention, number, counted))
    return reads


def _number_in(mention: Mention, lexicon: Lexicon) -> Number | None:
    """The number of an extent that another finder drew, with its spans moved to the document's."""
    start = mention.span[0]
    found = next(iter(lexicon.units.find_numbers(mention.text)), None)
    if found is None:
        return None
    moved = (found.number_span[0] + start, found.number_span[1] + start) if found.number_span else None
    return msgspec.structs.replace(found, span=mention.span, number_span=moved)


# ── One quantity ──


def _quantity(setting: _Setting, read: _Read, before: Sequence[Quantity]) -> Quantity:
    number, counted = read.number, read.counted
    part_of = _part_of(setting.parse, read, before)
    of, unit = _of_and_unit(setting.parse, read, before, part_of)
    group = _group(setting, read, before, part_of, of, unit)
    placed = _placed(setting, read, of, part_of, before)
    return Quantity(
        span=read.mention.span,
        number_span=number.number_span,
        text=read.mention.text,
        of=of,
        unit=unit,
        group=_as_role(group, of) if group is not None else None,
        low=number.low,
        low_conservative=number.low_conservative,
        best=number.best,
        high=number.high,
        exactness=number.exactness,
        scope=placed.scope,
        period=placed.period,
        part_of=part_of.span if part_of is not None else None,
        additive=part_of is None and counted is not None and (number.additive or _follows_a_count(setting, group, of)),
    )


def _of_and_unit(parse: Parse, read: _Read, before: Sequence[Quantity], part_of: Quantity | None) -> tuple[QuantityOf, Unit]:
    number, counted = read.number, read.counted
    if number.kind is NumberKind.MONEY:
        return QuantityOf.MONEY, Unit.CURRENCY
    if number.kind is NumberKind.WORD:
        return number.implies or QuantityOf.OTHER, Unit.PEOPLE
    of = counted.of if counted is not None else None
    unit = counted.unit if counted is not None else None
    if number.kind is NumberKind.PERCENT:
        return QuantityOf.OTHER, Unit.PERCENT
    if of is None and part_of is not None and (unit in (None, Unit.PEOPLE) or part_of.unit is unit):
        return part_of.of, unit or part_of.unit
    if of is None and number.superseded and before and _sentence_of(parse, before[-1].span) == _sentence_of(parse, read.mention.span):
        return before[-1].of, unit or before[-1].unit
    near = before and _sentence_of(parse, read.mention.span) - _sentence_of(parse, before[-1].span) <= 1
    if of is None and number.additive and near and unit in (None, Unit.PEOPLE):
        return before[-1].of, unit or before[-1].unit
    people = of is not None or number.partitive or (unit is None and number.exactness is Exactness.VAGUE and _acts_alone(parse, counted))
    return of or QuantityOf.OTHER, unit or (Unit.PEOPLE if people else Unit.ITEMS)


def _acts_alone(parse: Parse, counted: Counted | None) -> bool:
    """ "Thousands took to the streets": a round number alone that does something is people."""
    return counted is not None and counted.noun is None and parse.tokens[counted.head].deprel in ("nsubj", "nsubj:pass")


def _part_of(parse: Parse, read: _Read, before: Sequence[Quantity]) -> Quantity | None:
    """The figure that this one is part of: the nearest before it where the text says "including", "among them", "of whom", "of them"."""
    if not before or read.number.kind is NumberKind.MONEY:
        return None
    sentence = _sentence_of(parse, read.mention.span)
    here = [quantity for quantity in before if _sentence_of(parse, quantity.span) == sentence and quantity.unit is not Unit.CURRENCY]
    if read.number.partitive:
        near = here or [quantity for quantity in before if sentence - _sentence_of(parse, quantity.span) <= 1]
        able = [quantity for quantity in near if _can_hold(quantity, read.number)]
        return able[-1] if able and not _OWNED.search(read.mention.text + _after(parse, read.mention.span)) else None
    if not here:
        return None
    token = parse.token_at(read.mention.span[0])
    if token is None:
        return None
    last = here[-1]
    if _introduced(parse, token):
        return _large_enough(here, last, read.number)
    if len(here) == 1 and _is_fronted(parse, last.span):
        return last if last.part_of is None else _whole(here, last)
    if last.part_of is not None and _coordinated(parse, last.span, token):
        return _whole(here, last)
    return None


def _with_later_wholes(parse: Parse, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Parts that stand before their whole: "19 of the 22 hostages", "two children were among five people killed"."""
    linked = list(quantities)
    for number, (part, whole) in enumerate(pairwise(quantities)):
        between = parse.text_of((part.span[1], whole.span[0])) if part.span[1] <= whole.span[0] else ""
        if _sentence_of(parse, part.span) != _sentence_of(parse, whole.span) or not _LATER_WHOLE.search(between):
            continue
        of = whole.of if part.of is QuantityOf.OTHER and "among" in between else part.of
        linked[number] = msgspec.structs.replace(part, of=of, part_of=whole.span, group=part.group or whole.group)
        if whole.part_of == part.span:
            linked[number + 1] = msgspec.structs.replace(whole, part_of=None)
    return linked


def _can_hold(whole: Quantity, part: Number) -> bool:
    """Whether a figure is one of people, and no smaller than its part."""
    return (
        whole.unit is not Unit.PERCENT and whole.of is not QuantityOf.WEAPONS and not (whole.high and part.best and part.best > whole.high)
    )


def _after(parse: Parse, span: Span) -> str:
    return parse.document.text[span[1] : span[1] + len(" of their ")]


def _large_enough(here: Sequence[Quantity], nearest: Quantity, part: Number) -> Quantity | None:
    """The figure before that a part fits in: "30 were killed, nine of them, including two children" gives two of the nine."""
    at: Quantity | None = nearest
    while at is not None and at.best is not None and part.best is not None and part.best > at.best:
        at = _whole(here, at)
    return at


def _whole(here: Sequence[Quantity], part: Quantity) -> Quantity | None:
    return next((quantity for quantity in here if quantity.span == part.part_of), None)


def _introduced(parse: Parse, token: int) -> bool:
    """Whether "including", "among them" or "of whom" stands just before a number, with no other number or clause between."""
    for index in range(token - 1, max(-1, token - 1 - INCLUDING_REACH), -1):
        word = parse.tokens[index]
        if word.sentence != parse.tokens[token].sentence or (word.upos in ("NUM", "VERB") and word.text.lower() not in INCLUDING):
            return False
        if word.text.lower() in INCLUDING:
            return word.text.lower() not in ("whom", "which") or parse.tokens[index - 1].text.lower() in ("of", "among", "amongst")
        if word.text in (".", ";", ":"):
            return False
    return False


def _is_fronted(parse: Parse, span: Span) -> bool:
    """ "Of the 45 people on board, 30 were killed": the whole comes first under "of"."""
    first = parse.token_at(span[0])
    if first is None:
        return False
    before = [token.text.lower() for token in parse.tokens[max(0, first - 3) : first] if token.sentence == parse.tokens[first].sentence]
    opens = parse.sentences[parse.tokens[first].sentence].first
    return first - opens <= 3 and "of" in before[:1]


def _coordinated(parse: Parse, span: Span, token: int) -> bool:
    """Whether nothing but a list stands between a part and the next number ("including two children and three women")."""
    first = parse.token_at(span[1] - 1)
    if first is None:
        return False
    between = parse.tokens[first + 1 : token]
    return (
        len(between) <= 8
        and any(word.text in (",", "and") for word in between)
        and not any(word.upos in ("VERB", "AUX") for word in between)
    )


def _sentence_of(parse: Parse, span: Span) -> int:
    token = parse.token_at(span[0])
    return parse.tokens[token].sentence if token is not None else -1


# ── Scope ──


def _placed(setting: _Setting, read: _Read, of: QuantityOf, part_of: Quantity | None, before: Sequence[Quantity]) -> Placed:
    token = setting.parse.token_at(read.mention.span[0])
    if part_of is not None and (read.counted is None or read.counted.of is None or of is part_of.of or part_of.scope.value == "stock"):
        return Placed(part_of.scope, part_of.period)
    if (
        read.number.superseded
        and before
        and before[-1].of is of
        and _sentence_of(setting.parse, before[-1].span) == _sentence_of(setting.parse, read.mention.span)
    ):
        return Placed(before[-1].scope, before[-1].period)
    if read.number.kind is NumberKind.WORD and read.number.exactness is Exactness.VAGUE:
        return Placed(Scope.INCIDENT, None)  # "the deadliest attack this year" is one attack
    if token is None:
        return place_in_time(setting.parse, setting.timeline, read.mention.span, 0, None, of, None, "none")
    counted = read.counted
    head = counted.head if counted is not None else token
    size = next((value for value in (read.number.best, read.number.low, read.number.high) if value is not None), None)
    governor = counted.governor if counted is not None else None
    rule = counted.rule if counted is not None else "word"
    return place_in_time(setting.parse, setting.timeline, read.mention.span, head, governor, of, size, rule, additive=read.number.additive)


# ── Group ──


def _actors_by_head(parse: Parse, mentions: Sequence[Mention]) -> dict[int, Mention]:
    """Per token, the actor mention that it heads; the longest where several do."""
    found: dict[int, Mention] = {}
    for mention in mentions:
        token = parse.token_at(mention.head[0]) if mention.kind is MentionKind.ACTOR else None
        if token is not None and (token not in found or _length(mention) > _length(found[token])):
            found[token] = mention
    return found


def _length(mention: Mention) -> int:
    return mention.span[1] - mention.span[0]


def _group(
    setting: _Setting, read: _Read, before: Sequence[Quantity], part_of: Quantity | None, of: QuantityOf, unit: Unit
) -> Participant | None:
    """Who is counted: the counted noun, the ones a loss falls on, or, where the noun is left out, the group of the figure before."""
    if unit in INANIMATE and of is not QuantityOf.CASUALTIES:
        return None
    if read.number.kind is NumberKind.WORD:
        return _losers(setting, read)
    noun = read.counted.noun if read.counted is not None else None
    if noun is not None and not _is_outcome(read, noun):
        return _participant(setting, noun, of)
    if noun is not None:
        below = _below(setting.parse, noun)
        if below is not None:
            return _participant(setting, below, of)
        if of is QuantityOf.CASUALTIES and setting.parse.tokens[noun].lemma == "victim":
            return _participant(setting, noun, of)
    if part_of is not None and part_of.group is not None:
        return _implicit(part_of.group, of) if not read.number.partitive else part_of.group
    if read.counted is not None and read.counted.rule == "toll":
        return None  # a toll counts others than the figure before it
    return _inherited(setting, read, before, of)


def _is_outcome(read: _Read, noun: int) -> bool:
    return read.counted is not None and read.counted.rule == "outcome" and read.counted.governor == noun


def _below(parse: Parse, noun: int) -> int | None:
    """Whose deaths: the noun under "of" or "among"."""
    return next((child for child in parse.children[noun] if parse.tokens[child].deprel in ("nmod", "nmod:poss") and child != noun), None)


def _inherited(setting: _Setting, read: _Read, before: Sequence[Quantity], of: QuantityOf) -> Participant | None:
    """ "34 soldiers were killed and dozens more injured": the dozens are soldiers too; only within one sentence."""
    sentence = _sentence_of(setting.parse, read.mention.span)
    for quantity in reversed(before):
        if _sentence_of(setting.parse, quantity.span) != sentence:
            return None
        if quantity.group is not None and quantity.of in PEOPLE_FATES | set(SECTORS) and not _names_its_fate(setting, quantity):
            return quantity.group if of in PEOPLE_FATES | set(SECTORS) else None
    return None


def _names_its_fate(setting: _Setting, quantity: Quantity) -> bool:
    """Whether a group is called by what happened to it, so that others are not of it: "17 bodies and 40 wounded"."""
    return quantity.of in NAMED_FATES and quantity.of in _fates_named(setting, quantity.group)


def _follows_a_count(setting: _Setting, group: Participant | None, of: QuantityOf) -> bool:
    """Whether those who died were counted before as something else: "two of the wounded died" adds to the dead of that attack."""
    return of is QuantityOf.KILLED and QuantityOf.INJURED in _fates_named(setting, group)


def _fates_named(setting: _Setting, group: Participant | None) -> set[QuantityOf | None]:
    """What the noun of a group says that befell it."""
    token = setting.parse.token_at(group.head[0]) if group is not None and group.head is not None else None
    if token is None:
        return set()
    return {meaning.of for meaning in setting.lexicon.units.noun_meanings(setting.parse.tokens[token].text.lower())}


def _implicit(group: Participant, of: QuantityOf) -> Participant:
    """The group that the text leaves out but its whole makes certain."""
    actor = _as_sector(group.actor, of)
    return msgspec.structs.replace(group, span=None, head=None, text=None, path="implicit", actor=actor)


def _participant(setting: _Setting, token: int, of: QuantityOf) -> Participant:
    parse = setting.parse
    mention = setting.actors.get(token)
    if mention is not None:
        span, head, text, actor = mention.span, mention.head, mention.text, _as_sector(_actor_of(setting, mention), of)
        return Participant(span=span, head=head, text=text, mention=mention.id, role=ParticipantRole.VICTIM, path="", actor=actor)
    span = _noun_span(parse, token)
    return Participant(
        span=span, head=parse.tokens[token].span, text=parse.text_of(span), mention=None, role=ParticipantRole.VICTIM, path="", actor=None
    )


def _actor_of(setting: _Setting, mention: Mention) -> Actor | None:
    """The actor of a mention, or of the one that it refers to."""
    seen: set[str] = set()
    at: Mention | None = mention
    while at is not None and at.actor is None and at.refers_to is not None and at.id not in seen:
        seen.add(at.id)
        at = setting.by_id.get(at.refers_to)
    return at.actor if at is not None else None


def _noun_span(parse: Parse, token: int) -> Span:
    """A noun with the adjectives and names before it, without its number."""
    first = token
    while (
        first - 1 in parse.children[token]
        and parse.tokens[first - 1].deprel in ("amod", "compound", "flat", "nmod:poss")
        and parse.tokens[first - 1].upos != "NUM"
        and parse.tokens[first - 1].text.lower() not in VAGUE_WORDS
    ):
        first -= 1
    return parse.tokens[first].span[0], parse.tokens[token].span[1]


def _as_role(group: Participant, of: QuantityOf) -> Participant:
    return msgspec.structs.replace(group, role=ROLES.get(of, ParticipantRole.VICTIM))


def _as_sector(actor: Actor | None, of: QuantityOf) -> Actor | None:
    """Displaced civilians and refugees are coded as such, whatever they were before."""
    sectors = SECTORS.get(of)
    if actor is None or sectors is None or actor.sectors not in ((), ("CVL",), ("UNK",), ("CVL", "REF"), ("REF",)):
        return actor
    return msgspec.structs.replace(actor, id=None, sectors=sectors, code=actor_code(actor.country, sectors))


def _losers(setting: _Setting, read: _Read) -> Participant | None:
    """Who suffers "heavy losses" or a "deadly attack": those it is inflicted on, else the ones who have or suffer it."""
    parse = setting.parse
    tokens = parse.tokens_in(read.mention.span)
    if not tokens:
        return None
    noun = tokens[-1].index
    if parse.tokens[noun].upos == "ADJ" and parse.tokens[noun].head >= 0:
        noun = parse.tokens[noun].head
    governor = parse.tokens[noun].head
    for above in [noun] if governor < 0 else [noun, governor]:
        for child in parse.children[above]:
            if parse.tokens[child].deprel in ("obl", "nmod") and _case(parse, child) in FALLS_ON and _may_lose(setting, child):
                return _participant(setting, child, QuantityOf.CASUALTIES)
    if governor >= 0 and parse.tokens[noun].deprel == "obj" and read.number.exactness is Exactness.UNSPECIFIED:
        for child in parse.children[governor]:
            if parse.tokens[child].deprel in ("nsubj", "nsubj:pass") and _may_lose(setting, child):
                return _participant(setting, child, QuantityOf.CASUALTIES)
    return None


def _case(parse: Parse, index: int) -> str:
    return next((parse.tokens[child].text.lower() for child in parse.children[index] if parse.tokens[child].deprel == "case"), "")


def _may_lose(setting: _Setting, token: int) -> bool:
    """Whether a noun names people or those who act."""
    if token in setting.actors or setting.parse.tokens[token].upos == "PRON":
        return True
    entry = setting.lexicon.units.counted(setting.parse.tokens[token].text.lower())
    return entry is not None and entry.unit is Unit.PEOPLE
