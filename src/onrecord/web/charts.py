"""Charts as numbers that templates draw: every one is an SVG with its table beside it, and says nothing by colour alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from onrecord.ledger.query.counts import Day, Sums
from onrecord.records import Record

MOST_BARS = 120
WIDEST_BAR = 28  # pixels: a single day is a bar, not a wall
STEPS = (1, 2, 5)
TICK_PX = 80  # a day below an axis


class Tick(Record, frozen=True):
    at: float
    label: str


class Bar(Record, frozen=True):
    """A period: its first day and the day after its last. x, width, height in pixels; low, high of those killed, from the baseline down.

    reports: printed in it; None where it is not known. label: in words.
    """

    start: str
    end: str
    label: str
    sums: Sums
    reports: int | None
    x: float
    width: float
    height: float
    low: float
    high: float


class Histogram(Record, frozen=True):
    """Incidents over time, with the reported figures of those killed below and a strip of how many reports were printed."""

    bars: tuple[Bar, ...]
    unit: str
    width: int
    upper: int
    lower: int
    ticks: tuple[Tick, ...]
    most: float
    most_killed: float


class Period(Record, frozen=True):
    start: date
    end: date
    label: str


def nice_ceiling(value: float) -> float:
    """The smallest of 1, 2, 5, 10, 20 … that is not below a value.

    >>> nice_ceiling(34), nice_ceiling(0), nice_ceiling(1.2)
    (50, 1, 2)
    """
    if value <= 1:
        return 1
    power: int = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (*STEPS, 10) if step * power >= value)


def nice_ticks(highest: float, most: int = 6) -> tuple[float, ...]:
    """Round numbers from 0 to a number, at most so many.

    >>> nice_ticks(34)
    (0, 10, 20, 30)
    """
    step = nice_ceiling(highest / most) if highest > most else 1
    return tuple(step * number for number in range(int(highest // step) + 1))


def periods_between(first: str, last: str, most: int = MOST_BARS) -> tuple[str, tuple[Period, ...]]:
    """The finest of days, weeks, months and years that parts the days into at most so many periods, and the periods."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = (end - start).days + 1
    if days <= most:
        return "day", tuple(_each(start, end, timedelta(days=1), lambda day: f"{day.day} {day:%b %Y}"))
    if days <= 7 * most:
        monday = start - timedelta(days=start.weekday())
        return "week", tuple(_each(monday, end, timedelta(days=7), lambda day: f"week from {day.day} {day:%b %Y}"))
    if days <= 30 * most:
        return "month", tuple(_months(start, end))
    return "year", tuple(Period(start=date(y, 1, 1), end=date(y + 1, 1, 1), label=str(y)) for y in range(start.year, end.year + 1))


def _each(start: date, end: date, step: timedelta, label: Callable[[date], str]) -> Iterator[Period]:
    while start <= end:
        yield Period(start=start, end=start + step, label=label(start))
        start += step


