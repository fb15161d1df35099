"""What linking compares of a claim: its facts, small enough that a hundred thousand fit in memory."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from functools import lru_cache

import msgspec

from onrecord.records import (
    MUTUAL,
    Actor,
    Claim,
    ClaimKind,
    Coding,
    Exactness,
    IncidentRelation,
    Link,
    LinkRole,
    Participant,
    Place,
    PlaceBasis,
    PlaceKind,
    Polarity,
    Quantity,
    QuantityOf,
    RelationType,
    ReportedClaim,
    Scope,
    Status,
    Time,
)

MINUTES_PER_DAY = 24 * 60
# A statement over a longer stretch is about a period, not about an incident.
LONGEST_INCIDENT_DAYS = 31
# A report without a time is about the last days before it was printed.
DAYS_BEFORE_PRINT = 4

# Modes that say what was done to whom, and not by which means.
EFFECTS = frozenset({"destroy", "targeted", "abduct"})

# Quads 2 and 4 of PLOVER: what people do. What they say is evidence about incidents, not an incident.
MATERIAL_TYPES = frozenset({"COOPERATE", "AID", "RETREAT", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"})
HAPPENED = frozenset({Status.OCCURRED, Status.ONGOING})
TIES = frozenset({RelationType.SAME_EVENT, RelationType.IDENTIFIES, RelationType.REPEATS})
PARTS = frozenset({RelationType.RETALIATES_FOR, RelationType.FOLLOWS, RelationType.PART_OF})
APART = frozenset({RelationType.RETALIATES_FOR})  # steps and parts of an attack may be told as one incident, an answer to it may not
HUMAN_COST = (
    QuantityOf.KILLED,
    QuantityOf.INJURED,
    QuantityOf.CASUALTIES,
    QuantityOf.MISSING,
    QuantityOf.CAPTURED,
    QuantityOf.DISPLACED,
)

# How exactly a place is meant, and how far (km) a name of that kind reaches when the gazetteer does not say.
PLACE_LEVEL = {
    PlaceKind.POINT: 4,
    PlaceKind.FACILITY: 4,
    PlaceKind.POPULATED: 4,
    PlaceKind.ADMIN2: 3,
    PlaceKind.ZONE: 2,
    PlaceKind.LINE: 2,
    PlaceKind.ADMIN1: 2,
    PlaceKind.REGION: 2,
    PlaceKind.COUNTRY: 1,
}
USUAL_RADIUS_KM = {4: 5.0, 3: 45.0, 2: 120.0, 1: 600.0}


class Spot(msgspec.Struct, frozen=True):
    """Where, as linking sees it. ``level``: 4 a town or closer, 3 a district, 2 a province, 1 a country.

    lent: the claim does not say it; its paragraph or its report is about that place.
    """

    key: str
    words: frozenset[str]
    stems: frozenset[str]
    level: int
    lat: float | None
    lon: float | None
    radius_km: float
    country: str | None
    admin1: str | None
    fuzzy: bool
    lent: bool


class Side(msgspec.Struct, frozen=True):
    """One reading of who somebody is: a country and a kind of party."""

    id: str | None
    country: str | None
    group: str | None


class Figure(msgspec.Struct, frozen=True):
    """A human cost that a claim reports, as a closed range whose ends may be open (None)."""

    of: str
    low: float | None
    low_conservative: float | None
    best: float | None
    high: float | None
    group: str | None
    part: bool
    additive: bool
    exact: bool


class Source(msgspec.Struct, frozen=True):
    """Who is said to have said it. ``known`` is false where it cannot be told from the outlet; ``text``: the words for it.

    ``country`` and ``group`` as in ``Side``.
    """

    name: str
    known: bool
    country: str | None = None
    group: str | None = None
    text: str | None = None


class Facts(msgspec.Struct, frozen=True):
    """What linking compares of one claim; times in minutes since 1970, half-open, local.

    window: when it may have been: what the claim states, else the days before its report was printed.
    """

    hash: str
    document: str
    sentence: int
    published: str | None
    type: str
    modes: frozenset[str]
    denies: bool
    codable: bool
    start: int | None
    end: int | None
    window: tuple[int, int] | None
    time: Time | None
    spot: Spot | None
    place: Place | None
    actors: tuple[Actor, ...]
    recipients: tuple[Actor, ...]
    actor_sides: tuple[tuple[Side, ...], ...]
    recipient_sides: tuple[tuple[Side, ...], ...]
    figures: tuple[Figure, ...]
    words: frozenset[str]
    again: bool
    source: Source
    affiliation: str | None
    same: tuple[str, ...]
    different: tuple[str, ...]
    relations: tuple[IncidentRelation, ...]


def is_linkable(claim: Claim) -> bool:
    """Whether a claim can be about one incident: something people do that happened or is denied, at a time and not over a period."""
    if claim.event is None or claim.kind not in (ClaimKind.EVENT, ClaimKind.FIGURE):
        return False
    if claim.event.type not in MATERIAL_TYPES or claim.factuality.status not in HAPPENED:
        return False
    if claim.quantities and all(quantity.scope is not Scope.INCIDENT for quantity in claim.quantities):
        return False
    return not _is_period(claim.time)


def _is_period(time: Time | None) -> bool:
    if time is None or time.start is None or time.end is None:
        return time is not None and time.start is not None and time.end is None
    return minutes(time.end) - minutes(time.start) > LONGEST_INCIDENT_DAYS * MINUTES_PER_DAY


@lru_cache(maxsize=4096)
def minutes(moment: str) -> int:
    """Minutes since 1970 of an ISO local time or date."""
    return int((datetime.fromisoformat(moment) - datetime(1970, 1, 1)).total_seconds() // 60)


def report_claims(coding: Coding) -> tuple[ReportedClaim, ...]:
    """The claims of one coding as linking takes them: by hash, with the words of their evidence and what ties them to one another."""
    hashes = {claim.id: claim.hash for claim in coding.claims}
    same: dict[str, set[str]] = {claim.hash: set() for claim in coding.claims}
    different: dict[str, set[str]] = {claim.hash: set() for claim in coding.claims}
    parts: dict[str, list[IncidentRelation]] = {claim.hash: [] for claim in coding.claims}
    for relation in coding.relations:
        source, target = hashes.get(relation.source), hashes.get(relation.target)
        if source is None or target is None:
            continue
        tied = same if relation.type in TIES else different if relation.type in APART else None
        if tied is not None:
            tied[source].add(target)
            tied[target].add(source)
        if relation.type in PARTS:
            parts[source].append(IncidentRelation(type=relation.type, to=target))
    text = coding.document.text
    return tuple(
        ReportedClaim(
            document=coding.document.id,
            published=coding.document.published,
            claim=claim,
            same_event=tuple(sorted(same[claim.hash])),
            different=tuple(sorted(different[claim.hash] - same[claim.hash])),
            text=" ".join(text[start:end] for start, end in claim.evidence),
            relations=tuple(parts[claim.hash]),
        )
        for claim in coding.claims
    )


def facts_of(reported: ReportedClaim) -> Facts:
    """The facts of a linkable claim; its event must not be None."""
    claim = reported.claim
    event = claim.event
    if event is None:
        raise ValueError(f"claim {claim.hash} has no event")
    start, end = _interval(claim.time)
    actors, recipients = _own_side(claim.actors), _own_side(claim.recipients)
    return Facts(
        hash=claim.hash,
        document=reported.document,
        sentence=claim.sentence,
        published=reported.published,
        type=event.type,
        modes=frozenset(event.mode) - EFFECTS,
        denies=claim.factuality.polarity is Polarity.NEGATIVE,
        codable=event.codable,
        start=start,
        end=end,
        window=_window(start, end, reported.published),
        time=claim.time,
        spot=spot_of(claim.place),
        place=claim.place,
        actors=_actors(actors),
        recipients=_actors(recipients),
        actor_sides=_sides(actors),
        recipient_sides=_sides(recipients),
        figures=tuple(figure for quantity in claim.quantities if (figure := _figure(quantity))),
        words=content_words(reported.text),
        again=bool(AGAIN.search(reported.text)),
        source=source_of(claim.attribution),
        affiliation=next((link.affiliation for link in claim.attribution if link.role is LinkRole.PUBLISHER), None),
        same=reported.same_event,
        different=reported.different,
        relations=reported.relations,
    )


def _interval(time: Time | None) -> tuple[int | None, int | None]:
    if time is None or time.start is None or time.end is None:
        return None, None
    return minutes(time.start), minutes(time.end)


def _window(start: int | None, end: int | None, published: str | None) -> tuple[int, int] | None:
    if start is not None and end is not None:
        return start, end
    if published is None:
        return None
    day = minutes(published)
    return day - DAYS_BEFORE_PRINT * MINUTES_PER_DAY, day + MINUTES_PER_DAY


def _own_side(participants: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Without the other party of a clash, which stands on both sides."""
    return tuple(participant for participant in participants if participant.path != MUTUAL)


