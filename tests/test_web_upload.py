"""Adding a report through the page: taken in, coded by a process of its own, opened; refused with a reason."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from onrecord.ledger import Ledger, open_ledger, upkeep
from onrecord.ledger.uploads import INTERRUPTED, About, State, add_upload, find_upload, put_back, take_upload
from onrecord.records import Capture, Coding, Failure
from onrecord.web import create_app, upload_worker
from onrecord.web.sessions import MOST_BYTES
from onrecord.web.upload_worker import Worker
from tests.pages import HOSTILE, hidden_fields, post, strike

AT = "2026-11-22T10:00:00+00:00"
REPORT = """Shelling hits market in Idlib
Two people were killed and nine injured when government forces shelled a market in Idlib on Monday, a hospital official said.
"""


class Asleep(Worker):
    """A worker that is woken and does nothing, so that a test can look at what waits."""

    woken = 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        yield ledger


@pytest.fixture
def page(ledger: Ledger) -> TestClient:
    app = create_app(ledger)
    app.state.worker = Asleep(ledger.address)
    return TestClient(app)


def test_a_pasted_report_waits_with_what_was_said_of_it(ledger: Ledger, page: TestClient) -> None:
    address = post(page, "/upload", text=REPORT, published="2020-02-29", outlet="Coastal Times", url="https://one.example/1")
    found = find_upload(ledger, address.removeprefix("/upload/"))
    assert found is not None
    assert found.about == About(published="2020-02-29", outlet="Coastal Times", url="https://one.example/1")
    assert page.app.state.worker.woken == 1  # type: ignore[attr-defined]
    waiting = page.get(address)
    assert "Waiting" in waiting.text
    assert waiting.headers["refresh"] == "1"
    assert page.get(f"{address}.json").json()["state"] == "waiting"
    taken = take_upload(ledger)
    assert taken is not None
    assert taken[1].decode() == REPORT.replace("\n", "\r\n") or taken[1].decode() == REPORT


def test_a_file_wins_over_pasted_text(ledger: Ledger, page: TestClient) -> None:
    fields = hidden_fields(page.get("/upload").text, "/upload")
    answer = page.post(
        "/upload", data={**fields, "text": "other"}, files={"file": ("../../etc/report.txt", REPORT.encode())}, follow_redirects=False
    )
    taken = take_upload(ledger)
    assert answer.status_code == 303
    assert taken is not None
    assert taken[1] == REPORT.encode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"text": "   "}, "nothing to code yet"), ({"text": REPORT, "published": "last Thursday"}, "is no date")],
)
def test_what_cannot_be_coded_is_sent_back_with_what_was_entered(page: TestClient, fields: dict[str, str], said: str) -> None:
    answer = post(page, "/upload", outlet="Coastal Times", **fields)
    assert said in answer
    assert 'value="Coastal Times"' in answer
    assert page.app.state.worker.woken == 0  # type: ignore[attr-defined]


def test_a_paste_of_twenty_megabytes_is_refused_with_a_page(ledger: Ledger, page: TestClient) -> None:
    fields = hidden_fields(page.get("/upload").text, "/upload")
    answer = page.post("/upload", data={**fields, "text": "word " * 4_000_000})
    assert answer.status_code == 413
    assert "too much for one report" in answer.text
    assert "<h1>" in answer.text
    assert take_upload(ledger) is None


def test_a_long_body_of_unknown_length_is_refused(ledger: Ledger, page: TestClient) -> None:
    def parts() -> Iterator[bytes]:
        yield b"csrf=" + hidden_fields(page.get("/upload").text, "/upload")["csrf"].encode() + b"&text="
        for _ in range(MOST_BYTES // 1_000_000 + 2):
            yield b"x" * 1_000_000

    answer = page.post("/upload", content=parts(), headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 413
    assert take_upload(ledger) is None


@pytest.mark.parametrize("field", ["text", "outlet", "url", "title", "published"])
def test_hostile_text_comes_back_as_text(page: TestClient, field: str) -> None:
    answer = post(page, "/upload", **{"text": "x", "published": "no date", field: HOSTILE})
    assert "<script>alert" not in answer
    assert "<img src=x" not in answer
    address = post(page, "/upload", **{"text": "x", "title": HOSTILE})
    assert "<script>alert" not in page.get(address).text + page.get("/upload").text


# ── The process ───────────────────────────────────────────────────────────────────────────────────────────────────────


def code(captures: Iterable[Capture | Failure]) -> Iterator[Coding | Failure]:
    """Stands for the pipeline: a claim for every report, except where the text says that it fails."""
    for capture in captures:
        if isinstance(capture, Failure):
            yield capture
        elif "explode" in capture.document.text:
            raise RuntimeError("a fault of the program")
        else:
            yield strike("u", capture.document.text)


def work(ledger: Ledger) -> None:
    taken = take_upload(ledger)
    assert taken is not None
    upload_worker.finish(ledger, code, None, *taken)


def test_finish_keeps_the_report_and_links_it(ledger: Ledger) -> None:
    id = add_upload(ledger, REPORT.encode(), "pasted text", About(), by="amina", at=AT)
    work(ledger)
    found = find_upload(ledger, id)
    assert found is not None
    assert (found.state, found.document) == (State.DONE, ledger.document_ids()[0])
    assert upkeep.check(ledger) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ""),
        (b"\x00\x01\x02\x03" * 200, "binary"),
        ("Des tirs ont frappé la ville lundi matin. " * 20, "language"),
        ("explode now. " * 9, "log"),
    ],
)
def test_finish_says_why_a_report_cannot_be_coded(ledger: Ledger, content: bytes | str, said: str) -> None:
    raw = content.encode() if isinstance(content, str) else content
    id = add_upload(ledger, raw, "report.txt", About(), by="amina", at=AT)
    work(ledger)
    found = find_upload(ledger, id)
    assert found is not None
    assert found.state is State.FAILED
    assert said in (found.message or "")
    assert found.message
    assert ledger.document_ids() == ()


def test_what_a_process_died_over_waits_once_more_and_is_then_given_up(ledger: Ledger) -> None:
    id = add_upload(ledger, REPORT.encode(), "pasted text", About(), by="amina", at=AT)
    for expected in (State.WAITING, State.FAILED):
        assert take_upload(ledger) is not None
        put_back(ledger)
        found = find_upload(ledger, id)
        assert found is not None
        assert found.state is expected
    assert found.message == INTERRUPTED


@pytest.mark.slow
def test_a_report_is_coded_by_a_process_of_its_own_then_opens(ledger: Ledger) -> None:
    with TestClient(create_app(ledger)) as page:
        address = post(page, "/upload", text=REPORT, published="2020-02-29", outlet="Coastal Times")
        started = time.monotonic()
        answer = page.get(address, follow_redirects=False)
        while answer.status_code == 200 and time.monotonic() - started < 120:
            assert "could not" not in answer.text, answer.text
            time.sleep(0.5)
            answer = page.get(address, follow_redirects=False)
        assert answer.headers["location"] == f"/articles/{ledger.document_ids()[0]}"
        assert "Two people were killed" in page.get(answer.headers["location"]).text
        assert page.get("/review").text.count("/review/claims/") >= 1


@pytest.mark.slow
def test_only_one_process_works_off_the_uploads_of_a_ledger(ledger: Ledger) -> None:
    with upload_worker.alone(ledger.address) as first:
        assert first
        done = subprocess.run(
            [sys.executable, "-m", "onrecord.web.upload_worker", ledger.address], timeout=60, check=False, env=dict(os.environ)
        )
    assert done.returncode == 0
