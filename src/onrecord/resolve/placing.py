"""Places what a time expression says on the calendar: by the publication date, the tense, and a time named before.

Source of values: TIMEX3 of ISO-TimeML (ISO 24617-1:2012) and EDTF intervals (ISO 8601-2:2019); conventions in docs/method/times.md.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from onrecord.lexicon.timexes import FormKind, Part, TimeForm
from onrecord.records import Granularity, TimeBasis
from onrecord.resolve.intervals import (
    DAY,
    GRANULARITY_OF_UNIT,
    Interval,
    date_or_none,
    day_interval,
    decade_interval,
    easter,
    half_interval,
    islamic_date,
    midnight,
    month_interval,
    quarter_interval,
    season_interval,
    shifted,
    unit_interval,
    year_interval,
)

WEEKDAY_NAMES = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
UNIT_NAMES = {"D": "DAY", "W": "WEEK", "W2": "FORTNIGHT", "WE": "WEEKEND", "MO": "MONTH", "Q": "QUARTER", "Y": "YEAR", "DE": "DECADE"}
UNIT_NAMES |= {"CE": "CENTURY", "H": "HOUR", "M": "MINUTE", "S": "SECOND"}
PERIOD_CODES = {"MO": "M", "DE": "0Y", "CE": "00Y", "W2": "W", "H": "H", "M": "M", "S": "S", "WE": "W"}
DATE_LINE = 1  # days by which what has happened may lie ahead of a publication further west
FUTURE_HANDICAP = {0: 20, -1: 300, -2: 400}  # days, by tense, that a coming day must be nearer before it is taken over a past one


class Setting(NamedTuple):
    """What an expression is placed from: the publication day, the tense, and a time named before.

    tense: -2 a past that a verb tells, -1 past as far as the words around say, 0 unknown, 1 future.
    """

    published: dt.date | None
    tense: int = 0
    antecedent: Interval | None = None
    antecedent_id: str | None = None


class Placed(NamedTuple):
    """An interval with what it rests on."""

    interval: Interval
    basis: TimeBasis
    anchor: str | None
    zone: str | None = None


def place(form: TimeForm, setting: Setting) -> Placed | None:
    """Where a form lies on the calendar, or None if nowhere ("31 February")."""
    placed = _PLACERS[form.kind](form, setting)
    if placed is None:
        return None
    return _ended(placed, setting) if form.kind is not FormKind.WINDOW else placed


# ── Calendar times ──


def _calendar(form: TimeForm, setting: Setting) -> Placed | None:
    if form.weekday is not None and form.month is None:
        return _weekday(form, setting)
    if form.day is not None and form.month is not None:
        return _date(form, setting)
    if form.month is not None:
        return _month(form, setting)
    if form.year is None:
        return None
    return Placed(_edged(year_interval(form.year), form.edge, setting), TimeBasis.EXPLICIT, None)


def _weekday(form: TimeForm, setting: Setting) -> Placed | None:
    assert form.weekday is not None
    if setting.published is None:
        sign = "+1" if form.pick == 1 or setting.tense > 0 else "-1"
        return _symbolic(f"{WEEKDAY_NAMES[form.weekday]}{sign}", Granularity.DAY, form)
    back = (setting.published.weekday() - form.weekday) % 7
    ahead = (form.weekday - setting.published.weekday()) % 7
    if form.pick == 1:
        days = ahead or 7
    elif form.pick == -1:
        days = -(back or 7)
    elif setting.tense > 0 or (setting.tense == 0 and 0 < ahead < back):
        days = ahead
    else:
        days = -back
    day = setting.published + days * DAY
    return Placed(_with_hours(day, form), TimeBasis.RELATIVE, "published", form.zone)


def _date(form: TimeForm, setting: Setting) -> Placed | None:
    assert form.month is not None
    assert form.day is not None
    if form.year is not None:
        days = [date_or_none(form.year, form.month, form.day)]
        if form.swap and form.day <= 12:
            days.append(date_or_none(form.year, form.day, form.month))
        known = [day for day in days if day is not None]
        day = min(known, key=lambda day: _distance(day, setting)) if known else None
        return Placed(_with_hours(day, form), TimeBasis.EXPLICIT, None, form.zone) if day is not None else None
    if setting.published is None:
        return _symbolic(f"XXXX-{form.month:02d}-{form.day:02d}", Granularity.DAY, form)
    years = [setting.published.year + form.pick] if form.unit == "Y" and form.pick is not None else _years_around(setting.published)
    known = [day for year in years if (day := date_or_none(year, form.month, form.day)) is not None]
    if form.weekday is not None and any(day.weekday() == form.weekday for day in known):
        known = [day for day in known if day.weekday() == form.weekday]
    day = min(known, key=lambda day: _distance(day, setting)) if known else None
    return Placed(_with_hours(day, form), TimeBasis.RELATIVE, "published", form.zone) if day is not None else None


def _month(form: TimeForm, setting: Setting) -> Placed | None:
    assert form.month is not None
    if form.year is not None:
        return Placed(_edged(month_interval(form.year, form.month), form.edge, setting), TimeBasis.EXPLICIT, None)
    if setting.published is None:
        return _symbolic(f"XXXX-{form.month:02d}", Granularity.MONTH, form)
    year = _year_of_month(form, setting)
    return Placed(_edged(month_interval(year, form.month), form.edge, setting), TimeBasis.RELATIVE, "published")


def _year_of_month(form: TimeForm, setting: Setting) -> int:
    published, month = setting.published, form.month
    assert published is not None
    assert month is not None
    if form.unit == "Y":
        return published.year + (form.pick or 0)
    if form.pick == -1:
        return published.year if month < published.month else published.year - 1
    if form.pick == 1:
        return published.year if month > published.month else published.year + 1
    if setting.tense > 0:
        return published.year if month >= published.month else published.year + 1
    if setting.tense < 0 and (month - published.month) % 12 > (setting.tense == -1):
        return published.year if month <= published.month else published.year - 1
    ordered = [published.year, published.year - 1, published.year + 1]
    return min(ordered, key=lambda year: abs((year - published.year) * 12 + month - published.month))


def _span(form: TimeForm, setting: Setting) -> Placed | None:
    """A quarter, half, season or decade."""
    code = form.code or ""
    if code.isdigit():
        return Placed(_edged(decade_interval(code), form.edge, setting), TimeBasis.EXPLICIT, None)
    if form.year is not None:
        return Placed(_edged(_part_of_year(form.year, code), form.edge, setting), TimeBasis.EXPLICIT, None)
    if setting.published is None:
        return _symbolic(f"XXXX-{code}", Granularity.QUARTER if code.startswith("Q") else Granularity.SEASON, form)
    published = setting.published
    if form.unit == "Y":
        year = published.year + (form.pick or 0)
        return Placed(_edged(_part_of_year(year, code), form.edge, setting), TimeBasis.RELATIVE, "published")
    if code.startswith("Q") and form.pick == -1:
        last = unit_interval(published, "Q", -1)
        return Placed(last, TimeBasis.RELATIVE, "published") if last is not None else None
    candidates = [_part_of_year(year, code) for year in _years_around(published)]
    today = midnight(published)
    if form.pick == -1 or (setting.tense < 0 and code.startswith("Q")):
        candidates = [one for one in candidates if one.end is not None and one.end <= today + 31 * DAY] or candidates
        chosen = candidates[-1]
    elif form.pick == 1 or setting.tense > 0:
        chosen = next((one for one in candidates if one.start is not None and one.start >= today), candidates[-1])
    else:
        chosen = min(candidates, key=lambda one: _distance(one.start.date() if one.start else published, setting))
    return Placed(_edged(chosen, form.edge, setting), TimeBasis.RELATIVE, "published")


def _part_of_year(year: int, code: str) -> Interval:
    if code.startswith("Q"):
        return quarter_interval(year, int(code[1]))
    if code.startswith("H"):
        return half_interval(year, int(code[1]))
    return season_interval(year, code)


def _named(form: TimeForm, setting: Setting) -> Placed | None:
    """A feast or a fast: by calendar date, from Easter, or by the arithmetic Islamic calendar."""
    if form.year is not None:
        days = _named_days(form.code or "", form.year)
        return Placed(days[0], TimeBasis.EXPLICIT, None) if days else None
    if setting.published is None:
        return _symbolic("XXXX", Granularity.DAY, form)
    pick = form.pick if form.unit == "Y" else None
    years = [setting.published.year + pick] if pick is not None else _years_around(setting.published)
    days = [day for year in years for day in _named_days(form.code or "", year)]
    if not days:
        return None
    chosen = min(days, key=lambda one: _distance(one.start.date(), setting) if one.start else 0)
    return Placed(chosen, TimeBasis.RELATIVE, "published")


def _named_days(rule: str, year: int) -> list[Interval]:
    """The intervals that a rule of the lexicon gives in a year; an Islamic day may fall twice in one, or not at all."""
    if rule.startswith("easter"):
        return [day_interval(easter(year) + int(rule.removeprefix("easter")) * DAY)]
    if not rule.startswith("islamic"):
        month, day = rule.split("-")
        return [day_interval(dt.date(year, int(month), int(day)))]
    _, date, length = rule.split()
    month, day = date.split("-")
    found = []
    for islamic_year in range(max(1, (year - 622) * 33 // 32 - 1), (year - 622) * 33 // 32 + 3):
        first = islamic_date(islamic_year, int(month), int(day))
        if first.year == year:
            last = first + (int(length) - 1) * DAY
            granularity = Granularity.MONTH if int(length) > 7 else Granularity.DAY
            value = first.isoformat() if length == "1" else f"{first.isoformat()}/{last.isoformat()}"
            found.append(Interval(midnight(first), midnight(last) + DAY, granularity, value))
    return found


# ── Relative times ──


def _relative(form: TimeForm, setting: Setting) -> Placed | None:
    basis, anchor, base = TimeBasis.RELATIVE, "published", setting.published
    if form.code == "event" and (setting.antecedent is None or not form.count):
        return _unplaced(form)
    if form.code == "same":
        return _year_before(setting)
    if form.anchored and setting.antecedent is not None and setting.antecedent.start is not None:
        if form.unit is None:
            return Placed(setting.antecedent, TimeBasis.ANCHORED, setting.antecedent_id)
        basis, anchor, base = TimeBasis.ANCHORED, setting.antecedent_id or "published", setting.antecedent.start.date()
    elif form.anchored and (form.unit is None or (form.unit in ("D", "H", "M", "S") and form.count)):
        return _unplaced(form)
    if form.unit is None:
        return None
    if form.count is None:
        return _reference("PAST_REF" if form.pick != 1 else "FUTURE_REF", setting)
    if base is None:
        return _symbolic(f"{UNIT_NAMES[form.unit]}{round(form.count):+d}", GRANULARITY_OF_UNIT[form.unit], form)
    interval = unit_interval(base, form.unit, round(form.count)) if abs(form.count) < 1e6 else None
    if interval is None:
        return None
    if interval.granularity is Granularity.DAY and interval.start is not None and form.unit == "D":
        return Placed(_with_hours(interval.start.date(), form), basis, anchor, form.zone)
    return Placed(_edged(interval, form.edge, setting), basis, anchor)


def _year_before(setting: Setting) -> Placed | None:
    """The time named before, a year earlier, as precise as that."""
    named = setting.antecedent
    start = shifted(named.start, "Y", -1) if named is not None and named.start is not None else None
    if named is None or start is None:
        return None
    years = re.compile(rf"\b{start.year + 1:04d}\b")
    end = shifted(named.end, "Y", -1) if named.end is not None else None
    if named.granularity is Granularity.MONTH:
        end = month_interval(start.year, start.month).end
    value = years.sub(f"{start.year:04d}", named.value)
    return Placed(Interval(start, end, named.granularity, value), TimeBasis.ANCHORED, setting.antecedent_id)


def _unplaced(form: TimeForm) -> Placed | None:
    """An expression that counts from something the text does not date: its length is all it says."""
    if form.unit is None or not form.count:
        return None
    return Placed(Interval(None, None, GRANULARITY_OF_UNIT[form.unit], _period(abs(form.count), form.unit)), TimeBasis.SYMBOLIC, None)


def _window(form: TimeForm, setting: Setting) -> Placed | None:
    """So much time up to the publication day, which counts in, or from it on."""
    assert form.unit is not None
    if form.count is None:
        return _reference("PAST_REF" if form.pick != 1 else "FUTURE_REF", setting)
    value, granularity = _period(abs(form.count), form.unit), GRANULARITY_OF_UNIT[form.unit]
    if setting.published is None:
        return Placed(Interval(None, None, granularity, value), TimeBasis.SYMBOLIC, None)
    today = midnight(setting.published)
    moved = shifted(today, form.unit, form.count)
    if moved is None:
        return None
    ends = (moved, today + DAY) if form.count < 0 else (today, moved + DAY)
    return Placed(Interval(*ends, granularity, value), TimeBasis.RELATIVE, "published")


def _duration(form: TimeForm, setting: Setting) -> Placed | None:
    assert form.unit is not None
    return Placed(Interval(None, None, GRANULARITY_OF_UNIT[form.unit], _period(form.count, form.unit)), TimeBasis.SYMBOLIC, None)


def _clock(form: TimeForm, setting: Setting) -> Placed | None:
    """An hour or a part of the day: of the day named before, else of the publication day."""
    antecedent = setting.antecedent
    if antecedent is not None and antecedent.start is not None:
        return Placed(_with_hours(antecedent.start.date(), form), TimeBasis.ANCHORED, setting.antecedent_id, form.zone)
    if setting.published is None:
        return _symbolic("DAY+0", Granularity.DAY, form)
    if form.hour is None and form.part is not None:  # "at night", of no day that the text names near
        return Placed(Interval(None, None, Granularity.PART_OF_DAY, f"T{form.part.code}"), TimeBasis.SYMBOLIC, None)
    return Placed(_with_hours(setting.published, form), TimeBasis.RELATIVE, "published", form.zone)


def _since(form: TimeForm, setting: Setting) -> Placed | None:
    first = place(form.first, setting) if form.first is not None else None
    if first is None:
        return None
    end = midnight(setting.published) + DAY if setting.published is not None and first.interval.start is not None else None
    interval = Interval(first.interval.start, end, Granularity.OPEN, f"{first.interval.value}/..")
    return Placed(interval, first.basis, first.anchor)


def _range(form: TimeForm, setting: Setting) -> Placed | None:
    """From one time to another; the first is the last of its kind before the second."""
    if form.first is None or form.second is None:
        return None
    second = place(form.second, setting)
    if second is None:
        return None
    until = second.interval.start.date() if second.interval.start is not None else None
    first = place(form.first, Setting(until, -1, setting.antecedent, setting.antecedent_id))
    if first is None or (first.interval.start and second.interval.end and first.interval.start >= second.interval.end):
        return None
    interval = Interval(
        first.interval.start, second.interval.end, second.interval.granularity, f"{first.interval.value}/{second.interval.value}"
    )
    return Placed(interval, second.basis, second.anchor)


def _of_code(form: TimeForm, setting: Setting) -> Placed | None:
    return _reference(form.code or "", setting)


def _reference(code: str, setting: Setting) -> Placed:
    """The vague past, present and future of TIMEX3."""
    today = midnight(setting.published) if setting.published is not None else None
    tomorrow = today + DAY if today is not None else None
    basis, anchor = (TimeBasis.RELATIVE, "published") if today is not None else (TimeBasis.SYMBOLIC, None)
    ends = {"PAST_REF": (None, tomorrow), "PRESENT_REF": (today, tomorrow), "FUTURE_REF": (tomorrow, None)}.get(code, (None, None))
    granularity = Granularity.DAY if code == "PRESENT_REF" else Granularity.OPEN
    return Placed(Interval(*ends, granularity, code), basis, anchor)


def _set(form: TimeForm, setting: Setting) -> Placed | None:
    return Placed(Interval(None, None, Granularity.OPEN, form.code or ""), TimeBasis.SYMBOLIC, None)


_PLACERS = {
    FormKind.CALENDAR: _calendar,
    FormKind.SPAN: _span,
    FormKind.RELATIVE: _relative,
    FormKind.WINDOW: _window,
    FormKind.DURATION: _duration,
    FormKind.CLOCK: _clock,
    FormKind.NAMED: _named,
    FormKind.REFERENCE: _of_code,
    FormKind.SET: _set,
    FormKind.SINCE: _since,
    FormKind.RANGE: _range,
}
ANTECEDENTS = frozenset({FormKind.CALENDAR, FormKind.SPAN, FormKind.RELATIVE, FormKind.NAMED, FormKind.RANGE})


# ── Pieces ──


def _with_hours(day: dt.date, form: TimeForm) -> Interval:
    """A day, narrowed to the part or the clock time that the form says."""
    start = midnight(day)
    if form.hour is not None:
        begin = start + dt.timedelta(hours=form.hour, minutes=form.minute or 0)
        length, granularity = (dt.timedelta(minutes=1), Granularity.MINUTE) if form.minute else (dt.timedelta(hours=1), Granularity.HOUR)
        zone = "Z" if form.zone == "UTC" else ""
        return Interval(begin, begin + length, granularity, f"{day.isoformat()}T{form.hour:02d}:{form.minute or 0:02d}{zone}")
    if form.part is not None:
        part: Part = form.part
        begin, end = start + dt.timedelta(hours=part.start), start + dt.timedelta(hours=part.end)
        named = begin.date() if part.start < 0 else day
        return Interval(begin, end, Granularity.PART_OF_DAY, f"{named.isoformat()}T{part.code}")
    return day_interval(day)


def _edged(interval: Interval, edge: str | None, setting: Setting) -> Interval:
    """The first, middle or last third of an interval (of a year: four months), or its part up to or from the publication day."""
    start, end = interval.start, interval.end
    if edge is None or start is None or end is None:
        return interval
    today = midnight(setting.published) if setting.published is not None else None
    if edge in ("EARLIER", "LATER"):
        if today is None or not start <= today < end:
            return interval
        return interval._replace(end=today + DAY) if edge == "EARLIER" else interval._replace(start=today)
    third = (end - start).days // 3 * DAY
    if interval.granularity is Granularity.MONTH:
        third = 10 * DAY
    if interval.granularity is Granularity.YEAR:
        cuts = {"EARLY": (1, 5), "MID": (5, 9), "LATE": (9, 13)}[edge]
        first, last = (month_interval(start.year, month).start for month in cuts)
        return interval._replace(start=first, end=last)
    if edge == "EARLY":
        return interval._replace(end=start + third)
    if edge == "LATE":
        return interval._replace(start=start + 2 * third)
    return interval._replace(start=start + third, end=start + 2 * third)


def _ended(placed: Placed, setting: Setting) -> Placed:
    """What is not in the future ends with the publication day at the latest."""
    interval = placed.interval
    if setting.published is None or setting.tense > 0 or interval.start is None or interval.end is None:
        return placed
    tomorrow = midnight(setting.published) + DAY
    short = interval.granularity in (Granularity.MINUTE, Granularity.HOUR, Granularity.PART_OF_DAY, Granularity.DAY)
    return placed._replace(interval=interval._replace(end=tomorrow)) if not short and interval.start < tomorrow < interval.end else placed


def _symbolic(value: str, granularity: Granularity, form: TimeForm) -> Placed:
    """A value that waits for a publication date."""
    if form.part is not None:
        value, granularity = f"{value}T{form.part.code}", Granularity.PART_OF_DAY
    elif form.hour is not None:
        value, granularity = f"{value}T{form.hour:02d}:{form.minute or 0:02d}", Granularity.HOUR
    return Placed(Interval(None, None, granularity, value), TimeBasis.SYMBOLIC, None, form.zone)


def _period(count: float | None, unit: str) -> str:
    """The TIMEX3 period: "P9M", "PT24H", "PXD" where the text does not count."""
    if count is not None and unit == "W2":
        count *= 2
    number = "X" if count is None else f"{count:g}"
    return f"P{'T' if unit in ('H', 'M', 'S') else ''}{number}{PERIOD_CODES.get(unit, unit)}"


def _years_around(published: dt.date) -> list[int]:
    return [year for year in (published.year - 1, published.year, published.year + 1) if 1 <= year < dt.MAXYEAR]


def _distance(day: dt.date, setting: Setting) -> int:
    """Days from the publication, with a handicap for the side of it that the tense speaks against."""
    if setting.published is None:
        return 0
    days = (day - setting.published).days
    if setting.tense > 0:
        return days if days >= 0 else -days + 400
    if days <= DATE_LINE and setting.tense < 0:
        return abs(days)
    return -days if days <= 0 else days + FUTURE_HANDICAP[setting.tense]
