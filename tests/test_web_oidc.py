"""Signing in elsewhere: only what the provider signed, for us, now and for this sign-in, lets anybody in."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from onrecord.errors import UsageError
from onrecord.ledger import Ledger, open_ledger
from onrecord.ledger.access.accounts import Role, add_account, find_account, remove_account
from onrecord.web import create_app
from onrecord.web.oidc import Provider, read_provider
from onrecord.web.sessions import Access

ISSUER = "https://login.example.org"
AT = "2026-11-22T10:00:00+00:00"
PROVIDER = Provider(issuer=ISSUER, client="onrecord", secret="s3cret")
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
OTHER = RSAKey.generate_key(2048, {"kid": "k1"})


class Organisation:
    """A provider that signs what a test tells it to."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.key = KEY
        self.asked: list[tuple[str, str]] = []

    def __call__(self, address: str, body: bytes | None) -> dict[str, Any]:
        self.asked.append((address, (body or b"").decode()))
        if address.endswith("/.well-known/openid-configuration"):
            ends = ("authorization", "token")
            return {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", **{f"{end}_endpoint": f"{ISSUER}/{end}" for end in ends}}
        if address.endswith("/keys"):
            return {"keys": [KEY.as_dict(private=False)]}
        return {"id_token": jwt.encode({"alg": "RS256", "kid": "k1"}, self.claims, self.key)}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        add_account(ledger, "mira@example.org", Role.CODER, password=None, at=AT)
        yield ledger


@pytest.fixture
def organisation() -> Organisation:
    return Organisation()


def visit(ledger: Ledger, organisation: Organisation, provider: Provider = PROVIDER) -> TestClient:
    app = create_app(ledger, access=Access(accounts=True), provider=provider)
    app.state.fetch = organisation
    return TestClient(app, base_url="https://testserver", follow_redirects=False)


def begin(page: TestClient) -> dict[str, str]:
    location = page.get("/login/oidc", params={"next": "/review"}).headers["location"]
    assert location.startswith(f"{ISSUER}/authorization?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def told(query: dict[str, str], **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "onrecord", "sub": "u-7", "nonce": query["nonce"], "iat": now, "exp": now + 300}
    return {**claims, "email": "mira@example.org", "email_verified": True, **changes}


def come_back(page: TestClient, organisation: Organisation, query: dict[str, str], **changes: Any) -> tuple[int, str]:
    organisation.claims = told(query, **changes)
    answer = page.get("/login/oidc/back", params={"code": "c", "state": query["state"]})
    return answer.status_code, answer.headers.get("location", "")


def test_who_the_organisation_vouches_for_comes_in(ledger: Ledger, organisation: Organisation) -> None:
    page = visit(ledger, organisation)
    query = begin(page)
    assert (query["code_challenge_method"], query["redirect_uri"]) == ("S256", "https://testserver/login/oidc/back")
    assert come_back(page, organisation, query) == (303, "/review")
    assert "mira@example.org" in page.get("/review").text
    (token,) = [body for address, body in organisation.asked if address.endswith("/token")]
    assert "code_verifier=" in token


def test_an_account_is_tied_to_the_person_not_to_the_address(ledger: Ledger, organisation: Organisation) -> None:
    page = visit(ledger, organisation)
    assert come_back(page, organisation, begin(page))[0] == 303
    assert come_back(page, organisation, begin(page), sub="u-8")[0] == 403, "another person with the same address"
    assert come_back(page, organisation, begin(page), email="changed@example.org")[0] == 303, "the same person with another address"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"nonce": "another"}, "of another sign-in"),
        ({"aud": "somebody-else"}, "for somebody else"),
        ({"iss": "https://evil.example"}, "by somebody else"),
        ({"exp": 1_600_000_000, "iat": 1_599_999_000}, "long ago"),
    ],
)
def test_what_is_not_for_us_now_lets_nobody_in(ledger: Ledger, organisation: Organisation, changes: dict[str, Any], why: str) -> None:
    page = visit(ledger, organisation)
    assert come_back(page, organisation, begin(page), **changes) == (502, ""), why
    assert page.get("/review").status_code == 303


