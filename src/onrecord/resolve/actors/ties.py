"""Whom a named group answers to, and beside whom it fights where the report is set: readings of it that linking compares, too.

One report says "Tiger Forces", another "the Syrian army"; one "Liwa al-Quds", another "pro-government forces". The lexicon dates such ties;
a named force of a state's military is its military in any case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from onrecord.lexicon.actors import Kind
from onrecord.records import Actor
from onrecord.resolve.actors.compose import make_actor
from onrecord.resolve.actors.context import Setting

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

TIED = 0.3  # confidence: another name for who acted, not another guess at who was meant


def with_ties(actor: Actor | None, setting: Setting, lexicon: Lexicon) -> Actor | None:
    """The actor with its parents and, in their country, its sides on the report's date behind its candidates (basis "parent", "side")."""
    if actor is None or actor.id is None:
        return actor
    known = {actor.id, *(one.id for one in actor.candidates)}
    tied = tuple(one for one in _ties(actor.id, setting, lexicon) if one.id not in known)
    return msgspec.structs.replace(actor, candidates=(*actor.candidates, *tied)) if tied else actor


def _ties(actor_id: str, setting: Setting, lexicon: Lexicon) -> Iterator[Actor]:
    entry = lexicon.actors.get(actor_id)
    if entry is None or entry.kind is Kind.PERSON:
        return
    term = entry.at(setting.date)
    if (
        entry.kind is Kind.FORCE
        and term.sectors == ("MIL",)
        and (army := _tied(term.country or "", "parent", setting, lexicon)) is not None
    ):
        yield army
    for tie in entry.parent:
        if tie.holds(setting.date) and (parent := _tied(tie.to, "parent", setting, lexicon)) is not None:
            yield parent
    for tie in entry.sides:
        side = _tied(tie.to, "side", setting, lexicon) if tie.holds(setting.date) else None
        if side is not None and side.country == setting.country():
            yield side


def _tied(to: str, basis: str, setting: Setting, lexicon: Lexicon) -> Actor | None:
    """The actor that a tie leads to: a state's armed forces, or another entry as it was on the date."""
    entry = lexicon.actors.get(to)
    if entry is None:
        return lexicon.countries.state_actor(to, "MIL", basis=basis, confidence=TIED)
    term = entry.at(setting.date)
    return make_actor(entry.name, term.country, term.sectors, basis, TIED, actor_id=entry.id) if term.sectors else None
