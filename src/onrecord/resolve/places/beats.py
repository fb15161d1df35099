"""Counts where each outlet's reports take place, from the places that were resolved in them; no label is needed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from onrecord.gazetteer import Gazetteer, Toponym
from onrecord.lexicon.beats import Entry
from onrecord.records import Coding

CONFIDENT = 0.8
FEWEST_REPORTS = 3  # of fewer, an outlet's places say little about its next report


def learn_beats(codings: Iterable[Coding], gazetteer: Gazetteer, *, fewest: int = FEWEST_REPORTS) -> list[Entry]:
    """For each outlet with enough reports, in order of its name, the countries and divisions that its reports surely name."""
    reports: Counter[str] = Counter()
    countries: defaultdict[str, Counter[str]] = defaultdict(Counter)
    divisions: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for coding in codings:
        outlet = coding.document.outlet
        if not outlet:
            continue
        reports[outlet] += 1
        for place in _sure_places(coding, gazetteer):
            if place.country:
                countries[outlet][place.country] += 1
            if place.admin1_code:
                divisions[outlet][place.admin1_code] += 1
    return [
        Entry(
            outlet=outlet,
            reports=count,
            countries=dict(sorted(countries[outlet].items())),
            divisions=dict(sorted(divisions[outlet].items())),
        )
        for outlet, count in sorted(reports.items())
        if count >= fewest and countries[outlet]
    ]


def _sure_places(coding: Coding, gazetteer: Gazetteer) -> Iterator[Toponym]:
    """The places of a report's names, each name once."""
    named = {
        mention.text: mention.place.id
        for mention in coding.mentions
        if mention.place is not None and mention.place.id is not None and mention.place.confidence >= CONFIDENT
    }
    for identity in named.values():
        place = gazetteer.place(identity)
        if place is not None:
            yield place
