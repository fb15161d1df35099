"""``onrecord doctor``: whether this installation is sound, and what to do where it is not."""

from __future__ import annotations

import typer

from onrecord.cli.options import DEFAULT_LEDGER, KEEP, Json, LedgerAddress


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor", rich_help_panel=KEEP)(doctor)


def doctor(
    ledger: LedgerAddress = DEFAULT_LEDGER,
    json: Json = False,
) -> None:
    """Check Python, SQLite, the packaged data, the ledger's disk and permissions; exit code 1 where something is wrong."""
    import msgspec

    from onrecord.doctor import State, examine

    findings = list(examine(ledger))
    for finding in findings:
        print(msgspec.json.encode(finding).decode() if json else f"{finding.state:6}{finding.check}: {finding.said}")
    if any(finding.state is State.WRONG for finding in findings):
        raise typer.Exit(1)
