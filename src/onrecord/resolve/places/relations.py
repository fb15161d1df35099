"""Reads a mention of a place: its name, what holds it, and how the text relates to it ("10 km south of", "western", "the border of")."""

from __future__ import annotations

import re
from typing import NamedTuple

from onrecord.gazetteer import Gazetteer
from onrecord.gazetteer.names import fold
from onrecord.lexicon.lists import word_row, word_sorts
from onrecord.records import Mention, Parse, PlaceRelation, Span
from onrecord.resolve.places.candidates import type_kinds
from onrecord.resolve.places.nested import NOT_ALONE

_MAX_BEFORE = 90  # characters before a name in which its relation is looked for

COMPASS = {side: float(degrees) for side, degrees in word_sorts("places.compass").items()}
_SIDE = r"(?:(?:north|south)(?:[- ]?(?:east|west))?|east|west)"
_PART = rf"(?:(?:far |mid-?|outer |inner )?(?:{_SIDE}(?:ern(?:most)?)?|central|upper|lower|coastal|southernmost|mid))"
_THE = r"(?:(?:the|its|their|his|her|a|an)\s+)?"
_KIND = (
    r"(?:city|town|village|port|capital|province|governorate|region|district|state|county|area|camp|neighbou?rhood|"
    r"suburb|municipality|territory|oblast|island|enclave|strip)\s+of\s+(?:the\s+)?"
)
_OF_KIND = rf"{_THE}(?:[\w-]+\s+){{0,3}}{_KIND}"
_LEAD = rf"(?:{_OF_KIND})?{_THE}"
_WORDED = {word: float(number) for word, number in word_sorts("counting.distances").items()}
_NUMBER = rf"\d+(?:[.,]\d+)?|{'|'.join(_WORDED)}"
_UNIT = r"nautical\s+miles?|km|kms|kilomet(?:er|re)s?|miles?|mi|met(?:er|re)s?|m"

_DISTANCE = re.compile(
    rf"\b(?P<number>{_NUMBER})[\s-]*(?P<unit>{_UNIT})\b(?:\s*\([^)]*\))?(?:\s+(?:away|drive|to\s+the))*\s*(?P<side>{_SIDE})?(?:ern)?\s*"
    rf"(?:of|from|outside|inside|off|beyond)\s+{_LEAD}\Z",
    re.IGNORECASE,
)
_BEARING = re.compile(rf"\b(?P<the>the\s+)?(?P<side>{_SIDE})\s+of\s+{_LEAD}\Z", re.IGNORECASE)
_PART_BEFORE = re.compile(rf"\b(?P<part>{_PART})\s+\Z", re.IGNORECASE)
_RURAL_BEFORE = re.compile(r"\b(?:rural|countryside\s+of|hinterland\s+of|rural\s+(?:areas?|parts)\s+of)\s+(?:the\s+)?\Z", re.IGNORECASE)
_RURAL_AFTER = re.compile(rf"\A(?:['’]s?)?\s+(?:{_PART}\s+)?(?:countryside|hinterland)\b", re.IGNORECASE)
_BORDER_AFTER = re.compile(
    rf"\A(?:['’]s?)?(?:[-–]\w+)?\s+(?:{_PART}\s+)?(?:border|frontier|borders|boundary)\b(?!\s+(?:town|village|city))", re.IGNORECASE
)
_BORDER_BEFORE = re.compile(rf"\b(?:border|frontier|boundary|borders)\s+(?:with|of)\s+{_THE}\Z", re.IGNORECASE)
_CASES: tuple[tuple[re.Pattern[str], PlaceRelation], ...] = tuple(
    (re.compile(rf"\b(?:{words})\s+{_LEAD}(?:{_PART}\s+)?\Z", re.IGNORECASE), relation)
    for words, relation in (
        (r"between", PlaceRelation.BETWEEN),
        (r"along|alongside|(?:on|along)\s+the\s+banks?\s+of|astride", PlaceRelation.ALONG),
        (
            r"near|nearby|close\s+to|closer\s+to|next\s+to|adjacent\s+to|around|not\s+far\s+from|in\s+the\s+vicinity\s+of|bordering|overlooking|off|"
            r"opposite|by|(?:the\s+)?(?:outskirts|edges?|periphery|suburbs|gates|environs|surroundings|entrance|approaches)\s+(?:of|to)",
            PlaceRelation.NEAR,
        ),
        (r"outside|beyond|out\s+of", PlaceRelation.OUTSIDE),
        (r"in|inside|within|at|on|throughout|across|into|to|from|through|over|of|for|against|around|onto|towards?", PlaceRelation.IN),
    )
)


