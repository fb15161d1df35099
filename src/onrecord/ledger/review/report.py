"""What review has come to: a table of every decided claim, how far coders agree, what was wrong how often."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

import sqlalchemy as sa

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.team_tables import review
from onrecord.ledger.decisions.chain import read_decisions
from onrecord.ledger.review.missed import list_missed
from onrecord.ledger.review.team import FieldKind, Team
from onrecord.ledger.review.values import FIELDS, FIGURES, NUMBERS, Value, Values, shown, values_of
from onrecord.ledger.review.verdicts import Review, Verdict, effective, fold_review
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.carry import earlier_claims
from onrecord.records import Claim, IncidentState, Record, words_at
from onrecord.reliability import Agreement, Level, measure_agreement

VERDICT = "verdict"


class Reviewed(Record, frozen=True):
    """A claim with what the machine proposed and what people made of it.

    ``final`` is what stands now; None where it is rejected or open.
    """

    claim: str
    document: str
    state: str
    text: str
    machine: dict[str, Value]
    first: dict[str, Value] | None
    second: dict[str, Value] | None
    adjudicated: dict[str, Value] | None
    final: dict[str, Value] | None
    verdicts: tuple[Verdict, ...]
    comments: tuple[str, ...]
    blind: bool


def list_reviewed(ledger: Ledger) -> Iterator[Reviewed]:
    """Every claim that anybody decided, commented on or flagged, and every claim that people found missing, by document and claim."""
    query = sa.select(review.c.claim, review.c.document).where(sa.or_(review.c.state != IncidentState.PROPOSED, review.c.flagged))
    with ledger.reading() as connection:
        for row in list(connection.execute(query.order_by(review.c.document, review.c.claim))):
            text = connection.scalar(sa.select(tables.document.c.text).where(tables.document.c.id == row.document)) or ""
            record = connection.scalar(sa.select(tables.claim.c.record).where(tables.claim.c.hash == row.claim).limit(1))
            if record is None:
                continue
            claim = unpack(record, Claim)
            machine = values_of(claim)
            decisions = read_decisions(connection, earlier_claims(connection, row.claim))
            yield _reviewed(claim, row.document, text, fold_review(decisions, machine), machine)
    for missed in list_missed(ledger):
        values: Values = dict(missed.values)
        yield Reviewed(
            claim=missed.id,
            document=missed.document,
            state="missed",
            text=missed.text,
            machine={},
            first=values,
            second=None,
            adjudicated=None,
            final=values,
            verdicts=(),
            comments=(missed.reason,) if missed.reason else (),
            blind=False,
        )


def _reviewed(claim: Claim, document: str, text: str, now: Review, machine: Values) -> Reviewed:
    verdicts = tuple(verdict for verdict in (now.first, now.second, now.adjudicated) if verdict is not None)
    standing = now.adjudicated or (None if now.state is IncidentState.CONFLICT else now.first)
    return Reviewed(
        claim=claim.hash,
        document=document,
        state=str(now.state),
        text=words_at(text, claim.evidence),
        machine=machine,
        first=effective(now.first, machine),
        second=effective(now.second, machine),
        adjudicated=effective(now.adjudicated, machine),
        final=effective(standing, machine),
        verdicts=verdicts,
        comments=tuple(note.text for note in now.notes),
        blind=now.second is not None and now.second.blind,
    )


# ── Agreement ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class FieldAgreement(Record, frozen=True):
    """How far two coders agree about one field, and on which scale its values are compared."""

    field: str
    level: Level
    agreement: Agreement


def measure_fields(reviewed: Sequence[Reviewed], team: Team) -> tuple[FieldAgreement, ...]:
    """Agreement per field over the claims that two people coded, the second blind; the verdict (accept as it is or not) comes first.

    A field counts where both let the claim stand; what neither has a value for is no agreement, but nothing to compare.
    """
    double = [one for one in reviewed if one.blind]
    kept = [one for one in double if one.first is not None and one.second is not None]
    numbers = {*NUMBERS, *(field.name for field in team.fields if field.kind is FieldKind.NUMBER)}
    rows = [(VERDICT, Level.NOMINAL, [_verdicts(one) for one in double])]
    rows += [
        (name, Level.INTERVAL if name in numbers else Level.NOMINAL, [_pair(one, name) for one in kept])
        for name in (*FIELDS, *(field.name for field in team.fields))
    ]
    return tuple(FieldAgreement(field=name, level=level, agreement=measure_agreement(units, level)) for name, level, units in rows)


def _verdicts(one: Reviewed) -> tuple[Hashable, ...]:
    return tuple("rejected" if values is None else "kept" for values in (one.first, one.second))


def _pair(one: Reviewed, name: str) -> tuple[Hashable, ...]:
    """Both coders' values; figures on a logarithmic scale, where 3 against 6 differ as 300 against 600."""
    found = [values.get(name) if values else None for values in (one.first, one.second)]
    return tuple(math.log1p(value) if name in FIGURES and isinstance(value, int | float) else value for value in found)


def count_reasons(reviewed: Sequence[Reviewed]) -> list[tuple[str, str, int]]:
    """How often each reason was given, by verdict: state, reason code, number; the most frequent first."""
    given = Counter((str(verdict.state), verdict.reason.partition(":")[0]) for one in reviewed for verdict in one.verdicts)
    return sorted(((state, code, number) for (state, code), number in given.items()), key=lambda row: (-row[2], row[0], row[1]))


# ── As a table ────────────────────────────────────────────────────────────────────────────────────────────────────────

STAGES = ("machine", "first", "second", "adjudicated", "final")


def table_columns(team: Team) -> tuple[str, ...]:
    """The columns of ``table_row``."""
    names = (*FIELDS, *(field.name for field in team.fields))
    return (
        "claim",
        "document",
        "state",
        "text",
        "blind",
        "reasons",
        "comments",
        *(f"{stage}_{name}" for stage in STAGES for name in names),
    )


def table_row(one: Reviewed, team: Team) -> dict[str, Value]:
    """A claim as a row: a column per stage and field ("first_killed_low"); the team's own fields as text."""
    row: dict[str, Value] = {
        "claim": one.claim,
        "document": one.document,
        "state": one.state,
        "text": one.text,
        "blind": one.blind,
        "reasons": "; ".join(f"{verdict.state}: {verdict.reason}" for verdict in one.verdicts),
        "comments": "; ".join(one.comments),
    }
    for stage in STAGES:
        values = getattr(one, stage) or {}
        row |= {f"{stage}_{name}": values.get(name) for name in FIELDS}
        row |= {f"{stage}_{field.name}": shown(values.get(field.name)) or None for field in team.fields}
    return row
