"""The grammar of dates: calendar days and weekdays, months, years, and the parts of years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from onrecord.lexicon.numerals import lower_at
from onrecord.lexicon.timexes import FormKind, Part, TimeForm
from onrecord.lexicon.words import Phrases, Word

Found = tuple[TimeForm, int]  # a form and the index of the word after it
YEAR_BEFORE = frozenset([
    "in", "since", "of", "by", "from", "until", "till", "before", "after", "during", "for", "the", "early", "late", "mid", "through",
    "to", "and", "between", "throughout", "around", "circa", "september", "ago", ",", "(", "-", "–", "/", "january", "december"
])  # fmt: skip
YEAR_COUNTS = frozenset(["people", "men", "women", "children", "troops", "police", "civilians", "families", "km", "others", "more", "dead"])
PICKS = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1, "following": 1, "upcoming": 1}
ORDINAL_ENDINGS = frozenset(["st", "nd", "rd", "th"])
MONTH_ABBREVIATIONS = frozenset("jan feb mar apr jun jul aug sept sep oct nov dec".split())
DECADE_BEFORE = frozenset(["the", "late", "early", "mid", "-", "and"])
DASHES = frozenset(["-", "–", "—"])
LINKS = DASHES | {"to", "and", "or", "until", "through", "till"}
MONTH_NEIGHBOURS = frozenset([
    "in", "of", "since", "last", "early", "late", "this", "by", "until", "till", "from", "to", "and", "between", "mid", "next",
    "during", "before", "after", "through", "the", "on", "end", "beginning", "-", "–", ",", "(", "around", "for", "that"
])  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?(?!\d)")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)")


class TimeWords(NamedTuple):
    """The words of time expressions, from the lexicon."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    cased: frozenset[str]
    seasons: Mapping[str, str]
    units: Mapping[str, str]
    counts: Phrases[float | None]
    ordinals: Mapping[str, int]
    decades: Mapping[str, int]
    zones: Phrases[str]
    parts: Phrases[Part]
    deictic: Phrases[TimeForm]
    fixed: Phrases[TimeForm]
    edges: Phrases[str]


