"""``onrecord ledger`` and ``onrecord agreement``: looking after a ledger, and declaring what incidents are held against."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import DEFAULT_LEDGER, JUDGE, KEEP, Json, LedgerAddress, flag

if TYPE_CHECKING:
    from onrecord.records import Coding

ledger_app = typer.Typer(no_args_is_help=True, help="Create, check, copy and compare ledgers.")
agreement_app = typer.Typer(no_args_is_help=True, help="Declare agreements, and see them.")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(ledger_app, name="ledger", rich_help_panel=KEEP)
    app.add_typer(agreement_app, name="agreement", rich_help_panel=JUDGE)


@ledger_app.command("init")
def init(
    ledger: LedgerAddress = DEFAULT_LEDGER,
    salt: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Makes incident ids repeatable: same text and reports, same ids.")
    ] = None,
) -> None:
    """Create a ledger; one that is there stays as it is."""
    from onrecord.ledger import open_ledger

    with open_ledger(ledger, create=True, salt=salt) as opened:
        print(f"{opened.name}: ready", file=sys.stderr)


@ledger_app.command("migrate")
def migrate(ledger: LedgerAddress = DEFAULT_LEDGER) -> None:
    """Bring an older ledger to the form that this program writes; everything in it is kept."""
    from onrecord.ledger.database.engine import clear_errors, open_engine
    from onrecord.ledger.store.migrations import migrate as apply

    with clear_errors(ledger):
        done = apply(open_engine(ledger))
    print("\n".join(f"applied: {name}" for name in done) or "nothing to do", file=sys.stderr)


@ledger_app.command("check")
def check(
    ledger: LedgerAddress = DEFAULT_LEDGER,
    quick: Annotated[bool, flag(help="Do not read every record.")] = False,
) -> None:
    """Check that the ledger holds together: the file, whole reports, readable records, the chain of decisions."""
    from onrecord.ledger import open_ledger, upkeep

    with open_ledger(ledger) as opened:
        problems = upkeep.check(opened, thorough=not quick)
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)
    print("all is well", file=sys.stderr)


@ledger_app.command("audit")
def audit(
    ledger: LedgerAddress = DEFAULT_LEDGER,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A checkpoint that was kept elsewhere, or the datapackage.json of an export.")
    ] = None,
    json: Json = False,
) -> None:
    """Find out whether anything was changed, taken out or put in behind the ledger's back: codings, places of reports, decisions."""
    import msgspec

    from onrecord.ledger import audit as auditing
    from onrecord.ledger import open_ledger

    known = None if against is None else auditing.read_checkpoint(against)
    with open_ledger(ledger) as opened:
        found = auditing.audit(opened, known)
    if json:
        print(msgspec.json.encode(found).decode())
    else:
        for one in found.breaks:
            print(f"{one.place}: {one.said}; {one.remedy}")
    if found.breaks:
        raise typer.Exit(1)
    chains = found.checkpoint
    print(f"all holds: {found.codings} codings, {chains.seals.count} seals, {chains.decisions.count} decisions", file=sys.stderr)
    if known is None:
        print(auditing.LINK, file=sys.stderr)


@ledger_app.command("checkpoint")
def checkpoint(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - for standard output.")],
    ledger: LedgerAddress = DEFAULT_LEDGER,
) -> None:
    """Write the heads of the ledger's chains to a small file, to be kept where who can write to the ledger cannot."""
    from onrecord.errors import UsageError
    from onrecord.ledger import open_ledger
    from onrecord.ledger.audit import take_checkpoint, write_checkpoint

    with open_ledger(ledger) as opened:
        text = write_checkpoint(take_checkpoint(opened))
    if output == "-":
        print(text, end="")
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error


@ledger_app.command("backup")
def backup(target: Annotated[Path, typer.Argument(metavar="FILE", help="Where to.")], ledger: LedgerAddress = DEFAULT_LEDGER) -> None:
    """Copy the ledger as of this moment, while others go on writing."""
    from onrecord.ledger import open_ledger, upkeep

    with open_ledger(ledger) as opened:
        print(upkeep.backup(opened, target), file=sys.stderr)


@ledger_app.command("import")
def import_archive(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="An archive (a folder or s3://bucket/folder), or a file that export --table reports wrote."),
    ],
    where: Annotated[
        str | None, typer.Option(metavar="SQL", help="Of an archive, reports with a claim for which this holds: \"country = 'SYR'\".")
    ] = None,
    ledger: LedgerAddress = DEFAULT_LEDGER,
    linking: Annotated[bool, flag("--link/--no-link", help="Link the claims into incidents afterwards.")] = True,
) -> None:
    """Take reports of an archive or of our own exports into the ledger, as they were coded, to be linked and reviewed."""
    from onrecord.ledger import link_ledger, open_ledger

    added = known = 0
    with open_ledger(ledger, create=True) as opened:
        for coding in _codings(source, where):
            new = opened.append(coding).new
            added, known = added + new, known + (not new)
        print(f"{added} added, {known} there already, in {opened.name}", file=sys.stderr)
        if linking:
            print(f"{link_ledger(opened).incidents} incidents", file=sys.stderr)


