"""Where an event happened whose own words do not say it: in the place of its sentence, its paragraph, or what the report is about.

Only what happens at a scene has a place lent to it: neither what is said, nor figures of long periods, nor what is told as background or
as the reason of something else. Lent places say so by their ``basis``, are less sure, and less exact than their name; out of another
sentence they have no words. Countries say too little and are not lent; the dateline never is. Where a report is about several places,
nothing is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta

import msgspec

from onrecord.claims.codability import SCENES
from onrecord.claims.denials import DENYING
from onrecord.records import (
    BlockKind,
    Claim,
    ClaimKind,
    Cover,
    Mention,
    MentionKind,
    Parse,
    Place,
    PlaceBasis,
    PlaceKind,
    Relation,
    RelationType,
    Scope,
    Status,
    Time,
    TimeBasis,
)

LOCAL = frozenset(
    (PlaceKind.POINT, PlaceKind.POPULATED, PlaceKind.FACILITY, PlaceKind.ADMIN2, PlaceKind.ADMIN1, PlaceKind.ZONE, PlaceKind.REGION)
)
TELLING = frozenset((BlockKind.HEADLINE, BlockKind.SUMMARY, BlockKind.BODY))
HAPPENED = frozenset((Status.OCCURRED, Status.ONGOING))
NEWS_DAYS = 7  # before publication; what is dated earlier is background, and often of another place
ENOUGH = 2  # mentions of the focus
MAJORITY = 0.8  # of the mentions of local places that the focus must have
# Share of an own place's confidence, lowest ACLED and UCDP code, lowest radius in km. A sentence's place is near; a report's, the district.
LENDING = {
    PlaceBasis.SENTENCE: (0.8, 2, 2, 10.0),
    PlaceBasis.PARAGRAPH: (0.6, 2, 2, 25.0),
    PlaceBasis.DOCUMENT: (0.5, 2, 3, 25.0),
}


def find_whereabouts(
    claims: tuple[Claim, ...], mentions: tuple[Mention, ...], parse: Parse, relations: Iterable[Relation] = ()
) -> tuple[Claim, ...]:
    """The claims, those of scenes without a place with one lent, where one place only comes into question."""
    reasons = {relation.target for relation in relations if relation.type is RelationType.RETALIATES_FOR}
    report = _Report(claims, mentions, parse, reasons)
    return tuple(
        msgspec.structs.replace(claim, place=report.lend(claim, told=claim.id not in reasons and report.tells(claim)))
        if _is_placeless(claim)
        else claim
        for claim in claims
    )


HEADLINES = (BlockKind.HEADLINE, BlockKind.SUMMARY)


class _Report:
    """The local places of a report, by sentence, and the one that it is about."""

    def __init__(self, claims: tuple[Claim, ...], mentions: tuple[Mention, ...], parse: Parse, reasons: Collection[str]) -> None:
        self._sentences = parse.sentences
        self._published = _day(parse.document.published)
        self._times = [c.time for c in claims if c.time is not None and _dated(c.time) and c.place is not None and c.place.kind in LOCAL]
        self._taken = {place.span for c in claims for place in (c.place, c.origin, c.destination) if place is not None}
        news = [c for c in claims if c.event is not None and c.event.codable and c.id not in reasons]
        self._news = [c.place for c in news if c.place is not None and c.place.acled_precision is not None]  # those on the map
        self._news = [c.place for c in news if c.place is not None and not _is_off_map(c.place)]
        moves = {place.span for c in claims for place in (c.origin, c.destination) if place is not None}
        speakers = [link.span for c in claims for link in c.attribution if link.span is not None]
        self._usable: dict[int, list[Place]] = {}
        self._named: list[tuple[int, Place]] = []
        actors = [m.span for m in mentions if m.kind is MentionKind.ACTOR]
        actors += [p.span for c in claims for p in (*c.actors, *c.recipients) if p.span is not None]
        starts = [sentence.span[0] for sentence in parse.sentences]
        named = Cover([*speakers, *actors])
        for mention in mentions:
            place = mention.place
            number = bisect_right(starts, mention.span[0]) - 1
            if place is None or number < 0 or not self._is_local(place, number) or mention.span in moves:
                continue
            self._named.append((number, place))
            if not named.touches(mention.span):
                self._usable.setdefault(number, []).append(place)
        self._focus_from = 0  # the sentence from which on the focus may be taken as known
        self._focus = self._find_focus()

    def _is_local(self, place: Place, sentence: int) -> bool:
        return place.kind in LOCAL and place.acled_precision is not None and self._sentences[sentence].kind in TELLING

    def lend(self, claim: Claim, *, told: bool) -> Place | None:
        """The place of the claim's sentence that no other event has, or the nearest before in its paragraph, or the report's focus.

        told: whether the claim belongs to what the report is about; else it has only what its sentence lends.
        """
        here = self._usable.get(claim.sentence, [])
        if here:
            only = _only(here)
            return _lent(only, PlaceBasis.SENTENCE) if only is not None and only.span not in self._taken else None
        if not told:
            return None
        for number in range(claim.sentence - 1, -1, -1):
            if self._sentences[number].paragraph != self._sentences[claim.sentence].paragraph or number not in self._usable:
                continue
            before = _only(self._usable[number])
            return _lent(before, PlaceBasis.PARAGRAPH) if before is not None else None
        known = self._focus_from <= claim.sentence or self._sentences[claim.sentence].kind in HEADLINES
        return _lent(self._focus, PlaceBasis.DOCUMENT) if self._focus is not None and known else None

    def tells(self, claim: Claim) -> bool:
        """Whether nothing dates the claim before the days that the report is about, or on others than all that it places."""
        time = claim.time
        if time is None or not _dated(time):
            return True
        start = _day(time.start)
        if start is not None and self._published is not None and start < self._published - timedelta(days=NEWS_DAYS):
            return False
        return not self._times or any(_meet(time, other) for other in self._times)

    def _find_focus(self) -> Place | None:
        """The place of most mentions, what holds it not counted; else that of the news in the opening, if none is named more.

        What the news answers ("in response to the massacre at the market") is not the news, where that has one place throughout.
        """
        counts = Counter(_key(place) for _, place in self._named)
        first: dict[str, Place] = {}
        for _, place in self._named:
            first.setdefault(_key(place), place)
        if not first:
            return None
        top = max(first, key=lambda key: counts[key])  # of equals, the one named first
        rivals = sum(count for key, count in counts.items() if not _holds(first[key], first[top]))
        if counts[top] >= ENOUGH and counts[top] >= MAJORITY * rivals:
            return first[top]
        taken = [place for number, place in self._named if self._opens(number) and place.span in self._taken]
        opening = _only(taken) or next((place for place in taken if place == _only(self._news)), None)
        if opening is None or counts[_key(opening)] != counts[top]:
            return None
        self._focus_from = min(number for number, place in self._named if _key(place) == _key(opening))
        return opening

    def _opens(self, number: int) -> bool:
        body = next((s.paragraph for s in self._sentences if s.kind is BlockKind.BODY), None)
        sentence = self._sentences[number]
        return sentence.kind in HEADLINES or sentence.paragraph == body


def _is_placeless(claim: Claim) -> bool:
    """Whether the claim is a scene that is told as having happened, or denied, without any place of its own."""
    event = claim.event
    if event is None or not event.codable or event.type not in SCENES or claim.kind is ClaimKind.STATE:
        return False
    if claim.place or claim.origin or claim.destination or claim.factuality.status not in HAPPENED:
        return False
    if claim.origin_rule.endswith(DENYING):
        return False  # a denial by a word for what was told: of its place nothing is said
    return all(quantity.scope is Scope.INCIDENT for quantity in claim.quantities)


def _only(places: list[Place]) -> Place | None:
    """The one place among several namings of it and of what holds it."""
    named: dict[str, Place] = {}
    for place in places:
        named.setdefault(_key(place), place)
    exact = [place for place in named.values() if not any(_holds(place, other) for other in named.values())]
    return exact[0] if len(exact) == 1 else None


def _holds(one: Place, other: Place) -> bool:
    """Whether one is the first-level division that the other lies in."""
    inside = other.kind is not PlaceKind.ADMIN1 and one.country == other.country
    return one.kind is PlaceKind.ADMIN1 and inside and other.admin1 in (one.name, one.admin1) and other.admin1 is not None


def _key(place: Place) -> str:
    return place.id or place.name.casefold()


def _dated(time: Time | None) -> bool:
    """Whether the text itself says when."""
    return time is not None and time.basis is not TimeBasis.INFERRED and time.start is not None


def _meet(one: Time, other: Time) -> bool:
    """Whether two times share a day; what has no end lasts."""
    start = max(one.start or "", other.start or "")
    return all(time.end is None or time.end > start[:10] + "T00:00" for time in (one, other))


def _day(moment: str | None) -> date | None:
    return date.fromisoformat(moment[:10]) if moment else None


def _lent(place: Place, basis: PlaceBasis) -> Place:
    share, acled, ucdp, radius = LENDING[basis]
    near = basis is PlaceBasis.SENTENCE
    return msgspec.structs.replace(
        place,
        span=place.span if near else None,
        text=place.text if near else None,
        basis=basis,
        confidence=round(share * place.confidence, 2),
        acled_precision=max(acled, place.acled_precision or acled),
        ucdp_precision=max(ucdp, place.ucdp_precision or ucdp),
        radius_km=max(radius, place.radius_km or radius),
        why=(f"the place that the {basis.value} names", *place.why),
    )


def _is_off_map(place: Place) -> bool:
    """Whether only the name of a place is known."""
    return place.id is None and place.acled_precision is None and place.lat is None