def _actors(participants: tuple[Participant, ...]) -> tuple[Actor, ...]:
    return tuple(participant.actor for participant in participants if participant.actor is not None)


# ── Who ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

STATE, ARMED, CIVIL = "state", "armed", "civil"
GROUP_OF_SECTOR = (
    dict.fromkeys(("MIL", "GOV", "COP", "SPY", "JUD", "LEG"), STATE)
    | dict.fromkeys(("REB", "UAF", "PRM", "PTY", "OPP", "CRM"), ARMED)
    | dict.fromkeys(("CVL", "REF", "MED", "EDU", "JRN", "AGR", "BUS", "LAB", "REL", "SOC", "ELI"), CIVIL)
)


def sides_of(actor: Actor) -> tuple[Side, ...]:
    """The readings of an actor: its own, then its candidates'."""
    return tuple(dict.fromkeys(_side(reading) for reading in (actor, *actor.candidates)))


def _side(actor: Actor) -> Side:
    group = next((GROUP_OF_SECTOR[sector] for sector in actor.sectors if sector in GROUP_OF_SECTOR), None)
    return Side(actor.id, actor.country, group)


def _sides(participants: tuple[Participant, ...]) -> tuple[tuple[Side, ...], ...]:
    return tuple(sides_of(actor) for actor in _actors(participants))


