"""PLOVER and its crosswalks: types, modes, contexts, quad classes; CAMEO, ACLED and UCDP tables."""

from __future__ import annotations

from functools import cached_property
from importlib import resources

import msgspec

from onrecord.records import Record


class EventType(Record):
    """A PLOVER type in our words. ``modes`` and examples are for people; ``quad`` 1 and 2 cooperation, 3 and 4 conflict."""

    name: str
    quad: int
    definition: str
    modes: dict[str, str]
    examples: tuple[str, ...] = ()
    requires_recipient: bool = False


class CameoRow(Record):
    """A row of the CAMEO crosswalk: type, mode and contexts that it needs; the most specific row wins."""

    cameo: str
    event: str
    mode: str | None = None
    context: str | None = None


class AcledRow(Record):
    """A row of the ACLED crosswalk. ``actor`` and ``recipient`` are sectors of which one must be there; empty asks for nothing."""

    event_type: str
    sub_event_type: str
    event: str
    mode: str | None = None
    context: str | None = None
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    cue: tuple[str, ...] = ()


class Tables(Record):
    types: tuple[EventType, ...]
    contexts: dict[str, str]
    cameo: tuple[CameoRow, ...]
    acled: tuple[AcledRow, ...]


class Ontology:
    """The tables, with look-ups by type."""

    def __init__(self, tables: Tables | None = None) -> None:
        self._given = tables

    @cached_property
    def tables(self) -> Tables:
        if self._given is not None:
            return self._given
        return msgspec.json.decode(resources.files("onrecord.data").joinpath("ontology.json").read_bytes(), type=Tables)

    @cached_property
    def types(self) -> dict[str, EventType]:
        return {event.name: event for event in self.tables.types}

    def quad(self, event: str) -> int | None:
        """1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict; None for no PLOVER type."""
        found = self.types.get(event)
        return found.quad if found is not None else None


def load_ontology() -> Ontology:
    """The packaged ontology."""
    return Ontology()
