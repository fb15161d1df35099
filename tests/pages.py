"""A ledger with hand-made reports and the page over it, for tests of the page that need no language model."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from starlette.testclient import TestClient

from evaluation.reports import report
from onrecord.ledger import Ledger, link_ledger, open_ledger
from onrecord.records import Coding

TOWN = {"name": "Ariha", "kind": "populated", "lat": 35.81, "lon": 36.61, "country": "SYR", "admin1": "Idlib"}
HOSTILE = """<script>alert(1)</script> "><img src=x onerror=alert(2)> {{7*7}} ${7*7} javascript:alert(3) \u202e\x07"""


def strike(name: str, text: str, *, day: str = "2021-05-03", killed: int = 3, **about: str | None) -> Coding:
    """A report with one claim about an air strike in one town."""
    claim = {"type": "ASSAULT", "mode": ["aerial"], "who": ["SYR MIL"], "whom": ["SYR CVL"], "where": TOWN, "when": day, "killed": killed}
    return report(name, text=text, claims=[claim], published="2021-05-04", **about)  # type: ignore[arg-type]


def fill_ledger(path: Path, reports: int = 6) -> Ledger:
    """A ledger with so many reports of one claim each, linked; every third one has a graphic word."""
    ledger = open_ledger(path, create=True, salt="test")
    for number in range(reports):
        words = "charred bodies" if number % 3 == 2 else "people"
        text = f"{number + 3} {words} were found in Ariha after an air strike on Monday. The town has a market."
        day = f"2021-05-{number % 27 + 1:02}"
        ledger.append(strike(f"r{number}", text, killed=number + 3, day=day, outlet=f"Coastal Times {number}"))
    link_ledger(ledger)
    return ledger


def hidden_fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address, as a browser would send them."""
    forms = [part for part in html.split("<form")[1:] if f'action="{action}"' in part.split(">")[0]]
    assert forms, f"no form for {action} on the page"
    form = forms[0]
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form.partition("</form>")[0])
    return {name: unescape(value) for name, value in inputs}


def post(page: TestClient, path: str, *, seen_at: str | None = None, **fields: str) -> str:
    """Sends the form for ``path`` that stands on the page ``seen_at`` (that path itself), and returns where it leads or the page."""
    html = page.get(seen_at or path).text
    answer = page.post(path, data={**hidden_fields(html, path), **fields}, follow_redirects=False)
    return answer.headers["location"] if answer.status_code == 303 else answer.text
