"""The ``outlets`` section: news agencies, broadcasters, papers, sites and monitors, with whom each is tied to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from onrecord.lexicon.source import Sourced
from onrecord.records import Actor, Record, actor_code


class OutletKind(StrEnum):
    AGENCY = "agency"
    BROADCASTER = "broadcaster"
    NEWSPAPER = "newspaper"
    SITE = "site"
    MONITOR = "monitor"


class Affiliation(StrEnum):
    """Whose voice it is: run by a state, a party or a side of a conflict, or by none of them."""

    STATE = "state"
    PARTY = "party"
    SIDE = "side"
    INDEPENDENT = "independent"
    WIRE = "wire"
    MONITOR = "monitor"
    INTERGOVERNMENTAL = "intergovernmental"


class Entry(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One outlet of ``lexicon/outlets/*.yaml``.

    country: ISO 3166-1 alpha-3 or a code of the contract (UNO, NGO).  of: the actor code that the affiliation ties it to ("YEM REB").
    source: where the affiliation was looked up; "unverified" when nobody has.
    """

    id: str
    name: str
    country: str
    kind: OutletKind
    affiliation: Affiliation
    source: str
    aliases: tuple[str, ...] = ()
    of: str | None = None


TIED = (Affiliation.STATE, Affiliation.PARTY, Affiliation.SIDE)


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: an id or a name used twice, a tie without a party to it."""
    seen: dict[str, str] = {}
    for sourced in entries:
        entry = sourced.entry
        for key in (f"id {entry.id}", *(f"name {_key(name)}" for name in (entry.name, *entry.aliases))):
            first = seen.setdefault(key, sourced.where)
            if first != sourced.where:
                yield f"{sourced.where}: {key} was used before at {first}"
        if entry.affiliation in TIED and entry.of is None:
            yield f"{sourced.where}: '{entry.name}' is tied to somebody ({entry.affiliation}): add 'of' with the actor code"


class Index:
    """Look-ups over the entries by name; later entries win."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._by_name = {_key(name): entry for entry in self.entries for name in (entry.name, *entry.aliases)}

    def find(self, name: str) -> Entry | None:
        """The outlet or monitor of that name or alias, whatever the case; a leading article does not count."""
        return self._by_name.get(_key(name))


def affiliation_text(entry: Entry) -> str:
    """The affiliation as a chain gives it: "state TUR", "side YEM REB", "independent"."""
    return f"{entry.affiliation} {entry.of}" if entry.of else str(entry.affiliation)


def outlet_actor(entry: Entry) -> Actor:
    """The outlet as an actor: the press of its country (JRN), or an organisation that monitors."""
    bodies = ("NGO", "UNO", "IGO", "EUR")
    sectors = () if entry.country in bodies else ("CVL",) if entry.kind is OutletKind.MONITOR else ("JRN",)
    code = actor_code(entry.country, sectors)
    return Actor(id=entry.id, name=entry.name, country=entry.country, sectors=sectors, code=code, basis="lexicon", confidence=1.0)


def _key(name: str) -> str:
    words = name.replace("’", "'").casefold().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)
