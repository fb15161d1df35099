"""What a ledger says of agreements: those that reports propose, and tables of violations per period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from onrecord.ceasefire import PeriodRow, period_table, propose
from onrecord.errors import UsageError
from onrecord.ledger.browse import coverage, list_violations
from onrecord.ledger.people import list_declarations
from onrecord.ledger.store import Ledger


def proposals(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """A draft declaration per agreement that a report mentions, each once; nothing is held against them until a person declares."""
    seen = set()
    for coding in ledger.codings():
        for agreement in coding.agreements:
            draft = propose(agreement)
            if draft["id"] not in seen:
                seen.add(draft["id"])
                yield draft


def report_periods(ledger: Ledger, agreement: str, *, since: str, until: str, days: int) -> tuple[PeriodRow, ...]:
    """Violations of one agreement per period and party, with how many reports spoke of its area; raises UsageError if unknown."""
    declared = {declaration.id: declaration for declaration in list_declarations(ledger)}
    if agreement not in declared:
        raise UsageError(f"{agreement}: no such agreement is declared; list them with 'onrecord agreement list'")
    declaration = declared[agreement]
    spoken = coverage(ledger, declaration.area)
    found = list_violations(ledger, agreement=agreement)
    return period_table(found, declaration, start=date.fromisoformat(since), end=date.fromisoformat(until), days=days, coverage=spoken)
