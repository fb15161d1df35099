"""Matches what was coded with what was annotated, one to one, and counts what is found, made up, and right in every field."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from onrecord.evaluate.gold import GoldClaim, GoldReport, bounds_of, find_words
from onrecord.gazetteer.names import fold
from onrecord.records import (
    Claim,
    Coding,
    Exactness,
    LinkRole,
    Participant,
    PlaceBasis,
    Quantity,
    QuantityOf,
    Record,
    Relation,
    Scope,
    Span,
    Time,
    TimeBasis,
)

Item = TypeVar("Item")
RESAMPLES = 500
HUMAN = frozenset(
    (QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CASUALTIES, QuantityOf.MISSING, QuantityOf.CAPTURED, QuantityOf.DISPLACED)
)
LENT = (PlaceBasis.PARAGRAPH, PlaceBasis.DOCUMENT)
UNSAID = (TimeBasis.INFERRED, TimeBasis.PUBLICATION)
SAME_TYPE, INSIDE = 2.0, 1.0  # what an equal type, and a trigger inside the words, add to the share of evidence in common


class Comparison(Record, frozen=True):
    """One report: pairs of (annotated, coded) claims with the fields that are wrong in each, claims missed, and claims made up.

    relations: those of its coding, by the ids of coded claims.
    """

    report: GoldReport
    pairs: tuple[tuple[GoldClaim, Claim, tuple[str, ...]], ...]
    missed: tuple[GoldClaim, ...]
    extra: tuple[Claim, ...]
    relations: tuple[Relation, ...] = ()


class Measure(Record, frozen=True):
    """A measure over reports with the bounds of 95 % of its resamples; ``count``: what it is a share of."""

    name: str
    value: float
    low: float
    high: float
    count: int


def compare(report: GoldReport, coding: Coding) -> Comparison:
    """The codable claims of a coding against the annotated ones: the best match first, each in one pair at most."""
    coded = [claim for claim in coding.claims if claim.event is not None and claim.event.codable]
    triggers = {event.id: event.trigger for event in coding.events}
    scores = [
        (_likeness(report.text, wanted, claim, triggers), -at, -number)
        for at, wanted in enumerate(report.claims)
        for number, claim in enumerate(coded)
    ]
    gold: dict[int, int] = {}
    for score, at, number in sorted(scores, reverse=True):
        if score > 0 and -at not in gold and -number not in gold.values():
            gold[-at] = -number
    pairs = [(report.claims[at], coded[number]) for at, number in sorted(gold.items())]
    return Comparison(
        report=report,
        pairs=tuple((wanted, claim, wrong_fields(wanted, claim)) for wanted, claim in pairs),
        missed=tuple(wanted for at, wanted in enumerate(report.claims) if at not in gold),
        extra=tuple(claim for number, claim in enumerate(coded) if number not in gold.values()),
        relations=coding.relations,
    )


def _likeness(text: str, wanted: GoldClaim, claim: Claim, triggers: dict[str, Span]) -> float:
    """How well a coded claim fits annotated words; 0 where they share no character and its trigger stands elsewhere."""
    span = find_words(text, wanted.words)
    assert span is not None, wanted.words  # checked when read
    trigger = triggers.get(claim.event_id or "")
    inside = trigger is not None and span[0] <= trigger[0] < span[1]
    shared = sum(max(0, min(span[1], end) - max(span[0], start)) for start, end in claim.evidence)
    if not inside and not shared:
        return 0.0
    same = claim.event is not None and claim.event.type == wanted.type
    return shared / (span[1] - span[0]) + SAME_TYPE * same + INSIDE * inside


# ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def wrong_fields(wanted: GoldClaim, claim: Claim) -> tuple[str, ...]:
    """The names of the fields, of those in ``FIELDS``, in which a coded claim differs from the annotated one."""
    return tuple(name for name, right in FIELDS.items() if not right(wanted, claim))


def _same_type(wanted: GoldClaim, claim: Claim) -> bool:
    return claim.event is not None and claim.event.type == wanted.type


def _same_mode(wanted: GoldClaim, claim: Claim) -> bool:
    return claim.event is not None and set(claim.event.mode) == set(wanted.mode)


def _codes(participants: Iterable[Participant]) -> set[str]:
    return {one.actor.code for one in participants if one.actor is not None and one.actor.code}


def _is_inherited(time: Time) -> bool:
    """Whether a claim has its time from another claim, without words of its own."""
    return time.basis is TimeBasis.ANCHORED and time.span is None


def _same_time(wanted: GoldClaim, claim: Claim) -> bool:
    time = claim.time
    said = time is not None and time.basis not in UNSAID and not _is_inherited(time)
    if wanted.when is None or not said or time is None:
        return wanted.when is None and not said
    if time.start is None or time.end is None:
        return False
    first, last = _days(wanted.when)
    begins, ends = date.fromisoformat(time.start[:10]), date.fromisoformat(time.end[:10])
    return begins == first and abs((ends - last).days) <= 1  # a half-open end may stand on the day itself or on the next


def _days(when: str) -> tuple[date, date]:
    """First and last day of an ISO day, month, year or "start/end"."""
    start, _, end = when.partition("/")
    return _edge(start, last=False), _edge(end or start, last=True)


def _edge(moment: str, *, last: bool) -> date:
    if len(moment) >= 10:
        return date.fromisoformat(moment[:10])
    year, month = int(moment[:4]), int(moment[5:7] or 0)
    if not last:
        return date(year, month or 1, 1)
    return date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1) - timedelta(days=1)


def _same_place(wanted: GoldClaim, claim: Claim) -> bool:
    place = claim.place if claim.place is not None and claim.place.basis not in LENT else None
    if wanted.where is None or place is None:
        return wanted.where is None and place is None
    names = [fold(name) for name in (place.name, place.text or "") if name]
    return any(fold(wanted.where) in name or name in fold(wanted.where) for name in names)


def _same_figures(wanted: GoldClaim, claim: Claim) -> bool:
    coded: dict[str, tuple[float | None, float | None]] = {}
    for quantity in filter(_is_toll, claim.quantities):
        coded[quantity.of.value] = _sum(coded.get(quantity.of.value, (0, 0)), _bounds(quantity))
    if coded.keys() != wanted.figures.keys():
        return False
    return all(figure == "?" or bounds_of(figure) == coded[kind] for kind, figure in wanted.figures.items())


def _sum(one: tuple[float | None, float | None], two: tuple[float | None, float | None]) -> tuple[float | None, float | None]:
    """Figures of several groups in one claim ("20 soldiers and eight civilians") are one figure of the annotation."""
    low, high = (None if a is None or b is None else a + b for a, b in zip(one, two, strict=True))
    return low, high


def _is_toll(quantity: Quantity) -> bool:
    return quantity.of in HUMAN and quantity.part_of is None and quantity.scope is not Scope.AGGREGATE


def _bounds(quantity: Quantity) -> tuple[float | None, float | None]:
    """Exact: both ends; at least: the low one; about and the like: what is best for both."""
    if quantity.exactness in (Exactness.EXACT, Exactness.AT_LEAST) or quantity.best is None:
        return quantity.low, quantity.high
    return (quantity.best, quantity.best) if quantity.exactness is not Exactness.RANGE else (quantity.low, quantity.high)


def _same_speaker(wanted: GoldClaim, claim: Claim) -> bool:
    first = claim.attribution[0] if claim.attribution else None
    if first is None or first.role is LinkRole.PUBLISHER or not first.text:
        return wanted.said_by is None
    if wanted.said_by is None:
        return False
    one, other = first.text.casefold(), wanted.said_by.casefold()
    return one in other or other in one


FIELDS: dict[str, Callable[[GoldClaim, Claim], bool]] = {
    "type": _same_type,
    "mode": _same_mode,
    "actors": lambda wanted, claim: _codes(claim.actors) == set(wanted.actors),
    "recipients": lambda wanted, claim: _codes(claim.recipients) == set(wanted.recipients),
    "time": _same_time,
    "place": _same_place,
    "figures": _same_figures,
    "speaker": _same_speaker,
    "polarity": lambda wanted, claim: claim.factuality.polarity is wanted.polarity,
    "status": lambda wanted, claim: claim.factuality.status is wanted.status,
}


# ── Over reports ──────────────────────────────────────────────────────────────────────────────────────────────────────


def summarise(found: Sequence[Comparison]) -> list[Measure]:
    """Claims found (precision, recall, F1), each field's share right among them, and claims right in every field (F1)."""
    made, asked, paired = _made(found), _asked(found), _paired(found)
    rows = [measure_over("claims, precision", found, lambda some: _ratio(_paired(some), _made(some)), made)]
    rows.append(measure_over("claims, recall", found, lambda some: _ratio(_paired(some), _asked(some)), asked))
    rows.append(measure_over("claims, F1", found, lambda some: _ratio(2 * _paired(some), _made(some) + _asked(some)), asked))
    rows += [measure_over(name, found, _rightness(name), paired) for name in FIELDS]
    rows.append(measure_over("right in every field, F1", found, lambda some: _ratio(2 * _whole(some), _made(some) + _asked(some)), asked))
    return rows


