"""Twenty people review at once on one server: how long a decision takes, and that none is lost or applied twice."""

from __future__ import annotations

import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from onrecord.ledger import open_ledger, upkeep
from onrecord.ledger.access.accounts import Role, add_account
from onrecord.ledger.access.sessions import open_session
from onrecord.ledger.decisions.chain import list_decisions
from onrecord.ledger.review.queue import fill_queue
from onrecord.ledger.review.team import default_team
from onrecord.web import sessions
from tests.pages import fill_ledger, hidden_fields

REVIEWERS = 20
PER_SECOND = 2
P99_SECONDS = 0.3
PASSWORD = "three quiet rivers"


class Clock:
    """Gives out the moments at which decisions are due, to whoever is free."""

    def __init__(self, seconds: float) -> None:
        self.started = time.monotonic()
        self._numbers = iter(range(int(seconds * PER_SECOND)))
        self._lock = threading.Lock()

    def wait(self) -> bool:
        """Waits for the next moment; false when there is none left."""
        with self._lock:
            number = next(self._numbers, None)
        if number is None:
            return False
        time.sleep(max(0.0, self.started + number / PER_SECOND - time.monotonic()))
        return True


def review(url: str, name: str, secret: str, clock: Clock) -> tuple[list[str], list[float], list[float]]:
    """Decides whenever it is due; now and then sends a form twice. Returns the forms sent, and seconds per decision and per page."""
    chance = random.Random(name)
    sent, deciding, reading = [], [], []
    with httpx2.Client(base_url=url, cookies={sessions.SESSION: secret}, timeout=30, follow_redirects=False) as client:
        address = client.get("/review/next").headers["location"]
        while clock.wait():
            started = time.perf_counter()
            page = client.get(address)
            reading.append(time.perf_counter() - started)
            fields = {**hidden_fields(page.text, address), "action": chance.choice(["accept", "skip"])}
            started = time.perf_counter()
            answer = client.post(address, data=fields)
            deciding.append(time.perf_counter() - started)
            assert answer.status_code == 303, answer.text[:500]
            sent.append(fields["form"])
            if chance.random() < 0.2:
                assert client.post(address, data=fields).status_code == 303
            address = answer.headers["location"]
    return sent, deciding, reading


def run(folder: Path, seconds: float) -> float:
    """Reviews for so long and checks that nothing is lost or doubled; returns the 99th percentile of a decision's seconds."""
    path = folder / "l.db"
    names = [f"reviewer {number}" for number in range(REVIEWERS)]
    with fill_ledger(path, reports=int(seconds * PER_SECOND) + 3 * REVIEWERS) as ledger:
        add_account(ledger, "ada", Role.ADMIN, password=PASSWORD, at=sessions.now())
        for name in names:
            add_account(ledger, name, Role.CODER, password=None, at=sessions.now())
        fill_queue(ledger, default_team())
        secrets = [open_session(ledger, name, at=sessions.now()) for name in names]
    from tests.browser.serving import serving

    with serving(path, "--login") as server:
        clock = Clock(seconds)
        with ThreadPoolExecutor(REVIEWERS) as pool:
            done = list(pool.map(lambda pair: review(server.url, *pair, clock), zip(names, secrets, strict=True)))
    sent = [form for forms, _, _ in done for form in forms]
    deciding = sorted(second for _, seconds_, _ in done for second in seconds_)
    reading = sorted(second for _, _, seconds_ in done for second in seconds_)
    with open_ledger(path) as ledger:
        decisions = list_decisions(ledger)
        assert upkeep.check(ledger) == ()
    for what, found in (("decision", deciding), ("page", reading)):
        p99 = found[round(0.99 * (len(found) - 1))]
        print(f"{what}: {len(found)}, median {statistics.median(found) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
    assert len(set(sent)) == len(sent) == len(decisions)
    verdicts = [(decision.target, decision.by) for decision in decisions if (decision.after or {})["state"] == "accepted"]
    assert len(set(verdicts)) == len(verdicts)
    return deciding[round(0.99 * (len(deciding) - 1))]


@pytest.mark.slow
def test_twenty_reviewers_lose_nothing(tmp_path: Path) -> None:
    run(tmp_path, seconds=10)


@pytest.mark.soak
def test_twenty_reviewers_for_five_minutes(tmp_path: Path) -> None:
    assert run(tmp_path, seconds=300) < P99_SECONDS
