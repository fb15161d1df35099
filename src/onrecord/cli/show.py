"""``onrecord show``: whatever has an id."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.options import DEFAULT_LEDGER, SEE, Json, LedgerAddress
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.ledger import Ledger
    from onrecord.records import Incident


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("show", rich_help_panel=SEE)(show)


def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="inc-…, clm-…, doc-…, vio-… or agr-….")],
    ledger: LedgerAddress = DEFAULT_LEDGER,
    json: Json = False,
) -> None:
    """Show one incident with its claims, one claim, one report, one violation, or one agreement."""
    from onrecord.ledger import open_ledger

    kinds: dict[str, Callable[..., None]] = {
        "inc": _show_incident,
        "clm": _show_claim,
        "doc": _show_report,
        "vio": _show_violation,
        "agr": show_agreement,
    }
    kind = id.partition("-")[0]
    if kind not in kinds:
        raise UsageError(f"{id}: an id begins with {'-, '.join(kinds)}-")
    with open_ledger(ledger) as opened:
        kinds[kind](opened, id, json=json)


def incident_named(ledger: Ledger, id: str) -> Incident:
    """The incident with that id; raises UsageError, with what became of it, where there is none."""
    from onrecord.ledger.query.incidents import find_incident, incident_fate

    found = find_incident(ledger, id)
    if found is None:
        fate = incident_fate(ledger, id)
        raise UsageError(f"{id}: {fate or 'there is no such incident; list them with onrecord incidents'}")
    return found


def show_agreement(ledger: Ledger, id: str, *, json: bool = False) -> None:
    """Writes an agreement as it was declared; raises UsageError where none is."""
    import msgspec

    from onrecord.ledger.decisions.agreements import list_declarations

    found = next((one for one in list_declarations(ledger) if one.id == id), None)
    if found is None:
        raise UsageError(f"{id}: no such agreement is declared; list them with 'onrecord agreement list'")
    print(_json(found) if json else msgspec.yaml.encode(found).decode().rstrip())


def _show_incident(ledger: Ledger, id: str, *, json: bool) -> None:
    from onrecord.cli.for_people import print_claims, print_incidents
    from onrecord.ledger.query.claims import claims_of

    incident = incident_named(ledger, id)
    members = claims_of(ledger, incident)
    if json:
        print(_json({"incident": incident, "claims": members}))
        return
    print_incidents([incident])
    print()
    print_claims(members)


def _show_claim(ledger: Ledger, id: str, *, json: bool) -> None:
    from onrecord.cli.for_people import print_claims
    from onrecord.cli.lists import claim_row, write
    from onrecord.ledger.query.claims import list_claims
    from onrecord.ledger.query.filters import Filters

    found = list_claims(ledger, Filters(claim=id))
    write(_there(found, id), claim_row, print_claims, json=json, csv=False)


def _show_report(ledger: Ledger, id: str, *, json: bool) -> None:
    from rich.console import Console

    from onrecord.display import print_coding

    coding = _there(ledger.coding(id), id)
    if json:
        print(_json(coding))
    else:
        print_coding(coding, Console())


def _show_violation(ledger: Ledger, id: str, *, json: bool) -> None:
    from onrecord.cli.for_people import print_violations
    from onrecord.cli.lists import violation_row, write
    from onrecord.ledger.decisions.agreements import list_statements
    from onrecord.ledger.query.violations import list_violations

    found = [violation for violation in list_violations(ledger) if violation.id == id]
    write(_there(found, id), violation_row, print_violations, json=json, csv=False)
    for statement in list_statements(ledger, id):
        print(_json(statement) if json else f"{statement.kind} of {statement.party}: {statement.text}")


def _there(found: Any, id: str) -> Any:
    if not found:
        raise UsageError(f"{id}: nothing here has that id")
    return found


def _json(record: Any) -> str:
    import msgspec

    return msgspec.json.encode(record).decode()
