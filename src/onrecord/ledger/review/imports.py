"""Takes corrections that coders made in a table: each row is checked as the form on the page is, and becomes a decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from onrecord.errors import UsageError
from onrecord.ledger.review.forms import Action, Fate, Form, read_review, submit
from onrecord.ledger.review.queue import refresh_queue
from onrecord.ledger.review.team import Team
from onrecord.ledger.review.values import FIELDS, Values, changed_values, read_entries
from onrecord.ledger.store import Ledger
from onrecord.ontology import load_ontology
from onrecord.records import Record, content_id

CLAIM, VERDICT, REASON = "claim", "verdict", "reason"
VERDICTS = {"accept": Action.ACCEPT, "correct": Action.CORRECT, "reject": Action.REJECT}
FINAL = "final_"  # what `onrecord review export` puts before the fields that stand
QUEUED_AT_ONCE = 500


class Taken(Record, frozen=True):
    """What became of a row. ``where``: which row.  fate: None where the row says nothing new.  message: why it was refused."""

    where: str
    claim: str
    fate: Fate | None
    message: str = ""


def check_columns(names: Iterable[str], team: Team) -> None:
    """Raises UsageError for a table without claims, or with columns that mean nothing here."""
    given = list(names)
    if CLAIM not in given:
        raise UsageError(f"the table has no column '{CLAIM}' with the ids of claims (clm-…)")
    fields = {*FIELDS, *(field.name for field in team.fields)}
    if not {VERDICT, *fields, *(f"{FINAL}{name}" for name in fields)} & set(given):
        raise UsageError(
            f"the table has nothing to decide: give a column '{VERDICT}' (accept, correct, reject) or fields: {', '.join(FIELDS)}"
        )


def take_corrections(ledger: Ledger, rows: Iterable[tuple[str, Mapping[str, str]]], team: Team, *, by: str, at: str) -> Iterator[Taken]:
    """Takes rows, each with where it stands; the same row of the same person twice is one decision. A bad row is told, the rest is done.

    A row without a verdict is a correction where its fields differ from the machine's, and nothing where they do not.
    """
    while refresh_queue(ledger, team, most=QUEUED_AT_ONCE):
        pass
    types = tuple(load_ontology().types)
    for where, row in rows:
        claim = row.get(CLAIM, "").strip()
        try:
            fate, message = _take(ledger, claim, row, team, types, by=by, at=at)
        except UsageError as error:
            fate, message = Fate.REFUSED, str(error)
        yield Taken(where=where, claim=claim, fate=fate, message=message)


def _take(
    ledger: Ledger, claim: str, row: Mapping[str, str], team: Team, types: tuple[str, ...], *, by: str, at: str
) -> tuple[Fate | None, str]:
    found = read_review(ledger, claim)
    if found is None:
        raise UsageError(f"{claim or 'no claim'}: there is no such claim in this ledger")
    _, machine = found
    given = {name.removeprefix(FINAL): value for name, value in row.items()}
    entries = read_entries(given, team, types, machine)
    if entries.problems:
        raise UsageError("; ".join(f"{name}: {problem}" for name, problem in entries.problems.items()))
    action = _action(row.get(VERDICT, "").strip().lower(), changed_values(machine, entries.values))
    if action is None:
        return None, ""
    values = entries.values if action is Action.CORRECT else None
    reason = row.get(REASON, "").strip()
    id = content_id("row-", by, claim, action, values, reason)
    done = submit(ledger, Form(form=id, target=claim, by=by, at=at, action=action, values=values, reason=reason))
    return done.fate, done.message


def _action(verdict: str, changed: Values) -> Action | None:
    if not verdict:
        return Action.CORRECT if changed else None
    if verdict not in VERDICTS:
        raise UsageError(f"'{verdict}' is no verdict; there are: {', '.join(VERDICTS)}")
    if VERDICTS[verdict] is Action.ACCEPT and changed:
        raise UsageError(f"accepted and yet changed in {', '.join(changed)}: write 'correct', or leave the fields as they are")
    return VERDICTS[verdict]