class Reading(NamedTuple):
    """What a mention of a place says.

    name: as to look up, with its type word; None for a description without a name.  span: of the name.  containers: names that hold it.
    part: "northwestern" of it.  bearing: degrees clockwise from north.  rural: its countryside.  noun: the describing head, folded.
    """

    name: str | None
    span: Span
    containers: tuple[str, ...] = ()
    relation: PlaceRelation | None = None
    part: str | None = None
    distance_km: float | None = None
    bearing: float | None = None
    rural: bool = False
    noun: str = ""


def read_mention(parse: Parse, mention: Mention, gazetteer: Gazetteer) -> Reading:
    """The reading of a place mention; its relation is looked for inside the mention and in the words before it."""
    text = parse.document.text
    start, end = _trim(text, mention.span)
    first, *rest = _segments(text, (start, end), gazetteer)
    containers = tuple(name for name in (_container(text[a:b], gazetteer) for a, b in rest) if gazetteer.knows(name))
    sentence_start = max(first[0] - _MAX_BEFORE, _sentence_start(parse, mention.span[0]))
    noun = parse.text_of(mention.head).lower()
    if not mention.named:
        relation = _relation(text[sentence_start:start])
        if noun in _BORDERS:
            partner = _BORDER_WITH.match(text, mention.span[1])
            return Reading(None, first, (partner["name"],) if partner else (), PlaceRelation.BORDER, noun=noun)
        return Reading(None, first, relation=relation, noun=noun)
    return _read_name(text, (start, first), sentence_start, containers, noun, gazetteer)


_BORDER_WITH = re.compile(r"\s+(?:with|of)\s+(?:the\s+)?(?P<name>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*){0,3})")
_BORDERS = word_row("places.borders")


def _read_name(
    text: str, at: tuple[int, Span], sentence_start: int, containers: tuple[str, ...], noun: str, gazetteer: Gazetteer
) -> Reading:
    start, span = at
    lead = text[sentence_start:start]
    inner, owner = _without_owner(text, span, gazetteer)
    inner, part, rural, border = _narrowed(text, inner, gazetteer)
    name, before, after = text[inner[0] : inner[1]], text[sentence_start : inner[0]], text[inner[1] : inner[1] + 40]
    border = border or bool(_BORDER_AFTER.match(after) or _BORDER_BEFORE.search(before))
    distance, bearing, side = _position(before)
    found = _PART_BEFORE.search(before)
    if part is None and found and not gazetteer.knows(f"{found['part']} {name}"):
        part = found["part"]
    relation = _relation_of(before, border=border, distance=distance, bearing=bearing)
    if relation in (None, PlaceRelation.IN) and inner[0] > start:  # "near the University of Aleppo": the words before all of it count
        relation = _relation(lead) or relation
    return Reading(
        name=name,
        span=inner,
        containers=containers + ((owner,) if owner else ()),
        relation=relation,
        part=part or side,
        distance_km=distance,
        bearing=bearing,
        rural=rural or bool(_RURAL_BEFORE.search(before) or _RURAL_AFTER.match(after)),
        noun=noun,
    )


def _narrowed(text: str, span: Span, gazetteer: Gazetteer) -> tuple[Span, str | None, bool, bool]:
    """The span of the name alone, the part of it that is meant, whether its countryside is, and whether its border is."""
    part, whole = None, span
    if not _known(text[span[0] : span[1]], gazetteer):
        span = known_part(text, span, gazetteer, from_start=True)
        if span == whole:
            span, part = _without_part(text, span)
    span, rural, border = _without_nouns(text, span)
    if not rural and not border:
        span = known_part(text, span, gazetteer)
    return span, part, rural, border


def _position(before: str) -> tuple[float | None, float | None, str | None]:
    """Distance and bearing from a place, or the part of it: "10 km north of", "north of", "in the north of"."""
    distance, bearing = _distance(before)
    of = _BEARING.search(before)
    if distance is not None or of is None:
        return distance, bearing, None
    return (None, None, f"{of['side']}ern") if of["the"] else (None, _degrees(of["side"]), None)


