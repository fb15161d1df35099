"""The ``countries`` section: states and territories with their names, adjectives, people, capitals and seats of power.

Codes are ISO 3166-1 alpha-3, and ``KOS`` for Kosovo, which has none. Territories without a code of their own carry the one under which
event data files them; who claims what is stated in ``claims`` and ``note``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from onrecord.lexicon.phrases import PhraseTable, key, same_case
from onrecord.lexicon.sectors import sector_problem
from onrecord.lexicon.source import Sourced, did_you_mean
from onrecord.records import Actor, Record, actor_code


class Status(StrEnum):
    MEMBER = "member"
    OBSERVER = "observer"
    TERRITORY = "territory"
    DISPUTED = "disputed"
    DE_FACTO = "de_facto"
    AUTONOMOUS = "autonomous"
    REGION = "region"
    PEOPLE = "people"
    FORMER = "former"


class Entry(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One state, territory, region or people of ``lexicon/countries/*.yaml``.

    id: ISO 3166-1 alpha-3, or ``x-…`` for what has none.  code: country under which actors are filed, if not the id.
    names, adjectives, capitals: forms that stand for it alone; the ``weak_`` ones also mean something else.
    people: forms for its people, singular and plural, where they are not the adjective and its plural ("Turk, Turks").
    seats: buildings and offices that stand for an institution, with its sector ("Pentagon": MIL).
    homes: for a region or people across borders, the codes of the countries that it may belong to, likeliest first.
    start, end: half-open ISO dates of its existence.  successor: the code that follows a former state.
    claims: codes of the states that claim it.  source: reference consulted, or "unverified".
    """

    id: str
    name: str
    iso2: str | None = None
    status: Status = Status.MEMBER
    code: str | None = None
    names: tuple[str, ...] = ()
    weak_names: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    weak_adjectives: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    weak_capitals: tuple[str, ...] = ()
    seats: dict[str, str] = msgspec.field(default_factory=dict)
    homes: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    successor: str | None = None
    claims: tuple[str, ...] = ()
    note: str = ""
    source: str = "unverified"

    @property
    def country(self) -> str | None:
        """The code under which its actors are filed; None where that depends on the report (``homes``)."""
        if self.code is not None:
            return self.code
        if self.homes:
            return self.homes[0] if len(self.homes) == 1 else None
        return None if self.id.startswith("x-") else self.id


class Form(StrEnum):
    """What kind of word a form is."""

    NAME = "name"
    ADJECTIVE = "adjective"
    PEOPLE = "people"
    CAPITAL = "capital"
    SEAT = "seat"


