"""The ``actors`` section: actors with names of their own, what they were when, and by which names who calls them.

Composition ("Turkish soldiers") does not need this list; it holds what words alone do not tell: groups, services, parties, organisations
and the people in office.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from enum import StrEnum

from onrecord.lexicon.phrases import PhraseTable, key, same_case
from onrecord.lexicon.sectors import SUPRANATIONAL, sector_problem
from onrecord.lexicon.source import Sourced, did_you_mean
from onrecord.records import Record

REPORTING_DAYS = 3  # how long after its end an office still counts: reports of a death name the office


class Kind(StrEnum):
    GROUP = "group"
    FORCE = "force"
    BODY = "body"
    PARTY = "party"
    ORGANISATION = "organisation"
    OUTLET = "outlet"
    PERSON = "person"


class Term(Record, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """What an actor was from ``start`` up to, not including, ``end``: ISO dates of any precision ("2014-06"); left out, open."""

    sectors: tuple[str, ...]
    country: str | None = None
    office: str | None = None
    start: str | None = None
    end: str | None = None

    def holds(self, date: str) -> bool:
        """Whether it held on a date; a date less precise than the limits holds if any of its days may."""
        return _holds(self.start, self.end, date)


def _holds(start: str | None, end: str | None, date: str) -> bool:
    after = start is None or start[: len(date)] <= date
    return after and (end is None or date < end or (end.startswith(date) and len(date) < len(end)))


class Tie(Record, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A tie to another actor (``to``: its id) or to a state (``to``: its code) for a time."""

    to: str
    start: str | None = None
    end: str | None = None

    def holds(self, date: str | None) -> bool:
        """Whether it held on a date; without a date, whether it has not ended."""
        return self.end is None if date is None else _holds(self.start, self.end, date)


