"""The ``times`` section of the lexicon: the words of time expressions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum

from onrecord.lexicon.dates import TimeWords
from onrecord.lexicon.source import Sourced
from onrecord.lexicon.timegrammar import TimexGrammar
from onrecord.lexicon.timexes import FormKind, Part, TimeForm, Timex
from onrecord.lexicon.words import Phrases
from onrecord.records import Record


class EntryKind(StrEnum):
    """What the forms of an entry name."""

    MONTH = "month"
    WEEKDAY = "weekday"
    SEASON = "season"
    UNIT = "unit"
    COUNT = "count"
    ORDINAL = "ordinal"
    DECADE = "decade"
    ZONE = "zone"
    EDGE = "edge"
    PART = "part"
    NAMED = "named"
    DEICTIC = "deictic"
    ANAPHOR = "anaphor"
    REFERENCE = "reference"
    SET = "set"


class Entry(Record, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One entry of ``lexicon/times/*.yaml``. ``forms`` are in lower case, hyphens apart ("mid - morning").

    value: number of a month, weekday, count.  cased: also a common word, so a capital is needed.  code: TIMEX3 code.
    hours: from and to, of a part of the day.  unit, offset, part: of words that point ("yesterday").  rule: how a named day is found.
    """

    id: str
    kind: EntryKind
    forms: tuple[str, ...]
    value: float | None = None
    cased: bool = False
    code: str | None = None
    hours: tuple[float, float] | None = None
    unit: str | None = None
    offset: int | None = None
    part: str | None = None
    rule: str | None = None


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: a duplicate id, an empty form, a part of the day that no entry defines or that has no hours."""
    seen: dict[str, str] = {}
    parts = {sourced.entry.id.partition(".")[2] for sourced in entries if sourced.entry.kind is EntryKind.PART}
    for sourced in entries:
        entry = sourced.entry
        first = seen.setdefault(entry.id, sourced.where)
        if first != sourced.where:
            yield f"{sourced.where}: id '{entry.id}' was used before at {first}; give each entry its own"
        if not entry.forms or any(not form.strip() for form in entry.forms):
            yield f"{sourced.where}: '{entry.id}' has an empty form; write at least one word"
        if entry.part is not None and entry.part not in parts:
            yield f"{sourced.where}: part '{entry.part}' is not defined; known are {', '.join(sorted(parts))}"
        if entry.kind is EntryKind.PART and (entry.hours is None or entry.hours[0] >= entry.hours[1]):
            yield f"{sourced.where}: '{entry.id}' needs hours: [from, to] with from before to"


class Index:
    """Look-ups over the entries; later entries win."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._grammar = TimexGrammar(_time_words(self.entries))
        self._last: tuple[str, tuple[Timex, ...]] | None = None  # two stages ask for the same text in turn

    def find_timexes(self, text: str) -> tuple[Timex, ...]:
        """The time expressions of a text, in order of their start, an outer one before those inside it.

        Args: text: a whole document or one sentence.
        Returns: spans are code points of ``text``; a mention of kind ``time`` takes ``span`` as its extent and head and ``label`` as its
        label (``DATE`` or ``TIME``). Durations ("three days") are among them, ages are not.
        """
        if self._last is None or self._last[0] != text:
            self._last = (text, tuple(self._grammar.find(text)))
        return self._last[1]


def _time_words(entries: Sequence[Entry]) -> TimeWords:
    by_kind: defaultdict[EntryKind, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    parts = {entry.id.partition(".")[2]: _part(entry) for entry in by_kind[EntryKind.PART]}

    def numbers(kind: EntryKind) -> dict[str, int]:
        return {form: int(entry.value or 0) for entry in by_kind[kind] for form in entry.forms}

    def codes(kind: EntryKind) -> dict[str, str]:
        return {form: entry.code or "" for entry in by_kind[kind] for form in entry.forms}

    pointing = [
        (form, _pointing(entry, parts))
        for kind in (EntryKind.DEICTIC, EntryKind.ANAPHOR)
        for entry in by_kind[kind]
        for form in entry.forms
    ]
    fixed = [
        (form, TimeForm(kind=kind, code=entry.code or entry.rule))
        for source, kind in (
            (EntryKind.REFERENCE, FormKind.REFERENCE),
            (EntryKind.SET, FormKind.SET),
            (EntryKind.NAMED, FormKind.NAMED),
        )
        for entry in by_kind[source]
        for form in entry.forms
    ]
    return TimeWords(
        months=numbers(EntryKind.MONTH),
        weekdays=numbers(EntryKind.WEEKDAY),
        cased=frozenset(form for entry in entries if entry.cased for form in entry.forms),
        seasons=codes(EntryKind.SEASON),
        units=codes(EntryKind.UNIT),
        counts=Phrases((form, entry.value) for entry in by_kind[EntryKind.COUNT] for form in entry.forms),
        ordinals=numbers(EntryKind.ORDINAL),
        decades=numbers(EntryKind.DECADE),
        zones=Phrases((form, entry.id) for entry in by_kind[EntryKind.ZONE] for form in entry.forms),
        parts=Phrases((form, _part(entry)) for entry in by_kind[EntryKind.PART] for form in entry.forms),
        deictic=Phrases(pointing),
        fixed=Phrases(fixed),
        edges=Phrases((form, entry.code or "") for entry in by_kind[EntryKind.EDGE] for form in entry.forms),
    )


def _part(entry: Entry) -> Part:
    start, end = entry.hours or (0.0, 24.0)
    return Part(code=entry.code or "DT", start=start, end=end)


def _pointing(entry: Entry, parts: dict[str, Part]) -> TimeForm:
    part = parts[entry.part] if entry.part is not None else None
    anchored = entry.kind is EntryKind.ANAPHOR
    return TimeForm(kind=FormKind.RELATIVE, unit=entry.unit, count=entry.offset, part=part, anchored=anchored)
