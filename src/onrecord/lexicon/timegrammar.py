"""The grammar of time expressions: days with their hours, relative, open and vague times, and how they hold one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from onrecord.lexicon.dates import PICKS, DateGrammar, Found, TimeWords, counts_from_event, spanning
from onrecord.lexicon.numerals import lower_at
from onrecord.lexicon.timexes import FormKind, Part, TimeForm, Timex, label_of
from onrecord.lexicon.words import Word, split_words

WINDOW_BACK = frozenset(["last", "past", "previous", "preceding"])
WINDOW_AHEAD = frozenset(["next", "coming", "following"])
WINDOWS = WINDOW_BACK | WINDOW_AHEAD
AGO = {"ago": (-1, False), "earlier": (-1, True), "before": (-1, True), "later": (1, True), "after": (1, True), "previously": (-1, True)}
SAME = frozenset(["day", "week", "month", "quarter", "period", "time", "date", "weekend"])
RATED = frozenset(["million", "billion", "times", "thousand", "once", "twice", "dollars", "percent", "units"])
OUTSET_REACH = 12  # words between "since" and the date inside its phrase: "since the eruption of the bloody civil war in Syria in 2011"
CLOCK_BEFORE = frozenset(["at", "around", "about", "by", "from", "until", "before", "after", "since", "to", "and", "between", "till"])
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s?(a\.?\s?m\b\.?|p\.?\s?m\b\.?|o['’]clock)|(\d{1,2}):(\d{2})(?::\d{2})?(?!\d)", re.IGNORECASE
)
_BARE_MILITARY = re.compile(r"(0\d|1\d|2[0-3])([0-5][05])(?![\d,.]\d|\s?[^\W\d_])")  # "at 0500", not "at 1200 people"
_MILITARY = re.compile(r"(\d{2})(\d{2})(?=\s(?:hours|hrs|UTC|GMT|h\b|local))|(\d{1,2})h(\d{2})?\b")


class TimexGrammar(DateGrammar):
    """Finds time expressions in text with the words of a lexicon."""

    def __init__(self, known: TimeWords) -> None:
        super().__init__(known)
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
        return spanning(first[0], second[0]), second[1], [(at + 1, *first), (link, *second)]

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
        if day is None or (day[0].kind is FormKind.RELATIVE and day[0].part is not None):
            return None
        form, end = self._with_hours(text, words, day)
        return msgspec.structs.replace(form, part=_joined_part(part[0], form.part)), end

    def _with_hours(self, text: str, words: Sequence[Word], day: Found) -> Found:
        """The part of the day or the clock time after a day: "Thursday night", "Friday at 6 a.m."."""
        form, end = day
        part = self._known.parts.match(words, end) if form.part is None else None
        if part is not None and words[part[1] - 1].lower not in ("of", "on", "early", "late"):
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
        if match is None and lower_at(words, at - 1) in ("at", "between", "and", "until", "by", "since", "from"):
            match = _BARE_MILITARY.match(text, start)
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
        return lower_at(words, at - 1) in CLOCK_BEFORE

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

    # ── relative to the day of writing, or to a time named before ──

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

    def _relative(self, text: str, words: Sequence[Word], at: int) -> Found | None:
        """ "yesterday", "last week", "two days ago", "three days earlier", "a year later"."""
        same = self._same_period(words, at)
        if same is not None:
            return same
        found = self._known.deictic.match(words, at) or self._picked_unit(words, at) or self._counted_ago(words, at)
        if found is None or [lower_at(words, index) for index in range(at - 1, at + 3)] == ["at", "the", "same", "time"]:
            return None  # "at the same time" says "also"
        if found[0].anchored and counts_from_event(words, found[1]):
            return msgspec.structs.replace(found[0], code="event"), found[1]
        return found

    def _same_period(self, words: Sequence[Word], at: int) -> Found | None:
        """ "the same month a year ago", "the same period of last year": the time named before, a year earlier."""
        start = at + 1 if lower_at(words, at) == "the" else at
        if lower_at(words, start) != "same" or lower_at(words, start + 1) not in SAME:
            return None
        after = start + 2
        while lower_at(words, after) in ("of", "in", "the", "a", "one"):
            after += 1
        if lower_at(words, after) in ("last", "previous", "year") and "year" in (lower_at(words, after), lower_at(words, after + 1)):
            ends = after + 2 if lower_at(words, after + 1) in ("year", "ago", "earlier", "before") else None
            return (TimeForm(kind=FormKind.RELATIVE, unit="Y", count=-1, anchored=True, code="same"), ends) if ends else None
        return None

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
        if side not in WINDOWS:
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
        before = lower_at(words, at - 1)
        if counted or (before == "as" and lower_at(words, end) == "as") or (before == "for" and words[at].lower == "now"):
            return None  # "in the past decade", "as soon as", "for now"
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
        if unit == "S" or (lower_at(words, end) in ("of", "olds") and unit == "Y" and lower_at(words, end + 1) == "age"):
            return None
        if unit == "Q" or (words[at].lower in ("a", "an") and (words[at - 1].digits or lower_at(words, at - 1) in RATED)):
            return None  # "three quarters of", "$28 an hour"
        if (words[at].lower in ("a", "an", "one", "some", "many", "few") and unit in ("M", "S", "WE")) or words[end - 1].lower == "min":
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


def _joined_part(one: Part, other: Part | None) -> Part:
    """ "early Thursday morning": what both parts share, else the first."""
    if other is None or max(one.start, other.start) >= min(one.end, other.end):
        return one if other is None else other
    return Part(code=other.code, start=max(one.start, other.start), end=min(one.end, other.end))


def _hour_of(groups: tuple[str | None, ...], match: re.Match[str]) -> tuple[int | None, int, str | None]:
    """Hour, minute and the half of the day's letters of a clock match."""
    if match.re is _BARE_MILITARY:
        return int(match[1]), int(match[2]), "h"
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