class Naming(Record, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A name that is disputed: who uses it, and why that matters."""

    name: str
    by: str
    note: str = ""


class Entry(Record, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """One named actor of ``lexicon/actors/*.yaml``.

    country: ISO 3166-1 alpha-3, or a code of ``sectors.SUPRANATIONAL``.  sectors: PLOVER, primary first.  alternatives: other sectors that
    coders give it; they become candidates.  aliases: names that stand for it alone.  weak: names that need a report about its country
    (surnames, short forms, acronyms that others share).  native: names in its own language or script.
    terms: what it was when, over ``sectors``; a person without a term on the date is a former one (ELI) afterwards and nobody before.
    members: further countries that it stands for ("the Baltic states"), each a participant of its own.
    also_in: countries in which a local branch goes by the same name.  theatre: countries where it acts; they support its weak names.
    start, end: half-open ISO dates of its existence.  parent, sides: ties with dates.  disputed: names with who uses them.
    source: a reference really consulted, or "unverified".
    """

    id: str
    name: str
    kind: Kind = Kind.GROUP
    country: str | None = None
    sectors: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    native: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    start: str | None = None
    end: str | None = None
    parent: tuple[Tie, ...] = ()
    sides: tuple[Tie, ...] = ()
    disputed: tuple[Naming, ...] = ()
    members: tuple[str, ...] = ()
    also_in: tuple[str, ...] = ()
    theatre: tuple[str, ...] = ()
    note: str = ""
    source: str = "unverified"

    @property
    def is_state(self) -> bool:
        """Whether it is a country or like one: without sectors, under a code of its own."""
        return self.kind is Kind.BODY and not self.sectors and not self.terms and self.country not in (None, *SUPRANATIONAL)

    def at(self, date: str | None) -> Term:
        """What it was on an ISO date (None: most recently)."""
        if self.terms:
            return self._term(date)
        return Term(sectors=self.sectors, country=self.country)

    def _term(self, date: str | None) -> Term:
        if date is None:
            last = self.terms[-1]
            return Term(sectors=last.sectors, country=last.country or self.country, office=last.office)
        for term in reversed(self.terms):
            if term.holds(date):
                return Term(sectors=term.sectors, country=term.country or self.country, office=term.office)
        ended = [term for term in self.terms if term.end is not None and len(term.end) == 10 and _days_before(date) <= term.end <= date]
        if ended:
            return Term(sectors=ended[-1].sectors, country=ended[-1].country or self.country, office=ended[-1].office)
        started = any(term.start is None or term.start <= date for term in self.terms)
        if self.kind is Kind.PERSON:
            return Term(sectors=self.sectors or (("ELI",) if started else ()), country=self.country)
        return Term(sectors=self.sectors or self.terms[0].sectors, country=self.country)


def _days_before(date: str) -> str:
    """The day some days before an ISO date: deaths and falls are reported after the event, with the office the person had."""
    try:
        day = datetime.date.fromisoformat(date[:10])
    except ValueError:
        return date
    return (day - datetime.timedelta(days=REPORTING_DAYS)).isoformat()


class Alias(Record, frozen=True):
    """A name of an actor as listed; ``weak`` ones do not decide alone."""

    entry: Entry
    text: str
    weak: bool = False


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: a duplicate id or strong alias, an unknown sector, a tie to nobody, a term that ends before it starts."""
    ids: dict[str, str] = {}
    for sourced in entries:
        first = ids.setdefault(sourced.entry.id, sourced.where)
        if first != sourced.where:
            yield f"{sourced.where}: id '{sourced.entry.id}' was used before at {first}"
        if not sourced.entry.id.startswith("act-"):
            yield f"{sourced.where}: id '{sourced.entry.id}' must begin with 'act-'"
    yield from _alias_problems(entries)
    for sourced in entries:
        yield from _problems(sourced, ids)


def _alias_problems(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    strong: dict[str, tuple[str, str]] = {}
    for sourced in entries:
        entry = sourced.entry
        for alias in (entry.name, *entry.aliases):
            owner, where = strong.setdefault(key(alias), (entry.id, sourced.where))
            if owner != entry.id:
                yield f"{sourced.where}: '{alias}' already stands for '{owner}' at {where}; make it weak in both"


def _problems(sourced: Sourced[Entry], ids: dict[str, str]) -> Iterator[str]:
    entry, where = sourced.entry, sourced.where
    for sector in (*entry.sectors, *entry.alternatives, *(sector for term in entry.terms for sector in term.sectors)):
        yield from sector_problem(where, sector)
    for country in filter(None, (entry.country, *(term.country for term in entry.terms), *entry.members, *entry.also_in, *entry.theatre)):
        if country not in SUPRANATIONAL and not (len(country) == 3 and country.isascii() and country.isupper()):
            yield f"{where}: '{country}' is no country code"
    for tie in (*entry.parent, *entry.sides):
        meant = did_you_mean(tie.to, ids) if tie.to.startswith("act-") and tie.to not in ids else ""
        if meant:  # without a like id it may be an actor of another folder
            yield f"{where}: '{tie.to}' is no actor here{meant}"
    limits = [(entry.start, entry.end)]
    limits += [(term.start, term.end) for term in entry.terms]
    limits += [(tie.start, tie.end) for tie in (*entry.parent, *entry.sides)]
    for start, end in limits:
        if start is not None and end is not None and end <= start:
            yield f"{where}: '{end}' is not after '{start}'"
    if not entry.sectors and not entry.terms and entry.country is None:
        yield f"{where}: '{entry.id}' has neither country nor sectors"


Listed = tuple[Entry, str, bool]  # an entry, its name as listed, and whether that is weak


class Index:
    """Look-ups by name in time that does not grow with the number of names; later entries with the same id win."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._by_id = {entry.id: entry for entry in entries}
        self.entries = tuple(self._by_id.values())
        self._table: PhraseTable[Listed] = PhraseTable()
        for entry in self.entries:
            self._add(entry, (entry.name, *entry.aliases, *entry.native), weak=False)
            self._add(entry, entry.weak, weak=True)

    def _add(self, entry: Entry, names: Sequence[str], *, weak: bool) -> None:
        for name in names:
            self._table.add_key(key(name), (entry, name, weak))

    def get(self, actor_id: str) -> Entry | None:
        """The entry with that id ("act-hezbollah"), or None."""
        return self._by_id.get(actor_id)

    def lookup(self, text: str) -> tuple[Alias, ...]:
        """The actors that a whole name may stand for, strong names first, or ()."""
        return _likeliest(self._table.get(text), text)

    def matches(self, words: Sequence[str]) -> Iterator[tuple[int, int, tuple[Alias, ...]]]:
        """The longest names in a row of words (tokens of a sentence): first word, end (half-open), actors."""
        for first, end, listed in self._table.matches(words):
            fitting = _likeliest(listed, " ".join(words[first:end]))
            if fitting:
                yield first, end, fitting


def _likeliest(listed: Sequence[Listed], text: str) -> tuple[Alias, ...]:
    """The actors whose listed name the text's capitals allow, each once, strong names first."""
    found: dict[str, Alias] = {}
    for entry, name, weak in _last_strong(listed) if len(listed) > 1 else listed:
        if entry.id not in found and same_case(name, text):
            found[entry.id] = Alias(entry=entry, text=name, weak=weak)
    return tuple(found.values())


def _last_strong(listed: Sequence[Listed]) -> list[Listed]:
    """Strong listings before weak ones. A folder lists a name strongly once, so of two the last is the user's, and wins."""
    last = next((entry.id for entry, _, weak in reversed(listed) if not weak), None)
    return sorted((one for one in listed if one[2] or one[0].id == last), key=lambda one: one[2])
