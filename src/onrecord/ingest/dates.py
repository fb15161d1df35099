"""Dates of publication: given by people, written in a URL, or at the top of a report."""

from __future__ import annotations

import re
from datetime import date

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Dec(?:ember)?)\.?"
)
WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+"

# Newspapers are four centuries old; an earlier year is a slip of the hand.
FIRST_YEAR = 1600
LAST_YEAR = 2199

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
IN_URL = re.compile(r"(?<!\d)((?:19|20)\d{2})([/\-_]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH}),?\s+(\d{{4}})\b", re.IGNORECASE)
MONTH_FIRST = re.compile(rf"\b({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
IN_TEXT_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


def parse_date(written: str) -> str | None:
    """The day of an ISO 8601 date or date-time as "YYYY-MM-DD", as written where the outlet sits; None if there is no such day."""
    match = ISO.fullmatch(written.strip())
    return _day(match[1], match[2], match[3]) if match else None


def date_in_url(url: str) -> str | None:
    """The day in a path like ``/2020/02/29/``, ``/2020-02-29-`` or ``/20200229/``; None if there is none, or several differ."""
    days = {day for match in IN_URL.finditer(url) if _delimited(match) and (day := _day(match[1], match[3], match[4]))}
    return days.pop() if len(days) == 1 else None


def date_in_text(line: str) -> str | None:
    """The first full date (with its year) in a short line: "29 February 2020", "Feb. 29, 2020", "2020-02-29"."""
    if match := DAY_FIRST.search(line):
        return _day(match[3], match[2], match[1])
    if match := MONTH_FIRST.search(line):
        return _day(match[3], match[1], match[2])
    if match := IN_TEXT_ISO.search(line):
        return _day(match[1], match[2], match[3])
    return None


def _delimited(match: re.Match[str]) -> bool:
    """Eight digits in a row are a date only in full: "2020112" may be an article's number."""
    return bool(match[2]) or len(match[3]) == len(match[4]) == 2


def _day(year: str, month: str, day: str) -> str | None:
    number = int(month) if month.isdigit() else _month_number(month)
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None


def _month_number(name: str) -> int:
    start = name.lower()[:3]
    return next(number for number, month in enumerate(MONTHS, start=1) if month.startswith(start))
