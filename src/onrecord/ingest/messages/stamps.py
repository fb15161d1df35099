"""The date and time that begin a line of a WhatsApp export, in the forms that telephones write by their language and system.

Android: ``28/02/2020, 21:05 - Author: text``; iOS: ``[28.02.20, 21:05:33] Author: text``; Korean Android: ``2020년 2월 28일 오후 9:05, ``.
Digits may be Arabic, Persian, Devanagari or Bengali, the halves of the day words of many languages, and marks of direction may stand
anywhere between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, pairwise

import msgspec

MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
SPACE = rf"[ \u00a0\u202f\u2009{MARKS}]"
DIGIT = "[0-9٠-٩۰-۹०-९০-৯]"
WORD = r"[^\W\d_][\w\u0900-\u097f]*"
HALF = rf"{WORD}\.?(?:{SPACE}?m\b\.?|\.{WORD}\.?)?"
JOINT = rf"[{MARKS}]*(?:{SPACE}?[年년月월]|[./-])[{MARKS}]*{SPACE}?"
DATE = rf"(?P<a>{DIGIT}{{1,4}}){JOINT}(?P<b>{DIGIT}{{1,2}}){JOINT}(?P<c>{DIGIT}{{1,4}})(?:{SPACE}?[日일]|\.)?"
CLOCK = (
    rf"(?:(?P<before>{HALF}){SPACE}*)?(?P<hour>{DIGIT}{{1,2}})[:.](?P<minute>{DIGIT}{{2}})(?:[:.](?P<second>{DIGIT}{{2}}))?"
    rf"(?:{SPACE}*(?P<after>{HALF}))?"
)
JOIN = rf"[,،]?{SPACE}+(?:(?:à|at|um|a las|alle|alle ore|às|kl\.?|klo){SPACE}+)?"
FORMS = (
    re.compile(rf"[{MARKS}]*\[{DATE}{JOIN}{CLOCK}{SPACE}*\]{SPACE}?"),
    re.compile(rf"[{MARKS}]*{DATE}{JOIN}{CLOCK}{SPACE}+[-–]{SPACE}"),
    re.compile(rf"[{MARKS}]*{DATE}{JOIN}{CLOCK},{SPACE}"),
)
# Longest stamp that any form can make: longer lines need not be tried beyond it.
MAX_STAMP = 80

DIGITS = {ord(digit): str(number) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯") for number, digit in enumerate(row)}
# Compared without stops, spaces and case: English, Spanish, Arabic, Persian, Turkish, Hindi, Japanese, Korean, Chinese, Vietnamese,
# Swedish, Greek, Albanian, Hungarian.
BEFORE_NOON = frozenset("am a ص قظ öö पूर्वाह्न 午前 오전 上午 凌晨 早上 清晨 sa fm πμ pd de".split())
AFTER_NOON = frozenset("pm p م بظ ös अपराह्न 午後 오후 下午 晚上 中午 傍晚 ch em μμ md du".split())
BUDDHIST_YEARS = range(2400, 2700)
BUDDHIST_LEAD = 543
GREGORIAN_YEARS = range(2009, 2100)  # WhatsApp began in 2009

ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}  # year, month and day among the three numbers


class Stamp(msgspec.Struct, frozen=True):
    """The three numbers of a date as written, their order still open; the clock; how many characters the stamp takes."""

    numbers: tuple[int, int, int]
    year_first: bool
    hour: int
    minute: int
    second: int | None
    length: int


def read_stamp(line: str) -> Stamp | None:
    """The stamp that begins a line; None for a line that goes on with the message before."""
    start = line[:MAX_STAMP]
    match = next((found for form in FORMS if (found := form.match(start))), None)
    if match is None:
        return None
    hour = _hour(_number(match["hour"]), match["before"], match["after"])
    minute, second = _number(match["minute"]), _number(match["second"]) if match["second"] else None
    if hour is None or minute > 59 or (second or 0) > 59:
        return None
    numbers = (_number(match["a"]), _number(match["b"]), _number(match["c"]))
    return Stamp(numbers, len(match["a"]) == 4, hour, minute, second, match.end())


def find_order(stamps: Sequence[Stamp], given: str | None = None) -> str | None:
    """The order of day, month and year in all the stamps of one export: "dmy", "mdy" or "ymd"; None where they do not tell.

    A number over 12 is a day. Failing that, messages are in order of time: the order in which the dates never go back is the right
    one if the other makes them go back.
    """
    if given is not None:
        return given
    if stamps and all(stamp.year_first for stamp in stamps):
        return "ymd"
    stamps = [next(same) for _, same in groupby(stamps, key=lambda stamp: stamp.numbers)]
    possible = [order for order in ("dmy", "mdy") if all(moment_of(stamp, order) for stamp in stamps)]
    if len(possible) == 2:
        steady = [order for order in possible if _never_goes_back(stamps, order)]
        possible = steady if len(steady) == 1 else possible
    return possible[0] if len(possible) == 1 else None


def moment_of(stamp: Stamp, order: str) -> datetime | None:
    """The local time of a stamp, read in that order; None if there is no such day."""
    year, month, day = (stamp.numbers[at] for at in ORDERS[order])
    year = year + 2000 if year < 100 else year
    year = year - BUDDHIST_LEAD if year in BUDDHIST_YEARS else year
    if year not in GREGORIAN_YEARS:
        return None
    try:
        return datetime(year, month, day, stamp.hour, stamp.minute, stamp.second or 0)
    except ValueError:
        return None


def _never_goes_back(stamps: Sequence[Stamp], order: str) -> bool:
    days = [moment.date() for stamp in stamps if (moment := moment_of(stamp, order))]
    return all(before <= after for before, after in pairwise(days))


def _number(digits: str) -> int:
    return int(digits.translate(DIGITS))


def _hour(hour: int, before: str | None, after: str | None) -> int | None:
    """The hour of 24; None where the word beside it is no half of the day."""
    words = [re.sub(rf"[.\s{MARKS}]", "", word).lower() for word in (before, after) if word]
    if not words:
        return hour if hour <= 23 else None
    if len(words) > 1 or hour > 23:
        return None
    if words[0] in BEFORE_NOON:
        return hour % 12 if hour <= 12 else None
    if words[0] in AFTER_NOON:
        return hour % 12 + 12 if hour <= 12 else hour
    return None