def _relation_of(before: str, *, border: bool, distance: float | None, bearing: float | None) -> PlaceRelation | None:
    if border:
        return PlaceRelation.BORDER
    if distance is not None:
        return PlaceRelation.DISTANCE
    if bearing is not None:
        return PlaceRelation.OUTSIDE
    return _relation(before)


def _relation(before: str) -> PlaceRelation | None:
    """What the words up to the name say; None if nothing."""
    for pattern, relation in _CASES:
        if pattern.search(before):
            return relation
    return None


def _distance(before: str) -> tuple[float | None, float | None]:
    """Kilometres and bearing of "about 10 miles (16 km) south-east of", or None."""
    found = _DISTANCE.search(before)
    if not found:
        return None, None
    number = found["number"].lower()
    value = _WORDED.get(number) or float(number.replace(",", ""))
    unit = found["unit"].lower()
    if unit.startswith("nautical"):
        value *= 1.852
    elif unit.startswith("mi"):
        value *= 1.609
    elif unit == "m" or unit.startswith("met"):
        value /= 1000
    return round(value, 1), _degrees(found["side"]) if found["side"] else None


def _degrees(side: str) -> float:
    return COMPASS[re.sub(r"[- ]", "", side.lower())]


_LEADING = re.compile(
    r"\A(?:(?:in|inside|within|at|on|near|nearby|around|throughout|across|along|between|outside|from|to|into|through|over|towards?|off|"
    r"the|a|an|its|their|our|this|that|these|those|all|of|parts?|most|much|whole|entire)\s+)+",
    re.IGNORECASE,
)
_KIND_OF = re.compile(rf"(?i:(?:[\w'’-]+\s+){{0,7}}?{_KIND})(?=[\"“‘]?[^\Wa-z\d_])")
_OWN_KIND = re.compile(
    r"(?:the\s+)?(?P<name>(?:[A-Z][\w’'-]*\s+)+(?:province|governorate|region|district|state|county|municipality|territory|oblast))\s+of\s+(?:the\s+)?(?=[A-Z])"
)
_KIND_ALONE = re.compile(r".+['’]s\s.*\b(?:city|town|village|port|capital|stronghold|district|island|hub)")


def _trim(text: str, span: Span) -> Span:
    """The span without prepositions and articles at its start, possessives and punctuation at its end."""
    start, end = span
    lead = _LEADING.match(text[start:end])
    if lead and lead.end() < end - start:
        start += lead.end()
    while end > start + 1 and text[end - 1] in " \t\n\"”’',.;:)":
        end -= 1
    if text[max(start, end - 2) : end] in ("'s", "’s"):
        end -= 2
    return start, end


def _segments(text: str, span: Span, gazetteer: Gazetteer) -> list[Span]:
    """The pieces between commas (and before "in"): the place, then what holds it.

    For "Syria's largest city of Aleppo" and "Syria's largest city, Aleppo" they are Aleppo and Syria.
    """
    pieces, start = [], span[0]
    for found in re.finditer(r"\s*(?:,|\(|\)|\bin\b)\s*(?:the\s+)?", text[span[0] : span[1]]):
        at = span[0] + found.start()
        if at > start:
            pieces.append((start, at))
        start = span[0] + found.end()
    if start < span[1] or not pieces:
        pieces.append((start, span[1]))
    described, named = pieces[0], pieces[0]
    own = _OWN_KIND.match(text, *described)
    if own is not None and _known(own["name"], gazetteer):  # "Bijapur district of Chhattisgarh"
        return [own.span("name"), (own.end(), described[1]), *pieces[1:]]
    if of := _KIND_OF.match(text, *described):
        described, named = (described[0], of.end()), (of.end(), described[1])
    elif len(pieces) > 1 and _KIND_ALONE.fullmatch(text, *described):
        named = pieces.pop(1)
    if named == described:
        return pieces
    holder = known_part(text, described, gazetteer)
    return [named, *pieces[1:], *([holder] if holder != described else [])]


_CONTAINER_LEAD = re.compile(rf"\A(?:the\s+)?(?:{_PART}\s+)?(?:{_OF_KIND})?(?:the\s+)?", re.IGNORECASE)


def _container(text: str, gazetteer: Gazetteer) -> str:
    if gazetteer.knows(text):
        return text
    lead = _CONTAINER_LEAD.match(text)
    rest = text[lead.end() :] if lead else text
    return rest.strip()


