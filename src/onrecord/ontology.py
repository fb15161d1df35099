"""PLOVER and its crosswalks: types, modes, contexts, quad classes; CAMEO, ACLED and UCDP tables.

People edit ``ontology/``; ``tools/build_ontology.py`` checks it and builds ``data/ontology.json``. Codes are those of the PLOVER manual
(2.0 draft), CAMEO 1.1b3, the ACLED codebook of 2023 and the UCDP GED codebook; definitions are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from importlib import resources

import msgspec

from onrecord.records import AcledType, EventCode, Record


class EventType(Record, frozen=True, forbid_unknown_fields=True):
    """A PLOVER type in our words. ``modes``: name -> what it is; ``quad`` 1 and 2 cooperation, 3 and 4 conflict, odd ones verbal."""

    name: str
    quad: int
    definition: str
    modes: dict[str, str]
    examples: tuple[str, ...]
    requires_recipient: bool


class CameoRow(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A CAMEO code for a type, and the mode or context that it asks for."""

    event: str
    cameo: str
    mode: str | None = None
    context: str | None = None


class AcledRow(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An ACLED sub-event for a type; what a row leaves out it does not ask for. ``actor``, ``recipient``: sectors.

    frame: beginnings of frame ids, of which the claim's must have one ("coerce.retake").
    """

    event_type: str
    sub_event_type: str
    event: str
    mode: str | None = None
    context: str | None = None
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    frame: tuple[str, ...] = ()


class UcdpRow(Record, frozen=True, forbid_unknown_fields=True):
    """A UCDP type of violence for the sectors of two sides."""

    violence: int
    actor: tuple[str, ...]
    recipient: tuple[str, ...]


class Tables(Record, frozen=True, forbid_unknown_fields=True):
    """Everything that ``ontology/`` says."""

    types: tuple[EventType, ...]
    contexts: dict[str, str]
    cameo: tuple[CameoRow, ...]
    acled: tuple[AcledRow, ...]
    ucdp: tuple[UcdpRow, ...]


APPEAL, REQUEST = "02", "10"  # CAMEO's appeals are PLOVER's requests


class Ontology:
    """The tables with look-ups."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.types = {event.name: event for event in tables.types}

    def quad(self, event: str) -> int | None:
        """1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict; None for no PLOVER type."""
        found = self.types.get(event)
        return found.quad if found is not None else None

    def cameo(self, event: str, modes: tuple[str, ...], contexts: tuple[str, ...]) -> tuple[str, ...]:
        """The CAMEO codes of an event: one per mode that has one, else by context, else the type's own."""
        rows = [self._cameo[event, mode, None] for mode in modes if (event, mode, None) in self._cameo]
        rows = rows or [self._cameo[event, None, context] for context in contexts if (event, None, context) in self._cameo][:1]
        rows = rows or [code for code in (self._cameo.get((event, None, None)),) if code]
        return tuple(dict.fromkeys(rows))

    def of_cameo(self, code: str) -> tuple[str, str | None] | None:
        """The PLOVER type and mode of a CAMEO code, by the most exact row of the crosswalk; None for statements (01) and other numbers."""
        root = REQUEST if code[:2] == APPEAL else code[:2]
        rows = [row for row in self.tables.cameo if row.cameo[:2] == root]
        rows.sort(key=lambda row: (self._cameo.get((row.event, None, None)) or "")[:2] != root)  # of types at home in this root first
        for length in range(len(code), 2, -1):
            found = next((row for row in rows if row.cameo == code[:length]), None)
            if found is not None:
                return found.event, found.mode
        return (rows[0].event, None) if rows and code.isdigit() else None

    def acled(self, event: EventCode, frame: str, actors: frozenset[str], recipients: frozenset[str]) -> tuple[AcledType, ...]:
        """The ACLED sub-events of an event: the first row that fits, per mode. Sectors are those of any actor or recipient."""
        found: list[AcledType] = []
        for mode in event.mode or (None,):
            row = next((row for row in self.tables.acled if _fits(row, event, mode, frame, actors, recipients)), None)
            if row is not None:
                found.append(AcledType(event_type=row.event_type, sub_event_type=row.sub_event_type))
        return tuple(dict.fromkeys(found))

    def ucdp(self, actors: frozenset[str], recipients: frozenset[str]) -> int | None:
        """The UCDP type of violence between two sides, by their sectors; None where a side is unknown or fits none."""
        return next((row.violence for row in self.tables.ucdp if actors & set(row.actor) and recipients & set(row.recipient)), None)

    @cached_property
    def _cameo(self) -> dict[tuple[str, str | None, str | None], str]:
        return {(row.event, row.mode, row.context): row.cameo for row in self.tables.cameo}


def _fits(row: AcledRow, event: EventCode, mode: str | None, frame: str, actors: frozenset[str], recipients: frozenset[str]) -> bool:
    if row.event != event.type or (row.mode is not None and row.mode != mode):
        return False
    if row.context is not None and row.context not in event.contexts:
        return False
    if (row.actor and not actors & set(row.actor)) or (row.recipient and not recipients & set(row.recipient)):
        return False
    return not row.frame or frame.startswith(row.frame)


def load_ontology() -> Ontology:
    """The packaged ontology."""
    content = resources.files("onrecord.data").joinpath("ontology.json").read_bytes()
    return Ontology(msgspec.json.decode(content, type=Tables))


def check_tables(tables: Tables) -> Iterator[str]:
    """Problems between the tables: unknown types, modes and contexts, a type without a CAMEO code, duplicate rows."""
    modes = {event.name: event.modes for event in tables.types}
    seen: set[tuple[str, str | None, str | None]] = set()
    rows: tuple[CameoRow | AcledRow, ...] = (*tables.cameo, *tables.acled)
    for row in rows:
        if row.event not in modes:
            yield f"crosswalks: '{row.event}' is not a PLOVER type"
        elif row.mode is not None and row.mode not in modes[row.event]:
            yield f"crosswalks: '{row.mode}' is not a mode of {row.event}"
        if row.context is not None and row.context not in tables.contexts:
            yield f"crosswalks: '{row.context}' is not a context"
    for cameo in tables.cameo:
        key = (cameo.event, cameo.mode, cameo.context)
        if key in seen:
            yield f"crosswalks/cameo.yaml: {key} stands twice"
        seen.add(key)
    for name in modes:
        if (name, None, None) not in seen:
            yield f"crosswalks/cameo.yaml: {name} has no code of its own"
