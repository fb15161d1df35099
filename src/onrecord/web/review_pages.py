"""Beside the queue: comparing and adjudicating, linking, claims that the machine missed, agreement between coders, and what is exported."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

import msgspec
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from onrecord.display import document_title, worth_showing
from onrecord.errors import UsageError
from onrecord.export.writing import csv_of
from onrecord.ledger import Ledger
from onrecord.ledger.access.accounts import Role
from onrecord.ledger.query.claims import list_claims
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.review.forms import Action, Fate, Form, submit
from onrecord.ledger.review.missed import add_missed, list_missed
from onrecord.ledger.review.report import count_reasons, list_reviewed, measure_fields, table_columns, table_row
from onrecord.ledger.review.values import Value, Values, read_entries, shown
from onrecord.ledger.review.verdicts import Review, compared_fields
from onrecord.records import ClaimInContext, Coding, Incident, IncidentState, Record, Span
from onrecord.web import sessions
from onrecord.web.answers import CSV, Open
from onrecord.web.rendering import page
from onrecord.web.review import Opened, find_opened, hides_of, reason_of, reason_words, team_of
from onrecord.web.review_view import find_words, form_groups, paragraphs_of, type_names
from onrecord.web.sessions import Checked, Person, Who, text_of

router = APIRouter(prefix="/review")

NEAR_DAYS = 3
NEAR_INCIDENTS = 15
COLUMNS = ("machine", "first", "second")


# ── Comparing and adjudicating ────────────────────────────────────────────────────────────────────────────────────────


@router.get("/claims/{id}/compare")
def compare(request: Request, id: str, ledger: Open, user: Who) -> Response:
    """What the machine, two coders and the adjudicator say, field by field."""
    opened = find_opened(request, ledger, id)
    _forbid_peeking(opened, user)
    return _compare(request, user, opened)


def _forbid_peeking(opened: Opened, user: Person) -> None:
    """A coder who may still decide must not see what another decided."""
    review = opened.review
    judges = [verdict.by for verdict in (review.first, review.second) if verdict is not None]
    if len(judges) == 1 and user.name not in judges and not user.may(Role.ADJUDICATOR):
        raise HTTPException(403, "One person has decided this item; a second may still, without seeing it. Decide first, then compare.")


def _compare(request: Request, user: Person, opened: Opened, *, message: str = "", status: int = 200) -> Response:
    return page(
        request,
        "review_compare.html",
        status=status,
        opened=opened,
        claim=opened.context.claim,
        rows=[_row(opened.review, name, row) for name, row in compared_fields(opened.review, opened.machine)],
        team=team_of(request),
        said=lambda reason: reason_words(team_of(request), reason),
        hides=hides_of(request),
        message=message,
        form=secrets.token_urlsafe(12),
        settling=opened.review.state is IncidentState.CONFLICT and user.may(Role.ADJUDICATOR),
    )


class Cell(Record, frozen=True):
    """A value of the table. ``pick``: the column to send to choose it; None where it cannot be chosen."""

    text: str
    pick: str | None = None


class Row(Record, frozen=True):
    """A field of the table. ``differs``: those who let the claim stand do not all say the same."""

    name: str
    differs: bool
    cells: tuple[Cell, ...]


def _row(review: Review, name: str, values: Sequence[Value]) -> Row:
    stands = [True, *(verdict is not None and verdict.state is not IncidentState.REJECTED for verdict in (review.first, review.second))]
    given = [value for value, holds in zip(values, stands, strict=False) if holds]
    cells = (
        Cell(text=shown(value), pick=column if holds else None)
        for value, holds, column in zip_longest(values, stands, COLUMNS, fillvalue=None)
    )
    return Row(name=name, differs=any(value != given[0] for value in given), cells=tuple(cells))


@router.post("/claims/{id}/adjudicate")
def adjudicate(request: Request, id: str, ledger: Open, user: Who, form: Checked) -> Response:
    """Settles a conflict: which value holds, field by field, or that the claim is rejected."""
    opened = find_opened(request, ledger, id)
    values = None if text_of(form, "verdict") == "reject" else _picked(opened, form)
    return _submit(request, ledger, user, opened, form, Action.ADJUDICATE, values)


@router.post("/claims/{id}/reopen")
def reopen(request: Request, id: str, ledger: Open, user: Who, form: Checked) -> Response:
    """Puts a decided item back into the queue, with a reason."""
    return _submit(request, ledger, user, find_opened(request, ledger, id), form, Action.REOPEN, None)


def _submit(
    request: Request, ledger: Ledger, user: Person, opened: Opened, form: Checked, action: Action, values: Values | None
) -> Response:
    seen = text_of(form, "seen")
    sent = Form(
        form=text_of(form, "form")[:100] or secrets.token_urlsafe(12),
        target=opened.context.claim.hash,
        by=user.name,
        at=sessions.now(),
        action=action,
        seen=int(seen) if seen.isdecimal() else None,
        values=values,
        reason=reason_of(team_of(request), text_of(form, "reason"), text_of(form, "because")),
    )
    try:
        outcome = submit(ledger, sent)
    except UsageError as error:
        return _compare(request, user, opened, message=str(error), status=422)
    if outcome.fate in (Fate.STALE, Fate.REFUSED):
        fresh = find_opened(request, ledger, opened.context.claim.hash)
        return _compare(request, user, fresh, message=f"{outcome.message} Nothing was done; look again.", status=409)
    return RedirectResponse(f"/review/claims/{opened.context.claim.hash}/compare", status_code=303)


def _picked(opened: Opened, form: Checked) -> Values:
    """Per field, the value of the column that was picked; the machine's where none was."""
    rows: dict[str, tuple[Value, ...]] = {name: tuple(row) for name, row in compared_fields(opened.review, opened.machine)}
    picked = {name: text_of(form, f"pick_{name}") for name in rows}
    return {name: row[COLUMNS.index(picked[name]) if picked[name] in COLUMNS else 0] for name, row in rows.items()}