def _months(start: date, end: date) -> Iterator[Period]:
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        following = (year + month // 12, month % 12 + 1)
        yield Period(start=date(year, month, 1), end=date(*following, 1), label=f"{date(year, month, 1):%b %Y}")
        year, month = following


def add_sums(many: Iterable[Sums]) -> Sums:
    """The sums of several periods or squares as one."""
    found = list(many)
    return Sums(
        incidents=sum(one.incidents for one in found),
        low=sum(one.low for one in found),
        high=sum(one.high for one in found),
        told=sum(one.told for one in found),
        open=sum(one.open for one in found),
    )


def histogram(
    days: Sequence[Day],
    periods: Sequence[Period],
    unit: str,
    printed: Mapping[str, int] | None = None,
    *,
    width: int = 720,
    upper: int = 110,
    lower: int = 60,
    most: float | None = None,
) -> Histogram:
    """Bars for the periods. printed: reports per day of publication.  most: the number that a full bar stands for, the highest if None."""
    sums = _in_periods(days, periods)
    top = nice_ceiling(most or max((one.incidents for one in sums), default=0))
    deepest = nice_ceiling(max((one.high for one in sums), default=0))
    each = min(WIDEST_BAR, width / max(1, len(periods)))
    bars = tuple(
        Bar(
            start=period.start.isoformat(),
            end=period.end.isoformat(),
            label=period.label,
            sums=found,
            reports=None if printed is None else _printed_in(printed, period),
            x=round(number * each, 2),
            width=round(max(0.8, each - (1 if each > 4 else 0.2)), 2),
            height=round(found.incidents / top * upper, 2),
            low=round(found.low / deepest * lower, 2),
            high=round(found.high / deepest * lower, 2),
        )
        for number, (period, found) in enumerate(zip(periods, sums, strict=True))
    )
    return Histogram(
        bars=bars, unit=unit, width=width, upper=upper, lower=lower, ticks=_time_ticks(bars, width), most=top, most_killed=deepest
    )


def fullest(days: Sequence[Day], periods: Sequence[Period]) -> int:
    """The number of incidents in the period that has most."""
    return max((one.incidents for one in _in_periods(days, periods)), default=0)


def _in_periods(days: Sequence[Day], periods: Sequence[Period]) -> list[Sums]:
    found: list[list[Sums]] = [[] for _ in periods]
    at = 0
    for one in sorted(days, key=lambda one: one.day):
        when = date.fromisoformat(one.day)
        while at < len(periods) and periods[at].end <= when:
            at += 1
        if at < len(periods) and periods[at].start <= when:
            found[at].append(one.sums)
    return [add_sums(some) for some in found]


def _printed_in(printed: Mapping[str, int], period: Period) -> int:
    days = (period.end - period.start).days
    return sum(printed.get((period.start + timedelta(days=number)).isoformat(), 0) for number in range(days))


def _time_ticks(bars: Sequence[Bar], width: int) -> tuple[Tick, ...]:
    step = max(1, math.ceil(len(bars) * TICK_PX / width))
    return _each_year_once([Tick(at=bar.x, label=bar.label.removeprefix("week from ")) for bar in bars[::step]])


def _each_year_once(ticks: Sequence[Tick]) -> tuple[Tick, ...]:
    """The ticks without a year that the one before has: "1 Apr 2022", "12 Apr", "23 Apr"."""
    parted = [tick.label.rpartition(" ") for tick in ticks]
    years = ["", *(year for _, _, year in parted)]
    return tuple(
        replace(tick, label=day) if day and year == before else tick
        for tick, (day, _, year), before in zip(ticks, parted, years, strict=False)
    )


# ── Ranges with one mark per claim ────────────────────────────────────────────────────────────────────────────────────


class Mark(Record, frozen=True):
    """What one claim says: from low to high, with a point at the best. sign: the letter of its voice.  claim: id of its row."""

    low: float
    best: float
    high: float
    sign: str
    claim: str
    y: float
    words: str


class RangeRow(Record, frozen=True):
    """One kind of cost, or one group of it: the range as a bar, and the marks of the claims on it. y: of the bar's middle."""

    label: str
    words: str
    low: float | None
    best: float | None
    high: float | None
    y: float
    marks: tuple[Mark, ...]


class RangeChart(Record, frozen=True):
    """Ranges over one axis of numbers."""

    rows: tuple[RangeRow, ...]
    ticks: tuple[Tick, ...]
    left: int
    width: int
    height: float


class Said(Record, frozen=True):
    """A figure of a claim for one row."""

    low: float | None
    best: float | None
    high: float | None
    sign: str
    claim: str
    words: str


class Reported(Record, frozen=True):
    """A row's range and what the claims say of it, before it is drawn."""

    label: str
    words: str
    low: float | None
    best: float | None
    high: float | None
    said: tuple[Said, ...]


BAR_PX, MARK_PX, GAP_PX, TOP_PX, LEFT_PX = 20, 16, 12, 18, 150


def range_chart(rows: Sequence[Reported], *, width: int = 720) -> RangeChart:
    """The chart of some ranges: the bar of each row, below it the marks of the claims in as few lines as hide none of them.

    What only words say ("heavy losses") is in the table alone.
    """
    highest = max((value for row in rows for value in _values(row)), default=1.0)
    top = highest * 1.08 or 1.0
    inner = width - LEFT_PX - 30

    def x(value: float) -> float:
        return round(LEFT_PX + value / top * inner, 1)

    drawn, at = [], float(TOP_PX)
    for row in (row for row in rows if _values(row)):
        middle = at + BAR_PX / 2
        marks = _in_lanes([_mark(one, x) for one in row.said if _ends(one)], at + BAR_PX)
        ends = [None if value is None else x(value) for value in (row.low, row.best, row.high)]
        drawn.append(RangeRow(label=row.label, words=row.words, low=ends[0], best=ends[1], high=ends[2], y=middle, marks=marks))
        at = max([at + BAR_PX, *(mark.y + MARK_PX / 2 for mark in marks)]) + GAP_PX
    ticks = tuple(Tick(at=x(value), label=f"{value:,.10g}") for value in nice_ticks(highest))
    return RangeChart(rows=tuple(drawn), ticks=ticks, left=LEFT_PX, width=width, height=at + 20)


def _ends(one: Reported | Said) -> list[float]:
    """The numbers that it gives; [] for "heavy losses", which has no mark on an axis."""
    return [value for value in (one.low, one.best, one.high) if value is not None]


def _mark(said: Said, x: Callable[[float], float]) -> Mark:
    return Mark(
        low=x(min(_ends(said))),
        best=x(_first(said.best, said.low, said.high)),
        high=x(max(_ends(said))),
        sign=said.sign,
        claim=said.claim,
        y=0.0,
        words=said.words,
    )


def _in_lanes(marks: Sequence[Mark], top: float) -> tuple[Mark, ...]:
    """The marks, each in the first line below the bar where it meets no other."""
    ends: list[float] = []
    placed = []
    for mark in sorted(marks, key=lambda mark: (mark.low, mark.best, mark.sign, mark.claim)):
        lane = next((number for number, end in enumerate(ends) if mark.low - MARK_PX / 2 >= end), len(ends))
        ends[lane : lane + 1] = [mark.high + MARK_PX / 2]
        placed.append(replace(mark, y=top + MARK_PX * (lane + 0.5)))
    return tuple(placed)


def _values(row: Reported) -> list[float]:
    return [*_ends(row), *(value for one in row.said for value in _ends(one))]


def _first(*values: float | None) -> float:
    return next((value for value in values if value is not None), 0.0)


# ── A timeline of reports ─────────────────────────────────────────────────────────────────────────────────────────────


class Event(Record, frozen=True):
    """Something on a timeline: on a day, or from one to another. sign: what its mark shows."""

    start: str
    end: str | None
    sign: str
    words: str
    link: str | None = None


class Placed(Record, frozen=True):
    event: Event
    x: float
    width: float
    y: float


class Timeline(Record, frozen=True):
    placed: tuple[Placed, ...]
    ticks: tuple[Tick, ...]
    width: int
    height: float


def timeline(events: Sequence[Event], *, width: int = 720, row_px: int = 20) -> Timeline | None:
    """Events on an axis of days, one above the other where they would meet; None for none."""
    if not events:
        return None
    first = min(_number_of(event.start) for event in events)
    last = max(_number_of(event.end or event.start) for event in events)
    margin, span = 16, max(1.0, last - first)

    def x(value: float) -> float:
        return round(margin + (value - first) / span * (width - 2 * margin), 1)

    rows: list[float] = []
    placed = []
    for event in sorted(events, key=lambda event: (event.start, event.end or "", event.words)):
        begin, end = x(_number_of(event.start)), x(_number_of(event.end or event.start))
        row = next((number for number, free in enumerate(rows) if begin - 9 > free), len(rows))
        rows[row : row + 1] = [max(end, begin + 9)]
        placed.append(Placed(event=event, x=begin, width=round(end - begin, 1), y=14 + row * row_px))
    _, periods = periods_between(date.fromordinal(int(first)).isoformat(), date.fromordinal(int(last)).isoformat(), most=8)
    ticks: list[Tick] = []
    for period in periods:
        at = x(max(first, period.start.toordinal()))
        if not ticks or at - ticks[-1].at >= TICK_PX:
            ticks.append(Tick(at=at, label=f"{period.start.day} {period.start:%b %Y}"))
    return Timeline(placed=tuple(placed), ticks=_each_year_once(ticks), width=width, height=14 + len(rows) * row_px + 24)


def _number_of(moment: str) -> float:
    minutes = int(moment[11:13]) * 60 + int(moment[14:16]) if len(moment) >= 16 else 0
    return date.fromisoformat(moment[:10]).toordinal() + minutes / 1440
