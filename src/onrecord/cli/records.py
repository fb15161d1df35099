"""Commands over many reports: take them in, link them, list what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.code import Failures, with_progress
from onrecord.cli.groups import takes
from onrecord.cli.options import (
    DEFAULT_LEDGER,
    OF_CLAIMS,
    OF_INCIDENTS,
    READ,
    SEE,
    Csv,
    Json,
    LedgerAddress,
    LexiconFolder,
    PlaceName,
    Processes,
    Since,
    Status,
    Until,
    Who,
    filters,
    flag,
)
from onrecord.cli.sources import Follow, Networks, Paths, reading, web_of

if TYPE_CHECKING:
    from onrecord.ledger import Ledger
    from onrecord.ledger.query.filters import Filters
    from onrecord.records import Capture, Coding, Failure


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("add", rich_help_panel=READ)(add)
    app.command("link", rich_help_panel=READ)(link)
    app.command("incidents", rich_help_panel=SEE)(incidents)
    app.command("claims", rich_help_panel=SEE)(claims)
    app.command("tallies", rich_help_panel=SEE)(tallies)
    app.command("violations", rich_help_panel=SEE)(violations)
    app.command("sources", rich_help_panel=SEE)(sources)


@takes("given", reading)
def add(
    paths: Paths,
    given: dict[str, Any],
    ledger: LedgerAddress = DEFAULT_LEDGER,
    follow: Follow = False,
    allow_network: Networks = None,
    lexicon: LexiconFolder = None,
    again: Annotated[bool, flag("--again", help="Code what is there already, too (after a change of the lexicon).")] = False,
    linking: Annotated[bool, flag("--link/--no-link", help="Link the claims into incidents afterwards.")] = True,
    jobs: Processes = 1,
) -> None:
    """Code reports and keep them in the ledger; what is there already is not coded again."""
    from onrecord.ingest import read_documents
    from onrecord.ledger import open_ledger
    from onrecord.pipeline import Options, code_documents

    failures = Failures()
    captures = read_documents(paths, follow=follow, web=web_of(allow_network), **given)
    with open_ledger(ledger, create=True) as opened:
        pending = Pending(opened, captures, again=again)
        codings = code_documents(with_progress(pending, len(paths)), options=Options(lexicon=lexicon), jobs=jobs)
        added = sum(opened.append(coding, pending.taken(coding)).new for coding in failures.passing(codings))
        print(f"{added} added, {pending.known} there already, in {opened.name}", file=sys.stderr)
        if linking:
            _link(opened, lexicon, everything=False)
    failures.finish()


class Pending:
    """The captures that the ledger has not yet; holds each until its coding comes."""

    def __init__(self, ledger: Ledger, captures: Iterable[Capture | Failure], *, again: bool) -> None:
        self.known = 0
        self._again = again
        self._ledger = ledger
        self._captures = captures
        self._waiting: dict[str, Capture] = {}

    def __iter__(self) -> Iterator[Capture | Failure]:
        from onrecord.records import Capture

        for item in self._captures:
            if isinstance(item, Capture) and not self._again and self._ledger.note(item):
                self.known += 1
                continue
            if isinstance(item, Capture):
                self._waiting[item.document.id] = item
            yield item

    def taken(self, coding: Coding) -> Capture | None:
        return self._waiting.pop(coding.document.id, None)


def link(
    ledger: LedgerAddress = DEFAULT_LEDGER,
    lexicon: LexiconFolder = None,
    policy: Annotated[
        str | None, typer.Option(metavar="RULE", help="How figures become ranges: ucdp, acled-conservative or airwars.")
    ] = None,
    everything: Annotated[bool, flag("--all", help="Link all claims again, not only what changed.")] = False,
) -> None:
    """Put claims that are about the same incident together."""
    from onrecord.ledger import open_ledger

    with open_ledger(ledger) as opened:
        _link(opened, lexicon, everything=everything, policy=policy)


def _link(ledger: Ledger, lexicon: Path | None, *, everything: bool, policy: str | None = None) -> None:
    from onrecord.ledger import link_ledger
    from onrecord.lexicon import Lexicon

    done = link_ledger(ledger, Lexicon(lexicon), policy=policy, everything=everything)
    changes = [f"{number} {word}" for number, word in ((done.new, "new"), (done.merged, "merged"), (done.ended, "ended")) if number]
    print(f"{done.incidents} incidents" + (f" ({', '.join(changes)})" if changes else ""), file=sys.stderr)


# ── Lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@takes("chosen", filters, without=OF_CLAIMS)
def incidents(chosen: Filters, ledger: LedgerAddress = DEFAULT_LEDGER, json: Json = False, csv: Csv = False) -> None:
    """List incidents: what happened according to how many voices."""
    from onrecord.cli import for_people, lists
    from onrecord.ledger.query.incidents import list_incidents

    with _open(ledger) as opened:
        found = list_incidents(opened, chosen)
    lists.write(found, lists.incident_row, for_people.print_incidents, json=json, csv=csv)


@takes("chosen", filters, without=OF_INCIDENTS)
def claims(chosen: Filters, ledger: LedgerAddress = DEFAULT_LEDGER, json: Json = False, csv: Csv = False) -> None:
    """List claims: who says what, in which words."""
    from onrecord.cli import for_people, lists
    from onrecord.ledger.query.claims import list_claims

    with _open(ledger) as opened:
        found = list_claims(opened, chosen)
    lists.write(found, lists.claim_row, for_people.print_claims, json=json, csv=csv)


def tallies(ledger: LedgerAddress = DEFAULT_LEDGER, place: PlaceName = None, who: Who = None, json: Json = False, csv: Csv = False) -> None:
    """List running figures: totals since a date and numbers of people somewhere, never part of an incident."""
    from onrecord.cli import for_people, lists
    from onrecord.ledger.query.figures import list_tallies
    from onrecord.ledger.query.filters import Filters

    with _open(ledger) as opened:
        found = list_tallies(opened, Filters(place=place, who=who))
    lists.write(found, lists.tally_row, for_people.print_tallies, json=json, csv=csv)


def violations(
    ledger: LedgerAddress = DEFAULT_LEDGER,
    agreement: Annotated[str | None, typer.Option(metavar="ID", help="Of this agreement.")] = None,
    status: Status = None,
    since: Since = None,
    until: Until = None,
    days: Annotated[int | None, typer.Option(min=1, metavar="N", help="Count them per period of so many days, and per party.")] = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """List incidents that would break a declared agreement, by either side."""
    from onrecord.cli import for_people, lists
    from onrecord.ledger.query.filters import Filters
    from onrecord.ledger.query.violations import list_violations

    with _open(ledger) as opened:
        if days is not None:
            rows = _period_rows(opened, agreement, since, until, days)
            lists.write(rows, lists.period_row, for_people.print_periods, json=json, csv=csv)
            return
        found = list_violations(opened, Filters(since=since, until=until, state=status), agreement=agreement)
    lists.write(found, lists.violation_row, for_people.print_violations, json=json, csv=csv)


def _period_rows(ledger: Ledger, agreement: str | None, since: str | None, until: str | None, days: int) -> list[Any]:
    from onrecord.errors import UsageError
    from onrecord.ledger.query.violations import report_periods

    if agreement is None or since is None or until is None:
        raise UsageError("a table per period needs --agreement, --since and --until")
    return list(report_periods(ledger, agreement, since=since, until=until, days=days))


def sources(ledger: LedgerAddress = DEFAULT_LEDGER, json: Json = False, csv: Csv = False) -> None:
    """List voices: whom reports go back to, who is tied to whom, and which reports are copies."""
    from onrecord.cli import for_people, lists
    from onrecord.ledger.query.sources import list_voices

    with _open(ledger) as opened:
        found = list_voices(opened)
    lists.write(found, lists.voice_row, for_people.print_voices, json=json, csv=csv)


def _open(address: str) -> Ledger:
    from onrecord.ledger import open_ledger

    return open_ledger(address)
