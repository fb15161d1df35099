"""A browser, and a server over a ledger of hand-made reports, once a session. Skipped where there is no Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.serving import Server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    pytest.importorskip("playwright", reason="no Playwright: pip install -e '.[dev]'")
    from playwright.sync_api import sync_playwright

    from tests.browser.serving import find_chromium

    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: sh tools/install_system_packages.sh installs it (as root)")
    with sync_playwright() as playwright:
        # Root may not run Chromium's sandbox; what is opened here is only our own page.
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of its own for a test that decides things."""
    from tests.browser.serving import serving
    from tests.pages import fill_ledger

    fill_ledger(tmp_path / "l.db", reports=12).close()
    with serving(tmp_path / "l.db", "--reviewer", "amina") as running:
        yield running
