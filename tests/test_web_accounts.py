"""Accounts: nobody comes in without one, nobody does what their role does not cover, and no other site acts for them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from onrecord.errors import UsageError
from onrecord.ledger import Ledger, open_ledger, upkeep
from onrecord.ledger.access.accounts import Role, add_account, change_password, change_role, find_account, remove_account
from onrecord.ledger.access.sessions import MOST_PER_ADDRESS, MOST_PER_NAME, is_blocked, open_session
from onrecord.ledger.access.sessions import sign_in as let_in
from onrecord.ledger.access.tokens import Scope, drop_token, find_bearer, list_tokens, make_token
from onrecord.ledger.database.tables import metadata
from onrecord.ledger.database.team_tables import account, session
from onrecord.ledger.decisions.chain import list_decisions
from onrecord.ledger.review.drafts import read_draft
from onrecord.ledger.review.queue import Queue, list_items
from onrecord.web import create_app, sessions
from onrecord.web.sessions import Access, is_local_name, needed, own_path
from tests.pages import HOSTILE, fill_ledger, hidden_fields, post

PASSWORD = "three quiet rivers"
AT = "2026-11-22T10:00:00+00:00"
NAMES = {"rita": Role.READER, "carl": Role.CODER, "jude": Role.ADJUDICATOR, "ada": Role.ADMIN}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one account a role, made once: passwords are slow to hash on purpose."""
    folder = tmp_path_factory.mktemp("accounts")
    with fill_ledger(folder / "l.db") as ledger:
        for name, role in NAMES.items():
            add_account(ledger, name, role, password=PASSWORD, at=AT)
        return upkeep.backup(ledger, folder / "copy.db")


@pytest.fixture
def ledger(template: Path, tmp_path: Path) -> Iterator[Ledger]:
    copy = tmp_path / "l.db"
    copy.write_bytes(template.read_bytes())
    with open_ledger(copy) as ledger:
        yield ledger


@pytest.fixture
def page(ledger: Ledger) -> TestClient:
    return TestClient(create_app(ledger, access=Access(accounts=True)))


def sign_in(page: TestClient, name: str, password: str = PASSWORD) -> str:
    return post(page, "/login", name=name, password=password, next="/review")


def as_(ledger: Ledger, name: str) -> TestClient:
    """A browser with a session of that person."""
    client = TestClient(create_app(ledger, access=Access(accounts=True)))
    client.cookies.set(sessions.SESSION, open_session(ledger, name, at=sessions.now()))
    return client


# ── Coming in ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_leads_to_sign_in_and_back(page: TestClient) -> None:
    asked = page.get("/review?queue=first", follow_redirects=False)
    assert asked.headers["location"] == "/login?next=%2Freview%3Fqueue%3Dfirst"
    assert sign_in(page, "carl") == "/review"
    assert "carl" in page.get("/review").text


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(page: TestClient) -> None:
    answers = [sign_in(page, "carl", "not this one, no"), sign_in(page, "nobody", PASSWORD)]
    assert all("The name or the password is wrong." in answer for answer in answers)


def test_sign_in_is_limited_per_name(page: TestClient) -> None:
    for _ in range(MOST_PER_NAME):
        sign_in(page, "carl", "not this one, no")
    assert "Too many attempts" in sign_in(page, "carl")
    assert sign_in(page, "ada") == "/review"


def test_sign_in_is_limited_per_address(ledger: Ledger) -> None:
    for number in range(MOST_PER_ADDRESS):
        assert not is_blocked(ledger, f"n{number}", "10.0.0.1", AT)
        with ledger.writing() as connection:
            connection.execute(metadata.tables["attempt"].insert(), {"name": f"n{number}", "address": "10.0.0.1", "at": AT})
    assert is_blocked(ledger, "ada", "10.0.0.1", AT)
    assert not is_blocked(ledger, "ada", "10.0.0.2", AT)
    assert not is_blocked(ledger, "ada", "10.0.0.1", "2026-11-22T10:20:00+00:00")


