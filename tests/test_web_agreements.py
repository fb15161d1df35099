"""Agreements and running figures on the page and for programs: what would break a truce, per period, with what could be known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from evaluation.reports import report
from onrecord.ceasefire import Statement, StatementKind
from onrecord.errors import UsageError
from onrecord.ledger import Ledger, link_ledger, open_ledger
from onrecord.ledger.decisions.agreements import declare, list_statements, log_statement
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.violations import list_violations, report_periods
from onrecord.web import create_app
from tests.test_ceasefire import TOWN, truce


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Two attacks that a truce forbids, and a toll that rises over three reports."""
    with open_ledger(tmp_path / "l.db", create=True, salt="test") as opened:
        for number, day in enumerate(("2022-04-08", "2022-05-20")):
            claim = {"type": "ASSAULT", "who": ["YEM MIL"], "whom": ["YEM CVL"], "where": TOWN, "when": day, "killed": number + 1}
            opened.append(report(f"a{number}", text=f"A shepherd died on {day}.", outlet="Post", published=day, claims=[claim]))
        for day, killed in (("2022-04-10", 20), ("2022-04-20", 35), ("2022-05-02", 61)):
            figure = {"of": "killed", "n": killed, "scope": "cumulative", "period": f"2022-03-01/{day}"}
            claim = {"type": "ASSAULT", "whom": ["YEM CVL"], "where": TOWN, "when": None, "figures": [figure]}
            text = f"{killed} people have been killed since March, the office said on {day}."
            opened.append(report(f"t{day}", text=text, outlet="Office", published=day, claims=[claim]))
        link_ledger(opened)
        declare(opened, [truce()], by="A. Monitor", at="2022-06-01")
        yield opened


@pytest.fixture
def page(ledger: Ledger) -> TestClient:
    return TestClient(create_app(ledger))


def test_the_page_of_an_agreement_tells_its_violations_by_period(page: TestClient, ledger: Ledger) -> None:
    assert "agr-truce" in page.get("/agreements").text
    found = page.get("/agreements/agr-truce")
    assert found.status_code == 200
    assert "2022-04-08" in found.text
    assert all(violation.incident in found.text for violation in list_violations(ledger))


def test_violations_are_a_table_and_json(page: TestClient, ledger: Ledger) -> None:
    rows = list(csv.DictReader(io.StringIO(page.get("/agreements/agr-truce.csv").text)))
    assert [(row["agreement"], row["status"], row["local_time"][:10]) for row in rows] == [
        ("agr-truce", "alleged", "2022-04-08"),
        ("agr-truce", "alleged", "2022-05-20"),
    ]
    assert {row["incident"] for row in rows} == {violation.incident for violation in list_violations(ledger)}


def test_an_agreement_that_nobody_declared_is_said_not_to_be_there(page: TestClient, ledger: Ledger) -> None:
    for path in ("/agreements/agr-none", "/agreements/agr-none.csv"):
        answer = page.get(path)
        assert answer.status_code == 404
        assert "No agreement agr-none is declared" in answer.text
    with pytest.raises(UsageError, match="agr-none: no such agreement is declared"):
        report_periods(ledger, "agr-none", since="2022-04-01", until="2022-05-01", days=7)


def test_violations_are_filtered_by_status_and_day(ledger: Ledger) -> None:
    def days(**filters: str) -> list[str]:
        return [(one.local_time or "")[:10] for one in list_violations(ledger, Filters(**filters))]

    assert days(since="2022-05-01") == ["2022-05-20"]
    assert days(until="2022-05-01") == ["2022-04-08"]
    assert days(state="alleged") == ["2022-04-08", "2022-05-20"]
    assert days(state="verified") == []
    assert list_violations(ledger, agreement="agr-none") == ()


def test_what_the_parties_say_of_a_violation_is_kept_in_order(ledger: Ledger) -> None:
    violation = list_violations(ledger)[0].id
    told = [
        Statement(violation=violation, kind=StatementKind.COMPLAINT, party="Movement", text="They shelled us."),
        Statement(violation=violation, kind=StatementKind.REPLY, party="Government", text="We did not."),
    ]
    for statement in told:
        log_statement(ledger, statement, by="A. Monitor", at="2022-06-02")
    assert list_statements(ledger, violation) == tuple(told)
    assert list_violations(ledger)[0].status == "alleged"


def test_running_figures_are_drawn_where_they_have_days(page: TestClient) -> None:
    found = page.get("/tallies")
    assert found.status_code == 200
    assert all(number in found.text for number in ("20", "35", "61"))
    assert "<svg" in found.text