class DateGrammar:
    """Reads the date that begins at a word, with the words of a lexicon."""

    def __init__(self, known: TimeWords) -> None:
        self._known = known

    # ── days ──

    def _day(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """A single day: numeric, calendar, weekday, "yesterday", "the same day"."""
        if at >= len(words):
            return None
        if words[at].digits and (numeric := _numeric_date(text, words, at)):
            return numeric
        weekday = self._weekday(words, at)
        if weekday is not None:
            comma = weekday[1] + 1 if lower_at(words, weekday[1]) == "," else weekday[1]
            same_line = comma < len(words) and "\n" not in text[words[weekday[1] - 1].end : words[comma].start]
            dated = self._month_day(words, comma) if same_line else None
            if dated is not None and weekday[0].pick is None:
                return msgspec.structs.replace(dated[0], weekday=weekday[0].weekday), dated[1]
            return weekday
        dated = self._month_day(words, at)
        if dated is not None:
            return dated
        deictic = self._known.deictic.match(words, at)
        if deictic is not None and deictic[0].unit == "D" and not counts_from_event(words, deictic[1]):
            return deictic
        return None

    def _weekday(self, words: Sequence[Word], at: int) -> Found | None:
        start, pick = at, None
        if lower_at(words, start) in ("the", "this", "last", "next", "past", "previous", "coming", "following"):
            if words[start].lower in ("the", "this") and lower_at(words, start + 1) in (
                "past",
                "last",
                "coming",
                "previous",
                "following",
                "next",
            ):
                start += 1
            pick = PICKS.get(words[start].lower)
            start += 1
        name = lower_at(words, start)
        if name not in self._known.weekdays or (words[start].text.islower() and name in self._known.cased):
            return None
        if len(name) <= 3 and not (
            words[start].text[0].isupper()
            and (lower_at(words, start + 1) in (",", ".") or start + 1 == len(words) or words[start + 1].digits)
        ):
            return None
        end = start + 1
        if len(name) <= 5 and lower_at(words, end) == "." and words[end].glued and name != "today":
            end += 1 if end + 1 < len(words) and (words[end + 1].text in "," or words[end + 1].digits) else 0
        return TimeForm(kind=FormKind.CALENDAR, weekday=self._known.weekdays[name], pick=pick), end

    def _month(self, words: Sequence[Word], at: int) -> tuple[int, int] | None:
        """A month's number and the index after its name (and the dot of "Feb.")."""
        name = lower_at(words, at)
        month = self._known.months.get(name)
        if month is None or (name in self._known.cased and words[at].text.islower() and not self._touches_digits(words, at)):
            return None
        if len(name) == 3 and name != "may" and words[at].text.islower() and not self._touches_digits(words, at):
            return None
        end = at + 1
        dotted = name in MONTH_ABBREVIATIONS and lower_at(words, end) == "." and words[end].glued
        return month, end + 1 if dotted else end

    def _touches_digits(self, words: Sequence[Word], at: int) -> bool:
        return (at > 0 and words[at - 1].digits) or (at + 1 < len(words) and words[at + 1].digits)

    def _month_day(self, words: Sequence[Word], at: int) -> Found | None:
        """ "27 February 2020", "the 27th of February", "February 27, 2020", "Feb. 27", "17-20 October", "October 17–20"."""
        ranged = self._day_range(words, at)
        if ranged is not None:
            return ranged
        article = lower_at(words, at) == "the" and lower_at(words, at + 2) in ORDINAL_ENDINGS  # "the 27th of", but not "the 19 March deal"
        start = at + 1 if article else at
        day = _day_number(words, start)
        if day is not None:
            after = day[1] + 1 if lower_at(words, day[1]) == "of" else day[1]
            month = self._month(words, after)
            if month is not None:
                return self._with_year(words, TimeForm(kind=FormKind.CALENDAR, month=month[0], day=day[0]), month[1])
            return None
        month = self._month(words, at)
        day = _day_number(words, month[1] + (lower_at(words, month[1]) == "the")) if month is not None else None
        if month is None or day is None:
            return None
        return self._with_year(words, TimeForm(kind=FormKind.CALENDAR, month=month[0], day=day[0]), day[1])

    def _day_range(self, words: Sequence[Word], at: int) -> Found | None:
        """Two days of one month: "17-20 October", "1 and 2 March", "October 17 to 20"."""
        first = _day_number(words, at)
        if first is not None and lower_at(words, first[1]) in LINKS:
            second = _day_number(words, first[1] + 1)
            after = second[1] + (lower_at(words, second[1]) == "of") if second is not None else at
            month = self._month(words, after) if second is not None else None
            if second is not None and month is not None and first[0] < second[0]:
                return self._spanning(words, month[0], first[0], second[0], month[1])
        month = self._month(words, at)
        first = _day_number(words, month[1]) if month is not None else None
        second = _day_number(words, first[1] + 1) if first is not None and lower_at(words, first[1]) in LINKS else None
        if month is None or first is None or second is None or not first[0] < second[0] or self._month(words, second[1]):
            return None
        return self._spanning(words, month[0], first[0], second[0], second[1])

    def _spanning(self, words: Sequence[Word], month: int, first: int, second: int, end: int) -> Found:
        last, end = self._with_year(words, TimeForm(kind=FormKind.CALENDAR, month=month, day=second), end)
        return spanning(msgspec.structs.replace(last, day=first), last), end

    def _with_year(self, words: Sequence[Word], form: TimeForm, end: int) -> Found:
        after = end + 1 if lower_at(words, end) in (",", "of") else end
        if lower_at(words, after) in ("last", "this", "next") and lower_at(words, after + 1) == "year":
            return msgspec.structs.replace(form, pick=PICKS[words[after].lower], unit="Y"), after + 2
        year = _year(words, after)
        if (
            year is None
            and lower_at(words, after) == "'"
            and after + 1 < len(words)
            and len(words[after + 1].text) == 2
            and words[after + 1].digits
        ):
            return msgspec.structs.replace(form, year=_full_year(int(words[after + 1].text))), after + 2
        return (msgspec.structs.replace(form, year=year), after + 1) if year is not None else (form, end)

    # ── months, years, parts of years ──

    def _month_year(self, words: Sequence[Word], at: int) -> Found | None:
        start, pick = at, None
        if lower_at(words, start) in PICKS:
            pick, start = PICKS[words[start].lower], start + 1
        month = self._month(words, start)
        if month is None:
            return None
        form = TimeForm(kind=FormKind.CALENDAR, month=month[0], pick=pick)
        dated, end = self._with_year(words, form, month[1])
        if dated.year is None and dated.unit is None:
            name = words[start].lower
            if name in self._known.cased and lower_at(words, start - 1) not in MONTH_NEIGHBOURS and pick is None:
                return None
            if _day_number(words, month[1]) or (name in ("may", "march", "august", "april", "june") and _next_is_name(words, month[1])):
                return None
        return dated, end

    def _lone_year(self, words: Sequence[Word], at: int) -> Found | None:
        if (
            lower_at(words, at) == "'"
            and at + 1 < len(words)
            and words[at + 1].digits
            and words[at + 1].glued
            and len(words[at + 1].text) == 2
        ):
            plain = (at == 0 or not words[at].glued) and lower_at(words, at - 1) in YEAR_BEFORE - {",", "for", "and"}
            ends = at + 2 >= len(words) or not words[at + 2].glued or not words[at + 2].text[0].isalnum()
            return (TimeForm(kind=FormKind.CALENDAR, year=_full_year(int(words[at + 1].text))), at + 2) if plain and ends else None
        year = _year(words, at)
        if year is None or not _is_year_here(words, at):
            return None
        if lower_at(words, at + 1) in DASHES and at + 2 < len(words) and words[at + 1].glued and words[at + 2].digits:
            last = _year(words, at + 2) or (year // 100 * 100 + int(words[at + 2].text) if len(words[at + 2].text) == 2 else None)
            if last is not None and last > year:
                first = TimeForm(kind=FormKind.CALENDAR, year=year)
                return spanning(first, TimeForm(kind=FormKind.CALENDAR, year=last)), at + 3
        return TimeForm(kind=FormKind.CALENDAR, year=year), at + 1

    def _decade(self, words: Sequence[Word], at: int) -> Found | None:
        """ "the 1990s", "the 70s", "the eighties"."""
        plural = at + 2 if lower_at(words, at + 1) == "'" else at + 1
        if at < len(words) and words[at].digits and lower_at(words, plural) == "s" and words[plural].glued and words[at + 1].glued:
            number = words[at].text
            if len(number) == 4 and number[3] == "0" and _year(words, at) and plural == at + 1 + (lower_at(words, at - 1) in DECADE_BEFORE):
                return TimeForm(kind=FormKind.SPAN, code=number[:3]), plural + 1
            if len(number) == 4 and number[3] == "0" and _year(words, at) and plural == at + 1:
                return TimeForm(kind=FormKind.SPAN, code=number[:3]), plural + 1
            if len(number) == 2 and number[1] == "0" and lower_at(words, at - 1) in DECADE_BEFORE:
                return TimeForm(kind=FormKind.SPAN, code=f"{_full_year(int(number)) // 10}"), plural + 1
        decade = self._known.decades.get(lower_at(words, at))
        if decade is not None and lower_at(words, at - 1) in ("the", "late", "early", "mid"):
            return TimeForm(kind=FormKind.SPAN, code=f"19{decade // 10}"), at + 1
        return None

    def _span(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """A quarter, a half or a season: "the third quarter of this year", "last winter", "summer 2014"."""
        start, pick = at, None
        if lower_at(words, start) in ("the", "this"):
            start += 1
            pick = 0 if words[start - 1].lower == "this" else None
        if lower_at(words, start) in PICKS and lower_at(words, start + 1) in ("quarter", *self._known.seasons):
            pick, start = PICKS[words[start].lower], start + 1
        name = lower_at(words, start)
        if name in self._known.seasons:
            form, end = self._of_year(words, TimeForm(kind=FormKind.SPAN, code=self._known.seasons[name], pick=pick), start + 1)
            named = form.year is not None or form.unit is not None or pick is not None or start > at
            return (form, end) if named or lower_at(words, at - 1) in MONTH_NEIGHBOURS else None
        if name == "quarter" and pick is not None:
            return TimeForm(kind=FormKind.RELATIVE, unit="Q", count=pick), start + 1
        ordinal = self._known.ordinals.get(name)
        after = start + 2 if lower_at(words, start + 1) == "-" else start + 1
        if ordinal is None or lower_at(words, after) not in ("quarter", "half"):
            return None
        if lower_at(words, after) == "half" and not (ordinal <= 2 and lower_at(words, after + 1) == "of" and _year(words, after + 2)):
            return None
        letter = "Q" if lower_at(words, after) == "quarter" else "H"
        form = TimeForm(kind=FormKind.SPAN, code=f"{letter}{ordinal}", pick=-1 if name == "last" and start > at else None)
        return self._of_year(words, form, after + 1)

    def _of_year(self, words: Sequence[Word], form: TimeForm, end: int) -> Found:
        after = end
        while lower_at(words, after) in ("of", ",", "the", "in"):
            after += 1
        if (year := _year(words, after)) is not None:
            return msgspec.structs.replace(form, year=year), after + 1
        if lower_at(words, after) in PICKS and lower_at(words, after + 1) == "year":
            return msgspec.structs.replace(form, pick=PICKS[words[after].lower], unit="Y"), after + 2
        return form, end


def spanning(first: TimeForm, second: TimeForm) -> TimeForm:
    """From one time to another; what the second says of month and year holds for the first too."""
    if first.kind is FormKind.CALENDAR and second.kind is FormKind.CALENDAR:
        month = first.month if first.month is not None or first.day is None else second.month
        first = msgspec.structs.replace(first, month=month)
    return TimeForm(kind=FormKind.RANGE, first=first, second=second)


def _numeric_date(text: str, words: Sequence[Word], at: int) -> Found | None:
    """ "2020-02-27", "27/02/2020", "7/8/07" (either order), "27.02.2020"."""
    start = words[at].start
    if start and (text[start - 1].isalnum() or text[start - 1] in "/.-"):
        return None
    iso = _ISO.match(text, start)
    if iso:
        year, month, day = (int(group) for group in iso.groups()[:3])
        hour = int(iso[4]) if iso[4] else None
        form = TimeForm(kind=FormKind.CALENDAR, year=year, month=month, day=day, hour=hour, minute=int(iso[5]) if iso[5] else None)
        return (form, _index_at(words, at, iso.end())) if 1 <= month <= 12 and 1 <= day <= 31 and year else None
    for pattern in (_SLASHED, _DOTTED, _DASHED):
        match = pattern.match(text, start)
        if match:
            first, second, year = (int(group) for group in match.groups())
            year = year if len(match[3]) == 4 else _full_year(year)
            return _ordered(first, second, year, pattern is _SLASHED, _index_at(words, at, match.end()))
    return None


def _ordered(first: int, second: int, year: int, either: bool, end: int) -> Found | None:
    """Day first, unless only month first makes a date; where both do and slashes leave it open, ``swap`` is set."""
    if not (1 <= first <= 31 and 1 <= second <= 31) or (first > 12 and second > 12) or not year:
        return None
    day, month = (first, second) if second <= 12 else (second, first)
    return TimeForm(kind=FormKind.CALENDAR, year=year, month=month, day=day, swap=either and first <= 12 and second <= 12), end


def _index_at(words: Sequence[Word], at: int, offset: int) -> int:
    while at < len(words) and words[at].end <= offset:
        at += 1
    return at


def _day_number(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """A day of a month and the index after it: "27", "27th"."""
    if not 0 <= at < len(words) or not words[at].digits or len(words[at].text) > 2 or not 1 <= int(words[at].text) <= 31:
        return None
    end = at + 1
    if lower_at(words, end) in ORDINAL_ENDINGS and words[end].glued:
        return int(words[at].text), end + 1
    if (
        end < len(words)
        and words[end].glued
        and (
            words[end].text in ":%" or (words[end].text in ".," and end + 1 < len(words) and words[end + 1].glued and words[end + 1].digits)
        )
    ):
        return None
    return int(words[at].text), end


def _year(words: Sequence[Word], at: int) -> int | None:
    """A year of four digits, 1500 to 2099."""
    if not 0 <= at < len(words) or not words[at].digits or len(words[at].text) != 4:
        return None
    year = int(words[at].text)
    glued_before = at > 0 and words[at].glued and (words[at - 1].text[0].isalnum() or words[at - 1].text in "$€£.,#_")
    glued_after = (
        at + 2 < len(words) and words[at + 1].glued and words[at + 2].glued and words[at + 1].text in ".,:" and words[at + 2].digits
    )
    return year if 1500 <= year <= 2099 and not glued_before and not glued_after else None


def _is_year_here(words: Sequence[Word], at: int) -> bool:
    """A bare year, not a count ("killed 2000 people") nor a name ("Resolution 1973")."""
    before, after = lower_at(words, at - 1), lower_at(words, at + 1)
    if before in ("resolution", "no", "than", "least", "about", "some", "nearly", "almost", "to", "number", "article", "decree", "law"):
        return before == "to" and not after.isalpha()
    if after in ("%", "-") and after == "%":
        return False
    if before in YEAR_BEFORE:
        return not (before in ("and", ",", "for", "of") and (after in YEAR_COUNTS))
    if after in YEAR_COUNTS or (after.endswith("s") and after.isalpha() and len(after) > 3):
        return False
    return not (before.isalpha() and words[at - 1].text.islower() and after.isalpha() and words[at + 1].text.islower())


def _next_is_name(words: Sequence[Word], at: int) -> bool:
    """A capitalised word follows at once: "May Day", "April Fools", "August Wilson"."""
    return at < len(words) and words[at].text[0].isupper() and lower_at(words, at) not in ("and", "but")


def counts_from_event(words: Sequence[Word], end: int) -> bool:
    """ "two days after the attack": what follows names the event that the time counts from."""
    return (
        words[end - 1].lower in ("after", "before")
        and end < len(words)
        and words[end].text[0].isalpha()
        and words[end].lower not in ("and", "but")
    )


def _full_year(two: int) -> int:
    """The year that two digits stand for: 50 to 99 in the last century."""
    return 1900 + two if two >= 30 else 2000 + two
