"""Dates of publication: given by people, written in a URL, or at the top of a report."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Dec(?:ember)?)\.?"
)
WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+"

# Newspapers are four centuries old; an earlier year is a slip of the hand.
FIRST_YEAR = 1600
LAST_YEAR = 2199

MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:[.,]\d+)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?", re.IGNORECASE
)
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
IN_URL = re.compile(r"(?<!\d)((?:19|20)\d{2})([/\-_]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH}),?\s+(\d{{4}})\b", re.IGNORECASE)
MONTH_FIRST = re.compile(rf"\b({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
IN_TEXT_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


def parse_date(written: str) -> str | None:
    """The day of an ISO 8601 date or date-time as "YYYY-MM-DD", as written where the outlet sits; None if there is no such day."""
    match = ISO.fullmatch(written.strip())
    return _day(match[1], match[2], match[3]) if match else None


def parse_moment(written: str) -> tuple[str | None, str | None]:
    """The day, and the moment with its offset where there is one, that metadata write: ISO 8601, RFC 5322, or a date in words.

    Both as the outlet writes them: "2020-02-28T23:30:00+03:00" is of the 28th, wherever it is read.
    """
    match = MOMENT.fullmatch(written.strip()[:40])
    if match:
        day = parse_date(match[1])
        return (day, _moment(match)) if day else (None, None)
    try:
        moment = parsedate_to_datetime(written[:80])
    except (ValueError, TypeError, OverflowError):
        return date_in_text(written[:80]), None
    day = parse_date(moment.date().isoformat())
    return (day, moment.isoformat()) if day else (None, None)


def _moment(match: re.Match[str]) -> str | None:
    if not match[2]:
        return None
    zone = (match[4] or "").upper()
    offset = "+00:00" if zone in ("Z", "UTC", "GMT") else f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}" if zone else ""
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ':00'}{offset}").isoformat()
    except ValueError:
        return None


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
