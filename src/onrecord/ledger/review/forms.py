"""Takes the decisions of reviewers: each once, none on top of one that the person has not seen, undone by another decision."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.errors import UsageError
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.engine import take_turn
from onrecord.ledger.database.team_tables import draft, presence, review, submission
from onrecord.ledger.decisions.chain import append_decision, read_decisions
from onrecord.ledger.review.values import Values, changed_values, values_of
from onrecord.ledger.review.verdicts import VERDICTS, Review, fold_review, may_decide, settled
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.carry import earlier_claims
from onrecord.records import Claim, Decision, IncidentState, Record


class Action(StrEnum):
    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"
    SKIP = "skip"
    ADJUDICATE = "adjudicate"
    REOPEN = "reopen"
    FLAG = "flag"
    UNFLAG = "unflag"
    COMMENT = "comment"
    TOGETHER = "together"
    APART = "apart"


STATES = {
    Action.ACCEPT: IncidentState.ACCEPTED,
    Action.CORRECT: IncidentState.CORRECTED,
    Action.REJECT: IncidentState.REJECTED,
    Action.SKIP: IncidentState.SKIPPED,
    Action.REOPEN: IncidentState.REOPENED,
}
NEED_REASON = (Action.REJECT, Action.CORRECT, Action.ADJUDICATE, Action.REOPEN, Action.COMMENT, Action.FLAG)


class Form(Record, frozen=True):
    """A decision as a person sends it.

    form: an id that the page was given; the same one twice is one decision.  seen: the review's ``number`` when the page was made.
    values: the corrected fields; for an adjudication all that shall hold, or None for "rejected".
    other: the claim to put together with, or apart from.
    """

    form: str
    target: str
    by: str
    at: str
    action: Action
    seen: int | None = None
    values: Values | None = None
    reason: str = ""
    other: str | None = None


class Fate(StrEnum):
    APPLIED = "applied"
    REPEATED = "repeated"
    STALE = "stale"
    REFUSED = "refused"


class Outcome(Record, frozen=True):
    """What became of a form, and the review as it stands now."""

    fate: Fate
    message: str
    review: Review
    decision: str | None = None


def read_review(ledger: Ledger, claim: str) -> tuple[Review, Values] | None:
    """Where the review of a claim stands, with the values that the machine proposes; None if there is no such claim."""
    with ledger.reading() as connection:
        return _read_review(connection, claim)


def _read_review(connection: Connection, claim: str) -> tuple[Review, Values] | None:
    record = connection.scalar(sa.select(tables.claim.c.record).where(tables.claim.c.hash == claim).limit(1))
    if record is None:
        return None
    machine = values_of(unpack(record, Claim))
    return fold_review(read_decisions(connection, earlier_claims(connection, claim)), machine), machine


def submit(ledger: Ledger, form: Form) -> Outcome:
    """Takes a form: applied once, or refused with the reason; what is applied has reached the disk when this returns.

    Raises UsageError where the claim does not exist or a reason is missing.
    """
    if form.action in NEED_REASON and not form.reason.strip():
        raise UsageError("say why: a rejection or a correction without a reason helps nobody")
    with ledger.writing(durable=True) as connection:
        take_turn(connection, "decide")
        found = _read_review(connection, form.target)
        if found is None:
            raise UsageError(f"{form.target}: there is no such claim in this ledger")
        now, machine = found
        before = connection.execute(sa.select(submission.c.decision).where(submission.c.form == form.form)).first()
        if before is not None:
            return Outcome(fate=Fate.REPEATED, message="This was already taken down.", review=now, decision=before.decision)
        refusal = _refusal(form, now)
        if refusal is not None:
            return refusal
        blind = bool(connection.scalar(sa.select(review.c.sampled).where(review.c.claim == form.target)))
        decision = append_decision(connection, _decision(form, now, machine, blind=blind))
        connection.execute(submission.insert(), {"form": form.form, "by": form.by, "decision": decision.id})
        return Outcome(fate=Fate.APPLIED, message="", review=_refold(connection, form.target, machine, clear=form.by), decision=decision.id)


def _refusal(form: Form, now: Review) -> Outcome | None:
    verdict = form.action in (*STATES, Action.ADJUDICATE)
    if verdict and form.seen is not None and form.seen != now.number:
        who = f" {now.last.by} decided at {now.last.at[11:16]}." if now.last is not None else ""
        return Outcome(fate=Fate.STALE, message=f"This item changed while you had it open.{who}", review=now)
    if form.action in (Action.ACCEPT, Action.CORRECT, Action.REJECT) and (why := may_decide(now, form.by)):
        return Outcome(fate=Fate.REFUSED, message=why, review=now)
    if form.action is Action.ADJUDICATE and (now.first is None or now.second is None):
        return Outcome(fate=Fate.REFUSED, message="There is nothing to adjudicate: two people must have decided first.", review=now)
    return None


def _decision(form: Form, now: Review, machine: Values, *, blind: bool) -> Decision:
    after = _after(form, now, machine, blind=blind)
    before = {name: machine.get(name) for name in after.get("values", {})}
    supersedes = next((v.decision for v in (now.first, now.second) if v is not None and v.by == form.by), None)
    reason = form.reason.strip() or str(form.action)
    return Decision(
        id="", by=form.by, at=form.at, target=form.target, before=before or None, after=after, reason=reason, supersedes=supersedes
    )


def _after(form: Form, now: Review, machine: Values, *, blind: bool) -> dict[str, Any]:
    if form.action is Action.COMMENT:
        return {"comment": True}
    if form.action in (Action.FLAG, Action.UNFLAG):
        return {"flag": form.action is Action.FLAG}
    if form.action in (Action.TOGETHER, Action.APART):
        return {"same_as" if form.action is Action.TOGETHER else "not_same_as": form.other}
    changed = changed_values(machine, form.values or {})
    if form.action is Action.ADJUDICATE:
        state = IncidentState.REJECTED if form.values is None else IncidentState.CORRECTED if changed else IncidentState.ACCEPTED
        return {"state": str(state), "round": "adjudication", "values": changed}
    state = STATES[form.action]
    if state is IncidentState.CORRECTED and not changed:
        state = IncidentState.ACCEPTED
    second = now.first is not None and now.first.by != form.by
    after: dict[str, Any] = {"state": str(state)}
    if state in VERDICTS:
        after |= {"round": "second" if second else "first", "blind": second and blind}
    return {**after, "values": changed} if state is IncidentState.CORRECTED else after


def undo(ledger: Ledger, *, by: str, at: str) -> Decision | None:
    """Takes back the last thing that a person decided in review, by another decision; None when there is nothing."""
    with ledger.writing(durable=True) as connection:
        take_turn(connection, "decide")
        last = _last_of(connection, by)
        if last is None:
            return None
        done = append_decision(
            connection,
            Decision(
                id="", by=by, at=at, target=last.target, before=last.after, after={"undo": last.id}, reason="undone", supersedes=last.id
            ),
        )
        found = _read_review(connection, last.target)
        if found is not None:
            _refold(connection, last.target, found[1])
        return done


def last_decision(ledger: Ledger, by: str) -> Decision | None:
    """What a person decided last in review and has not undone."""
    with ledger.reading() as connection:
        return _last_of(connection, by)


def _last_of(connection: Connection, by: str) -> Decision | None:
    undone = set()
    for decision in read_decisions(connection, by=by, newest_first=True):
        after = decision.after or {}
        if "undo" in after:
            undone.add(after["undo"])
        elif decision.id not in undone and decision.target.startswith(("clm-", "doc-")) and "redacted" not in after:
            return decision
    return None


def _refold(connection: Connection, claim: str, machine: Values, *, clear: str | None = None) -> Review:
    """Writes what the decisions come to; ``clear``: whose draft and presence are done with."""
    now = fold_review(read_decisions(connection, earlier_claims(connection, claim)), machine)
    verdict = settled(now)
    values = {
        "state": str(now.state),
        "number": now.number,
        "first": now.first.by if now.first else None,
        "second": now.second.by if now.second else None,
        "settled": _settled(verdict.state, verdict.values) if verdict else None,
        "flagged": now.flagged,
    }
    connection.execute(review.update().where(review.c.claim == claim).values(values))
    if clear is not None:
        connection.execute(draft.delete().where(draft.c.by == clear, draft.c.target == claim))
        connection.execute(presence.delete().where(presence.c.by == clear, presence.c.target == claim))
    return now


def _settled(state: IncidentState, values: Mapping[str, Any]) -> str | None:
    if state is IncidentState.REJECTED:
        return "null"
    return msgspec.json.encode(values, order="sorted").decode() if values else None