_OWNED = re.compile(rf"(?P<owner>.+?)['’]s\s+(?:(?:{_PART}|[a-z][\w-]*)\s+){{0,4}}(?=[A-Z])")


def _without_owner(text: str, span: Span, gazetteer: Gazetteer) -> tuple[Span, str | None]:
    """Takes "Somalia's" off "Somalia's restive Gedo region", where what is left is a known name; gives the owner back."""
    found = _OWNED.match(text, *span)
    if found is None or not gazetteer.knows(found["owner"]):
        return span, None
    rest = (found.end(), span[1])
    inner = known_part(text, rest, gazetteer)
    name = text[inner[0] : inner[1]]
    return (inner, found["owner"]) if gazetteer.lookup(name, limit=1) else (span, None)


_WORD = re.compile(r"[^\s,;()\"“”/]+")
_MAX_WORDS = 6


def known_part(text: str, span: Span, gazetteer: Gazetteer, *, from_start: bool = False) -> Span:
    """The longest known name of capitalised words inside a span, the leftmost of several; the span itself if it or none of it is known.

    from_start: only names with which the span begins.
    """
    if _known(text[span[0] : span[1]], gazetteer):
        return span
    words = [(span[0] + word.start(), span[0] + word.end()) for word in _WORD.finditer(text[span[0] : span[1]])]
    for length in range(min(len(words), _MAX_WORDS), 0, -1):
        for at in range(1 if from_start else len(words) - length + 1):
            piece = _stripped(text, (words[at][0], words[min(at + length, len(words)) - 1][1]))
            name = text[piece[0] : piece[1]]
            if text[words[at][0]].isupper() and text[words[min(at + length, len(words)) - 1][0]].isupper() and _stands(name, gazetteer):
                return piece
    return span


_COMMON = re.compile(r"\b(?!al\b|el\b|ash\b|as\b|ad\b|an\b|ar\b|at\b|az\b|de\b|la\b|e\b)[a-z]")


def _known(name: str, gazetteer: Gazetteer) -> bool:
    """Whether all of it is the name of a place, its type word left aside."""
    return gazetteer.knows(name) or (_typed(name) and bool(gazetteer.lookup(name, limit=1, loose=not _COMMON.search(name))))


def _typed(name: str) -> bool:
    """Whether nothing but names, and a type word that says what sort of place it is, stand in it: "Idlib province", not "Houston area"."""
    return bool(type_kinds(fold(name))) or not _COMMON.search(name)


def _stripped(text: str, span: Span) -> Span:
    start, end = span
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    while end > start + 1 and text[end - 1] in "’'":
        end -= 1
    return start, end


def _stands(name: str, gazetteer: Gazetteer) -> bool:
    return name.lower().rstrip(".") not in NOT_ALONE and gazetteer.knows(name)


def _without_part(text: str, span: Span) -> tuple[Span, str | None]:
    """Takes "northwestern" off "northwestern Syria"."""
    found = re.match(rf"(?P<part>{_PART})\s+(?:parts?\s+of\s+(?:the\s+)?)?", text[span[0] : span[1]], re.IGNORECASE)
    if found and found.end() < span[1] - span[0]:
        return (span[0] + found.end(), span[1]), found["part"]
    return span, None


_TAIL = re.compile(
    rf"(?:['’]s?)?\s+(?:{_PART}\s+)?(?:(?P<rural>countryside|hinterland)|(?P<border>borders?|frontier|boundary)(?:\s+(?:area|region|zone))?)\Z",
    re.IGNORECASE,
)


def _without_nouns(text: str, span: Span) -> tuple[Span, bool, bool]:
    """Takes "'s southern border" and "countryside" off a name; says which."""
    name = text[span[0] : span[1]]
    rural = bool(lead := re.match(r"rural\s+", name, re.IGNORECASE))
    if lead and lead.end() < len(name):
        span = (span[0] + lead.end(), span[1])
        name = text[span[0] : span[1]]
    tail = _TAIL.search(name)
    if tail is None or tail.start() == 0:
        return span, rural, False
    return (span[0], span[0] + tail.start()), rural or bool(tail["rural"]), bool(tail["border"])


def _sentence_start(parse: Parse, offset: int) -> int:
    for sentence in parse.sentences:
        if sentence.span[0] <= offset < sentence.span[1]:
            return sentence.span[0]
    return max(0, offset - _MAX_BEFORE)
