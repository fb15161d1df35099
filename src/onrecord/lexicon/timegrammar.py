"""The grammar of time expressions: calendar dates, weekdays, parts of the day, relative, open and vague times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from onrecord.lexicon.numerals import lower_at
from onrecord.lexicon.timexes import FormKind, Part, TimeForm, Timex, label_of
from onrecord.lexicon.words import Phrases, Word, split_words

Found = tuple[TimeForm, int]  # a form and the index of the word after it

YEAR_BEFORE = frozenset(
    ["in", "since", "of", "by", "from", "until", "till", "before", "after", "during", "for", "the", "early", "late", "mid", "through", "to"]
    + ["and", "between", "throughout", "around", "circa", "september", "ago", ",", "(", "-", "–", "/", "january", "december"]
)
YEAR_COUNTS = frozenset(["people", "men", "women", "children", "troops", "police", "civilians", "families", "km", "others", "more", "dead"])
PICKS = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1, "following": 1, "upcoming": 1}
WINDOW_BACK = frozenset(["last", "past", "previous", "preceding"])
WINDOW_AHEAD = frozenset(["next", "coming", "following"])
AGO = {"ago": (-1, False), "earlier": (-1, True), "before": (-1, True), "later": (1, True), "after": (1, True), "previously": (-1, True)}
ORDINAL_ENDINGS = frozenset(["st", "nd", "rd", "th"])
MONTH_ABBREVIATIONS = frozenset("jan feb mar apr jun jul aug sept sep oct nov dec".split())
DECADE_BEFORE = frozenset(["the", "late", "early", "mid", "-", "and"])
RATED = frozenset(["million", "billion", "times", "thousand", "once", "twice", "dollars", "percent", "units"])
DASHES = frozenset(["-", "–", "—"])
MONTH_NEIGHBOURS = frozenset(
    ["in", "of", "since", "last", "early", "late", "this", "by", "until", "till", "from", "to", "and", "between", "mid", "next", "during"]
    + ["before", "after", "through", "the", "on", "end", "beginning", "-", "–", ",", "(", "around", "for", "that"]
)
OUTSET_REACH = 12  # words between "since" and the date inside its phrase: "since the eruption of the bloody civil war in Syria in 2011"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?(?!\d)")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s?(a\.?\s?m\b\.?|p\.?\s?m\b\.?|o['’]clock)|(\d{1,2}):(\d{2})(?::\d{2})?(?!\d)", re.IGNORECASE
)
_MILITARY = re.compile(r"(\d{2})(\d{2})(?=\s(?:hours|hrs|UTC|GMT|h\b|local))|(\d{1,2})h(\d{2})?\b")


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


class TimexGrammar:
    """Finds time expressions in text with the words of a lexicon."""

    def __init__(self, known: TimeWords) -> None:
        self._known = known
        firsts = {
            "since",
            "from",
            "between",
            "the",
            "last",
            "this",
            "next",
            "past",
            "coming",
            "previous",
            "following",
            "in",
            "half",
            "'",
            "overnight",
        }
        firsts |= {"within", "current", "upcoming", "later", "earlier"}
        for table in (known.counts, known.parts, known.deictic, known.fixed, known.edges):
            firsts.update(table.firsts())
        for mapping in (known.months, known.weekdays, known.seasons, known.ordinals, known.units, known.decades):
            firsts.update(mapping)
        self._firsts = frozenset(firsts)

    def find(self, text: str) -> Iterator[Timex]:
        """The time expressions of a text in order of their start, an outer one before the ones inside it."""
        words = split_words(text)
        at = 0
        while at < len(words):
            if not (words[at].digits or words[at].lower in self._firsts):
                at += 1
                continue
            outer = self._outer(text, words, at)
            if outer is not None:
                form, end, inside = outer
                yield _timex(words, at, end, form, outer=bool(inside))
                for start, inner, inner_end in inside:
                    yield _timex(words, start, inner_end, inner)
                at = end
                continue
            found = self._expression(text, words, at)
            if found is None:
                at += 1
                continue
            yield _timex(words, at, found[1], found[0])
            at = found[1]

    # ── expressions that hold others ──

    def _outer(self, text: str, words: Sequence[Word], at: int) -> tuple[TimeForm, int, list[tuple[int, TimeForm, int]]] | None:
        opening = words[at].lower
        if opening == "since":
            return self._since(text, words, at)
        if opening in ("from", "between"):
            return self._from_to(text, words, at)
        return None

    def _since(self, text: str, words: Sequence[Word], at: int) -> tuple[TimeForm, int, list[tuple[int, TimeForm, int]]] | None:
        """ "since September 2018", "since then", "since the eruption of the war in 2011"."""
        if lower_at(words, at + 1) == "then":
            return TimeForm(kind=FormKind.SINCE, first=TimeForm(kind=FormKind.RELATIVE, count=0, anchored=True)), at + 2, []
        for start in range(at + 1, min(at + 1 + OUTSET_REACH, len(words))):
            if start > at + 1 and (words[start - 1].text in ".,;:!?()" or words[start - 1].digits):
                break
            if start > at + 1 and words[start - 1].lower not in ("in", "on", "of", "late", "last"):
                continue
            found = self._expression(text, words, start)
            if found is None or found[0].kind in (FormKind.DURATION, FormKind.SET):
                continue
            if found[0].kind is FormKind.REFERENCE and start > at + 1:
                continue
            return TimeForm(kind=FormKind.SINCE, first=found[0]), found[1], [(start, found[0], found[1])]
        return None

    def _from_to(self, text: str, words: Sequence[Word], at: int) -> tuple[TimeForm, int, list[tuple[int, TimeForm, int]]] | None:
        """ "from Thursday to Saturday", "between 1 December and 27 February", "between 3 and 24 October"."""
        shared = self._day_range(words, at + 1)
        if shared is not None:
            return shared[0], shared[1], []
        first = self._expression(text, words, at + 1) if at + 1 < len(words) else None
        if first is None or lower_at(words, first[1]) not in ("to", "until", "till", "and", "through", "-", "–", "up"):
            return None
        link = first[1] + (2 if lower_at(words, first[1]) == "up" else 1)
        second = self._expression(text, words, link) if link < len(words) else None
        if second is None or FormKind.DURATION in (first[0].kind, second[0].kind) or FormKind.SET in (first[0].kind, second[0].kind):
            return None
        return _range(first[0], second[0]), second[1], [(at + 1, *first), (link, *second)]

    # ── one expression ──

    def _expression(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """The longest expression that begins at a word."""
        best: Found | None = None
        for read in (self._daytime, self._calendar, self._relative, self._window, self._fixed, self._span, self._duration):
            found = read(text, words, at)
            if found is not None and (best is None or found[1] > best[1]):
                best = found
        return best

    def _daytime(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """A day with a part of it or a clock time, in either order: "late on Thursday", "Friday morning", "6 p.m. on 27 February"."""
        into = self._overnight_into(text, words, at)
        if into is not None:
            return into
        clock = self._clock(text, words, at)
        if clock is not None:
            return self._with_day(text, words, clock)
        part = self._known.parts.match(words, at)
        if part is not None:
            dated = self._part_with_day(text, words, part)
            if dated is not None:
                return dated
        day = self._day(text, words, at)
        if day is not None:
            return self._with_hours(text, words, day)
        return self._lone_part(words, at, part)

    def _lone_part(self, words: Sequence[Word], at: int, part: tuple[Part, int] | None) -> Found | None:
        """ "at dawn", "before dawn", "overnight"; a bare "night" or "early" is no time by itself."""
        if part is None:
            return None
        starts = words[at].lower in ("at", "before", "after", "in", "predawn", "pre", "shortly", "just", "around", "midnight")
        return (TimeForm(kind=FormKind.CLOCK, part=part[0]), part[1]) if starts else None

    def _overnight_into(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """ "overnight into Friday" is the night before Friday."""
        if words[at].lower not in ("overnight", "late") or lower_at(words, at + 1) not in ("into", "to"):
            return None
        day = self._day(text, words, at + 2)
        if day is None:
            return None
        return msgspec.structs.replace(day[0], part=Part(code="NI", start=-2, end=6)), day[1]

    def _part_with_day(self, text: str, words: Sequence[Word], part: tuple[Part, int]) -> Found | None:
        end = part[1]
        while lower_at(words, end) in ("on", "of", ",", "the", "in"):
            end += 1
        if end == part[1] + 1 and lower_at(words, end - 1) in (",", "in"):
            return None
        day = self._day(text, words, end) if end < len(words) else None
        if day is None or day[0].kind is FormKind.RELATIVE and day[0].part is not None:
            return None
        form, end = self._with_hours(text, words, day)
        return msgspec.structs.replace(form, part=_joined_part(part[0], form.part)), end

    def _with_hours(self, text: str, words: Sequence[Word], day: Found) -> Found:
        """The part of the day or the clock time after a day: "Thursday night", "Friday at 6 a.m."."""
        form, end = day
        part = self._known.parts.match(words, end) if form.part is None else None
        if part is not None and not words[part[1] - 1].lower in ("of", "on", "early", "late"):
            return msgspec.structs.replace(form, part=part[0]), part[1]
        after = end + 1 if lower_at(words, end) in ("at", "around", "about", ",") else end
        if lower_at(words, after) in ("around", "about"):
            after += 1
        clock = self._clock(text, words, after) if form.part is None and after < len(words) and words[after].digits else None
        if clock is not None and (after == end or lower_at(words, end) != ","):
            return msgspec.structs.replace(form, hour=clock[0].hour, minute=clock[0].minute, zone=clock[0].zone), clock[1]
        return day

    def _with_day(self, text: str, words: Sequence[Word], clock: Found) -> Found:
        """The day after a clock time: "6 p.m. on Thursday", "12:00 UTC Monday"."""
        form, end = clock
        after = end + 1 if lower_at(words, end) == "on" else end
        part = self._known.parts.match(words, after)
        if part is not None and lower_at(words, part[1]) == "on":
            after = part[1] + 1
        day = self._day(text, words, after) if after < len(words) else None
        if day is None or day[0].part is not None:
            return clock
        return msgspec.structs.replace(day[0], hour=form.hour, minute=form.minute, zone=form.zone), day[1]

    def _clock(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """ "6 a.m.", "18:30", "0600 GMT", "6:40 p.m. (GMT +8)"."""
        if at >= len(words) or not words[at].digits:
            return None
        start = words[at].start
        match = _CLOCK.match(text, start) or _MILITARY.match(text, start)
        if match is None or (start and text[start - 1] in ".,:-/$"):
            return None
        groups = match.groups()
        hour, minute, half = _hour_of(groups, match)
        if hour is None or hour > 24 or minute > 59:
            return None
        end = at
        while end < len(words) and words[end].end <= match.end():
            end += 1
        if lower_at(words, end) in ("hours", "hrs"):
            end += 1
        zone, end = self._zone(text, words, end)
        if half is None and zone is None and groups[3] is not None and not self._is_time_of_day(words, at):
            return None
        return TimeForm(kind=FormKind.CLOCK, hour=hour % 24, minute=minute, zone=zone), end

    def _is_time_of_day(self, words: Sequence[Word], at: int) -> bool:
        """ "18:30" by itself may be a score or a verse; a preposition makes it a time."""
        return lower_at(words, at - 1) in (
            "at",
            "around",
            "about",
            "by",
            "from",
            "until",
            "before",
            "after",
            "since",
            "to",
            "and",
            "between",
            "till",
        )

    def _zone(self, text: str, words: Sequence[Word], at: int) -> tuple[str | None, int]:
        opened = lower_at(words, at) == "("
        match = self._known.zones.match(words, at + opened)
        if match is None or not (text[words[at + opened].start].isupper() or match[0] == "local"):
            return None, at
        name, end = match
        if lower_at(words, end) in ("+", "-") and end + 1 < len(words) and words[end + 1].digits:
            name, end = f"UTC{words[end].text}{int(words[end + 1].text[:2]):02d}:00", end + 2
        if opened:
            end += lower_at(words, end) == ")"
        return name, end

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
        if deictic is not None and deictic[0].unit == "D" and not _counts_from_event(words, deictic[1]):
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
        start = at + 1 if lower_at(words, at) == "the" else at
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
        links = (*DASHES, "to", "and", "or", "until", "through", "till")
        first = _day_number(words, at)
        if first is not None and lower_at(words, first[1]) in links:
            second = _day_number(words, first[1] + 1)
            after = second[1] + (lower_at(words, second[1]) == "of") if second is not None else at
            month = self._month(words, after) if second is not None else None
            if second is not None and month is not None and first[0] < second[0]:
                return self._spanning(words, month[0], first[0], second[0], month[1])
        month = self._month(words, at)
        first = _day_number(words, month[1]) if month is not None else None
        second = _day_number(words, first[1] + 1) if first is not None and lower_at(words, first[1]) in links else None
        if month is None or first is None or second is None or not first[0] < second[0] or self._month(words, second[1]):
            return None
        return self._spanning(words, month[0], first[0], second[0], second[1])

    def _spanning(self, words: Sequence[Word], month: int, first: int, second: int, end: int) -> Found:
        last, end = self._with_year(words, TimeForm(kind=FormKind.CALENDAR, month=month, day=second), end)
        return _range(msgspec.structs.replace(last, day=first), last), end

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

    def _calendar(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """ "September 2018", "early June", "mid-2011", "last March", "the end of 2019", "the 1990s", "'82"."""
        edge = self._known.edges.match(words, at)
        if edge is not None:
            inner = self._calendar(text, words, edge[1]) or self._relative(text, words, edge[1]) or self._span(text, words, edge[1])
            if inner is None:
                inner = self._edge_of_unit(words, edge[1])
            good = inner is not None and inner[0].edge is None and inner[0].unit not in ("D", "H", "M", "S") and inner[0].day is None
            return (msgspec.structs.replace(inner[0], edge=edge[0]), inner[1]) if inner is not None and good else None
        return self._decade(words, at) or self._month_year(words, at) or self._lone_year(words, at)

    def _edge_of_unit(self, words: Sequence[Word], at: int) -> Found | None:
        """ "the beginning of the year": the year of writing."""
        if lower_at(words, at) != "the" or lower_at(words, at + 1) not in ("week", "month", "year", "decade", "century"):
            return None
        if lower_at(words, at + 1) in ("decade", "century"):
            return None
        return TimeForm(kind=FormKind.RELATIVE, unit=self._known.units[words[at + 1].lower], count=0), at + 2

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
                return _range(first, TimeForm(kind=FormKind.CALENDAR, year=last)), at + 3
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

    # ── relative to the day of writing, or to a time named before ──

    def _relative(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """ "yesterday", "last week", "two days ago", "three days earlier", "a year later"."""
        found = self._known.deictic.match(words, at) or self._picked_unit(words, at) or self._counted_ago(words, at)
        if found is not None and found[0].anchored and _counts_from_event(words, found[1]):
            return msgspec.structs.replace(found[0], code="event"), found[1]
        return found

    def _picked_unit(self, words: Sequence[Word], at: int) -> Found | None:
        """ "last week", "this year", "the past month"."""
        start = at + 1 if lower_at(words, at) in ("the", "this") and lower_at(words, at + 1) in PICKS else at
        pick = PICKS.get(lower_at(words, start))
        unit = self._known.units.get(lower_at(words, start + 1))
        if pick is None or unit not in ("W", "MO", "Y", "WE", "DE", "CE", "Q", "W2") or lower_at(words, start + 1).endswith("s"):
            return None
        if (
            start > at
            and words[at].lower == "the"
            and words[start].lower in ("past", "previous", "following", "coming", "next")
            and unit != "Y"
        ):
            back = words[start].lower in WINDOW_BACK
            return TimeForm(kind=FormKind.WINDOW, unit=unit, count=-1 if back else 1), start + 2
        return TimeForm(kind=FormKind.RELATIVE, unit=unit, count=pick, anchored=words[start].lower in ("following", "previous")), start + 2

    def _counted_ago(self, words: Sequence[Word], at: int) -> Found | None:
        counted = self._counted_unit(words, at)
        if counted is None:
            return None
        count, unit, end = counted
        direction = AGO.get(lower_at(words, end))
        if direction is None and lower_at(words, end) == "from" and lower_at(words, end + 1) == "now":
            return TimeForm(kind=FormKind.RELATIVE, unit=unit, count=count), end + 2
        if direction is None:
            return None
        sign, anchored = direction
        return TimeForm(
            kind=FormKind.RELATIVE, unit=unit, count=None if count is None else sign * count, anchored=anchored, pick=sign
        ), end + 1

    def _window(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """ "the past 24 hours", "the next six months", "the last two weeks", "in recent years" is a reference."""
        start = at + 1 if lower_at(words, at) in ("the", "these", "those") else at
        side = lower_at(words, start)
        if side not in WINDOW_BACK | WINDOW_AHEAD:
            return None
        counted = self._counted_unit(words, start + 1)
        if counted is None:
            unit = self._known.units.get(lower_at(words, start + 1))
            if unit is None or not lower_at(words, start + 1).endswith("s"):
                return None
            counted = (None, unit, start + 2)
        count, unit, end = counted
        sign = -1 if side in WINDOW_BACK else 1
        return TimeForm(kind=FormKind.WINDOW, unit=unit, count=None if count is None else sign * count, pick=sign), end

    def _fixed(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """Named days, vague references and sets."""
        fixed = self._known.fixed.match(words, at)
        if fixed is None:
            return None
        form, end = fixed
        counted = lower_at(words, end) in self._known.units or self._counted_unit(words, end) is not None
        if counted or (lower_at(words, at - 1) == "as" and lower_at(words, end) == "as"):
            return None  # "in the past decade", "as soon as"
        if form.kind is FormKind.NAMED:
            return self._of_year(words, form, end)
        return form, end

    def _duration(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """ "three days", "12-year", "more than a week"; not an age."""
        counted = self._counted_unit(words, at)
        if (
            counted is None
            or lower_at(words, counted[2]) == "old"
            or (lower_at(words, counted[2]) == "-" and lower_at(words, counted[2] + 1) == "old")
        ):
            return None
        count, unit, end = counted
        if unit == "S" or lower_at(words, end) in ("of", "olds") and unit == "Y" and lower_at(words, end + 1) == "age":
            return None
        if unit == "Q" or (words[at].lower in ("a", "an") and (words[at - 1].digits or lower_at(words, at - 1) in RATED)):
            return None  # "three quarters of", "$28 an hour"
        if words[at].lower in ("a", "an", "one", "some", "many", "few") and unit in ("M", "S", "WE") or words[end - 1].lower == "min":
            return None
        return TimeForm(kind=FormKind.DURATION, unit=unit, count=count), end

    def _counted_unit(self, words: Sequence[Word], at: int) -> tuple[float | None, str, int] | None:
        """A number and a unit of time: "three days", "24 hours", "a 20 year", "six straight days"."""
        if at >= len(words):
            return None
        if words[at].digits and len(words[at].text) <= 4:
            count, end = float(words[at].text), at + 1
            if lower_at(words, end) == "." and end + 1 < len(words) and words[end].glued and words[end + 1].digits:
                return None
        elif words[at].lower in ("a", "an") and at + 1 < len(words) and words[at + 1].digits:
            return None
        elif match := self._known.counts.match(words, at):
            count, end = match  # type: ignore[assignment]
        else:
            return None
        if lower_at(words, end) in ("-", "straight", "consecutive", "full", "more", "long", "whole"):
            end += 1
        unit = self._known.units.get(lower_at(words, end))
        if unit is None or (at and words[at].digits and words[at].glued and words[at - 1].text in "$€£.-"):
            return None
        return count, unit, end + 1


def _timex(words: Sequence[Word], at: int, end: int, form: TimeForm, *, outer: bool = False) -> Timex:
    return Timex(span=(words[at].start, words[end - 1].end), label=label_of(form), form=form, outer=outer)


def _range(first: TimeForm, second: TimeForm) -> TimeForm:
    """From one time to another; what the second says of month and year holds for the first too."""
    if first.kind is FormKind.CALENDAR and second.kind is FormKind.CALENDAR:
        month = first.month if first.month is not None or first.day is None else second.month
        first = msgspec.structs.replace(first, month=month)
    return TimeForm(kind=FormKind.RANGE, first=first, second=second)


def _joined_part(one: Part, other: Part | None) -> Part:
    """ "early Thursday morning": what both parts share, else the first."""
    if other is None or max(one.start, other.start) >= min(one.end, other.end):
        return one if other is None else other
    return Part(code=other.code, start=max(one.start, other.start), end=min(one.end, other.end))


def _hour_of(groups: tuple[str | None, ...], match: re.Match[str]) -> tuple[int | None, int, str | None]:
    """Hour, minute and the half of the day's letters of a clock match."""
    if match.re is _MILITARY:
        return int(groups[0] or groups[2] or 99), int(groups[1] or groups[3] or 0), "h"
    if groups[3] is not None:
        return int(groups[3]), int(groups[4] or 0), None
    hour, minute, half = int(groups[0] or 99), int(groups[1] or 0), (groups[2] or "").lower()
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    return hour, minute, half


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


def _counts_from_event(words: Sequence[Word], end: int) -> bool:
    """ "two days after the attack": what follows names the event that the time counts from."""
    return words[end - 1].lower in ("after", "before") and end < len(words) and words[end].text[0].isalpha() and words[end].lower not in ("and", "but")


def _full_year(two: int) -> int:
    """The year that two digits stand for: 50 to 99 in the last century."""
    return 1900 + two if two >= 30 else 2000 + two
