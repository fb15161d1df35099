"""The ``beats`` section: where the reports of an outlet take place, as ``onrecord gazetteer learn`` counts it. The program brings none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.lexicon.source import Sourced
from onrecord.records import Record


class Entry(Record, frozen=True, forbid_unknown_fields=True):
    """One outlet of ``beats/*.yaml``.

    outlet: its name as reports give it.  reports: how many were read.  countries, divisions: how many names in them surely mean a place of
    that country (ISO 3166-1 alpha-3) or first-level division ("SY.12"); a name counts once a report.
    """

    outlet: str
    reports: int
    countries: dict[str, int]
    divisions: dict[str, int]


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: an outlet counted twice, a count below one."""
    seen: dict[str, str] = {}
    for sourced in entries:
        entry = sourced.entry
        first = seen.setdefault(entry.outlet.casefold(), sourced.where)
        if first != sourced.where:
            yield f"{sourced.where}: outlet '{entry.outlet}' was counted before at {first}"
        for code, count in (*entry.countries.items(), *entry.divisions.items()):
            if count < 1:
                yield f"{sourced.where}: {code}: {count} is no count; leave the line out"


class Index:
    """Look-ups over the entries by outlet; later entries win."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._by_outlet = {entry.outlet.casefold(): entry for entry in self.entries}

    def find(self, outlet: str | None) -> Entry | None:
        """Where that outlet's reports take place, if they were counted."""
        return self._by_outlet.get(outlet.casefold()) if outlet else None
