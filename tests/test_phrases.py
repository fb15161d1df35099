"""Phrases of news through the whole program: actors, times, figures, victims and the figures of claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.pipeline import code
from onrecord.records import Claim, Coding, MentionKind, Quantity

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/phrases.yaml").read_text("utf-8"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:60] for case in CASES])
def test_phrases_are_read(case: dict[str, Any]) -> None:
    coding = code(case["text"], published=case.get("published", "2020-02-29"), outlet="Test Wire")
    for field, read in READERS.items():
        said = read(coding)
        assert [row for row in case.get(field, ()) if " ".join(row.split()) not in said] == [], said
        assert field not in ("coded", "relations") or field not in case or len(said) == len(case[field]), said


def actors(coding: Coding) -> list[str]:
    return [f"{m.text} | {m.actor.code if m.actor else ''}".strip() for m in coding.mentions if m.kind is MentionKind.ACTOR]


def times(coding: Coding) -> list[str]:
    return [f"{m.text} | {m.time.value if m.time else ''}" for m in coding.mentions if m.kind is MentionKind.TIME]


def figures(coding: Coding) -> list[str]:
    return [_figure(m.quantity, coding) for m in coding.mentions if m.quantity is not None]


def _figure(figure: Quantity, coding: Coding) -> str:
    ends = " | ".join("" if end is None else f"{end:.0f}" for end in (figure.low, figure.best, figure.high))
    part = f"<{coding.document.text[slice(*figure.part_of)]}" if figure.part_of else ""
    return " ".join(f"{figure.text} | {figure.of} | {ends} | {figure.scope}{'+' if figure.additive else ''}{part}".split())


def victims(coding: Coding) -> list[str]:
    return [f"{coding.document.text[slice(*victim.span)]} | {victim.fate}" for victim in coding.victims]


def coded(coding: Coding) -> list[str]:
    return [_coded(claim) for claim in coding.claims if claim.event is None or claim.event.codable]


def _coded(claim: Claim) -> str:
    what = " ".join([claim.event.type, *claim.event.mode]) if claim.event else claim.kind.value
    who, whom = (", ".join(f"{p.text} {p.actor.code if p.actor else '?'}" for p in people) for people in (claim.actors, claim.recipients))
    where = " ".join([claim.place.name if claim.place else "", f"from {claim.origin.name}" if claim.origin else ""])
    counted = ", ".join(f"{q.of} {q.best:.0f}" for q in claim.quantities if q.best is not None)
    return " ".join(f"{what} | {who} | {whom} | {where} | {counted} | {claim.factuality.polarity} {claim.factuality.status}".split())


def claims(coding: Coding) -> list[str]:
    rows = []
    for claim in coding.claims:
        counted = ", ".join(f"{q.of} {q.best:.0f}" for q in claim.quantities if q.best is not None)
        rows.append(f"{claim.event.type if claim.event else claim.kind} | {counted}")
    return rows


def happened(coding: Coding) -> list[str]:
    return [f"{_trigger(claim, coding)} | {_factuality(claim)}" for claim in coding.claims]


def told_by(coding: Coding) -> list[str]:
    return [
        f"{_trigger(claim, coding)} | {', '.join(f'{x.role} {x.text}' for x in claim.attribution[:-1])}".strip() for claim in coding.claims
    ]


def _factuality(claim: Claim) -> str:
    return f"{claim.factuality.polarity} {claim.factuality.status} {claim.factuality.certainty}"


def _trigger(claim: Claim, coding: Coding) -> str:
    span = next((event.trigger for event in coding.events if event.id == claim.event_id), None)
    return coding.document.text[slice(*span)] if span else "-"


def relations(coding: Coding) -> list[str]:
    told = {claim.id: _trigger(claim, coding) for claim in coding.claims}
    return [f"{told[one.source]} | {one.type} | {told[one.target]}" for one in coding.relations]


READERS = {
    "actors": actors,
    "times": times,
    "figures": figures,
    "victims": victims,
    "claims": claims,
    "coded": coded,
    "happened": happened,
    "told_by": told_by,
    "relations": relations,
}
