"""Stocks ("hosts 3.7 million") and cumulative figures ("1,300 killed since September") as series over time.

They are kept apart from incidents and never added to them; where both exist, they are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from onrecord.records import (
    Claim,
    Incident,
    Polarity,
    Quantity,
    QuantityOf,
    Record,
    ReportedClaim,
    Scope,
    Tally,
    TallyPoint,
    Time,
    Unit,
    Voice,
    content_id,
)

RUNNING = (Scope.CUMULATIVE, Scope.STOCK)
# Two figures for one subject, period and day that differ by more than this factor cannot both be right.
INCONSISTENT = 1.5
SUMMED = {"killed": QuantityOf.KILLED, "injured": QuantityOf.INJURED, "captured": QuantityOf.CAPTURED, "displaced": QuantityOf.DISPLACED}


class Subject(Record, frozen=True):
    """What one series is about. ``since``: the start of the period of a cumulative figure; ``by``: who is said to have done it."""

    scope: Scope
    of: QuantityOf
    unit: Unit
    group: str | None
    place: str | None
    since: str | None
    by: str | None

    @property
    def text(self) -> str:
        """In words: "killed, SYR CVL, by SYR MIL"."""
        parts = [str(self.of), self.group or "", f"by {self.by}" if self.by else "", str(self.scope)]
        return ", ".join(part for part in parts if part)


def track_tallies(
    claims: Iterable[ReportedClaim], voices: Mapping[str, Voice] = {}, incidents: Sequence[Incident] = ()
) -> tuple[Tally, ...]:
    """One series per subject, place and period, its points in order of date and voice; the same for any order of the claims.

    flags: "decreases: …" where one voice's cumulative figure falls, "inconsistent: …" where voices differ widely on one day,
    "incidents: …" what our own incidents in that place and period add up to, as a comparison.
    """
    series: dict[Subject, list[TallyPoint]] = defaultdict(list)
    for reported in claims:
        for subject, point in _points(reported, voices):
            series[subject].append(point)
    found = [_tally(subject, points, incidents) for subject, points in series.items()]
    return tuple(sorted(found, key=lambda tally: (tally.subject, tally.place or "", tally.period or "", tally.id)))


def _points(reported: ReportedClaim, voices: Mapping[str, Voice]) -> Iterator[tuple[Subject, TallyPoint]]:
    claim = reported.claim
    if claim.factuality.polarity is Polarity.NEGATIVE:
        return
    voice = voices.get(reported.document)
    for quantity in claim.quantities:
        if quantity.scope not in RUNNING or (quantity.low, quantity.best, quantity.high) == (None, None, None):
            continue
        yield (
            _subject(claim, quantity),
            TallyPoint(
                as_of=_as_of(claim, quantity, reported.published),
                low=quantity.low,
                best=quantity.best,
                high=quantity.high,
                voice=voice.id if voice else None,
                claim=claim.hash,
            ),
        )


def _subject(claim: Claim, quantity: Quantity) -> Subject:
    group = quantity.group.actor if quantity.group else None
    period = quantity.period or claim.time
    place = claim.place or claim.destination
    done_by = [participant.actor.code for participant in claim.actors if participant.actor and participant.actor.code]
    return Subject(
        scope=quantity.scope,
        of=quantity.of,
        unit=quantity.unit,
        group=(group.code or group.name) if group else None,
        place=place.name if place else None,
        since=period.start[:10] if quantity.scope is Scope.CUMULATIVE and period and period.start else None,
        by=", ".join(sorted(set(done_by))) or None if quantity.scope is Scope.CUMULATIVE else None,
    )


def _as_of(claim: Claim, quantity: Quantity, published: str | None) -> str | None:
    """The last day that the figure covers, or the day of publication."""
    period = quantity.period or claim.time
    if quantity.scope is Scope.STOCK and period is not None and period.start and not _open(period):
        return period.start[:10]
    return published


def _open(period: Time) -> bool:
    return period.granularity == "open" or period.end is None


def _tally(subject: Subject, points: list[TallyPoint], incidents: Sequence[Incident]) -> Tally:
    ordered = tuple(sorted(points, key=lambda point: (point.as_of or "", point.voice or "", point.claim, point.best or point.low or 0)))
    return Tally(
        id=content_id("tal-", subject),
        subject=subject.text,
        of=subject.of,
        unit=subject.unit,
        place=subject.place,
        period=f"{subject.since}/.." if subject.since else None,
        series=ordered,
        flags=(*_decreases(subject, ordered), *_inconsistencies(ordered), *_compared(subject, ordered, incidents)),
    )


def _value(point: TallyPoint) -> float:
    return next((value for value in (point.best, point.low, point.high) if value is not None), 0.0)


def _decreases(subject: Subject, points: Sequence[TallyPoint]) -> Iterator[str]:
    """Where a count since a fixed start falls from one date to a later one, as told by one voice."""
    if subject.scope is not Scope.CUMULATIVE:
        return
    by_voice: dict[str | None, list[TallyPoint]] = defaultdict(list)
    for point in points:
        by_voice[point.voice].append(point)
    for voice in sorted(by_voice, key=str):
        told = by_voice[voice]
        for before, after in pairwise(told):
            if (before.as_of or "") < (after.as_of or "") and _value(after) < _value(before):
                yield f"decreases: {_value(before):g} on {before.as_of}, {_value(after):g} on {after.as_of}"


def _inconsistencies(points: Sequence[TallyPoint]) -> Iterator[str]:
    by_day: dict[str, list[TallyPoint]] = defaultdict(list)
    for point in points:
        by_day[point.as_of or ""].append(point)
    for day in sorted(by_day):
        values = sorted(_value(point) for point in by_day[day])
        if values[0] * INCONSISTENT < values[-1]:
            yield f"inconsistent: {values[0]:g} to {values[-1]:g} on {day or 'an unknown day'}"


def _compared(subject: Subject, points: Sequence[TallyPoint], incidents: Sequence[Incident]) -> Iterator[str]:
    """What our incidents in the place and period add up to: a check on coverage, not a correction."""
    if subject.scope is not Scope.CUMULATIVE or subject.since is None or str(subject.of) not in SUMMED:
        return
    last = max(point.as_of or "" for point in points)
    counted = [incident for incident in incidents if _covers(subject, last, incident)]
    ranges = [getattr(incident, str(subject.of)) for incident in counted]
    total = sum(value for found in ranges if found and (value := found.best if found.best is not None else found.low) is not None)
    if counted:
        yield f"incidents: our {len(counted)} in that place and period add up to {total:g}"


def _covers(subject: Subject, last: str, incident: Incident) -> bool:
    time, place = incident.time, incident.place
    if time is None or time.start is None or place is None or incident.merged_into is not None:
        return False
    inside = subject.place is None or subject.place in (place.name, place.admin1, place.country)
    return inside and (subject.since or "") <= time.start[:10] <= (last or "9999")
