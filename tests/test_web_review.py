"""Review on the page: every decision as a plain form, nothing twice, nothing lost, nothing executed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from onrecord.ledger import Ledger
from onrecord.ledger.decisions.chain import list_decisions
from onrecord.ledger.review.drafts import read_draft
from onrecord.ledger.review.forms import read_review
from onrecord.ledger.review.missed import list_missed
from onrecord.ledger.review.queue import Queue, list_items
from onrecord.ledger.review.team import Team, TeamField, TeamType, default_team
from onrecord.records import IncidentState
from onrecord.web import create_app
from onrecord.web.sessions import Access
from tests.pages import HOSTILE, fill_ledger, hidden_fields, post

TEAM = msgspec.structs.replace(
    default_team(),
    second_coding=1.0,
    pause_after=1,
    graphic_per_day=1,
    fields=(TeamField(name="harm", label="Civilian harm", note="<b>Likely</b> needs two voices<script>alert(1)</script>"),),
    types=(TeamType(name="SIEGE", label="Siege", note="Supplies are cut off"),),
    notes={"place": "<p onclick=x>The <em>town</em>, not the district</p>"},
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with fill_ledger(tmp_path / "l.db") as ledger:
        yield ledger


def visit(ledger: Ledger, name: str = "amina", team: Team = TEAM) -> TestClient:
    return TestClient(create_app(ledger, access=Access(reviewer=name), team=team))


@pytest.fixture
def page(ledger: Ledger) -> TestClient:
    client = visit(ledger)
    client.get("/review")
    return client


@pytest.fixture
def claim(ledger: Ledger, page: TestClient) -> str:
    return next(item.claim for item in list_items(ledger, Queue.TODO, "amina") if item.graphic is None)


def state(ledger: Ledger, claim: str) -> IncidentState:
    found = read_review(ledger, claim)
    assert found is not None
    return found[0].state


def test_begin_leads_through_the_queue_and_decides_every_item(ledger: Ledger, page: TestClient) -> None:
    address = page.get("/review/next", follow_redirects=False).headers["location"]
    visited = []
    while address.startswith("/review/claims/"):
        visited.append(address)
        address = post(page, address, action="accept")
    assert len(visited) == 6
    assert address == "/review?queue=todo"
    assert "Nothing waits here" in page.get(address).text
    assert len(list_decisions(ledger)) == 6


@pytest.mark.parametrize(("action", "expected"), [("accept", "accepted"), ("skip", "skipped"), ("reject", "rejected")])
def test_decide(ledger: Ledger, page: TestClient, claim: str, action: str, expected: str) -> None:
    post(page, f"/review/claims/{claim}", action=action, reason="hedged")
    assert state(ledger, claim) == expected
    (decision,) = list_decisions(ledger, claim)
    assert decision.by == "amina"


def test_correct_keeps_the_changed_fields_with_what_stood_there(ledger: Ledger, page: TestClient, claim: str) -> None:
    entries = {"action": "correct", "reason": "wrong_figure", "because": "the hospital says 9"}
    figures = {"killed_low": "9", "killed_best": "9", "killed_high": "", "harm": "likely"}
    answer = post(page, f"/review/claims/{claim}", **entries, **figures)
    assert answer.startswith("/review/claims/")
    (decision,) = list_decisions(ledger, claim)
    assert decision.after is not None
    assert decision.after["values"] == {"killed_low": 9, "killed_best": 9, "killed_high": None, "harm": "likely"}
    assert decision.before is not None
    assert decision.before["killed_best"] not in (None, 9)
    assert decision.reason == "wrong_figure: the hospital says 9"


@pytest.mark.parametrize("action", ["reject", "correct"])
def test_a_decision_without_a_reason_is_sent_back_with_what_was_entered(ledger: Ledger, page: TestClient, claim: str, action: str) -> None:
    answer = post(page, f"/review/claims/{claim}", action=action, speaker="a medic at the gate")
    assert "say why" in answer
    assert action == "reject" or "a medic at the gate" in answer
    assert list_decisions(ledger) == ()


def test_other_as_a_reason_needs_words(ledger: Ledger, page: TestClient, claim: str) -> None:
    assert "say why" in post(page, f"/review/claims/{claim}", action="reject", reason="other")
    post(page, f"/review/claims/{claim}", action="reject", reason="other", because="a drill")
    assert state(ledger, claim) == "rejected"


def test_what_cannot_be_right_is_named_at_its_field_and_nothing_is_lost(ledger: Ledger, page: TestClient, claim: str) -> None:
    entries = {"killed_low": "many", "from": "Thursday", "who": "SYR MIL", "because": "as the army says"}
    answer = post(page, f"/review/claims/{claim}", action="correct", reason="wrong_figure", **entries)
    assert "&#39;many&#39; is not a number" in answer
    assert 'value="as the army says"' in answer
    assert list_decisions(ledger) == ()


def test_sending_a_form_twice_is_one_decision(ledger: Ledger, page: TestClient, claim: str) -> None:
    address = f"/review/claims/{claim}"
    fields = hidden_fields(page.get(address).text, address)
    answers = [page.post(address, data={**fields, "action": "accept"}, follow_redirects=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(list_decisions(ledger, claim)) == 1


def test_a_stale_form_is_refused_with_who_was_quicker_and_kept_as_a_draft(ledger: Ledger, page: TestClient, claim: str) -> None:
    address = f"/review/claims/{claim}"
    fields = hidden_fields(page.get(address).text, address)
    post(visit(ledger, "boris"), address, action="accept")
    late = {**fields, "action": "correct", "reason": "wrong_place", "place": "Binnish"}
    answer = page.post(address, data=late, follow_redirects=False)
    assert answer.status_code == 409
    assert "boris decided" in answer.text
    assert 'value="Binnish"' in answer.text
    assert (read_draft(ledger, claim, "amina") or {})["place"] == "Binnish"


def test_a_draft_outlives_the_server(ledger: Ledger, page: TestClient, claim: str) -> None:
    address = f"/review/claims/{claim}"
    fields = hidden_fields(page.get(address).text, address)
    assert page.post(f"{address}/draft", data={**fields, "speaker": "a nurse", "because": "half"}).status_code == 204
    again = visit(ledger)
    html = again.get(address).text
    assert 'value="a nurse"' in html
    assert 'value="half"' in html
    assert "Your draft" in html
    assert f"/review/claims/{claim}" in again.get("/review").text
    post(again, address, action="discard")
    assert "a nurse" not in again.get(address).text


def test_a_form_outlives_the_server(ledger: Ledger, page: TestClient, claim: str) -> None:
    address = f"/review/claims/{claim}"
    fields = hidden_fields(page.get(address).text, address)
    restarted = visit(ledger)
    restarted.cookies = page.cookies
    assert restarted.post(address, data={**fields, "action": "accept"}, follow_redirects=False).status_code == 303


def test_undo_shows_the_item_again(ledger: Ledger, page: TestClient, claim: str) -> None:
    post(page, f"/review/claims/{claim}", action="accept")
    assert post(page, "/review/undo", seen_at="/review") == f"/review/claims/{claim}"
    assert state(ledger, claim) == "proposed"
    assert page.post("/review/undo", data={"csrf": hidden_csrf(page)}).status_code == 409


def hidden_csrf(page: TestClient) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page.get("/me").text)
    assert found is not None
    return found[1]


def test_second_coding_is_blind_then_compared_then_adjudicated(ledger: Ledger, page: TestClient, claim: str) -> None:
    address = f"/review/claims/{claim}"
    post(page, address, action="correct", reason="wrong_figure", killed_low="1", killed_best="987654", killed_high="987655")
    boris = visit(ledger, "boris")
    html = boris.get(address).text
    assert "987654" not in html
    assert "decided by one person" in html
    post(boris, address, action="accept")
    compared = boris.get(f"{address}/compare").text
    assert "conflict" in compared
    assert "987654" in compared
    settle = {"verdict": "keep", "pick_killed_best": "first", "pick_killed_low": "machine", "pick_killed_high": "machine"}
    answer = post(page, f"{address}/adjudicate", seen_at=f"{address}/compare", reason="wrong_figure", **settle)
    assert answer == f"{address}/compare"
    review = read_review(ledger, claim)
    assert review is not None
    assert review[0].adjudicated is not None
    assert review[0].adjudicated.values == {"killed_best": 987654}
    assert post(page, f"{address}/reopen", seen_at=f"{address}/compare", because="a new report") == f"{address}/compare"
    assert state(ledger, claim) == "reopened"


def test_adjudicating_without_a_conflict_is_refused(ledger: Ledger, page: TestClient, claim: str) -> None:
    address = f"/review/claims/{claim}"
    answer = page.post(f"{address}/adjudicate", data={"csrf": hidden_csrf(page), "form": "x", "reason": "hedged", "verdict": "keep"})
    assert answer.status_code == 409
    assert "nothing to adjudicate" in answer.text


def test_two_people_on_one_item_are_told(ledger: Ledger, page: TestClient, claim: str) -> None:
    page.get(f"/review/claims/{claim}")
    assert "amina</strong> has this item open" in visit(ledger, "boris").get(f"/review/claims/{claim}").text


def test_graphic_passages_are_folded_until_asked_for_and_limited(ledger: Ledger, page: TestClient) -> None:
    folded = [item.claim for item in list_items(ledger, Queue.TODO, "amina") if item.graphic]
    first = f"/review/claims/{folded[0]}"
    assert "charred bodies were" not in page.get(first).text
    assert post(page, f"{first}/show", seen_at=first) == first
    html = page.get(first).text
    assert "charred bodies were" in html
    assert "good moment for a pause" in html
    second = page.get(f"/review/claims/{folded[1]}").text
    assert "as many as your team allows" in second
    assert page.post(f"/review/claims/{folded[1]}/show", data={"csrf": hidden_csrf(page)}).status_code == 403
    queue = [page.get("/review/next", params={"after": claim}, follow_redirects=False).headers["location"] for claim in folded]
    assert not any(one in address for one in folded for address in queue)


def test_a_team_s_fields_types_and_notes_are_shown_clean_and_exported(ledger: Ledger, page: TestClient, claim: str) -> None:
    html = page.get(f"/review/claims/{claim}").text
    assert "Civilian harm" in html
    assert "<b>Likely</b> needs two voices" in html
    assert "<em>town</em>" in html
    assert "onclick" not in html
    assert "alert(1)" not in html
    assert "SIEGE" in html
    post(page, f"/review/claims/{claim}", action="correct", reason="wrong_type", type="SIEGE", harm="=1+1")
    assert "'=1+1" in page.get("/review/decisions.csv").text
    (line,) = page.get("/review/decisions.jsonl").text.splitlines()
    assert (json.loads(line)["final"]["type"], json.loads(line)["final"]["harm"]) == ("SIEGE", "=1+1")


def test_flag_and_comment_stay_with_the_item(ledger: Ledger, page: TestClient, claim: str) -> None:
    address = f"/review/claims/{claim}"
    assert post(page, address, action="flag", because="look at the map") == address
    assert post(page, address, action="comment", because="so does the ministry") == address
    html = page.get(address).text
    assert "Flag: look at the map" in html
    assert "so does the ministry" in html
    assert claim in page.get("/review?queue=flagged").text


def test_link_and_keep_apart_are_decisions_about_two_claims(ledger: Ledger, page: TestClient, claim: str) -> None:
    address = f"/review/claims/{claim}/link"
    near = re.findall(r'name="other" value="(clm-[0-9a-f]+)"', page.get(address).text)
    assert near
    other = near[0]
    assert post(page, address, other=other, action="together", because="one strike") == f"/review/claims/{claim}"
    assert [(d.target, d.after) for d in list_decisions(ledger)] == [(claim, {"same_as": other})]
    wrong = page.post(address, data={"csrf": hidden_csrf(page), "form": "y", "other": "clm-none"})
    assert wrong.status_code == 422


def test_a_missed_claim_is_drawn_by_offsets_or_by_its_words(ledger: Ledger, page: TestClient) -> None:
    document = ledger.document_ids()[0]
    address = f"/review/reports/{document}"
    text = page.get(address).text
    assert 'data-start="0"' in text
    coding = ledger.coding(document)
    assert coding is not None
    start = coding.document.text.index("The town")
    drawn = {"words": "The town has a market.", "start": str(start), "end": str(start + 22), "type": "ASSAULT"}
    assert post(page, address, **drawn) == f"{address}#missed"
    assert post(page, address, words="The  town\nhas", type="ASSAULT", killed_low="2") == f"{address}#missed"
    assert [missed.text for missed in list_missed(ledger, document)] == ["The town has a market.", "The town has"]
    assert "The town has a market." in page.get(address).text.partition('id="missed"')[2]
    answer = post(page, address, words="words that are not there", type="")
    assert "not in the report" in answer
    assert "Say what kind of event it is" in answer
    assert len(list_missed(ledger)) == 2


def test_agreement_says_undefined_where_it_is(ledger: Ledger, page: TestClient, claim: str) -> None:
    assert "undefined" in page.get("/review/agreement").text
    post(page, f"/review/claims/{claim}", action="accept")
    post(visit(ledger, "boris"), f"/review/claims/{claim}", action="accept")
    html = page.get("/review/agreement").text
    assert "1 coded twice" in html
    assert "undefined" in html


def test_keys_are_the_team_s(ledger: Ledger, claim: str) -> None:
    page = visit(ledger, team=msgspec.structs.replace(TEAM, keys={**TEAM.keys, "accept": "y"}))
    found = re.search(r'data-keys="([^"]*)"', page.get(f"/review/claims/{claim}").text)
    assert found is not None
    assert json.loads(unescape(found[1]))["accept"] == "y"
    assert "<kbd>Y</kbd>" in page.get("/review/keys").text


FIELDS = ("type", "mode", "who", "whom", "place", "country", "from", "killed_low", "polarity", "speaker", "harm", "because", "reason")


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_text_in_a_field_comes_back_as_text(page: TestClient, claim: str, field: str) -> None:
    address = f"/review/claims/{claim}"
    answer = post(page, address, **{"action": "correct", "reason": "hedged", "killed_best": "x", field: HOSTILE})
    pages = [answer, page.get("/review").text, page.get(address).text]
    assert [html for html in pages if "<script>alert" in html or "<img src=x" in html or re.search(r"\b49\b", html)] == []


@pytest.mark.parametrize("field", ["words", "because", "speaker", "place"])
def test_hostile_text_in_a_missed_claim_comes_back_as_text(ledger: Ledger, page: TestClient, field: str) -> None:
    address = f"/review/reports/{ledger.document_ids()[0]}"
    entries = {"words": "The town", "type": "ASSAULT", field: HOSTILE}
    answer = post(page, address, **entries)
    assert "<script>alert" not in answer + page.get(address).text
    assert "<img src=x" not in answer + page.get(address).text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/review/claims/clm-none", 404, "There is no claim clm-none"),
        ("/review/claims/%3Cscript%3E", 404, "There is no claim"),
        ("/review/reports/doc-none", 404, "There is no report"),
        ("/review?queue=nonsense", 422, "look at queue"),
        ("/upload/upl-none", 404, "There is no upload"),
    ],
)
def test_unknown_things_get_a_page_that_says_so(page: TestClient, path: str, status: int, said: str) -> None:
    answer = page.get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert "<script>" not in answer.text


def test_a_post_without_the_form_token_does_nothing(ledger: Ledger, page: TestClient, claim: str) -> None:
    answer = page.post(f"/review/claims/{claim}", data={"action": "accept", "csrf": "0" * 64})
    assert answer.status_code == 403
    assert "Go back, reload the page" in answer.text
    assert list_decisions(ledger) == ()


def test_an_unknown_action_does_nothing(ledger: Ledger, page: TestClient, claim: str) -> None:
    assert "There is no action" in post(page, f"/review/claims/{claim}", action="adjudicate")
    assert list_decisions(ledger) == ()