# ── Linking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/claims/{id}/link")
def link_page(request: Request, id: str, ledger: Open, user: Who) -> Response:
    """Incidents near in time and place, to put a claim together with or keep it apart from."""
    opened = find_opened(request, ledger, id)
    near = [(one, list_claims(ledger, Filters(incident=one.id, limit=3))) for one in _near(ledger, opened.context)]
    own = list_claims(ledger, Filters(incident=opened.context.incident, limit=20)) if opened.context.incident else ()
    return page(
        request,
        "review_link.html",
        opened=opened,
        claim=opened.context.claim,
        near=[(one, claims) for one, claims in near if claims],
        own=[one for one in own if one.claim.hash != id],
        hides=hides_of(request),
        form=secrets.token_urlsafe(12),
    )


def _near(ledger: Ledger, context: ClaimInContext) -> list[Incident]:
    time = context.claim.time
    if time is None or time.start is None:
        return []
    day = date.fromisoformat(time.start[:10])
    since, until = (day + timedelta(days=days) for days in (-NEAR_DAYS, NEAR_DAYS + 1))
    country = context.claim.place.country if context.claim.place else None
    filters = Filters(since=since.isoformat(), until=until.isoformat(), country=country, limit=NEAR_INCIDENTS)
    return [one for one in list_incidents(ledger, filters) if one.id != context.incident]


@router.post("/claims/{id}/link")
def link(request: Request, id: str, ledger: Open, user: Who, form: Checked) -> Response:
    """Says that two claims are about one incident, or are not; linking obeys at its next run."""
    other, action = text_of(form, "other"), Action.APART if text_of(form, "action") == "apart" else Action.TOGETHER
    if other == id or not ledger.claims([other]):
        raise HTTPException(422, "Choose another claim of this ledger to link with. Go back and pick one from the list.")
    reason = text_of(form, "because").strip()[:2000]
    submit(
        ledger,
        Form(form=text_of(form, "form")[:100], target=id, by=user.name, at=sessions.now(), action=action, reason=reason, other=other),
    )
    return RedirectResponse(f"/review/claims/{id}", status_code=303)


# ── What the machine missed ───────────────────────────────────────────────────────────────────────────────────────────


@router.get("/reports/{id}")
def report_page(request: Request, id: str, ledger: Open, user: Who) -> Response:
    """A report with its claims, to draw one that is missing."""
    return _report(request, ledger, _coding(ledger, id))


