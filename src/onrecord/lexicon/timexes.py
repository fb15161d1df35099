"""Time expressions as the text has them: where they are and what they say, before anything is known of when the report was written."""

from __future__ import annotations

from enum import StrEnum

from onrecord.records import EntityLabel, Record, Span


class FormKind(StrEnum):
    """What sort of thing an expression says of time."""

    CALENDAR = "calendar"  # some of year, month, day, weekday: "27 February", "Thursday", "2018"
    SPAN = "span"  # a quarter, a season, a half, a decade of a year: ``code``
    RELATIVE = "relative"  # so many units from the publication or from a time named before: "yesterday", "three days earlier"
    WINDOW = "window"  # so many units up to or from the publication: "the past 24 hours"
    DURATION = "duration"  # "for three days"
    CLOCK = "clock"  # an hour or a part of the day without a day: "at 6 a.m.", "at dawn"
    NAMED = "named"  # "Ramadan", "Christmas": ``code`` holds the rule
    REFERENCE = "reference"  # PRESENT_REF, PAST_REF, FUTURE_REF in ``code``
    SET = "set"  # "every day": the period in ``code``
    SINCE = "since"  # open interval from ``first``
    RANGE = "range"  # from ``first`` to ``second``


class Part(Record, frozen=True, kw_only=True):
    """A part of the day: TIMEX3 code and hours from the day's midnight; past 24 is the next day."""

    code: str
    start: float
    end: float


class TimeForm(Record, frozen=True, kw_only=True):
    """What an expression says. Fields that it does not say are None.

    pick: -1 the last, 0 this, 1 the next ("last Thursday").  edge: EARLY, MID, LATE, EARLIER or LATER in it.
    unit: S M H D W W2 WE MO Q Y DE CE.  count: how many, None for "several".  anchored: it counts from a time named before.
    swap: day and month may be the other way round ("7/8/07").  code: of a span, a reference, a set or a named day; "event" where a
    relative time counts from an event ("two days after the attack"), "same" where it is the time named before, a year earlier.
    """

    kind: FormKind
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    pick: int | None = None
    edge: str | None = None
    part: Part | None = None
    hour: int | None = None
    minute: int | None = None
    zone: str | None = None
    unit: str | None = None
    count: float | None = None
    anchored: bool = False
    swap: bool = False
    code: str | None = None
    first: TimeForm | None = None
    second: TimeForm | None = None


class Timex(Record, frozen=True, kw_only=True):
    """A time expression as it stands in the text.

    span: its extent, code points.  label: ``DATE`` or ``TIME`` (it says a part of the day or a clock time).
    outer: it holds another expression inside ("since September 2018" holds "September 2018"); both are listed, the outer one first.
    """

    span: Span
    label: EntityLabel
    form: TimeForm
    outer: bool = False


def label_of(form: TimeForm) -> EntityLabel:
    """``TIME`` where the form says a part of the day or a clock time, else ``DATE``."""
    says_hours = form.part is not None or form.hour is not None or form.unit in ("H", "M", "S")
    inner = form.first is not None and label_of(form.first) is EntityLabel.TIME
    return EntityLabel.TIME if says_hours or inner else EntityLabel.DATE
