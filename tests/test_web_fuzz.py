"""Generated requests to every route of the page, as every kind of person: no answer is the server's own failure, none takes long."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from onrecord.ledger import Ledger
from onrecord.ledger.access.accounts import Role, add_account
from onrecord.ledger.access.sessions import open_session
from onrecord.ledger.access.tokens import Scope, make_token
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.review.queue import Queue, fill_queue, list_items
from onrecord.ledger.review.team import default_team
from onrecord.web import create_app, sessions
from onrecord.web.sessions import Access
from onrecord.web.upload_worker import Worker
from tests.pages import HOSTILE, fill_ledger

CPU_SECONDS = 3.0
NUMBERS = ["0", "-1", "1", "9" * 18, "9" * 400, "1e309", "nan", "inf", "1,2,3,4", "180,-90,-180,90", "1,2,3", "a,b,c,d", "nan,nan,nan,nan"]
DAYS = ["2020", "2020-02", "2020-02-30", "2020-13", "0000", "9999-12-31", "10000-01-01", "2020-02-27T25:61"]
SYNTAX = ["null", "true", "[]", "{}", "%", "%00", "\x00", "\r\nX-A: b", "${7*7}", "{{7*7}}", "{0.__class__}", "%s%n", "\\", "_%"]
ADDRESSES = ["../../../etc/passwd", "..%2f..%2f", "/", "//evil.example", "\\\\host\\share", "file:///etc/passwd", "javascript:alert(1)"]
QUERIES = ["' OR '1'='1", '" OR ""="', "'; DROP TABLE claim; --", "*", '"', "(", ")", "NEAR(", "a AND", "-a", "^", "a:b", "NOT"]
LETTERS = ["", " ", "a" * 5000, "ß" * 300, "\u202eabc", "Аssad", "👩‍👩‍👧", "\ud800", "\ufeff", "İ", HOSTILE]
NAMES = ["SYR", "syr", "ZZZ", "ASSAULT", "occurred", "clm-", "inc-", "doc-", "act-", "inc-0000000000000000"]
ACTIONS = ["accept", "correct", "reject", "draft", "discard", "flag", "apart", "first", "todo", "add", "role", "token"]
NASTY = [*NUMBERS, *DAYS, *SYNTAX, *ADDRESSES, *QUERIES, *LETTERS, *NAMES, *ACTIONS]
METHODS = ["GET"] * 12 + ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "POST"]
HEADERS = {
    "Accept-Language": ["", "*", "en;q=nan", "x" * 3000],
    "Authorization": ["Bearer", "Bearer onr_x", "Basic !!!", "bearer \xff", "Bearer " + "x" * 5000],
    "Content-Type": ["", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "text/plain; charset=klingon"],
    "Cookie": ["=", "onrecord-session", "onrecord-session=\xff", "onrecord-form=a; onrecord-form=b", 'onrecord-name="\\', ";" * 500],
    "If-None-Match": ["*", '"', "W/"],
    "Origin": ["null", "http://testserver", "http://evil.example", "::::", "http://[::1"],
    "Range": ["bytes=0-", "bytes=-1", "bytes=9-1,2-", "lines=1"],
    "Sec-Fetch-Site": ["same-origin", "cross-site", "x"],
    "X-Forwarded-For": ["127.0.0.1", "x" * 3000],
}
ROLES = [None, *Role]


class Case(NamedTuple):
    """A request, whole."""

    method: str
    path: str
    query: str
    headers: dict[str, bytes]
    fields: dict[str, bytes] | None
    body: bytes | None


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is uploaded waits: coding it is not what is tested here."""
    monkeypatch.setattr(Worker, "wake", lambda self: None)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with fill_ledger(tmp_path_factory.mktemp("fuzz") / "l.db") as ledger:
        for role in Role:
            add_account(ledger, str(role), role, password=None, at=sessions.now())
        fill_queue(ledger, default_team())
        yield ledger


def described(ledger: Ledger) -> list[tuple[str, str, list[str]]]:
    """Every method and path with the names of its query parameters: from the OpenAPI description, and the routes that it leaves out."""
    app = create_app(ledger)
    named = {
        (method.upper(), path): [parameter["name"] for parameter in about.get("parameters", ()) if parameter["in"] == "query"]
        for path, verbs in app.openapi()["paths"].items()
        for method, about in verbs.items()
    }
    for route in _flat(app.routes):
        for method in route.methods or ():
            path = re.sub(r":path\}", "}", route.path)
            named.setdefault((method, path), named.get((method, f"{path}.json"), []))
    return [(method, path, names) for (method, path), names in sorted(named.items())]


def _flat(listed: Any) -> Iterator[APIRoute]:
    for route in listed:
        if isinstance(route, APIRoute):
            yield route
        yield from _flat(getattr(getattr(route, "original_router", None), "routes", ()))