@ledger_app.command("redact")
def redact(
    document: Annotated[str, typer.Argument(metavar="ID", help="The report (doc-…).")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides it.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it stays in the ledger.")],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When; now, unless said.")] = None,
    ledger: LedgerAddress = DEFAULT_LEDGER,
) -> None:
    """Take the words of a report out for good; its hash, codes, figures and the reason stay.

    Backups and exports made before still have them: erase them there.
    """
    from onrecord.errors import UsageError
    from onrecord.ledger import open_ledger, upkeep
    from onrecord.ledger.decisions import redaction

    with open_ledger(ledger) as opened:
        if opened.coding(document) is None:
            raise UsageError(f"{opened.name}: there is no report '{document}'; 'onrecord claims --json' names those there are")
        redaction.redact(opened, document, by=by, at=at or _now(), reason=reason)
        upkeep.vacuum(opened)
    print(f"{document}: redacted", file=sys.stderr)


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def _codings(source: str, where: str | None) -> Iterator[Coding]:
    from onrecord.errors import UsageError
    from onrecord.export.reports import read_reports
    from onrecord.scale.query import select_codings

    if not Path(source).is_file():
        return select_codings(source, where or "true")
    if where is not None:
        raise UsageError("--where chooses from an archive; of a file all reports are taken: choose when you export it")
    return read_reports(Path(source))


@ledger_app.command("vacuum")
def vacuum(ledger: LedgerAddress = DEFAULT_LEDGER) -> None:
    """Give unused space back."""
    from onrecord.ledger import open_ledger, upkeep

    with open_ledger(ledger) as opened:
        upkeep.vacuum(opened)


@ledger_app.command("diff")
def diff(
    before: Annotated[str, typer.Argument(metavar="VERSION", help="An older program version.")],
    after: Annotated[str, typer.Argument(metavar="VERSION", help="A newer one.")],
    ledger: LedgerAddress = DEFAULT_LEDGER,
    json: Json = False,
) -> None:
    """Show what one version's codings gained, lost and changed against another's."""
    import msgspec

    from onrecord.ledger import open_ledger, upkeep

    counts = {"gained": 0, "lost": 0, "changed": 0}
    with open_ledger(ledger) as opened:
        for change in upkeep.diff(opened, before, after):
            counts[change.kind] += 1
            fields = f" ({', '.join(change.fields)})" if change.fields else ""
            line = f"{change.kind:8}{change.type or '-':10}{change.document}{fields}: {change.text}"
            print(msgspec.json.encode(change).decode() if json else line)
    print(", ".join(f"{number} {kind}" for kind, number in counts.items()), file=sys.stderr)


@agreement_app.command("add")
def add_agreement(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Declarations in YAML.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who declares them.")],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When; now, unless said.")] = None,
    ledger: LedgerAddress = DEFAULT_LEDGER,
) -> None:
    """Declare agreements; all incidents are held against them at once, whoever is party to them."""
    from onrecord.ceasefire import read_declarations
    from onrecord.ledger import open_ledger
    from onrecord.ledger.decisions.agreements import declare

    declarations = read_declarations(path)
    with open_ledger(ledger, create=True) as opened:
        fresh = declare(opened, declarations, by=by, at=at or _now())
    print(f"{len(fresh)} declared, {len(declarations) - len(fresh)} there already", file=sys.stderr)


@agreement_app.command("list")
def list_agreements(
    ledger: LedgerAddress = DEFAULT_LEDGER,
    proposed: Annotated[bool, flag(help="Those that reports mention, for a person to declare.")] = False,
    json: Json = False,
) -> None:
    """List the declared agreements."""
    import msgspec

    from onrecord.cli.for_people import print_block
    from onrecord.export.writing import encode_json
    from onrecord.ledger import open_ledger
    from onrecord.ledger.decisions.agreements import list_declarations
    from onrecord.ledger.query.violations import proposals

    with open_ledger(ledger) as opened:
        found = [msgspec.to_builtins(one) for one in (proposals(opened) if proposed else list_declarations(opened))]
    for one in found:
        if json:
            print(encode_json(one))
            continue
        parties = ", ".join(party["name"] for party in one["parties"])
        days = f"{one['valid_from']} to {one.get('until') or 'no end'}" if one.get("valid_from") else one["signed"] or "undated"
        print_block(one["name"], f"  {days.replace('T', ' ')}", (parties,), one["id"])
    if not found:
        print("none; 'onrecord agreement add FILE --by NAME' declares one, --proposed lists those that reports mention", file=sys.stderr)


@agreement_app.command("show")
def show_agreement(id: Annotated[str, typer.Argument(metavar="ID")], ledger: LedgerAddress = DEFAULT_LEDGER, json: Json = False) -> None:
    """Show one agreement as it was declared."""
    from onrecord.cli import show
    from onrecord.ledger import open_ledger

    with open_ledger(ledger) as opened:
        show.show_agreement(opened, id, json=json)


@agreement_app.command("log")
def log_statement(
    violation: Annotated[str, typer.Argument(metavar="ID", help="The violation (vio-…).")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the party says.")],
    party: Annotated[str, typer.Option(metavar="NAME", help="Which party says it.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who logs it.")],
    reply: Annotated[bool, flag("--reply", help="It is a reply; otherwise a complaint.")] = False,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When; now, unless said.")] = None,
    ledger: LedgerAddress = DEFAULT_LEDGER,
) -> None:
    """Log a party's complaint about a violation, or its reply; the status stays a reviewer's decision."""
    from datetime import UTC, datetime

    from onrecord.ceasefire import Statement, StatementKind
    from onrecord.ledger import open_ledger
    from onrecord.ledger.decisions.agreements import log_statement as append

    kind = StatementKind.REPLY if reply else StatementKind.COMPLAINT
    with open_ledger(ledger) as opened:
        moment = at or datetime.now(UTC).isoformat(timespec="seconds")
        append(opened, Statement(violation=violation, kind=kind, party=party, text=text), by=by, at=moment)