def test_what_another_key_signed_lets_nobody_in(ledger: Ledger, organisation: Organisation) -> None:
    organisation.key = OTHER
    page = visit(ledger, organisation)
    assert come_back(page, organisation, begin(page))[0] == 502


def test_a_token_without_a_signature_lets_nobody_in(ledger: Ledger, organisation: Organisation) -> None:
    import base64

    page = visit(ledger, organisation)
    query = begin(page)
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, told(query)))
    bare = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
    real = organisation.__call__

    def forged(address: str, body: bytes | None) -> dict[str, Any]:
        return {"id_token": bare} if address.endswith("/token") else real(address, body)

    page.app.state.fetch = forged  # type: ignore[attr-defined]
    assert page.get("/login/oidc/back", params={"code": "c", "state": query["state"]}).status_code == 502


def test_an_answer_to_another_sign_in_is_refused(ledger: Ledger, organisation: Organisation) -> None:
    page = visit(ledger, organisation)
    query = begin(page)
    organisation.claims = told(query)
    assert page.get("/login/oidc/back", params={"code": "c", "state": "forged"}).status_code == 502
    assert visit(ledger, organisation).get("/login/oidc/back", params={"code": "c", "state": query["state"]}).status_code == 502


def test_a_stranger_is_added_only_where_the_settings_say_so(ledger: Ledger, organisation: Organisation) -> None:
    page = visit(ledger, organisation)
    assert come_back(page, organisation, begin(page), sub="u-9", email="new@example.org")[0] == 403
    page = visit(ledger, organisation, msgspec.structs.replace(PROVIDER, add=Role.READER))
    assert come_back(page, organisation, begin(page), sub="u-9", email="new@example.org")[0] == 303
    found = find_account(ledger, "new@example.org")
    assert found is not None
    assert found.role is Role.READER
    assert come_back(page, organisation, begin(page), sub="u-10", email="mira@example.org", email_verified=False)[0] == 403


def test_who_was_removed_stays_out(ledger: Ledger, organisation: Organisation) -> None:
    page = visit(ledger, organisation)
    come_back(page, organisation, begin(page))
    remove_account(ledger, "mira@example.org", at=AT)
    assert come_back(page, organisation, begin(page))[0] == 403
    adding = visit(ledger, organisation, msgspec.structs.replace(PROVIDER, add=Role.READER))
    assert come_back(adding, organisation, begin(adding))[0] == 403
    assert come_back(adding, organisation, begin(adding), email="another@example.org")[0] == 403


def test_a_provider_that_does_not_answer_gets_a_page(ledger: Ledger, organisation: Organisation) -> None:
    page = visit(ledger, organisation)

    def silent(address: str, body: bytes | None) -> dict[str, Any]:
        raise OSError("no route to host")

    page.app.state.fetch = silent  # type: ignore[attr-defined]
    answer = page.get("/login/oidc")
    assert (answer.status_code, "did not work" in answer.text) == (502, True)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ONRECORD_OIDC_ISSUER": ISSUER}, "needs all of"),
        (
            {"ONRECORD_OIDC_ISSUER": "http://login.example.org", "ONRECORD_OIDC_CLIENT": "c", "ONRECORD_OIDC_SECRET": "s"},
            "must be an https",
        ),
        (
            {
                "ONRECORD_OIDC_ISSUER": ISSUER,
                "ONRECORD_OIDC_CLIENT": "c",
                "ONRECORD_OIDC_SECRET": "s",
                "ONRECORD_OIDC_ADD": "emperor",
            },
            "is not a role",
        ),
    ],
)
def test_read_provider_says_what_is_missing(environment: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_provider(environment)


def test_read_provider_is_none_unless_it_is_set_up() -> None:
    assert read_provider({}) is None