def browsers(ledger: Ledger) -> list[TestClient]:
    """Without accounts, as nobody, as every role with a session, and as a program with a token."""
    found = [TestClient(create_app(ledger), raise_server_exceptions=False)]
    for role in ROLES:
        client = TestClient(create_app(ledger, access=Access(accounts=True)), raise_server_exceptions=False)
        if role is not None:
            client.cookies.set(sessions.SESSION, open_session(ledger, str(role), at=sessions.now()))
        found.append(client)
    secret, _ = make_token(ledger, str(Role.CODER), list(Scope), at=sessions.now())
    headers = {"Authorization": f"Bearer {secret}"}
    found.append(TestClient(create_app(ledger, access=Access(accounts=True)), headers=headers, raise_server_exceptions=False))
    return found


def cases(ledger: Ledger, count: int, seed: str) -> Iterator[Case]:
    rng = random.Random(seed)
    routes = described(ledger)
    ids = [ledger.document_ids()[0], list_incidents(ledger)[0].id, list_items(ledger, Queue.TODO, "amina")[0].claim]
    fields = _fields()
    for number in range(count):
        declared, path, names = routes[number % len(routes)]
        method = declared if rng.random() < 0.8 else rng.choice(METHODS)
        filled = re.sub(r"\{[^}]*\}", lambda _: _quoted(rng.choice(ids) if rng.random() < 0.6 else rng.choice(NASTY)), path)
        asked = [(name, rng.choice(NASTY)) for name in names if rng.random() < 0.4] + [(rng.choice(NASTY), rng.choice(NASTY))] * (
            rng.random() < 0.2
        )
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in asked)
        headers = {name: rng.choice(HEADERS[name]).encode("latin-1") for name in HEADERS if rng.random() < 0.06}
        sent = {rng.choice(fields): rng.choice(NASTY).encode("utf-8", "surrogatepass") for _ in range(rng.randrange(12))}
        raw = rng.randbytes(rng.choice([0, 1, 50, 2000])) if rng.random() < 0.15 else None
        yield Case(method, filled, query, headers, sent if method == "POST" and raw is None else None, raw)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="/,:*" if text.startswith("/") else ",:*")


def _fields() -> list[str]:
    """The names of the fields that the pages' forms have, as their templates write them."""
    templates = Path(__file__).resolve().parent.parent / "src/onrecord/web/templates"
    found = {name for path in templates.rglob("*.html") for name in re.findall(r'\bname="([\w-]+)"', path.read_text(encoding="utf-8"))}
    assert {"csrf", "action", "form", "reason"} <= found
    return sorted(found | {"type", "who", "killed_low", "span", "file", "\x00"})


def send(client: TestClient, case: Case) -> int:
    """Sends a request, with the form token where there is one to be had, and looks at the answer; returns its status."""
    address = f"{case.path}?{case.query}" if case.query else case.path
    headers = dict(case.headers)
    body = case.body
    if case.fields is not None:
        body = b"&".join(name.encode() + b"=" + quote(value).encode() for name, value in {"csrf": _token(client), **case.fields}.items())
        headers.setdefault("Content-Type", b"application/x-www-form-urlencoded")
    started = time.process_time()
    answer = client.request(case.method, address, headers=headers, content=body, follow_redirects=False)
    assert answer.status_code < 500, (case, answer.text[-2000:])
    assert time.process_time() - started < CPU_SECONDS, case
    assert "Traceback (most recent call last)" not in answer.text, case
    assert "default-src 'none'" in answer.headers["content-security-policy"], case
    assert answer.headers["x-content-type-options"] == "nosniff", case
    return answer.status_code


def _token(client: TestClient) -> bytes:
    """The form token of a browser's session, from a page that everybody may see."""
    kept = getattr(client, "form_token", None)
    if kept is None:
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/upload").text + client.get("/login").text)
        kept = (found[1] if found else "0" * 64).encode()
        client.form_token = kept  # type: ignore[attr-defined]
    return bytes(kept)


def fuzz(ledger: Ledger, count: int, seed: str) -> None:
    clients = browsers(ledger)
    rng = random.Random(seed)
    statuses = Counter(send(rng.choice(clients), case) for case in cases(ledger, count, seed))
    assert statuses[200] > count // 20
    print(f"{count} requests: {', '.join(f'{number} of {status}' for status, number in sorted(statuses.items()))}")


def test_every_route_is_among_the_generated_requests(ledger: Ledger) -> None:
    routes = described(ledger)
    assert {("GET", "/incidents.json"), ("GET", "/incidents"), ("POST", "/review/claims/{id}"), ("GET", "/changes.json")} <= {
        (method, path) for method, path, _ in routes
    }
    assert len(list(cases(ledger, len(routes), "all"))) == len(routes) > 80


@pytest.mark.slow
def test_generated_requests_never_fail_the_server(ledger: Ledger) -> None:
    fuzz(ledger, 500, "test")


@pytest.mark.soak
def test_many_generated_requests_never_fail_the_server(ledger: Ledger) -> None:
    fuzz(ledger, 5_000, "soak")
