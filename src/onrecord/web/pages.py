"""Renders the pages from records; everything that a report says is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from onrecord.display import (
    describe_chain,
    describe_factuality,
    describe_participant,
    describe_place,
    describe_quantity,
    describe_time,
    document_title,
    worth_showing,
)
from onrecord.ledger import Ledger
from onrecord.ledger.browse import ClaimInContext, count_incidents
from onrecord.records import Coding, Incident, Range, Record
from onrecord.web.highlight import paragraphs

RANGES = ("killed", "injured", "casualties", "missing", "captured", "displaced")
LATEST = 20


class Row(Record, frozen=True):
    """A row of a list: its cells, the first of which links to the address."""

    address: str
    cells: tuple[str, ...]


def home(ledger: Ledger) -> str:
    """What the ledger has, the reports that came last first."""
    codings = [coding for id in reversed(ledger.document_ids()[-LATEST:]) if (coding := ledger.coding(id))]
    summary = f"{len(ledger.document_ids())} reports, {count_incidents(ledger)} incidents"
    return _report_list("What is new", summary, codings)


def articles(ledger: Ledger) -> str:
    """All reports, in the order in which they came."""
    codings = list(ledger.codings())
    return _report_list("Reports", f"{len(codings)} reports", codings)


def article(coding: Coding) -> str:
    """A report with its claims under the words that say them."""
    claims = [claim for claim in coding.claims if worth_showing(claim)]
    return _render(
        "article.html",
        title=document_title(coding),
        document=coding.document,
        claims=claims,
        notes=coding.notes,
        paragraphs=list(paragraphs(coding, claims)),
    )


def incidents(found: Sequence[Incident]) -> str:
    """The list of incidents, as ordered by the ledger."""
    rows = [Row(address=f"/incidents/{incident.id}", cells=_incident_cells(incident)) for incident in found]
    columns = ("what", "when", "where", "by → to", "figures", "grade")
    return _list("Incidents", f"{len(found)} incidents", columns, rows, "No incident yet: run onrecord link.", json="/incidents.json")


def incident(found: Incident, evidence: Iterable[ClaimInContext]) -> str:
    """One incident with its ranges and every claim and denial behind it."""
    return _render("incident.html", incident=found, heading=_heading(found), ranges=_ranges(found), evidence=list(evidence))


def message(status: int, text: str) -> str:
    """A page that says what is wrong and what to do."""
    return _render("message.html", heading={404: "Not found", 410: "No longer there"}.get(status, "Something is wrong"), text=text)


def _report_list(heading: str, summary: str, codings: Iterable[Coding]) -> str:
    rows = [Row(address=f"/articles/{coding.document.id}", cells=_report_cells(coding)) for coding in codings]
    return _list(heading, summary, ("report", "outlet", "published", "claims"), rows, "No report yet: run onrecord add FILE.")


def _report_cells(coding: Coding) -> tuple[str, ...]:
    document = coding.document
    count = sum(map(worth_showing, coding.claims))
    return document_title(coding), document.outlet or "unknown", document.published or "unknown", str(count)


def _incident_cells(found: Incident) -> tuple[str, ...]:
    sides = " → ".join(", ".join(dict.fromkeys(actor.name for actor in side)) or "not said" for side in (found.actors, found.recipients))
    figures = "; ".join(f"{name} {_bounds(range_)}" for name, range_ in _ranges(found))
    where = found.place.name if found.place else "unknown"
    grade = f"{found.grade.value.replace('_', ' ')} ({found.voices} {'voice' if found.voices == 1 else 'voices'})"
    return _what(found), _day(found), where, sides, figures or "none", grade


def _heading(found: Incident) -> str:
    return f"{_what(found)}, {found.place.name if found.place else 'place unknown'}, {_day(found)}"


def _what(found: Incident) -> str:
    return found.type + (f" ({', '.join(found.mode)})" if found.mode else "")


def _day(found: Incident) -> str:
    start = found.time.start if found.time else None
    return start[:10] if start else "time unknown"


def _ranges(found: Incident) -> list[tuple[str, Range]]:
    return [(name, value) for name in RANGES if (value := getattr(found, name)) is not None]


def _bounds(range_: Range) -> str:
    if range_.high is None:
        return "an unknown number" if range_.low is None else f"at least {_number(range_.low)}"
    return _number(range_.high) if range_.low == range_.high else f"{_number(range_.low or 0)} to {_number(range_.high)}"


def _number(value: float | None) -> str:
    return "not given" if value is None else f"{value:,.10g}"


def _list(heading: str, summary: str, columns: Sequence[str], rows: Sequence[Row], empty: str, json: str | None = None) -> str:
    return _render("list.html", heading=heading, summary=summary, columns=columns, rows=rows, empty=empty, json=json)


def _render(template: str, **values: Any) -> str:
    return _ENVIRONMENT.get_template(template).render(root="", **values)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("onrecord.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "chain": describe_chain,
        "factuality": describe_factuality,
        "figure": describe_quantity,
        "number": _number,
        "participant": describe_participant,
        "when": describe_time,
        "where": describe_place,
    }
    return environment


_ENVIRONMENT = _environment()