def _coding(ledger: Ledger, id: str) -> Coding:
    coding = ledger.coding(id)
    if coding is None:
        raise HTTPException(404, f"There is no report {id} in this ledger. The list of reports has those there are.")
    return coding


def _report(
    request: Request,
    ledger: Ledger,
    coding: Coding,
    *,
    entries: Mapping[str, str] = {},
    problems: Mapping[str, str] = {},
    message: str = "",
    status: int = 200,
) -> Response:
    claims = [claim for claim in coding.claims if worth_showing(claim)]
    team = team_of(request)
    return page(
        request,
        "review_report.html",
        status=status,
        title=document_title(coding),
        document=coding.document,
        paragraphs=list(paragraphs_of(coding, claims)),
        claims=claims,
        groups=form_groups(team, {}, entries, problems),
        entries=defaultdict(str, entries),
        problems=defaultdict(str, problems),
        message=message,
        missed=list_missed(ledger, coding.document.id),
        hides=hides_of(request),
        shown=shown,
        form=secrets.token_urlsafe(12),
        team=team,
    )


@router.post("/reports/{id}")
def draw(request: Request, id: str, ledger: Open, user: Who, form: Checked) -> Response:
    """Adds a claim that the machine missed."""
    coding = _coding(ledger, id)
    entries = {name: text_of(form, name) for name in form if name not in ("csrf", "form")}
    read = read_entries(entries, team_of(request), type_names(), {})
    span = _span(coding, entries)
    problems = {**read.problems, **({} if span else {"words": "These words are not in the report; copy them from it."})}
    if not entries.get("type"):
        problems["type"] = "Say what kind of event it is."
    if span is None or problems:
        text = "The claim was not added yet; what you entered is still here."
        return _report(request, ledger, coding, entries=entries, problems=problems, message=text, status=422)
    values: Values = {name: value for name, value in read.values.items() if value is not None}
    because = entries.get("because", "").strip()[:2000]
    add_missed(ledger, id, span, values, form=text_of(form, "form")[:100], by=user.name, at=sessions.now(), reason=because)
    return RedirectResponse(f"/review/reports/{id}#missed", status_code=303)


def _span(coding: Coding, entries: Mapping[str, str]) -> Span | None:
    """The passage that was drawn, if it still holds the words; else where the words stand."""
    text, words = coding.document.text, entries.get("words", "")
    start, end = entries.get("start", ""), entries.get("end", "")
    if start.isdecimal() and end.isdecimal() and text[int(start) : int(end)].split() == words.split() != []:
        return int(start), int(end)
    return find_words(text, words)


# ── What came of it ───────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/agreement")
def agreement(request: Request, ledger: Open, user: Who) -> Response:
    """How far coders agree, and why claims were rejected or corrected."""
    reviewed = list(list_reviewed(ledger))
    team = team_of(request)
    labels = {reason.code: reason.label for reason in team.reasons}
    double = sum(one.blind for one in reviewed)
    fields = measure_fields(reviewed, team)
    reasons = count_reasons(reviewed)
    return page(request, "review_agreement.html", fields=fields, reasons=reasons, labels=labels, double=double, number=len(reviewed))


@router.get("/keys")
def keys(request: Request, user: Who) -> Response:
    """The keys, and what the team's codebook adds."""
    return page(request, "review_keys.html", team=team_of(request), groups=form_groups(team_of(request), {}, {}))


@router.get("/decisions.jsonl")
def decisions_jsonl(ledger: Open, user: Who) -> Response:
    """Every decided claim: machine, both coders, adjudicated, final; one JSON object a line."""
    lines = b"\n".join(msgspec.json.encode(one) for one in list_reviewed(ledger))
    return _download(lines + b"\n" if lines else b"", "application/x-ndjson", "decisions.jsonl")


@router.get("/decisions.csv")
def decisions_csv(request: Request, ledger: Open, user: Who) -> Response:
    """The same as a table, a column per field and voice."""
    team = team_of(request)
    lines = csv_of([table_row(one, team) for one in list_reviewed(ledger)], table_columns(team))
    return _download("".join(lines).encode(), CSV, "decisions.csv")


def _download(content: bytes, kind: str, name: str) -> Response:
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
