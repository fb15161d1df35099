"""Serves a ledger as users do, in a process of its own, and opens it in the system's Chromium."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
START_SECONDS = 60


def find_chromium() -> str | None:
    """The system's Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """``onrecord serve`` over a ledger."""

    ledger: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Starts it; returns the seconds until the first page was there."""
        command = [sys.executable, "-m", "onrecord", "serve", "--ledger", str(self.ledger), "--port", str(self.port), *self.options]
        started = time.perf_counter()
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while time.perf_counter() - started < START_SECONDS:
            if self._answers():
                return time.perf_counter() - started
            time.sleep(0.05)
        raise RuntimeError(f"the server did not answer within {START_SECONDS} s")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=START_SECONDS):
                return True
        except HTTPError:
            return True
        except OSError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def memory_mb(self) -> float:
        """The resident memory of the server's own process."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def serving(ledger: Path, *options: str) -> Iterator[Server]:
    """A server over a ledger, stopped at the end."""
    server = Server(ledger, free_port(), options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Watched:
    """A page of the browser with everything that it asked for and complained about."""

    page: Page
    url: str
    outside: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def _requested(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and f"{address.scheme}://{address.netloc}" != self.url:
            self.outside.append(request.url)


@contextmanager
def watched(browser: Browser, url: str, **options: object) -> Iterator[Watched]:
    """A page in a context of its own, watched from its first request."""
    context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    watch = Watched(page, url)
    context.on("request", watch._requested)
    page.on("pageerror", lambda error: watch.problems.append(str(error)))
    page.on("dialog", lambda dialog: (watch.problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda said: watch.problems.append(said.text) if said.type == "error" else None)
    try:
        yield watch
    finally:
        context.close()
