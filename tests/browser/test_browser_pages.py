"""Every page in a real browser: nothing from outside, no barrier that axe finds, readable without JavaScript, on paper and on a phone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from onrecord.ledger import open_ledger
from onrecord.ledger.access.accounts import Role, add_account
from onrecord.ledger.access.sessions import open_session
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.review.queue import Queue, list_items
from onrecord.web import sessions
from tests.browser.serving import Server, serving, watched
from tests.pages import fill_ledger

pytestmark = pytest.mark.slow

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MEMORY_MB = 120
FIRST_PAGE_SECONDS = 1.5
PASSWORD = "three quiet rivers"
LISTS = ["/", "/articles", "/incidents", "/actors", "/places", "/sources", "/tallies", "/agreements", "/search?text=market", "/api"]
REVIEW = ["/review", "/review?queue=done", "/review/keys", "/review/agreement", "/upload", "/me", "/users", "/nothing-here"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that only shows things, for all tests of this module."""
    path = tmp_path_factory.mktemp("pages") / "l.db"
    fill_ledger(path, reports=6).close()
    with serving(path, "--reviewer", "amina") as server:
        yield server


@pytest.fixture(scope="module")
def addresses(shown: Server, browser: Browser) -> list[str]:
    """Every kind of page, with ids that there are."""
    with watched(browser, shown.url) as watch:
        watch.go("/review")
    with open_ledger(shown.ledger) as ledger:
        document, incident = ledger.document_ids()[0], list_incidents(ledger)[0].id
        items = list_items(ledger, Queue.TODO, "amina")
    claims = [next(item.claim for item in items if bool(item.graphic) == graphic) for graphic in (False, True)]
    records = [f"/articles/{document}", f"/claims/{claims[0]}", f"/incidents/{incident}", f"/review/reports/{document}"]
    reviewed = [f"/review/claims/{claim}{rest}" for claim in claims for rest in ("", "/link", "/compare")]
    return [*LISTS, *records, *reviewed, *REVIEW]


def test_the_server_starts_soon_and_stays_small(tmp_path: Path) -> None:
    fill_ledger(tmp_path / "l.db", reports=6).close()
    with serving(tmp_path / "l.db") as server:
        server.stop()
        seconds = server.start()
        print(f"first page {seconds:.2f} s after the start, {server.memory_mb():.0f} MB")
        assert server.memory_mb() < MEMORY_MB


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_or_asks_for_anything_outside(shown: Server, browser: Browser, addresses: list[str], scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = []
    with watched(browser, shown.url, color_scheme=scheme) as watch:
        for address in addresses:
            page = watch.go(address)
            result = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}})
            found += [
                (address, fault["id"], [node["html"][:120] for node in fault["nodes"][:3]]) for fault in result.response["violations"]
            ]
        assert found == []
        assert watch.outside == []


def test_the_page_to_sign_in_has_no_barrier(tmp_path: Path, browser: Browser) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with fill_ledger(tmp_path / "l.db", reports=3) as ledger:
        add_account(ledger, "ada", Role.ADMIN, password=PASSWORD, at=sessions.now())
        secret = open_session(ledger, "ada", at=sessions.now())
    with serving(tmp_path / "l.db", "--login") as server, watched(browser, server.url) as watch:
        page = watch.go("/review")
        assert page.url.endswith("/login?next=%2Freview")
        assert Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}}).response["violations"] == []
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        assert page.url == f"{server.url}/review"
        page.context.add_cookies([{"name": sessions.SESSION, "value": secret, "url": server.url}])
        for address in ("/users", "/me"):
            watch.go(address)
            assert Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}}).response["violations"] == [], address
        page.get_by_role("button", name="Sign out").click()
        assert page.url == f"{server.url}/login"
        assert watch.outside == []


def test_no_page_is_wider_than_a_phone(shown: Server, browser: Browser, addresses: list[str]) -> None:
    with watched(browser, shown.url, viewport={"width": 390, "height": 844}) as watch:
        widths = {address: watch.go(address).evaluate("() => document.documentElement.scrollWidth") for address in addresses}
    assert {address: width for address, width in widths.items() if width > 390} == {}


def test_every_page_says_the_same_without_javascript(shown: Server, browser: Browser, addresses: list[str]) -> None:
    with watched(browser, shown.url, java_script_enabled=False) as watch:
        for address in addresses:
            page = watch.go(address)
            assert page.locator("main h1").count() == 1, address
            assert len(page.locator("main").inner_text()) > 20, address
        assert watch.outside == []


def test_pages_print_as_text(shown: Server, browser: Browser, addresses: list[str]) -> None:
    from pypdf import PdfReader

    with watched(browser, shown.url) as watch:
        for address in [one for one in addresses if one.startswith(("/articles/", "/incidents/", "/review/claims/"))]:
            page = watch.go(address)
            heading = page.locator("main h1").inner_text().split()[0]
            reader = PdfReader(io.BytesIO(page.pdf()))
            text = " ".join(sheet.extract_text() for sheet in reader.pages)
            assert heading.lower() in text.lower(), address