def measure_over(name: str, found: Sequence[Comparison], measure: Callable[[Sequence[Comparison]], float], count: int) -> Measure:
    """A measure with the bounds of its resamples over reports."""
    low, high = interval(found, measure)
    return Measure(name=name, value=round(measure(found), 4), low=round(low, 4), high=round(high, 4), count=count)


def interval(items: Sequence[Item], measure: Callable[[Sequence[Item]], float]) -> tuple[float, float]:
    """The bounds that 95 % of the measure's values on resampled items lie between (percentile bootstrap, fixed seed)."""
    chance = random.Random(len(items))  # nosec B311 - draws of a bootstrap
    values = sorted(measure(chance.choices(items, k=len(items))) for _ in range(RESAMPLES)) if items else [0.0] * RESAMPLES
    cut = int(0.025 * RESAMPLES)
    return values[cut], values[-1 - cut]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _paired(found: Iterable[Comparison]) -> int:
    return sum(len(one.pairs) for one in found)


def _made(found: Iterable[Comparison]) -> int:
    return sum(len(one.pairs) + len(one.extra) for one in found)


def _asked(found: Iterable[Comparison]) -> int:
    return sum(len(one.pairs) + len(one.missed) for one in found)


def _right(found: Iterable[Comparison], field: str) -> int:
    return sum(field not in wrong for one in found for _, _, wrong in one.pairs)


def _rightness(field: str) -> Callable[[Sequence[Comparison]], float]:
    return lambda some: _ratio(_right(some, field), _paired(some))


def _whole(found: Iterable[Comparison]) -> int:
    return sum(not wrong for one in found for _, _, wrong in one.pairs)
