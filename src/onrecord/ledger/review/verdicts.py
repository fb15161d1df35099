"""What the decisions about a claim come to: proposed, decided by one, agreed or in conflict between two, adjudicated.

Decisions are only appended. An undone one stays, with the one that undoes it; the state is always what all of them together say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from onrecord.ledger.review.values import Value, Values
from onrecord.records import Decision, IncidentState, Record

VERDICTS = (IncidentState.ACCEPTED, IncidentState.CORRECTED, IncidentState.REJECTED)


class Verdict(Record, frozen=True):
    """What one person decided about a claim. ``values``: the fields that the person corrected. ``blind``: without seeing another's."""

    decision: str
    by: str
    at: str
    state: IncidentState
    values: dict[str, Any]
    reason: str
    blind: bool = False


class Note(Record, frozen=True):
    """A comment (``flag`` None), a flag set (true) or taken off (false); the text says why."""

    decision: str
    by: str
    at: str
    text: str
    flag: bool | None


class Review(Record, frozen=True):
    """Where the review of a claim stands. ``number`` counts the decisions that changed its state: a form that saw fewer is stale."""

    state: IncidentState = IncidentState.PROPOSED
    number: int = 0
    first: Verdict | None = None
    second: Verdict | None = None
    adjudicated: Verdict | None = None
    reopened: str | None = None
    skipped: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    last: Decision | None = None

    @property
    def flagged(self) -> bool:
        """Whether the last flag still stands."""
        flags = [note.flag for note in self.notes if note.flag is not None]
        return bool(flags) and flags[-1]


def fold_review(decisions: Iterable[Decision], machine: Mapping[str, Value]) -> Review:
    """The state that the decisions about one claim make, in the order in which they were taken.

    machine: the values that the program proposes, against which two people's corrections are compared.
    """
    listed = list(decisions)
    undone = {(decision.after or {}).get("undo") for decision in listed}
    review = Review()
    for decision in listed:
        after = decision.after or {}
        if "undo" in after:
            review = _replaced(review, number=review.number + 1, last=decision)
        elif decision.id not in undone:
            review = _with(review, decision, after)
        elif "state" in after:
            review = _replaced(review, number=review.number + 1)
    return _replaced(review, state=_state(review, machine))


def _with(review: Review, decision: Decision, after: Mapping[str, Any]) -> Review:
    if "comment" in after or "flag" in after:
        note = Note(decision=decision.id, by=decision.by, at=decision.at, text=decision.reason, flag=after.get("flag"))
        return _replaced(review, notes=(*review.notes, note))
    state = after.get("state")
    if state not in set(IncidentState):
        return review
    counted = _replaced(review, number=review.number + 1, last=decision)
    if state == IncidentState.REOPENED:
        return _replaced(counted, first=None, second=None, adjudicated=None, skipped=(), reopened=decision.reason)
    if state == IncidentState.SKIPPED:
        return _replaced(counted, skipped=(*review.skipped, decision.by))
    return _judged(counted, _verdict(decision, after), after.get("round"))


def _verdict(decision: Decision, after: Mapping[str, Any]) -> Verdict:
    return Verdict(
        decision=decision.id,
        by=decision.by,
        at=decision.at,
        state=IncidentState(after["state"]),
        values=dict(after.get("values") or {}),
        reason=decision.reason,
        blind=bool(after.get("blind")),
    )


def _judged(review: Review, verdict: Verdict, round_: str | None) -> Review:
    if round_ == "adjudication":
        return _replaced(review, adjudicated=verdict)
    if review.first is None or review.first.by == verdict.by:
        return _replaced(review, first=verdict)
    return _replaced(review, second=verdict)


def _replaced(review: Review, **changes: Any) -> Review:
    return msgspec.structs.replace(review, **changes)


def _state(review: Review, machine: Mapping[str, Value]) -> IncidentState:
    if review.adjudicated is not None:
        return IncidentState.ADJUDICATED
    if review.first is not None and review.second is not None:
        same = effective(review.first, machine) == effective(review.second, machine)
        return IncidentState.AGREED if same else IncidentState.CONFLICT
    if review.first is not None:
        return review.first.state
    if review.skipped:
        return IncidentState.SKIPPED
    return IncidentState.REOPENED if review.reopened else IncidentState.PROPOSED


def effective(verdict: Verdict | None, machine: Mapping[str, Value]) -> Values | None:
    """The values that a verdict leaves standing: the machine's with the corrections; None where it rejects, or there is none."""
    if verdict is None or verdict.state is IncidentState.REJECTED:
        return None
    return {**machine, **verdict.values}


def settled(review: Review) -> Verdict | None:
    """The verdict that holds for now; None while nobody decided, or two disagree."""
    if review.adjudicated is not None:
        return review.adjudicated
    return None if review.state is IncidentState.CONFLICT else review.first


def may_decide(review: Review, by: str) -> str | None:
    """Why a person cannot give a verdict now; None when they can."""
    if review.adjudicated is not None:
        return "It is adjudicated. Who wants it decided again reopens it, and says why."
    judges = [verdict.by for verdict in (review.first, review.second) if verdict is not None]
    if len(judges) == 2 and by not in judges:
        return "Two people have decided it already. Where they disagree, an adjudicator decides."
    return None


def compared_fields(review: Review, machine: Mapping[str, Value]) -> tuple[tuple[str, Sequence[Value]], ...]:
    """Per field that anybody has a value for: what the machine, the first, the second and the adjudicator say."""
    columns = [dict(machine), *(effective(verdict, machine) for verdict in (review.first, review.second, review.adjudicated))]
    names = dict.fromkeys(name for column in columns if column for name in column)
    rows = ((name, tuple(column.get(name) if column else None for column in columns)) for name in names)
    return tuple((name, row) for name, row in rows if any(value is not None for value in row))