class Sense(Record, frozen=True):
    """One reading of a form.  weak: it means other things, too.  sector: of a seat.  text: the form as listed."""

    entry: Entry
    form: Form
    text: str
    weak: bool = False
    sector: str | None = None


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: a duplicate id, an unknown country or sector."""
    seen: dict[str, str] = {}
    for sourced in entries:
        first = seen.setdefault(sourced.entry.id, sourced.where)
        if first != sourced.where:
            yield f"{sourced.where}: id '{sourced.entry.id}' was used before at {first}"
    for sourced in entries:
        entry = sourced.entry
        for code in (*entry.homes, *entry.claims, *filter(None, (entry.code, entry.successor))):
            if code not in seen:
                yield f"{sourced.where}: '{code}' is no country here{did_you_mean(code, seen)}"
        for sector in entry.seats.values():
            yield from sector_problem(sourced.where, sector)


_BODIES = {
    "GOV": "government",
    "MIL": "armed forces",
    "COP": "police",
    "SPY": "intelligence services",
    "JUD": "courts",
    "LEG": "parliament",
}


def plural_people(adjective: str) -> str:
    """The people of a regular adjective: "Syrian" gives "Syrians", "Lebanese" and "Dutch" stay."""
    return adjective if adjective.endswith(("ese", "sh", "ch", "ss", "s")) else adjective + "s"


class Index:
    """Look-ups by form. All return readings, likeliest first, or (); "Congolese" has two, "Polish" is not "polish"."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._by_id = {entry.id: entry for entry in entries}
        self._table: PhraseTable[Sense] = PhraseTable()
        for entry in self._by_id.values():
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        people = entry.people or tuple(map(plural_people, entry.adjectives))
        listed = (
            (Form.NAME, (entry.name, *entry.names), entry.weak_names),
            (Form.ADJECTIVE, entry.adjectives, entry.weak_adjectives),
            (Form.PEOPLE, people, () if entry.people else tuple(map(plural_people, entry.weak_adjectives))),
            (Form.CAPITAL, entry.capitals, entry.weak_capitals),
            (Form.SEAT, tuple(entry.seats), ()),
        )
        for form, strong, weak in listed:
            for normal, text in {key(text): text for text in reversed((*strong, *weak))}.items():
                self._table.add_key(normal, Sense(entry=entry, form=form, text=text, weak=text not in strong, sector=entry.seats.get(text)))

    def get(self, code: str) -> Entry | None:
        """The entry with that id ("SYR"), or None."""
        return self._by_id.get(code)

    def senses(self, text: str) -> tuple[Sense, ...]:
        """All readings of a whole phrase as name, adjective, people, capital or seat."""
        return _likeliest(self._table.get(text), text)

    def by_name(self, text: str) -> tuple[Entry, ...]:
        """The countries of a name: "DR Congo", "Turkey", "the U.S."; weak names last."""
        return self._of(text, Form.NAME)

    def adjective(self, text: str) -> tuple[Entry, ...]:
        """The countries of an adjective: "Syrian", "British"."""
        return self._of(text, Form.ADJECTIVE)

    def demonym(self, text: str) -> tuple[Entry, ...]:
        """The countries of a word for a people or of an adjective: "Syrians", "Turks", "Lebanese", "Syrian"."""
        return self._of(text, Form.PEOPLE, Form.ADJECTIVE)

    def capital(self, text: str) -> tuple[Entry, ...]:
        """The countries whose capital or place of government this is: "Ankara"."""
        return self._of(text, Form.CAPITAL)

    def seat(self, text: str) -> tuple[Sense, ...]:
        """What a seat of power stands for: "the Kremlin" gives Russia and GOV, "the Pentagon" the United States and MIL."""
        return tuple(sense for sense in self.senses(text) if sense.form is Form.SEAT)

    def matches(self, words: Sequence[str]) -> Iterator[tuple[int, int, tuple[Sense, ...]]]:
        """The longest forms in a row of words (tokens of a sentence): first word, end (half-open), readings."""
        for first, end, senses in self._table.matches(words):
            fitting = _likeliest(senses, " ".join(words[first:end]))
            if fitting:
                yield first, end, fitting

    def state_actor(self, code: str, sector: str, *, basis: str = "composed", confidence: float = 0.9) -> Actor | None:
        """The actor that a state is in one of its sectors, with a stable id: ("TUR", "MIL") is act-tur-mil; None for an unknown code."""
        entry = self._by_id.get(code)
        if entry is None or entry.id.startswith("x-"):
            return None
        return Actor(
            id=f"act-{code.lower()}-{sector.lower()}",
            name=f"{_BODIES[sector]} of {entry.name}",
            country=code,
            sectors=(sector,),
            code=actor_code(code, (sector,)),
            basis=basis,
            confidence=confidence,
        )

    def has_army(self, code: str) -> bool:
        """Whether a state has armed forces of its own: the two observer states of the United Nations have none."""
        entry = self._by_id.get(code)
        return entry is None or entry.status is not Status.OBSERVER

    def armed_forces_of(self, actor: Actor) -> Actor | None:
        """The armed forces that act for a government ("the Assad regime" shelled): SYR GOV gives SYR MIL, by metonymy.

        The government stays as candidate. None where the actor is not a state's executive.
        """
        if actor.country is None or actor.sectors[:1] != ("GOV",):
            return None
        forces = self.state_actor(actor.country, "MIL", basis="metonymy", confidence=round(actor.confidence * 0.9, 2))
        return forces and msgspec.structs.replace(forces, candidates=(msgspec.structs.replace(actor, candidates=()),))

    def _of(self, text: str, *forms: Form) -> tuple[Entry, ...]:
        found = {sense.entry.id: sense.entry for sense in self.senses(text) if sense.form in forms}
        return tuple(found.values())


def _likeliest(senses: Sequence[Sense], text: str) -> tuple[Sense, ...]:
    """The readings that the text's capitals allow, weak ones last."""
    fitting = [sense for sense in senses if same_case(sense.text, text)]
    return tuple(sorted(fitting, key=lambda sense: sense.weak)) if len(fitting) > 1 else tuple(fitting)