def test_the_session_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(page: TestClient) -> None:
    fields = hidden_fields(page.get("/login").text, "/login")
    answer = page.post("/login", data={**fields, "name": "carl", "password": PASSWORD}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    secure = TestClient(create_app(page.app.state.ledger, access=Access(accounts=True)), base_url="https://testserver")  # type: ignore[attr-defined]
    assert "__Host-onrecord-form=" in secure.get("/login").headers["set-cookie"]
    assert "Secure" in secure.get("/login").headers.get("set-cookie", "Secure")


def test_signing_out_ends_the_session_on_the_server(ledger: Ledger) -> None:
    page = as_(ledger, "carl")
    cookie = page.cookies[sessions.SESSION]
    assert post(page, "/logout", seen_at="/me") == "/login"
    page.cookies.set(sessions.SESSION, cookie)
    assert page.get("/review", follow_redirects=False).status_code == 303


def test_secrets_are_kept_as_hashes_only(ledger: Ledger, tmp_path: Path) -> None:
    secret = open_session(ledger, "carl", at=AT)
    token, _ = make_token(ledger, "carl", [Scope.READ], at=AT)
    kept = upkeep.backup(ledger, tmp_path / "copy.db").read_bytes()
    assert [word for word in (secret, token, PASSWORD) if word.encode() in kept] == []
    assert b"$argon2id$" in kept


@pytest.mark.parametrize(
    ("password", "said"),
    [("short", "12 or more"), ("x" * 300, "more than 256"), ("carlcarlcarl1", "easily guessed"), ("aaaaaaaaaaaaaa", "easily guessed")],
)
def test_weak_passwords_are_refused(ledger: Ledger, password: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        change_password(ledger, "carl", password)


def test_the_last_admin_stays(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="only admin"):
        remove_account(ledger, "ada", at=AT)
    with pytest.raises(UsageError, match="only admin"):
        change_role(ledger, "ada", Role.CODER)


def test_who_is_removed_is_out_at_once_and_their_name_is_not_given_away(ledger: Ledger) -> None:
    page = as_(ledger, "carl")
    secret, _ = make_token(ledger, "carl", [Scope.READ], at=sessions.now())
    remove_account(ledger, "carl", at=AT)
    assert page.get("/review", follow_redirects=False).status_code == 303
    assert page.get("/incidents.json", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert let_in(ledger, "carl", PASSWORD, address="x", at=AT) is None


# ── Roles ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def routes(ledger: Ledger) -> list[tuple[str, str]]:
    """Every method and path of the page, with something in the place of ids."""
    app = create_app(ledger)
    return sorted({(method, re.sub(r"\{[^}]*\}", "x", route.path)) for route in _flat(app.routes) for method in route.methods or ()})


def _flat(listed: object) -> Iterator[APIRoute]:
    for route in listed:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            yield route
        yield from _flat(getattr(getattr(route, "original_router", None), "routes", ()))


def test_nobody_comes_in_without_an_account(ledger: Ledger, page: TestClient) -> None:
    paths = routes(ledger)
    assert len(paths) > 20
    for method, path in paths:
        answer = page.request(method, path, follow_redirects=False)
        free = needed(method, path) is None
        assert free or answer.status_code in (303, 401), (method, path)
        assert free or answer.headers.get("location", "/login").startswith("/login"), (method, path)
        assert not free or path.startswith("/login"), (method, path)


@pytest.mark.parametrize("name", NAMES)
def test_every_route_is_closed_to_roles_below_it(ledger: Ledger, name: str) -> None:
    page = as_(ledger, name)
    for method, path in routes(ledger):
        role = needed(method, path)
        refused = role is not None and not NAMES[name].covers(role)
        answer = page.request(method, path, follow_redirects=False)
        assert (answer.status_code == 403 and "needs the role" in answer.text) == refused, (method, path)
        assert answer.status_code < 500, (method, path)


@pytest.mark.parametrize("name", NAMES)
def test_no_form_does_anything_without_its_token(ledger: Ledger, name: str) -> None:
    page = as_(ledger, name)
    before = list_decisions(ledger)
    for method, path in routes(ledger):
        if method == "POST":
            assert page.post(path, data={"csrf": "0" * 64}, follow_redirects=False).status_code == 403, path
    assert list_decisions(ledger) == before


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
@pytest.mark.parametrize("with_accounts", [True, False])
def test_a_form_from_another_site_does_nothing(ledger: Ledger, headers: dict[str, str], with_accounts: bool) -> None:
    page = as_(ledger, "carl") if with_accounts else TestClient(create_app(ledger))
    page.get("/review")
    claim = list_items(ledger, Queue.TODO, "carl")[0].claim
    address = f"/review/claims/{claim}"
    fields = hidden_fields(page.get(address).text, address)
    assert page.post(address, data={**fields, "action": "accept"}, headers=headers).status_code == 403
    assert list_decisions(ledger) == ()


def test_without_accounts_only_names_of_this_machine_are_answered(ledger: Ledger) -> None:
    page = TestClient(create_app(ledger))
    assert page.get("/review", headers={"Host": "evil.example"}).status_code == 403
    names = ["localhost:8010", "127.0.0.1:8010", "[::1]:8010", "evil.example", "192.168.1.5", "127.0.0.1.evil.example"]
    assert [is_local_name(name) for name in names] == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/review?queue=first", "/review?queue=first"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_own_path_leads_nowhere_else(address: str, expected: str) -> None:
    assert own_path(address) == expected


# ── Sessions that end, tokens, people ─────────────────────────────────────────────────────────────────────────────────


def test_an_expired_session_loses_nothing(ledger: Ledger) -> None:
    page = as_(ledger, "carl")
    page.get("/review")
    claim = list_items(ledger, Queue.TODO, "carl")[0].claim
    address = f"/review/claims/{claim}"
    fields = hidden_fields(page.get(address).text, address)
    with ledger.writing() as connection:
        connection.execute(session.update().values(expires="2026-01-01T00:00:00+00:00"))
    late = page.post(address, data={**fields, "action": "correct", "speaker": "a nurse"}, follow_redirects=False)
    assert late.headers["location"] == f"/login?next=%2Freview%2Fclaims%2F{claim}&kept=1"
    assert "What you entered is kept" in page.get(late.headers["location"]).text
    assert list_decisions(ledger) == ()
    assert (read_draft(ledger, claim, "carl") or {})["speaker"] == "a nurse"
    assert 'value="a nurse"' in as_(ledger, "carl").get(address).text


def test_a_token_does_what_its_scopes_say(ledger: Ledger) -> None:
    secret, made = make_token(ledger, "carl", [Scope.READ], at=sessions.now())
    page = TestClient(create_app(ledger, access=Access(accounts=True)), headers={"Authorization": f"Bearer {secret}"})
    assert page.get("/incidents.json").status_code == 200
    answer = page.get("/review")
    assert (answer.status_code, answer.json()["error"]) == (403, "This token is not for that: it needs the scope 'review'.")
    assert page.post("/me", data={"what": "token", "scope": "review"}).status_code == 403
    assert list_tokens(ledger, "carl") == (made,)
    drop_token(ledger, made.id)
    assert page.get("/incidents.json").status_code == 401


def test_a_token_decides_without_a_form_token(ledger: Ledger) -> None:
    secret, _ = make_token(ledger, "carl", [Scope.REVIEW], at=sessions.now())
    page = TestClient(create_app(ledger, access=Access(accounts=True)), headers={"Authorization": f"Bearer {secret}"})
    page.get("/review")
    claim = list_items(ledger, Queue.TODO, "carl")[0].claim
    page.post(f"/review/claims/{claim}", data={"action": "accept", "form": "robot-1"}, follow_redirects=False)
    (decision,) = list_decisions(ledger)
    assert (decision.by, decision.target) == ("carl", claim)


def test_a_token_ends(ledger: Ledger) -> None:
    secret, _ = make_token(ledger, "carl", [Scope.READ], at=AT, days=1)
    assert find_bearer(ledger, secret, at=AT) is not None
    assert find_bearer(ledger, secret, at="2026-11-24T00:00:00+00:00") is None


def test_an_admin_looks_after_people(ledger: Ledger) -> None:
    page = as_(ledger, "ada")
    assert post(page, "/users", what="add", name="mira", role="coder", password=PASSWORD) == "/users"
    assert let_in(ledger, "mira", PASSWORD, address="x", at=AT) is not None
    assert "there is an account" in post(page, "/users", what="add", name="mira", role="coder", password=PASSWORD)
    assert "There is no role" in post(page, "/users", what="role", name="mira", role="emperor")
    assert post(page, "/users", what="remove", name="mira", role="") == "/users"
    assert find_account(ledger, "mira") is None
    assert "<script>" not in post(page, "/users", what="add", name=HOSTILE, role="coder", password=PASSWORD)


def test_a_person_changes_their_password_and_makes_tokens(ledger: Ledger) -> None:
    page = as_(ledger, "carl")
    assert "old password is wrong" in post(page, "/me", what="password", old="no", new=PASSWORD + "!")
    assert post(page, "/me", what="password", old=PASSWORD, new=PASSWORD + "!") == "/me"
    html = post(page, "/me", what="token", scope="review")
    secret = re.search(r"<code>(onr_[\w-]+)</code>", html)
    assert secret is not None
    assert find_bearer(ledger, secret[1], at=sessions.now()) is not None
    assert secret[1] not in page.get("/me").text


def test_every_answer_has_the_headers_also_a_refusal(page: TestClient) -> None:
    for path in ("/login", "/review", "/nothing"):
        answer = page.get(path, follow_redirects=False)
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert "no-store" not in page.get("/static/review.css").headers.get("cache-control", "")


def test_no_table_of_accounts_is_in_a_view_that_people_export(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        views = [row[0] for row in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'view'")]
    assert [view for view in views if account.name in view.split() or session.name in view.split()] == []


# ── From the command line ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_users_from_the_command_line_and_serve_demands_one(tmp_path: Path) -> None:
    import subprocess

    address = str(tmp_path / "l.db")

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "onrecord", *arguments, "--ledger", address]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)

    assert run("ledger", "init").returncode == 0
    refused = run("serve", "--host", "0.0.0.0")
    assert (refused.returncode, "onrecord user add NAME --role admin" in refused.stderr) == (2, True)
    assert run("user", "add", "ada", "--role", "admin", "--password-stdin", stdin="short\n").returncode == 2
    assert run("user", "add", "ada", "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n").returncode == 0
    token = run("user", "token", "ada", "--scope", "read", "--scope", "review")
    assert token.stdout.startswith("onr_")
    listed = run("user", "list").stdout
    assert "ada  admin" in listed
    assert "read review" in listed
    assert run("user", "remove", "ada").returncode == 2
    assert run("user", "role", "ada", "emperor").returncode == 2