def source_of(chain: tuple[Link, ...]) -> Source:
    """The innermost speaker of a chain that can be told from others; else the outlet's own voice."""
    for link in chain:
        if link.role in (LinkRole.SPEAKER, LinkRole.RELAY):
            return _speaker(link)
    return Source("", False)


def _speaker(link: Link) -> Source:
    actor = link.actor
    if actor is None:
        return Source("", False, text=link.text)
    side = _side(actor)
    if link.anonymous and side.group not in (STATE, ARMED):
        return Source("", False, text=link.text)  # "residents said": the outlet asked people that no other need have asked
    # An unnamed "official" of a party speaks as that party; a named one keeps the name.
    name = actor.code if link.anonymous or not actor.id else actor.id
    return Source(name or actor.name, True, side.country, side.group, link.text)


# ── How many ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _figure(quantity: Quantity) -> Figure | None:
    if quantity.of not in HUMAN_COST or quantity.scope is not Scope.INCIDENT:
        return None
    group = quantity.group.actor if quantity.group else None
    return Figure(
        of=str(quantity.of),
        low=quantity.low,
        low_conservative=quantity.low_conservative,
        best=quantity.best,
        high=quantity.high,
        group=(group.code or group.name) if group else None,
        part=quantity.part_of is not None,
        additive=quantity.additive,
        exact=quantity.exactness is Exactness.EXACT,
    )


# ── Where ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

VAGUE_WORDS = frozenset(["a", "an", "and", "area", "camp", "city", "district", "governorate", "in", "near", "of", "outskirts", "province"])
VAGUE_WORDS |= {"region", "the", "town", "village"}
LENT = (PlaceBasis.PARAGRAPH, PlaceBasis.DOCUMENT)


def spot_of(place: Place | None) -> Spot | None:
    """A place as linking sees it; None where the claim has none."""
    if place is None:
        return None
    words = frozenset(plain(place.name).split()) - VAGUE_WORDS
    level = PLACE_LEVEL[place.kind]
    fuzzy = place.relation is not None and place.relation != "in"
    radius = place.radius_km if place.radius_km is not None else USUAL_RADIUS_KM[level]
    return Spot(
        key=place.id or " ".join(sorted(words)),
        words=words,
        stems=frozenset(stem(word) for word in words),
        level=min(level, 3) if fuzzy and place.radius_km is None else level,
        lat=place.lat,
        lon=place.lon,
        radius_km=max(radius, 20.0) if fuzzy else radius,
        country=place.country,
        admin1=plain(place.admin1) if place.admin1 else None,
        fuzzy=fuzzy,
        lent=place.basis in LENT,
    )


NO_WORD = re.compile(r"[^\w]+")
ARTICLE = re.compile(r"\b(al|el|ad|ar|as|at|az|an) ")


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """The name in lower case without accents, apostrophes, hyphens and the Arabic article, so that spellings meet.

    >>> plain("Ma‘arrat al-Nu‘mān")
    'maarrat numan'
    """
    bare = _bare(name.casefold())
    return " ".join(ARTICLE.sub(" ", NO_WORD.sub(" ", bare)).split())


def _bare(text: str) -> str:
    if text.isascii():
        return text.replace("'", "").replace("`", "")
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in "'’‘`ʿʾ")


# ── In which words ────────────────────────────────────────────────────────────────────────────────────────────────────

WORD = re.compile(r"[^\W\d_]{4,}")
# What a report says when it means another incident than the one told before.
AGAIN = re.compile(
    r"\b(again|another|elsewhere|separate(ly)?|for the (second|third|fourth) (time|day|night)"
    r"|an? (second|third|fourth|fresh|further|new|different) "
    r"(air|drone|bomb|rocket|missile|suicide|wave|attack|strike|raid|blast|incident))\b",
    re.IGNORECASE,
)
EMPTY_WORDS = frozenset(  # a list would take forty lines
    """that this these those with from have were been being their they them there which while when where what said says saying told
    according about after before during more than least some people person were killed dead died wounded injured hurt attack attacks
    attacked strike strikes struck forces force military army fire hitting near over into also late early morning evening night today
    monday tuesday wednesday thursday friday saturday sunday week month year others other another officials official report reported
    reports city town village area province region district local media news agency""".split()
)


def content_words(text: str) -> frozenset[str]:
    """The words of a passage that could tell one incident from another, cut to their stems."""
    return frozenset([stem(word) for word in WORD.findall(_bare(text.casefold())) if word not in EMPTY_WORDS])


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word without its commonest English endings: enough to bring "shelled", "shelling" and "shells" together.

    >>> [stem(word) for word in ("shelled", "shelling", "shells", "bus")]
    ['shell', 'shell', 'shell', 'bus']
    """
    for ending in ("ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
