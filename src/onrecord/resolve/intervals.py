"""Calendar arithmetic: half-open intervals of local time, their TIMEX3 values, and how precise they are."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from onrecord.records import Granularity

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.datetime.min, dt.datetime.max

GRANULARITY_OF_UNIT = {
    "S": Granularity.MINUTE,
    "M": Granularity.MINUTE,
    "H": Granularity.HOUR,
    "D": Granularity.DAY,
    "WE": Granularity.DAY,
    "W": Granularity.WEEK,
    "W2": Granularity.WEEK,
    "MO": Granularity.MONTH,
    "Q": Granularity.QUARTER,
    "Y": Granularity.YEAR,
    "DE": Granularity.DECADE,
    "CE": Granularity.OPEN,
}
SEASON_START = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
DAYS_OF_UNIT = {"D": 1, "W": 7, "W2": 14, "WE": 7}
MONTHS_OF_UNIT = {"MO": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200}
ISLAMIC_EPOCH = 1948439.5  # Julian day of 16 July 622, civil reckoning


class Interval(NamedTuple):
    """A half-open stretch of local time with its TIMEX3 or EDTF value; an end that the text leaves open is None."""

    start: dt.datetime | None
    end: dt.datetime | None
    granularity: Granularity
    value: str


def midnight(day: dt.date) -> dt.datetime:
    """The first moment of a day."""
    return dt.datetime(day.year, day.month, day.day)


def day_interval(day: dt.date) -> Interval:
    """One day."""
    start = midnight(day)
    return Interval(start, start + DAY if day < dt.date.max else LAST, Granularity.DAY, day.isoformat())


def date_or_none(year: int, month: int, day: int) -> dt.date | None:
    """The date, or None where the calendar has none (31 February, year 0)."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def week_interval(day: dt.date) -> Interval:
    """The ISO week, Monday to Sunday, that a day lies in."""
    year, week, weekday = day.isocalendar()
    start = midnight(day) - (weekday - 1) * DAY
    return Interval(start, start + 7 * DAY, Granularity.WEEK, f"{year:04d}-W{week:02d}")


def weekend_interval(day: dt.date) -> Interval:
    """Saturday and Sunday of the ISO week that a day lies in."""
    week = week_interval(day)
    start = midnight(day) + (5 - day.weekday()) * DAY
    return Interval(start, start + 2 * DAY, Granularity.DAY, f"{week.value}-WE")


def month_interval(year: int, month: int) -> Interval:
    """One month; ``month`` may run over (0 is December of the year before)."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return Interval(_first_of(year, month), _first_of(year, month + 1), Granularity.MONTH, f"{year:04d}-{month:02d}")


def year_interval(year: int) -> Interval:
    """One year."""
    return Interval(_first_of(year, 1), _first_of(year + 1, 1), Granularity.YEAR, f"{year:04d}")


def quarter_interval(year: int, quarter: int) -> Interval:
    """One quarter; ``quarter`` may run over."""
    year, quarter = year + (quarter - 1) // 4, (quarter - 1) % 4 + 1
    return Interval(_first_of(year, 3 * quarter - 2), _first_of(year, 3 * quarter + 1), Granularity.QUARTER, f"{year:04d}-Q{quarter}")


def half_interval(year: int, half: int) -> Interval:
    """The first or second half of a year."""
    return Interval(_first_of(year, 6 * half - 5), _first_of(year, 6 * half + 1), Granularity.SEASON, f"{year:04d}-H{half}")


def season_interval(year: int, code: str) -> Interval:
    """A season of the northern hemisphere by months; winter begins in December of its year."""
    start = SEASON_START[code]
    return Interval(_first_of(year, start), _first_of(year, start + 3), Granularity.SEASON, f"{year:04d}-{code}")


def decade_interval(code: str) -> Interval:
    """The decade with a three-digit code: "199" is the 1990s."""
    year = int(code) * 10
    return Interval(_first_of(year, 1), _first_of(year + 10, 1), Granularity.DECADE, code)


def unit_interval(day: dt.date, unit: str, offset: int) -> Interval | None:
    """The day, week, month … that lies ``offset`` units from the one a day is in; None beyond the calendar's ends."""
    try:
        return _unit_interval(day, unit, offset)
    except (OverflowError, ValueError):
        return None


def _unit_interval(day: dt.date, unit: str, offset: int) -> Interval | None:
    if unit == "D":
        return day_interval(day + offset * DAY)
    if unit in ("W", "W2"):
        return week_interval(day + offset * DAYS_OF_UNIT[unit] * DAY)
    if unit == "WE":
        return weekend_interval(day + offset * 7 * DAY)
    if unit == "MO":
        return month_interval(day.year, day.month + offset)
    if unit == "Q":
        return quarter_interval(day.year, (day.month + 2) // 3 + offset)
    if unit == "Y":
        return year_interval(day.year + offset)
    if unit == "DE":
        return decade_interval(f"{day.year // 10 + offset:03d}")
    return day_interval(day) if unit in ("H", "M", "S") else None


def shifted(moment: dt.datetime, unit: str, count: float) -> dt.datetime | None:
    """A moment moved by so many units; None beyond the calendar's ends."""
    try:
        if unit in MONTHS_OF_UNIT:
            months = moment.year * 12 + moment.month - 1 + round(count * MONTHS_OF_UNIT[unit])
            last = (_first_of(months // 12, months % 12 + 2) - DAY).day
            return moment.replace(year=months // 12, month=months % 12 + 1, day=min(moment.day, last))
        hours = {"H": 1.0, "M": 1 / 60, "S": 1 / 3600}.get(unit) or 24.0 * DAYS_OF_UNIT.get(unit, 1)
        return moment + dt.timedelta(hours=hours * count)
    except (OverflowError, ValueError):
        return None


def easter(year: int) -> dt.date:
    """Western Easter Sunday of a year (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def islamic_date(islamic_year: int, month: int, day: int) -> dt.date:
    """The Gregorian date of a day of the arithmetic Islamic calendar; the sighted one may differ by a day or two."""
    days = day + -(-59 * (month - 1) // 2) + (islamic_year - 1) * 354 + (3 + 11 * islamic_year) // 30
    return dt.date.fromordinal(int(days + ISLAMIC_EPOCH - 1721424.5) - 1)


def precision(interval: Interval) -> tuple[int | None, int | None]:
    """ACLED (1-3) and UCDP (1-5) date precision by the length of an interval; None where an end is open.

    ACLED: 1 the day, 2 some days or a week, 3 a month or more. UCDP: 1 the day, 2 two to six days, 3 a week, 4 a month, 5 more.
    """
    if interval.start is None or interval.end is None:
        return None, None
    length = interval.end - interval.start
    for days, acled, ucdp in ((1, 1, 1), (6, 2, 2), (7, 2, 3), (31, 3, 4)):
        if length <= days * DAY:
            return acled, ucdp
    return 3, 5


def _first_of(year: int, month: int) -> dt.datetime:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return dt.datetime(year, month, 1) if year <= dt.MAXYEAR else LAST
