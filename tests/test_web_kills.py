"""The server is killed while people decide: every decision that was acknowledged is there, once, and the chain holds."""

from __future__ import annotations

import random
from pathlib import Path

import httpx2
import pytest

from onrecord.ledger import open_ledger, upkeep
from onrecord.ledger.audit import audit
from onrecord.ledger.decisions.chain import list_decisions
from onrecord.ledger.review.queue import fill_queue
from onrecord.ledger.review.team import default_team
from tests.browser.serving import serving
from tests.pages import fill_ledger, hidden_fields


def decide_under_kills(folder: Path, posts: int, every: int, seed: int) -> int:
    """Sends so many decisions, with a kill about every so many; returns how many were acknowledged."""
    path = folder / "l.db"
    chance = random.Random(seed)
    with fill_ledger(path, reports=posts + 10) as ledger:
        fill_queue(ledger, default_team())
    acknowledged: list[str] = []
    with serving(path, "--reviewer", "amina") as server, httpx2.Client(base_url=server.url, timeout=30) as client:
        for number in range(posts):
            address = client.get("/review/next").headers["location"]
            fields = {**hidden_fields(client.get(address).text, address), "action": chance.choice(["accept", "skip"])}
            assert client.post(address, data=fields).status_code == 303
            acknowledged.append(address.split("/")[3].split("?")[0])
            if number % every == chance.randrange(every):
                assert server.process is not None
                server.process.kill()
                server.process.wait()
                server.start()
    with open_ledger(path) as ledger:
        assert [decision.target for decision in list_decisions(ledger)] == acknowledged
        assert upkeep.check(ledger) == ()
        assert audit(ledger).breaks == ()
    return len(acknowledged)


@pytest.mark.slow
def test_a_killed_server_loses_no_decision(tmp_path: Path) -> None:
    assert decide_under_kills(tmp_path, posts=12, every=4, seed=1) == 12


@pytest.mark.soak
def test_a_server_killed_often_loses_none_of_a_thousand_decisions(tmp_path: Path) -> None:
    print(f"{decide_under_kills(tmp_path, posts=1000, every=20, seed=2)} decisions under about fifty kills: all there once")
