"""Claims as cells and columns: what exports write and the ledger keeps ready."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from evaluation.linking import read_gold
from onrecord.claim_cells import FORM, OWN, own_cells, own_columns, pick, put_together
from onrecord.export.tables import CLAIM_COLUMNS, claim_cells
from onrecord.records import Exactness, Participant, ParticipantRole, PlaceKind, PlaceRelation, Quantity, QuantityOf, Scope, Unit
from tests.export_records import actor, claim, place


def test_cells_stand_under_the_names_of_the_table() -> None:
    told = claim()
    row = dict(zip((column.name for column in CLAIM_COLUMNS), claim_cells(told), strict=True))
    assert dict(zip(OWN, own_cells(told.claim), strict=True)).items() <= row.items()


def test_cells_of_another_form_have_another_number() -> None:
    """A ledger keeps cells; whoever changes what stands in them raises ``FORM`` and pins the new digest here."""
    told = claim().claim
    victims = tuple(
        Participant(span=None, head=None, text=text, mention=None, role=ParticipantRole.RECIPIENT, path="obj", actor=actor("CVL"))
        for text in ("a; b", "c")
    )
    others = (
        msgspec.structs.replace(told, actors=victims[:1], recipients=victims, event=None, time=None, attribution=()),
        msgspec.structs.replace(
            told, place=place(PlaceKind.ADMIN1), quantities=(figure("killed", 3), figure("killed", 9), figure("displaced", 2))
        ),
        msgspec.structs.replace(told, place=place(relation=PlaceRelation.NEAR), quantities=(figure("injured", 3, part_of=(0, 1)),)),
        msgspec.structs.replace(told, place=None, quantities=(figure("killed", 4, scope=Scope.CUMULATIVE),)),
    )
    written = repr((OWN, [own_cells(one) for one in (told, *others)]))
    assert (FORM, hashlib.sha256(written.encode()).hexdigest()[:16]) == (1, "0ef6fa71a5238951")


def figure(of: str, best: float, **parts: Any) -> Quantity:
    known: dict[str, Any] = {
        "span": (0, 1),
        "number_span": None,
        "text": str(best),
        "of": QuantityOf(of),
        "unit": Unit.PEOPLE,
        "group": None,
    }
    known |= {"low": best, "low_conservative": None, "best": best, "high": None, "exactness": Exactness.AT_LEAST, "scope": Scope.INCIDENT}
    return Quantity(**{**known, **parts})


def test_columns_are_rows_turned() -> None:
    claims = [one for coding in read_gold("dev").codings[:5] for one in coding.claims]
    columns = own_columns(claims)
    rows = list(zip(*([None] * len(claims) if column is None else column for column in columns), strict=True))
    assert rows == list(map(own_cells, claims))
    assert own_columns(()) == []


def test_columns_of_parts_are_the_columns_of_the_whole() -> None:
    claims = [one for coding in read_gold("dev").codings[:6] for one in coding.claims]
    parts = [(len(some), own_columns(some)) for some in (claims[:4], claims[4:5], claims[5:])]
    assert put_together(parts, len(OWN)) == own_columns(claims)
    assert [pick(column, [0, 3]) for column in own_columns(claims)] == [None if c is None else [c[0], c[3]] for c in own_columns(claims)]
