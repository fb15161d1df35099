"""Running figures, and the agreements that incidents are held against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from fastapi import APIRouter, HTTPException, Request, Response

from onrecord.ceasefire import Declaration, PeriodRow, period_table
from onrecord.ledger import Ledger
from onrecord.ledger.decisions.agreements import list_declarations
from onrecord.ledger.query.figures import list_tallies
from onrecord.ledger.query.sources import voice_names
from onrecord.ledger.query.violations import coverage, list_violations
from onrecord.records import Record, Tally, Violation, ViolationStatus
from onrecord.web.answers import Open, json_answer, page_answer, table_answer
from onrecord.web.charts import Event, nice_ceiling, timeline
from onrecord.web.queries import Asked, NamesAsked
from onrecord.web.rendering import page

router = APIRouter()

MOST_PERIODS = 60


class TallyRow(Record, frozen=True):
    """One point of a running figure."""

    tally: str
    subject: str
    of: str
    unit: str
    place: str | None
    period: str | None
    as_of: str | None
    low: float | None
    best: float | None
    high: float | None
    voice: str | None
    claim: str
    flags: tuple[str, ...]


@router.get("/tallies.json", tags=["figures"], summary="Running figures")
def tallies_json(ledger: Open, asked: NamesAsked) -> Response:
    """Stocks and cumulative figures as series; they are never added to incidents."""
    found = _tallies(ledger, asked)
    return page_answer(found[_slice(asked)], len(found), asked, "/tallies.json")


@router.get("/tallies.csv", tags=["figures"], summary="Running figures as a table")
def tallies_csv(ledger: Open, asked: NamesAsked) -> Response:
    """A row for every point of every series."""
    rows = (
        TallyRow(
            tally=tally.id,
            subject=tally.subject,
            of=tally.of.value,
            unit=tally.unit.value,
            place=tally.place,
            period=tally.period,
            as_of=point.as_of,
            low=point.low,
            best=point.best,
            high=point.high,
            voice=point.voice,
            claim=point.claim,
            flags=tally.flags,
        )
        for tally in _tallies(ledger, asked)
        for point in tally.series
    )
    return table_answer(rows, TallyRow)


@router.get("/tallies", include_in_schema=False)
def tallies(request: Request, ledger: Open, asked: NamesAsked) -> Response:
    """The running figures, each with its points."""
    found = _tallies(ledger, asked)
    shown = found[_slice(asked)]
    return page(
        request,
        "tallies.html",
        asked=asked,
        total=len(found),
        rows=[(tally, _sparkline(tally)) for tally in shown],
        voices=voice_names(ledger),
    )


def _tallies(ledger: Ledger, asked: Asked) -> tuple[Tally, ...]:
    words = (asked.filters.words or "").lower()
    return tuple(tally for tally in list_tallies(ledger) if words in f"{tally.subject} {tally.place or ''}".lower())


def _slice(asked: Asked) -> slice:
    return slice(asked.filters.offset, asked.filters.offset + asked.size)


class Dot(Record, frozen=True):
    x: float
    low: float
    best: float
    high: float
    words: str


def _sparkline(tally: Tally, *, width: int = 220, height: int = 44) -> tuple[Dot, ...]:
    """The dated points in pixels, y downwards; () where they do not have two days."""
    dated = [point for point in tally.series if point.as_of and _bounds(point.low, point.best, point.high)]
    days = [date.fromisoformat((point.as_of or "")[:10]).toordinal() for point in dated]
    if len(set(days)) < 2:
        return ()
    top = nice_ceiling(max(_bounds(point.low, point.best, point.high)[2] for point in dated))
    span = max(1, max(days) - min(days))
    dots = []
    for point, day in zip(dated, days, strict=True):
        low, best, high = (round(height - 4 - value / top * (height - 10), 1) for value in _bounds(point.low, point.best, point.high))
        words = f"{point.as_of}: {point.voice or 'unknown voice'}"
        dots.append(Dot(x=round(6 + (day - min(days)) / span * (width - 12), 1), low=low, best=best, high=high, words=words))
    return tuple(dots)


def _bounds(low: float | None, best: float | None, high: float | None) -> tuple[float, ...]:
    middle = next((value for value in (best, low, high) if value is not None), None)
    if middle is None:
        return ()
    return low if low is not None else middle, middle, high if high is not None else middle


# ── Agreements ────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/agreements.json", tags=["agreements"], summary="Agreements")
def agreements_json(ledger: Open) -> Response:
    """The agreements that people declared."""
    return json_answer(list_declarations(ledger))


@router.get("/agreements", include_in_schema=False)
def agreements(request: Request, ledger: Open) -> Response:
    """The agreements that people declared, with how many incidents would break them."""
    rows = [(declaration, _by_status(list_violations(ledger, agreement=declaration.id))) for declaration in list_declarations(ledger)]
    return page(request, "agreements.html", rows=rows, statuses=tuple(ViolationStatus))


@router.get("/agreements/{id}.json", tags=["agreements"], summary="One agreement with its violations")
def agreement_json(id: str, ledger: Open) -> Response:
    """The declaration, and the incidents that would break it."""
    return json_answer(Held(agreement=_declared(ledger, id), violations=list_violations(ledger, agreement=id)))


@router.get("/agreements/{id}.csv", tags=["agreements"], summary="Violations of one agreement as a table")
def agreement_csv(id: str, ledger: Open) -> Response:
    """The incidents that would break an agreement."""
    _declared(ledger, id)
    return table_answer((_violation_row(one) for one in list_violations(ledger, agreement=id)), ViolationRow)


@router.get("/agreements/{id}", include_in_schema=False)
def agreement(request: Request, id: str, ledger: Open) -> Response:
    """An agreement, its articles, and the incidents that would break it, per period and party, with what could be known."""
    declared = _declared(ledger, id)
    found = list_violations(ledger, agreement=id)
    days, periods = _periods(ledger, declared, found)
    return page(
        request,
        "agreement.html",
        agreement=declared,
        violations=found,
        counts=_by_status(found),
        days=days,
        periods=periods,
        line=timeline(_events(declared, found)),
    )


class Held(Record, frozen=True):
    """An agreement with the incidents that would break it."""

    agreement: Declaration
    violations: tuple[Violation, ...]


class ViolationRow(Record, frozen=True):
    """A violation in a table."""

    id: str
    agreement: str
    incident: str
    article: str | None
    status: str
    by: str | None
    local_time: str | None
    reason: str


def _violation_row(violation: Violation) -> ViolationRow:
    return ViolationRow(
        id=violation.id,
        agreement=violation.agreement,
        incident=violation.incident,
        article=violation.article,
        status=violation.status.value,
        by=violation.by.code or violation.by.name if violation.by else None,
        local_time=violation.local_time,
        reason=violation.reason,
    )


def _declared(ledger: Ledger, id: str) -> Declaration:
    found = next((declaration for declaration in list_declarations(ledger) if declaration.id == id), None)
    if found is None:
        raise HTTPException(404, f"No agreement {id[:80]} is declared. The list of agreements has those there are.")
    return found


def _by_status(violations: Sequence[Violation]) -> dict[str, int]:
    return {status.value: sum(one.status is status for one in violations) for status in ViolationStatus}


def _periods(ledger: Ledger, declared: Declaration, violations: Sequence[Violation]) -> tuple[int, tuple[PeriodRow, ...]]:
    """Weeks, or months where there would be too many, from the first day that it holds to the last that any report or violation is of."""
    spoken = coverage(ledger, declared.area)
    start = date.fromisoformat(declared.valid_from[:10])
    last = max([*spoken, *(one.local_time[:10] for one in violations if one.local_time), declared.valid_from[:10]])
    end = date.fromisoformat(min(last, declared.until[:10]) if declared.until else last) + timedelta(days=1)
    days = 7 if (end - start).days <= 7 * MOST_PERIODS else 30
    return days, period_table(violations, declared, start=start, end=end, days=days, coverage=spoken)


def _events(declared: Declaration, violations: Sequence[Violation]) -> tuple[Event, ...]:
    last = max((one.local_time for one in violations if one.local_time), default=None)
    held = Event(start=declared.valid_from, end=declared.until or last, sign="event", words=f"in force from {declared.valid_from}")
    signs = {"alleged": "?", "corroborated": "+", "verified": "✓", "disputed": "⚔", "rejected": "✕"}
    return (
        held,
        *(
            Event(
                start=one.local_time,
                end=None,
                sign=signs[one.status.value],
                words=f"{one.status.value}, article {one.article or '?'}: {one.reason}",
                link=f"/incidents/{one.incident}",
            )
            for one in violations
            if one.local_time
        ),
    )
